//! The table: every row of what is known about APNs's answers that a request can show, sent over
//! real HTTP/2 on a connection of its own. Each row has the section of the reference it comes from.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use p256::ecdsa::signature::Signer;
use serde_json::{Value, json};
use trill::apns::{ProviderToken, PushType, Reason};
use trill::simulator::{Options, Simulator};

use super::{APNS_ID, BUNDLE_ID, CALL, KEY_ID, NOW, PHONE, Push, Stage, TEAM_ID, TOPIC, key};
use crate::support::h2_client::{H2Client, Identity};
use crate::support::openssl;

/// Answered only when somebody switches them on: no request causes them.
const SWITCHED: [Reason; 5] =
    [Reason::Forbidden, Reason::IdleTimeout, Reason::InternalServerError, Reason::ServiceUnavailable, Reason::Shutdown];

const SANDBOX: &str = "api.sandbox.push.apple.com";
const PRODUCTION: &str = "api.push.apple.com";
const BARE_PHONE: &str = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const PRODUCTION_PHONE: &str = "a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2";
const GONE: &str = "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3";
const OUTDATED: &str = "a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4";
const BUSY: &str = "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";

/// One row: where it is from, whom it asks, what is sent, and what is expected.
struct Row {
    section: &'static str,
    host: &'static str,
    push: Push,
    status: u16,
    reason: Option<&'static str>,
    rule: &'static str,
    mark: &'static str,
}

fn row(section: &'static str, push: Push, answer: (u16, &'static str), rule: &'static str, mark: &'static str) -> Row {
    let reason = Some(answer.1).filter(|reason| !reason.is_empty());
    Row { section, host: SANDBOX, push, status: answer.0, reason, rule, mark }
}

fn accepted(section: &'static str, push: Push) -> Row {
    row(section, push, (200, ""), "accepted", "documented")
}

impl Row {
    fn in_production(self) -> Self {
        Self { host: PRODUCTION, ..self }
    }
}

/// Sends every row and collects the reasons that were met.
async fn check(stage: &Stage, rows: Vec<Row>, identity: Option<&Identity>, met: &mut BTreeSet<String>) {
    for Row { section, host, push, status, reason, rule, mark } in rows {
        let client = H2Client::connect_as(host, stage.simulator.address(), stage.simulator.certificate_authority(), identity).await;
        let answer = push.send(&client.expect("TLS succeeds")).await;
        let decision = stage.decision();
        let found = (answer.status, answer.reason(), decision["rule"].as_str(), decision["mark"].as_str());
        assert_eq!(found, (status, reason.map(str::to_owned), Some(rule), Some(mark)), "§{section}: {decision}");
        assert_eq!(answer.header("apns-unique-id").is_some(), status == 200 && host == SANDBOX, "§{section} {rule}");
        // §3.1 and §7.5: in milliseconds, and only with 410, whichever of its two reasons it has. All were enrolled just now.
        let timestamp = if status == 200 { Value::Null } else { answer.json()["timestamp"].clone() };
        assert_eq!(timestamp, if status == 410 { json!(NOW * 1_000) } else { Value::Null }, "§{section} {rule}");
        met.extend(answer.reason());
    }
}

fn kind_token(kind: PushType) -> String {
    let index = PushType::ALL.iter().position(|other| *other == kind).expect("it is one of all");
    format!("{:02x}", 0xc0 + index).repeat(32)
}

async fn stage() -> Stage {
    let stage = Stage::new().await;
    for (key_id, more) in [
        ("SANDBOX000", json!({ "environments": ["sandbox"] })),
        ("PRODUCTION", json!({ "environments": ["production"] })),
        ("SCOPED0000", json!({ "topics": [TOPIC] })),
    ] {
        stage.enrol_key(key_id, &stage.key, more);
    }
    for kind in PushType::ALL {
        stage.put(&["devices", &kind_token(kind)], &json!({ "bundle_id": BUNDLE_ID, "kind": kind.as_str() }));
    }
    for (token, more) in [
        (BARE_PHONE, json!({ "kind": "alert" })),
        (PRODUCTION_PHONE, json!({ "environment": "production" })),
        (GONE, json!({ "state": "unregistered" })),
        (OUTDATED, json!({ "state": "expired" })),
        (BUSY, json!({ "pushes_per_minute": 0 })),
    ] {
        let mut body = json!({ "bundle_id": BUNDLE_ID });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        stage.put(&["devices", token], &body);
    }
    stage
}

