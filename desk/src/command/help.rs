//! `!help`: the list of commands one may use, and one command in full, both from the grammar.

use super::{GRAMMAR, Language, definition, korean, nearest};
use crate::permission::{Permission, Permissions};

/// What commands are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Bot,
    Status,
    Chats,
    Portal,
    Tickets,
    Supervise,
    Admin,
}

const FAMILIES: [(Family, &[&str]); 7] = [
    (Family::Status, &["status", "online", "away", "offline"]),
    (Family::Chats, &["chats", "queue", "take", "why"]),
    (
        Family::Portal,
        &[
            "decline", "transfer", "invite", "close", "rate", "note", "customer", "canned", "mask",
            "unmask", "masks",
        ],
    ),
    (Family::Tickets, &["ticket", "tickets"]),
    (Family::Supervise, &["watch", "assign", "report", "audit"]),
    (
        Family::Admin,
        &[
            "service",
            "contract",
            "helpcenter",
            "routing",
            "masking",
            "retention",
            "agent",
            "apikey",
            "webhook",
            "doctor",
        ],
    ),
    (Family::Bot, &["help", "lang", "console"]),
];

impl Family {
    fn of(command: &str) -> Self {
        FAMILIES
            .iter()
            .find(|(_, commands)| commands.contains(&command))
            .map_or(Self::Bot, |(family, _)| *family)
    }

    /// One of these is enough; none: everybody may.
    fn needs(self) -> &'static [Permission] {
        match self {
            Self::Bot => &[],
            Self::Status | Self::Chats | Self::Portal => &[Permission::Chat],
            Self::Tickets => &[Permission::Ticket],
            Self::Supervise => &[Permission::Supervise],
            Self::Admin => &[Permission::Admin],
        }
    }

    fn title(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Bot, Language::En) => "The bot",
            (Self::Bot, Language::Ko) => "봇",
            (Self::Status, Language::En) => "You",
            (Self::Status, Language::Ko) => "나",
            (Self::Chats, Language::En) => "Chats",
            (Self::Chats, Language::Ko) => "상담",
            (Self::Portal, Language::En) => "In the room of a chat",
            (Self::Portal, Language::Ko) => "상담 방에서",
            (Self::Tickets, Language::En) => "Tickets",
            (Self::Tickets, Language::Ko) => "티켓",
            (Self::Supervise, Language::En) => "For supervisors",
            (Self::Supervise, Language::Ko) => "슈퍼바이저",
            (Self::Admin, Language::En) => "For admins, in a direct room with me",
            (Self::Admin, Language::Ko) => "관리자 (저와의 다이렉트 방에서)",
        }
    }
}

/// Who holds one of these may use the command.
fn needs(command: &str) -> &'static [Permission] {
    match command {
        "audit" => &[Permission::Supervise, Permission::Admin],
        "mask" => &[Permission::Mask],
        "unmask" => &[Permission::Unmask],
        "console" => &[Permission::Chat, Permission::Ticket, Permission::Supervise],
        "masks" => &[Permission::Mask, Permission::Unmask],
        other => Family::of(other).needs(),
    }
}

fn may(held: &Permissions, command: &str) -> bool {
    let needed = needs(command);
    needed.is_empty() || needed.iter().any(|permission| held.holds(*permission))
}

/// The commands that somebody with these permissions may use.
pub fn help(language: Language, held: &Permissions) -> String {
    let mut lines = Vec::new();
    let mut hidden = false;
    for (family, commands) in FAMILIES {
        let (open, closed): (Vec<&str>, Vec<&str>) =
            commands.iter().partition(|command| may(held, command));
        hidden |= !closed.is_empty();
        if !open.is_empty() {
            lines.push(format!("{}:", family.title(language)));
        }
        lines.extend(open.iter().map(|command| {
            let path = [(*command).to_owned()];
            format!("- !{command} — {}", about(language, &path))
        }));
    }
    lines.extend(more(language, hidden).map(str::to_owned));
    lines.join("\n")
}

