//! Tests of what the phone does with a payload, and of what there is to say about one before it is sent.

#![allow(clippy::unwrap_used)] // a test may fail

mod apps_page;
mod call_name;
mod certainty;
mod diagnosis;
mod incoming_call;
mod json_in_texts;
mod lint;
mod own_app;
mod pasted_payloads;
mod paths;
mod phone;
mod phone_delivery;
mod profiles;
mod prose;
mod template;

const UUID: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";
const OTHER_UUID: &str = "0b1dff98-bfef-4ec0-8ac6-8187a3b0c645";