fn signed_by(stage: &Stage, key_id: &str) -> String {
    ProviderToken::sign(&stage.key, key_id, TEAM_ID, NOW).authorization()
}

/// A token of any content with the stage's key, its signature in DER on demand.
fn token(header: &str, claims: &str, encode: fn(&[u8]) -> String, der: bool) -> String {
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a number on the curve");
    let signature: p256::ecdsa::Signature = key.sign(signed.as_bytes());
    let signature = if der { signature.to_der().as_bytes().to_vec() } else { signature.to_bytes().to_vec() };
    format!("bearer {signed}.{}", encode(&signature))
}

fn to(push: Push, device_token: &str) -> Push {
    push.at(&format!("/3/device/{device_token}"))
}

fn of_size(bytes: usize) -> String {
    format!("{{\"pad\":\"{}\"}}", "a".repeat(bytes - 10))
}

fn headers(stage: &Stage) -> Vec<Row> {
    let push = || stage.push();
    let with = |name, value: &str| stage.push().with(name, value);
    vec![
        row("2.1 :method", push().by("GET"), (405, "MethodNotAllowed"), "method-not-post", "documented"),
        row("2.1 :method", push().by("PUT"), (405, "MethodNotAllowed"), "method-not-post", "documented"),
        row("2.1 :path", push().at("/3/device/"), (400, "MissingDeviceToken"), "device-token-missing", "documented"),
        row("2.1 :path", push().at("/2/device/00"), (404, "BadPath"), "path-unknown", "documented"),
        row("2.1 :path", push().at("/3/device/x/y"), (404, "BadPath"), "path-unknown", "documented"),
        row("2.1 authorization", push().without("authorization"), (403, "MissingProviderToken"), "authorization-missing", "documented"),
        row("2.1 authorization", with("authorization", "basic YTpi"), (403, "MissingProviderToken"), "authorization-not-bearer", "assumed"),
        row("2.1 apns-push-type", with("apns-push-type", "pushkit"), (400, "InvalidPushType"), "push-type-unknown", "documented"),
        row("2.1 apns-push-type", with("apns-push-type", "VOIP"), (400, "InvalidPushType"), "push-type-unknown", "documented"),
        accepted("2.1 apns-push-type absent", push().without("apns-push-type")),
        row("2.1 apns-topic absent", push().without("apns-topic"), (400, "MissingTopic"), "topic-missing", "documented"),
        row("2.1 apns-topic", with("apns-topic", "two words"), (400, "BadTopic"), "topic-malformed", "documented"),
        row("2.1 apns-topic", with("apns-topic", ""), (400, "BadTopic"), "topic-malformed", "documented"),
        row(
            "2.1 apns-topic",
            with("apns-topic", "com.example.other.voip"),
            (400, "DeviceTokenNotForTopic"),
            "device-not-for-topic",
            "documented",
        ),
        row("2.1 apns-id", with("apns-id", "db1dff98bfef4ec08ac68187a3b0c645"), (400, "BadMessageId"), "apns-id-malformed", "documented"),
        row(
            "2.1 apns-id",
            with("apns-id", "123e4567-e89b-12d3-a456-42665544000"),
            (400, "BadMessageId"),
            "apns-id-malformed",
            "documented",
        ),
        accepted("2.1 apns-id in capitals", with("apns-id", &APNS_ID.to_uppercase())),
        accepted("2.1 apns-id absent", push().without("apns-id")),
        row("2.1 apns-expiration", with("apns-expiration", "2030-01-01"), (400, "BadExpirationDate"), "expiration-malformed", "documented"),
        accepted("2.1 apns-expiration past", with("apns-expiration", "1")),
        accepted("2.1 apns-expiration absent", push().without("apns-expiration")),
        row("2.1 apns-priority", with("apns-priority", "7"), (400, "BadPriority"), "priority-unknown", "documented"),
        row("2.1 apns-priority", with("apns-priority", "high"), (400, "BadPriority"), "priority-unknown", "documented"),
        accepted("2.1 apns-priority 5", with("apns-priority", "5")),
        accepted("2.1 apns-priority 1", with("apns-priority", "1")),
        accepted("2.1 apns-priority absent", push().without("apns-priority")),
        row(
            "2.1 apns-collapse-id",
            with("apns-collapse-id", &"a".repeat(65)),
            (400, "BadCollapseId"),
            "collapse-id-too-long",
            "documented",
        ),
        row(
            "2.1 apns-collapse-id",
            with("apns-collapse-id", &"é".repeat(33)),
            (400, "BadCollapseId"),
            "collapse-id-too-long",
            "documented",
        ),
        row("2.1 apns-collapse-id", with("apns-collapse-id", ""), (400, "BadCollapseId"), "collapse-id-empty", "assumed"),
        accepted("2.1 apns-collapse-id", with("apns-collapse-id", &"a".repeat(64))),
        row("2.1 repeated", push().and("apns-topic", TOPIC), (400, "DuplicateHeaders"), "header-repeated", "documented"),
        accepted("2.1 unknown", push().with("apns-colour", "red").with("x-colour", "blue")),
    ]
}

