//! A button that sends an order to the simulator.

use yew::prelude::*;

use super::order::Order;
use crate::app::message::Message;

/// Properties of [`OrderButton`].
#[derive(Properties, PartialEq)]
pub struct OrderButtonProps {
    /// CSS classes.
    #[prop_or("quiet")]
    pub class: &'static str,
    /// Test ID.
    pub test: &'static str,
    /// Label.
    pub label: &'static str,
    /// Accessible name, if the label alone is not clear.
    #[prop_or_default]
    pub aria_label: Option<AttrValue>,
    /// The order to send.
    pub order: Order,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// A button that sends an order to the simulator.
#[component]
pub fn OrderButton(props: &OrderButtonProps) -> Html {
    let order = props.order.clone();
    let give = props
        .on_message
        .reform(move |_: MouseEvent| Message::Order(order.clone()));
    html! {
        <button
            class={props.class}
            type="button"
            data-test={props.test}
            aria-label={props.aria_label.clone()}
            onclick={give}
        >
            {props.label}
        </button>
    }
}
