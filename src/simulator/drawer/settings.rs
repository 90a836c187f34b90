//! The settings of a phone, and how each is chosen or typed.

use serde_json::{Map, Value, json};

use super::sketch::{Order, Sketch, sketch};
use super::text;
use crate::simulator::enrolled::{enrolment, phone_settings};

/// A setting: its field, its label, and what may be chosen, as JSON and in words, the usual first;
/// without a choice it is typed.
struct Setting {
    field: &'static str,
    label: &'static str,
    choices: &'static [(&'static str, &'static str)],
    /// Whether the usual is worth a word too.
    always_told: bool,
}

const fn setting(
    field: &'static str,
    label: &'static str,
    choices: &'static [(&'static str, &'static str)],
    always_told: bool,
) -> Setting {
    Setting {
        field,
        label,
        choices,
        always_told,
    }
}

#[rustfmt::skip] // one setting a line
const SETTINGS: [Setting; 11] = [
    setting("name", "Name", &[], false),
    setting("bundle_id", "Bundle ID", &[], true),
    setting("online", "Network", &[("true", "Online"), ("false", "Offline")], false),
    setting("app", "A push finds the app", &[("\"background\"", "In the background"), ("\"foreground\"", "In the foreground"), ("\"terminated\"", "Not running")], false),
    setting("reports", "The app", &[("true", "Reports its calls"), ("false", "Reports no call")], false),
    setting("do_not_disturb", "Focus", &[("false", "None"), ("true", "Do Not Disturb")], false),
    setting("ios", "System", &[("\"18.0\"", "iOS 18.0"), ("\"13.0\"", "iOS 13.0"), ("\"26.0\"", "iOS 26.0"), ("\"26.4\"", "iOS 26.4, mustReport")], false),
    setting("kind", "Kind of token", &[("\"voip\"", "VoIP"), ("\"alert\"", "Alert"), ("\"pushtotalk\"", "Push to Talk")], true),
    setting("environment", "Environment", &[("\"sandbox\"", "Sandbox"), ("\"production\"", "Production")], true),
    setting("state", "Registration", &[("\"active\"", "Active"), ("\"unregistered\"", "Unregistered"), ("\"expired\"", "Expired")], true),
    setting("pushes_per_minute", "Takes", &[("null", "Any number of pushes"), ("0", "No push at all"), ("1", "1 push a minute"), ("10", "10 pushes a minute")], false),
];

/// What a phone is like, in a few words.
pub(super) fn words(phone: &Value) -> String {
    let word = |setting: &Setting| {
        let value = &phone[setting.field];
        let json = value.to_string();
        let place = setting
            .choices
            .iter()
            .position(|(choice, _)| *choice == json);
        match place {
            _ if setting.field == "name" => None,
            Some(0) if !setting.always_told => None,
            Some(place) => Some(setting.choices[place].1.to_owned()),
            None => Some(text(value)),
        }
    };
    SETTINGS
        .iter()
        .filter_map(word)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The settings of a phone, each with the order that changes it and nothing else.
pub(super) fn all(phone: &Value) -> Sketch {
    let inputs = SETTINGS.iter().map(|setting| {
        let (id, value) = (id(setting.field), &phone[setting.field]);
        let input = match setting.choices {
            [] => typed(&text(value)),
            choices => select(choices, &value.to_string()),
        };
        field(
            &id,
            setting.label,
            input.order(change(phone, setting.field)),
        )
    });
    sketch("div", "settings").with_all(inputs)
}

/// The callers whose calls the phone refuses.
pub(super) fn blocked(phone: &Value) -> Sketch {
    let handles = phone["blocked"].as_array().map_or(&[][..], Vec::as_slice);
    let rows = handles.iter().enumerate().map(|(place, handle)| {
        let mut others = handles.to_vec();
        others.remove(place);
        let (before, after) = around(phone, "blocked");
        let order = put(phone)
            .focus("setting-blocked")
            .body(&[before, json!(others).to_string(), after].concat());
        let allow = sketch("button", "quiet small")
            .set("type", "button")
            .test("unblock")
            .order(order);
        let allow = allow
            .set("aria-label", ["Allow ", &text(handle)].concat())
            .with("Allow");
        let line = sketch("span", "line").with(sketch("span", "mono").with(text(handle)));
        sketch("li", "split")
            .key(&text(handle))
            .test("blocked")
            .with(line)
            .with(allow)
    });
    let list = json!(handles).to_string();
    let (before, after) = around(phone, "blocked");
    let (open, comma) = (
        without_end(&list),
        if handles.is_empty() { "" } else { "," },
    );
    let order = put(phone)
        .focus("setting-blocked")
        .body(&[&before, open, comma].concat())
        .value("", &["]", &after].concat());
    // Another field when there is one more: the last one's text has become a row.
    let input = field(
        "setting-blocked",
        "Block another caller",
        typed("")
            .set("placeholder", "handle, then Enter")
            .order(order),
    );
    sketch("div", "stack")
        .with(input.key(&list))
        .with(sketch("ul", "rows").with_all(rows))
}

/// A field with its label.
pub(super) fn field(id: &str, label: &str, input: Sketch) -> Sketch {
    sketch("div", "field")
        .with(sketch("label", "").set("for", id).with(label))
        .with(input.set("id", id).test(id))
}

/// A list of choices, as JSON and in words; a value that is none of them is one too.
pub(super) fn select(choices: &[(&str, &str)], value: &str) -> Sketch {
    let other = choices
        .iter()
        .all(|(json, _)| *json != value)
        .then_some((value, value.trim_matches('"')));
    let options = choices.iter().copied().chain(other);
    let options = options.map(|(json, label)| {
        sketch("option", "")
            .key(json)
            .set("value", json)
            .set("selected", json == value)
            .with(label)
    });
    sketch("select", "quiet").with_all(options)
}

/// A request that enrols the phone again.
pub(super) fn put(phone: &Value) -> Order {
    Order::new("PUT", &["devices/", &text(&phone["device_token"])].concat())
}

fn typed(value: &str) -> Sketch {
    let input = sketch("input", "").set("type", "text").set("value", value);
    input
        .set("autocomplete", "off")
        .set("autocapitalize", "off")
        .set("spellcheck", "false")
}

fn change(phone: &Value, field: &str) -> Order {
    let (before, after) = around(phone, field);
    put(phone).body(&before).value("", &after)
}

/// The enrolment of a phone as JSON, before and behind the value of a field.
fn around(phone: &Value, field: &str) -> (String, String) {
    let fields = enrolment::FIELDS
        .iter()
        .chain(&phone_settings::FIELDS)
        .filter(|other| **other != field);
    let others: Map<String, Value> = fields
        .map(|field| ((*field).to_owned(), phone[*field].clone()))
        .collect();
    let others = Value::Object(others).to_string();
    (
        [without_end(&others), ",\"", field, "\":"].concat(),
        "}".to_owned(),
    )
}

/// JSON that can go on: without its last bracket.
pub(super) fn without_end(json: &str) -> &str {
    &json[..json.len() - 1]
}

fn id(field: &str) -> String {
    ["setting-", field].concat()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::words;

    #[test]
    fn what_is_as_usual_needs_no_word() {
        let mut phone = json!({ "name": "A", "bundle_id": "com.example.calls", "online": true, "kind": "voip", "ios": "17.2" });
        assert!(words(&phone).starts_with("com.example.calls · "));
        assert!(words(&phone).contains("17.2") && !words(&phone).contains("Online"));
        phone["online"] = json!(false);
        assert!(words(&phone).contains("Offline"));
    }
}
