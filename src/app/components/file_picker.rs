//! A file picker: a button that opens the browser's file dialog.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::app::browser::files;
use crate::app::message::Message;
use crate::app::page::use_page;

/// Properties of [`FilePicker`].
#[derive(Clone, PartialEq, Properties)]
pub struct FilePickerProps {
    /// Test ID.
    pub test: AttrValue,
    /// Text of the button.
    pub label: AttrValue,
    /// File name extensions the dialog offers, separated by commas.
    pub kinds: AttrValue,
    /// Callback with the chosen file.
    pub onpick: Callback<File, Message>,
}

/// A button that opens the file dialog.
#[component]
pub fn FilePicker(props: &FilePickerProps) -> Html {
    let onpick = props.onpick.clone();
    let onchange = use_page().on(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let file = files::first(input.files());
        // Lets the user pick the same file again after changing it.
        input.set_value("");
        file.map(|file| onpick.emit(file))
    });
    html! {
        <label class="button quiet">
            <input
                class="unseen"
                type="file"
                accept={props.kinds.clone()}
                data-test={props.test.clone()}
                {onchange}
            />
            { &props.label }
        </label>
    }
}

/// Properties of [`KeyPicker`].
#[derive(Clone, PartialEq, Properties)]
pub struct KeyPickerProps {
    /// Text of the button.
    pub label: AttrValue,
}

/// A button that opens the file dialog for a key.
#[component]
pub fn KeyPicker(props: &KeyPickerProps) -> Html {
    html! {
        <FilePicker
            test="key-picker"
            label={props.label.clone()}
            kinds=".p8,.pem,.key,.txt"
            onpick={Message::KeyFile}
        />
    }
}
