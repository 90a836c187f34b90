//! Payloads to start from: the article's, Apple's, and the shapes that widely used SDKs read.
//!
//! The [list] has all of them.

pub mod list;

use super::mapping::Mapping;
use crate::apns::push_type::PushType;
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

const FRESH_UUID: &str = "{{uuid}}";
const ARTICLE_UUID: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";

/// A payload to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Names it for ever, in kebab case.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The type of push it is for.
    pub push_type: PushType,
    /// The payload, with [placeholders](super::placeholder) where every send needs a value of its own.
    pub text: &'static str,
    /// Where an app of this kind looks for the parts of the call.
    pub mapping: Mapping,
    /// Where the shape is written down.
    pub source: &'static str,
}

/// The article's payload with a new UUID for every send: a UUID names one call and is never used again.
pub fn article() -> String {
    ARTICLE.replace(ARTICLE_UUID, FRESH_UUID)
}

/// Whether `text` is the article's payload, with some UUID in it.
pub fn is_article(text: &str) -> bool {
    let (before, after) = ARTICLE.split_once(ARTICLE_UUID).unwrap_or_default();
    let middle = text
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after));
    middle.is_some_and(|middle| middle == FRESH_UUID || Uuid::parse(middle).is_some())
}
