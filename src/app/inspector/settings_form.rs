//! Settings of a virtual iPhone, one input each.

use serde_json::Value;
use yew::prelude::*;

use super::model::phone::ListedPhone;
use super::model::phone_settings::{SETTINGS, Setting, plain};
use super::order::Order;
use super::text_field::text_field;
use crate::apns::json;
use crate::app::components::select::Select;
use crate::app::message::Message;

/// All settings of a phone except the blocked callers.
pub fn settings_form(phone: &ListedPhone, on_message: &Callback<Message>) -> Html {
    html! {
        <div class="settings">
            for setting in &SETTINGS {
                {field(phone, setting, on_message)}
            }
        </div>
    }
}

fn field(phone: &ListedPhone, setting: &'static Setting, on_message: &Callback<Message>) -> Html {
    let value = phone.value(setting.field);
    let listed = phone.clone();
    let on_change = on_message
        .reform(move |value: Value| Message::Order(Order::set(&listed, setting.field, value)));
    let (id, label) = (AttrValue::from(setting.id()), setting.label);
    if setting.choices.is_empty() {
        let on_enter = on_change.reform(|text: String| Value::from(text.trim()));
        let input = text_field(id, label, &plain(value), "", &on_enter);
        return html! { <div class="field">{input}</div> };
    }
    let onchoose = on_change.reform(|json: String| serde_json::from_str(&json).unwrap_or_default());
    Select {
        test: id.clone(),
        id: Some(id),
        entries: setting.choices_with(value),
        current: json::compact(value),
        onchoose,
        ..Select::default()
    }
    .labelled("", label, "")
}
