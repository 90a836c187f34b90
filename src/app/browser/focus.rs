//! The focus.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{
    HtmlElement, HtmlInputElement, HtmlTextAreaElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

use crate::app::splice::Place;

/// Gives the focus to the element with this id if nothing has it, because a button that did its work may be
/// gone; with `!` before the id in any case.
pub fn give(id: &str) {
    let is_lost = || {
        document()
            .active_element()
            .is_none_or(|element| element.tag_name() == "BODY")
    };
    let (id, is_due) = match id.strip_prefix('!') {
        Some(id) => (id, true),
        None => (id, is_lost()),
    };
    if let Some(element) = document().get_element_by_id(id).filter(|_| is_due) {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Brings an element into view, by as little as is needed.
pub fn bring_into_view(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Puts the caret where something was changed, and the focus too if `takes_focus`. What is folded away is unfolded.
pub fn show(place: Place, takes_focus: bool) {
    let Some(element) = document().get_element_by_id(place.name) else {
        return;
    };
    if let Some(caret) = place.caret {
        if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            let _ = area.set_selection_range(caret, caret);
        } else if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            let _ = input.set_selection_range(caret, caret);
        }
    }
    if takes_focus {
        if let Ok(Some(folded)) = element.closest("details:not([open])") {
            let _ = folded.set_attribute("open", "");
        }
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}
