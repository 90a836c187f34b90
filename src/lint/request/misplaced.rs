//! Rules about payloads with misplaced content, or without the content their push type requires.

use serde_json::Value;

use super::{Request, RequestRule};
use crate::apns::Edit;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::path::Path;
use crate::apns::payload::Service;
use crate::apns::priority::Priority;
use crate::apns::push_type::PushType;
use crate::lint::{Found, and_more};

pub(super) const HEADERS_IN_PAYLOAD: RequestRule = RequestRule {
    id: "headers-in-payload",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "Headers inside the payload",
    why: "APNs takes its settings from headers alone; in the payload they are data for the app.",
    source: "react-native-webrtc/react-native-voip-push-notification #70",
    fix: "Send it as an HTTP header of the request, and take it out of the payload.",
    check: headers_in_payload,
};

pub(super) const SILENT_ALERT: RequestRule = RequestRule {
    id: "silent-alert",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "An alert with nothing to show",
    why: "APNs may refuse a silent push sent as an alert, and the phone may drop it.",
    source: "node-apn/node-apn #241; malliina/mobile-push #19",
    fix: "Send it as push type background with priority 5, or add an alert.",
    check: |request| {
        let aps = request.payload.get("aps")?;
        let shows = ["alert", "sound", "badge"]
            .iter()
            .any(|key| aps.get(key).is_some());
        if request.push_type != PushType::Alert || shows {
            return None;
        }
        aps.get("content-available")?;
        let found = Found::new("Push type alert with content-available alone.");
        Some(found.at_member(request.payload, "aps.content-available"))
    },
};

fn headers_in_payload(request: &Request<'_>) -> Option<Found> {
    let top = request.payload.as_object()?;
    if Service::of(request.payload).is_some() {
        return None;
    }
    let mut paths: Vec<Path> = top
        .iter()
        .filter(|(key, value)| is_header(key, value))
        .map(|(key, _)| Path::of_names(&[key]))
        .collect();
    if let Some(aps) = top.get("aps").and_then(Value::as_object) {
        paths.extend(
            aps.iter()
                .filter(|(key, value)| is_header(key, value))
                .map(|(key, _)| Path::of_names(&["aps", key])),
        );
    }
    let path = paths.first()?.to_string();
    let behind = [" is in the payload", &and_more(paths.len()), "."].concat();
    let found = Found::at(path, ["", &behind]);
    let change = Change::Payload(paths.into_iter().map(Edit::Remove).collect());
    Some(found.fix(Some(Fix {
        label: "Take them out",
        change,
    })))
}

/// Returns `true` for the name of a header. A name that apps use as well counts only with a value
/// that the header may have.
fn is_header(key: &str, value: &Value) -> bool {
    let prefix = key.get(..5).is_some_and(|prefix| {
        prefix.eq_ignore_ascii_case("apns-") || prefix.eq_ignore_ascii_case("apns_")
    });
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    prefix
        || match key {
            "push-type" | "push_type" | "pushType" => PushType::parse(&text).is_some(),
            "priority" => Priority::parse(&text).is_ok(),
            "collapse-id" | "collapse_id" => !text.is_empty(),
            _ => false,
        }
}
