//! What is kept in this browser over a reload: the draft, and where device tokens worked. Neither can hold a key.

use gloo::utils::window;
use web_sys::Storage;

use crate::apns::secret;
use crate::app::draft::Draft;
use crate::call::diagnosis::DeviceMemory;

const KEY: &str = "trill.draft";
const DEVICES: &str = "trill.devices";
/// Everything that was ever kept begins like this.
const OWN: &str = "trill.";

/// Removes the secrets that an older version of the page kept, and nothing else of a draft; whether there was one.
pub fn remove_secrets() -> bool {
    let storages = [window().local_storage(), window().session_storage()];
    let mut was_any = false;
    for storage in storages.into_iter().flat_map(|storage| storage.ok().flatten()) {
        for name in names(&storage) {
            was_any |= remove_secret(&storage, &name);
        }
    }
    was_any
}

fn remove_secret(storage: &Storage, name: &str) -> bool {
    let Ok(Some(kept)) = storage.get_item(name) else { return false };
    let draft = Draft::read(&kept).map(|draft| draft.to_text());
    let is_clean = secret::find(&kept).is_none() && draft.as_ref().is_none_or(|draft| *draft == kept);
    if !is_clean {
        let _ = match draft {
            Some(draft) => storage.set_item(name, &draft),
            None => storage.remove_item(name),
        };
    }
    !is_clean && secret::find(&kept).is_some()
}

fn names(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or_default();
    (0..count).filter_map(|place| storage.key(place).ok()?).filter(|name| name.starts_with(OWN)).collect()
}

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
