//! The keyboard, wherever the focus is.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// Calls `on_escape` at Escape, until dropped.
pub fn watch_escape(on_escape: impl Fn() + 'static) -> EventListener {
    EventListener::new(&document(), "keydown", move |event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape") {
            on_escape();
        }
    })
}

/// Calls `on_send` at Ctrl+Enter or ⌘+Enter, until dropped.
pub fn watch_send(on_send: impl Fn() + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&document(), "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.key() == "Enter" && (key.ctrl_key() || key.meta_key()) && !key.repeat() {
            event.prevent_default();
            on_send();
        }
    })
}
