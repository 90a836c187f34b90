//! The configuration file: TOML, with the settings by their names. What is unknown or misspelt is an error with its
//! line, because a limit that was mistyped is no limit.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Often, Setting, TABLE};
use crate::cli::slip::nearest;

/// What a file says, in its order.
#[derive(Default)]
pub(super) struct File {
    entries: Vec<(String, Entry)>,
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
        let text = fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}; check the path given to --config", path.display()))?;
        Self::parse(&text, &path.display().to_string())
    }

    fn parse(text: &str, path: &str) -> Result<Self, String> {
        let place = |offset: usize| format!("{path}, line {}", line(text, offset));
        let table = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            format!("{} is no TOML: {}; see trill serve --help", place(offset), error.message())
        })?;
        let mut entries = Vec::new();
        for (key, value) in table.into_inner() {
            let place = place(key.span().start);
            if !TABLE.iter().any(|setting| setting.name == key.get_ref()) {
                return Err(unknown(key.get_ref(), &place));
            }
            let name = format!("{} in {place}:", key.get_ref());
            entries.push((key.into_inner().into_owned(), Entry { name, value: Value::of(value) }));
        }
        Ok(Self { entries })
    }

    /// What it says of a setting.
    pub(super) fn get(&self, setting: &str) -> Option<&Entry> {
        self.entries.iter().find(|(name, _)| name == setting).map(|(_, entry)| entry)
    }
}

impl Entry {
    /// The values, as many as the setting takes.
    pub(super) fn values(&self, setting: &Setting) -> Result<Vec<OsString>, String> {
        let name = &self.name;
        match (&self.value, setting.is_switch()) {
            (Value::Switch(on), true) => Ok(vec![on.to_string().into()]),
            (_, true) => Err(format!("{name} a switch is true or false, without quotes")),
            (Value::One(text), false) => Ok(vec![text.into()]),
            (Value::Several(texts), false) if setting.often == Often::Repeated => Ok(texts.iter().map(OsString::from).collect()),
            (Value::Several(_), false) => Err(format!("{name} it has one value, not a list")),
            (Value::Switch(_), false) => Err(format!("{name} it wants {}, not true or false", setting.value)),
            (Value::Another(kind), false) => Err(format!("{name} it wants {} in quotes, not {kind}", setting.value)),
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
            DeValue::Array(values) => match values.iter().map(|value| text(value.get_ref())).collect() {
                Some(texts) => Self::Several(texts),
                None => Self::Another("a list of something else"),
            },
            DeValue::Float(_) => Self::Another("a number with a point"),
            DeValue::Datetime(_) => Self::Another("a date"),
            DeValue::Table(_) => Self::Another("a table"),
            one => text(one).map_or(Self::Another("something else"), Self::One),
        }
    }
}

fn unknown(name: &str, place: &str) -> String {
    let names: Vec<_> = TABLE.iter().map(|setting| setting.name).collect();
    let hint = nearest(name, &names).map_or_else(|| "see trill serve --help".to_owned(), |meant| format!("did you mean {meant}?"));
    format!("unknown setting {name:?} in {place}; {hint}")
}

fn line(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{File, TABLE};

    fn values(text: &str) -> Result<Vec<String>, String> {
        let file = File::parse(text, "trill.toml")?;
        let mut all = Vec::new();
        for setting in TABLE {
            if let Some(entry) = file.get(setting.name) {
                all.extend(entry.values(setting)?.into_iter().map(|value| format!("{}={}", setting.name, value.to_string_lossy())));
            }
        }
        Ok(all)
    }

    #[test]
    fn says_what_it_says() {
        let text = "# the team's\nidentity = [\"voip=a.p12\", \"b.pem\"]\nlisten = \"127.0.0.1:1\"\n";
        assert_eq!(values(text), Ok(["listen=127.0.0.1:1", "identity=voip=a.p12", "identity=b.pem"].map(str::to_owned).to_vec()));
        assert_eq!(values(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, part) in [
            ("\nlisten = ", "trill.toml, line 2 is no TOML"),
            ("listn = \"127.0.0.1:1\"", "unknown setting \"listn\" in trill.toml, line 1; did you mean listen?"),
            ("\n\nfrobnicate = 1", "line 3; see trill serve --help"),
            ("listen = [\"127.0.0.1:1\"]", "listen in trill.toml, line 1: it has one value, not a list"),
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
