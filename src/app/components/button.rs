//! A push button.

use yew::prelude::*;

/// A push button with CSS classes, a test ID, a text and the callback of a press.
pub fn button(
    class: &'static str,
    test: &'static str,
    text: &str,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button type="button" {class} data-test={test} {onclick}>{ text }</button>
    }
}
