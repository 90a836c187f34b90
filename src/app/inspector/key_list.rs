//! List of the keys whose provider tokens the simulator accepts.

use std::rc::Rc;

use yew::prelude::*;

use super::model::SimulatorView;
use super::order::{KEYS, Order};
use super::order_button::OrderButton;
use super::part::Part;
use crate::app::message::Message;

const EMPTY: &str = "No key is enrolled: every push is refused with InvalidProviderToken. Ring the demo phone, and its key stands here.";

/// Properties of [`KeyList`].
#[derive(Properties, PartialEq)]
pub struct KeyListProps {
    /// Contents of the simulator.
    pub view: Rc<SimulatorView>,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// The keys, each with a button that removes it.
#[component]
pub fn KeyList(props: &KeyListProps) -> Html {
    let keys = &props.view.keys;
    html! {
        <Part id={KEYS} title="Keys" count={keys.count} empty={EMPTY} rest={keys.rest("keys")}>
            <ul class="rows">
                for key in &keys.entries {
                    <li key={key.key_id.clone()} class="split" data-test="simulated-key">
                        <span class="line">
                            <strong class="mono">{&key.key_id}</strong>
                            <span class="hint">{key.summary()}</span>
                        </span>
                        <OrderButton
                            class="quiet small"
                            test="remove-key"
                            label="Remove"
                            aria_label={format!("Remove key {}", key.key_id)}
                            order={Order::remove_key(&key.key_id)}
                            on_message={&props.on_message}
                        />
                    </li>
                }
            </ul>
        </Part>
    }
}
