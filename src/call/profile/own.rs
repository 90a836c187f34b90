//! Own app: an app that its user describes in a few texts, and the profile for which they stand.

use serde_json::Value;

use super::condition::Form;
use super::lookup::{Lookup, Opened};
use super::own_part::OwnPart;
use crate::apns::json::{self, object, quoted};
use crate::apns::path::{Path, PathError};
use crate::call::call_field::{CallField, guess};

/// App that its user describes in a few texts, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnApp {
    texts: [String; OwnPart::ALL.len()],
}

impl OwnApp {
    /// Description with the action of an app that returns without a report if it finds no call.
    /// Each field is read at its path, or else where the payload has it.
    pub fn of_paths(paths: impl Fn(CallField) -> Option<Path>, payload: &Value) -> Self {
        let mut own = Self::default();
        for field in CallField::ALL {
            if let Some(path) = paths(field) {
                own.set(OwnPart::of(field), path.to_string());
            }
        }
        own.set(OwnPart::Unreadable, "no-report".to_owned());
        own.complete(payload);
        own
    }

    /// Text of a part.
    pub fn text(&self, part: OwnPart) -> &str {
        &self.texts[part as usize]
    }

    /// Sets the text of a part.
    pub fn set(&mut self, part: OwnPart, text: String) {
        self.texts[part as usize] = text;
    }

    /// Returns `true` if nothing is typed or chosen.
    pub fn is_blank(&self) -> bool {
        self.texts.iter().all(|text| text.trim().is_empty())
    }

    /// Returns `true` if the app makes the UUID of a call.
    pub fn makes_uuid(&self) -> bool {
        self.text(OwnPart::MakesUuid) == OwnPart::YES
    }

    /// Writes into the empty parts the paths of the call that is found in this payload under the
    /// usual names. An app without a UUID of its own, and without a handle, gets Apple's keys.
    pub fn complete(&mut self, payload: &Value) {
        for field in CallField::ALL {
            let part = OwnPart::of(field);
            let is_needed = match field {
                CallField::Handle => true,
                CallField::CallUuid => !self.makes_uuid(),
                CallField::CallerName | CallField::HasVideo => false,
            };
            if !self.text(part).trim().is_empty() {
                continue;
            }
            let usual = || is_needed.then(|| Path::of_names(&field.names()[..1]));
            if let Some(path) = guess(payload, field).or_else(usual) {
                self.set(part, path.to_string());
            }
        }
    }

    /// Paths of a part, without lines that are no path.
    pub fn paths(&self, part: OwnPart) -> Vec<Path> {
        self.lines(part)
            .filter_map(|(_, line)| Path::parse(line).ok())
            .collect()
    }

    /// First line of a part that is no path, counted from 1, and the reason; the number is `None`
    /// if there is no other line.
    pub fn error(&self, part: OwnPart) -> Option<(Option<usize>, PathError)> {
        if !part.has_paths() {
            return None;
        }
        let is_alone = !self.text(part).trim().contains('\n');
        self.lines(part).find_map(|(number, line)| {
            let error = Path::parse(line).err()?;
            Some(((!is_alone).then_some(number), error))
        })
    }

