//! The page's view of the app's half: what the user chose about it, the relay's answer, and what is
//! shown of it.

use serde_json::Value;

use super::state::State;
use crate::apns::json::{compact, object, quoted};
use crate::apns::secret;

/// View of the app's half: the choices, the answer, and the part that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverView {
    /// `true` if it is open. Its files are asked for only then.
    pub is_open: bool,
    /// Options that the user chose, each with its value in JSON. The others follow the payload.
    pub chosen: Vec<(&'static str, String)>,
    /// The relay's answer to `POST /api/receiver`; `null` before the first one. It stays a JSON
    /// value that is read on demand; types for it would enlarge the WebAssembly.
    pub answer: Value,
    /// Reason why there is no newer answer; empty if there is none.
    pub problem: String,
    /// Index of the chosen file; `None` for the first one that reads the payload.
    pub file: Option<usize>,
    /// Path in the payload that the pointer or the focus is on; may be empty.
    pub path: String,
    /// `true` if the shown file was copied.
    pub is_copied: bool,
}

/// A change of the view.
#[derive(Debug)]
pub enum Change {
    /// The view was opened, or closed.
    Open(bool),
    /// The user chose an option: its name, and its value in JSON.
    Choose(&'static str, String),
    /// The relay answered.
    Answer(Value),
    /// The relay did not answer, or refused.
    Fail(String),
    /// The user chose the file at this index.
    Show(usize),
    /// The pointer or the focus came to a path in the payload.
    Point(String),
    /// The shown file was copied, or could not be.
    Copy(bool),
}

impl ReceiverView {
    /// Applies a change.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Open(is_open) => self.is_open = is_open,
            Change::Choose(name, value) => {
                self.chosen.retain(|(other, _)| *other != name);
                self.chosen.push((name, value));
            }
            Change::Answer(answer) => {
                self.answer = answer;
                self.problem.clear();
                self.is_copied = false;
            }
            Change::Fail(problem) => self.problem = problem,
            Change::Show(file) => {
                self.file = Some(file);
                self.is_copied = false;
            }
            Change::Point(path) => self.path = path,
            Change::Copy(is_copied) => self.is_copied = is_copied,
        }
    }

    /// Returns the value of an option in JSON, as it was chosen or else as the relay used it.
    pub fn option(&self, name: &str) -> String {
        match self.chosen.iter().find(|(other, _)| *other == name) {
            Some((_, value)) => value.clone(),
            None => compact(&self.answer["options"][name]),
        }
    }
}

impl State {
    /// Returns the request for the files of the app's half, as JSON; `None` while it is closed, the
    /// payload cannot be read, or something in the request is a secret.
    pub fn receiver_request(&self) -> Option<String> {
        if !self.receiver.is_open {
            return None;
        }
        let filled = self.filled();
        let payload = filled.parsed_payload().ok()?;
        let mut options = self.receiver.chosen.clone();
        options.push(("bundle_id", quoted(&filled.bundle_id)));
        let request = object(&[
            ("payload", payload.text().to_owned()),
            ("app", quoted(&filled.app_profile())),
            ("options", object(&options)),
        ]);
        // The page asks by itself, so no Send stands between a typed secret and the relay.
        secret::find(&request).is_none().then_some(request)
    }
}
