//! App choice: the part of the form that says which app gets the push.

use serde_json::Value;

use super::form::Form;
use crate::apns::secret;
use crate::apns::uuid::Uuid;
use crate::call::placeholder::{self, Values};
use crate::call::{AppChoice, CallField, OwnApp, OwnPart};

/// Text of [`Form::app`] for the user's own app, as the form describes it.
pub const OWN_APP: &str = "own";
/// Choice of the user's own app as a profile in JSON, which then is the text of [`Form::app`].
pub const OWN_JSON: &str = "json";

impl Form {
    /// Returns `true` if the app is the user's own, as the form describes it.
    pub fn is_own_app(&self) -> bool {
        self.app == OWN_APP
    }

    /// Returns `true` if the app is a profile in JSON.
    pub fn is_app_in_json(&self) -> bool {
        self.app.trim_start().starts_with('{')
    }

    /// Returns the app as an identifier or a profile in JSON; empty if it is recognised.
    pub fn app_text(&self) -> String {
        if self.is_own_app() {
            self.own.to_json()
        } else {
            self.app.trim().to_owned()
        }
    }

    /// Returns the app that gets the push.
    pub fn app_choice(&self) -> AppChoice {
        AppChoice::parse(&self.app_text()).unwrap_or_default()
    }

    /// Returns the app for a registration of its phone; empty if it is recognised, or if what was
    /// typed names no app or contains a secret.
    pub fn app_profile(&self) -> String {
        let text = self.app_text();
        let is_usable = AppChoice::parse(&text).is_ok() && secret::find(&text).is_none();
        if is_usable { text } else { String::new() }
    }

    /// Chooses the app. The description of an own app starts with the call that is found in the
    /// payload under the usual names.
    pub fn choose_app(&mut self, app: String) {
        let is_json = self.is_app_in_json();
        if is_json && app == OWN_JSON {
            return;
        }
        if is_json && let Some(own) = OwnApp::of_json(&self.app) {
            self.own = own;
        }
        if [OWN_APP, OWN_JSON].contains(&app.as_str()) && self.own.is_blank() {
            self.complete_own();
        }
        self.app = if app == OWN_JSON {
            self.own.to_json()
        } else {
            app
        };
    }

    /// Takes a profile in JSON for the own app: as a description, or as text if it has more than a
    /// description can say.
    pub fn import_app(&mut self, profile: String) {
        match OwnApp::of_json(&profile) {
            Some(own) => {
                self.own = own;
                OWN_APP.clone_into(&mut self.app);
            }
            None => self.app = profile,
        }
    }

    /// Writes into the empty paths of the own app where the call is found in the payload.
    pub fn complete_own(&mut self) {
        let payload = self.example();
        self.own.complete(&payload);
    }

    /// Turns the paths that older versions of the page had beside a recognised app into an own
    /// app, which looks where that one found the call.
    pub fn adopt_paths(&mut self) {
        if !self.app.is_empty() || self.own.is_blank() {
            return;
        }
        let typed = self.own.clone();
        let path = |field: CallField| typed.paths(OwnPart::of(field)).first().cloned();
        self.own = OwnApp::of_paths(path, &self.example());
        for part in CallField::ALL.map(OwnPart::of) {
            // A text that is no path is not lost.
            if !typed.text(part).trim().is_empty() {
                self.own.set(part, typed.text(part).to_owned());
            }
        }
        OWN_APP.clone_into(&mut self.app);
    }

    /// Returns the payload with example values for its placeholders; `null` if it is no JSON.
    fn example(&self) -> Value {
        let values = Values {
            uuid: Uuid::from_random_bytes([0; 16]),
            now_ms: 0,
            counter: 1,
            device: None,
        };
        serde_json::from_str(&placeholder::fill(&self.payload, &values)).unwrap_or_default()
    }
}
