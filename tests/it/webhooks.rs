//! What webhooks are told, in which order, how often, and when they are switched off.

use std::{pin::pin, sync::Arc, time::Duration};

use desk::{
    engine::Inquiry,
    fakes::{FakeWebhooks, Heard, Says},
    herald::Herald,
    ids::RoomId,
    permission::Permission,
    ports::{Answer, Clock, Reception, Store as _},
    store::HookReads as _,
};
use futures_util::future::{Either, select};
use vault::{Keeper, KeyRing, Keys, Terms};

use crate::{
    desk_in_process::{Desk, PATIENCE, agent, at_a_desk, slug},
    hidden::{SECRET, assert_gone, grant, reply, says},
};

const URL: &str = "https://hooks.example.org/desk?token=of-the-url";
const KEY: &str = "k1 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Desk {
    async fn bot(&self, text: &str) -> String {
        match self.engine.command(&agent("root"), text).await.unwrap() {
            Answer::Words(words) => words,
            other => panic!("{text}: {other:?}"),
        }
    }

    /// Tells what there is to tell while `work` goes on.
    async fn heralding<T>(&self, hooks: &Arc<FakeWebhooks>, work: impl Future<Output = T>) -> T {
        let run = pin!(Herald::new(self.engine.clone(), hooks.clone()).run());
        let work = pin!(work);
        match tokio::time::timeout(PATIENCE, select(run, work)).await {
            Ok(Either::Right((outcome, _))) => outcome,
            Ok(Either::Left(_)) => panic!("the herald ended"),
            Err(_) => panic!("heard {:?}", hooks.heard()),
        }
    }

    /// Until so many were tried, and what is left waits.
    async fn until_refused(&self, hooks: &Arc<FakeWebhooks>, count: usize) {
        let refused = async {
            hooks.has_heard(count).await;
            self.clock.next_sleeper().await;
        };
        self.heralding(hooks, refused).await;
    }

    /// Until nothing waits.
    async fn until_told(&self, hooks: &Arc<FakeWebhooks>) {
        let told = async {
            while self.store.deliveries_waiting().await.unwrap() > 0 {
                tokio::task::yield_now().await;
            }
        };
        self.heralding(hooks, told).await;
    }

    /// As [`Self::until_told`]; the pauses pass.
    async fn until_told_in_time(&self, hooks: &Arc<FakeWebhooks>) {
        let told = async {
            while self.store.deliveries_waiting().await.unwrap() > 0 {
                tokio::task::yield_now().await;
            }
        };
        let passing = async {
            loop {
                let until = self.clock.next_sleeper().await;
                self.clock.move_to(until);
                tokio::task::yield_now().await;
            }
        };
        let both = async {
            select(pin!(told), pin!(passing)).await;
        };
        self.heralding(hooks, both).await;
    }

    async fn inquire(&self, subject: &str) -> u64 {
        let inquiry = Inquiry {
            service: slug("acme"),
            consent: Some("1".into()),
            name: Some("Kim Minji".into()),
            email: Some(format!("kim{subject}@example.org")),
            subject: subject.into(),
            message: "please".into(),
        };
        self.engine.inquire(inquiry).await.unwrap()
    }
}

fn types(heard: &[Heard]) -> Vec<String> {
    let types = heard.iter().map(|heard| {
        let body: serde_json::Value = serde_json::from_str(&heard.body).unwrap();
        body["type"].as_str().unwrap().to_owned()
    });
    types.collect()
}

fn body(heard: &Heard) -> serde_json::Value {
    serde_json::from_str(&heard.body).unwrap()
}