fn push_types(stage: &Stage) -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in PushType::ALL {
        let topic = [BUNDLE_ID, kind.topic_suffix()].concat();
        let priority = if kind == PushType::Background { "5" } else { "10" };
        let push = || {
            let push = to(stage.push(), &kind_token(kind)).with("apns-topic", &topic).with("apns-priority", priority);
            push.with("apns-push-type", kind.as_str())
        };
        if kind == PushType::Mdm {
            rows.push(row("2.2 mdm", push(), (400, "TopicDisallowed"), "push-type-not-by-token", "assumed"));
            continue;
        }
        let limit = if kind == PushType::Voip { 5_120 } else { 4_096 };
        rows.push(accepted(kind.as_str(), push()));
        rows.push(accepted(kind.as_str(), push().saying(of_size(limit))));
        rows.push(row(kind.as_str(), push().saying(of_size(limit + 1)), (413, "PayloadTooLarge"), "payload-too-large", "documented"));
        if !kind.topic_suffix().is_empty() {
            // The topic of the app alone, at the ordinary token of that app.
            let bare = to(push(), BARE_PHONE).with("apns-topic", BUNDLE_ID);
            rows.push(row(kind.as_str(), bare, (400, "DeviceTokenNotForTopic"), "topic-without-suffix", "observed"));
        }
        if !matches!(kind, PushType::Voip | PushType::Alert | PushType::Background) {
            let other = push().with("apns-push-type", "alert");
            rows.push(row(kind.as_str(), other, (400, "InvalidPushType"), "push-type-not-of-the-suffix", "assumed"));
        }
    }
    let background = to(stage.push(), BARE_PHONE).with("apns-topic", BUNDLE_ID).with("apns-push-type", "background");
    rows.push(row("2.2 background", background, (400, "BadPriority"), "background-at-once", "assumed"));
    rows
}

/// The rows of the table of reasons that the other sections leave open.
fn reasons(stage: &Stage) -> Vec<Row> {
    let push = || stage.push();
    let by = |key_id| stage.push().with("authorization", &signed_by(stage, key_id));
    vec![
        row("3.3 BadDeviceToken", to(push(), &"0".repeat(64)), (400, "BadDeviceToken"), "device-unknown", "observed"),
        row("3.3 PayloadEmpty", push().saying(""), (400, "PayloadEmpty"), "payload-empty", "documented"),
        row(
            "3.3 TopicDisallowed",
            by("SCOPED0000").with("apns-topic", BUNDLE_ID),
            (400, "TopicDisallowed"),
            "topic-not-of-the-key",
            "assumed",
        ),
        row(
            "3.3 BadEnvironmentKeyInToken",
            by("PRODUCTION"),
            (403, "BadEnvironmentKeyInToken"),
            "key-of-the-other-environment",
            "observed",
        ),
        row("3.3 ExpiredToken", to(push(), OUTDATED), (410, "ExpiredToken"), "device-token-expired", "documented"),
        row("3.3 Unregistered", to(push(), GONE), (410, "Unregistered"), "device-unregistered", "documented"),
        row("3.3 TooManyRequests", to(push(), BUSY), (429, "TooManyRequests"), "device-gets-too-many", "assumed"),
        row("2.3 not JSON", push().saying("{\"a\":1,}"), (200, ""), "accepted-not-json", "assumed"),
        row("2.3 not an object", push().saying("[]"), (200, ""), "accepted-not-an-object", "assumed"),
        accepted("2.3 {}", push().saying("{}")),
    ]
}

