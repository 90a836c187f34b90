//! JSON lines: one JSON object per line, in the audit file and in JSON logs.
//!
//! A line contains printable ASCII only, so no value can end it early, start another one, or send
//! commands to a terminal.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::apns::Date;

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

/// Formats a time since 1970 as RFC 3339, in UTC with milliseconds.
pub(crate) fn moment(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!(
        "{}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        Date::of(seconds),
        since_1970.subsec_millis()
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{Duration, json, moment};

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
        fn a_json_line_is_one_line_and_reads_back_unchanged(name in any::<String>(), text in any::<String>(), number in any::<u64>()) {
            let value = json!({ name: text, "number": number });
            let line = json(&value);
            prop_assert_eq!(line.bytes().filter(|byte| *byte == b'\n').count(), 1);
            prop_assert!(line.trim_end().bytes().all(|byte| matches!(byte, b' '..=b'~')));
            prop_assert_eq!(serde_json::from_str::<Value>(&line).expect("it is JSON"), value);
        }
    }
}
