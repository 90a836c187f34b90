//! Kept push: a push and its answer in the form in which the store keeps them.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use super::answer::{ApnsAnswer, SendResult, outcome};
use super::memory::Key;
use crate::apns::Outcome;
use crate::apns::headers::{APNS_ID, APNS_UNIQUE_ID};
use crate::apns::uuid::Uuid;
use crate::relay::header_list::HeaderList;
use crate::relay::problem::Problem;
use crate::store::{EarlierPush, Ending, KeptPush, KeyedHash};

/// Converts a push to the form in which the store saves it.
pub(super) fn kept_push(
    Key {
        account,
        environment,
        apns_id,
    }: Key,
    share: KeyedHash,
    fingerprint: KeyedHash,
) -> KeptPush {
    KeptPush {
        account,
        share,
        environment,
        apns_id: u128::from_be_bytes(apns_id),
        fingerprint,
    }
}

/// Converts an answer to the form in which the store saves it.
pub(super) fn ending(answer: &SendResult) -> Ending {
    match (outcome(answer), answer) {
        (Outcome::Rejected | Outcome::NotSent, _) => Ending::Nothing,
        (_, Err(_)) => Ending::Unknown,
        (_, Ok(said)) => Ending::Answered {
            status: said.status().as_u16(),
            apns_unique_id: said.apns_unique_id().and_then(uuid),
        },
    }
}

/// Reads a UUID as a number; `None` for any other text.
fn uuid(value: &HeaderValue) -> Option<u128> {
    let uuid = Uuid::parse(value.to_str().ok()?)?;
    Some(number(uuid.as_str()))
}

/// Restores the answer to a push of an earlier process; `None` if the push was forgotten.
pub(super) fn earlier_answer(earlier: &EarlierPush) -> Option<SendResult> {
    let (status, apns_unique_id) = match earlier.ending {
        Ending::Nothing => return None,
        Ending::Unknown => return Some(Err(unknown_before_restart())),
        Ending::Answered {
            status,
            apns_unique_id,
        } => (StatusCode::from_u16(status).ok()?, apns_unique_id),
    };
    let mut headers = HeaderList::default();
    for (name, id) in [
        (APNS_ID, Some(earlier.push.apns_id)),
        (APNS_UNIQUE_ID, apns_unique_id),
    ] {
        if let Some(value) = id.and_then(|id| HeaderValue::try_from(hyphenated(id)).ok()) {
            headers.push(HeaderName::from_static(name), value);
        }
    }
    Some(Ok(ApnsAnswer::from_parts(status, headers, Bytes::new())))
}

/// Reads the digits of a UUID as a number.
pub(super) fn number(uuid: &str) -> u128 {
    let digits = uuid
        .bytes()
        .filter_map(|byte| char::from(byte).to_digit(16));
    digits.fold(0, |number, digit| number << 4 | u128::from(digit))
}

/// Formats a number as a UUID.
fn hyphenated(number: u128) -> String {
    let digits = format!("{number:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32]
        .map(|group| &digits[group])
        .join("-")
}

fn unknown_before_restart() -> Problem {
    let cause = "This push had no clear answer when Trill was restarted; it may have rung.";
    Problem::new(
        StatusCode::GATEWAY_TIMEOUT,
        "restarted",
        cause,
        "Look at the phone before you send again, with a new apns-id.",
    )
    .with_outcome(Outcome::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_the_same_as_a_number() {
        for uuid in [
            "eabeae54-14a8-11e5-b60b-1697f925ec7b",
            "00000000-0000-0000-0000-000000000001",
        ] {
            assert_eq!(hyphenated(number(uuid)), uuid);
        }
    }
}
