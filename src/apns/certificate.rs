//! Certificate: an X.509 client certificate (RFC 5280), read from DER. It limits the topics, the
//! environments and the period of validity of a connection, and is the alternative to a provider
//! token.
//!
//! The few fields that matter are read by hand: that is 4 KB of a page (brotli), and x509-parser
//! would be 35 KB.
//!
//! Source: Apple, "Establishing a certificate-based connection to APNs"; the extensions as listed
//! in node-apn, Knuff and pushy.

use super::date::Date;
use super::der::{OBJECT_ID, OCTET_STRING, Reader, SEQUENCE};
use super::environment::Environment;

const UTF8_STRING: u8 = 0x0c;
const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// OID 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// OID 2.5.4.11.
const UNIT: &[u8] = &[0x55, 0x04, 0x0b];
/// OID 0.9.2342.19200300.100.1.1.
const USER_ID: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01];
/// OID 1.2.840.113635.100.6.3, the prefix of Apple's extensions for pushes; one more byte selects
/// the extension.
const PUSH: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x06, 0x03];
const DEVELOPMENT: u8 = 1;
const PRODUCTION: u8 = 2;
const VOIP_TOPICS: u8 = 4;
const TOPICS: u8 = 6;

const BOTH: [Environment; 2] = [Environment::Sandbox, Environment::Production];

/// Purpose of a certificate, by the beginning of its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateKind {
    /// Apple Push Services: both environments, all topics of an app.
    Universal,
    /// For sandbox only.
    Development,
    /// For production only; issued until 2016.
    Production,
    /// VoIP Services: the `.voip` topic of an app.
    Voip,
    /// WatchKit Services: complications and VoIP.
    WatchKit,
    /// For a website or Wallet, not for apps.
    NotForApps,
    /// Mobile device management.
    Mdm,
    /// For code signing; it cannot send pushes.
    Signing,
    /// Any other certificate.
    #[default]
    Other,
}

impl CertificateKind {
    const NAMES: [(&'static str, Self); 16] = [
        ("Apple Push Services: ", Self::Universal),
        ("VoIP Services: ", Self::Voip),
        ("WatchKit Services: ", Self::WatchKit),
        ("Apple Development: ", Self::Signing),
        ("Apple Distribution: ", Self::Signing),
        ("iPhone Developer: ", Self::Signing),
        ("iPhone Distribution: ", Self::Signing),
        ("Mac Developer: ", Self::Signing),
        ("3rd Party Mac Developer ", Self::Signing),
        ("Developer ID ", Self::Signing),
        ("Apple Development ", Self::Development),
        ("Apple Sandbox ", Self::Development),
        ("Apple Production ", Self::Production),
        ("Website Push ID: ", Self::NotForApps),
        ("Pass Type ID: ", Self::NotForApps),
        ("APSP:", Self::Mdm),
    ];

    /// Kind of a certificate with this name in its subject.
    pub fn of_name(name: &str) -> Self {
        Self::NAMES
            .into_iter()
            .find(|(beginning, _)| name.starts_with(beginning))
            .map(|(_, kind)| kind)
            .unwrap_or_default()
    }

    /// Stable name of the kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Universal => "universal",
            Self::Development => "development",
            Self::Production => "production",
            Self::Voip => "voip",
            Self::WatchKit => "watchkit",
            Self::NotForApps => "not-for-apps",
            Self::Mdm => "mdm",
            Self::Signing => "signing",
            Self::Other => "other",
        }
    }
}

/// Facts read from a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Common name of the subject.
    pub name: String,
    /// Organisational unit of the subject, which is the team ID.
    pub team_id: Option<String>,
    /// Purpose of the certificate.
    pub kind: CertificateKind,
    /// Apple environments in which it is valid.
    pub environments: Vec<Environment>,
    /// Topics it may push to; empty if it is not for pushes.
    pub topics: Vec<String>,
    /// Start of its validity, in seconds since 1970.
    pub valid_from: u64,
    /// Last second of its validity, in seconds since 1970.
    pub valid_until: u64,
}

impl Certificate {
    /// Parses a certificate; `None` if `der` is not one.
    pub fn read(der: &[u8]) -> Option<Self> {
        let parts = Parts::read(der)?;
        let mut validity = Reader(parts.validity);
        let (valid_from, valid_until) = (time(&mut validity)?, time(&mut validity)?);
        let subject = Subject::read(Reader(parts.subject));
        let found = Found::read(Reader(parts.extensions));
        let kind = CertificateKind::of_name(&subject.name);
        let environments = environments(kind, &found);
        let topics = topics(kind, subject.user_id, found.topics);
        Some(Self {
            name: subject.name,
            team_id: subject.unit,
            kind,
            environments,
            topics,
            valid_from,
            valid_until,
        })
    }
}

