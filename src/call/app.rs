//! Receiving app: the app that gets a push, as far as it is known.

use std::sync::Arc;

use serde_json::Value;
use thiserror::Error;

use super::incoming_call::IncomingCall;
use super::profile::{self, Profile, ProfileError, Recognition, Situation, Verdict};
use crate::apns::finding::Certainty;

/// Member of a payload with the name of the call, for an app that makes the UUID itself.
pub const CALL_NAME: &str = "trill_call";
/// Longest name of a call, in characters.
pub const LONGEST_CALL_NAME: usize = 200;

/// Choice of the app that gets a push.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum AppChoice {
    /// App whose markers the payload has.
    #[default]
    Recognise,
    /// App with this profile.
    Profile(Arc<Profile>),
}

impl AppChoice {
    /// Choice written as a text: empty for a recognised app, the identifier of a built-in profile,
    /// or a profile in JSON.
    pub fn parse(text: &str) -> Result<Self, AppChoiceError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::Recognise);
        }
        if text.starts_with('{') {
            return Ok(Self::Profile(Arc::new(Profile::parse(text)?)));
        }
        profile::find(text)
            .map(Self::Profile)
            .ok_or_else(|| AppChoiceError::Unknown(profile::nearest(text)))
    }

    /// App that gets this payload.
    pub fn resolve(&self, payload: &Value) -> ReceivingApp {
        match self {
            Self::Profile(profile) => ReceivingApp::Known(Arc::clone(profile)),
            Self::Recognise => match profile::recognise(payload) {
                Recognition::App(profile) => ReceivingApp::Known(Arc::clone(profile)),
                // Many apps have the keys of a pattern, and code of their own.
                Recognition::Family(profiles)
                    if profiles.iter().any(|profile| profile.kind != "pattern") =>
                {
                    ReceivingApp::Family(profiles.into_iter().cloned().collect())
                }
                Recognition::Family(_) | Recognition::Unknown => ReceivingApp::Unknown,
            },
        }
    }
}

/// Reason why a text is not the choice of an app.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AppChoiceError {
    /// The name is that of no built-in profile.
    #[error("No app has this name. {}", hint(*.0))]
    Unknown(Option<&'static str>),
    /// The profile cannot be read.
    #[error(transparent)]
    Profile(#[from] ProfileError),
}

impl AppChoiceError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "app_unknown",
            Self::Profile(error) => error.code(),
        }
    }
}

fn hint(nearest: Option<&'static str>) -> String {
    match nearest {
        Some(nearest) => format!("Did you mean {nearest}?"),
        None => "docs/apps.md has the names.".to_owned(),
    }
}

/// App that gets a push, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum ReceivingApp {
    /// App with a profile.
    Known(Arc<Profile>),
    /// App of a family, whose payloads have the same markers.
    Family(Vec<Arc<Profile>>),
    /// Unknown app; the call is found by the names that widely used SDKs read.
    Unknown,
}

impl ReceivingApp {
    /// Call that the app reads from a payload.
    pub fn read(&self, payload: &Value) -> IncomingCall {
        match self {
            Self::Known(profile) => profile.read(payload),
            Self::Family(profiles) => profiles
                .first()
                .map(|profile| profile.read(payload))
                .unwrap_or_default(),
            Self::Unknown => IncomingCall::read(payload),
        }
    }

    /// Name of the call for the receipts of the app: the text of the member [`CALL_NAME`], or else
    /// the UUID as the app reads it from the payload. `None` if a header can carry neither.
    pub fn call_name(&self, payload: &Value) -> Option<String> {
        let name = payload[CALL_NAME].as_str().unwrap_or_default();
        let is_printable = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if is_printable && !name.trim().is_empty() && name.len() <= LONGEST_CALL_NAME {
            return Some(name.to_owned());
        }
        let uuid = self.read(payload).call_uuid?;
        Some(uuid.value.as_str().to_owned())
    }

    /// Verdict of the app's profile, and the certainty of the statement. Of a family it is that of
    /// the first member; it is certain for this app only if all members agree.
    pub fn verdict(
        &self,
        payload: &Value,
        situation: &Situation,
    ) -> Option<(Verdict<'_>, Certainty)> {
        match self {
            Self::Known(profile) => {
                let verdict = profile.verdict(payload, situation);
                let certainty = certainty_of(profile, &verdict);
                Some((verdict, certainty))
            }
            Self::Family(profiles) => {
                let first = profiles.first()?;
                let verdict = first.verdict(payload, situation);
                let certainty = if self.do_members_agree(payload, situation) {
                    certainty_of(first, &verdict)
                } else {
                    Certainty::Likely
                };
                Some((verdict, certainty))
            }
            Self::Unknown => None,
        }
    }

    /// Name of the app; `None` if it is unknown.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Known(profile) => Some(profile.name.clone()),
            Self::Family(profiles) => Some(
                profiles
                    .iter()
                    .map(|profile| profile.name.as_str())
                    .collect::<Vec<_>>()
                    .join(" or "),
            ),
            Self::Unknown => None,
        }
    }

    /// Profiles that the app may have: several for a family, none for an app without a profile.
    pub fn members(&self) -> &[Arc<Profile>] {
        match self {
            Self::Known(profile) => std::slice::from_ref(profile),
            Self::Family(profiles) => profiles,
            Self::Unknown => &[],
        }
    }

    /// Returns `true` if all profiles that the app may have give the same reaction.
    pub fn do_members_agree(&self, payload: &Value, situation: &Situation) -> bool {
        let reaction = |profile: &Arc<Profile>| profile.verdict(payload, situation).reaction;
        // One app alone agrees with itself, so its verdict need not be asked for.
        let Self::Family(profiles) = self else {
            return true;
        };
        let mut reactions = profiles.iter().map(reaction);
        let first = reactions.next();
        reactions.all(|other| Some(other) == first)
    }

    /// Returns `true` if nothing is known about the app.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Profile of the app; of a family, that of the first member.
    pub fn profile(&self) -> Option<&Arc<Profile>> {
        match self {
            Self::Known(profile) => Some(profile),
            Self::Family(profiles) => profiles.first(),
            Self::Unknown => None,
        }
    }
}

pub(crate) fn certainty_of(profile: &Profile, verdict: &Verdict<'_>) -> Certainty {
    match verdict.rule {
        Some(rule) if rule.certainty == "inferred" => Certainty::Likely,
        _ => profile.statement_certainty(),
    }
}
