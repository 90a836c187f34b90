//! Source text, for names that no run of the program shows.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file in these folders and among these files, without the tests inside.
pub(crate) fn read(places: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for place in places {
        for path in files(&root.join(place)) {
            let file = fs::read_to_string(path).unwrap_or_default();
            text.push_str(file.split("#[cfg(test)]\nmod ").next().unwrap_or_default());
            text.push('\n');
        }
    }
    assert!(!text.is_empty(), "{places:?} hold nothing");
    text
}

/// Files in a folder and its folders, or the one file.
fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let mut found = Vec::new();
    for entry in folder.flatten() {
        found.extend(files(&entry.path()));
    }
    found.sort();
    found
}

/// Text behind each occurrence of `marker`.
pub(crate) fn behind<'a>(text: &'a str, marker: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(marker)
        .map(move |(start, _)| &text[start + marker.len()..])
}

/// String literal that `text` begins with, white space aside.
pub(crate) fn literal(text: &str) -> Option<&str> {
    let inside = text.trim_start().strip_prefix('"')?;
    inside.find('"').map(|end| &inside[..end])
}

/// Returns `true` if `name` is a word of small letters, digits and this one joint.
pub(crate) fn is_word(name: &str, joint: char) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c == joint || c.is_ascii_lowercase() || c.is_ascii_digit())
}
