//! Fault script: a JSON list of faults. The script is the body of `PUT /api/simulator/faults`, or a
//! file for a simulator that is started without the relay.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::bounded::{LARGEST_EXACT, MOST_TIMES, Share, Whole};
use super::fault::{Effect, Fault, Scope, Trigger};
use super::fault_kind::FaultKind;
use crate::apns::DeviceToken;
use crate::simulator::control_error::ControlError;
use crate::simulator::json_body::{Mismatch, Placed, Tagged, refuse_repeated};

/// Maximum number of faults in a script; nobody keeps an overview of more.
const MOST_FAULTS: usize = 100;

/// Fields that every fault may have, besides those of its kind.
const COMMON: [&str; 6] = ["fault", "next", "rate", "seed", "device_token", "key_id"];

/// Values of the fields in [`COMMON`].
#[derive(Deserialize)]
struct Common {
    fault: String,
    next: Option<Whole<1, MOST_TIMES>>,
    rate: Option<Share>,
    seed: Option<Whole<0, LARGEST_EXACT>>,
    device_token: Option<String>,
    key_id: Option<String>,
}

/// Reads a script. `seeds` returns the seed for a fault that has none.
pub(super) fn read(
    body: &[u8],
    mut seeds: impl FnMut() -> u64,
) -> Result<Vec<Fault>, ControlError> {
    let value: Value = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
    refuse_repeated(body)?;
    let Value::Array(entries) = value else {
        return Err(ControlError::bad_request(
            "not_a_list",
            "The script is JSON, but not a list.",
            "Send a list of faults, such as [{\"fault\": \"refuse\", \"reason\": \"TooManyRequests\", \"next\": 3}].",
        ));
    };
    if entries.len() > MOST_FAULTS {
        return Err(ControlError::unprocessable(
            "too_many_faults",
            format!("The script has more than {MOST_FAULTS} faults."),
            "Leave some out.",
        ));
    }
    let mut faults = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        faults.push(fault(&format!("[{index}]"), entry, seeds())?);
    }
    Ok(faults)
}

fn not_json(error: &serde_json::Error) -> ControlError {
    let (line, column) = (error.line(), error.column());
    ControlError::bad_request(
        "not_json",
        format!("The script is not JSON: reading stopped at line {line}, column {column}."),
        "Send one JSON list in UTF-8.",
    )
}

fn fault(place: &str, mut source: Value, own_seed: u64) -> Result<Fault, ControlError> {
    let Value::Object(fields) = &source else {
        let mismatch = Mismatch::wrong_type("an object").at(place);
        return Err(mismatch.into_refusal());
    };
    let (common, own): (Map<String, Value>, Map<String, Value>) = fields
        .clone()
        .into_iter()
        .partition(|(name, _)| COMMON.contains(&name.as_str()));
    let (common, own) = (Value::Object(common), Value::Object(own));
    let placed = |value| Placed::new(place.to_owned(), value);
    let common = Common::deserialize(placed(&common)).map_err(Mismatch::into_refusal)?;
    let tagged = Tagged {
        name: &common.fault,
        fields: placed(&own),
    };
    let kind: FaultKind = tagged
        .read()
        .map_err(|mismatch| bad_kind(mismatch, place))?;
    let seed = match common.seed {
        Some(seed) => seed.get(),
        None => own_seed & LARGEST_EXACT,
    };
    let effect = kind.effect(place, seed)?;
    let scope = scope(&common, &effect, place)?;
    source["seed"] = json!(seed);
    Ok(Fault {
        name: common.fault,
        effect,
        trigger: Trigger {
            next: common.next.map(Whole::get),
            rate: common.rate.map(|Share(rate)| rate),
            seed,
        },
        scope,
        source,
    })
}

fn bad_kind(mismatch: Mismatch, place: &str) -> ControlError {
    match mismatch.possible_names() {
        Some(names) => ControlError::unprocessable(
            "unknown_fault",
            format!("The field “{place}.fault” names no fault there is."),
            format!("Use one of: {}.", names.join(", ")),
        ),
        None => mismatch.beside(&COMMON).into_refusal(),
    }
}

fn scope(common: &Common, effect: &Effect, place: &str) -> Result<Scope, ControlError> {
    let narrowing = match (&common.device_token, &common.key_id) {
        (Some(_), _) => Some("device_token"),
        (None, Some(_)) => Some("key_id"),
        (None, None) => None,
    };
    if let (Effect::Connection(_), Some(name)) = (effect, narrowing) {
        return Err(ControlError::unprocessable(
            "whom_unknown",
            format!("The field “{place}.{name}” cannot narrow a fault of connections."),
            "Leave it out: this fault strikes before the client has said for whom it asks.",
        ));
    }
    let device_token = match common.device_token.as_deref().map(DeviceToken::parse) {
        None => None,
        Some(Ok(token)) => Some(token.as_str().to_owned()),
        Some(Err(_)) => {
            return Err(ControlError::unprocessable(
                "bad_device_token",
                format!("The field “{place}.device_token” is not hex."),
                "Use an even number of hex digits, usually 64.",
            ));
        }
    };
    Ok(Scope {
        device_token,
        key_id: common.key_id.clone(),
    })
}

/// Returns the names of all kinds of fault, as listed in the refusal of an unknown one.
#[cfg(test)]
pub(super) fn names() -> Vec<String> {
    let refusal = read(br#"[{"fault":""}]"#, || 0).expect_err("no fault has this name");
    let names = refusal.fix.trim_start_matches("Use one of: ");
    names
        .trim_end_matches('.')
        .split(", ")
        .map(str::to_owned)
        .collect()
}
