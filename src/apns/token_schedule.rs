//! When a provider token is issued, so that everybody who holds a key makes the same token.
//!
//! Apple refuses a token older than an hour, and one that replaces another within 20 minutes. The
//! signature is deterministic, so agreeing on the issue time is enough: one clock names it.
//!
//! Between the naming of a time and the first use of its token lies a moment, in which somebody else may ask. So a time
//! that was named counts for a while before its token was accepted; and as a token is only ever begun while it is young, the
//! 20 minutes are always over before it is too old.

/// Issue times fall on these boundaries, in seconds.
const STEP: u64 = 30 * 60;
/// A token stays in use at least this long after its first use.
const SHORTEST_USE: u64 = 20 * 60;
/// A token is used until it is this old: five minutes short of Apple's limit.
const OLDEST: u64 = 55 * 60;
/// What may pass between the naming of a time and the use of its token. The page gives up after 20 s.
const ON_THE_WAY: u64 = 60;
/// A time that nobody has used is not named any more when it is older: 20 minutes would not be left for its use.
const OLDEST_UNUSED: u64 = OLDEST - SHORTEST_USE - 2 * ON_THE_WAY;

/// The newest token of one key that APNs is known to have accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedToken {
    /// Its issue time.
    pub issued_at: u64,
    /// When APNs first accepted it.
    pub first_accepted: u64,
}

/// What is known of the tokens of one key. All times are in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    accepted: Option<AcceptedToken>,
    /// The issue time that was named last, and when.
    named: Option<(u64, u64)>,
    /// A token that APNs refused because it came too soon after another, and when.
    too_soon: Option<AcceptedToken>,
}

impl Schedule {
    /// The issue time to sign with at `now`; whoever asks next has to reckon with its use.
    pub fn name(&mut self, now: u64) -> u64 {
        let issued_at = self.issue_time(now);
        self.named = Some((issued_at, now));
        issued_at
    }

    /// When a token was last accepted for the first time; 0 when none was.
    pub fn first_accepted(&self) -> u64 {
        self.accepted.map_or(0, |token| token.first_accepted)
    }

    /// APNs has accepted a token.
    pub fn accept(&mut self, issued_at: u64, now: u64) {
        if self.accepted.is_none_or(|known| known.issued_at < issued_at) {
            self.accepted = Some(AcceptedToken { issued_at, first_accepted: now });
        }
    }

    /// APNs may have accepted a token. That counts only for one that was named here: anybody could make up another.
    pub fn may_accept(&mut self, issued_at: u64, now: u64) {
        if self.named.is_some_and(|(named, _)| named == issued_at) {
            self.accept(issued_at, now);
        }
    }

    /// APNs has refused a token because another one is younger than 20 minutes. Nobody here knows which, as after a restart
    /// of the relay; most likely it is the one before. If that was refused, the guess was wrong.
    pub fn refuse(&mut self, issued_at: u64, now: u64) {
        self.too_soon = match self.too_soon {
            Some(newer) if newer.issued_at > issued_at => None,
            _ => Some(AcceptedToken { issued_at, first_accepted: now }),
        };
    }

    /// APNs has refused a token by itself. If it was accepted before and lies ahead, the clock has gone back, and nobody is
    /// to sign with that time any more: everything begins anew. Otherwise somebody may have signed with a wrong key.
    pub fn go_back(&mut self, issued_at: u64, now: u64) -> bool {
        let is_over = issued_at > now && self.accepted.is_some_and(|token| token.issued_at == issued_at);
        if is_over {
            *self = Self::default();
        }
        is_over
    }

    fn issue_time(&self, now: u64) -> u64 {
        let is_young = |issued_at: u64, oldest: u64| now.saturating_sub(issued_at) <= oldest;
        let accepted = self.accepted.filter(|token| is_young(token.issued_at, OLDEST - ON_THE_WAY));
        let used = accepted.map_or(0, |token| token.issued_at);
        if let Some(token) = accepted.filter(|token| now < token.first_accepted + SHORTEST_USE) {
            return token.issued_at;
        }
        let may_be_used = |(named, at): &(u64, u64)| *named > used && now <= at + ON_THE_WAY && is_young(*named, OLDEST_UNUSED);
        let named = self.named.filter(may_be_used).map(|(named, _)| named);
        // A script may have signed between two boundaries; going back to an older time would be a second change of token
        // for nothing.
        let next = named.unwrap_or(now - now % STEP).max(used);
        let is_too_soon = self.too_soon.is_some_and(|token| token.issued_at == next && now < token.first_accepted + SHORTEST_USE);
        let before = if used > 0 && used < next { used } else { next.saturating_sub(STEP) };
        if is_too_soon && is_young(before, OLDEST - ON_THE_WAY) { before } else { next }
    }
}

/// The earliest time at which another token than the one issued at `issued_at` is signed.
pub fn next_change(now: u64, issued_at: u64) -> u64 {
    let boundary = now - now % STEP + STEP;
    boundary.max(issued_at + SHORTEST_USE)
}
