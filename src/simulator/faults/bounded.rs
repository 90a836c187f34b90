//! Bounded numbers in the fields of a fault script.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// Largest count in a script.
pub(super) const MOST_TIMES: u64 = 1_000_000;
/// Largest number that JSON holds exactly in every language.
pub(super) const LARGEST_EXACT: u64 = (1 << 53) - 1;
/// Maximum number of bytes that a fault may send or wait for.
pub(super) const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Largest value of an HTTP/2 setting.
pub(super) const LARGEST_SETTING: u64 = 0xffff_ffff;

/// Status of a final answer.
pub(super) type Status = Whole<200, 999>;

/// Whole number from `MIN` to `MAX`.
#[derive(Clone, Copy)]
pub(super) struct Whole<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Whole<MIN, MAX> {
    /// Returns the number.
    pub(super) fn get(self) -> u64 {
        self.0
    }

    /// Returns the number as a `usize`, which is wide enough for its bounds.
    pub(super) fn size(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// Returns the number as a `u32`, which is wide enough for its bounds.
    pub(super) fn word(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }

    /// Returns the number as an HTTP status, whose 16 bits are wide enough for its bounds.
    pub(super) fn status(self) -> u16 {
        u16::try_from(self.0).unwrap_or(u16::MAX)
    }
}

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for Whole<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(WholeVisitor)
    }
}

struct WholeVisitor<const MIN: u64, const MAX: u64>;

impl<const MIN: u64, const MAX: u64> Visitor<'_> for WholeVisitor<MIN, MAX> {
    type Value = Whole<MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {MIN} to {MAX}")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        match (MIN..=MAX).contains(&number) {
            true => Ok(Whole(number)),
            false => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }
}

/// Share above 0 and at most 1.
#[derive(Clone, Copy)]
pub(super) struct Share(pub(super) f64);

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(ShareVisitor)
    }
}

struct ShareVisitor;

impl Visitor<'_> for ShareVisitor {
    type Value = Share;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number above 0 and up to 1; 0.25 strikes every fourth on average")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Share, E> {
        match number > 0.0 && number <= 1.0 {
            true => Ok(Share(number)),
            false => Err(E::invalid_value(Unexpected::Float(number), &self)),
        }
    }
}
