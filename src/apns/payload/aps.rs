//! `aps`: checks of the shape and the spelling of Apple's part of a payload.
//! Source: Apple, "Generating a remote notification".

use super::name::shown;
use super::outline::{Member, Outline, Sort};
use super::repair;
use crate::apns::finding::Finding;
use crate::apns::position::Position;

/// Keys that Apple reads inside `aps`.
const KEYS: [&str; 16] = [
    "alert",
    "badge",
    "category",
    "content-available",
    "content-state",
    "dismissal-date",
    "event",
    "filter-criteria",
    "interruption-level",
    "mutable-content",
    "relevance-score",
    "sound",
    "stale-date",
    "target-content-id",
    "thread-id",
    "timestamp",
];

/// Value types that Apple accepts, for the keys that are often given another type.
const SORTS: [(&str, &[Sort], &str); 3] = [
    (
        "alert",
        &[Sort::Text, Sort::Object],
        "a string or an object",
    ),
    ("badge", &[Sort::Number], "a number"),
    (
        "sound",
        &[Sort::Text, Sort::Object],
        "a string or an object",
    ),
];

/// Findings about `aps`.
pub(super) fn remarks(text: &str, document: &Outline) -> Vec<Finding> {
    let mut remarks = Vec::new();
    for member in document.members_of(text, 0) {
        remarks.extend(misspelt_outside(text, document, &member));
    }
    let Some(aps) = document.top(text, "aps") else {
        return remarks;
    };
    if aps.node.sort != Sort::Object {
        remarks.push(wrong_sort(text, &aps, "aps", "an object { }"));
        return remarks;
    }
    for member in document.members_of(text, aps.index) {
        if let Some((name, sorts, wanted)) = SORTS.iter().find(|(name, ..)| *name == member.name)
            && !sorts.contains(&member.node.sort)
        {
            remarks.push(wrong_sort(text, &member, &["aps.", name].concat(), wanted));
        }
        remarks.extend(misspelt_inside(text, document, &member));
    }
    remarks
}

fn wrong_sort(text: &str, member: &Member<'_>, path: &str, wanted: &str) -> Finding {
    let position = Position::at(text, member.node.place.start);
    let noun = member.node.sort.noun();
    let sentence = format!("{path} must be {wanted}, not {noun}, at {position}.");
    Finding::error("aps_type", sentence).at(position)
}

/// Finding about a misspelt name outside `aps` that was meant for `aps` or for a key in it.
fn misspelt_outside(text: &str, document: &Outline, member: &Member<'_>) -> Option<Finding> {
    let letters = letters(&member.name);
    if matches!(letters.as_str(), "aps" | "apns") && member.name != "aps" {
        let free = document.top(text, "aps").is_none();
        return Some(misspelt(text, member, "aps", "aps", free));
    }
    // A single word may be the app's own; two words that lack only Apple's hyphen hardly are.
    let meant = meant_key(&letters, member).filter(|key| key.contains('-'))?;
    Some(misspelt(
        text,
        member,
        meant,
        &[meant, ", inside aps"].concat(),
        false,
    ))
}

fn misspelt_inside(text: &str, document: &Outline, member: &Member<'_>) -> Option<Finding> {
    let meant = meant_key(&letters(&member.name), member)?;
    let members = document.members_of(text, member.node.parent?);
    let free = members.iter().all(|other| other.name != meant);
    Some(misspelt(text, member, meant, meant, free))
}

/// Key with the letters of a member's name, if the name is another one.
fn meant_key(letters: &str, member: &Member<'_>) -> Option<&'static str> {
    let has_letters = |key: &&str| self::letters(key) == letters;
    KEYS.into_iter()
        .find(has_letters)
        .filter(|key| *key != member.name)
}

/// Finding about a misspelt name. `place` is the right name and where it belongs; `free` is `true`
/// if no other member has the right name, so that this one can be renamed.
fn misspelt(text: &str, member: &Member<'_>, meant: &str, place: &str, free: bool) -> Finding {
    let position = Position::at(text, member.name_place.start);
    let name = shown(&member.name);
    let sentence = format!("\"{name}\" at {position}: did you mean {place}?");
    let fix = free.then(|| repair::renamed(text, member, meant));
    Finding::warning("aps_typo", sentence)
        .at(position)
        .with_text(fix)
}

/// Letters and digits of a name in lower case, which ignores mistakes in case, hyphens and
/// underscores.
fn letters(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
