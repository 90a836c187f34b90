//! When a provider token is issued, so that everybody who holds a key makes the same token.
//!
//! Apple refuses a token older than an hour, and one that replaces another within 20 minutes. The
//! signature is deterministic, so agreeing on the issue time is enough: one clock names it.

/// Issue times fall on these boundaries, in seconds.
const STEP: u64 = 30 * 60;
/// A token stays in use at least this long after its first use.
const SHORTEST_USE: u64 = 20 * 60;
/// A token is used until it is this old: five minutes short of Apple's limit.
const OLDEST: u64 = 55 * 60;

/// The newest token of one key that APNs is known to have accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedToken {
    /// Its issue time.
    pub issued_at: u64,
    /// When APNs first accepted it.
    pub first_accepted: u64,
}

/// The issue time to sign with at `now`, given the newest accepted token. All in seconds since 1970.
pub fn issue_time(now: u64, newest: Option<AcceptedToken>) -> u64 {
    let step = now - now % STEP;
    match newest {
        Some(token) if now.saturating_sub(token.issued_at) <= OLDEST => {
            let in_use = now < token.first_accepted + SHORTEST_USE;
            // A script may have signed between two boundaries; going back to an older time would
            // be a second change of token for nothing.
            if in_use { token.issued_at } else { step.max(token.issued_at) }
        }
        _ => step,
    }
}

/// The earliest time at which another token than the one issued at `issued_at` is signed.
pub fn next_change(now: u64, issued_at: u64) -> u64 {
    let boundary = now - now % STEP + STEP;
    boundary.max(issued_at + SHORTEST_USE)
}
