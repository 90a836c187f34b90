//! The page's view of the push server for apps. Its lists stay JSON values that are read on demand;
//! types for them would enlarge the WebAssembly.

use serde_json::Value;

use super::new_secret::NewSecret;
use super::refusal::Refusal;
use crate::apns::headers::{APNS_PUSH_TYPE, APNS_TOPIC};
use crate::apns::{Environment, Parts, PushType, json};
use crate::app::form::Form;
use crate::app::relay_info::{text, texts};

/// Lists of the push server, and what the user does with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhonesView {
    /// `true` if the card is open.
    pub is_open: bool,
    /// Registered apps.
    pub apps: Vec<Value>,
    /// Devices of the registered apps, the newest last.
    pub devices: Vec<Value>,
    /// Devices that their apps withdrew while the page was open.
    pub withdrawn: Vec<Value>,
    /// Newest sends with their receipts, the newest first.
    pub sends: Vec<Value>,
    /// Name of the app that is to be registered.
    pub name: String,
    /// Its bundle IDs; `None` while they are that of the form.
    pub bundle_ids: Option<String>,
    /// The last refusal, until the next order.
    pub refusal: Refusal,
    /// The new secret, while it is shown.
    pub secret: NewSecret,
    /// `true` if the secret was copied.
    pub is_copied: bool,
    /// ID of the app whose deletion is in question; may be empty.
    pub asked: String,
}

/// A change of the view.
#[derive(Debug)]
pub enum Change {
    /// The card was opened or closed.
    Toggle,
    /// New lists.
    Lists(Lists),
    /// The user typed the name of a new app.
    Name(String),
    /// The user typed the bundle IDs of a new app.
    BundleIds(String),
    /// The user asked for the deletion of the app with this ID, or of none if it is empty.
    Ask(String),
    /// An order was carried out, with this answer.
    Done(Value),
    /// An order was refused.
    Refused(Refusal),
    /// The secret was copied, or could not be.
    Copy(bool),
    /// The user has taken the secret.
    HideSecret,
    /// An app withdrew this device.
    Withdrawn(Value),
}

/// Answers of the relay with its lists; `null` for one that it did not give.
#[derive(Debug, Default)]
pub struct Lists {
    /// Answer with the apps.
    pub apps: Value,
    /// Answer with the devices.
    pub devices: Value,
    /// Answer with the sends.
    pub sends: Value,
}

impl PhonesView {
    /// Applies a change.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Toggle => self.is_open = !self.is_open,
            Change::Lists(mut lists) => {
                take(&mut self.apps, &mut lists.apps["apps"]);
                take(&mut self.devices, &mut lists.devices["devices"]);
                take(&mut self.sends, &mut lists.sends["sends"]);
                let devices = &self.devices;
                self.withdrawn
                    .retain(|old| !devices.iter().any(|device| is_same(device, old)));
            }
            Change::Name(name) => {
                self.name = name;
                self.refusal.forget("name");
            }
            Change::BundleIds(bundle_ids) => {
                self.bundle_ids = Some(bundle_ids);
                self.refusal.forget("bundle_ids");
            }
            Change::Ask(app_id) => self.asked = app_id,
            Change::Done(answer) => {
                self.refusal = Refusal::default();
                self.asked.clear();
                // Only the answers to a new app and to a new secret have one.
                if answer["secret"].is_string() {
                    self.secret = NewSecret::new(answer);
                    self.is_copied = false;
                    self.name.clear();
                    self.bundle_ids = None;
                }
            }
            Change::Refused(refusal) => self.refusal = refusal,
            Change::Copy(is_copied) => self.is_copied = is_copied,
            Change::HideSecret => self.secret = NewSecret::default(),
            Change::Withdrawn(mut device) => {
                self.withdrawn.retain(|old| !is_same(&device, old));
                json::set(&mut device, "state", "withdrawn".into());
                self.withdrawn.push(device);
            }
        }
    }

    /// Returns the send with this `apns-id`.
    pub fn send(&self, apns_id: &str) -> Option<&Value> {
        let mut sends = self.sends.iter();
        sends.find(|send| text(send, "apns_id").eq_ignore_ascii_case(apns_id))
    }

    /// Returns the device with this token.
    pub fn device(&self, device_token: &str) -> Option<&Value> {
        let mut devices = self.devices.iter();
        devices.find(|device| text(device, "device_token").eq_ignore_ascii_case(device_token))
    }

    /// Returns `true` if a receipt for one of the sends may still come.
    pub fn is_waiting(&self) -> bool {
        let mut sends = self.sends.iter();
        sends.any(|send| send["ring"]["state"] == "accepted")
    }

    /// Returns the number of devices of an app.
    pub fn devices_of(&self, app_id: &str) -> usize {
        let devices = self.devices.iter();
        devices
            .filter(|device| text(device, "app_id") == app_id)
            .count()
    }

    /// Returns `true` if the user owns the app with this ID.
    pub fn is_owner(&self, app_id: &str) -> bool {
        let mut apps = self.apps.iter();
        apps.any(|app| text(app, "id") == app_id && app["is_owner"] == true)
    }

    /// Returns the bundle IDs of the app that is to be registered.
    pub fn bundle_ids<'a>(&'a self, form: &'a Form) -> &'a str {
        match &self.bundle_ids {
            Some(bundle_ids) => bundle_ids,
            None => form.bundle_id.trim(),
        }
    }
}

/// Returns the values of the form for a push to a device: its token, its environment, and the topic
/// and push type of its kind.
pub fn parts_of(device: &Value) -> Parts {
    let is_for_calls = texts(&device["kinds"]).contains(&"voip");
    let is_for_talk = texts(&device["kinds"]).contains(&"ptt");
    let push_type = match (is_for_calls, is_for_talk) {
        (true, _) => PushType::Voip,
        (false, true) => PushType::PushToTalk,
        (false, false) => PushType::Alert,
    };
    let topic = [text(device, "bundle_id"), push_type.topic_suffix()].concat();
    Parts {
        environment: Environment::parse(text(device, "environment")),
        device_token: Some(text(device, "device_token").to_owned()),
        headers: vec![
            (APNS_PUSH_TYPE, push_type.as_str().to_owned()),
            (APNS_TOPIC, topic),
        ],
        ..Parts::default()
    }
}

/// Takes over a list, unless the relay gave none.
fn take(list: &mut Vec<Value>, answer: &mut Value) {
    if let Value::Array(new) = answer {
        *list = std::mem::take(new);
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    (&one["app_id"], &one["device_token"]) == (&other["app_id"], &other["device_token"])
}
