//! Row of a virtual iPhone: its state, and its settings when it is open.

use yew::prelude::*;

use super::blocked_callers::BlockedCallers;
use super::model::phone::ListedPhone;
use super::order::Order;
use super::order_button::OrderButton;
use super::settings_form::SettingsForm;
use super::state::Change;
use crate::app::action::Action;
use crate::app::message::Message;

/// Properties of [`PhoneRow`].
#[derive(Properties, PartialEq)]
pub struct PhoneRowProps {
    /// The phone.
    pub phone: ListedPhone,
    /// `true` if the settings are shown.
    pub is_open: bool,
    /// `true` if the form has this phone's device token.
    pub is_in_form: bool,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// One line with a phone's name, state and settings; a click opens it.
#[component]
pub fn PhoneRow(props: &PhoneRowProps) -> Html {
    let phone = &props.phone;
    let next = (!props.is_open).then(|| phone.device_token.clone());
    let toggle = props.on_message.reform(move |event: MouseEvent| {
        // The state decides which row is open, not the browser.
        event.prevent_default();
        Message::Do(Action::Inspector(Change::OpenPhone(next.clone())))
    });
    let state = &phone.phone.state;
    html! {
        <li data-test="simulated-phone">
            <details open={props.is_open} aria-current={props.is_in_form.then_some("true")}>
                <summary onclick={toggle}>
                    <span class="line">
                        <strong>{&phone.enrolment.name}</strong>
                        if state != "idle" {
                            <span class="badge">{state}</span>
                        }
                        <span class="mono short" aria-hidden="true">{&phone.device_token}</span>
                        <span class="hint">{phone.enrolment.summary()}</span>
                    </span>
                </summary>
                if props.is_open {
                    {details(phone, &props.on_message)}
                }
            </details>
        </li>
    }
}

fn details(phone: &ListedPhone, on_message: &Callback<Message>) -> Html {
    let (device_token, bundle_id) = (
        phone.device_token.clone(),
        phone.enrolment.bundle_id.clone(),
    );
    let use_phone = on_message
        .reform(move |_: MouseEvent| Message::UsePhone(device_token.clone(), bundle_id.clone()));
    html! {
        <div class="stack more-of">
            if let Some(stored) = &phone.stored {
                <p class="hint" data-test="stored">
                    {"A push waits for it: "}
                    <span class="mono">{&stored.apns_id}</span>
                </p>
            }
            <SettingsForm phone={phone.clone()} {on_message} />
            <BlockedCallers phone={phone.clone()} {on_message} />
            <p class="hint">
                {"Device token "}
                <span class="mono whole" data-test="whole-token">{&phone.device_token}</span>
            </p>
            <div class="row">
                <button class="quiet" type="button" data-test="use-phone" onclick={use_phone}>
                    {"Use this phone"}
                </button>
                <OrderButton
                    test="reinstall-phone"
                    label="Reinstall the app"
                    order={Order::reinstall(phone)}
                    {on_message}
                />
                <OrderButton
                    test="remove-phone"
                    label="Remove"
                    order={Order::remove_phone(phone)}
                    {on_message}
                />
            </div>
        </div>
    }
}
