//! The token book: which issue time everybody who holds a key signs with.
//!
//! For each team and key it keeps a schedule, which learns from what APNs says to the tokens. It holds issue times and
//! keyed hashes, never tokens.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;

use crate::apns::provider_token::TokenParts;
use crate::apns::token_schedule::Schedule;
use crate::apns::{Answer, Reason};

/// More keys than any team has; one that was only asked for makes room, or else the one accepted longest ago.
const MOST_KEYS: usize = 1_000;

/// A team and a key of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyName {
    pub(crate) team_id: String,
    pub(crate) key_id: String,
}

/// The schedule of each key.
#[derive(Default)]
pub(crate) struct TokenBook {
    schedules: Mutex<HashMap<KeyName, Schedule>>,
    /// The headers whose acceptance was read already: a token is sent thousands of times, and taken apart once.
    read: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

impl TokenBook {
    /// The issue time to sign with at `now`, in seconds.
    pub(crate) fn issue_time(&self, key: KeyName, now: u64) -> u64 {
        self.schedule(key, |schedule| schedule.name(now))
    }

    /// Learns from APNs's answer to a request that carried `authorization`.
    pub(crate) fn learn(&self, authorization: &HeaderValue, answer: &Answer, now: u64) {
        if shows_acceptance(answer) {
            if self.is_new(authorization) {
                self.note(authorization, |schedule, issued_at| schedule.accept(issued_at, now));
            }
        } else if answer.known_reason() == Some(Reason::TooManyProviderTokenUpdates) {
            self.note(authorization, |schedule, issued_at| schedule.refuse(issued_at, now));
        } else if shows_refusal(answer) {
            let mut is_over = false;
            self.note(authorization, |schedule, issued_at| is_over = schedule.go_back(issued_at, now));
            if is_over {
                // Should the clock come back, so may the token.
                lock(&self.read).clear();
            }
        }
    }

    /// Learns that APNs may have accepted a request that carried `authorization`.
    pub(crate) fn suspect(&self, authorization: &HeaderValue, now: u64) {
        self.note(authorization, |schedule, issued_at| schedule.may_accept(issued_at, now));
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

    fn note(&self, authorization: &HeaderValue, note: impl FnOnce(&mut Schedule, u64)) {
        let token = authorization.to_str().ok().and_then(bearer).and_then(|token| TokenParts::read(token).ok());
        if let Some(token) = token {
            self.schedule(KeyName { team_id: token.team_id, key_id: token.key_id }, |schedule| note(schedule, token.issued_at));
        }
    }

    fn schedule<T>(&self, key: KeyName, change: impl FnOnce(&mut Schedule) -> T) -> T {
        let mut schedules = lock(&self.schedules);
        if schedules.len() >= MOST_KEYS && !schedules.contains_key(&key) {
            let oldest = schedules.iter().min_by_key(|(_, schedule)| schedule.first_accepted()).map(|(key, _)| key.clone());
            oldest.map(|key| schedules.remove(&key));
        }
        change(schedules.entry(key).or_default())
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
    use crate::apns::{ProviderToken, SigningKey};

    const START: u64 = 1_800_000 * 1_000;

    fn name(key_id: &str) -> KeyName {
        KeyName { team_id: "TEAM000001".to_owned(), key_id: key_id.to_owned() }
    }

    fn token(issued_at: u64) -> HeaderValue {
        let key = SigningKey::from_random_bytes(&[7; 32]).expect("a number on the curve");
        let authorization = ProviderToken::sign(&key, "KEY0000001", "TEAM000001", issued_at).authorization();
        HeaderValue::try_from(authorization).expect("ASCII")
    }

    fn answer(status: u16, reason: &str) -> Answer {
        Answer::read(status, format!(r#"{{"reason":"{reason}"}}"#).as_bytes())
    }

    #[test]
    fn an_accepted_token_stays_in_use_for_twenty_minutes() {
        let book = TokenBook::default();
        let key = || name("KEY0000001");
        assert_eq!(book.issue_time(key(), START + 100), START);
        book.learn(&token(START), &answer(400, "BadDeviceToken"), START + 1_700);
        assert_eq!(book.issue_time(key(), START + 1_900), START, "in use since 200 s");
        assert_eq!(book.issue_time(key(), START + 1_700 + 1_200), START + 1_800, "20 minutes after its first use");
    }

    #[test]
    fn a_push_without_an_answer_may_have_shown_its_token() {
        let book = TokenBook::default();
        assert_eq!(book.issue_time(name("KEY0000001"), START + 1_700), START);
        book.suspect(&token(START), START + 1_700);
        assert_eq!(book.issue_time(name("KEY0000001"), START + 2_800), START);
    }

    #[test]
    fn a_refusal_teaches_only_when_it_is_about_the_time() {
        for (reason, named) in [("InvalidProviderToken", START), ("TooManyProviderTokenUpdates", START - 1_800)] {
            let book = TokenBook::default();
            book.learn(&token(START), &answer(429, reason), START + 100);
            assert_eq!(book.issue_time(name("KEY0000001"), START + 100), named, "{reason}");
        }
    }

    #[test]
    fn a_refused_token_is_forgotten_only_if_the_clock_went_back() {
        let (book, key) = (TokenBook::default(), || name("KEY0000001"));
        let (accepted, refused) = (answer(200, ""), answer(403, "InvalidProviderToken"));
        book.learn(&token(START), &accepted, START + 100);
        book.learn(&token(START), &refused, START + 200);
        assert_eq!(book.issue_time(key(), START + 300), START, "somebody may have signed with a wrong key");
        book.learn(&token(START - 1_800), &refused, START - 3_600);
        assert_eq!(book.issue_time(key(), START - 3_600), START, "another token was refused");
        book.learn(&token(START), &refused, START - 3_600);
        assert_eq!(book.issue_time(key(), START - 3_600), START - 3_600);
        book.learn(&token(START), &accepted, START + 100);
        assert_eq!(book.issue_time(key(), START + 1_250), START, "the clock and the token are back");
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
    fn the_book_is_bounded_and_forgets_first_what_nobody_used() {
        let book = TokenBook::default();
        book.learn(&token(START), &answer(200, ""), START);
        for index in 0..2 * MOST_KEYS {
            book.issue_time(name(&index.to_string()), START);
        }
        let schedules = lock(&book.schedules);
        assert_eq!(schedules.len(), MOST_KEYS);
        assert!(schedules.contains_key(&name("KEY0000001")));
    }
}
