//! A real Synapse, killed and started again.

use super::*;

#[tokio::test]
async fn users_survive_a_kill() {
    let lab = Lab::start(Options::default()).await.unwrap();
    let alice = lab.register("alice", "wonderland", false).await.unwrap();
    assert_eq!(alice.user_id, "@alice:lab.test");
    lab.set_display_name(&alice, "Alice").await.unwrap();

    lab.kill().await;
    assert_eq!(lab.pid(), None);
    assert!(lab.log_in("alice", "wonderland").await.is_err());
    lab.start_again().await.unwrap();

    let again = lab.log_in("alice", "wonderland").await.unwrap();
    assert_eq!(again.user_id, alice.user_id);
    assert_ne!(again.device_id, alice.device_id);
    lab.terminate().await;
    assert_eq!(lab.pid(), None);
}

#[tokio::test]
async fn a_wrong_setting_is_shown_with_the_log() {
    let settings = [("listeners".to_owned(), Value::from(7))].into_iter();
    let options = Options {
        settings: settings.collect(),
        ..Options::default()
    };
    let error = Lab::start(options).await.unwrap_err().to_string();
    assert!(error.contains("ended at once"), "{error}");
    assert!(error.contains("listeners"), "{error}");
}
