//! Objects and lists: their commas, their depth, and the white space around them.

use serde_json::Value;
use trill::apns::{Payload, PushType};

use super::{allows, refuses};

/// A document with everything in it, and no two tokens that would melt into one.
const SAMPLE: [&str; 37] = [
    "{",
    "\"a\"",
    ":",
    "[",
    "\"b\"",
    ",",
    "1.5",
    ",",
    "true",
    ",",
    "[",
    "]",
    ",",
    "{",
    "}",
    ",",
    "{",
    "\"c\"",
    ":",
    "null",
    "}",
    "]",
    ",",
    "\"d\"",
    ":",
    "{",
    "\"e\"",
    ":",
    "\"f\"",
    ",",
    "\"g\"",
    ":",
    "-0",
    "}",
    ",",
    "\"h\":\"i\"",
    "}",
];

#[test]
fn structures() {
    for value in [
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"\":{}}",
        "[null,true,false]",
        "{\"a\":1,\"a\":2}",
        "[[],[[]],{}]",
        "\"\"",
        "null",
        "true",
        "false",
    ] {
        allows(value);
    }
    allows(&SAMPLE.concat());
    let mut bad = 0;
    // Cut off anywhere.
    let whole = SAMPLE.concat();
    for end in 1..whole.len() {
        refuses(&whole[..end]);
        bad += 1;
    }
    for index in 0..SAMPLE.len() {
        let (before, behind) = (SAMPLE[..index].concat(), SAMPLE[index + 1..].concat());
        // One token left out, put in, or taken for another.
        for piece in [
            "", "{", "}", "[", "]", ",", ":", "\"x\"", "1", "x", "'", ";", "//", "=", "é", "”",
            "\\", "@", "...",
        ] {
            for text in [
                format!("{before}{piece}{behind}"),
                format!("{before}{piece}{}{behind}", SAMPLE[index]),
            ] {
                if serde_json::from_str::<Value>(&text).is_ok() {
                    assert!(Payload::parse(&text, PushType::Voip).is_ok(), "{text}");
                } else {
                    refuses(&text);
                    bad += 1;
                }
            }
        }
    }
    for behind in [
        "{}", "1", "\"\"", "]", "}", ",", ";", "x", "null", "'", "”", "\\",
    ] {
        assert_eq!(
            refuses(&format!("{whole}{behind}")),
            "json_trailing",
            "{behind}"
        );
        bad += 1;
    }
    assert_eq!(bad, 1_400);
}

#[test]
fn nesting() {
    let list = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let object = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let mixed = |depth: usize| {
        format!(
            "{}1{}",
            "[{\"a\":".repeat(depth / 2),
            "}]".repeat(depth / 2)
        )
    };
    for depth in 1..=125 {
        allows(&list(depth));
        allows(&object(depth));
        allows(&mixed(depth));
    }
    assert_eq!(
        Payload::parse(&list(127), PushType::Voip)
            .unwrap_err()
            .code(),
        "json_not_object"
    );
    assert!(Payload::parse(&object(127), PushType::Voip).is_ok());
    for depth in [128, 129, 130, 200, 700] {
        for text in [
            list(depth),
            object(depth),
            mixed(depth),
            "[".repeat(depth),
            "{\"a\":".repeat(depth),
        ] {
            assert_eq!(refuses(&text), "json_depth");
        }
    }
    for deep in ["[".repeat(100_000), "{\"a\":".repeat(40_000), list(100_000)] {
        assert_eq!(
            Payload::parse(&deep, PushType::Voip).unwrap_err().code(),
            "payload_too_big"
        );
    }
}

#[test]
fn white_space() {
    let spaced = |gap: usize, space: &str| {
        SAMPLE
            .iter()
            .enumerate()
            .map(|(index, token)| {
                if index == gap {
                    format!("{space}{token}")
                } else {
                    (*token).to_owned()
                }
            })
            .collect::<String>()
    };
    let mut cases = 0;
    for gap in 0..SAMPLE.len() {
        for space in [" ", "\t", "\n", "\r", "\r\n", "  \n\t\r "] {
            allows(&spaced(gap, space));
            cases += 1;
        }
        for space in [
            '\u{b}', '\u{c}', '\u{0}', '\u{85}', '\u{a0}', '\u{200b}', '\u{2028}', '\u{202f}',
            '\u{2060}', '\u{3000}', '\u{feff}', '\u{202e}',
        ] {
            let code = if gap == 0 && space == '\u{feff}' {
                "json_bom"
            } else {
                "json_space"
            };
            assert_eq!(
                refuses(&spaced(gap, &space.to_string())),
                code,
                "{space:?} before {gap}"
            );
            cases += 1;
        }
    }
    assert_eq!(cases, 37 * 18);
}
