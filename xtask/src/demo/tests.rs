//! The demo's own part of the work, with a stand-in for the program.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// Writes a registration; serves 200 to everything; says when it is stopped.
const STAND_IN: &str = r#"#!/usr/bin/env python3
import http.server, signal, sys, tomllib
settings = tomllib.load(open(sys.argv[2], "rb"))
if sys.argv[3] == "registration":
    with open(settings["appservice"]["registration"], "w") as file:
        file.write('''{id: helproom, url: "http://127.0.0.1:1", as_token: a, hs_token: h,
            sender_localpart: x, namespaces: {users: [], rooms: [], aliases: []}}''')
    sys.exit()
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
def stop(*_):
    print("stopped", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
port = int(settings["web"]["listen"].split(":")[1])
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"#;

fn stand_in(folder: &Path, program: &str) -> PathBuf {
    let file = folder.join("stand-in");
    fs::write(&file, program).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

fn files(folder: &Path) -> Files {
    let port = || Some(crate::ports::free_port().unwrap());
    let options = Options {
        homeserver_port: port(),
        web_port: port(),
        page_port: port(),
        ..Options::default()
    };
    Files::prepare(folder.to_owned(), &options).unwrap()
}

async fn page_answers(port: u16) {
    let url = format!("http://127.0.0.1:{port}/");
    while reqwest::get(&url).await.is_err() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn it_starts_everything_and_stops_it() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let binary = stand_in(folder.path(), STAND_IN);
    let mut running = Running::default();
    let options = Options {
        agent_bot: true,
        ..Options::default()
    };
    tokio::select! {
        ended = running.start_and_watch(&binary, &files, &options) => panic!("{ended:?}"),
        () = page_answers(files.ports.page) => {}
    }
    let lab = running.lab.as_ref().unwrap();
    let alice = lab.log_in("alice", "alice-demo").await.unwrap();
    assert_eq!(alice.user_id, "@alice:demo.test");
    let synapse = lab.homeserver_url().to_owned();
    running.stop().await;
    assert!(reqwest::get(synapse).await.is_err());
    let log = fs::read_to_string(files.log()).unwrap();
    assert!(log.ends_with("stopped\n"), "{log}");
    let registration = fs::read_to_string(files.registration()).unwrap();
    let url = format!("http://127.0.0.1:{}", files.ports.appservice);
    assert!(registration.contains(&url), "{registration}");
}

#[tokio::test]
async fn a_program_that_fails_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let binary = stand_in(folder.path(), "#!/bin/sh\necho no such key >&2; exit 2\n");
    let mut running = Running::default();
    let options = Options::default();
    let ended = running.start_and_watch(&binary, &files, &options);
    let error = ended.await.unwrap_err().to_string();
    assert!(error.contains("no such key"), "{error}");
}