/// Push type against topic: eight observations. The sixth contradicts the first; the order of the
/// checks, which is a choice, decides for the first.
fn type_and_topic(stage: &Stage) -> Vec<Row> {
    let push = |push_type: &str, topic: &str| stage.push().with("apns-push-type", push_type).with("apns-topic", topic);
    let scoped = |push: Push| push.with("authorization", &signed_by(stage, "SCOPED0000"));
    let not_for_topic = (400, "DeviceTokenNotForTopic");
    vec![
        row("4.2 row 1", push("alert", TOPIC), (400, "InvalidPushType"), "push-type-not-voip", "observed"),
        accepted("4.2 row 2", push("voip", TOPIC).without("apns-push-type")),
        row("4.2 row 3", push("voip", BUNDLE_ID), not_for_topic, "device-not-for-topic", "documented"),
        row("4.2 row 4", scoped(push("voip", BUNDLE_ID)), (400, "TopicDisallowed"), "topic-not-of-the-key", "assumed"),
        row("4.2 row 5", scoped(push("alert", BUNDLE_ID)), (400, "TopicDisallowed"), "topic-not-of-the-key", "assumed"),
        row("4.2 row 6", to(push("alert", TOPIC), BARE_PHONE), (400, "InvalidPushType"), "push-type-not-voip", "observed"),
        row("4.2 row 7", push("voip", "com.example.calls.voip.voip"), not_for_topic, "device-not-for-topic", "documented"),
        row("4.2 row 8", to(push("voip", TOPIC), BARE_PHONE), not_for_topic, "device-not-for-topic", "documented"),
    ]
}

fn tokens(stage: &Stage) -> Vec<Row> {
    let push = |authorization: &str| stage.push().with("authorization", authorization);
    let url: fn(&[u8]) -> String = Base64UrlUnpadded::encode_string;
    let standard: fn(&[u8]) -> String = Base64::encode_string;
    let header = format!("{{\"alg\":\"ES256\",\"kid\":\"{KEY_ID}\"}}");
    let claims = |iat: &str| format!("{{\"iss\":\"{TEAM_ID}\",\"iat\":{iat}}}");
    let with_header = |header: &str| push(&token(header, &claims(&NOW.to_string()), url, false));
    let with_claims = |claims: &str| push(&token(&header, claims, url, false));
    let with_iat = |iat: &str| with_claims(&claims(iat));
    let signed = |seed, key_id: &str, team_id: &str| push(&ProviderToken::sign(&key(seed), key_id, team_id, NOW).authorization());
    let right = claims(&NOW.to_string());
    let invalid = (403, "InvalidProviderToken");
    let malformed = |section, push| row(section, push, invalid, "provider-token-malformed", "documented");
    let expired = (403, "ExpiredProviderToken");
    let future = |section, push| row(section, push, invalid, "provider-token-from-the-future", "assumed");
    vec![
        malformed("5.1 alg", with_header("{\"alg\":\"none\",\"kid\":\"ABC123DEFG\"}")),
        malformed("5.1 alg", with_header("{\"alg\":\"HS256\",\"kid\":\"ABC123DEFG\"}")),
        accepted("5.3 no alg, as in Apple’s sample", with_header("{\"kid\":\"ABC123DEFG\"}")),
        accepted("5.1 typ", with_header("{\"alg\":\"ES256\",\"kid\":\"ABC123DEFG\",\"typ\":\"JWT\"}")),
        malformed("5.1 kid", with_header("{\"alg\":\"ES256\"}")),
        row("5.1 kid", with_header("{\"alg\":\"ES256\",\"kid\":\"abc123defg\"}"), invalid, "key-unknown", "observed"),
        malformed("5.1 iss", with_claims(&format!("{{\"iat\":{NOW}}}"))),
        malformed("5.1 iat", with_claims(&format!("{{\"iss\":\"{TEAM_ID}\"}}"))),
        malformed("5.1 iat", with_iat("-1")),
        malformed("5.1 iat", with_iat("1.5")),
        malformed("5.1 iat", with_iat("\"now\"")),
        accepted("5.3 iat in quotes", with_iat(&format!("\"{NOW}\""))),
        future("5.3 iat in milliseconds", with_iat(&format!("\"{NOW}000\""))),
        future("5.2 future", with_iat(&(NOW + 301).to_string())),
        accepted("5.2 a clock slightly ahead", with_iat(&(NOW + 300).to_string())),
        row("5.2 age", with_iat(&(NOW - 3_601).to_string()), expired, "provider-token-expired", "documented"),
        accepted("5.2 age", with_iat(&(NOW - 3_599).to_string())),
        accepted("5.1 another claim", with_claims(&format!("{{\"iss\":\"{TEAM_ID}\",\"iat\":{NOW},\"kid\":\"{KEY_ID}\"}}"))),
        row("3.3 swapped", signed(7, TEAM_ID, KEY_ID), invalid, "key-unknown", "observed"),
        row("3.3 another team", signed(7, KEY_ID, "OTHER00000"), invalid, "team-not-of-the-key", "observed"),
        row("3.3 another .p8", signed(8, KEY_ID, TEAM_ID), invalid, "signature-wrong", "documented"),
        malformed("5.3 no token", push("bearer not.a.token")),
        accepted("5.3 raw", push(&token(&header, &right, url, false))),
        accepted("5.3 DER", push(&token(&header, &right, url, true))),
        accepted("5.3 DER in standard base64", push(&token(&header, &right, standard, true))),
        accepted("5.5 sandbox key", push(&signed_by(stage, "SANDBOX000"))),
        row(
            "5.5 sandbox key",
            to(push(&signed_by(stage, "SANDBOX000")), PRODUCTION_PHONE),
            (403, "BadEnvironmentKeyInToken"),
            "key-of-the-other-environment",
            "observed",
        )
        .in_production(),
        accepted("5.5 production key", to(push(&signed_by(stage, "PRODUCTION")), PRODUCTION_PHONE)).in_production(),
        accepted("5.5 older team key", to(stage.push(), PRODUCTION_PHONE)).in_production(),
        accepted("5.5 topic-specific key", push(&signed_by(stage, "SCOPED0000"))),
    ]
}

