//! The enrolment: what a virtual iPhone is, as told when it was enrolled. What it is doing right
//! now is the concern of [`phones`](super::phones).

use http::StatusCode;

use super::control::ControlError;
use super::face::Face;
use super::fields::Fields;
use super::settings;
use crate::apns::{DeviceToken, PushType, Topic};
use crate::call::{Mapping, PhoneSettings};

/// The name of a phone whose owner gave it none.
const DEFAULT_NAME: &str = "Virtual iPhone";
const LONGEST_NAME: usize = 100;
const LONGEST_BUNDLE_ID: usize = 250;
/// Twice the longest token Apple ever announced, in hex digits.
const LONGEST_TOKEN: usize = 400;
const FIELDS: [&str; 5] = ["name", "bundle_id", "environment", "state", "mapping"];

/// One virtual iPhone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enrolment {
    /// Its device token.
    pub(crate) device_token: DeviceToken,
    /// What its owner calls it.
    pub(crate) name: String,
    /// The app the token belongs to.
    pub(crate) bundle_id: String,
    /// The only topic that reaches it.
    pub(crate) topic: Topic,
    /// The environment the token belongs to.
    pub(crate) environment: Face,
    /// Where the app looks for the parts of a call.
    pub(crate) mapping: Mapping,
    /// What the phone is like.
    pub(crate) settings: PhoneSettings,
    /// Since when the app is gone, in milliseconds since 1970; absent while it is there.
    pub(crate) unregistered_at_ms: Option<u64>,
}

impl Enrolment {
    /// Reads a phone as it is enrolled: its token from the path, the rest from the body.
    pub(crate) fn read(device_token: &str, body: &[u8], now_ms: u64) -> Result<Self, ControlError> {
        let device_token = device_token_of(device_token)?;
        let fields = Fields::read(body, &[FIELDS.as_slice(), settings::FIELDS.as_slice()].concat())?;
        let settings = settings::read(&fields)?;
        let push_type = settings::push_type(settings.kind);
        let topic = topic(push_type, fields.required_text("bundle_id")?)?;
        let bundle_id = topic.as_str().strip_suffix(push_type.topic_suffix()).unwrap_or(topic.as_str()).to_owned();
        let unregistered_at_ms = is_unregistered(&fields)?.then_some(now_ms);
        let (name, environment, mapping) = (name(&fields)?, environment(&fields)?, mapping(&fields)?);
        Ok(Self { device_token, name, bundle_id, topic, environment, mapping, settings, unregistered_at_ms })
    }

    /// The word for whether the app is still there.
    pub(crate) fn state(&self) -> &'static str {
        if self.unregistered_at_ms.is_some() { "unregistered" } else { "active" }
    }
}

/// Reads the device token in a path.
pub(crate) fn device_token_of(segment: &str) -> Result<DeviceToken, ControlError> {
    let bad = |cause: String| unprocessable("bad_device_token", cause, "Use an even number of hex digits, usually 64.");
    match DeviceToken::parse(segment) {
        Ok(token) if token.as_str().len() <= LONGEST_TOKEN => Ok(token),
        Ok(_) => Err(bad(format!("The device token in the path has more than {LONGEST_TOKEN} digits."))),
        Err(_) => Err(bad("The device token in the path is not hex, or half a byte is missing.".to_owned())),
    }
}

fn topic(push_type: PushType, bundle_id: &str) -> Result<Topic, ControlError> {
    let topic = Topic::check(bundle_id)
        .and_then(|()| Topic::of(push_type, bundle_id))
        .ok()
        .filter(|topic| topic.as_str().len() <= LONGEST_BUNDLE_ID);
    topic.ok_or_else(|| {
        unprocessable(
            "bad_bundle_id",
            "The field “bundle_id” is empty, too long, or has a character no bundle ID has.",
            "Send the bundle ID of the app, such as com.example.calls.",
        )
    })
}

fn name(fields: &Fields) -> Result<String, ControlError> {
    let name = fields.text("name")?.map_or(DEFAULT_NAME, str::trim);
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let cause = format!("The field “name” is blank, longer than {LONGEST_NAME} characters, or has control characters.");
        return Err(unprocessable("bad_name", cause, "Send a short name, or leave it out."));
    }
    Ok(name.to_owned())
}

fn mapping(fields: &Fields) -> Result<Mapping, ControlError> {
    let refused = || {
        unprocessable(
            "bad_mapping",
            "The field “mapping” is no object of paths by part.",
            "Send paths for any of handle, caller_name, call_uuid and has_video, such as {\"call_uuid\": \"metadata.call_id\"}.",
        )
    };
    fields.value("mapping").map_or(Ok(Mapping::default()), |value| Mapping::from_value(value).ok_or_else(refused))
}

fn environment(fields: &Fields) -> Result<Face, ControlError> {
    match fields.text("environment")? {
        None => Ok(Face::Sandbox),
        Some(word) => Face::parse(word).ok_or_else(|| {
            unprocessable(
                "bad_environment",
                "The field “environment” is neither “sandbox” nor “production”.",
                "Send one of the two, or leave it out for sandbox.",
            )
        }),
    }
}

fn is_unregistered(fields: &Fields) -> Result<bool, ControlError> {
    match fields.text("state")? {
        None | Some("active") => Ok(false),
        Some("unregistered") => Ok(true),
        Some(_) => Err(unprocessable(
            "bad_state",
            "The field “state” is neither “active” nor “unregistered”.",
            "Send one of the two, or leave it out for active.",
        )),
    }
}

fn unprocessable(code: &'static str, cause: impl Into<String>, remedy: &str) -> ControlError {
    ControlError::new(StatusCode::UNPROCESSABLE_ENTITY, code, cause, remedy)
}
