//! Whom to ring: the app and the device.

use super::certificate_panel;
use super::field;
use super::findings_panel;
use super::form::Field;
use super::headers_panel;
use super::message::Link;
use super::remark::Remark;
use super::state::State;
use super::tag::{Tag, card};

/// The second question.
pub fn view(state: &State, link: &Link, device: Vec<Remark>, headers: Vec<Remark>) -> Tag {
    let topic = match state.form.topic() {
        Ok(topic) => ["Topic: ", topic.as_str()].concat().into(),
        Err(_) => "The topic is made of it.".into(),
    };
    let kind = "The VoIP token from PushKit, not the one for alerts.";
    card("card target", "whom-to-ring", "Whom to ring")
        .with(field::input(
            state,
            link,
            Field::BundleId,
            "Bundle ID of the app",
            "com.example.calls",
            Some(topic),
        ))
        .with(
            state
                .certificate()
                .map(|certificate| certificate_panel::topics(certificate, link)),
        )
        .with(field::input(
            state,
            link,
            Field::DeviceToken,
            "Device token",
            "64 hex digits",
            Some(kind.into()),
        ))
        .with(findings_panel::some(
            device,
            link,
            "What will go wrong with the device",
        ))
        .with(headers_panel::view(state, link))
        .with(findings_panel::some(
            headers,
            link,
            "What will go wrong with the headers",
        ))
}