fn more(language: Language, hidden: bool) -> impl Iterator<Item = &'static str> {
    let (one, customers, rest) = match language {
        Language::En => (
            "More about one of them: !help transfer",
            "In a chat's room everything else you write goes to the customer; write !! for a message that begins with !.",
            "There are more commands; they need permissions you do not have.",
        ),
        Language::Ko => (
            "한 명령을 자세히: !help transfer",
            "상담 방에서 명령이 아닌 글은 모두 고객에게 전달됩니다. !로 시작하는 글은 !!로 시작해 쓰세요.",
            "더 많은 명령이 있지만 필요한 권한이 없습니다.",
        ),
    };
    [Some(one), Some(customers), hidden.then_some(rest)]
        .into_iter()
        .flatten()
}

/// One command in full, or what it could have been.
pub fn help_about(language: Language, topic: &[String]) -> String {
    let path: Vec<String> = topic
        .iter()
        .map(|word| word.trim_start_matches('!').to_lowercase())
        .collect();
    match definition(&path) {
        Some(command) => in_full(language, &path, command),
        None => no_such_topic(language, &path),
    }
}

fn in_full(language: Language, path: &[String], command: &clap::Command) -> String {
    let said = path.join(" ");
    let mut lines = vec![
        format!("!{said}{}", arguments(command)),
        about(language, path),
    ];
    for arg in command.get_positionals() {
        lines.extend(explained(language, path, arg));
    }
    for part in command.get_subcommands() {
        let path = [path, &[part.get_name().to_owned()]].concat();
        lines.push(format!(
            "- !{}{} — {}",
            path.join(" "),
            arguments(part),
            about(language, &path)
        ));
    }
    if let Some(example) = command.get_after_help() {
        lines.push(match language {
            Language::En => format!("For example: {example}"),
            Language::Ko => format!("예: {example}"),
        });
    }
    lines.extend(who_and_where(language, path));
    lines.join("\n")
}

/// ` <to> [note]`
fn arguments(command: &clap::Command) -> String {
    command
        .get_positionals()
        .map(|arg| {
            let name = arg.get_id().as_str();
            let many = match arg
                .get_num_args()
                .is_some_and(|count| count.max_values() > 1)
            {
                true => "...",
                false => "",
            };
            match arg.is_required_set() {
                true => format!(" <{name}>{many}"),
                false => format!(" [{name}]{many}"),
            }
        })
        .collect()
}

/// What an argument may be.
fn explained(language: Language, path: &[String], arg: &clap::Arg) -> Option<String> {
    let name = arg.get_id().as_str();
    let help = match language {
        Language::En => arg.get_help().map(ToString::to_string),
        Language::Ko => korean::argument(path, name).map(str::to_owned),
    };
    let known: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    let known = (!known.is_empty()).then(|| known.join(", "));
    let said: Vec<String> = help.into_iter().chain(known).collect();
    (!said.is_empty()).then(|| format!("- {name}: {}", said.join(": ")))
}

fn who_and_where(language: Language, path: &[String]) -> Option<String> {
    let command = path.first()?;
    let needed: Vec<&str> = needs(command)
        .iter()
        .map(|needed| needed.as_str())
        .collect();
    let who = match (needed.is_empty(), language) {
        (true, _) => String::new(),
        (false, Language::En) => format!("Needs the permission {}. ", needed.join(" or ")),
        (false, Language::Ko) => format!("필요한 권한: {}. ", needed.join(" 또는 ")),
    };
    let place = match (Family::of(command), command.as_str(), language) {
        (Family::Portal, name, Language::En) if name != "canned" => "In the room of a chat.",
        (Family::Portal, name, Language::Ko) if name != "canned" => "상담 방에서 씁니다.",
        (Family::Admin, _, Language::En) | (_, "audit", Language::En) => {
            "In a direct room with me."
        }
        (Family::Admin, _, Language::Ko) | (_, "audit", Language::Ko) => {
            "저와의 다이렉트 방에서 씁니다."
        }
        _ => "",
    };
    let line = format!("{who}{place}");
    (!line.is_empty()).then(|| line.trim_end().to_owned())
}

