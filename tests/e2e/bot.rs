//! The bot in its management rooms.

use crate::world::shared;

#[tokio::test]
async fn the_bot_is_a_user_with_one_device_and_its_registration_user_is_unseen() {
    let world = shared().await;
    assert_eq!(world.bot(), "@helproom:lab.test");
}