    fn lines(&self, part: OwnPart) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text(part).lines().enumerate();
        lines
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| (index + 1, line))
    }

    /// Sentence about the values that a part with paths finds in a payload; empty if it has none.
    pub fn finds(&self, part: OwnPart, payload: &Value) -> String {
        let paths = self.paths(part);
        if paths.is_empty() {
            return String::new();
        }
        let (form, wanted) = match part {
            OwnPart::Handle | OwnPart::CallerName => (Form::NonEmpty, "a text"),
            OwnPart::CallUuid => (Form::Uuid, "a UUID"),
            OwnPart::HasVideo => (Form::Boolean, "true or false"),
            _ => (Form::Any, ""),
        };
        let payload = Lookup {
            payload,
            opened: Opened::All,
        };
        let found = || {
            let values = paths.iter().filter_map(|path| payload.find(path));
            values.map(|value| {
                let fits = form.fits(&value);
                (value, fits)
            })
        };
        let first = found().find(|(_, fits)| *fits).or_else(|| found().next());
        match first {
            Some((value, true)) => format!("Finds {}.", brief(&value)),
            Some((value, false)) => format!("Finds {}, which is not {wanted}.", brief(&value)),
            None => "Not in this payload.".to_owned(),
        }
    }

    /// Profile for which the description stands, as a value.
    pub fn to_value(&self) -> Value {
        let name = self.text(OwnPart::Name).trim();
        let name = if name.is_empty() { "My app" } else { name };
        let mut profile = vec![("name", quoted(name))];
        for (part, key) in OwnPart::PATHS {
            let mut reading = Vec::new();
            let paths = self.paths(part);
            if !paths.is_empty() {
                let paths: Vec<String> = paths.iter().map(quoted_path).collect();
                reading.push(("paths", list(&paths)));
                match part {
                    OwnPart::Handle | OwnPart::CallerName => {
                        reading.push(("takes", r#"["non-empty"]"#.to_owned()));
                    }
                    OwnPart::HasVideo => reading.push(("yes", "[true]".to_owned())),
                    _ => {}
                }
            }
            if part == OwnPart::CallUuid && self.makes_uuid() {
                reading.push(("else", quoted("made")));
            }
            if !reading.is_empty() {
                profile.push((key, object(&reading)));
            }
        }
        let mut rules = Vec::new();
        rules.extend(self.end_rule());
        rules.extend(self.uuid_rule());
        rules.extend(self.handle_rule());
        if !rules.is_empty() {
            profile.push(("rules", list(&rules)));
        }
        // The text is JSON.
        serde_json::from_str(&object(&profile)).unwrap_or_default()
    }

    /// Profile for which the description stands, as JSON.
    pub fn to_json(&self) -> String {
        json::pretty(&self.to_value())
    }

    /// Description that stands for a profile in JSON; `None` if the profile has more than a
    /// description can say.
    pub fn of_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let mut own = Self::default();
        own.set(OwnPart::Name, text_of(&value["name"]));
        for (part, key) in OwnPart::PATHS {
            let paths = value[key]["paths"].as_array();
            let lines: Vec<String> = paths.into_iter().flatten().map(text_of).collect();
            own.set(part, lines.join("\n"));
        }
        if value["call_uuid"]["else"] == "made" {
            own.set(OwnPart::MakesUuid, OwnPart::YES.to_owned());
        }
        for rule in value["rules"].as_array().into_iter().flatten() {
            if rule["then"] == "ends-call" {
                let end = &rule["if"]["equals"];
                own.set(OwnPart::EndPath, text_of(&rule["at"]));
                own.set(OwnPart::EndValue, text_of(&end["values"][0]));
            } else if rule["then"] != UNKNOWN {
                own.set(OwnPart::Unreadable, text_of(&rule["then"]));
            }
        }
        (own.to_value() == value).then_some(own)
    }

    fn end_rule(&self) -> Option<String> {
        let path = self.paths(OwnPart::EndPath).first()?.to_string();
        let text = self.text(OwnPart::EndValue).trim();
        let condition = if text.is_empty() {
            object(&[("has", quoted(&path))])
        } else {
            let mut values = vec![quoted(text)];
            // A number or a Boolean may also be sent as a text.
            if let Ok(Value::Number(_) | Value::Bool(_)) = serde_json::from_str(text) {
                values.push(text.to_owned());
            }
            let members = [("path", quoted(&path)), ("values", list(&values))];
            object(&[("equals", object(&members))])
        };
        let because = [&path, " says that the call ended."].concat();
        Some(rule(condition, "ends-call", &because, &path))
    }

    fn handle_rule(&self) -> Option<String> {
        self.unreadable_rule(OwnPart::Handle, "non-empty", "a handle: a text")
    }

    fn uuid_rule(&self) -> Option<String> {
        if self.makes_uuid() {
            return None;
        }
        self.unreadable_rule(OwnPart::CallUuid, "uuid", "the UUID of the call")
    }

    /// Rule for a payload that has no value of this form at the paths of a part.
    fn unreadable_rule(&self, part: OwnPart, form: &str, needed: &str) -> Option<String> {
        let paths = self.paths(part);
        let at = paths.first()?.to_string();
        let (mut present, mut all) = (Vec::new(), Vec::new());
        for path in &paths {
            let members = [
                ("path", quoted_path(path)),
                ("forms", list(&[quoted(form)])),
            ];
            present.push(object(&[("is", object(&members))]));
            all.push(path.to_string());
        }
        let action = match self.text(OwnPart::Unreadable) {
            "" => UNKNOWN,
            action => action,
        };
        let condition = object(&[("not", object(&[("any", list(&present))]))]);
        let because = ["It needs ", needed, " at ", &all.join(" or "), "."].concat();
        Some(rule(condition, action, &because, &at))
    }
}

/// Action of an app whose code is not known.
const UNKNOWN: &str = "uncertain";

fn rule(condition: String, action: &str, because: &str, at: &str) -> String {
    object(&[
        ("if", condition),
        ("then", quoted(action)),
        ("because", quoted(because)),
        ("at", quoted(at)),
    ])
}

/// List of values that are JSON already.
fn list(values: &[String]) -> String {
    ["[", &values.join(","), "]"].concat()
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string())
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Value as JSON, cut if it is long.
fn brief(value: &Value) -> String {
    const LONGEST: usize = 48;
    let text = match value {
        Value::String(text) => format!("“{text}”"),
        value => json::compact(value),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => [&text[..end], "…"].concat(),
        None => text,
    }
}
