//! The response of `GET /api/relay`: the caller's access, the policy, and the certificates and
//! presets on offer. It stays a JSON value that is read on demand; types for it would enlarge the
//! WebAssembly.

use serde_json::Value;

use super::form::Form;
use crate::apns::Environment;

/// The response of `GET /api/relay`; `null` before the first one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelayInfo(Value);

impl RelayInfo {
    /// Wraps a response.
    pub fn new(answer: Value) -> Self {
        Self(answer)
    }

    /// Returns the ID of the simulator's instance, which changes with each start.
    pub fn instance(&self) -> &str {
        self.0["instance"].as_str().unwrap_or_default()
    }

    /// Returns `true` if the relay grants access to this page.
    pub fn is_granted(&self) -> bool {
        !self.0.is_null() && !self.is_refused()
    }

    /// Returns `true` if the relay requires a sign-in.
    pub fn is_refused(&self) -> bool {
        self.access("granted") == false
    }

    /// Returns the sign-in mode: `open`, `token`, `proxy` or `none`.
    pub fn mode(&self) -> &str {
        self.access("mode").as_str().unwrap_or_default()
    }

    /// Returns the name of the signed-in user, if users have names.
    pub fn user(&self) -> Option<&str> {
        self.access("user").as_str()
    }

    /// Returns the codes of this page's security problems: `http`, `no-auth`.
    pub fn dangers(&self) -> Vec<&str> {
        texts(self.access("insecure"))
    }

    /// Returns the policy for an environment: `allowed`, `confirm` or `off`.
    pub fn policy(&self, environment: Environment) -> &str {
        self.0["policy"]["environments"][environment.as_str()]
            .as_str()
            .unwrap_or_default()
    }

    /// Returns `true` if policy forbids an environment.
    pub fn is_off(&self, environment: Environment) -> bool {
        self.policy(environment) == "off"
    }

    /// Returns the certificates a push can be sent with.
    pub fn certificates(&self) -> &[Value] {
        list(&self.0["identities"])
    }

    /// Returns the certificate with this name.
    pub fn certificate(&self, name: &str) -> Option<&Value> {
        named(self.certificates(), name)
    }

    /// Returns the URL at which apps reach the push server; `None` if there is none.
    pub fn phones_url(&self) -> Option<&str> {
        self.0["phones_url"].as_str()
    }

    /// Returns the operator's presets.
    pub fn presets(&self) -> &[Value] {
        list(&self.0["presets"])
    }

    /// Returns the preset with this name.
    pub fn preset(&self, name: &str) -> Option<&Value> {
        named(self.presets(), name)
    }

    /// Resets choices the relay does not offer: an unknown certificate, or a forbidden environment.
    pub fn confine(&self, form: &mut Form) {
        if self.is_granted() && self.certificate(&form.certificate).is_none() {
            form.certificate.clear();
        }
        if self.is_off(form.environment) {
            // The environment that reaches no real phone.
            form.environment = Environment::Simulator;
        }
    }

    fn access(&self, name: &str) -> &Value {
        &self.0["access"][name]
    }
}

/// Returns the name of a certificate, preset or file.
pub fn name(entry: &Value) -> &str {
    entry["name"].as_str().unwrap_or_default()
}

/// Returns the text of a member; empty if it has none.
pub fn text<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry[name].as_str().unwrap_or_default()
}

fn named<'a>(entries: &'a [Value], wanted: &str) -> Option<&'a Value> {
    entries.iter().find(|entry| name(entry) == wanted)
}

/// Returns the texts in a list.
pub fn texts(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}

/// Returns the entries of a list; another value has none.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
