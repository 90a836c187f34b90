//! Fields as people fill them: every file of `tests/fixtures/cases/fields`, with what it must give.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use trill::apns::expiration::{Clock, Expiration};
use trill::apns::pasted_token::PastedToken;
use trill::apns::token_list::TokenList;
use trill::apns::{Change, DeviceToken, Finding, Topic};

const TOKEN: &str = "b0471188f184d03dcef8efc81ea88daf51ea5b077cf22eb4a073121607049c3d";
const OTHER: &str = "1c6a41e2b7f05d9938e47a20cc51de08f37b962a4d80e1f55c93a7be04d26f18";
const CLOCK: Clock = Clock {
    now: 1_796_000_000,
    utc_offset: 0,
};

/// Name of a file, code of the first finding, and the texts that its fix offers.
const ROWS: &[(&str, &str, &[&str])] = &[
    ("device-token-in-log-line", "token_in_text", &[TOKEN]),
    ("device-token-in-json", "token_in_text", &[TOKEN]),
    ("device-token-in-sql-row", "token_in_text", &[TOKEN]),
    ("device-token-in-table-row", "token_in_text", &[TOKEN]),
    ("device-token-in-url", "token_in_text", &[TOKEN]),
    ("device-token-postgres-bytea", "token_in_text", &[TOKEN]),
    ("device-token-sql-hex-literal", "token_in_text", &[TOKEN]),
    ("device-token-data-description", "token_wrapping", &[]),
    ("device-token-data-in-log-line", "token_in_text", &[TOKEN]),
    ("device-token-node-buffer", "token_in_text", &[TOKEN]),
    ("device-token-whole-description", "token_in_text", &[TOKEN]),
    (
        "device-token-shortened-description",
        "token_ios13_description",
        &[],
    ),
    ("device-token-byte-count", "token_ios13_description", &[]),
    ("device-token-shortened", "token_shortened", &[]),
    ("device-token-base64", "token_base64", &[TOKEN]),
    ("device-token-base64-in-json", "token_base64", &[TOKEN]),
    ("device-token-base64-of-text", "token_base64", &[TOKEN]),
    ("device-token-hex-of-text", "token_recoded", &[TOKEN]),
    ("device-token-base64-decoded", "token_recoded", &[TOKEN]),
    ("device-token-decimal-bytes", "token_decimal", &[TOKEN]),
    ("device-token-java-bytes", "token_decimal", &[TOKEN]),
    ("device-token-twice", "token_twice", &[]),
    ("device-token-twice-with-comma", "token_twice", &[TOKEN]),
    ("device-token-two-lines", "token_several", &[TOKEN, OTHER]),
    (
        "device-token-two-with-spaces",
        "token_several",
        &[TOKEN, OTHER],
    ),
    ("device-token-three-lines", "token_several", &[]),
    ("device-token-pn-prid", "token_in_text", &[TOKEN]),
    (
        "device-token-pn-prid-remote-first",
        "token_in_text",
        &[TOKEN],
    ),
    ("device-token-pn-prid-in-contact", "token_in_text", &[TOKEN]),
    (
        "device-token-pn-prid-remote-alone",
        "token_in_text",
        &[OTHER],
    ),
    ("device-token-upper-case", "token_capitals", &[]),
    ("device-token-one-digit-short", "token_odd", &[]),
    ("device-token-udid", "token_is_udid", &[]),
    ("device-token-udid-in-line", "token_is_udid", &[]),
    ("device-token-udid-40-digits", "token_udid", &[]),
    ("device-token-udid-without-hyphen", "token_udid", &[]),
    ("device-token-not-printed", "token_no_digits", &[]),
    ("device-token-placeholder", "token_placeholder", &[]),
    (
        "bundle-id-in-angle-brackets",
        "topic_char",
        &["com.example.calls"],
    ),
    (
        "bundle-id-in-square-brackets",
        "topic_char",
        &["com.example.calls"],
    ),
    (
        "bundle-id-in-quotes-with-comma",
        "topic_char",
        &["com.example.calls"],
    ),
    (
        "bundle-id-suffix-outside-brackets",
        "topic_char",
        &["com.example.calls.voip"],
    ),
    (
        "bundle-id-in-build-settings",
        "topic_char",
        &["com.example.calls"],
    ),
    (
        "bundle-id-in-property-list",
        "topic_char",
        &["com.example.calls"],
    ),
    (
        "bundle-id-in-optional",
        "topic_char",
        &["com.example.calls"],
    ),
    (
        "expiration-seconds-from-now",
        "expiration_past",
        &["in 120 s", "0"],
    ),
    (
        "expiration-week-in-seconds",
        "expiration_past",
        &["in 604800 s", "0"],
    ),
    ("expiration-without-unit", "expiration_form", &["in 120 s"]),
    ("expiration-with-plus", "expiration_form", &["in 120 s"]),
    ("expiration-passed", "expiration_past", &["0"]),
];

