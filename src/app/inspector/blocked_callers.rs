//! List of the callers that a virtual iPhone blocks.

use serde_json::Value;
use yew::prelude::*;

use super::order::{BLOCK_FIELD, Order};
use super::order_button::OrderButton;
use super::settings_form::PhoneProps;
use super::text_field::TextField;
use crate::app::message::Message;

/// The blocked callers, and a field to add another.
#[component]
pub fn BlockedCallers(props: &PhoneProps) -> Html {
    let blocked = &props.phone.enrolment.blocked;
    let phone = props.phone.clone();
    let on_enter = props
        .on_message
        .reform(move |handle: String| Message::Order(Order::block(&phone, &handle)));
    html! {
        <div class="stack">
            // Keyed by the list: when a caller is added, a new empty field replaces the old one.
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
