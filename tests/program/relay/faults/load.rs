//! Trouble while many pushes are on their way: each comes to one end, and none is lost.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::super::running::{all, short};
use super::Scene;
use trill::relay::Deadlines;

#[tokio::test]
async fn a_shutdown_under_load_gives_each_push_one_end() {
    let scene = Scene::new().await;
    scene.is_well().await;
    for _ in 0..5 {
        scene.once(json!({ "fault": "shutdown" }));
        let answers = all((0..40).map(|_| scene.push())).await;
        let refused = answers.iter().filter(|answer| answer.status == 503).count();
        assert_eq!(
            (refused, scene.struck()),
            (1, 1),
            "it is refused once and not repeated"
        );
    }
    scene.is_well().await;
    scene.check();
}

#[tokio::test]
async fn a_restart_under_load_loses_nothing() {
    let scene = Scene::within(Deadlines {
        connect: Duration::from_secs(1),
        ..short()
    })
    .await;
    scene.is_well().await;
    scene.once(json!({ "fault": "restart", "down_ms": 500 }));
    let start = Instant::now();
    let load = all((0_u64..200).map(|number| {
        let scene = &scene;
        async move {
            sleep(Duration::from_millis(number * 10)).await;
            let sent = start.elapsed();
            (sent, scene.push().await.outcome().to_owned())
        }
    }))
    .await;
    let late = load
        .iter()
        .filter(|(sent, _)| *sent > Duration::from_millis(1_400));
    assert!(
        late.clone().count() > 20 && late.clone().all(|(_, outcome)| outcome == "accepted"),
        "it has recovered"
    );
    assert!(
        load.iter().any(|(_, outcome)| outcome == "unknown"),
        "the one that met the end"
    );
    scene.check();
}
