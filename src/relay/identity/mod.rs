//! The identity: a client certificate with its private key, the other way to authenticate with APNs.
//!
//! `contents` tells what a file is and what is in it, `certified_key` finds the certificate and the key that belong
//! together, and `error` says what is wrong with everything else.

mod certified_key;
mod contents;
mod error;

use std::fmt;
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use serde_json::{Map, Value, json};

pub use contents::{Contents, Form};
pub use error::IdentityError;

use crate::apns::{Certificate, CertificateKind, Date, Environment};

const SECONDS_OF_A_DAY: u64 = 86_400;
/// From then on it says that it will expire: Apple's certificates live for a year.
const DAYS_OF_WARNING: u64 = 30;

/// A certificate that can prove itself. It cannot be cloned or serialised, and does not show its key.
pub struct Identity {
    name: String,
    certificate: Certificate,
    key: Arc<CertifiedKey>,
}

impl Identity {
    /// Reads the bytes of a file. `name` is what `trill-identity` will select it by.
    pub fn read(name: &str, bytes: &[u8], password: Option<&str>) -> Result<Self, IdentityError> {
        Self::from_contents(name, &Contents::read(bytes, password)?)
    }

    /// The certificate and the key in a file that belong together.
    pub fn from_contents(name: &str, contents: &Contents) -> Result<Self, IdentityError> {
        let (certificate, key) = certified_key::find(contents)?;
        Ok(Self {
            name: name.to_owned(),
            certificate,
            key: Arc::new(key),
        })
    }

    /// What `trill-identity` selects it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its certificate says.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Whether APNs can take it at this time, in seconds since 1970.
    pub fn check(&self, now: u64) -> Result<(), IdentityError> {
        check(&self.certificate, now)
    }

    /// What its owner should know: that it has expired, or soon will.
    pub fn warning(&self, now: u64) -> Option<String> {
        warning(&self.certificate, now)
    }

    /// What TLS asks when the server wants to know who is there.
    pub(crate) fn resolver(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::new(SingleCertAndKey::from(Arc::clone(&self.key)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({:?}, [redacted])", self.name)
    }
}

/// Whether APNs can take a certificate at this time, in seconds since 1970.
pub(crate) fn check(certificate: &Certificate, now: u64) -> Result<(), IdentityError> {
    match certificate {
        Certificate {
            kind: CertificateKind::Signing,
            ..
        } => Err(IdentityError::SignsApps),
        Certificate { topics, .. } if topics.is_empty() => Err(IdentityError::NoTopics),
        Certificate { valid_until, .. } if now > *valid_until => {
            Err(IdentityError::Expired(Date::of(*valid_until)))
        }
        Certificate { valid_from, .. } if now < *valid_from => {
            Err(IdentityError::Early(Date::of(*valid_from)))
        }
        _ => Ok(()),
    }
}

/// What the owner of a certificate should know: that it has expired, or soon will.
pub(crate) fn warning(certificate: &Certificate, now: u64) -> Option<String> {
    if let Err(error) = check(certificate, now) {
        return Some(error.to_string());
    }
    let days = days_left(certificate, now);
    let date = Date::of(certificate.valid_until);
    let when = match days {
        0 => "within a day".to_owned(),
        1 => "in a day".to_owned(),
        days => format!("in {days} days"),
    };
    (days <= DAYS_OF_WARNING).then(|| format!("The certificate expires {when}, on {date}. Make a new one at developer.apple.com in time."))
}

/// How many whole days a certificate still has.
pub(crate) fn days_left(certificate: &Certificate, now: u64) -> u64 {
    certificate.valid_until.saturating_sub(now) / SECONDS_OF_A_DAY
}

/// A certificate for programs. Times are in milliseconds since 1970.
pub(crate) fn describe(certificate: &Certificate, now: u64) -> Map<String, Value> {
    let environments: Vec<_> = certificate
        .environments
        .iter()
        .copied()
        .map(Environment::as_str)
        .collect();
    let fields = [
        ("subject", json!(certificate.name)),
        ("team_id", json!(certificate.team_id)),
        ("kind", json!(certificate.kind.as_str())),
        ("environments", json!(environments)),
        ("topics", json!(certificate.topics)),
        ("valid_from", json!(certificate.valid_from * 1_000)),
        ("expires", json!(certificate.valid_until * 1_000)),
        ("days_left", json!(days_left(certificate, now))),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
