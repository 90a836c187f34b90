//! Clocks of the browser: monotonic time, wall clock and time zone.

use serde_json::Value;
use web_sys::Performance;
use web_sys::js_sys::{Date, Object, Reflect};

/// Milliseconds since the page was opened (monotonic).
pub fn milliseconds() -> u64 {
    gloo::utils::window()
        .performance()
        .as_ref()
        .map_or(0.0, Performance::now) as u64
}

/// Milliseconds since 1970 by this computer's clock.
pub fn unix_milliseconds() -> u64 {
    Date::now() as u64
}

/// Seconds by which this computer's clock is ahead of another one that reads `other` (milliseconds
/// since 1970). `None` if `other` is not a number.
pub fn ahead_of(other: &Value) -> Option<i64> {
    Some((unix_milliseconds() as i64 - other.as_u64()? as i64) / 1000)
}

/// Offset of this computer's time zone from UTC in minutes, positive to the east.
pub fn utc_offset() -> i32 {
    -Date::new_0().get_timezone_offset() as i32
}

/// Current time of day as `9:41`, in the visitor's time zone.
pub fn time_of_day() -> String {
    minutes(&Date::new_0())
}

/// Time of day of a timestamp (seconds since 1970) as `9:41`, in the visitor's time zone.
pub fn time_of_day_at(seconds: u64) -> String {
    minutes(&Date::new(&(seconds as f64 * 1_000.0).into()))
}

/// Time of day of a timestamp (milliseconds since 1970) as `9:41:00`, in the visitor's time zone.
pub fn time_of(milliseconds: f64) -> String {
    let time = Date::new(&milliseconds.into());
    let seconds = time.get_seconds();
    minutes(&time) + if seconds < 10 { ":0" } else { ":" } + &seconds.to_string()
}

/// Timestamp (milliseconds since 1970) as `9:41:00`, with its date if it is not of today.
pub fn moment(milliseconds: f64) -> String {
    let date = Date::new(&milliseconds.into());
    let time = time_of(milliseconds);
    if date.to_date_string() == Date::new_0().to_date_string() {
        return time;
    }
    let day = date.to_locale_date_string("en", &options(&[("day", "numeric"), ("month", "short")]));
    [String::from(day), time].join(", ")
}

fn minutes(time: &Date) -> String {
    format!("{}:{:02}", time.get_hours(), time.get_minutes())
}

/// Current date as the lock screen shows it: weekday, day and month in English.
pub fn day() -> String {
    let parts = [("weekday", "long"), ("day", "numeric"), ("month", "long")];
    Date::new_0()
        .to_locale_date_string("en", &options(&parts))
        .into()
}

/// Options of a date: its parts, and the form of each.
fn options(parts: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (key, value) in parts {
        let _ = Reflect::set(&options, &(*key).into(), &(*value).into());
    }
    options
}
