//! The relay: the server behind the page. It takes pushes from browsers and scripts over HTTP/1.1,
//! carries them to APNs over HTTP/2, and hands APNs's answers back untouched.
//!
//! A request passes `listener`, `gates` and `routes`; a push goes on through `send` and `upstream`,
//! the only place that opens outgoing connections.

mod client;
pub mod config;
mod feed;
mod fields;
mod gates;
pub mod identity;
mod intake;
mod listener;
mod pace;
mod page;
mod problem;
mod repeats;
mod reply;
mod resolute;
mod routes;
mod send;
mod tokens;
mod upstream;

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tokio::net::TcpListener;
use tokio::sync::watch;

pub use config::{Config, Deadlines, Override, Scope};
pub use identity::{Identity, IdentityError};
pub use upstream::{Proxy, survey};

use crate::simulator::Simulator;
use gates::Hosts;
use repeats::Repeats;
use tokens::TokenBook;
use upstream::Upstream;

/// A relay that listens but does not answer yet.
pub struct Relay {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    closing: watch::Sender<bool>,
}

/// What every request may look at.
struct Shared {
    config: Config,
    hosts: Hosts,
    upstream: Upstream,
    tokens: TokenBook,
    repeats: Repeats,
    simulator: Simulator,
    closing: watch::Receiver<bool>,
}

impl Relay {
    /// Begins to listen.
    pub async fn bind(config: Config, simulator: Simulator) -> Result<Self, StartError> {
        let listen = config.listen;
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(listen));
        }
        let listener = TcpListener::bind(listen).await.map_err(|error| StartError::of_bind(listen, error))?;
        let address = listener.local_addr().map_err(|error| StartError::of_bind(listen, error))?;
        let (closing, receiver) = watch::channel(false);
        let shared = Shared {
            hosts: Hosts::of(address),
            upstream: Upstream::new(&config, &simulator),
            tokens: TokenBook::default(),
            repeats: Repeats::default(),
            simulator,
            closing: receiver,
            config,
        };
        Ok(Self { listener, address, shared: Arc::new(shared), closing })
    }

    /// Where it listens, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `shutdown` is done, then what is in flight, and returns.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        listener::serve(self.listener, self.shared, self.closing, shutdown).await;
    }
}

impl Shared {
    /// The time since 1970.
    fn now(&self) -> Duration {
        (self.config.clock)().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

/// Why a relay cannot start.
#[derive(Debug)]
pub enum StartError {
    /// The address is not on this machine alone.
    NotLoopback(SocketAddr),
    /// Another program listens there.
    PortTaken(SocketAddr),
    /// The system refuses.
    Listen(SocketAddr, io::Error),
}

impl StartError {
    fn of_bind(address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::PortTaken(address),
            _ => Self::Listen(address, error),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => {
                write!(
                    f,
                    "{address} can be reached from other machines, which Trill does not allow yet; use --listen 127.0.0.1:{}",
                    address.port()
                )
            }
            Self::PortTaken(address) => {
                write!(f, "port {} is taken, perhaps by another trill; choose another with --listen {}:0", address.port(), host(address))
            }
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}; choose another address with --listen ADDR"),
        }
    }
}

impl std::error::Error for StartError {}

fn host(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}
