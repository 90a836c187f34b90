//! The configuration file: TOML, with the settings by name. An unknown or misspelt key is an error
//! that names its place, because a mistyped limit would have no effect.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use toml::Spanned;

use super::place::Places;
use super::policy::{PolicyTable, Tables};
use super::preset::PresetTable;
use super::setting::{Often, Setting};
use super::table::TABLE;
use super::toml_value::TomlValue;
use crate::option_file::{self, shown};

/// Table of the rules for pushes.
const POLICY: &str = "policy";
/// Tables of the page's presets.
const PRESET: &str = "preset";
/// Keys that may stand at the top level of the file.
static KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let settings = TABLE.iter().map(|setting| setting.name);
    settings.chain([POLICY, PRESET]).collect()
});

/// Settings of the file, with their places.
#[derive(Default)]
pub(super) struct File {
    entries: Vec<Entry>,
    /// `[policy]` and all `[[preset]]` tables.
    pub(super) tables: Tables,
}

/// A setting of the file.
pub(super) struct Entry {
    setting: &'static str,
    /// Name of the setting with its place, for error messages.
    name: String,
    value: Value,
}

/// A value, reduced to the kinds a setting can have.
enum Value {
    One(String),
    /// The values of a list, each with its name for error messages.
    Several(Vec<(String, String)>),
    Switch(bool),
    Other(&'static str),
}

/// The file as deserialized from TOML.
#[derive(Default)]
struct Contents {
    settings: Vec<(&'static str, Spanned<TomlValue>)>,
    policy: Option<PolicyTable>,
    presets: Vec<Spanned<PresetTable>>,
}

impl<'de> Deserialize<'de> for Contents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContentsVisitor)
    }
}

/// Visitor that takes the names of the settings from the table, their only definition.
struct ContentsVisitor;

impl<'de> Visitor<'de> for ContentsVisitor {
    type Value = Contents;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Contents, A::Error> {
        let mut contents = Contents::default();
        while let Some(key) = table.next_key::<Key>()? {
            match key.0 {
                POLICY => contents.policy = Some(table.next_value()?),
                PRESET => contents.presets = table.next_value()?,
                setting => contents.settings.push((setting, table.next_value()?)),
            }
        }
        Ok(contents)
    }
}

/// A key that is known.
struct Key(&'static str);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        match KEYS.iter().find(|known| **known == key) {
            Some(known) => Ok(Self(known)),
            None => Err(D::Error::unknown_field(&key, &KEYS)),
        }
    }
}

impl File {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let bytes = option_file::read(path).map_err(|error| {
            format!(
                "cannot read {}: {error}; check the path given to --config",
                shown(path)
            )
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("{} is not UTF-8; save it as plain text", shown(path)))?;
        Self::parse(&text, &shown(path))
    }

    pub(super) fn parse(text: &str, path: &str) -> Result<Self, String> {
        let places = Places { text, path };
        let parsed = toml::Deserializer::parse(text).map_err(|error| places.malformed(&error))?;
        let contents = Contents::deserialize(parsed).map_err(|error| places.unfit(&error))?;
        let mut policy = contents.policy.unwrap_or_default();
        let mut file = Self::default();
        for (setting, value) in contents.settings.into_iter().chain(policy.take_rates()) {
            let entry = Entry::new(setting, value, &places);
            if file.get(setting).is_some() {
                return Err(format!("{}: it is given twice; keep one", entry.name));
            }
            file.entries.push(entry);
        }
        file.tables = Tables::read(policy, contents.presets, &places)?;
        Ok(file)
    }

    /// Returns the entry of a setting.
    pub(super) fn get(&self, setting: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.setting == setting)
    }
}

impl Entry {
    fn new(setting: &'static str, value: Spanned<TomlValue>, places: &Places<'_>) -> Self {
        Self {
            setting,
            name: places.name(setting, &value),
            value: Value::of(setting, value.into_inner(), places),
        }
    }

