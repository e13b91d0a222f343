//! What the demo prints when everything runs.

use super::{
    USERS,
    files::{Files, SERVER_NAME},
};

pub(super) fn text(files: &Files, agent_bot: bool) -> String {
    let ports = files.ports;
    let mut lines = vec![
        String::new(),
        "  Helproom is running.".to_owned(),
        String::new(),
        format!("  Help-center page   http://127.0.0.1:{}/", ports.page),
        format!("  Homeserver         http://127.0.0.1:{}", ports.homeserver),
        format!("  Helproom           http://127.0.0.1:{}", ports.web),
        String::new(),
    ];
    lines.push(format!(
        "  {:<8} {:<12} {:<18} {}",
        "User", "Password", "Matrix ID", "Who"
    ));
    for (localpart, password, _, admin) in USERS {
        let id = format!("@{localpart}:{SERVER_NAME}");
        let who = match (admin, agent_bot && localpart == "alice") {
            (true, _) => "admin",
            (false, true) => "agent, played by the scripted agent",
            (false, false) => "agent",
        };
        lines.push(format!("  {localpart:<8} {password:<12} {id:<18} {who}"));
    }
    lines.push(String::new());
    lines.extend(what_to_do(files, agent_bot));
    lines.push(format!("  Logs               {}", files.log().display()));
    lines.push(format!(
        "                     {}",
        files.synapse().join("synapse.log").display()
    ));
    lines.push(String::new());
    lines.push("  Ctrl-C stops everything.".to_owned());
    lines.join("\n")
}

fn what_to_do(files: &Files, agent_bot: bool) -> Vec<String> {
    let page = files.ports.page;
    if agent_bot {
        return vec![
            format!("  Open http://127.0.0.1:{page}/ and start a chat (bottom right)."),
            "  Alice, the scripted agent, accepts and answers. Bob is yours to play.".to_owned(),
            String::new(),
        ];
    }
    vec![
        "  1. In any Matrix client, log in as alice. As homeserver type the whole address:"
            .to_owned(),
        format!("     http://127.0.0.1:{}", files.ports.homeserver),
        "  2. Accept the invitation to the desk room \"Acme Help · desk\": only then is it seen"
            .to_owned(),
        "     that alice is online, and chats are offered to her.".to_owned(),
        format!("  3. Open http://127.0.0.1:{page}/ and start a chat (bottom right)."),
        "  4. Join the room that alice is invited to, and answer.".to_owned(),
        "  No client at hand? `cargo xtask demo --agent-bot` plays alice.".to_owned(),
        String::new(),
    ]
}
