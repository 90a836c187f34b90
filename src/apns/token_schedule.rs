//! When a provider token is issued, so that everybody who holds a key makes the same token.
//!
//! Apple refuses a token older than an hour, and one that replaces another within 20 minutes. The
//! signature is deterministic, so agreeing on the issue time is enough: one clock names it.
//!
//! Between the naming of a time and the first use of its token lies a moment, in which somebody
//! else may ask. So a time that was named counts for a while before its token was accepted; and as
//! a token is only ever begun while it is young, the 20 minutes are always over before it is too
//! old.

use super::provider_token::{LONGEST_LIFE, SHORTEST_USE};

/// Issue times fall on these boundaries, in seconds.
const STEP: u64 = 30 * 60;
/// A token is used until it is this old: five minutes short of Apple's limit.
const OLDEST: u64 = LONGEST_LIFE - 5 * 60;
/// What may pass between the naming of a time and the use of its token. The page gives up after 20
/// s.
const ON_THE_WAY: u64 = 60;
/// A time that nobody has used is not named any more when it is older: 20 minutes would not be left
/// for its use.
const OLDEST_UNUSED: u64 = OLDEST - SHORTEST_USE - 2 * ON_THE_WAY;

/// The newest token of one key that APNs is known to have accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AcceptedToken {
    /// Its issue time.
    pub issued_at: u64,
    /// When APNs first accepted it.
    pub first_accepted: u64,
}

/// What is known of the tokens of one key. All times are in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The newest one that lies in the past.
    accepted: Option<AcceptedToken>,
    /// An accepted one whose issue time is still to come: the clock that made it is fast, or this
    /// one went back.
    ahead: Option<AcceptedToken>,
    /// The issue time that was named last, and when.
    named: Option<(u64, u64)>,
    /// A token that APNs refused because it came too soon after another, and when.
    too_soon: Option<AcceptedToken>,
}

impl Schedule {
    /// A schedule that begins with what was known of it before.
    pub fn of_accepted(token: AcceptedToken) -> Self {
        Self {
            accepted: Some(token),
            ..Self::default()
        }
    }

    /// The issue time to sign with at `now`, which it never lies after; whoever asks next has to
    /// reckon with its use.
    pub fn name(&mut self, now: u64) -> u64 {
        let issued_at = self.issue_time(now);
        self.named = Some((issued_at, now));
        issued_at
    }

    /// The issue time that [`Self::name`] would name.
    pub fn issue_time(&mut self, now: u64) -> u64 {
        self.set_clock(now);
        self.issue_time_of_past(now)
    }

    /// The newest token that APNs accepted, unless its issue time is still to come.
    pub fn accepted(&self) -> Option<AcceptedToken> {
        self.accepted
    }

    /// When a token was last accepted for the first time; 0 when none was.
    pub fn first_accepted(&self) -> u64 {
        self.accepted
            .or(self.ahead)
            .map_or(0, |token| token.first_accepted)
    }

    /// APNs has accepted a token.
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

    /// APNs may have accepted a token. That counts only for one that was named here: anybody could
    /// make up another.
    pub fn may_accept(&mut self, issued_at: u64, now: u64) {
        if self.named.is_some_and(|(named, _)| named == issued_at) {
            self.accept(issued_at, now);
        }
    }

    /// APNs has refused a token because another one is younger than 20 minutes. Nobody here knows
    /// which, as after a restart of the relay; most likely it is the one before. If that was
    /// refused, the guess was wrong.
    pub fn refuse(&mut self, issued_at: u64, now: u64) {
        self.too_soon = match self.too_soon {
            Some(newer) if newer.issued_at > issued_at => None,
            _ => Some(AcceptedToken {
                issued_at,
                first_accepted: now,
            }),
        };
    }

    /// Sorts what was accepted by what has passed at `now`: the time of a token comes, and clocks
    /// go back.
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

    /// The one whose time comes first is enough: the others are accepted tokens too, and it is told
    /// before them.
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
        // One that lies ahead is not told, but nor is a third one beside it.
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
        // A script may have signed between two boundaries; going back to an older time would be a
        // second change of token for nothing.
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

/// The earliest time at which another token than the one issued at `issued_at` is signed.
pub fn next_change(now: u64, issued_at: u64) -> u64 {
    let boundary = now - now % STEP + STEP;
    boundary.max(issued_at + SHORTEST_USE)
}
