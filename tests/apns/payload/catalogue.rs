//! The catalogue of bad payloads: every mistake by its number, with its code and its place.

use trill::apns::Severity;
use trill::apns::{Payload, PushType};

use super::{filled, nested, said};

struct Row(&'static str, String, &'static str, Option<(usize, usize)>);

fn row(
    id: &'static str,
    text: impl Into<String>,
    code: &'static str,
    place: impl Into<Option<(usize, usize)>>,
) -> Row {
    Row(id, text.into(), code, place.into())
}

/// The catalogue but for what is not text (B101), what is no mistake (B111) and what is a suite of its own (B113).
fn catalogue() -> Vec<Row> {
    vec![
        row("B087", "", "json_empty", None),
        row("B087", " \r\n\t", "json_empty", None),
        row("B088", r#"{"a":1,}"#, "json_trailing_comma", (1, 8)),
        row(
            "B088",
            "{\n  \"a\": [1, 2, ],\n}",
            "json_trailing_comma",
            (2, 15),
        ),
        row(
            "B089",
            "{'a': 'it\\'s \"it\"'}",
            "json_single_quotes",
            (1, 2),
        ),
        row("B089", r#"{"a": 'b'}"#, "json_single_quotes", (1, 7)),
        row(
            "B090",
            "{“aps”: {“alert”: “Hi”}}",
            "json_smart_quotes",
            (1, 2),
        ),
        row("B090", "{\"é\": „b“}", "json_smart_quotes", (1, 7)),
        row("B090", "{‘a’: 1}", "json_smart_quotes", (1, 2)),
        row("B091", "// the call\n{\"a\": 1}", "json_comment", (1, 1)),
        row(
            "B091",
            "{\"a\": 1, /* two\nlines */ \"b\": \"//\"}",
            "json_comment",
            (1, 10),
        ),
        row("B091", "{\"a\": 1} # end", "json_comment", (1, 10)),
        row("B092", r#"{"a": NaN}"#, "json_nan", (1, 7)),
        row("B092", r#"{"a": -Infinity}"#, "json_nan", (1, 7)),
        row("B093", r#"{"a": 1e400}"#, "json_number_range", (1, 7)),
        row(
            "B093",
            format!("{{\"a\": 1{}}}", "0".repeat(400)),
            "json_number_range",
            (1, 7),
        ),
        row(
            "B094",
            r#"{"a":18446744073709551616}"#,
            "json_number_precision",
            (1, 6),
        ),
        row(
            "B094",
            r#"{"a":-9223372036854775809}"#,
            "json_number_precision",
            (1, 6),
        ),
        row(
            "B094",
            r#"{"a":0.12345678901234567891}"#,
            "json_number_precision",
            (1, 6),
        ),
        row("B094", r#"{"a":1e-400}"#, "json_number_precision", (1, 6)),
        row(
            "B095",
            "{\n\"a\":9007199254740993}",
            "json_number_precision",
            (2, 5),
        ),
        row("B096", "-----BEGIN PRIVATE KEY-----", "json_pem", (1, 1)),
        row("B096", r#"{"a": 01}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": +1}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": 0x1}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": .5}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": 1.}"#, "json_number_form", (1, 7)),
        row(
            "B096",
            r#"{"handle": +15551234567}"#,
            "json_number_form",
            (1, 12),
        ),
        row("B097", r#"{"a":1,"a":2}"#, "json_duplicate_key", (1, 8)),
        row(
            "B097",
            "{\n\"aps\": {},\n\"b\": 1,\n\"aps\": {}\n}",
            "json_duplicate_key",
            (4, 1),
        ),
        row(
            "B097",
            r#"{"b":[{"c":{"a":1,"\u0061":2}}]}"#,
            "json_duplicate_key",
            (1, 19),
        ),
        row("B098", r#"{"a":"\ud800"}"#, "json_surrogate", (1, 13)),
        row("B098", r#"{"a":"\ud83dx"}"#, "json_surrogate", (1, 13)),
        row("B098", r#"{"a":"\ud800\ud800"}"#, "json_surrogate", (1, 13)),
        row("B098", r#"{"a":"\udc00"}"#, "json_surrogate", (1, 7)),
        row("B099", "{\"a\":\"one\ntwo\"}", "json_control_char", (1, 10)),
        row("B099", "{\"a\":\"one\ttwo\"}", "json_control_char", (1, 10)),
        row("B099", "{\"a\":\"\u{0}\"}", "json_control_char", (1, 7)),
        row("B100", r#"{"a":"b\u0000c"}"#, "json_nul", (1, 8)),
        row("B102", "{} {}", "json_trailing", (1, 4)),
        row("B102", "{\n}\nand more", "json_trailing", (3, 1)),
        row("B102", "{\"a\":1}}", "json_trailing", (1, 8)),
        row("B103", nested(128), "json_depth", (1, 132)),
        row("B103", "[".repeat(5_000), "json_depth", (1, 128)),
        row("B104", "[]", "json_not_object", (1, 1)),
        row("B104", " \"{\\\"a\\\":1}\"", "json_not_object", (1, 2)),
        row("B104", "7", "json_not_object", (1, 1)),
        row("B104", "null", "json_not_object", (1, 1)),
        row("B105", r#"{"a":"\x41"}"#, "json_escape", (1, 7)),
        row(
            "B105",
            r#"{"a":"it\'s C:\dir \u00g0"}"#,
            "json_escape",
            (1, 9),
        ),
        row("B106", filled(&"a".repeat(5037)), "payload_too_big", None),
        row(
            "B107",
            filled(&("📞".repeat(1259) + "a")),
            "payload_too_big",
            None,
        ),
        row("B108", r#"{"aps":"x"}"#, "aps_type", (1, 8)),
        row("B108", r#"{"aps":[]}"#, "aps_type", (1, 8)),
        row("B108", r#"{"aps":{"alert":1}}"#, "aps_type", (1, 17)),
        row("B109", r#"{"APS":{}}"#, "aps_typo", (1, 2)),
        row("B109", r#"{"apns":{}}"#, "aps_typo", (1, 2)),
        row(
            "B109",
            r#"{"aps":{"content_available":1}}"#,
            "aps_typo",
            (1, 9),
        ),
        row("B109", r#"{"contentAvailable":1}"#, "aps_typo", (1, 2)),
        row(
            "B110",
            format!("{{\"a\":\"{}\"}}", "x".repeat(10 << 20)),
            "payload_too_big",
            None,
        ),
        row("B112", "{\"n\u{200b}ame\":1}", "invisible_char", (1, 2)),
        row("B112", "{\"\u{202e}name\":1}", "invisible_char", (1, 2)),
        row("B112", r#"{"n\u200bame":1}"#, "invisible_char", (1, 2)),
        row("B112", "{\"h\u{430}ndle\":1}", "invisible_char", (1, 2)),
    ]
}

/// The codes that do not keep a payload from being sent.
const REMARKS: [(&str, Severity); 6] = [
    ("json_number_precision", Severity::Warning),
    ("json_duplicate_key", Severity::Error),
    ("json_nul", Severity::Warning),
    ("aps_type", Severity::Error),
    ("aps_typo", Severity::Warning),
    ("invisible_char", Severity::Warning),
];

#[test]
fn every_bad_payload_of_the_catalogue_has_its_code_and_place() {
    let rows = catalogue();
    for Row(id, text, code, place) in &rows {
        let all = said(text);
        let found = &all[0];
        assert_eq!(
            (all.len(), found.code),
            (1, *code),
            "{id} {text:.60} {all:?}"
        );
        assert_eq!(
            found
                .position()
                .map(|position| (position.line, position.column)),
            *place,
            "{id} {text:.60}"
        );
        let remark = REMARKS.iter().find(|(remark, _)| remark == code);
        assert_eq!(
            found.severity,
            remark.map_or(Severity::Error, |(_, severity)| *severity),
            "{id}"
        );
        match Payload::parse(text, PushType::Voip) {
            Ok(payload) => assert!(
                remark.is_some() && payload.text() == text,
                "{id} is stopped"
            ),
            Err(error) => assert!(
                remark.is_none() && error.code() == *code,
                "{id} is not stopped: {error}"
            ),
        }
    }
    let mut ids: Vec<&str> = rows
        .iter()
        .map(|row| row.0)
        .chain(["B101", "B111", "B113"])
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        ids,
        (87..=113)
            .map(|number| format!("B{number:03}"))
            .collect::<Vec<_>>()
    );
    assert_eq!((ids.len(), rows.len()), (27, 64));
}

#[test]
fn bytes_that_are_not_utf8_are_found() {
    let error = |bytes: &[u8]| Payload::from_bytes(bytes, PushType::Voip).unwrap_err();
    let cases: [(&[u8], usize); 5] = [
        (b"{\"a\":\"\xff\"}", 7),
        (b"\xff\xfe{\0}\0", 1),
        (b"{\"a\":\"\xed\xa0\x80\"}", 7),
        (b"{\"a\":\"\xc0\x80\"}", 7),
        (b"{}\xe2\x82", 3),
    ];
    for (bytes, byte) in cases {
        let error = error(bytes);
        assert_eq!(error.code(), "json_utf8");
        assert!(
            error.to_string().contains(&format!("byte {byte},")),
            "{error}"
        );
    }
    assert_eq!(
        Payload::from_bytes("{\"a\":\"é\"}".as_bytes(), PushType::Voip)
            .unwrap()
            .text(),
        "{\"a\":\"é\"}"
    );
}

#[test]
fn a_fault_without_a_number_has_a_sentence_of_its_own_too() {
    let cases = [
        (
            r#"{"a" 1}"#,
            "json_missing_colon",
            (1, 6),
            Some(r#"{"a": 1}"#),
        ),
        (
            r#"{"a": 1 "b": 2 "c": 3}"#,
            "json_missing_comma",
            (1, 9),
            Some(r#"{"a": 1, "b": 2, "c": 3}"#),
        ),
        (
            r#"{"a": "say "hi" now"}"#,
            "json_inner_quote",
            (1, 13),
            None,
        ),
        (r#"{"a": "b}"#, "json_unclosed_string", (1, 7), None),
        (
            r#"{"aps": {"#,
            "json_unclosed",
            (1, 9),
            Some(r#"{"aps": {}}"#),
        ),
        (
            r#"{"a": [1, 2"#,
            "json_unclosed",
            (1, 7),
            Some(r#"{"a": [1, 2]}"#),
        ),
        (r#"{"a": [1}"#, "json_wrong_end", (1, 9), None),
        (
            r#"{"a": True, "b": None, c: false}"#,
            "json_bare_word",
            (1, 7),
            Some(r#"{"a": true, "b": null, "c": false}"#),
        ),
        (
            "{\u{a0}\"a\":\u{a0}1}",
            "json_space",
            (1, 2),
            Some("{ \"a\": 1}"),
        ),
        (r#"{"a": }"#, "json_missing_value", (1, 7), None),
        (r#"{"a": [1,,2]}"#, "json_missing_value", (1, 10), None),
        (r#"{"a": 1;}"#, "json_unexpected", (1, 8), None),
        ("\u{feff}{}", "json_bom", (1, 1), Some("{}")),
        ("{,}", "json_unexpected", (1, 2), None),
    ];
    for (text, code, place, fix) in cases {
        let found = said(text).remove(0);
        assert_eq!((found.code, found.text()), (code, fix), "{text}");
        assert_eq!(
            found
                .position()
                .map(|position| (position.line, position.column)),
            Some(place),
            "{text}"
        );
    }
}
