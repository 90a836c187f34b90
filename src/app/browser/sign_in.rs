//! The sign-in dialog. It is part of the document, and `boot.js` handles it: a link with an access
//! token signs in before the page is loaded.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Opens the dialog over the page.
pub fn ask() {
    if let Some(dialog) = dialog() {
        let _ = dialog.show_modal();
    }
}

/// Sets the sign-in mode, which selects the text of the dialog.
pub fn set_mode(mode: &str) {
    if let Some(dialog) = dialog() {
        let _ = dialog.set_attribute("data-mode", mode);
    }
}

/// Shows a message in the dialog.
pub fn say(text: &str) {
    if let Ok(Some(says)) = document().query_selector("#sign-in [role=alert]") {
        says.set_text_content(Some(text));
    }
}

fn dialog() -> Option<HtmlDialogElement> {
    Some(document().get_element_by_id("sign-in")?.unchecked_into())
}
