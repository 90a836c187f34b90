//! Texts with their escapes, and the encodings of a whole document.

use serde_json::Value;
use trill::apns::{Payload, PushType};

use super::{allows, products, refuses, refuses_value};

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
