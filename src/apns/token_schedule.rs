//! Token schedule: the issue times of provider tokens, chosen so that all users of a key make the
//! same token.
//!
//! Apple refuses a token older than an hour, and one that replaces another within 20 minutes. The
//! signature is deterministic, so it is sufficient to agree on the issue time, which one clock
//! provides.
//!
//! Between the choice of an issue time and the first use of its token, another user may ask for a
//! time. Therefore a chosen time counts for a while before its token has been accepted. As a new
//! token is only introduced while it is young, the 20 minutes always end before it is too old.

use super::provider_token::{LONGEST_LIFE, SHORTEST_USE};

/// Interval of the issue times, in seconds.
const STEP: u64 = 30 * 60;
/// Maximum age of a token in use, in seconds: five minutes less than Apple's limit.
const OLDEST: u64 = LONGEST_LIFE - 5 * 60;
/// Maximum time in seconds between the choice of an issue time and the use of its token. The page
/// times out after 20 s.
const ON_THE_WAY: u64 = 60;
/// Maximum age in seconds at which an unused issue time is still given out: it leaves 20 minutes of
/// use.
const OLDEST_UNUSED: u64 = OLDEST - SHORTEST_USE - 2 * ON_THE_WAY;

/// Newest token of one key that APNs is known to have accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AcceptedToken {
    /// Issue time.
    pub issued_at: u64,
    /// Time at which APNs first accepted it.
    pub first_accepted: u64,
}

/// State of the tokens of one key. All times are in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Newest accepted token with an issue time in the past.
    accepted: Option<AcceptedToken>,
    /// Accepted token with an issue time in the future: the clock that made it is fast, or this
    /// clock was set back.
    ahead: Option<AcceptedToken>,
    /// Issue time that was given out last, and the time at which it was.
    named: Option<(u64, u64)>,
    /// Token that APNs refused because it came too soon after another, and the time of the refusal.
    too_soon: Option<AcceptedToken>,
}

impl Schedule {
    /// Makes a schedule from a token accepted earlier.
    pub fn of_accepted(token: AcceptedToken) -> Self {
        Self {
            accepted: Some(token),
            ..Self::default()
        }
    }

    /// Chooses the issue time to sign with at `now`, which is never later than `now`. The choice is
    /// remembered, because its token may be in use from now on.
    pub fn name(&mut self, now: u64) -> u64 {
        let issued_at = self.issue_time(now);
        self.named = Some((issued_at, now));
        issued_at
    }

    /// Issue time that [`Self::name`] would choose.
    pub fn issue_time(&mut self, now: u64) -> u64 {
        self.set_clock(now);
        self.issue_time_of_past(now)
    }

    /// Newest token that APNs accepted, unless its issue time is in the future.
    pub fn accepted(&self) -> Option<AcceptedToken> {
        self.accepted
    }

    /// Time at which a token was last accepted for the first time; 0 if none was.
    pub fn first_accepted(&self) -> u64 {
        self.accepted
            .or(self.ahead)
            .map_or(0, |token| token.first_accepted)
    }

    /// Records that APNs accepted a token.
    pub fn accept(&mut self, issued_at: u64, now: u64) {
        self.set_clock(now);
        let token = AcceptedToken {
            issued_at,
            first_accepted: now,
        };
        if issued_at > now {
            self.keep_ahead(token)
        } else {
            self.keep(token)
        }
    }

    /// Records that APNs may have accepted a token. Only a token with the issue time given out last
    /// counts, because any other could be made up.
    pub fn may_accept(&mut self, issued_at: u64, now: u64) {
        if self.named.is_some_and(|(named, _)| named == issued_at) {
            self.accept(issued_at, now);
        }
    }

    /// Records that APNs refused a token because another one is younger than 20 minutes. The other
    /// token is unknown, for example after a restart of the relay; most likely it is the one
    /// before. If that one is refused too, the guess is discarded.
    pub fn refuse(&mut self, issued_at: u64, now: u64) {
        self.too_soon = match self.too_soon {
            Some(newer) if newer.issued_at > issued_at => None,
            _ => Some(AcceptedToken {
                issued_at,
                first_accepted: now,
            }),
        };
    }

    /// Sorts the accepted tokens into past and future at `now`, because time passes and clocks are
    /// set back.
    fn set_clock(&mut self, now: u64) {
        if let Some(token) = self.accepted.take_if(|token| token.issued_at > now) {
            self.keep_ahead(token);
        }
        if let Some(token) = self.ahead.take_if(|token| token.issued_at <= now) {
            self.keep(token);
        }
    }

    fn keep(&mut self, token: AcceptedToken) {
        if self
            .accepted
            .is_none_or(|known| known.issued_at < token.issued_at)
        {
            self.accepted = Some(token);
        }
    }

    /// Keeps the token whose issue time comes first. That is sufficient: the others are accepted
    /// tokens too, and this one is given out before them.
    fn keep_ahead(&mut self, token: AcceptedToken) {
        if self
            .ahead
            .is_none_or(|known| known.issued_at > token.issued_at)
        {
            self.ahead = Some(token);
        }
    }

    fn issue_time_of_past(&self, now: u64) -> u64 {
        let is_young = |issued_at: u64, oldest: u64| now.saturating_sub(issued_at) <= oldest;
        let accepted = self
            .accepted
            .filter(|token| is_young(token.issued_at, OLDEST - ON_THE_WAY));
        let used = accepted.map_or(0, |token| token.issued_at);
        let is_in_use = |token: &AcceptedToken| now < token.first_accepted + SHORTEST_USE;
        // A token with an issue time in the future is not given out, but no third one is introduced
        // beside it.
        if used > 0 && accepted.iter().chain(&self.ahead).any(is_in_use) {
            return used;
        }
        let may_be_used = |(named, at): &(u64, u64)| {
            *named > used
                && *named <= now
                && now <= at + ON_THE_WAY
                && is_young(*named, OLDEST_UNUSED)
        };
        let named = self.named.filter(may_be_used).map(|(named, _)| named);
        // A script may have signed between two boundaries; returning to an older time would be an
        // unnecessary change of token.
        let next = named.unwrap_or(now - now % STEP).max(used);
        let is_too_soon = self.too_soon.is_some_and(|token| {
            token.issued_at == next && now < token.first_accepted + SHORTEST_USE
        });
        let before = if used > 0 && used < next {
            used
        } else {
            next.saturating_sub(STEP)
        };
        if is_too_soon && is_young(before, OLDEST - ON_THE_WAY) {
            before
        } else {
            next
        }
    }
}

/// Earliest time at which a token other than the one issued at `issued_at` is signed.
pub fn next_change(now: u64, issued_at: u64) -> u64 {
    let boundary = now - now % STEP + STEP;
    boundary.max(issued_at + SHORTEST_USE)
}
