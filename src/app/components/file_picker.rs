//! A file picker: the button that asks for a file.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::app::browser::files;
use crate::app::message::Message;
use crate::app::page::use_page;

/// Properties of [`FilePicker`].
#[derive(Clone, PartialEq, Properties)]
pub struct FilePickerProps {
    /// The name by which tests find it.
    pub test: AttrValue,
    /// Its text.
    pub label: AttrValue,
    /// The endings of the files it offers.
    pub kinds: AttrValue,
    /// What picking a file does.
    pub onpick: Callback<File, Message>,
}

/// Button that asks for a file.
#[component]
pub fn FilePicker(props: &FilePickerProps) -> Html {
    let onpick = props.onpick.clone();
    let onchange = use_page().on(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let file = files::first(input.files());
        // The same file may be picked again after it was changed.
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
    /// Its text.
    pub label: AttrValue,
}

/// Button that asks for a key file.
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
