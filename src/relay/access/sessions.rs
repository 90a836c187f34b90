//! The sessions: who has signed in with the access token. A session is named by a secret in a cookie, of which only
//! a keyed hash is kept.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::secret::Sealed;

/// More than any team has tabs; whoever signed in longest ago makes room.
const MOST_SESSIONS: usize = 1_000;

/// All of them.
pub(crate) struct Sessions {
    life: Duration,
    open: Mutex<HashMap<Sealed, Session>>,
}

struct Session {
    guest: Arc<str>,
    until: Instant,
    /// Dropped with the session.
    end: watch::Sender<()>,
}

/// How long somebody may stay: until the session is over, or without one for ever.
#[derive(Clone, Default)]
pub(crate) struct Stay(Option<(Instant, watch::Receiver<()>)>);

impl Stay {
    /// Waits until it is over.
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
    /// None yet; each will last for `life`.
    pub(crate) fn new(life: Duration) -> Self {
        Self { life, open: Mutex::default() }
    }

    /// Opens a session for a guest.
    pub(crate) fn open(&self, name: Sealed, guest: Arc<str>) {
        let now = Instant::now();
        let mut open = self.lock();
        open.retain(|_, session| now < session.until);
        if open.len() >= MOST_SESSIONS {
            let oldest = open.iter().min_by_key(|(_, session)| session.until).map(|(name, _)| *name);
            oldest.map(|name| open.remove(&name));
        }
        open.insert(name, Session { guest, until: now + self.life, end: watch::Sender::new(()) });
    }

    /// The guest of this session, while it is open.
    pub(crate) fn find(&self, name: &Sealed) -> Option<(Arc<str>, Stay)> {
        let open = self.lock();
        let session = open.get(name).filter(|session| Instant::now() < session.until)?;
        Some((Arc::clone(&session.guest), Stay(Some((session.until, session.end.subscribe())))))
    }

    /// Ends a session, if it was open.
    pub(crate) fn close(&self, name: &Sealed) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Sealed, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::{Duration, MOST_SESSIONS, Sessions};
    use crate::relay::access::secret::Seal;

    const LIFE: Duration = Duration::from_secs(12 * 60 * 60);

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_with_its_life_or_with_a_word() {
        let (sessions, seal) = (Sessions::new(LIFE), Seal::new().expect("random"));
        let names = [seal.of(b"a"), seal.of(b"b")];
        names.iter().for_each(|name| sessions.open(*name, "guest".into()));
        let (guest, mut stay) = sessions.find(&names[0]).expect("it is open");
        let (_, mut other) = sessions.find(&names[1]).expect("it is open");
        assert_eq!(&*guest, "guest");
        sessions.close(&names[0]);
        assert!(sessions.find(&names[0]).is_none() && sessions.find(&seal.of(b"c")).is_none());
        stay.over().await;
        advance(LIFE - Duration::from_secs(1)).await;
        assert!(sessions.find(&names[1]).is_some());
        advance(Duration::from_secs(1)).await;
        assert!(sessions.find(&names[1]).is_none());
        other.over().await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_session_makes_room() {
        let (sessions, seal) = (Sessions::new(LIFE), Seal::new().expect("random"));
        let name = |number: usize| seal.of(&number.to_be_bytes());
        for number in 0..=MOST_SESSIONS {
            sessions.open(name(number), "guest".into());
            advance(Duration::from_millis(1)).await;
        }
        assert_eq!([0, 1, MOST_SESSIONS].map(|number| sessions.find(&name(number)).is_some()), [false, true, true]);
        advance(LIFE).await;
        sessions.open(name(0), "guest".into());
        assert_eq!(sessions.lock().len(), 1, "what is over is not kept");
    }
}
