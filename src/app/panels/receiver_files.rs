//! The files of the app's half: one at a time, with the lines marked that read the payload.

use serde_json::Value;
use yew::prelude::*;

use crate::app::action::Action;
use crate::app::browser::save;
use crate::app::components::button::button;
use crate::app::components::select::Select;
use crate::app::components::text::span;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::receiver_view::Change;
use crate::app::relay_info::{list, name};
use crate::receiver::archive;

/// Name of the downloaded archive.
const ARCHIVE: &str = "TrillCalls.zip";

/// One file of the app's half, and the fields of the payload that it reads. Pointing at a field marks
/// its lines, and pointing at a line its field.
pub fn receiver_files(page: &Page, files: &Value) -> Html {
    let view = &page.state.receiver;
    let files = list(files);
    // The file with marks is shown first.
    let reading = files.iter().position(|file| !marks(file).is_empty());
    let shown = view.file.or(reading).unwrap_or(0);
    let Some(file) = files.get(shown) else {
        return Html::default();
    };
    let mut entries = Vec::new();
    for (index, file) in files.iter().enumerate() {
        entries.push((index.to_string(), name(file).to_owned()));
    }
    let list = Select {
        test: AttrValue::Static("receiver-file"),
        name: Some("File"),
        entries,
        current: shown.to_string(),
        onchoose: page.on(|index: String| change(Change::Show(index.parse().unwrap_or(0)))),
        ..Select::default()
    };
    let text = text_of(file).to_owned();
    let copy = page.on(move |_| change(Change::Copy(save::copy(&text))));
    let (fields, lines) = (fields(page, file), lines(page, file));
    let name = name(file).to_owned();
    let download = page.send(|| Message::SaveReceiver);
    html! {
        <>
            <div class="row">
                { list.html() }
                { button("quiet", "receiver-copy", "Copy", copy) }
                { button("quiet", "receiver-zip", "Download all as zip", download) }
                <span class="hint" role="status">
                    if view.is_copied {
                        { "Copied." }
                    }
                </span>
            </div>
            { fields }
            <pre class="code mono" data-test="receiver-code" tabindex="0" aria-label={name}>
                { for lines }
            </pre>
        </>
    }
}

/// Downloads these files as an archive.
pub fn save_receiver(files: &Value) {
    let mut named = Vec::new();
    for file in list(files) {
        named.push((name(file), text_of(file)));
    }
    save::download(ARCHIVE, &archive(&named));
}

fn text_of(file: &Value) -> &str {
    file["text"].as_str().unwrap_or_default()
}

/// Lines of a file that read a field of the payload.
fn marks(file: &Value) -> &[Value] {
    list(&file["marks"])
}

fn path(mark: &Value) -> &str {
    mark["path"].as_str().unwrap_or_default()
}

fn change(change: Change) -> Option<Message> {
    Some(Message::Do(Action::Receiver(change)))
}

/// The fields of the payload that the file reads, as buttons.
fn fields(page: &Page, file: &Value) -> Html {
    let mut paths: Vec<&str> = Vec::new();
    for mark in marks(file) {
        if !paths.contains(&path(mark)) {
            paths.push(path(mark));
        }
    }
    if paths.is_empty() {
        return Html::default();
    }
    let field = |path: &&str| {
        let (onpointermove, onfocus, onclick) =
            (point(page, path), point(page, path), point(page, path));
        html! {
            <button
                type="button"
                class="quiet small mono"
                data-test="receiver-field"
                aria-pressed={(page.state.receiver.path == **path).to_string()}
                {onpointermove}
                {onfocus}
                {onclick}
            >
                { path }
            </button>
        }
    };
    html! {
        <div class="row">
            { span("hint", "Reads from the payload:") }
            { for paths.iter().map(field) }
        </div>
    }
}

fn lines(page: &Page, file: &Value) -> Vec<Html> {
    let mut lines = Vec::new();
    let mut text = String::new();
    for (index, line) in text_of(file).lines().enumerate() {
        let mark = marks(file).iter().find(|mark| mark["line"] == index + 1);
        if let Some(mark) = mark {
            lines.push(html! { { std::mem::take(&mut text) } });
            lines.push(marked(page, line, path(mark)));
        } else {
            text += line;
        }
        text.push('\n');
    }
    lines.push(html! { { text } });
    lines
}

fn marked(page: &Page, line: &str, path: &str) -> Html {
    let (onpointermove, onfocus) = (point(page, path), point(page, path));
    html! {
        <mark
            class={classes!((page.state.receiver.path == *path).then_some("pointed"))}
            data-test="receiver-mark"
            data-path={path.to_owned()}
            tabindex="0"
            {onpointermove}
            {onfocus}
        >
            { line }
        </mark>
    }
}

/// Callback that points at a path. A pointer must move for it: one that rests, while the focus
/// scrolls the code beneath it, only enters elements.
fn point<E: 'static>(page: &Page, path: &str) -> Callback<E> {
    let is_pointed = page.state.receiver.path == path;
    let path = path.to_owned();
    page.on(move |_| {
        if is_pointed {
            None
        } else {
            change(Change::Point(path.clone()))
        }
    })
}
