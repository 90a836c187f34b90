//! Placeholder: a word such as `{{uuid}}` that gets a new value for every send.
//!
//! Placeholders are replaced in the text before it is parsed as JSON, so they may be part of a
//! string or stand alone as a number. An unknown word in braces is left unchanged.

use crate::apns::DeviceToken;
use crate::apns::uuid::Uuid;

/// Values of the placeholders for one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// `{{uuid}}`: UUID of this call.
    pub uuid: Uuid,
    /// `{{now}}`, `{{now_ms}}` and `{{iso_now}}`: time of sending, in milliseconds since 1970.
    pub now_ms: u64,
    /// `{{counter}}`: number of this send, from 1.
    pub counter: u64,
    /// `{{device}}`: device token of the recipient.
    pub device: Option<DeviceToken>,
}

/// Placeholders; [`Values`] gives their meaning.
const WORDS: [&str; 6] = [
    "{{uuid}}",
    "{{now}}",
    "{{now_ms}}",
    "{{iso_now}}",
    "{{counter}}",
    "{{device}}",
];

/// Returns `true` if `text` contains a placeholder.
pub fn has_any(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// Replaces the placeholders in `text` with the values of a send.
pub fn fill(text: &str, values: &Values) -> String {
    if !has_any(text) {
        return text.to_owned();
    }
    let seconds = values.now_ms / 1000;
    let device = values.device.as_ref().map_or("", DeviceToken::as_str);
    text.replace("{{uuid}}", values.uuid.as_str())
        .replace("{{now}}", &seconds.to_string())
        .replace("{{now_ms}}", &values.now_ms.to_string())
        .replace("{{iso_now}}", &iso(seconds))
        .replace("{{counter}}", &values.counter.to_string())
        .replace("{{device}}", device)
}

/// Formats a time in UTC according to RFC 3339. The date is computed from the days since 1970 in
/// 400-year cycles.
fn iso(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years start in March, so that the leap day is the last day of its year.
    let from_march = days + 719_468;
    let (cycle, day) = (from_march / 146_097, from_march % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day_of_month = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = cycle * 400 + year + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day_of_month:02}T{:02}:{:02}:{:02}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}
