//! Reader of profiles in JSON, which names the place of everything it refuses.

use serde_json::{Map, Value};

use super::condition::{Condition, Form, TimeUnit};
use super::error::ProfileError;
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
    "ends",
];
const MOST_ENTRIES: usize = 64;
const MOST_NESTED: usize = 8;

type Read<T> = Result<T, ProfileError>;

/// Parses a profile.
pub(super) fn read(text: &str) -> Read<Profile> {
    if text.len() > MOST_BYTES {
        return Err(ProfileError::TooLarge(text.len()));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| ProfileError::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let top = Object::of(&value, "profile", &KEYS)?;
    let mut profile = Profile {
        id: top.text("id")?.unwrap_or_default(),
        name: top.needed_text("name")?,
        kind: top.text("kind")?.unwrap_or_else(|| "own".to_owned()),
        family: top.text("family")?,
        certainty: top
            .text("certainty")?
            .unwrap_or_else(|| "described".to_owned()),
        framework: top
            .text("framework")?
            .unwrap_or_else(|| "CallKit".to_owned()),
        reports_from: top
            .text("reports_from")?
            .unwrap_or_else(|| "delegate".to_owned()),
        versions: top.texts("versions")?,
        sources: top.list("sources", source)?,
        handle: top.nested("handle", text_reading)?.unwrap_or_default(),
        caller_name: top.nested("caller_name", text_reading)?.unwrap_or_default(),
        has_video: top.nested("has_video", flag_reading)?.unwrap_or_default(),
        call_uuid: top.nested("call_uuid", uuid_reading)?.unwrap_or_default(),
        sent_at: top.nested("sent_at", sent_at)?.unwrap_or_default(),
        template: top.member("template").cloned(),
        cancel: top.member("cancel").cloned(),
        unquoted: top.texts("unquoted")?,
        ends: top.text("ends")?.unwrap_or_default(),
        ..Profile::default()
    };
    profile.recognise = top.nested("recognise", |value, at| condition(value, at, 0))?;
    let versions = profile.versions.clone();
    profile.rules = top.list("rules", |value, at| rule(value, at, &versions))?;
    Ok(profile)
}

/// Object of the profile, and its place.
struct Object<'a> {
    members: &'a Map<String, Value>,
    at: &'a str,
}

impl<'a> Object<'a> {
    fn of(value: &'a Value, at: &'a str, keys: &[&str]) -> Read<Self> {
        let members = value.as_object().ok_or_else(|| wrong(at, "an object"))?;
        if members.keys().any(|key| !keys.contains(&key.as_str())) {
            return Err(ProfileError::UnknownKey {
                at: at.to_owned(),
                hint: format!("Known keys: {}.", keys.join(", ")),
            });
        }
        Ok(Self { members, at })
    }

    fn member(&self, key: &str) -> Option<&'a Value> {
        self.members.get(key).filter(|value| !value.is_null())
    }

    fn place(&self, key: &str) -> String {
        if self.at == "profile" {
            key.to_owned()
        } else {
            [self.at, ".", key].concat()
        }
    }

    fn text(&self, key: &str) -> Read<Option<String>> {
        self.member(key)
            .map(|value| text(value, &self.place(key)))
            .transpose()
    }

    fn needed_text(&self, key: &'static str) -> Read<String> {
        self.text(key)?.ok_or_else(|| self.missing(key))
    }

    fn missing(&self, key: &'static str) -> ProfileError {
        ProfileError::Missing {
            at: self.at.to_owned(),
            key,
        }
    }

    fn texts(&self, key: &str) -> Read<Vec<String>> {
        self.list(key, text)
    }

    fn paths(&self, key: &str) -> Read<Vec<Path>> {
        self.list(key, path)
    }

    fn number(&self, key: &'static str) -> Read<u64> {
        let value = self.member(key).ok_or_else(|| self.missing(key))?;
        value
            .as_u64()
            .ok_or_else(|| wrong(&self.place(key), "a whole number"))
    }

    fn nested<T>(&self, key: &str, read: impl FnOnce(&Value, &str) -> Read<T>) -> Read<Option<T>> {
        self.member(key)
            .map(|value| read(value, &self.place(key)))
            .transpose()
    }

    fn list<T>(&self, key: &str, read: impl Fn(&Value, &str) -> Read<T>) -> Read<Vec<T>> {
        match self.member(key) {
            Some(value) => list(value, &self.place(key), read),
            None => Ok(Vec::new()),
        }
    }

    fn path(&self, key: &'static str) -> Read<Path> {
        let value = self.member(key).ok_or_else(|| self.missing(key))?;
        path(value, &self.place(key))
    }
}

