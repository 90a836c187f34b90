//! A button that gives an order.

use yew::prelude::*;

use super::order::Order;
use crate::app::message::Message;

/// Properties of the button.
#[derive(Properties, PartialEq)]
pub struct OrderButtonProps {
    /// Its classes.
    #[prop_or("quiet")]
    pub class: &'static str,
    /// Its name for tests.
    pub test: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Its name for screen readers, if the label does not say enough.
    #[prop_or_default]
    pub aria_label: Option<AttrValue>,
    /// The order.
    pub order: Order,
    /// Receiver of the order.
    pub on_message: Callback<Message>,
}

/// A button that gives an order when it is pressed.
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
