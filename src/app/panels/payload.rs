//! The payload card: editor, size, findings, forecast of the phone's reaction, and Send.

use yew::prelude::*;

use super::editor::editor;
use super::findings::findings;
use super::meter::meter;
use super::oversized::oversized;
use super::payload_tools::payload_tools;
use super::receiver::receiver_panel;
use super::receiving_app::receiving_app;
use super::send_bar::send_bar;
use crate::apns::PushType;
use crate::apns::payload::Service;
use crate::app::card::Card;
use crate::app::components::field::beneath;
use crate::app::form::Field;
use crate::app::page::Page;
use crate::app::saved_draft::STORAGE_FULL;
use crate::call::phone::forecast_certainty;
use crate::call::placeholder;

/// The payload card.
pub fn payload_panel(page: &Page) -> Html {
    html! {
        <section class="card payload" aria-labelledby="what-to-say">
            <div class="row spread">
                <h2 id="what-to-say">{ "Payload" }</h2>
                { payload_tools(page) }
            </div>
            if page.state.is_unsaved {
                <p
                    class="notice finding"
                    data-test="unsaved"
                    role="status"
                    data-severity="warning"
                >
                    { STORAGE_FULL }
                </p>
            }
            { editor(page) }
            { meter(page) }
            // Above all parts that come and go, so that it does not move during typing.
            { send_bar(page) }
            { oversized(page) }
            { beneath(page, Some(Field::Payload), &page.composed.payload_finding, &forecast(page)) }
            { findings(page, Card::Payload, "What will go wrong") }
            if page.composed.filled.push_type == PushType::Voip || !page.state.form.app.is_empty() {
                { receiving_app(page) }
            }
            if page.composed.filled.push_type == PushType::Voip {
                { receiver_panel(page) }
            }
        </section>
    }
}

/// Returns the hint about the phone's reaction to the payload.
fn forecast(page: &Page) -> String {
    let filled = &page.composed.filled;
    if filled.push_type != PushType::Voip {
        let about = filled.push_type.about();
        return format!("Push type {}: no call. {about}", filled.push_type.as_str());
    }
    let mut forecast = match &page.composed.payload {
        Ok(payload) => match Service::of(payload.value()) {
            Some(service) => format!(
                "On the phone: the app gets a request to {}.",
                service.name()
            ),
            None => {
                let certainty = forecast_certainty(payload.value(), &page.composed.app);
                let forecast = filled.preview_of(payload).forecast(certainty);
                match page.state.unreported() {
                    Some(unreported) => [&forecast, " ", &unreported].concat(),
                    None => forecast,
                }
            }
        },
        Err(_) => "Not a payload yet: APNs takes one JSON object.".to_owned(),
    };
    if placeholder::has_any(&page.state.form.payload) {
        forecast.push_str(" {{…}} placeholders get new values with every send.");
    }
    forecast
}
