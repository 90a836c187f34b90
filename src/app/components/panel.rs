//! A panel: a card of the page with a heading.

use yew::prelude::*;

/// Properties of [`Panel`].
#[derive(Clone, PartialEq, Properties)]
pub struct PanelProps {
    /// CSS classes.
    pub class: Classes,
    /// Element ID of the heading.
    pub id: AttrValue,
    /// Text of the heading.
    pub title: AttrValue,
    /// Content.
    pub children: Html,
}

/// A card of the page with a heading.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    html! {
        <section class={props.class.clone()} aria-labelledby={props.id.clone()}>
            <h2 id={props.id.clone()}>{ &props.title }</h2>
            { props.children.clone() }
        </section>
    }
}
