//! Reader of profiles in JSON, which names the place of everything it refuses.

use std::cell::OnceCell;

use serde_json::{Map, Value};

use super::condition::{Condition, Form, TimeUnit};
use super::error::ProfileError;
use super::place::Place;
use super::reading::{FlagReading, TextReading, UuidReading};
use super::source::Source;
use super::verdict::{Action, Rule};
use super::{MOST_BYTES, Profile};
use crate::apns::path::Path;
use crate::call::phone::App;

const KEYS: [&str; 20] = [
    "id",
    "name",
    "kind",
    "family",
    "certainty",
    "framework",
    "reports_from",
    "versions",
    "sources",
    "recognise",
    "handle",
    "caller_name",
    "has_video",
    "call_uuid",
    "sent_at",
    "rules",
    "template",
    "cancel",
    "unquoted",
    // A sentence for people, about the way in which the app learns that the caller hung up.
    "ends",
];
const MOST_NESTED: usize = 8;

/// Parses a profile.
pub(super) fn read(text: &str) -> Result<Profile, ProfileError> {
    if text.len() > MOST_BYTES {
        return Err(ProfileError::TooLarge(text.len()));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| ProfileError::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let first_error = OnceCell::new();
    let profile = profile(&Place {
        value: &value,
        at: "profile".to_owned(),
        first_error: &first_error,
    });
    match first_error.into_inner() {
        Some(error) => Err(error),
        None => Ok(profile),
    }
}

fn profile(top: &Place<'_>) -> Profile {
    top.check_keys(&KEYS);
    let versions = top.texts("versions");
    let recognise = top.member("recognise");
    let rules = top.list("rules");
    let payload = |key| Some(top.value[key].clone()).filter(|payload| !payload.is_null());
    Profile {
        id: top.text_or("id", ""),
        name: top.needed("name").text(),
        kind: top.text_or("kind", "own"),
        family: top.optional_text("family"),
        certainty: top.text_or("certainty", "described"),
        framework: top.text_or("framework", "CallKit"),
        reports_from: top.text_or("reports_from", "delegate"),
        sources: top.list("sources").iter().map(source).collect(),
        recognise: recognise.is_given().then(|| condition(&recognise, 0)),
        handle: text_reading(&top.member("handle")),
        caller_name: text_reading(&top.member("caller_name")),
        has_video: flag_reading(&top.member("has_video")),
        call_uuid: uuid_reading(&top.member("call_uuid")),
        sent_at: sent_at(&top.member("sent_at")),
        rules: rules.iter().map(|place| rule(place, &versions)).collect(),
        template: payload("template"),
        cancel: payload("cancel"),
        unquoted: top.texts("unquoted"),
        versions,
    }
}

fn source(place: &Place<'_>) -> Source {
    place.check_keys(&["repository", "commit", "file", "lines", "page", "read"]);
    let text = |key| place.text_or(key, "");
    Source {
        repository: text("repository"),
        commit: text("commit"),
        file: text("file"),
        lines: text("lines"),
        page: text("page"),
        read: text("read"),
    }
}

fn text_reading(place: &Place<'_>) -> TextReading {
    if !place.is_given() {
        return TextReading::default();
    }
    place.check_keys(&["paths", "takes", "else", "shown"]);
    let mut takes = forms(place, "takes");
    if takes.is_empty() {
        takes.push(Form::Text);
    }
    TextReading {
        paths: place.paths("paths"),
        takes,
        otherwise: place.optional_text("else"),
        shown: place.optional_text("shown"),
    }
}

fn flag_reading(place: &Place<'_>) -> FlagReading {
    if !place.is_given() {
        return FlagReading::default();
    }
    place.check_keys(&["paths", "yes", "no", "else"]);
    FlagReading {
        paths: place.paths("paths"),
        yes: place.values("yes"),
        no: place.values("no"),
        otherwise: place.flag("else"),
    }
}

fn uuid_reading(place: &Place<'_>) -> UuidReading {
    if !place.is_given() {
        return UuidReading::default();
    }
    place.check_keys(&["paths", "takes", "else"]);
    let otherwise = place.member("else");
    let is_made = otherwise.is_given();
    if is_made && otherwise.text() != "made" {
        otherwise.wrong("“made”");
    }
    UuidReading {
        paths: place.paths("paths"),
        takes_text: forms(place, "takes").iter().any(|form| *form != Form::Uuid),
        is_made,
    }
}

fn sent_at(place: &Place<'_>) -> Vec<Path> {
    if !place.is_given() {
        return Vec::new();
    }
    place.check_keys(&["paths", "unit"]);
    if place.member("unit").is_given() {
        unit(place);
    }
    place.paths("paths")
}

fn unit(place: &Place<'_>) -> TimeUnit {
    let unit = place.needed("unit");
    TimeUnit::parse(&unit.text()).unwrap_or_else(|| {
        unit.wrong("one of iso, s, ms");
        TimeUnit::Iso
    })
}

fn forms(place: &Place<'_>, key: &str) -> Vec<Form> {
    place.list(key).iter().map(form).collect()
}

fn form(place: &Place<'_>) -> Form {
    Form::parse(&place.text()).unwrap_or_else(|| {
        place.not_one_of(Form::words());
        Form::Any
    })
}

fn app(place: &Place<'_>) -> App {
    App::parse(&place.text()).unwrap_or_else(|| {
        place.wrong("one of foreground, background, terminated");
        App::Foreground
    })
}

fn rule(place: &Place<'_>, versions: &[String]) -> Rule {
    place.check_keys(&["if", "then", "because", "at", "versions", "certainty"]);
    let action = place.needed("then");
    let rule = Rule {
        condition: condition(&place.needed("if"), 0),
        action: Action::parse(&action.text()).unwrap_or_else(|| {
            action.not_one_of(Action::words());
            Action::Report
        }),
        because: place.needed("because").text(),
        at: place.text_or("at", ""),
        versions: place.texts("versions"),
        certainty: place.text_or("certainty", "read"),
    };
    let mut own = rule.versions.iter();
    if own.any(|version| !versions.contains(version)) {
        let list = place.member("versions");
        list.wrong("a list of versions that the profile names");
    }
    rule
}

/// Names of the conditions.
const CONDITIONS: [&str; 12] = [
    "has",
    "missing",
    "is",
    "equals",
    "json",
    "app",
    "call",
    "older_than",
    "must_report",
    "all",
    "any",
    "not",
];

fn condition(place: &Place<'_>, depth: usize) -> Condition {
    let none = Condition::All(Vec::new());
    if depth > MOST_NESTED {
        place.refuse(ProfileError::TooDeep(place.at.clone()));
        return none;
    }
    place.check_keys(&CONDITIONS);
    let mut keys = place.value.as_object().into_iter().flat_map(Map::keys);
    let (Some(key), None) = (keys.next(), keys.next()) else {
        place.wrong("an object with exactly one condition");
        return none;
    };
    let inside = place.member(key);
    let conditions = || {
        let entries = inside.entries();
        entries
            .iter()
            .map(|entry| condition(entry, depth + 1))
            .collect()
    };
    match key.as_str() {
        "has" => Condition::Has(inside.path()),
        "missing" => Condition::Missing(inside.path()),
        "is" => {
            inside.check_keys(&["path", "forms"]);
            Condition::Is(inside.needed("path").path(), forms(&inside, "forms"))
        }
        "equals" => {
            inside.check_keys(&["path", "values", "ignore_case"]);
            Condition::Equals {
                path: inside.needed("path").path(),
                values: inside.values("values"),
                ignores_case: inside.flag("ignore_case"),
            }
        }
        "json" => {
            inside.check_keys(&["path", "if"]);
            let condition = condition(&inside.needed("if"), depth + 1);
            Condition::Json(inside.needed("path").path(), Box::new(condition))
        }
        "app" => Condition::App(inside.entries().iter().map(app).collect()),
        "call" => match inside.text().as_str() {
            "alive" => Condition::CallAlive,
            "same" => Condition::CallSame,
            _ => {
                inside.wrong("“alive” or “same”");
                none
            }
        },
        "older_than" => {
            inside.check_keys(&["path", "seconds", "unit"]);
            Condition::OlderThan {
                path: inside.needed("path").path(),
                seconds: inside.needed("seconds").number(),
                unit: unit(&inside),
            }
        }
        "must_report" => Condition::MustReport(inside.boolean()),
        "all" => Condition::All(conditions()),
        "any" => Condition::Any(conditions()),
        _ => Condition::Not(Box::new(condition(&inside, depth + 1))),
    }
}
