//! Settings of a virtual iPhone, one input each.

use serde_json::Value;
use yew::prelude::*;

use super::choice_list::ChoiceList;
use super::model::phone::ListedPhone;
use super::model::phone_settings::{SETTINGS, Setting, plain};
use super::order::Order;
use super::text_field::TextField;
use crate::app::message::Message;

/// Properties of a component about a phone.
#[derive(Properties, PartialEq)]
pub struct PhoneProps {
    /// The phone.
    pub phone: ListedPhone,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// All settings of a phone except the blocked callers.
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
