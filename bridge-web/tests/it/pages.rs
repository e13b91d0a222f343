//! The loader, the page and its files.

use desk::service::ServiceSettings;

use crate::house::House;

#[tokio::test]
async fn only_pages_of_the_service_s_origins_may_frame_the_widget() {
    let house = House::with(ServiceSettings {
        origins: vec![
            "https://help.example.org".into(),
            "http://localhost:8000/".into(),
            "https://x.test; script-src *".into(),
            "*".into(),
        ],
        ..ServiceSettings::default()
    })
    .await;
    let page = house.get("/widget/acme?locale=ko").await_answer().await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(
        page.header("content-security-policy"),
        Some(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
             connect-src 'self' wss://chat.example.org; base-uri 'none'; form-action 'none'; \
             frame-ancestors https://help.example.org http://localhost:8000"
        )
    );
}

#[tokio::test]
async fn without_a_usable_origin_nobody_may_frame_the_widget() {
    let house = House::with(ServiceSettings {
        origins: vec!["nonsense".into()],
        ..ServiceSettings::default()
    })
    .await;
    let page = house.get("/widget/acme").await_answer().await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn an_unknown_help_center_has_no_page_and_says_so_in_words() {
    let house = House::open().await;
    let page = house.get("/widget/nobody").await_answer().await;
    assert_eq!(page.status, 404);
    assert_eq!(
        page.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(page.text().contains("no help center"));
}

#[tokio::test]
async fn every_file_is_served_plain_or_compressed_and_not_twice() {
    let house = House::open().await;
    for (path, kind, keep) in [
        ("/widget.js", "text/javascript", "public, max-age=300"),
        ("/assets/page.js", "text/javascript", "no-cache"),
        ("/assets/page.css", "text/css", "no-cache"),
        ("/assets/en.js", "text/javascript", "no-cache"),
        ("/assets/ko.js", "text/javascript", "no-cache"),
        ("/assets/console.js", "text/javascript", "no-cache"),
        ("/assets/console.css", "text/css", "no-cache"),
    ] {
        let plain = house.get(path).await_answer().await;
        assert_eq!(plain.status, 200, "{path}");
        assert!(plain.header("content-type").unwrap().starts_with(kind));
        assert_eq!(plain.header("cache-control"), Some(keep));
        assert_eq!(plain.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(plain.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(plain.header("content-encoding"), None);
        let compressed = house
            .get(path)
            .header("accept-encoding", "gzip, deflate, br");
        let compressed = compressed.await_answer().await;
        assert_eq!(compressed.header("content-encoding"), Some("gzip"));
        assert!(compressed.body.len() < plain.body.len(), "{path}");
        for none in ["gzip;q=0, br", "gzip; q=0.0", "br"] {
            let unwanted = house.get(path).header("accept-encoding", none);
            let unwanted = unwanted.await_answer().await;
            assert_eq!(unwanted.header("content-encoding"), None, "{none}");
        }
        let tag = plain.header("etag").unwrap();
        for known in [
            tag.to_owned(),
            format!("W/{tag}"),
            format!("\"old\", {tag}"),
        ] {
            let again = house
                .get(path)
                .header("if-none-match", &known)
                .await_answer()
                .await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        }
    }
}

#[tokio::test]
async fn the_chat_s_part_is_found_by_the_page_and_kept_for_good() {
    let house = House::open().await;
    let page = house.get("/assets/page.js").await_answer().await;
    let page = page.text();
    let at = page.find("talk-").expect("the page names the chat's part");
    let name: String = page[at..]
        .chars()
        .take_while(|&c| c != '?' && c != '"' && c != '`')
        .collect();
    let part = house.get(&format!("/assets/{name}?0")).await_answer().await;
    assert_eq!(part.status, 200, "{name}");
    assert_eq!(
        part.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert!(part.text().contains("./page.js"), "it borrows the renderer");
    let gone = house.get("/assets/talk-00000000.js").await_answer().await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn the_loader_may_be_embedded_by_any_page() {
    let house = House::open().await;
    let loader = house.get("/widget.js").await_answer().await;
    assert_eq!(
        loader.header("cross-origin-resource-policy"),
        Some("cross-origin")
    );
}

const CONSOLE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

#[tokio::test]
async fn nobody_may_frame_the_console_of_a_browser() {
    let house = House::open().await;
    let page = house.get("/console").await_answer().await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(
        page.header("content-security-policy"),
        Some(format!("{CONSOLE}'none'").as_str())
    );
    assert!(page.text().contains("src=\"assets/console.js\""));
}

#[tokio::test]
async fn matrix_clients_may_frame_the_console_s_widget() {
    let house = House::open().await;
    let page = house
        .get("/console/widget?widgetId=w&parentUrl=https%3A%2F%2Fchat.example")
        .await_answer()
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-security-policy"),
        Some(format!("{CONSOLE}https: http: vector:").as_str())
    );
    assert!(page.text().contains("src=\"../assets/console.js\""));
}

#[tokio::test]
async fn the_settings_say_which_clients_may_frame_the_console_s_widget() {
    for (clients, ancestors) in [
        (
            vec!["https://app.element.io/", "vector:"],
            "https://app.element.io vector:",
        ),
        (vec![], "'none'"),
        (
            vec!["https://a.test; script-src *", "*", "'self'"],
            "'none'",
        ),
    ] {
        let house = House::fitted(ServiceSettings::default(), |web| {
            web.console_clients = clients.iter().map(|&client| client.into()).collect();
        })
        .await;
        let page = house.get("/console/widget").await_answer().await;
        assert_eq!(
            page.header("content-security-policy"),
            Some(format!("{CONSOLE}{ancestors}").as_str()),
            "{clients:?}"
        );
    }
}

#[tokio::test]
async fn the_parts_of_the_console_are_found_by_their_names_and_kept_for_good() {
    let house = House::open().await;
    let page = house.get("/console").await_answer().await.text();
    let script = house.get("/assets/console.js").await_answer().await.text();
    let both = page + &script;
    let mut parts: Vec<_> = both
        .match_indices("console-")
        .filter_map(|(at, _)| {
            both[at..]
                .split_once(".js")
                .map(|(stem, _)| format!("{stem}.js"))
        })
        .filter(|name| name.len() < 60 && !name.contains(['"', ' ']))
        .collect();
    parts.sort();
    parts.dedup();
    assert!(parts.len() >= 3, "{parts:?}");
    for name in parts {
        let part = house.get(&format!("/assets/{name}")).await_answer().await;
        assert_eq!(part.status, 200, "{name}");
        assert_eq!(
            part.header("cache-control"),
            Some("public, max-age=31536000, immutable"),
            "{name}"
        );
    }
}
