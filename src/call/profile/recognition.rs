//! Recognition: the app whose markers a payload has.

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::condition::Condition;
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
    let mut found = candidates(payload);
    found.retain(|profile| {
        profile
            .recognise
            .as_ref()
            .is_some_and(|marks| marks.holds(profile.look_into(payload), &Situation::default()))
    });
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

/// Profiles of which the payload has a needed member. The simulator recognises the app of every
/// push, so only the names of the payload’s members, which are few, are compared with those of all
/// profiles.
fn candidates(payload: &Value) -> Vec<SharedProfile> {
    static NEEDED: LazyLock<Vec<(&str, &SharedProfile)>> = LazyLock::new(needed_members);
    let mut candidates: Vec<SharedProfile> = Vec::new();
    let Some(object) = payload.as_object() else {
        return candidates;
    };
    for (member, profile) in NEEDED.iter() {
        let is_new = candidates
            .last()
            .is_none_or(|last| !Arc::ptr_eq(last, profile));
        if is_new && object.keys().any(|name| name == member) {
            candidates.push(Arc::clone(profile));
        }
    }
    candidates
}

/// Members that the conditions of the profiles need, each with its profile. Every condition needs
/// one, as a test checks.
fn needed_members() -> Vec<(&'static str, &'static SharedProfile)> {
    let mut needed = Vec::new();
    for profile in all() {
        let members = profile.recognise.as_ref().map(Condition::needed_members);
        needed.extend(
            members
                .into_iter()
                .flatten()
                .map(|member| (member, profile)),
        );
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::{Condition, all};

    #[test]
    fn every_profile_that_is_recognised_needs_a_member() {
        for profile in all() {
            let needed = profile.recognise.as_ref().map(Condition::needed_members);
            assert_ne!(needed, Some(Vec::new()), "{}", profile.id);
        }
    }
}
