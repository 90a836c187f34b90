//! The app's half over HTTP: files for a payload, and what is refused.

use serde_json::{Value, json};
use trill::diagnosis::causes;
use trill::lint;

use super::{BUNDLE_ID, CALL, JSON, Stage};
use crate::support::http1::Answer;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

fn ask(trill: &Trill, body: &Value) -> Answer {
    let body = body.to_string();
    trill.request("POST", "/api/receiver", &[JSON], body.as_bytes())
}

/// Text of a file in an answer.
fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    let files = answer["files"].as_array().expect("files");
    let file = files.iter().find(|file| file["name"] == name);
    file.expect(name)["text"].as_str().expect("a text")
}

#[test]
fn the_files_fit_the_payload_and_name_this_push_server() {
    let stage = Stage::new();
    let payload = json!({ "from": { "handle": "+15551234567" }, "callUUID": CALL, "note": null });
    let answer = ask(&stage.trill, &json!({ "payload": payload }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let address = format!("address = \"http://{}\"", stage.phones);
    assert!(text(&answer, "PushServer.swift").contains(&address));
    let reading = &answer["files"][2];
    assert_eq!(reading["name"], "CallPayload.swift");
    let lines: Vec<&str> = reading["text"].as_str().expect("a text").lines().collect();
    let marks = reading["marks"].as_array().expect("marks");
    let handle = marks.iter().find(|mark| mark["path"] == "from.handle");
    let line = handle.expect("a mark")["line"].as_u64().expect("a number");
    assert!(lines[line as usize - 1].contains(r#"["from", "handle"]"#));
    let options = &answer["options"];
    assert_eq!(options["handle_types"], json!(["phone-number"]));
    assert_eq!(options["server"], format!("http://{}", stage.phones));
    let options = json!({
        "flavour": "livecommunicationkit", "supports_video": true, "call_groups": 3,
        "calls_per_group": 2, "handle_types": ["generic", "email-address", "generic"],
        "ringtone": "ring.caf", "icon": "Icon", "server": "https://a.test", "bundle_id": BUNDLE_ID,
    });
    let answer = ask(
        &stage.trill,
        &json!({ "payload": payload, "app": "article", "options": options }),
    );
    let answer = answer.json();
    assert!(text(&answer, "Calls.swift").contains("import LiveCommunicationKit"));
    assert!(text(&answer, "PushServer.swift").contains("address = \"https://a.test\""));
    let mut used = options;
    used["handle_types"] = json!(["generic", "email-address"]);
    assert_eq!(answer["options"], used);
}

#[test]
fn without_a_push_server_the_files_name_an_example() {
    let trill = Trill::start(&["--data", "off"]);
    let answer = ask(&trill, &json!({ "payload": {} })).json();
    assert_eq!(answer["options"]["server"], "");
    assert!(text(&answer, "PushServer.swift").contains("https://trill.example:7465"));
}

#[test]
fn an_sdk_gets_its_set_up_and_no_files() {
    let trill = Trill::start(&["--data", "off"]);
    let answer = ask(&trill, &json!({ "payload": {}, "app": "telnyx-ios" })).json();
    let set_up = &answer["own_set_up"];
    let sentence = set_up["sentence"].as_str().expect("a sentence");
    let address = set_up["address"].as_str().expect("an address");
    assert!(
        set_up["is_page"] == true && sentence.ends_with(address),
        "{sentence}"
    );
    assert_eq!(answer["files"], Value::Null);
}

#[test]
fn a_key_is_refused_wherever_it_stands() {
    let trill = Trill::start(&["--data", "off"]);
    let key = include_str!("../../fixtures/keys/rfc7515-apple.p8");
    for body in [
        json!({ "payload": { "note": key } }),
        json!({ "payload": {}, "app": key }),
        json!({ "payload": {}, "options": { "ringtone": key } }),
    ] {
        let answer = ask(&trill, &body);
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert_eq!(answer.json()["code"], "secret_in_request");
    }
}

#[test]
fn each_wrong_thing_is_named_and_no_value_is_repeated() {
    let trill = Trill::start(&["--data", "off"]);
    let option = |name: &str, value: Value| json!({ "payload": {}, "options": { name: value } });
    for (body, status, code, cause) in [
        (json!({}), 400, "missing_field", "“payload”"),
        (
            json!({ "payload": {}, "ap": "" }),
            400,
            "unknown_field",
            "“ap”",
        ),
        (
            option("colour", json!(1)),
            400,
            "unknown_field",
            "“options.colour”",
        ),
        (
            option("supports_video", json!("SECRET")),
            400,
            "wrong_type",
            "“options.supports_video”",
        ),
        (
            json!({ "payload": {}, "app": "SECRET" }),
            422,
            "bad_app",
            "“app” names no app",
        ),
        (
            json!({ "payload": {}, "app": "{\"x\":1}" }),
            422,
            "bad_app",
            "“app” names no app",
        ),
        (
            option("flavour", json!("SECRET")),
            422,
            "bad_option",
            "“options.flavour”",
        ),
        (
            option("handle_types", json!(["SECRET"])),
            422,
            "bad_option",
            "“options.handle_types”",
        ),
        (
            option("handle_types", json!([])),
            422,
            "bad_option",
            "no handle type",
        ),
        (
            option("call_groups", json!(0)),
            422,
            "bad_option",
            "“options.call_groups”",
        ),
        (
            option("calls_per_group", json!(256)),
            422,
            "bad_option",
            "“options.calls_per_group”",
        ),
        (
            option("ringtone", json!("SECRET/a")),
            422,
            "bad_option",
            "The ringtone is a path",
        ),
        (
            option("server", json!("SECRET")),
            422,
            "bad_option",
            "not an address",
        ),
    ] {
        let answer = ask(&trill, &body);
        let text = answer.text();
        assert_eq!(answer.status, status, "{body}: {text}");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{body}: {text}");
        assert!(
            problem["title"]
                .as_str()
                .is_some_and(|title| title.contains(cause)),
            "{text}"
        );
        assert!(!text.contains("SECRET"), "{text}");
    }
    let long = json!({ "payload": { "text": "a".repeat(17_000) } });
    assert_eq!(ask(&trill, &long).status, 413);
    let answer = trill.request("GET", "/api/receiver", &[], b"");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
}

#[test]
fn it_needs_access_and_nothing_of_it_is_stored_or_logged() {
    let trill = Trill::start(&["--require-token", "--data", "off"]);
    let answer = ask(&trill, &json!({ "payload": {} }));
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (401, json!("sign_in"))
    );
    let stage = Stage::on(TempDir::new(), &["--log", "debug"]);
    let payload = json!({ "handle": "canary-of-a-payload" });
    assert_eq!(
        ask(&stage.trill, &json!({ "payload": payload })).status,
        200
    );
    for entry in std::fs::read_dir(stage.folder.path().join("data")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(path).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains("canary-of-a-payload"));
    }
    assert!(!stage.trill.stderr().contains("canary-of-a-payload"));
}

#[test]
fn a_profile_is_given_by_its_identifier() {
    let trill = Trill::start(&["--data", "off"]);
    let answer = trill.request("GET", "/api/profiles/wire", &[], b"");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let profile = answer.json();
    assert_eq!((answer.status, &profile["id"]), (200, &json!("wire")));
    assert!(profile["sources"][0]["commit"].is_string());
    let unknown = trill.request("GET", "/api/profiles/wir", &[], b"");
    assert_eq!(
        (unknown.status, unknown.json()["code"].clone()),
        (404, json!("bad_app"))
    );
}

#[test]
fn the_prose_of_every_cause_is_given_and_may_be_cached() {
    let trill = Trill::start(&["--data", "off"]);
    let answer = trill.request("GET", "/api/causes", &[], b"");
    let cache = answer.header("cache-control");
    assert_eq!(
        (answer.status, cache),
        (200, Some("private, max-age=86400"))
    );
    let answer = answer.json();
    let told = answer["causes"].as_array().expect("a list");
    assert_eq!(told.len(), causes().count());
    for (told, cause) in told.iter().zip(causes()) {
        assert!(!cause.why.is_empty() && !cause.lacks_prose(), "{told}");
        let expected = json!({
            "id": cause.id, "why": cause.why, "fix": cause.fix, "source": cause.source,
        });
        assert_eq!(*told, expected);
    }
}

#[test]
fn the_prose_of_every_rule_is_given_and_may_be_cached() {
    let trill = Trill::start(&["--data", "off"]);
    let answer = trill.request("GET", "/api/rules", &[], b"");
    let cache = answer.header("cache-control");
    assert_eq!(
        (answer.status, cache),
        (200, Some("private, max-age=86400"))
    );
    let answer = answer.json();
    let told = answer["rules"].as_array().expect("a list");
    assert_eq!(told.len(), lint::all().count());
    for (told, rule) in told.iter().zip(lint::all()) {
        assert!(!rule.why.is_empty() && !rule.fix.is_empty(), "{told}");
        let expected = json!({
            "id": rule.id, "why": rule.why, "fix": rule.fix, "source": rule.source,
        });
        assert_eq!(*told, expected);
    }
}
