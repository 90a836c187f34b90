//! Paths and mappings: where an app looks, and what follows from it.

use serde_json::{Value, json};
use trill::apns::path::{Path, PathError, Step};
use trill::apns::uuid::Uuid;
use trill::apns::{Finding, Severity};
use trill::call::phone::receive;
use trill::call::{AppChoice, CallField, IncomingCall, Mapping, PhoneRule as Rule, PhoneState};
use trill::lint::call::{Subject, check};

use crate::{OTHER_UUID, UUID};

fn mapping(pairs: &[(CallField, &str)]) -> Mapping {
    let mut mapping = Mapping::default();
    for (part, path) in pairs {
        mapping.set(*part, Some(Path::parse(path).unwrap()));
    }
    mapping
}

fn findings(payload: &Value, mapping: &Mapping) -> Vec<Finding> {
    let app = AppChoice::from(mapping.clone()).resolve(payload);
    let call = app.read(payload);
    let request = trill::lint::Request::voip(payload);
    check(&Subject {
        fresh_uuid: Some(OTHER_UUID),
        ..Subject::new(request, &app, &call)
    })
}

fn find(payload: &Value, mapping: &Mapping, rule: &str) -> Option<Finding> {
    findings(payload, mapping)
        .into_iter()
        .find(|finding| finding.code == rule)
}

fn names(names: &[&str]) -> Vec<Step> {
    names
        .iter()
        .map(|name| Step::Name((*name).to_owned()))
        .collect()
}

fn read(text: &str) -> Option<Mapping> {
    Mapping::from_value(&serde_json::from_str(text).ok()?)
}