fn cases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cases/fields");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Most severe finding about a text in the field that the name of its file begins with.
fn finding(name: &str, text: &str) -> Finding {
    let findings = if name.starts_with("device-token") {
        match DeviceToken::read(text) {
            Ok(read) => read.notes,
            Err(error) => vec![error.finding()],
        }
    } else if name.starts_with("bundle-id") {
        match Topic::check(text) {
            Ok(()) => Topic::bundle_id_notes(text),
            Err(error) => {
                vec![Finding::error(error.code(), error.to_string()).with_text(Topic::fixed(text))]
            }
        }
    } else {
        match Expiration::read(text, CLOCK) {
            Ok(read) => read.notes,
            Err(error) => {
                vec![Finding::error(error.code(), error.to_string()).with_text(error.fix())]
            }
        }
    };
    Finding::worst(findings).unwrap_or_else(|| panic!("{name}: no finding"))
}

fn offered(finding: &Finding) -> Vec<&str> {
    match finding.fix.as_ref().map(|fix| &fix.change) {
        Some(Change::Text(text)) => vec![text],
        Some(Change::EitherText(text, other)) => vec![text, other],
        _ => Vec::new(),
    }
}

#[test]
fn every_case_has_its_finding_and_its_fix() {
    let cases = cases();
    let files: BTreeSet<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    let rows: BTreeSet<&str> = ROWS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(files, rows);
    let mut wrong = Vec::new();
    for (name, code, fixes) in ROWS {
        let text = &cases.iter().find(|(file, _)| file == name).unwrap().1;
        // A browser makes spaces of line breaks when a text is pasted into a field.
        for text in [text.clone(), text.trim_end().replace('\n', " ")] {
            let found = finding(name, &text);
            if (found.code, offered(&found)) != (*code, fixes.to_vec()) {
                wrong.push(format!("{name}: {} {:?}", found.code, offered(&found)));
            }
            assert!(found.sentence.chars().count() <= 160, "{}", found.sentence);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_token_that_is_taken_or_offered_can_be_sent_as_it_is() {
    for (name, text) in cases() {
        if !name.starts_with("device-token") {
            continue;
        }
        let found = finding(&name, &text);
        for token in offered(&found) {
            let read = DeviceToken::read(token).unwrap();
            assert_eq!(
                (read.value.as_str(), read.notes.len()),
                (token, 0),
                "{name}"
            );
        }
        let is_taken = matches!(
            found.code,
            "token_in_text" | "token_twice" | "token_wrapping"
        );
        if is_taken && !name.ends_with("remote-alone") {
            assert_eq!(DeviceToken::parse(&text).unwrap().as_str(), TOKEN, "{name}");
        }
    }
}

#[test]
fn no_sentence_calls_a_token_a_sample() {
    for (name, text) in cases() {
        let sentence = finding(&name, &text).sentence;
        assert_eq!(
            sentence.contains("sample"),
            name == "device-token-placeholder",
            "{name}: {sentence}"
        );
    }
}

#[test]
fn no_cut_of_a_case_is_a_panic() {
    for (_, text) in cases() {
        for (start, _) in text.char_indices() {
            for part in [&text[start..], &text[..start]] {
                let _ = DeviceToken::read(part);
                let _ = TokenList::read(part);
                let _ = (Topic::check(part), Topic::fixed(part));
                let _ = Expiration::read(part, CLOCK).map_err(|error| error.fix());
                let _ = PastedToken::find(part, CLOCK.now);
            }
        }
    }
}
