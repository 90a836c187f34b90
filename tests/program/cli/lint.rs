//! `trill lint`: what it says, and how it ends.

use std::io::{ErrorKind, Write};
use std::process::Stdio;

use serde_json::Value;

use super::{text, trill};
use crate::support::temp_dir::TempDir;

const RIGHT: &str =
    r#"{"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","handle":"alice","sentAt":1767225600}"#;
const WRONG: &str = r#"{"aps":{"alert":"VoIP"},"uuid":"12212","callerName":"Alice Example","handle":"alice","avatar":null}"#;
const NOT_RECOGNISED: &str = "app: not recognised; the call is looked for under the usual names\n";

/// Exit code, output and complaints for a payload on standard input.
fn lint(flags: &[&str], payload: impl AsRef<[u8]>) -> (i32, String, String) {
    let mut child = trill(&[&["lint", "-"], flags].concat())
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("it was piped");
    // A command that refuses its options reads no payload.
    if let Err(error) = stdin.write_all(payload.as_ref()) {
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    }
    drop(stdin);
    text(&child.wait_with_output().expect("it ends"))
}

#[test]
fn nothing_to_say_is_0() {
    assert_eq!(
        lint(&[], RIGHT),
        (0, NOT_RECOGNISED.to_owned(), String::new())
    );
    assert_eq!(lint(&["--json"], RIGHT), (0, String::new(), String::new()));
}

#[test]
fn an_error_is_1_and_comes_first() {
    let (code, out, err) = lint(&[], WRONG);
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<&str> = out.lines().collect();
    assert!(
        lines[0].starts_with("app: ")
            && lines[0].contains("recognised by uuid, callerName, handle")
            && lines[0].contains("react-native-webrtc/"),
        "{out}"
    );
    assert!(lines[1].starts_with("error app-crashes: "), "{out}");
    assert!(
        lines[2].starts_with("warning app-versions-differ: "),
        "{out}"
    );
    assert!(
        lines[3].starts_with("warning null-value: likely: "),
        "{out}"
    );
    assert!(
        lines[4..].iter().all(|line| line.starts_with("note ")) && lines.len() == 5,
        "{out}"
    );
}

#[test]
fn warnings_and_notes_alone_are_0() {
    let (code, out, _) = lint(
        &[],
        RIGHT.replace("alice\"", "alice\",\"aps\":{\"alert\":\"x\"}"),
    );
    assert_eq!((code, out.lines().count()), (0, 2), "{out}");
}

#[test]
fn json_is_one_object_a_line() {
    let (code, out, _) = lint(&["--json"], WRONG);
    let findings: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!((code, findings.len()), (1, 4), "{out}");
    let first = &findings[0];
    assert_eq!(
        (&first["severity"], &first["rule"], &first["path"]),
        (&"error".into(), &"app-crashes".into(), &"uuid".into())
    );
    assert_eq!(first["certainty"], "this app");
    assert!(
        first["app"].as_str().is_some_and(|app| !app.is_empty()),
        "{out}"
    );
    assert_eq!(findings[2]["certainty"], "likely");
    assert_eq!(findings[2]["app"], Value::Null);
    for key in ["sentence", "fix", "source"] {
        assert!(
            findings
                .iter()
                .all(|finding| finding[key].as_str().is_some_and(|text| !text.is_empty())),
            "{key}: {out}"
        );
    }
}

#[test]
fn json_offers_the_payload_with_what_is_certain_mended() {
    let payload = RIGHT.replace("\"alice\"", "\"alice\", \"hasVideo\" : \"true\"");
    let (code, out, _) = lint(&["--json"], &payload);
    let finding: Value = serde_json::from_str(&out).expect("one finding");
    assert_eq!((code, &finding["rule"]), (0, &"flag-not-boolean".into()));
    assert_eq!(finding["mended"], payload.replace("\"true\"", "true"));
    let (_, out, _) = lint(&["--json"], "[]");
    assert!(out.contains("\"mended\":null"), "{out}");
}

#[test]
fn what_is_no_payload_is_one_error() {
    for payload in [
        &b""[..],
        b"[]",
        b"{\"a\":1,}",
        b"{\"a\":\"\xff\"}",
        "{\"pad\":\"é\"}"
            .replace('é', &"é".repeat(2_600))
            .as_bytes(),
    ] {
        let (code, out, err) = lint(&[], payload);
        assert_eq!(
            (code, out.lines().count(), err.as_str()),
            (1, 1, ""),
            "{out}"
        );
        assert!(out.starts_with("error "), "{out}");
    }
}

#[test]
fn what_is_odd_about_the_text_is_said_with_its_place() {
    let payload = RIGHT.replace(
        "\"alice\"",
        "\"bob\",\n \"handle\":\"alice\",\n \"big\":12345678901234567890123",
    );
    let (code, out, _) = lint(&["--json"], &payload);
    let findings: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of = |rule: &str| {
        findings
            .iter()
            .find(|finding| finding["rule"] == rule)
            .unwrap_or_else(|| panic!("{rule}: {out}"))
    };
    let twice = of("json_duplicate_key");
    assert_eq!(
        (code, &twice["severity"], &twice["line"], &twice["source"]),
        (1, &"error".into(), &2.into(), &"RFC 8259".into())
    );
    assert_eq!(
        (
            &of("json_number_precision")["line"],
            &of("json_number_precision")["column"]
        ),
        (&3.into(), &8.into())
    );
    let mended = of("json_number_precision")["mended"]
        .as_str()
        .expect("a whole text");
    assert!(mended.contains("\"12345678901234567890123\""), "{mended}");
}