#[tokio::test]
async fn a_webhook_is_told_what_happens_to_a_chat_and_its_ticket_in_order() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        desk.bot(&format!("!webhook add {URL}")).await;
        for name in ["anna", "bela"] {
            grant(desk, "acme", name, &[Permission::Chat, Permission::Ticket]).await;
        }
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        says(desk, &chat, "my secret words").await;
        desk.writes(&chat, "anna", "!ticket Refund --priority high")
            .await;
        desk.writes(&chat, "anna", "!ticket comment 1 my other words")
            .await;
        desk.writes(&chat, "anna", "!ticket set 1 status solved")
            .await;
        desk.online(&["bela"]).await;
        desk.writes(&chat, "anna", "!transfer @bela knows").await;
        desk.settle().await;
        desk.join(&chat, "bela").await;
        desk.writes(&chat, "bela", "!close").await;
        desk.settle().await;
        desk.engine.rate(&chat, 5, Some("fine")).await.unwrap();
        desk.settle().await;
        desk.until_told(&hooks).await;

        let heard = hooks.heard();
        let of = |kind: &str| -> Vec<String> {
            types(&heard)
                .into_iter()
                .filter(|it| it.starts_with(kind))
                .collect()
        };
        assert_eq!(
            of("chat."),
            [
                "chat.started",
                "chat.accepted",
                "chat.transferred",
                "chat.accepted",
                "chat.closed",
                "chat.rated"
            ]
        );
        assert_eq!(
            of("ticket."),
            ["ticket.created", "ticket.commented", "ticket.updated"]
        );
        for heard in &heard {
            assert_eq!((heard.url.as_str(), heard.signatures), (URL, 1));
            for word in ["words", "Kim", "knows", "fine"] {
                assert!(!heard.body.contains(word), "{word} in {}", heard.body);
            }
        }
        let told: Vec<_> = heard.iter().map(body).collect();
        let one = |kind: &str| told.iter().find(|body| body["type"] == kind).unwrap();
        assert_eq!(one("chat.closed")["data"]["chat"]["id"], chat.as_str());
        assert_eq!(one("chat.closed")["data"]["by"], "agent");
        assert_eq!(one("chat.rated")["data"]["score"], 5);
        assert_eq!(
            one("chat.transferred")["data"]["to"]["agent"],
            "@bela:example.org"
        );
        assert_eq!(one("ticket.updated")["data"]["field"], "status");
        assert_eq!(one("ticket.updated")["data"]["ticket"]["status"], "solved");
        assert_eq!(one("ticket.created")["data"]["service"], "acme");
        assert_eq!(
            one("ticket.created")["timestamp"],
            "2023-11-14T22:13:20.000Z"
        );
        assert!(desk.bot("!webhook").await.contains("last told 2023-11-14"));
    })
    .await;
}

#[tokio::test]
async fn a_webhook_is_told_only_what_it_was_added_for_and_only_of_its_service() {
    at_a_desk(&["anna"], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        desk.bot(&format!("!webhook add {URL} ticket.created,chat.closed"))
            .await;
        desk.bot("!service create other Other").await;
        desk.bot("!webhook add https://other.example.org/").await;
        desk.online(&["anna"]).await;
        desk.inquire("1").await;
        let chat = desk.start_with("anna").await;
        desk.engine.customer_ends(&chat).await.unwrap();
        desk.settle().await;
        desk.until_told(&hooks).await;
        // Chat and ticket do not wait for each other.
        let mut told = types(&hooks.heard());
        told.sort_unstable();
        assert_eq!(told, ["chat.closed", "ticket.created"]);
        let log = desk.bot("!service use acme").await + &desk.bot("!audit 50").await;
        assert!(
            log.contains("webhook.add #1: https://hooks.example.org/desk"),
            "{log}"
        );
        assert!(!log.contains("of-the-url"), "{log}");
    })
    .await;
}

#[tokio::test]
async fn one_ticket_waits_for_its_event_and_others_do_not() {
    at_a_desk(&[], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        desk.bot(&format!("!webhook add {URL}")).await;
        let first = desk.inquire("1").await;
        hooks.answers(&[Says::No]);
        desk.until_refused(&hooks, 1).await;
        desk.inquire("2").await;
        let mut tx = desk.store.begin().await.unwrap();
        let mut ticket = tx.find_ticket(&slug("acme"), first).await.unwrap().unwrap();
        ticket.subject = "changed since".into();
        tx.save_ticket(&ticket).await.unwrap();
        tx.commit().await.unwrap();
        desk.settle().await;
        desk.until_told_in_time(&hooks).await;
        let heard = hooks.heard();
        let subjects: Vec<_> = heard
            .iter()
            .map(|it| body(it)["data"]["ticket"]["subject"].clone())
            .collect();
        assert_eq!(
            subjects,
            ["1", "2", "changed since"],
            "as it is when it is told"
        );
        assert_eq!(heard[0].id, heard[2].id);
        assert_ne!(heard[0].id, heard[1].id);
    })
    .await;
}

