//! Recognition: the app whose markers a payload has.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::condition::Condition;
use super::list::supplied;
use super::situation::Situation;
use super::{SharedProfile, all};

/// App whose markers a payload has.
#[derive(Clone, Debug, PartialEq)]
pub enum Recognition {
    /// No known app.
    Unknown,
    /// A single app.
    App(&'static SharedProfile),
    /// Several apps whose payloads have the same markers.
    Family(Vec<&'static SharedProfile>),
}

/// Recognises the app that a payload is for. Apps that share a marker without being a family are
/// not recognised.
pub fn recognise(payload: &Value) -> Recognition {
    let mut found: Vec<&SharedProfile> = Vec::new();
    for place in candidates(payload) {
        if is_marked(payload, &all()[place]) {
            found.extend(supplied(place));
        }
    }
    match found.as_slice() {
        [] => Recognition::Unknown,
        [profile] => Recognition::App(profile),
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

/// Returns `true` if the payload has the markers of this app.
fn is_marked(payload: &Value, profile: &SharedProfile) -> bool {
    profile
        .recognise
        .as_ref()
        .is_some_and(|marks| marks.holds(profile.look_into(payload), &Situation::default()))
}

/// Places, in the list of all, of the profiles of which the payload has a needed member. The
/// simulator recognises the app of every push, so the few names of the payload’s members are looked
/// up among those that the profiles need.
fn candidates(payload: &Value) -> Vec<usize> {
    static NEEDED: LazyLock<Vec<(&str, usize)>> = LazyLock::new(needed_members);
    let mut places: Vec<usize> = Vec::new();
    for name in payload.as_object().into_iter().flat_map(Map::keys) {
        let first = NEEDED.partition_point(|(member, _)| *member < name.as_str());
        for (_, place) in NEEDED[first..]
            .iter()
            .take_while(|(member, _)| member == name)
        {
            let at = places.partition_point(|other| other < place);
            if places.get(at) != Some(place) {
                places.insert(at, *place);
            }
        }
    }
    places
}

/// Members that the conditions of the profiles need, each with the place of its profile, by their
/// names. Every condition needs one, as a test checks.
fn needed_members() -> Vec<(&'static str, usize)> {
    // Sorted by insertion: `sort` would bring kilobytes of code to the page.
    let mut needed: Vec<(&str, usize)> = Vec::new();
    for (place, profile) in all().iter().enumerate() {
        let members = profile.recognise.as_ref().map(Condition::needed_members);
        for member in members.into_iter().flatten() {
            let at = needed.partition_point(|(other, _)| *other <= member);
            needed.insert(at, (member, place));
        }
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