fn device_tokens(stage: &Stage) -> Vec<Row> {
    let bad = |section, token: &str| row(section, to(stage.push(), token), (400, "BadDeviceToken"), "device-token-malformed", "documented");
    let elsewhere = (400, "BadDeviceToken");
    let mut rows = vec![
        accepted("7.2 lower hex", to(stage.push(), PHONE)),
        accepted("7.2 upper hex", to(stage.push(), &PHONE.to_uppercase())),
        bad("7.2 NSData", "%3C00fc13ad%20ff785122%20b4ad2880%3E"),
        bad("7.2 NSData", "%7Blength%20=%2032,%20bytes%20=%200x00fc13ad%20...%20991de8f0%20%7D"),
        bad("7.2 BitConverter", "00-FC-13-AD"),
        bad("7.2 base64", "APwTrf94USK0rSiAmjQgmCNBJBQhNICXh45XfJkd6PA="),
        bad("7.2 Swift", "32%20bytes"),
        bad("7.2 0x", "0x00fc13ad"),
        bad("7.2 Expo", "ExponentPushToken%5Bxxxxxxxxxxxxxxxxxxxxxx%5D"),
        bad("7.1 odd length", &PHONE[1..]),
        row("7.3 production token", to(stage.push(), PRODUCTION_PHONE), elsewhere, "device-of-the-other-environment", "documented"),
        row("7.3 sandbox token", stage.push(), elsewhere, "device-of-the-other-environment", "documented").in_production(),
        accepted("7.3 production token", to(stage.push(), PRODUCTION_PHONE)).in_production(),
        row("7.1 not the alert token", to(stage.push(), BARE_PHONE), (400, "DeviceTokenNotForTopic"), "device-not-for-topic", "documented"),
    ];
    for digits in [108, 160, 200] {
        let token = "ab".repeat(digits / 2);
        stage.put(&["devices", &token], &json!({ "bundle_id": BUNDLE_ID }));
        rows.push(accepted("7.1 length", to(stage.push(), &token)));
    }
    rows
}