#[test]
fn a_file_is_read_too() {
    let folder = TempDir::new();
    let file = folder.write("call.json", WRONG);
    let (code, out, _) = text(
        &trill(&["lint", &file.to_string_lossy()])
            .output()
            .expect("it runs"),
    );
    assert_eq!((code, out), (1, lint(&[], WRONG).1));
}

#[test]
fn an_unreadable_file_is_2_and_wrong_usage_64() {
    for (arguments, code, part) in [
        (&["lint", "/nowhere/call.json"][..], 2, "check the path"),
        (&["lint", "/"], 2, "cannot read /"),
        (&["lint"], 64, "requires <PAYLOAD>"),
        (&["lint", "a", "b"], 64, "one PAYLOAD"),
        (&["lint", "--jason", "-"], 64, "did you mean --json?"),
    ] {
        let (ended, out, err) = text(&trill(arguments).output().expect("it runs"));
        assert_eq!((ended, out.as_str()), (code, ""), "{arguments:?}: {err}");
        assert!(
            err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1,
            "{err}"
        );
    }
}

#[test]
fn the_app_may_be_named() {
    let payload = r#"{"id":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","nameCaller":"Alice Example"}"#;
    let (code, out, err) = lint(&["--app", "flutter-webrtc-callkeep"], payload);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(out.contains("error app-crashes: callkeep"), "{out}");
    assert!(!out.contains("recognised"), "{out}");
    let (code, out, _) = lint(&["--app", "flutter-callkit-incoming"], payload);
    assert_eq!(code, 0, "{out}");
}

#[test]
fn an_unknown_app_is_told_with_the_nearest_known_one() {
    for (name, part) in [
        (
            "flutter-callkit-incomming",
            "Did you mean flutter-callkit-incoming?",
        ),
        ("twilio", "Did you mean twilio-voice-ios?"),
        ("zzzzzzzzzz", "docs/apps.md has the names"),
        ("nowhere.json", "check the path of the profile"),
    ] {
        let (code, out, err) = lint(&["--app", name], RIGHT);
        assert_eq!((code, out.as_str()), (2, ""), "{name}: {err}");
        assert!(err.contains(part), "{name}: {err}");
    }
}

#[test]
fn an_own_app_is_read_from_a_file() {
    let folder = TempDir::new();
    let app = |text: &str| {
        let file = folder.write("my-app.json", text);
        lint(&["--app", &file.to_string_lossy()], r#"{"who":"alice"}"#)
    };
    let (code, out, _) =
        app(r#"{"name":"Calls","handle":{"paths":["who"]},"call_uuid":{"else":"made"}}"#);
    assert_eq!((code, out.as_str()), (0, "app: Calls (your description)\n"));
    let (code, out, _) = app(
        r#"{"name":"Calls","rules":[{"if":{"has":"who"},"then":"crash","because":"It wants no caller."}]}"#,
    );
    assert!(
        code == 1 && out.contains("error app-crashes: Calls crashes. It wants no caller."),
        "{out}"
    );
    let deep = "{\"not\":".repeat(20) + "{\"has\":\"x\"}" + &"}".repeat(20);
    for (text, part) in [
        ("{", "not JSON at line 1"),
        ("[]", "not an object"),
        (r#"{"nam":"x"}"#, "unknown key"),
        (r#"{"id":"x"}"#, "no name"),
        (
            r#"{"name":"x","handle":{"paths":["a..b"]}}"#,
            "handle.paths[0] is not a path",
        ),
        (
            r#"{"name":"x","handle":{"paths":"a"}}"#,
            "handle.paths is not a list",
        ),
        (
            r#"{"name":"x","rules":[{"if":{"has":"a"},"then":"explode","because":"x"}]}"#,
            "rules[0].then is not one of report,",
        ),
        (
            r#"{"name":"x","rules":[{"if":{"has":"a","missing":"b"},"then":"crash","because":"x"}]}"#,
            "exactly one condition",
        ),
        (
            &format!(r#"{{"name":"x","rules":[{{"if":{deep},"then":"crash","because":"x"}}]}}"#),
            "nested more than 8 deep",
        ),
        (
            &format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20)),
            "at most 65,536",
        ),
    ] {
        let (code, out, err) = app(text);
        assert_eq!((code, out.as_str()), (2, ""), "{part}: {err}");
        assert!(err.contains(part) && err.len() < 600, "{part}: {err}");
    }
}

#[test]
fn a_payload_in_another_form_is_1_and_taken_out() {
    for (rule, source, given) in [
        (
            "payload_envelope",
            "callkeep #129",
            include_str!("../../fixtures/cases/payloads/sns-envelope.json"),
        ),
        (
            "payload_command",
            "Apple",
            include_str!("../../fixtures/cases/payloads/curl-command.txt"),
        ),
        (
            "payload_nslog",
            "Apple",
            include_str!("../../fixtures/cases/payloads/nslog-dictionary.txt"),
        ),
    ] {
        let (code, out, err) = lint(&["--json"], given);
        assert_eq!(
            (code, err.as_str(), out.lines().count()),
            (1, "", 1),
            "{out}"
        );
        let line: Value = serde_json::from_str(&out).expect("one object a line");
        assert_eq!(
            (&line["rule"], &line["certainty"]),
            (&rule.into(), &"certain".into())
        );
        let said = line["source"].as_str().expect("a source");
        assert!(said.contains(source), "{said}");
        let mended = line["mended"].as_str().expect("a payload");
        let payload: Value = serde_json::from_str(mended).expect("it is JSON");
        assert!(payload.is_object(), "{mended}");
    }
}
