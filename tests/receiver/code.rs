//! Code that every receiver holds, and code that none does.

use serde_json::{Value, json};
use trill::apns::path::Path;
use trill::call::{AppChoice, CallField, OwnApp, profile};
use trill::receiver::{self, File, Flavour, Options};

use super::{files, for_all, text};

fn swift(files: &[File]) -> impl Iterator<Item = (&str, &str)> {
    files
        .iter()
        .filter(|file| file.name.ends_with(".swift"))
        .flat_map(|file| file.text.lines().map(|line| (file.name, line)))
}

/// Line without its comment; no string of the receiver holds two slashes but an address.
fn code(line: &str) -> &str {
    match line.find("//") {
        Some(at) if !line[..at].ends_with(':') => &line[..at],
        _ => line,
    }
}

#[test]
fn every_push_is_reported_and_completed() {
    for_all(|profile, flavour, files| {
        let (pushes, calls) = (
            text(files, "PushReceiver.swift"),
            text(files, "Calls.swift"),
        );
        // Both forms of the delegate, each with its own label, report whatever the payload holds.
        for label in [
            "completion: @escaping () -> Void",
            "withCompletionHandler completion:",
        ] {
            let (_, form) = pushes.split_once(label).unwrap();
            let (body, _) = form.split_once("\n    }").unwrap();
            assert!(
                body.contains("report(CallPayload(payload.dictionaryPayload)"),
                "{}: {body}",
                profile.id
            );
            assert!(!body.contains("guard") && !body.contains("if "), "{body}");
        }
        let report = match flavour {
            Flavour::CallKit => "provider.reportNewIncomingCall(with: call.uuid",
            Flavour::LiveCommunicationKit => {
                "manager.reportNewIncomingConversation(uuid: call.uuid"
            }
        };
        let (before, after) = calls.split_once(report).unwrap();
        let (_, before) = before.rsplit_once("func report(").unwrap();
        assert!(!before.contains("return"), "{before}");
        // A payload that cannot be read ends as failed, after its report.
        assert!(after.contains("guard call.isReadable else {"));
        assert!(after.contains("failed"));
        // A call that is known is reported once more, and goes on.
        assert!(before.contains("let isNew = call.isReadable && calls[call.uuid] == nil"));
        if flavour == Flavour::CallKit {
            assert!(after.contains(".callUUIDAlreadyExists"));
            assert!(after.contains("slots.removeValue(forKey: slot)?()"));
            assert!(calls.contains("setDelegate(self, queue: .main)"));
        }
    });
}

#[test]
fn the_placeholder_of_an_unreadable_payload_has_a_uuid_of_its_own() {
    for_all(|_, _, files| {
        let payload = text(files, "CallPayload.swift");
        let (_, unreadable) = payload.split_once("isReadable = false").unwrap();
        assert!(unreadable.trim_start().starts_with("uuid = UUID()"));
    });
}

#[test]
fn nothing_is_forced_and_nothing_of_pushkit_or_callkit_is_async() {
    for_all(|profile, flavour, files| {
        for (name, line) in swift(files) {
            let code = code(line);
            let at = format!("{} {name}: {line}", profile.id);
            assert!(!code.contains("try!") && !code.contains("as!"), "{at}");
            let forced = code
                .char_indices()
                .filter(|(_, character)| *character == '!')
                .any(|(index, _)| {
                    let before = code[..index].chars().next_back().unwrap_or(' ');
                    let after = code[index + 1..].chars().next().unwrap_or(' ');
                    (before.is_alphanumeric() || ")]".contains(before)) && after != '='
                });
            assert!(!forced, "{at}");
            let is_delegate = code.contains("func pushRegistry") || code.contains("func provider");
            assert!(!is_delegate || !code.contains("async"), "{at}");
            if flavour == Flavour::CallKit {
                assert!(!code.contains("async ") && !code.contains("await"), "{at}");
            }
        }
        let pushes = text(files, "PushReceiver.swift");
        assert!(!pushes.contains(") async"), "{pushes}");
        assert!(pushes.contains("completion()") || pushes.contains("completion: completion"));
    });
}

