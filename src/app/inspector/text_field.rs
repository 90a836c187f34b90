//! A labelled text field.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`TextField`].
#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    /// Element ID and test ID.
    pub id: AttrValue,
    /// Label.
    pub label: AttrValue,
    /// Initial text.
    #[prop_or_default]
    pub value: AttrValue,
    /// Placeholder text.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// Callback with the text, when it is entered.
    pub on_enter: Callback<String>,
}

/// A labelled text field. Typed text survives a redraw of the page, because only the default value
/// is set.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let enter = props
        .on_enter
        .reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <div class="field">
            <label for={&props.id}>{&props.label}</label>
            <input
                id={&props.id}
                data-test={&props.id}
                type="text"
                ~defaultValue={&*props.value}
                placeholder={props.placeholder.clone()}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                onchange={enter}
            />
        </div>
    }
}
