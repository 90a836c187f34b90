//! The client certificate: who may push to which topics, read from what a client shows in TLS.
//!
//! Any issuer is accepted, also the certificate itself: the simulator stands in for Apple's servers,
//! not for Apple's authority, and nobody has Apple's key to make certificates for tests with. The
//! client must hold the private key, and the certificate must be within its time.
//! Source: Apple, "Establishing a certificate-based connection to APNs"; the extensions as listed in
//! node-apn, Knuff and pushy.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use super::face::Face;
use crate::apns::der::{OBJECT_ID, OCTET_STRING, Reader, SEQUENCE};

const UTF8_STRING: u8 = 0x0c;
const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// 0.9.2342.19200300.100.1.1.
const USER_ID: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01];
/// 1.2.840.113635.100.6.3, Apple's extensions for pushes; one more byte names which.
const PUSH: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x06, 0x03];
const DEVELOPMENT: u8 = 1;
const PRODUCTION: u8 = 2;
const VOIP_TOPICS: u8 = 4;
const TOPICS: u8 = 6;

/// What a certificate says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    /// The name in its subject.
    pub(crate) name: String,
    /// Where it may be used.
    pub(crate) environments: Vec<Face>,
    /// What it may push to; empty when it is for something else than pushes.
    pub(crate) topics: Vec<String>,
    valid: (u64, u64),
    user_id: Option<String>,
}

impl ClientCertificate {
    /// Reads a certificate; `None` when it is none.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let mut tbs = Reader(Reader(Reader(der).take(SEQUENCE)?).take(SEQUENCE)?);
        tbs.take(VERSION);
        // Serial number, signature algorithm and issuer.
        for _ in 0..3 {
            tbs.next()?;
        }
        let mut validity = Reader(tbs.take(SEQUENCE)?);
        let valid = (time(&mut validity)?, time(&mut validity)?);
        let mut certificate = Self { valid, ..Self::default() };
        certificate.read_subject(Reader(tbs.take(SEQUENCE)?));
        let mut found = Found::default();
        while let Some((tag, content)) = tbs.next() {
            if tag == EXTENSIONS {
                found = Found::read(Reader(Reader(content).take(SEQUENCE)?));
            }
        }
        certificate.environments = certificate.environments(&found);
        certificate.topics = certificate.topics(found.topics);
        Some(certificate)
    }

    fn read_subject(&mut self, mut subject: Reader<'_>) {
        while let Some(mut set) = subject.take(SET).map(Reader) {
            while let Some(mut attribute) = set.take(SEQUENCE).map(Reader) {
                let (Some(kind), Some((_, text))) = (attribute.take(OBJECT_ID), attribute.next()) else { continue };
                let text = String::from_utf8_lossy(text).into_owned();
                match kind {
                    COMMON_NAME => self.name = text,
                    USER_ID => self.user_id = Some(text),
                    _ => {}
                }
            }
        }
    }

    /// What its extensions say, or else its name, or else both.
    fn environments(&self, found: &Found) -> Vec<Face> {
        let only_production = ["Apple Production ", "Website Push ID: ", "Pass Type ID: "];
        let only_development = ["Apple Development ", "Apple Sandbox "];
        let named = |names: &[&str]| names.iter().any(|name| self.name.starts_with(name));
        match (found.development, found.production) {
            (true, false) => vec![Face::Sandbox],
            (false, true) => vec![Face::Production],
            (false, false) if named(&only_development) => vec![Face::Sandbox],
            (false, false) if named(&only_production) => vec![Face::Production],
            _ => Face::ALL.to_vec(),
        }
    }

    /// The listed topics, or else those its kind has besides the one in its subject.
    fn topics(&self, listed: Vec<String>) -> Vec<String> {
        let Some(user_id) = self.user_id.as_deref().filter(|_| listed.is_empty()) else { return listed };
        let bundle_id = user_id.strip_suffix(".voip").unwrap_or(user_id);
        let suffixes: &[&str] = match self.name.split_once(": ").map(|(kind, _)| kind) {
            Some("VoIP Services") => &[".voip"],
            Some("WatchKit Services") => &[".complication", ".voip"],
            _ => return vec![user_id.to_owned()],
        };
        suffixes.iter().map(|suffix| [bundle_id, suffix].concat()).collect()
    }
}

