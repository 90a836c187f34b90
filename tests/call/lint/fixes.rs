//! Fixes: the smallest change of the text, and nothing left to find afterwards.

use serde_json::Value;
use trill::apns::fix::{Change, Fix};
use trill::apns::{Environment, Finding};

use super::findings;
use crate::{OTHER_UUID, UUID};

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn find(text: &str, rule: &str) -> Option<Finding> {
    let found = findings(&read(text), |push| {
        push.fresh_uuid = Some(OTHER_UUID);
        push.sent_at = Some("2026-01-01T00:00:00Z");
    });
    found.into_iter().find(|finding| finding.code == rule)
}

/// The text after the fix of this rule, which then has nothing more to say.
fn fixed(text: &str, rule: &str) -> String {
    let fix = find(text, rule).unwrap().fix.unwrap();
    let fixed = fix.payload(text).unwrap();
    assert_eq!(find(&fixed, rule), None, "{fixed}");
    fixed
}

#[test]
fn only_the_bytes_of_the_value_change() {
    let text = "{\n\t\"callUUID\" :  \"42\" ,\r\n   \"handle\":\"a\\\"}b\"}\n";
    assert_eq!(
        fixed(text, "call-id-not-uuid"),
        text.replace("\"42\"", &format!("\"{OTHER_UUID}\""))
    );
    let nested = r#"{"meta":{"x":[1,{"call_id":3}],"call_id":"42","é":"}"},"handle":"a"}"#;
    assert_eq!(
        fixed(nested, "call-id-not-uuid"),
        nested.replace("\"42\"", &format!("\"{OTHER_UUID}\""))
    );
    assert_eq!(
        fixed(
            r#"{"hasVideo": "true", "x": {"muted":"no"}}"#,
            "flag-not-boolean"
        ),
        r#"{"hasVideo": true, "x": {"muted":false}}"#
    );
    assert_eq!(
        fixed(r#"{"data": "{\"a\":1}"}"#, "call-in-text"),
        r#"{"data": {"a":1}}"#
    );
}

#[test]
fn a_member_goes_with_its_comma() {
    for (text, after) in [
        ("{\n  \"x\": null,\n  \"a\": 1\n}", "{\n  \"a\": 1\n}"),
        (
            "{\n  \"a\": 1,\n  \"x\": null,\n  \"b\": 2\n}",
            "{\n  \"a\": 1,\n  \"b\": 2\n}",
        ),
        ("{\n  \"a\": 1,\n  \"x\": null\n}", "{\n  \"a\": 1\n}"),
        ("{ \"x\": null }", "{}"),
        ("{\"a\":{\"x\":null}}", "{\"a\":{}}"),
        ("{\"x\":null,\"y\":null,\"z\":null}", "{}"),
        (r#"{"\u0078":null,"a":1}"#, r#"{"a":1}"#),
    ] {
        assert_eq!(fixed(text, "null-value"), after);
    }
}

#[test]
fn a_new_member_is_laid_out_as_the_last_one() {
    let id = format!("\"callUUID\": \"{OTHER_UUID}\"");
    assert_eq!(
        fixed("{\n  \"handle\": \"a,{b\"\n}", "call-id-missing"),
        format!("{{\n  \"handle\": \"a,{{b\",\n  {id}\n}}")
    );
    assert_eq!(
        fixed("{\"handle\":\"a\"}", "call-id-missing"),
        format!("{{\"handle\":\"a\",\"callUUID\":\"{OTHER_UUID}\"}}")
    );
    assert_eq!(
        fixed("{\"a\":{\"b\":1}, \"c\":1}", "no-sent-time"),
        "{\"a\":{\"b\":1}, \"c\":1, \"sentAt\":\"2026-01-01T00:00:00Z\"}"
    );
    let bare = r#"{"handle":"a","callUUID":"5f0c3b2a9d8e4f7ab1c2d3e4f5061728"}"#;
    assert_eq!(
        fixed(bare, "call-id-not-uuid"),
        r#"{"handle":"a","callUUID":"5f0c3b2a-9d8e-4f7a-b1c2-d3e4f5061728"}"#
    );
}

#[test]
fn a_text_with_placeholders_can_be_fixed() {
    // The rules look at the payload of this send; the fix is for the text it was made from.
    let resolved = format!(r#"{{"callUUID":"{UUID}","handle":"a","at":1767225600,"x":null}}"#);
    let template = r#"{"callUUID":"{{uuid}}","handle":"a","at": {{now}} ,"x":null}"#;
    let fix = find(&resolved, "null-value").unwrap().fix.unwrap();
    assert_eq!(
        fix.payload(template).unwrap(),
        r#"{"callUUID":"{{uuid}}","handle":"a","at": {{now}}}"#
    );
}

#[test]
fn a_fix_without_its_place_does_nothing() {
    let fix = find("{\"x\":null}", "null-value").unwrap().fix.unwrap();
    for text in [
        "",
        "{",
        "[]",
        "{}",
        "{\"x\"",
        "{\"x\":",
        "{\"x\" 1}",
        "{\"x\":1",
        "{\"x\":\"",
        "{\"x\":\"\\",
        "{\"x\":{",
        "{\"y\":1}",
        "{,}",
        "nul",
        "{x:1}",
    ] {
        assert_eq!(fix.payload(text), None, "{text}");
    }
    let other = Fix {
        label: "Switch",
        change: Change::Environment(Environment::Sandbox),
    };
    assert_eq!(other.payload("{}"), None);
}

#[test]
fn no_text_makes_a_fix_panic() {
    let whole = r#"{"é": [1, {"x": "\\\"é"}], "a.b": {"x": null, "y": {{now}}}, "x": null, "\u0078" : -1e5}"#;
    let fixes: Vec<Fix> = [
        "{\"handle\":\"b\",\"x\":null}",
        "{\"handle\":\"c\",\"a.b\":{\"x\":null}}",
        "{\"handle\":\"a\"}",
    ]
    .iter()
    .flat_map(|text| ["null-value", "call-id-missing"].map(|rule| find(text, rule)))
    .filter_map(|finding| finding?.fix)
    .collect();
    assert!(fixes.len() >= 5);
    for (index, character) in whole.char_indices() {
        let (before, after) = whole.split_at(index);
        let without = format!("{before}{}", &after[character.len_utf8()..]);
        for text in [
            before,
            after,
            &without,
            &format!("{before}{{{after}"),
            &format!("{before}\"{after}"),
            &format!("{before}\\{after}"),
        ] {
            fixes.iter().for_each(|fix| drop(fix.payload(text)));
        }
    }
}

#[test]
fn the_last_of_two_members_with_one_name_is_fixed() {
    let text = r#"{"callUUID":"1","handle":"a","callUUID":"2"}"#;
    assert_eq!(
        fixed(text, "call-id-not-uuid"),
        text.replace("\"2\"", &format!("\"{OTHER_UUID}\""))
    );
}

#[test]
fn headers_are_mended_by_name() {
    let payload = read(&format!(r#"{{"callUUID":"{UUID}","handle":"a"}}"#));
    let bare = findings(&payload, |push| push.request.topic = Some("com.example.a"));
    let thrice = findings(&payload, |push| {
        push.request.topic = Some("com.example.a.voip.voip.voip")
    });
    for found in [bare, thrice] {
        let change = found
            .into_iter()
            .find_map(|finding| finding.fix)
            .unwrap()
            .change;
        assert_eq!(
            change,
            Change::Header {
                name: "apns-topic",
                value: Some("com.example.a.voip".to_owned())
            }
        );
    }
}
