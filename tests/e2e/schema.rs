//! What the API's description says, tried on the running program: whatever is sent, no answer is
//! an error of the server, and none is of a status or shape that is not described.

use std::{
    fs,
    process::{Command, Output},
};

use serde_json::{Value, json};
use xtask::lab::venv;

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::{Customer, post},
    world::{Plan, World},
};

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
const SCOPES: &str = "tickets:read tickets:write chats:read chats:write agents:read agents:write audit:read report:read customers:read customers:erase";
/// How many requests are made up for each call, beside those at the limits of what is described.
const EXAMPLES: &str = "25";

/// What is tried of the API, as whom.
struct Round<'r> {
    name: &'r str,
    /// Which calls, by their paths.
    include: &'r str,
    exclude: &'r str,
    bearer: &'r str,
    /// Values of parameters that lead somewhere.
    parameters: &'r [(&'r str, &'r str)],
}

async fn tried(world: &World, python: &std::path::Path, round: &Round<'_>) -> Output {
    let mut settings = String::from("[parameters]\n");
    for (name, value) in round.parameters {
        settings.push_str(&format!("\"{name}\" = {value}\n"));
    }
    let path = world.folder().join(format!("{}.toml", round.name));
    fs::write(&path, settings).unwrap();
    let mut command = Command::new(python);
    command
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(path)
        .arg("run")
        .arg(format!("{}/api/openapi.json", world.web))
        .args(["--include-path-regex", round.include])
        .args(["--exclude-path-regex", round.exclude])
        .args([
            "--header",
            &format!("Authorization: Bearer {}", round.bearer),
        ])
        .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", EXAMPLES, "--generation-deterministic"])
        .args(["--request-timeout", "30", "--suppress-health-check", "all"])
        .args(["--continue-on-failure", "--no-color"])
        .current_dir(world.folder());
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn assert_fine(name: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let troubles = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}{troubles}");
    // Something was sent at all.
    assert!(said.contains("Test cases:"), "{name}: {said}");
}

#[tokio::test]
async fn no_request_gets_an_answer_that_is_not_described() {
    let python = venv::schemathesis().await.expect("Schemathesis");
    let world = World::start(Plan {
        services: &["tried"],
        admins: &["@bob.tried:lab.test"],
        settings: "[web.limits]\nstarts_per_minute = 1000000\nmessages_per_minute = 1000000\n\
             reads_per_minute = 1000000\ninquiries_per_minute = 1000000\ncalls_per_minute = 1000000\n",
        ..Plan::default()
    })
    .await;
    let bob = Agent::on_duty(&world, "bob", "tried").await;
    let room = direct_room(&world, &bob, false).await;
    let make = format!("!apikey create tried --scope {SCOPES}");
    bob.say(room.room_id(), &make).await;
    let key = bob.word_told(room.room_id(), "hrk_").await;
    let customer = Customer::start(&world, "tried").await;
    let inquiry = json!({"consent": {"version": "1"}, "name": "Kim", "email": "kim@example.org", "subject": "Refund", "message": "please"});
    let (status, made) = post(&world, "/help-centers/tried/inquiries", inquiry).await;
    assert_eq!((status.as_u16(), &made["ticket"]), (201, &Value::from(1)));

    let chat = format!("\"{}\"", customer.chat);
    for round in [
        Round {
            name: "customers",
            include: "^/api/v1/(help-centers|chats)/",
            // A socket is no answer; and a closed chat would refuse what comes after.
            exclude: "/(socket|close)$",
            bearer: &customer.token,
            parameters: &[
                ("path.service", "\"tried\""),
                ("path.id", &chat),
                // Else most of the time is spent waiting.
                ("query.wait", "0"),
            ],
        },
        Round {
            name: "programs",
            include: "^/api/v1/admin/(tickets|agents|audit|report|customers)",
            exclude: "^$",
            bearer: &key,
            parameters: &[("path.number", "1")],
        },
        Round {
            name: "programs-with-a-chat",
            include: "^/api/v1/admin/chats",
            exclude: "^$",
            bearer: &key,
            parameters: &[("path.id", &chat)],
        },
        Round {
            name: "nobody",
            include: "^/api/v1/",
            exclude: "/socket$",
            bearer: "nothing",
            parameters: &[],
        },
        Round {
            name: "the-end",
            include: "^/api/v1/chats/",
            exclude: "/socket$",
            bearer: &customer.token,
            parameters: &[("path.id", &chat), ("query.wait", "0")],
        },
    ] {
        let output = tried(&world, &python, &round).await;
        assert_fine(round.name, &output);
    }
    // What was written with it is well, and nothing broke on the way.
    let log = fs::read_to_string(world.log()).unwrap();
    assert!(!log.contains("ERROR"), "{log}");
}
