//! Personal data, hidden: nothing we keep holds it, and with a policy the homeserver never did.

use std::{fs, path::Path};

use matrix_sdk::ruma::RoomId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    customer::{Customer, post, start_body},
    page::Visitor,
    world::{PASSWORD, PATIENCE, Plan, World},
};

/// A service whose contract has `security`, with one policy for every kind, and agents who mask.
async fn secured(policy: &str) -> World {
    let world = World::start(Plan {
        services: &["care"],
        ..Plan::default()
    })
    .await;
    world
        .query(
            "update service set settings = json_set(settings, '$.contract_security', json('true'),
               '$.fields', json('[{\"name\":\"topic\",\"label\":\"Topic\"}]'))",
        )
        .await;
    let kinds = [
        "card",
        "kr_rrn",
        "phone",
        "email",
        "iban",
        "us_ssn",
        "passport",
        "drivers_licence",
        "kr_account",
        "ip",
        "secret",
    ];
    for kind in kinds {
        let sql = format!(
            "update service set settings = json_set(settings, '$.masking.policies.{kind}', '{policy}')"
        );
        world.query(Box::leak(sql.into_boxed_str())).await;
    }
    world
        .query("update agent set permissions = '[\"chat\",\"mask\"]'")
        .await;
    world
}

impl Agent {
    /// The event of somebody else with these words.
    async fn event_with(&self, words: &str) -> String {
        let event = self
            .until_event(words, |_, event| {
                event["content"]["body"]
                    .as_str()
                    .is_some_and(|body| body.contains(words))
            })
            .await;
        event["event_id"].as_str().unwrap().to_owned()
    }

    /// What the homeserver still tells of the room, as JSON.
    async fn messages(&self, world: &World, room: &RoomId) -> String {
        let url = format!(
            "{}/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=500",
            world.lab.homeserver_url()
        );
        let token = self.client.access_token().unwrap();
        let answer = reqwest::Client::new().get(url).bearer_auth(token).send();
        answer.await.unwrap().text().await.unwrap()
    }

    /// What stands for this event now.
    async fn replacement(&self, of: &str) -> Value {
        self.until_event(&format!("the replacement of {of}"), |_, event| {
            event["content"]["org.helproom.mask"]["replaces"] == of
        })
        .await
    }
}

fn assert_not_in(bytes: &[u8], place: &str, secrets: &[&str]) {
    for secret in secrets {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in {place}");
    }
}

/// The raw bytes of every file of ours: database, its log, our log.
fn assert_not_in_files(folder: &Path, secrets: &[&str]) {
    let mut looked = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            assert_not_in(
                &fs::read(&path).unwrap(),
                &path.display().to_string(),
                secrets,
            );
            looked += 1;
        }
    }
    assert!(looked >= 3, "the database, its log, the settings");
}

