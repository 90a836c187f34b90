//! The checks: what the simulator makes of one request. Values in, a verdict out.
//!
//! Apple documents the reasons, but hardly their order. Known is that the credential and the topic
//! are judged before the device token is looked at; the rest of the order is a choice. The first
//! rule that is broken decides.
//! Source: Apple, "Sending notification requests to APNs", "Handling notification responses from
//! APNs" and "Establishing a token-based connection to APNs"; what was seen stands at its rule.

use serde::Serialize;
use serde_json::Value;

use super::credential::{Bound, Credential};
use super::enrolment::Enrolment;
use super::face::Face;
use super::request::Request;
use super::rules;
use crate::apns::Reason;

/// Everything a rule may look at.
pub(crate) struct Facts<'a> {
    /// The request.
    pub(crate) request: &'a Request,
    /// Its body, when it is JSON.
    pub(crate) payload: Option<&'a Value>,
    /// Its credential.
    pub(crate) credential: &'a Credential,
    /// Whom its connection belongs to so far.
    pub(crate) bound: Option<&'a Bound>,
    /// The device it names, when that is enrolled.
    pub(crate) device: Option<&'a Enrolment>,
    /// Which APNs the server stands in for.
    pub(crate) face: Face,
    /// The time, in seconds since 1970.
    pub(crate) now: u64,
}

/// How sure it is that APNs answers a request of this kind in this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mark {
    /// Apple says so.
    Documented,
    /// People saw it do so.
    Observed,
    /// Nobody has said; the likeliest answer was chosen.
    Assumed,
}

/// What was decided, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The name of the rule.
    pub(crate) rule: &'static str,
    /// How sure it is.
    pub(crate) mark: Mark,
    /// Why the request is refused; absent when it is accepted.
    pub(crate) reason: Option<Reason>,
    /// Whether the credential held, whatever came after it.
    pub(crate) credential_holds: bool,
}

struct Rule {
    id: &'static str,
    mark: Mark,
    reason: Reason,
    is_broken: fn(&Facts<'_>) -> bool,
}

const fn rule(id: &'static str, mark: Mark, reason: Reason, is_broken: fn(&Facts<'_>) -> bool) -> Rule {
    Rule { id, mark, reason, is_broken }
}

#[rustfmt::skip] // one rule a line
const UP_TO_THE_CREDENTIAL: [Rule; 16] = [
    rule("method-not-post", Mark::Documented, Reason::MethodNotAllowed, rules::method_not_post),
    rule("path-unknown", Mark::Documented, Reason::BadPath, rules::path_unknown),
    rule("device-token-missing", Mark::Documented, Reason::MissingDeviceToken, rules::device_token_missing),
    rule("header-repeated", Mark::Documented, Reason::DuplicateHeaders, rules::header_repeated),
    rule("apns-id-malformed", Mark::Documented, Reason::BadMessageId, rules::apns_id_malformed),
    rule("authorization-missing", Mark::Documented, Reason::MissingProviderToken, rules::authorization_missing),
    rule("authorization-not-bearer", Mark::Assumed, Reason::MissingProviderToken, rules::authorization_not_bearer),
    rule("provider-token-malformed", Mark::Documented, Reason::InvalidProviderToken, rules::provider_token_malformed),
    rule("key-unknown", Mark::Observed, Reason::InvalidProviderToken, rules::key_unknown),
    rule("team-not-of-the-key", Mark::Observed, Reason::InvalidProviderToken, rules::team_not_of_the_key),
    rule("signature-wrong", Mark::Documented, Reason::InvalidProviderToken, rules::signature_wrong),
    rule("provider-token-expired", Mark::Documented, Reason::ExpiredProviderToken, rules::provider_token_expired),
    rule("provider-token-from-the-future", Mark::Assumed, Reason::InvalidProviderToken, rules::provider_token_from_the_future),
    rule("key-of-the-other-environment", Mark::Observed, Reason::BadEnvironmentKeyInToken, rules::key_of_the_other_environment),
    rule("second-team-on-connection", Mark::Observed, Reason::InvalidProviderToken, rules::second_team_on_connection),
    rule("second-key-on-connection", Mark::Documented, Reason::UnrelatedKeyIdInToken, rules::second_key_on_connection),
];

