//! The configuration of a relay: what the operator meant, checked and with its defaults.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use rustls::pki_types::CertificateDer;

use super::access::Access;
use super::deadlines::Deadlines;
use super::guard::policy::Policy;
use super::identity::Identity;
use super::limits::Limits;
use super::observe::audit::AuditFile;
pub use super::upstream::{DEFAULT_APNS_PORT, OTHER_APNS_PORT};
use super::upstream::{Override, Proxy, Servers};

/// R-I-N-G on a telephone keypad.
pub const DEFAULT_PORT: u16 = 7464;

/// What a relay needs to know before it starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Who may ask.
    pub access: Access,
    /// What it serves.
    pub scope: Scope,
    /// Hosts that stand in for Apple's; at most one for each environment counts, the last.
    pub upstreams: Vec<Override>,
    /// The authorities trusted for those hosts, instead of the system's.
    pub upstream_authorities: Option<Vec<CertificateDer<'static>>>,
    /// The port of Apple's hosts: 443, or 2197 where that is closed.
    pub apns_port: u16,
    /// The way to Apple's hosts and to those that stand in for them. The simulator is inside and needs none.
    pub proxy: Option<Proxy>,
    /// The client certificates that senders may choose from, each with a name of its own.
    pub identities: Vec<Arc<Identity>>,
    /// What may be sent.
    pub policy: Policy,
    /// How much it takes on.
    pub limits: Limits,
    /// Where every send is written down.
    pub audit: Option<AuditFile>,
    /// The folder for what outlives the process; without one, nothing does.
    pub data: Option<PathBuf>,
    /// How long anything may take.
    pub deadlines: Deadlines,
    /// What time it is.
    pub clock: fn() -> SystemTime,
}

impl Config {
    /// The servers that pushes go to.
    pub fn servers(&self) -> Servers {
        Servers {
            overrides: self.upstreams.clone(),
            authorities: self.upstream_authorities.as_deref().map(Arc::from),
            apns_port: self.apns_port,
            proxy: self.proxy.clone(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
            access: Access::default(),
            scope: Scope::All,
            upstreams: Vec::new(),
            upstream_authorities: None,
            apns_port: DEFAULT_APNS_PORT,
            proxy: None,
            identities: Vec::new(),
            policy: Policy::default(),
            limits: Limits::default(),
            audit: None,
            data: None,
            deadlines: Deadlines::default(),
            clock: SystemTime::now,
        }
    }
}

/// What a relay serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The page, pushes, and everything else.
    All,
    /// The control interface and the events of the simulator, and nothing that leaves the machine.
    Simulator,
}
