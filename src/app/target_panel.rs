//! Whom to ring: the app and the device.

use yew::prelude::*;

use super::field::FieldInput;
use super::form::{Field, Finding};

/// Properties for [`TargetPanel`].
#[derive(Properties, PartialEq)]
pub struct TargetPanelProps {
    /// The bundle ID.
    pub bundle_id: AttrValue,
    /// What there is to say about it.
    pub bundle_id_finding: Option<Finding>,
    /// The topic made of it.
    pub topic: Option<AttrValue>,
    /// The device token.
    pub device_token: AttrValue,
    /// What there is to say about it.
    pub device_token_finding: Option<Finding>,
    /// Called with what is typed.
    pub on_edit: Callback<(Field, String)>,
    /// Called when a field is left.
    pub on_leave: Callback<Field>,
}

/// The second question.
#[component]
pub fn TargetPanel(props: &TargetPanelProps) -> Html {
    let topic = props.topic.as_ref().map_or("The topic is made of it.".into(), |topic| format!("Topic: {topic}"));
    html! {
        <section class="card target" aria-labelledby="whom-to-ring">
            <h2 id="whom-to-ring">{ "Whom to ring" }</h2>
            <FieldInput
                field={Field::BundleId}
                label="Bundle ID of the app"
                test="bundle-id"
                value={props.bundle_id.clone()}
                placeholder="com.example.calls"
                finding={props.bundle_id_finding.clone()}
                hint={topic}
                on_edit={props.on_edit.clone()}
                on_leave={props.on_leave.clone()}
            />
            <FieldInput
                field={Field::DeviceToken}
                label="Device token"
                test="device-token"
                value={props.device_token.clone()}
                placeholder="64 hex digits"
                finding={props.device_token_finding.clone()}
                hint="The VoIP token from PushKit, not the one for alerts."
                on_edit={props.on_edit.clone()}
                on_leave={props.on_leave.clone()}
            />
        </section>
    }
}
