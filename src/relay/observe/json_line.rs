//! JSON lines: one JSON object per line, in the audit file and in JSON logs.
//!
//! A line contains printable ASCII only, so no value can end it early, start another one, or send
//! commands to a terminal.

use std::fmt::{self, Write as _};
use std::time::Duration;

use serde::Serialize;

use crate::apns::Date;

/// Room for a usual line, in bytes.
const USUAL_BYTES: usize = 512;

/// Serializes the value as one line with its line end.
pub(crate) fn json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string(value).unwrap_or_default();
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        text.push('\n');
        return text;
    }
    let mut line = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if matches!(character, ' '..='~') {
            line.push(character);
        } else {
            // Other characters occur only within JSON strings, where the escape is valid.
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        }
    }
    line.push('\n');
    line
}

/// JSON object that is written member by member, as one line.
pub(crate) struct JsonLine(String);

impl JsonLine {
    /// Creates an object without members.
    pub(crate) fn new() -> Self {
        let mut line = String::with_capacity(USUAL_BYTES);
        line.push('{');
        Self(line)
    }

    /// Adds a text, if there is one.
    pub(crate) fn text(&mut self, name: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        self.name(name);
        if text.bytes().all(is_plain) {
            self.0.push('"');
            self.0.push_str(text);
            self.0.push('"');
        } else {
            self.0.push_str(json(&text).trim_end());
        }
    }

    /// Adds a number, if there is one, as it is formatted.
    pub(crate) fn number(&mut self, name: &str, number: Option<impl fmt::Display>) {
        if let Some(number) = number {
            self.name(name);
            let _ = write!(self.0, "{number}");
        }
    }

    /// Adds a number of tenths, if there is one, with one decimal.
    pub(crate) fn tenths(&mut self, name: &str, tenths: Option<u64>) {
        if let Some(tenths) = tenths {
            self.name(name);
            let _ = write!(self.0, "{}.{}", tenths / 10, tenths % 10);
        }
    }

    /// Adds the members of another object.
    pub(crate) fn members(&mut self, other: &Self) {
        let members = other.0.strip_prefix('{').unwrap_or_default();
        if self.0.len() > 1 && !members.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(members);
    }

    /// Returns the object with its line end.
    pub(crate) fn end(mut self) -> String {
        self.0.push_str("}\n");
        self.0
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(if self.0.len() > 1 { ",\"" } else { "\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
    }
}

/// Formats a time since 1970 as RFC 3339, in UTC with milliseconds.
pub(crate) fn moment(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let Date { year, month, day } = Date::of(seconds);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    for (mut number, place, digits) in [
        (year, 0, 4),
        (month, 5, 2),
        (day, 8, 2),
        (seconds / 3_600 % 24, 11, 2),
        (seconds / 60 % 60, 14, 2),
        (seconds % 60, 17, 2),
        (since_1970.subsec_millis().into(), 20, 3),
    ] {
        for digit in text.iter_mut().skip(place).take(digits).rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{Duration, JsonLine, json, moment};

    #[test]
    fn a_time_is_formatted_in_utc() {
        assert_eq!(moment(Duration::ZERO), "1970-01-01T00:00:00.000Z");
        assert_eq!(
            moment(Duration::from_millis(1_800_000_123_045)),
            "2027-01-15T08:02:03.045Z"
        );
    }

    #[test]
    fn line_ends_and_terminal_commands_are_escaped() {
        let line = json(
            &json!({ "user": "a\r\n{\"user\":\"b\"}\u{1b}[2J\u{7f}\u{9b}\u{2028}\u{202e}😀" }),
        );
        assert_eq!(
            line,
            "{\"user\":\"a\\r\\n{\\\"user\\\":\\\"b\\\"}\\u001b[2J\\u007f\\u009b\\u2028\\u202e\\ud83d\\ude00\"}\n"
        );
    }

    proptest! {
        #[test]
        fn a_line_of_members_is_the_same(text in any::<String>(), whole in any::<u16>(), tenths in any::<u32>()) {
            let ms = f64::from(tenths) / 10.0;
            let mut line = JsonLine::new();
            line.text("text", Some(&text));
            line.text("none", None);
            line.members(&JsonLine::new());
            let mut numbers = JsonLine::new();
            numbers.number("whole", Some(whole));
            numbers.tenths("ms", Some(tenths.into()));
            line.members(&numbers);
            prop_assert_eq!(line.end(), json(&json!({ "text": text, "whole": whole, "ms": ms })));
        }

        #[test]
        fn a_json_line_is_one_line_and_reads_back_unchanged(name in any::<String>(), text in any::<String>(), number in any::<u64>()) {
            let value = json!({ name: text, "number": number });
            let line = json(&value);
            prop_assert_eq!(line.bytes().filter(|byte| *byte == b'\n').count(), 1);
            prop_assert!(line.trim_end().bytes().all(|byte| matches!(byte, b' '..=b'~')));
            prop_assert_eq!(serde_json::from_str::<Value>(&line).expect("it is JSON"), value);
        }
    }
}
