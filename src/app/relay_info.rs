//! The answer of `GET /api/relay`: who may send, what the policy allows, and which certificates and
//! presets there are. They stay the JSON they came as, and are read where they are asked for: as types they would weigh more.

use serde_json::Value;

use super::form::Form;
use crate::apns::Environment;

/// What `GET /api/relay` answered; nothing before it did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelayInfo(Value);

impl RelayInfo {
    /// Takes in an answer.
    pub fn new(answer: Value) -> Self {
        Self(answer)
    }

    /// The name by which the simulator goes since its start.
    pub fn instance(&self) -> &str {
        self.0["instance"].as_str().unwrap_or_default()
    }

    /// Whether this page may ask for more.
    pub fn is_granted(&self) -> bool {
        !self.0.is_null() && !self.is_refused()
    }

    /// Whether somebody has to sign in first.
    pub fn is_refused(&self) -> bool {
        self.access("granted") == false
    }

    /// How people sign in: `open`, `token`, `proxy` or `none`.
    pub fn mode(&self) -> &str {
        self.access("mode").as_str().unwrap_or_default()
    }

    /// Who is signed in, where users have names.
    pub fn user(&self) -> Option<&str> {
        self.access("user").as_str()
    }

    /// What is dangerous about this page: `http`, `no-auth`.
    pub fn dangers(&self) -> Vec<&str> {
        texts(self.access("insecure"))
    }

    /// What policy says of an environment: `allowed`, `confirm` or `off`.
    pub fn policy(&self, environment: Environment) -> &str {
        self.0["policy"]["environments"][environment.as_str()]
            .as_str()
            .unwrap_or_default()
    }

    /// Whether policy forbids an environment.
    pub fn is_off(&self, environment: Environment) -> bool {
        self.policy(environment) == "off"
    }

    /// The certificates that can vouch for a push; nothing where none are told of.
    pub fn certificates(&self) -> &[Value] {
        list(&self.0["identities"])
    }

    /// The certificate with this name.
    pub fn certificate(&self, name: &str) -> Option<&Value> {
        named(self.certificates(), name)
    }

    /// The forms to start from.
    pub fn presets(&self) -> &[Value] {
        list(&self.0["presets"])
    }

    /// The preset with this name.
    pub fn preset(&self, name: &str) -> Option<&Value> {
        named(self.presets(), name)
    }

    /// Takes out of a form what cannot be chosen here: a certificate that is gone, and an environment that is off.
    pub fn confine(&self, form: &mut Form) {
        if self.is_granted() && self.certificate(&form.certificate).is_none() {
            form.certificate.clear();
        }
        if self.is_off(form.environment) {
            // The one that rings no real phone.
            form.environment = Environment::Simulator;
        }
    }

    fn access(&self, name: &str) -> &Value {
        &self.0["access"][name]
    }
}

/// What a certificate or a preset is called.
pub fn name(entry: &Value) -> &str {
    entry["name"].as_str().unwrap_or_default()
}

fn named<'a>(entries: &'a [Value], wanted: &str) -> Option<&'a Value> {
    entries.iter().find(|entry| name(entry) == wanted)
}

/// The texts in a list.
pub fn texts(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
