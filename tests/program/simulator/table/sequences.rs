//! Rules that take more than one request, or a simulator with other options.

use serde_json::json;
use trill::apns::ProviderToken;
use trill::simulator::{Options, Simulator};

use super::signed_by;
use crate::simulator::{BUNDLE_ID, KEY_ID, NOW, PHONE, Push, Stage, TEAM_ID, clock, key};
use crate::support::h2_client::H2Client;

#[tokio::test]
async fn related_keys_may_share_a_connection() {
    let stage = Stage::new().await;
    for (key_id, group) in [
        ("RELATED001", "calls"),
        ("RELATED002", "calls"),
        ("STRANGER00", "other"),
    ] {
        stage.enrol_key(key_id, &stage.key, json!({ "group": group }));
    }
    let by = |key_id: &str| {
        stage
            .push()
            .with("authorization", &signed_by(&stage, key_id))
    };
    assert_eq!(stage.send(by("RELATED001")).await.status, 200);
    assert_eq!(
        stage.send(by("STRANGER00")).await.reason().as_deref(),
        Some("UnrelatedKeyIdInToken")
    );
    // Related, but a second token within 20 minutes.
    assert_eq!(
        stage.send(by("RELATED002")).await.reason().as_deref(),
        Some("TooManyProviderTokenUpdates")
    );
    assert_eq!(stage.send(by("RELATED001")).await.status, 200);
}

fn reissued(stage: &Stage, seconds_ago: u64) -> Push {
    stage.push().with(
        "authorization",
        &ProviderToken::sign(&stage.key, KEY_ID, TEAM_ID, NOW - seconds_ago).authorization(),
    )
}

async fn staged(options: Options) -> Stage {
    let simulator = Simulator::start_with(Options { clock, ..options })
        .await
        .expect("the simulator starts");
    let client = H2Client::connect(simulator.address(), simulator.certificate_authority()).await;
    let stage = Stage {
        simulator,
        key: key(7),
        client,
    };
    stage.enrol_key(KEY_ID, &stage.key, json!({}));
    stage.put(&["devices", PHONE], &json!({ "bundle_id": BUNDLE_ID }));
    stage
}

#[tokio::test]
async fn new_tokens_are_counted_by_connection_or_when_strict_by_team() {
    for (strict_tokens, elsewhere) in [(false, 200), (true, 429)] {
        let stage = staged(Options {
            strict_tokens,
            ..Options::default()
        })
        .await;
        assert_eq!(stage.send(reissued(&stage, 0)).await.status, 200);
        let answer = stage.send(reissued(&stage, 1)).await;
        assert_eq!(
            (answer.status, answer.reason().as_deref()),
            (429, Some("TooManyProviderTokenUpdates"))
        );
        assert_eq!(stage.decision()["rule"], "provider-token-updated-too-soon");
        assert_eq!(
            stage.send(reissued(&stage, 0)).await.status,
            200,
            "the old token goes on working"
        );
        let other = H2Client::connect(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        assert_eq!(reissued(&stage, 2).send(&other).await.status, elsewhere);
    }
}

#[tokio::test]
async fn a_new_token_after_an_expired_one_is_not_too_early() {
    let expired = json!([{ "fault": "refuse", "reason": "ExpiredProviderToken", "next": 1 }]);
    for strict_tokens in [false, true] {
        let stage = staged(Options {
            strict_tokens,
            ..Options::default()
        })
        .await;
        assert_eq!(stage.send(reissued(&stage, 60)).await.status, 200);
        stage.put(&["faults"], &expired);
        assert_eq!(
            stage.send(reissued(&stage, 60)).await.reason().as_deref(),
            Some("ExpiredProviderToken")
        );
        assert_eq!(
            stage.send(reissued(&stage, 1)).await.status,
            200,
            "strict: {strict_tokens}"
        );
        assert_eq!(
            stage.send(reissued(&stage, 60)).await.status,
            200,
            "the fault was for once"
        );
        assert_eq!(
            stage.send(reissued(&stage, 0)).await.status,
            429,
            "and the new one counts"
        );
        // A token that nobody signed voids nothing.
        stage.put(&["faults"], &expired);
        let forged = ProviderToken::sign(&key(9), KEY_ID, TEAM_ID, NOW - 1).authorization();
        assert_eq!(
            stage
                .send(stage.push().with("authorization", &forged))
                .await
                .status,
            403
        );
        assert_eq!(stage.send(reissued(&stage, 0)).await.status, 429);
    }
}

#[tokio::test]
async fn a_connection_may_stay_wedged_after_an_old_token() {
    for (wedge_expired, then) in [(false, 200), (true, 403)] {
        let stage = staged(Options {
            wedge_expired,
            ..Options::default()
        })
        .await;
        assert_eq!(
            stage
                .send(reissued(&stage, 3_601))
                .await
                .reason()
                .as_deref(),
            Some("ExpiredProviderToken")
        );
        assert_eq!(stage.send(reissued(&stage, 0)).await.status, then);
        assert_eq!(
            stage.decision()["rule"] == "connection-wedged",
            wedge_expired
        );
        let other = H2Client::connect(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        assert_eq!(reissued(&stage, 0).send(&other).await.status, 200);
    }
}

#[tokio::test]
async fn any_key_may_be_accepted_with_a_note() {
    for (accept_any_key, status) in [(false, 403), (true, 200)] {
        let stage = staged(Options {
            accept_any_key,
            ..Options::default()
        })
        .await;
        let token = ProviderToken::sign(&key(9), "UNKNOWN000", "OTHER00000", NOW).authorization();
        assert_eq!(
            stage
                .send(stage.push().with("authorization", &token))
                .await
                .status,
            status
        );
        assert_eq!(
            stage.decision()["notes"].as_array().map(Vec::len),
            Some(usize::from(accept_any_key))
        );
        // A key that is known is checked all the same.
        let wrong = ProviderToken::sign(&key(9), KEY_ID, TEAM_ID, NOW).authorization();
        assert_eq!(
            stage
                .send(stage.push().with("authorization", &wrong))
                .await
                .status,
            403
        );
    }
}

#[tokio::test]
async fn a_phone_takes_so_many_pushes_a_minute() {
    let stage = Stage::new().await;
    stage.put(
        &["devices", PHONE],
        &json!({ "bundle_id": BUNDLE_ID, "pushes_per_minute": 2 }),
    );
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
