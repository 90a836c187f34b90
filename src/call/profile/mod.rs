//! App profile: the reaction of one calling app or SDK to a VoIP push, as data.
//!
//! Each file in `apps/` is one profile, read from that app's source. A profile says which keys mark
//! the app's payloads, where the app reads the call, and under which conditions it reports the
//! call, ends it at once, returns without a report, or crashes. The same form describes a user's
//! own app.

mod compact;
mod condition;
mod error;
mod json_reader;
mod list;
mod lookup;
mod own;
mod own_part;
mod place;
mod reading;
mod recognition;
mod situation;
mod source;
mod verdict;

use std::sync::{Arc, LazyLock};

use serde_json::Value;

pub use condition::{Condition, Form, TimeUnit};
pub use error::ProfileError;
pub use list::{FILES, all, find, nearest, supply};
pub use lookup::{Lookup, Opened};
pub use own::OwnApp;
pub use own_part::OwnPart;
pub use reading::{FlagReading, TextReading, UuidReading};
pub use recognition::{Recognition, recognise};
pub use situation::Situation;
pub use source::Source;
pub use verdict::{Action, Reaction, Rule, Verdict};

use crate::apns::finding::Certainty;
use crate::apns::json;
use crate::apns::path::Path;
use crate::call::call_field::CallField;
use crate::call::incoming_call::{IncomingCall, Unusable, problem_of};

/// Maximum size of a profile in bytes. The longest built-in one has a fifteenth of it.
pub const MOST_BYTES: usize = 64 * 1024;

/// Reaction of one app to a VoIP push.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Permanent identifier, in kebab case.
    pub id: String,
    /// Name, as its makers write it.
    pub name: String,
    /// Kind: `sdk`, `plugin`, `app`, `sample`, `pattern` or `sender`; `own` for a user's app.
    pub kind: String,
    /// Name of the family of apps whose payloads have the same markers.
    pub family: Option<String>,
    /// Knowledge of the app: `read` in its source or `documented`; `described` by its user.
    pub certainty: String,
    /// Framework to which the app reports a call.
    pub framework: String,
    /// Code that reports it: the app's `delegate` or its notification service `extension`.
    pub reports_from: String,
    /// Versions that differ, the newest last; empty if none differ.
    pub versions: Vec<String>,
    /// Places where the app's code or documentation was read.
    pub sources: Vec<Source>,
    /// Condition that marks the app's payloads; `None` if the app is only chosen.
    pub recognise: Option<Condition>,
    /// Value that the app gives to `CXHandle`.
    pub handle: TextReading,
    /// Name that the app shows.
    pub caller_name: TextReading,
    /// Video flag.
    pub has_video: FlagReading,
    /// UUID of the call.
    pub call_uuid: UuidReading,
    /// Paths of the time of sending, if the app reads it.
    pub sent_at: Vec<Path>,
    /// Conditions under which the app does not simply report the call; the first one that holds
    /// decides.
    pub rules: Vec<Rule>,
    /// Payload that rings, with [placeholders](super::placeholder).
    pub template: Option<Value>,
    /// VoIP push by which the app's server ends a call.
    pub cancel: Option<Value>,
    /// Paths of the template whose placeholders stand for numbers.
    pub unquoted: Vec<String>,
}

/// Shared profile.
pub type SharedProfile = Arc<Profile>;

