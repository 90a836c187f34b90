//! Configuration of a relay: the operator's settings, validated and with defaults.

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
use super::phones::PhonesSettings;
pub use super::upstream::{DEFAULT_APNS_PORT, OTHER_APNS_PORT};
use super::upstream::{Override, Proxy, Servers};

/// Default port: R-I-N-G on a telephone keypad.
pub const DEFAULT_PORT: u16 = 7464;

/// Configuration of a relay.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Access settings.
    pub access: Access,
    /// Parts of the interface that are served.
    pub scope: Scope,
    /// Hosts that replace Apple's. Of several for one environment, the last counts.
    pub upstreams: Vec<Override>,
    /// Authorities trusted for those hosts, instead of the system's.
    pub upstream_authorities: Option<Vec<CertificateDer<'static>>>,
    /// Port of Apple's hosts: 443, or 2197 if a network blocks that.
    pub apns_port: u16,
    /// Proxy for connections to Apple's hosts and their overrides. The simulator needs none.
    pub proxy: Option<Proxy>,
    /// Client certificates that senders may choose, with unique names.
    pub identities: Vec<Arc<Identity>>,
    /// Pushes that are allowed.
    pub policy: Policy,
    /// Limits on clients and resources.
    pub limits: Limits,
    /// Audit file; `None` writes no audit.
    pub audit: Option<AuditFile>,
    /// Folder for data that outlives the process; `None` stores nothing.
    pub data: Option<PathBuf>,
    /// Listener for phones; `None` takes no registrations.
    pub phones: Option<PhonesSettings>,
    /// Time limits.
    pub deadlines: Deadlines,
    /// Source of the current time.
    pub clock: fn() -> SystemTime,
}

impl Config {
    /// Returns the servers for pushes to Apple's environments.
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
            phones: None,
            deadlines: Deadlines::default(),
            clock: SystemTime::now,
        }
    }
}

/// Parts of the interface that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The page, pushes, and all of the API.
    All,
    /// The API and the events of the simulator, and nothing that leaves the machine.
    Simulator,
}
