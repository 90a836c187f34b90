//! Policy: which pushes the operator allows. It applies to Apple's environments, which reach real
//! devices; the simulator is always allowed. APNs still judges the pushes that the policy allows.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::apns::headers::APNS_TOPIC;
use crate::apns::topic::is_bundle_character;
use crate::apns::{Environment, PushType};
use crate::relay::problem::{Problem, quote};

/// Clients that can reach the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exposure {
    /// Only the users of this machine.
    #[default]
    Alone,
    /// Several people.
    Shared,
    /// Several people, over a network that can read and change their requests.
    InClear,
}

/// Permission to send pushes to an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Pushes are allowed.
    Allowed,
    /// Pushes are allowed, and the page asks for confirmation. Programs are not asked.
    Confirm,
    /// Pushes are refused.
    Off,
}

/// Pushes that the operator allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Rules for allowed topics; `None` allows all.
    pub topics: Option<Vec<TopicRule>>,
    /// Permission for Apple's sandbox.
    pub sandbox: Permission,
    /// Permission for Apple's production environment, which reaches customers' devices.
    pub production: Permission,
    /// Values that the page offers for its fields.
    pub presets: Vec<Preset>,
}

/// Topic (`com.example.calls`), or all below a prefix (`com.example.*`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicRule(String);

/// Named values for the page's fields. The operator sets them, and the page cannot change them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Preset {
    /// Name shown in the page.
    pub name: String,
    /// Environment of the push.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_word")]
    pub environment: Option<Environment>,
    /// Key ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Team ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// Bundle ID of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// Device token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
    /// Value of `apns-push-type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_type: Option<&'static str>,
    /// Payload text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

/// Reason for which the policy refuses a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal<'a> {
    /// Pushes to this environment are refused.
    Environment(Environment),
    /// No rule allows this topic.
    Topic(&'a str),
    /// The push has no topic. Only Apple knows which one its credential implies.
    NoTopic,
}

impl Policy {
    /// Default policy for this exposure. In clear text, the network can read provider tokens, which
    /// are valid for an hour and for every device of the app, so production is off.
    pub fn of(exposure: Exposure) -> Self {
        let production = if exposure == Exposure::InClear {
            Permission::Off
        } else {
            Permission::Confirm
        };
        Self {
            topics: None,
            sandbox: Permission::Allowed,
            production,
            presets: Vec::new(),
        }
    }

    /// Checks if a push with this topic may go to this environment.
    pub(crate) fn check<'a>(
        &self,
        environment: Environment,
        topic: Option<&'a str>,
    ) -> Result<(), Refusal<'a>> {
        if environment.is_simulator() {
            return Ok(());
        }
        if self.permission(environment) == Permission::Off {
            return Err(Refusal::Environment(environment));
        }
        match (&self.topics, topic) {
            (None, _) => Ok(()),
            (Some(rules), Some(topic)) if rules.iter().any(|rule| rule.lets_through(topic)) => {
                Ok(())
            }
            (Some(_), Some(topic)) => Err(Refusal::Topic(topic)),
            (Some(_), None) => Err(Refusal::NoTopic),
        }
    }

    /// Describes a preset that this policy would always refuse, if there is one.
    pub fn contradiction(&self) -> Option<String> {
        self.presets.iter().zip(1..).find_map(|(preset, number)| {
            let environment = preset.environment.filter(|environment| !environment.is_simulator())?;
            let bundle_id = preset.bundle_id.as_deref();
            match (self.check(environment, bundle_id), bundle_id) {
                (Err(Refusal::Environment(_)), _) => {
                    let word = environment.as_str();
                    Some(format!("preset {number} is for {word}, which is off; allow it in [policy], or change the preset"))
                }
                (Err(Refusal::Topic(_)), Some(_)) => Some(format!(
                    "preset {number} has a bundle ID that topics in [policy] does not allow; add it there"
                )),
                _ => None,
            }
        })
    }

    /// JSON for the page, without the presets.
    pub(crate) fn to_json(&self) -> Value {
        let topics = self
            .topics
            .as_ref()
            .map(|rules| rules.iter().map(|rule| rule.0.as_str()).collect::<Vec<_>>());
        let environments = Environment::ALL.map(|environment| {
            (
                environment.as_str().to_owned(),
                json!(self.permission(environment)),
            )
        });
        json!({ "topics": topics, "environments": Value::Object(environments.into_iter().collect()) })
    }

    fn permission(&self, environment: Environment) -> Permission {
        match environment {
            Environment::Simulator | Environment::SimulatorProduction => Permission::Allowed,
            Environment::Sandbox => self.sandbox,
            Environment::Production => self.production,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::of(Exposure::Alone)
    }
}

