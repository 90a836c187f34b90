//! Event listeners on the document that keep secrets out of text fields. They run in the capture
//! phase, so they check each paste, drop or keystroke in any field before the page's own handlers.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Element, Event, HtmlInputElement, HtmlTextAreaElement,
    InputEvent,
};

use super::{files, sign_in};
use crate::apns::secret::{self, Secret};
use crate::app::action::Action;
use crate::app::form::Field;
use crate::app::message::{Link, Message};
use crate::app::secret_guard::{KeptOut, Place, Refused, admit, command_without_secrets};

/// Selector of the box for pasted keys. A provider token is refused there too.
const KEY_BOX: &str = "[data-test=key-paste]";
/// Selector of the places that read dropped files: as keys, and as payloads.
const FILE_PLACES: &str = "[data-test=key-file], #payload";
/// Type that a `DataTransfer` with files lists.
const FILES: &str = "Files";

/// The listeners; dropping them ends the guard.
pub struct SecretGuard {
    _listeners: [EventListener; 7],
}

/// The field that is being changed, with its text before the change.
type Before = Rc<RefCell<Option<(Element, String)>>>;

impl SecretGuard {
    /// Installs the listeners on the document.
    pub fn watch(link: &Link) -> Self {
        let before = Before::default();
        let listen = |name: &'static str, handle: fn(&Event, &Before, &Link)| {
            let (before, link) = (Rc::clone(&before), link.clone());
            let options = EventListenerOptions {
                passive: false,
                ..EventListenerOptions::run_in_capture_phase()
            };
            EventListener::new_with_options(&document(), name, options, move |event| {
                handle(event, &before, &link)
            })
        };
        let listeners = [
            listen("dragenter", take_files),
            listen("dragover", take_files),
            listen("drop", on_drop),
            listen("paste", on_paste),
            listen("beforeinput", before_input),
            listen("input", on_input),
            listen("change", on_input),
        ];
        Self {
            _listeners: listeners,
        }
    }
}

/// Prevents the browser from opening a dropped file in place of the page, which would lose the key.
fn take_files(event: &Event, _: &Before, _: &Link) {
    if event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer)
        .is_some_and(|data| has_files(&data))
    {
        event.prevent_default();
    }
}

fn on_drop(event: &Event, _: &Before, link: &Link) {
    let Some(data) = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer)
    else {
        return;
    };
    if !has_files(&data) {
        return bring(event, &data, link);
    }
    event.prevent_default();
    let Some(target) = target(event) else { return };
    if target.closest(FILE_PLACES).ok().flatten().is_none() {
        take_file(event, &data, &target, link);
    }
}

fn on_paste(event: &Event, _: &Before, link: &Link) {
    let Some(data) = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(ClipboardEvent::clipboard_data)
    else {
        return;
    };
    match target(event) {
        Some(target) if has_files(&data) && !has_text(&data) => {
            take_file(event, &data, &target, link)
        }
        _ => bring(event, &data, link),
    }
}

/// Refuses a pasted or dropped text that contains a secret, before any part of it is inserted. Of a
/// command for the payload's editor, only the secret is refused.
fn bring(event: &Event, data: &DataTransfer, link: &Link) {
    let text = zeroize::Zeroizing::new(data.get_data("text").unwrap_or_default());
    let Some(found) = secret::find(&text) else {
        return;
    };
    let Some(target) = target(event) else { return };
    if is_welcome(&target, found.secret) {
        return;
    }
    stop(event);
    let place = place(&target);
    if place == Place::Field(Field::Payload)
        && let Some(command) = command_without_secrets(&text)
        && let Some((editor, _)) = TextField::of(event)
    {
        let typed = Action::Paste(Field::Payload, editor.with(&command));
        link.send_message(Message::Do(typed));
        let kept_out = Action::KeepOut(place, KeptOut::InCommand, None);
        link.send_message(Message::Do(kept_out));
        return;
    }
    let refused = Refused {
        secret: found.secret,
        keeps: String::new(),
        brought: Some(text),
    };
    report(place, &refused, link);
}

/// Refuses a text with a secret that is inserted otherwise than from the clipboard: dragged within
/// the page, autocompleted, or inserted by a program.
fn before_input(event: &Event, before: &Before, link: &Link) {
    let Some((field, target)) = TextField::of(event) else {
        return;
    };
    let value = field.value();
    let data = event
        .unchecked_ref::<InputEvent>()
        .data()
        .unwrap_or_default();
    if event.cancelable() && data.chars().nth(1).is_some() {
        let refused = admit(Some(&value), &field.with(&data))
            .filter(|refused| !is_welcome(&target, refused.secret));
        if let Some(refused) = refused {
            stop(event);
            report(place(&target), &refused, link);
            return;
        }
    }
    *before.borrow_mut() = Some((target, value));
}

