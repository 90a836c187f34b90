//! Signer: findings from comparing the name of the key's file, the key ID and the team ID.
//!
//! Each of them may look right alone; APNs answers `InvalidProviderToken` to all of these mistakes
//! without a further explanation.

use super::finding::Finding;
use super::identifier::key_id_of_file;

/// Finding if the typed key ID differs from the one in the name of the key's file.
pub fn key_id_differs(file_name: &str, key_id: &str) -> Option<Finding> {
    let of_file = key_id_of_file(file_name)?;
    let key_id = key_id.trim();
    if key_id.is_empty() || key_id == of_file {
        return None;
    }
    let sentence = format!("The file name says {of_file}. Use that?");
    Some(Finding::warning("key_id_differs", sentence).with_text(of_file.to_owned()))
}

/// Finding if the typed team ID is the key ID, judging by the name of the key's file or by the
/// typed key ID.
pub fn ids_swapped(file_name: &str, key_id: &str, team_id: &str) -> Option<Finding> {
    let (key_id, team_id) = (key_id.trim(), team_id.trim());
    if team_id.is_empty() {
        return None;
    }
    let is_of_file = key_id_of_file(file_name) == Some(team_id);
    match (is_of_file, key_id == team_id) {
        (_, true) => Some(Finding::warning(
            "ids_swapped",
            "Team ID and Key ID are the same. The Team ID stands on your Membership page.",
        )),
        (true, false) => Some(Finding::warning(
            "ids_swapped",
            "Team ID and Key ID look swapped: this is the id in the key’s file name. Swap them?",
        )),
        (false, false) => None,
    }
}
