//! Codes of problems, as the relay and the simulator's control interface answer with them.

use std::collections::BTreeSet;

use super::{list, source};

/// Functions that take the code as their first argument.
const MAKERS: [&str; 3] = ["unprocessable(", "malformed(", "refuse("];

#[test]
fn every_code_is_listed_and_every_listed_code_is_there() {
    let text = source::read(&["src/relay", "src/simulator", "src/store"]);
    let mut found = BTreeSet::new();
    let with_status = source::behind(&text, "StatusCode::")
        .filter_map(|rest| rest.split_once(','))
        .filter(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .filter_map(|(_, rest)| source::literal(rest));
    found.extend(with_status);
    for maker in MAKERS {
        let calls = text
            .match_indices(maker)
            .filter(|(start, _)| text[..*start].ends_with([' ', '(']));
        found.extend(calls.filter_map(|(start, _)| source::literal(&text[start + maker.len()..])));
    }
    for method in source::behind(&text, "fn code(") {
        found.extend(arms(method));
    }
    let mut found: BTreeSet<String> = found
        .into_iter()
        .filter(|code| source::is_word(code, '_'))
        .map(str::to_owned)
        .collect();
    // However a code is made, it stands in the source as a text of its own.
    let listed = list::read("problem_codes").into_iter();
    found.extend(listed.filter(|code| text.contains(&format!("\"{code}\""))));
    list::check("problem_codes", &found);
}

/// String literals that the arms of a method give.
fn arms(method: &str) -> impl Iterator<Item = &str> {
    let body = method
        .find("\n    }\n")
        .map_or(method, |end| &method[..end]);
    source::behind(body, "=>")
        .filter_map(|arm| source::literal(arm.trim_start().trim_start_matches('{')))
}
