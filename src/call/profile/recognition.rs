//! Recognition: the app whose markers a payload has.

use serde_json::Value;

use super::situation::Situation;
use super::{SharedProfile, all};

/// App whose markers a payload has.
#[derive(Clone, Debug, PartialEq)]
pub enum Recognition {
    /// No known app.
    Unknown,
    /// One app.
    App(SharedProfile),
    /// Several apps whose payloads have the same markers.
    Family(Vec<SharedProfile>),
}

/// Recognises the app that a payload is for. Apps that share a marker without being a family are
/// not recognised.
pub fn recognise(payload: &Value) -> Recognition {
    let situation = Situation::default();
    let mut found: Vec<SharedProfile> = all()
        .iter()
        .filter(|profile| {
            profile
                .recognise
                .as_ref()
                .is_some_and(|condition| condition.holds(payload, &situation))
        })
        .cloned()
        .collect();
    match found.as_slice() {
        [] => Recognition::Unknown,
        [_] => found.pop().map_or(Recognition::Unknown, Recognition::App),
        [first, others @ ..] => {
            let is_family =
                first.family.is_some() && others.iter().all(|other| other.family == first.family);
            if is_family {
                Recognition::Family(found)
            } else {
                Recognition::Unknown
            }
        }
    }
}
