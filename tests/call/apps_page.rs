//! docs/apps.md, which is made from the profiles and from what was read beside them.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;
use trill::call::profile::{self, FlagReading, Profile, Source, TextReading, UuidReading};

const HEAD: &str = "\
# Apps

Trill knows what these calling apps and SDKs do with a VoIP push. Each profile was read in the app’s own source, at the
commit and on the day it names, or in its documentation. Nothing here was run on an iPhone. Where a profile says *likely*,
the code was not public or the conclusion rests on the platform. `trill lint --app NAME` checks a payload for one app;
without `--app` the app is recognised by the payload’s keys.

iOS kills an app in the background that reports no call for a VoIP push. It is exempt in the foreground and during a call
(Apple, PKPushType.voIP; Apple forums, 768136).

This page is generated from `src/call/profile`.

## Your own app

The page describes your own app in words and exports it as a profile in JSON (*App: My own app*). `trill lint --app FILE`,
the field `app_profile` of a virtual iPhone and the page’s *Import* take it.

";

/// Example of a profile, in the section about own apps.
const EXAMPLE: &str = r#"{
  "name": "My app",
  "handle": { "paths": ["caller.number", "from"], "takes": ["non-empty"], "else": "Unknown" },
  "caller_name": { "paths": ["caller.name"] },
  "call_uuid": { "paths": ["call_id"], "else": "made" },
  "has_video": { "paths": ["video"], "yes": [true, "true"] },
  "sent_at": { "paths": ["sent"] },
  "rules": [
    {
      "if": { "equals": { "path": "type", "values": ["cancel"] } },
      "then": "ends-call",
      "because": "type says that the call ended.",
      "at": "type"
    }
  ]
}"#;

const FORM: &str = "
Only `name` is needed. `paths` are tried in their order; a value counts if it has one of the forms in `takes`, and `else` is
the app's own text. `\"else\": \"made\"` is an app that makes the UUID. The first rule whose condition holds decides; if none
does, the app reports the call. A path may lead through a text that is JSON inside: your own app is taken to open it.

- Conditions: `has` and `missing` with a path; `is` with `path` and `forms`; `equals` with `path`, `values` and
  `ignore_case`; `json` with `path` and `if`, for JSON inside a text; `older_than` with `path`, `seconds` and `unit` (`iso`,
  `s`, `ms`); `app` with some of `foreground`, `background`, `terminated`; `call` with `alive` or `same`; `must_report`; and
  `all`, `any` and `not`, at most 8 deep.
- Forms: `text`, `non-empty`, `empty`, `number`, `integer`, `boolean`, `object`, `array`, `null`, `uuid`, `iso`, `true-ish`,
  `any`.
- Actions: `report`, `report-and-end`, `no-report`, `ends-call`, `crash`, `uncertain`, and `on-phone` for an app that takes
  calls only from its notification service extension.
- `recognise` is a condition that marks payloads in the built-in profiles; a chosen profile needs none. `because` is the
  sentence that findings show, and `at` the path they are about.
";

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn background(id: &str) -> Value {
    let path = folder().join(format!("src/call/profile/background/{id}.json"));
    fs::read_to_string(path)
        .ok()
        .map(|text| serde_json::from_str(&text).unwrap())
        .unwrap_or_default()
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .map(|list| list.iter().map(|text| text.as_str().unwrap()).collect())
        .unwrap_or_default()
}

fn codes<T: ToString>(paths: &[T]) -> String {
    let codes: Vec<String> = paths
        .iter()
        .map(|path| format!("`{}`", path.to_string()))
        .collect();
    codes.join(", ")
}

fn text_row(reading: &TextReading) -> String {
    let mut row = codes(&reading.paths);
    if let Some(own) = &reading.otherwise {
        row += if row.is_empty() { "" } else { "; else " };
        row += &format!("“{own}”");
    }
    if let Some(shown) = &reading.shown {
        row += &format!("; shown as “{}”", shown.replace("{}", "…"));
    }
    if row.is_empty() {
        "not set".to_owned()
    } else {
        row
    }
}

fn flag_row(reading: &FlagReading) -> String {
    let list = |values: &[Value]| {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        values.join(", ")
    };
    let fixed = if reading.otherwise { "always" } else { "never" };
    match reading.paths.as_slice() {
        [] => fixed.to_owned(),
        paths if reading.no.is_empty() => {
            format!("{} is one of {}", codes(paths), list(&reading.yes))
        }
        paths => format!("{} is none of {}", codes(paths), list(&reading.no)),
    }
}

fn uuid_row(reading: &UuidReading) -> String {
    let paths = codes(&reading.paths);
    match (paths.is_empty(), reading.takes_text, reading.is_made) {
        (true, _, true) => "made by the app".to_owned(),
        (true, _, false) => "none".to_owned(),
        (false, true, _) => format!("derived from {paths}"),
        (false, false, true) => format!("{paths}; else made by the app"),
        (false, false, false) => paths,
    }
}

fn source_line(source: &Source) -> String {
    format!(
        "- [{}]({}), read {}\n",
        source.short(),
        source.address(),
        source.read
    )
}

fn source_of(value: &Value) -> Source {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Source {
        repository: text("repository"),
        commit: text("commit"),
        file: text("file"),
        lines: text("lines"),
        page: text("page"),
        read: text("read"),
    }
}

