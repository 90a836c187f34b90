//! Kinds of pushes that a device is registered for, over all of its tokens: an app has one token for
//! calls and another for notifications.

use serde_json::Value;

use crate::store::Device;

/// Kinds in JSON, and their names. The first two are said in any case.
const KINDS: [(&str, &str); 3] = [("voip", "VoIP"), ("alert", "alert"), ("ptt", "PTT")];
const NO_VOIP: &str = "Likely the background mode Voice over IP is missing, or the app sets up PKPushRegistry only later: then PushKit gives no VoIP token.";

/// Adds the kinds of a device as a sentence, and why it may have none for calls.
pub(super) fn add_kinds(document: &mut Value, device: &Device, all: &[Device]) {
    let is_registered = |kind: &str| {
        let mut tokens = all.iter().filter(|other| is_same(device, other));
        tokens.any(|other| other.kinds.iter().any(|one| one == kind))
    };
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for (index, (kind, name)) in KINDS.into_iter().enumerate() {
        if is_registered(kind) {
            yes.push(format!("{name} yes"));
        } else if index < 2 {
            no.push(format!("{name} no"));
        }
    }
    yes.append(&mut no);
    document["kinds_sentence"] = yes.join(", ").into();
    let reason = (!is_registered(KINDS[0].0)).then_some(NO_VOIP);
    document["kinds_reason"] = reason.into();
}

/// `true` if two tokens are of one app on one device.
fn is_same(one: &Device, other: &Device) -> bool {
    let is_one_token = one.device_token == other.device_token;
    let id = &one.details.device_id;
    let is_one_device = id.is_some() && *id == other.details.device_id;
    (one.app_id == other.app_id && one.bundle_id == other.bundle_id)
        && (is_one_token || is_one_device)
}
