//! Servers that go away: the last stream they name tells what they have seen.

use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

use super::Scene;

#[tokio::test]
async fn an_answer_after_the_goaway_counts() {
    let scene = Scene::new().await;
    for last in ["at", "above"] {
        for (times, closes) in [(1, true), (1, false), (2, true), (2, false)] {
            scene.once(json!({ "fault": "goaway", "last": last, "answer": "after", "times": times, "closes": closes }));
            scene.is_well().await;
            scene.is_well().await;
        }
    }
    assert_eq!(scene.accepted(), 16);
    scene.check();
}

#[tokio::test]
async fn a_covered_push_without_an_answer_is_unknown() {
    let scene = Scene::new().await;
    for last in ["at", "above"] {
        scene.switch(json!({ "fault": "goaway", "last": last, "answer": "never" }));
        scene.ends(504, "connection_lost", "unknown").await;
        assert_eq!(scene.struck(), 1);
    }
    scene.once(json!({ "fault": "goaway", "last": "at", "answer": "never", "closes": false }));
    scene.ends(504, "no_answer", "unknown").await;
    assert_eq!(scene.accepted(), 3);
    scene.check();
}

#[tokio::test]
async fn a_push_above_the_last_stream_is_sent_again() {
    let scene = Scene::new().await;
    for (times, closes) in [(1, true), (1, false), (2, true), (2, false)] {
        scene.once(json!({ "fault": "goaway", "last": "below", "times": times, "closes": closes }));
        scene.is_well().await;
        assert_eq!(scene.struck(), 1);
    }
    assert_eq!(scene.accepted(), 4);
    scene.switch(json!({ "fault": "goaway", "last": "below" }));
    scene.ends(502, "server_went_away", "not-sent").await;
    assert_eq!((scene.struck(), scene.accepted()), (3, 4));
    scene.check();
}

#[tokio::test]
async fn goaway_debug_data_is_shown_escaped() {
    let scene = Scene::new().await;
    for (debug, shown) in [
        (json!({ "reason": "Shutdown" }), "It said: “Shutdown”."),
        (
            json!({ "debug": "\u{1b}[31mred\r\n\u{7}" }),
            "\\u{1b}[31mred\\r\\n\\u{7}",
        ),
        (json!({ "junk_bytes": 16_384, "seed": 5 }), "It said: “"),
    ] {
        let mut fault = json!({ "fault": "goaway", "last": "at", "answer": "never" });
        fault
            .as_object_mut()
            .expect("an object")
            .extend(debug.as_object().expect("an object").clone());
        scene.once(fault);
        let answer = scene.ends(504, "connection_lost", "unknown").await;
        let title = answer.json()["title"]
            .as_str()
            .expect("a string")
            .to_owned();
        assert!(
            title.contains(shown)
                && !title.chars().any(char::is_control)
                && title.chars().count() < 330,
            "{title}"
        );
    }
    scene.check();
}

#[tokio::test]
async fn a_goaway_while_idle_fails_no_push() {
    let scene = Scene::new().await;
    for (closes, times) in [(true, 1), (false, 1), (true, 2)] {
        scene.once(json!({ "fault": "goaway", "last": "at", "answer": "before", "closes": closes, "times": times }));
        scene.is_well().await;
        sleep(Duration::from_millis(50)).await;
    }
    scene.is_well().await;
    // Without a pause: the GOAWAY and the next push cross.
    for _ in 0..5 {
        scene.once(json!({ "fault": "goaway", "last": "at", "answer": "before" }));
        scene.is_well().await;
        scene.is_well().await;
    }
    scene.check();
}
