//! The control interface: keys, virtual iPhones, faults and the journal as JSON.

use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::clock_ms;
use super::drawer::drawer;
use super::enrolment::{Enrolment, device_token_of};
use super::keys::EnrolledKey;
use super::shared::Shared;
use crate::call::{PhoneOutcome, PhoneState, phone};

/// What a request to the control interface is answered with.
#[derive(Debug)]
pub struct ControlAnswer {
    /// 200, 201 or 204.
    pub status: StatusCode,
    /// Absent with 204.
    pub body: Option<Value>,
}

/// Why a request to the control interface was refused.
#[derive(Debug)]
pub struct ControlError {
    /// The status.
    pub status: StatusCode,
    /// A stable word for programs, such as `key_is_private`.
    pub code: &'static str,
    /// One sentence: what is wrong, and where.
    pub cause: String,
    /// One sentence: what to do about it.
    pub remedy: String,
}

type Outcome = Result<ControlAnswer, ControlError>;

/// Answers a request; `path` holds the segments behind `/api/simulator`.
pub(crate) fn answer(shared: &Shared, method: &Method, path: &[&str], body: &[u8]) -> Outcome {
    match (method.as_str(), path) {
        ("GET", ["keys"]) => Ok(ControlAnswer::ok(json!({ "keys": all_keys(shared) }))),
        ("PUT", ["keys", key_id]) => enrol_key(shared, key_id, body),
        ("GET", ["keys", key_id]) => shared.keys.find(key_id).map(|key| ControlAnswer::ok(to_json(&*key))).ok_or_else(no_key),
        ("DELETE", ["keys", key_id]) => removed(shared.keys.remove(key_id)).ok_or_else(no_key),
        ("GET", ["devices"]) => Ok(ControlAnswer::ok(json!({ "devices": shared.phones.show_all() }))),
        ("PUT", ["devices", token]) => enrol_device(shared, token, body),
        ("GET", ["devices", token]) => shared.phones.show(&device_token_of(token)?).map(ControlAnswer::ok).ok_or_else(no_device),
        ("DELETE", ["devices", token]) => removed(shared.phones.remove(&device_token_of(token)?)).ok_or_else(no_device),
        ("POST", ["devices", token, "answer"]) => press(shared, token, phone::answer),
        ("POST", ["devices", token, "decline"]) => press(shared, token, phone::decline),
        ("PUT", ["faults"]) => shared.faults.put(body).map(|()| ControlAnswer::ok(shared.faults.show())),
        ("GET", ["faults"]) => Ok(ControlAnswer::ok(shared.faults.show())),
        ("DELETE", ["faults"]) => {
            shared.faults.clear();
            Ok(ControlAnswer { status: StatusCode::NO_CONTENT, body: None })
        }
        ("POST", ["devices", token, "reinstall"]) => reinstall(shared, token),
        ("GET", ["journal"]) => Ok(ControlAnswer::ok(json!({ "decisions": to_json(&shared.journal.all()) }))),
        ("GET", ["drawer", phone, decision]) => Ok(ControlAnswer::ok(drawer(shared, phone, decision))),
        _ => Err(no_route(path)),
    }
}

fn all_keys(shared: &Shared) -> Vec<Value> {
    shared.keys.all().iter().map(|key| to_json(&**key)).collect()
}

fn enrol_key(shared: &Shared, key_id: &str, body: &[u8]) -> Outcome {
    let (key, is_new) = shared.keys.enrol(EnrolledKey::read(key_id, body)?)?;
    Ok(ControlAnswer::stored(to_json(&*key), is_new))
}

fn enrol_device(shared: &Shared, token: &str, body: &[u8]) -> Outcome {
    let (device, is_new) = shared.phones.enrol(Enrolment::read(token, body, clock_ms(shared.clock))?)?;
    Ok(ControlAnswer::stored(device, is_new))
}

fn press(shared: &Shared, token: &str, button: fn(&PhoneState) -> Option<PhoneOutcome>) -> Outcome {
    let pressed = shared.phones.press(&device_token_of(token)?, button).ok_or_else(no_device)?;
    pressed.map(ControlAnswer::ok).ok_or_else(|| {
        let cause = "There is no call on this phone that this button could act on.";
        ControlError::new(StatusCode::CONFLICT, "nothing_rings", cause, "Send a push to it first, and press while it rings.")
    })
}

fn reinstall(shared: &Shared, token: &str) -> Outcome {
    let device = shared.phones.reinstall(&device_token_of(token)?).ok_or_else(no_device)??;
    Ok(ControlAnswer::stored(device, true))
}

fn removed(was_there: bool) -> Option<ControlAnswer> {
    was_there.then_some(ControlAnswer { status: StatusCode::NO_CONTENT, body: None })
}

fn no_key() -> ControlError {
    let cause = "No key with this key ID is enrolled with the simulator.";
    ControlError::new(StatusCode::NOT_FOUND, "key_not_found", cause, "Enrol it with PUT, or look at the list of keys.")
}

fn no_device() -> ControlError {
    let cause = "No virtual iPhone with this device token is enrolled with the simulator.";
    ControlError::new(StatusCode::NOT_FOUND, "device_not_found", cause, "Enrol it with PUT, or look at the list of devices.")
}

fn no_route(path: &[&str]) -> ControlError {
    let allowed = match path {
        ["keys"] | ["devices"] | ["journal"] | ["drawer", _, _] => "GET",
        ["keys", _] | ["devices", _] | ["faults"] => "PUT, GET or DELETE",
        ["devices", _, "answer" | "decline" | "reinstall"] => "POST",
        _ => {
            let cause = "The simulator has nothing under this path.";
            return ControlError::new(
                StatusCode::NOT_FOUND,
                "not_found",
                cause,
                "Use keys, devices, faults or journal under /api/simulator.",
            );
        }
    };
    let cause = "The simulator does not offer this method under this path.";
    ControlError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", cause, format!("Use {allowed}."))
}

/// A value as JSON.
pub(super) fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl ControlAnswer {
    fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    fn stored(body: Value, is_new: bool) -> Self {
        Self { status: if is_new { StatusCode::CREATED } else { StatusCode::OK }, body: Some(body) }
    }
}

impl ControlError {
    pub(crate) fn new(status: StatusCode, code: &'static str, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { status, code, cause: cause.into(), remedy: remedy.into() }
    }
}