/// A certificate as Apple makes them, with these topics in the list of a universal one.
fn certificate(name: &str, user_id: &str, environments: &[u8], topics: &[&str]) -> Identity {
    let mut extensions = String::new();
    for environment in environments {
        extensions += &format!("1.2.840.113635.100.6.3.{environment}=ASN1:NULL\n");
    }
    if !topics.is_empty() {
        extensions += "1.2.840.113635.100.6.3.6=ASN1:SEQUENCE:topics\n[topics]\n";
    }
    for (index, topic) in topics.iter().enumerate() {
        extensions += &format!("a.{}=UTF8String:{topic}\na.{}=SEQWRAP,UTF8String:app\n", index * 2, index * 2 + 1);
    }
    let subject = if user_id.is_empty() { format!("/CN={name}") } else { format!("/CN={name}/UID={user_id}") };
    Identity::from_pem(&openssl::push_certificate(&subject, &extensions))
}

/// Rows for connections with a certificate, which need a clock that the openssl program shares.
async fn certificates(met: &mut BTreeSet<String>) {
    let simulator = Simulator::start_with(Options::default()).await.expect("the simulator starts");
    let client = H2Client::connect(simulator.address(), simulator.certificate_authority()).await;
    let stage = Stage { simulator, key: key(7), client };
    for (token, kind, environment) in
        [(PHONE, "voip", "sandbox"), (BARE_PHONE, "alert", "sandbox"), (PRODUCTION_PHONE, "voip", "production")]
    {
        stage.put(&["devices", token], &json!({ "bundle_id": BUNDLE_ID, "kind": kind, "environment": environment }));
    }
    let watch = "b1".repeat(32);
    stage.put(&["devices", &watch], &json!({ "bundle_id": BUNDLE_ID, "kind": "complication" }));
    let mdm = "b2".repeat(32);
    stage.put(&["devices", &mdm], &json!({ "bundle_id": "com.apple.mgmt.External.1", "kind": "mdm" }));
    let push = || to(stage.push(), PHONE).without("authorization");
    let bare = || to(push(), BARE_PHONE).with("apns-topic", BUNDLE_ID).with("apns-push-type", "alert");
    let production = || to(push(), PRODUCTION_PHONE);
    let disallowed = |section, push| row(section, push, (400, "TopicDisallowed"), "topic-not-of-the-certificate", "documented");
    let elsewhere =
        |section, push| row(section, push, (403, "BadCertificateEnvironment"), "certificate-of-the-other-environment", "documented");
    let missing = |section, push| row(section, push, (400, "MissingTopic"), "topic-missing", "documented");
    let complication = || to(push(), &watch).with("apns-topic", "com.example.calls.complication").with("apns-push-type", "complication");

    let universal =
        certificate("Apple Push Services: com.example.calls", BUNDLE_ID, &[1, 2], &[BUNDLE_ID, TOPIC, "com.example.calls.location-query"]);
    let location = push().with("apns-topic", "com.example.calls.location-query").with("apns-push-type", "location");
    let rows = vec![
        accepted("6.1 universal", push()),
        accepted("6.1 universal", bare()),
        accepted("6.1 universal", production()).in_production(),
        accepted("6.1 authorization is ignored", push().with("authorization", "bearer not.a.token")),
        missing("6.1 several topics", push().without("apns-topic")),
        disallowed("6.1 universal", complication()),
        disallowed("6.1 universal", push().with("apns-topic", "com.example.other")),
        row("2.2 location", location, (400, "TopicDisallowed"), "push-type-not-by-certificate", "assumed"),
    ];
    check(&stage, rows, Some(&universal), met).await;

    let development = certificate("Apple Development IOS Push Services: com.example.calls", BUNDLE_ID, &[1], &[]);
    let rows = vec![
        accepted("6.1 development", bare()),
        accepted("6.1 one topic", bare().without("apns-topic")),
        disallowed("6.1 development", push()),
        elsewhere("6.1 development", production()).in_production(),
    ];
    check(&stage, rows, Some(&development), met).await;

    let only_production = certificate("Apple Production IOS Push Services: com.example.calls", BUNDLE_ID, &[2], &[]);
    check(
        &stage,
        vec![elsewhere("6.1 production", bare()), disallowed("6.1 production", production()).in_production()],
        Some(&only_production),
        met,
    )
    .await;

    let voip = certificate("VoIP Services: com.example.calls", TOPIC, &[1, 2], &[]);
    let rows = vec![
        accepted("6.1 VoIP Services", push()),
        accepted("6.1 VoIP Services", push().without("apns-topic")),
        accepted("6.1 VoIP Services", production()).in_production(),
        disallowed("6.1 VoIP Services", bare()),
        disallowed("4.2 row 4", push().with("apns-topic", BUNDLE_ID)),
    ];
    check(&stage, rows, Some(&voip), met).await;

    let watchkit = certificate("WatchKit Services: com.example.calls", BUNDLE_ID, &[1, 2], &[]);
    check(
        &stage,
        vec![
            accepted("6.1 WatchKit Services", complication()),
            accepted("6.1 WatchKit Services", push()),
            missing("6.1 WatchKit Services", push().without("apns-topic")),
        ],
        Some(&watchkit),
        met,
    )
    .await;

    let pass = certificate("Pass Type ID: pass.example", "pass.example", &[], &[]);
    check(&stage, vec![elsewhere("6.1 Wallet", push()), disallowed("6.1 Wallet", production()).in_production()], Some(&pass), met).await;

    let mdm_certificate = certificate("APSP:1", "com.apple.mgmt.External.1", &[], &[]);
    let mdm_push = to(push(), &mdm).with("apns-topic", "com.apple.mgmt.External.1").with("apns-push-type", "mdm").saying("{\"mdm\":\"x\"}");
    check(&stage, vec![accepted("2.2 mdm", mdm_push)], Some(&mdm_certificate), met).await;

    let other = certificate("somebody", "", &[], &[]);
    let rows = vec![row("3.3 BadCertificate", push(), (403, "BadCertificate"), "certificate-without-topics", "documented")];
    check(&stage, rows, Some(&other), met).await;
    let named = stage.decision()["certificate"].clone();
    assert_eq!(named, json!("somebody"));
}

