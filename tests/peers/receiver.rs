//! The app's half, generated, before a Swift parser that is not ours: every file parses, and every
//! name in it is declared by Apple's frameworks, by Swift, or by the file itself.
//! `.ci/run` installs the parser in the folder that `SENDERS` names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use trill::call::profile;
use trill::receiver::{self, Flavour, HandleType, Options};

use crate::senders::{installed, python};
use crate::support::temp_dir::TempDir;

/// Complaints about the receivers in this folder, and how many files there are.
fn complaints(folder: &Path) -> (Vec<String>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python(&installed(), "python"))
        .arg(root.join("tests/peers/receiver/names.py"))
        .arg(root.join("tests/fixtures/swift"))
        .arg(folder)
        .output()
        .expect("Python runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let count = lines.pop().expect("a count");
    (lines, count)
}

/// Every option that changes the code.
fn options(flavour: Flavour) -> Options {
    Options {
        flavour,
        handle_types: HandleType::ALL.to_vec(),
        ringtone: "ring.caf".to_owned(),
        icon: "CallIcon".to_owned(),
        ..Options::default()
    }
}

#[test]
fn every_receiver_parses_and_uses_only_what_is_declared() {
    let folder = TempDir::new();
    let mut count = 0;
    for profile in profile::all() {
        for flavour in Flavour::ALL {
            for (kind, options) in [
                (
                    "plain",
                    Options {
                        flavour,
                        ..Options::default()
                    },
                ),
                ("all", options(flavour)),
            ] {
                let name = format!("{}-{}-{kind}", profile.id, flavour.as_str());
                let receiver: PathBuf = folder.path().join(name);
                fs::create_dir(&receiver).expect("a folder");
                for file in receiver::files(profile, &options) {
                    fs::write(receiver.join(file.name), &file.text).expect("a file");
                    count += usize::from(file.name.ends_with(".swift"));
                }
            }
        }
    }
    let (complaints, counted) = complaints(folder.path());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert_eq!(counted, format!("{count} files"));
}

#[test]
fn wrong_swift_is_noticed() {
    const WRONG: &str = "\
import CallKit

func f(_ provider: CXProvider, _ action: CXAnswerCallAction) {
    provider.reportNewIncomingCall(with: UUID(), updated: CXCallUpdate()) { _ in }
    provider.reportIncoming()
    let type: CXCallKind = .generic
    action.fulfill(dateConnected: Date())
}

func pushRegistry(_ registry: PKPushRegistry, didReceiveIncomingPushWith payload: PKPushPayload,
    for type: PKPushType, withCompletionHandler completion: @escaping () -> Void) {}
";
    let folder = TempDir::new();
    for (name, text) in [("wrong", WRONG), ("broken", "func f( {\n")] {
        fs::create_dir(folder.path().join(name)).expect("a folder");
        fs::write(folder.path().join(name).join("a.swift"), text).expect("a file");
    }
    let (complaints, _) = complaints(folder.path());
    let all = complaints.join("\n");
    for expected in [
        "broken/a.swift:1: this does not parse",
        "wrong/a.swift:4: reportNewIncomingCall has no such labels",
        "wrong/a.swift:5: nothing declares reportIncoming",
        "wrong/a.swift:6: nothing declares CXCallKind",
        "wrong/a.swift:10: no delegate has pushRegistry",
    ] {
        assert!(all.contains(expected), "{expected}: {all}");
    }
}
