//! The tables of the configuration file: `[policy]`, what may be sent, and each `[[preset]]`, what the page offers.
//! A rule that was misspelt would be no rule, so whatever is unknown or of another kind is an error with its line.

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::{Entry, Places, kind, unknown};
use crate::apns::{DeviceToken, Environment, PushType, Topic};
use crate::cli::suggest::nearest;
use crate::relay::{Permission, Policy, Preset, TopicRule};

/// The settings that may stand under `[policy]` as well as above it.
pub(super) const RATES: [&str; 2] = ["send-rate", "device-rate"];
const RULES: [&str; 3] = ["topics", "sandbox", "production"];
const FIELDS: [&str; 8] = [
    "name",
    "environment",
    "key-id",
    "team-id",
    "bundle-id",
    "device-token",
    "push-type",
    "payload",
];
/// A list on the page shows it.
const LONGEST_NAME: usize = 64;
/// More than a list on the page can show.
const MOST_PRESETS: usize = 100;
/// Both names of a key have ten characters; this only keeps nonsense short.
const LONGEST_IDENTIFIER: usize = 32;
/// The most the relay carries.
const LONGEST_PAYLOAD: usize = 16 * 1024;

/// What the tables say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    topics: Option<Vec<TopicRule>>,
    sandbox: Option<Permission>,
    production: Option<Permission>,
    presets: Vec<Preset>,
}

impl Tables {
    /// What holds, where `otherwise` does if the tables say nothing.
    pub(crate) fn over(self, otherwise: Policy) -> Policy {
        Policy {
            topics: self.topics.or(otherwise.topics),
            sandbox: self.sandbox.unwrap_or(otherwise.sandbox),
            production: self.production.unwrap_or(otherwise.production),
            presets: self.presets,
        }
    }

    /// Reads `[policy]`; gives back the rates in it, which are settings like others.
    pub(super) fn read_policy(
        &mut self,
        table: Spanned<DeValue<'_>>,
        places: &Places<'_>,
    ) -> Result<Vec<(&'static str, Entry)>, String> {
        let mut rates = Vec::new();
        for (key, value) in read_table("policy", table, "[policy]", places)? {
            let key_place = places.of(&key);
            let name = format!("{} in {key_place}:", key.get_ref());
            match key.get_ref().as_ref() {
                "topics" => self.topics = Some(topics(&name, value.get_ref())?),
                "sandbox" => {
                    self.sandbox = Some(permission(
                        &name,
                        value.get_ref(),
                        &[Permission::Allowed, Permission::Off],
                    )?)
                }
                "production" => {
                    self.production = Some(permission(
                        &name,
                        value.get_ref(),
                        &[Permission::Allowed, Permission::Confirm, Permission::Off],
                    )?);
                }
                word => match RATES.into_iter().find(|rate| *rate == word) {
                    Some(rate) => rates.push((rate, Entry::of(name, value))),
                    None => {
                        return Err(unknown(
                            word,
                            &[&RULES[..], &RATES].concat(),
                            &format!("[policy] of {key_place}"),
                        ));
                    }
                },
            }
        }
        Ok(rates)
    }

    /// Reads every `[[preset]]`.
    pub(super) fn read_presets(
        &mut self,
        array: Spanned<DeValue<'_>>,
        places: &Places<'_>,
    ) -> Result<(), String> {
        let place = places.at(array.span().start);
        let DeValue::Array(tables) = array.into_inner() else {
            return Err(format!(
                "preset in {place}: write each under a line of its own, [[preset]]"
            ));
        };
        if tables.len() > MOST_PRESETS {
            return Err(format!(
                "preset in {place}: there are {}; keep {MOST_PRESETS} at most",
                tables.len()
            ));
        }
        for table in tables {
            let place = places.at(table.span().start);
            let preset = preset(table, places)?;
            if preset.name.is_empty() {
                return Err(format!(
                    "the preset in {place} has no name; give it one: name = \"…\""
                ));
            }
            if self.presets.iter().any(|known| known.name == preset.name) {
                return Err(format!(
                    "the preset in {place}: another one is named {:?} too; give it another name",
                    preset.name
                ));
            }
            self.presets.push(preset);
        }
        Ok(())
    }
}

