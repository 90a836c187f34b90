//! The notices: what is dangerous about this page, in words, beside the place where the key goes.

use super::state::State;
use super::tag::{Tag, tag};
use crate::sentence::Sentence;

/// Always in sight, one for each danger the relay tells of.
pub fn view(state: &State) -> Vec<Tag> {
    let sentence = |danger| match danger {
        "http" => Some("insecure-http"),
        "no-auth" => Some("insecure-no-auth"),
        _ => None,
    };
    state
        .relay_info
        .dangers()
        .into_iter()
        .filter_map(sentence)
        .map(|id| notice(state, id))
        .collect()
}

fn notice(state: &State, id: &'static str) -> Tag {
    tag("p", "notice finding")
        .test("notice")
        .set("data-rule", id)
        .set("data-severity", "warning")
        .with(state.catalogue.say(&Sentence::new(id)))
}
