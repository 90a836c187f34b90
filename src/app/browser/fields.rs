//! What stands in the fields of the page, by their ids.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};

use crate::apns::json::quoted;

/// As JSON: of a list what is chosen, which is JSON already; of a field its text, or else its example.
pub fn value(id: &str) -> String {
    let Some(element) = document().get_element_by_id(id) else {
        return String::new();
    };
    match element.dyn_into::<HtmlInputElement>() {
        Ok(input) if input.value().is_empty() => quoted(&input.placeholder()),
        Ok(input) => quoted(input.value().trim()),
        Err(other) => other.unchecked_into::<HtmlSelectElement>().value(),
    }
}
