//! Calls as the described app reads them, and what the phone does with them.

use serde_json::json;
use trill::apns::Path;
use trill::call::{CallField, IncomingCall, OwnApp, OwnPart, PhoneRule as Rule, PhoneState, phone};

use super::{choice, find, own, rule, strict};
use crate::{OTHER_UUID, UUID};

#[test]
fn the_app_reads_the_call_at_its_paths_only() {
    let payload = json!({
        "callUUID": OTHER_UUID, "handle": "wrong", "callerName": "Wrong", "hasVideo": false,
        "my.app": { "calls": [{ "ref": UUID, "who": "alice", "says": "Alice", "film": true }] },
    });
    let deep = strict(&[
        (OwnPart::CallUuid, r#""my.app".calls[0].ref"#),
        (OwnPart::Handle, r#""my.app".calls[0].who"#),
        (OwnPart::CallerName, r#""my.app".calls[0].says"#),
        (OwnPart::HasVideo, r#""my.app".calls[0].film"#),
    ]);
    let call = choice(&deep).resolve(&payload).read(&payload);
    assert_eq!(
        call.call_uuid.as_ref().unwrap().path,
        r#""my.app".calls[0].ref"#
    );
    assert_eq!(
        (
            call.call_uuid.as_ref().unwrap().value.as_str(),
            call.title(),
            call.is_video()
        ),
        (UUID, Some("Alice"), true)
    );
    assert_eq!(call.handle.unwrap().value, "alice");
    assert_eq!(IncomingCall::read(&payload).title(), Some("Wrong"));
    assert_eq!(rule(&payload, &deep), Rule::Reported);
    let elsewhere = strict(&[(OwnPart::CallUuid, "callUUID"), (OwnPart::Handle, "from")]);
    assert_eq!(rule(&payload, &elsewhere), Rule::NoHandle);
}

#[test]
fn the_phone_does_what_the_description_says_of_a_payload_without_a_call() {
    let paths = [(OwnPart::CallUuid, "ref"), (OwnPart::Handle, "from")];
    let no_handle = json!({ "ref": UUID });
    let no_uuid = json!({ "from": "alice" });
    let bad_uuid = json!({ "from": "alice", "ref": "42" });
    for (action, for_handle, for_uuid, for_bad_uuid) in [
        ("", Rule::CannotTell, Rule::CannotTell, Rule::CannotTell),
        (
            "no-report",
            Rule::NoHandle,
            Rule::NoCallUuid,
            Rule::BadCallUuid,
        ),
        (
            "report-and-end",
            Rule::EndedAtOnce,
            Rule::EndedAtOnce,
            Rule::EndedAtOnce,
        ),
        (
            "crash",
            Rule::AppCrashed,
            Rule::AppCrashed,
            Rule::AppCrashed,
        ),
    ] {
        let mut app = own(&paths);
        app.set(OwnPart::Unreadable, action.to_owned());
        assert_eq!(rule(&no_handle, &app), for_handle, "{action}");
        assert_eq!(rule(&no_uuid, &app), for_uuid, "{action}");
        assert_eq!(rule(&bad_uuid, &app), for_bad_uuid, "{action}");
        let whole = json!({ "from": "alice", "ref": UUID });
        assert_eq!(rule(&whole, &app), Rule::Reported, "{action}");
    }
    let mut maker = strict(&paths);
    maker.set(OwnPart::MakesUuid, OwnPart::YES.to_owned());
    let rings = phone::forecast(&no_uuid, &choice(&maker));
    let PhoneState::Ringing(call) = rings.state else {
        panic!("{rings:?}")
    };
    assert!(call.is_uuid_made);
    assert_eq!(rule(&no_handle, &maker), Rule::NoHandle);
}

#[test]
fn a_push_that_ends_a_call_is_told_by_a_path_and_a_value() {
    let ends = |path, value| {
        strict(&[
            (OwnPart::Handle, "from"),
            (OwnPart::EndPath, path),
            (OwnPart::EndValue, value),
        ])
    };
    for (path, value, payload, is_end) in [
        ("type", "cancel", json!({ "type": "cancel" }), true),
        (
            "type",
            "cancel",
            json!({ "type": "call", "from": "a" }),
            false,
        ),
        ("type", " 3 ", json!({ "type": 3 }), true),
        ("type", "3", json!({ "type": "3" }), true),
        ("over", "true", json!({ "over": true }), true),
        ("over", "true", json!({ "over": false, "from": "a" }), false),
        ("over", "", json!({ "over": 0 }), true),
    ] {
        let app = ends(path, value);
        let found = find(&payload, &choice(&app), "app-ends-call");
        assert_eq!(found.is_some(), is_end, "{path} {value} {payload}");
        if let Some(found) = found {
            let says = format!("{path} says that the call ended.");
            assert!(found.sentence.contains(&says), "{}", found.sentence);
        }
    }
}

#[test]
fn an_app_of_paths_looks_elsewhere_by_name_and_then_in_apples_keys() {
    let path = |field| (field == CallField::Handle).then(|| Path::parse("from.who").unwrap());
    let payload = json!({ "from": { "who": "alice" }, "meta": { "id": UUID } });
    let app = OwnApp::of_paths(path, &payload);
    assert_eq!(app.text(OwnPart::Handle), "from.who");
    assert_eq!(app.text(OwnPart::CallUuid), "meta.id");
    assert_eq!(rule(&payload, &app), Rule::Reported);
    assert_eq!(
        rule(&json!({}), &OwnApp::of_paths(|_| None, &json!({}))),
        Rule::NoCallUuid
    );
}

#[test]
fn events_show_a_call_with_its_problems() {
    let payload = json!({ "metadata": { "call_id": UUID }, "handle": 7 });
    let app = strict(&[
        (OwnPart::CallUuid, "metadata.call_id"),
        (OwnPart::Handle, "handle"),
    ]);
    let call = choice(&app).resolve(&payload).read(&payload);
    let shown = json!({
        "handle": null,
        "call_uuid": { "path": "metadata.call_id", "value": UUID },
        "caller_name": null,
        "has_video": null,
        "problems": [{ "path": "handle", "value": "not-text" }],
    });
    assert_eq!(serde_json::to_value(call).unwrap(), shown);
}