#[tokio::test]
async fn what_was_told_before_a_crash_and_not_kept_is_told_again_under_its_id() {
    at_a_desk(&[], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        desk.bot(&format!("!webhook add {URL}")).await;
        desk.inquire("1").await;
        desk.settle().await;
        // The answer never comes to us: the herald is dropped with the attempt under way.
        hooks.answers(&[Says::Nothing]);
        desk.heralding(&hooks, hooks.has_heard(1)).await;
        desk.crash().await;
        desk.until_told(&hooks).await;
        let heard = hooks.heard();
        assert_eq!(heard.len(), 2);
        assert_eq!(heard[0], heard[1]);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_away_is_tried_for_a_day_and_then_switched_off_and_admins_are_told() {
    at_a_desk(&[], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        hooks.usually(Says::No);
        desk.bot(&format!("!webhook add {URL}")).await;
        desk.inquire("1").await;
        desk.settle().await;
        desk.heralding(&hooks, hooks.has_heard(1)).await;
        let start = desk.clock.now();
        desk.until_told_in_time(&hooks).await;
        assert_eq!(desk.clock.now().since(start), DAY);
        let tries = hooks.heard().len();
        assert!((8..20).contains(&tries), "{tries}");
        desk.settle().await;
        let room = RoomId::new("!desk_acme:example.org");
        let last = desk.homeserver.timeline(&room).pop().unwrap().text;
        assert!(
            last.contains("Webhook #1 is switched off: nothing got through"),
            "{last}"
        );
        let list = desk.bot("!webhook list").await;
        assert!(
            list.contains("❌ off since") && list.contains("it answers 500"),
            "{list}"
        );
        // Nothing is kept for it any more.
        desk.inquire("2").await;
        assert_eq!(desk.store.deliveries_waiting().await.unwrap(), 0);
        assert!(desk.bot("!webhook test 1").await.contains("switched off"));

        hooks.usually(Says::Yes);
        desk.bot("!webhook rotate 1").await;
        desk.inquire("3").await;
        desk.settle().await;
        desk.until_told(&hooks).await;
        let heard = hooks.heard().pop().unwrap();
        assert_eq!(body(&heard)["data"]["ticket"]["number"], 3);
        assert_eq!(heard.signatures, 2, "the old secret signs too");
        desk.clock.advance(DAY);
        desk.bot("!webhook test 1").await;
        desk.until_told(&hooks).await;
        assert_eq!(hooks.heard().pop().unwrap().signatures, 1);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_comes_back_is_told_everything_and_is_well_again() {
    at_a_desk(&[], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        desk.bot(&format!("!webhook add {URL}")).await;
        desk.inquire("1").await;
        desk.settle().await;
        hooks.answers(&[Says::No, Says::No, Says::No]);
        desk.until_refused(&hooks, 1).await;
        assert!(
            desk.bot("!webhook")
                .await
                .contains("⚠ failing since 2023-11-14")
        );
        desk.until_told_in_time(&hooks).await;
        assert_eq!(hooks.heard().len(), 4);
        assert!(desk.bot("!webhook").await.contains("last told"));
    })
    .await;
}

#[tokio::test]
async fn an_event_that_alone_is_refused_is_given_up_alone() {
    at_a_desk(&[], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        hooks.refuses("\"number\":1,");
        desk.bot(&format!("!webhook add {URL}")).await;
        desk.inquire("1").await;
        desk.inquire("2").await;
        desk.settle().await;
        desk.until_told_in_time(&hooks).await;
        desk.settle().await;
        let told = desk
            .homeserver
            .timeline(&RoomId::new("!desk_acme:example.org"));
        let last = &told.last().unwrap().text;
        assert!(last.contains("could not be told one event"), "{last}");
        assert!(!desk.bot("!webhook").await.contains("❌"));
        desk.bot("!webhook test 1").await;
        desk.until_told(&hooks).await;
        assert_eq!(types(&hooks.heard()).pop().unwrap(), "webhook.test");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_gone_is_switched_off_at_once() {
    at_a_desk(&[], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        hooks.usually(Says::Gone);
        desk.bot(&format!("!webhook add {URL}")).await;
        for n in 0..3 {
            desk.inquire(&n.to_string()).await;
        }
        desk.until_told(&hooks).await;
        desk.settle().await;
        let said = desk
            .homeserver
            .timeline(&RoomId::new("!desk_acme:example.org"));
        let told = said
            .iter()
            .filter(|said| said.text.contains("its address says that it is gone"));
        assert!(told.count() >= 1);
        assert!(desk.bot("!webhook").await.contains("❌"));
    })
    .await;
}

#[tokio::test]
async fn a_store_that_fails_loses_nothing_that_is_to_be_told() {
    at_a_desk(&[], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        desk.bot(&format!("!webhook add {URL}")).await;
        desk.inquire("1").await;
        desk.settle().await;
        let brittle = desk.behind_a_brittle_store().await;
        brittle.set_broken(true);
        let mended = async {
            let until = desk.clock.next_sleeper().await;
            brittle.set_broken(false);
            desk.clock.move_to(until);
            hooks.has_heard(1).await;
        };
        desk.heralding(&hooks, mended).await;
        desk.until_told(&hooks).await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_sealed_where_there_is_a_vault_and_shown_once() {
    at_a_desk(&[], 3, async |desk| {
        let terms = Terms {
            keeps: DAY,
            shows: DAY,
        };
        let ring = KeyRing::parse(KEY).unwrap();
        desk.keep_in(Arc::new(Keeper::open(Keys::Given(ring), terms).unwrap()));
        let told = desk.bot(&format!("!webhook add {URL}")).await;
        let secret = told
            .split_whitespace()
            .find_map(|word| word.strip_prefix("whsec_"))
            .unwrap();
        assert_eq!(secret.len(), 44, "256 bits in base64");
        // The stand-in for chance makes secrets of its counter.
        let ids = desk.bot("!webhook list").await;
        assert!(!ids.contains(secret));
        let rows: Vec<(Option<String>, Option<String>)> =
            sqlx::query_as("select plain, key_id from webhook_secret")
                .fetch_all(&mut desk.connection().await)
                .await
                .unwrap();
        assert_eq!(rows, [(None, Some("k1".into()))]);
        assert_gone(desk, secret);
        let hooks = Arc::new(FakeWebhooks::default());
        desk.bot("!webhook test 1").await;
        desk.until_told(&hooks).await;
        assert_eq!(hooks.heard()[0].signatures, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_masked_before_it_is_told_is_told_masked() {
    at_a_desk(&["anna"], 3, async |desk| {
        let hooks = Arc::new(FakeWebhooks::default());
        crate::hidden::set(desk, |settings| settings.contract_security = true).await;
        desk.bot(&format!("!webhook add {URL} ticket.created"))
            .await;
        let held = [Permission::Chat, Permission::Ticket, Permission::Mask];
        grant(desk, "acme", "anna", &held).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let message = says(desk, &chat, &format!("call {SECRET}")).await;
        desk.settle().await;
        desk.writes(&chat, "anna", &format!("!ticket call {SECRET}"))
            .await;
        desk.settle().await;
        let said = crate::hidden::event_of(desk, &message).await;
        let mask = reply(&said, &format!("!mask {SECRET}"));
        desk.happens(&chat, "anna", mask).await;
        desk.settle().await;
        desk.until_told(&hooks).await;
        let heard = hooks.heard();
        assert_eq!(
            body(&heard[0])["data"]["ticket"]["subject"],
            "call ***-****-****"
        );
    })
    .await;
}
