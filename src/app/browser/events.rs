//! The relay's event stream, for one virtual iPhone.
//!
//! A browser opens six connections to one host over all its tabs, so the stream is open only
//! while somebody looks; the id of the last event says where to go on.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use crate::apns::DeviceToken;
use crate::app::phone_view::PhoneView;
use crate::app::state::RelayLink;

/// An open stream; dropping it closes it.
pub struct PhoneEvents {
    source: EventSource,
    _listeners: [EventListener; 3],
}

impl PhoneEvents {
    /// Follows `device`, from the event after `seen` on; `seen` moves with what arrives.
    pub fn open(
        device: &DeviceToken,
        seen: Rc<Cell<u64>>,
        on_phone: impl Fn(PhoneView) + 'static,
        on_link: impl Fn(RelayLink) + Clone + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(&format!("/api/events?since={}&device={device}", seen.get())).ok()?;
        let phone = EventListener::new(&source, "phone", move |event| {
            let Some(message) = event.dyn_ref::<MessageEvent>() else { return };
            if let Ok(id) = message.last_event_id().parse() {
                seen.set(id);
            }
            let data = message.data().as_string().unwrap_or_default();
            if let Some(view) = PhoneView::read(&data) {
                on_phone(view);
            }
        });
        let up = on_link.clone();
        let opened = EventListener::new(&source, "open", move |_| up(RelayLink::Up));
        let failed = EventListener::new(&source, "error", move |_| on_link(RelayLink::Down));
        Some(Self { source, _listeners: [phone, opened, failed] })
    }
}

impl Drop for PhoneEvents {
    fn drop(&mut self) {
        self.source.close();
    }
}
