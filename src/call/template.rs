//! Payloads to start from.

/// The article's payload: the least a call needs, in the two keys Apple's own sample uses.
///
/// The handle is the one the article meant; its page shows a mangled e-mail address.
pub const ARTICLE: &str = r#"{
   "aps" : {
      "alert":"VoIP Comming"
   },
   "handle" : "alice@example.com",
   "callUUID" : "db1dff98-bfef-4ec0-8ac6-8187a3b0c645"
}"#;
