//! JSON inside a text: which apps open it, and which find a text where they look for an object.

use serde_json::{Value, json};
use trill::call::profile::{self, Opened, Reaction, Situation};
use trill::call::{AppChoice, OwnApp, OwnPart, Profile};

use crate::UUID;

/// The payload with the object `call` as a text.
fn wrapped(call: &Value) -> Value {
    json!({ "aps": {}, "call": call.to_string() })
}

fn own() -> Profile {
    let mut own = OwnApp::default();
    for (part, text) in [
        (OwnPart::Handle, "call.handle"),
        (OwnPart::CallUuid, "call.id"),
        (OwnPart::HasVideo, "call.video"),
        (OwnPart::EndPath, "call.type"),
        (OwnPart::EndValue, "cancel"),
        (OwnPart::Unreadable, "no-report"),
    ] {
        own.set(part, text.to_owned());
    }
    Profile::parse(&own.to_json()).unwrap()
}

#[test]
fn the_paths_of_an_own_app_lead_through_a_text_in_readings_and_in_conditions() {
    let own = own();
    let good = json!({ "handle": "alice", "id": UUID, "video": true });
    for (call, reaction) in [
        (good, Reaction::Rings),
        (
            json!({ "handle": "alice", "id": UUID, "type": "cancel" }),
            Reaction::EndsCall,
        ),
        (json!({ "handle": "alice", "id": "42" }), Reaction::NoReport),
        (json!({ "id": UUID }), Reaction::NoReport),
    ] {
        for payload in [wrapped(&call), json!({ "call": call })] {
            let verdict = own.verdict(&payload, &Situation::default());
            assert_eq!(verdict.reaction, reaction, "{payload}");
            let has_video = verdict.call.has_video.map(|field| field.value);
            assert_eq!(has_video, call["video"].as_bool(), "{payload}");
        }
    }
    let not_json = json!({ "call": "{\"handle\":" });
    let verdict = own.verdict(&not_json, &Situation::default());
    assert_eq!(verdict.reaction, Reaction::NoReport);
    let mut said = OwnApp::default();
    said.set(OwnPart::Handle, "call.handle".to_owned());
    assert_eq!(
        said.finds(OwnPart::Handle, &wrapped(&json!({ "handle": "alice" }))),
        "Finds “alice”."
    );
}

#[test]
fn a_text_is_a_text_for_an_app_whose_code_looks_for_an_object() {
    let mut opening = Vec::new();
    for profile in profile::all() {
        let Some(template) = &profile.template else {
            continue;
        };
        let mut payload = template.clone();
        let members = payload.as_object_mut().unwrap();
        let mut is_changed = false;
        for (name, value) in members {
            if name != "aps" && value.is_object() {
                *value = value.to_string().into();
                is_changed = true;
            }
        }
        let call = profile.read(&payload);
        let paths = [
            call.handle.map(|field| field.path),
            call.call_uuid.map(|field| field.path),
        ];
        for path in paths.into_iter().flatten().filter(|_| is_changed) {
            let is_inside = path.contains('.') && !path.starts_with("aps");
            assert!(!is_inside, "{}: {path}", profile.id);
        }
        if profile.look_into(&payload).opened != Opened::None {
            opening.push(profile.id.as_str());
        }
    }
    assert_eq!(opening, ["rocketchat"]);
}

#[test]
fn an_app_whose_code_opens_the_text_reads_the_call_in_it() {
    let inner = json!({
        "notificationType": "voip", "type": "incoming_call", "callId": UUID,
        "caller": { "name": "Alice Example", "username": "alice" },
        "host": "https://chat.example.com/", "hostName": "Example Chat",
        "createdAt": "2026-11-29T12:00:00Z",
    });
    let payload = json!({ "ejson": inner.to_string() });
    let app = AppChoice::Recognise.resolve(&payload);
    assert_eq!(app.name().as_deref(), Some("Rocket.Chat"));
    let (verdict, _) = app.verdict(&payload, &Situation::default()).unwrap();
    assert_eq!(verdict.reaction, Reaction::Rings);
    assert_eq!(verdict.call.handle.unwrap().path, "ejson.caller.name");
    assert_eq!(verdict.call.call_uuid.unwrap().path, "ejson.callId");
}