impl TopicRule {
    /// Reads a rule; `None` if the text is not a valid one.
    pub fn parse(text: &str) -> Option<Self> {
        let exact = text.strip_suffix(".*").unwrap_or(text);
        let is_name = !exact.is_empty()
            && exact.chars().all(is_bundle_character)
            && exact.split('.').all(|part| !part.is_empty());
        is_name.then(|| Self(text.to_owned()))
    }

    /// `true` if the rule matches the topic, or the app it belongs to: the topic of calls to
    /// `com.example.calls` ends in `.voip`.
    fn lets_through(&self, topic: &str) -> bool {
        let suffixes = PushType::ALL.into_iter().map(PushType::topic_suffix);
        self.names(topic)
            || suffixes.filter(|suffix| !suffix.is_empty()).any(|suffix| {
                topic
                    .strip_suffix(suffix)
                    .is_some_and(|app| self.names(app))
            })
    }

    fn names(&self, name: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(start) => name.len() > start.len() && name.starts_with(start),
            None => self.0 == name,
        }
    }
}

impl Refusal<'_> {
    /// Returns the error answer.
    pub(crate) fn problem(self) -> Problem {
        let (code, field, cause, fix) = match self {
            Self::Environment(environment) => {
                let word = environment.as_str();
                let cause =
                    format!("The rule “{word}” of this relay's policy lets no push go to {word}.");
                (
                    "policy_environment",
                    "environment",
                    cause,
                    "Use another environment; the relay’s operator can allow it under [policy].",
                )
            }
            Self::Topic(topic) => {
                let cause = format!(
                    "The rule “topics” of this relay's policy does not let the topic {:?} through.",
                    quote(topic)
                );
                (
                    "policy_topic",
                    APNS_TOPIC,
                    cause,
                    "Use an app that GET /api/relay lists; the relay’s operator can add one under [policy].",
                )
            }
            Self::NoTopic => {
                let cause = "The rule “topics” of this relay's policy lets no push without a topic through.".to_owned();
                (
                    "policy_topic",
                    APNS_TOPIC,
                    cause,
                    "Send apns-topic: the app's bundle ID, for a call with .voip behind it.",
                )
            }
        };
        Problem::new(StatusCode::FORBIDDEN, code, cause, fix).with_field(field)
    }
}

