//! The configuration of a relay: what the operator meant, checked and with its defaults.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::pki_types::CertificateDer;

use super::access::Access;
use super::guard::policy::Policy;
use super::identity::Identity;
use super::limits::Limits;
use super::observe::audit::AuditFile;
use super::upstream::Proxy;
use crate::apns::Environment;

/// R-I-N-G on a telephone keypad.
pub const DEFAULT_PORT: u16 = 7464;

/// That of HTTPS.
pub const DEFAULT_APNS_PORT: u16 = 443;
/// The same service, for networks that let 443 through to web sites alone.
pub const OTHER_APNS_PORT: u16 = 2_197;
/// A round trip or two and some arithmetic; it holds a connection before anybody has said who they are.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Heads fit into a few packets; who takes longer holds a connection on purpose.
const HEAD: Duration = Duration::from_secs(5);
/// At most 16 KiB, which any network carries in less.
const BODY: Duration = Duration::from_secs(5);
/// Longer than somebody needs between two sends by hand, shorter than middleboxes remember a flow.
const BROWSER_IDLE: Duration = Duration::from_secs(30);
/// Any network moves a few bytes in that time; a connection that is held on purpose is gone within ten seconds.
const READER: Duration = Duration::from_secs(8);
/// A third of the whole send, so that a second try fits in. TLS implementations advise five to ten.
const CONNECT: Duration = Duration::from_secs(5);
/// APNs answers within a second or not at all; other senders wait between five and sixty.
const ANSWER: Duration = Duration::from_secs(10);
/// A slow connection and a slow answer together. The page gives up after 20 s, and must hear of it before.
const SEND: Duration = Duration::from_secs(15);
/// Twice within the shortest time after which middleboxes forget a silent flow, half a minute.
const PING_AFTER: Duration = Duration::from_secs(15);
/// As long as an answer.
const PONG: Duration = Duration::from_secs(10);
/// Long enough for somebody who sends by hand; other senders keep theirs between ten seconds and one minute.
const UPSTREAM_IDLE: Duration = Duration::from_secs(60);
/// As long as an answer, and within what service managers allow.
const SHUTDOWN: Duration = Duration::from_secs(10);
/// Proxies close a silent stream after 30 s or more.
const EVENT_PING: Duration = Duration::from_secs(15);
/// A working day; whoever leaves a browser open on a foreign machine is out by the next.
const SESSION: Duration = Duration::from_secs(12 * 60 * 60);

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

/// A host the operator put in the place of one of Apple's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Whose place.
    pub environment: Environment,
    /// The host, also the name its certificate must prove. An IPv6 address stands without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// How long anything may take. Nothing waits without a limit.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// For the handshake of TLS. Nothing else can be asked of a client before its end.
    pub handshake: Duration,
    /// From the first byte of a request's head to its last. Slow heads are how one client holds many connections.
    pub head: Duration,
    /// For a request's body, from the end of its head.
    pub body: Duration,
    /// How long a browser's connection may rest between two requests.
    pub browser_idle: Duration,
    /// How long an answer may stand still because nobody reads it.
    pub reader: Duration,
    /// Name, TCP, TLS and the first SETTINGS of a connection to APNs together.
    pub connect: Duration,
    /// From the request's departure to the end of the answer's body.
    pub answer: Duration,
    /// A whole send, with all its waiting.
    pub send: Duration,
    /// How long a connection to APNs may be silent before a PING. Middleboxes forget flows that rest.
    pub ping_after: Duration,
    /// How long the answer to a PING may take.
    pub pong: Duration,
    /// How long an unused connection to APNs stays open. Apple reads quick reconnects as an attack.
    pub upstream_idle: Duration,
    /// How long a stopping relay waits for what is in flight.
    pub shutdown: Duration,
    /// How often a silent event stream says that it lives, so that proxies keep it.
    pub event_ping: Duration,
    /// How long somebody who has signed in stays so: a day's work.
    pub session: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            handshake: HANDSHAKE,
            head: HEAD,
            body: BODY,
            browser_idle: BROWSER_IDLE,
            reader: READER,
            connect: CONNECT,
            answer: ANSWER,
            send: SEND,
            ping_after: PING_AFTER,
            pong: PONG,
            upstream_idle: UPSTREAM_IDLE,
            shutdown: SHUTDOWN,
            event_ping: EVENT_PING,
            session: SESSION,
        }
    }
}
