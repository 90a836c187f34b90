//! Answers that are not APNs's, and answers that are: each tells by its status, and none is asked for twice.

use serde_json::{Value, json};
use trill::apns::Reason;

use super::Scene;

#[tokio::test]
async fn an_unfinished_body_leaves_the_outcome_to_the_status() {
    let scene = Scene::new().await;
    for (status, outcome) in [(400, "rejected"), (503, "rejected"), (200, "accepted")] {
        scene.once(json!({ "fault": "body-unfinished", "status": status }));
        let answer = scene
            .relay
            .send(scene.request("00000000-0000-4000-8000-999999999999", &scene.token))
            .await;
        assert_eq!((answer.status, answer.outcome()), (status, outcome));
        assert_eq!(answer.body, b"{\"reason\":");
    }
}

#[tokio::test]
async fn unusual_bodies_are_passed_on_and_cut() {
    let scene = Scene::new().await;
    for (body, length) in [
        (json!({ "body": "<html>" }), 6),
        (json!({ "body": "" }), 0),
        (json!({ "body_bytes": 1_048_576 }), 4_096),
        (json!({ "body_nesting": 10_000 }), 4_096),
        (
            json!({ "body": "x", "headers": { "content-type": "image/png" } }),
            1,
        ),
    ] {
        for (status, outcome) in [(400, "rejected"), (200, "accepted")] {
            let mut fault = json!({ "fault": "answer", "status": status });
            fault
                .as_object_mut()
                .expect("an object")
                .extend(body.as_object().expect("an object").clone());
            scene.once(fault);
            let answer = scene.push().await;
            assert_eq!(
                (answer.status, answer.outcome(), answer.body.len()),
                (status, outcome, length),
                "{body}"
            );
        }
    }
    scene.is_well().await;
    scene.check();
}

#[tokio::test]
async fn only_200_is_accepted() {
    let scene = Scene::new().await;
    for (answer, outcome) in [
        (
            json!({ "status": 200, "reason": "BadDeviceToken" }),
            "accepted",
        ),
        (json!({ "status": 200, "informational": 103 }), "accepted"),
        (json!({ "status": 400, "informational": 100 }), "rejected"),
        (json!({ "status": 201 }), "unknown"),
        (json!({ "status": 204 }), "unknown"),
        (
            json!({ "status": 302, "headers": { "location": "https://localhost/" } }),
            "rejected",
        ),
        (json!({ "status": 418 }), "rejected"),
        (json!({ "status": 599 }), "rejected"),
    ] {
        let mut fault = json!({ "fault": "answer" });
        fault
            .as_object_mut()
            .expect("an object")
            .extend(answer.as_object().expect("an object").clone());
        scene.switch(fault);
        let said = scene.push().await;
        assert_eq!(
            (said.status, said.outcome()),
            (answer["status"].as_u64().expect("a number") as u16, outcome),
            "{answer}"
        );
        assert_eq!(
            (scene.struck(), said.header("location")),
            (1, ""),
            "nobody follows it"
        );
    }
    scene.check();
}

#[tokio::test]
async fn an_answer_belongs_to_its_stream_whatever_id_it_has() {
    let scene = Scene::new().await;
    for id in ["missing", "different"] {
        scene.once(json!({ "fault": "answer", "status": 200, "apns_id": id }));
        let answer = scene.ends(200, "", "accepted").await;
        assert_eq!(answer.header("apns-id").is_empty(), id == "missing");
        assert!(!answer.header("apns-id").starts_with("00000000-"));
    }
    assert_eq!(scene.accepted(), 2);
    scene.check();
}

#[tokio::test]
async fn every_reason_is_passed_on_unchanged() {
    let scene = Scene::new().await;
    let mut count = 0;
    for reason in Reason::all() {
        scene.switch(json!({ "fault": "refuse", "reason": reason.as_str() }));
        let answer = scene.push().await;
        assert_eq!(
            (answer.status, answer.outcome()),
            (reason.status(), "rejected"),
            "{}",
            reason.as_str()
        );
        assert_eq!(
            (&answer.json()["reason"], scene.struck()),
            (&Value::from(reason.as_str()), 1)
        );
        count += 1;
    }
    assert!(count >= 30, "{count}");
    scene.check();
}

#[tokio::test]
async fn a_stuck_connection_is_abandoned() {
    let scene = Scene::new().await;
    scene.is_well().await;
    scene.once(json!({ "fault": "refuse", "reason": "ExpiredProviderToken", "sticks": true }));
    assert_eq!(scene.push().await.json()["reason"], "ExpiredProviderToken");
    for _ in 0..3 {
        scene.is_well().await;
    }
    scene.check();
}

#[tokio::test]
async fn refusals_of_the_server_are_not_repeated() {
    let scene = Scene::new().await;
    for reason in [
        "InternalServerError",
        "ServiceUnavailable",
        "Shutdown",
        "TooManyRequests",
    ] {
        scene.switch(json!({ "fault": "refuse", "reason": reason }));
        for _ in 0..5 {
            assert_eq!(scene.push().await.json()["reason"], reason);
        }
        assert_eq!(scene.struck(), 5);
    }
    scene.check();
}

#[tokio::test]
async fn retry_after_of_apns_is_passed_on() {
    let scene = Scene::new().await;
    for (status, wait) in [(429, "7"), (503, "Fri, 31 Dec 2027 23:59:59 GMT")] {
        scene.switch(json!({ "fault": "answer", "status": status, "headers": { "retry-after": wait }, "reason": "TooManyRequests" }));
        let answer = scene.push().await;
        assert_eq!(
            (
                answer.status,
                answer.outcome(),
                answer.header("retry-after")
            ),
            (status, "rejected", wait)
        );
        assert_eq!(scene.struck(), 1);
    }
    scene.clear();
    assert_eq!(scene.push().await.header("retry-after"), "");
    scene.check();
}
