//! The focus.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Gives the focus to the element with this id, if nothing has it: a button that did its work may be gone.
pub fn recover(id: &str) {
    let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    if let Some(element) = document().get_element_by_id(id).filter(|_| is_lost) {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}
