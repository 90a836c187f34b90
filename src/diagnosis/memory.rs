//! The memory of devices: where each device token worked and where it was refused.
//!
//! No device token is kept, only a fingerprint of it, and never anything of who signs.

use super::circumstances::Past;
use crate::apns::hex::hex;
use crate::apns::{DeviceToken, Environment, Outcome, Reason};

/// The first line of the stored text.
const HEAD: &str = "trill devices 1";
/// Stands for what is not known.
const NOTHING: &str = "-";
/// A longer topic is not kept.
const LONGEST_TOPIC: usize = 160;

/// What is remembered of the device tokens that pushes were sent to lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceMemory {
    /// The latest last.
    devices: Vec<Device>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Device {
    fingerprint: String,
    /// Where it worked last.
    home: Option<Environment>,
    /// Where APNs said BadDeviceToken, unless it worked there later.
    refused: Option<Environment>,
    /// The topic it worked with.
    topic: String,
}

impl DeviceMemory {
    /// The largest number of devices; of more, those that were used longest ago are forgotten.
    pub const MOST: usize = 64;

    /// Reads what [`to_text`](Self::to_text) wrote; anything else is no memory at all.
    pub fn read(text: &str) -> Self {
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Self::default();
        }
        let devices: Option<Vec<Device>> = lines.take(Self::MOST + 1).map(Device::read).collect();
        Self {
            devices: devices
                .filter(|devices| devices.len() <= Self::MOST)
                .unwrap_or_default(),
        }
    }

    /// The memory as a small text, a line for each device.
    pub fn to_text(&self) -> String {
        let mut text = HEAD.to_owned();
        for device in &self.devices {
            let environment =
                |environment: Option<Environment>| environment.map_or(NOTHING, Environment::as_str);
            let topic = if device.topic.is_empty() {
                NOTHING
            } else {
                &device.topic
            };
            let words = [
                "\n",
                &device.fingerprint,
                " ",
                environment(device.home),
                " ",
                environment(device.refused),
                " ",
                topic,
            ];
            text.push_str(&words.concat());
        }
        text
    }

    /// Learns from a send that has ended; `past` says how. The simulator teaches nothing.
    pub fn learn(&mut self, device_token: &DeviceToken, past: &Past<'_>) {
        let worked = past.outcome == Outcome::Accepted;
        if past.environment.is_simulator() || !(worked || past.met(Reason::BadDeviceToken)) {
            return;
        }
        let fingerprint = fingerprint(device_token);
        let place = self
            .devices
            .iter()
            .position(|device| device.fingerprint == fingerprint);
        let unknown = Device {
            fingerprint,
            home: None,
            refused: None,
            topic: String::new(),
        };
        let mut device = place.map_or(unknown, |place| self.devices.remove(place));
        if worked {
            device.home = Some(past.environment);
            device.refused = device
                .refused
                .filter(|refused| *refused != past.environment);
            device.topic = if is_topic(past.topic) {
                past.topic.to_owned()
            } else {
                String::new()
            };
        } else {
            device.refused = Some(past.environment);
        }
        if self.devices.len() >= Self::MOST {
            self.devices.remove(0);
        }
        self.devices.push(device);
    }

    /// The environment this device token belongs to, if it ever worked.
    pub fn home(&self, device_token: &DeviceToken) -> Option<Environment> {
        self.device(device_token)?.home
    }

    /// What is remembered of a device token, as a history to diagnose with.
    pub fn history(&self, device_token: &DeviceToken) -> Vec<Past<'_>> {
        let Some(device) = self.device(device_token) else {
            return Vec::new();
        };
        let mut history = Vec::new();
        if let Some(environment) = device.refused {
            let reason = Some(Reason::BadDeviceToken.as_str());
            history.push(Past {
                environment,
                topic: "",
                outcome: Outcome::Rejected,
                reason,
            });
        }
        if let Some(environment) = device.home {
            history.push(Past {
                environment,
                topic: &device.topic,
                outcome: Outcome::Accepted,
                reason: None,
            });
        }
        history
    }

    fn device(&self, device_token: &DeviceToken) -> Option<&Device> {
        let fingerprint = fingerprint(device_token);
        self.devices
            .iter()
            .find(|device| device.fingerprint == fingerprint)
    }
}

impl Device {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let fingerprint = words.next().filter(|word| is_fingerprint(word))?.to_owned();
        let (home, refused) = (environment(words.next()?)?, environment(words.next()?)?);
        let topic = words.next().filter(|word| is_topic(word))?;
        let topic = if topic == NOTHING {
            String::new()
        } else {
            topic.to_owned()
        };
        words.next().is_none().then_some(Self {
            fingerprint,
            home,
            refused,
            topic,
        })
    }
}

/// One of Apple's two, or nothing; `None` for another word.
fn environment(word: &str) -> Option<Option<Environment>> {
    match Environment::parse(word) {
        Some(environment) if environment.is_simulator() => None,
        None if word != NOTHING => None,
        environment => Some(environment),
    }
}

fn is_topic(word: &str) -> bool {
    (1..=LONGEST_TOPIC).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_fingerprint(word: &str) -> bool {
    word.len() == 16
        && word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// FNV-1a, 64 bits: enough to know a device token again, too little to push to it.
fn fingerprint(device_token: &DeviceToken) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in device_token.as_str().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hex(&hash.to_be_bytes())
}