#[tokio::test]
async fn every_row_is_answered_as_the_reference_has_it() {
    let mut met = BTreeSet::new();
    let stage = stage().await;
    let sections = [headers(&stage), push_types(&stage), reasons(&stage), type_and_topic(&stage), tokens(&stage), device_tokens(&stage)];
    for rows in sections {
        check(&stage, rows, None, &mut met).await;
    }
    certificates(&mut met).await;
    // Those that need two requests on one connection have tests of their own.
    met.extend(["UnrelatedKeyIdInToken", "TooManyProviderTokenUpdates"].map(str::to_owned));
    met.extend(SWITCHED.map(|reason| reason.as_str().to_owned()));
    let all: BTreeSet<String> = Reason::all().map(|reason| reason.as_str().to_owned()).collect();
    assert_eq!(met, all);
}

#[tokio::test]
async fn expired_certificates_do_not_come_through_tls() {
    let later = || SystemTime::now() + Duration::from_secs(20 * 365 * 86_400);
    let earlier = || SystemTime::now() - Duration::from_secs(86_400);
    let identity = certificate("VoIP Services: com.example.calls", TOPIC, &[1, 2], &[]);
    for clock in [later as fn() -> SystemTime, earlier] {
        let simulator = Simulator::start_with(Options { clock, ..Options::default() }).await.expect("the simulator starts");
        let connected = H2Client::connect_as(SANDBOX, simulator.address(), simulator.certificate_authority(), Some(&identity)).await;
        // TLS 1.3 tells a client only after it has begun to speak.
        if let Ok(client) = connected {
            assert!(client.try_send("POST", "/3/device/00", &http::HeaderMap::new(), CALL.as_bytes()).await.is_err());
        }
        assert_eq!(simulator.summary(), "0 accepted, 0 refused");
    }
}

#[tokio::test]
async fn related_keys_may_share_a_connection() {
    let stage = Stage::new().await;
    for (key_id, group) in [("RELATED001", "calls"), ("RELATED002", "calls"), ("STRANGER00", "other")] {
        stage.enrol_key(key_id, &stage.key, json!({ "group": group }));
    }
    let by = |key_id: &str| stage.push().with("authorization", &signed_by(&stage, key_id));
    assert_eq!(stage.send(by("RELATED001")).await.status, 200);
    assert_eq!(stage.send(by("STRANGER00")).await.reason().as_deref(), Some("UnrelatedKeyIdInToken"));
    // Related, but a second token within 20 minutes.
    assert_eq!(stage.send(by("RELATED002")).await.reason().as_deref(), Some("TooManyProviderTokenUpdates"));
    assert_eq!(stage.send(by("RELATED001")).await.status, 200);
}

fn reissued(stage: &Stage, seconds_ago: u64) -> Push {
    stage.push().with("authorization", &ProviderToken::sign(&stage.key, KEY_ID, TEAM_ID, NOW - seconds_ago).authorization())
}

