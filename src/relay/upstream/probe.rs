//! Probe of the way to APNs from this machine. Connections are opened and closed again, and nothing is
//! sent on them.

use std::time::Duration;

use rustls::SupportedCipherSuite;
use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
use rustls::pki_types::TrustAnchor;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connection::Connection;
use super::dial;
use super::target::{DEFAULT_APNS_PORT, OTHER_APNS_PORT, Servers, Target};
use super::tls::{self, Tls};
use crate::apns::Environment;
use crate::relay::deadlines::Deadlines;

/// Apple's two; the simulator is inside.
const ENVIRONMENTS: [Environment; 2] = [Environment::Sandbox, Environment::Production];
/// Each question is given up after this.
const PATIENCE: Duration = Duration::from_secs(5);
/// The authority behind APNs's own certificates since 2025: as its certificate calls it, and the SHA-256 of its
/// SubjectPublicKeyInfo. Source: Apple, "Apple Push Notification service server certificate update".
const APPLES_ROOT: &[u8] = b"USERTrust RSA Certification Authority";
const APPLES_ROOT_KEY: [u8; 32] = [
    0xc7, 0x84, 0x33, 0x3d, 0x20, 0xbc, 0xd7, 0x42, 0xb9, 0xfd, 0xc3, 0x23, 0x6f, 0x4e, 0x50, 0x9b,
    0x89, 0x37, 0x07, 0x0e, 0x73, 0x06, 0x7e, 0x25, 0x4d, 0xd3, 0xbf, 0x9c, 0x45, 0xbf, 0x4d, 0xde,
];

/// Result of trying one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// To which host.
    pub host: String,
    /// To which port.
    pub port: u16,
    /// Whether pushes would go there.
    pub is_used: bool,
    /// Cause and remedy, if it does not stand.
    pub trouble: Option<(String, &'static str)>,
}

/// Authorities this machine trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorities {
    /// Nobody.
    None,
    /// So many, without the one behind APNs.
    WithoutApples(usize),
    /// So many, and one that only bears the name of the one behind APNs.
    WithAnother(usize),
    /// So many, and the one behind APNs.
    WithApples(usize),
}

/// Whether any push would go to a host of Apple's.
pub fn uses_apple(servers: &Servers) -> bool {
    ENVIRONMENTS
        .into_iter()
        .any(|environment| servers.stand_in(environment).is_none())
}

/// The names that have to be resolved here, with the number of their addresses; none of them behind a proxy.
pub async fn names(servers: &Servers) -> Vec<(String, usize)> {
    if servers.proxy.is_some() {
        return Vec::new();
    }
    let mut asked: Vec<(String, JoinHandle<usize>)> = Vec::new();
    for (target, _) in targets(servers) {
        if asked.iter().all(|(host, _)| *host != target.host) {
            let (host, port) = (target.host.clone(), target.port);
            let question = tokio::spawn(async move {
                let found = timeout(PATIENCE, dial::resolve(&host, port)).await;
                found.map_or(0, |addresses| addresses.len())
            });
            asked.push((target.host, question));
        }
    }
    let mut answers = Vec::with_capacity(asked.len());
    for (host, question) in asked {
        answers.push((host, question.await.unwrap_or_default()));
    }
    answers
}

/// Tries every connection that pushes may need, all at the same time.
pub async fn connections(servers: &Servers) -> Vec<Probe> {
    let mut tried = Vec::new();
    for (target, is_used) in targets(servers) {
        tried.push(tokio::spawn(async move {
            let deadlines = Deadlines {
                connect: PATIENCE,
                ..Deadlines::default()
            };
            let opened = Connection::open(&target, None, &Tls::default(), deadlines).await;
            let trouble = opened.map(|connection| connection.retire()).err();
            let trouble = trouble.map(|cause| (cause.sentence(&target.host), cause.remedy()));
            Probe {
                host: target.host,
                port: target.port,
                is_used,
                trouble,
            }
        }));
    }
    let mut probes = Vec::with_capacity(tried.len());
    for probe in tried {
        probes.extend(probe.await);
    }
    probes
}

/// Looks at the authorities of this machine.
pub async fn authorities() -> Authorities {
    let roots = tls::system_roots()
        .await
        .map(|store| store.roots)
        .unwrap_or_default();
    let named = roots.iter().filter(|root| {
        root.subject
            .as_ref()
            .windows(APPLES_ROOT.len())
            .any(|part| part == APPLES_ROOT)
    });
    match (roots.len(), named.map(has_apples_key).max()) {
        (0, _) => Authorities::None,
        (count, None) => Authorities::WithoutApples(count),
        (count, Some(false)) => Authorities::WithAnother(count),
        (count, Some(true)) => Authorities::WithApples(count),
    }
}

/// Where pushes go, and where else Apple would take them.
fn targets(servers: &Servers) -> Vec<(Target, bool)> {
    let ports = [DEFAULT_APNS_PORT, OTHER_APNS_PORT];
    let of = |environment| match servers.stand_in(environment) {
        Some(_) => vec![(servers.target(environment), true)],
        None => {
            let probed = |port| {
                (
                    Target::apple(environment, port, servers.proxy.clone()),
                    port == servers.apns_port,
                )
            };
            ports.map(probed).into_iter().collect()
        }
    };
    ENVIRONMENTS.into_iter().flat_map(of).collect()
}

fn has_apples_key(root: &TrustAnchor<'_>) -> bool {
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else {
        return false;
    };
    // The anchor keeps what is inside the SEQUENCE; keys of this size have a length of two bytes.
    let inside = root.subject_public_key_info.as_ref();
    let [.., high, low] = inside.len().to_be_bytes();
    suite
        .common
        .hash_provider
        .hash(&[&[0x30, 0x82, high, low], inside].concat())
        .as_ref()
        == APPLES_ROOT_KEY
}