fn section(profile: &Profile) -> String {
    let background = background(&profile.id);
    let mut text = format!(
        "\n## {}\n\n`{}`: {}, {}. Reports to {} from its {}.",
        profile.name,
        profile.id,
        profile.kind,
        profile.certainty,
        match profile.framework.as_str() {
            "either" => "CallKit or LiveCommunicationKit",
            framework => framework,
        },
        match profile.reports_from.as_str() {
            "extension" => "notification service extension",
            place => place,
        }
    );
    match &profile.recognise {
        Some(condition) => {
            let _ = write!(text, " Recognised by {}.", codes(&condition.marks()));
        }
        None => text += " Not recognised by its payload: choose it.",
    }
    if let Some(family) = &profile.family {
        let _ = write!(text, " Family: {family}.");
    }
    text += "\n\n| field | read from |\n| --- | --- |\n";
    let _ = writeln!(text, "| handle | {} |", text_row(&profile.handle));
    let _ = writeln!(text, "| name | {} |", text_row(&profile.caller_name));
    let _ = writeln!(text, "| UUID | {} |", uuid_row(&profile.call_uuid));
    let _ = writeln!(text, "| video | {} |", flag_row(&profile.has_video));
    if !profile.rules.is_empty() {
        text += "\nIt does not simply ring where the first of these holds:\n\n";
        for rule in &profile.rules {
            let reaction = rule.action.clause();
            let versions = if rule.versions.is_empty() {
                String::new()
            } else {
                format!(" ({})", rule.versions.join("; "))
            };
            let certainty = match rule.certainty.as_str() {
                "inferred" => ", likely",
                "documented" => ", documented",
                _ => "",
            };
            let _ = writeln!(
                text,
                "- *{reaction}{certainty}*{versions}: {}",
                rule.because
            );
        }
    }
    if let Some(ends) = background["ends"].as_str() {
        let _ = write!(text, "\nEnd of a call: {ends}\n");
    }
    for (title, name) in [("Notes", "notes"), ("Not found", "not_found")] {
        let lines = texts(&background[name]);
        if !lines.is_empty() {
            let _ = write!(text, "\n{title}:\n\n");
            for line in lines {
                let _ = writeln!(text, "- {line}");
            }
        }
    }
    text += "\nSources:\n\n";
    for source in &profile.sources {
        text += &source_line(source);
    }
    for source in background["sources"].as_array().into_iter().flatten() {
        text += &source_line(&source_of(source));
    }
    text
}

fn page() -> String {
    let mut profiles: Vec<&Profile> = profile::all().iter().map(|profile| &**profile).collect();
    profiles.sort_by_key(|profile| profile.name.to_lowercase());
    let mut page = [HEAD, "```json\n", EXAMPLE, "\n```\n", FORM].concat();
    for profile in &profiles {
        page += &section(profile);
    }
    page += "\n## Not found\n\nThese were looked for. What is missing is not guessed.\n\n";
    let path = folder().join("src/call/profile/not-found.json");
    let list: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for entry in list.as_array().unwrap() {
        let (name, sentence) = (&entry["name"], &entry["sentence"]);
        let _ = writeln!(
            page,
            "- **{}**: {}",
            name.as_str().unwrap(),
            sentence.as_str().unwrap()
        );
    }
    page
}

#[test]
fn the_page_of_apps_is_current() {
    let path = folder().join("docs/apps.md");
    let page = page();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(
        fs::read_to_string(path).unwrap_or_default() == page,
        "docs/apps.md is old; UPDATE_DOCS=1 cargo test --test call apps_page writes it anew"
    );
}

#[test]
fn the_example_is_a_profile_and_the_form_names_every_word() {
    let profile = Profile::parse(EXAMPLE).unwrap();
    assert!(profile.is_own() && profile.call_uuid.is_made && profile.rules.len() == 1);
    let refused = |text: &str| Profile::parse(text).unwrap_err().to_string();
    let rule = |condition: &str, action: &str| {
        refused(&format!(
            r#"{{"name":"x","rules":[{{"if":{condition},"then":"{action}","because":"x."}}]}}"#
        ))
    };
    for told in [
        rule(r#"{"colour":1}"#, "crash"),
        rule(r#"{"has":"a"}"#, "dance"),
        rule(r#"{"is":{"path":"a","forms":["red"]}}"#, "crash"),
    ] {
        let (_, words) = told
            .split_once("Known keys: ")
            .or_else(|| told.split_once("one of "))
            .unwrap();
        for word in words.trim_end_matches('.').split(", ") {
            assert!(FORM.contains(&format!("`{word}`")), "{word}");
        }
    }
}

#[test]
fn what_stands_beside_a_profile_has_the_form_of_its_sources() {
    for file in fs::read_dir(folder().join("src/call/profile/background")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".json").unwrap();
        assert!(profile::find(id).is_some(), "{id}");
        let background = background(id);
        for key in background.as_object().unwrap().keys() {
            assert!(
                ["sources", "notes", "not_found", "ends"].contains(&key.as_str()),
                "{id}: {key}"
            );
        }
        for source in background["sources"].as_array().into_iter().flatten() {
            let source = source_of(source);
            let is_whole = !source.page.is_empty() || source.commit.len() == 40;
            assert!(
                is_whole && source.read.starts_with("2026-11-"),
                "{id}: {source:?}"
            );
        }
    }
}
