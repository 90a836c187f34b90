//! JSON in families, after the manner of JSONTestSuite: what RFC 8259 allows is read and means what
//! `serde_json` says, what it forbids is refused with a place. Each family is made here, piece by piece.

use serde_json::Value;
use trill::apns::{Payload, PushType};

/// Reads a value in three places, all of which allow it. Alone it is JSON, but no payload unless an object.
fn allows(value: &str) {
    let expected: Value =
        serde_json::from_str(value).unwrap_or_else(|error| panic!("{value:?}: {error}"));
    let member = Payload::parse(&format!("{{\"a\":{value}}}"), PushType::Voip)
        .unwrap_or_else(|error| panic!("{value:?}: {error}"));
    assert_eq!(member.value()["a"], expected, "{value:?}");
    let element = Payload::parse(&format!("{{\"a\":[{value},{value}]}}"), PushType::Voip)
        .unwrap_or_else(|error| panic!("{value:?}: {error}"));
    assert_eq!(element.value()["a"][1], expected, "{value:?}");
    match Payload::parse(value, PushType::Voip) {
        Ok(whole) => assert!(
            expected.is_object() && *whole.value() == expected,
            "{value:?}"
        ),
        Err(error) => assert!(
            !expected.is_object() && error.code() == "json_not_object",
            "{value:?}: {error}"
        ),
    }
}

/// Refuses a text, names a place inside it, and agrees with `serde_json` that it is none.
fn refuses(text: &str) -> &'static str {
    assert!(
        serde_json::from_str::<Value>(text).is_err(),
        "{text:?} is JSON to serde_json"
    );
    let error = Payload::parse(text, PushType::Voip).unwrap_err();
    let position = error
        .position()
        .unwrap_or_else(|| panic!("{text:?} is refused without a place: {error}"));
    let line = text
        .split('\n')
        .nth(position.line - 1)
        .unwrap_or_else(|| panic!("{text:?}: {error}"));
    assert!(
        (1..=line.chars().count() + 1).contains(&position.column),
        "{text:?}: {error}"
    );
    assert!(
        !matches!(
            error.code(),
            "json_syntax" | "json_not_object" | "json_empty"
        ),
        "{text:?}: {error}"
    );
    error.code()
}

/// Refuses a value wherever it stands.
fn refuses_value(value: &str) -> &'static str {
    refuses(value);
    refuses(&format!("[{value}]"));
    refuses(&format!("{{\"a\":{value},\"b\":1}}"));
    refuses(&format!("{{\"a\":{value}}}"))
}

fn products(parts: &[&[&str]]) -> Vec<String> {
    parts.iter().fold(vec![String::new()], |made, part| {
        made.iter()
            .flat_map(|start| part.iter().map(move |end| format!("{start}{end}")))
            .collect()
    })
}

#[test]
fn numbers() {
    let good = products(&[
        &["", "-"],
        &["0", "1", "10", "907"],
        &["", ".0", ".5", ".025"],
        &["", "e1", "E1", "e+1", "E-1", "e00", "e-400"],
    ]);
    good.iter().for_each(|number| allows(number));
    let mut bad = products(&[
        &["+", "-", "--", "-+", ""],
        &[
            "00", "01", "-1", ".5", "1.", "1.e1", "1e", "1e+", "1e1.5", "0x1F", "1_0", "1-2",
            "1.2.3", "1ee1", "1f", "0b1",
        ],
    ]);
    bad.retain(|number| number != "-1");
    bad.extend(
        [
            "-", "+", "-.", "+.", "-e1", "1e99999", "-1e400", "0.e1", "2.e-3",
        ]
        .map(str::to_owned),
    );
    for number in &bad {
        assert!(
            matches!(
                refuses_value(number),
                "json_number_form" | "json_number_range"
            ),
            "{number}"
        );
    }
    for word in products(&[&["", "-", "+"], &["NaN", "nan", "Infinity", "inf", "INF"]]) {
        assert_eq!(refuses_value(&word), "json_nan");
    }
    assert_eq!((good.len(), bad.len()), (224, 88));
}

