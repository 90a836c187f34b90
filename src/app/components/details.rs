//! Details: something that stays closed until its line is clicked.

use yew::prelude::*;

/// Properties of [`Details`].
#[derive(Clone, PartialEq, Properties)]
pub struct DetailsProps {
    /// Its classes.
    #[prop_or_default]
    pub class: Classes,
    /// The name by which tests find it.
    #[prop_or_default]
    pub test: Option<AttrValue>,
    /// Its line.
    pub summary: Html,
    /// What it holds.
    pub children: Html,
}

/// Details.
#[component]
pub fn Details(props: &DetailsProps) -> Html {
    html! {
        <details class={props.class.clone()} data-test={props.test.clone()}>
            <summary>{ props.summary.clone() }</summary>
            { props.children.clone() }
        </details>
    }
}
