//! `[policy]` of the configuration file: rules for the pushes that may be sent. A misspelt rule
//! would have no effect, so an unknown key or a value of the wrong kind is an error that names its
//! place.

use serde::Deserialize;
use toml::Spanned;

use super::place::{Places, none_of};
use super::preset::{self, PresetTable};
use super::toml_value::TomlValue;
use crate::relay::{Permission, Policy, Preset, TopicRule};

/// The table as deserialized from TOML.
#[derive(Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "policy as a table, under the line [policy]"
)]
pub(super) struct PolicyTable {
    topics: Option<Spanned<TomlValue>>,
    sandbox: Option<Spanned<TomlValue>>,
    production: Option<Spanned<TomlValue>>,
    send_rate: Option<Spanned<TomlValue>>,
    device_rate: Option<Spanned<TomlValue>>,
}

/// Rules and presets of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    topics: Option<Vec<TopicRule>>,
    sandbox: Option<Permission>,
    production: Option<Permission>,
    presets: Vec<Preset>,
}

impl PolicyTable {
    /// Takes the rates out, which are ordinary settings and may also stand at the top level.
    pub(super) fn take_rates(&mut self) -> Vec<(&'static str, Spanned<TomlValue>)> {
        let mut rates = Vec::new();
        for (name, rate) in [
            ("send-rate", self.send_rate.take()),
            ("device-rate", self.device_rate.take()),
        ] {
            if let Some(rate) = rate {
                rates.push((name, rate));
            }
        }
        rates
    }
}

impl Tables {
    /// Parses the tables.
    pub(super) fn read(
        policy: PolicyTable,
        presets: Vec<Spanned<PresetTable>>,
        places: &Places<'_>,
    ) -> Result<Self, String> {
        let (sandbox, production) = (
            &[Permission::Allowed, Permission::Off][..],
            &[Permission::Allowed, Permission::Confirm, Permission::Off][..],
        );
        Ok(Self {
            topics: match &policy.topics {
                Some(value) => Some(topics(value, places)?),
                None => None,
            },
            sandbox: permission("sandbox", policy.sandbox.as_ref(), sandbox, places)?,
            production: permission("production", policy.production.as_ref(), production, places)?,
            presets: preset::read(presets, places)?,
        })
    }

    /// Returns the policy, with `otherwise` for rules that are not set.
    pub(crate) fn over(self, otherwise: Policy) -> Policy {
        Policy {
            topics: self.topics.or(otherwise.topics),
            sandbox: self.sandbox.unwrap_or(otherwise.sandbox),
            production: self.production.unwrap_or(otherwise.production),
            presets: self.presets,
        }
    }
}

fn topics(value: &Spanned<TomlValue>, places: &Places<'_>) -> Result<Vec<TopicRule>, String> {
    let TomlValue::List(values) = value.get_ref() else {
        return Err(format!(
            "{}: it requires a list in brackets, such as [\"com.example.calls\", \"com.example.*\"], not {}",
            places.name("topics", value),
            value.get_ref().kind()
        ));
    };
    let mut rules = Vec::new();
    for value in values {
        let name = places.name("topics", value);
        let TomlValue::Text(text) = value.get_ref() else {
            return Err(format!(
                "{name}: a topic is a string in quotes, not {}",
                value.get_ref().kind()
            ));
        };
        match TopicRule::parse(text) {
            Some(rule) => rules.push(rule),
            None => {
                return Err(format!(
                    "{name}: the value is no topic and no beginning of one, such as com.example.calls or com.example.*"
                ));
            }
        }
    }
    Ok(rules)
}

fn permission(
    key: &str,
    value: Option<&Spanned<TomlValue>>,
    known: &[Permission],
    places: &Places<'_>,
) -> Result<Option<Permission>, String> {
    let Some(value) = value else {
        return Ok(None);
    };
    let name = places.name(key, value);
    let words: Vec<_> = known.iter().copied().map(word).collect();
    let TomlValue::Text(text) = value.get_ref() else {
        return Err(format!(
            "{name}: it is one of {} in quotes, not {}",
            words.join(", "),
            value.get_ref().kind()
        ));
    };
    match known.iter().find(|permission| word(**permission) == text) {
        Some(permission) => Ok(Some(*permission)),
        None => Err(format!("{name}: {}", none_of(text, &words))),
    }
}

