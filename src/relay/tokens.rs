//! The token book: which issue time everybody who holds a key signs with.
//!
//! For each team and key it remembers the newest token APNs has accepted. It holds issue times and
//! keyed hashes, never tokens.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;

use crate::apns::provider_token::TokenParts;
use crate::apns::token_schedule::{AcceptedToken, issue_time};
use crate::apns::{Answer, Reason};

/// More keys than any team has; the one accepted longest ago makes room.
const MOST_KEYS: usize = 1_000;

/// A team and a key of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyName {
    pub(crate) team_id: String,
    pub(crate) key_id: String,
}

/// The newest accepted token of each key.
#[derive(Default)]
pub(crate) struct TokenBook {
    accepted: Mutex<HashMap<KeyName, AcceptedToken>>,
    /// The headers that were read already: a token is sent thousands of times, and taken apart once.
    read: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

impl TokenBook {
    /// The issue time to sign with at `now`, in seconds.
    pub(crate) fn issue_time(&self, key: &KeyName, now: u64) -> u64 {
        let newest = lock(&self.accepted).get(key).copied();
        issue_time(now, newest)
    }

    /// Learns from APNs's answer to a request that carried `authorization`.
    pub(crate) fn learn(&self, authorization: &HeaderValue, answer: &Answer, now: u64) {
        let accepted = shows_acceptance(answer);
        let is_news = if accepted { self.is_new(authorization) } else { shows_refusal(answer) };
        if !is_news {
            return;
        }
        let Some(token) = authorization.to_str().ok().and_then(bearer).and_then(|token| TokenParts::read(token).ok()) else { return };
        let key = KeyName { team_id: token.team_id, key_id: token.key_id };
        match accepted {
            true => self.note(key, token.issued_at, now),
            false => self.doubt(&key, token.issued_at, now),
        }
    }

    /// A token that was accepted and lies ahead is refused: this machine's clock has gone back, and nobody is to sign
    /// with that time any more.
    fn doubt(&self, key: &KeyName, issued_at: u64, now: u64) {
        let mut accepted = lock(&self.accepted);
        if issued_at > now && accepted.get(key).is_some_and(|known| known.issued_at == issued_at) {
            accepted.remove(key);
            // Should the clock come back, so may the token.
            lock(&self.read).clear();
        }
    }

    /// Whether this header was never here before, as far as anybody remembers.
    fn is_new(&self, authorization: &HeaderValue) -> bool {
        let hash = self.hasher.hash_one(authorization.as_bytes());
        let mut read = lock(&self.read);
        if read.len() >= MOST_KEYS {
            read.clear();
        }
        read.insert(hash)
    }

    fn note(&self, key: KeyName, issued_at: u64, now: u64) {
        let mut accepted = lock(&self.accepted);
        if accepted.get(&key).is_some_and(|known| known.issued_at >= issued_at) {
            return;
        }
        if accepted.len() >= MOST_KEYS && !accepted.contains_key(&key) {
            let oldest = accepted.iter().min_by_key(|(_, token)| token.first_accepted).map(|(key, _)| key.clone());
            oldest.map(|key| accepted.remove(&key));
        }
        accepted.insert(key, AcceptedToken { issued_at, first_accepted: now });
    }
}

/// APNs looks at the credential before it looks at the topic and the device, so these answers show that it took the token.
fn shows_acceptance(answer: &Answer) -> bool {
    match answer.status {
        200 | 410 => true,
        400 => matches!(answer.known_reason(), Some(Reason::BadDeviceToken | Reason::DeviceTokenNotForTopic | Reason::TopicDisallowed)),
        _ => false,
    }
}

fn shows_refusal(answer: &Answer) -> bool {
    answer.status == 403 && matches!(answer.known_reason(), Some(Reason::ExpiredProviderToken | Reason::InvalidProviderToken))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(key_id: &str) -> KeyName {
        KeyName { team_id: "TEAM000001".to_owned(), key_id: key_id.to_owned() }
    }

    #[test]
    fn an_accepted_token_stays_in_use_for_twenty_minutes() {
        let book = TokenBook::default();
        let (key, start) = (name("KEY0000001"), 1_800_000 * 1_000);
        assert_eq!(book.issue_time(&key, start + 100), start);
        book.note(key.clone(), start, start + 1_700);
        assert_eq!(book.issue_time(&key, start + 1_900), start, "in use since 200 s");
        assert_eq!(book.issue_time(&key, start + 1_700 + 1_200), start + 1_800, "20 minutes after its first use");
    }

    #[test]
    fn the_first_acceptance_and_the_newest_token_are_kept() {
        let book = TokenBook::default();
        let key = name("KEY0000001");
        book.note(key.clone(), 1_800, 3_000);
        book.note(key.clone(), 1_800, 3_500);
        assert_eq!(book.issue_time(&key, 4_300), 3_600, "the second note did not prolong its use");
        book.note(key.clone(), 4_000, 4_400);
        book.note(key.clone(), 1_800, 4_500);
        assert_eq!(book.issue_time(&key, 5_500), 4_000, "an older token changes nothing");
    }

    #[test]
    fn a_refused_token_is_forgotten_only_if_the_clock_went_back() {
        let book = TokenBook::default();
        let (key, start) = (name("KEY0000001"), 1_800_000 * 1_000);
        book.note(key.clone(), start, start + 100);
        book.doubt(&key, start, start + 200);
        assert_eq!(book.issue_time(&key, start + 300), start, "somebody may have signed with a wrong key");
        book.doubt(&key, start - 1_800, start - 3_600);
        assert_eq!(book.issue_time(&key, start - 3_600), start, "another token was refused");
        book.doubt(&key, start, start - 3_600);
        assert_eq!(book.issue_time(&key, start - 3_600), start - 3_600);
    }

    #[test]
    fn a_header_is_taken_apart_once_until_it_is_forgotten() {
        let book = TokenBook::default();
        let header = |index: usize| HeaderValue::try_from(format!("bearer {index}")).expect("ASCII");
        assert!(book.is_new(&header(0)) && !book.is_new(&header(0)));
        assert!((1..=MOST_KEYS).all(|index| book.is_new(&header(index))));
        assert!(book.is_new(&header(0)), "there were too many to remember");
    }

    #[test]
    fn the_book_is_bounded() {
        let book = TokenBook::default();
        for index in 0..=MOST_KEYS as u64 {
            book.note(name(&index.to_string()), 100, 100 + index);
        }
        let accepted = book.accepted.lock().expect("not poisoned");
        assert_eq!(accepted.len(), MOST_KEYS);
        assert!(!accepted.contains_key(&name("0")), "the oldest made room");
    }
}
