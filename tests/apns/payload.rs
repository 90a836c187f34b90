//! The payload: one JSON object, sent as it is typed.

use trill::apns::{Payload, PushType};
use trill::call::template;

/// The skeleton of 84 bytes that is filled up to a size.
fn filled(pad: &str) -> String {
    format!(r#"{{"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","handle":"+15551234567","pad":"{pad}"}}"#)
}

#[test]
fn counts_bytes_and_not_characters() {
    let full = ["a".repeat(5036), "é".repeat(2518), "電".repeat(1678) + "aa", "📞".repeat(1259)];
    for pad in full {
        assert_eq!(Payload::parse(&filled(&pad), PushType::Voip).unwrap().bytes(), 5120);
        let error = Payload::parse(&filled(&(pad + "a")), PushType::Voip).unwrap_err();
        assert_eq!(error.code(), "payload_too_big");
        assert!(error.to_string().contains("5121"), "{error}");
    }
    assert!(Payload::parse(&filled(&"a".repeat(4012)), PushType::Alert).is_ok());
    assert!(Payload::parse(&filled(&"a".repeat(4013)), PushType::Alert).is_err());
}

#[test]
fn is_sent_as_it_is_typed() {
    for text in [template::ARTICLE, "{}", " {\"a\" : 1,\n\"a\":2} ", r#"{"n":18446744073709551616}"#] {
        assert_eq!(Payload::parse(text, PushType::Voip).unwrap().text(), text);
    }
}

#[test]
fn says_where_a_mistake_stands() {
    let cases = [
        ("", "json_empty", "empty"),
        ("{\"a\":1,}", "json_syntax", "line 1, column 8"),
        ("{\n  \"é\": x\n}", "json_syntax", "line 2, column 8"),
        ("[]", "json_not_object", "a list"),
        ("\"{}\"", "json_not_object", "a text"),
        ("null", "json_not_object", "null"),
    ];
    for (text, code, sentence) in cases {
        let error = Payload::parse(text, PushType::Voip).unwrap_err();
        assert_eq!(error.code(), code, "{text}");
        assert!(error.to_string().contains(sentence), "{error}");
    }
    let deep = "[".repeat(100_000);
    assert!(Payload::parse(&deep[..5000], PushType::Voip).is_err());
}
