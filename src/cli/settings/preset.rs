//! `[[preset]]` of the configuration file: forms the page offers in addition to its templates.

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::place::{Places, none_of};
use super::toml_value::TomlValue;
use crate::apns::{DeviceToken, Environment, PushType, Topic, secret};
use crate::relay::Preset;

/// Maximum number of characters of a name, which is shown in a list on the page.
const LONGEST_NAME: usize = 64;
/// Maximum number of presets.
const MOST_PRESETS: usize = 100;
/// Maximum length of a Key ID or Team ID. Apple's have ten characters.
const LONGEST_IDENTIFIER: usize = 32;
/// Maximum size of a payload in bytes, which is the most the relay accepts.
const LONGEST_PAYLOAD: usize = 16 * 1024;

/// A table as deserialized from TOML.
#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "each preset as a table, under the line [[preset]]"
)]
pub(super) struct PresetTable {
    name: Option<Spanned<TomlValue>>,
    environment: Option<Spanned<TomlValue>>,
    key_id: Option<Spanned<TomlValue>>,
    team_id: Option<Spanned<TomlValue>>,
    bundle_id: Option<Spanned<TomlValue>>,
    device_token: Option<Spanned<TomlValue>>,
    push_type: Option<Spanned<TomlValue>>,
    payload: Option<Spanned<TomlValue>>,
}

/// Parses the tables.
pub(super) fn read(
    tables: Vec<Spanned<PresetTable>>,
    places: &Places<'_>,
) -> Result<Vec<Preset>, String> {
    if let Some(beyond) = tables.get(MOST_PRESETS) {
        return Err(format!(
            "preset in {}: there are {}; keep {MOST_PRESETS} at most",
            places.at(beyond.span().start),
            tables.len()
        ));
    }
    let mut presets: Vec<Preset> = Vec::new();
    for table in tables {
        let place = places.at(table.span().start);
        let preset = table.into_inner().read(&place, places)?;
        if presets.iter().any(|known| known.name == preset.name) {
            return Err(format!(
                "the preset in {place} has the name of an earlier one; give it another name"
            ));
        }
        presets.push(preset);
    }
    Ok(presets)
}

impl PresetTable {
    fn read(self, place: &str, places: &Places<'_>) -> Result<Preset, String> {
        let field = |key, value: Option<Spanned<TomlValue>>| Field { key, value, places };
        let Some(name) = field("name", self.name).read(name)? else {
            return Err(format!(
                "the preset in {place} has no name; give it one: name = \"…\""
            ));
        };
        Ok(Preset {
            name,
            environment: field("environment", self.environment).read(environment)?,
            key_id: field("key-id", self.key_id).read(identifier)?,
            team_id: field("team-id", self.team_id).read(identifier)?,
            bundle_id: field("bundle-id", self.bundle_id).read(bundle_id)?,
            device_token: field("device-token", self.device_token).read(device_token)?,
            push_type: field("push-type", self.push_type).read(push_type)?,
            payload: field("payload", self.payload).read(payload)?,
        })
    }
}

/// A field of a preset.
struct Field<'a> {
    key: &'static str,
    value: Option<Spanned<TomlValue>>,
    places: &'a Places<'a>,
}

impl Field<'_> {
    /// Parses the field's text, if there is one.
    fn read<T>(self, read: fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
        let Some(value) = self.value else {
            return Ok(None);
        };
        let wrong = |what: &str| format!("{}: {what}", self.places.name(self.key, &value));
        let TomlValue::Text(text) = value.get_ref() else {
            let kind = value.get_ref().kind();
            return Err(wrong(&format!(
                "it requires a string in quotes, not {kind}"
            )));
        };
        if secret::find(text).is_some() {
            return Err(wrong(
                "it holds a private key or a provider token, which everybody who opens the page would read; take it out",
            ));
        }
        read(text).map(Some).map_err(|what| wrong(&what))
    }
}

fn name(text: &str) -> Result<String, String> {
    let is_name =
        (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    match is_name {
        true => Ok(text.to_owned()),
        false => Err("a name has 1 to 64 characters in one line".to_owned()),
    }
}

fn environment(text: &str) -> Result<Environment, String> {
    let known = Environment::ALL.map(Environment::as_str);
    Environment::parse(text).ok_or_else(|| none_of(text, &known))
}

fn push_type(text: &str) -> Result<&'static str, String> {
    let known = PushType::ALL.map(PushType::as_str);
    match PushType::parse(text) {
        Some(push_type) => Ok(push_type.as_str()),
        None => Err(none_of(text, &known)),
    }
}

fn identifier(text: &str) -> Result<String, String> {
    let is_identifier = (1..=LONGEST_IDENTIFIER).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match is_identifier {
        true => Ok(text.to_owned()),
        false => Err("it is usually ten capitals and digits".to_owned()),
    }
}

fn bundle_id(text: &str) -> Result<String, String> {
    match Topic::check(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn device_token(text: &str) -> Result<String, String> {
    match DeviceToken::parse(text) {
        Ok(token) => Ok(token.as_str().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn payload(text: &str) -> Result<String, String> {
    if text.len() > LONGEST_PAYLOAD {
        return Err("it is longer than 16 KiB, the most the relay carries".to_owned());
    }
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(_) => Ok(text.to_owned()),
        // The library's message can repeat parts of the text.
        Err(error) => Err(format!(
            "it is no JSON object; reading stopped at its line {}, column {}",
            error.line(),
            error.column()
        )),
    }
}
