//! Control interface: keys, virtual iPhones, faults and the journal as JSON.

use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::apns::DeviceToken;
use crate::call::{PhoneOutcome, PhoneState, phone};
use crate::caller::{Caller, Party};
use crate::simulator::apns::Apns;
use crate::simulator::clock_ms;
use crate::simulator::control_error::ControlError;
use crate::simulator::enrolled::enrolment::{Enrolment, device_token_of};
use crate::simulator::enrolled::keys::EnrolledKey;
use crate::simulator::enrolled::ownership::Ownership;
use crate::simulator::faults::{Scope, ready};
use crate::simulator::record::journal_entry::{JournalEntry, PhoneSentences};
use crate::simulator::record::journal_filter::{JournalFilter, list_limit};

/// A request to the control interface.
#[derive(Clone, Copy, Debug)]
pub struct ControlRequest<'a> {
    /// GET, PUT, POST or DELETE.
    pub method: &'a Method,
    /// Segments of the path after `/api/simulator`.
    pub path: &'a [&'a str],
    /// Query after the question mark, or empty.
    pub query: &'a str,
    /// JSON, or empty.
    pub body: &'a [u8],
}

/// Answer to a request to the control interface.
#[derive(Debug)]
pub struct ControlAnswer {
    /// HTTP status: 200, 201 or 204.
    pub status: StatusCode,
    /// Body in JSON; absent with status 204.
    pub body: Option<Value>,
}

type Outcome = Result<ControlAnswer, ControlError>;

/// Answers a request. A guest has access only to entries that concern this guest.
pub(crate) fn answer(apns: &Apns, party: &Party, request: &ControlRequest<'_>) -> Outcome {
    let caller = &party.caller;
    let ControlRequest {
        method,
        path,
        query,
        body,
    } = *request;
    apns.sweep();
    match (method.as_str(), path) {
        ("GET", ["keys"]) => list("keys", all_keys(apns, caller), query),
        ("PUT", ["keys", key_id]) => enrol_key(apns, party, key_id, body),
        ("GET", ["keys", key_id]) => apns
            .keys
            .show(caller, key_id)
            .map(|key| ControlAnswer::ok(to_json(&*key))),
        ("DELETE", ["keys", key_id]) => apns
            .keys
            .remove(caller, key_id)
            .map(|()| ControlAnswer::gone()),
        ("GET", ["devices"]) => list("devices", apns.phones.show_all(caller), query),
        ("PUT", ["devices", token]) => enrol_device(apns, party, token, body),
        ("GET", ["devices", token]) => apns
            .phones
            .show(caller, &device_token_of(token)?)
            .map(ControlAnswer::ok),
        ("DELETE", ["devices", token]) => apns
            .phones
            .remove(caller, &device_token_of(token)?)
            .map(|()| ControlAnswer::gone()),
        ("POST", ["devices", token, "answer"]) => press(apns, caller, token, phone::answer),
        ("POST", ["devices", token, "decline"]) => press(apns, caller, token, phone::decline),
        ("PUT", ["faults"]) => switch_faults(apns, party, body),
        ("GET", ["faults"]) => {
            let mut shown = apns.faults.show(caller);
            shown["ready"] = ready::list();
            Ok(ControlAnswer::ok(shown))
        }
        ("DELETE", ["faults"]) => {
            apns.faults.clear(caller);
            Ok(ControlAnswer::gone())
        }
        ("POST", ["devices", token, "reinstall"]) => reinstall(apns, caller, token),
        ("GET", ["journal"]) => journal(apns, caller, query),
        _ => Err(no_route(path)),
    }
}

/// Returns a list under its name, shortened to the limit in the query, and the length of the whole
/// list.
fn list(name: &str, mut entries: Vec<Value>, query: &str) -> Outcome {
    let count = entries.len();
    if let Some(limit) = list_limit(query)? {
        entries.truncate(limit);
    }
    Ok(ControlAnswer::ok(json!({ name: entries, "count": count })))
}

