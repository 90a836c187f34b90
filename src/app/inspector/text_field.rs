//! A labelled text field.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Label and input of a text field, whose ID is its test ID too. Typed text survives a redraw of
/// the page, because only the default value is set.
pub fn text_field(
    id: AttrValue,
    label: &'static str,
    value: &str,
    placeholder: &'static str,
    on_enter: &Callback<String>,
) -> Html {
    let enter =
        on_enter.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <>
            <label for={&id}>{label}</label>
            <input
                id={&id}
                data-test={&id}
                type="text"
                ~defaultValue={value}
                {placeholder}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                onchange={enter}
            />
        </>
    }
}
