//! Files that were dropped or picked.

use std::future::Future;
use std::pin::Pin;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::Uint8Array;
use web_sys::{ClipboardEvent, DragEvent, Event, File, FileList};

/// Reading stops being sensible here: a key has 250 bytes.
const LARGEST: f64 = 1024.0 * 1024.0;

/// The first file of a drop.
pub fn dropped(event: &DragEvent) -> Option<File> {
    first(event.data_transfer()?.files())
}

/// The text of a paste.
pub fn pasted(event: &Event) -> Option<String> {
    event
        .dyn_ref::<ClipboardEvent>()?
        .clipboard_data()?
        .get_data("text")
        .ok()
}

/// Takes a drag: a browser lets things be dropped only where it is answered.
pub fn accept_drag(event: DragEvent) {
    event.prevent_default();
}

/// The first file of a list.
pub fn first(files: Option<FileList>) -> Option<File> {
    files?.get(0)
}

/// What a file will turn out to hold.
pub type Content = Pin<Box<dyn Future<Output = Option<(String, Vec<u8>)>>>>;

/// A file's name and content; the content is cut short where no key could be so long.
pub fn read(file: File) -> Content {
    Box::pin(async move {
        let blob = file.slice_with_f64_and_f64(0.0, LARGEST).ok()?;
        let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
        Some((file.name(), Uint8Array::new(&buffer).to_vec()))
    })
}
