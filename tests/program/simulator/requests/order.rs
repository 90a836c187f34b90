//! The order of the checks: the form of a request first, its device token last.

use serde_json::json;
use trill::apns::ProviderToken;

use super::check;
use crate::simulator::{APNS_ID, KEY_ID, NOW, PHONE, Stage, TEAM_ID, TOPIC, key};

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
