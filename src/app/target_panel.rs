//! Whom to ring: the app and the device.

use yew::prelude::*;

use super::field;
use super::form::Field;
use super::headers_panel;
use super::message::Link;
use super::state::State;

/// The second question.
pub fn view(state: &State, link: &Link) -> Html {
    let topic = match state.form.topic() {
        Ok(topic) => ["Topic: ", topic.as_str()].concat().into(),
        Err(_) => "The topic is made of it.".into(),
    };
    let kind = "The VoIP token from PushKit, not the one for alerts.";
    html! {
        <section class="card target" aria-labelledby="whom-to-ring">
            <h2 id="whom-to-ring">{ "Whom to ring" }</h2>
            { field::input(state, link, Field::BundleId, "Bundle ID of the app", "com.example.calls", Some(topic)) }
            { field::input(state, link, Field::DeviceToken, "Device token", "64 hex digits", Some(kind.into())) }
            { headers_panel::view(state, link) }
        </section>
    }
}
