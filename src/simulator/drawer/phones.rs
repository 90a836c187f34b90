//! The phones: what each is like, and the switches that make it otherwise.

use serde_json::{Value, json};

use super::settings;
use super::sketch::{Order, Sketch, button, disclosure, part, rest, sketch};
use super::{Inside, MOST_ROWS, NONE, text};

const EMPTY: &str = "No phone is enrolled: every push is refused with BadDeviceToken. Add one, or ring the demo phone.";
/// What the page calls the field with the bundle ID.
const BUNDLE_ID_FIELD: &str = "bundle-id";

/// All phones, one of them with its settings.
pub(super) fn part_of(inside: &Inside<'_>) -> Sketch {
    let rows = inside
        .phones
        .iter()
        .take(MOST_ROWS)
        .map(|phone| row(phone, inside.chosen[0]));
    let add = button("quiet", "add-phone", "Add a phone", add(inside));
    part("devices", "Phones", inside.phones.len(), Some(add), EMPTY)
        .with(sketch("ul", "rows").with_all(rows))
        .with(rest(MOST_ROWS, inside.phones.len(), "devices"))
}

fn add(inside: &Inside<'_>) -> Order {
    let name = json!(format!("iPhone {}", inside.phones.len() + 1)).to_string();
    let order =
        Order::new("PUT", &["devices/", inside.new_token.as_str()].concat()).focus("!setting-name");
    order
        .body(&["{\"name\":", &name, ",\"bundle_id\":"].concat())
        .value(BUNDLE_ID_FIELD, "}")
}

fn row(phone: &Value, chosen: &str) -> Sketch {
    let device_token = text(&phone["device_token"]);
    let is_open = device_token == chosen;
    let doing = phone["phone"]["state"]
        .as_str()
        .filter(|state| *state != "idle");
    let line = sketch("span", "line")
        .with(sketch("strong", "").with(text(&phone["name"])))
        .with(doing.map(|state| sketch("span", "badge").with(state)))
        .with(
            sketch("span", "mono short")
                .set("aria-hidden", "true")
                .with(device_token.as_str()),
        )
        .with(sketch("span", "hint").with(settings::words(phone)));
    let order = Order::choose(0, if is_open { NONE } else { &device_token });
    let row = disclosure(is_open, line, order).set("data-phone", device_token.as_str());
    sketch("li", "")
        .key(&device_token)
        .test("simulated-phone")
        .with(row.with(is_open.then(|| more(phone, &device_token))))
}

fn more(phone: &Value, device_token: &str) -> Sketch {
    let path = ["devices/", device_token].concat();
    let buttons = sketch("div", "row")
        .with(button(
            "quiet",
            "use-phone",
            "Use this phone",
            Order::take(device_token, &text(&phone["bundle_id"])),
        ))
        .with(button(
            "quiet",
            "reinstall-phone",
            "Reinstall the app",
            Order::new("POST", &[&path, "/reinstall"].concat()).focus("devices"),
        ))
        .with(button(
            "quiet",
            "remove-phone",
            "Remove",
            Order::new("DELETE", &path).focus("devices"),
        ));
    let waits = phone["stored"]["apns_id"].as_str().map(|name| {
        let waits = sketch("p", "hint")
            .test("stored")
            .with("A push waits for it: ");
        waits.with(sketch("span", "mono").with(name))
    });
    sketch("div", "stack more-of")
        .with(waits)
        .with(settings::all(phone))
        .with(settings::blocked(phone))
        .with(
            sketch("p", "hint").with("Device token ").with(
                sketch("span", "mono whole")
                    .test("whole-token")
                    .with(device_token),
            ),
        )
        .with(buttons)
}
