//! The user's own app: its description in a few texts, and what follows from it.

use serde_json::{Value, json};
use trill::apns::uuid::Uuid;
use trill::apns::{Finding, Path};
use trill::call::call_field::guess;
use trill::call::{
    AppChoice, CallField, IncomingCall, OwnApp, OwnPart, PhoneRule as Rule, PhoneState, Profile,
    phone,
};
use trill::lint::call::{Subject, check};

use crate::{OTHER_UUID, UUID};

fn own(texts: &[(OwnPart, &str)]) -> OwnApp {
    let mut own = OwnApp::default();
    for (part, text) in texts {
        own.set(*part, (*text).to_owned());
    }
    own
}

/// An app that reports nothing if it finds no call.
fn strict(texts: &[(OwnPart, &str)]) -> OwnApp {
    let mut own = own(texts);
    own.set(OwnPart::Unreadable, "no-report".to_owned());
    own
}

fn choice(own: &OwnApp) -> AppChoice {
    AppChoice::parse(&own.to_json()).unwrap()
}

fn findings(payload: &Value, app: &AppChoice) -> Vec<Finding> {
    let app = app.resolve(payload);
    let call = app.read(payload);
    let request = trill::lint::Request::voip(payload);
    check(&Subject {
        fresh_uuid: Some(OTHER_UUID),
        ..Subject::new(request, &app, &call)
    })
}

fn find(payload: &Value, app: &AppChoice, rule: &str) -> Option<Finding> {
    findings(payload, app)
        .into_iter()
        .find(|finding| finding.code == rule)
}

