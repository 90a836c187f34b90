//! Simulator of APNs: an HTTP/2 server over TLS that checks what APNs checks, rings virtual
//! iPhones, keeps a journal, and needs no Apple account.
//!
//! A request arrives through `server`, `connection` and `exchange`. `apns` decides it by the
//! `rules`, `record` keeps the decision, and an accepted push is delivered to one of the phones.
//! Keys and phones are `enrolled` through [`control`]. `faults` decides which fault fires; its
//! fault injector applies the fault with the help of `transport`.

mod apns;
mod apple_environment;
mod connection;
mod control;
mod control_error;
mod credential;
mod enrolled;
mod exchange;
mod faults;
pub(crate) mod json_body;
mod options;
mod parties;
mod push_header;
mod random;
mod record;
mod request;
mod rules;
mod sender_header;
mod server;
mod token_updates;
mod transport;
mod visibility;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use http::HeaderValue;
use rustls::pki_types::CertificateDer;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::caller::{Caller, Party};
use apns::Apns;
use apple_environment::AppleEnvironment;
pub use control::{ControlAnswer, ControlRequest};
pub use control_error::ControlError;
use enrolled::phones::PhoneReport;
pub use options::Options;
pub(crate) use record::events::Occasion;
pub use record::events::{Event, Events};
pub use rules::document::rules_document;
use transport::certificates::Certificates;
pub(crate) use visibility::Visibility;

/// Running simulator. Clones share it, and it stops when the last clone is dropped.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Running>,
}

struct Running {
    address: SocketAddr,
    production: Option<SocketAddr>,
    authority: CertificateDer<'static>,
    apns: Arc<Apns>,
    servers: Vec<AbortHandle>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.servers.iter().for_each(AbortHandle::abort);
    }
}

impl Simulator {
    /// Starts the simulator on `listen` (port 0 picks a free port) with a certificate authority of
    /// its own. Provider tokens are checked by `clock`.
    pub async fn start(listen: SocketAddr, clock: fn() -> SystemTime) -> io::Result<Self> {
        Self::start_with(Options {
            listen,
            clock,
            ..Options::default()
        })
        .await
    }

    /// Starts the simulator with these options.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let certificates = Certificates::generate(&options.names, options.clock)?;
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let production = match options.production {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let production_address = production
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()?;
        let apns = Arc::new(Apns::new(options));
        let authority = certificates.authority.clone();
        let certificates = Arc::new(certificates);
        let serve = |listener, environment| {
            tokio::spawn(server::run(
                listener,
                Arc::clone(&certificates),
                Arc::clone(&apns),
                environment,
            ))
            .abort_handle()
        };
        let mut servers = vec![serve(listener, None)];
        servers
            .extend(production.map(|listener| serve(listener, Some(AppleEnvironment::Production))));
        Ok(Self {
            inner: Arc::new(Running {
                address,
                production: production_address,
                authority,
                apns,
                servers,
            }),
        })
    }

    /// Returns the address that the simulator listens on.
    pub fn address(&self) -> SocketAddr {
        self.inner.address
    }

    /// Returns the address for clients that need the production environment and cannot name it in
    /// TLS.
    pub fn production_address(&self) -> Option<SocketAddr> {
        self.inner.production
    }

    /// Returns a line with the numbers of accepted and refused requests, and the reasons.
    pub fn summary(&self) -> String {
        self.inner.apns.decision_log.summary()
    }

    /// Returns the certificate authority that signed the server certificate. It is generated at
    /// start.
    pub fn certificate_authority(&self) -> &CertificateDer<'static> {
        &self.inner.authority
    }

    /// Returns the log of events.
    pub fn events(&self) -> &Arc<Events> {
        &self.inner.apns.events
    }

    /// Answers a request to `/api/simulator/…` from a caller with an account of their own.
    pub fn control(
        &self,
        caller: &Caller,
        request: &ControlRequest<'_>,
    ) -> Result<ControlAnswer, ControlError> {
        self.control_for(&Party::of(caller), request)
    }

    /// Answers a request to `/api/simulator/…` from a party whose account others may share.
    pub fn control_for(
        &self,
        party: &Party,
        request: &ControlRequest<'_>,
    ) -> Result<ControlAnswer, ControlError> {
        control::answer(&self.inner.apns, party, request)
    }

    /// Returns the receipts for a push to a virtual iPhone of this caller.
    pub(crate) fn report(&self, caller: &Caller, apns_id: &str) -> Option<PhoneReport> {
        self.inner.apns.phones.report_of(caller, apns_id)
    }

    /// Returns the value of [`crate::caller::SENDER`] by which the relay names the party on whose
    /// behalf it sends a push.
    pub(crate) fn sender_header(&self, sender: &Party) -> Option<HeaderValue> {
        self.inner.apns.sender_header.write(sender)
    }
}

/// Returns the time in milliseconds since 1970.
fn clock_ms(clock: fn() -> SystemTime) -> u64 {
    let since = clock().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
