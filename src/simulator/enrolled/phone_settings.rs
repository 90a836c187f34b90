//! The settings of a virtual iPhone, as they stand in the body that enrols it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::call::PhoneSettings;
use crate::call::phone::{App, Ios};
use crate::simulator::control_error::ControlError;
use crate::simulator::fields::Fields;

/// The fields, each of which may be left out.
pub(crate) const FIELDS: [&str; 6] = [
    "online",
    "do_not_disturb",
    "blocked",
    "reports",
    "ios",
    "app",
];

const MOST_BLOCKED: usize = 100;
const LONGEST_HANDLE: usize = 250;

/// Reads them, all but the kind of the token; one that is left out is that of a phone that rings.
pub(crate) fn read(fields: &Fields) -> Result<PhoneSettings, ControlError> {
    let usual = PhoneSettings::default();
    Ok(PhoneSettings {
        online: fields.flag("online")?.unwrap_or(usual.online),
        do_not_disturb: fields
            .flag("do_not_disturb")?
            .unwrap_or(usual.do_not_disturb),
        blocked: blocked(fields)?,
        reports: fields.flag("reports")?.unwrap_or(usual.reports),
        ios: word(fields, "ios", usual.ios, BAD_IOS, Ios::parse)?,
        app: word(fields, "app", usual.app, BAD_APP, App::parse)?,
        ..usual
    })
}

/// The same as JSON.
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

/// Code, cause and remedy.
type Refusal = [&'static str; 3];

const BAD_IOS: Refusal = [
    "bad_ios",
    "The field “ios” is no version of iOS from 13 on.",
    "Send a text such as “18.0” or “26.4”, or leave it out.",
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
    fields: &Fields,
    name: &'static str,
    usual: T,
    refusal: Refusal,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, ControlError> {
    fields
        .text(name)?
        .map_or(Ok(usual), |word| parse(word).ok_or_else(|| refuse(refusal)))
}

fn blocked(fields: &Fields) -> Result<Vec<String>, ControlError> {
    let handles = fields.texts("blocked")?.unwrap_or_default();
    let is_bad =
        |handle: &&str| handle.trim().is_empty() || handle.chars().count() > LONGEST_HANDLE;
    if handles.len() > MOST_BLOCKED || handles.iter().any(is_bad) {
        return Err(refuse(BAD_BLOCKED));
    }
    Ok(handles.into_iter().map(str::to_owned).collect())
}

fn refuse([code, cause, remedy]: Refusal) -> ControlError {
    ControlError::new(StatusCode::UNPROCESSABLE_ENTITY, code, cause, remedy)
}
