//! List of the virtual iPhones.

use std::rc::Rc;

use yew::prelude::*;

use super::model::SimulatorView;
use super::order::{Order, PHONES};
use super::part::Part;
use super::phone_row::PhoneRow;
use crate::apns::DeviceToken;
use crate::app::browser::random;
use crate::app::message::Message;

const EMPTY: &str = "No phone is enrolled: every push is refused with BadDeviceToken. Add one, or ring the demo phone.";
/// Bundle ID of a new phone if the form has none.
const EXAMPLE_BUNDLE_ID: &str = "com.example.calls";
/// Length in bytes of Apple's device tokens.
const TOKEN_BYTES: usize = 32;

/// Properties of [`PhoneList`].
#[derive(Properties, PartialEq)]
pub struct PhoneListProps {
    /// Contents of the simulator.
    pub view: Rc<SimulatorView>,
    /// Device token of the open phone.
    pub open: Option<String>,
    /// Device token in the form.
    pub device_token: AttrValue,
    /// Bundle ID in the form.
    pub bundle_id: AttrValue,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// The phones, one of which may be open with its settings, and a button that adds one.
#[component]
pub fn PhoneList(props: &PhoneListProps) -> Html {
    let phones = &props.view.phones;
    let (count, bundle_id) = (phones.count, props.bundle_id.clone());
    let add = props.on_message.reform(move |_: MouseEvent| {
        let bytes = random::bytes::<TOKEN_BYTES>().unwrap_or_default();
        let bundle_id = match bundle_id.trim() {
            "" => EXAMPLE_BUNDLE_ID,
            bundle_id => bundle_id,
        };
        Message::Order(Order::add_phone(
            &DeviceToken::from_bytes(&bytes),
            count,
            bundle_id,
        ))
    });
    let add = html! {
        <button class="quiet" type="button" data-test="add-phone" onclick={add}>
            {"Add a phone"}
        </button>
    };
    html! {
        <Part id={PHONES} title="Phones" {count} button={add} empty={EMPTY} rest={phones.rest("devices")}>
            <ul class="rows">
                for phone in &phones.entries {
                    <PhoneRow
                        key={phone.device_token.clone()}
                        phone={phone.clone()}
                        is_open={props.open.as_ref() == Some(&phone.device_token)}
                        is_in_form={*props.device_token == *phone.device_token}
                        on_message={&props.on_message}
                    />
                }
            </ul>
        </Part>
    }
}
