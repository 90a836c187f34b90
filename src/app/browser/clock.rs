//! The clock.

use serde_json::Value;
use web_sys::Performance;
use web_sys::js_sys::{Date, Object, Reflect};

/// Milliseconds since the page was opened; it never runs backwards.
pub fn milliseconds() -> u64 {
    gloo::utils::window()
        .performance()
        .as_ref()
        .map_or(0.0, Performance::now) as u64
}

/// Milliseconds since 1970, by this computer's clock.
pub fn unix_milliseconds() -> u64 {
    Date::now() as u64
}

/// How many seconds this computer's clock is ahead of one that just said these milliseconds since 1970.
pub fn ahead_of(other: &Value) -> Option<i64> {
    Some((unix_milliseconds() as i64 - other.as_u64()? as i64) / 1000)
}

/// How many minutes this computer's time zone is east of UTC.
pub fn utc_offset() -> i32 {
    -Date::new_0().get_timezone_offset() as i32
}

/// The time of day as `9:41`, in the visitor's own time zone.
pub fn time_of_day() -> String {
    minutes(&Date::new_0())
}

/// The time of day of these milliseconds since 1970, as `9:41:00`.
pub fn time_of(milliseconds: f64) -> String {
    let time = Date::new(&milliseconds.into());
    let seconds = time.get_seconds();
    minutes(&time) + if seconds < 10 { ":0" } else { ":" } + &seconds.to_string()
}

fn minutes(time: &Date) -> String {
    format!("{}:{:02}", time.get_hours(), time.get_minutes())
}

/// The day as the lock screen shows it, in the visitor's language.
pub fn day() -> String {
    let options = Object::new();
    for (key, value) in [("weekday", "long"), ("day", "numeric"), ("month", "long")] {
        let _ = Reflect::set(&options, &key.into(), &value.into());
    }
    Date::new_0().to_locale_date_string("en", &options).into()
}
