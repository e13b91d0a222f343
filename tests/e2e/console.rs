//! The console in a real browser, in a Matrix client's widget, and against who does not belong there.

use std::time::Duration;

use matrix_sdk::{
    Room,
    ruma::{OwnedRoomId, RoomId},
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use xtask::browser::{Options, Page, State};

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::Customer,
    page::{Visitor, id},
    world::{PASSWORD, PATIENCE, Plan, World, browser},
};

mod hostile;
mod widget;

const SECRET: &str = "010-1234-5678";
const STARS: &str = "***-****-****";
const SETTINGS: &str = "[web.limits]\nstarts_per_minute = 100000\nmessages_per_minute = 100000\nreads_per_minute = 100000\n\
    [vault]\nkey_file = \"vault.key\"\nreveal_s = 5\n";

/// A help center whose alice may do all an agent may, and bob only chat.
struct Office {
    world: World,
    root: Agent,
    /// Of root and the bot.
    room: Room,
    alice: Agent,
    desk: Room,
}

impl Office {
    async fn open() -> Self {
        let world = World::start(Plan {
            services: &["acme"],
            settings: SETTINGS,
            admins: &["@root:lab.test"],
            ..Plan::default()
        })
        .await;
        world.lab.register("root", PASSWORD, false).await.unwrap();
        let root = world.lab.log_in("root", PASSWORD).await.unwrap();
        let root = Agent::with(&world, root).await;
        let room = direct_room(&world, &root, false).await;
        for command in [
            "!contract security on",
            "!agent grant @alice.acme:lab.test mask unmask ticket supervise",
        ] {
            let told = root.told(room.room_id(), command).await;
            assert!(!told.contains("needs"), "{command}: {told}");
        }
        let alice = Agent::on_duty(&world, "alice", "acme").await;
        let desk = direct_room(&world, &alice, false).await;
        Self {
            world,
            root,
            room,
            alice,
            desk,
        }
    }

    /// What `!console` answers this person with, and nothing but the address.
    async fn link(&self, agent: &Agent, room: &Room) -> String {
        let told = agent.told(room.room_id(), "!console").await;
        let address = told
            .split_whitespace()
            .find(|word| word.contains("/console#"));
        address
            .unwrap_or_else(|| panic!("no link: {told}"))
            .to_owned()
    }

    /// Alice's browser at the console.
    async fn console(&self, options: &Options) -> Console {
        let link = self.link(&self.alice, &self.desk).await;
        let page = browser().await.open(&link, options).await.unwrap();
        let console = Console { page };
        console.sees("chats").await;
        console
    }

    /// The address of a call of the console.
    fn call(&self, path: &str) -> String {
        format!("{}/api/v1/console/{path}", self.world.web)
    }
}

/// Of those with this name, what a person can see.
fn seen(name: &str) -> String {
    format!("{}:visible", id(name))
}

/// The console's page.
struct Console {
    page: Page,
}

impl Console {
    async fn sees(&self, name: &str) {
        self.until(&seen(name), State::Visible).await;
    }

    async fn until(&self, selector: &str, state: State) {
        let waited = self.page.wait(selector, state, PATIENCE).await;
        self.expect(selector, waited).await;
    }

    async fn click(&self, name: &str) {
        let clicked = self.page.click(&seen(name)).await;
        self.expect(name, clicked).await;
    }

    /// What was tried worked; else all that tells why not.
    async fn expect(&self, what: &str, outcome: anyhow::Result<()>) {
        if let Err(error) = outcome {
            let shown = self.page.text("body").await.unwrap_or_default();
            let said = self.page.console().await.unwrap_or_default();
            let picture = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("console.png");
            let _ = self.page.screenshot(&picture).await;
            let picture = picture.display();
            panic!("{what}: {error}\nthe page, as in {picture}: {shown}\nits console: {said:?}");
        }
    }

    async fn fill(&self, name: &str, text: &str) {
        let filled = self.page.fill(&seen(name), text).await;
        self.expect(name, filled).await;
    }

    async fn sees_text(&self, within: &str, text: &str) {
        let selector = format!("{}:has-text(\"{text}\")", id(within));
        self.until(&selector, State::Visible).await;
    }

