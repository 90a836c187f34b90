//! The configuration file: TOML, with the settings by their names. What is unknown or misspelt is an error with its
//! line, because a limit that was mistyped is no limit.

use std::ffi::OsString;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::policy::Tables;
use super::{Often, Setting, TABLE};
use crate::cli::suggest::nearest;
use crate::option_file;

/// The table of what may be sent.
const POLICY: &str = "policy";
/// The tables of what the page offers.
const PRESET: &str = "preset";
/// As many names fit into a sentence.
const FEW: usize = 8;

/// What a file says, in its order.
#[derive(Default)]
pub(super) struct File {
    entries: Vec<(String, Entry)>,
    /// `[policy]` and every `[[preset]]`.
    pub(super) tables: Tables,
}

/// Where something stands in a file.
pub(super) struct Places<'a> {
    text: &'a str,
    path: &'a str,
}

/// One line of it.
pub(super) struct Entry {
    /// What the setting is called in a sentence, with the place.
    pub(super) name: String,
    value: Value,
}

/// What stands behind the equals sign.
enum Value {
    One(String),
    Several(Vec<String>),
    Switch(bool),
    /// Anything else, by its name in TOML.
    Another(&'static str),
}

impl File {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let bytes = option_file::read(path).map_err(|error| {
            format!(
                "cannot read {}: {error}; check the path given to --config",
                path.display()
            )
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("{} is not UTF-8; save it as plain text", path.display()))?;
        Self::parse(&text, &path.display().to_string())
    }

    pub(super) fn parse(text: &str, path: &str) -> Result<Self, String> {
        let places = Places { text, path };
        let table = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            format!(
                "{} is no TOML: {}; see trill serve --help",
                places.at(offset),
                error.message()
            )
        })?;
        let mut file = Self::default();
        for (key, value) in table.into_inner() {
            let place = places.of(&key);
            match key.get_ref().as_ref() {
                POLICY => {
                    for (rate, entry) in file.tables.read_policy(value, &places)? {
                        file.add(rate, entry)?;
                    }
                }
                PRESET => file.tables.read_presets(value, &places)?,
                word if TABLE.iter().any(|setting| setting.name == word) => {
                    file.add(word, Entry::of(format!("{word} in {place}:"), value))?;
                }
                word => {
                    let names: Vec<_> = TABLE
                        .iter()
                        .map(|setting| setting.name)
                        .chain([POLICY, PRESET])
                        .collect();
                    return Err(unknown(word, &names, &place));
                }
            }
        }
        Ok(file)
    }

    /// TOML itself sees to it that nothing is said twice in one table; a rate may stand in two.
    fn add(&mut self, setting: &str, entry: Entry) -> Result<(), String> {
        if self.get(setting).is_some() {
            return Err(format!("{} it is given twice; keep one", entry.name));
        }
        self.entries.push((setting.to_owned(), entry));
        Ok(())
    }

    /// What it says of a setting.
    pub(super) fn get(&self, setting: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|(name, _)| name == setting)
            .map(|(_, entry)| entry)
    }
}

impl Entry {
    /// What stands behind a name.
    pub(super) fn of(name: String, value: Spanned<DeValue<'_>>) -> Self {
        Self {
            name,
            value: Value::of(value),
        }
    }

    /// The values, as many as the setting takes.
    pub(super) fn values(&self, setting: &Setting) -> Result<Vec<OsString>, String> {
        let name = &self.name;
        match (&self.value, setting.is_switch()) {
            (Value::Switch(on), true) => Ok(vec![on.to_string().into()]),
            (_, true) => Err(format!("{name} a switch is true or false, without quotes")),
            (Value::One(text), false) => Ok(vec![text.into()]),
            (Value::Several(texts), false) if setting.often == Often::Repeated => {
                Ok(texts.iter().map(OsString::from).collect())
            }
            (Value::Several(_), false) => Err(format!("{name} it has one value, not a list")),
            (Value::Switch(_), false) => Err(format!(
                "{name} it wants {}, not true or false",
                setting.value
            )),
            (Value::Another(kind), false) => Err(format!(
                "{name} it wants {} in quotes, not {kind}",
                setting.value
            )),
        }
    }
}

impl Value {
    fn of(value: Spanned<DeValue<'_>>) -> Self {
        let text = |value: &DeValue<'_>| match value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.to_string()),
            _ => None,
        };
        match value.get_ref() {
            DeValue::Boolean(on) => Self::Switch(*on),
            DeValue::Array(values) => {
                match values.iter().map(|value| text(value.get_ref())).collect() {
                    Some(texts) => Self::Several(texts),
                    None => Self::Another("a list of something else"),
                }
            }
            one => text(one).map_or(Self::Another(kind(one)), Self::One),
        }
    }
}

impl Places<'_> {
    /// The place at this offset.
    pub(super) fn at(&self, offset: usize) -> String {
        format!("{}, line {}", self.path, line(self.text, offset))
    }

    /// The place of something that was read.
    pub(super) fn of<T>(&self, spanned: &Spanned<T>) -> String {
        self.at(spanned.span().start)
    }
}

/// What TOML calls a value.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A name that nobody knows, and the one that was meant.
pub(super) fn unknown(name: &str, known: &[&str], place: &str) -> String {
    let hint = match nearest(name, known) {
        Some(meant) => format!("did you mean {meant}?"),
        None if known.len() > FEW => "see trill serve --help".to_owned(),
        None => format!("it knows {}", known.join(", ")),
    };
    format!("unknown setting {name:?} in {place}; {hint}")
}

fn line(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::{File, TABLE};

    fn values(text: &str) -> Result<Vec<String>, String> {
        let file = File::parse(text, "trill.toml")?;
        let mut all = Vec::new();
        for setting in TABLE {
            if let Some(entry) = file.get(setting.name) {
                all.extend(
                    entry
                        .values(setting)?
                        .into_iter()
                        .map(|value| format!("{}={}", setting.name, value.to_string_lossy())),
                );
            }
        }
        Ok(all)
    }

    #[test]
    fn says_what_it_says() {
        let text =
            "# the team's\nidentity = [\"voip=a.p12\", \"b.pem\"]\nlisten = \"127.0.0.1:1\"\n";
        assert_eq!(
            values(text),
            Ok([
                "listen=127.0.0.1:1",
                "identity=voip=a.p12",
                "identity=b.pem"
            ]
            .map(str::to_owned)
            .to_vec())
        );
        assert_eq!(values(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, part) in [
            ("\nlisten = ", "trill.toml, line 2 is no TOML"),
            (
                "listn = \"127.0.0.1:1\"",
                "unknown setting \"listn\" in trill.toml, line 1; did you mean listen?",
            ),
            ("\n\nfrobnicate = 1", "line 3; see trill serve --help"),
            (
                "listen = [\"127.0.0.1:1\"]",
                "listen in trill.toml, line 1: it has one value, not a list",
            ),
            ("listen = true", "not true or false"),
            ("listen = 1.5", "in quotes, not a number with a point"),
            ("listen = \"a\"\nlisten = \"b\"", "line 2 is no TOML"),
            ("[listen]\na = 1", "not a table"),
        ] {
            let sentence = values(text).expect_err(text);
            assert!(sentence.contains(part), "{sentence}");
        }
    }
}
