//! The console as a room widget. Element reads state events of these names (the specification's
//! `m.widget` no client reads), and asks its person once before it loads one.

use ruma::UserId;
use serde_json::{Value, json};

/// Of the widget, in every room.
const ID: &str = "helproom";

/// The state events that show the console in a room, as create-room calls take them. The client
/// fills in the names that begin with a dollar sign, and adds where it is itself.
pub fn state(page: &str, bot: &UserId) -> [Value; 2] {
    let url = format!("{page}?room=$matrix_room_id&theme=$org.matrix.msc2873.client_theme");
    [
        json!({
            "type": "im.vector.modular.widgets",
            "state_key": ID,
            "content": {
                "id": ID,
                "type": "m.custom",
                "url": url,
                "name": "Helproom",
                "data": { "title": "Console" },
                "creatorUserId": bot,
                "waitForIframeLoad": true,
            },
        }),
        json!({
            "type": "io.element.widgets.layout",
            "state_key": "",
            "content": {
                "widgets": { ID: { "container": "top", "index": 0, "width": 100, "height": 40 } },
            },
        }),
    ]
}
