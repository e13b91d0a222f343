//! What the demo prints when everything runs.

use super::{
    Options, USERS,
    files::{Files, SERVER_NAME},
};

pub(super) fn text(files: &Files, options: &Options) -> String {
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
        let who = match (admin, localpart) {
            (true, _) => "admin",
            (false, "alice") if options.agent_bot => "agent, played by the scripted agent",
            (false, "alice") if options.console => "agent, you, at the console",
            (false, _) => "agent",
        };
        lines.push(format!("  {localpart:<8} {password:<12} {id:<18} {who}"));
    }
    lines.push(String::new());
    lines.extend(what_to_do(files, options));
    lines.push(format!("  Logs               {}", files.log().display()));
    lines.push(format!(
        "                     {}",
        files.synapse().join("synapse.log").display()
    ));
    lines.push(String::new());
    lines.push("  Ctrl-C stops everything.".to_owned());
    lines.join("\n")
}

fn what_to_do(files: &Files, options: &Options) -> Vec<String> {
    let page = files.ports.page;
    if options.console {
        return vec![
            "  1. Open alice's console: the link comes below in some seconds.".to_owned(),
            format!("  2. Open http://127.0.0.1:{page}/ and start a chat (bottom right)."),
            "  3. Accept it at the console, and answer.".to_owned(),
            String::new(),
        ];
    }
    if options.agent_bot {
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
        "  No client at hand? With --console a browser is enough; with --agent-bot alice is played."
            .to_owned(),
        String::new(),
    ]
}
