//! Request: what a pasted command sends, and the finding that takes it apart.

use crate::apns::DeviceToken;
use crate::apns::environment::Environment;
use crate::apns::finding::Finding;
use crate::apns::fix::{Change, Fix};
use crate::apns::headers::{
    APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC,
};
use crate::apns::parts::Parts;
use crate::apns::payload::name::shown;
use crate::apns::push_type::PushType;

/// Headers that have a field, with its name in a sentence.
const FIELDS: [(&str, &str); 5] = [
    (APNS_TOPIC, "topic"),
    (APNS_PUSH_TYPE, "push type"),
    (APNS_PRIORITY, "priority"),
    (APNS_EXPIRATION, "expiration"),
    (APNS_COLLAPSE_ID, "collapse ID"),
];

/// Headers that every client makes itself.
const USUAL: [&str; 8] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "te",
    "user-agent",
];

/// Prefix of the headers of Azure Notification Hubs.
const AZURE: &str = "servicebusnotification-";

const OF_AZURE: &str = " It is a request to Azure Notification Hubs, which forwards its payload \
                        unchanged. Microsoft documents VoIP pushes from a hub of their own, set \
                        up with the bundle ID and .voip.";

/// Request that a command sends, as far as it can be read.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// URL or path.
    pub(super) url: String,
    /// Names in lower case, and values.
    pub(super) headers: Vec<(String, String)>,
    /// Body.
    pub(super) body: Option<String>,
    /// Name of the file with the body.
    pub(super) file: Option<String>,
    /// Tokens and passwords.
    pub(super) secrets: Vec<String>,
}

impl Request {
    /// Adds a header.
    pub(super) fn add_header(&mut self, name: &str, value: &str) {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if name.ends_with("authorization") || name == "cookie" || name.ends_with("api-key") {
            match value.split_once(' ') {
                Some((_, secret)) => self.add_secret(secret.trim()),
                // A scheme alone is no secret.
                None if value.eq_ignore_ascii_case("bearer") => {}
                None => self.add_secret(value),
            }
        } else if name == "host" && self.url.starts_with('/') {
            self.url.insert_str(0, value);
        } else if !USUAL.contains(&name.as_str()) {
            self.headers.push((name, value.to_owned()));
        }
    }

    /// Adds a token or a password.
    pub(super) fn add_secret(&mut self, secret: &str) {
        if !is_placeholder(secret) {
            self.secrets.push(secret.to_owned());
        }
    }

    /// Returns `true` if nothing of a request was found.
    pub(super) fn is_empty(&self) -> bool {
        self.url.is_empty() && self.body.is_none() && self.headers.is_empty()
    }

    /// Finding about the command, with the fix that takes it apart.
    pub(super) fn finding(&self, tool: &str) -> Finding {
        let (mut filled, mut open, mut left) = (Vec::new(), Vec::new(), Vec::new());
        let (environment, token) = target(&self.url);
        let mut parts = Parts {
            payload: self.body.clone(),
            environment,
            ..Parts::default()
        };
        if parts.payload.is_some() {
            filled.push("payload");
        }
        if environment.is_some() {
            filled.push("environment");
        }
        let handle = self.value(&[AZURE, "devicehandle"].concat());
        if let Some(token) = token.or(handle) {
            if DeviceToken::parse(token).is_ok() {
                parts.device_token = Some(token.to_owned());
                filled.push("device token");
            } else {
                open.push("device token");
            }
        }
        for (name, value) in &self.headers {
            let plain = name.strip_prefix(AZURE).unwrap_or(name);
            let is_known = plain != APNS_PUSH_TYPE || PushType::parse(value).is_some();
            match FIELDS.iter().find(|(field, _)| *field == plain) {
                Some((_, label)) if is_placeholder(value) || !is_known => open.push(label),
                Some((field, label)) => {
                    parts.headers.push((field, value.clone()));
                    filled.push(label);
                }
                None if name.starts_with(AZURE) => {}
                None => left.push(shown(name)),
            }
        }
        let is_azure = self.headers.iter().any(|(name, _)| name.starts_with(AZURE));
        let mut sentence = format!("This is {tool}, not a payload.");
        if is_azure {
            sentence.push_str(OF_AZURE);
        }
        let fix = (!filled.is_empty()).then_some(Fix {
            label: "Take it apart",
            change: Change::Parts(parts),
        });
        add(&mut sentence, "Taken apart, it fills in: ", &filled);
        add(&mut sentence, "Still to be filled in: ", &open);
        if let Some(file) = &self.file {
            let file = shown(file);
            add(
                &mut sentence,
                "Open the file with its payload here: ",
                &[file.as_str()],
            );
        }
        if !self.secrets.is_empty() {
            sentence.push_str(
                " The token, key or password in it is left out: Trill does nothing with it.",
            );
        }
        left.truncate(4);
        let left: Vec<&str> = left.iter().map(String::as_str).collect();
        add(&mut sentence, "Left out: ", &left);
        Finding {
            fix,
            ..Finding::error("payload_command", sentence)
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// Adds a sentence with a list to a sentence.
fn add(sentence: &mut String, start: &str, list: &[&str]) {
    if !list.is_empty() {
        sentence.extend([" ", start, &list.join(", "), "."]);
    }
}

/// Returns `true` for a value that is still to be filled in.
pub(super) fn is_placeholder(value: &str) -> bool {
    value.is_empty()
        || ["$", "<", "{{", "…", "..."]
            .iter()
            .any(|mark| value.contains(mark))
}

/// Environment and device token in a URL of APNs or of Trill's relay.
fn target(url: &str) -> (Option<Environment>, Option<&str>) {
    let (_, address) = url.split_once("://").unwrap_or(("", url));
    let host_end = address.find(['/', ':']).unwrap_or(address.len());
    let (before, token) = match address.split_once("/3/device/") {
        Some((before, behind)) => {
            let end = behind.find(['?', '#', '/']).unwrap_or(behind.len());
            (before, Some(&behind[..end]))
        }
        None => ("", None),
    };
    let environment = match &address[..host_end] {
        "api.push.apple.com" => Some(Environment::Production),
        "api.sandbox.push.apple.com" | "api.development.push.apple.com" => {
            Some(Environment::Sandbox)
        }
        _ => before.rsplit('/').next().and_then(Environment::parse),
    };
    (environment, token)
}
