//! Certificates that a client must reject, and TLS configurations that agree on the wrong protocol.

use std::io;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use super::fault::{Alpn, BadCertificate};
use crate::simulator::transport::certificates::{self, Authority, NAMES};

/// Host name that belongs to nobody (RFC 6761 §6.4).
const ELSEWHERE: &str = "elsewhere.invalid";

/// Name of an authority that no client trusts.
const STRANGER: &str = "Another simulator's CA";

/// Returns the server's TLS configuration with a certificate created for this connection.
pub(crate) fn with_certificate(
    server: &ServerConfig,
    authority: &Authority,
    wrong: BadCertificate,
) -> io::Result<ServerConfig> {
    let certified = certified(authority, wrong).map_err(io::Error::other)?;
    let mut server = server.clone();
    server.cert_resolver = Arc::new(SingleCertAndKey::from(certified));
    // In a resumed session, the server would show no certificate at all.
    server.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    server.send_tls13_tickets = 0;
    Ok(server)
}

/// Returns the server's TLS configuration with another protocol.
pub(crate) fn with_alpn(server: &ServerConfig, alpn: Alpn) -> ServerConfig {
    let mut server = server.clone();
    server.alpn_protocols = match alpn {
        Alpn::Nothing => Vec::new(),
        Alpn::Http1 => vec![b"http/1.1".to_vec()],
    };
    server
}

fn certified(
    authority: &Authority,
    wrong: BadCertificate,
) -> Result<CertifiedKey, Box<dyn std::error::Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let names = if wrong == BadCertificate::WrongName {
        vec![ELSEWHERE.to_owned()]
    } else {
        NAMES.map(String::from).to_vec()
    };
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Trill simulator");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    match wrong {
        BadCertificate::Expired => {
            (params.not_before, params.not_after) =
                (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 2, 1))
        }
        BadCertificate::NotYetValid => {
            (params.not_before, params.not_after) =
                (date_time_ymd(2999, 1, 1), date_time_ymd(2999, 2, 1))
        }
        _ => {}
    }
    let certificate = match wrong {
        BadCertificate::SelfSigned => params.self_signed(&key)?,
        BadCertificate::UnknownAuthority => {
            params.signed_by(&key, &certificates::authority(STRANGER)?.1)?
        }
        _ => params.signed_by(&key, authority)?,
    };
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok(CertifiedKey::new(
        vec![certificate.into()],
        any_supported_type(&key)?,
    ))
}
