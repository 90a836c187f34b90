//! A text field with its label.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of a text field.
#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    /// Its id, which is its name for tests too.
    pub id: AttrValue,
    /// Its label.
    pub label: AttrValue,
    /// Its text, until somebody types another one.
    #[prop_or_default]
    pub value: AttrValue,
    /// Its example.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// Receiver of the text when it is entered.
    pub on_enter: Callback<String>,
}

/// A text field with its label. What somebody types stays while the page draws it anew: only its
/// default value is set.
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
