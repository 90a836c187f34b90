//! The relay's event stream: one per page, for one virtual iPhone or for all devices.
//!
//! A browser opens at most six connections to a host over all its tabs, so the stream is open only
//! while the page is visible; the ID of the last event tells the relay where to resume. A stream
//! that the relay closed in favour of another stays closed until the page becomes visible again:
//! reopening it at once would close that other stream.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use crate::apns::DeviceToken;
use crate::app::message::{Link, Message};
use crate::app::relay_link::RelayLink;

/// An open event stream; dropping it closes it.
pub struct Events {
    source: EventSource,
    _listeners: [EventListener; 9],
}

impl Events {
    /// Opens a stream of the events after number `seen`: those of `device`, or of all devices if it
    /// is `None`.
    pub fn open(device: Option<&DeviceToken>, seen: u64, link: &Link) -> Option<Self> {
        let mut address = ["/api/events?since=", &seen.to_string()].concat();
        if let Some(device) = device {
            address.push_str("&device=");
            address.push_str(device.as_str());
        }
        let source = EventSource::new(&address).ok()?;
        let listeners = [
            "open",
            "error",
            "closed",
            "phone",
            "decision",
            "device",
            "fault",
            "receipt",
            "registration",
        ]
        .map(|kind| listen(&source, kind, link.clone()));
        Some(Self {
            source,
            _listeners: listeners,
        })
    }
}

fn listen(source: &EventSource, kind: &'static str, link: Link) -> EventListener {
    let stream = source.clone();
    EventListener::new(source, kind, move |event| {
        let message = match event.dyn_ref::<MessageEvent>() {
            Some(_) if kind == "closed" => {
                stream.close();
                Message::Stream(RelayLink::Displaced)
            }
            Some(event) => {
                let data = event.data().as_string().unwrap_or_default();
                Message::Event(
                    kind,
                    event.last_event_id().parse().unwrap_or_default(),
                    data,
                )
            }
            None if kind == "open" => Message::Stream(RelayLink::Up),
            // The browser retries by itself, unless the response was not an event stream.
            None if stream.ready_state() == EventSource::CLOSED => {
                Message::Stream(RelayLink::Unknown)
            }
            None => Message::Stream(RelayLink::Down),
        };
        link.send_message(message);
    })
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.close();
    }
}
