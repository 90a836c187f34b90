//! The keys: whose provider tokens the simulator takes.

use serde_json::Value;

use super::sketch::{Order, Sketch, button, part, rest, sketch};
use super::{MOST_ROWS, text};

const EMPTY: &str = "No key is enrolled: every push is refused with InvalidProviderToken. Ring the demo phone, and its key stands here.";

/// All keys.
pub(super) fn part_of(keys: &[Value]) -> Sketch {
    part("keys", "Keys", keys.len(), None, EMPTY)
        .with(sketch("ul", "rows").with_all(keys.iter().take(MOST_ROWS).map(row)))
        .with(rest(MOST_ROWS, keys.len(), "keys"))
}

fn row(key: &Value) -> Sketch {
    let key_id = text(&key["key_id"]);
    let topics = if key["topics"].is_null() {
        "all topics".to_owned()
    } else {
        text(&key["topics"])
    };
    let about = [
        "Team ",
        &text(&key["team_id"]),
        " · ",
        &text(&key["environments"]),
        " · ",
        &topics,
    ]
    .concat();
    let line = sketch("span", "line")
        .with(sketch("strong", "mono").with(key_id.as_str()))
        .with(sketch("span", "hint").with(about));
    let remove = button(
        "quiet small",
        "remove-key",
        "Remove",
        Order::new("DELETE", &["keys/", &key_id].concat()).focus("keys"),
    );
    sketch("li", "split")
        .key(&key_id)
        .test("simulated-key")
        .with(line)
        .with(remove.set("aria-label", ["Remove key ", &key_id].concat()))
}