fn no_such_topic(language: Language, path: &[String]) -> String {
    let said = path.join(" ");
    let first = path.first().map(String::as_str).unwrap_or_default();
    let near = nearest(
        first,
        GRAMMAR.get_subcommands().map(clap::Command::get_name),
    );
    let known = definition(&[first.to_owned()]).map(|_| first.to_owned());
    match (known.or(near), language) {
        (Some(near), Language::En) => {
            format!("There is no command !{said}. Try !help {near}")
        }
        (Some(near), Language::Ko) => {
            format!("!{said} 명령은 없습니다. !help {near}을(를) 써 보세요.")
        }
        (None, Language::En) => format!("There is no command !{said}. All commands: !help"),
        (None, Language::Ko) => format!("!{said} 명령은 없습니다. 모든 명령: !help"),
    }
}

fn about(language: Language, path: &[String]) -> String {
    let english = || {
        definition(path)
            .and_then(clap::Command::get_about)
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    match language {
        Language::En => english(),
        Language::Ko => korean::about(path).map_or_else(english, str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_list_shows_what_one_may_use_and_says_that_there_is_more() {
        let nobody = help(Language::En, &Permissions::default());
        assert!(
            nobody.contains("!lang") && !nobody.contains("!take "),
            "{nobody}"
        );
        assert!(nobody.contains("There are more commands"), "{nobody}");
        let agent = help(Language::En, &Permissions::of([Permission::Chat]));
        assert!(
            agent.contains("!transfer — ") && !agent.contains("!agent"),
            "{agent}"
        );
        let all = help(Language::En, &Permissions::of(Permission::ALL));
        assert!(
            all.contains("!agent — ") && !all.contains("There are more"),
            "{all}"
        );
    }

    #[test]
    fn one_command_is_explained_in_full_from_the_grammar() {
        for (topic, parts) in [
            (
                "transfer",
                &[
                    "!transfer <to> [note]",
                    "@agent or #group",
                    "For example: !transfer @bela",
                    "permission chat",
                ][..],
            ),
            (
                "agent grant",
                &[
                    "!agent grant <agent> <permissions>...",
                    "chat, mask, unmask",
                    "permission admin",
                ],
            ),
            (
                "agent",
                &[
                    "!agent grant <agent> <permissions>... — Give",
                    "!agent list — ",
                ],
            ),
            (
                "!helpcenter origins",
                &["!helpcenter origins add <origin> — "],
            ),
            ("transfre", &["Try !help transfer"]),
            ("agent grnat", &["Try !help agent"]),
            ("xyzzy", &["All commands: !help"]),
        ] {
            let answer = help_about(Language::En, &words(topic));
            for part in parts {
                assert!(answer.contains(part), "{topic}: {part} in {answer}");
            }
        }
    }

    #[test]
    fn every_command_has_its_family() {
        for command in GRAMMAR.get_subcommands() {
            let name = command.get_name();
            let listed = FAMILIES
                .iter()
                .any(|(_, commands)| commands.contains(&name));
            assert!(listed, "{name} is in no family");
        }
    }

    #[test]
    fn every_command_and_part_has_its_example_and_its_korean_words() {
        fn check(path: &[String], command: &clap::Command) {
            for part in command.get_subcommands() {
                let path = [path, &[part.get_name().to_owned()]].concat();
                assert!(part.get_about().is_some(), "{path:?} says nothing");
                assert!(part.get_after_help().is_some(), "{path:?} has no example");
                assert!(korean::about(&path).is_some(), "{path:?} has no Korean");
                for arg in part
                    .get_positionals()
                    .filter(|arg| arg.get_help().is_some())
                {
                    let name = arg.get_id().as_str();
                    assert!(korean::argument(&path, name).is_some(), "{path:?} {name}");
                }
                check(&path, part);
            }
        }
        check(&[], &GRAMMAR);
    }
}
