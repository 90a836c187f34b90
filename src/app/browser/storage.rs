//! The draft: what was typed, kept in this browser over a reload. It has no place for a key.

use gloo::utils::window;

use crate::app::form::Form;

const KEY: &str = "trill.draft";

/// The draft of the last visit.
pub fn draft() -> Option<Form> {
    let storage = window().local_storage().ok()??;
    Form::from_draft(&storage.get_item(KEY).ok()??)
}

/// Keeps the draft. Where storage is full or forbidden the page works without.
pub fn keep_draft(form: &Form) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(KEY, &form.to_draft());
    }
}
