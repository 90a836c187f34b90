//! The signer: what a key's file name, the Key ID and the Team ID say when they are seen together.
//!
//! Each alone may look right; APNs answers `InvalidProviderToken` to all of these and says no more.

use super::finding::Severity;
use super::identifier::key_id_of_file;
use super::note::Note;
use crate::sentence::{Sentence, Wordings};

/// The typed Key ID is not the one in the name of the key's file.
pub fn key_id_differs(file_name: &str, key_id: &str) -> Option<Note> {
    let of_file = key_id_of_file(file_name)?;
    let key_id = key_id.trim();
    let sentence = || Sentence::new("key_id_differs").gap(of_file);
    (!key_id.is_empty() && key_id != of_file)
        .then(|| Note::new(Severity::Warning, sentence()).with_fix(of_file.to_owned()))
}

/// The typed Team ID is the Key ID, by the name of the key's file or by what is typed there.
pub fn ids_swapped(file_name: &str, key_id: &str, team_id: &str) -> Option<Note> {
    let (key_id, team_id) = (key_id.trim(), team_id.trim());
    if team_id.is_empty() {
        return None;
    }
    let is_of_file = key_id_of_file(file_name) == Some(team_id);
    let id = match (is_of_file, key_id == team_id) {
        (_, true) => "ids_swapped.same",
        (true, false) => "ids_swapped",
        (false, false) => return None,
    };
    Some(Note::warning(id))
}

pub(crate) const WORDINGS: Wordings = &[
    ("key_id_differs", "The file name says {0}. Use that?"),
    (
        "ids_swapped",
        "Team ID and Key ID look swapped: this is the id in the key’s file name. Swap them?",
    ),
    (
        "ids_swapped.same",
        "Team ID and Key ID are the same. The Team ID stands on your Membership page.",
    ),
];
