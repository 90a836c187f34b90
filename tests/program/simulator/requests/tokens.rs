//! Provider tokens: their connection, their signature, their issue time, and what is said of a defect.

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::signature::Signer;
use serde_json::json;
use trill::apns::ProviderToken;
use trill::simulator::Simulator;

use crate::simulator::{KEY_ID, LOOPBACK, NOW, PHONE, Stage, TEAM_ID, key};
use crate::support::h2_client::H2Client;

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
