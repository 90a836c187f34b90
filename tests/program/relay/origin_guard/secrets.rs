//! Secrets in a request: private keys, and provider tokens outside their header.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::json;

use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::running::Running;

const OPENSSL_KEY: &str = include_str!("../../../fixtures/keys/rfc7515-openssl.p8");
const CERTIFICATE: &str = include_str!("../../../fixtures/keys/certificate.pem");
const BUNDLE: &[u8] = include_bytes!("../../../fixtures/keys/bundle.p12");

/// Base64 between the lines of armour.
fn openssl_body() -> String {
    OPENSSL_KEY
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect()
}

#[tokio::test]
async fn a_private_key_in_a_request_is_refused() {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let path = format!("POST /sandbox/3/device/{}", BEGIN.replace(' ', "%20"));
    for (place, request) in [
        (
            "body",
            relay.push().body(format!("{{\"key\": \"{BEGIN}\\nMIG\"}}")),
        ),
        (
            "SEC1 body",
            relay.push().body("-----BEGIN EC PRIVATE KEY-----"),
        ),
        (
            "bare base64",
            relay
                .push()
                .body("MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQgAAAA"),
        ),
        (
            "as openssl writes it",
            relay
                .push()
                .body(json!({ "key": openssl_body() }).to_string()),
        ),
        (
            "folded",
            relay.push().body(
                json!({ "key": openssl_body().replace("MIGHAgEA", "MIGH\r\nAgEA") }).to_string(),
            ),
        ),
        (
            "a whole file in base64",
            relay
                .push()
                .body(Base64::encode_string(OPENSSL_KEY.as_bytes())),
        ),
        (
            "a bundle",
            relay
                .push()
                .body(json!({ "p12": Base64::encode_string(BUNDLE) }).to_string()),
        ),
        (
            "header",
            relay.push().header("authorization", BEGIN).body("{}"),
        ),
        (
            "foreign header",
            relay.push().header("x-key", BEGIN).body("{}"),
        ),
        (
            "path",
            relay.request(&path).header("apns-topic", "a").body("{}"),
        ),
    ] {
        let answer = relay.send(request).await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (422, "secret_in_request", "not-sent"),
            "{place}"
        );
        let echo = format!("{answer:?}");
        assert!(
            !echo.contains("BEGIN") && !echo.contains("MIG"),
            "{place}: {echo}"
        );
    }
    assert_eq!(
        relay
            .send(relay.push().body("-----BEGIN PUBLIC KEY-----"))
            .await
            .status,
        200,
        "a public key is no secret"
    );
    let certificate = json!({ "handle": "alice", "certificate": CERTIFICATE });
    assert_eq!(
        relay
            .send(relay.push().body(certificate.to_string()))
            .await
            .status,
        200,
        "nor is a certificate"
    );
    assert_eq!(peer.seen().len(), 2);
}

/// The payload reaches the phone; a token of the app itself may well be in it.
#[tokio::test]
async fn a_provider_token_outside_its_header_is_refused() {
    let part = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
    let jwt = |header: &str, claims: &str| {
        [
            part(header),
            part(claims),
            part("no signature, but as long as one would be, at 64 bytes in all"),
        ]
        .join(".")
    };
    let provider = jwt(
        r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
        r#"{"iss":"TEAM654321","iat":1437179036}"#,
    );
    let app = jwt(
        r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
        r#"{"iss":"calls","sub":"alice","iat":1437179036,"exp":1437182636}"#,
    );
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let push = |token: &str| {
        relay
            .push()
            .header("authorization", &format!("bearer {provider}"))
            .body(json!({ "token": token }).to_string())
    };
    let answer = relay.send(push(&provider)).await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (422, "secret_in_request", "not-sent")
    );
    assert!(!format!("{answer:?}").contains(&provider[provider.len() - 24..]));
    assert_eq!(relay.send(push(&app)).await.status, 200);
    assert_eq!(peer.seen().len(), 1);
}
