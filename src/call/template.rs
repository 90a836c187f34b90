//! Payloads to start from: the article's, Apple's, and the shapes that widely used SDKs read.

use crate::apns::uuid::Uuid;

/// The article's payload: the least a call needs, in the two keys Apple's own sample uses.
///
/// The article's page shows a mangled e-mail address where this handle stands.
pub const ARTICLE: &str = r#"{
   "aps" : {
      "alert":"VoIP Comming"
   },
   "handle" : "alice@example.com",
   "callUUID" : "db1dff98-bfef-4ec0-8ac6-8187a3b0c645"
}"#;

const ARTICLE_UUID: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";

/// A payload to start from.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// What it is called.
    pub name: &'static str,
    /// The payload, with [placeholders](super::placeholder) where every send needs a value of its own.
    pub text: &'static str,
}

/// The templates, in the order they are offered. Sources: the article; Apple, "Responding to VoIP
/// Notifications from PushKit"; the README of each SDK.
pub const TEMPLATES: [Template; 6] = [
    Template { name: "The article’s payload", text: ARTICLE },
    Template {
        name: "CallKit, Apple’s keys",
        text: r#"{
  "callUUID": "{{uuid}}",
  "handle": "+15551234567",
  "callerName": "Alice Example",
  "hasVideo": false
}"#,
    },
    Template {
        name: "flutter_callkit_incoming",
        text: r#"{
  "id": "{{uuid}}",
  "nameCaller": "Alice Example",
  "handle": "+15551234567",
  "isVideo": false
}"#,
    },
    Template {
        name: "React Native VoIP push and CallKeep",
        text: r#"{
  "uuid": "{{uuid}}",
  "callerName": "Alice Example",
  "handle": "+15551234567"
}"#,
    },
    Template {
        name: "flutter-webrtc CallKeep",
        text: r#"{
  "uuid": "{{uuid}}",
  "caller_id": "+15551234567",
  "caller_name": "Alice Example",
  "caller_id_type": "number",
  "has_video": false
}"#,
    },
    Template {
        name: "Telnyx",
        text: r#"{
  "metadata": {
    "call_id": "{{uuid}}",
    "caller_name": "Alice Example",
    "caller_number": "+15551234567"
  }
}"#,
    },
];

/// The article's payload for a call of its own: a UUID names one call and is never used again.
pub fn article(call_uuid: &Uuid) -> String {
    ARTICLE.replace(ARTICLE_UUID, call_uuid.as_str())
}

/// Whether `text` is the article's payload, with some UUID in it.
pub fn is_article(text: &str) -> bool {
    let (before, after) = ARTICLE.split_once(ARTICLE_UUID).unwrap_or_default();
    text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).is_some_and(|middle| Uuid::parse(middle).is_some())
}

/// Whether nobody has typed anything of their own into `text`.
pub fn is_untouched(text: &str) -> bool {
    is_article(text) || TEMPLATES.iter().any(|template| template.text == text)
}
