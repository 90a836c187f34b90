//! The linter of requests: headers, topic, token and signer that do not fit each other.
//!
//! Each rule stands for a failure that somebody met and wrote down. What the phone makes of the
//! call inside is looked at in [`lint::call`](super::call), which runs these rules as well.

mod certificate;
mod misplaced;
mod signer;
mod timing;
mod token;
mod topic;

use serde_json::Value;

use super::rule::{Found, Rule};
use crate::apns::finding::Finding;
use crate::apns::fix::{Change, Fix};
use crate::apns::{Environment, PushType, TokenKind};

/// Everything about a push that these rules look at. What is not known is `None`, and not looked at.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `apns-push-type`.
    pub push_type: PushType,
    /// `apns-priority`.
    pub priority: u8,
    /// `apns-expiration`; `None` when the header is left out.
    pub expiration: Option<u64>,
    /// The time, in seconds since 1970.
    pub now: u64,
    /// `apns-collapse-id`.
    pub collapse_id: Option<&'a str>,
    /// `apns-topic`; an empty one is one that was left out.
    pub topic: Option<&'a str>,
    /// Which APNs.
    pub environment: Option<Environment>,
    /// Which door of the app the device token opens.
    pub token_kind: Option<TokenKind>,
    /// The environment in which the device token has worked before.
    pub token_environment: Option<Environment>,
    /// Who signs.
    pub signer: Option<Signer<'a>>,
    /// The payload.
    pub payload: &'a Value,
}

impl<'a> Request<'a> {
    /// A call with the headers a call should have, and nothing else known.
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

/// Who signs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signer<'a> {
    /// The key ID in the form.
    pub key_id: &'a str,
    /// The team ID in the form.
    pub team_id: &'a str,
    /// The key ID in the name of the key's file.
    pub file_key_id: Option<&'a str>,
    /// The one environment this key works in, where that was learnt.
    pub environment: Option<Environment>,
    /// The certificate that vouches for the push in the place of a key.
    pub certificate: Option<Certificate<'a>>,
}

/// What a client certificate was made for.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    /// The topics it lists.
    pub topics: &'a [&'a str],
    /// The environments it is for, by their names.
    pub environments: &'a [&'a str],
}

/// A rule about requests.
pub type RequestRule = Rule<RequestCheck>;

/// What looks at a request.
pub type RequestCheck = fn(&Request<'_>) -> Option<Found>;

/// The rules.
pub const RULES: [RequestRule; 20] = [
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
];

/// What there is to say about a request, in the order of the rules.
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