fn wrong(at: &str, wanted: &str) -> ProfileError {
    ProfileError::Wrong {
        at: at.to_owned(),
        wanted: wanted.to_owned(),
    }
}

fn one_of(at: &str, words: impl Iterator<Item = &'static str>) -> ProfileError {
    let words: Vec<&str> = words.collect();
    wrong(at, &["one of ", &words.join(", ")].concat())
}

fn text(value: &Value, at: &str) -> Read<String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| wrong(at, "a text"))
}

fn boolean(value: &Value, at: &str) -> Read<bool> {
    value.as_bool().ok_or_else(|| wrong(at, "true or false"))
}

fn path(value: &Value, at: &str) -> Read<Path> {
    Path::parse(&text(value, at)?).map_err(|error| ProfileError::BadPath {
        at: at.to_owned(),
        error,
    })
}

fn list<T>(value: &Value, at: &str, read: impl Fn(&Value, &str) -> Read<T>) -> Read<Vec<T>> {
    let entries = value.as_array().ok_or_else(|| wrong(at, "a list"))?;
    if entries.len() > MOST_ENTRIES {
        return Err(ProfileError::TooMany {
            at: at.to_owned(),
            most: MOST_ENTRIES,
        });
    }
    entries
        .iter()
        .enumerate()
        .map(|(index, entry)| read(entry, &format!("{at}[{index}]")))
        .collect()
}

fn source(value: &Value, at: &str) -> Read<Source> {
    let keys = ["repository", "commit", "file", "lines", "page", "read"];
    let object = Object::of(value, at, &keys)?;
    let text = |key| Ok(object.text(key)?.unwrap_or_default());
    Ok(Source {
        repository: text("repository")?,
        commit: text("commit")?,
        file: text("file")?,
        lines: text("lines")?,
        page: text("page")?,
        read: text("read")?,
    })
}

fn text_reading(value: &Value, at: &str) -> Read<TextReading> {
    let object = Object::of(value, at, &["paths", "takes", "else", "shown"])?;
    let takes = object.list("takes", form)?;
    Ok(TextReading {
        paths: object.paths("paths")?,
        takes: if takes.is_empty() {
            vec![Form::Text]
        } else {
            takes
        },
        otherwise: object.text("else")?,
        shown: object.text("shown")?,
    })
}

fn flag_reading(value: &Value, at: &str) -> Read<FlagReading> {
    let object = Object::of(value, at, &["paths", "yes", "no", "else"])?;
    Ok(FlagReading {
        paths: object.paths("paths")?,
        yes: object.list("yes", |value, _| Ok(value.clone()))?,
        no: object.list("no", |value, _| Ok(value.clone()))?,
        otherwise: object.nested("else", boolean)?.unwrap_or_default(),
    })
}

fn uuid_reading(value: &Value, at: &str) -> Read<UuidReading> {
    let object = Object::of(value, at, &["paths", "takes", "else"])?;
    let is_made = match object.text("else")?.as_deref() {
        None => false,
        Some("made") => true,
        Some(_) => return Err(wrong(&object.place("else"), "“made”")),
    };
    Ok(UuidReading {
        paths: object.paths("paths")?,
        takes_text: object
            .list("takes", form)?
            .iter()
            .any(|form| *form != Form::Uuid),
        is_made,
    })
}

