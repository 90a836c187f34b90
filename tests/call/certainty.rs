//! Certainty in words: only what is certain, or true of this app, says what a phone does.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use trill::apns::finding::Certainty;
use trill::apns::{Environment, Finding, Outcome, PushType, Reason};
use trill::call::phone::{forecast, forecast_certainty};
use trill::call::{AppChoice, ReceivingApp, profile};
use trill::diagnosis::{Circumstances, causes, diagnose};
use trill::lint::{self, Request, Subject, call, request};

use crate::UUID;
use crate::profiles::cases;

/// Returns `true` if the text says what an iPhone or an app does.
fn says(text: &str) -> bool {
    const PHRASES: [&str; 7] = [
        "ends the app",
        "end the app",
        "stops deliver",
        "stop deliver",
        "not ring",
        "never ring",
        "n’t ring",
    ];
    const STEMS: [&str; 3] = ["kill", "terminat", "crash"];
    let text = text.to_lowercase();
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    PHRASES.iter().any(|phrase| text.contains(phrase))
        || words.any(|word| {
            ["rings", "dies"].contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem))
        })
}

#[test]
fn the_words_are_found() {
    for text in [
        "iOS kills it.",
        "The phone rings.",
        "It does not ring.",
        "An app that was terminated",
        "iOS stops delivering",
    ] {
        assert!(says(text), "{text}");
    }
    for text in [
        "The app brings a ringtone.",
        "A call may come.",
        "Skilled bodies",
    ] {
        assert!(!says(text), "{text}");
    }
}

#[test]
fn a_rule_or_cause_that_is_only_likely_does_not_say_what_the_phone_does() {
    let rules = call::RULES
        .iter()
        .map(|rule| (rule.id, rule.certainty, [rule.title, rule.why, rule.fix]));
    let requests = request::RULES
        .iter()
        .map(|rule| (rule.id, rule.certainty, [rule.title, rule.why, rule.fix]));
    let causes = causes().map(|cause| {
        (
            cause.id,
            cause.certainty,
            [cause.title, cause.why, cause.fix],
        )
    });
    let mut likely = 0;
    for (id, certainty, texts) in rules.chain(requests).chain(causes) {
        if certainty != Certainty::Likely {
            continue;
        }
        likely += 1;
        for text in texts {
            assert!(!says(text), "{id}: {text}");
        }
    }
    assert!(likely > 25, "{likely}");
}

#[test]
fn apple_s_reasons_and_push_types_say_nothing_of_the_phone() {
    for text in Reason::all()
        .map(Reason::meaning)
        .chain(PushType::ALL.map(PushType::about))
    {
        assert!(!says(text), "{text}");
    }
}

/// Payloads with the app that gets each: every case of every profile, for this app and for the
/// one that is recognised, and payloads of unknown apps.
fn pushes() -> Vec<(Value, AppChoice)> {
    let mut pushes = Vec::new();
    for profile in profile::all() {
        for case in cases(&profile.id) {
            let choice = AppChoice::Profile(Arc::clone(profile));
            pushes.push((case.payload.clone(), choice));
            pushes.push((case.payload, AppChoice::Recognise));
        }
    }
    for payload in [
        json!({}),
        json!({ "handle": "alice" }),
        json!({ "callUUID": UUID }),
        json!({ "callUUID": UUID, "handle": "alice" }),
        json!({ "callUUID": "5", "handle": 5, "status": "cancelled" }),
        json!({ "aps": { "callUUID": UUID, "handle": "alice" } }),
        json!({ "data": "{\"callUUID\":\"1\"}", "type": "missed", "video": "true", "name": null }),
    ] {
        pushes.push((payload, AppChoice::Recognise));
    }
    pushes
}

fn findings(payload: &Value, app: &ReceivingApp) -> Vec<Finding> {
    let read = app.read(payload);
    call::check(&Subject::new(Request::voip(payload), app, &read))
}

#[test]
fn a_finding_that_is_only_likely_does_not_say_what_the_phone_does() {
    let mut likely = 0;
    for (payload, choice) in pushes() {
        for finding in findings(&payload, &choice.resolve(&payload)) {
            if finding.certainty != Certainty::Likely {
                continue;
            }
            likely += 1;
            let prose = lint::prose(finding.code).unwrap();
            for text in [
                finding.sentence.as_str(),
                prose.consequence(finding.certainty),
                prose.fix,
            ] {
                assert!(!says(text), "{payload}: {finding:?}: {text}");
            }
        }
    }
    assert!(likely > 100, "{likely}");
}

