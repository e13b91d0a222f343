//! The document says what the server does.

use std::collections::BTreeMap;

use crate::house::House;

/// Every call with every status it can answer.
const CALLS: [(&str, &str, &[u16]); 32] = [
    (
        "get",
        "/api/v1/help-centers/{service}",
        &[200, 403, 404, 429, 503],
    ),
    (
        "post",
        "/api/v1/help-centers/{service}/chats",
        &[201, 400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503],
    ),
    (
        "post",
        "/api/v1/help-centers/{service}/resume",
        &[200, 400, 401, 403, 404, 408, 413, 415, 422, 429, 503],
    ),
    (
        "post",
        "/api/v1/chats/{id}/rating",
        &[204, 400, 401, 403, 408, 409, 413, 415, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/chats/{id}/transcript",
        &[200, 401, 403, 429, 503],
    ),
    (
        "post",
        "/api/v1/chats/{id}/transcript",
        &[202, 400, 401, 403, 408, 409, 413, 415, 422, 429, 503],
    ),
    (
        "post",
        "/api/v1/help-centers/{service}/inquiries",
        &[201, 400, 403, 404, 408, 409, 413, 415, 422, 429, 503],
    ),
    (
        "post",
        "/api/v1/chats/{id}/messages",
        &[200, 400, 401, 403, 408, 409, 413, 415, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/chats/{id}/events",
        &[200, 400, 401, 403, 429, 503],
    ),
    (
        "get",
        "/api/v1/chats/{id}/socket",
        &[101, 400, 401, 403, 426, 429, 503],
    ),
    ("post", "/api/v1/chats/{id}/close", &[204, 401, 403, 503]),
    (
        "post",
        "/api/v1/chats/{id}/attachments",
        &[200, 400, 401, 403, 408, 409, 413, 415, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/chats/{id}/attachments/{message}",
        &[200, 401, 403, 404, 429, 503],
    ),
    (
        "post",
        "/api/v1/chats/{id}/typing",
        &[204, 400, 401, 403, 408, 413, 415, 422, 429, 503],
    ),
    (
        "post",
        "/api/v1/chats/{id}/read",
        &[204, 400, 401, 403, 408, 413, 415, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/tickets",
        &[200, 400, 401, 403, 422, 429, 503],
    ),
    (
        "post",
        "/api/v1/admin/tickets",
        &[201, 400, 401, 403, 404, 408, 413, 415, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/tickets/{number}",
        &[200, 401, 403, 404, 429, 503],
    ),
    (
        "patch",
        "/api/v1/admin/tickets/{number}",
        &[204, 400, 401, 403, 404, 408, 413, 415, 422, 429, 503],
    ),
    (
        "post",
        "/api/v1/admin/tickets/{number}/comments",
        &[201, 400, 401, 403, 404, 408, 413, 415, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/chats",
        &[200, 400, 401, 403, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/chats/{id}",
        &[200, 400, 401, 403, 404, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/chats/{id}/transcript",
        &[200, 401, 403, 404, 429, 503],
    ),
    (
        "post",
        "/api/v1/admin/chats/{id}/close",
        &[204, 401, 403, 404, 429, 503],
    ),
    ("get", "/api/v1/admin/agents", &[200, 401, 403, 429, 503]),
    (
        "put",
        "/api/v1/admin/agents/{id}",
        &[204, 400, 401, 403, 408, 413, 415, 422, 429, 503],
    ),
    (
        "delete",
        "/api/v1/admin/agents/{id}",
        &[204, 400, 401, 403, 404, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/audit",
        &[200, 400, 401, 403, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/report",
        &[200, 400, 401, 403, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/customers",
        &[200, 400, 401, 403, 422, 429, 503],
    ),
    (
        "get",
        "/api/v1/admin/customers/{id}/export",
        &[200, 401, 403, 404, 429, 503],
    ),
    (
        "delete",
        "/api/v1/admin/customers/{id}",
        &[202, 401, 403, 404, 429, 503],
    ),
];

#[tokio::test]
async fn the_document_holds_every_call_and_every_status() {
    let house = House::open().await;
    let answer = house.get("/api/openapi.json").await_answer().await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let document = answer.json();
    let mut described = BTreeMap::new();
    for (path, calls) in document["paths"].as_object().unwrap() {
        for (method, call) in calls.as_object().unwrap() {
            let responses = call["responses"].as_object().unwrap();
            let mut statuses: Vec<u16> = responses
                .keys()
                .map(|status| status.parse().unwrap())
                .collect();
            statuses.sort();
            described.insert((method.clone(), path.clone()), statuses);
        }
    }
    let meant = CALLS
        .map(|(method, path, statuses)| ((method.to_owned(), path.to_owned()), statuses.to_vec()));
    assert_eq!(described, BTreeMap::from(meant));
}

#[tokio::test]
async fn every_call_of_the_document_is_answered_at_its_address() {
    let house = House::open().await;
    for (method, path, _) in CALLS {
        let path = path
            .replace("{service}", "acme")
            .replace("{id}", "01JD")
            .replace("{message}", "01JE")
            .replace("{number}", "1");
        let status = house
            .ask(&method.to_uppercase(), &path)
            .await_answer()
            .await
            .status;
        assert!(![404, 405].contains(&status), "{method} {path}: {status}");
    }
}

#[tokio::test]
async fn every_schema_that_is_referred_to_is_there() {
    let house = House::open().await;
    let document = house.get("/api/openapi.json").await_answer().await;
    let text = document.text();
    let document = document.json();
    let mut seen = 0;
    for reference in text.split("\"#/").skip(1) {
        let pointer = format!("/{}", reference.split('"').next().unwrap());
        assert!(document.pointer(&pointer).is_some(), "{pointer}");
        seen += 1;
    }
    assert!(seen > 50);
    assert_eq!(
        document["components"]["securitySchemes"]["visitor_token"]["scheme"],
        "bearer"
    );
}
