//! The policy: what is outside it gets 403 with the rule's name, and APNs sees nothing of it.

use serde_json::{Value, json};
use trill::apns::Environment;
use trill::relay::{Config, Exposure, Override, Permission, Policy, Preset, TopicRule};

use super::peer::{ACCEPT, Peer};
use super::raw_http1::Answer;
use super::running::{DEVICE_TOKEN, Running, in_front_of};

/// A relay whose sandbox and production are both `peer`.
async fn relay(peer: &Peer, policy: Policy) -> Running {
    let config = in_front_of(peer);
    let production = Override {
        environment: Environment::Production,
        ..config.upstreams[0].clone()
    };
    let upstreams = vec![config.upstreams[0].clone(), production];
    Running::start(Config {
        policy,
        upstreams,
        ..config
    })
    .await
}

fn rules(rules: &[&str]) -> Option<Vec<TopicRule>> {
    rules.iter().map(|rule| TopicRule::parse(rule)).collect()
}

async fn push(relay: &Running, environment: &str, topic: Option<&str>) -> Answer {
    let request = relay
        .request(&format!("POST /{environment}/3/device/{DEVICE_TOKEN}"))
        .header("apns-priority", "10");
    relay
        .send(
            topic
                .iter()
                .fold(request, |request, topic| {
                    request.header("apns-topic", topic)
                })
                .body("{}"),
        )
        .await
}

fn check_refused(answer: &Answer, code: &str, field: &str, rule: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (403, code, "not-sent")
    );
    let problem = answer.json();
    assert_eq!(problem["field"], field);
    assert!(
        problem["title"]
            .as_str()
            .is_some_and(|title| title.contains(rule)),
        "{problem}"
    );
    for part in ["title", "detail"] {
        let sentence = problem[part].as_str().expect("a sentence");
        assert!(
            (10..=160).contains(&sentence.chars().count()) && sentence.ends_with('.'),
            "{sentence}"
        );
    }
}

#[tokio::test]
async fn only_the_topics_of_the_policy_reach_apns() {
    let peer = Peer::that(ACCEPT).await;
    let relay = relay(
        &peer,
        Policy {
            topics: rules(&["com.example.calls", "org.test.*"]),
            ..Policy::default()
        },
    )
    .await;
    for environment in ["sandbox", "production"] {
        for topic in [
            "com.example.other.voip",
            "com.example",
            "com.example.calls.evil",
            "org.test",
            "evil",
        ] {
            check_refused(
                &push(&relay, environment, Some(topic)).await,
                "policy_topic",
                "apns-topic",
                "“topics”",
            );
        }
        check_refused(
            &push(&relay, environment, None).await,
            "policy_topic",
            "apns-topic",
            "“topics”",
        );
    }
    assert_eq!(
        (peer.seen().len(), peer.connections()),
        (0, 0),
        "nothing went out, not even a connection"
    );

    for topic in [
        "com.example.calls.voip",
        "com.example.calls",
        "org.test.any.voip",
    ] {
        assert_eq!(
            push(&relay, "sandbox", Some(topic)).await.outcome(),
            "accepted",
            "{topic}"
        );
    }
    let two = relay.push().header("apns-topic", "evil").body("{}");
    assert_eq!(
        relay.send(two).await.code(),
        "duplicate_field",
        "a second topic hides nothing"
    );
    let topics: Vec<_> = peer
        .seen()
        .iter()
        .map(|seen| seen.headers["apns-topic"].clone())
        .collect();
    assert_eq!(
        topics,
        [
            "com.example.calls.voip",
            "com.example.calls",
            "org.test.any.voip"
        ]
    );
    // The simulator has an opinion of its own, which is APNs's.
    assert_eq!(
        push(&relay, "simulator", Some("evil")).await.json()["reason"],
        "MissingProviderToken"
    );
}

#[tokio::test]
async fn an_environment_that_is_off_gets_nothing() {
    let all = ["sandbox", "production"];
    for (sandbox, production, reached) in [
        (Permission::Allowed, Permission::Confirm, &all[..]),
        (Permission::Allowed, Permission::Off, &all[..1]),
        (Permission::Off, Permission::Allowed, &all[1..]),
        (Permission::Off, Permission::Off, &[]),
    ] {
        let peer = Peer::that(ACCEPT).await;
        let relay = relay(
            &peer,
            Policy {
                sandbox,
                production,
                ..Policy::default()
            },
        )
        .await;
        for environment in all {
            let answer = push(&relay, environment, Some("com.example.calls.voip")).await;
            if reached.contains(&environment) {
                assert_eq!(
                    answer.outcome(),
                    "accepted",
                    "confirming is the page's part: {environment}"
                );
            } else {
                check_refused(
                    &answer,
                    "policy_environment",
                    "environment",
                    &format!("“{environment}”"),
                );
            }
        }
        assert_eq!(peer.seen().len(), reached.len());
        assert_eq!(
            push(&relay, "simulator", Some("com.example.calls.voip"))
                .await
                .status,
            403,
            "the simulator's own answer"
        );
        assert_eq!(
            push(
                &relay,
                "simulator-production",
                Some("com.example.calls.voip")
            )
            .await
            .outcome(),
            "rejected"
        );
    }
}

#[tokio::test]
async fn the_page_is_told_the_policy_and_the_presets() {
    let described = async |policy| {
        let relay = Running::start(Config {
            policy,
            ..Config::default()
        })
        .await;
        relay.send(relay.request("GET /api/relay")).await.json()
    };
    let environments = |production| json!({ "simulator": "allowed", "simulator-production": "allowed", "sandbox": "allowed", "production": production });
    let relay = described(Policy::default()).await;
    assert_eq!(
        relay["policy"],
        json!({ "topics": Value::Null, "environments": environments("confirm") })
    );
    assert_eq!(relay["presets"], json!([]));
    assert_eq!(
        described(Policy::of(Exposure::InClear)).await["policy"]["environments"],
        environments("off")
    );

    let preset = Preset {
        name: "Staging".to_owned(),
        environment: Some(Environment::Sandbox),
        key_id: Some("ABC123DEFG".to_owned()),
        team_id: Some("DEF123GHIJ".to_owned()),
        bundle_id: Some("com.example.calls".to_owned()),
        device_token: Some("abcd".to_owned()),
        push_type: Some("voip"),
        payload: Some("{\"aps\":{}}".to_owned()),
    };
    let presets = vec![
        preset,
        Preset {
            name: "Bare".to_owned(),
            ..Preset::default()
        },
    ];
    let policy = Policy {
        topics: rules(&["com.example.*"]),
        production: Permission::Allowed,
        presets,
        ..Policy::default()
    };
    let relay = described(policy).await;
    assert_eq!(
        relay["policy"],
        json!({ "topics": ["com.example.*"], "environments": environments("allowed") })
    );
    let expected = json!([
        {
            "name": "Staging", "environment": "sandbox", "key_id": "ABC123DEFG", "team_id": "DEF123GHIJ", "bundle_id": "com.example.calls",
            "device_token": "abcd", "push_type": "voip", "payload": "{\"aps\":{}}",
        },
        { "name": "Bare" },
    ]);
    assert_eq!(relay["presets"], expected);
}
