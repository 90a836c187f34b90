//! The page's view of a virtual iPhone.

use serde_json::Value;

use crate::call::PhoneRule;

/// The latest known state of the virtual iPhone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneView {
    /// `idle`, `ringing`, `in-call`, `killed` or `silent`.
    pub state: String,
    /// Explanation of the state, in one sentence.
    pub sentence: String,
    /// Rule that led to the state, if this page knows it.
    pub rule: Option<PhoneRule>,
    /// The call on the screen, if there is one.
    pub call: Option<CallView>,
    /// Number of unreported pushes in a row.
    pub unreported: u32,
    /// `apns-id` of the push that led to the state, if one did.
    pub apns_id: Option<String>,
    /// Number of the event that reported it.
    pub number: u64,
}

/// The call on the phone's screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallView {
    /// Caller's name, or else the handle.
    pub title: String,
    /// Handle shown beneath the name.
    pub handle: Option<String>,
    /// `true` for a video call.
    pub video: bool,
}

impl PhoneView {
    /// Parses the body of a `phone` event.
    pub fn read(event: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            state: text(&event["state"])?,
            sentence: text(&event["sentence"]).unwrap_or_default(),
            rule: event["rule"].as_str().and_then(PhoneRule::parse),
            call: CallView::read(&event["call"]),
            unreported: unreported_of(event),
            apns_id: text(&event["apns_id"]),
            number: 0,
        })
    }

    /// Parses the state of an enrolled phone, which has no explanation.
    pub fn of_device(device: &Value) -> Option<Self> {
        Some(Self {
            unreported: unreported_of(device),
            ..Self::read(&device["phone"])?
        })
    }
}

/// Number of unreported pushes in a row, in the JSON of a phone or of its event.
pub fn unreported_of(phone: &Value) -> u32 {
    phone["unreported_pushes"].as_u64().unwrap_or_default() as u32
}

impl CallView {
    fn read(call: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let handle = text(&call["handle"]["value"]);
        let name = text(&call["caller_name"]["value"]);
        let title = name.clone().or(handle.clone())?;
        Some(Self {
            title,
            handle: name.and(handle),
            video: call["has_video"]["value"] == true,
        })
    }
}
