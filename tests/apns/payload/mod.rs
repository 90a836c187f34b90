//! The payload as text: every mistake of the catalogue by its number, with its code and its place,
//! and what must come through untouched.

mod catalogue;
mod findings;
mod hostile_texts;
mod size;

use trill::apns::Finding;
use trill::apns::PushType;
use trill::apns::payload::findings;

/// The skeleton of 84 bytes that is filled up to a size.
fn filled(pad: &str) -> String {
    format!(
        r#"{{"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","handle":"+15551234567","pad":"{pad}"}}"#
    )
}

fn nested(depth: usize) -> String {
    format!(
        "{{\"a\":{}{}}}",
        "[".repeat(depth - 1),
        "]".repeat(depth - 1)
    )
}

/// Findings of a text. Each can be shown, and each fixed text is free of what it fixes.
fn said(text: &str) -> Vec<Finding> {
    let all = findings(text, PushType::Voip);
    for finding in &all {
        let sentence = finding.sentence.to_string();
        assert!(sentence.chars().count() <= 160, "{sentence}");
        assert!(
            sentence.ends_with(['.', '?']) && !sentence.contains(char::is_control),
            "{sentence}"
        );
        if let Some(fix) = finding.text() {
            let count = |text: &str| {
                findings(text, PushType::Voip)
                    .iter()
                    .filter(|other| other.code == finding.code)
                    .count()
            };
            assert!(count(fix) < count(text), "{text:.80} became {fix:.80}");
        }
    }
    all
}
