//! Receiver: the app's half of a VoIP push, generated as Swift files from the profile of an app.
//!
//! The files register the device token, report every push to CallKit or LiveCommunicationKit, and
//! tell the push server what becomes of each call. Their text stands in `swift/`; only the lines
//! that read the payload and the options are made here. Sources of the declarations that the files
//! use: Apple's pages of PushKit, CallKit and LiveCommunicationKit; docs/receiving.md names them.
//!
//! Pure functions without I/O, as in [`apns`](crate::apns).

mod call_reading;
mod file;
mod options;
mod own_set_up;
mod property_list;
mod swift_text;
mod zip;

use serde_json::Value;

pub use file::{File, Mark};
pub use options::{Flavour, HandleType, Options, OptionsProblem};
pub use own_set_up::OwnSetUp;
pub use zip::archive;

use crate::call::profile::OwnApp;
use crate::call::{Profile, ReceivingApp};
use swift_text::{comment, fill, literal};

/// Address in the files if that of the push server is not known.
const NO_SERVER: &str = "https://trill.example:7465";
/// Bundle ID in the files if that of the app is not known.
const NO_BUNDLE_ID: &str = "com.example.calls";

const FOR_CALLKIT: &str = "In the App Store of mainland China CallKit must be inactive: there, make \
     neither calls nor registry (no VoIP push then reaches the app).";
const FOR_CONVERSATIONS: &str = "Draft: check on a device that a push to the terminated app rings. \
     Apple asks for the report before the delegate returns, and has only an async function for it.";

/// Files for the app that gets this payload, or the set-up of an app with a receiver of its own.
pub fn receiver(
    app: &ReceivingApp,
    payload: &Value,
    options: &Options,
) -> Result<Vec<File>, OwnSetUp> {
    let Some(profile) = app.profile() else {
        return Ok(files(&usual(payload), options));
    };
    match profile.kind.as_str() {
        "own" | "pattern" | "sender" => Ok(files(profile, options)),
        _ => Err(OwnSetUp::of(profile)),
    }
}

/// Files for an app with this profile.
pub fn files(profile: &Profile, options: &Options) -> Vec<File> {
    let is_article = profile.id == "article";
    let (pushes, calls) = match options.flavour {
        Flavour::CallKit => (
            include_str!("swift/callkit/PushReceiver.swift"),
            include_str!("swift/callkit/Calls.swift"),
        ),
        Flavour::LiveCommunicationKit => (
            include_str!("swift/conversation/PushReceiver.swift"),
            include_str!("swift/conversation/Calls.swift"),
        ),
    };
    let swift = |name, template: &str, points: &[(&str, &str)]| {
        File::new(name, fill(template, is_article, points))
    };
    let server = known(&options.server, NO_SERVER);
    vec![
        swift(
            "AppDelegate.swift",
            include_str!("swift/AppDelegate.swift"),
            &[],
        ),
        swift("PushReceiver.swift", pushes, &[]),
        call_payload(profile),
        swift(
            "Calls.swift",
            calls,
            &[
                ("CONFIGURATION", &configuration(options)),
                ("HANDLE_TYPE", &handle_type(&options.handle_types)),
            ],
        ),
        swift(
            "CallConnection.swift",
            include_str!("swift/CallConnection.swift"),
            &[],
        ),
        swift(
            "PushServer.swift",
            include_str!("swift/PushServer.swift"),
            &[("ADDRESS", &literal(server))],
        ),
        swift(
            "PushEnvironment.swift",
            include_str!("swift/PushEnvironment.swift"),
            &[],
        ),
        File::new("Info.plist", property_list::info(options)),
        File::new("TrillCalls.entitlements", property_list::entitlements()),
        readme(options, server),
    ]
}

/// Profile of an unknown app: it reads the call where the payload has it under the usual names.
fn usual(payload: &Value) -> Profile {
    let own = OwnApp::of_paths(|_| None, payload);
    // A test reads the profile of every own app.
    Profile::parse(&own.to_json()).unwrap_or_default()
}

