//! List of the keys whose provider tokens the simulator accepts.

use yew::prelude::*;

use super::model::SimulatorView;
use super::order::{KEYS, Order};
use super::order_button::row_button;
use super::part::Part;
use crate::app::components::text::span;
use crate::app::message::Message;

const EMPTY: &str = "No key is enrolled: every push is refused with InvalidProviderToken. Ring the demo phone, and its key stands here.";

/// The keys, each with a button that removes it.
pub fn key_list(view: &SimulatorView, on_message: &Callback<Message>) -> Html {
    let keys = &view.keys;
    let part = Part {
        id: KEYS,
        title: "Keys",
        count: keys.count,
        empty: EMPTY,
        rest: keys.rest("keys"),
        ..Part::default()
    };
    part.with(html! {
        <ul class="rows">
            for key in &keys.entries {
                <li key={key.key_id()} class="split" data-test="simulated-key">
                    <span class="line">
                        <strong class="mono">{key.key_id().to_owned()}</strong>
                        {span("hint", &key.summary())}
                    </span>
                    {row_button(
                        on_message,
                        "remove-key",
                        "Remove",
                        &["key ", key.key_id()].concat(),
                        Order::remove_key(key.key_id()),
                    )}
                </li>
            }
        </ul>
    })
}