fn sent_at(value: &Value, at: &str) -> Read<Vec<Path>> {
    let object = Object::of(value, at, &["paths", "unit"])?;
    TimeUnit::parse(&object.needed_text("unit")?)
        .ok_or_else(|| wrong(&object.place("unit"), "one of iso, s, ms"))?;
    object.paths("paths")
}

fn form(value: &Value, at: &str) -> Read<Form> {
    Form::parse(&text(value, at)?).ok_or_else(|| one_of(at, Form::words()))
}

fn rule(value: &Value, at: &str, versions: &[String]) -> Read<Rule> {
    let keys = ["if", "then", "because", "at", "versions", "certainty"];
    let object = Object::of(value, at, &keys)?;
    let action = object.needed_text("then")?;
    let rule = Rule {
        condition: object
            .nested("if", |value, at| condition(value, at, 0))?
            .ok_or_else(|| object.missing("if"))?,
        action: Action::parse(&action)
            .ok_or_else(|| one_of(&object.place("then"), Action::words()))?,
        because: object.needed_text("because")?,
        at: object.text("at")?.unwrap_or_default(),
        versions: object.texts("versions")?,
        certainty: object
            .text("certainty")?
            .unwrap_or_else(|| "read".to_owned()),
    };
    if rule
        .versions
        .iter()
        .any(|version| !versions.contains(version))
    {
        return Err(wrong(
            &object.place("versions"),
            "a list of versions that the profile names",
        ));
    }
    Ok(rule)
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

fn condition(value: &Value, at: &str, depth: usize) -> Read<Condition> {
    if depth > MOST_NESTED {
        return Err(ProfileError::TooDeep(at.to_owned()));
    }
    let object = Object::of(value, at, &CONDITIONS)?;
    let mut members = object.members.iter();
    let (Some((key, value)), None) = (members.next(), members.next()) else {
        return Err(wrong(at, "an object with exactly one condition"));
    };
    let place = object.place(key);
    let inner = |value: &Value, at: &str| condition(value, at, depth + 1);
    Ok(match key.as_str() {
        "has" => Condition::Has(path(value, &place)?),
        "missing" => Condition::Missing(path(value, &place)?),
        "is" => {
            let object = Object::of(value, &place, &["path", "forms"])?;
            Condition::Is(object.path("path")?, object.list("forms", form)?)
        }
        "equals" => {
            let object = Object::of(value, &place, &["path", "values", "ignore_case"])?;
            Condition::Equals {
                path: object.path("path")?,
                values: object.list("values", |value, _| Ok(value.clone()))?,
                ignores_case: object.nested("ignore_case", boolean)?.unwrap_or_default(),
            }
        }
        "json" => {
            let object = Object::of(value, &place, &["path", "if"])?;
            let condition = object
                .nested("if", inner)?
                .ok_or_else(|| object.missing("if"))?;
            Condition::Json(object.path("path")?, Box::new(condition))
        }
        "app" => Condition::App(list(value, &place, |value, at| {
            App::parse(&text(value, at)?)
                .ok_or_else(|| wrong(at, "one of foreground, background, terminated"))
        })?),
        "call" => match text(value, &place)?.as_str() {
            "alive" => Condition::CallAlive,
            "same" => Condition::CallSame,
            _ => return Err(wrong(&place, "“alive” or “same”")),
        },
        "older_than" => {
            let object = Object::of(value, &place, &["path", "seconds", "unit"])?;
            Condition::OlderThan {
                path: object.path("path")?,
                seconds: object.number("seconds")?,
                unit: TimeUnit::parse(&object.needed_text("unit")?)
                    .ok_or_else(|| wrong(&object.place("unit"), "one of iso, s, ms"))?,
            }
        }
        "must_report" => Condition::MustReport(boolean(value, &place)?),
        "all" => Condition::All(list(value, &place, inner)?),
        "any" => Condition::Any(list(value, &place, inner)?),
        _ => Condition::Not(Box::new(inner(value, &place)?)),
    })
}