impl Profile {
    /// Parses a profile.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        json_reader::read(text)
    }

    /// Call that the app reads from a payload.
    pub fn read(&self, payload: &Value) -> IncomingCall {
        let payload = self.look_into(payload);
        let call_uuid = self.call_uuid.read(payload);
        let handle = self.handle.read(payload);
        let mut problems = Vec::new();
        if self.is_own() {
            let missing = [
                (CallField::Handle, &self.handle.paths, handle.is_none()),
                (
                    CallField::CallUuid,
                    &self.call_uuid.paths,
                    call_uuid.is_none(),
                ),
            ];
            for (part, paths, is_missing) in missing {
                if is_missing {
                    problems.extend(unusable(part, paths, payload));
                }
            }
        }
        IncomingCall {
            handle,
            caller_name: self.caller_name.read(payload),
            has_video: self.has_video.read(payload),
            is_uuid_made: call_uuid.is_none() && self.call_uuid.is_made,
            call_uuid,
            problems,
        }
    }

    /// The payload as this app looks into it. An app opens the text that the condition that marks
    /// its payloads opens; a user's own app opens every text, because a path that leads through one
    /// would lead nowhere otherwise.
    pub fn look_into<'a>(&'a self, payload: &'a Value) -> Lookup<'a> {
        let marks = self.recognise.as_ref();
        let opened = match marks.and_then(Condition::opened_text) {
            _ if self.is_own() => Opened::All,
            Some(text) => Opened::At(text),
            None => Opened::None,
        };
        Lookup { payload, opened }
    }

    /// Title of the group in which lists show the app.
    pub fn group(&self) -> &'static str {
        match self.kind.as_str() {
            "app" => "Apps",
            "sample" => "Samples",
            "pattern" => "Patterns",
            "sender" => "Senders",
            _ => "SDKs and plugins",
        }
    }

    /// Returns `true` if the sentences of the rules and the sources are still to be supplied.
    pub fn lacks_prose(&self) -> bool {
        !self.is_own() && self.sources.is_empty()
    }

    /// Returns `true` if the app is a user's own.
    pub fn is_own(&self) -> bool {
        self.kind == "own"
    }

    /// Reaction of the newest version of the app.
    pub fn verdict(&self, payload: &Value, situation: &Situation) -> Verdict<'_> {
        self.verdict_of(self.versions.last().map(String::as_str), payload, situation)
    }

    /// Reaction of one version of the app.
    pub fn verdict_of(
        &self,
        version: Option<&str>,
        payload: &Value,
        situation: &Situation,
    ) -> Verdict<'_> {
        self.decided(version, self.read(payload), payload, situation)
    }

    /// Reaction of the newest version of the app to a payload from which `call` was read.
    pub(crate) fn verdict_on(
        &self,
        call: IncomingCall,
        payload: &Value,
        situation: &Situation,
    ) -> Verdict<'_> {
        let newest = self.versions.last().map(String::as_str);
        self.decided(newest, call, payload, situation)
    }

    fn decided(
        &self,
        version: Option<&str>,
        call: IncomingCall,
        payload: &Value,
        situation: &Situation,
    ) -> Verdict<'_> {
        let inside = self.look_into(payload);
        let rule = self
            .rules
            .iter()
            .find(|rule| rule.is_of(version) && rule.condition.holds(inside, situation));
        let reaction = match rule.map_or(Action::Report, |rule| rule.action) {
            Action::Report if call.shows_the_payload() => Reaction::Rings,
            Action::Report => Reaction::RingsOwn,
            Action::ReportAndEnd => Reaction::EndsAtOnce,
            Action::NoReport => Reaction::NoReport,
            Action::EndsCall => Reaction::EndsCall,
            Action::Crash => Reaction::Crashes,
            Action::OnPhone => Reaction::OnPhone,
            Action::Uncertain => Reaction::Uncertain,
        };
        Verdict {
            reaction,
            rule,
            call,
        }
    }

    /// Versions whose reaction differs from that of the newest one, with their reactions.
    pub fn other_versions(
        &self,
        payload: &Value,
        situation: &Situation,
    ) -> Vec<(&str, Verdict<'_>)> {
        let newest = self.verdict(payload, situation).reaction;
        self.versions
            .iter()
            .map(|version| {
                let verdict = self.verdict_of(Some(version), payload, situation);
                (version.as_str(), verdict)
            })
            .filter(|(_, verdict)| verdict.reaction != newest)
            .collect()
    }

    /// Returns `true` if the app looks at this path or below it, as far as the profile says.
    pub fn looks_at(&self, path: &str) -> bool {
        let readings = [&self.handle.paths, &self.caller_name.paths];
        let read = readings.into_iter().flatten().map(ToString::to_string);
        let marks = self.recognise.iter().flat_map(Condition::marks);
        let rules = self.rules.iter().map(|rule| rule.at.clone());
        read.chain(marks)
            .chain(rules)
            .any(|other| other.starts_with(path))
    }

    /// Template as text, with the placeholders for numbers out of their quotes.
    pub fn template_text(&self) -> Option<String> {
        self.template
            .as_ref()
            .map(|template| self.text_of(template))
    }

    /// Cancel push as text, with the placeholders for numbers out of their quotes.
    pub fn cancel_text(&self) -> Option<String> {
        self.cancel.as_ref().map(|cancel| self.text_of(cancel))
    }

    fn text_of(&self, payload: &Value) -> String {
        let mut text = json::pretty(payload);
        if !self.unquoted.is_empty() {
            for word in ["{{now}}", "{{now_ms}}", "{{counter}}"] {
                text = text.replace(&["\"", word, "\""].concat(), word);
            }
        }
        text
    }

    /// Certainty of statements about this app.
    pub fn statement_certainty(&self) -> Certainty {
        match self.certainty.as_str() {
            "read" | "described" => Certainty::ThisApp,
            _ => Certainty::Likely,
        }
    }
}

/// Built-in profiles, by name.
pub fn by_name() -> &'static [&'static Profile] {
    static BY_NAME: LazyLock<Vec<&Profile>> = LazyLock::new(|| {
        let name = |profile: &Profile| profile.name.to_ascii_lowercase();
        // Sorted by insertion: `sort` would bring four kilobytes of code to the page.
        let mut profiles: Vec<&Profile> = Vec::new();
        for profile in all() {
            let at = profiles.partition_point(|other| name(other) <= name(profile));
            profiles.insert(at, profile);
        }
        profiles
    });
    &BY_NAME
}

/// Problem of the first value that the payload has at one of these paths.
fn unusable(part: CallField, paths: &[Path], payload: Lookup<'_>) -> Option<Unusable> {
    paths.iter().find_map(|path| {
        Some(Unusable {
            part,
            path: path.to_string(),
            value: problem_of(part, &*payload.find(path)?)?,
        })
    })
}
