//! A list to choose one entry of.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::app::action::Action;
use crate::app::message::Message;
use crate::app::page::use_page;

/// Properties of [`Select`].
#[derive(Clone, PartialEq, Properties)]
pub struct SelectProps {
    /// The name by which tests find it.
    pub test: AttrValue,
    /// Its ID.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Its name for assistive technology, where it has no label.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// The ID of what describes it.
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// Each entry: the word it is known by, and its text.
    pub entries: Vec<(String, String)>,
    /// The word of the entry that is chosen.
    pub current: String,
    /// What choosing an entry does, by its word.
    pub onchoose: Callback<String, Option<Message>>,
}

/// List to choose one entry of.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let page = use_page();
    let onchoose = props.onchoose.clone();
    let onchange = page.on(move |event: Event| {
        onchoose.emit(event.target_unchecked_into::<HtmlSelectElement>().value())
    });
    // Chosen as a property of the list: attributes of its entries have no say once somebody has chosen.
    let list = use_node_ref();
    let (shown, current) = (list.clone(), props.current.clone());
    use_effect(move || {
        if let Some(list) = shown.cast::<HtmlSelectElement>() {
            list.set_value(&current);
        }
    });
    // With keys: else the title would become the last of the entries when they are loaded.
    let option = |(word, text): &(String, String)| {
        html! { <option key={word.clone()} value={word.clone()}>{ text }</option> }
    };
    html! {
        <select
            ref={list}
            class="quiet"
            id={props.id.clone()}
            data-test={props.test.clone()}
            aria-label={props.name.clone()}
            aria-describedby={props.described_by.clone()}
            {onchange}
            onblur={page.act(|| Action::EndStep)}
        >
            { for props.entries.iter().map(option) }
        </select>
    }
}
