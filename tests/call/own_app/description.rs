//! The description of an app: its texts, the profile it becomes, and what each part says.

use serde_json::{Value, json};
use trill::call::call_field::guess;
use trill::call::{CallField, OwnApp, OwnPart, Profile};

use super::{own, strict};
use crate::UUID;

#[test]
fn a_description_is_a_profile_and_a_profile_that_it_can_say_is_a_description() {
    let whole = own(&[
        (OwnPart::Name, "Calls"),
        (OwnPart::Handle, "from\n\"a.b\"[0].who"),
        (OwnPart::CallerName, "says"),
        (OwnPart::CallUuid, "ref"),
        (OwnPart::HasVideo, "film"),
        (OwnPart::SentAt, "at"),
        (OwnPart::MakesUuid, OwnPart::YES),
        (OwnPart::EndPath, "type"),
        (OwnPart::EndValue, "cancel"),
        (OwnPart::Unreadable, "crash"),
    ]);
    for description in [
        whole.clone(),
        own(&[(OwnPart::Name, "My app")]),
        own(&[(OwnPart::Name, "My app"), (OwnPart::EndPath, "ended")]),
        own(&[
            (OwnPart::Name, "My app"),
            (OwnPart::EndPath, "kind"),
            (OwnPart::EndValue, "3"),
        ]),
        strict(&[(OwnPart::Name, "é"), (OwnPart::CallUuid, "a\nb.c")]),
    ] {
        let json = description.to_json();
        let profile = Profile::parse(&json).unwrap_or_else(|error| panic!("{error} {json}"));
        assert!(profile.is_own());
        assert_eq!(OwnApp::of_json(&json), Some(description));
    }
    let profile = Profile::parse(&whole.to_json()).unwrap();
    assert_eq!(profile.handle.paths[1].to_string(), "\"a.b\"[0].who");
    assert!(profile.call_uuid.is_made && profile.sent_at.len() == 1);

    let value = whole.to_value();
    let mut richer = vec![
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        r#"{"name":"Calls","sources":[]}"#.to_owned(),
        r#"{"name":"Calls","handle":{"paths":["from"],"else":"Unknown"}}"#.to_owned(),
    ];
    for (key, other) in [
        ("name", json!("")),
        ("handle", json!({ "paths": ["from"], "takes": ["text"] })),
        ("certainty", json!("read")),
    ] {
        let mut value = value.clone();
        value[key] = other;
        richer.push(value.to_string());
    }
    for text in richer {
        assert_eq!(OwnApp::of_json(&text), None, "{text}");
    }
}

#[test]
fn an_empty_description_is_a_profile_without_paths() {
    let blank = OwnApp::default();
    assert!(blank.is_blank() && own(&[(OwnPart::Name, " \n")]).is_blank());
    assert_eq!(blank.to_value(), json!({ "name": "My app" }));
}

#[test]
fn lines_that_are_no_path_are_told_and_left_out() {
    let wrong = own(&[
        (OwnPart::Handle, "from\n\ninner..who\n a[ "),
        (OwnPart::CallUuid, "a..b"),
        (OwnPart::Name, "a..b"),
        (OwnPart::EndValue, "a..b"),
        (OwnPart::EndPath, "["),
    ]);
    let told = |part| {
        let (line, error) = wrong.error(part)?;
        Some((line, error.code()))
    };
    assert_eq!(told(OwnPart::Handle), Some((Some(3), "path_empty_name")));
    assert_eq!(told(OwnPart::CallUuid), Some((None, "path_empty_name")));
    assert_eq!(told(OwnPart::EndPath), Some((None, "path_empty_name")));
    for part in [OwnPart::Name, OwnPart::EndValue, OwnPart::SentAt] {
        assert_eq!(told(part), None);
    }
    let profile = Profile::parse(&wrong.to_json()).unwrap();
    assert_eq!(profile.handle.paths.len(), 1);
    assert!(profile.call_uuid.paths.is_empty() && profile.rules.len() == 1);
}

#[test]
fn each_part_says_what_it_finds_in_the_payload_at_hand() {
    let payload = json!({ "from": "+15551234", "n": 7, "ref": UUID, "film": true, "long": "é".repeat(99), "none": "" });
    for (part, text, says) in [
        (OwnPart::Handle, "from", "Finds “+15551234”."),
        (OwnPart::Handle, "n", "Finds 7, which is not a text."),
        (OwnPart::Handle, "n\nfrom", "Finds “+15551234”."),
        (OwnPart::Handle, "none", "Finds “”, which is not a text."),
        (OwnPart::Handle, "nowhere", "Not in this payload."),
        (OwnPart::Handle, " ", ""),
        (OwnPart::Handle, "a..b", ""),
        (
            OwnPart::CallUuid,
            "from",
            "Finds “+15551234”, which is not a UUID.",
        ),
        (OwnPart::HasVideo, "film", "Finds true."),
        (
            OwnPart::HasVideo,
            "n",
            "Finds 7, which is not true or false.",
        ),
        (OwnPart::SentAt, "n", "Finds 7."),
        (OwnPart::EndPath, "n", "Finds 7."),
    ] {
        assert_eq!(own(&[(part, text)]).finds(part, &payload), says, "{text}");
    }
    let uuid = own(&[(OwnPart::CallUuid, "ref")]).finds(OwnPart::CallUuid, &payload);
    assert_eq!(uuid, format!("Finds “{UUID}”."));
    let long = own(&[(OwnPart::Handle, "long")]).finds(OwnPart::Handle, &payload);
    assert!(long.ends_with("é….") && long.chars().count() < 60, "{long}");
}

#[test]
fn empty_parts_are_completed_with_the_call_that_is_found_by_name() {
    let payload =
        json!({ "a.b": { "call_id": UUID, "name": "Alice" }, "twi_from": "client:alice" });
    let mut app = own(&[(OwnPart::CallerName, "mine")]);
    app.complete(&payload);
    for (part, text) in [
        (OwnPart::Handle, "twi_from"),
        (OwnPart::CallUuid, r#""a.b".call_id"#),
        (OwnPart::CallerName, "mine"),
        (OwnPart::HasVideo, ""),
        (OwnPart::Unreadable, ""),
    ] {
        assert_eq!(app.text(part), text);
    }
    let mut maker = own(&[(OwnPart::MakesUuid, OwnPart::YES)]);
    maker.complete(&Value::Null);
    assert_eq!(maker.text(OwnPart::Handle), "handle");
    assert_eq!(maker.text(OwnPart::CallUuid), "");
    let guessed = guess(&payload, CallField::CallerName);
    assert_eq!(guessed.unwrap().to_string(), r#""a.b".name"#);
}