    /// Selects these words in the message that has them, as a person does with the mouse.
    async fn select(&self, words: &str) {
        let script = format!(
            "(() => {{
               const words = {words:?};
               for (const said of document.querySelectorAll('[data-testid=message-text]')) {{
                 const nodes = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
                 while (nodes.nextNode()) {{
                   const node = nodes.currentNode;
                   const at = node.data.indexOf(words);
                   if (at < 0) continue;
                   getSelection().setBaseAndExtent(node, at, node, at + words.length);
                   return true;
                 }}
               }}
               return false;
             }})()"
        );
        let found = self.page.evaluate(&script).await.unwrap();
        assert_eq!(found, true, "{words} is not on the page");
    }

    /// Nothing was refused, failed or came from elsewhere.
    async fn was_clean(&self, origin: &str) {
        let said = self.page.console().await.unwrap();
        let bad: Vec<_> = said
            .iter()
            .filter(|line| line.starts_with("error") || line.starts_with("pageerror"))
            // Whoever comes by a link is asked first whether it is in already.
            .filter(|line| !line.contains("401 (Unauthorized)"))
            .collect();
        assert!(bad.is_empty(), "{bad:#?}");
        let asked = self.page.requests().await.unwrap();
        let foreign: Vec<_> = asked
            .iter()
            .filter(|url| !url.starts_with(origin) && !url.starts_with("blob:"))
            .collect();
        assert!(foreign.is_empty(), "{foreign:#?}");
    }
}

#[tokio::test]
async fn a_chat_comes_is_accepted_masked_looked_under_and_made_a_ticket_at_the_console() {
    let office = Office::open().await;
    let console = office.console(&Options::default()).await;
    let address = console.page.evaluate("location.href").await.unwrap();
    let shown = address.as_str().unwrap();
    assert!(
        !shown.contains('#') || shown.contains("#/"),
        "the code stays in {shown}"
    );

    // The chat comes by itself.
    let visitor = Visitor::visit(&office.world, "acme").await;
    visitor.start_chat().await;
    visitor.say(&format!("please call {SECRET} today")).await;
    console.sees("chat-line").await;
    console.click("accept").await;
    console.sees_text("message-text", SECRET).await;
    console
        .fill("composer", "Good morning from the console")
        .await;
    console.page.press(&id("composer"), "Enter").await.unwrap();
    let words = "Good morning from the console";
    visitor.sees_text(words).await;
    let portal = office.alice.accept().await;
    office.alice.until_notice(&portal, words).await;

    // Selected and masked: at the console, in the widget, in the room.
    console.select(SECRET).await;
    console.click("mask-selection").await;
    console.sees_text("message-text", STARS).await;
    visitor.sees_text(STARS).await;
    let stars = |_: &RoomId, event: &Value| {
        let body = event["content"]["body"].as_str();
        body.is_some_and(|body| body.contains(STARS))
    };
    office.alice.until_event("asterisks", stars).await;
    let redacted = |_: &RoomId, event: &Value| event["type"] == "m.room.redaction";
    office.alice.until_event("a redaction", redacted).await;

    // Clicked: seen, and gone.
    console.click("run").await;
    console.fill("reason", "the customer asked").await;
    console.click("reveal-go").await;
    console.sees_text("original-text", SECRET).await;
    office
        .alice
        .until_notice(&portal, "the customer asked")
        .await;
    console.until(&id("original"), State::Detached).await;
    let html = console
        .page
        .evaluate("document.documentElement.outerHTML")
        .await;
    assert!(!html.unwrap().as_str().unwrap().contains(SECRET));

    // Without the permission: refused, though the page shows the way.
    let revoke = "!agent revoke @alice.acme:lab.test unmask";
    office.root.told(office.room.room_id(), revoke).await;
    console.click("run").await;
    console.click("reveal-go").await;
    console.sees("reveal-problem").await;
    assert_eq!(console.page.count(&id("original")).await.unwrap(), 0);
    console.page.press(&id("reason"), "Escape").await.unwrap();

    // A ticket, its tag, its number in the room, its conversation.
    console.click("create-ticket").await;
    console.fill("ticket-subject", "Call back").await;
    console.click("ticket-go").await;
    office.alice.until_notice(&portal, "ticket #1").await;
    console.click("to-tickets").await;
    console.click("ticket-line").await;
    console.sees_text("tag", "Chat").await;
    console.click("quick-chat").await;
    console.sees_text("chat-history", STARS).await;
    let history = console.page.text(&id("chat-history")).await.unwrap();
    assert!(
        !history.contains(SECRET) && history.contains(words),
        "{history}"
    );
    let bad_words = console.page.console().await.unwrap();
    let bad: Vec<_> = bad_words
        .iter()
        // The refused look above.
        .filter(|line| line.starts_with("pageerror") || line.contains("Content Security"))
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
}