#[test]
fn texts_and_escapes() {
    let mut good: Vec<String> = [
        "",
        "\\\"",
        "\\\\",
        "\\/",
        "\\b",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "'",
        "/",
        "\u{7f}",
        "\u{feff}",
        "\u{2028}",
        "\u{ffff}",
        "\u{10ffff}",
        "é電📞",
    ]
    .map(str::to_owned)
    .to_vec();
    good.extend(
        (0..0x1_0000_u32)
            .step_by(251)
            .filter(|unit| !(0xd800..0xe000).contains(unit))
            .map(|unit| format!("\\u{unit:04x}")),
    );
    good.extend(
        (0..0x1_0000_u32)
            .step_by(997)
            .filter_map(char::from_u32)
            .filter(|character| *character >= ' ')
            .map(String::from),
    );
    good.extend(products(&[
        &["\\ud800", "\\uDBFF", "\\uD83d"],
        &["\\udc00", "\\uDFFF", "\\udCde"],
    ]));
    for text in &good {
        allows(&format!("\"{text}\""));
        allows(&format!("{{\"a{text}\":\"{text}b\"}}"));
    }
    let mut bad: Vec<(String, &str)> = (0..0x20_u8)
        .map(|control| (char::from(control).to_string(), "json_control_char"))
        .collect();
    bad.extend(
        (' '..='~')
            .filter(|character| !"\"\\/bfnrtu".contains(*character))
            .map(|character| (format!("\\{character}"), "json_escape")),
    );
    bad.extend(
        [
            "\\é",
            "\\📞",
            "\\\n",
            "\\u",
            "\\u1",
            "\\u12",
            "\\u123",
            "\\u12g4",
            "\\u+123",
            "\\u 123",
            "\\u{41}",
            "\\U00000041",
        ]
        .map(|text| (text.to_owned(), "json_escape")),
    );
    bad.extend(
        (0xd800..0xe000_u32)
            .step_by(97)
            .map(|half| (format!("\\u{half:04x}"), "json_surrogate")),
    );
    bad.extend(
        [
            "\\ud800\\n",
            "\\ud800\\u0041",
            "\\ud800\\u12",
            "\\ud800\\",
            "\\udc00\\ud800",
        ]
        .map(|text| (format!("{text} "), "json_surrogate")),
    );
    for (text, code) in &bad {
        assert_eq!(refuses_value(&format!("\"{text}\"")), *code, "{text:?}");
        assert_eq!(refuses(&format!("{{\"{text}\":1}}")), *code, "{text:?}");
    }
    assert_eq!((good.len(), bad.len()), (343, 157));
}

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
fn words() {
    let words = [
        "True",
        "FALSE",
        "Null",
        "nul",
        "tru",
        "truee",
        "nullnull",
        "None",
        "nil",
        "undefined",
        "yes",
        "a",
        "_",
        "$a",
        "a.b",
        "a-b",
    ];
    for word in words {
        assert_eq!(refuses_value(word), "json_bare_word", "{word}");
        assert_eq!(
            refuses(&format!("{{{word}:1}}")),
            "json_bare_word",
            "{word}"
        );
        assert_eq!(
            refuses(&format!("{{\"a\":1,{word}:1}}")),
            "json_bare_word",
            "{word}"
        );
    }
    for word in ["true", "null", "1", "-1", "NaN"] {
        assert_eq!(
            refuses(&format!("{{{word}:1}}")),
            "json_bare_word",
            "{word}"
        );
    }
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

#[test]
fn encodings() {
    let refused = |bytes: &[u8]| {
        assert!(
            serde_json::from_slice::<Value>(bytes).is_err(),
            "{bytes:x?}"
        );
        let error = Payload::from_bytes(bytes, PushType::Voip).unwrap_err();
        assert!(error.position().is_some(), "{bytes:x?}: {error}");
        error.code()
    };
    let inside = |bytes: &[u8]| [b"{\"a\":\"".as_slice(), bytes, b"\"}"].concat();
    for byte in 0x80..=0xff {
        assert_eq!(refused(&inside(&[byte])), "json_utf8");
        assert_eq!(refused(&[byte, b'{', b'}']), "json_utf8");
    }
    let sequences: [&[u8]; 9] = [
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xe2\x82",
        b"\xf0\x9f\x93",
        b"\xfe\xff",
    ];
    for sequence in sequences {
        assert_eq!(refused(&inside(sequence)), "json_utf8");
    }
    for (bytes, code) in [
        (b"\xff\xfe{\0}\0".as_slice(), "json_utf8"),
        (b"\xfe\xff\0{\0}", "json_utf8"),
        (b"{\0}\0", "json_space"),
        (b"\0{\0}", "json_space"),
        (b"\xef\xbb\xbf{}", "json_bom"),
    ] {
        assert_eq!(refused(bytes), code, "{bytes:x?}");
    }
}
