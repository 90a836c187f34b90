//! Send report: a send with its receipts and their effect, as JSON. Times are those of the relay;
//! the clock of a device is only shown.

use http::StatusCode;
use serde_json::{Value, json};

use super::unstored;
use crate::apns::{ApnsId, Environment, Outcome};
use crate::call::{Receipt, RingState};
use crate::relay::client::Client;
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::{Shared, millis, send};
use crate::store::SendReport;

/// Most sends of a list.
const MOST: u64 = 1_000;
/// Sends of a list without a limit.
const USUAL: u64 = 100;

/// Longer than any send takes, in milliseconds.
const LONGEST_SEND_MS: u64 = 60_000;

/// Answers with the newest sends of a client.
pub(crate) async fn list(shared: &Shared, client: &Client, query: &str) -> Result<Reply, Problem> {
    let phones = super::phones(shared)?;
    let account = phones.account(client);
    let sends = phones.store.sends(account, limit(query)?).await;
    let now = millis(shared.now());
    let sends = sends.map_err(unstored)?;
    let mut documents = Vec::new();
    for report in &sends {
        let mut document = document(report, now);
        add_virtual(shared, client, &report.send.apns_id, &mut document);
        documents.push(document);
    }
    Ok(reply::json(StatusCode::OK, &json!({ "sends": documents })))
}

/// Answers with one send: as it is remembered for ten minutes, and as it is stored for seven days.
pub(crate) async fn answer(
    shared: &Shared,
    client: &Client,
    apns_id: &str,
) -> Result<Reply, Problem> {
    let apns_id = send::apns_id_in_path(apns_id)?;
    let stored = stored(shared, client, &apns_id).await?;
    let remembered = send::remembered(shared, client, &apns_id);
    let (status, mut document) = match (remembered, &stored) {
        (Some(remembered), _) => remembered,
        (None, Some(_)) => (StatusCode::OK, json!({})),
        (None, None) => return Err(send::not_remembered()),
    };
    if let (Value::Object(document), Some(Value::Object(stored))) = (&mut document, stored) {
        for (name, value) in stored {
            document.entry(name).or_insert(value);
        }
    }
    add_virtual(shared, client, apns_id.as_str(), &mut document);
    Ok(reply::json(status, &document))
}

/// Adds the receipts of a virtual iPhone, unless an app has sent some. They are not stored: of a
/// push before the simulator started, nothing is known.
fn add_virtual(shared: &Shared, client: &Client, apns_id: &str, document: &mut Value) {
    let mut receipts = document["receipts"].as_array().into_iter().flatten();
    if receipts.next().is_some() {
        return;
    }
    let is_simulator = document["environment"]
        .as_str()
        .and_then(Environment::parse)
        .is_some_and(Environment::is_simulator);
    match shared.simulator.report(&client.caller, apns_id) {
        Some(report) => {
            let now = millis(shared.now());
            let ring = RingState::of(report.accepted_ms, &report.receipts, now);
            document["receipts"] = values(&report.receipts, report.accepted_ms);
            document["ring"] = ring.to_value();
        }
        None if is_simulator && document["ring"]["state"] == RingState::Nothing.as_str() => {
            document["ring"] = Value::Null;
        }
        None => {}
    }
}

/// Receipts as JSON, with the time since the push left at `sent_ms`.
fn values(receipts: &[Receipt], sent_ms: u64) -> Value {
    let all = receipts.iter();
    all.map(|receipt| receipt.to_value_since(sent_ms)).collect()
}

/// The stored send as JSON, if there is one.
async fn stored(
    shared: &Shared,
    client: &Client,
    apns_id: &ApnsId,
) -> Result<Option<Value>, Problem> {
    let Some(phones) = &shared.phones else {
        return Ok(None);
    };
    let account = phones.account(client);
    let report = phones
        .store
        .send(account, apns_id.as_str().to_owned())
        .await;
    let now = millis(shared.now());
    Ok(report
        .map_err(unstored)?
        .map(|report| document(&report, now)))
}

fn document(report: &SendReport, now: u64) -> Value {
    let SendReport { send, receipts } = report;
    let result = send.result.as_ref();
    let outcome = match result {
        Some(result) => Outcome::parse(&result.outcome),
        // The relay ended before the answer came.
        None if now.saturating_sub(send.sent_ms) > LONGEST_SEND_MS => Some(Outcome::Unknown),
        None => None,
    };
    let may_ring = matches!(outcome, None | Some(Outcome::Accepted | Outcome::Unknown));
    json!({
        "apns_id": send.apns_id,
        "environment": send.environment.as_str(),
        "call": send.call,
        "outcome": outcome.map(Outcome::as_str),
        "status": result.map(|result| result.status),
        "sent_at_ms": send.sent_ms,
        "answered_at_ms": result.map(|result| result.answered_ms),
        "receipts": values(receipts, send.sent_ms),
        "ring": may_ring.then(|| RingState::of(send.sent_ms, receipts, now).to_value()),
    })
}

/// Reads the query of a list.
fn limit(query: &str) -> Result<u64, Problem> {
    if query.is_empty() {
        return Ok(USUAL);
    }
    let limit = query
        .strip_prefix("limit=")
        .and_then(|limit| limit.parse().ok());
    match limit {
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        _ => {
            let cause = "The query of the list is not one limit.";
            let fix = format!("Use ?limit=N with a number from 1 to {MOST}, or no query.");
            Err(Problem::new(StatusCode::BAD_REQUEST, "bad_query", cause, fix).with_field("limit"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{HashKey, KeptSend};

    #[test]
    fn a_send_without_a_result_is_in_flight_and_then_unknown() {
        let hash = HashKey::from_bytes(&[1; 32]).hash(&[]);
        let report = SendReport {
            send: KeptSend {
                account: hash,
                environment: Environment::Sandbox,
                apns_id: String::new(),
                call: None,
                device_hash: hash,
                sent_ms: 1_000,
                result: None,
            },
            receipts: Vec::new(),
        };
        let outcome = |now: u64| document(&report, now)["outcome"].clone();
        assert_eq!(
            (outcome(2_000), outcome(61_001)),
            (Value::Null, "unknown".into())
        );
    }
}
