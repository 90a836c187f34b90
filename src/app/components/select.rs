//! A drop-down list.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of [`Select`].
#[derive(PartialEq, Properties)]
pub struct SelectProps {
    /// Test ID.
    pub test: AttrValue,
    /// Element ID.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Accessible name, if it has no label.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// Element ID of its description.
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// Value and text of each entry.
    pub entries: Vec<(String, String)>,
    /// Value of the selected entry.
    pub current: String,
    /// Callback with the value of the entry that the user chose.
    pub onchoose: Callback<String>,
    /// Callback for a list that loses the focus.
    #[prop_or_default]
    pub onblur: Option<Callback<FocusEvent>>,
}

/// A drop-down list.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let onchange = props
        .onchoose
        .reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    // Selected by the list's `value` property: browsers ignore the entries' `selected` attribute
    // once the user has chosen.
    let list = use_node_ref();
    let (shown, current) = (list.clone(), props.current.clone());
    use_effect(move || {
        if let Some(list) = shown.cast::<HtmlSelectElement>() {
            list.set_value(&current);
        }
    });
    // Keyed, so that the title stays first when the entries are loaded later.
    let option = |(word, text): &(String, String)| {
        html! { <option key={word.clone()} value={word.clone()}>{ text }</option> }
    };
    html! {
        <select
            ref={list}
            class="quiet"
            id={props.id.clone()}
            data-test={&props.test}
            aria-label={props.name.clone()}
            aria-describedby={props.described_by.clone()}
            {onchange}
            onblur={props.onblur.clone()}
        >
            { for props.entries.iter().map(option) }
        </select>
    }
}
