//! `data-test`: names by which tests of others find the parts of the page.

use std::collections::BTreeSet;

use super::{list, source};

/// Sources of the page.
const PLACES: [&str; 5] = [
    "src/app",
    "src/call/profile/own_part.rs",
    "src/simulator",
    "static/index.html",
    "static/boot.js",
];
/// Text in front of a name.
const MARKERS: [&str; 4] = [".test(", "data-test=", "data_test=", " test="];

#[test]
fn every_name_is_listed_and_every_listed_name_is_there() {
    let text = source::read(&PLACES);
    let mut found: BTreeSet<String> = MARKERS
        .iter()
        .flat_map(|marker| source::behind(&text, marker))
        .filter_map(source::literal)
        .filter(|name| source::is_word(name, '-'))
        .map(str::to_owned)
        .collect();
    assert!(!found.is_empty(), "no name is found in {PLACES:?}");
    // However an element gets its name, it stands in the source as a text of its own.
    let listed = list::read("data_test").into_iter();
    found.extend(listed.filter(|name| text.contains(&format!("\"{name}\""))));
    list::check("data_test", &found);
}
