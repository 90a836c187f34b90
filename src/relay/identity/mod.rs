//! Identity: a client certificate with its private key, which authenticates pushes to APNs instead
//! of a provider token.
//!
//! `contents` reads a file, `certified_key` finds the certificate and key that belong together, and
//! `error` describes what is wrong with any other file.

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
/// Number of days before expiry at which a warning begins. Apple's certificates are valid for a
/// year.
const DAYS_OF_WARNING: u64 = 30;

/// A certificate with its private key. It cannot be cloned or serialised, and never shows its key.
pub struct Identity {
    name: String,
    certificate: Certificate,
    key: Arc<CertifiedKey>,
}

impl Identity {
    /// Reads the bytes of a file. `name` is the value of `trill-identity` that selects the
    /// identity.
    pub fn read(name: &str, bytes: &[u8], password: Option<&str>) -> Result<Self, IdentityError> {
        Self::from_contents(name, &Contents::read(bytes, password)?)
    }

    /// Creates an identity from the certificate and the key in a file that belong together.
    pub fn from_contents(name: &str, contents: &Contents) -> Result<Self, IdentityError> {
        let (certificate, key) = certified_key::find(contents)?;
        Ok(Self {
            name: name.to_owned(),
            certificate,
            key: Arc::new(key),
        })
    }

    /// Value of `trill-identity` that selects it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Checks whether APNs accepts the certificate at `now`, in seconds since 1970.
    pub fn check(&self, now: u64) -> Result<(), IdentityError> {
        check(&self.certificate, now)
    }

    /// Warning for the owner if the certificate cannot be used or expires soon.
    pub fn warning(&self, now: u64) -> Option<String> {
        warning(&self.certificate, now)
    }

    /// Returns the resolver that provides the certificate in a TLS handshake.
    pub(crate) fn resolver(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::new(SingleCertAndKey::from(Arc::clone(&self.key)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({:?}, [redacted])", self.name)
    }
}

/// Checks whether APNs accepts a certificate at `now`, in seconds since 1970.
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

/// Warning for the owner if a certificate cannot be used or expires soon.
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

/// Number of whole days until a certificate expires.
pub(crate) fn days_left(certificate: &Certificate, now: u64) -> u64 {
    certificate.valid_until.saturating_sub(now) / SECONDS_OF_A_DAY
}

/// Describes a certificate as JSON. Times are in milliseconds since 1970.
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