    /// Returns the values, each with its name for error messages.
    pub(super) fn values(&self, setting: &Setting) -> Result<Vec<(String, OsString)>, String> {
        let name = &self.name;
        match (&self.value, setting.is_switch()) {
            (Value::Switch(on), true) => Ok(vec![(name.clone(), on.to_string().into())]),
            (_, true) => Err(format!("{name}: a switch is true or false, without quotes")),
            (Value::One(text), false) => Ok(vec![(name.clone(), text.into())]),
            (Value::Several(texts), false) if setting.often == Often::Repeated => {
                let values = texts.iter().map(|(name, text)| (name.clone(), text.into()));
                Ok(values.collect())
            }
            (Value::Several(_), false) => Err(format!("{name}: it has one value, not a list")),
            (Value::Switch(_), false) => Err(format!(
                "{name}: it requires {}, not true or false",
                setting.value
            )),
            (Value::Other(kind), false) => Err(format!(
                "{name}: it requires {} in quotes, not {kind}",
                setting.value
            )),
        }
    }
}

impl Value {
    fn of(setting: &str, value: TomlValue, places: &Places<'_>) -> Self {
        match value {
            TomlValue::Text(text) => Self::One(text),
            TomlValue::Number(number) => Self::One(number.to_string()),
            TomlValue::Switch(on) => Self::Switch(on),
            TomlValue::Other(kind) => Self::Other(kind),
            TomlValue::List(values) => {
                let texts = values.iter().map(|value| {
                    let text = value.get_ref().text()?;
                    Some((places.name(setting, value), text))
                });
                match texts.collect() {
                    Some(texts) => Self::Several(texts),
                    None => Self::Other("a list of something else"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{File, TABLE};

    fn values(text: &str) -> Result<Vec<String>, String> {
        let file = File::parse(text, "trill.toml")?;
        let mut all = Vec::new();
        for setting in TABLE {
            if let Some(entry) = file.get(setting.name) {
                for (name, value) in entry.values(setting)? {
                    all.push(format!("{name}: {}", value.to_string_lossy()));
                }
            }
        }
        Ok(all)
    }

    #[test]
    fn every_value_has_its_place() {
        let text = "# the team's\nidentity = [\"voip=a.p12\",\n  \"b.pem\"]\nlisten = \"127.0.0.1:1\"\nsends-in-flight = 3\n";
        assert_eq!(
            values(text),
            Ok([
                "listen in trill.toml, line 4, column 10: 127.0.0.1:1",
                "identity in trill.toml, line 2, column 13: voip=a.p12",
                "identity in trill.toml, line 3, column 3: b.pem",
                "sends-in-flight in trill.toml, line 5, column 19: 3",
            ]
            .map(str::to_owned)
            .to_vec())
        );
        assert_eq!(values(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, part) in [
            ("\nlisten = ", "trill.toml, line 2, column 10 is no TOML"),
            (
                "listn = \"127.0.0.1:1\"",
                "unknown setting listn in trill.toml, line 1, column 1; did you mean listen?",
            ),
            (
                "\n\nfrobnicate = 1",
                "line 3, column 1; see trill serve --help-all",
            ),
            (
                "\"a b\" = 1",
                "unknown setting in trill.toml, line 1, column 1; see",
            ),
            (
                "listen = [\"127.0.0.1:1\"]",
                "listen in trill.toml, line 1, column 10: it has one value, not a list",
            ),
            ("listen = true", "not true or false"),
            ("listen = 1.5", "in quotes, not a number with a point"),
            ("listen = 1979-05-27", "in quotes, not a date"),
            ("identity = [true]", "not a list of something else"),
            ("require-token = \"true\"", "true or false, without quotes"),
            (
                "listen = \"a\"\nlisten = \"b\"",
                "is no TOML: duplicate key",
            ),
            ("[listen]\na = 1", "not a table"),
        ] {
            let sentence = values(text).expect_err(text);
            assert!(sentence.contains(part), "{sentence}");
        }
    }
}
