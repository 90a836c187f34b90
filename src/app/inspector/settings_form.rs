//! Settings of a virtual iPhone, each in a field of its own.

use serde_json::Value;
use yew::prelude::*;

use super::inputs::{ChoiceList, TextField};
use super::model::ListedPhone;
use super::order::{BLOCK_FIELD, Order};
use super::order_button::OrderButton;
use super::phone_settings::{SETTINGS, Setting, plain};
use crate::app::message::Message;

/// Properties of the settings.
#[derive(Properties, PartialEq)]
pub struct PhoneProps {
    /// The phone.
    pub phone: ListedPhone,
    /// Receiver of the orders.
    pub on_message: Callback<Message>,
}

/// All settings of a phone but the blocked callers.
#[component]
pub fn SettingsForm(props: &PhoneProps) -> Html {
    html! {
        <div class="settings">
            for setting in &SETTINGS {
                {field(props, setting)}
            }
        </div>
    }
}

fn field(props: &PhoneProps, setting: &'static Setting) -> Html {
    let phone = props.phone.clone();
    let value = phone.enrolment.value(setting.field);
    let on_change = props
        .on_message
        .reform(move |value: Value| Message::Order(Order::set(&phone, setting.field, value)));
    if setting.choices.is_empty() {
        let on_enter = on_change.reform(|text: String| Value::from(text.trim()));
        return html! {
            <TextField id={setting.id()} label={setting.label} value={plain(&value)} {on_enter} />
        };
    }
    let on_choose =
        on_change.reform(|json: String| serde_json::from_str(&json).unwrap_or_default());
    html! {
        <ChoiceList
            id={setting.id()}
            label={setting.label}
            choices={setting.choices_with(&value)}
            chosen={value.to_string()}
            {on_choose}
        />
    }
}

/// The callers whose calls a phone refuses.
#[component]
pub fn BlockedCallers(props: &PhoneProps) -> Html {
    let blocked = &props.phone.enrolment.blocked;
    let phone = props.phone.clone();
    let on_enter = props
        .on_message
        .reform(move |handle: String| Message::Order(Order::block(&phone, &handle)));
    html! {
        <div class="stack">
            // Another field when there is one more: the last one's text has become a row.
            <TextField
                key={Value::from(blocked.clone()).to_string()}
                id={BLOCK_FIELD}
                label="Block another caller"
                placeholder="handle, then Enter"
                {on_enter}
            />
            <ul class="rows">
                for (index, handle) in blocked.iter().enumerate() {
                    <li key={format!("{index} {handle}")} class="split" data-test="blocked">
                        <span class="line"><span class="mono">{handle}</span></span>
                        <OrderButton
                            class="quiet small"
                            test="unblock"
                            label="Allow"
                            aria_label={format!("Allow {handle}")}
                            order={Order::unblock(&props.phone, index)}
                            on_message={&props.on_message}
                        />
                    </li>
                }
            </ul>
        </div>
    }
}
