//! List of the registered devices.

use serde_json::Value;
use yew::prelude::*;

use super::order::{DEVICES, remove_device};
use super::view::parts_of;
use crate::apns::{Change, Fix};
use crate::app::action::Action;
use crate::app::browser::clock;
use crate::app::components::text::{span, strong};
use crate::app::inspector::order_button::{row_button, small_button};
use crate::app::inspector::part::Part;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_info::text;

const EMPTY: &str =
    "No device has registered yet. It appears here as soon as your app sends its token.";

/// The devices, newest first.
pub fn device_list(page: &Page) -> Html {
    let view = &page.state.phones;
    let part = Part {
        id: DEVICES,
        title: "Devices",
        count: view.devices.len(),
        empty: EMPTY,
        ..Part::default()
    };
    let withdrawn = view.withdrawn.iter();
    part.with(html! {
        <ul class="rows">
            { for view.devices.iter().rev().chain(withdrawn).map(|device| row(page, device)) }
        </ul>
    })
}

fn row(page: &Page, device: &Value) -> Html {
    let state = text(device, "state");
    let token = text(device, "device_token");
    let name = match text(device, "device_name") {
        "" => "iPhone",
        name => name,
    };
    let is_in_form = page.state.form.device_token.eq_ignore_ascii_case(token);
    let fix = Fix {
        label: "",
        change: Change::Parts(parts_of(device)),
    };
    let use_it = page.on(move |_| Some(Message::Do(Action::Apply(fix.clone()))));
    let is_owner = page.state.phones.is_owner(text(device, "app_id"));
    html! {
        <li
            key={[text(device, "app_id"), token].concat()}
            class="split"
            data-test="registered-device"
            data-state={state.to_owned()}
            aria-current={is_in_form.then_some("true")}
        >
            <span class="line">
                { strong(name) }
                if state != "registered" {
                    { span("badge", state) }
                }
                <span class="mono short" aria-hidden="true">{ token }</span>
                { span("hint", &about(device)) }
                if let Some(reason) = device["kinds_reason"].as_str() {
                    <span class="hint" data-test="kinds-reason">{ reason }</span>
                }
            </span>
            if state != "withdrawn" {
                { small_button("use-device", "Use", name, use_it) }
                if is_owner {
                    { row_button(&page.messages, "remove-device", "Remove", name, remove_device(token)) }
                }
            }
        </li>
    }
}

/// Returns what is known about a device, on one line.
fn about(device: &Value) -> String {
    let at = clock::moment(device["registered_at_ms"].as_f64().unwrap_or_default());
    let mut parts = vec![
        text(device, "app_name").to_owned(),
        text(device, "bundle_id").to_owned(),
        text(device, "environment").to_owned(),
        text(device, "kinds_sentence").to_owned(),
        ["registered ", &at].concat(),
    ];
    for (before, name) in [
        ("iOS ", "system_version"),
        ("app ", "app_version"),
        ("", "region"),
    ] {
        let detail = text(device, name);
        if !detail.is_empty() {
            parts.push([before, detail].concat());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}
