//! The prose: what rules, causes, reasons and phones say is plain and of one length.

use trill::apns::{PushType, Reason};
use trill::call::PhoneRule;
use trill::diagnosis::causes;
use trill::lint::{call, request};

/// Words that nobody would say, or that have a plainer one.
const BANNED: [&str; 9] = [
    "mend",
    "whom",
    "whoever",
    "stands in",
    "dead token",
    "heaviest",
    "remedy",
    "cure",
    "slip",
];

/// Every text that stands beside its check.
fn texts() -> Vec<&'static str> {
    let mut texts = Vec::new();
    for rule in call::RULES {
        texts.extend([rule.title, rule.why, rule.fix]);
    }
    for rule in request::RULES {
        texts.extend([rule.title, rule.why, rule.fix]);
    }
    for cause in causes() {
        texts.extend([cause.title, cause.why, cause.fix]);
    }
    texts.extend(Reason::all().map(Reason::meaning));
    texts.extend(PushType::ALL.map(PushType::about));
    texts.extend(PhoneRule::all().map(PhoneRule::sentence));
    texts
}

#[test]
fn prose_is_short_and_plain() {
    let texts = texts();
    assert!(texts.len() > 400, "{}", texts.len());
    for text in texts {
        assert!(
            (1..=160).contains(&text.chars().count()) && !text.contains("  "),
            "{text}"
        );
        let small = text.to_lowercase();
        let words: Vec<&str> = small
            .split(|letter: char| !letter.is_alphabetic())
            .collect();
        for banned in BANNED {
            let is_there = match banned.contains(' ') {
                true => small.contains(banned),
                false => words.contains(&banned),
            };
            assert!(!is_there, "{banned}: {text}");
        }
    }
}
