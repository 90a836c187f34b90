//! Certified key: a certificate with its private key.

use std::sync::Arc;

use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, SigningKey};

use super::contents::Contents;
use super::error::IdentityError;
use crate::apns::Certificate;
use crate::apns::certificate::Parts;
use crate::apns::der::{Reader, SEQUENCE};

/// Finds the only pair in a file. A bundle may contain more certificates than keys, and pairs for
/// other purposes: if any pair has topics, those without are ignored.
pub(super) fn find(contents: &Contents) -> Result<(Certificate, CertifiedKey), IdentityError> {
    if contents.keys.is_empty() {
        return Err(contents.without_key.clone());
    }
    let keys: Vec<_> = contents
        .keys
        .iter()
        .filter_map(|key| any_supported_type(key).ok())
        .collect();
    let mut pairs = Vec::new();
    for der in &contents.certificates {
        let key = keys.iter().find(|key| belong_together(der, &***key));
        if let Some((key, certificate)) = key
            .zip(Certificate::read(der))
            .filter(|_| pairs.iter().all(|(known, _, _)| *known != der))
        {
            pairs.push((der, Arc::clone(key), certificate));
        }
    }
    if pairs
        .iter()
        .any(|(_, _, certificate)| !certificate.topics.is_empty())
    {
        pairs.retain(|(_, _, certificate)| !certificate.topics.is_empty());
    }
    match pairs.pop() {
        Some((der, key, certificate)) if pairs.is_empty() => Ok((
            certificate,
            CertifiedKey::new(chain(der, &contents.certificates), key),
        )),
        Some(_) => Err(IdentityError::Several),
        None if keys.is_empty() => Err(IdentityError::UnsupportedKey),
        None => Err(IdentityError::Mismatch),
    }
}

fn belong_together(certificate: &CertificateDer<'_>, key: &dyn SigningKey) -> bool {
    let Some(known) = key.public_key() else {
        return false;
    };
    Parts::read(certificate)
        .is_some_and(|parts| Reader(&known).take(SEQUENCE) == Some(parts.public_key))
}

/// Returns the certificate, followed by the issuers that the file contains.
fn chain(
    leaf: &CertificateDer<'static>,
    all: &[CertificateDer<'static>],
) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![leaf.clone()];
    while let Some(next) = all.iter().find(|next| {
        !chain.contains(next) && chain.last().is_some_and(|last| has_signed(next, last))
    }) {
        chain.push(next.clone());
    }
    chain
}

fn has_signed(issuer: &CertificateDer<'_>, certificate: &CertificateDer<'_>) -> bool {
    Parts::read(issuer)
        .zip(Parts::read(certificate))
        .is_some_and(|(issuer, certificate)| issuer.subject == certificate.issuer)
}
