//! The effect of an accepted push, as receipts tell it: one sentence, and the receipts.

use serde_json::Value;
use yew::prelude::*;

use crate::app::browser::clock;
use crate::app::components::text::paragraph;
use crate::app::page::Page;
use crate::app::phones::ring::has_receipts;
use crate::call::ring_state::duration;

/// The ring state of the last send, and its receipts. Without a push server the verdict has told what
/// the virtual iPhone does, so they take no place of their own.
pub fn ring(page: &Page) -> Html {
    if page.state.relay_info.phones_url().is_none() {
        return Html::default();
    }
    let ring = page.state.ring();
    let state = ring["state"].as_str().unwrap_or_default();
    let sentence = if state == "accepted" {
        "Waiting for a receipt of the app."
    } else {
        ring["sentence"].as_str().unwrap_or_default()
    };
    html! {
        <>
            if !sentence.is_empty() {
                <p class="cause ring-state" data-test="ring" data-state={state.to_owned()}>
                    { sentence.to_owned() }
                </p>
            }
            if let Some(why) = page.state.no_receipt() {
                { paragraph("hint", "no-receipt", why) }
            }
            { receipts(page.state.last_send()) }
        </>
    }
}

/// The ring state of the virtual iPhone for the line of the answer; empty with a push server.
pub fn virtual_ring(page: &Page) -> Html {
    let ring = page.state.ring();
    let state = ring["state"].as_str().unwrap_or("accepted");
    if state == "accepted" || page.state.relay_info.phones_url().is_some() {
        return Html::default();
    }
    let sentence = ring["sentence"].as_str().unwrap_or_default();
    html! {
        <>
            { " · " }
            <span data-test="ring" data-state={state.to_owned()}>{ sentence.to_owned() }</span>
        </>
    }
}

/// The receipts of the virtual iPhone; empty with a push server.
pub fn virtual_receipts(page: &Page) -> Html {
    if page.state.relay_info.phones_url().is_some() {
        return Html::default();
    }
    receipts(page.state.last_send())
}

/// The receipts of a send. Times are computed with the relay's clock; that of the device is shown.
pub fn receipts(send: &Value) -> Html {
    if !has_receipts(send) {
        return Html::default();
    }
    let all = send["receipts"].as_array().into_iter().flatten();
    html! {
        <dl class="receipts" data-test="receipts">
            { for all.map(receipt) }
        </dl>
    }
}

fn receipt(receipt: &Value) -> Html {
    let event = receipt["event"].as_str().unwrap_or_default().to_owned();
    let after = duration(receipt["after_ms"].as_u64().unwrap_or_default());
    let mut parts = vec![["after ", &after].concat()];
    if let Some(error) = receipt["error"]["sentence"].as_str() {
        parts.push(error.to_owned());
    }
    if let Some(at_ms) = receipt["device_at_ms"].as_f64() {
        parts.push(["device’s clock ", &clock::moment(at_ms)].concat());
    }
    html! {
        <>
            <dt data-test="receipt">{ event }</dt>
            <dd>{ parts.join(" · ") }</dd>
        </>
    }
}
