//! Date: a day of the calendar, converted from and to seconds since 1970.

use std::fmt;

const SECONDS_OF_A_DAY: u64 = 86_400;
/// Last second of the year 9999, the last year that can be shown.
const LAST_SECOND: u64 = 253_402_300_799;
/// Number of days before each month, and in the whole year, without a leap day.
const BEFORE: [u64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/// Day in UTC. Displayed as `2026-11-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year, from 1970.
    pub year: u64,
    /// Month, from 1 to 12.
    pub month: u64,
    /// Day of the month, from 1.
    pub day: u64,
}

impl Date {
    /// Date of a time in seconds since 1970; at most the last day of the year 9999.
    pub fn of(seconds: u64) -> Self {
        let mut days = seconds.min(LAST_SECOND) / SECONDS_OF_A_DAY;
        // Lower estimate of the year: at most a few years too early.
        let mut year = 1970 + days / 366;
        while days >= days_before(year + 1) {
            year += 1;
        }
        days -= days_before(year);
        let (index, before) = (0..12)
            .rev()
            .map(|index| (index, days_before_month(year, index)))
            .find(|(_, before)| *before <= days)
            .unwrap_or_default();
        Self {
            year,
            month: u64::from(index) + 1,
            day: days - before + 1,
        }
    }

    /// Seconds from 1970 to the start of the day; 0 for days before 1970. `None` if the month or
    /// day does not exist.
    pub fn seconds(self) -> Option<u64> {
        let index = u8::try_from(self.month.checked_sub(1)?)
            .ok()
            .filter(|index| *index < 12)?;
        let day = self.day.checked_sub(1).filter(|day| *day < 31)?;
        let days = if self.year < 1970 {
            0
        } else {
            days_before(self.year) + days_before_month(self.year, index) + day
        };
        days.checked_mul(SECONDS_OF_A_DAY)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Parses a time according to ISO 8601, such as `2026-11-29T12:00:00.5Z`, as milliseconds since
/// 1970.
pub(crate) fn iso_milliseconds(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| number_of(text.get(from..to)?);
    let has_marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')]
        .into_iter()
        .all(|(at, mark)| text.as_bytes().get(at) == Some(&mark));
    let rest = text.get(19..).filter(|_| has_marks)?;
    let digits = rest.strip_prefix('.').unwrap_or_default();
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let thousandths = number_of(&format!("{:0<3}", digits.get(..length.min(3))?))?;
    let zone = if length > 0 {
        digits.get(length..)?
    } else {
        rest
    };
    let date = Date {
        year: number(0, 4)?,
        month: number(5, 7)?,
        day: number(8, 10)?,
    };
    let local = date.seconds()? + number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    Some(local.checked_add_signed(-zone_seconds(zone)?)? * 1_000 + thousandths)
}

/// Seconds by which a zone such as `Z`, `+02:00` or `-0500` is ahead of UTC.
fn zone_seconds(zone: &str) -> Option<i64> {
    let sign = match zone.bytes().next()? {
        b'Z' | b'z' if zone.len() == 1 => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = zone.get(1..)?.replace(':', "");
    let hours = number_of(digits.get(..2)?)?;
    let minutes = number_of(digits.get(2..4)?)?;
    Some(sign * (hours * 3_600 + minutes * 60) as i64)
}

fn number_of(digits: &str) -> Option<u64> {
    digits.parse().ok()
}

/// Number of days from 1970 to the start of a year.
fn days_before(year: u64) -> u64 {
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969)
}

/// Number of days in a year before a month; `index` counts months from 0.
fn days_before_month(year: u64, index: u8) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    BEFORE[usize::from(index)] + u64::from(is_leap && index > 1)
}

#[cfg(test)]
mod tests {
    use super::{Date, iso_milliseconds};

    #[test]
    fn a_time_is_read_with_its_zone_and_its_fraction() {
        let noon = Some(1_795_953_600_000);
        assert_eq!(iso_milliseconds("2026-11-29T12:00:00Z"), noon);
        assert_eq!(iso_milliseconds("2026-11-29T12:00:00.000Z"), noon);
        assert_eq!(iso_milliseconds("2026-11-29T14:00:00+02:00"), noon);
        assert_eq!(iso_milliseconds("2026-11-29T07:00:00-0500"), noon);
        assert_eq!(
            iso_milliseconds("2026-11-29T12:00:00.25Z"),
            noon.map(|noon| noon + 250)
        );
        for text in [
            "",
            "2026-11-29",
            "2026-11-29T12:00:00",
            "2026-13-29T12:00:00Z",
            "now",
            "2026-11-29T12:00:00é",
        ] {
            assert_eq!(iso_milliseconds(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_across_leap_years() {
        for ((year, month, day), days) in [
            ((1970, 1, 1), 0),
            ((1970, 12, 31), 364),
            ((1972, 12, 31), 1_095),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2026, 11, 24), 20_781),
            ((2100, 3, 1), 47_541),
        ] {
            let date = Date { year, month, day };
            assert_eq!(date.seconds(), Some(days * 86_400), "{date}");
            assert_eq!(
                (Date::of(days * 86_400), Date::of(days * 86_400 + 86_399)),
                (date, date)
            );
        }
        for (year, month, day) in [(2026, 13, 1), (2026, 0, 1), (2026, 1, 0), (2026, 1, 32)] {
            assert_eq!(Date { year, month, day }.seconds(), None);
        }
        assert_eq!(
            Date {
                year: 1951,
                month: 2,
                day: 3
            }
            .seconds(),
            Some(0)
        );
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in 0..400 * 366 {
            assert_eq!(Date::of(day * 86_400).seconds(), Some(day * 86_400));
        }
    }
}