fn as_word<S: serde::Serializer>(
    environment: &Option<Environment>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    environment.map(Environment::as_str).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::{Environment, Exposure, Permission, Policy, Preset, Refusal, TopicRule};

    fn topics(rules: &[&str]) -> Policy {
        let topics = rules
            .iter()
            .map(|rule| TopicRule::parse(rule).expect("a rule"))
            .collect();
        Policy {
            topics: Some(topics),
            ..Policy::default()
        }
    }

    #[test]
    fn a_topic_rule_is_a_name_or_a_prefix() {
        for text in [
            "com.example.calls",
            "com.example.*",
            "com.*",
            "app",
            "com.example.calls.voip",
            "a_b-c.D1",
        ] {
            assert!(TopicRule::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "*",
            ".*",
            "com.*.calls",
            "com.example*",
            "com..calls",
            "com.example.",
            ".com",
            "com.example .calls",
            "com.exämple",
            "a.*.*",
        ] {
            assert_eq!(TopicRule::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_topic_belongs_to_the_app_before_its_suffix() {
        let policy = topics(&["com.example.calls", "org.test.*", "net.exact.voip"]);
        for (topic, passes) in [
            ("com.example.calls", true),
            ("com.example.calls.voip", true),
            ("com.example.calls.push-type.liveactivity", true),
            ("com.example.calls.complication", true),
            ("com.example.calls.voip.voip", false),
            ("com.example.calls.VOIP", false),
            ("com.example.calls.evil", false),
            ("com.example.callsvoip", false),
            ("com.example.call", false),
            ("com.example", false),
            ("Com.example.calls", false),
            ("com.example.calls ", false),
            ("org.test.a.voip", true),
            ("org.test.a.b.c", true),
            ("org.test", false),
            ("org.test.", false),
            ("org.testing.a", false),
            ("net.exact.voip", true),
            ("net.exact", false),
            (".voip", false),
            ("", false),
        ] {
            for environment in [Environment::Sandbox, Environment::Production] {
                let expected = if passes {
                    Ok(())
                } else {
                    Err(Refusal::Topic(topic))
                };
                assert_eq!(policy.check(environment, Some(topic)), expected, "{topic}");
            }
            assert_eq!(
                policy.check(Environment::Simulator, Some(topic)),
                Ok(()),
                "{topic}"
            );
        }
        assert_eq!(
            policy.check(Environment::Sandbox, None),
            Err(Refusal::NoTopic)
        );
        assert_eq!(Policy::default().check(Environment::Sandbox, None), Ok(()));
        assert_eq!(
            topics(&[]).check(Environment::Sandbox, Some("a")),
            Err(Refusal::Topic("a")),
            "an empty list lets nothing through"
        );
    }

    #[test]
    fn an_environment_that_is_off_is_refused_and_confirm_is_allowed() {
        let policy = |sandbox, production| Policy {
            sandbox,
            production,
            ..Policy::default()
        };
        let check = |policy: &Policy| {
            Environment::ALL.map(|environment| policy.check(environment, Some("a")).is_ok())
        };
        assert_eq!(
            check(&policy(Permission::Allowed, Permission::Confirm)),
            [true; 4]
        );
        assert_eq!(
            check(&policy(Permission::Off, Permission::Off)),
            [true, true, false, false]
        );
        assert_eq!(
            check(&policy(Permission::Allowed, Permission::Off)),
            [true, true, true, false]
        );
        for (exposure, production) in [
            (Exposure::Alone, Permission::Confirm),
            (Exposure::Shared, Permission::Confirm),
            (Exposure::InClear, Permission::Off),
        ] {
            assert_eq!(Policy::of(exposure).production, production, "{exposure:?}");
        }
    }

    #[test]
    fn a_preset_that_could_never_be_sent_is_found() {
        let preset = |environment, bundle_id: Option<&str>| Preset {
            name: "x".to_owned(),
            environment,
            bundle_id: bundle_id.map(str::to_owned),
            ..Preset::default()
        };
        for (environment, bundle_id, part) in [
            (Some(Environment::Sandbox), Some("com.example.calls"), None),
            (Some(Environment::Sandbox), None, None),
            (Some(Environment::Simulator), Some("org.other"), None),
            (None, Some("org.other"), None),
            (
                Some(Environment::Production),
                None,
                Some("is for production, which is off"),
            ),
            (
                Some(Environment::Sandbox),
                Some("org.other"),
                Some("topics in [policy]"),
            ),
        ] {
            let presets = vec![preset(environment, bundle_id)];
            let policy = Policy {
                presets,
                production: Permission::Off,
                ..topics(&["com.example.*"])
            };
            let found = policy.contradiction();
            assert_eq!(found.is_some(), part.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(part.unwrap_or_default()));
        }
    }

    #[test]
    fn refusals_are_short_and_name_their_rule() {
        let long = "x".repeat(5_000);
        for (refusal, rule) in [
            (
                Refusal::Environment(Environment::Production),
                "“production”",
            ),
            (Refusal::Environment(Environment::Sandbox), "“sandbox”"),
            (Refusal::Topic(&long), "“topics”"),
            (Refusal::NoTopic, "“topics”"),
        ] {
            let problem = refusal.problem().to_json();
            for part in ["title", "detail"] {
                let sentence = problem[part].as_str().expect("a sentence");
                assert!(
                    sentence.chars().count() <= 160 && sentence.ends_with('.'),
                    "{sentence}"
                );
            }
            assert!(
                problem["title"]
                    .as_str()
                    .is_some_and(|title| title.contains(rule)),
                "{problem}"
            );
            assert_eq!(problem["status"], 403);
        }
    }
}