fn all_keys(apns: &Apns, caller: &Caller) -> Vec<Value> {
    apns.keys
        .all(caller)
        .iter()
        .map(|key| to_json(&**key))
        .collect()
}

fn enrol_key(apns: &Apns, party: &Party, key_id: &str, body: &[u8]) -> Outcome {
    let now_ms = clock_ms(apns.clock);
    let key = EnrolledKey::read(key_id, body, Ownership::new(party, now_ms))?;
    let (key, is_new) = apns.keys.enrol(party, key, now_ms)?;
    Ok(ControlAnswer::stored(to_json(&*key), is_new))
}

fn enrol_device(apns: &Apns, party: &Party, token: &str, body: &[u8]) -> Outcome {
    let (device, is_new) = apns.phones.enrol(
        party,
        Enrolment::read(token, body, party, clock_ms(apns.clock))?,
    )?;
    Ok(ControlAnswer::stored(device, is_new))
}

fn press(
    apns: &Apns,
    caller: &Caller,
    token: &str,
    button: fn(&PhoneState) -> Option<PhoneOutcome>,
) -> Outcome {
    let pressed = apns
        .phones
        .press(caller, &device_token_of(token)?, button)?;
    pressed.map(ControlAnswer::ok).ok_or_else(|| {
        let cause = "There is no call on this phone that this button could act on.";
        ControlError::new(
            StatusCode::CONFLICT,
            "nothing_rings",
            cause,
            "Send a push to it first, and press while it rings.",
        )
    })
}

fn reinstall(apns: &Apns, caller: &Caller, token: &str) -> Outcome {
    let device = apns.phones.reinstall(caller, &device_token_of(token)?)?;
    Ok(ControlAnswer::stored(device, true))
}

fn switch_faults(apns: &Apns, party: &Party, script: &[u8]) -> Outcome {
    let caller = &party.caller;
    let is_own = |scope: &Scope| {
        if let Some(key_id) = &scope.key_id
            && apns.keys.show(caller, key_id).is_ok()
        {
            return true;
        }
        match scope.device_token.as_deref().map(DeviceToken::parse) {
            Some(Ok(token)) => apns.phones.show(caller, &token).is_ok(),
            _ => false,
        }
    };
    apns.faults.put(party, script, is_own)?;
    Ok(ControlAnswer::ok(apns.faults.show(caller)))
}

fn journal(apns: &Apns, caller: &Caller, query: &str) -> Outcome {
    let filter = JournalFilter::read(query)?;
    let mut decisions = apns.journal.all();
    decisions.retain(|decision| decision.visibility.admits(caller) && filter.takes(decision));
    let count = decisions.len();
    let newest = decisions.split_off(count - filter.limit().unwrap_or(count).min(count));
    let sentences = PhoneSentences::of(apns, caller);
    let entries = newest
        .iter()
        .map(|decision| to_json(&JournalEntry::new(decision, &sentences)));
    let entries: Vec<_> = entries.collect();
    Ok(ControlAnswer::ok(
        json!({ "decisions": entries, "count": count }),
    ))
}

fn no_route(path: &[&str]) -> ControlError {
    let allowed = match path {
        ["keys"] | ["devices"] | ["journal"] => "GET",
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
    ControlError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        cause,
        format!("Use {allowed}."),
    )
}

/// Converts a value to JSON.
fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl<'a> ControlRequest<'a> {
    /// Creates a request without a query.
    pub fn new(method: &'a Method, path: &'a [&'a str], body: &'a [u8]) -> Self {
        Self {
            method,
            path,
            query: "",
            body,
        }
    }
}

impl ControlAnswer {
    fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body),
        }
    }

    /// Returns the answer to a removal.
    fn gone() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
        }
    }

    fn stored(body: Value, is_new: bool) -> Self {
        Self {
            status: if is_new {
                StatusCode::CREATED
            } else {
                StatusCode::OK
            },
            body: Some(body),
        }
    }
}
