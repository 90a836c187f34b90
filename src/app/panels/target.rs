//! The target of the push: the app and the device.

use yew::prelude::*;

use super::certificate::CertificateTopics;
use super::findings::Findings;
use super::headers::Headers;
use crate::app::card::Card;
use crate::app::components::field::TextField;
use crate::app::components::panel::Panel;
use crate::app::form::Field;
use crate::app::page::use_page;

/// The card of the app and the device.
#[component]
pub fn TargetPanel() -> Html {
    let topic = match use_page().state.form.topic() {
        Ok(topic) => ["Topic: ", topic.as_str()].concat(),
        Err(_) => "Sets apns-topic to <bundle ID>.voip.".to_owned(),
    };
    html! {
        <Panel class="card target" id="whom-to-ring" title="Device">
            <TextField
                field={Field::BundleId}
                label="Bundle ID of the app"
                example="com.example.calls"
                hint={topic}
            />
            <CertificateTopics />
            <TextField
                field={Field::DeviceToken}
                label="Device token"
                example="64 hex digits"
                hint="The VoIP token from PushKit, not the one for alerts."
            />
            <Findings card={Card::Device} name="What will go wrong with the device" />
            <Headers />
            <Findings card={Card::Headers} name="What will go wrong with the headers" />
        </Panel>
    }
}
