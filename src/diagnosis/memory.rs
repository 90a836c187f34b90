//! Memory of devices: the environments in which each device token worked and was refused.
//!
//! Only a fingerprint of each device token is stored, and nothing about the credential.

use super::circumstances::Past;
use crate::apns::hex::hex;
use crate::apns::{DeviceToken, Environment, Outcome, Reason};

/// First line of the stored text; it names the format and its version.
const HEAD: &str = "trill devices 1";
/// Placeholder for an unknown value in the stored text.
const NOTHING: &str = "-";
/// Maximum length of a stored topic in bytes; longer topics are not stored.
const LONGEST_TOPIC: usize = 160;

/// Facts about the device tokens that were used lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceMemory {
    /// Devices, the least recently used first.
    devices: Vec<Device>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Device {
    fingerprint: String,
    /// Environment in which the token worked last.
    home: Option<Environment>,
    /// Environment in which APNs answered `BadDeviceToken`, unless the token worked there later.
    refused: Option<Environment>,
    /// Topic with which the token worked.
    topic: String,
}

impl DeviceMemory {
    /// Maximum number of devices. Beyond it, the least recently used device is removed.
    pub const MOST: usize = 64;

    /// Parses the text written by [`to_text`](Self::to_text); any other text gives an empty memory.
    pub fn read(text: &str) -> Self {
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Self::default();
        }
        let mut memory = Self::default();
        for line in lines {
            match Device::read(line) {
                Some(device) if memory.devices.len() < Self::MOST => memory.devices.push(device),
                _ => return Self::default(),
            }
        }
        memory
    }

    /// Serialises the memory as text: one line per device.
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

    /// Records a send that has ended. Sends to the simulator, and outcomes other than acceptance
    /// and `BadDeviceToken`, are ignored.
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

    /// Environment of this device token, if it ever worked.
    pub fn home(&self, device_token: &DeviceToken) -> Option<Environment> {
        self.device(device_token)?.home
    }

    /// Recorded sends to a device token, in the form a diagnosis expects.
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

/// Parses one of Apple's environments or the placeholder; `None` for any other word.
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

/// FNV-1a hash of 64 bits: enough to recognise a device token, not enough to reconstruct it.
fn fingerprint(device_token: &DeviceToken) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in device_token.as_str().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hex(&hash.to_be_bytes())
}
