//! Expiration: the time until which APNs may store a push for an offline device.
//!
//! The header has seconds since 1970, and 0 means "try once, do not store", which suits a call.
//! Users think in terms such as "in 30 s" and "at 14:05"; these are parsed here, relative to a
//! clock that is passed in.

use std::fmt;

use thiserror::Error;

use super::cleaned::Cleaned;
use super::finding::Finding;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Smallest number that is taken for milliseconds; as seconds it would be in the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;
/// Largest number that is taken for a time span: half a year. APNs stores a push for at most 30
/// days.
const LONGEST_SPAN: u64 = 182 * DAY;
/// Average length of a calendar year, in seconds.
const YEAR: u64 = 31_556_952;

/// Value of `apns-expiration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Expiration(u64);

/// Clock: the time, and the user's offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Current time, in seconds since 1970.
    pub now: u64,
    /// Offset from UTC in minutes, positive in the east.
    pub utc_offset: i32,
}

impl Expiration {
    /// Zero: APNs tries once and stores nothing.
    pub const NOW_OR_NEVER: Self = Self(0);

    /// Seconds since 1970, or 0.
    pub fn seconds(self) -> u64 {
        self.0
    }

    /// Parses seconds since 1970, `now`, `in 30 s`, `in 5 min`, `in 2 h`, `in 1 day` or `at 14:05`.
    pub fn read(text: &str, clock: Clock) -> Result<Cleaned<Self>, ExpirationError> {
        let typed = text.trim().to_ascii_lowercase();
        if !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            let seconds = typed
                .parse()
                .ok()
                .filter(|seconds| i64::try_from(*seconds).is_ok())
                .ok_or(ExpirationError::default())?;
            return Ok(Self::absolute(seconds, clock.now));
        }
        let seconds = match typed.as_str() {
            "now" | "now or never" | "never" => 0,
            spoken => relative(spoken, clock.now)
                .or_else(|| time_of_day(spoken, clock))
                .ok_or_else(|| ExpirationError::of(spoken))?,
        };
        let text = seconds.to_string();
        let sentence = match seconds.checked_sub(clock.now) {
            Some(left) => format!("That is {text}, {left} s from now."),
            None => "That is 0: APNs tries once and keeps nothing.".to_owned(),
        };
        let note = Finding::note("expiration_resolved", sentence);
        Ok(Cleaned {
            value: Self(seconds),
            notes: vec![note],
        })
    }

    fn absolute(seconds: u64, now: u64) -> Cleaned<Self> {
        let note = if seconds >= MILLISECONDS {
            let mut fixed = seconds;
            while fixed >= MILLISECONDS {
                fixed /= 1000;
            }
            let year = 1970 + seconds / YEAR;
            let fixed = fixed.to_string();
            let sentence =
                format!("Milliseconds? As seconds that is the year {year}. Use {fixed}?");
            Some(Finding::warning("expiration_ms", sentence).with_text(fixed))
        } else if seconds != 0 && seconds < now {
            Some(past(seconds))
        } else {
            None
        };
        Cleaned {
            value: Self(seconds),
            notes: note.into_iter().collect(),
        }
    }
}

impl fmt::Display for Expiration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Finding about a time in the past. A small number was probably meant as a duration.
fn past(seconds: u64) -> Finding {
    if seconds > LONGEST_SPAN {
        return Finding::warning(
            "expiration_past",
            "Already over: APNs will try once and keep nothing. 0 says the same more plainly.",
        )
        .with_text("0".to_owned());
    }
    let number = seconds.to_string();
    let sentence = format!(
        "As a time this is in 1970. Most likely “in {number} s” is meant, {number} s from now; 0 is \
         now or never."
    );
    Finding::warning("expiration_past", sentence)
        .with_either(["in ", &number, " s"].concat(), "0".to_owned())
}

/// Parses a number and a unit: `in 30 s`, `+30s`, `5 min`.
fn relative(text: &str, now: u64) -> Option<u64> {
    let rest = text
        .strip_prefix("in ")
        .or_else(|| text.strip_prefix('+'))
        .unwrap_or(text)
        .trim();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = rest.split_at(digits);
    let unit = match unit.trim() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        _ => return None,
    };
    let number: u64 = number.parse().ok()?;
    now.checked_add(number.checked_mul(unit)?)
        .filter(|seconds| *seconds < MILLISECONDS)
}

/// Parses a time of day, such as `at 14:05` or `14:05:30`, as the next such time on the user's
/// clock.
fn time_of_day(text: &str, clock: Clock) -> Option<u64> {
    let mut parts = text.strip_prefix("at ").unwrap_or(text).trim().split(':');
    let mut part = |below: u64| match parts.next() {
        Some(digits)
            if (1..=2).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            digits
                .parse()
                .ok()
                .filter(|number| *number < below)
                .map(Some)
        }
        Some(_) => None,
        None => Some(None),
    };
    let (hours, minutes, seconds) = (part(24)??, part(60)??, part(60)?.unwrap_or(0));
    if parts.next().is_some() {
        return None;
    }
    let of_day = hours * HOUR + minutes * MINUTE + seconds;
    let offset = i64::from(clock.utc_offset) * 60;
    let local = i64::try_from(clock.now).ok()?.checked_add(offset)?;
    let midnight = local - local.rem_euclid(DAY as i64);
    let today = midnight.checked_add(of_day as i64)?;
    let next = if today > local {
        today
    } else {
        today.checked_add(DAY as i64)?
    };
    u64::try_from(next.checked_sub(offset)?).ok()
}

/// The text is not a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Error)]
#[error("Use 0 for “now or never”, whole seconds since 1970, “in 30 s” or “at 14:05”.")]
pub struct ExpirationError {
    /// Number without a unit, as in `in 30`.
    number: Option<u64>,
}

impl ExpirationError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        "expiration_form"
    }

    fn of(text: &str) -> Self {
        let number = text.strip_prefix("in ").or_else(|| text.strip_prefix('+'));
        Self {
            number: number.and_then(|number| number.trim().parse().ok()),
        }
    }

    /// Time that was meant, or else the value for a call.
    pub fn fix(&self) -> Option<String> {
        match self.number {
            Some(number) => Some(format!("in {number} s")),
            None => Some("0".to_owned()),
        }
    }
}
