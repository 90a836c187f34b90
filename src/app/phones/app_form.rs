//! The form that registers an app.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::order::register_app;
use super::view::Change;
use crate::app::action::Action;
use crate::app::components::field::Line;
use crate::app::components::finding_line::finding_line;
use crate::app::form::Severity;
use crate::app::inspector::order_button::order_button;
use crate::app::message::Message;
use crate::app::page::Page;

const BUNDLE_IDS: [&str; 3] = [
    "app-bundle-ids",
    "Bundle IDs, without .voip",
    "com.example.calls",
];

/// Name and bundle IDs of an app, each with the sentence of the relay if it refused the value.
pub fn app_form(page: &Page) -> Html {
    let view = &page.state.phones;
    let (name, bundle_ids) = (&view.name, view.bundle_ids(&page.state.form));
    let order = register_app(name, bundle_ids);
    html! {
        <div class="settings" role="group" aria-labelledby="new-app" data-test="app-form">
            <h4 class="wide" id="new-app">{ "Register an app" }</h4>
            { line(page, "name", ["app-name", "Name of the app", "Calls"], name, Change::Name) }
            { line(page, "bundle_ids", BUNDLE_IDS, bundle_ids, Change::BundleIds) }
            { order_button(&page.messages, "register-app", "Register", order) }
        </div>
    }
}

/// A line of text with the refusal of its value. The triple has its element ID, its label and its
/// placeholder.
fn line(
    page: &Page,
    field: &'static str,
    [id, label, example]: [&'static str; 3],
    value: &str,
    change: fn(String) -> Change,
) -> Html {
    let oninput = page.on(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        Some(Message::Do(Action::Phones(change(text))))
    });
    let refusal = page.state.phones.refusal.about(field);
    let note = [id, "-note"].concat();
    Line {
        id,
        class: None,
        label,
        example: Some(example),
        value: value.to_owned(),
        note: Some(note.clone()),
        is_wrong: Some(refusal.is_some()),
        oninput,
        onblur: None,
    }
    .with(html! {
        <div id={note} aria-live="polite">
            if let Some(refusal) = refusal {
                { finding_line("refused", Severity::Error, refusal) }
            }
        </div>
    })
}