#[test]
fn paths_are_read_and_written() {
    let index = Step::Index;
    for (text, steps) in [
        ("callUUID", names(&["callUUID"])),
        ("metadata.call_id", names(&["metadata", "call_id"])),
        (r#""my.key".id"#, names(&["my.key", "id"])),
        (r#"a."say \"hi\"""#, names(&["a", "say \"hi\""])),
        (r#""".x"#, names(&["", "x"])),
        (r#"" padded ""#, names(&[" padded "])),
        (r#""a[0]""#, names(&["a[0]"])),
        (r"back\slash", names(&[r"back\slash"])),
        ("Größe.né", names(&["Größe", "né"])),
        ("two words", names(&["two words"])),
        ("items[0]", [names(&["items"]), vec![index(0)]].concat()),
        (
            "items[10][2].id",
            [names(&["items"]), vec![index(10), index(2)], names(&["id"])].concat(),
        ),
        (r#""a.b"[1]"#, [names(&["a.b"]), vec![index(1)]].concat()),
    ] {
        let path = Path::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (path.steps(), path.to_string().as_str()),
            (steps.as_slice(), text)
        );
    }
    for (typed, meant) in [
        ("  a.b ", "a.b"),
        ("a . \"b\" [0] . c", "a.b[0].c"),
        (r#""plain".x"#, "plain.x"),
        (r#""\u0061" "#, "a"),
        ("a[007]", "a[7]"),
    ] {
        assert_eq!(Path::parse(typed).unwrap().to_string(), meant);
    }
    let control = Path::of_names(&["a\nb"]).to_string();
    assert_eq!(
        (control.as_str(), Path::parse(&control).unwrap()),
        (r#""a\nb""#, Path::of_names(&["a\nb"]))
    );
}

#[test]
fn what_is_no_path_is_told_with_its_place() {
    use PathError::{
        BadIndex, BadQuotes, EmptyName, MissingQuote, MissingStop, StrayCharacter, TooDeep,
    };
    let deep = vec!["a"; 17].join(".");
    let list = format!("a{}", "[0]".repeat(16));
    for (text, error) in [
        ("", EmptyName(1)),
        ("   ", EmptyName(4)),
        (".a", EmptyName(1)),
        ("a.", EmptyName(3)),
        ("é..b", EmptyName(3)),
        ("[0]", EmptyName(1)),
        ("a.[0]", EmptyName(3)),
        ("a. .b", EmptyName(4)),
        ("\"a", MissingQuote(1)),
        ("é.\"a\\\"", MissingQuote(3)),
        (r#"a."\x""#, BadQuotes(3)),
        ("a\"b\"", StrayCharacter(2)),
        ("ab]", StrayCharacter(3)),
        ("a[", BadIndex(3)),
        ("a[]", BadIndex(3)),
        ("a[x]", BadIndex(3)),
        ("a[-1]", BadIndex(3)),
        ("a[+1]", BadIndex(3)),
        ("a[1.5]", BadIndex(3)),
        ("a[99999999999999999999999]", BadIndex(3)),
        ("a[0]b", MissingStop(5)),
        ("\"a\"b", MissingStop(4)),
        (&deep, TooDeep(33)),
        (&list, TooDeep(47)),
    ] {
        assert_eq!(Path::parse(text), Err(error), "{text}");
        let sentence = error.to_string();
        assert!(
            sentence.chars().count() <= 160
                && sentence.ends_with('.')
                && sentence.contains("character"),
            "{sentence}"
        );
        assert!(error.code().starts_with("path_"));
    }
    assert!(Path::parse(&deep[2..]).is_ok() && Path::parse(&list[..list.len() - 3]).is_ok());
}

#[test]
fn no_text_makes_the_reader_of_paths_panic() {
    let whole = r#" "é.\"x" . items [0][12].ñ."\u00e9"["#;
    for (index, character) in whole.char_indices() {
        let (before, after) = whole.split_at(index);
        for text in [
            before,
            after,
            &format!("{before}{}", &after[character.len_utf8()..]),
            &format!("{before}\"{after}"),
        ] {
            if let Ok(path) = Path::parse(text) {
                assert_eq!(Path::parse(&path.to_string()), Ok(path), "{text}");
            }
        }
    }
}

#[test]
fn a_mapping_beats_what_a_name_would_find() {
    let payload = json!({
        "callUUID": OTHER_UUID, "handle": "wrong", "callerName": "Wrong", "hasVideo": false,
        "my.app": { "calls": [{ "ref": UUID, "who": "alice", "says": "Alice", "film": true }] },
    });
    let mapping = mapping(&[
        (CallField::CallUuid, r#""my.app".calls[0].ref"#),
        (CallField::Handle, r#""my.app".calls[0].who"#),
        (CallField::CallerName, r#""my.app".calls[0].says"#),
        (CallField::HasVideo, r#""my.app".calls[0].film"#),
    ]);
    let call = IncomingCall::read_with(&payload, &mapping);
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
    assert_eq!(
        IncomingCall::read_with(&payload, &Mapping::default()),
        IncomingCall::read(&payload)
    );
}

#[test]
fn a_mapped_part_that_is_not_there_is_missing() {
    let payload = json!({ "callUUID": UUID, "handle": "alice", "callerName": "Alice" });
    for path in ["metadata.call_id", "callUUID[0]", "callUUID.x", "callUuid"] {
        let mapping = mapping(&[(CallField::CallUuid, path)]);
        let call = IncomingCall::read_with(&payload, &mapping);
        assert!(
            call.call_uuid.is_none() && call.problems.is_empty() && call.handle.is_some(),
            "{path}"
        );
        let missing = find(&payload, &mapping, "call-id-missing").unwrap();
        assert!(
            missing
                .sentence
                .to_string()
                .starts_with(&format!("The payload has no call ID at {path}.")),
            "{}",
            missing.sentence
        );
        assert_eq!(receive(&PhoneState::Idle, call).rule, Rule::NoCallUuid);
    }
    let mapping = mapping(&[(CallField::Handle, "from")]);
    assert!(
        find(&payload, &mapping, "handle-missing")
            .unwrap()
            .sentence
            .to_string()
            .contains("no handle at from.")
    );
    assert!(IncomingCall::read_with(&payload, &mapping).handle.is_none());
}

#[test]
fn rules_speak_about_parts_whatever_their_names() {
    let odd = mapping(&[
        (CallField::CallUuid, "ref"),
        (CallField::Handle, r#""x.y".who"#),
        (CallField::CallerName, "says"),
        (CallField::HasVideo, "film"),
    ]);
    let payload = json!({ "ref": "42", "x.y": { "who": 7 }, "says": "", "film": "maybe", "callUUID": "42", "hasVideo": "maybe" });
    for (rule, path) in [
        ("call-id-not-uuid", "ref"),
        ("handle-not-text", r#""x.y".who"#),
        ("caller-name-not-text", "says"),
        ("flag-not-boolean", "film"),
    ] {
        assert_eq!(
            find(&payload, &odd, rule)
                .unwrap_or_else(|| panic!("{rule}"))
                .path(),
            path
        );
    }
    let good = json!({ "ref": UUID, "x.y": { "who": "alice" }, "says": "Alice", "film": true, "callUUID": "42", "handle": 7 });
    let found = findings(&good, &odd);
    assert!(
        found
            .iter()
            .all(|finding| finding.severity == Severity::Note),
        "{found:#?}"
    );
    let null = json!({ "ref": null, "x.y": { "who": "alice" }, "b.c": null });
    let found = findings(&null, &odd);
    assert!(
        found
            .iter()
            .any(|finding| finding.code == "call-id-not-uuid")
    );
    assert_eq!(
        found
            .iter()
            .find(|finding| finding.code == "null-value")
            .unwrap()
            .path(),
        r#""b.c""#
    );
    let used = [Uuid::parse(UUID).unwrap()];
    let app = AppChoice::from(odd).resolve(&good);
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
fn a_call_an_app_reads_out_of_aps_is_in_its_place() {
    let inside = mapping(&[
        (CallField::CallUuid, "aps.uuid"),
        (CallField::Handle, "from-uri"),
    ]);
    for payload in [
        json!({ "aps": { "uuid": UUID }, "from-uri": "sip:alice@acme.dev" }),
        json!({ "aps": { "uuid": "42" }, "from-uri": "a" }),
    ] {
        assert!(
            find(&payload, &inside, "call-in-aps").is_none(),
            "{payload}"
        );
        assert!(
            find(&payload, &Mapping::default(), "call-in-aps").is_some(),
            "{payload}"
        );
    }
}

#[test]
fn mends_reach_mapped_places() {
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
        let mapping = mapping(&[(CallField::CallUuid, path)]);
        let payload: Value = serde_json::from_str(text).unwrap();
        let fix = find(&payload, &mapping, "call-id-not-uuid")
            .unwrap()
            .fix
            .unwrap();
        assert_eq!(fix.payload(text).unwrap(), text.replace("\"42\"", &fresh));
        assert_eq!(fix.payload(r#"{"handle":"a"}"#), None);
    }
    let dotted = r#"{"handle":"a","callUUID":"42","x.y":{"b.c":null},"m.n":{"muted":"yes"}}"#;
    let payload: Value = serde_json::from_str(dotted).unwrap();
    let fix = |rule| {
        find(&payload, &Mapping::default(), rule)
            .unwrap()
            .fix
            .unwrap()
            .payload(dotted)
            .unwrap()
    };
    assert_eq!(fix("null-value"), dotted.replace(r#""b.c":null"#, ""));
    assert_eq!(fix("flag-not-boolean"), dotted.replace("\"yes\"", "true"));
}

#[test]
fn a_missing_call_id_is_added_where_the_app_looks() {
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
        let mapping = mapping(&[(CallField::CallUuid, path)]);
        let payload: Value = serde_json::from_str(text).unwrap();
        let fix = find(&payload, &mapping, "call-id-missing").unwrap().fix;
        let mended = fix.map(|fix| fix.payload(text).unwrap());
        assert_eq!(
            mended,
            after.map(|after| after.replace("ID", OTHER_UUID)),
            "{path}"
        );
        if let Some(mended) = mended {
            assert!(
                find(
                    &serde_json::from_str(&mended).unwrap(),
                    &mapping,
                    "call-id-missing"
                )
                .is_none(),
                "{mended}"
            );
        }
    }
}

#[test]
fn a_guess_is_what_automatic_reading_found() {
    for payload in [
        json!({ "callUUID": UUID, "handle": "alice", "callerName": "Alice", "hasVideo": true }),
        json!({ "a.b": { "call_id": UUID, "name": "Alice" }, "twi_from": "client:alice" }),
        json!({ "from-uri": "sip:alice@example.com", "display-name": "Alice", "aps": { "call-id": UUID } }),
        json!({ "handle": 7, "callUUID": "42", "callerName": " ", "hasVideo": "yes" }),
        json!({ "aps": { "handle": "alice" } }),
        json!([]),
    ] {
        let guess = Mapping::guess(&payload);
        let (read, again) = (
            IncomingCall::read(&payload),
            IncomingCall::read_with(&payload, &guess),
        );
        assert_eq!(
            IncomingCall {
                mapping: Mapping::default(),
                ..again
            },
            read,
            "{payload}"
        );
        let found = CallField::ALL
            .into_iter()
            .filter(|part| guess.path(*part).is_some())
            .count();
        let parts = [
            read.handle.is_some(),
            read.caller_name.is_some(),
            read.call_uuid.is_some(),
            read.has_video.is_some(),
        ];
        assert_eq!(
            found,
            read.problems.len() + parts.into_iter().filter(|is_there| *is_there).count(),
            "{payload}"
        );
    }
    let guess = Mapping::guess(&json!({ "a.b": { "call_id": UUID } }));
    assert_eq!(guess.call_uuid.unwrap().to_string(), r#""a.b".call_id"#);
}

#[test]
fn a_mapping_outlives_the_tab() {
    let whole = mapping(&[
        (CallField::CallUuid, r#""a.b"[0].id"#),
        (CallField::Handle, "from"),
        (CallField::CallerName, "é"),
        (CallField::HasVideo, "v"),
    ]);
    for mapping in [
        Mapping::default(),
        mapping(&[(CallField::CallUuid, "x")]),
        whole,
    ] {
        assert_eq!(read(&mapping.to_text()).unwrap(), mapping);
    }
    assert_eq!(
        mapping(&[(CallField::Handle, "m.from")]).to_text(),
        r#"{"handle":"m.from"}"#
    );
    assert!(read("{}").unwrap().is_automatic());
    for broken in ["", "[]", "null", r#"{"handle":7}"#, r#"{"handle":"a..b"}"#] {
        assert_eq!(read(broken), None, "{broken}");
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
            let found = findings(&payload, &Mapping::default());
            let rules: Vec<&str> = found.iter().map(|finding| finding.code).collect();
            assert_eq!(rules, ["no-sent-time"], "{payload}");
        }
    }
}

#[test]
fn events_show_a_call_as_before() {
    let payload = json!({ "metadata": { "call_id": UUID }, "handle": 7 });
    let call = IncomingCall::read_with(
        &payload,
        &mapping(&[(CallField::CallUuid, "metadata.call_id")]),
    );
    let shown = json!({
        "handle": null,
        "call_uuid": { "path": "metadata.call_id", "value": UUID },
        "caller_name": null,
        "has_video": null,
        "problems": [{ "path": "handle", "value": "not-text" }],
    });
    assert_eq!(serde_json::to_value(call).unwrap(), shown);
}
