//! Places in the configuration file, and the error messages about them. No message repeats a value.

use toml::Spanned;
use toml::de::Error;

use crate::apns::similar::nearest;

/// Maximum number of names listed in a message.
const FEW: usize = 8;
/// Maximum length of a key that a message repeats.
const LONGEST_KEY: usize = 32;

/// Expected form of presets, the only list of tables.
const PRESET: &str = "each preset as a table, under the line [[preset]]";

/// A configuration file: its path and its text.
pub(super) struct Places<'a> {
    pub(super) text: &'a str,
    pub(super) path: &'a str,
}

impl Places<'_> {
    /// Returns line and column of a byte offset.
    pub(super) fn at(&self, offset: usize) -> String {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{}, line {line}, column {column}", self.path)
    }

    /// Returns a key with the place of its value.
    pub(super) fn name<T>(&self, key: &str, value: &Spanned<T>) -> String {
        format!("{key} in {}", self.at(value.span().start))
    }

    /// Returns the message about a text that is not TOML. The parser's message repeats nothing of
    /// it.
    pub(super) fn malformed(&self, error: &Error) -> String {
        format!(
            "{} is no TOML: {}; see docs/deployment.md",
            self.at(error.span().map_or(0, |span| span.start)),
            error.message()
        )
    }

    /// Returns the message about TOML that is no valid configuration. Of the library's message,
    /// only Trill's own names are used.
    pub(super) fn unfit(&self, error: &Error) -> String {
        let span = error.span().unwrap_or_default();
        let place = self.at(span.start);
        match error.message().rsplit_once(", expected ") {
            Some((message, expected)) if message.starts_with("unknown field") => {
                let known: Vec<_> = expected.split('`').skip(1).step_by(2).collect();
                unknown(self.text.get(span).unwrap_or_default(), &known, &place)
            }
            Some((_, "a sequence")) => format!("{place}: write {}", PRESET),
            Some((_, expected)) => format!("{place}: write {expected}"),
            None => format!("{place} cannot be used; see docs/deployment.md"),
        }
    }
}

/// Returns the message about an unknown key, with the key that was probably meant.
fn unknown(key: &str, known: &[&str], place: &str) -> String {
    let hint = match nearest(key, known) {
        Some(meant) => format!("did you mean {meant}?"),
        None if known.len() > FEW => "see trill serve --help-all".to_owned(),
        None => format!("it knows {}", known.join(", ")),
    };
    let is_harmless = key.len() <= LONGEST_KEY
        && key
            .chars()
            .all(|character| character.is_ascii_lowercase() || "-_".contains(character));
    match is_harmless {
        true => format!("unknown setting {key} in {place}; {hint}"),
        false => format!("unknown setting in {place}; {hint}"),
    }
}

/// Returns the message about a value that is none of the known words.
pub(super) fn none_of(text: &str, known: &[&str]) -> String {
    let words = known.join(", ");
    match nearest(text, known) {
        Some(meant) => format!("the value is not one of {words}; did you mean {meant}?"),
        None => format!("the value is not one of {words}"),
    }
}
