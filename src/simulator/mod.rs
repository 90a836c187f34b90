//! APNs as a server: a real HTTP/2-over-TLS peer that checks what APNs checks, rings virtual
//! iPhones, keeps a journal, and needs no Apple account.
//!
//! A request comes in through `server` and `exchange`, becomes a `request`, is decided in `shared`
//! by the `checks` and their `rules`, and ends up in the `journal` and, if it was accepted, on one
//! of the `phones`. What it is judged by is enrolled through [`control`].

mod certificates;
mod checks;
pub mod control;
mod credential;
mod decision;
mod enrolment;
pub mod events;
mod exchange;
mod face;
mod fields;
mod journal;
mod keys;
mod phones;
mod random;
mod request;
mod rules;
mod server;
mod settings;
mod shared;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use http::Method;
use rustls::pki_types::CertificateDer;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use certificates::Certificates;
pub use control::{ControlAnswer, ControlError};
pub use events::{Event, Events};
use face::Face;
use shared::Shared;

/// A running simulator; clones are the same simulator, which ends with the last of them.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Running>,
}

struct Running {
    address: SocketAddr,
    authority: CertificateDer<'static>,
    shared: Arc<Shared>,
    server: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Simulator {
    /// Starts the simulator on `listen` (port 0 picks one) with a certificate authority of its own.
    /// `clock` tells the time it judges tokens by.
    pub async fn start(listen: SocketAddr, clock: fn() -> SystemTime) -> io::Result<Self> {
        let certificates = Certificates::generate()?;
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(Face::Sandbox, clock));
        let server = tokio::spawn(server::run(listener, TlsAcceptor::from(certificates.server), Arc::clone(&shared))).abort_handle();
        Ok(Self { inner: Arc::new(Running { address, authority: certificates.authority, shared, server }) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.inner.address
    }

    /// The certificate authority that signed its certificate, made at start.
    pub fn certificate_authority(&self) -> &CertificateDer<'static> {
        &self.inner.authority
    }

    /// What happened, as it happens.
    pub fn events(&self) -> &Arc<Events> {
        &self.inner.shared.events
    }

    /// Answers a request to `/api/simulator/…`; `path` holds the segments behind that prefix.
    pub fn control(&self, method: &Method, path: &[&str], body: &[u8]) -> Result<ControlAnswer, ControlError> {
        control::answer(&self.inner.shared, method, path, body)
    }
}

/// The time in milliseconds since 1970.
fn clock_ms(clock: fn() -> SystemTime) -> u64 {
    let since = clock().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
