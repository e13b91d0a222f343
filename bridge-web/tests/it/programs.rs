//! What programs do by the admin API, and what comes of it.

use desk::{
    event::{Author, ChatEventKind, Message},
    ids::MessageId,
    service::ServiceSettings,
};
use serde_json::{Value, json};

use crate::house::{Answer, House, refusal};

const ADMIN: &str = "/api/v1/admin";
const ALL: &str = "--scope tickets:read tickets:write chats:read chats:write agents:read agents:write audit:read report:read customers:read customers:erase";

struct Program {
    house: House,
    key: String,
}

impl Program {
    async fn new() -> Self {
        Self::with(ServiceSettings::default()).await
    }

    async fn with(settings: ServiceSettings) -> Self {
        let house = House::with(settings).await;
        let key = house.key("crm", ALL).await;
        house.told("!agent grant @alice:example.org ticket").await;
        Self { house, key }
    }

    async fn get(&self, path: &str) -> Answer {
        let path = format!("{ADMIN}/{path}");
        self.house.get(&path).bearer(&self.key).await_answer().await
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let ask = self.house.post(&format!("{ADMIN}/{path}"), body);
        ask.method(method).bearer(&self.key).await_answer().await
    }

    async fn ticket(&self, number: u64) -> Value {
        self.get(&format!("tickets/{number}")).await.json()
    }
}

fn code(reply: &Answer) -> (u16, String) {
    let code = reply.json()["error"]["code"].as_str().unwrap().to_owned();
    (reply.status, code)
}

#[tokio::test]
async fn a_ticket_is_made_changed_commented_and_read_with_its_history() {
    let at = Program::new().await;
    let made = at
        .send(
            "POST",
            "tickets",
            &json!({"subject": "Refund", "description": "Twice paid", "priority": "high",
                "assignee": "@alice:example.org", "tags": ["billing"], "name": "Kim",
                "email": "kim@example.org", "unknown": 1}),
        )
        .await;
    assert_eq!((made.status, made.json()), (201, json!({"number": 1})));
    for edit in [
        json!({"status": "pending", "add_tags": ["vip"], "remove_tags": ["billing"]}),
        json!({"assignee": null, "subject": "Refund twice"}),
        json!({}),
    ] {
        assert_eq!(at.send("PATCH", "tickets/1", &edit).await.status, 204);
    }
    let told = at
        .send(
            "POST",
            "tickets/1/comments",
            &json!({"text": "Called back"}),
        )
        .await;
    assert_eq!((told.status, told.json()), (201, json!({"number": 1})));

    let ticket = at.ticket(1).await;
    for (field, value) in [
        ("subject", json!("Refund twice")),
        ("description", json!("Twice paid")),
        ("status", json!("pending")),
        ("priority", json!("high")),
        ("assignee", json!(null)),
        ("tags", json!(["vip"])),
        ("name", json!("Kim")),
        ("email", json!("kim@example.org")),
        ("made_by", json!("apikey:crm")),
        ("chat", json!(null)),
        ("conversation", json!([])),
    ] {
        assert_eq!(ticket[field], value, "{field}");
    }
    assert_eq!(ticket["comments"][0]["text"], "Called back");
    assert_eq!(ticket["comments"][0]["public"], false);
    assert_eq!(ticket["comments"][0]["name"], "Acme Help");
    let fields = ticket["changes"].as_array().unwrap().iter();
    let fields: Vec<_> = fields.map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["status", "tag", "assignee", "subject"]);
    let log = at.house.told("!audit 50").await;
    for line in [
        "apikey:crm · ticket.create #1",
        "apikey:crm · ticket.change #1: status tag",
        "apikey:crm · ticket.change #1: assignee subject",
        "apikey:crm · ticket.comment #1: internal",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(!log.contains("Refund"), "{log}");
}

