//! Keyboard shortcuts of the whole page.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, InputEvent, KeyboardEvent};

use crate::app::form::Field;

/// Calls `on_escape` when Escape is pressed, until dropped.
pub fn watch_escape(on_escape: impl Fn() + 'static) -> EventListener {
    EventListener::new(&document(), "keydown", move |event| {
        if event
            .dyn_ref::<KeyboardEvent>()
            .is_some_and(|key| key.key() == "Escape")
        {
            on_escape();
        }
    })
}

/// Calls `on_send` when Ctrl+Enter or ⌘+Enter is pressed, until dropped.
pub fn watch_send(on_send: impl Fn() + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&document(), "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if key.key() == "Enter" && (key.ctrl_key() || key.meta_key()) && !key.repeat() {
            event.prevent_default();
            on_send();
        }
    })
}

/// Direction in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Undo.
    Back,
    /// Redo.
    Forth,
}

/// Calls `on_way` at Ctrl or ⌘ with Z, Shift+Z or Y, until dropped. It replaces the browser's own
/// undo and redo, which cover typed text only.
pub fn watch_history(on_way: impl Fn(Way) + Clone + 'static) -> [EventListener; 2] {
    ["keydown", "beforeinput"].map(|kind| {
        let on_way = on_way.clone();
        let options = EventListenerOptions {
            phase: gloo::events::EventListenerPhase::Capture,
            passive: false,
        };
        EventListener::new_with_options(&document(), kind, options, move |event| {
            let asked = match (
                event.dyn_ref::<KeyboardEvent>(),
                event.dyn_ref::<InputEvent>(),
            ) {
                (Some(key), _) => chord(key),
                (_, Some(input)) => menu(input),
                _ => None,
            };
            if let Some(way) = asked.filter(|_| !has_history_of_its_own(event)) {
                event.prevent_default();
                on_way(way);
            }
        })
    })
}

fn chord(key: &KeyboardEvent) -> Option<Way> {
    if key.is_composing() || key.alt_key() || !(key.ctrl_key() || key.meta_key()) {
        return None;
    }
    let (typed, code) = (key.key().to_ascii_lowercase(), key.code());
    // On a layout without Latin letters, use the physical key.
    let letter = if typed.is_ascii() {
        typed.as_str()
    } else {
        code.strip_prefix("Key").unwrap_or_default()
    };
    match (letter, key.shift_key()) {
        ("z" | "Z", false) => Some(Way::Back),
        ("z" | "Z", true) | ("y" | "Y", false) => Some(Way::Forth),
        _ => None,
    }
}

fn menu(input: &InputEvent) -> Option<Way> {
    match input.input_type().as_str() {
        "historyUndo" => Some(Way::Back),
        "historyRedo" => Some(Way::Forth),
        _ => None,
    }
}

/// Returns `true` for a text field outside the form, such as the box for a key's text, which keeps
/// the browser's undo.
fn has_history_of_its_own(event: &Event) -> bool {
    let Some(element) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return false;
    };
    let is_text = match element.tag_name().as_str() {
        "TEXTAREA" => true,
        "INPUT" => !matches!(
            element.get_attribute("type").as_deref(),
            Some("radio" | "checkbox" | "file")
        ),
        _ => false,
    };
    is_text && Field::named(&element.id()).is_none()
}
