//! Sessions of clients that have signed in with the access token. A session is identified by a
//! secret in a cookie, of which only a keyed hash is stored.

use std::collections::HashMap;
use std::future::pending;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::store::KeyedHash;
use crate::sync::Lock;

/// Most sessions in total.
const MOST_SESSIONS: usize = 1_000;
/// Most sessions of one subnet, such as an office behind one address. A further one ends another of
/// the same subnet.
const MOST_OF_ONE: usize = 100;

/// The open sessions.
pub(crate) struct Sessions {
    life: Duration,
    open: Lock<HashMap<KeyedHash, Session>>,
}

struct Session {
    guest: Arc<str>,
    /// Subnet of the sign-in; `None` for a trusted proxy, which many users share.
    subnet: Option<IpAddr>,
    until: Instant,
    used: Instant,
    /// Dropped with the session, which notifies its waiters.
    end: watch::Sender<()>,
}

/// Future end of a session; the default never ends.
#[derive(Clone, Default)]
pub(crate) struct SessionEnd(Option<(Instant, watch::Receiver<()>)>);

impl SessionEnd {
    /// Waits until the session has expired or was closed.
    pub(crate) async fn over(&mut self) {
        match &mut self.0 {
            None => pending().await,
            Some((until, end)) => tokio::select! {
                () = sleep_until(*until) => {}
                _ = end.changed() => {}
            },
        }
    }
}

impl Sessions {
    /// Creates an empty set; each session will last for `life`.
    pub(crate) fn new(life: Duration) -> Self {
        Self {
            life,
            open: Lock::default(),
        }
    }

    /// Opens a session for a guest. If there are too many, another one is ended.
    pub(crate) fn open(&self, name: KeyedHash, guest: Arc<str>, subnet: Option<IpAddr>) {
        let now = Instant::now();
        let mut open = self.open.lock();
        open.retain(|_, session| now < session.until);
        make_room(&mut open, subnet);
        open.insert(
            name,
            Session {
                guest,
                subnet,
                until: now + self.life,
                used: now,
                end: watch::Sender::new(()),
            },
        );
    }

    /// Returns the guest of an open session, and marks it as used.
    pub(crate) fn find(&self, name: &KeyedHash) -> Option<(Arc<str>, SessionEnd)> {
        let now = Instant::now();
        let mut open = self.open.lock();
        let session = open.get_mut(name).filter(|session| now < session.until)?;
        session.used = now;
        Some((
            Arc::clone(&session.guest),
            SessionEnd(Some((session.until, session.end.subscribe()))),
        ))
    }

    /// Ends a session, if it was open.
    pub(crate) fn close(&self, name: &KeyedHash) {
        self.open.lock().remove(name);
    }
}

/// Ends the least recently used session of the newcomer's subnet if that has [`MOST_OF_ONE`], or of
/// the subnet with most sessions if there are [`MOST_SESSIONS`].
fn make_room(open: &mut HashMap<KeyedHash, Session>, newcomer: Option<IpAddr>) {
    let mut counts: HashMap<Option<IpAddr>, usize> = HashMap::new();
    open.values()
        .for_each(|session| *counts.entry(session.subnet).or_default() += 1);
    let has_share = newcomer.is_some()
        && counts
            .get(&newcomer)
            .is_some_and(|count| *count >= MOST_OF_ONE);
    let crowded = match counts.into_iter().max_by_key(|(_, count)| *count) {
        _ if has_share => newcomer,
        Some((fullest, _)) if open.len() >= MOST_SESSIONS => fullest,
        _ => return,
    };
    let unused = open
        .iter()
        .filter(|(_, session)| session.subnet == crowded)
        .min_by_key(|(_, session)| session.used);
    if let Some(name) = unused.map(|(name, _)| *name) {
        open.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::{Duration, IpAddr, MOST_OF_ONE, MOST_SESSIONS, Sessions};
    use crate::store::HashKey;

    const LIFE: Duration = Duration::from_secs(12 * 60 * 60);

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_when_it_expires_or_is_closed() {
        let (sessions, hash_key) = (Sessions::new(LIFE), HashKey::random().expect("random"));
        let names = [hash_key.hash(&[b"a"]), hash_key.hash(&[b"b"])];
        names
            .iter()
            .for_each(|name| sessions.open(*name, "guest".into(), None));
        let (guest, mut session_end) = sessions.find(&names[0]).expect("it is open");
        let (_, mut other) = sessions.find(&names[1]).expect("it is open");
        assert_eq!(&*guest, "guest");
        sessions.close(&names[0]);
        assert!(
            sessions.find(&names[0]).is_none() && sessions.find(&hash_key.hash(&[b"c"])).is_none()
        );
        session_end.over().await;
        advance(LIFE - Duration::from_secs(1)).await;
        assert!(sessions.find(&names[1]).is_some());
        advance(Duration::from_secs(1)).await;
        assert!(sessions.find(&names[1]).is_none());
        other.over().await;
    }

    fn at(last: u8) -> Option<IpAddr> {
        Some([192, 0, 2, last].into())
    }

    #[tokio::test(start_paused = true)]
    async fn repeated_sign_ins_end_only_sessions_of_the_same_subnet() {
        let (sessions, hash_key) = (Sessions::new(LIFE), HashKey::random().expect("random"));
        let name =
            |place: u8, number: usize| hash_key.hash(&[format!("{place} {number}").as_bytes()]);
        sessions.open(name(1, 0), "alice".into(), at(1));
        for number in 0..=MOST_SESSIONS {
            advance(Duration::from_millis(1)).await;
            sessions.open(name(2, number), "mallory".into(), at(2));
        }
        assert!(sessions.find(&name(1, 0)).is_some(), "others stay in");
        let last = MOST_SESSIONS;
        assert_eq!(
            [last - MOST_OF_ONE, last - MOST_OF_ONE + 1, last]
                .map(|number| sessions.find(&name(2, number)).is_some()),
            [false, true, true]
        );
        advance(LIFE).await;
        sessions.open(name(1, 1), "alice".into(), at(1));
        assert_eq!(sessions.open.lock().len(), 1, "what is over is not kept");
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_the_subnet_with_most_sessions_loses_its_least_recently_used_one() {
        let (sessions, hash_key) = (Sessions::new(LIFE), HashKey::random().expect("random"));
        let name = |number: usize| hash_key.hash(&[&number.to_be_bytes()]);
        sessions.open(name(0), "alice".into(), at(1));
        for number in 1..=MOST_SESSIONS {
            advance(Duration::from_millis(1)).await;
            // Sign-ins through a trusted proxy.
            sessions.open(name(number), "somebody".into(), None);
            sessions.find(&name(1));
        }
        assert_eq!(
            [0, 1, 2, MOST_SESSIONS].map(|number| sessions.find(&name(number)).is_some()),
            [true, true, false, true]
        );
    }
}
