//! Marks: the lines that read a field of the payload.

use std::collections::BTreeSet;

use trill::call::Profile;
use trill::receiver::Flavour;

use super::{files, for_all};

/// Paths of the profile's fields.
fn paths(profile: &Profile) -> BTreeSet<String> {
    let readings = [
        &profile.handle.paths,
        &profile.caller_name.paths,
        &profile.call_uuid.paths,
        &profile.has_video.paths,
    ];
    readings
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn exactly_the_paths_of_the_profile_are_read_and_marked() {
    for_all(|profile, _, files| {
        let mut marked = BTreeSet::new();
        for file in files {
            let lines: Vec<&str> = file.text.lines().collect();
            let is_read = |line: &str| {
                let line = line.replace("[AnyHashable: Any]", "");
                line.contains("payload[") || line.contains("in: payload)")
            };
            let reading: Vec<usize> = (1..=lines.len())
                .filter(|number| is_read(lines[number - 1]))
                .collect();
            let marks: Vec<usize> = file.marks.iter().map(|mark| mark.line).collect();
            assert_eq!(marks, reading, "{} {}", profile.id, file.name);
            for mark in &file.marks {
                let line = lines[mark.line - 1];
                let last = mark.path.rsplit(['.', '[']).next().unwrap();
                let last = last.trim_matches(['"', ']']);
                assert!(line.contains(last), "{}: {line}: {}", profile.id, mark.path);
                marked.insert(mark.path.clone());
            }
        }
        assert_eq!(marked, paths(profile), "{}", profile.id);
    });
}

#[test]
fn names_and_paths_end_neither_a_string_nor_a_comment() {
    let text = r#"{
        "name": "A\u2028\n\"import Evil",
        "handle": { "paths": ["\"a\\\"b\\\\(c)\\n\".d", "list[3]"], "else": "\\(x) \"y\"\n" },
        "caller_name": { "paths": ["n"], "takes": ["any"], "shown": "{} \"\\(x)\" {}" },
        "call_uuid": { "paths": ["call"], "takes": ["text"] }
    }"#;
    let profile = Profile::parse(text).unwrap();
    let files = files(&profile, Flavour::CallKit);
    let text = super::text(&files, "CallPayload.swift");
    for line in [
        r#"let handle: String? = Self.value(["a\"b\\(c)\u{A}", "d"], in: payload) as? String"#,
        r#"?? Self.value(["list", 3], in: payload) as? String"#,
        r#"?? "\\(x) \"y\"\u{A}""#,
        r#"let callerNameText: String? = Self.text(payload["n"])"#,
        r#"let callerName = callerNameText.map { "\($0) \"\\(x)\" \($0)" }"#,
        r#"let callUUID: UUID? = Self.derivedUUID(payload["call"])"#,
    ] {
        assert!(
            text.lines().any(|other| other.trim() == line),
            "{line}: {text}"
        );
    }
    assert!(
        !text.lines().any(|line| line.starts_with("\"import")),
        "{text}"
    );
    assert!(text.contains("import CryptoKit\nimport Foundation\n"));
}
