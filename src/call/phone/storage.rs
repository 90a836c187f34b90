//! The storage: how long APNs keeps a push for a phone that is out of reach.
//! Source: Apple, "Sending notification requests to APNs" (`apns-expiration`).

/// What APNs keeps without an expiration, and at most: 30 days.
const LONGEST: u64 = 30 * 24 * 60 * 60;

/// Until when APNs keeps a push, in seconds since 1970; `None` when it tries once.
///
/// A time that has passed means the same as 0: nobody has seen it refused.
pub fn kept_until(expiration: Option<i64>, now: u64) -> Option<u64> {
    let longest = now.saturating_add(LONGEST);
    let until = expiration.map_or(longest, |time| {
        u64::try_from(time).unwrap_or_default().min(longest)
    });
    (until > now).then_some(until)
}
