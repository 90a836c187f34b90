//! Every row of the failure map: circumstances in which somebody met it, and what is said then.

use trill::apns::TokenKind;
use trill::apns::{Environment, Outcome, PushType};
use trill::call::PhoneRule as Rule;
use trill::diagnosis::{
    Certificate, Circumstances, Credential, Diagnosis, Learnt, Past, Rank, causes, diagnose,
};

use super::{Edit, NOW, failure, finding, key, known, rank, success};

const WORKED_IN_PRODUCTION: &[Past<'static>] = &[success(Environment::Production, super::TOPIC)];
const THREE_IN_SANDBOX: &[Past<'static>] = &[success(Environment::Sandbox, super::TOPIC); 3];
const KEYS_TRIED: &[Past<'static>] = &[failure(Environment::Sandbox, "InvalidProviderToken")];
const MANY_BAD: &[Past<'static>] = &[failure(Environment::Sandbox, "BadDeviceToken"); 3];

struct Row {
    number: u8,
    outcome: Outcome,
    reason: Option<&'static str>,
    edit: Edit,
    id: &'static str,
    rank: Rank,
}

const fn refused(
    number: u8,
    reason: &'static str,
    edit: Edit,
    id: &'static str,
    rank: Rank,
) -> Row {
    Row {
        number,
        outcome: Outcome::Rejected,
        reason: Some(reason),
        edit,
        id,
        rank,
    }
}

const fn stopped(number: u8, code: &'static str, edit: Edit, id: &'static str, rank: Rank) -> Row {
    Row {
        number,
        outcome: Outcome::NotSent,
        reason: Some(code),
        edit,
        id,
        rank,
    }
}

const fn silent(number: u8, edit: Edit, id: &'static str, rank: Rank) -> Row {
    Row {
        number,
        outcome: Outcome::Accepted,
        reason: None,
        edit,
        id,
        rank,
    }
}

const NOTHING: Edit = |_| {};

/// A row that is certain or likely is also the first thing said; see the test.
#[rustfmt::skip] // one row a line, where it fits
const ROWS: [Row; 49] = [
    refused(1, "TopicDisallowed", |known| known.topic = "com.example.calls", "topic-without-suffix", Rank::Certain),
    refused(2, "DeviceTokenNotForTopic", |known| known.topic = "com.example.calls", "topic-without-suffix", Rank::Certain),
    refused(3, "DeviceTokenNotForTopic", |known| known.topic = "com.example.calls.voip.voip", "topic-suffix-twice", Rank::Certain),
    refused(4, "DeviceTokenNotForTopic", NOTHING, "token-not-for-calls", Rank::Likely),
    refused(4, "BadDeviceToken", |known| known.token_kind = Some((TokenKind::Alert, Learnt::Registered)), "token-not-for-calls", Rank::Certain),
    refused(5, "DeviceTokenNotForTopic", |known| {
        (known.topic, known.push_type) = ("com.example.calls", PushType::Alert);
        known.token_kind = Some((TokenKind::Voip, Learnt::Registered));
    }, "token-only-for-calls", Rank::Certain),
    refused(6, "InvalidPushType", |known| known.push_type = PushType::Alert, "push-type-not-of-topic", Rank::Certain),
    refused(7, "BadDeviceToken", |known| known.environment = Environment::Production, "token-other-environment", Rank::Likely),
    refused(8, "BadDeviceToken", NOTHING, "token-other-environment", Rank::Likely),
    refused(8, "BadDeviceToken", |known| known.history = WORKED_IN_PRODUCTION, "token-other-environment", Rank::Certain),
    refused(9, "BadEnvironmentKeyInToken", NOTHING, "key-other-environment", Rank::Certain),
    refused(10, "InvalidProviderToken", |known| key(known, |key| key.file_key_id = Some("DEF123GHIJ")), "ids-swapped", Rank::Certain),
    refused(11, "InvalidProviderToken", |known| key(known, |key| key.file_key_id = Some("ZZZ123GHIJ")), "key-id-of-other-key", Rank::Certain),
    refused(11, "InvalidProviderToken", |known| key(known, |key| key.worked = true), "key-revoked", Rank::Likely),
    refused(12, "InvalidProviderToken", NOTHING, "key-too-young", Rank::Possible),
    refused(13, "InvalidProviderToken", NOTHING, "signature-form", Rank::RuledOut),
    refused(14, "ExpiredProviderToken", |known| (known.token_age, known.clock_difference) = (Some(5), Some(-5_400)), "clock-wrong", Rank::Certain),
    refused(15, "ExpiredProviderToken", |known| (known.token_age, known.clock_difference) = (Some(3_700), Some(0)), "provider-token-too-old", Rank::Certain),
    refused(16, "TooManyProviderTokenUpdates", NOTHING, "provider-token-changed-often", Rank::Likely),
    refused(17, "TooManyProviderTokenUpdates", |known| known.history = KEYS_TRIED, "keys-tried-in-turn", Rank::Certain),
    refused(18, "MissingTopic", |known| known.topic = "", "topic-missing", Rank::Certain),
    refused(19, "MissingTopic", |known| {
        known.topic = "";
        known.credential = Credential::Certificate(Certificate { topics: Some(&["com.example.calls", super::TOPIC]) });
    }, "certificate-with-several-topics", Rank::Certain),
    stopped(20, "key_is_p12", NOTHING, "keychain-export", Rank::Possible),
    stopped(21, "key_is_p12", NOTHING, "key-file-of-other-kind", Rank::Certain),
    stopped(21, "key_is_cert", NOTHING, "key-file-of-other-kind", Rank::Certain),
    stopped(22, "key_wrong_type", NOTHING, "key-form-of-apple", Rank::RuledOut),
    stopped(23, "certificate_authority", NOTHING, "trust-roots-old", Rank::Likely),
    refused(24, "Unregistered", |known| (known.unregistered_at, known.registered_at) = (Some((NOW - 900) * 1_000), Some(NOW - 60)), "token-registered-again", Rank::Likely),
    silent(25, NOTHING, "app-removed", Rank::Possible),
    stopped(26, "token_char", NOTHING, "device-token-description", Rank::Likely),
    refused(27, "BadDeviceToken", |known| known.device_token_bytes = 80, "device-token-length", Rank::Likely),
    stopped(28, "payload_too_big", |known| (known.push_type, known.payload_bytes) = (PushType::Alert, Some(4_608)), "limit-of-push-type", Rank::Certain),
    silent(29, |known| known.findings = finding("looks-like-an-end", "type", None), "call-not-reported", Rank::Likely),
    silent(30, NOTHING, "registry-set-up-late", Rank::Possible),
    silent(31, |known| known.history = THREE_IN_SANDBOX, "delivery-stopped", Rank::Likely),
    silent(32, NOTHING, "bridge-starts-late", Rank::Possible),
    silent(33, |known| known.payload = Some(&super::checklist::NO_HANDLE), "handle-unusable", Rank::Likely),
    silent(34, |known| known.payload = Some(&super::checklist::BAD_ID), "call-id-unusable", Rank::Likely),
    silent(35, |known| known.phone = Some(Rule::SameUuid), "call-id-used", Rank::Certain),
    stopped(36, "token_missing", NOTHING, "voip-token-never-made", Rank::Possible),
    stopped(37, "token_missing", NOTHING, "xcode-simulator-has-no-token", Rank::Possible),
    silent(38, NOTHING, "expiration-zero", Rank::Possible),
    silent(39, |known| known.expiration = Some(NOW + 3_600), "expiration-long", Rank::Likely),
    silent(40, NOTHING, "not-delivered", Rank::Possible),
    silent(40, NOTHING, "call-filtered", Rank::Possible),
    refused(41, "Unregistered", |known| known.history = WORKED_IN_PRODUCTION, "environments-mixed-up", Rank::Likely),
    silent(42, |known| (known.push_type, known.topic) = (PushType::Background, "com.example.calls"), "silent-push", Rank::Certain),
    refused(43, "InvalidProviderToken", NOTHING, "signature-form", Rank::RuledOut),
    stopped(44, "server_went_away", |known| known.history = MANY_BAD, "many-bad-tokens", Rank::Likely),
];

/// Rows that a surer or more general cause comes before: a 410, a text that is not hex, a push of
/// another type, and a connection that ended.
const SECOND: [u8; 5] = [24, 26, 41, 42, 44];

fn look(row: &Row) -> Vec<Diagnosis> {
    let mut circumstances: Circumstances<'static> = known(row.outcome, row.reason);
    (row.edit)(&mut circumstances);
    diagnose(&circumstances)
}

#[test]
fn every_row_is_answered() {
    for row in &ROWS {
        let diagnoses = look(row);
        assert_eq!(
            rank(&diagnoses, row.id),
            row.rank,
            "{}: {diagnoses:#?}",
            row.number
        );
        if row.rank <= Rank::Likely {
            let place = diagnoses
                .iter()
                .position(|diagnosis| diagnosis.cause.id == row.id)
                .unwrap();
            let most = if SECOND.contains(&row.number) { 1 } else { 0 };
            assert!(place <= most, "{}: {diagnoses:#?}", row.number);
        }
    }
}

#[test]
fn no_row_is_missing() {
    let mut numbers: Vec<u8> = ROWS.iter().map(|row| row.number).collect();
    numbers.dedup();
    assert_eq!(numbers, (1..=44).collect::<Vec<u8>>());
}

#[test]
fn each_row_is_claimed_by_the_cause_it_leads_to() {
    for row in &ROWS {
        let cause = causes().find(|cause| cause.id == row.id).unwrap();
        assert!(
            cause.rows.contains(&row.number),
            "{}: {cause:?}",
            row.number
        );
    }
    for cause in causes() {
        for number in cause.rows {
            assert!(
                ROWS.iter().any(|row| row.number == *number),
                "{}: {number}",
                cause.id
            );
        }
    }
}
