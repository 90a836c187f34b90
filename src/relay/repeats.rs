//! The repeats: sends that named themselves with an `apns-id`, and what came of them, so that a
//! script or a page that asks again after a lost answer does not ring a phone twice.
//!
//! While the first is on its way, a repeat waits for the same answer. A push that was accepted, or
//! may have been, is answered from memory for ten minutes; one that certainly reached nobody is
//! forgotten at once, and may be sent again. APNs itself promises nothing of the kind.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::memo::Memo;
use super::problem::Problem;
use super::send::Said;
use super::upstream::Outgoing;
use crate::apns::headers::{APNS_ID, APNS_PUSH_TYPE, APNS_TOPIC};
use crate::apns::{ApnsId, Environment, Outcome};
use crate::simulator::Caller;

/// As long as somebody may still wonder.
const REMEMBERED: Duration = Duration::from_secs(10 * 60);
/// An answer has a few hundred bytes.
const MOST_ANSWERS: usize = 10_000;

/// What a send was answered with: by APNs, or by Trill in its place.
pub(crate) type Answer = Result<Said, Problem>;

/// The name of a send.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    /// Whose it is: nobody is told of the sends of others.
    pub(crate) caller: Caller,
    /// Which APNs.
    pub(crate) environment: Environment,
    /// Its `apns-id`, as a number.
    apns_id: u128,
}

/// All sends with a name that somebody may ask about.
#[derive(Default)]
pub(crate) struct Repeats {
    book: Arc<Mutex<Book>>,
    hasher: RandomState,
}

#[derive(Default)]
struct Book {
    entries: HashMap<Arc<Name>, Entry>,
    /// Those that have an answer, in the order they got it.
    answered: VecDeque<(Instant, Arc<Name>)>,
}

struct Entry {
    fingerprint: u64,
    stage: Stage,
}

/// How far a send is.
enum Stage {
    /// `None` until the ticket is settled.
    Underway(watch::Receiver<Option<Arc<Answer>>>),
    Answered(Memo),
}

/// What is known of a send with this name.
pub(crate) enum Known {
    /// Nothing: it is to be sent, and its answer told to the ticket.
    Nothing(Ticket),
    /// It is on its way.
    Underway(watch::Receiver<Option<Arc<Answer>>>),
    /// It was answered.
    Answered(Arc<Answer>),
    /// Another push has this name.
    Another,
}

/// The duty to say what came of a send. Dropped without a word, it may have come to anything.
pub(crate) struct Ticket {
    book: Arc<Mutex<Book>>,
    name: Arc<Name>,
    answer: watch::Sender<Option<Arc<Answer>>>,
}

impl Name {
    /// The name of a push, if it has one that names it.
    pub(crate) fn of(caller: &Caller, push: &Outgoing) -> Option<Self> {
        let apns_id = push.headers.get(APNS_ID)?.to_str().ok().and_then(ApnsId::parse)?;
        Some(Self::with(caller, push.environment, &apns_id))
    }

    fn with(caller: &Caller, environment: Environment, apns_id: &ApnsId) -> Self {
        let digits = apns_id.as_str().bytes().filter_map(|byte| char::from(byte).to_digit(16));
        let apns_id = digits.fold(0, |number, digit| number << 4 | u128::from(digit));
        Self { caller: caller.clone(), environment, apns_id }
    }
}

impl Repeats {
    /// Looks a push up, and takes note of it if it is new.
    pub(crate) fn enter(&self, name: Name, push: &Outgoing) -> Known {
        let fingerprint = self.fingerprint(push);
        let mut book = lock(&self.book);
        book.forget_old();
        if let Some(entry) = book.entries.get(&name) {
            return match &entry.stage {
                _ if entry.fingerprint != fingerprint => Known::Another,
                Stage::Answered(memo) => Known::Answered(Arc::new(memo.answer())),
                Stage::Underway(answer) => Known::Underway(answer.clone()),
            };
        }
        let (sender, answer) = watch::channel(None);
        let name = Arc::new(name);
        book.entries.insert(Arc::clone(&name), Entry { fingerprint, stage: Stage::Underway(answer) });
        Known::Nothing(Ticket { book: Arc::clone(&self.book), name, answer: sender })
    }

    /// What is known of the pushes of this caller with this `apns-id`: where they went, and their answer if there is one.
    pub(crate) fn find(&self, caller: &Caller, apns_id: &ApnsId) -> Option<(Environment, Option<Arc<Answer>>)> {
        let mut book = lock(&self.book);
        book.forget_old();
        Environment::ALL.into_iter().find_map(|environment| {
            let entry = book.entries.get(&Name::with(caller, environment, apns_id))?;
            let answer = match &entry.stage {
                Stage::Answered(memo) => Some(Arc::new(memo.answer())),
                Stage::Underway(_) => None,
            };
            Some((environment, answer))
        })
    }

