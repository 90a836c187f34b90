//! The draft: what was typed, kept in this browser over a reload. It has no place for a key.

use gloo::utils::window;

use crate::app::draft::Draft;
use crate::call::diagnosis::DeviceMemory;

const KEY: &str = "trill.draft";
const DEVICES: &str = "trill.devices";

/// The draft of the last visit.
pub fn draft() -> Option<Draft> {
    Draft::read(&get(KEY)?)
}

/// Keeps the draft.
pub fn keep_draft(draft: &Draft) {
    keep(KEY, &draft.to_text());
}

/// Where device tokens worked before: fingerprints of them, and environments.
pub fn devices() -> DeviceMemory {
    get(DEVICES).map(|text| DeviceMemory::read(&text)).unwrap_or_default()
}

/// Keeps where device tokens worked.
pub fn keep_devices(memory: &DeviceMemory) {
    keep(DEVICES, &memory.to_text());
}

fn get(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Where storage is full or forbidden the page works without.
fn keep(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, text);
    }
}
