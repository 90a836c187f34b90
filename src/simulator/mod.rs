//! APNs as a server: a real HTTP/2-over-TLS peer that checks what APNs checks, rings virtual
//! iPhones, keeps a journal, and needs no Apple account.

pub mod control;
pub mod events;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use http::Method;
use rustls::pki_types::CertificateDer;

pub use control::{ControlAnswer, ControlError};
pub use events::{Event, Events};

/// A running simulator; clones are the same simulator.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<()>,
}

impl Simulator {
    /// Starts the simulator on `listen` (port 0 picks one) with a certificate authority of its own.
    /// `clock` tells the time it judges tokens by.
    pub async fn start(_listen: SocketAddr, _clock: fn() -> SystemTime) -> io::Result<Self> {
        todo!()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        todo!()
    }

    /// The certificate authority that signed its certificate, made at start.
    pub fn certificate_authority(&self) -> &CertificateDer<'static> {
        todo!()
    }

    /// What happened, as it happens.
    pub fn events(&self) -> &Arc<Events> {
        todo!()
    }

    /// Answers a request to `/api/simulator/…`; `path` holds the segments behind that prefix.
    pub fn control(&self, _method: &Method, _path: &[&str], _body: &[u8]) -> Result<ControlAnswer, ControlError> {
        todo!()
    }
}
