//! A button.

use yew::prelude::*;

/// Properties of [`Button`].
#[derive(Clone, PartialEq, Properties)]
pub struct ButtonProps {
    /// CSS classes.
    pub class: Classes,
    /// Test ID.
    pub test: AttrValue,
    /// Element ID, if the button can be focused by program.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Accessible name, if the text alone is not clear.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// `true` if pressing it does nothing at present; it stays focusable.
    #[prop_or_default]
    pub is_disabled: Option<bool>,
    /// Callback of a press.
    pub onclick: Callback<MouseEvent>,
    /// Text of the button.
    pub children: Html,
}

/// A push button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    html! {
        <button
            type="button"
            class={props.class.clone()}
            id={props.id.clone()}
            data-test={props.test.clone()}
            aria-label={props.name.clone()}
            aria-disabled={props.is_disabled.map(|is_disabled| is_disabled.to_string())}
            onclick={props.onclick.clone()}
        >
            { props.children.clone() }
        </button>
    }
}
