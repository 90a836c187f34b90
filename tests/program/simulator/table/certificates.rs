//! Connections with a client certificate: what each kind may send, and where.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use serde_json::json;
use trill::simulator::{Options, Simulator};

use super::{BARE_PHONE, PRODUCTION_PHONE, SANDBOX, accepted, check, row, to};
use crate::simulator::{BUNDLE_ID, CALL, PHONE, Stage, TOPIC, key};
use crate::support::h2_client::{H2Client, Identity};
use crate::support::openssl;

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
        extensions += &format!(
            "a.{}=UTF8String:{topic}\na.{}=SEQWRAP,UTF8String:app\n",
            index * 2,
            index * 2 + 1
        );
    }
    let subject = if user_id.is_empty() {
        format!("/CN={name}")
    } else {
        format!("/CN={name}/UID={user_id}")
    };
    Identity::from_pem(&openssl::push_certificate(&subject, &extensions))
}

/// Rows for connections with a certificate, which need a clock that the openssl program shares.
pub(super) async fn check_all(met: &mut BTreeSet<String>) {
    let simulator = Simulator::start_with(Options::default())
        .await
        .expect("the simulator starts");
    let client = H2Client::connect(simulator.address(), simulator.certificate_authority()).await;
    let stage = Stage {
        simulator,
        key: key(7),
        client,
    };
    for (token, kind, environment) in [
        (PHONE, "voip", "sandbox"),
        (BARE_PHONE, "alert", "sandbox"),
        (PRODUCTION_PHONE, "voip", "production"),
    ] {
        stage.put(
            &["devices", token],
            &json!({ "bundle_id": BUNDLE_ID, "kind": kind, "environment": environment }),
        );
    }
    let watch = "b1".repeat(32);
    stage.put(
        &["devices", &watch],
        &json!({ "bundle_id": BUNDLE_ID, "kind": "complication" }),
    );
    let mdm = "b2".repeat(32);
    stage.put(
        &["devices", &mdm],
        &json!({ "bundle_id": "com.apple.mgmt.External.1", "kind": "mdm" }),
    );
    let push = || to(stage.push(), PHONE).without("authorization");
    let bare = || {
        to(push(), BARE_PHONE)
            .with("apns-topic", BUNDLE_ID)
            .with("apns-push-type", "alert")
    };
    let production = || to(push(), PRODUCTION_PHONE);
    let disallowed = |section, push| {
        row(
            section,
            push,
            (400, "TopicDisallowed"),
            "topic-not-of-the-certificate",
            "documented",
        )
    };
    let elsewhere = |section, push| {
        row(
            section,
            push,
            (403, "BadCertificateEnvironment"),
            "certificate-of-the-other-environment",
            "documented",
        )
    };
    let missing = |section, push| {
        row(
            section,
            push,
            (400, "MissingTopic"),
            "topic-missing",
            "documented",
        )
    };
    let complication = || {
        to(push(), &watch)
            .with("apns-topic", "com.example.calls.complication")
            .with("apns-push-type", "complication")
    };

    let universal = certificate(
        "Apple Push Services: com.example.calls",
        BUNDLE_ID,
        &[1, 2],
        &[BUNDLE_ID, TOPIC, "com.example.calls.location-query"],
    );
    let location = push()
        .with("apns-topic", "com.example.calls.location-query")
        .with("apns-push-type", "location");
    let rows = vec![
        accepted("6.1 universal", push()),
        accepted("6.1 universal", bare()),
        accepted("6.1 universal", production()).in_production(),
        accepted(
            "6.1 authorization is ignored",
            push().with("authorization", "bearer not.a.token"),
        ),
        missing("6.1 several topics", push().without("apns-topic")),
        disallowed("6.1 universal", complication()),
        disallowed(
            "6.1 universal",
            push().with("apns-topic", "com.example.other"),
        ),
        row(
            "2.2 location",
            location,
            (400, "TopicDisallowed"),
            "push-type-not-by-certificate",
            "assumed",
        ),
    ];
    check(&stage, rows, Some(&universal), met).await;

    let development = certificate(
        "Apple Development IOS Push Services: com.example.calls",
        BUNDLE_ID,
        &[1],
        &[],
    );
    let rows = vec![
        accepted("6.1 development", bare()),
        accepted("6.1 one topic", bare().without("apns-topic")),
        disallowed("6.1 development", push()),
        elsewhere("6.1 development", production()).in_production(),
    ];
    check(&stage, rows, Some(&development), met).await;

    let only_production = certificate(
        "Apple Production IOS Push Services: com.example.calls",
        BUNDLE_ID,
        &[2],
        &[],
    );
    check(
        &stage,
        vec![
            elsewhere("6.1 production", bare()),
            disallowed("6.1 production", production()).in_production(),
        ],
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

    let watchkit = certificate(
        "WatchKit Services: com.example.calls",
        BUNDLE_ID,
        &[1, 2],
        &[],
    );
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
    check(
        &stage,
        vec![
            elsewhere("6.1 Wallet", push()),
            disallowed("6.1 Wallet", production()).in_production(),
        ],
        Some(&pass),
        met,
    )
    .await;

    let mdm_certificate = certificate("APSP:1", "com.apple.mgmt.External.1", &[], &[]);
    let mdm_push = to(push(), &mdm)
        .with("apns-topic", "com.apple.mgmt.External.1")
        .with("apns-push-type", "mdm")
        .saying("{\"mdm\":\"x\"}");
    check(
        &stage,
        vec![accepted("2.2 mdm", mdm_push)],
        Some(&mdm_certificate),
        met,
    )
    .await;

    let other = certificate("somebody", "", &[], &[]);
    let rows = vec![row(
        "3.3 BadCertificate",
        push(),
        (403, "BadCertificate"),
        "certificate-without-topics",
        "assumed",
    )];
    check(&stage, rows, Some(&other), met).await;
    let named = stage.decision()["certificate"].clone();
    assert_eq!(named, json!("somebody"));
}

#[tokio::test]
async fn expired_certificates_do_not_come_through_tls() {
    let later = || SystemTime::now() + Duration::from_secs(20 * 365 * 86_400);
    let earlier = || SystemTime::now() - Duration::from_secs(86_400);
    let identity = certificate("VoIP Services: com.example.calls", TOPIC, &[1, 2], &[]);
    for clock in [later as fn() -> SystemTime, earlier] {
        let simulator = Simulator::start_with(Options {
            clock,
            ..Options::default()
        })
        .await
        .expect("the simulator starts");
        let connected = H2Client::connect_as(
            SANDBOX,
            simulator.address(),
            simulator.certificate_authority(),
            Some(&identity),
        )
        .await;
        // TLS 1.3 tells a client only after it has begun to speak.
        if let Ok(client) = connected {
            assert!(
                client
                    .try_send(
                        "POST",
                        "/3/device/00",
                        &http::HeaderMap::new(),
                        CALL.as_bytes()
                    )
                    .await
                    .is_err()
            );
        }
        assert_eq!(simulator.summary(), "0 accepted, 0 refused");
    }
}
