//! Marks: the lines that read a field of the payload.

use std::collections::BTreeSet;

use trill::call::Profile;
use trill::receiver::{self, Flavour, Options};

use super::{files, for_all};

/// Paths of the profile's fields, and of the name that a sender gives the call.
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
        .chain(["trill_call".to_owned()])
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

#[test]
fn the_name_of_an_insertion_point_in_a_text_of_the_user_stays_as_it_is() {
    let text = r#"{
        "name": "__FIELDS__ __FUNCTIONS__ __APP__",
        "handle": { "paths": ["__IMPORTS__"], "else": "__FUNCTIONS__" },
        "has_video": { "paths": ["__FIELDS__"], "yes": ["__IS_VIDEO__"] },
        "call_uuid": { "paths": ["call"] }
    }"#;
    let profile = Profile::parse(text).unwrap();
    let options = Options {
        ringtone: "__HANDLE_TYPE__".to_owned(),
        icon: "__CONFIGURATION__".to_owned(),
        bundle_id: "__NOTE__".to_owned(),
        ..Options::default()
    };
    let files = receiver::files(&profile, &options);
    for (name, part) in [
        (
            "CallPayload.swift",
            "App: __FIELDS__ __FUNCTIONS__ __APP__.\n",
        ),
        (
            "CallPayload.swift",
            "payload[\"__IMPORTS__\"] as? String ?? \"__FUNCTIONS__\"\n",
        ),
        ("CallPayload.swift", "payload[\"__FIELDS__\"]"),
        ("CallPayload.swift", "[\"__IS_VIDEO__\"].contains"),
        ("Calls.swift", "ringtoneSound = \"__HANDLE_TYPE__\"\n"),
        ("Calls.swift", "UIImage(named: \"__CONFIGURATION__\")"),
        ("README.md", "`__NOTE__.voip`"),
    ] {
        let text = super::text(&files, name);
        assert!(text.contains(part), "{part}: {text}");
    }
    let reading = &files[2];
    for mark in &reading.marks {
        let line = reading.text.lines().nth(mark.line - 1).unwrap();
        assert!(line.contains(&mark.path), "{line}: {}", mark.path);
    }
}
