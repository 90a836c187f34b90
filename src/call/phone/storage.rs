//! Storage: the time for which APNs keeps a push for an offline phone.
//! Source: Apple, "Sending notification requests to APNs" (`apns-expiration`).

/// Maximum storage time, which is also the default: 30 days, in seconds.
const LONGEST: u64 = 30 * 24 * 60 * 60;

/// Time until which APNs stores a push, in seconds since 1970; `None` if it tries only once.
///
/// An expiration in the past has the same effect as 0; it is not known to be refused.
pub fn kept_until(expiration: Option<i64>, now: u64) -> Option<u64> {
    let longest = now.saturating_add(LONGEST);
    let until = expiration.map_or(longest, |time| {
        u64::try_from(time).unwrap_or_default().min(longest)
    });
    (until > now).then_some(until)
}
