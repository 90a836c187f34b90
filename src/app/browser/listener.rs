//! Event listeners of the whole page, whose answers are messages.

use gloo::events::{EventListener, EventListenerOptions};
use web_sys::{Event, EventTarget};

use crate::app::message::{Link, Message};

/// Sends the message that `answer` makes of each event of this kind, until dropped. The handler may
/// prevent what the browser does by itself.
pub(super) fn listen(
    target: &EventTarget,
    kind: &'static str,
    link: &Link,
    answer: fn(&Event) -> Option<Message>,
) -> EventListener {
    listen_with(
        target,
        kind,
        EventListenerOptions::enable_prevent_default(),
        link,
        answer,
    )
}

/// Like [`listen`], but before the handlers of the elements in the document.
pub(super) fn listen_first(
    target: &EventTarget,
    kind: &'static str,
    link: &Link,
    answer: fn(&Event) -> Option<Message>,
) -> EventListener {
    let options = EventListenerOptions {
        passive: false,
        ..EventListenerOptions::run_in_capture_phase()
    };
    listen_with(target, kind, options, link, answer)
}

fn listen_with(
    target: &EventTarget,
    kind: &'static str,
    options: EventListenerOptions,
    link: &Link,
    answer: fn(&Event) -> Option<Message>,
) -> EventListener {
    let link = link.clone();
    EventListener::new_with_options(target, kind, options, move |event| {
        if let Some(message) = answer(event) {
            link.send_message(message);
        }
    })
}
