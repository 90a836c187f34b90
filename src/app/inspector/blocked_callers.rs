//! List of the callers that a virtual iPhone blocks.

use serde_json::Value;
use yew::prelude::*;

use super::model::phone::ListedPhone;
use super::order::{BLOCK_FIELD, Order};
use super::order_button::row_button;
use super::text_field::text_field;
use crate::apns::json;
use crate::app::components::text::span;
use crate::app::message::Message;

/// The blocked callers, and a field to add another.
pub fn blocked_callers(phone: &ListedPhone, on_message: &Callback<Message>) -> Html {
    let blocked = phone.blocked();
    let changed = phone.clone();
    let on_enter =
        on_message.reform(move |handle: String| Message::Order(Order::block(&changed, &handle)));
    let placeholder = "handle, then Enter";
    html! {
        <div class="stack">
            // Keyed by the list: when a caller is added, a new empty field replaces the old one.
            <div class="field" key={json::compact(&Value::from(blocked.clone()))}>
                {text_field(BLOCK_FIELD.into(), "Block another caller", "", placeholder, &on_enter)}
            </div>
            <ul class="rows">
                for (index, handle) in blocked.into_iter().enumerate() {
                    <li key={format!("{index} {handle}")} class="split" data-test="blocked">
                        <span class="line">{span("mono", handle)}</span>
                        {row_button(
                            on_message,
                            "unblock",
                            "Allow",
                            handle,
                            Order::unblock(phone, index),
                        )}
                    </li>
                }
            </ul>
        </div>
    }
}
