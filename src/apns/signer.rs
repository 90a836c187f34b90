//! The signer: what a key's file name, the Key ID and the Team ID say when they are seen together.
//!
//! Each alone may look right; APNs answers `InvalidProviderToken` to all of these and says no more.

use super::identifier::key_id_of_file;
use super::note::Note;
use super::reason::Reason;

/// The typed Key ID is not the one in the name of the key's file.
pub fn key_id_differs(file_name: &str, key_id: &str) -> Option<Note> {
    let of_file = key_id_of_file(file_name)?;
    let key_id = key_id.trim();
    let text = || format!("The file name says {of_file}. Use that?");
    (!key_id.is_empty() && key_id != of_file).then(|| Note::warning("key_id_differs", text()).with_fix(of_file.to_owned()))
}

/// The typed Team ID is the Key ID, by the name of the key's file or by what is typed there.
///
/// The fix is the Team ID when it was typed into the other field.
pub fn ids_swapped(file_name: &str, key_id: &str, team_id: &str) -> Option<Note> {
    let (key_id, team_id) = (key_id.trim(), team_id.trim());
    if team_id.is_empty() {
        return None;
    }
    let is_of_file = key_id_of_file(file_name) == Some(team_id);
    let text = match (is_of_file, key_id == team_id) {
        (_, true) => "Team ID and Key ID are the same. The Team ID stands on your Membership page.",
        (true, false) => "Team ID and Key ID look swapped: this is the id in the key’s file name. Swap them?",
        (false, false) => return None,
    };
    let fix = (key_id != team_id && !key_id.is_empty()).then(|| key_id.to_owned());
    Some(Note::warning("ids_swapped", text).with_fix(fix))
}

/// A readable key that APNs refused: the keys of Apple's other services look just the same.
pub fn key_unknown_service(reason: Reason) -> Option<Note> {
    let text = "The key is readable, but APNs refused it. Is APNs enabled for it, and are Key ID and Team ID its own?";
    (reason == Reason::InvalidProviderToken).then(|| Note::error("key_unknown_service", text))
}
