//! Any text is read within bounds, and no fix breaks its promise.

use std::fs;

use proptest::prelude::*;
use serde_json::Value;
use trill::apns::payload::{command, findings};
use trill::apns::{Finding, PushType};

use super::only;

#[test]
fn depth_and_length_are_bounded() {
    let nested =
        |open: &str, close: &str, depth| [open.repeat(depth), close.repeat(depth)].concat();
    for text in [
        format!("{{ a = 1; b = {}; }}", nested("(", ")", 30_000)),
        format!("[\"a\": {}]", nested("[", "]", 30_000)),
        format!("[\"a\": {}]", nested("Optional(", ")", 6_000)),
        format!("{{'a': None, 'b': {}}}", nested("[", "]", 30_000)),
        format!("{{'a': None, 'b': {}}}", nested("f(", ")", 20_000)),
        format!("http https://x/ a{}=1", nested("[", "]", 20_000)),
        format!("curl https://x/ -d '{}'", "$A".repeat(20_000)),
        [
            "A=$A$A$A$A\n".repeat(5_000),
            "curl https://x/ -d \"$A\"".to_owned(),
        ]
        .concat(),
        [
            "@a={{a}}{{a}}\n".repeat(4_000),
            "POST https://x/\n\n{{a}}".to_owned(),
        ]
        .concat(),
        format!("{{ a = 1; {} }}", "b = 1; ".repeat(9_000)),
    ] {
        let start = std::time::Instant::now();
        let found = findings(&text, PushType::Voip);
        let longest = found.iter().filter_map(Finding::text).map(str::len).max();
        assert!(
            longest.unwrap_or_default() < 10 * text.len().max(1_000),
            "{longest:?}"
        );
        assert!(start.elapsed().as_secs() < 5, "{}", &text[..40]);
    }
    let deep = format!("{{ a = 1; b = {}1{}; }}", "(".repeat(126), ")".repeat(126));
    assert!(only(&deep).fix.is_some());
    let deeper = format!("{{ a = 1; b = {}1{}; }}", "(".repeat(127), ")".repeat(127));
    assert!(only(&deeper).sentence.contains("deeper than 127 levels"));
    let long = format!("curl https://x/ -d '{}'", "a".repeat(70_000));
    assert_eq!(only(&long).code, "payload_too_big");
}

fn cases() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/cases/payloads");
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

/// Every fix gives a payload, or at least a text with another error.
fn holds(text: &str) {
    for finding in findings(text, PushType::Voip) {
        if let (Some(fixed), true) = (finding.text(), finding.code.starts_with("payload_")) {
            assert_ne!(fixed, text);
            if finding.code != "payload_command" && finding.code != "payload_envelope" {
                assert!(
                    serde_json::from_str::<Value>(fixed).is_ok(),
                    "{text}: {fixed}"
                );
            }
        }
    }
    let rest = command::without_secrets(text);
    assert!(rest.len() <= text.len() + 64);
}

#[test]
fn every_cut_of_every_case_is_read() {
    for case in cases() {
        for (end, _) in case.char_indices() {
            holds(&case[..end]);
            holds(&case[end..]);
        }
    }
}

proptest! {
    #[test]
    fn any_change_of_a_case_is_read(index in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
                                    new in "[\\[\\](){}<>=;:,'\"$\\\\@|&#^ \n\taé0-]{0,4}", cut in 0_usize..12) {
        let cases = cases();
        let mut case: Vec<char> = index.get(&cases).chars().collect();
        let start = at.index(case.len());
        let end = (start + cut).min(case.len());
        case.splice(start..end, new.chars());
        holds(&case.into_iter().collect::<String>());
    }
}
