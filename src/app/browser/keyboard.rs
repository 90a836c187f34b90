//! Keyboard shortcuts of the whole page.

use gloo::events::EventListener;
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, InputEvent, KeyboardEvent};

use super::listener::{listen, listen_first};
use crate::app::form::Field;
use crate::app::history::Way;
use crate::app::message::{Link, Message};

/// Tells when Escape, Ctrl+Enter or ⌘+Enter is pressed, until dropped.
pub fn watch(link: &Link) -> EventListener {
    listen(&document(), "keydown", link, |event| {
        let key = event.dyn_ref::<KeyboardEvent>()?;
        match key.key().as_str() {
            "Escape" => Some(Message::Escape),
            "Enter" if (key.ctrl_key() || key.meta_key()) && !key.repeat() => {
                event.prevent_default();
                Some(Message::Send)
            }
            _ => None,
        }
    })
}

/// Tells when Ctrl or ⌘ is pressed with Z, Shift+Z or Y, until dropped. It replaces the browser's
/// own undo and redo, which cover typed text only.
pub fn watch_history(link: &Link) -> [EventListener; 2] {
    ["keydown", "beforeinput"].map(|kind| listen_first(&document(), kind, link, asked))
}

/// Returns the step in the history that an event asks for.
fn asked(event: &Event) -> Option<Message> {
    let way = match event.dyn_ref::<KeyboardEvent>() {
        Some(key) => chord(key)?,
        None => menu(event.dyn_ref::<InputEvent>()?)?,
    };
    if has_history_of_its_own(event) {
        return None;
    }
    event.prevent_default();
    Some(Message::History(way))
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
