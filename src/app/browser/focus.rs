//! The focus.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Gives the focus to the element with this id if nothing has it, because a button that did its work may be
/// gone; with `!` before the id in any case.
pub fn give(id: &str) {
    let is_lost = || document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    let (id, is_due) = match id.strip_prefix('!') {
        Some(id) => (id, true),
        None => (id, is_lost()),
    };
    if let Some(element) = document().get_element_by_id(id).filter(|_| is_due) {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}
