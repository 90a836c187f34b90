//! A section of the inspector: a heading with a count, and a list.

use yew::prelude::*;

use crate::app::components::text::{hint, paragraph, span};

/// A section of the inspector.
#[derive(Default)]
pub struct Part {
    /// Element ID of the heading.
    pub id: &'static str,
    /// Text of the heading.
    pub title: &'static str,
    /// Number of entries.
    pub count: usize,
    /// Button beside the heading.
    pub button: Html,
    /// Text shown if there are no entries.
    pub empty: &'static str,
    /// Note about omitted entries.
    pub rest: Option<String>,
}

impl Part {
    /// The section with its list; the heading can be focused.
    pub fn with(self, list: Html) -> Html {
        html! {
            <section class="stack" aria-labelledby={self.id}>
                <div class="row">
                    <h3 id={self.id} tabindex="-1">{self.title}</h3>
                    {span("count", &self.count.to_string())}
                    {self.button}
                </div>
                if self.count == 0 {
                    {paragraph("empty", "", self.empty)}
                }
                {list}
                if let Some(rest) = self.rest {
                    {hint(&rest)}
                }
            </section>
        }
    }
}