#[rustfmt::skip] // one rule a line
const BEHIND_THE_CREDENTIAL: [Rule; 16] = [
    rule("topic-missing", Mark::Documented, Reason::MissingTopic, rules::topic_missing),
    rule("topic-malformed", Mark::Documented, Reason::BadTopic, rules::topic_malformed),
    rule("topic-not-of-the-key", Mark::Assumed, Reason::TopicDisallowed, rules::topic_not_of_the_key),
    rule("push-type-unknown", Mark::Documented, Reason::InvalidPushType, rules::push_type_unknown),
    rule("push-type-not-voip", Mark::Observed, Reason::InvalidPushType, rules::push_type_not_voip),
    rule("priority-unknown", Mark::Documented, Reason::BadPriority, rules::priority_unknown),
    rule("expiration-malformed", Mark::Documented, Reason::BadExpirationDate, rules::expiration_malformed),
    rule("collapse-id-too-long", Mark::Documented, Reason::BadCollapseId, rules::collapse_id_too_long),
    rule("collapse-id-empty", Mark::Assumed, Reason::BadCollapseId, rules::collapse_id_empty),
    rule("payload-empty", Mark::Documented, Reason::PayloadEmpty, rules::payload_empty),
    rule("payload-too-large", Mark::Documented, Reason::PayloadTooLarge, rules::payload_too_large),
    rule("device-token-malformed", Mark::Documented, Reason::BadDeviceToken, rules::device_token_malformed),
    rule("device-unknown", Mark::Observed, Reason::BadDeviceToken, rules::device_unknown),
    rule("device-of-the-other-environment", Mark::Documented, Reason::BadDeviceToken, rules::device_of_the_other_environment),
    rule("device-not-for-topic", Mark::Documented, Reason::DeviceTokenNotForTopic, rules::device_not_for_topic),
    rule("device-unregistered", Mark::Documented, Reason::Unregistered, rules::device_unregistered),
];

/// Judges a request.
pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(rule) = first_broken(&UP_TO_THE_CREDENTIAL, facts) {
        return rule.refuse(false);
    }
    match first_broken(&BEHIND_THE_CREDENTIAL, facts) {
        Some(rule) => rule.refuse(true),
        None => accept(facts),
    }
}

fn first_broken(rules: &'static [Rule], facts: &Facts<'_>) -> Option<&'static Rule> {
    rules.iter().find(|rule| (rule.is_broken)(facts))
}

impl Rule {
    fn refuse(&self, credential_holds: bool) -> Verdict {
        Verdict { rule: self.id, mark: self.mark, reason: Some(self.reason), credential_holds }
    }
}

/// Apple has no reason for a body that is not JSON, and none for JSON that is no object: they are
/// let through, and the phone shows what comes of them.
fn accept(facts: &Facts<'_>) -> Verdict {
    let (rule, mark) = match facts.payload {
        Some(Value::Object(_)) => ("accepted", Mark::Documented),
        Some(_) => ("accepted-not-an-object", Mark::Assumed),
        None => ("accepted-not-json", Mark::Assumed),
    };
    Verdict { rule, mark, reason: None, credential_holds: true }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{BEHIND_THE_CREDENTIAL, UP_TO_THE_CREDENTIAL};

    #[test]
    fn every_rule_has_a_name_of_its_own_in_kebab_case() {
        let mut names = HashSet::new();
        for rule in UP_TO_THE_CREDENTIAL.iter().chain(&BEHIND_THE_CREDENTIAL) {
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.id);
            assert!(names.insert(rule.id), "{} stands there twice", rule.id);
        }
    }
}