async fn staged(options: Options) -> Stage {
    let simulator = Simulator::start_with(Options { clock: super::clock, ..options }).await.expect("the simulator starts");
    let client = H2Client::connect(simulator.address(), simulator.certificate_authority()).await;
    let stage = Stage { simulator, key: key(7), client };
    stage.enrol_key(KEY_ID, &stage.key, json!({}));
    stage.put(&["devices", PHONE], &json!({ "bundle_id": BUNDLE_ID }));
    stage
}

#[tokio::test]
async fn new_tokens_are_counted_by_connection_or_when_strict_by_team() {
    for (strict_tokens, elsewhere) in [(false, 200), (true, 429)] {
        let stage = staged(Options { strict_tokens, ..Options::default() }).await;
        assert_eq!(stage.send(reissued(&stage, 0)).await.status, 200);
        let answer = stage.send(reissued(&stage, 1)).await;
        assert_eq!((answer.status, answer.reason().as_deref()), (429, Some("TooManyProviderTokenUpdates")));
        assert_eq!(stage.decision()["rule"], "provider-token-updated-too-soon");
        assert_eq!(stage.send(reissued(&stage, 0)).await.status, 200, "the old token goes on working");
        let other = H2Client::connect(stage.simulator.address(), stage.simulator.certificate_authority()).await;
        assert_eq!(reissued(&stage, 2).send(&other).await.status, elsewhere);
    }
}

#[tokio::test]
async fn a_connection_may_stay_wedged_after_an_old_token() {
    for (wedge_expired, then) in [(false, 200), (true, 403)] {
        let stage = staged(Options { wedge_expired, ..Options::default() }).await;
        assert_eq!(stage.send(reissued(&stage, 3_601)).await.reason().as_deref(), Some("ExpiredProviderToken"));
        assert_eq!(stage.send(reissued(&stage, 0)).await.status, then);
        assert_eq!(stage.decision()["rule"] == "connection-wedged", wedge_expired);
        let other = H2Client::connect(stage.simulator.address(), stage.simulator.certificate_authority()).await;
        assert_eq!(reissued(&stage, 0).send(&other).await.status, 200);
    }
}

#[tokio::test]
async fn any_key_may_be_accepted_with_a_note() {
    for (accept_any_key, status) in [(false, 403), (true, 200)] {
        let stage = staged(Options { accept_any_key, ..Options::default() }).await;
        let token = ProviderToken::sign(&key(9), "UNKNOWN000", "OTHER00000", NOW).authorization();
        assert_eq!(stage.send(stage.push().with("authorization", &token)).await.status, status);
        assert_eq!(stage.decision()["notes"].as_array().map(Vec::len), Some(usize::from(accept_any_key)));
        // A key that is known is checked all the same.
        let wrong = ProviderToken::sign(&key(9), KEY_ID, TEAM_ID, NOW).authorization();
        assert_eq!(stage.send(stage.push().with("authorization", &wrong)).await.status, 403);
    }
}

#[tokio::test]
async fn a_phone_takes_so_many_pushes_a_minute() {
    let stage = Stage::new().await;
    stage.put(&["devices", PHONE], &json!({ "bundle_id": BUNDLE_ID, "pushes_per_minute": 2 }));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(stage.send(stage.push()).await.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
}

#[tokio::test]
async fn a_key_that_was_replaced_is_asked_again() {
    let stage = Stage::new().await;
    assert_eq!(stage.send(stage.push()).await.status, 200);
    stage.enrol_key(KEY_ID, &key(8), json!({}));
    assert_eq!(stage.send(stage.push()).await.status, 403);
    assert_eq!(stage.decision()["rule"], "signature-wrong");
}

#[tokio::test]
async fn ordinary_pushes_do_not_ring() {
    let stage = stage().await;
    let alert = to(stage.push(), BARE_PHONE).with("apns-topic", BUNDLE_ID).with("apns-push-type", "alert");
    assert_eq!(stage.send(alert).await.status, 200);
    assert!(stage.events("phone").iter().all(|event| event["state"] != "ringing"));
}

#[test]
fn the_document_of_the_rules_is_current() {
    let committed = include_str!("../../docs/simulator-rules.md");
    assert!(committed == trill::simulator::rules_document(), "trill simulate --rules > docs/simulator-rules.md");
}
