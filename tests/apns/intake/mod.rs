//! Everything people are known to paste: M01 to M17 are messy but right, B001 to B086 are wrong or odd. Each row is an
//! id, what was typed, and the codes it must give; no id may be missing.

mod key_files;
mod messy;
mod names;
mod values;

use std::collections::BTreeSet;

use trill::apns::collapse_id::CollapseId;
use trill::apns::expiration::{Clock, Expiration};
use trill::apns::identifier::Identifier;
use trill::apns::pasted_token::PastedToken;
use trill::apns::{DeviceToken, Finding, PushType, Severity, SigningKey, Topic};

use crate::{RFC7515, rfc7515};

const NOW: u64 = 1_437_179_036;
const UUID: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";
/// Rows about what nobody types into Trill: apns-id, push type and header names, and an answer of APNs.
const NOT_TYPED: [u32; 5] = [37, 66, 67, 76, 78];

/// An error as a note.
fn refusal(code: &'static str, error: impl ToString) -> Finding {
    Finding::error(code, error.to_string())
}

/// The rows seen so far; every sentence is measured on the way.
#[derive(Default)]
struct Table {
    ids: BTreeSet<String>,
    rows: usize,
}

impl Table {
    fn expect(&mut self, id: &str, shown: &str, found: Vec<Finding>, codes: &[&str]) {
        let got: Vec<&str> = found.iter().map(|note| note.code).collect();
        assert_eq!(got, codes, "{id}: {shown:.60}");
        for note in &found {
            let text = &note.sentence;
            assert!(text.chars().count() <= 160, "{id}: {text}");
            assert!(
                text.ends_with(['.', '?', ')']) || text.contains("openssl"),
                "{id}: {text}"
            );
        }
        self.ids.insert(id.to_owned());
        self.rows += 1;
    }

    /// A key file, as bytes.
    fn file(&mut self, id: &str, bytes: &[u8], codes: &[&str]) {
        let found = match SigningKey::from_bytes(bytes) {
            Ok(key) => key.notes().to_vec(),
            Err(error) => vec![refusal(error.code(), error)],
        };
        for note in &found {
            // The secret number begins with these letters in base64 on its line.
            let text = &note.sentence;
            assert!(
                !text.contains("jpsQ") && !text.contains("MIG"),
                "{id}: {text}"
            );
        }
        self.expect(id, &String::from_utf8_lossy(bytes), found, codes);
    }

    /// The same key in another dress: accepted, with these notes.
    fn same_key(&mut self, id: &str, text: &str, codes: &[&str]) {
        assert_eq!(
            SigningKey::from_text(text).expect(id).public_key(),
            rfc7515().public_key(),
            "{id}"
        );
        self.file(id, text.as_bytes(), codes);
    }

    fn team(&mut self, id: &str, text: &str, code: &str, fix: Option<&str>) {
        let error = Identifier::TeamId.check(text).unwrap_err();
        assert_eq!(Identifier::TeamId.fixed(text).as_deref(), fix, "{id}");
        self.expect(id, text, vec![refusal(error.code(), error)], &[code]);
    }

    fn key_id(&mut self, id: &str, text: &str, code: &str) {
        let error = Identifier::KeyId.check(text).unwrap_err();
        self.expect(id, text, vec![refusal(error.code(), error)], &[code]);
    }

    fn topic(&mut self, id: &str, text: &str, code: &str, fix: Option<&str>) {
        let found = match Topic::read(text, PushType::Voip) {
            Ok(read) => read.notes,
            Err(error) => vec![refusal(error.code(), error)],
        };
        assert_eq!(found.first().and_then(|note| note.text()), fix, "{id}");
        self.expect(id, text, found, &[code]);
    }

    fn device(&mut self, id: &str, text: &str, codes: &[&str]) -> Vec<Finding> {
        let found = match DeviceToken::read(text) {
            Ok(read) => read.notes,
            Err(error) => vec![error.finding()],
        };
        self.expect(id, text, found.clone(), codes);
        found
    }

    fn collapse(&mut self, id: &str, text: &str, code: &str, words: &str) {
        let error = CollapseId::parse(text).unwrap_err();
        assert!(error.to_string().contains(words), "{id}: {error}");
        self.expect(id, text, vec![refusal(error.code(), error)], &[code]);
    }

    fn expiration(&mut self, id: &str, text: &str, code: &str, severity: Severity) {
        let found = match Expiration::read(
            text,
            Clock {
                now: NOW,
                utc_offset: 0,
            },
        ) {
            Ok(read) => read.notes,
            Err(error) => vec![refusal(error.code(), error)],
        };
        assert_eq!(found[0].severity, severity, "{id}: {text}");
        self.expect(id, text, found, &[code]);
    }

    fn token(&mut self, id: &str, text: &str, now: u64, codes: &[&str]) {
        let found = PastedToken::read(text, now).notes;
        self.expect(id, text, found, codes);
    }
}

#[test]
fn everything_people_are_known_to_paste() {
    let mut table = Table::default();
    messy::messy_but_right(&mut table);
    key_files::wrong_files(&mut table);
    key_files::damaged_keys(&mut table);
    names::names(&mut table);
    names::device_tokens(&mut table);
    values::header_values(&mut table);
    values::provider_tokens(&mut table);

    let messy = (1..=17).map(|number| format!("M{number:02}"));
    let bad = (1..=86)
        .filter(|number| !NOT_TYPED.contains(number))
        .map(|number| format!("B{number:03}"));
    let missing: Vec<String> = messy
        .chain(bad)
        .filter(|id| !table.ids.contains(id))
        .collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    assert_eq!(table.ids.len(), 17 + 86 - NOT_TYPED.len());
    assert!(table.rows >= 120, "{} rows", table.rows);
}

fn text() -> &'static str {
    std::str::from_utf8(RFC7515).unwrap()
}
