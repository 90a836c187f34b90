//! List of the virtual iPhones.

use yew::prelude::*;

use super::model::SimulatorView;
use super::order::{Order, PHONES};
use super::part::Part;
use super::phone_row::phone_row;
use crate::apns::DeviceToken;
use crate::app::browser::random;
use crate::app::components::button::button;
use crate::app::form::Form;
use crate::app::message::Message;

const EMPTY: &str = "No phone is enrolled: every push is refused with BadDeviceToken. Add one, or ring the demo phone.";
/// Bundle ID of a new phone if the form has none.
const EXAMPLE_BUNDLE_ID: &str = "com.example.calls";
/// Length in bytes of Apple's device tokens.
const TOKEN_BYTES: usize = 32;

/// The phones, and a button that adds one. The one with the device token `open` shows its settings.
pub fn phone_list(
    view: &SimulatorView,
    open: Option<&String>,
    form: &Form,
    on_message: &Callback<Message>,
) -> Html {
    let phones = &view.phones;
    let (count, bundle_id) = (phones.count, form.bundle_id.clone());
    let add = on_message.reform(move |_: MouseEvent| {
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
    let part = Part {
        id: PHONES,
        title: "Phones",
        count,
        button: button("quiet", "add-phone", "Add a phone", add),
        empty: EMPTY,
        rest: phones.rest("devices"),
    };
    part.with(html! {
        <ul class="rows">
            for phone in &phones.entries {
                {phone_row(
                    phone,
                    open.is_some_and(|open| open == phone.device_token()),
                    form.device_token == phone.device_token(),
                    on_message,
                )}
            }
        </ul>
    })
}
