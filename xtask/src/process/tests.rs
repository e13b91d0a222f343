//! Programs that end when and only when they should.

use super::*;

fn sleeper(folder: &Path) -> Process {
    Program::new(Path::new("python3"), &folder.join("log"), "sleep")
        .arg("600")
        .start()
        .unwrap()
}

fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

#[tokio::test]
async fn kill_hits_the_program_itself() {
    let folder = tempfile::tempdir().unwrap();
    let process = sleeper(folder.path());
    assert!(is_alive(process.pid()));
    assert_eq!(process.kill().await, Exit(Some(-9)));
    assert!(!is_alive(process.pid()));
}

#[tokio::test]
async fn terminate_is_a_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let process = sleeper(folder.path());
    let exit = process.terminate(Duration::from_secs(10)).await;
    assert_eq!(exit, Exit(Some(-15)));
}

#[test]
fn nothing_is_left_after_a_drop() {
    let folder = tempfile::tempdir().unwrap();
    let process = sleeper(folder.path());
    let pid = process.pid();
    drop(process);
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_closed_pipe_ends_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let process = sleeper(folder.path());
    process.supervisor.lock().unwrap().1.take();
    assert_eq!(process.exited().await, Exit(Some(-15)));
}

#[tokio::test]
async fn a_temporary_folder_goes_when_we_go_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    for we_go in [false, true] {
        let mut process = Program::new(Path::new("python3"), &folder.path().join("log"), "sleep")
            .arg("600")
            .temporary(folder.path())
            .start()
            .unwrap();
        if !we_go {
            process.kill().await;
        }
        let supervisor = process.supervisor.get_mut().unwrap();
        supervisor.1.take();
        supervisor.0.wait().unwrap();
        assert_eq!(folder.path().exists(), !we_go);
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let error = Program::new(Path::new("python3"), &log, "/no/such/program").start();
    assert!(format!("{:#}", error.unwrap_err()).contains("/no/such/program"));
}
