//! App profiles: their form, their markers, and the reaction of each app to the payloads of its
//! cases, which are worked out from its source.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use serde_json::{Value, json};
use trill::call::phone::App;
use trill::call::profile::{self, FILES, Profile, Recognition, Situation, recognise};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap()).join(name)
}

fn ids_in(name: &str) -> BTreeSet<String> {
    fs::read_dir(folder(name))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .map(|file| file.strip_suffix(".json").unwrap().to_owned())
        .collect()
}

fn json_file(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder(path)).unwrap()).unwrap()
}

/// Case: a payload, the situation in which it arrives, and the reaction.
pub(super) struct Case {
    pub(super) title: String,
    pub(super) payload: Value,
    pub(super) situation: Situation,
    version: Option<String>,
    gives: String,
}

pub(super) fn cases(id: &str) -> Vec<Case> {
    let cases = json_file(&format!("tests/call/profiles/{id}.json"));
    let case = |case: &Value| Case {
        title: format!("{id}: {}", case["title"].as_str().unwrap()),
        payload: case["payload"].clone(),
        situation: Situation {
            app: case["app"]
                .as_str()
                .map_or(App::Background, |word| App::parse(word).unwrap()),
            is_call_alive: matches!(case["call"].as_str(), Some("alive" | "same")),
            is_same_call: case["call"] == "same",
            must_report: case["must_report"].as_bool(),
            now_ms: case["now"].as_str().map(|now| {
                assert_eq!(now, "2026-11-29T12:00:00Z", "{id}");
                1_795_953_600_000
            }),
        },
        version: case["version"].as_str().map(str::to_owned),
        gives: case["gives"].as_str().unwrap().to_owned(),
    };
    cases.as_array().unwrap().iter().map(case).collect()
}

fn verdict<'a>(profile: &'a Profile, case: &Case) -> profile::Verdict<'a> {
    match &case.version {
        Some(version) => {
            assert!(profile.versions.contains(version), "{}", case.title);
            profile.verdict_of(Some(version), &case.payload, &case.situation)
        }
        None => profile.verdict(&case.payload, &case.situation),
    }
}

/// Returns the names of the recognised app, or of its family.
fn recognised(payload: &Value) -> Vec<String> {
    match recognise(payload) {
        Recognition::Unknown => Vec::new(),
        Recognition::App(profile) => vec![profile.id.clone()],
        Recognition::Family(profiles) => {
            profiles.iter().map(|profile| profile.id.clone()).collect()
        }
    }
}

#[test]
fn every_file_is_a_profile_and_every_profile_has_cases() {
    let listed: BTreeSet<String> = FILES.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(listed, ids_in("src/call/profile/apps"));
    assert_eq!(listed, ids_in("tests/call/profiles"));
    assert_eq!(listed.len(), FILES.len());
    for (id, text) in FILES {
        let profile = Profile::parse(text).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(profile.id, id);
    }
    assert_eq!(profile::all().len(), FILES.len());
}

#[test]
fn there_are_profiles_of_the_apps_that_users_ask_for() {
    assert!(profile::all().len() >= 35);
    let read = profile::all()
        .iter()
        .filter(|profile| profile.certainty == "read")
        .count();
    assert!(read >= 20, "{read}");
    for id in [
        "article",
        "apple",
        "twilio-voice-ios",
        "stream-video-swift",
        "flutter-callkit-incoming",
        "flutter-webrtc-callkeep",
        "react-native-callkeep",
        "expo-callkit-telecom",
        "telnyx-ios",
        "quickblox-videochat-swift",
        "connectycube-flutter-call-kit",
        "linphone",
        "mattermost",
        "rocketchat",
        "element-classic",
        "element-x",
        "wire",
    ] {
        assert!(profile::find(id).is_some(), "{id}");
    }
}

