//! Fields and words of the audit file and of the log.

use std::collections::BTreeSet;

use serde_json::Value;

use super::scene::Scene;
use super::{list, source};

#[test]
fn lines_of_the_audit_file_have_the_listed_fields() {
    let scene = Scene::new();
    scene.send_all();
    scene
        .trill
        .request("POST", "/api/session", &[("trill-access", "wrong")], b"");
    let (audit, _) = scene.end();
    let mut found = BTreeSet::new();
    for line in &audit {
        for word in ["event", "phase", "outcome"] {
            if let Some(value) = line[word].as_str() {
                found.insert(format!("{word}={value}"));
            }
        }
        found.extend(names(line));
    }
    list::check("audit_fields", &found);
}

#[test]
fn lines_of_the_log_have_the_listed_fields() {
    let scene = Scene::new();
    scene.send_all();
    let (_, log) = scene.end();
    let in_lines: BTreeSet<String> = log.iter().flat_map(names).collect();
    let text = source::read(&["src"]);
    let mut found = in_lines.clone();
    for level in ["error", "warn", "info", "debug", "trace"] {
        for event in source::behind(&text, &format!("tracing::{level}!(")) {
            found.extend(fields(event));
        }
    }
    assert!(
        in_lines.contains("outcome"),
        "a push is logged: {in_lines:?}"
    );
    list::check("log_fields", &found);
}

fn names(line: &Value) -> Vec<String> {
    let fields = line.as_object().into_iter().flatten();
    fields.map(|(name, _)| name.clone()).collect()
}

/// Fields of an event, as they stand before its sentence.
fn fields(event: &str) -> Vec<String> {
    let head = event.split('"').next().unwrap_or_default();
    let mut found = Vec::new();
    let mut depth = 0_u32;
    let mut field = String::new();
    for character in head.chars() {
        match character {
            ',' if depth == 0 => found.push(std::mem::take(&mut field)),
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => field.push(character),
        }
    }
    // An expression in front of the sentence, such as a version, has a name too.
    found.push(field);
    found
        .iter()
        .filter_map(|field| field.split('=').next())
        .map(|name| name.trim().trim_start_matches(['%', '?']).to_owned())
        .filter(|name| source::is_word(name, '_'))
        .collect()
}
