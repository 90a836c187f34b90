//! A file picker: a button that opens the browser's file dialog.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::app::browser::files;
use crate::app::message::Message;
use crate::app::page::Page;

/// A button that opens the file dialog, which offers files with the extensions in `kinds`.
pub fn file_picker(
    page: &Page,
    test: &'static str,
    text: &str,
    kinds: &'static str,
    message: fn(File) -> Message,
) -> Html {
    let onchange = page.on(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let file = files::first(input.files());
        // Lets the user pick the same file again after changing it.
        input.set_value("");
        file.map(message)
    });
    html! {
        <label class="button quiet">
            <input class="unseen" type="file" accept={kinds} data-test={test} {onchange} />
            { text }
        </label>
    }
}

/// A button that opens the file dialog for a key.
pub fn key_picker(page: &Page, text: &str) -> Html {
    file_picker(
        page,
        "key-picker",
        text,
        ".p8,.pem,.key,.txt",
        Message::KeyFile,
    )
}
