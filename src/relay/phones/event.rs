//! Events of devices and receipts on the page's event stream. They are seen by the accounts that
//! see the app, in any session.

use serde_json::{Value, json};

use super::apps::App;
use super::device_routes;
use crate::call::{Receipt, ReceiptEvent, RingState};
use crate::relay::event_stream::publish;
use crate::relay::{Shared, millis};
use crate::store::{Device, SavedReceipt};

/// Publishes a change of a registered device.
pub(super) fn publish_registration(
    shared: &Shared,
    app: &App,
    device: &Device,
    change: &'static str,
) {
    let data = json!({
        "device_token": device.device_token,
        "change": change,
        "device": device_routes::document(device, &app.app.name),
        "at_ms": millis(shared.now()),
    });
    publish(
        shared,
        &app.audience,
        "registration",
        (&device.device_token, data),
    );
}

/// Publishes a receipt with the state of its send.
pub(super) fn publish_receipt(
    shared: &Shared,
    app: &App,
    saved: &SavedReceipt,
    event: ReceiptEvent,
    now: u64,
) {
    let send = &saved.report.send;
    let token = saved.device_token.as_deref().unwrap_or_default();
    let receipts = &saved.report.receipts;
    let data = json!({
        "device_token": token,
        "apns_id": send.apns_id,
        "environment": send.environment.as_str(),
        "call": send.call,
        "receipt": newest(saved, event),
        "ring": RingState::of(send.sent_ms, receipts, now).to_value(),
        "at_ms": now,
    });
    publish(shared, &app.audience, "receipt", (token, data));
}

/// The receipt of an event as JSON.
pub(super) fn newest(saved: &SavedReceipt, event: ReceiptEvent) -> Value {
    let mut receipts = saved.report.receipts.iter();
    let newest = receipts.find(|receipt| receipt.event == event);
    newest.map(Receipt::to_value).unwrap_or_default()
}
