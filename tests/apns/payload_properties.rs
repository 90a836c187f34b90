//! The payload under texts nobody would think of: no panic, one opinion with `serde_json`, and no
//! mended text that still has what was mended.

use proptest::prelude::*;
use serde_json::Value;
use trill::apns::payload::{findings, minified};
use trill::apns::{Payload, PushType};

/// Pieces that mistakes are made of.
const PIECES: [&str; 56] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "`",
    "\\",
    "/",
    "//",
    "/*",
    "*/",
    "#",
    "\n",
    "\r",
    "\t",
    " ",
    "\u{0}",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "“",
    "”",
    "‘",
    "’",
    "«",
    "true",
    "false",
    "null",
    "NaN",
    "None",
    "True",
    "-",
    "+",
    ".",
    "0",
    "1",
    "12345678901234567890",
    "e",
    "E+9999",
    "0x",
    "\\u0000",
    "\\ud83d",
    "\\udcde",
    "\\x41",
    "\\u12",
    "a",
    "aps",
    "\"aps\"",
    "\"a\":",
    "\"alert\":1",
    "content_available",
    "é",
    "📞",
];

fn broken_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24)
        .prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A text with one character taken out of it, or one put in.
fn nearly_json() -> impl Strategy<Value = String> {
    (
        value(),
        any::<prop::sample::Index>(),
        prop::sample::select(&PIECES[..]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(value, index, piece, pretty, puts_in)| {
            let text = if pretty {
                format!("{value:#}")
            } else {
                value.to_string()
            };
            let mut characters: Vec<String> = text.chars().map(String::from).collect();
            let at = index.index(characters.len());
            if puts_in {
                characters.insert(at, piece.to_owned())
            } else {
                drop(characters.remove(at))
            }
            characters.concat()
        })
}

fn check(text: &str) {
    let ours = Payload::parse(text, PushType::Voip);
    if text.len() <= PushType::Voip.largest_payload() {
        let theirs = serde_json::from_str::<Value>(text);
        match (&ours, &theirs) {
            (Ok(payload), Ok(value)) => assert_eq!(payload.value(), value),
            (Ok(_), Err(error)) => panic!("{text:?} was read in spite of {error}"),
            (Err(error), Ok(value)) => assert!(
                error.code() == "json_not_object" && !value.is_object(),
                "{text:?}: {error}"
            ),
            (Err(error), Err(_)) => {
                assert!(error.code() != "json_syntax", "{text:?}: {error}");
                assert!(
                    error.code() == "json_empty" || error.position().is_some(),
                    "{text:?}: {error}"
                );
            }
        }
    }
    for finding in findings(text, PushType::Voip) {
        assert!(
            finding.sentence.to_string().chars().count() <= 160,
            "{}",
            finding.sentence
        );
        if let Some(fix) = finding.text() {
            let count = |text: &str| {
                findings(text, PushType::Voip)
                    .iter()
                    .filter(|other| other.code == finding.code)
                    .count()
            };
            assert!(
                count(fix) < count(text),
                "{} in {text:?} became {fix:?}",
                finding.code
            );
        }
    }
    if let Ok(payload) = ours {
        let short = Payload::parse(&minified(payload.text()), PushType::Voip).unwrap();
        assert_eq!(short.value(), payload.value());
        assert_eq!(minified(short.text()), short.text());
        payload.largest();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_one_reading(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_pieces_of_mistakes_have_one_reading(text in broken_text()) {
        check(&text);
        check(&format!("{{\"a\":{text}}}"));
        check(&format!("{{{text}:1}}"));
    }

    #[test]
    fn a_slip_of_the_finger_has_one_reading(text in nearly_json()) {
        check(&text);
    }

    #[test]
    fn whatever_can_be_written_is_read(value in value()) {
        check(&value.to_string());
        check(&format!("{value:#}"));
    }

    #[test]
    fn any_bytes_are_answered(bytes in any::<Vec<u8>>()) {
        let answer = Payload::from_bytes(&bytes, PushType::Voip);
        prop_assert!(answer.is_err() || std::str::from_utf8(&bytes).is_ok());
    }
}
