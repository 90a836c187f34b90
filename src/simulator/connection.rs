//! Connection of one client: its peer, its memory, its limits on streams and its wire control.

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

/// Time limit for TLS and the first frames together.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(5);
/// Time limit for the body of a request.
const BODY_DEADLINE: Duration = Duration::from_secs(10);
/// Time limit for each of the two on a connection with a lasting fault.
const FAULT_DEADLINE: Duration = Duration::from_secs(3_600);

/// Connection of one client.
pub(crate) struct Connection {
    /// Number of the connection, counted from 1.
    pub(crate) number: u64,
    /// Wire control of the connection.
    pub(crate) wire_control: WireControl,
    /// Limit on the streams whose requests may be judged. A GOAWAY lowers it.
    pub(crate) stream_limit: StreamLimit,
    /// Environment of the listener; `None` if TLS selects it.
    fixed_environment: Option<AppleEnvironment>,
    /// Client of the connection; empty until the TLS handshake is done.
    peer: OnceLock<Peer>,
    pub(crate) memory: Lock<Memory>,
    /// Tokens of the lasting faults. The connection ends when one of them is disabled.
    lasting_faults: Lock<Vec<FaultToken>>,
    has_lasting_fault: AtomicBool,
    /// Fault that fires for every later request.
    sticking_fault: OnceLock<Firing>,
}

/// Client of a connection, as known from TLS, and the cap on its open streams.
struct Peer {
    environment: AppleEnvironment,
    certificate: Option<Certificate>,
    streams: ConcurrentStreams,
}

/// Memory of a connection, which the checks use.
#[derive(Default)]
pub(crate) struct Memory {
    /// Team and keys that the connection is bound to.
    pub(crate) bound: Option<Bound>,
    /// Provider token whose signature was verified last.
    pub(crate) last_good: LastGood,
    /// Provider token updates on the connection.
    pub(crate) updates: TokenUpdates,
    /// `true` if the connection refuses every provider token since it received an expired one.
    pub(crate) is_wedged: bool,
}

impl Connection {
    /// Creates a connection that is not bound to a team yet. If `environment` is `None`, TLS
    /// selects it.
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

    /// Stores the client's properties known from TLS, and puts the cap on its open streams into the
    /// first SETTINGS frame. If a fault sets the cap, it is in `streams`.
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
        // The peer is not set yet, because a connection has one handshake.
        let _ = self.peer.set(Peer {
            environment,
            certificate,
            streams,
        });
    }

    /// Returns the APNs environment of the connection.
    pub(crate) fn environment(&self) -> AppleEnvironment {
        match (self.fixed_environment, self.peer.get()) {
            (Some(fixed), _) => fixed,
            (None, Some(peer)) => peer.environment,
            (None, None) => AppleEnvironment::Sandbox,
        }
    }

    /// Returns the client certificate, if there is one.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.peer.get()?.certificate.as_ref()
    }

    /// Opens a stream. Returns `None` if too many are open.
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

    /// Returns the time limit for the handshake.
    pub(crate) fn handshake_deadline(&self) -> Duration {
        self.deadline(HANDSHAKE_DEADLINE)
    }

    /// Returns the time limit for a body. It is longer on a connection with a lasting fault, which
    /// may leave the client without a window to send the body.
    pub(crate) fn body_deadline(&self) -> Duration {
        self.deadline(BODY_DEADLINE)
    }

    fn deadline(&self, usual: Duration) -> Duration {
        match self.has_lasting_fault() {
            true => FAULT_DEADLINE,
            false => usual,
        }
    }

    /// Returns the fault that fires for every request on the connection, if a fault that sticks has
    /// fired.
    pub(crate) fn sticking_fault(&self) -> Option<&Firing> {
        self.sticking_fault.get()
    }

    /// Makes this fault fire for every later request.
    pub(crate) fn stick(&self, firing: Firing) {
        // The first fault set stays.
        let _ = self.sticking_fault.set(firing);
    }

    /// `true` if the connection has a fault that lasts until it is disabled.
    pub(crate) fn has_lasting_fault(&self) -> bool {
        self.has_lasting_fault.load(Ordering::Relaxed)
    }

    /// Makes the connection end when this fault is disabled.
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

    /// Completes when one of the lasting faults is disabled.
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