    /// What makes a push another one: not its credential, which may have been renewed since.
    fn fingerprint(&self, push: &Outgoing) -> u64 {
        let header = |name: &str| push.headers.get(name).map(http::HeaderValue::as_bytes);
        let token = push.device_token.to_ascii_lowercase();
        self.hasher.hash_one((token, header(APNS_TOPIC), header(APNS_PUSH_TYPE), &push.body))
    }
}

impl Ticket {
    /// Says what came of the send.
    pub(crate) fn settle(self, answer: Answer) -> Arc<Answer> {
        let answer = Arc::new(answer);
        self.record(&answer);
        answer
    }

    fn record(&self, answer: &Arc<Answer>) {
        let mut book = lock(&self.book);
        match outcome(answer) {
            Outcome::Accepted | Outcome::Unknown => {
                if let Some(entry) = book.entries.get_mut(&self.name) {
                    entry.stage = Stage::Answered(Memo::of(answer));
                }
                book.answered.push_back((Instant::now(), Arc::clone(&self.name)));
                book.forget_old();
            }
            Outcome::Rejected | Outcome::NotSent => drop(book.entries.remove(&self.name)),
        }
        // Inside the lock, so that nobody finds the entry without its answer again.
        self.answer.send_replace(Some(Arc::clone(answer)));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.answer.borrow().is_none() {
            self.record(&Arc::new(Err(Problem::internal())));
        }
    }
}

impl Book {
    fn forget_old(&mut self) {
        while let Some((since, name)) = self.answered.front() {
            if since.elapsed() < REMEMBERED && self.answered.len() <= MOST_ANSWERS {
                return;
            }
            self.entries.remove(name);
            self.answered.pop_front();
        }
    }
}

/// What an answer says of the push.
pub(crate) fn outcome(answer: &Answer) -> Outcome {
    match answer {
        Ok(said) => said.outcome(),
        Err(problem) => problem.outcome(),
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode};
    use tokio::time::advance;

    use super::{Duration, Known, MOST_ANSWERS, Name, Outgoing, Repeats};
    use crate::apns::headers::APNS_ID;
    use crate::apns::{ApnsId, Environment, Outcome};
    use crate::relay::problem::Problem;
    use crate::relay::upstream::Credential;
    use crate::simulator::Caller;

    fn id(number: usize) -> String {
        format!("{number:08x}-0000-4000-8000-000000000000")
    }

    fn push(number: usize) -> Outgoing {
        let id = HeaderValue::try_from(id(number)).expect("ASCII");
        Outgoing {
            environment: Environment::Sandbox,
            device_token: "ab".to_owned(),
            headers: HeaderMap::from_iter([(http::HeaderName::from_static(APNS_ID), id)]),
            credential: Credential::Missing,
            body: Bytes::new(),
        }
    }

    /// Sends a push that may have rung.
    fn send(repeats: &Repeats, number: usize) {
        let push = push(number);
        let Known::Nothing(ticket) = repeats.enter(Name::of(&Caller::Owner, &push).expect("a name"), &push) else {
            panic!("{number} is new")
        };
        ticket.settle(Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, "x", "x", "x").with_outcome(Outcome::Unknown)));
    }

    fn is_known(repeats: &Repeats, number: usize) -> bool {
        repeats.find(&Caller::Owner, &ApnsId::parse(&id(number)).expect("an apns-id")).is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_remembered_for_ten_minutes() {
        let repeats = Repeats::default();
        send(&repeats, 1);
        advance(Duration::from_secs(599)).await;
        assert!(is_known(&repeats, 1));
        advance(Duration::from_secs(1)).await;
        assert!(!is_known(&repeats, 1));
        send(&repeats, 1);
    }

    #[tokio::test]
    async fn the_oldest_answer_gives_way() {
        let repeats = Repeats::default();
        (0..=MOST_ANSWERS).for_each(|number| send(&repeats, number));
        assert_eq!((is_known(&repeats, 0), is_known(&repeats, 1), is_known(&repeats, MOST_ANSWERS)), (false, true, true));
    }

    #[tokio::test]
    async fn a_send_that_vanishes_may_have_rung() {
        let repeats = Repeats::default();
        let push = push(7);
        let name = Name::of(&Caller::Owner, &push).expect("a name");
        drop(repeats.enter(name.clone(), &push));
        assert!(matches!(repeats.enter(name, &push), Known::Answered(answer) if super::outcome(&answer) == Outcome::Unknown));
    }
}
