//! A panel: a card of the page with a heading.

use yew::prelude::*;

/// Properties of [`Panel`].
#[derive(Clone, PartialEq, Properties)]
pub struct PanelProps {
    /// Its classes.
    pub class: Classes,
    /// The ID of its heading.
    pub id: AttrValue,
    /// Its heading.
    pub title: AttrValue,
    /// What it holds.
    pub children: Html,
}

/// Panel.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    html! {
        <section class={props.class.clone()} aria-labelledby={props.id.clone()}>
            <h2 id={props.id.clone()}>{ &props.title }</h2>
            { props.children.clone() }
        </section>
    }
}
