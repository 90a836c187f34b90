//! Who signs: the key, its Key ID and the team.

use web_sys::{DragEvent, File, HtmlInputElement, HtmlTextAreaElement, InputEvent};
use yew::prelude::*;

use super::browser::files;
use super::field::{FieldInput, beneath};
use super::form::{Field, Finding};

/// Properties for [`SignerPanel`].
#[derive(Properties, PartialEq)]
pub struct SignerPanelProps {
    /// Where the key in memory came from, if there is one.
    pub key_source: Option<AttrValue>,
    /// What there is to say about the key.
    pub key_finding: Option<Finding>,
    /// The Key ID.
    pub key_id: AttrValue,
    /// What there is to say about it.
    pub key_id_finding: Option<Finding>,
    /// The team ID.
    pub team_id: AttrValue,
    /// What there is to say about it.
    pub team_id_finding: Option<Finding>,
    /// Called with a key file.
    pub on_file: Callback<File>,
    /// Called with pasted text; answers whether it was a key.
    pub on_paste: Callback<String, bool>,
    /// Called when the key shall be forgotten.
    pub on_forget: Callback<()>,
    /// Called with what is typed.
    pub on_edit: Callback<(Field, String)>,
    /// Called when a field is left.
    pub on_leave: Callback<Field>,
}

/// The first question.
#[component]
pub fn SignerPanel(props: &SignerPanelProps) -> Html {
    html! {
        <section class="card signer" aria-labelledby="who-signs">
            <h2 id="who-signs">{ "Who signs" }</h2>
            { key_place(props) }
            <div class="pair">
                <FieldInput
                    field={Field::KeyId}
                    label="Key ID"
                    test="key-id"
                    value={props.key_id.clone()}
                    placeholder="ABC123DEFG"
                    finding={props.key_id_finding.clone()}
                    on_edit={props.on_edit.clone()}
                    on_leave={props.on_leave.clone()}
                />
                <FieldInput
                    field={Field::TeamId}
                    label="Team ID"
                    test="team-id"
                    value={props.team_id.clone()}
                    placeholder="DEF123GHIJ"
                    finding={props.team_id_finding.clone()}
                    on_edit={props.on_edit.clone()}
                    on_leave={props.on_leave.clone()}
                />
            </div>
        </section>
    }
}

fn key_place(props: &SignerPanelProps) -> Html {
    let on_drag = Callback::from(|event: DragEvent| event.prevent_default());
    let on_drop = {
        let on_file = props.on_file.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            if let Some(file) = files::dropped(&event) {
                on_file.emit(file);
            }
        })
    };
    let on_forget = props.on_forget.reform(|_: MouseEvent| ());
    html! {
        <div
            class={classes!("key-place", props.key_source.is_some().then_some("held"))}
            data-test="key-file"
            ondragenter={on_drag.clone()}
            ondragover={on_drag}
            ondrop={on_drop}
        >
            if let Some(source) = &props.key_source {
                <p class="key-held">{ source }</p>
                <p class="hint">{ "In this tab’s memory only. Closing the tab forgets it." }</p>
                <div class="row">
                    { picker(props, "Another key") }
                    <button type="button" class="quiet" data-test="forget-key" onclick={on_forget}>{ "Forget" }</button>
                </div>
            } else {
                <p class="key-wanted">{ "Drop " }<span class="mono">{ "AuthKey_….p8" }</span>{ " here" }</p>
                <div class="row">{ picker(props, "Choose file") }</div>
                { paste_box(props) }
            }
            <div class="beneath" aria-live="polite">
                { beneath(&props.key_finding, props.key_source.is_none().then_some("The key never leaves this page: it signs here.".into())) }
            </div>
        </div>
    }
}

fn picker(props: &SignerPanelProps, label: &'static str) -> Html {
    let on_file = props.on_file.clone();
    let on_change = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        if let Some(file) = files::first(input.files()) {
            on_file.emit(file);
        }
        // The same file may be picked again after it was mended.
        input.set_value("");
    });
    html! {
        <label class="button quiet">
            <input class="unseen" type="file" accept=".p8,.pem,.key,.txt" data-test="key-picker" onchange={on_change} />
            { label }
        </label>
    }
}

/// The text stays in the element, never in the state, and leaves it as soon as it is a key.
fn paste_box(props: &SignerPanelProps) -> Html {
    let on_paste = props.on_paste.clone();
    let on_input = Callback::from(move |event: InputEvent| {
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        if on_paste.emit(area.value()) {
            area.set_value("");
        }
    });
    html! {
        <textarea
            class="mono paste"
            data-test="key-paste"
            aria-label="Paste the text of the key"
            placeholder="or paste its text: -----BEGIN PRIVATE KEY-----"
            rows="1"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            oninput={on_input}
        />
    }
}