#[test]
fn a_diagnosis_that_is_only_likely_does_not_say_what_the_phone_does() {
    for (payload, choice) in pushes() {
        let app = choice.resolve(&payload);
        let findings = findings(&payload, &app);
        for environment in Environment::ALL {
            let known = Circumstances {
                payload: Some(&payload),
                app: &app,
                findings: &findings,
                ..Circumstances::new(Outcome::Accepted, environment)
            };
            for diagnosis in diagnose(&known) {
                let is_guess = diagnosis.certainty == Certainty::Likely;
                let because = diagnosis.because.as_deref().unwrap_or_default();
                for text in [
                    diagnosis.title(),
                    diagnosis.why(),
                    diagnosis.cause.fix,
                    because,
                ] {
                    assert!(!is_guess || !says(text), "{payload}: {diagnosis:?}: {text}");
                }
            }
        }
    }
}

#[test]
fn a_forecast_that_is_only_likely_does_not_say_what_the_phone_does() {
    let mut guesses = 0;
    for (payload, choice) in pushes() {
        let certainty = forecast_certainty(&payload, &choice.resolve(&payload));
        let sentence = forecast(&payload, &choice).forecast(certainty);
        assert!(sentence.starts_with("On the phone"), "{sentence}");
        if certainty == Certainty::Likely {
            guesses += 1;
            assert!(!says(&sentence), "{payload}: {sentence}");
        }
    }
    assert!(guesses > 20, "{guesses}");
    let known = json!({ "callUUID": UUID, "handle": "alice" });
    let article = AppChoice::Profile(profile::find("article").unwrap());
    let said = |choice: &AppChoice| {
        let certainty = forecast_certainty(&known, &choice.resolve(&known));
        forecast(&known, choice).forecast(certainty)
    };
    assert_eq!(
        said(&article),
        "On the phone: rings with an audio call from alice."
    );
    assert_eq!(
        said(&AppChoice::Recognise),
        "On the phone, likely: an audio call from alice."
    );
}

/// Texts of the page and the program that say what a phone does, because they tell what the
/// simulator's phone has done, what it will do, or what an app can never do.
const SEEN: [&str; 10] = [
    "the iPhone rings",
    "the iPhone rings late",
    "iOS killed the app",
    "the app crashed",
    "The app was killed",
    "The app crashed",
    "Killing app because it never posted an incoming call to the system after ",
    "Faults were switched off so that it rings. ",
    "the simulator rings nobody",
    // A heading, and no statement.
    "If it did not ring",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if ["rs", "html", "js"]
            .iter()
            .any(|end| path.extension().is_some_and(|other| other == *end))
        {
            found.push(path);
        }
    }
}

/// Texts in double quotes of a Rust file, and the help in doc comments of the command line.
fn texts_of(source: &str, is_help: bool) -> Vec<String> {
    let mut texts = Vec::new();
    let mut code = String::new();
    for line in source.lines().map(str::trim) {
        match line.strip_prefix("///") {
            Some(help) if is_help => texts.push(help.to_owned()),
            _ if line.starts_with("//") => {}
            _ => code.extend([line.strip_suffix('\\').unwrap_or(line), "\n"]),
        }
    }
    // Names of classes are no texts.
    let code = code.replace("\\\"", "”").replace("'\"'", "");
    let mut parts = code.split("class=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    let code = parts.fold(first, |code, part| {
        code + part.split_once('"').map_or("", |(_, rest)| rest)
    });
    texts.extend(
        code.split('"')
            .skip(1)
            .step_by(2)
            .map(|text| text.replace('\n', " ")),
    );
    texts
}

#[test]
fn no_text_of_the_page_or_the_program_says_what_a_phone_does() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap());
    let mut files = Vec::new();
    for folder in ["src/app", "src/cli", "src/relay", "static"] {
        sources(&root.join(folder), &mut files);
    }
    let mut checked = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let texts = match file.extension().is_some_and(|end| end == "rs") {
            true => texts_of(&source, file.to_string_lossy().contains("/cli/")),
            false => source.split(['<', '>']).map(str::to_owned).collect(),
        };
        for text in texts {
            // A name has no space.
            let is_text = text.trim().contains(' ');
            checked += usize::from(is_text);
            assert!(
                !is_text || !says(&text) || SEEN.contains(&text.as_str()),
                "{}: {text:?}",
                file.display()
            );
        }
    }
    assert!(checked > 1_000, "{checked}");
}