fn preset(table: Spanned<DeValue<'_>>, places: &Places<'_>) -> Result<Preset, String> {
    let mut preset = Preset::default();
    for (key, value) in read_table("preset", table, "[[preset]]", places)? {
        let place = places.of(&key);
        let word = key.get_ref().as_ref();
        if !FIELDS.contains(&word) {
            return Err(unknown(word, &FIELDS, &format!("[[preset]] of {place}")));
        }
        let wrong = |what: &str| format!("{word} in {place}: {what}");
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            other => {
                return Err(wrong(&format!(
                    "it wants a text in quotes, not {}",
                    kind(other)
                )));
            }
        };
        if text.contains("PRIVATE KEY-----") {
            return Err(wrong(
                "it holds a private key, which everybody who opens the page would read; take it out",
            ));
        }
        match word {
            "name"
                if (1..=LONGEST_NAME).contains(&text.chars().count())
                    && !text.chars().any(char::is_control) =>
            {
                preset.name = text
            }
            "name" => return Err(wrong("a name has 1 to 64 characters in one line")),
            "environment" => {
                let known = Environment::ALL.map(Environment::as_str);
                preset.environment =
                    Some(Environment::parse(&text).ok_or_else(|| wrong(&none_of(&text, &known)))?);
            }
            "push-type" => {
                let known = PushType::ALL.map(PushType::as_str);
                preset.push_type = Some(
                    PushType::parse(&text)
                        .ok_or_else(|| wrong(&none_of(&text, &known)))?
                        .as_str(),
                );
            }
            "bundle-id" => {
                Topic::check(&text).map_err(|error| wrong(&error.to_string()))?;
                preset.bundle_id = Some(text);
            }
            "device-token" => {
                let token = DeviceToken::parse(&text).map_err(|error| wrong(&error.to_string()))?;
                preset.device_token = Some(token.as_str().to_owned());
            }
            "payload" if text.len() > LONGEST_PAYLOAD => {
                return Err(wrong(
                    "it is longer than 16 KiB, the most the relay carries",
                ));
            }
            "payload" => {
                let object = serde_json::from_str::<Map<String, Value>>(&text);
                object.map_err(|error| wrong(&format!("it is no JSON object: {error}")))?;
                preset.payload = Some(text);
            }
            _ => {
                let is_identifier = (1..=LONGEST_IDENTIFIER).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
                if !is_identifier {
                    return Err(wrong("it is usually ten capitals and digits"));
                }
                if word == "key-id" {
                    preset.key_id = Some(text)
                } else {
                    preset.team_id = Some(text)
                }
            }
        }
    }
    Ok(preset)
}

fn topics(name: &str, value: &DeValue<'_>) -> Result<Vec<TopicRule>, String> {
    let DeValue::Array(values) = value else {
        return Err(format!(
            "{name} it wants a list in brackets, such as [\"com.example.calls\", \"com.example.*\"], not {}",
            kind(value)
        ));
    };
    values
        .iter()
        .map(|value| match value.get_ref() {
            DeValue::String(text) => TopicRule::parse(text)
                .ok_or_else(|| format!("{name} {text:?} is no topic and no beginning of one, such as com.example.calls or com.example.*")),
            other => Err(format!("{name} a topic is written in quotes; here is {}", kind(other))),
        })
        .collect()
}

