//! The app's half: Swift files that take the push, with what the user decides about calls.

use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::receiver_files::receiver_files;
use crate::apns::json::{quoted, unquoted};
use crate::app::action::Action;
use crate::app::components::field::Line;
use crate::app::components::select::{Select, entries_of};
use crate::app::components::text::{hint, paragraph};
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::receiver_view::Change;

/// Values of an option in JSON, with their texts.
type Entries = &'static [(&'static str, &'static str)];

const FLAVOURS: Entries = &[
    ("\"callkit\"", "CallKit"),
    ("\"livecommunicationkit\"", "LiveCommunicationKit"),
];
const FLAG: Entries = &[("false", "No"), ("true", "Yes")];
const HANDLE_TYPES: Entries = &[
    ("[\"generic\"]", "generic"),
    ("[\"phone-number\"]", "phone-number"),
    ("[\"email-address\"]", "email-address"),
];
const NUMBERS: Entries = &[("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")];

/// Options of the relay that are lists: name, test ID, label, meaning and values.
pub const LISTS: [(&str, &str, &str, &str, Entries); 5] = [
    (
        "flavour",
        "receiver-flavour",
        "Framework",
        "LiveCommunicationKit is a draft: check it on a device.",
        FLAVOURS,
    ),
    (
        "supports_video",
        "receiver-video",
        "Video calls",
        "supportsVideo: the app takes video calls.",
        FLAG,
    ),
    (
        "handle_types",
        "receiver-handle-type",
        "Handle type",
        "Numbers and e-mail addresses are looked for in the contacts.",
        HANDLE_TYPES,
    ),
    (
        "call_groups",
        "receiver-call-groups",
        "Calls at once",
        "maximumCallGroups: all but one of them are on hold.",
        NUMBERS,
    ),
    (
        "calls_per_group",
        "receiver-calls-per-group",
        "Callers in a conference",
        "maximumCallsPerCallGroup: 1 means no conference.",
        NUMBERS,
    ),
];

/// Options of the relay that are names: name, test ID, label and meaning.
pub const NAMES: [(&str, &str, &str, &str); 2] = [
    (
        "ringtone",
        "receiver-ringtone",
        "Ringtone",
        "A sound file in the app, such as ring.caf.",
    ),
    (
        "icon",
        "receiver-icon",
        "Icon",
        "An image in the app’s assets, drawn as a mask.",
    ),
];

/// The app's half, collapsed. It is made only while it is open.
pub fn receiver_panel(page: &Page) -> Html {
    let ontoggle = page.on(|event: Event| {
        let is_open = event
            .target_unchecked_into::<Element>()
            .has_attribute("open");
        Some(Message::Do(Action::Receiver(Change::Open(is_open))))
    });
    html! {
        <details class="more receiver" data-test="receiver" {ontoggle}>
            <summary>{ "The app’s half, in Swift" }</summary>
            if page.state.receiver.is_open {
                { content(page) }
            }
        </details>
    }
}

fn content(page: &Page) -> Html {
    let view = &page.state.receiver;
    if page.composed.payload.is_err() {
        return hint("The payload cannot be read, so no code can be made for it.");
    }
    let set_up = view.answer["own_set_up"]["sentence"].as_str();
    html! {
        <div class="stack">
            if !view.problem.is_empty() {
                <p class="hint" role="status" data-test="receiver-problem">{ view.problem.clone() }</p>
            }
            if let Some(sentence) = set_up {
                { paragraph("hint", "receiver-own", sentence) }
            } else if !view.answer.is_null() {
                { questions(page) }
                { receiver_files(page, &view.answer["files"]) }
            }
        </div>
    }
}

/// Questions about calls, each with its meaning.
fn questions(page: &Page) -> Html {
    let mut questions = Vec::new();
    for (name, id, label, meaning, entries) in LISTS {
        let list = Select {
            test: AttrValue::Static(id),
            id: Some(AttrValue::Static(id)),
            entries: entries_of(entries),
            current: page.state.receiver.option(name),
            onchoose: page.on(move |value| choose(name, value)),
            ..Select::default()
        };
        questions.push(list.labelled("", label, meaning));
    }
    for (name, id, label, meaning) in NAMES {
        let oninput = page.on(move |event: InputEvent| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            choose(name, quoted(&value))
        });
        let line = Line {
            id,
            class: Some("mono"),
            label,
            example: None,
            value: unquoted(&page.state.receiver.option(name)).unwrap_or_default(),
            note: None,
            is_wrong: None,
            oninput,
            onblur: None,
        };
        questions.push(line.with(hint(meaning)));
    }
    html! { <div class="pair">{ for questions }</div> }
}

fn choose(name: &'static str, value: String) -> Option<Message> {
    Some(Message::Do(Action::Receiver(Change::Choose(name, value))))
}