/// Removes a secret that is complete only now, after a keystroke, an input method or undo and redo,
/// or in a browser without `beforeinput`.
fn on_input(event: &Event, before: &Before, link: &Link) {
    let Some((field, target)) = TextField::of(event) else {
        return;
    };
    let value = field.value();
    let held = before
        .borrow_mut()
        .take()
        .filter(|(element, _)| *element == target)
        .map(|(_, held)| held);
    let Some(refused) =
        admit(held.as_deref(), &value).filter(|refused| !is_welcome(&target, refused.secret))
    else {
        return;
    };
    event.stop_propagation();
    field.put(&refused.keeps, &value);
    let place = place(&target);
    if let Place::Field(field) = place {
        link.send_message(Message::Do(Action::Edit(field, refused.keeps.clone())));
    }
    report(place, &refused, link);
}

fn report(place: Place, refused: &Refused, link: &Link) {
    let (kept_out, offer) = refused.offer();
    if place == Place::SignIn {
        sign_in::say(kept_out.sentence(place));
    }
    link.send_message(Message::Do(Action::KeepOut(
        place,
        kept_out,
        offer.map(|offer| ("Pasted key".to_owned(), offer)),
    )));
}

fn take_file(event: &Event, data: &DataTransfer, target: &Element, link: &Link) {
    stop(event);
    if let Some(file) = files::first(data.files()) {
        link.send_message(Message::File(place(target), file));
    }
}

fn stop(event: &Event) {
    event.prevent_default();
    event.stop_propagation();
}

/// Returns `true` if the target is the place for such a secret.
fn is_welcome(target: &Element, secret: Secret) -> bool {
    secret == Secret::Key && target.matches(KEY_BOX).unwrap_or_default()
}

fn place(target: &Element) -> Place {
    let is_within = |selector: &str| target.closest(selector).ok().flatten().is_some();
    match Field::ALL
        .into_iter()
        .find(|field| field.name() == target.id())
    {
        Some(field) => Place::Field(field),
        None if is_within(".inspector") => Place::Simulator,
        None if is_within("#sign-in") => Place::SignIn,
        None => Place::Page,
    }
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn has_files(data: &DataTransfer) -> bool {
    data.types().iter().any(|kind| kind == FILES)
}

fn has_text(data: &DataTransfer) -> bool {
    data.get_data("text").is_ok_and(|text| !text.is_empty())
}

/// A text input or a text area.
enum TextField {
    Line(HtmlInputElement),
    Area(HtmlTextAreaElement),
}

impl TextField {
    fn of(event: &Event) -> Option<(Self, Element)> {
        let target = target(event)?;
        let field = match target.clone().dyn_into::<HtmlInputElement>() {
            Ok(line) if matches!(line.type_().as_str(), "text" | "password" | "search") => {
                Self::Line(line)
            }
            Ok(_) => return None,
            Err(other) => Self::Area(other.dyn_into().ok()?),
        };
        Some((field, target))
    }

    fn value(&self) -> String {
        match self {
            Self::Line(line) => line.value(),
            Self::Area(area) => area.value(),
        }
    }

    /// Returns the field's text with the selection replaced by `data`.
    fn with(&self, data: &str) -> String {
        let (start, end) = match self {
            Self::Line(line) => (line.selection_start(), line.selection_end()),
            Self::Area(area) => (area.selection_start(), area.selection_end()),
        };
        let value: Vec<u16> = self.value().encode_utf16().collect();
        let place = |end: Result<Option<u32>, _>| {
            end.ok()
                .flatten()
                .map_or(value.len(), |place| (place as usize).min(value.len()))
        };
        let (start, end) = (place(start), place(end));
        let data: Vec<u16> = data.encode_utf16().collect();
        String::from_utf16_lossy(&[&value[..start], &data, &value[end.max(start)..]].concat())
    }

    /// Sets the field's text and puts the caret where it first differs from `before`.
    fn put(&self, text: &str, before: &str) {
        let shared = text
            .encode_utf16()
            .zip(before.encode_utf16())
            .take_while(|(one, other)| one == other)
            .count() as u32;
        let _ = match self {
            Self::Line(line) => {
                line.set_value(text);
                line.set_selection_range(shared, shared)
            }
            Self::Area(area) => {
                area.set_value(text);
                area.set_selection_range(shared, shared)
            }
        };
    }
}
