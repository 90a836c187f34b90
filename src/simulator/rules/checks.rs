//! Ordered tables of the rules, and the check of one request against them. The check takes values
//! and returns a verdict.
//!
//! Apple documents the reasons, but hardly their order. The credential and the topic are known to
//! be checked before the device token; the rest of the order is a choice. The first broken rule
//! decides.
//! Source: Apple, "Sending notification requests to APNs", "Handling notification responses from
//! APNs" and "Establishing a token-based connection to APNs"; the source of an observation is given
//! in its rule.

use serde_json::Value;

use super::{Facts, Mark, Rule, Verdict, certificate, device, form, token, topic, values};
use crate::apns::Reason;

const fn rule(
    id: &'static str,
    mark: Mark,
    reason: Reason,
    is_broken: fn(&Facts<'_>) -> bool,
    when: &'static str,
    source: &'static str,
) -> Rule {
    Rule {
        id,
        mark,
        reason,
        when,
        source,
        is_broken,
    }
}

/// Apple, "Handling notification responses from APNs".
const RESP: &str = "Apple, “Handling notification responses from APNs”";
/// Apple, "Establishing a token-based connection to APNs".
const TOK: &str = "Apple, “Establishing a token-based connection to APNs”";
/// Apple, "Establishing a certificate-based connection to APNs".
const CERT: &str = "Apple, “Establishing a certificate-based connection to APNs”";

#[rustfmt::skip] // one rule a line
pub(crate) const FORM: [Rule; 5] = [
    rule("method-not-post", Mark::Documented, Reason::MethodNotAllowed, form::method_not_post, "The method is not POST.", RESP),
    rule("path-unknown", Mark::Documented, Reason::BadPath, form::path_unknown, "The path is not /3/device/ and one segment.", RESP),
    rule("device-token-missing", Mark::Documented, Reason::MissingDeviceToken, form::device_token_missing, "That segment is empty.", RESP),
    rule("header-repeated", Mark::Documented, Reason::DuplicateHeaders, form::header_repeated, "`authorization` or an `apns-` header stands there twice; others are ignored.", RESP),
    rule("apns-id-malformed", Mark::Documented, Reason::BadMessageId, form::apns_id_malformed, "`apns-id` is no UUID in 8-4-4-4-12; either case is taken.", RESP),
];

#[rustfmt::skip] // one rule a line
pub(crate) const TOKEN: [Rule; 20] = [
    rule("connection-wedged", Mark::Observed, Reason::ExpiredProviderToken, token::connection_wedged, "Only with --wedge-expired: an earlier request on this connection met `ExpiredProviderToken`.", "pushy closes such connections: they went on refusing newer tokens"),
    rule("authorization-missing", Mark::Documented, Reason::MissingProviderToken, token::authorization_missing, "There is neither `authorization` nor a client certificate.", RESP),
    rule("authorization-not-bearer", Mark::Assumed, Reason::MissingProviderToken, token::authorization_not_bearer, "`authorization` is not `bearer` and a token.", "pushy’s mock server answers so"),
    rule("provider-token-too-long", Mark::Assumed, Reason::InvalidProviderToken, token::provider_token_too_long, "The token has more than 1,024 bytes.", "Apple gives no limit; a token has about 200 bytes"),
    rule("provider-token-malformed", Mark::Documented, Reason::InvalidProviderToken, token::provider_token_malformed, "The token is not three parts joined by dots, or a part is not base64, or one of the first two holds no JSON object.", RESP),
    rule("provider-token-of-another-algorithm", Mark::Documented, Reason::InvalidProviderToken, token::provider_token_of_another_algorithm, "`alg` names another algorithm than ES256. A token without `alg` is taken, as Apple’s sample has none.", TOK),
    rule("key-id-missing", Mark::Documented, Reason::InvalidProviderToken, token::key_id_missing, "The token’s header has no `kid`, or one that is not a string.", TOK),
    rule("team-id-missing", Mark::Documented, Reason::InvalidProviderToken, token::team_id_missing, "The token’s claims have no `iss`, or one that is not a string.", TOK),
    rule("issue-time-missing", Mark::Documented, Reason::InvalidProviderToken, token::issue_time_missing, "The token’s claims have no `iat`.", TOK),
    rule("issue-time-malformed", Mark::Observed, Reason::InvalidProviderToken, token::issue_time_malformed, "`iat` is a string that is not digits, such as a date. Digits in quotes are taken, with a note, as Apple’s sample has them.", "Stack Overflow, question 58309074"),
    rule("issue-time-impossible", Mark::Assumed, Reason::InvalidProviderToken, token::issue_time_impossible, "`iat` is neither a number nor a string, or it is negative or beyond all times. A fraction is taken, with a note (assumed too: libraries such as PyAPNs2 send one).", "by analogy with the text of a date"),
    rule("key-unknown", Mark::Observed, Reason::InvalidProviderToken, token::key_unknown, "No key with this `kid` is enrolled.", "Apple Developer Forums, thread 770438; revoked and mistyped key IDs"),
    rule("team-not-of-the-key", Mark::Observed, Reason::InvalidProviderToken, token::team_not_of_the_key, "`iss` is not the team of that key.", "Apple Developer Forums, thread 770438; key ID and team ID swapped"),
    rule("signature-wrong", Mark::Documented, Reason::InvalidProviderToken, token::signature_wrong, "The signature, raw or DER, is not that key’s.", RESP),
    rule("provider-token-expired", Mark::Documented, Reason::ExpiredProviderToken, token::provider_token_expired, "`iat` is more than 60 minutes ago.", TOK),
    rule("provider-token-from-the-future", Mark::Assumed, Reason::InvalidProviderToken, token::provider_token_from_the_future, "`iat` is more than 5 minutes ahead, as milliseconds are.", "Apple’s “one hour from the current time” may mean both directions and names no reason for this one"),
    rule("key-of-the-other-environment", Mark::Observed, Reason::BadEnvironmentKeyInToken, token::key_of_the_other_environment, "The key is limited to the other environment.", "APNSwift, pull request 229: this spelling, where Apple’s page prints BadEnvironmentKeyIdInToken"),
    rule("second-team-on-connection", Mark::Observed, Reason::InvalidProviderToken, token::second_team_on_connection, "The connection belongs to another team since its first valid token.", "Apple Developer Forums, thread 770438"),
    rule("second-key-on-connection", Mark::Documented, Reason::UnrelatedKeyIdInToken, token::second_key_on_connection, "The connection belongs to another key of the team, and the two were not enrolled with the same `group`.", RESP),
    rule("provider-token-updated-too-soon", Mark::Documented, Reason::TooManyProviderTokenUpdates, token::provider_token_updated_too_soon, "A new token less than 20 minutes after the last new one on this connection; with --strict-tokens, of this team and environment on any connection. Earlier tokens go on working.", TOK),
];

#[rustfmt::skip] // one rule a line
pub(crate) const CERTIFICATE: [Rule; 2] = [
    rule("certificate-without-topics", Mark::Assumed, Reason::BadCertificate, certificate::certificate_without_topics, "The client certificate names no topic: neither in the extensions 1.2.840.113635.100.6.3.6 and .4 nor as `UID`.", "Apple’s page says only that the certificate is invalid"),
    rule("certificate-of-the-other-environment", Mark::Documented, Reason::BadCertificateEnvironment, certificate::certificate_of_the_other_environment, "The client certificate is for the other environment, by the extensions .1 and .2 or else by its name.", RESP),
];

#[rustfmt::skip] // one rule a line
pub(crate) const BEHIND_THE_CREDENTIAL: [Rule; 26] = [
    rule("topic-missing", Mark::Documented, Reason::MissingTopic, topic::topic_missing, "There is no `apns-topic`, and no certificate with a single topic.", CERT),
    rule("topic-malformed", Mark::Documented, Reason::BadTopic, topic::topic_malformed, "`apns-topic` is empty or has characters no bundle ID has.", RESP),
    rule("topic-not-of-the-key", Mark::Assumed, Reason::TopicDisallowed, topic::topic_not_of_the_key, "The key is limited to other topics.", "the reason certificates get; Apple names none for keys"),
    rule("topic-not-of-the-certificate", Mark::Documented, Reason::TopicDisallowed, topic::topic_not_of_the_certificate, "The certificate does not list the topic.", RESP),
    rule("push-type-not-by-certificate", Mark::Assumed, Reason::TopicDisallowed, topic::push_type_not_by_certificate, "`location` on a connection with a certificate.", "Apple documents that it takes tokens only, and names no reason"),
    rule("push-type-not-by-token", Mark::Assumed, Reason::TopicDisallowed, topic::push_type_not_by_token, "`mdm` with a provider token.", "Apple documents the MDM certificate, and names no reason"),
    rule("push-type-unknown", Mark::Documented, Reason::InvalidPushType, values::push_type_unknown, "`apns-push-type` is none of the eleven.", RESP),
    rule("push-type-in-capitals", Mark::Assumed, Reason::InvalidPushType, values::push_type_in_capitals, "`apns-push-type` is one of the eleven, but not in small letters.", "Apple writes them in small letters and does not say what comes of others"),
    rule("push-type-not-voip", Mark::Observed, Reason::InvalidPushType, values::push_type_not_voip, "Another push type on a `.voip` topic; none at all passes.", "apnotic issue 87, PyAPNs2 issue 87, sideshow/apns2 issue 148"),
    rule("push-type-not-of-the-suffix", Mark::Assumed, Reason::InvalidPushType, values::push_type_not_of_the_suffix, "Another push type on a topic with the suffix of one.", "by analogy with `.voip`"),
    rule("priority-unknown", Mark::Documented, Reason::BadPriority, values::priority_unknown, "`apns-priority` is not 10, 5 or 1.", RESP),
    rule("background-at-once", Mark::Assumed, Reason::BadPriority, values::background_at_once, "`background` with priority 10.", "Apple calls it an error and names no reason"),
    rule("expiration-malformed", Mark::Documented, Reason::BadExpirationDate, values::expiration_malformed, "`apns-expiration` is not a whole number.", RESP),
    rule("collapse-id-too-long", Mark::Documented, Reason::BadCollapseId, values::collapse_id_too_long, "`apns-collapse-id` has more than 64 bytes.", RESP),
    rule("collapse-id-empty", Mark::Assumed, Reason::BadCollapseId, values::collapse_id_empty, "`apns-collapse-id` is empty.", "Apple gives an upper limit only"),
    rule("payload-empty", Mark::Documented, Reason::PayloadEmpty, values::payload_empty, "The body has no bytes.", RESP),
    rule("payload-too-large", Mark::Documented, Reason::PayloadTooLarge, values::payload_too_large, "The body has more than 5,120 bytes for `voip`, 4,096 for any other type.", "Apple, “Generating a remote notification”"),
    rule("device-token-malformed", Mark::Documented, Reason::BadDeviceToken, device::device_token_malformed, "The device token is not whole bytes in hex.", RESP),
    rule("device-unknown", Mark::Observed, Reason::BadDeviceToken, device::device_unknown, "No phone with this device token is enrolled.", "public probes of credentials push to 64 zeros"),
    rule("device-of-another-guest", Mark::Assumed, Reason::BadDeviceToken, device::device_of_another_guest, "On a shared page: the phone was enrolled by another guest than the key, or with a certificate than the sender. It rings by keys of its owner alone.", "to another team’s key a device token is as good as unknown; Apple names no reason"),
    rule("device-of-the-other-environment", Mark::Documented, Reason::BadDeviceToken, device::device_of_the_other_environment, "The device token belongs to the other environment.", RESP),
    rule("device-not-for-topic", Mark::Documented, Reason::DeviceTokenNotForTopic, device::device_not_for_topic, "The device token belongs to another topic.", RESP),
    rule("topic-without-suffix", Mark::Observed, Reason::DeviceTokenNotForTopic, device::topic_without_suffix, "The topic lacks the suffix of the push type.", "laravel-notification-channels/apn issue 88, edamov/pushok issue 108, for `voip`"),
    rule("device-token-expired", Mark::Documented, Reason::ExpiredToken, device::device_token_expired, "The phone is enrolled as `expired`.", RESP),
    rule("device-unregistered", Mark::Documented, Reason::Unregistered, device::device_unregistered, "The phone is enrolled as `unregistered`.", RESP),
    rule("device-gets-too-many", Mark::Assumed, Reason::TooManyRequests, device::device_gets_too_many, "The phone has had its `pushes_per_minute`; without that field there is no limit.", "Apple gives no number"),
];

/// Judges a request.
pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let credential: &'static [Rule] = if facts.certificate.is_some() {
        &CERTIFICATE
    } else {
        &TOKEN
    };
    if let Some(rule) = first_broken(&FORM, facts).or_else(|| first_broken(credential, facts)) {
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

/// Accepts a request. A body that is not JSON, or not an object, is accepted too, because Apple has
/// no reason for either; the phone shows the result.
fn accept(facts: &Facts<'_>) -> Verdict {
    let (rule, mark) = match facts.payload {
        Some(Value::Object(_)) => ("accepted", Mark::Documented),
        Some(_) => ("accepted-not-an-object", Mark::Assumed),
        None => ("accepted-not-json", Mark::Assumed),
    };
    Verdict {
        rule,
        mark,
        reason: None,
        credential_holds: true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{BEHIND_THE_CREDENTIAL, CERTIFICATE, FORM, TOKEN};

    #[test]
    fn every_rule_has_a_name_of_its_own_in_kebab_case() {
        let mut names = HashSet::new();
        for rule in FORM
            .iter()
            .chain(&TOKEN)
            .chain(&CERTIFICATE)
            .chain(&BEHIND_THE_CREDENTIAL)
        {
            assert!(
                rule.id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{}",
                rule.id
            );
            assert!(names.insert(rule.id), "{} stands there twice", rule.id);
        }
    }
}
