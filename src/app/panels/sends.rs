//! The newest sends, as the relay stores them: they outlive the tab and the program.

use serde_json::Value;
use yew::prelude::*;

use super::masthead;
use super::ring::receipts;
use crate::apns::Environment;
use crate::app::browser::clock;
use crate::app::components::text::{span, strong};
use crate::app::page::Page;
use crate::app::phones::ring::has_receipts;

/// The newest sends, collapsed while a result of this tab is shown; empty without a push server.
pub fn sends(page: &Page) -> Html {
    let state = page.state;
    let sends = &state.phones.sends;
    if sends.is_empty() || state.relay_info.phones_url().is_none() {
        return Html::default();
    }
    html! {
        <details class="sends" data-test="sends" open={state.report.is_none()}>
            <summary>{ "Newest sends" }</summary>
            <ul class="rows">{ for sends.iter().map(row) }</ul>
        </details>
    }
}

fn row(send: &Value) -> Html {
    let text = |name: &str| send[name].as_str().unwrap_or_default();
    let environment = Environment::parse(text("environment")).map_or("", masthead::name);
    let is_simulator = environment == masthead::name(Environment::Simulator);
    // Without a name of its call, no receipt can come.
    let can_ring = is_simulator || has_receipts(send) || !send["call"].is_null();
    let ring = send["ring"]["sentence"].as_str().filter(|_| can_ring);
    let outcome = send["outcome"].as_str().unwrap_or("on its way");
    let about = [environment, outcome, text("apns_id")].join(" · ");
    html! {
        <li
            key={text("apns_id").to_owned()}
            data-test="stored-send"
            data-outcome={outcome.to_owned()}
            data-ring={send["ring"]["state"].as_str().map(str::to_owned)}
        >
            <span class="line">
                { span("mono", &clock::moment(send["sent_at_ms"].as_f64().unwrap_or_default())) }
                { strong(ring.unwrap_or(outcome)) }
                { span("hint", &about) }
            </span>
            { receipts(send) }
        </li>
    }
}
