//! The relay's event stream: one a page, about one virtual iPhone or about all of the simulator.
//!
//! A browser opens six connections to one host over all its tabs, so the stream is open only
//! while somebody looks; the id of the last event says where to go on. A stream that the relay closed for another stays
//! closed until somebody looks at the page again, or it would close that other one.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use crate::apns::DeviceToken;
use crate::app::message::{Link, Message};
use crate::app::relay_link::RelayLink;

/// An open stream; dropping it closes it.
pub struct Events {
    source: EventSource,
    _listeners: [EventListener; 7],
}

impl Events {
    /// Follows `device`, or everything, from the event after `seen` on.
    pub fn open(device: Option<&DeviceToken>, seen: u64, link: &Link) -> Option<Self> {
        let mut address = ["/api/events?since=", &seen.to_string()].concat();
        if let Some(device) = device {
            address.push_str("&device=");
            address.push_str(device.as_str());
        }
        let source = EventSource::new(&address).ok()?;
        let listeners = [
            "open", "error", "closed", "phone", "decision", "device", "fault",
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
            // The browser tries it again, unless it was answered something else than a stream.
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