/// What Apple's extensions say.
#[derive(Default)]
struct Found {
    development: bool,
    production: bool,
    topics: Vec<String>,
}

impl Found {
    fn read(mut extensions: Reader<'_>) -> Self {
        let mut found = Self::default();
        while let Some(mut extension) = extensions.take(SEQUENCE).map(Reader) {
            match extension.take(OBJECT_ID).and_then(|id| id.strip_prefix(PUSH)) {
                Some([DEVELOPMENT]) => found.development = true,
                Some([PRODUCTION]) => found.production = true,
                Some([TOPICS | VOIP_TOPICS]) => found.topics.extend(listed(extension)),
                _ => {}
            }
        }
        found
    }
}

/// Topics and their labels take turns; the labels, in sequences of their own, are of no use here.
fn listed(mut extension: Reader<'_>) -> Vec<String> {
    let mut content = None;
    while let Some((tag, part)) = extension.next() {
        content = Some(part).filter(|_| tag == OCTET_STRING);
    }
    let Some(mut list) = content.and_then(|content| Reader(content).take(SEQUENCE)).map(Reader) else { return Vec::new() };
    let mut topics = Vec::new();
    while let Some((tag, content)) = list.next() {
        if tag == UTF8_STRING {
            topics.push(String::from_utf8_lossy(content).into_owned());
        }
    }
    topics
}

/// A time in a certificate (RFC 5280 §4.1.2.5), in seconds since 1970; everything before is 0.
fn time(reader: &mut Reader<'_>) -> Option<u64> {
    let (tag, text) = reader.next()?;
    let text = str::from_utf8(text).ok()?.strip_suffix('Z').filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = match tag {
        UTC_TIME if text.len() == 12 => {
            let year: u64 = text[..2].parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, &text[2..])
        }
        GENERALIZED_TIME if text.len() == 14 => (text[..4].parse().ok()?, &text[4..]),
        _ => return None,
    };
    let part = |at: usize| rest[at..at + 2].parse::<u64>().ok();
    let days = days_since_1970(year, part(0)?, part(2)?)?;
    Some(days * 86_400 + part(4)? * 3_600 + part(6)? * 60 + part(8)?)
}

fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = BEFORE.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    let past = year.saturating_sub(1);
    let leap_days = leaps(past).saturating_sub(leaps(1969)) + u64::from(is_leap && month > 2);
    Some(year.saturating_sub(1970) * 365 + leap_days + before + day.checked_sub(1)?)
}

/// Lets clients in with a certificate or without one.
pub(crate) struct Verifier {
    /// How their signatures are checked.
    pub(crate) provider: Arc<CryptoProvider>,
    /// The time that certificates are judged by.
    pub(crate) clock: fn() -> SystemTime,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(&self, leaf: &CertificateDer<'_>, _: &[CertificateDer<'_>], _: UnixTime) -> Result<ClientCertVerified, Error> {
        let certificate = ClientCertificate::read(leaf).ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let now = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (from, to) = certificate.valid;
        match now {
            now if now < from => Err(Error::InvalidCertificate(CertificateError::NotValidYet)),
            now if now > to => Err(Error::InvalidCertificate(CertificateError::Expired)),
            _ => Ok(ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::days_since_1970;

    #[test]
    fn days_are_counted_across_leap_years() {
        for (date, days) in
            [((1970, 1, 1), 0), ((1970, 12, 31), 364), ((2000, 2, 29), 11_016), ((2000, 3, 1), 11_017), ((2026, 11, 24), 20_781)]
        {
            assert_eq!(days_since_1970(date.0, date.1, date.2), Some(days), "{date:?}");
        }
        assert_eq!((days_since_1970(2026, 13, 1), days_since_1970(2026, 1, 0)), (None, None));
    }
}
