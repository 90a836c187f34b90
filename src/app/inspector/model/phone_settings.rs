//! Settings of a virtual iPhone: the label and choices of each.

use serde_json::Value;

use super::phone::ListedPhone;
use crate::apns::json;

/// A setting with a list of choices, or a free text.
#[derive(Debug)]
pub struct Setting {
    /// JSON field in the request that enrols a phone.
    pub field: &'static str,
    /// Label.
    pub label: &'static str,
    /// Values as JSON, each with its label, the default first; empty for a free text.
    pub choices: &'static [(&'static str, &'static str)],
    /// `true` if the summary shows the default value too.
    is_always_told: bool,
}

impl PartialEq for Setting {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field
    }
}

const fn setting(
    field: &'static str,
    label: &'static str,
    choices: &'static [(&'static str, &'static str)],
    is_always_told: bool,
) -> Setting {
    Setting {
        field,
        label,
        choices,
        is_always_told,
    }
}

/// All settings, in the order in which they are shown.
#[rustfmt::skip] // one setting a line
pub static SETTINGS: [Setting; 11] = [
    setting("name", "Name", &[], false),
    setting("bundle_id", "Bundle ID", &[], true),
    setting("online", "Network", &[("true", "Online"), ("false", "Offline")], false),
    setting("app", "A push finds the app", &[("\"background\"", "In the background"), ("\"foreground\"", "In the foreground"), ("\"terminated\"", "Not running")], false),
    setting("reports", "The app", &[("true", "Reports its calls"), ("false", "Reports no call")], false),
    setting("do_not_disturb", "Focus", &[("false", "None"), ("true", "Do Not Disturb")], false),
    setting("ios", "System", &[("\"18.0\"", "iOS 18.0"), ("\"13.0\"", "iOS 13.0"), ("\"26.0\"", "iOS 26.0"), ("\"26.4\"", "iOS 26.4, mustReport")], false),
    setting("kind", "Kind of token", &[("\"voip\"", "VoIP"), ("\"alert\"", "Alert"), ("\"pushtotalk\"", "Push to Talk")], true),
    setting("environment", "Environment", &[("\"sandbox\"", "Sandbox"), ("\"production\"", "Production")], true),
    setting("state", "Registration", &[("\"active\"", "Active"), ("\"unregistered\"", "Unregistered"), ("\"expired\"", "Expired")], true),
    setting("pushes_per_minute", "Takes", &[("null", "Any number of pushes"), ("0", "No push at all"), ("1", "1 push a minute"), ("10", "10 pushes a minute")], false),
];

impl ListedPhone {
    /// Returns a summary of the settings, without the name and without most defaults.
    pub fn summary(&self) -> String {
        let mut words = Vec::new();
        for setting in &SETTINGS {
            words.extend(setting.word(self.value(setting.field)));
        }
        words.join(" · ")
    }
}

impl Setting {
    /// Returns the element ID of the setting's input.
    pub fn id(&self) -> String {
        ["setting-", self.field].concat()
    }

    /// Returns the choices, with the current value added if it is none of them.
    pub fn choices_with(&self, value: &Value) -> Vec<(String, String)> {
        let value = json::compact(value);
        let mut choices = Vec::new();
        for (json, label) in self.choices {
            choices.push(((*json).to_owned(), (*label).to_owned()));
        }
        if self.choices.iter().all(|(json, _)| *json != value) {
            let label = value.trim_matches('"').to_owned();
            choices.push((value, label));
        }
        choices
    }

    /// Returns the label of a value for the summary; `None` if it is left out.
    fn word(&self, value: &Value) -> Option<String> {
        let json = json::compact(value);
        let index = self.choices.iter().position(|(choice, _)| *choice == json);
        match index {
            _ if self.field == "name" => None,
            Some(0) if !self.is_always_told => None,
            Some(index) => Some(self.choices[index].1.to_owned()),
            None => Some(plain(value)),
        }
    }
}

/// Returns a JSON value as plain text.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => json::compact(value),
    }
}
