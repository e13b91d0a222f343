//! What hostile customers and agents write is text on every page of the console.

use super::*;

/// Ways to make a page run something, each setting `window.ran`. After the lists that are published
/// for testing filters: markup, handlers, addresses, encodings, templates, breaking out of
/// attributes and scripts.
const STRINGS: [&str; 24] = [
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg onload=window.ran=1>",
    "<svg><script>window.ran=1</script></svg>",
    "\"><script>window.ran=1</script>",
    "'><img src=x onerror=window.ran=1>",
    "\" autofocus onfocus=\"window.ran=1",
    "' onmouseover='window.ran=1",
    "javascript:window.ran=1",
    "JaVaScRiPt:window.ran=1",
    "java\tscript:window.ran=1",
    "data:text/html,<script>parent.ran=1</script>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<iframe src=javascript:parent.ran=1>",
    "<body onload=window.ran=1>",
    "<details open ontoggle=window.ran=1>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.ran=1>",
    "<a href=javascript:window.ran=1>x</a>",
    "<style>@import'javascript:window.ran=1'</style>",
    "</textarea><script>window.ran=1</script>",
    "</title><script>window.ran=1</script>",
    "{{constructor.constructor('window.ran=1')()}}",
    "${window.ran=1}",
    "&lt;img src=x onerror=window.ran=1&gt;",
];

async fn call(office: &Office, method: Method, path: &str, body: Value) -> Value {
    let url = format!("{}/api/v1/{path}", office.world.web);
    let answer = Client::new().request(method, url).json(&body).send();
    let answer = answer.await.unwrap();
    let status = answer.status();
    let told: Value = answer.json().await.unwrap_or_default();
    assert!(status.is_success(), "{path}: {status} {told}");
    told
}

/// One chat whose every field is hostile.
async fn hostile_chat(office: &Office, string: &str) -> Customer {
    // A name is one line and at most 100 characters.
    let line: String = string.replace('\t', " ").chars().take(100).collect();
    let body = json!({
        "consent": {"version": "1"},
        "customer": {"name": line, "email": "kim@example.org"},
        "fields": {"topic": line},
        "page": {"url": format!("https://help.example.org/{string}"), "title": string},
        "locale": "en",
    });
    let chats = "help-centers/acme/chats";
    let started = call(office, Method::POST, chats, body).await;
    let customer = Customer::of(&office.world, &started);
    customer.say("k1", string).await;
    customer
}

#[tokio::test]
async fn nothing_a_customer_or_an_agent_writes_runs_on_any_page_of_the_console() {
    let office = Office::open().await;
    let (root, room) = (&office.root, office.room.room_id());
    for command in [
        "!helpcenter fields add topic \"<img src=x onerror=window.ran=1>\"",
        "!routing capacity 50",
        "!agent name @alice.acme:lab.test \"<script>window.ran=1</script>\"",
        "!canned add bad <svg onload=window.ran=1>",
    ] {
        root.told(room, command).await;
    }
    office.alice.told(office.desk.room_id(), "!away").await;
    let console = office.console(&Options::default()).await;
    office.alice.told(office.desk.room_id(), "!online").await;
    let mut chats = Vec::new();
    for string in STRINGS {
        chats.push(hostile_chat(&office, string).await);
    }
    let lines = id("chat-line");
    let every = console.page.wait_count(&lines, STRINGS.len(), PATIENCE);
    every.await.unwrap();
    for (customer, string) in chats.iter().zip(STRINGS) {
        let here = format!("location.hash = '#/acme/chats/{}'", customer.chat);
        console.page.evaluate(&here).await.unwrap();
        let shown = format!("{}[data-from=customer]", id("message"));
        console.until(&shown, State::Visible).await;
        let said = console.page.texts(&id("message-text")).await.unwrap();
        assert!(
            said.iter().any(|said| said == string),
            "{string:?} in {said:?}"
        );
    }
    let accept = console.page.count(&id("accept")).await.unwrap();
    assert!(accept > 0, "no chat is offered");
    console.click("accept").await;
    console.fill("composer", STRINGS[1]).await;
    console.page.press(&id("composer"), "Enter").await.unwrap();
    console.click("create-ticket").await;
    console.fill("ticket-subject", STRINGS[1]).await;
    console.fill("ticket-description", STRINGS[2]).await;
    console.click("ticket-go").await;
    console.click("to-tickets").await;
    console.click("ticket-line").await;
    console.sees("ticket").await;
    console.fill("ticket-comment", STRINGS[4]).await;
    console.click("comment-go").await;
    console.sees_text("comments", "window.ran").await;
    for panel in [
        "quick-chat",
        "quick-customer",
        "quick-others",
        "quick-audit",
    ] {
        console.click(panel).await;
        console.sees("quick-panel").await;
    }
    console.click("to-report").await;
    console.sees("plot").await;

    let ran = console.page.evaluate("window.ran ?? null").await.unwrap();
    assert_eq!(ran, Value::Null, "something ran");
    // Nor was it only the policy that held: it had nothing to refuse.
    console.was_clean(&office.world.web).await;
    drop(chats);
    tokio::time::timeout(Duration::from_secs(60), office.world.until_delivered())
        .await
        .expect("everything is delivered");
}
