//! Route on which an app reports the events of a call.

use http::StatusCode;

use super::apps::App;
use super::event::{self, publish_receipt};
use super::receipt_body::ReceiptBody;
use super::{phones, unstored};
use crate::call::Receipt;
use crate::relay::json_body::read_body;
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::{Shared, millis};
use crate::store::NewReceipt;

/// Saves a receipt. A repeated one changes nothing and gets the same answer.
pub(super) async fn save(shared: &Shared, app: &App, body: &[u8]) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let report = read_body::<ReceiptBody>(body)?.check()?;
    let now = millis(shared.now());
    let new = NewReceipt {
        app_id: app.app.id.clone(),
        call: report.call,
        device_hash: report
            .device_token
            .map(|token| phones.device_hash(token.as_str())),
        receipt: Receipt {
            event: report.event,
            error: report.error,
            device_ms: report.device_ms,
            arrived_ms: now,
        },
    };
    let saved = phones.store.save_receipt(new, app.accounts.clone()).await;
    let Some(saved) = saved.map_err(unstored)? else {
        return Err(unknown_call());
    };
    if saved.is_new {
        publish_receipt(shared, app, &saved, report.event, now);
    }
    // The app learns that its receipt has arrived, and nothing about the send.
    let body = event::newest(&saved, report.event);
    Ok(reply::json(StatusCode::OK, &body))
}

fn unknown_call() -> Problem {
    let cause = "No call of this name was made to a device of this app in the last seven days.";
    let fix = "Send the name that stood in trill-call, from a device that is registered.";
    Problem::new(StatusCode::NOT_FOUND, "call_not_found", cause, fix).with_field("call")
}
