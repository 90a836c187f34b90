//! The sign-in. It stands in the document, where `boot.js` serves it: a link with an access token is
//! taken before the page is loaded.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Asks for it over the page, which stays as it is.
pub fn ask() {
    if let Some(dialog) = dialog() {
        let _ = dialog.show_modal();
    }
}

/// Says how people sign in here.
pub fn set_mode(mode: &str) {
    if let Some(dialog) = dialog() {
        let _ = dialog.set_attribute("data-mode", mode);
    }
}

/// Says something in it.
pub fn say(text: &str) {
    if let Ok(Some(says)) = document().query_selector("#sign-in [role=alert]") {
        says.set_text_content(Some(text));
    }
}

fn dialog() -> Option<HtmlDialogElement> {
    Some(document().get_element_by_id("sign-in")?.unchecked_into())
}
