//! The notices: what is dangerous about this page, in words, beside the place where the key goes.

use crate::app::state::State;
use crate::app::tag::{Tag, tag};

const HTTP: &str = "This page came over plain HTTP: anyone on the network could read your key. \
                    Don’t use a real one; ask the operator to serve Trill over HTTPS.";
const NO_AUTH: &str = "Anybody who reaches this page can send with it. Ask the operator for an \
                       access token, or for a proxy that names its users.";

/// Always in sight, one for each danger the relay tells of.
pub fn view(state: &State) -> Vec<Tag> {
    let sentence = |danger| match danger {
        "http" => Some(("insecure-http", HTTP)),
        "no-auth" => Some(("insecure-no-auth", NO_AUTH)),
        _ => None,
    };
    state
        .relay_info
        .dangers()
        .into_iter()
        .filter_map(sentence)
        .map(|(id, sentence)| notice(id, sentence))
        .collect()
}

fn notice(id: &'static str, sentence: &'static str) -> Tag {
    tag("p", "notice finding")
        .test("notice")
        .set("data-rule", id)
        .set("data-severity", "warning")
        .with(sentence)
}
