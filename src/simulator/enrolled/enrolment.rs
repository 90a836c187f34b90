//! Enrolment of a virtual iPhone: its fixed properties. Its current state is kept by
//! [`phones`](super::phones).

use std::sync::Arc;

use serde_json::Value;

use super::mapping::Mapping;
use super::ownership::Ownership;
use super::phone_body::PhoneBody;
use super::phone_settings;
use crate::apns::TokenKind;
use crate::apns::{DeviceToken, PushType, Topic};
use crate::call::{AppChoice, PhoneSettings};
use crate::caller::Party;
use crate::simulator::apple_environment::AppleEnvironment;
use crate::simulator::control_error::ControlError;
use crate::simulator::json_body;

/// Name of a phone that is enrolled without one.
const DEFAULT_NAME: &str = "Virtual iPhone";
/// Largest accepted limit: more than any phone is sent, and few enough to count.
const MOST_PUSHES_PER_MINUTE: u64 = 10_000;
const LONGEST_NAME: usize = 100;
const LONGEST_BUNDLE_ID: usize = 250;
/// Twice the longest token Apple ever announced, in hex digits.
const LONGEST_TOKEN: usize = 400;

/// One virtual iPhone.
#[derive(Clone, Debug)]
pub(crate) struct Enrolment {
    /// Device token of the phone.
    pub(crate) device_token: DeviceToken,
    /// Name given at enrolment, or the default name.
    pub(crate) name: String,
    /// Bundle ID of the app that the token belongs to.
    pub(crate) bundle_id: String,
    /// The only topic that reaches the phone.
    pub(crate) topic: Topic,
    /// Push type that the token is for. Only a token for VoIP makes the phone ring.
    pub(crate) kind: PushType,
    /// Environment that the token belongs to.
    pub(crate) environment: AppleEnvironment,
    /// Paths at which the app looks for the parts of a call.
    pub(crate) mapping: Mapping,
    /// Identifier of the app’s profile, or the profile in JSON; empty if the app is recognised.
    pub(crate) app_profile: String,
    /// App that receives the pushes, chosen by its profile.
    app: AppChoice,
    /// Settings of the phone.
    pub(crate) settings: PhoneSettings,
    /// Time at which the token became invalid, in milliseconds since 1970; absent while it is
    /// active.
    pub(crate) unregistered_at_ms: Option<u64>,
    /// `true` if the token expired, instead of being unregistered.
    pub(crate) is_expired: bool,
    /// Maximum number of pushes per minute for the phone; absent if there is no limit.
    pub(crate) pushes_per_minute: Option<u64>,
    /// Ownership of the phone.
    pub(crate) ownership: Arc<Ownership>,
}

impl Enrolment {
    /// Reads an enrolment: the device token from the path, everything else from the body.
    pub(crate) fn read(
        device_token: &str,
        body: &[u8],
        party: &Party,
        now_ms: u64,
    ) -> Result<Self, ControlError> {
        let device_token = device_token_of(device_token)?;
        let body: PhoneBody = json_body::read_object(body)?;
        let kind = kind(body.kind.as_deref())?;
        let topic = topic(&body.bundle_id, kind)?;
        let bundle_id = topic
            .as_str()
            .strip_suffix(kind.topic_suffix())
            .unwrap_or(topic.as_str())
            .to_owned();
        let (is_gone, is_expired) = state(body.state.as_deref())?;
        let settings = PhoneSettings {
            kind: token_kind(kind),
            ..phone_settings::read(&body)?
        };
        let mapping = mapping(body.mapping.as_ref())?;
        let app_profile = body.app_profile.unwrap_or_default();
        Ok(Self {
            device_token,
            name: name(body.name.as_deref())?,
            bundle_id,
            topic,
            kind,
            environment: environment(body.environment.as_deref())?,
            app: app(&app_profile)?,
            mapping,
            app_profile,
            settings,
            unregistered_at_ms: is_gone.then_some(now_ms),
            is_expired,
            pushes_per_minute: pushes_per_minute(body.pushes_per_minute.as_ref())?,
            ownership: Arc::new(Ownership::new(party, now_ms)),
        })
    }

    /// Returns the app that receives this payload: the app with the profile, or else the app with
    /// the mapping.
    pub(crate) fn app(&self, payload: &Value) -> AppChoice {
        if self.app == AppChoice::Recognise && !self.mapping.is_automatic() {
            self.mapping.app(payload)
        } else {
            self.app.clone()
        }
    }

    /// Returns the push type that the token is for, as text.
    pub(crate) fn kind(&self) -> &'static str {
        self.kind.as_str()
    }

    /// Returns the state of the token: `active`, `expired` or `unregistered`.
    pub(crate) fn state(&self) -> &'static str {
        match self.unregistered_at_ms {
            None => "active",
            Some(_) if self.is_expired => "expired",
            Some(_) => "unregistered",
        }
    }
}

