//! Payloads to start from.

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

/// The article's payload for a call of its own: a UUID names one call and is never used again.
pub fn article(call_uuid: &Uuid) -> String {
    ARTICLE.replace(ARTICLE_UUID, call_uuid.as_str())
}

/// Whether `text` is the article's payload with some UUID in it: nobody has typed anything of their own.
pub fn is_article(text: &str) -> bool {
    let (before, after) = ARTICLE.split_once(ARTICLE_UUID).unwrap_or_default();
    text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).is_some_and(|middle| Uuid::parse(middle).is_some())
}
