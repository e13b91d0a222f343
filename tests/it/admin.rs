//! What admins say to the bot, who may, and what comes of it.

use desk::{
    agent::Presence,
    chat::ChatState,
    command::Language,
    event::{RoomEventKind, Written},
    fakes::Call,
    ids::RoomId,
    permission::Permission,
    ports::{Answer, Reception, Store},
    refusal::{DeskError, Refusal},
    service::Availability,
};

use crate::admin_table::TABLE;
use crate::desk_in_process::{Desk, active, agent, at_a_desk, slug};

impl Desk {
    /// What the bot answers in the person's management room.
    async fn told(&self, name: &str, text: &str) -> String {
        match self.engine.command(&agent(name), text).await.unwrap() {
            Answer::Words(words) => words,
            other => panic!("{text}: {other:?}"),
        }
    }

    async fn audit(&self) -> Vec<String> {
        let log = self.told("root", "!audit 50").await;
        log.lines().map(str::to_owned).collect()
    }

    fn desk_room(&self) -> RoomId {
        RoomId::new("!desk_acme:example.org")
    }

    fn space(&self) -> RoomId {
        RoomId::new("!space_acme:example.org")
    }

    async fn may(&self, name: &str, permission: Permission) -> bool {
        let members = self.store.members(&slug("acme")).await.unwrap();
        let mut members = members.iter();
        members.any(|member| member.agent == agent(name) && member.permissions.holds(permission))
    }
}

