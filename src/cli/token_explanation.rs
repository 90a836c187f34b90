//! Explanation of a provider token: its issuer, its age and what is wrong with it, never a part of
//! the token itself.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::apns::pasted_token::PastedToken;
use crate::apns::provider_token::{LONGEST_LIFE, TokenParts};
use crate::apns::signing_key::KeyError;
use crate::apns::{Date, Severity, key_file};

/// Sentence about what cannot be judged without the key.
const UNCHECKED: &str = "The signature was not checked: that takes the key.";

/// The explanation of a file with a provider token.
pub(crate) struct TokenExplanation<'a> {
    path: &'a Path,
    token: PastedToken,
    key_error: Option<KeyError>,
    now: u64,
}

impl<'a> TokenExplanation<'a> {
    /// Explains the provider token in a file; `None` if the file has none.
    pub(crate) fn of(path: &'a Path, bytes: &[u8], now: u64) -> Option<Self> {
        let token = PastedToken::find(str::from_utf8(bytes).ok()?, now)?;
        Some(Self {
            path,
            token,
            key_error: key_file::read(bytes).err(),
            now,
        })
    }

    /// `true` if APNs can be expected to take the token.
    pub(crate) fn will_do(&self) -> bool {
        self.token.parts.is_some() && self.error().is_none()
    }

    /// Code of the first error, and its sentence.
    fn error(&self) -> Option<(&'static str, &str)> {
        self.token
            .notes
            .iter()
            .find(|note| note.severity == Severity::Error)
            .map(|note| (note.code, note.sentence.as_str()))
    }

    fn advice(&self) -> String {
        match (&self.token.parts, self.error()) {
            (Some(parts), None) => {
                let left = self.seconds_left(parts);
                let minutes = left.div_ceil(60);
                format!(
                    "It will do for {minutes} min, as the header authorization: bearer TOKEN. It is \
                     no certificate, so --identity does not take it."
                )
            }
            (_, Some((_, sentence))) => format!("It will not do. {sentence}"),
            (None, None) => "It will not do. Sign a new one.".to_owned(),
        }
    }

    fn seconds_left(&self, parts: &TokenParts) -> u64 {
        let end = parts.issued_at.saturating_add(LONGEST_LIFE);
        end.saturating_sub(self.now).min(LONGEST_LIFE)
    }

    /// Sentences about the token, without the one that is the advice.
    fn notes(&self) -> Vec<&str> {
        let told = self.error().map(|(_, sentence)| sentence);
        let sentences = self.token.notes.iter().map(|note| note.sentence.as_str());
        let mut notes: Vec<&str> = sentences.filter(|note| Some(*note) != told).collect();
        if self.will_do() {
            notes.push(UNCHECKED);
        }
        notes
    }

    /// Text for people.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{}: a provider token\n", self.path.display());
        if let Some(parts) = &self.token.parts {
            let issued = format!("{}, {}", Date::of(parts.issued_at), age(parts, self.now));
            for (label, value) in [
                ("key ID", &parts.key_id),
                ("team", &parts.team_id),
                ("issued", &issued),
            ] {
                // Writing to a `String` cannot fail. Control characters are escaped for the
                // terminal.
                let _ = writeln!(text, "  {label:<13} {}", value.escape_debug());
            }
        }
        for note in self.notes() {
            let _ = writeln!(text, "{note}");
        }
        text + &self.advice() + "\n"
    }

    /// JSON, as one object.
    pub(crate) fn to_json(&self) -> Value {
        let parts = self.token.parts.as_ref();
        json!({
            "file": self.path.to_string_lossy(),
            "form": "provider-token",
            "key_id": parts.map(|parts| &parts.key_id),
            "team_id": parts.map(|parts| &parts.team_id),
            "issued_at": parts.map(|parts| parts.issued_at.saturating_mul(1_000)),
            "will_do": self.will_do(),
            "code": self.error().map(|(code, _)| code),
            "key_code": self.key_error.as_ref().map(KeyError::code),
            "advice": self.advice(),
            "notes": self.notes(),
        })
    }
}

fn age(parts: &TokenParts, now: u64) -> String {
    match parts.age(now) {
        seconds @ ..0 => format!("{} min in the future", seconds.unsigned_abs().div_ceil(60)),
        seconds => format!("{} min ago", seconds / 60),
    }
}
