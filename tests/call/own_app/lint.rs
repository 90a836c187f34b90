//! The linter on the payload of a described app: its findings and its fixes.

use serde_json::{Value, json};
use trill::apns::uuid::Uuid;
use trill::call::{AppChoice, OwnPart};
use trill::lint::call::{Subject, check};

use super::{choice, find, findings, strict};
use crate::{OTHER_UUID, UUID};

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
