//! Settings of a virtual iPhone, as given in the body that enrols it.

use serde_json::{Value, json};

use super::phone_body::PhoneBody;
use crate::apns::secret;
use crate::call::PhoneSettings;
use crate::call::phone::{App, Ios};
use crate::simulator::control_error::ControlError;

const MOST_BLOCKED: usize = 100;
const LONGEST_HANDLE: usize = 250;

/// Reads all settings except the kind of the token. An absent setting has the value of a phone that
/// rings.
pub(super) fn read(body: &PhoneBody) -> Result<PhoneSettings, ControlError> {
    let usual = PhoneSettings::default();
    Ok(PhoneSettings {
        online: body.online.unwrap_or(usual.online),
        do_not_disturb: body.do_not_disturb.unwrap_or(usual.do_not_disturb),
        blocked: blocked(body.blocked.as_deref())?,
        reports: body.reports.unwrap_or(usual.reports),
        ios: word(body.ios.as_deref(), usual.ios, BAD_IOS, Ios::parse)?,
        app: word(body.app.as_deref(), usual.app, BAD_APP, App::parse)?,
        ..usual
    })
}

/// Returns the settings as JSON.
pub(crate) fn to_json(settings: &PhoneSettings) -> Value {
    json!({
        "online": settings.online,
        "do_not_disturb": settings.do_not_disturb,
        "blocked": settings.blocked,
        "reports": settings.reports,
        "ios": settings.ios.to_string(),
        "app": settings.app.as_str(),
    })
}

/// Code, cause and fix of an error.
type Refusal = [&'static str; 3];

const BAD_IOS: Refusal = [
    "bad_ios",
    "The field “ios” is no version of iOS from 13 on.",
    "Send a string such as “18.0” or “26.4”, or leave it out.",
];
const BAD_APP: Refusal = [
    "bad_app",
    "The field “app” is none of “foreground”, “background” and “terminated”.",
    "Send how a push finds the app, or leave it out for background.",
];
const BAD_BLOCKED: Refusal = [
    "bad_blocked",
    "The field “blocked” has more than 100 handles, or one that is blank or longer than 250 characters.",
    "Send the handles of blocked callers, or leave it out.",
];

fn word<T>(
    given: Option<&str>,
    usual: T,
    refusal: Refusal,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, ControlError> {
    match given {
        None => Ok(usual),
        Some(word) => parse(word).ok_or_else(|| refuse(refusal)),
    }
}

fn blocked(handles: Option<&[String]>) -> Result<Vec<String>, ControlError> {
    let handles = handles.unwrap_or_default();
    let is_bad = |handle: &String| {
        handle.trim().is_empty()
            || handle.chars().count() > LONGEST_HANDLE
            || secret::holds_key(handle.as_bytes())
    };
    if handles.len() > MOST_BLOCKED || handles.iter().any(is_bad) {
        return Err(refuse(BAD_BLOCKED));
    }
    Ok(handles.to_vec())
}

fn refuse([code, cause, fix]: Refusal) -> ControlError {
    ControlError::unprocessable(code, cause, fix)
}