fn call_payload(profile: &Profile) -> File {
    let lines = call_reading::lines(profile);
    let functions = call_reading::functions(&lines, &profile.has_video);
    let imports = if functions.contains("SHA256") {
        "import CryptoKit\nimport Foundation"
    } else {
        "import Foundation"
    };
    let app = comment(&profile.name);
    let points = [
        ("APP", app.as_str()),
        ("IMPORTS", imports),
        ("FUNCTIONS", &functions),
    ];
    let filled = |part| fill(part, profile.id == "article", &points);
    let (before, after) = include_str!("swift/CallPayload.swift")
        .split_once("__FIELDS__")
        .unwrap_or_default();
    let mut text = filled(before);
    let first = text.lines().count() + 1;
    let mut marks = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text += &line.text;
        if let Some(path) = &line.path {
            marks.push(Mark {
                line: first + index,
                path: path.clone(),
            });
        }
    }
    text += &filled(after);
    File {
        name: "CallPayload.swift",
        text,
        marks,
    }
}

/// Lines that set the limits and looks of calls.
fn configuration(options: &Options) -> String {
    let types: Vec<&str> = options
        .handle_types
        .iter()
        .map(|kind| kind.case())
        .collect();
    let types = types.join(", ");
    let Options {
        supports_video,
        call_groups,
        calls_per_group,
        ..
    } = options;
    let ringtone = match options.ringtone.as_str() {
        "" => "nil".to_owned(),
        name => literal(name),
    };
    let icon = match options.icon.as_str() {
        "" => "nil".to_owned(),
        name => format!("UIImage(named: {})?.pngData()", literal(name)),
    };
    match options.flavour {
        Flavour::CallKit => format!(
            "        configuration.supportsVideo = {supports_video}
        configuration.supportedHandleTypes = [{types}]
        configuration.maximumCallGroups = {call_groups}
        configuration.maximumCallsPerCallGroup = {calls_per_group}
        configuration.ringtoneSound = {ringtone}
        configuration.iconTemplateImageData = {icon}"
        ),
        Flavour::LiveCommunicationKit => format!(
            "            ringtoneName: {ringtone},
            iconTemplateImageData: {icon},
            maximumConversationGroups: {call_groups},
            maximumConversationsPerConversationGroup: {calls_per_group},
            includesConversationInRecents: true,
            supportsVideo: {supports_video},
            supportedHandleTypes: [{types}]"
        ),
    }
}

/// Lines that choose one of the listed types for a handle.
fn handle_type(types: &[HandleType]) -> String {
    const E_MAIL: &str = "        if handle.contains(\"@\") { return .emailAddress }\n";
    const NUMBER: &str =
        "        if handle.allSatisfy({ $0.isNumber || $0 == \"+\" }) { return .phoneNumber }\n";
    let is_listed = |wanted| types.contains(&wanted);
    let mut lines = String::new();
    if types.len() > 1 {
        if is_listed(HandleType::EmailAddress) {
            lines += E_MAIL;
        }
        if is_listed(HandleType::PhoneNumber) {
            lines += NUMBER;
        }
    }
    let last = match types {
        [only] => *only,
        _ if is_listed(HandleType::Generic) => HandleType::Generic,
        _ => HandleType::PhoneNumber,
    };
    lines + "        return " + last.case()
}

fn readme(options: &Options, server: &str) -> File {
    let (system, note) = match options.flavour {
        Flavour::CallKit => ("iOS 16", FOR_CALLKIT),
        Flavour::LiveCommunicationKit => ("iOS 17.4", FOR_CONVERSATIONS),
    };
    let points = [
        ("SYSTEM", system),
        ("NOTE", note),
        ("ADDRESS", server),
        ("BUNDLE_ID", known(&options.bundle_id, NO_BUNDLE_ID)),
    ];
    File::new(
        "README.md",
        fill(include_str!("README.txt"), false, &points),
    )
}

fn known<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

impl Options {
    /// Options that fit this payload of the app.
    pub fn fitting(app: &ReceivingApp, payload: &Value) -> Self {
        let call = app.read(payload);
        let mut options = Self {
            supports_video: call.is_video(),
            ..Self::default()
        };
        if let Some(handle) = &call.handle {
            options.handle_types = vec![HandleType::of(&handle.value)];
        }
        options
    }
}
