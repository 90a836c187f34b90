//! Options of the receiver, and what they change.

use serde_json::json;
use trill::call::{AppChoice, OwnApp, profile};
use trill::receiver::{self, File, Flavour, HandleType, Options, OptionsProblem};

use super::text;

fn made(options: &Options) -> Vec<File> {
    receiver::files(&profile::find("apple").unwrap(), options)
}

#[test]
fn options_stand_in_the_configuration() {
    let mut options = Options {
        supports_video: true,
        handle_types: HandleType::ALL.to_vec(),
        call_groups: 3,
        calls_per_group: 4,
        ringtone: "ring \"2\".caf".to_owned(),
        icon: "CallIcon".to_owned(),
        server: "http://10.0.0.5:7465".to_owned(),
        bundle_id: "com.example.app".to_owned(),
        ..Options::default()
    };
    let files = made(&options);
    for (name, part) in [
        ("Calls.swift", "configuration.supportsVideo = true"),
        (
            "Calls.swift",
            "supportedHandleTypes = [.generic, .phoneNumber, .emailAddress]",
        ),
        ("Calls.swift", "maximumCallGroups = 3"),
        ("Calls.swift", "maximumCallsPerCallGroup = 4"),
        ("Calls.swift", r#"ringtoneSound = "ring \"2\".caf""#),
        ("Calls.swift", r#"UIImage(named: "CallIcon")?.pngData()"#),
        ("Calls.swift", "return .emailAddress }"),
        ("Calls.swift", "return .phoneNumber }"),
        ("Calls.swift", "        return .generic\n"),
        ("PushServer.swift", r#"address = "http://10.0.0.5:7465""#),
        ("README.md", "`com.example.app.voip`"),
        ("README.md", "`http://10.0.0.5:7465`"),
        ("Info.plist", "NSCameraUsageDescription"),
        ("Info.plist", "NSAllowsLocalNetworking"),
    ] {
        assert!(text(&files, name).contains(part), "{name}: {part}");
    }
    options.flavour = Flavour::LiveCommunicationKit;
    let files = made(&options);
    for part in [
        r#"ringtoneName: "ring \"2\".caf","#,
        "maximumConversationGroups: 3,",
        "supportedHandleTypes: [.generic, .phoneNumber, .emailAddress]",
    ] {
        assert!(text(&files, "Calls.swift").contains(part), "{part}");
    }
    for name in ["Calls.swift", "PushReceiver.swift"] {
        assert!(text(&files, name).starts_with("// Draft: check on a device."));
    }
}

#[test]
fn nothing_stands_in_the_files_that_is_not_asked_for() {
    let files = made(&Options::default());
    let info = text(&files, "Info.plist");
    assert!(!info.contains("NSCamera") && !info.contains("NSAllowsLocalNetworking"));
    let calls = text(&files, "Calls.swift");
    assert!(calls.contains("ringtoneSound = nil"));
    assert!(!calls.contains(".emailAddress"));
}

#[test]
fn a_problem_of_the_options_has_a_sentence() {
    let with = |change: fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        options.problem()
    };
    assert_eq!(with(|_| {}), None);
    for server in ["https://a.test:7465", "http://10.0.0.5", "http://[::1]:80"] {
        let options = Options {
            server: server.to_owned(),
            ..Options::default()
        };
        assert_eq!(options.problem(), None, "{server}");
    }
    for server in [
        "a.test",
        "https://",
        "https://a.test/b",
        "https://a\"b",
        "ftp://a",
        "http://a b",
    ] {
        let options = Options {
            server: server.to_owned(),
            ..Options::default()
        };
        assert_eq!(options.problem(), Some(OptionsProblem::Server), "{server}");
    }
    let none = with(|options| options.handle_types.clear());
    assert_eq!(none, Some(OptionsProblem::NoHandleType));
    assert_eq!(
        with(|options| options.call_groups = 0),
        Some(OptionsProblem::NoCall)
    );
    assert_eq!(
        with(|options| options.calls_per_group = 0),
        Some(OptionsProblem::NoCall)
    );
    let path = with(|options| options.ringtone = "a/b.caf".to_owned());
    assert_eq!(path, Some(OptionsProblem::Ringtone));
}

#[test]
fn options_follow_the_payload() {
    for (handle, kind) in [
        ("+15551234567", HandleType::PhoneNumber),
        ("112", HandleType::PhoneNumber),
        ("alice@example.com", HandleType::EmailAddress),
        ("sip:alice@example.com", HandleType::Generic),
        ("alice", HandleType::Generic),
        ("+", HandleType::Generic),
    ] {
        let payload = json!({ "handle": handle, "hasVideo": true, "callUUID": "x" });
        let own = OwnApp::of_paths(|_| None, &payload).to_json();
        let app = AppChoice::parse(&own).unwrap().resolve(&payload);
        let options = Options::fitting(&app, &payload);
        assert_eq!(options.handle_types, [kind], "{handle}");
        assert!(options.supports_video);
    }
}
