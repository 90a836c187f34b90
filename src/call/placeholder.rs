//! Placeholders: what a payload says anew with every send, such as `{{uuid}}`.
//!
//! They are replaced in the text, before it is read as JSON, so they may stand inside a string or
//! alone as a number. A word in braces that is not known stays as it is.

use crate::apns::DeviceToken;
use crate::apns::uuid::Uuid;

/// The values of one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// `{{uuid}}`: the UUID of this call.
    pub uuid: Uuid,
    /// `{{now}}`, `{{now_ms}}` and `{{iso_now}}`: when it is sent, in milliseconds since 1970.
    pub now_ms: u64,
    /// `{{counter}}`: the number of this send, from 1.
    pub counter: u64,
    /// `{{device}}`: the device token it goes to.
    pub device: Option<DeviceToken>,
}

/// The words; what each stands for is said at [`Values`].
const WORDS: [&str; 6] = [
    "{{uuid}}",
    "{{now}}",
    "{{now_ms}}",
    "{{iso_now}}",
    "{{counter}}",
    "{{device}}",
];

/// Whether `text` has a placeholder.
pub fn has_any(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// `text` with the values of a send in the place of its placeholders.
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

/// A time in UTC as RFC 3339 writes it; the calendar is the one of days since 1970 in 400-year cycles.
fn iso(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years are counted from March, so that the leap day is the last of its year.
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