#[test]
fn the_report_is_never_put_off() {
    for_all(|_, flavour, files| {
        let pushes = text(files, "PushReceiver.swift");
        match flavour {
            Flavour::CallKit => assert!(!pushes.contains("Task")),
            // The delegate waits for the report, on a queue of its own.
            Flavour::LiveCommunicationKit => {
                let (_, report) = pushes.split_once("private func report").unwrap();
                assert!(report.contains("isReported.wait("));
                assert!(!pushes.contains("queue: .main"));
            }
        }
    });
}

#[test]
fn lines_are_short_and_files_end_with_one_line_break() {
    for_all(|profile, _, files| {
        for file in files {
            assert!(
                file.text.ends_with('\n') && !file.text.ends_with("\n\n"),
                "{}",
                file.name
            );
            assert!(!file.text.contains("__"), "{} {}", profile.id, file.text);
            if file.name != "CallPayload.swift" && file.name != "README.md" {
                let longest = file.text.lines().map(|line| line.chars().count()).max();
                assert!(longest <= Some(103), "{}: {longest:?}", file.name);
            }
        }
        assert!(text(files, "README.md").lines().count() <= 10);
        let lines: usize = files.iter().map(|file| file.text.lines().count()).sum();
        assert!(lines < 640, "{}: {lines}", profile.id);
    });
}

#[test]
fn the_article_is_corrected_where_it_is_wrong_and_no_other_app_hears_of_it() {
    for_all(|profile, _, files| {
        let notes = swift(files).filter(|(_, line)| line.contains("// Article: "));
        match profile.id.as_str() {
            "article" => assert!(notes.count() >= 5),
            _ => assert_eq!(notes.count(), 0, "{}", profile.id),
        }
        assert!(swift(files).all(|(_, line)| !line.contains("//~")));
    });
}

#[test]
fn an_sdk_with_a_receiver_of_its_own_gets_its_source_and_no_code() {
    let receiver = |id: &str| {
        let app = AppChoice::parse(id).unwrap().resolve(&Value::Null);
        receiver::receiver(&app, &Value::Null, &Options::default())
    };
    for profile in profile::all() {
        let is_written = ["own", "pattern", "sender"].contains(&profile.kind.as_str());
        match receiver(&profile.id) {
            Ok(files) => assert!(is_written && files.len() == 10, "{}", profile.id),
            Err(set_up) => {
                assert!(!is_written, "{}", profile.id);
                let sentence = set_up.to_string();
                assert!(sentence.starts_with(&profile.name) && sentence.contains("https://"));
            }
        }
    }
    let set_up = receiver("signal").unwrap_err();
    assert!(!set_up.is_page, "{set_up}");
    let set_up = receiver("sinch").unwrap_err();
    assert!(set_up.is_page, "{set_up}");
}

#[test]
fn an_app_described_by_paths_and_an_unknown_one_read_what_the_payload_has() {
    let payload = json!({ "callId": "x", "data": { "caller_name": "Alice" }, "from": "a" });
    let handle = |field| (field == CallField::Handle).then(|| Path::of_names(&["from"]));
    let own = OwnApp::of_paths(handle, &payload).to_json();
    for choice in [AppChoice::parse(&own).unwrap(), AppChoice::Recognise] {
        let is_described = choice != AppChoice::Recognise;
        let app = choice.resolve(&payload);
        let files = receiver::receiver(&app, &payload, &Options::default()).unwrap();
        let text = text(&files, "CallPayload.swift");
        let name = r#"Self.nonEmpty(Self.value(["data", "caller_name"], in: payload))"#;
        assert!(text.contains(name));
        assert!(text.contains(r#"Self.uuid(payload["callId"])"#));
        let handle = r#"Self.nonEmpty(payload["from"])"#;
        assert_eq!(text.contains(handle), is_described);
    }
}

#[test]
fn the_article_reads_its_two_keys() {
    let article = profile::find("article").unwrap();
    let files = files(&article, Flavour::CallKit);
    let expected = r#"    init(_ payload: [AnyHashable: Any]) {
        let handle: String? = payload["handle"] as? String
        let callerName: String? = nil
        let callUUID: UUID? = Self.uuid(payload["callUUID"])
        let hasVideo = false
        let givenName = Self.nonEmpty(payload["trill_call"])
        self.callerName = callerName
"#;
    assert!(text(&files, "CallPayload.swift").contains(expected));
}
