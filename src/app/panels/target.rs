//! Whom to ring: the app and the device.

use crate::app::components::field;
use crate::app::form::Field;
use crate::app::message::Link;
use crate::app::panels::certificate;
use crate::app::panels::findings;
use crate::app::panels::headers;
use crate::app::remark::Remark;
use crate::app::state::State;
use crate::app::tag::{Tag, card};

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
                .map(|certificate| certificate::topics(certificate, link)),
        )
        .with(field::input(
            state,
            link,
            Field::DeviceToken,
            "Device token",
            "64 hex digits",
            Some(kind.into()),
        ))
        .with(findings::some(
            device,
            link,
            "What will go wrong with the device",
        ))
        .with(headers::view(state, link))
        .with(findings::some(
            headers,
            link,
            "What will go wrong with the headers",
        ))
}