fn word(permission: Permission) -> &'static str {
    match permission {
        Permission::Allowed => "allowed",
        Permission::Confirm => "confirm",
        Permission::Off => "off",
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::File;
    use super::*;
    use crate::apns::Environment;

    fn read(text: &str) -> Result<Policy, String> {
        File::parse(text, "trill.toml").map(|file| file.tables.over(Policy::default()))
    }

    #[test]
    fn the_tables_say_what_may_be_sent_and_what_is_offered() {
        let text = "\
listen = \"127.0.0.1:1\"

[policy]
topics = [\"com.example.calls\", \"com.example.*\"]
production = \"off\"

[[preset]]
name = \"Staging\"
environment = \"sandbox\"
key-id = \"ABC123DEFG\"
team-id = \"DEF123GHIJ\"
bundle-id = \"com.example.calls\"
device-token = \"AB CD\"
push-type = \"voip\"
payload = '{\"aps\":{}}'

[[preset]]
name = \"Nothing but a name\"
";
        let policy = read(text).expect("it is right");
        let topics: Vec<_> = ["com.example.calls", "com.example.*"]
            .iter()
            .filter_map(|text| TopicRule::parse(text))
            .collect();
        assert_eq!(
            (policy.topics, policy.sandbox, policy.production),
            (Some(topics), Permission::Allowed, Permission::Off)
        );
        let full = Preset {
            name: "Staging".to_owned(),
            environment: Some(Environment::Sandbox),
            key_id: Some("ABC123DEFG".to_owned()),
            team_id: Some("DEF123GHIJ".to_owned()),
            bundle_id: Some("com.example.calls".to_owned()),
            device_token: Some("abcd".to_owned()),
            push_type: Some("voip"),
            payload: Some("{\"aps\":{}}".to_owned()),
        };
        assert_eq!(
            policy.presets,
            [
                full,
                Preset {
                    name: "Nothing but a name".to_owned(),
                    ..Preset::default()
                }
            ]
        );
        assert_eq!(read(""), Ok(Policy::default()));
        assert_eq!(
            read("[policy]\ntopics = []").map(|policy| policy.topics),
            Ok(Some(Vec::new())),
            "nothing at all"
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_what_was_meant() {
        let many = "[[preset]]\nname = \"x\"\n".repeat(101);
        for (text, part) in [
            (
                "[polcy]\n",
                "unknown setting polcy in trill.toml, line 1, column 2; did you mean policy?",
            ),
            ("[presets]\n", "did you mean preset?"),
            (
                "policy = \"off\"",
                "trill.toml, line 1, column 10: write policy as a table, under the line [policy]",
            ),
            (
                "[policy]\n\ntopic = []",
                "unknown setting topic in trill.toml, line 3, column 1; did you mean topics?",
            ),
            (
                "[policy]\nlisten = \"127.0.0.1:1\"",
                "line 2, column 1; it knows topics, sandbox, production, send-rate, device-rate",
            ),
            (
                "[policy]\ntopics = \"com.example.calls\"",
                "topics in trill.toml, line 2, column 10: it requires a list in brackets",
            ),
            (
                "[policy]\ntopics = [\"*\"]",
                "line 2, column 11: the value is no topic and no beginning of one",
            ),
            (
                "[policy]\ntopics = [1]",
                "a topic is a string in quotes, not a number",
            ),
            (
                "[policy]\nproduction = \"of\"",
                "line 2, column 14: the value is not one of allowed, confirm, off; did you mean off?",
            ),
            (
                "[policy]\nsandbox = \"confirm\"",
                "the value is not one of allowed, off",
            ),
            (
                "[policy]\nproduction = false",
                "it is one of allowed, confirm, off in quotes, not true or false",
            ),
            (
                "send-rate = \"1/s\"\n[policy]\nsend-rate = \"2/s\"",
                ": it is given twice; keep one",
            ),
            ("[preset]\nname = \"x\"", "[[preset]]"),
            (
                "preset = [1]",
                "write each preset as a table, under the line [[preset]]",
            ),
            (
                "[[preset]]\n",
                "the preset in trill.toml, line 1, column 1 has no name",
            ),
            ("[[preset]]\nname = \"\"", "a name has 1 to 64 characters"),
            (
                "[[preset]]\nname = \"x\"\nkey_id = \"K\"",
                "unknown setting key_id in trill.toml, line 3, column 1; did you mean key-id?",
            ),
            (
                "[[preset]]\nname = \"x\"\n[[preset]]\nname = \"x\"",
                "has the name of an earlier one",
            ),
            (
                "[[preset]]\nname = \"x\"\nenvironment = \"sandbx\"",
                "line 3, column 15: the value is not one of simulator",
            ),
            (
                "[[preset]]\nname = \"x\"\npush-type = \"viop\"",
                "did you mean voip?",
            ),
            (
                "[[preset]]\nname = \"x\"\ndevice-token = \"xyz\"",
                "device-token in trill.toml, line 3, column 16:",
            ),
            (
                "[[preset]]\nname = \"x\"\nbundle-id = \"com/x\"",
                "bundle-id in trill.toml, line 3, column 13:",
            ),
            (
                "[[preset]]\nname = \"x\"\nkey-id = \"../x\"",
                "usually ten capitals and digits",
            ),
            (
                "[[preset]]\nname = \"x\"\npayload = \"[]\"",
                "it is no JSON object",
            ),
            (
                "[[preset]]\nname = \"x\"\npayload = \"-----BEGIN PRIVATE KEY-----\"",
                "it holds a private key",
            ),
            (
                "[[preset]]\nname = \"x\"\npayload = '\"hunter2\"'",
                "reading stopped at its line 1, column",
            ),
            (
                "[[preset]]\nname = 1",
                "it requires a string in quotes, not a number",
            ),
            (&many, "there are 101; keep 100 at most"),
        ] {
            let sentence = read(text).expect_err(text);
            assert!(
                sentence.contains(part) && !sentence.contains("hunter2"),
                "{sentence}"
            );
            assert!(sentence.contains("trill.toml, line "), "{sentence}");
        }
    }
}