fn rule(payload: &Value, own: &OwnApp) -> Rule {
    phone::forecast(payload, &choice(own)).rule
}

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
fn the_linter_speaks_about_the_parts_whatever_their_names() {
    let odd = choice(&strict(&[
        (OwnPart::CallUuid, "ref"),
        (OwnPart::Handle, r#""x.y".who"#),
        (OwnPart::CallerName, "says"),
        (OwnPart::HasVideo, "film"),
    ]));
    for (payload, code, path) in [
        (
            json!({ "ref": "42", "x.y": { "who": "a" } }),
            "app-reports-no-call",
            "ref",
        ),
        (
            json!({ "ref": UUID, "x.y": { "who": 7 } }),
            "app-reports-no-call",
            r#""x.y".who"#,
        ),
        (
            json!({ "ref": UUID, "x.y": { "who": "a" }, "says": "" }),
            "app-skips-value",
            "says",
        ),
        (
            json!({ "ref": UUID, "x.y": { "who": "a" }, "film": "yes" }),
            "app-skips-value",
            "film",
        ),
    ] {
        let found = find(&payload, &odd, code).unwrap_or_else(|| panic!("{payload}"));
        assert_eq!(found.path(), path);
        assert!(found.sentence.contains("My app"), "{}", found.sentence);
    }
    let good = json!({ "ref": UUID, "x.y": { "who": "alice" }, "says": "Alice", "film": true, "callUUID": "42", "handle": 7, "aps": { "uuid": "1" } });
    assert_eq!(findings(&good, &odd), []);
    let used = [Uuid::parse(UUID).unwrap()];
    let app = odd.resolve(&good);
    let call = app.read(&good);
    let subject = Subject {
        used: &used,
        ..Subject::new(trill::lint::Request::voip(&good), &app, &call)
    };
    assert!(
        check(&subject)
            .iter()
            .any(|finding| finding.code == "call-id-used" && finding.path() == "ref")
    );
}

#[test]
fn fixes_reach_the_paths_of_the_app() {
    let fresh = format!("\"{OTHER_UUID}\"");
    for (path, text) in [
        ("ref", r#"{"handle":"a", "ref" : "42"}"#),
        (
            r#""my.key".id"#,
            r#"{"handle":"a","my":{"key":{"id":"1"}},"my.key":{ "id":"42" }}"#,
        ),
        (r#""say \"hi\"""#, r#"{"handle":"a","say \"hi\"":"42"}"#),
        (
            "calls[1].id",
            r#"{"handle":"a","calls":[ {"id":"1"} , {"id":"42", "n":[]}]}"#,
        ),
        (
            "ids[2]",
            r#"{"handle":"a","ids":["]", [3,{"x":"}"}] , "42" ]}"#,
        ),
    ] {
        let app = choice(&strict(&[(OwnPart::CallUuid, path)]));
        let payload: Value = serde_json::from_str(text).unwrap();
        let fix = find(&payload, &app, "app-reports-no-call")
            .unwrap()
            .fix
            .unwrap();
        assert_eq!(fix.payload(text).unwrap(), text.replace("\"42\"", &fresh));
        assert_eq!(fix.payload(r#"{"handle":"a"}"#), None);
    }
    let dotted = r#"{"handle":"a","callUUID":"42","x.y":{"b.c":null},"m.n":{"muted":"yes"}}"#;
    let payload: Value = serde_json::from_str(dotted).unwrap();
    let fix = |rule| {
        find(&payload, &AppChoice::Recognise, rule)
            .unwrap()
            .fix
            .unwrap()
            .payload(dotted)
            .unwrap()
    };
    assert_eq!(fix("null-value"), dotted.replace(r#""b.c":null"#, ""));
}

#[test]
fn a_missing_uuid_is_added_where_the_app_looks() {
    for (path, text, after) in [
        (
            "ref",
            r#"{"handle":"a"}"#,
            Some(r#"{"handle":"a","ref":"ID"}"#),
        ),
        (
            r#""a \"b\"""#,
            r#"{"handle":"a"}"#,
            Some(r#"{"handle":"a","a \"b\"":"ID"}"#),
        ),
        (
            "meta.call.id",
            r#"{"handle":"a","meta":{"call":{}}}"#,
            Some(r#"{"handle":"a","meta":{"call":{"id":"ID"}}}"#),
        ),
        (
            "calls[0].id",
            r#"{"handle":"a","calls":[{"n":1}]}"#,
            Some(r#"{"handle":"a","calls":[{"n":1,"id":"ID"}]}"#),
        ),
        ("meta.id", r#"{"handle":"a"}"#, None),
        ("meta.id", r#"{"handle":"a","meta":"x"}"#, None),
        ("ids[0]", r#"{"handle":"a","ids":[]}"#, None),
    ] {
        let app = choice(&strict(&[(OwnPart::CallUuid, path)]));
        let payload: Value = serde_json::from_str(text).unwrap();
        let fix = find(&payload, &app, "app-reports-no-call").unwrap().fix;
        let fixed = fix.map(|fix| fix.payload(text).unwrap());
        assert_eq!(
            fixed,
            after.map(|after| after.replace("ID", OTHER_UUID)),
            "{path}"
        );
        if let Some(fixed) = fixed {
            let payload = serde_json::from_str(&fixed).unwrap();
            assert!(find(&payload, &app, "app-reports-no-call").is_none());
        }
    }
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
fn addresses_of_sip_and_twilio_are_no_mistakes() {
    for handle in [
        "sip:alice@example.com",
        "sips:alice@acme.dev",
        "sip:+15551234567@acme.dev;user=phone",
        "client:alice",
        "client:a@acme.dev",
    ] {
        for payload in [
            json!({ "callUUID": UUID, "from-uri": handle }),
            json!({ "callUUID": UUID, "twi_from": handle }),
            json!({ "callUUID": UUID, "handle": handle, "handleType": "generic" }),
        ] {
            let found = findings(&payload, &AppChoice::Recognise);
            let rules: Vec<&str> = found.iter().map(|finding| finding.code).collect();
            assert_eq!(rules, ["no-sent-time"], "{payload}");
        }
    }
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
