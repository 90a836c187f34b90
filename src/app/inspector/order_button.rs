//! Buttons that send an order to the simulator.

use yew::prelude::*;

use super::order::Order;
use crate::app::components::button::button;
use crate::app::message::Message;

/// A button that sends an order to the simulator.
pub fn order_button(
    on_message: &Callback<Message>,
    test: &'static str,
    text: &'static str,
    order: Order,
) -> Html {
    button("quiet", test, text, give(on_message, order))
}

/// A small button that sends an order about one row of a list.
pub fn row_button(
    on_message: &Callback<Message>,
    test: &'static str,
    text: &'static str,
    row: &str,
    order: Order,
) -> Html {
    small_button(test, text, row, give(on_message, order))
}

/// A small button about one row of a list; `row` names the row to those who cannot see it.
pub fn small_button(
    test: &'static str,
    text: &'static str,
    row: &str,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button
            type="button"
            class="quiet small"
            data-test={test}
            aria-label={[text, " ", row].concat()}
            {onclick}
        >
            { text }
        </button>
    }
}

fn give(on_message: &Callback<Message>, order: Order) -> Callback<MouseEvent> {
    on_message.reform(move |_| Message::Order(order.clone()))
}