#[test]
fn every_source_names_a_commit_a_file_and_a_day() {
    let is_day = |day: &str| day.len() == 10 && day.starts_with("2026-11-");
    for profile in profile::all() {
        let id = &profile.id;
        assert!(!profile.sources.is_empty(), "{id}");
        assert!(
            ["read", "documented"].contains(&profile.certainty.as_str()),
            "{id}"
        );
        for source in &profile.sources {
            assert!(is_day(&source.read), "{id}: {source:?}");
            if source.page.is_empty() {
                let commit = &source.commit;
                assert!(
                    commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
                    "{id}: {source:?}"
                );
                assert_eq!(source.repository.split('/').count(), 2, "{id}: {source:?}");
                assert!(!source.file.is_empty(), "{id}");
                let is_mark =
                    |character: char| character.is_ascii_digit() || "-, ".contains(character);
                assert!(source.lines.chars().all(is_mark), "{id}: {source:?}");
            } else {
                assert!(source.page.starts_with("https://"), "{id}: {source:?}");
            }
        }
    }
}

#[test]
fn a_crash_is_only_claimed_of_code_that_was_read() {
    for profile in profile::all() {
        for rule in &profile.rules {
            assert!(
                ["read", "documented", "inferred"].contains(&rule.certainty.as_str()),
                "{}: {}",
                profile.id,
                rule.certainty
            );
            let is_claimed =
                matches!(rule.action, profile::Action::Crash) && rule.certainty == "read";
            assert!(
                !is_claimed || profile.sources.iter().any(|source| !source.file.is_empty()),
                "{}",
                profile.id
            );
            assert!(
                rule.because.ends_with('.') && !rule.because.contains("TODO"),
                "{}",
                profile.id
            );
        }
    }
}

#[test]
fn each_app_reacts_as_its_source_says() {
    let mut count = 0;
    for profile in profile::all() {
        for case in cases(&profile.id) {
            let verdict = verdict(profile, &case);
            assert_eq!(
                verdict.reaction.as_str(),
                case.gives,
                "{} {verdict:?}",
                case.title
            );
            count += 1;
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn every_rule_decides_a_case() {
    for profile in profile::all() {
        let cases = cases(&profile.id);
        for rule in &profile.rules {
            let decides = cases
                .iter()
                .any(|case| verdict(profile, case).rule == Some(rule));
            assert!(decides, "{}: {}", profile.id, rule.because);
        }
    }
}

#[test]
fn a_template_is_recognised_as_its_app() {
    for profile in profile::all() {
        for payload in profile.template.iter().chain(&profile.cancel) {
            if profile.recognise.is_some() {
                assert!(
                    recognised(payload).contains(&profile.id),
                    "{}: {:?}",
                    profile.id,
                    recognised(payload)
                );
            }
        }
    }
}

#[test]
fn a_payload_with_an_apps_markers_is_recognised_as_no_other_app() {
    for profile in profile::all() {
        let Some(markers) = &profile.recognise else {
            continue;
        };
        for case in cases(&profile.id) {
            let inside = profile.look_into(&case.payload);
            if markers.holds(inside, &Situation::default()) {
                let recognised = recognised(&case.payload);
                assert!(
                    recognised.contains(&profile.id),
                    "{}: {recognised:?}",
                    case.title
                );
            }
        }
    }
}

#[test]
fn unknown_shapes_are_not_recognised() {
    let keys = [
        "alpha", "beta", "room", "peer", "who", "ring", "meta", "kind", "n", "t", "from", "to",
        "caller", "invite", "topic", "data", "payload", "call", "info", "when",
    ];
    for number in 0..200_usize {
        let pick = |step: usize| keys[(number * 7 + step * 13 + number / 20) % keys.len()];
        let payload = json!({
            pick(0): "Alice Example",
            pick(1): {pick(2): format!("{number}"), pick(3): true},
            pick(4): number,
            "aps": {"alert": "x"},
        });
        assert_eq!(recognise(&payload), Recognition::Unknown, "{payload}");
    }
}
