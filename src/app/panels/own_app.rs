//! The form in which users describe their own app in plain words.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::field::{leave, text_area, text_field};
use crate::app::components::file_picker::file_picker;
use crate::app::components::finding_line::finding_line;
use crate::app::components::select::{Select, entries_of};
use crate::app::components::text::hint;
use crate::app::form::{Field, Severity};
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::send::escape;
use crate::call::OwnPart;

const PATHS: &str = "Give the path of each value, such as caller.name, or several, one a line, in \
                     the order in which your app tries them. Leave empty what it does not read.";

/// The description of an own app.
pub fn own_app(page: &Page) -> Html {
    let write_out = page.act(|| Action::WriteOutPaths);
    html! {
        <fieldset class="stack own-app" data-test="mapping" aria-label="My own app">
            { hint(PATHS) }
            { single(page, OwnPart::Name, "My app") }
            <div class="pair">
                { paths(page, OwnPart::Handle, "handle") }
                { paths(page, OwnPart::CallerName, "caller.name") }
            </div>
            <div class="pair">
                <div class="stack">
                    { paths(page, OwnPart::CallUuid, "metadata.call_id") }
                    { makes_uuid(page) }
                </div>
                { paths(page, OwnPart::HasVideo, "hasVideo") }
            </div>
            <div class="pair">
                { paths(page, OwnPart::SentAt, "sentAt") }
                { unreadable(page) }
            </div>
            <div class="pair">
                { single(page, OwnPart::EndPath, "type") }
                { single(page, OwnPart::EndValue, "cancel") }
            </div>
            <div class="row">
                { button("quiet", "write-out-paths", "Fill in detected paths", write_out) }
                { exchange(page) }
            </div>
        </fieldset>
    }
}

/// The buttons that export and import the app, and the error of an import.
pub fn exchange(page: &Page) -> Html {
    let json = page.state.form.app_text();
    html! {
        <>
            <a
                class="button quiet"
                data-test="app-export"
                download="my-app.json"
                href={["data:application/json,", &escape(&json)].concat()}
            >
                { "Export" }
            </a>
            { file_picker(page, "app-import", "Import", ".json,.txt", Message::AppFile) }
            <div aria-live="polite">
                if let Some(error) = &page.state.import_error {
                    { finding_line(error.code(), Severity::Error, &error.to_string()) }
                }
            </div>
        </>
    }
}

/// A part in one line.
fn single(page: &Page, part: OwnPart, example: &'static str) -> Html {
    text_field(
        page,
        Field::Own(part),
        part.label(),
        example,
        &finds(page, part),
    )
}

/// The sentence about what a part finds in the payload.
fn finds(page: &Page, part: OwnPart) -> String {
    match &page.composed.payload {
        Ok(payload) => page.state.form.own.finds(part, payload.value()),
        Err(_) => String::new(),
    }
}

/// A part with several paths, one a line.
fn paths(page: &Page, part: OwnPart, example: &'static str) -> Html {
    let field = Field::Own(part);
    let rows = page.state.form.text(field).matches('\n').count() + 1;
    html! {
        <div class="field">
            { text_area(page, field, part.label(), ["mono paths", example], rows, &finds(page, part)) }
        </div>
    }
}

/// The box for an app that makes the UUID of a call.
fn makes_uuid(page: &Page) -> Html {
    let name = OwnPart::MakesUuid.name();
    let onchange = page.on(|event: Event| {
        let is_on = event.target_unchecked_into::<HtmlInputElement>().checked();
        let text = if is_on { OwnPart::YES } else { "" };
        let field = Field::Own(OwnPart::MakesUuid);
        Some(Message::Do(Action::Fix(field, text.to_owned())))
    });
    html! {
        <label class="check">
            <input
                type="checkbox"
                id={name}
                data-test={name}
                checked={page.state.form.own.makes_uuid()}
                {onchange}
            />
            { OwnPart::MakesUuid.label() }
        </label>
    }
}

/// The list of actions on a payload in which the app finds no call.
fn unreadable(page: &Page) -> Html {
    const FIELD: Field = Field::Own(OwnPart::Unreadable);
    let entries = [
        ("", "I do not know what it does"),
        ("no-report", "Reports nothing: iOS ends it"),
        ("report-and-end", "Reports a call that ends at once"),
        ("crash", "Crashes"),
    ];
    let onchoose = page.on(|chosen| Some(Message::Do(Action::Edit(FIELD, chosen))));
    let name = AttrValue::Static(FIELD.name());
    Select {
        test: name.clone(),
        id: Some(name),
        entries: entries_of(&entries),
        current: page.state.form.text(FIELD).to_owned(),
        onchoose,
        onblur: Some(leave(page, FIELD)),
        ..Select::default()
    }
    .labelled("", OwnPart::Unreadable.label(), "")
}
