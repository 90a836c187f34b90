//! A part of the inspector: a heading with a count, and a list.

use yew::prelude::*;

/// Properties of a part.
#[derive(Properties, PartialEq)]
pub struct PartProps {
    /// The id of the heading.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Number of entries.
    pub count: usize,
    /// The button beside the heading.
    #[prop_or_default]
    pub button: Html,
    /// Text that is shown instead of entries when there are none.
    pub empty: &'static str,
    /// Text about the entries that are left out.
    #[prop_or_default]
    pub rest: Option<String>,
    /// The list.
    pub children: Html,
}

/// A section with a heading that can get the focus.
#[component]
pub fn Part(props: &PartProps) -> Html {
    html! {
        <section class="stack" aria-labelledby={props.id}>
            <div class="row">
                <h3 id={props.id} tabindex="-1">{props.title}</h3>
                <span class="count">{props.count}</span>
                {props.button.clone()}
            </div>
            if props.count == 0 {
                <p class="empty">{props.empty}</p>
            }
            {props.children.clone()}
            if let Some(rest) = &props.rest {
                <p class="hint">{rest}</p>
            }
        </section>
    }
}
