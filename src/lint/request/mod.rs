//! Linter of requests: checks that headers, topic, token and signer match each other.
//!
//! Each rule is based on a failure that was publicly reported. The call in the payload is checked
//! by [`lint::call`](super::call), which runs these rules as well.

mod certificate;
mod misplaced;
mod signer;
mod timing;
mod token;
mod topic;

use serde_json::Value;

use super::rule::{self, Found, Rule};
use crate::apns::finding::Finding;
use crate::apns::fix::{Change, Fix};
use crate::apns::{Environment, PushType, TokenKind};

/// Input of the rules: everything known about a request. Unknown facts are `None`, and rules skip
/// them.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Value of `apns-push-type`.
    pub push_type: PushType,
    /// Value of `apns-priority`.
    pub priority: u8,
    /// Value of `apns-expiration`; `None` if it is left out.
    pub expiration: Option<u64>,
    /// Current time, in seconds since 1970.
    pub now: u64,
    /// Value of `apns-collapse-id`.
    pub collapse_id: Option<&'a str>,
    /// Value of `apns-topic`; an empty text if it is left out.
    pub topic: Option<&'a str>,
    /// Environment the push is sent to.
    pub environment: Option<Environment>,
    /// Kind of the device token.
    pub token_kind: Option<TokenKind>,
    /// Environment in which the device token has worked before.
    pub token_environment: Option<Environment>,
    /// Signer of the push.
    pub signer: Option<Signer<'a>>,
    /// Payload of the push.
    pub payload: &'a Value,
}

impl<'a> Request<'a> {
    /// VoIP push with the usual headers, of which nothing else is known.
    pub fn voip(payload: &'a Value) -> Self {
        Self {
            push_type: PushType::Voip,
            priority: 10,
            expiration: Some(0),
            now: 0,
            collapse_id: None,
            topic: None,
            environment: None,
            token_kind: None,
            token_environment: None,
            signer: None,
            payload,
        }
    }
}

/// Credential that authenticates a push: a key, or a client certificate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signer<'a> {
    /// Key ID in the form.
    pub key_id: &'a str,
    /// Team ID in the form.
    pub team_id: &'a str,
    /// Key ID in the name of the key's file.
    pub file_key_id: Option<&'a str>,
    /// The only environment this key works in, if that is known.
    pub environment: Option<Environment>,
    /// Environment that the name of the key's file speaks of.
    pub file_environment: Option<Environment>,
    /// Client certificate that authenticates the push in place of a key.
    pub certificate: Option<Certificate<'a>>,
}

/// Scope of a client certificate.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    /// Topics listed in the certificate.
    pub topics: &'a [&'a str],
    /// Names of the environments it is valid in.
    pub environments: &'a [&'a str],
}

/// Rule about requests.
pub type RequestRule = Rule<RequestCheck>;

/// Check of a rule about requests.
pub type RequestCheck = fn(&Request<'_>) -> Option<Found>;

/// All rules about requests.
pub static RULES: [RequestRule; 21] = rule::held([
    topic::MISSING,
    topic::WITHOUT_SUFFIX,
    topic::SUFFIX_TWICE,
    topic::OTHER_PUSH_TYPE,
    token::NOT_FOR_CALLS,
    token::ONLY_FOR_CALLS,
    token::OTHER_ENVIRONMENT,
    signer::OTHER_ENVIRONMENT,
    signer::IDS_SWAPPED,
    signer::KEY_ID_NOT_OF_FILE,
    signer::OTHER_SENDER,
    certificate::OTHER_ENVIRONMENT,
    certificate::NOT_FOR_TOPIC,
    timing::EXPIRATION_LONG,
    timing::EXPIRATION_SHORT,
    timing::EXPIRATION_MISSING,
    timing::PRIORITY_NOT_10,
    timing::BACKGROUND_PRIORITY,
    timing::COLLAPSE_ID,
    misplaced::HEADERS_IN_PAYLOAD,
    misplaced::SILENT_ALERT,
]);

/// Findings about a request, in the order of the rules.
pub fn check(request: &Request<'_>) -> Vec<Finding> {
    RULES
        .iter()
        .filter_map(|rule| (rule.check)(request).map(|found| rule.finding(found)))
        .collect()
}

fn set_header(label: &'static str, name: &'static str, value: &str) -> Option<Fix> {
    Some(Fix {
        label,
        change: Change::Header {
            name,
            value: Some(value.to_owned()),
        },
    })
}
