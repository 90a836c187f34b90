//! Text and files that leave the page: into the clipboard, or as a download.

use gloo::utils::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::Reflect;
use web_sys::{Clipboard, HtmlElement};

use crate::apns::base64url::encode_padded;

/// Copies a text; `false` if the page has no clipboard, as over plain HTTP.
pub fn copy(text: &str) -> bool {
    let clipboard = Reflect::get(&window().navigator(), &JsValue::from_str("clipboard"));
    match clipboard {
        Ok(clipboard) if clipboard.is_object() => {
            // The press of a button permits it; a browser that refuses does nothing.
            let _ = clipboard.unchecked_into::<Clipboard>().write_text(text);
            true
        }
        _ => false,
    }
}

/// Downloads a zip archive under this name.
pub fn download(name: &str, archive: &[u8]) {
    let address = ["data:application/zip;base64,", &encode_padded(archive)].concat();
    let Ok(link) = document().create_element("a") else {
        return;
    };
    let _ = link.set_attribute("href", &address);
    let _ = link.set_attribute("download", name);
    link.unchecked_into::<HtmlElement>().click();
}
