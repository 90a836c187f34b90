//! Clocks that jump, and tokens that change too soon: nobody is refused again and again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use trill::apns::ProviderToken;
use trill::relay::Config;

use super::super::running::short;
use super::{KEY_ID, Scene, TEAM_ID, seconds_since_1970};

async fn issue_time(scene: &Scene) -> u64 {
    let answer = scene
        .relay
        .send(scene.relay.request(&format!(
            "GET /api/tokens/{TEAM_ID}/{KEY_ID}?environment=simulator"
        )))
        .await;
    answer.json()["iat"].as_u64().expect("a number")
}

/// Signs and pushes as the page does, whatever its own clock says.
async fn sign_and_push(scene: &Scene) -> (u64, u16) {
    let issued_at = issue_time(scene).await;
    let token = ProviderToken::sign(&scene.key, KEY_ID, TEAM_ID, issued_at).authorization();
    (issued_at, scene.push_with(&token).await.status)
}

#[tokio::test]
async fn a_clock_that_jumps_costs_one_refusal_at_most() {
    static NOW: AtomicU64 = AtomicU64::new(1_800_000_000);
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW.load(Ordering::SeqCst));
    let scene = Scene::with(Config {
        clock,
        deadlines: short(),
        ..Config::default()
    })
    .await;
    let (first, status) = sign_and_push(&scene).await;
    assert_eq!((first, status), (1_800_000_000, 200));
    for (jump, refusals) in [
        (3_600, 0),
        (-3_600, 1),
        (7_200, 0),
        (-300, 0),
        (-86_400, 1),
        (86_400 * 365, 0),
    ] {
        NOW.fetch_add(i64::cast_unsigned(jump), Ordering::SeqCst);
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(sign_and_push(&scene).await.1);
        }
        let refused = statuses.iter().filter(|status| **status == 403).count();
        assert!(
            refused <= refusals && statuses[3] == 200,
            "after {jump} s: {statuses:?}"
        );
    }
    scene.check();
}

#[tokio::test]
async fn a_token_refused_as_changed_too_soon_is_not_replaced() {
    let scene = Scene::with(Config {
        clock: SystemTime::now,
        deadlines: short(),
        ..Config::default()
    })
    .await;
    let (first, status) = sign_and_push(&scene).await;
    assert_eq!(status, 200);
    scene.switch(json!({ "fault": "refuse", "reason": "TooManyProviderTokenUpdates" }));
    let hasty =
        ProviderToken::sign(&scene.key, KEY_ID, TEAM_ID, seconds_since_1970()).authorization();
    for _ in 0..3 {
        assert_eq!(scene.push_with(&hasty).await.status, 429);
        assert_eq!(
            issue_time(&scene).await,
            first,
            "everybody keeps the token that is in use"
        );
    }
    assert_eq!(scene.struck(), 3, "none was repeated");
    scene.check();
}
