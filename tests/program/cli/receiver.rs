//! `trill receiver`: the folder it writes, and what it refuses.

use std::fs;

use super::{text, trill};
use crate::support::temp_dir::TempDir;

const OWN: &str = r#"{
    "name": "My app",
    "handle": { "paths": ["from.number"] },
    "call_uuid": { "paths": ["call"] }
}"#;

/// Exit code, output and complaints of `trill receiver` in this folder.
fn receiver(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let mut command = trill(&["receiver"]);
    command.args(arguments).current_dir(folder.path());
    text(&command.output().expect("it runs"))
}

#[test]
fn a_folder_of_files_is_written() {
    let folder = TempDir::new();
    let (code, out, err) = receiver(&folder, &["--app", "article"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "Wrote to TrillCalls:");
    let mut written: Vec<_> = fs::read_dir(folder.path().join("TrillCalls"))
        .expect("a folder")
        .map(|file| file.expect("a file").file_name().into_string())
        .map(|name| format!("  {}", name.expect("a name")))
        .collect();
    let mut named: Vec<String> = lines[1..].iter().map(|line| (*line).to_owned()).collect();
    written.sort();
    named.sort();
    assert_eq!(written, named);
    assert_eq!(written.len(), 10);
}

#[test]
fn an_app_of_ones_own_and_its_options_are_heeded() {
    let folder = TempDir::new();
    folder.write("own.json", OWN);
    let arguments = "--app own.json --out Own --flavour livecommunicationkit --server http://10.0.0.5:7465 \
        --bundle-id com.example.own --video --handle-type generic --handle-type phone-number \
        --call-groups 1 --calls-per-group 3 --ringtone ring.caf --icon CallIcon";
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let (code, _, err) = receiver(&folder, &arguments);
    assert_eq!((code, err.as_str()), (0, ""));
    for (name, part) in [
        (
            "CallPayload.swift",
            r#"Self.value(["from", "number"], in: payload)"#,
        ),
        ("Calls.swift", "import LiveCommunicationKit"),
        ("Calls.swift", "maximumConversationGroups: 1,"),
        (
            "Calls.swift",
            "maximumConversationsPerConversationGroup: 3,",
        ),
        ("Calls.swift", "supportsVideo: true,"),
        ("Calls.swift", "[.generic, .phoneNumber]"),
        ("Calls.swift", r#"ringtoneName: "ring.caf""#),
        ("Calls.swift", r#"named: "CallIcon""#),
        ("PushServer.swift", "http://10.0.0.5:7465"),
        ("README.md", "com.example.own.voip"),
    ] {
        let file = fs::read_to_string(folder.path().join("Own").join(name)).expect("a file");
        assert!(file.contains(part), "{name}: {part}: {file}");
    }
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let folder = TempDir::new();
    let mine = folder.write("TrillCalls", "mine");
    let (code, out, err) = receiver(&folder, &["--app", "article"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "trill: TrillCalls is there already; name a new folder with --out\n"
    );
    assert_eq!(fs::read_to_string(mine).expect("a file"), "mine");
    let (code, _, err) = receiver(&folder, &["--app", "article", "--out", "a/b"]);
    assert_eq!(code, 2);
    assert!(err.contains("check the path given to --out"), "{err}");
}

#[test]
fn an_sdk_gets_its_set_up_and_no_files() {
    let folder = TempDir::new();
    let (code, out, err) = receiver(&folder, &["--app", "telnyx-ios"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("Its documentation: https://"), "{out}");
    assert!(!folder.path().join("TrillCalls").exists());
}

#[test]
fn what_is_wrong_is_named() {
    let folder = TempDir::new();
    folder.write("broken.json", "{");
    for (arguments, code, part) in [
        (&["--app", "artikle"][..], 2, "Did you mean article?"),
        (&["--app", "broken.json"], 2, "--app: "),
        (&["--app", "missing.json"], 2, "check the path"),
        (
            &["--app", "article", "--server", "a.test"],
            64,
            "https://trill.example:7465",
        ),
        (
            &["--app", "article", "--ringtone", "a/b.caf"],
            64,
            "such as ring.caf",
        ),
        (&[], 64, "requires --app"),
    ] {
        let (found, out, err) = receiver(&folder, arguments);
        assert_eq!((found, out.as_str()), (code, ""), "{arguments:?}: {err}");
        assert!(err.contains(part), "{arguments:?}: {err}");
    }
}
