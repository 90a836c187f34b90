//! Filter of the journal, read strictly from the query of a request, and the limit of other lists.

use std::sync::Arc;

use http::StatusCode;

use super::decision::Decision;
use crate::apns::ApnsId;
use crate::simulator::control_error::ControlError;
use crate::simulator::json_body::shown;

/// Fixes for an unknown parameter of the journal and of the other lists.
const JOURNAL_FIX: &str =
    "Use any of ?connection=N&token=HASH&device=TOKEN&apns_id=UUID&since=ID&limit=N, each once.";
const LIST_FIX: &str = "Use ?limit=N, or no parameter.";
const LIMIT: &str = "how many entries at most, such as 50";
/// Number of hex digits of a keyed hash.
const HASH_DIGITS: usize = 16;

/// Values that a decision must have; an absent value matches every decision.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct JournalFilter {
    connection: Option<u64>,
    token_hash: Option<u64>,
    device_token: Option<String>,
    apns_id: Option<String>,
    since: Option<u64>,
    limit: Option<usize>,
}

impl JournalFilter {
    /// Reads `connection=N&token=HASH&device=TOKEN&apns_id=UUID&since=ID&limit=N`. Each parameter
    /// is optional and may be given once.
    pub(crate) fn read(query: &str) -> Result<Self, ControlError> {
        let mut filter = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "connection" => set(
                    &mut filter.connection,
                    name,
                    value.parse().ok(),
                    "the number of a connection, from 1",
                )?,
                "token" => set(
                    &mut filter.token_hash,
                    name,
                    hash(value),
                    "the token_hash of an earlier decision",
                )?,
                "device" => set(
                    &mut filter.device_token,
                    name,
                    hex(value),
                    "a device token in hex digits",
                )?,
                "apns_id" => set(
                    &mut filter.apns_id,
                    name,
                    apns_id(value),
                    "the apns_id of a decision, a UUID",
                )?,
                "since" => set(
                    &mut filter.since,
                    name,
                    value.parse().ok(),
                    "the id of the last decision that is known, or 0",
                )?,
                "limit" => set(&mut filter.limit, name, value.parse().ok(), LIMIT)?,
                _ => return Err(unknown("The journal", name, JOURNAL_FIX)),
            }
        }
        Ok(filter)
    }

    /// Returns the maximum number of decisions to list; the newest are listed.
    pub(crate) fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// `true` if the filter matches the decision.
    pub(crate) fn takes(&self, decision: &Decision) -> bool {
        let same = |wish: &Option<String>, text: Option<&Arc<str>>| {
            wish.as_ref()
                .is_none_or(|wish| text.is_some_and(|text| text.eq_ignore_ascii_case(wish)))
        };
        self.connection
            .is_none_or(|number| decision.connection == number)
            && self.since.is_none_or(|id| decision.id > id)
            && self
                .token_hash
                .is_none_or(|hash| decision.token_hash == Some(hash))
            && same(&self.device_token, decision.device_token.as_ref())
            && same(&self.apns_id, Some(&decision.apns_id))
    }
}

/// Reads `limit=N` of a list that takes no other parameter.
pub(crate) fn list_limit(query: &str) -> Result<Option<usize>, ControlError> {
    let mut limit = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name != "limit" {
            return Err(unknown("This list", name, LIST_FIX));
        }
        set(&mut limit, name, value.parse().ok(), LIMIT)?;
    }
    Ok(limit)
}

fn hash(text: &str) -> Option<u64> {
    hex(text)
        .filter(|text| text.len() == HASH_DIGITS)
        .and_then(|text| u64::from_str_radix(&text, 16).ok())
}

fn hex(text: &str) -> Option<String> {
    let is_hex = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| text.to_owned())
}

fn apns_id(text: &str) -> Option<String> {
    ApnsId::parse(text).map(|id| id.to_string())
}

/// Sets a parameter. Fails if the value is `None`, or if the parameter has been set before.
fn set<T>(
    place: &mut Option<T>,
    name: &str,
    value: Option<T>,
    expected: &str,
) -> Result<(), ControlError> {
    if place.is_some() {
        let cause = format!("The parameter “{name}” is given twice.");
        return Err(refuse(
            "bad_parameter",
            cause,
            format!("Give it once: {expected}."),
        ));
    }
    *place = value;
    match place {
        Some(_) => Ok(()),
        None => Err(refuse(
            "bad_parameter",
            format!("The parameter “{name}” is malformed."),
            format!("Send {expected}."),
        )),
    }
}

fn unknown(list: &str, name: &str, fix: &str) -> ControlError {
    let cause = format!("{list} has no parameter “{}”.", shown(name));
    refuse("unknown_parameter", cause, fix.to_owned())
}

fn refuse(code: &'static str, cause: String, fix: String) -> ControlError {
    ControlError::new(StatusCode::BAD_REQUEST, code, cause, fix)
}
