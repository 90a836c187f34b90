//! The target of the push: the app and the device.

use yew::prelude::*;

use super::certificate::certificate_topics;
use super::findings::findings;
use super::headers::headers;
use crate::app::card::Card;
use crate::app::components::field::text_field;
use crate::app::form::Field;
use crate::app::page::Page;

const PUSHKIT: &str = "The VoIP token from PushKit, not the one for alerts.";

/// The card of the app and the device.
pub fn target(page: &Page) -> Html {
    let topic = match page.state.form.topic() {
        Ok(topic) => ["Topic: ", topic.as_str()].concat(),
        Err(_) => "Sets apns-topic to <bundle ID>.voip.".to_owned(),
    };
    html! {
        <section class="card target" aria-labelledby="whom-to-ring">
            <h2 id="whom-to-ring">{ "Device" }</h2>
            { text_field(
                page,
                Field::BundleId,
                "Bundle ID of the app",
                "com.example.calls",
                &topic,
            ) }
            { certificate_topics(page) }
            { text_field(page, Field::DeviceToken, "Device token", "64 hex digits", PUSHKIT) }
            { findings(page, Card::Device, "What will go wrong with the device") }
            { headers(page) }
            { findings(page, Card::Headers, "What will go wrong with the headers") }
        </section>
    }
}
