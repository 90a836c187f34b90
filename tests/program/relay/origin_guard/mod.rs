//! Origin guard: every refusal comes from Trill, says so, and lets nothing through.

mod bodies;
mod origins;
mod paths;
mod secrets;

use super::raw_http1::Request;
use super::running::Running;

/// Sends a request that must be refused, and checks how.
async fn check(relay: &Running, request: Request, status: u16, code: &str, why: &str) {
    let answer = relay.send(request).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (status, code),
        "{why}"
    );
    assert!(
        !answer
            .headers
            .iter()
            .any(|(name, _)| name.starts_with("access-control-")),
        "{why}"
    );
    let problem = answer.json();
    for part in ["title", "detail"] {
        let sentence = problem[part].as_str().expect("a sentence");
        assert!(
            (10..=160).contains(&sentence.chars().count()) && sentence.ends_with('.'),
            "{why}: {sentence}"
        );
    }
}
