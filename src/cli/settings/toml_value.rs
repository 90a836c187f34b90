//! A value of the configuration file. Values of every kind are accepted here, so that the library
//! never writes a message that repeats a wrong one.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

/// A TOML value.
pub(super) enum TomlValue {
    /// A string.
    Text(String),
    /// An integer.
    Number(i64),
    /// A boolean.
    Switch(bool),
    /// An array.
    List(Vec<Spanned<TomlValue>>),
    /// Another kind, with its name.
    Other(&'static str),
}

impl TomlValue {
    /// Returns the name of the kind.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Number(_) => "a number",
            Self::Switch(_) => "true or false",
            Self::List(_) => "a list",
            Self::Other(kind) => kind,
        }
    }

    /// Returns a string or an integer as text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for TomlValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyKind)
    }
}

/// Visitor that accepts every kind of value.
struct AnyKind;

impl<'de> Visitor<'de> for AnyKind {
    type Value = TomlValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<TomlValue, E> {
        Ok(TomlValue::Text(text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<TomlValue, E> {
        Ok(TomlValue::Number(number))
    }

    fn visit_u64<E>(self, _: u64) -> Result<TomlValue, E> {
        Ok(TomlValue::Other("a number that is too large"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<TomlValue, E> {
        Ok(TomlValue::Other("a number with a point"))
    }

    fn visit_bool<E>(self, on: bool) -> Result<TomlValue, E> {
        Ok(TomlValue::Switch(on))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<TomlValue, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(TomlValue::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<TomlValue, A::Error> {
        let mut kind = "a table";
        while let Some(key) = table.next_key::<String>()? {
            table.next_value::<IgnoredAny>()?;
            // The library represents a date as a table with a key that cannot occur in a file.
            if key.starts_with("$__toml") {
                kind = "a date";
            }
        }
        Ok(TomlValue::Other(kind))
    }
}
