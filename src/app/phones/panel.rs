//! The card of registered apps and devices: collapsed at first, and one line if the relay has no push
//! server.

use yew::prelude::*;

use super::app_list::app_list;
use super::device_list::device_list;
use super::view::Change;
use crate::app::action::Action;
use crate::app::components::finding_line::finding_line;
use crate::app::form::Severity;
use crate::app::message::Message;
use crate::app::page::Page;

/// Registered apps and their devices.
pub fn phones_panel(page: &Page) -> Html {
    let state = page.state;
    let Some(url) = state.relay_info.phones_url() else {
        return html! {
            <section class="card phones" aria-labelledby="phones" data-test="phones-off">
                <div>
                    <h2 id="phones">{ "Registered devices" }</h2>
                    // It has its place before the relay has answered, so that nothing moves then.
                    <span class="hint" aria-hidden={(!state.relay_info.is_granted()).to_string()}>
                        { "Off. With " }
                        <code>{ "trill serve --phones ADDR" }</code>
                        { " your test app registers its devices here, and tells whether a call rang." }
                    </span>
                </div>
            </section>
        };
    };
    let is_open = state.phones.is_open;
    let toggle = page.messages.reform(|event: MouseEvent| {
        // The state decides what is open, not the browser.
        event.prevent_default();
        Message::Do(Action::Phones(Change::Toggle))
    });
    html! {
        <section class="card phones" aria-labelledby="phones">
            <details open={is_open}>
                <summary data-test="phones" onclick={toggle}>
                    <h2 id="phones">{ "Registered devices" }</h2>
                    <span class="hint" role="status">{ count(page) }</span>
                </summary>
                if is_open {
                    <div class="alert" role="alert">
                        if let Some(refusal) = state.phones.refusal.about("") {
                            { finding_line("refused", Severity::Error, refusal) }
                        }
                    </div>
                    <div class="inspector-contents">
                        { device_list(page) }
                        { app_list(page, url) }
                    </div>
                }
            </details>
        </section>
    }
}

/// Returns the numbers of apps and devices.
fn count(page: &Page) -> String {
    let view = &page.state.phones;
    match (view.apps.len(), view.devices.len()) {
        (0, _) => {
            "Your test app registers its devices here, and tells whether a call rang".to_owned()
        }
        (apps, devices) => [number(apps, " app"), number(devices, " device")].join(", "),
    }
}

/// Returns a number with its noun, which gets an s unless it is one.
pub fn number(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    [&count.to_string(), noun, s].concat()
}