/// Parts of a certificate, each as the content of its DER element.
pub struct Parts<'a> {
    /// Name of the issuer.
    pub issuer: &'a [u8],
    /// Start and end of the validity.
    pub validity: &'a [u8],
    /// Name of the subject.
    pub subject: &'a [u8],
    /// SubjectPublicKeyInfo.
    pub public_key: &'a [u8],
    /// Extensions; empty in certificates without any.
    pub extensions: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Splits a certificate into its parts; `None` if `der` is not one.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let mut tbs = Reader(Reader(Reader(der).take(SEQUENCE)?).take(SEQUENCE)?);
        tbs.take(VERSION);
        // Serial number and signature algorithm.
        for _ in 0..2 {
            tbs.next()?;
        }
        let mut next = || tbs.take(SEQUENCE);
        let (issuer, validity, subject, public_key) = (next()?, next()?, next()?, next()?);
        let mut extensions: &[u8] = &[];
        while let Some((tag, content)) = tbs.next() {
            if tag == EXTENSIONS {
                extensions = Reader(content).take(SEQUENCE)?;
            }
        }
        Some(Self {
            issuer,
            validity,
            subject,
            public_key,
            extensions,
        })
    }
}

/// Attributes of the subject.
#[derive(Default)]
struct Subject {
    name: String,
    unit: Option<String>,
    user_id: Option<String>,
}

impl Subject {
    fn read(mut names: Reader<'_>) -> Self {
        let mut subject = Self::default();
        while let Some(mut set) = names.take(SET).map(Reader) {
            while let Some(mut attribute) = set.take(SEQUENCE).map(Reader) {
                let (Some(kind), Some((_, text))) = (attribute.take(OBJECT_ID), attribute.next())
                else {
                    continue;
                };
                let text = String::from_utf8_lossy(text).into_owned();
                match kind {
                    COMMON_NAME => subject.name = text,
                    UNIT => subject.unit = Some(text),
                    USER_ID => subject.user_id = Some(text),
                    _ => {}
                }
            }
        }
        subject
    }
}

/// Environments given by the extensions, else by the kind; both if neither gives one.
fn environments(kind: CertificateKind, found: &Found) -> Vec<Environment> {
    match (found.development, found.production, kind) {
        (true, false, _) | (false, false, CertificateKind::Development) => {
            vec![Environment::Sandbox]
        }
        (false, true, _)
        | (false, false, CertificateKind::Production | CertificateKind::NotForApps) => {
            vec![Environment::Production]
        }
        _ => BOTH.to_vec(),
    }
}

/// Listed topics, or else those that the kind implies for the topic in the subject.
fn topics(kind: CertificateKind, user_id: Option<String>, listed: Vec<String>) -> Vec<String> {
    let Some(user_id) = user_id.filter(|_| listed.is_empty()) else {
        return listed;
    };
    let bundle_id = user_id.strip_suffix(".voip").unwrap_or(&user_id);
    match kind {
        CertificateKind::Voip => vec![[bundle_id, ".voip"].concat()],
        CertificateKind::WatchKit => [".complication", ".voip"]
            .map(|suffix| [bundle_id, suffix].concat())
            .to_vec(),
        // In this kind, the user ID is a person or a team.
        CertificateKind::Signing => Vec::new(),
        _ => vec![user_id],
    }
}

/// Contents of Apple's extensions.
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
            match extension
                .take(OBJECT_ID)
                .and_then(|id| id.strip_prefix(PUSH))
            {
                Some([DEVELOPMENT]) => found.development = true,
                Some([PRODUCTION]) => found.production = true,
                Some([TOPICS | VOIP_TOPICS]) => found.topics.extend(listed(extension)),
                _ => {}
            }
        }
        found
    }
}

/// Topics of the extension. They alternate with labels, which are sequences and are skipped.
fn listed(mut extension: Reader<'_>) -> Vec<String> {
    let mut content = None;
    while let Some((tag, part)) = extension.next() {
        content = Some(part).filter(|_| tag == OCTET_STRING);
    }
    let Some(mut list) = content
        .and_then(|content| Reader(content).take(SEQUENCE))
        .map(Reader)
    else {
        return Vec::new();
    };
    let mut topics = Vec::new();
    while let Some((tag, content)) = list.next() {
        if tag == UTF8_STRING {
            topics.push(String::from_utf8_lossy(content).into_owned());
        }
    }
    topics
}

/// Parses a time in a certificate (RFC 5280 §4.1.2.5), in seconds since 1970; earlier times give 0.
fn time(reader: &mut Reader<'_>) -> Option<u64> {
    let (tag, text) = reader.next()?;
    let text = str::from_utf8(text)
        .ok()?
        .strip_suffix('Z')
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = match tag {
        UTC_TIME if text.len() == 12 => {
            let year: u64 = text[..2].parse().ok()?;
            (
                if year < 50 { 2000 + year } else { 1900 + year },
                &text[2..],
            )
        }
        GENERALIZED_TIME if text.len() == 14 => (text[..4].parse().ok()?, &text[4..]),
        _ => return None,
    };
    let part = |at: usize| rest[at..at + 2].parse::<u64>().ok();
    let date = Date {
        year,
        month: part(0)?,
        day: part(2)?,
    };
    Some(date.seconds()? + part(4)? * 3_600 + part(6)? * 60 + part(8)?)
}
