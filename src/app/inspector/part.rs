//! A section of the inspector: a heading with a count, and a list.

use yew::prelude::*;

/// Properties of [`Part`].
#[derive(Properties, PartialEq)]
pub struct PartProps {
    /// Element ID of the heading.
    pub id: &'static str,
    /// Text of the heading.
    pub title: &'static str,
    /// Number of entries.
    pub count: usize,
    /// Button beside the heading.
    #[prop_or_default]
    pub button: Html,
    /// Text shown if there are no entries.
    pub empty: &'static str,
    /// Note about omitted entries.
    #[prop_or_default]
    pub rest: Option<String>,
    /// The list.
    pub children: Html,
}

/// A section with a heading that can be focused.
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