fn permission(name: &str, value: &DeValue<'_>, known: &[Permission]) -> Result<Permission, String> {
    let word = |permission: Permission| match permission {
        Permission::Allowed => "allowed",
        Permission::Confirm => "confirm",
        Permission::Off => "off",
    };
    let words: Vec<_> = known.iter().copied().map(word).collect();
    match value {
        DeValue::String(text) => known
            .iter()
            .copied()
            .find(|permission| word(*permission) == text.as_ref())
            .ok_or_else(|| format!("{name} {}", none_of(text, &words))),
        other => Err(format!(
            "{name} it is one of {} in quotes, not {}",
            words.join(", "),
            kind(other)
        )),
    }
}

fn none_of(text: &str, known: &[&str]) -> String {
    let hint =
        nearest(text, known).map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
    let shown: String = text.chars().take(LONGEST_NAME).collect();
    format!("{shown:?} is none of {}{hint}", known.join(", "))
}

fn read_table<'a>(
    name: &str,
    value: Spanned<DeValue<'a>>,
    form: &str,
    places: &Places<'_>,
) -> Result<DeTable<'a>, String> {
    let place = places.at(value.span().start);
    match value.into_inner() {
        DeValue::Table(table) => Ok(table),
        other => Err(format!(
            "{name} in {place}: write it as a table, under the line {form}, not as {}",
            kind(&other)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::File;
    use super::*;

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
                "unknown setting \"polcy\" in trill.toml, line 1; did you mean policy?",
            ),
            ("[presets]\n", "did you mean preset?"),
            (
                "policy = \"off\"",
                "policy in trill.toml, line 1: write it as a table, under the line [policy], not as a text",
            ),
            (
                "[policy]\n\ntopic = []",
                "unknown setting \"topic\" in [policy] of trill.toml, line 3; did you mean topics?",
            ),
            (
                "[policy]\nlisten = \"127.0.0.1:1\"",
                "line 2; it knows topics, sandbox, production, send-rate, device-rate",
            ),
            (
                "[policy]\ntopics = \"com.example.calls\"",
                "topics in trill.toml, line 2: it wants a list in brackets",
            ),
            (
                "[policy]\ntopics = [\"*\"]",
                "\"*\" is no topic and no beginning of one",
            ),
            (
                "[policy]\ntopics = [1]",
                "a topic is written in quotes; here is a number",
            ),
            (
                "[policy]\nproduction = \"of\"",
                "line 2: \"of\" is none of allowed, confirm, off; did you mean off?",
            ),
            (
                "[policy]\nsandbox = \"confirm\"",
                "\"confirm\" is none of allowed, off",
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
                "write it as a table, under the line [[preset]]",
            ),
            (
                "[[preset]]\n",
                "the preset in trill.toml, line 1 has no name",
            ),
            ("[[preset]]\nname = \"\"", "a name has 1 to 64 characters"),
            (
                "[[preset]]\nname = \"x\"\nkey_id = \"K\"",
                "unknown setting \"key_id\" in [[preset]] of trill.toml, line 3; did you mean key-id?",
            ),
            (
                "[[preset]]\nname = \"x\"\n[[preset]]\nname = \"x\"",
                "another one is named \"x\" too",
            ),
            (
                "[[preset]]\nname = \"x\"\nenvironment = \"sandbx\"",
                "line 3: \"sandbx\" is none of simulator",
            ),
            (
                "[[preset]]\nname = \"x\"\npush-type = \"viop\"",
                "did you mean voip?",
            ),
            (
                "[[preset]]\nname = \"x\"\ndevice-token = \"xyz\"",
                "device-token in trill.toml, line 3:",
            ),
            (
                "[[preset]]\nname = \"x\"\nbundle-id = \"com/x\"",
                "bundle-id in trill.toml, line 3:",
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
                "[[preset]]\nname = 1",
                "it wants a text in quotes, not a number",
            ),
            (&many, "there are 101; keep 100 at most"),
        ] {
            let sentence = read(text).expect_err(text);
            assert!(sentence.contains(part), "{sentence}");
            assert!(sentence.contains("trill.toml, line "), "{sentence}");
        }
    }
}
