//! Row of a virtual iPhone: its state, and its settings when it is open.

use yew::prelude::*;

use super::blocked_callers::blocked_callers;
use super::model::phone::ListedPhone;
use super::order::Order;
use super::order_button::order_button;
use super::settings_form::settings_form;
use super::state::Change;
use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::text::{paragraph, span, strong};
use crate::app::message::Message;
use crate::call::phone::unreported_sentence;

/// Line with a phone's name, state and settings; a click opens it.
pub fn phone_row(
    phone: &ListedPhone,
    is_open: bool,
    is_in_form: bool,
    on_message: &Callback<Message>,
) -> Html {
    let next = (!is_open).then(|| phone.device_token().to_owned());
    let toggle = on_message.reform(move |event: MouseEvent| {
        // The state decides which row is open, not the browser.
        event.prevent_default();
        Message::Do(Action::Inspector(Change::OpenPhone(next.clone())))
    });
    let state = phone.activity();
    html! {
        <li key={phone.device_token()} data-test="simulated-phone">
            <details open={is_open} aria-current={is_in_form.then_some("true")}>
                <summary onclick={toggle}>
                    <span class="line">
                        {strong(phone.name())}
                        if state != "idle" {
                            {span("badge", state)}
                        }
                        <span class="mono short" aria-hidden="true">{phone.device_token().to_owned()}</span>
                        {span("hint", &phone.summary())}
                    </span>
                </summary>
                if is_open {
                    {details(phone, on_message)}
                }
            </details>
        </li>
    }
}

fn details(phone: &ListedPhone, on_message: &Callback<Message>) -> Html {
    let (device_token, bundle_id) = (
        phone.device_token().to_owned(),
        phone.bundle_id().to_owned(),
    );
    let use_phone = on_message
        .reform(move |_: MouseEvent| Message::UsePhone(device_token.clone(), bundle_id.clone()));
    let reinstall = Order::reinstall(phone);
    html! {
        <div class="stack more-of">
            if let Some(stored) = phone.stored() {
                <p class="hint" data-test="stored">
                    {"A push waits for it: "}
                    {span("mono", stored)}
                </p>
            }
            if let Some(sentence) = unreported_sentence(phone.unreported()) {
                {paragraph("hint", "unreported", &sentence)}
            }
            {settings_form(phone, on_message)}
            {blocked_callers(phone, on_message)}
            <p class="hint">
                {"Device token "}
                <span class="mono whole" data-test="whole-token">{phone.device_token().to_owned()}</span>
            </p>
            <div class="row">
                {button("quiet", "use-phone", "Use this phone", use_phone)}
                {order_button(on_message, "reinstall-phone", "Reinstall the app", reinstall)}
                {order_button(on_message, "remove-phone", "Remove", Order::remove_phone(phone))}
            </div>
        </div>
    }
}
