//! A `<details>` element: content that is hidden until its summary is clicked.

use yew::prelude::*;

/// Properties of [`Details`].
#[derive(Clone, PartialEq, Properties)]
pub struct DetailsProps {
    /// CSS classes.
    #[prop_or_default]
    pub class: Classes,
    /// Test ID.
    #[prop_or_default]
    pub test: Option<AttrValue>,
    /// Summary line.
    pub summary: Html,
    /// Content.
    pub children: Html,
}

/// A `<details>` element.
#[component]
pub fn Details(props: &DetailsProps) -> Html {
    html! {
        <details class={props.class.clone()} data-test={props.test.clone()}>
            <summary>{ props.summary.clone() }</summary>
            { props.children.clone() }
        </details>
    }
}
