//! Verifier of client certificates. Clients may connect with a certificate or without one.
//!
//! Any issuer is accepted, even a self-signed certificate, because the simulator stands in for
//! Apple's servers, not for Apple's authority, and nobody has Apple's key to create certificates
//! for tests. The client must hold the private key, and the certificate must be within its validity
//! period.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use crate::apns::Certificate;

/// Verifier that accepts any issuer.
pub(crate) struct AnyIssuerVerifier {
    /// Cryptography that checks the signatures of clients.
    pub(crate) provider: Arc<CryptoProvider>,
    /// Clock against which the validity period is checked.
    pub(crate) clock: fn() -> SystemTime,
}

impl fmt::Debug for AnyIssuerVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyIssuerVerifier")
    }
}

impl ClientCertVerifier for AnyIssuerVerifier {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let certificate = Certificate::read(leaf)
            .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let now = (self.clock)()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        match now {
            now if now < certificate.valid_from => {
                Err(Error::InvalidCertificate(CertificateError::NotValidYet))
            }
            now if now > certificate.valid_until => {
                Err(Error::InvalidCertificate(CertificateError::Expired))
            }
            _ => Ok(ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