#[tokio::test]
async fn what_is_wrong_in_a_request_is_named() {
    let at = Program::new().await;
    at.send("POST", "tickets", &json!({"subject": "Refund"}))
        .await;
    let invalid = |field: &str| (422, field.to_owned());
    for (method, path, body, answer) in [
        ("POST", "tickets", json!({}), invalid("body")),
        (
            "POST",
            "tickets",
            json!({"subject": " "}),
            invalid("subject"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "a\nb"}),
            invalid("subject"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "x".repeat(201)}),
            invalid("subject"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "a", "description": "x".repeat(10_001)}),
            invalid("description"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "a", "priority": "huge"}),
            invalid("priority"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "a", "assignee": "@nobody:example.org"}),
            invalid("assignee"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "a", "tags": ["a b"]}),
            invalid("tags"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "a", "tags": ["Inquiry"]}),
            invalid("tags"),
        ),
        (
            "POST",
            "tickets",
            json!({"subject": "a", "email": "kim"}),
            invalid("email"),
        ),
        (
            "PATCH",
            "tickets/1",
            json!({"status": "gone"}),
            invalid("status"),
        ),
        (
            "PATCH",
            "tickets/1",
            json!({"subject": ""}),
            invalid("subject"),
        ),
        (
            "PATCH",
            "tickets/1",
            json!({"add_tags": vec!["a"; 21]}),
            invalid("add_tags"),
        ),
        (
            "POST",
            "tickets/1/comments",
            json!({"text": ""}),
            invalid("text"),
        ),
        (
            "POST",
            "tickets/1/comments",
            json!({"text": "a", "public": true}),
            invalid("public"),
        ),
        (
            "PUT",
            "agents/bela",
            json!({"permissions": ["chat"]}),
            invalid("id"),
        ),
        (
            "PUT",
            "agents/@bela:example.org",
            json!({"permissions": []}),
            invalid("permissions"),
        ),
        (
            "PUT",
            "agents/@bela:example.org",
            json!({"permissions": ["admin"]}),
            invalid("permissions"),
        ),
        (
            "PUT",
            "agents/@helproom:localhost",
            json!({"permissions": ["chat"]}),
            invalid("id"),
        ),
    ] {
        let reply = at.send(method, path, &body).await;
        let field = reply.json()["error"]["field"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!((reply.status, field), answer, "{method} {path} {body}");
    }
    for (path, answer) in [
        ("tickets?status=gone", (422, "invalid")),
        ("tickets?limit=0", (422, "invalid")),
        ("tickets?limit=101", (422, "invalid")),
        ("tickets?limit=-1", (400, "malformed")),
        ("tickets?before=x", (400, "malformed")),
        ("tickets?tag=a%20b", (422, "invalid")),
        ("tickets/2", (404, "not_found")),
        ("tickets/x", (404, "not_found")),
        ("tickets/18446744073709551615", (404, "not_found")),
        ("chats?state=gone", (422, "invalid")),
        ("chats?since=yesterday", (422, "invalid")),
        ("chats/01J", (404, "not_found")),
        ("audit?since=now", (422, "invalid")),
        ("report?days=91", (422, "invalid")),
    ] {
        assert_eq!(
            code(&at.get(path).await),
            refusal(answer.0, answer.1),
            "{path}"
        );
    }
    for (method, path) in [
        ("PATCH", "tickets/9"),
        ("POST", "tickets/9/comments"),
        ("POST", "chats/01J/close"),
        ("DELETE", "agents/@nobody:example.org"),
    ] {
        let reply = at.send(method, path, &json!({"text": "a"})).await;
        assert_eq!(code(&reply), refusal(404, "not_found"), "{method} {path}");
    }
    let reply = at
        .send("POST", "tickets", &json!({"subject": "a", "chat": "01J"}))
        .await;
    assert_eq!(code(&reply), refusal(404, "not_found"));
}

