//! Name of a call for receipts: a member of the payload, or else the UUID that the app reads.

use serde_json::json;
use trill::call::AppChoice;

use super::{OTHER_UUID, UUID};

fn name(app: &str, payload: &serde_json::Value) -> Option<String> {
    let app = AppChoice::parse(app).unwrap().resolve(payload);
    app.call_name(payload)
}

#[test]
fn the_name_that_the_sender_gave_comes_first() {
    let payload = json!({ "callUUID": UUID.to_uppercase(), "trill_call": OTHER_UUID });
    assert_eq!(name("", &payload).as_deref(), Some(OTHER_UUID));
    let payload = json!({ "callUUID": UUID.to_uppercase() });
    assert_eq!(name("", &payload).as_deref(), Some(UUID));
    let own = r#"{"name":"Calls","call_uuid":{"paths":["id"]}}"#;
    assert_eq!(name(own, &payload), None);
    let payload = json!({ "id": UUID });
    assert_eq!(name(own, &payload).as_deref(), Some(UUID));
    assert_eq!(name("", &json!({ "handle": "alice" })), None);
}

#[test]
fn a_name_is_a_text_that_a_header_can_carry() {
    let named = |value: serde_json::Value| name("", &json!({ "trill_call": value }));
    assert_eq!(named(json!("call 7")).as_deref(), Some("call 7"));
    for wrong in [
        json!(7),
        json!(""),
        json!(" "),
        json!("Ännchen"),
        json!("a\r\nb"),
        json!("x".repeat(201)),
    ] {
        assert_eq!(named(wrong.clone()), None, "{wrong}");
    }
}