#[tokio::test]
async fn each_admin_command_answers_an_admin_with_good_missing_and_wrong_words() {
    at_a_desk(&["anna"], 3, async |desk| {
        // So that what the table says is what a new service has.
        desk.told("root", "!retention off").await;
        for (typed, answer) in TABLE {
            let told = desk.told("root", typed).await;
            assert!(told.contains(answer), "{typed}: {answer} in {told}");
        }
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_without_the_permission_is_denied_each_admin_command_and_it_is_on_record() {
    at_a_desk(&["anna"], 3, async |desk| {
        let before = desk.store.service(&slug("acme")).await.unwrap();
        let mut denied = 0;
        for (typed, _) in TABLE {
            let told = desk.told("anna", typed).await;
            if told.contains("For example:") || told.contains("Did you mean") {
                continue;
            }
            assert!(told.contains("needs the permission"), "{typed}: {told}");
            denied += 1;
        }
        assert_eq!(desk.store.service(&slug("acme")).await.unwrap(), before);
        assert!(!desk.may("carol", Permission::Chat).await);
        let log = desk.audit().await;
        let refused = log
            .iter()
            .filter(|line| line.contains("@anna:example.org · was refused !"));
        assert_eq!(refused.count(), denied.min(50));
        let stranger = desk.told("mallory", "!agent grant @mallory admin").await;
        assert!(stranger.contains("you have none here"), "{stranger}");
        assert!(!desk.may("mallory", Permission::Admin).await);
    })
    .await;
}

#[tokio::test]
async fn admin_commands_work_in_direct_rooms_only_and_a_key_is_never_repeated() {
    at_a_desk(&["anna"], 3, async |desk| {
        let secret = "dGhpcyBpcyBhIHNlY3JldCBvZiB0aGlydHktdHdvIGI=";
        let key = format!("!helpcenter identity add main HS256 {secret}");
        for text in ["!agent grant @root chat", key.as_str()] {
            let what = RoomEventKind::Message(Written::plain(text));
            desk.happens_in(desk.desk_room(), "root", what).await;
        }
        desk.settle().await;
        let answers: Vec<String> = desk
            .homeserver
            .timeline(&desk.desk_room())
            .into_iter()
            .map(|said| said.text)
            .collect();
        assert_eq!(answers.len(), 2, "{answers:?}");
        assert!(
            answers.iter().all(|told| told.contains("in a direct room")),
            "{answers:?}"
        );
        assert!(answers[1].contains("make another one"), "{answers:?}");
        let settings = desk
            .store
            .service(&slug("acme"))
            .await
            .unwrap()
            .unwrap()
            .settings;
        assert!(settings.identity_keys.is_empty());

        let told = desk.told("root", &key).await;
        assert!(told.contains("none → main (HS256)"), "{told}");
        let log = desk.audit().await.join("\n") + &told + &answers.concat();
        assert!(log.contains("helpcenter.identity"), "{log}");
        assert!(!log.contains(&secret[..10]), "{log}");
    })
    .await;
}

#[tokio::test]
async fn chat_off_refuses_new_chats_at_once_and_lets_running_ones_end() {
    for (off, on) in [
        ("!contract chat off", "!contract chat on"),
        ("!helpcenter chat off", "!helpcenter chat on"),
    ] {
        at_a_desk(&["anna"], 3, async |desk| {
            desk.online(&["anna"]).await;
            let chat = desk.start_with("anna").await;
            desk.told("root", off).await;
            let service = desk.store.service(&slug("acme")).await.unwrap().unwrap();
            let offered = desk.engine.availability(&service).await.unwrap();
            assert_eq!(offered, Availability::Disabled);
            match desk.try_start("acme").await {
                Err(DeskError::Refused(Refusal::ChatDisabled)) => {}
                other => panic!("{off}: {other:?}"),
            }
            desk.say(&chat, "and now?").await;
            desk.writes(&chat, "anna", "we go on").await;
            assert_eq!(desk.texts(&chat).await, ["and now?", "we go on"]);
            desk.engine.customer_ends(&chat).await.unwrap();
            desk.told("root", on).await;
            desk.start().await;
            desk.settle().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_granted_agent_is_invited_and_given_what_waits_and_a_revoked_one_loses_it() {
    at_a_desk(&["anna"], 1, async |desk| {
        desk.online(&["anna", "bela"]).await;
        desk.start_with("anna").await;
        let waiting = desk.start().await;
        assert_eq!(desk.state(&waiting).await, ChatState::Waiting);
        desk.told("root", "!agent grant @bela chat").await;
        desk.settle().await;
        let bela = agent("bela");
        // Presence is known of those who are members only.
        desk.presence("bela", Presence::Offline).await;
        desk.online(&["bela"]).await;
        desk.settle().await;
        for room in [desk.desk_room(), desk.space()] {
            assert!(desk.homeserver.is_invited(&room, &bela), "{room}");
        }
        desk.join(&waiting, "bela").await;
        assert_eq!(desk.state(&waiting).await, active("bela"));

        desk.told("root", "!agent revoke @bela").await;
        desk.settle().await;
        assert_eq!(desk.state(&waiting).await, ChatState::Waiting);
        let removed: Vec<RoomId> = desk
            .homeserver
            .calls()
            .into_iter()
            .filter_map(|call| match call {
                Call::Remove { room, agent, .. } if agent == bela => Some(room),
                _ => None,
            })
            .collect();
        for room in [desk.desk_room(), desk.space()] {
            assert!(removed.contains(&room), "{removed:?}");
        }
        let log = desk.audit().await;
        assert!(
            log[0].ends_with("agent.revoke @bela:example.org: chat → none"),
            "{log:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn power_follows_permissions_in_desk_space_and_open_portals() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        for (command, power) in [
            ("!agent grant @bela chat", Some(50)),
            ("!agent grant @bela supervise", Some(60)),
            ("!agent revoke @bela supervise", Some(50)),
            ("!agent revoke @bela", None),
        ] {
            desk.told("root", command).await;
            desk.settle().await;
            for room in [desk.desk_room(), desk.space(), desk.portal(&chat).await] {
                let calls = desk.homeserver.calls();
                let mut last = calls.iter().rev().filter_map(|call| match call {
                    Call::Empower { room: of, powers } if *of == room => Some(powers.clone()),
                    _ => None,
                });
                let powers = last.next().unwrap();
                assert_eq!(
                    powers.get(&agent("bela")).copied(),
                    power,
                    "{command} {room}"
                );
                assert_eq!(powers.get(&agent("anna")), Some(&50), "{command} {room}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_space_lists_the_desk_and_what_agents_have_oldest_first_until_it_closes() {
    at_a_desk(&["anna"], 2, async |desk| {
        desk.online(&["anna"]).await;
        let first = desk.start().await;
        desk.clock.advance(std::time::Duration::from_secs(5));
        let second = desk.start().await;
        let waiting = desk.start().await;
        let (one, two) = (desk.portal(&first).await, desk.portal(&second).await);
        let listed = || desk.homeserver.listed(&desk.space());
        assert_eq!(listed(), [desk.desk_room(), one.clone(), two.clone()]);
        assert_eq!(
            desk.state(&waiting).await,
            ChatState::Waiting,
            "not listed before it is offered"
        );
        desk.join(&first, "anna").await;
        desk.engine.customer_ends(&first).await.unwrap();
        // The last wish of a process that dies.
        desk.crash().await;
        desk.settle().await;
        let third = desk.portal(&waiting).await;
        let listed = desk.homeserver.listed(&desk.space());
        assert_eq!(listed, [desk.desk_room(), two, third]);
    })
    .await;
}

#[tokio::test]
async fn a_service_made_before_there_were_spaces_gets_its_space_at_the_next_start() {
    at_a_desk(&["anna"], 2, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start().await;
        let mut connection = desk.connection().await;
        sqlx::query("update service set space = null")
            .execute(&mut connection)
            .await
            .unwrap();
        let opened = |desk: &Desk| {
            let calls = desk.homeserver.calls();
            calls
                .iter()
                .filter(|call| matches!(call, Call::OpenSpace(_)))
                .count()
        };
        let before = opened(desk);
        desk.crash().await;
        desk.engine.set_up(&[]).await.unwrap();
        desk.settle().await;
        assert_eq!(opened(desk), before + 1);
        assert!(desk.homeserver.is_invited(&desk.space(), &agent("anna")));
        let portal = desk.portal(&chat).await;
        assert!(desk.homeserver.listed(&desk.space()).contains(&portal));
        desk.engine.set_up(&[]).await.unwrap();
        desk.settle().await;
        assert_eq!(opened(desk), before + 1, "one that has it is left alone");
    })
    .await;
}

#[tokio::test]
async fn an_admin_makes_a_second_help_center_and_works_with_it() {
    at_a_desk(&["anna"], 2, async |desk| {
        desk.told("root", "!agent grant @anna admin").await;
        let made = desk.told("anna", "!service create shop \"The Shop\"").await;
        assert!(made.contains("The Shop (shop) is made"), "{made}");
        desk.settle().await;
        for room in ["!desk_shop:example.org", "!space_shop:example.org"] {
            let room = RoomId::new(room);
            assert!(desk.homeserver.is_invited(&room, &agent("anna")), "{room}");
        }
        desk.told("anna", "!agent grant @bela chat").await;
        let members = desk.store.members(&slug("shop")).await.unwrap();
        assert_eq!(members.len(), 2, "the new one is used at once");
        desk.told("anna", "!service use acme").await;
        assert!(desk.told("anna", "!agent").await.starts_with("acme, "));
        desk.told("anna", "!helpcenter name \"Acme & Co\"").await;
        desk.settle().await;
        let name = desk.homeserver.name_of(&desk.space());
        assert_eq!(name.as_deref(), Some("Acme & Co"));
        // An admin of one help center is none of another.
        desk.told("root", "!service use shop").await;
        desk.told("root", "!agent revoke @anna").await;
        let refused = desk.told("anna", "!service use shop").await;
        assert!(refused.contains("no help center \"shop\""), "{refused}");
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn answers_are_in_the_language_of_the_asker_and_rooms_in_that_of_the_service() {
    at_a_desk(&["anna"], 2, async |desk| {
        let told = desk.told("root", "!lang ko").await;
        assert!(told.contains("한국어"), "{told}");
        for (typed, answer) in [
            ("!helpcenter theme accent red", "색이 아닙니다"),
            ("!agent grant", "필요합니다"),
            ("!help", "관리자"),
            ("!audit @nobody", "찾은 것이 없습니다"),
        ] {
            let told = desk.told("root", typed).await;
            assert!(told.contains(answer), "{typed}: {told}");
        }
        assert!(desk.told("anna", "!help").await.contains("Chats:"));
        desk.told("root", "!helpcenter language ko").await;
        desk.settle().await;
        let name = desk.homeserver.name_of(&desk.desk_room());
        assert_eq!(name.as_deref(), Some("acme help · 데스크"));
        let service = desk.store.service(&slug("acme")).await.unwrap().unwrap();
        assert_eq!(service.settings.language, Language::Ko);
        desk.told("root", "!lang en").await;
        assert!(desk.told("root", "!help").await.contains("For admins"));
    })
    .await;
}