#[tokio::test]
async fn tickets_are_found_page_by_page_and_by_what_they_are() {
    let at = Program::new().await;
    for n in 1..=5 {
        let tag = if n % 2 == 0 { "even" } else { "odd" };
        let wish = json!({"subject": format!("Ticket {n}"), "tags": [tag]});
        at.send("POST", "tickets", &wish).await;
    }
    at.send("PATCH", "tickets/2", &json!({"status": "solved"}))
        .await;
    at.send(
        "PATCH",
        "tickets/4",
        &json!({"assignee": "@alice:example.org"}),
    )
    .await;
    for (asked, numbers, more) in [
        ("", &[5, 4, 3, 2, 1][..], false),
        ("?limit=2", &[5, 4], true),
        ("?limit=2&before=4", &[3, 2], true),
        ("?limit=2&before=2", &[1], false),
        ("?tag=EVEN", &[4, 2], false),
        ("?status=open&tag=even", &[4], false),
        ("?status=solved,closed", &[2], false),
        ("?assignee=@alice:example.org", &[4], false),
        ("?q=ticket%203", &[3], false),
        ("?q=%00%22*", &[], false),
        ("?before=18446744073709551615&limit=1", &[5], true),
    ] {
        let told = at.get(&format!("tickets{asked}")).await;
        assert_eq!(told.status, 200, "{asked}: {}", told.text());
        let told = told.json();
        let found = told["tickets"].as_array().unwrap().iter();
        let found: Vec<_> = found.map(|it| it["number"].as_u64().unwrap()).collect();
        assert_eq!(
            (&found[..], told["more"].as_bool()),
            (numbers, Some(more)),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn what_a_policy_hides_is_not_in_what_a_program_writes() {
    let settings = ServiceSettings {
        contract_security: true,
        ..ServiceSettings::default()
    };
    let at = Program::with(settings).await;
    at.house.told("!masking phone mask").await;
    // A tag cannot be masked: it would be another.
    let tagged = json!({"subject": "call", "tags": ["010-1234-5678"]});
    let refused = at.send("POST", "tickets", &tagged).await;
    assert_eq!(
        (refused.status, refused.json()["error"]["field"].clone()),
        (422, json!("tags"))
    );
    let wish = json!({"subject": "call 010-1234-5678", "description": "or 010-1234-5678"});
    at.send("POST", "tickets", &wish).await;
    at.send(
        "POST",
        "tickets/1/comments",
        &json!({"text": "at 010-1234-5678"}),
    )
    .await;
    at.send(
        "PATCH",
        "tickets/1",
        &json!({"subject": "ring 010-1234-5678"}),
    )
    .await;
    let ticket = at.ticket(1).await;
    assert_eq!(ticket["subject"], "ring ***-****-****");
    assert!(!ticket.to_string().contains("1234"), "{ticket}");
}

#[tokio::test]
async fn chats_are_listed_read_and_closed() {
    let at = Program::new().await;
    let first = at.house.started().await;
    let answer = at.house.write(&first, "k1", "hello").await_answer().await;
    assert_eq!(answer.status, 200);
    let said = Message {
        id: MessageId::new("m-alice"),
        key: None,
        from: Author::Agent {
            name: "Alice".into(),
        },
        text: "good day".into(),
        html: None,
        reply_to: None,
        attachment: None,
        masked: false,
    };
    at.house
        .happens(&first.chat, &ChatEventKind::Message(said))
        .await;
    let second = at.house.started().await;

    let list = at.get("chats?limit=1").await.json();
    assert_eq!(list["more"], true);
    assert_eq!(list["chats"][0]["id"], second.chat);
    let list = at.get("chats?before=2&state=waiting,offered").await.json();
    assert_eq!(list["chats"][0]["id"], first.chat);
    let customer = list["chats"][0]["customer"].as_str().unwrap();
    let own = at.get(&format!("chats?customer={customer}")).await.json();
    assert_eq!(own["chats"].as_array().unwrap().len(), 1);
    let none = at.get("chats?since=2030-01-01T00:00:00Z").await.json();
    assert_eq!(none["chats"], json!([]));

    let whole = at.get(&format!("chats/{}", first.chat)).await.json();
    assert_eq!(whole["number"], 1);
    let texts = whole["events"].as_array().unwrap().iter();
    let texts: Vec<_> = texts.filter_map(|event| event["text"].as_str()).collect();
    assert_eq!(texts, ["hello", "good day"]);
    let kept = at.get(&format!("chats/{}/transcript", first.chat)).await;
    assert!(kept.text().contains("Alice: good day"), "{}", kept.text());

    let close = format!("chats/{}/close", first.chat);
    for _ in 0..2 {
        assert_eq!(at.send("POST", &close, &json!({})).await.status, 204);
    }
    let closed = at.get("chats?state=closed").await.json();
    assert_eq!(closed["chats"][0]["id"], first.chat);
    assert!(closed["chats"][0]["closed_at"].is_string());
    let log = at.house.told("!audit 50").await;
    assert_eq!(
        log.matches("apikey:crm · chat.close chat #1").count(),
        1,
        "{log}"
    );
}

#[tokio::test]
async fn a_ticket_of_a_chat_has_its_customer_its_tag_and_a_copy() {
    let at = Program::new().await;
    let chat = at.house.started().await;
    at.house.write(&chat, "k1", "hello").await_answer().await;
    let wish = json!({"subject": "Refund", "chat": chat.chat, "name": "Mallory", "tags": ["chat"]});
    let made = at.send("POST", "tickets", &wish).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let ticket = at.ticket(1).await;
    assert_eq!(ticket["tags"], json!(["Chat"]));
    assert_eq!(ticket["chat"], json!({"id": chat.chat, "number": 1}));
    assert_eq!(ticket["name"], Value::Null);
    assert_eq!(ticket["conversation"][0]["text"], "hello");
}

#[tokio::test]
async fn permissions_are_given_and_taken_but_nobody_is_made_an_admin_by_a_key() {
    let at = Program::new().await;
    let bela = "agents/@bela:example.org";
    let grant = json!({"permissions": ["chat", "ticket"]});
    for _ in 0..2 {
        assert_eq!(at.send("PUT", bela, &grant).await.status, 204);
    }
    let held = async || {
        let agents = at.get("agents").await.json();
        let mut agents = agents["agents"].as_array().unwrap().clone().into_iter();
        let found = agents.find(|agent| agent["id"] == "@bela:example.org");
        found.unwrap()["permissions"].clone()
    };
    assert_eq!(held().await, json!(["chat", "ticket"]));
    let take = format!("{bela}?permissions=ticket");
    assert_eq!(at.send("DELETE", &take, &json!({})).await.status, 204);
    assert_eq!(held().await, json!(["chat"]));
    assert_eq!(at.send("DELETE", bela, &json!({})).await.status, 204);
    assert_eq!(held().await, json!([]));
    for (path, status) in [("?permissions=", 422), ("?permissions=all", 422)] {
        let told = at
            .send("DELETE", &format!("{bela}{path}"), &json!({}))
            .await;
        assert_eq!(told.status, status, "{path}");
    }
    at.house
        .told("!agent grant @carol:example.org admin chat")
        .await;
    let told = at
        .send("DELETE", "agents/@carol:example.org", &json!({}))
        .await;
    assert_eq!(told.status, 422);
    let log = at.house.told("!audit 50").await;
    assert!(
        log.contains("apikey:crm · agent.grant @bela:example.org: none → chat ticket"),
        "{log}"
    );
}

#[tokio::test]
async fn the_audit_log_and_the_report_are_read() {
    let at = Program::new().await;
    at.house.started().await;
    for n in 0..3 {
        let wish = json!({"subject": format!("{n}")});
        at.send("POST", "tickets", &wish).await;
    }
    let page = at.get("audit?who=apikey:crm&limit=2").await.json();
    assert_eq!(page["more"], true);
    assert_eq!(page["entries"][0]["what"], "ticket.create");
    assert_eq!(page["entries"][0]["subject"], "#3");
    let last = page["entries"][1]["number"].as_u64().unwrap();
    let rest = at
        .get(&format!("audit?who=apikey:crm&before={last}"))
        .await
        .json();
    assert_eq!(rest["entries"].as_array().unwrap().len(), 1);
    let found = at.get("audit?word=APIKEY.create").await.json();
    assert_eq!(found["entries"][0]["who"], "@root:example.org");
    let report = at.get("report?days=1").await.json();
    assert_eq!(
        (&report["chats"], &report["waiting"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn a_customer_is_found_exported_and_erased() {
    let at = Program::new().await;
    let started = at
        .house
        .post(
            "/api/v1/help-centers/acme/chats",
            &json!({"consent": {"version": "1"}, "customer": {"name": "Kim", "email": "kim@example.org"}}),
        )
        .await_answer()
        .await
        .json();
    let found = at.get("customers?email=KIM@example.org").await.json();
    let id = found["customers"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(found["customers"][0]["name"], "Kim");
    let document = at.get(&format!("customers/{id}/export")).await;
    assert_eq!(document.json()["chats"][0]["id"], started["chat"]);
    let erase = format!("customers/{id}");
    assert_eq!(at.send("DELETE", &erase, &json!({})).await.status, 202);
    assert_eq!(at.send("DELETE", &erase, &json!({})).await.status, 404);
    assert_eq!(at.get(&format!("customers/{id}/export")).await.status, 404);
    let none = at.get("customers?email=kim@example.org").await.json();
    assert_eq!(none["customers"], json!([]));
    let chat = started["chat"].as_str().unwrap();
    let token = started["visitor_token"].as_str().unwrap();
    let events = at
        .house
        .get(&format!("/api/v1/chats/{chat}/events"))
        .bearer(token);
    assert_eq!(events.refused().await, refusal(401, "unauthorized"));
    for asked in [
        "",
        "?email=a@b.c&subject=x",
        &format!("?email={}", "x".repeat(1_001)),
    ] {
        let told = at.get(&format!("customers{asked}")).await;
        assert_eq!(code(&told), refusal(422, "invalid"), "{asked}");
    }
    let log = at.house.told("!audit 50").await;
    for line in [
        "customer.export customer",
        "customer.erase customer",
        "customer.erased customer",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(!log.contains("kim@"), "{log}");
}
