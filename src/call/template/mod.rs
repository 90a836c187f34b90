//! Template: a payload to start from. Most templates are those of the [profiles](super::profile):
//! the payload that rings, and the push that ends a call if the app has one.
//!
//! The [list] contains all of them.

pub mod list;

use crate::apns::push_type::PushType;
use crate::apns::uuid::Uuid;

/// Payload of the article: the minimum for a call, in the two keys of Apple's own sample.
///
/// The article's page shows a mangled e-mail address in place of this handle.
pub const ARTICLE: &str = r#"{
   "aps" : {
      "alert":"VoIP Comming"
   },
   "handle" : "alice@example.com",
   "callUUID" : "db1dff98-bfef-4ec0-8ac6-8187a3b0c645"
}"#;

const FRESH_UUID: &str = "{{uuid}}";
const ARTICLE_UUID: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";

/// Payload to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Permanent identifier, in kebab case.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Title of the group in which lists show it.
    pub group: &'static str,
    /// Push type it is for.
    pub push_type: PushType,
    /// Payload, with [placeholders](super::placeholder) for values that differ from send to send.
    pub text: String,
    /// Identifier of the profile of the app that gets it; empty if the payload says it.
    pub app: String,
}

/// Payload of the article with a new UUID for every send, because a UUID identifies one call and
/// must not be reused.
pub fn article() -> String {
    ARTICLE.replace(ARTICLE_UUID, FRESH_UUID)
}

/// Returns `true` if `text` is the payload of the article with any UUID.
pub fn is_article(text: &str) -> bool {
    let (before, after) = ARTICLE.split_once(ARTICLE_UUID).unwrap_or_default();
    let middle = text
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after));
    middle.is_some_and(|middle| middle == FRESH_UUID || Uuid::parse(middle).is_some())
}
