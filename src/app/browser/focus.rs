//! Keyboard focus, caret and scroll position.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{
    HtmlElement, HtmlInputElement, HtmlTextAreaElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

use crate::app::splice::Place;

/// Focuses the element with this ID if no element has the focus, which happens when the button that
/// was pressed is removed. An ID that begins with `!` is focused in any case.
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

/// Scrolls an element into view, no farther than needed.
pub fn bring_into_view(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Puts the caret where the text was changed and, if `takes_focus`, focuses the field, opening the
/// `<details>` around it.
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
