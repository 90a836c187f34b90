//! TLS of the page: a certificate with its key, for HTTP/1.1.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// ALPN name of the only protocol that browsers are offered.
const HTTP1: &[u8] = b"http/1.1";
/// Marks of keys with a passphrase, in PKCS#8 and in the older format.
const ENCRYPTED_MARKS: [&str; 2] = ["BEGIN ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED"];

/// TLS configuration of the server. Its `Debug` output is redacted.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

/// Reason for which certificate and key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsError {
    /// The certificate file contains no certificate.
    NoCertificate,
    /// The key file contains no key.
    NoKey,
    /// The key has a passphrase.
    EncryptedKey,
    /// The key belongs to another certificate.
    AnotherKey,
    /// TLS does not support this certificate or key.
    Unusable,
}

impl Tls {
    /// Reads a PEM certificate chain, the server's own first, and its PEM key.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain
            .ok()
            .filter(|chain| !chain.is_empty())
            .ok_or(TlsError::NoCertificate)?;
        let holds = |mark: &str| {
            key.windows(mark.len())
                .any(|window| window == mark.as_bytes())
        };
        if ENCRYPTED_MARKS.into_iter().any(holds) {
            return Err(TlsError::EncryptedKey);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::NoKey)?;
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions();
        let config = builder
            .map_err(|_| TlsError::Unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, key);
        let mut config = config.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => TlsError::AnotherKey,
            _ => TlsError::Unusable,
        })?;
        config.alpn_protocols = vec![HTTP1.to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// Returns an acceptor for connections.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls([redacted])")
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCertificate => "--tls-cert holds no PEM certificate; it begins with -----BEGIN CERTIFICATE-----",
            Self::NoKey => "--tls-key holds no PEM key; it has a line such as -----BEGIN PRIVATE KEY-----",
            Self::EncryptedKey => "the key of --tls-key has a passphrase; take it off with openssl pkey -in KEY -out KEY2",
            Self::AnotherKey => {
                "the key of --tls-key is not the one of the first certificate of --tls-cert; use the two that were made together"
            }
            Self::Unusable => "TLS cannot be spoken with --tls-cert and --tls-key; use a certificate with an ECDSA, RSA or Ed25519 key",
        })
    }
}

impl std::error::Error for TlsError {}