#[tokio::test]
async fn the_console_is_left_behind_by_links_used_twice_and_pages_of_other_sites() {
    let office = Office::open().await;
    let link = office.link(&office.alice, &office.desk).await;
    let console = Console {
        page: browser()
            .await
            .open(&link, &Options::default())
            .await
            .unwrap(),
    };
    console.sees("chats").await;
    // Another browser with the same link.
    let other = Console {
        page: browser()
            .await
            .open(&link, &Options::default())
            .await
            .unwrap(),
    };
    other.sees("gate").await;
    assert_eq!(other.page.count(&id("chats")).await.unwrap(), 0);

    // A page of another site, in the browser that is logged in: it may ask, and nothing is done.
    let customer = Customer::start(&office.world, "acme").await;
    console.sees("chat-line").await;
    let accept = office.call(&format!("chats/{}/accept", customer.chat));
    console.page.goto(&office.world.page("acme")).await.unwrap();
    for options in [
        "{method: 'POST', credentials: 'include', mode: 'no-cors', body: '{}'}",
        "{method: 'POST', credentials: 'include', headers: {'content-type': 'application/json'}, body: '{}'}",
        "{method: 'POST', credentials: 'include', headers: {'x-csrf-token': 'x'}, body: '{}'}",
    ] {
        let script =
            format!("fetch({accept:?}, {options}).then((it) => it.type + it.status, String)");
        let answer = console.page.evaluate(&script).await.unwrap();
        let answer = answer.as_str().unwrap();
        let unread = answer.starts_with("opaque") || answer.contains("Failed to fetch");
        assert!(unread, "{answer}");
    }
    let read = format!(
        "fetch({:?}, {{credentials: 'include'}}).then((it) => it.text(), String)",
        office.call("session")
    );
    let read = console.page.evaluate(&read).await.unwrap();
    assert!(read.as_str().unwrap().contains("Failed to fetch"), "{read}");
    let active = office
        .world
        .query("select count(*) from chat where state = 'active'")
        .await;
    assert_eq!(active, ["0"]);

    // Ended from the room, the page says so and how to come back.
    console
        .page
        .goto(&format!("{}/console", office.world.web))
        .await
        .unwrap();
    console.sees("chats").await;
    let told = office
        .alice
        .told(office.desk.room_id(), "!console end")
        .await;
    assert!(told.contains("closed"), "{told}");
    office.alice.told(office.desk.room_id(), "!away").await;
    console.sees("gate").await;
    let gate = console.page.text(&id("gate")).await.unwrap();
    assert!(gate.contains("!console"), "{gate}");
}

#[tokio::test]
async fn who_has_no_work_gets_no_link_and_nobody_gets_one_in_a_room_of_many() {
    let office = Office::open().await;
    let revoke = "!agent revoke @bob.acme:lab.test";
    let bob = Agent::on_duty(&office.world, "bob", "acme").await;
    let room = direct_room(&office.world, &bob, true).await;
    office.root.told(office.room.room_id(), revoke).await;
    let told = bob.told(room.room_id(), "!console").await;
    assert!(
        told.contains("permission") && !told.contains("http"),
        "{told}"
    );
    let _customer = Customer::start(&office.world, "acme").await;
    let portal = office.alice.accept().await;
    let told = office.alice.told(&portal, "!console").await;
    assert!(!told.contains("http"), "{told}");
}

impl Visitor {
    async fn sees_text(&self, text: &str) {
        let selector = format!("text={text}");
        self.frame
            .wait(&selector, State::Visible, PATIENCE)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}
