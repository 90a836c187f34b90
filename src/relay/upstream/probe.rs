//! Probe: tests whether this machine reaches APNs. Connections are opened and closed again without
//! sending a push.

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

/// Apple's environments. The simulator is part of this program and needs no probe.
const ENVIRONMENTS: [Environment; 2] = [Environment::Sandbox, Environment::Production];
/// Timeout of each lookup and each connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Authority of APNs's certificates since 2025: its name, and the SHA-256 of its
/// SubjectPublicKeyInfo.
/// Source: Apple, "Apple Push Notification service server certificate update".
const APPLES_ROOT: &[u8] = b"USERTrust RSA Certification Authority";
const APPLES_ROOT_KEY: [u8; 32] = [
    0xc7, 0x84, 0x33, 0x3d, 0x20, 0xbc, 0xd7, 0x42, 0xb9, 0xfd, 0xc3, 0x23, 0x6f, 0x4e, 0x50, 0x9b,
    0x89, 0x37, 0x07, 0x0e, 0x73, 0x06, 0x7e, 0x25, 0x4d, 0xd3, 0xbf, 0x9c, 0x45, 0xbf, 0x4d, 0xde,
];

/// Result of trying one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Host that was tried.
    pub host: String,
    /// Port that was tried.
    pub port: u16,
    /// `true` if pushes use this host and port.
    pub is_used: bool,
    /// Cause and fix, if the connection failed.
    pub trouble: Option<(String, &'static str)>,
}

/// Result of looking for Apple's certificate authority on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorities {
    /// No authority is trusted.
    None,
    /// Number of authorities, without the one of APNs.
    WithoutApples(usize),
    /// Number of authorities, with one that has the name of APNs's but another key.
    WithAnother(usize),
    /// Number of authorities, with the one of APNs.
    WithApples(usize),
}

/// `true` if any push would go to a host of Apple's.
pub fn uses_apple(servers: &Servers) -> bool {
    ENVIRONMENTS
        .into_iter()
        .any(|environment| servers.stand_in(environment).is_none())
}

/// Resolves the host names, and returns each with the number of its addresses. Empty behind a
/// proxy, which resolves them itself.
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

/// Tries all connections that pushes may need, at the same time.
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
            let trouble = trouble.map(|cause| (cause.sentence(&target.host), cause.fix()));
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

/// Looks for Apple's certificate authority among those this machine trusts.
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

/// Returns the servers for pushes (`true`), and the same hosts with Apple's other port (`false`).
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
    // The anchor holds the content of the SEQUENCE without its header; keys of this size need two
    // length bytes.
    let inside = root.subject_public_key_info.as_ref();
    let [.., high, low] = inside.len().to_be_bytes();
    suite
        .common
        .hash_provider
        .hash(&[&[0x30, 0x82, high, low], inside].concat())
        .as_ref()
        == APPLES_ROOT_KEY
}
