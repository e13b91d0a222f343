//! The console as a room widget: in a host page that is a Matrix client to it, by the library with
//! which clients are one.

use std::process::Command;

use super::*;
use crate::site::Site;

/// A token by which alice shows who she is, from the real homeserver.
async fn openid(world: &World, agent: &Agent) -> Value {
    let path = format!("/_matrix/client/v3/user/{}/openid/request_token", agent.id);
    let account = xtask::lab::Account::nobody(world.lab.homeserver_url()).unwrap();
    let token = agent.client.access_token().unwrap();
    let account = account.with(&token);
    account
        .call(Method::POST, &path, Some(json!({})))
        .await
        .unwrap()
}

async fn enters(office: &Office, openid: &Value, room: &str) -> (StatusCode, Value) {
    let answer = Client::new()
        .post(office.call("sessions"))
        .json(&json!({"openid": openid, "room": room}))
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// The room's widget as clients read it, and its place.
async fn widget_of(office: &Office, room: &OwnedRoomId) -> (Value, Value) {
    let state = office.alice.state(&office.world, room).await;
    let found = |kind: &str| {
        let event = state.iter().find(|event| event["type"] == kind);
        event.unwrap_or_else(|| panic!("no {kind}"))["content"].clone()
    };
    (
        found("im.vector.modular.widgets"),
        found("io.element.widgets.layout"),
    )
}

#[tokio::test]
async fn the_homeserver_vouches_for_who_comes_from_a_room() {
    let office = Office::open().await;
    let (alice, world) = (&office.alice, &office.world);
    let _customer = Customer::start(world, "acme").await;
    let portal = alice.accept().await;
    let token = openid(world, alice).await;
    let (status, seat) = enters(&office, &token, portal.as_str()).await;
    assert_eq!(status, StatusCode::OK, "{seat}");
    assert_eq!(seat["agent"]["id"], json!(alice.id));
    assert_eq!(seat["focus"]["service"], "acme");

    let bob = Agent::on_duty(world, "bob", "acme").await;
    let mut forged = token.clone();
    forged["access_token"] = json!("forged");
    let mut elsewhere = token.clone();
    elsewhere["matrix_server_name"] = json!("evil.example.org");
    let bobs = openid(world, &bob).await;
    let strangers = openid(world, &office.root).await;
    for (token, room, why) in [
        (&forged, portal.as_str(), "a forged token"),
        (&elsewhere, portal.as_str(), "of another homeserver"),
        (&bobs, portal.as_str(), "of who is not in the room"),
        (
            &strangers,
            portal.as_str(),
            "of an admin who is not in the room",
        ),
        (
            &token,
            "!nowhere:lab.test",
            "for a room that is none of ours",
        ),
    ] {
        let (status, answer) = enters(&office, token, room).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{why}: {answer}");
        assert_eq!(answer["error"]["code"], "openid_refused", "{why}");
    }
}

#[tokio::test]
async fn a_matrix_client_shows_the_console_in_the_rooms_and_it_knows_who_looks() {
    let office = Office::open().await;
    let visitor = Visitor::visit(&office.world, "acme").await;
    visitor.start_chat().await;
    visitor.say("hello from the page").await;
    let portal = office.alice.accept().await;
    let (widget, layout) = widget_of(&office, &portal).await;
    assert_eq!(layout["widgets"]["helproom"]["container"], "top");
    let host = Host::open(&office).await;
    let page = host.page(&office, &widget, &portal).await;
    let console = Console {
        page: page.frame("iframe"),
    };
    console
        .sees_text("message-text", "hello from the page")
        .await;
    console.fill("composer", "hello from the widget").await;
    console.page.press(&id("composer"), "Enter").await.unwrap();
    visitor.sees_text("hello from the widget").await;
    // In a frame of another site it has no cookie.
    let kept = page.storage().await.unwrap();
    assert!(kept.cookies.is_empty(), "{:?}", kept.cookies);
}

/// A page that is a Matrix client to the widget in its frame.
struct Host {
    site: Site,
}

impl Host {
    async fn open(office: &Office) -> Self {
        let folder = xtask::workspace::root().join("bridge-web/console");
        let bundle = Command::new(folder.join("node_modules/.bin/esbuild"))
            .current_dir(&folder)
            .args(["--bundle", "--format=iife", "--define:global=window"])
            .arg(xtask::workspace::root().join("tests/e2e/browser/host.js"))
            .env("NODE_PATH", folder.join("node_modules"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&bundle.stderr).into_owned();
        assert!(bundle.status.success(), "{said}");
        let script = String::from_utf8(bundle.stdout).unwrap();
        let html = "<!doctype html><html lang=en><title>A Matrix client</title>
            <style>html, body, iframe { width: 100%; height: 100%; margin: 0; border: 0 }</style>
            <iframe></iframe><script src=\"host.js\"></script></html>";
        let _ = office;
        Self {
            site: Site::serve(html.to_owned(), script),
        }
    }

    /// The client with alice logged in, showing this widget of this room.
    async fn page(&self, office: &Office, widget: &Value, room: &OwnedRoomId) -> Page {
        let openid = openid(&office.world, &office.alice).await;
        let page = browser().await;
        let page = page
            .open(&self.site.origin, &Options::default())
            .await
            .unwrap();
        let me = &office.alice.id;
        let show = format!("showWidget({widget}, {room:?}, {me:?}, {openid})");
        page.evaluate(&show).await.unwrap();
        page
    }
}
