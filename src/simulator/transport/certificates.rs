//! Certificates of the simulator: an authority created at start, and the server certificate that it
//! signs. Neither is ever written to disk, so trusting this authority means trusting this process
//! and nothing else.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::client_cert_verifier::AnyIssuerVerifier;

/// Names by which clients reach the simulator, and the hosts that it stands in for. The last is the
/// older name of `api.sandbox.push.apple.com`.
pub(crate) const NAMES: [&str; 6] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "api.push.apple.com",
    "api.sandbox.push.apple.com",
    "api.development.push.apple.com",
];

const AUTHORITY: &str = "Trill simulator CA";

/// The only protocol APNs speaks.
pub(crate) const ALPN: &[u8] = b"h2";

/// Authority that signs the certificates.
pub(crate) type Authority = Issuer<'static, KeyPair>;

/// Certificates of the TLS server, and the authority its clients trust.
pub(crate) struct Certificates {
    /// Certificate of the authority, for clients.
    pub(crate) authority: CertificateDer<'static>,
    /// TLS configuration of the server: TLS 1.2 or newer, HTTP/2 only.
    pub(crate) server: Arc<ServerConfig>,
    /// Authority, which signs further certificates.
    pub(crate) issuer: Authority,
}

impl Certificates {
    /// Creates the authority and the server certificate, which is valid for these names too.
    pub(crate) fn generate(names: &[String], clock: fn() -> SystemTime) -> io::Result<Self> {
        let (authority, issuer) = authority(AUTHORITY).map_err(io::Error::other)?;
        let (leaf, key) = leaf(&issuer, names).map_err(io::Error::other)?;
        let server = server_config(leaf, key, clock).map_err(io::Error::other)?;
        Ok(Self {
            authority,
            server: Arc::new(server),
            issuer,
        })
    }
}

/// Creates an authority with this name.
pub(crate) fn authority(name: &str) -> Result<(CertificateDer<'static>, Authority), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&key)?;
    Ok((certificate.into(), Issuer::new(params, key)))
}

fn leaf(
    issuer: &Authority,
    names: &[String],
) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new([&NAMES.map(String::from)[..], names].concat())?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Trill simulator");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, issuer)?;
    Ok((
        certificate.into(),
        PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
    ))
}

fn server_config(
    leaf: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    clock: fn() -> SystemTime,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let clients = Arc::new(AnyIssuerVerifier {
        provider: Arc::clone(&provider),
        clock,
    });
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![leaf], key)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(config)
}
