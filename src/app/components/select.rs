//! A drop-down list.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::text;

/// Value and text of an entry.
pub type Entry = (String, String);
/// Title and entries of a group.
pub type Group = (&'static str, Vec<Entry>);

/// A drop-down list.
///
/// Its entry is selected by [`show_chosen`](crate::app::browser::selects::show_chosen) after each
/// rendering.
#[derive(Default)]
pub struct Select {
    /// Test ID.
    pub test: AttrValue,
    /// Element ID.
    pub id: Option<AttrValue>,
    /// Accessible name, if it has no label.
    pub name: Option<&'static str>,
    /// Element ID of its description.
    pub described_by: Option<&'static str>,
    /// Entries above the groups.
    pub entries: Vec<Entry>,
    /// Groups of entries.
    pub groups: Vec<Group>,
    /// Value of the selected entry.
    pub current: String,
    /// Callback with the value of the entry that the user chose.
    pub onchoose: Callback<String>,
    /// Callback for a list that loses the focus.
    pub onblur: Option<Callback<FocusEvent>>,
}

impl Select {
    /// The list.
    pub fn html(self) -> Html {
        let onchange = self
            .onchoose
            .reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
        html! {
            <select
                class="quiet"
                id={self.id}
                data-test={self.test}
                data-chosen={self.current}
                aria-label={self.name}
                aria-describedby={self.described_by}
                {onchange}
                onblur={self.onblur}
            >
                { for self.entries.into_iter().map(option) }
                { for self.groups.into_iter().map(group) }
            </select>
        }
    }

    /// The list with its label, and a hint beneath, which may be empty. `width` is the CSS class of
    /// its width.
    pub fn labelled(self, width: &'static str, label: &'static str, hint: &'static str) -> Html {
        html! {
            <div class={classes!("field", width)}>
                <label for={self.id.clone()}>{ label }</label>
                { self.html() }
                if !hint.is_empty() {
                    { text::hint(hint) }
                }
            </div>
        }
    }
}

/// An entry. It has a key, so that the title stays first when the others are loaded later.
fn option((word, text): Entry) -> Html {
    html! { <option key={word.clone()} value={word}>{ text }</option> }
}

fn group((title, entries): Group) -> Html {
    html! {
        <optgroup key={title} label={title}>{ for entries.into_iter().map(option) }</optgroup>
    }
}

/// Adds an entry to the group with this title, or to a new one.
pub fn add_to_group(groups: &mut Vec<Group>, title: &'static str, entry: Entry) {
    match groups.iter_mut().find(|(other, _)| *other == title) {
        Some((_, entries)) => entries.push(entry),
        None => groups.push((title, vec![entry])),
    }
}

/// Entries of values and texts that are known at compile time.
pub fn entries_of(known: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    for (value, text) in known {
        entries.push(((*value).to_owned(), (*text).to_owned()));
    }
    entries
}
