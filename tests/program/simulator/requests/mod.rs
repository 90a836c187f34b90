//! Answers of the simulator to requests, with the rule behind each.

mod answers;
mod order;
mod payload;
mod tokens;

use serde_json::json;

use super::{Push, Stage};
use crate::support::h2_client::H2Client;

/// Sends every request on a connection of its own and compares status, reason and rule.
async fn check(stage: &Stage, cases: Vec<(Push, u16, Option<&str>, &str)>) {
    for (push, status, reason, rule) in cases {
        let client = H2Client::connect(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        let answer = push.send(&client).await;
        let decision = stage.decision();
        assert_eq!(
            (
                answer.status,
                answer.reason().as_deref(),
                decision["rule"].as_str()
            ),
            (status, reason, Some(rule))
        );
        assert_eq!(
            (&decision["status"], &decision["reason"]),
            (&json!(status), &json!(reason)),
            "{rule}"
        );
    }
}
