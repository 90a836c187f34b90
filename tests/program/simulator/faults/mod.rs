//! Faults on demand: `scripts` for their fields, `connections` for those before a
//! request, `streams` and `goaways` for those of one, `answers` for answers that are
//! not APNs's, `hostile` for frames that nobody should send.

mod answers;
mod connections;
mod goaways;
mod hostile;
mod raw;
mod scripts;
mod streams;

use http::Method;
use serde_json::{Value, json};

use super::Stage;
use crate::support::h2_client::H2Client;

/// Switches faults on.
fn switch(stage: &Stage, script: Value) -> Value {
    stage.put(&["faults"], &script)
}

/// Switches one fault on, for the next time.
fn once(stage: &Stage, mut fault: Value) {
    fault["next"] = json!(1);
    switch(stage, json!([fault]));
}

async fn client(stage: &Stage) -> H2Client {
    H2Client::connect(
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
    )
    .await
}

/// Sends a push on a new connection and sees it accepted: whatever was, the simulator is well, and
/// the fault has ended.
async fn is_well(stage: &Stage) {
    let answer = stage.push().send(&client(stage).await).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Number of accepted pushes.
fn accepted(stage: &Stage) -> usize {
    let journal = stage.get(&["journal"]);
    journal["decisions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|decision| decision["rule"] == "accepted")
        .count()
}

fn clear(stage: &Stage) {
    stage
        .control(Method::DELETE, &["faults"], &Value::Null)
        .expect("it is always possible");
}

/// Number of times each fault fired.
fn struck(stage: &Stage) -> Vec<u64> {
    let shown = stage.get(&["faults"]);
    shown["counts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|count| count["struck"].as_u64().expect("a number"))
        .collect()
}
