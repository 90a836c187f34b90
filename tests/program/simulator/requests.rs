//! Answers of the simulator to requests, with the rule behind each.

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::signature::Signer;
use serde_json::json;
use trill::apns::ProviderToken;
use trill::simulator::Simulator;

use super::{APNS_ID, KEY_ID, LOOPBACK, NOW, PHONE, Push, Stage, TEAM_ID, TOPIC, key};
use crate::support::h2_client::H2Client;

/// Sends every request on a connection of its own and compares status, reason and rule.
async fn check(stage: &Stage, cases: Vec<(Push, u16, Option<&str>, &str)>) {
    for (push, status, reason, rule) in cases {
        let client = H2Client::connect(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        let answer = push.send(&client).await;
        let decision = stage.decision();
        assert_eq!(
            (
                answer.status,
                answer.reason().as_deref(),
                decision["rule"].as_str()
            ),
            (status, reason, Some(rule))
        );
        assert_eq!(
            (&decision["status"], &decision["reason"]),
            (&json!(status), &json!(reason)),
            "{rule}"
        );
    }
}

#[tokio::test]
async fn an_accepted_push_is_answered_with_headers_alone() {
    let stage = Stage::new().await;
    let answer = stage.send(stage.push()).await;
    assert_eq!(
        (answer.status, answer.header("apns-id")),
        (200, Some(APNS_ID))
    );
    assert_eq!(answer.header("apns-unique-id").map(str::len), Some(36));
    assert_eq!(
        (answer.body.len(), answer.header("content-type")),
        (0, None)
    );
    assert!(answer.ended_with_headers);
    assert_eq!(
        (&stage.decision()["mark"], &stage.decision()["signature"]),
        (&json!("documented"), &json!("raw"))
    );
}

#[tokio::test]
async fn a_refused_push_is_answered_with_its_reason() {
    let stage = Stage::new().await;
    let answer = stage.send(stage.push().with("apns-priority", "7")).await;
    assert_eq!(
        (
            answer.status,
            answer.header("apns-id"),
            answer.header("apns-unique-id")
        ),
        (400, Some(APNS_ID), None)
    );
    assert_eq!(
        (answer.header("content-type"), &answer.body[..]),
        (
            Some("application/json"),
            &br#"{"reason":"BadPriority"}"#[..]
        )
    );
}

#[tokio::test]
async fn a_push_without_an_id_gets_one() {
    let stage = Stage::new().await;
    let answer = stage.send(stage.push().without("apns-id")).await;
    assert_eq!(answer.header("apns-id").map(str::len), Some(36));
    assert_ne!(answer.header("apns-id"), Some(APNS_ID));
}

#[tokio::test]
async fn the_form_of_a_request_comes_first() {
    let stage = Stage::new().await;
    let push = || stage.push();
    let cases = vec![
        (
            push().by("GET"),
            405,
            Some("MethodNotAllowed"),
            "method-not-post",
        ),
        (push().at("/3/device"), 404, Some("BadPath"), "path-unknown"),
        (
            push().at("/2/device/00"),
            404,
            Some("BadPath"),
            "path-unknown",
        ),
        (
            push().at("/3/device/00/11"),
            404,
            Some("BadPath"),
            "path-unknown",
        ),
        (
            push().at("/3/device/"),
            400,
            Some("MissingDeviceToken"),
            "device-token-missing",
        ),
        (
            push().and("apns-topic", TOPIC),
            400,
            Some("DuplicateHeaders"),
            "header-repeated",
        ),
        (
            push().and("apns-foo", "1").and("apns-foo", "2"),
            400,
            Some("DuplicateHeaders"),
            "header-repeated",
        ),
        (
            push().and("authorization", "bearer x"),
            400,
            Some("DuplicateHeaders"),
            "header-repeated",
        ),
        (
            push().and("x-other", "1").and("x-other", "2"),
            200,
            None,
            "accepted",
        ),
        (
            push().with("apns-id", "42"),
            400,
            Some("BadMessageId"),
            "apns-id-malformed",
        ),
        (
            push().with("apns-id", "{eabeae54-14a8-11e5-b60b-1697f925ec7}"),
            400,
            Some("BadMessageId"),
            "apns-id-malformed",
        ),
        (
            push().with("apns-id", &APNS_ID.to_uppercase()),
            200,
            None,
            "accepted",
        ),
    ];
    check(&stage, cases).await;
}

#[tokio::test]
async fn the_credential_comes_before_the_device_token() {
    let stage = Stage::new().await;
    stage.enrol_key(
        "PRODUCTION",
        &stage.key,
        json!({ "environments": ["production"] }),
    );
    let push = || stage.push().at("/3/device/00");
    let signed = |seed, key_id: &str, team_id: &str, issued_at| {
        push().with(
            "authorization",
            &ProviderToken::sign(&key(seed), key_id, team_id, issued_at).authorization(),
        )
    };
    let invalid = Some("InvalidProviderToken");
    let cases = vec![
        (
            push().without("authorization"),
            403,
            Some("MissingProviderToken"),
            "authorization-missing",
        ),
        (
            push().with("authorization", "basic YTpi"),
            403,
            Some("MissingProviderToken"),
            "authorization-not-bearer",
        ),
        (
            push().with("authorization", "bearer "),
            403,
            Some("MissingProviderToken"),
            "authorization-not-bearer",
        ),
        (
            push().with("authorization", "bearer not.a.token"),
            403,
            invalid,
            "provider-token-malformed",
        ),
        (
            push().with("authorization", &format!("{}=", stage.token())),
            403,
            invalid,
            "provider-token-malformed",
        ),
        (
            signed(7, "UNKNOWN000", TEAM_ID, NOW),
            403,
            invalid,
            "key-unknown",
        ),
        (signed(7, TEAM_ID, KEY_ID, NOW), 403, invalid, "key-unknown"),
        (
            signed(7, KEY_ID, "OTHER00000", NOW),
            403,
            invalid,
            "team-not-of-the-key",
        ),
        (
            signed(8, KEY_ID, TEAM_ID, NOW),
            403,
            invalid,
            "signature-wrong",
        ),
        (
            signed(7, KEY_ID, TEAM_ID, NOW - 3_601),
            403,
            Some("ExpiredProviderToken"),
            "provider-token-expired",
        ),
        (
            signed(7, KEY_ID, TEAM_ID, NOW + 301),
            403,
            invalid,
            "provider-token-from-the-future",
        ),
        (
            signed(7, KEY_ID, TEAM_ID, NOW * 1_000),
            403,
            invalid,
            "provider-token-from-the-future",
        ),
        (
            signed(7, "PRODUCTION", TEAM_ID, NOW),
            403,
            Some("BadEnvironmentKeyInToken"),
            "key-of-the-other-environment",
        ),
        (
            signed(7, KEY_ID, TEAM_ID, NOW - 3_600).at(&format!("/3/device/{PHONE}")),
            200,
            None,
            "accepted",
        ),
        (
            signed(7, KEY_ID, TEAM_ID, NOW + 300).at(&format!("/3/device/{PHONE}")),
            200,
            None,
            "accepted",
        ),
        (
            stage
                .push()
                .with("authorization", &stage.token().replace("bearer", "Bearer")),
            200,
            None,
            "accepted",
        ),
    ];
    check(&stage, cases).await;
}

#[tokio::test]
async fn the_topic_comes_before_the_device_token() {
    let stage = Stage::new().await;
    stage.enrol_key(
        "SCOPED0000",
        &stage.key,
        json!({ "topics": ["com.example.other.voip"] }),
    );
    let push = || stage.push().at("/3/device/00");
    let scoped = ProviderToken::sign(&stage.key, "SCOPED0000", TEAM_ID, NOW).authorization();
    let cases = vec![
        (
            push().without("apns-topic"),
            400,
            Some("MissingTopic"),
            "topic-missing",
        ),
        (
            push().with("apns-topic", ""),
            400,
            Some("BadTopic"),
            "topic-malformed",
        ),
        (
            push().with("apns-topic", "com example"),
            400,
            Some("BadTopic"),
            "topic-malformed",
        ),
        (
            push().with("authorization", &scoped),
            400,
            Some("TopicDisallowed"),
            "topic-not-of-the-key",
        ),
        (
            push()
                .with("authorization", &scoped)
                .with("apns-topic", "com.example.other.voip"),
            400,
            Some("BadDeviceToken"),
            "device-unknown",
        ),
    ];
    check(&stage, cases).await;
}

#[tokio::test]
async fn header_values_come_before_the_device_token() {
    let stage = Stage::new().await;
    let push = || stage.push().at("/3/device/00");
    let whole = || stage.push();
    let cases = vec![
        (
            push().with("apns-push-type", "call"),
            400,
            Some("InvalidPushType"),
            "push-type-unknown",
        ),
        (
            push().with("apns-push-type", "VoIP"),
            400,
            Some("InvalidPushType"),
            "push-type-in-capitals",
        ),
        (
            push().with("apns-push-type", "alert"),
            400,
            Some("InvalidPushType"),
            "push-type-not-voip",
        ),
        (whole().without("apns-push-type"), 200, None, "accepted"),
        (
            push().with("apns-priority", "10.0"),
            400,
            Some("BadPriority"),
            "priority-unknown",
        ),
        (
            push().with("apns-priority", "0"),
            400,
            Some("BadPriority"),
            "priority-unknown",
        ),
        (whole().with("apns-priority", "5"), 200, None, "accepted"),
        (whole().with("apns-priority", "1"), 200, None, "accepted"),
        (
            push().with("apns-expiration", "soon"),
            400,
            Some("BadExpirationDate"),
            "expiration-malformed",
        ),
        (
            push().with("apns-expiration", "1.5"),
            400,
            Some("BadExpirationDate"),
            "expiration-malformed",
        ),
        (
            whole().with("apns-expiration", "1893456000"),
            200,
            None,
            "accepted",
        ),
        (
            push().with("apns-collapse-id", &"a".repeat(65)),
            400,
            Some("BadCollapseId"),
            "collapse-id-too-long",
        ),
        (
            push().with("apns-collapse-id", &"é".repeat(33)),
            400,
            Some("BadCollapseId"),
            "collapse-id-too-long",
        ),
        (
            push().with("apns-collapse-id", ""),
            400,
            Some("BadCollapseId"),
            "collapse-id-empty",
        ),
        (
            whole().with("apns-collapse-id", &"é".repeat(32)),
            200,
            None,
            "accepted",
        ),
    ];
    check(&stage, cases).await;
}

#[tokio::test]
async fn the_payload_has_a_limit_in_bytes() {
    let stage = Stage::new().await;
    let push = |body: String| stage.push().saying(body);
    let of = |bytes: usize| format!("{{\"pad\":\"{}\"}}", "a".repeat(bytes - 10));
    let alert = |bytes| {
        push(of(bytes))
            .with("apns-push-type", "alert")
            .with("apns-topic", "com.example.calls")
    };
    let too_large = Some("PayloadTooLarge");
    let cases = vec![
        (
            push(String::new()),
            400,
            Some("PayloadEmpty"),
            "payload-empty",
        ),
        (push("{}".into()), 200, None, "accepted"),
        (push(of(5_120)), 200, None, "accepted"),
        (push(of(5_121)), 413, too_large, "payload-too-large"),
        (
            push(of(5_120)).without("apns-push-type"),
            200,
            None,
            "accepted",
        ),
        (
            push(of(5_121)).without("apns-push-type"),
            413,
            too_large,
            "payload-too-large",
        ),
        // An ordinary push within the limit fails later: the phone's token is for VoIP.
        (
            alert(4_096),
            400,
            Some("DeviceTokenNotForTopic"),
            "device-not-for-topic",
        ),
        (alert(4_097), 413, too_large, "payload-too-large"),
        (
            alert(4_097).without("apns-push-type"),
            413,
            too_large,
            "payload-too-large",
        ),
        (push(of(60_000)), 413, too_large, "payload-too-large"),
        (push(of(1_000_000)), 413, too_large, "payload-too-large"),
        (push("{\"a\":1,}".into()), 200, None, "accepted-not-json"),
        (push("[1]".into()), 200, None, "accepted-not-an-object"),
    ];
    check(&stage, cases).await;
}

#[tokio::test]
async fn the_device_token_comes_last() {
    let stage = Stage::new().await;
    let (gone, elsewhere) = ("aa".repeat(32), "bb".repeat(32));
    stage.put(
        &["devices", &gone],
        &json!({ "bundle_id": "com.example.calls", "state": "unregistered" }),
    );
    stage.put(
        &["devices", &elsewhere],
        &json!({ "bundle_id": "com.example.calls", "environment": "production" }),
    );
    let to = |token: &str| stage.push().at(&format!("/3/device/{token}"));
    let bad = Some("BadDeviceToken");
    let cases = vec![
        (to("xyz"), 400, bad, "device-token-malformed"),
        (to("abc"), 400, bad, "device-token-malformed"),
        (
            to(&format!("{PHONE}?x")),
            400,
            bad,
            "device-token-malformed",
        ),
        (to(&"0".repeat(64)), 400, bad, "device-unknown"),
        (to(&elsewhere), 400, bad, "device-of-the-other-environment"),
        (
            to(PHONE).with("apns-topic", "com.example.calls"),
            400,
            Some("DeviceTokenNotForTopic"),
            "device-not-for-topic",
        ),
        (
            to(PHONE).with("apns-topic", "com.example.calls.voip.voip"),
            400,
            Some("DeviceTokenNotForTopic"),
            "device-not-for-topic",
        ),
        (to(&gone), 410, Some("Unregistered"), "device-unregistered"),
        (to(&PHONE.to_uppercase()), 200, None, "accepted"),
    ];
    check(&stage, cases).await;
    let answer = stage.send(to(&gone)).await;
    assert_eq!(
        answer.json(),
        json!({ "reason": "Unregistered", "timestamp": NOW * 1_000 })
    );
}

#[tokio::test]
async fn a_connection_belongs_to_its_first_team_and_key() {
    let stage = Stage::new().await;
    stage.enrol_key("SECOND0000", &key(8), json!({}));
    stage.enrol_key("FOREIGN000", &key(9), json!({ "team_id": "OTHER00000" }));
    let second = || ProviderToken::sign(&key(8), "SECOND0000", TEAM_ID, NOW).authorization();
    let foreign = ProviderToken::sign(&key(9), "FOREIGN000", "OTHER00000", NOW).authorization();

    let mut answers = Vec::new();
    for push in [
        // A credential that does not hold binds nothing; one that does binds even if the push fails.
        stage.push().with("authorization", "bearer not.a.token"),
        stage
            .push()
            .with("authorization", &second())
            .without("apns-topic"),
        stage.push(),
        stage.push().with("authorization", &foreign),
        stage.push().with("authorization", &second()),
    ] {
        let status = stage.send(push).await.status;
        answers.push((
            status,
            stage.decision()["rule"]
                .as_str()
                .map(str::to_owned)
                .expect("a rule"),
        ));
    }
    let answers: Vec<_> = answers
        .iter()
        .map(|(status, rule)| (*status, rule.as_str()))
        .collect();
    assert_eq!(
        answers,
        [
            (403, "provider-token-malformed"),
            (400, "topic-missing"),
            (403, "second-key-on-connection"),
            (403, "second-team-on-connection"),
            (200, "accepted"),
        ]
    );
}

#[tokio::test]
async fn a_der_signature_is_taken_with_a_note() {
    let stage = Stage::new().await;
    let token = stage.token();
    let (signed, raw) = token.rsplit_once('.').expect("a token has dots");
    let raw = Base64UrlUnpadded::decode_vec(raw).expect("a token is base64url");
    let der = p256::ecdsa::Signature::from_slice(&raw)
        .expect("64 bytes")
        .to_der();
    let answer = stage
        .send(stage.push().with(
            "authorization",
            &format!(
                "{signed}.{}",
                Base64UrlUnpadded::encode_string(der.as_bytes())
            ),
        ))
        .await;
    let decision = stage.decision();
    assert_eq!(
        (answer.status, &decision["signature"]),
        (200, &json!("der"))
    );
    assert_eq!(decision["notes"].as_array().map(Vec::len), Some(1));
}

/// A token with these first two parts and a signature of the stage's key.
fn token_saying(header: &str, claims: &str) -> String {
    let encode = |part: &str| Base64UrlUnpadded::encode_string(part.as_bytes());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a number on the curve");
    let signature: p256::ecdsa::Signature = key.sign(signed.as_bytes());
    format!(
        "bearer {signed}.{}",
        Base64UrlUnpadded::encode_string(&signature.to_bytes())
    )
}

#[tokio::test]
async fn an_issue_time_with_a_fraction_or_in_quotes_is_taken_with_a_note() {
    let stage = Stage::new().await;
    let header = format!(r#"{{"alg":"ES256","kid":"{KEY_ID}"}}"#);
    for (iat, word) in [
        (format!("{NOW}.734"), "fraction"),
        (format!("\"{NOW}\""), "string"),
    ] {
        let client = H2Client::connect(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        let authorization = token_saying(&header, &format!(r#"{{"iss":"{TEAM_ID}","iat":{iat}}}"#));
        assert_eq!(
            stage
                .push()
                .with("authorization", &authorization)
                .send(&client)
                .await
                .status,
            200,
            "{iat}"
        );
        let decision = stage.decision();
        assert_eq!(
            (&decision["iat"], decision["notes"].as_array().map(Vec::len)),
            (&json!(NOW), Some(1)),
            "{iat}"
        );
        assert!(
            decision["notes"][0]
                .as_str()
                .is_some_and(|note| note.contains(word)),
            "{decision}"
        );
    }
    // Two within one second are two tokens.
    let client = H2Client::connect(
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
    )
    .await;
    let send = async |iat: String| {
        let authorization = token_saying(&header, &format!(r#"{{"iss":"{TEAM_ID}","iat":{iat}}}"#));
        stage
            .push()
            .with("authorization", &authorization)
            .send(&client)
            .await
            .status
    };
    assert_eq!(
        [
            send(format!("{NOW}.1")).await,
            send(format!("{NOW}.1")).await,
            send(format!("{NOW}.2")).await
        ],
        [200, 200, 429]
    );
}

#[tokio::test]
async fn the_defect_of_a_token_is_told_to_its_owner_and_not_to_its_sender() {
    let stage = Stage::new().await;
    let header = format!(r#"{{"alg":"ES256","kid":"{KEY_ID}"}}"#);
    let claims = format!(r#"{{"iss":"{TEAM_ID}","iat":{NOW}}}"#);
    let whole = token_saying(&header, &claims);
    let pieces: Vec<&str> = whole.split('.').collect();
    let cases = [
        (format!("{}.{}", pieces[0], pieces[1]), "three parts"),
        (format!("{whole}.AAAA"), "three parts"),
        (
            format!("bearer !.{}.{}", pieces[1], pieces[2]),
            "first part",
        ),
        (format!("{}.bm8.{}", pieces[0], pieces[2]), "second part"),
        (format!("{}.{}.", pieces[0], pieces[1]), "third part"),
        (format!("bearer {}", "A".repeat(2_000)), "1,024 bytes"),
        (
            token_saying(&header.replace("ES256", "RS256"), &claims),
            "algorithm",
        ),
        (token_saying(r#"{"alg":"ES256"}"#, &claims), "Key ID (kid)"),
        (
            token_saying(&header, &format!(r#"{{"iat":{NOW}}}"#)),
            "Team ID (iss)",
        ),
        (
            token_saying(&header, &format!(r#"{{"iss":"{TEAM_ID}"}}"#)),
            "no issue time (iat)",
        ),
        (
            token_saying(
                &header,
                &format!(r#"{{"iss":"{TEAM_ID}","iat":"2019-10-09 12:00:00 +0000 UTC"}}"#),
            ),
            "issue time (iat) is no number",
        ),
    ];
    for (authorization, words) in cases {
        let answer = stage
            .send(stage.push().with("authorization", &authorization))
            .await;
        assert_eq!(
            (answer.status, answer.json()),
            (403, json!({ "reason": "InvalidProviderToken" })),
            "{words}"
        );
        let decision = stage.decision();
        assert!(
            decision["notes"][0]
                .as_str()
                .is_some_and(|note| note.contains(words)),
            "{words}: {decision}"
        );
        assert_eq!(
            stage.events("decision").last(),
            Some(&decision),
            "the event says the same"
        );
        let token = authorization.trim_start_matches("bearer ");
        let is_told = token
            .split('.')
            .any(|piece| piece.len() > 12 && decision.to_string().contains(piece));
        assert!(!is_told, "{words}: {decision}");
    }
}

#[tokio::test]
async fn an_apns_id_comes_back_as_it_was_sent() {
    let stage = Stage::new().await;
    for id in [
        APNS_ID.to_owned(),
        APNS_ID.to_uppercase(),
        "EABEAE54-14a8-11E5-b60b-1697F925ec7b".to_owned(),
    ] {
        let answer = stage.send(stage.push().with("apns-id", &id)).await;
        assert_eq!((answer.status, answer.header("apns-id")), (200, Some(&*id)));
        assert_eq!(stage.decision()["apns_id"], *id);
        let refused = stage
            .send(stage.push().with("apns-id", &id).at("/3/device/00"))
            .await;
        assert_eq!(
            (refused.status, refused.header("apns-id")),
            (400, Some(&*id))
        );
    }
}

#[tokio::test]
async fn an_answer_to_head_has_no_body() {
    let stage = Stage::new().await;
    let head = || stage.push().by("HEAD").saying("");
    let answer = stage.send(head()).await;
    assert_eq!(
        (answer.status, &*answer.body, answer.ended_with_headers),
        (405, &b""[..], true)
    );
    assert_eq!(
        (
            answer.header("apns-id"),
            stage.decision()["reason"].as_str()
        ),
        (Some(APNS_ID), Some("MethodNotAllowed"))
    );
    for fault in [
        json!({ "fault": "answer", "status": 500, "body": "text" }),
        json!({ "fault": "body-unfinished" }),
    ] {
        stage.put(&["faults"], &json!([fault]));
        let answer = stage.send(head()).await;
        assert_eq!(
            (&*answer.body, answer.ended_with_headers),
            (&b""[..], true),
            "{fault}"
        );
    }
    stage.put(&["faults"], &json!([]));
    assert_eq!(
        stage
            .send(stage.push().by("GET").saying(""))
            .await
            .reason()
            .as_deref(),
        Some("MethodNotAllowed")
    );
}

/// The public key of RFC 7515 A.3, and a token signed with its private half and the nonce of RFC 6979,
/// its signature in both forms.
mod rfc_7515 {
    pub(super) const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n\
        6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n\
        -----END PUBLIC KEY-----\n";
    pub(super) const SIGNED: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MDM2fQ";
    pub(super) const RAW: &str =
        "DsvSgkxE3Olsjv2UQ_kVzPZi7Xgx81ZbYtdqr58sck_g_b33F6HN3NJZHdVRZsxAvMBnCAFDZbXtUg5P1NtVBg";
    pub(super) const DER: &str = "MEUCIA7L0oJMRNzpbI79lEP5Fcz2Yu14MfNWW2LXaq-fLHJPAiEA4P299xehzdzSWR3VUWbMQLzAZwgBQ2W17VIOT9TbVQY";
    pub(super) const ISSUED_AT: u64 = 1_437_179_036;
    /// The names in its header and claims.
    pub(super) const KEY_ID: &str = "ABC123DEFG";
    pub(super) const TEAM_ID: &str = "DEF123GHIJ";
}

#[tokio::test]
async fn known_tokens_are_verified() {
    let clock = || std::time::UNIX_EPOCH + std::time::Duration::from_secs(rfc_7515::ISSUED_AT);
    let simulator = Simulator::start(LOOPBACK, clock)
        .await
        .expect("the simulator starts");
    let client = H2Client::connect(simulator.address(), simulator.certificate_authority()).await;
    let stage = Stage {
        simulator,
        key: key(7),
        client,
    };
    stage.put(
        &["keys", rfc_7515::KEY_ID],
        &json!({ "team_id": rfc_7515::TEAM_ID, "public_key": rfc_7515::PUBLIC_KEY }),
    );
    stage.put(
        &["devices", PHONE],
        &json!({ "bundle_id": "com.example.calls" }),
    );
    let flipped = rfc_7515::RAW.replacen('D', "E", 1);
    for (signature, status) in [(rfc_7515::RAW, 200), (rfc_7515::DER, 200), (&*flipped, 403)] {
        let token = format!("bearer {}.{signature}", rfc_7515::SIGNED);
        assert_eq!(
            stage
                .send(stage.push().with("authorization", &token))
                .await
                .status,
            status,
            "{signature}"
        );
    }
}