async fn transcript(customer: &Customer) -> String {
    let answer = customer.request(Method::GET, "/transcript").send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn what_is_masked_by_hand_is_in_nothing_we_keep_and_on_no_page() {
    let world = secured("off").await;
    let alice = Agent::on_duty(&world, "alice", "care").await;
    let visitor = Visitor::visit(&world, "care").await;
    visitor.start_chat().await;
    let portal = alice.accept().await;
    visitor.say("my number is 010-2345-6701").await;
    let typed = alice.event_with("010-2345-6701").await;

    // As a client quotes that knows no other way.
    let quoting = json!({"msgtype": "m.text",
        "body": "> <@kim:lab.test> my number is 010-2345-6701\n\nthanks",
        "format": "org.matrix.custom.html",
        "formatted_body": "<mx-reply><blockquote>my number is 010-2345-6701</blockquote></mx-reply><b>thanks</b>",
        "m.relates_to": {"m.in_reply_to": {"event_id": typed}}});
    let quoting = alice.send(&portal, quoting).await;
    let plain = alice.say(&portal, "and mine 010-2345-6702").await;
    let formatted = json!({"msgtype": "m.text", "body": "or **010**-2345-6703",
        "format": "org.matrix.custom.html", "formatted_body": "or <b>010</b>-2345-6703"});
    let formatted = alice.send(&portal, formatted).await;
    let first = alice.say(&portal, "no, 010-2345-6704").await;
    let edit = json!({"msgtype": "m.text", "body": "* no, 010-2345-6705",
        "m.new_content": {"msgtype": "m.text", "body": "no, 010-2345-6705"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first}});
    alice.send(&portal, edit).await;
    let said = [
        "thanks",
        "and mine 010-2345-6702",
        "or 010-2345-6703",
        "no, 010-2345-6705",
    ];
    visitor
        .frame
        .wait_count(
            "[data-testid=message][data-from=agent]",
            said.len(),
            PATIENCE,
        )
        .await
        .unwrap();

    alice.reply(&portal, &typed, "!mask 010 2345 6701").await;
    alice.reply(&portal, plain.as_str(), "!mask").await;
    alice
        .reply(&portal, formatted.as_str(), "!mask 010-2345-6703")
        .await;
    alice.reply(&portal, first.as_str(), "!mask all").await;
    let replacement = alice.replacement(&typed).await;
    assert_eq!(replacement["content"]["body"], "my number is ***-****-****");
    assert_eq!(
        replacement["content"]["org.helproom.mask"]["spans"],
        json!([{"start": 13, "end": 26}])
    );
    for event in [&quoting, &plain, &formatted, &first] {
        alice.replacement(event.as_str()).await;
    }
    world.until_delivered().await;
    let masked = [
        "thanks",
        "and mine ***-****-****",
        "or *****************",
        "*****************",
    ];
    let customer = visitor.texts("customer").await;
    assert_eq!(customer, ["my number is ***-****-****"]);
    let agent = visitor.texts("agent").await;
    assert_eq!(agent, masked);

    let secrets = [
        "2345-6701",
        "2345 6701",
        "2345-6702",
        "2345-6703",
        "2345-6704",
        "2345-6705",
    ];
    assert_not_in_files(world.folder(), &secrets);
    let page = visitor
        .frame
        .evaluate("document.documentElement.outerHTML")
        .await
        .unwrap();
    assert_not_in(page.to_string().as_bytes(), "the page", &secrets);
    let storage = visitor
        .frame
        .evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        .await
        .unwrap();
    assert_not_in(
        storage.to_string().as_bytes(),
        "the page's storage",
        &secrets,
    );
    // What whoever joins now reads in the room.
    let timeline = alice.messages(&world, &portal).await;
    assert_not_in(timeline.as_bytes(), "the room", &secrets);
}

/// Whether the homeserver has the file still.
async fn keeps(world: &World, admin: &str, media: &str) -> bool {
    let path = media.strip_prefix("mxc://").unwrap();
    let url = format!(
        "{}/_matrix/client/v1/media/download/{path}",
        world.lab.homeserver_url()
    );
    let answer = reqwest::Client::new().get(url).bearer_auth(admin).send();
    answer.await.unwrap().status() == StatusCode::OK
}

#[tokio::test]
async fn a_masked_file_is_deleted_at_the_homeserver() {
    let world = secured("off").await;
    let root = world.lab.register("root", PASSWORD, true).await.unwrap();
    let admin = root.access_token;
    world.kill_helproom().await;
    assert!(world.doctor().contains("stay at the homeserver"));
    fs::write(world.folder().join("admin.token"), format!("{admin}\n")).unwrap();
    let settings = world.folder().join("helproom.toml");
    let with_token = fs::read_to_string(&settings).unwrap().replace(
        "name = \"lab.test\"\n",
        "name = \"lab.test\"\nadmin_token_file = \"admin.token\"\n",
    );
    fs::write(&settings, with_token).unwrap();
    world.start_helproom().await;
    assert!(world.doctor().contains("are deleted at the homeserver"));

    let alice = Agent::on_duty(&world, "alice", "care").await;
    let customer = Customer::start(&world, "care").await;
    let portal = alice.accept().await;
    for (key, name) in [("k1", "passport.txt"), ("k2", "map.txt")] {
        let path = format!("/attachments?key={key}&name={name}");
        let sent = customer.request(Method::POST, &path).body(name).send();
        assert_eq!(sent.await.unwrap().status(), StatusCode::OK);
    }
    let passport = alice.event_with("passport.txt").await;
    let map = alice.event_with("map.txt").await;
    let media = world
        .query("select media from attachment order by message")
        .await;
    alice.reply(&portal, &passport, "!mask all").await;
    alice.replacement(&passport).await;
    world.until_delivered().await;
    assert!(!keeps(&world, &admin, &media[0]).await);
    assert!(keeps(&world, &admin, &media[1]).await);

    // Its address alone makes it nobody's own.
    let stolen = json!({"msgtype": "m.file", "body": "mine.txt", "url": media[1]});
    let stolen = alice.send(&portal, stolen).await;
    let first = alice.reply(&portal, stolen.as_str(), "!mask all").await;
    alice.replacement(stolen.as_str()).await;
    world.until_delivered().await;
    assert!(
        keeps(&world, &admin, &media[1]).await,
        "{first} is no way in"
    );
    alice.reply(&portal, &map, "!mask all").await;
    alice.replacement(&map).await;
    world.until_delivered().await;
    assert!(!keeps(&world, &admin, &media[1]).await);
    assert_not_in_files(world.folder(), &["passport.txt", "mine.txt"]);
}

#[tokio::test]
async fn what_a_policy_masks_was_never_at_the_homeserver_either() {
    let world = secured("mask").await;
    let alice = Agent::on_duty(&world, "alice", "care").await;
    let mut body = start_body();
    body["fields"] = json!({"topic": "call 010-2345-6711"});
    body["customer"] = json!({"name": "Kim 010-2345-6718"});
    body["page"] =
        json!({"url": "https://help.test/?tel=010-2345-6712", "title": "FAQ 010-2345-6713"});
    let (status, started) = post(&world, "/help-centers/care/chats", body).await;
    assert_eq!(status, StatusCode::CREATED, "{started}");
    let mut customer = Customer::of(&world, &started);
    let portal = alice.accept().await;
    customer.until_active().await;
    customer.say("k1", "I am at 010-2345-6714").await;
    for (key, part) in [("k2", "4242 4242"), ("k3", "4242"), ("k4", "4242")] {
        customer.say(key, part).await;
    }
    let path = "/attachments?key=k5&name=010-2345-6715.txt";
    let file = customer
        .request(Method::POST, path)
        .body("a text")
        .send()
        .await
        .unwrap();
    assert_eq!(file.status(), StatusCode::OK);
    alice.say(&portal, "!rate").await;
    customer
        .until("the question", |events| {
            events.iter().any(|event| event["type"] == "rating_request")
        })
        .await;
    let rating = json!({"score": 5, "comment": "my number is 010-2345-6719"});
    let rated = customer.request(Method::POST, "/rating").json(&rating);
    assert!(rated.send().await.unwrap().status().is_success());
    let inquiry = json!({"consent": {"version": "1"}, "name": "Kim", "email": "kim@example.org",
        "subject": "my card 4000 0566 5566 5556", "message": "or call 010-2345-6716"});
    let (status, answer) = post(&world, "/help-centers/care/inquiries", inquiry).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let said = alice.say(&portal, "do you mean 010-2345-6717?").await;
    alice.replacement(said.as_str()).await;
    alice.event_with("***-****-****.txt").await;
    world.until_delivered().await;

    let never_sent = [
        "2345-6711",
        "2345-6712",
        "2345-6713",
        "2345-6714",
        "2345-6715",
        "2345-6716",
        "2345-6718",
        "2345-6719",
        "4242 4242 4242",
        "5566 5556",
    ];
    assert_not_in_files(world.folder(), &never_sent);
    // An agent's words are at the homeserver before we see them.
    assert_not_in_files(world.folder(), &["2345-6717"]);
    let database = world.lab.database_path();
    for file in [database.clone(), database.with_extension("db-wal")] {
        if let Ok(bytes) = fs::read(&file) {
            assert_not_in(&bytes, "the homeserver's database", &never_sent);
        }
    }
    assert_not_in(
        &fs::read(world.lab.log_path()).unwrap(),
        "its log",
        &never_sent,
    );
    let transcript = transcript(&customer).await;
    assert!(transcript.contains("I am at ***-****-****"), "{transcript}");
    assert!(!transcript.contains("4242"), "{transcript}");
    assert_not_in(transcript.as_bytes(), "the transcript", &never_sent);
}
