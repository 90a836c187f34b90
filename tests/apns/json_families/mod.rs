//! JSON in families, after the manner of JSONTestSuite: what RFC 8259 allows is read and means what
//! `serde_json` says, what it forbids is refused with a place. Each family is made here, piece by piece.

mod literals;
mod structures;
mod texts;

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
