//! List of public names of one kind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Names in a list, without comments and empty lines.
pub(crate) fn read(kind: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file(kind));
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// Fails if a name is in the list alone, or in the program alone.
pub(crate) fn check(kind: &str, found: &BTreeSet<String>) {
    let (listed, file) = (read(kind), file(kind));
    let mut complaints = Vec::new();
    for name in listed.difference(found) {
        complaints.push(format!(
            "{name}: vanished, though {file} promises it; bring it back"
        ));
    }
    for name in found.difference(&listed) {
        complaints.push(format!("{name}: is new; add it to {file}"));
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn file(kind: &str) -> String {
    format!("tests/public_names/{kind}.txt")
}
