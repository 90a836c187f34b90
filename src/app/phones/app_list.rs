//! List of the registered apps, with the form that registers another.

use serde_json::Value;
use yew::prelude::*;

use super::app_form::app_form;
use super::order::{APPS, delete_app, renew_secret, revoke_secret};
use super::panel::number;
use super::secret_panel::secret_panel;
use super::view::Change;
use crate::app::action::Action;
use crate::app::components::text::{span, strong};
use crate::app::inspector::order_button::{order_button, row_button, small_button};
use crate::app::inspector::part::Part;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_info::{text, texts};

const EMPTY: &str = "No app is registered. Its secret lets an app register devices and report calls, and nothing else.";

/// The apps, a new secret, and the form.
pub fn app_list(page: &Page, url: &str) -> Html {
    let view = &page.state.phones;
    let part = Part {
        id: APPS,
        title: "Apps",
        count: view.apps.len(),
        empty: EMPTY,
        ..Part::default()
    };
    part.with(html! {
        <>
            <p class="hint">
                { "Apps use " }
                <span class="mono whole" data-test="phones-url">{ url }</span>
            </p>
            { secret_panel(page) }
            <ul class="rows">{ for view.apps.iter().map(|app| row(page, app)) }</ul>
            { app_form(page) }
        </>
    })
}

fn row(page: &Page, app: &Value) -> Html {
    let (id, name) = (text(app, "id"), text(app, "name"));
    let is_owner = app["is_owner"] == true;
    let has_secret = app["has_secret"] == true;
    let is_asked = page.state.phones.asked == id;
    let messages = &page.messages;
    let owner = if is_owner { "yours" } else { "shared with you" };
    let about = [texts(&app["bundle_ids"]).join(", ").as_str(), owner].join(" · ");
    html! {
        <li key={id.to_owned()} data-test="registered-app">
            <span class="line">
                { strong(name) }
                if !has_secret {
                    { span("badge", "no secret") }
                }
                { span("hint", &about) }
            </span>
            if is_asked {
                { question(page, id, name) }
            } else if is_owner {
                <div class="row">
                    { row_button(messages, "renew-secret", "New secret", name, renew_secret(id)) }
                    if has_secret {
                        { row_button(messages, "revoke-secret", "Revoke secret", name, revoke_secret(id)) }
                    }
                    { small_button("delete-app", "Delete", name, ask(page, id)) }
                </div>
            }
        </li>
    }
}

/// The question before an app is deleted.
fn question(page: &Page, id: &str, name: &str) -> Html {
    let devices = page.state.phones.devices_of(id);
    let question = [
        "Delete ",
        name,
        ", its ",
        &number(devices, " device"),
        ", their sends and receipts?",
    ]
    .concat();
    html! {
        <div class="send-bar ask" role="alertdialog" aria-labelledby="ask-delete" data-test="ask-delete">
            <p id="ask-delete">{ question }</p>
            <div class="row">
                { order_button(&page.messages, "delete-yes", "Delete all of it", delete_app(id)) }
                <button
                    type="button"
                    class="quiet"
                    data-test="delete-no"
                    id="delete-no"
                    onclick={ask(page, "")}
                >
                    { "Cancel" }
                </button>
            </div>
        </div>
    }
}

/// Callback that asks whether an app is to be deleted; none if the ID is empty.
fn ask(page: &Page, id: &str) -> Callback<MouseEvent> {
    let id = id.to_owned();
    page.on(move |_| Some(Message::Do(Action::Phones(Change::Ask(id.clone())))))
}
