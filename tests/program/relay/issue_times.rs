//! Issue times: what is told for Apple's environments, whatever is sent to the simulator or sent by somebody without the key.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use trill::apns::{ProviderToken, SigningKey};
use trill::relay::Config;

use super::access::{page, proxied};
use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::raw_http1::Answer;
use super::running::{DEVICE_TOKEN, Running, in_front_of};

const KEY_ID: &str = "KEY0000001";
const TEAM_ID: &str = "TEAM000001";
/// A half hour, in seconds.
const HALF_PAST: u64 = 1_800_000_000;
const QUERIES: [&str; 5] = [
    "",
    "?environment=sandbox",
    "?environment=production",
    "?environment=simulator",
    "?environment=simulator-production",
];

fn key(seed: u8) -> SigningKey {
    SigningKey::from_random_bytes(&[seed; 32]).expect("a number below the order of the curve")
}

fn token(key: &SigningKey, issued_at: u64) -> String {
    ProviderToken::sign(key, KEY_ID, TEAM_ID, issued_at).authorization()
}

/// A relay behind a proxy that names its users, or one for its owner alone.
struct Scene {
    relay: Running,
    is_shared: bool,
}

impl Scene {
    async fn request(
        &self,
        user: &str,
        line: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Answer {
        let request = if self.is_shared {
            page(line).header("x-forwarded-user", user)
        } else {
            self.relay.request(line)
        };
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        self.relay
            .send(match body {
                Some(body) => request.body(body),
                None => request,
            })
            .await
    }

    async fn push(&self, user: &str, environment: &str, token: &str) -> Answer {
        let headers = [
            ("authorization", token),
            ("apns-topic", "com.example.calls.voip"),
        ];
        self.request(
            user,
            &format!("POST /{environment}/3/device/{DEVICE_TOKEN}"),
            &headers,
            Some("{}"),
        )
        .await
    }

    /// Issue times that `user` is told with each query.
    async fn told(&self, user: &str) -> [u64; 5] {
        let mut told = [0; 5];
        for (told, query) in told.iter_mut().zip(QUERIES) {
            let answer = self
                .request(
                    user,
                    &format!("GET /api/tokens/{TEAM_ID}/{KEY_ID}{query}"),
                    &[],
                    None,
                )
                .await;
            *told = answer.json()["iat"].as_u64().expect("an issue time");
        }
        told
    }

    async fn enrol(&self, user: &str, key: &SigningKey) {
        let body =
            json!({ "team_id": TEAM_ID, "public_key": key.public_key().to_pem() }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = self
            .request(
                user,
                &format!("PUT /api/simulator/keys/{KEY_ID}"),
                &headers,
                Some(&body),
            )
            .await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    }

    /// Sends to both environments of the simulator, which must take the token.
    async fn push_to_simulator(&self, user: &str, key: &SigningKey, issued_at: u64) {
        for environment in ["simulator", "simulator-production"] {
            let answer = self.push(user, environment, &token(key, issued_at)).await;
            assert_eq!(
                answer.json()["reason"],
                "BadDeviceToken",
                "the token was taken: {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn tokens_accepted_by_the_simulator_change_no_schedule_of_apple() {
    static NOW: AtomicU64 = AtomicU64::new(HALF_PAST + 700);
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW.load(Ordering::SeqCst));
    let peer = Peer::that(ACCEPT).await;
    for is_shared in [false, true] {
        NOW.store(HALF_PAST + 700, Ordering::SeqCst);
        let access = if is_shared {
            proxied("127.0.0.1")
        } else {
            Default::default()
        };
        let relay = Running::start(Config {
            clock,
            access,
            ..in_front_of(&peer)
        })
        .await;
        let scene = Scene { relay, is_shared };
        assert_eq!(
            scene
                .push("alice", "sandbox", &token(&key(1), HALF_PAST + 5))
                .await
                .outcome(),
            "accepted"
        );
        let [apple, sandbox, production, ..] = scene.told("alice").await;
        assert_eq!(
            [apple, sandbox, production],
            [HALF_PAST + 5, HALF_PAST + 5, HALF_PAST]
        );

        // An own script signs anew for every push; a stranger has enrolled a key of theirs under this ID; clocks are fast.
        scene.enrol("mallory", &key(1)).await;
        scene
            .push_to_simulator("mallory", &key(1), HALF_PAST + 700)
            .await;
        scene.enrol("mallory", &key(2)).await;
        for ahead in [0, 1, 120, 300] {
            scene
                .push_to_simulator("mallory", &key(2), HALF_PAST + 700 + ahead)
                .await;
            let [now_apple, now_sandbox, now_production, simulated @ ..] =
                scene.told("alice").await;
            assert_eq!(
                [now_apple, now_sandbox, now_production],
                [apple, sandbox, production],
                "{ahead} s ahead"
            );
            let expected = if is_shared {
                HALF_PAST
            } else {
                HALF_PAST + 700
            };
            assert_eq!(
                simulated, [expected; 2],
                "the simulator's own, and no guest's but their own"
            );
            assert_eq!(
                scene.told("mallory").await[3],
                HALF_PAST + 700,
                "never in the future"
            );
        }
        // When their time has come.
        NOW.store(HALF_PAST + 700 + 301, Ordering::SeqCst);
        assert_eq!(scene.told("alice").await[..3], [apple, sandbox, production]);
    }
}

#[tokio::test]
async fn a_token_accepted_before_its_issue_time_is_not_returned_early() {
    static NOW: AtomicU64 = AtomicU64::new(HALF_PAST + 1_300);
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW.load(Ordering::SeqCst));
    let peer = Peer::that(ACCEPT).await;
    let scene = Scene {
        relay: Running::start(Config {
            clock,
            ..in_front_of(&peer)
        })
        .await,
        is_shared: false,
    };
    assert_eq!(
        scene
            .push("", "sandbox", &token(&key(1), HALF_PAST))
            .await
            .outcome(),
        "accepted"
    );
    for ahead in [300, 240] {
        assert_eq!(
            scene
                .push("", "sandbox", &token(&key(1), HALF_PAST + 1_300 + ahead))
                .await
                .outcome(),
            "accepted"
        );
        assert_eq!(scene.told("").await[..2], [HALF_PAST; 2]);
    }
    NOW.store(HALF_PAST + 1_300 + 239, Ordering::SeqCst);
    assert_eq!(scene.told("").await[..2], [HALF_PAST; 2]);
}

/// On a shared page: a stranger sends tokens under the names of somebody's key, signed with another.
#[tokio::test]
async fn a_forged_token_that_is_not_accepted_changes_no_schedule() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW.load(Ordering::SeqCst));
    const TOO_MANY: Deed = Deed::Answer(429, &[], r#"{"reason":"TooManyProviderTokenUpdates"}"#);
    const EXPIRED: Deed = Deed::Answer(403, &[], r#"{"reason":"ExpiredProviderToken"}"#);
    const INVALID: Deed = Deed::Answer(403, &[], r#"{"reason":"InvalidProviderToken"}"#);
    for deed in [TOO_MANY, EXPIRED, INVALID, Deed::HangUp] {
        for holder_is_known in [false, true] {
            let answer = deed.clone();
            let real = token(&key(1), HALF_PAST);
            let script =
                move |_: usize, seen: &super::peer::Seen| match seen.headers.get("authorization") {
                    Some(value) if value.as_bytes() == real.as_bytes() => ACCEPT,
                    _ => answer.clone(),
                };
            let peer = Peer::start(Manners::default(), script).await;
            let relay = Running::start(Config {
                clock,
                access: proxied("127.0.0.1"),
                ..in_front_of(&peer)
            })
            .await;
            let scene = Scene {
                relay,
                is_shared: true,
            };
            NOW.store(HALF_PAST + 60, Ordering::SeqCst);
            if holder_is_known {
                assert_eq!(
                    scene
                        .push("alice", "sandbox", &token(&key(1), HALF_PAST))
                        .await
                        .outcome(),
                    "accepted"
                );
            }
            // Just before the next half hour, with the time that is told; and after it, with the next one.
            NOW.store(HALF_PAST + 1_790, Ordering::SeqCst);
            assert_eq!(scene.told("mallory").await[1], HALF_PAST);
            let forged = scene
                .push("mallory", "sandbox", &token(&key(2), HALF_PAST))
                .await;
            assert_ne!(forged.outcome(), "accepted");
            NOW.store(HALF_PAST + 1_860, Ordering::SeqCst);
            assert_eq!(
                scene.told("alice").await[1],
                HALF_PAST + 1_800,
                "it was not taken for a token in use"
            );
            scene
                .push("mallory", "sandbox", &token(&key(2), HALF_PAST + 1_800))
                .await;
            assert_eq!(
                scene.told("alice").await[1],
                HALF_PAST + 1_800,
                "nor for one that came too soon"
            );
            scene
                .push(
                    "mallory",
                    "sandbox",
                    &token(&key(2), HALF_PAST + 1_860 + 300),
                )
                .await;
            assert_eq!(scene.told("alice").await[..2], [HALF_PAST + 1_800; 2]);
        }
    }
}

/// The same answers to somebody whose key APNs has accepted before, under any name: what they say of the tokens is true.
#[tokio::test]
async fn a_guest_with_the_key_changes_the_schedule_on_a_shared_page() {
    static NOW: AtomicU64 = AtomicU64::new(HALF_PAST + 60);
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW.load(Ordering::SeqCst));
    let peer = Peer::start(Manners::default(), |number, _| {
        if number == 0 { ACCEPT } else { Deed::HangUp }
    })
    .await;
    let relay = Running::start(Config {
        clock,
        access: proxied("127.0.0.1"),
        ..in_front_of(&peer)
    })
    .await;
    let scene = Scene {
        relay,
        is_shared: true,
    };
    assert_eq!(
        scene
            .push("alice", "sandbox", &token(&key(1), HALF_PAST))
            .await
            .outcome(),
        "accepted"
    );
    NOW.store(HALF_PAST + 3_500, Ordering::SeqCst);
    assert_eq!(scene.told("bob").await[1], HALF_PAST + 1_800);
    assert_eq!(
        scene
            .push("bob", "sandbox", &token(&key(1), HALF_PAST + 1_800))
            .await
            .outcome(),
        "unknown"
    );
    NOW.store(HALF_PAST + 3_700, Ordering::SeqCst);
    assert_eq!(
        scene.told("alice").await[1],
        HALF_PAST + 1_800,
        "APNs may have seen it at its first use"
    );
}
