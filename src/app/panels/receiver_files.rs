//! The files of the app's half: one at a time, with the lines marked that read the payload.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::browser::save;
use crate::app::components::button::button;
use crate::app::components::select::Select;
use crate::receiver::{File, archive};

/// Name of the downloaded archive.
const ARCHIVE: &str = "TrillCalls.zip";

/// Properties of [`ReceiverFiles`].
#[derive(PartialEq, Properties)]
pub struct ReceiverFilesProps {
    /// The files.
    pub files: Rc<Vec<File>>,
}

/// One file of the app's half, and the fields of the payload that it reads. Pointing at a field marks
/// its lines, and pointing at a line its field.
#[component]
pub fn ReceiverFiles(props: &ReceiverFilesProps) -> Html {
    let files = &props.files;
    // The file with marks is shown first.
    let reading = files.iter().position(|file| !file.marks.is_empty());
    let shown = use_state_eq(|| reading.unwrap_or(0));
    let pointed = use_state_eq(String::new);
    let is_copied = use_state_eq(|| false);
    let Some(file) = files.get(*shown) else {
        return Html::default();
    };
    let mut names = Vec::new();
    for (index, file) in files.iter().enumerate() {
        names.push((index.to_string(), file.name.to_owned()));
    }
    let (choice, copied) = (shown.clone(), is_copied.clone());
    let onchoose = Callback::from(move |index: String| {
        copied.set(false);
        choice.set(index.parse().unwrap_or(0));
    });
    let (text, copied) = (file.text.clone(), is_copied.clone());
    let copy = Callback::from(move |_| copied.set(save::copy(&text)));
    let all = Rc::clone(files);
    let download = Callback::from(move |_| save::download(ARCHIVE, &archive(&all)));
    html! {
        <>
            <div class="row">
                <Select
                    test="receiver-file"
                    name="File"
                    entries={names}
                    current={shown.to_string()}
                    {onchoose}
                />
                { button("quiet", "receiver-copy", "Copy", copy) }
                { button("quiet", "receiver-zip", "Download all as zip", download) }
                <span class="hint" role="status">
                    if *is_copied {
                        { "Copied." }
                    }
                </span>
            </div>
            { fields(file, &pointed) }
            <pre class="code mono" data-test="receiver-code" tabindex="0" aria-label={file.name}>
                { for lines(file, &pointed) }
            </pre>
        </>
    }
}

/// The fields of the payload that the file reads, as buttons.
fn fields(file: &File, pointed: &UseStateHandle<String>) -> Html {
    let mut paths: Vec<&str> = Vec::new();
    for mark in &file.marks {
        if !paths.contains(&mark.path.as_str()) {
            paths.push(&mark.path);
        }
    }
    if paths.is_empty() {
        return Html::default();
    }
    let field = |path: &&str| {
        let (onpointerenter, onfocus, onclick) = (
            point(pointed, path),
            point(pointed, path),
            point(pointed, path),
        );
        html! {
            <button
                type="button"
                class="quiet small mono"
                data-test="receiver-field"
                aria-pressed={(**pointed == **path).to_string()}
                {onpointerenter}
                {onfocus}
                {onclick}
            >
                { path }
            </button>
        }
    };
    html! {
        <div class="row">
            <span class="hint">{ "Reads from the payload:" }</span>
            { for paths.iter().map(field) }
        </div>
    }
}

fn lines(file: &File, pointed: &UseStateHandle<String>) -> Vec<Html> {
    let mut lines = Vec::new();
    let mut text = String::new();
    for (index, line) in file.text.lines().enumerate() {
        let mark = file.marks.iter().find(|mark| mark.line == index + 1);
        if let Some(mark) = mark {
            lines.push(html! { { std::mem::take(&mut text) } });
            lines.push(marked(line, &mark.path, pointed));
        } else {
            text += line;
        }
        text.push('\n');
    }
    lines.push(html! { { text } });
    lines
}

fn marked(line: &str, path: &str, pointed: &UseStateHandle<String>) -> Html {
    let (onpointerenter, onfocus) = (point(pointed, path), point(pointed, path));
    html! {
        <mark
            class={classes!((**pointed == *path).then_some("pointed"))}
            data-test="receiver-mark"
            data-path={path.to_owned()}
            tabindex="0"
            {onpointerenter}
            {onfocus}
        >
            { line }
        </mark>
    }
}

/// Callback that points at a path.
fn point<E: 'static>(pointed: &UseStateHandle<String>, path: &str) -> Callback<E> {
    let (pointed, path) = (pointed.clone(), path.to_owned());
    Callback::from(move |_| pointed.set(path.clone()))
}
