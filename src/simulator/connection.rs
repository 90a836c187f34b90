//! Connection of one client: its peer, what it has seen, its limits on streams and the control of
//! its wire.

use std::future::pending;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::apple_environment::AppleEnvironment;
use super::credential::{Bound, LastGood};
use super::faults::{FaultToken, Firing};
use super::token_updates::TokenUpdates;
use super::transport::concurrent_streams::{ConcurrentStreams, OpenStream};
use super::transport::stream_limit::StreamLimit;
use super::transport::wire_control::{CloseMode, Command, WireControl};
use crate::apns::Certificate;
use crate::sync::Lock;

/// Time for TLS and the first frames together.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(5);
/// Time for a request to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);
/// Time for either on a connection with a lasting fault, before it is forgotten.
const FAULT_DEADLINE: Duration = Duration::from_secs(3_600);

/// One connection.
pub(crate) struct Connection {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Control of its wire.
    pub(crate) wire_control: WireControl,
    /// Limit on the streams that may be judged, which a GOAWAY lowers.
    pub(crate) stream_limit: StreamLimit,
    /// The environment of its listener, where that has one.
    fixed_environment: Option<AppleEnvironment>,
    /// Its client, once TLS has spoken.
    peer: OnceLock<Peer>,
    pub(crate) memory: Lock<Memory>,
    /// Tokens of the faults it does not outlive.
    lasting_faults: Lock<Vec<FaultToken>>,
    has_lasting_fault: AtomicBool,
    /// The fault that every later request meets.
    sticking_fault: OnceLock<Firing>,
}

/// Client of a connection, as TLS tells it, and the streams it may have open.
struct Peer {
    environment: AppleEnvironment,
    certificate: Option<Certificate>,
    streams: ConcurrentStreams,
}

/// Memory of a connection, for the checks.
#[derive(Default)]
pub(crate) struct Memory {
    /// The team and keys it belongs to.
    pub(crate) bound: Option<Bound>,
    /// The provider token whose signature was checked last.
    pub(crate) last_good: LastGood,
    /// The changes of provider token.
    pub(crate) updates: TokenUpdates,
    /// True if it refuses everything since it met an old token.
    pub(crate) is_wedged: bool,
}

impl Connection {
    /// A connection that belongs to nobody yet; without an `environment` TLS will name it.
    pub(crate) fn new(number: u64, environment: Option<AppleEnvironment>) -> Self {
        Self {
            number,
            wire_control: WireControl::default(),
            stream_limit: StreamLimit::default(),
            fixed_environment: environment,
            peer: OnceLock::new(),
            memory: Lock::default(),
            lasting_faults: Lock::default(),
            has_lasting_fault: AtomicBool::new(false),
            sticking_fault: OnceLock::new(),
        }
    }

    /// Takes what TLS tells of the client, and greets it with the number of streams it may open:
    /// that of `streams`, where a fault sets one.
    pub(crate) fn meet(
        &self,
        environment: AppleEnvironment,
        certificate: Option<Certificate>,
        streams: Option<ConcurrentStreams>,
    ) {
        let streams = match streams {
            Some(streams) => streams,
            None if certificate.is_some() => ConcurrentStreams::unlimited(),
            None => ConcurrentStreams::until_first_token(),
        };
        if let Some(limit) = streams.first_setting() {
            self.wire_control.greet_with(&[limit]);
        }
        // A connection has one handshake.
        let _ = self.peer.set(Peer {
            environment,
            certificate,
            streams,
        });
    }

    /// The APNs environment it reaches.
    pub(crate) fn environment(&self) -> AppleEnvironment {
        match (self.fixed_environment, self.peer.get()) {
            (Some(fixed), _) => fixed,
            (None, Some(peer)) => peer.environment,
            (None, None) => AppleEnvironment::Sandbox,
        }
    }

    /// The certificate its client showed.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.peer.get()?.certificate.as_ref()
    }

    /// Opens a stream; `None` when too many are open.
    pub(crate) fn open_stream(&self) -> Option<OpenStream> {
        self.peer.get()?.streams.open(self.wire_control.are_heard())
    }

    /// Grants more streams after the first request with a valid provider token.
    pub(crate) fn grant_streams(&self) {
        if let Some(Peer { streams, .. }) = self.peer.get()
            && !streams.is_lifted()
            && self.memory.lock().bound.is_some()
            && let Some(limit) = streams.lift()
        {
            self.wire_control.command([Command::Settings(vec![limit])]);
        }
    }

    /// Time for its handshake.
    pub(crate) fn handshake_deadline(&self) -> Duration {
        self.deadline(HANDSHAKE_DEADLINE)
    }

    /// Time for a body. A client that is given no window to send it may take as long as it likes.
    pub(crate) fn body_deadline(&self) -> Duration {
        self.deadline(BODY_DEADLINE)
    }

    fn deadline(&self, usual: Duration) -> Duration {
        match self.has_lasting_fault() {
            true => FAULT_DEADLINE,
            false => usual,
        }
    }

    /// The fault that every request on it meets, since one asked for that.
    pub(crate) fn sticking_fault(&self) -> Option<&Firing> {
        self.sticking_fault.get()
    }

    /// Has every later request meet this fault.
    pub(crate) fn stick(&self, firing: Firing) {
        // The first one stays.
        let _ = self.sticking_fault.set(firing);
    }

    /// True if a fault is on it that lasts until it is disabled.
    pub(crate) fn has_lasting_fault(&self) -> bool {
        self.has_lasting_fault.load(Ordering::Relaxed)
    }

    /// Has the connection end when a fault is disabled.
    pub(crate) fn add_lasting_fault(&self, token: &FaultToken) {
        let mut tokens = self.lasting_faults.lock();
        if !tokens.iter().any(|known| known.is(token)) {
            tokens.push(token.clone());
        }
        self.has_lasting_fault.store(true, Ordering::Relaxed);
        if token.is_disabled() {
            self.wire_control.command([Command::End(CloseMode::Close)]);
        }
    }

    /// Ready when one of its lasting faults was disabled.
    pub(crate) async fn lasting_fault_ended(&self, changes: &mut watch::Receiver<u64>) {
        while changes.changed().await.is_ok() {
            if self
                .lasting_faults
                .lock()
                .iter()
                .any(FaultToken::is_disabled)
            {
                return;
            }
        }
        pending().await
    }
}
