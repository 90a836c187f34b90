//! A button.

use yew::prelude::*;

/// Properties of [`Button`].
#[derive(Clone, PartialEq, Properties)]
pub struct ButtonProps {
    /// Its classes.
    pub class: Classes,
    /// The name by which tests find it.
    pub test: AttrValue,
    /// Its ID, where it is given the focus.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Its name for assistive technology, where its text does not say enough.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// True if pressing it does nothing now; it keeps the focus all the same.
    #[prop_or_default]
    pub is_disabled: Option<bool>,
    /// What pressing it does.
    pub onclick: Callback<MouseEvent>,
    /// Its text.
    pub children: Html,
}

/// Button.
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
