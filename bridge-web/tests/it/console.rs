//! The agents' page's calls: who gets in, what is shown, what is done.

use std::time::Duration;

use desk::{
    agent::Membership,
    ids::{RoomId, ServiceSlug, TokenHash},
    permission::{Permission, Permissions},
    ports::{Answer as Said, Reception},
    service::ServiceSettings,
    store::{ConsoleReads as _, Store},
};
use serde_json::{Value, json};

use crate::house::{Answer, Ask, HELP, House, OWN, Started, agent, refusal};

const CONSOLE: &str = "/api/v1/console";

/// An agent at the console.
struct Seat {
    cookie: String,
    csrf: String,
}

fn at(path: &str) -> String {
    format!("{CONSOLE}/{path}")
}

impl House {
    /// A help center with the contract `security`, where Alice may do everything.
    async fn with_console() -> Self {
        let house = Self::with(ServiceSettings {
            contract_security: true,
            ..ServiceSettings::default()
        })
        .await;
        house.grant("alice", &Permission::ALL).await;
        house
    }

    async fn grant(&self, name: &str, permissions: &[Permission]) {
        let mut tx = self.store.begin().await.unwrap();
        let member = Membership {
            agent: agent(name),
            name: name.to_uppercase(),
            permissions: Permissions::of(permissions.iter().copied()),
            groups: Default::default(),
            capacity: None,
        };
        let acme = ServiceSlug::new("acme");
        tx.save_agent(&acme, &member).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The code of the link that `!console` answers with.
    async fn link(&self, name: &str) -> String {
        let said = self.engine.command(&agent(name), "!console").await.unwrap();
        let Said::Words(words) = said else {
            panic!("{said:?}");
        };
        let marked = format!("{OWN}/console#");
        let behind = words.split(&marked).nth(1).expect("a link");
        behind.split_whitespace().next().unwrap().to_owned()
    }

    fn enter(&self, link: &str) -> Ask {
        self.post(&at("sessions"), &json!({ "link": link }))
            .origin(OWN)
    }

    async fn seat(&self, name: &str) -> Seat {
        let link = self.link(name).await;
        let answer = self.enter(&link).await_answer().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let cookie = answer.header("set-cookie").unwrap();
        Seat {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            csrf: answer.json()["csrf"].as_str().unwrap().to_owned(),
        }
    }

    fn looks(&self, seat: &Seat, path: &str) -> Ask {
        self.get(&at(path)).header("cookie", &seat.cookie)
    }

    fn does(&self, seat: &Seat, path: &str, body: &Value) -> Ask {
        self.post(&at(path), body)
            .header("cookie", &seat.cookie)
            .header("x-csrf-token", &seat.csrf)
            .origin(OWN)
    }

    async fn sees(&self, seat: &Seat, path: &str) -> Value {
        let answer = self.looks(seat, path).await_answer().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    async fn done(&self, seat: &Seat, path: &str, body: &Value) -> Answer {
        let answer = self.does(seat, path, body).await_answer().await;
        assert!(answer.status < 300, "{path}: {}", answer.text());
        answer
    }

    /// A chat in which the customer has said something, accepted at the console.
    async fn chat_of(&self, seat: &Seat, words: &str) -> Started {
        let chat = self.started().await;
        self.write(&chat, "k1", words).await_answer().await;
        let accept = format!("chats/{}/accept", chat.chat);
        self.done(seat, &accept, &json!({})).await;
        chat
    }

    /// The messages of a chat as the console shows them.
    async fn said(&self, seat: &Seat, chat: &Started) -> Vec<Value> {
        let path = format!("chats/{}/events?since=0", chat.chat);
        let events = self.sees(seat, &path).await["events"].clone();
        let events = events.as_array().unwrap().clone().into_iter();
        events.filter(|it| it["type"] == "message").collect()
    }
}

#[tokio::test]
async fn a_link_opens_the_console_once_and_sets_a_cookie_no_script_reads() {
    let house = House::with_console().await;
    let link = house.link("alice").await;
    let answer = house.enter(&link).await_answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cookie = answer.header("set-cookie").unwrap();
    for part in [
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
        "Path=/api/v1/console",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.json()["agent"]["id"], "@alice:example.org");
    assert_eq!(answer.json()["services"][0]["slug"], "acme");
    assert_eq!(
        house.enter(&link).refused().await,
        refusal(410, "link_spent")
    );
}

#[tokio::test]
async fn behind_a_path_the_cookie_is_for_that_path() {
    let settings = ServiceSettings::default();
    let house = House::fitted(settings, |web| {
        web.public_url = format!("{OWN}/help/").parse().unwrap();
    });
    let house = house.await;
    let link = house.link("alice").await;
    let answer = house.enter(&link).await_answer().await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("Path=/help/api/v1/console;"), "{cookie}");
}

#[tokio::test]
async fn a_link_that_is_late_replaced_or_made_up_opens_nothing() {
    let house = House::with_console().await;
    let first = house.link("alice").await;
    let second = house.link("alice").await;
    let spent = refusal(410, "link_spent");
    assert_eq!(house.enter(&first).refused().await, spent, "replaced");
    assert_eq!(house.enter("00").refused().await, spent, "made up");
    house.clock.advance(Duration::from_secs(300));
    assert_eq!(house.enter(&second).refused().await, spent, "late");
}

#[tokio::test]
async fn another_sites_page_neither_enters_nor_does_anything() {
    let house = House::with_console().await;
    let link = house.link("alice").await;
    let body = json!({ "link": link });
    let foreign = refusal(403, "csrf");
    let entering = house.post(&at("sessions"), &body).origin(HELP);
    assert_eq!(entering.refused().await, foreign);
    let seat = house.seat("alice").await;
    let chat = house.started().await;
    let accept = at(&format!("chats/{}/accept", chat.chat));
    let asks = |csrf: &str, origin: &str, site: &str| {
        house
            .post(&accept, &json!({}))
            .header("cookie", &seat.cookie)
            .header("x-csrf-token", csrf)
            .header("sec-fetch-site", site)
            .origin(origin)
    };
    for (csrf, origin, site) in [
        ("", OWN, "same-origin"),
        ("0000", OWN, "same-origin"),
        (&*seat.csrf, HELP, "cross-site"),
        (&*seat.csrf, "null", "same-origin"),
        (&*seat.csrf, OWN, "same-site"),
    ] {
        let refused = asks(csrf, origin, site).refused().await;
        assert_eq!(refused, foreign, "{csrf} {origin} {site}");
    }
    let answer = asks(&seat.csrf, OWN, "same-origin").await_answer().await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    // Nor may its scripts read an answer.
    let read = house.looks(&seat, "session").origin(HELP).await_answer();
    assert_eq!(read.await.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_session_ends_by_itself_by_leaving_and_by_command() {
    let house = House::with_console().await;
    let over = refusal(401, "unauthorized");
    let nobody = house.get(&at("session")).refused().await;
    assert_eq!(nobody, over);

    let left = house.seat("alice").await;
    let leaving = house
        .ask("DELETE", &at("session"))
        .header("cookie", &left.cookie)
        .header("x-csrf-token", &left.csrf);
    assert_eq!(leaving.await_answer().await.status, 204);
    assert_eq!(house.looks(&left, "session").refused().await, over);

    let (one, two) = (house.seat("alice").await, house.seat("alice").await);
    let unused = house.link("alice").await;
    let ended = house.engine.command(&agent("alice"), "!console end").await;
    let all = "Your consoles are closed, all 2.".to_owned();
    assert_eq!(ended.unwrap(), Said::Words(all));
    for seat in [&one, &two] {
        assert_eq!(house.looks(seat, "session").refused().await, over);
    }
    let link = house.enter(&unused).refused().await;
    assert_eq!(link, refusal(410, "link_spent"));

    // Also who waits for something new.
    let waits = house.seat("alice").await;
    let seen = house.looks(&waits, "services/acme/chats").await_answer();
    let tag = seen.await.header("etag").unwrap().to_owned();
    let waiting = house.looks(&waits, "services/acme/chats?wait=20");
    let waiting = waiting.header("if-none-match", &tag).refused();
    let alice = agent("alice");
    let ending = house.engine.command(&alice, "!console end");
    let (told, ended) = tokio::join!(waiting, ending);
    ended.unwrap();
    assert_eq!(told, over);

    let seat = house.seat("alice").await;
    house.clock.advance(Duration::from_secs(12 * 3600));
    assert_eq!(house.looks(&seat, "session").refused().await, over);
}

#[tokio::test]
async fn only_hashes_of_links_and_sessions_are_kept() {
    let house = House::with_console().await;
    let link = house.link("alice").await;
    let stored = house.store.console_session(&TokenHash::of(&link)).await;
    assert_eq!(stored.unwrap(), None, "a link is no session");
    let seat = house.seat("alice").await;
    let token = seat.cookie.split('=').nth(1).unwrap();
    let by_hash = |hash: TokenHash| {
        let house = &house;
        async move { house.store.console_session(&hash).await.unwrap() }
    };
    assert!(by_hash(TokenHash::of(token)).await.is_some());
    let twice = TokenHash::of(TokenHash::of(token).as_str());
    assert!(by_hash(twice).await.is_none());
}

#[tokio::test]
async fn who_comes_from_a_room_is_who_the_homeserver_says_and_sees_that_room_alone() {
    let house = House::with_console().await;
    house.grant("carl", &[Permission::Chat]).await;
    let mut tx = house.store.begin().await.unwrap();
    let acme = ServiceSlug::new("acme");
    let desk = RoomId::new("!desk:example.org");
    tx.save_desk_room(&acme, &desk).await.unwrap();
    tx.commit().await.unwrap();
    let enter = |token: &str, server: &str, room: &str| {
        let openid = json!({"access_token": token, "matrix_server_name": server,
            "token_type": "Bearer", "expires_in": 3600});
        let body = json!({"openid": openid, "room": room});
        house.post(&at("sessions"), &body).origin(OWN)
    };
    let refused = refusal(403, "openid_refused");
    for (token, server, room, why) in [
        ("forged", "example.org", "!desk:example.org", "forged"),
        ("alice-token", "evil.org", "!desk:example.org", "elsewhere"),
        ("alice-token", "example.org", "!x:example.org", "no room"),
        ("mallory-token", "example.org", "!desk:example.org", "none"),
        ("carl-token", "example.org", "!desk:example.org", "not in"),
    ] {
        let answer = enter(token, server, room).refused().await;
        assert_eq!(answer, refused, "{why}");
    }
    house.set_up("other", ServiceSettings::default()).await;
    let answer = enter("alice-token", "example.org", "!desk:example.org");
    let answer = answer.await_answer().await;
    assert_eq!(answer.header("set-cookie"), None);
    let seat = answer.json();
    assert_eq!(seat["focus"], json!({"service": "acme", "chat": null}));
    assert_eq!(seat["services"].as_array().unwrap().len(), 1);
    let token = seat["token"].as_str().unwrap();
    let look = |path: &str| house.get(&at(path)).bearer(token);
    let own = look("services/acme/chats").await_answer().await;
    assert_eq!(own.status, 200, "{}", own.text());
    let other = look("services/other/chats").refused().await;
    assert_eq!(other, refusal(404, "not_found"));
    // With a token that no other page has, nothing more need be sent along.
    let chat = house.started().await;
    let accept = at(&format!("chats/{}/accept", chat.chat));
    let accepted = house.post(&accept, &json!({})).bearer(token);
    assert_eq!(accepted.await_answer().await.status, 204);
    house.clock.advance(Duration::from_secs(3600));
    let over = look("session").refused().await;
    assert_eq!(over, refusal(401, "unauthorized"));
}

#[tokio::test]
async fn a_chat_comes_to_the_console_by_itself_is_accepted_answered_and_closed() {
    let house = House::with_console().await;
    let seat = house.seat("alice").await;
    let empty = house.looks(&seat, "services/acme/chats").await_answer();
    let empty = empty.await;
    let tag = empty.header("etag").unwrap().to_owned();
    assert_eq!(empty.json()["chats"], json!([]));
    let waits = house
        .looks(&seat, "services/acme/chats?wait=20")
        .header("if-none-match", &tag)
        .await_answer();
    let (answer, chat) = tokio::join!(waits, house.started());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let line = &answer.json()["chats"][0];
    assert_eq!(line["id"], chat.chat);
    assert_eq!(
        (&line["state"], &line["mine"]),
        (&json!("offered"), &json!(true))
    );

    let path = format!("chats/{}", chat.chat);
    house
        .done(&seat, &format!("{path}/accept"), &json!({}))
        .await;
    let say = json!({"key": "a", "text": "Good morning"});
    let one = house.done(&seat, &format!("{path}/messages"), &say).await;
    let two = house.done(&seat, &format!("{path}/messages"), &say).await;
    assert_eq!(one.json(), two.json(), "the same key is the same message");
    let events = house.get(&chat.path("events")).bearer(&chat.visitor_token);
    let events = events.await_answer().await.json()["events"].clone();
    let said: Vec<_> = events.as_array().unwrap().iter().collect();
    let said: Vec<_> = said.iter().filter(|it| it["type"] == "message").collect();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["from"], json!({"kind": "agent", "name": "ALICE"}));
    let detail = house.sees(&seat, &path).await;
    assert_eq!(
        (&detail["state"], &detail["may_answer"]),
        (&json!("active"), &json!(true))
    );

    let command = json!({"key": "b", "text": "!close"});
    let command = house.does(&seat, &format!("{path}/messages"), &command);
    assert_eq!(command.refused().await, refusal(422, "invalid"));
    house
        .done(&seat, &format!("{path}/rating-request"), &json!({}))
        .await;
    house
        .done(&seat, &format!("{path}/close"), &json!({}))
        .await;
    for act in ["close", "accept", "rating-request"] {
        let again = house.does(&seat, &format!("{path}/{act}"), &json!({}));
        assert_eq!(again.refused().await, refusal(409, "refused"), "{act}");
    }
}

#[tokio::test]
async fn what_is_selected_is_masked_looked_under_and_shown_again() {
    let house = House::with_console().await;
    let seat = house.seat("alice").await;
    let chat = house.chat_of(&seat, "🙂 call 010-1234-5678").await;
    let path = format!("chats/{}", chat.chat);
    let message = house.said(&seat, &chat).await[0]["id"].clone();
    let part = |start: u32, end: u32, text: &str| json!({"message": message, "start": start, "end": end, "text": text});
    let masks = format!("{path}/masks");
    let stale = house.does(&seat, &masks, &part(6, 19, "010-1234-5678"));
    assert_eq!(stale.refused().await, refusal(409, "refused"));
    house
        .done(&seat, &masks, &part(7, 20, "010-1234-5678"))
        .await;
    let masked = &house.said(&seat, &chat).await[0];
    assert_eq!(masked["text"], "🙂 call ***-****-****");
    assert_eq!(masked["masks"], json!([[7, 20]]));

    // There is no vault here: what is masked is gone.
    let look = json!({"message": message, "reason": "asked for it"});
    let reveal = house.does(&seat, &format!("{path}/reveals"), &look);
    assert_eq!(reveal.refused().await, refusal(409, "refused"));
    let again = house.does(&seat, &masks, &json!({"message": message, "found": true}));
    assert_eq!(again.refused().await, refusal(409, "refused"));
    let nothing = house.does(&seat, &masks, &json!({"message": message}));
    assert_eq!(nothing.refused().await, refusal(422, "invalid"));
    let none = house.does(&seat, &masks, &json!({"message": "01J", "all": true}));
    assert_eq!(none.refused().await, refusal(404, "not_found"));
}

#[tokio::test]
async fn who_lacks_the_permission_is_denied_and_it_is_on_record() {
    let house = House::with_console().await;
    let boss = house.seat("alice").await;
    house.grant("carl", &[Permission::Chat]).await;
    let seat = house.seat("carl").await;
    let chat = house.chat_of(&boss, "call 010-1234-5678").await;
    let path = format!("chats/{}", chat.chat);
    let message = house.said(&boss, &chat).await[0]["id"].clone();
    let missing = refusal(404, "not_found");
    // Somebody else's chat is not there for an agent.
    for look in [&path, &format!("{path}/events")] {
        assert_eq!(house.looks(&seat, look).refused().await, missing);
    }
    let to_carl = json!({"to": "@carl:example.org"});
    house.presence_of("carl").await;
    house
        .done(&boss, &format!("{path}/transfer"), &to_carl)
        .await;
    house
        .done(&seat, &format!("{path}/accept"), &json!({}))
        .await;
    for (act, body) in [
        ("masks", json!({"message": message, "all": true})),
        ("reveals", json!({"message": message})),
        ("undo", json!({"message": message})),
        ("tickets", json!({"key": "k", "subject": "Phone"})),
    ] {
        let denied = house.does(&seat, &format!("{path}/{act}"), &body);
        assert_eq!(denied.refused().await, refusal(403, "denied"), "{act}");
    }
    for look in ["services/acme/tickets", "services/acme/report"] {
        assert_eq!(house.looks(&seat, look).refused().await, missing, "{look}");
    }
    let audit = house.engine.command(&agent("root"), "!audit 9").await;
    let Said::Words(audit) = audit.unwrap() else {
        panic!("no audit log");
    };
    for command in ["!mask", "!unmask", "!ticket"] {
        assert!(audit.contains(command), "{command}: {audit}");
    }
}

#[tokio::test]
async fn a_ticket_is_made_once_changed_commented_and_keeps_the_masked_conversation() {
    let house = House::with_console().await;
    let seat = house.seat("alice").await;
    let chat = house.chat_of(&seat, "call 010-1234-5678").await;
    let path = format!("chats/{}/tickets", chat.chat);
    let wish = json!({"key": "t", "subject": "Call back", "priority": "high",
        "assignee": "@alice:example.org", "tags": ["billing"]});
    for _ in 0..2 {
        let made = house.done(&seat, &path, &wish).await;
        assert_eq!((made.status, made.json()), (201, json!({"number": 1})));
    }
    let odd = house
        .looks(&seat, "services/acme/tickets?q=%00x%01")
        .await_answer();
    assert_eq!(odd.await.status, 200);
    for (wrong, field) in [
        (json!({"key": "u", "subject": " "}), "subject"),
        (json!({"key": "", "subject": "x"}), "key"),
        (
            json!({"key": "u", "subject": "x", "priority": "hi"}),
            "priority",
        ),
        (json!({"key": "u", "subject": "x", "tags": ["a b"]}), "tags"),
    ] {
        let answer = house.does(&seat, &path, &wrong).await_answer().await;
        assert_eq!(answer.json()["error"]["field"], field, "{}", answer.text());
    }
    let list = house.sees(&seat, "services/acme/tickets?status=open").await;
    assert_eq!(list["tickets"][0]["assignee"]["name"], "ALICE");
    let tags = json!([{"name": "Chat", "fixed": true}, {"name": "billing", "fixed": false}]);
    assert_eq!(list["tickets"][0]["tags"], tags);

    let message = house.said(&seat, &chat).await[0]["id"].clone();
    let masks = format!("chats/{}/masks", chat.chat);
    let found = json!({"message": message, "found": true});
    house.done(&seat, &masks, &found).await;
    let one = "services/acme/tickets/1";
    let history = house.sees(&seat, &format!("{one}/conversation")).await;
    assert_eq!(history["events"][0]["text"], "call ***-****-****");
    assert_eq!(history["events"][0]["masks"], json!([[5, 18]]));

    let change = |body: Value| {
        let ask = house.ask("PATCH", &at(one));
        let mut ask = ask
            .header("content-type", "application/json")
            .header("cookie", &seat.cookie)
            .header("x-csrf-token", &seat.csrf);
        ask.body = body.to_string().into();
        ask
    };
    let several = json!({"status": "solved", "assignee": null, "remove_tag": "billing"});
    let answer = change(several).await_answer().await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    let blank = change(json!({"subject": "  "}));
    assert_eq!(blank.refused().await, refusal(422, "invalid"));
    let half = change(json!({"subject": "Other", "remove_tag": "Chat"}));
    assert_eq!(half.refused().await, refusal(409, "refused"));
    let comment = json!({"key": "c", "text": "Called at 9"});
    for _ in 0..2 {
        let made = house
            .done(&seat, &format!("{one}/comments"), &comment)
            .await;
        assert_eq!(made.json(), json!({"number": 1}));
    }
    let detail = house.sees(&seat, one).await;
    assert_eq!(detail["subject"], "Call back", "all of a change or nothing");
    assert_eq!(
        (&detail["status"], &detail["assignee"]),
        (&json!("solved"), &Value::Null)
    );
    assert_eq!(detail["comments"].as_array().unwrap().len(), 1);
    assert_eq!(detail["changes"].as_array().unwrap().len(), 3);
    assert_eq!(detail["chat"]["exists"], true);
    let audit = house.sees(&seat, &format!("{one}/audit")).await;
    assert_eq!(audit["entries"][0]["what"], "mask");
    let none = house
        .looks(&seat, "services/acme/tickets/2")
        .refused()
        .await;
    assert_eq!(none, refusal(404, "not_found"));
}

#[tokio::test]
async fn the_report_has_each_day_also_without_chats() {
    let house = House::with_console().await;
    let seat = house.seat("alice").await;
    house.chat_of(&seat, "hello").await;
    let report = house.sees(&seat, "services/acme/report?days=7").await;
    assert_eq!(report["by_day"].as_array().unwrap().len(), 7);
    assert_eq!(
        (&report["chats"], &report["by_day"][6]["chats"]),
        (&json!(1), &json!(1))
    );
    for days in [0, 91] {
        let path = format!("services/acme/report?days={days}");
        let wrong = house.looks(&seat, &path).refused().await;
        assert_eq!(wrong, refusal(422, "invalid"));
    }
}

impl House {
    async fn presence_of(&self, name: &str) {
        let seen = [(agent(name), desk::agent::Presence::Online)];
        self.engine.presence_seen(&seen).await.unwrap();
    }
}
