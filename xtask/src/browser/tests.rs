//! The browser on pages that need no server.

use std::time::Duration;

use super::*;

const SOON: Duration = Duration::from_secs(10);

/// A chat in an iframe in a shadow root, as the widget is built.
const PAGE: &str = r#"data:text/html,<!doctype html><h1>Shop</h1><p>a<p>b<div id=host></div><script>
  const frame = document.createElement("iframe");
  frame.title = "Chat";
  frame.srcdoc = `<form onsubmit="event.preventDefault(); log.append(text.value)">
    <input id=text></form><p id=log></p>`;
  host.attachShadow({mode: "open"}).append(frame);
  console.log("ready");
</script>"#;

async fn page() -> (Browser, Page) {
    let browser = Browser::start().await.unwrap();
    let page = browser.open(PAGE, &Options::phone()).await.unwrap();
    (browser, page)
}

#[tokio::test]
async fn a_person_types_in_an_iframe_inside_a_shadow_root() {
    let (_browser, page) = page().await;
    let chat = page.frame("iframe[title=Chat]");
    chat.type_text("#text", "안녕 ").await.unwrap();
    chat.press("#text", "Enter").await.unwrap();
    chat.fill("#text", "🙂").await.unwrap();
    chat.press("#text", "Enter").await.unwrap();
    assert_eq!(chat.text("#log").await.unwrap(), "안녕 🙂");
    assert_eq!(chat.evaluate("1 + 1").await.unwrap(), 2);
}

#[tokio::test]
async fn a_page_is_read() {
    let (_browser, page) = page().await;
    assert_eq!(page.text("h1").await.unwrap(), "Shop");
    page.wait_count("p", 2, SOON).await.unwrap();
    assert_eq!(page.texts("p").await.unwrap(), ["a", "b"]);
    assert_eq!(page.count("p").await.unwrap(), 2);
    let title = page.attribute("iframe", "title").await.unwrap();
    assert_eq!(title.as_deref(), Some("Chat"));
    page.wait("iframe", State::Visible, SOON).await.unwrap();
    assert_eq!(page.console().await.unwrap(), ["log: ready"]);
    assert_eq!(page.evaluate("innerWidth").await.unwrap(), 390);
    assert!(page.storage().await.unwrap().cookies.is_empty());
}

#[tokio::test]
async fn requests_are_listed_those_of_iframes_too() {
    let (_browser, page) = page().await;
    let nobody = "http://127.0.0.1:9/chat";
    let fetch = format!("fetch('{nobody}').catch(() => 'refused')");
    let chat = page.frame("iframe");
    assert_eq!(chat.evaluate(&fetch).await.unwrap(), "refused");
    assert_eq!(page.requests().await.unwrap(), [nobody]);
}

#[tokio::test]
async fn what_did_not_come_is_said_with_what_did() {
    let (_browser, page) = page().await;
    let soon = Duration::from_millis(200);
    let error = page.wait_count("p", 3, soon).await.unwrap_err();
    assert!(error.to_string().contains("2 of 3"), "{error}");
    page.wait("h2", State::Visible, soon).await.unwrap_err();
    page.close().await.unwrap();
}

#[tokio::test]
async fn a_screenshot_is_a_picture() {
    let (_browser, page) = page().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.png");
    page.screenshot(&file).await.unwrap();
    assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"));
}
