//! Files that the user dropped, picked or pasted.

use std::future::Future;
use std::pin::Pin;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::Uint8Array;
use web_sys::{ClipboardEvent, DragEvent, Event, File, FileList};

/// Number of bytes read of a file. A key has about 250.
const LARGEST: f64 = 1024.0 * 1024.0;

/// Returns the first file of a drop.
pub fn dropped(event: &DragEvent) -> Option<File> {
    first(event.data_transfer()?.files())
}

/// Returns the text of a paste.
pub fn pasted(event: &Event) -> Option<String> {
    event
        .dyn_ref::<ClipboardEvent>()?
        .clipboard_data()?
        .get_data("text")
        .ok()
}

/// Accepts a drag: a browser allows a drop only where the drag event's default action is prevented.
pub fn accept_drag(event: DragEvent) {
    event.prevent_default();
}

/// Returns the first file of a list.
pub fn first(files: Option<FileList>) -> Option<File> {
    files?.get(0)
}

/// Future of a file's name and content; `None` if the file cannot be read.
pub type Content = Pin<Box<dyn Future<Output = Option<(String, Vec<u8>)>>>>;

/// Reads a file's name and its first MiB.
pub fn read(file: File) -> Content {
    Box::pin(async move {
        let blob = file.slice_with_f64_and_f64(0.0, LARGEST).ok()?;
        let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
        Some((file.name(), Uint8Array::new(&buffer).to_vec()))
    })
}
