//! The app that gets the push: recognised by the payload, chosen from the list, or described.

use yew::prelude::*;

use super::own_app::{exchange, own_app};
use crate::app::action::Action;
use crate::app::app_choice::{OWN_APP, OWN_JSON};
use crate::app::components::button::button;
use crate::app::components::field::{leave, text_area};
use crate::app::components::select::{Select, add_to_group};
use crate::app::components::text::span;
use crate::app::form::Field;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::phones::call_name::call_name_bytes;
use crate::call::ReceivingApp;
use crate::call::profile::{self, Condition, Source};

/// The list of apps, the knowledge about the app, and the profile of a described app.
pub fn receiving_app(page: &Page) -> Html {
    let form = &page.state.form;
    let is_json = form.is_app_in_json();
    let entries = vec![
        (String::new(), "Recognised by the payload".to_owned()),
        (OWN_APP.to_owned(), "My own app".to_owned()),
        (OWN_JSON.to_owned(), "My own app, as JSON".to_owned()),
    ];
    let mut groups = Vec::new();
    for profile in profile::by_name() {
        let entry = (profile.id.clone(), profile.name.clone());
        add_to_group(&mut groups, profile.group(), entry);
    }
    let current = if is_json { OWN_JSON } else { &form.app };
    let current = current.to_owned();
    let onchoose = page.on(|chosen| Some(Message::Do(Action::ChooseApp(chosen))));
    let list = Select {
        test: AttrValue::Static("app"),
        id: Some(AttrValue::Static("receiving-app")),
        described_by: Some("app-known"),
        entries,
        groups,
        current,
        onchoose,
        onblur: Some(leave(page, Field::App)),
        ..Select::default()
    };
    html! {
        <div class="field">
            <label for="receiving-app">{ "App" }</label>
            { list.html() }
            <p class="hint" id="app-known" data-test="app-known">{ known_about(page) }</p>
            if page.state.lacks_call_name(&page.composed) {
                { call_name(page) }
            }
            if form.is_own_app() {
                { own_app(page) }
            }
            if is_json {
                { in_json(page) }
            }
        </div>
    }
}

/// The button that adds a name for receipts, with the bytes that it costs.
fn call_name(page: &Page) -> Html {
    let bytes = call_name_bytes(&page.state.form.payload);
    let add = page.act(|| Action::NameCall);
    let about = format!(
        "The app reads no call UUID here, so its receipts need a name in the payload: trill_call, \
         {bytes} bytes."
    );
    html! {
        <div class="row">
            { button("quiet", "add-call-name", "Add a name for receipts", add) }
            { span("hint", &about) }
        </div>
    }
}

/// The knowledge about the app, with a link to its source.
fn known_about(page: &Page) -> Html {
    let app = &page.composed.app;
    let is_recognised = page.state.form.app.is_empty();
    let sentence = match app {
        ReceivingApp::Unknown => {
            "Not recognised. The call is looked for under the usual names.".to_owned()
        }
        ReceivingApp::Known(profile) if profile.is_own() => {
            "Reads the call as described below.".to_owned()
        }
        ReceivingApp::Family(profiles) => {
            let names: Vec<&str> = profiles
                .iter()
                .map(|profile| profile.name.as_str())
                .collect();
            format!(
                "These keys are those of {}. Choose the one that gets this push.",
                names.join(" and of ")
            )
        }
        ReceivingApp::Known(profile) => match &profile.recognise {
            Some(condition) if is_recognised => {
                format!("{}, recognised by {}.", profile.name, marks(condition))
            }
            _ => String::new(),
        },
    };
    let source = app.profile().and_then(|profile| profile.sources.first());
    html! {
        <>
            { sentence }
            if let Some(source) = source {
                { " " }
                { link(source) }
            }
        </>
    }
}

fn marks(condition: &Condition) -> String {
    condition.marks().join(", ")
}

fn link(source: &Source) -> Html {
    html! {
        <a href={source.address()} target="_blank" rel="noopener noreferrer">
            { ["Read in ", &source.short()].concat() }
        </a>
    }
}

/// The editor of an own app's profile in JSON.
fn in_json(page: &Page) -> Html {
    html! {
        <>
            { text_area(
                page,
                Field::App,
                "Profile of your app",
                ["mono profile", ""],
                12,
                "docs/apps.md shows the form of a profile.",
            ) }
            <div class="row">{ exchange(page) }</div>
        </>
    }
}
