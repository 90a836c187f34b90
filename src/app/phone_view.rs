//! The phone view: what the page shows of a virtual iPhone.

use serde_json::Value;

use crate::call::PhoneRule;

/// What the virtual iPhone was last seen doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneView {
    /// `idle`, `ringing`, `in-call`, `killed` or `silent`.
    pub state: String,
    /// Why it is so, in one sentence.
    pub sentence: String,
    /// The rule that decided it, if it is one that is known here.
    pub rule: Option<PhoneRule>,
    /// What the screen shows of a call, while there is one.
    pub call: Option<CallView>,
    /// The push that did it, if one did.
    pub apns_id: Option<String>,
    /// The number of the event that said so.
    pub number: u64,
}

/// The call on the phone's screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallView {
    /// The name, or else the handle.
    pub title: String,
    /// The handle, beneath the name.
    pub handle: Option<String>,
    /// Whether it is a video call.
    pub video: bool,
}

impl PhoneView {
    /// Reads the body of a `phone` event.
    pub fn read(event: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            state: text(&event["state"])?,
            sentence: text(&event["sentence"]).unwrap_or_default(),
            rule: event["rule"].as_str().and_then(PhoneRule::parse),
            call: CallView::read(&event["call"]),
            apns_id: text(&event["apns_id"]),
            number: 0,
        })
    }

    /// Reads what an enrolled phone is doing, which says nothing of why.
    pub fn of_device(device: &Value) -> Option<Self> {
        Self::read(&device["phone"])
    }
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