/// Reads the device token in a path. Hex digits are accepted without correction, even if the token
/// repeats itself.
pub(crate) fn device_token_of(segment: &str) -> Result<DeviceToken, ControlError> {
    let bad = |cause: String| {
        ControlError::unprocessable(
            "bad_device_token",
            cause,
            "Use an even number of hex digits, usually 64.",
        )
    };
    let token = match DeviceToken::from_hex(segment) {
        Some(token) => Ok(token),
        None => DeviceToken::parse(segment),
    };
    match token {
        Ok(token) if token.as_str().len() <= LONGEST_TOKEN => Ok(token),
        Ok(_) => Err(bad(format!(
            "The device token in the path has more than {LONGEST_TOKEN} digits."
        ))),
        Err(_) => Err(bad(
            "The device token in the path is not hex, or half a byte is missing.".to_owned(),
        )),
    }
}

fn kind(word: Option<&str>) -> Result<PushType, ControlError> {
    let Some(word) = word else {
        return Ok(PushType::Voip);
    };
    // `ptt` is short for Push to Talk, as in Push to Talk topics.
    PushType::parse(if word == "ptt" { "pushtotalk" } else { word }).ok_or_else(|| {
        ControlError::unprocessable(
            "bad_kind",
            "The field “kind” is none of Apple’s push types.",
            "Leave it out for “voip”; a token of another kind, such as “alert”, takes pushes but does not ring.",
        )
    })
}

/// Returns the kind of token that the phone has for this push type.
fn token_kind(kind: PushType) -> TokenKind {
    match kind {
        PushType::Voip => TokenKind::Voip,
        PushType::PushToTalk => TokenKind::PushToTalk,
        _ => TokenKind::Alert,
    }
}

fn pushes_per_minute(limit: Option<&Value>) -> Result<Option<u64>, ControlError> {
    let Some(limit) = limit else {
        return Ok(None);
    };
    match limit.as_u64() {
        Some(limit) if limit <= MOST_PUSHES_PER_MINUTE => Ok(Some(limit)),
        _ => Err(ControlError::unprocessable(
            "bad_pushes_per_minute",
            format!(
                "The field “pushes_per_minute” is no whole number from 0 to {MOST_PUSHES_PER_MINUTE}."
            ),
            "Leave it out for a phone that takes any number.",
        )),
    }
}

fn topic(bundle_id: &str, kind: PushType) -> Result<Topic, ControlError> {
    let topic = Topic::check(bundle_id)
        .and_then(|()| Topic::of(kind, bundle_id))
        .ok()
        .filter(|topic| topic.as_str().len() <= LONGEST_BUNDLE_ID);
    topic.ok_or_else(|| {
        ControlError::unprocessable(
            "bad_bundle_id",
            "The field “bundle_id” is empty, too long, or has a character no bundle ID has.",
            "Send the bundle ID of the app, such as com.example.calls.",
        )
    })
}

fn name(name: Option<&str>) -> Result<String, ControlError> {
    let name = name.map_or(DEFAULT_NAME, str::trim);
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        let cause = format!(
            "The field “name” is blank, longer than {LONGEST_NAME} characters, or has control characters."
        );
        return Err(ControlError::unprocessable(
            "bad_name",
            cause,
            "Send a short name, or leave it out.",
        ));
    }
    Ok(name.to_owned())
}

fn mapping(paths: Option<&Value>) -> Result<Mapping, ControlError> {
    let Some(paths) = paths else {
        return Ok(Mapping::default());
    };
    Mapping::from_value(paths).ok_or_else(|| {
        ControlError::unprocessable(
            "bad_mapping",
            "The field “mapping” is no object of paths by part.",
            "Send paths for any of handle, caller_name, call_uuid and has_video, such as {\"call_uuid\": \"metadata.call_id\"}.",
        )
    })
}

/// Returns the app with this profile.
fn app(profile: &str) -> Result<AppChoice, ControlError> {
    AppChoice::parse(profile).map_err(|error| {
        ControlError::unprocessable(
            "bad_app_profile",
            format!("The field “app_profile” names no app. {error}"),
            "Send the identifier of a profile, such as “twilio-voice-ios”, a profile in JSON as a text, or leave it out.",
        )
    })
}

fn environment(word: Option<&str>) -> Result<AppleEnvironment, ControlError> {
    match word {
        None => Ok(AppleEnvironment::Sandbox),
        Some(word) => AppleEnvironment::parse(word).ok_or_else(|| {
            ControlError::unprocessable(
                "bad_environment",
                "The field “environment” is neither “sandbox” nor “production”.",
                "Send one of the two, or leave it out for sandbox.",
            )
        }),
    }
}

/// Returns two flags: `true` if the token is no longer valid, and `true` if it has expired.
fn state(word: Option<&str>) -> Result<(bool, bool), ControlError> {
    match word {
        None | Some("active") => Ok((false, false)),
        Some("unregistered") => Ok((true, false)),
        Some("expired") => Ok((true, true)),
        Some(_) => Err(ControlError::unprocessable(
            "bad_state",
            "The field “state” is none of “active”, “unregistered” and “expired”.",
            "Send one of the three, or leave it out for active.",
        )),
    }
}
