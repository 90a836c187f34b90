//! The size of a payload: bytes, the largest field, and what minifying takes away.

use trill::apns::payload::{self, PayloadError};
use trill::apns::{Payload, PushType};
use trill::call::template;

use super::{filled, said};

#[test]
fn counts_bytes_and_not_characters() {
    let full = [
        "a".repeat(5036),
        "é".repeat(2518),
        "電".repeat(1678) + "aa",
        "📞".repeat(1259),
        "👨‍👩‍👧".repeat(279) + &"a".repeat(14),
    ];
    for pad in full {
        assert_eq!(
            Payload::parse(&filled(&pad), PushType::Voip)
                .unwrap()
                .bytes(),
            5120
        );
        let error = Payload::parse(&filled(&(pad + "a")), PushType::Voip).unwrap_err();
        assert_eq!(error.code(), "payload_too_big");
        assert!(
            error
                .to_string()
                .contains("5,121 bytes; at most 5,120. Largest field: \"pad\" 5,0"),
            "{error}"
        );
    }
    let characters = said(&filled(&("📞".repeat(1259) + "a")))
        .remove(0)
        .sentence
        .to_string();
    assert!(
        characters.starts_with("1,344 characters but 5,121 bytes; at most 5,120."),
        "{characters}"
    );
    assert!(Payload::parse(&filled(&"a".repeat(4012)), PushType::Alert).is_ok());
    assert!(Payload::parse(&filled(&"a".repeat(4013)), PushType::Alert).is_err());
}

#[test]
fn the_largest_field_is_named_with_its_bytes() {
    let weights = |text: &str| -> Vec<(String, usize)> {
        Payload::parse(text, PushType::Voip)
            .unwrap()
            .largest()
            .into_iter()
            .map(|weight| (weight.path, weight.bytes))
            .collect()
    };
    let expected = [("data".to_owned(), 43), ("data.b".to_owned(), 23)];
    assert_eq!(
        weights(r#"{"a":1,"data":{"a":"1234","b":"12345678901234567"},"z":[1,2,3]}"#),
        expected
    );
    assert_eq!(weights("{}"), []);
    let image = format!(
        r#"{{"aps":{{}},"data":{{"id":7,"image":"{}"}}}}"#,
        "x".repeat(6_000)
    );
    let Err(PayloadError::TooLarge {
        largest: Some(largest),
        ..
    }) = Payload::parse(&image, PushType::Voip)
    else {
        panic!()
    };
    assert_eq!(
        (largest.path.as_str(), largest.bytes),
        ("data.image", 6_010)
    );
    let broken = format!("{{\"a\":\"{}\"", "x".repeat(6_000));
    assert!(
        said(&broken)[0]
            .sentence
            .to_string()
            .contains("Take away 887"),
        "{:?}",
        said(&broken)
    );
}

#[test]
fn minifying_takes_white_space_and_nothing_else() {
    let cases = [
        (
            template::ARTICLE,
            r#"{"aps":{"alert":"VoIP Comming"},"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#,
        ),
        (
            "{ \"a b\\\" \" : [ 1.50e+3 , \"\\u0041 \\\\\" ] ,\r\n\t\"a\" : 1 , \"a\" : 18446744073709551616 }",
            "{\"a b\\\" \":[1.50e+3,\"\\u0041 \\\\\"],\"a\":1,\"a\":18446744073709551616}",
        ),
    ];
    for (text, minified) in cases {
        assert_eq!(payload::minified(text), minified);
    }
}
