//! Payloads to start from: the article's, Apple's, and the shapes that widely used SDKs read.
//!
//! The article's is always at hand. The [list] of all is data: native code has it, and the
//! page loads it with the [catalogue](super::catalogue).

pub mod list;

use serde_json::{Value, json};

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
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The type of push it is for.
    pub push_type: PushType,
    /// The payload, with [placeholders](super::placeholder) where every send needs a value of its own.
    pub text: String,
    /// Where an app of this kind looks for the parts of the call.
    pub mapping: Mapping,
    /// Where the shape is written down.
    pub source: String,
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

/// Whether nobody has typed anything of their own into `text`.
pub fn is_untouched(text: &str, templates: &[Template]) -> bool {
    is_article(text) || templates.iter().any(|template| template.text == text)
}

/// Templates as the page loads them.
pub fn to_value(templates: &[Template]) -> Value {
    Value::Array(templates.iter().map(entry).collect())
}

/// Reads what [`to_value`] made; `None` unless all of it can be read.
pub fn from_value(list: &Value) -> Option<Vec<Template>> {
    list.as_array()?.iter().map(template).collect()
}

fn entry(template: &Template) -> Value {
    json!({
        "id": template.id,
        "name": template.name,
        "push_type": template.push_type.as_str(),
        "text": template.text,
        "mapping": template.mapping.to_value(),
        "source": template.source,
    })
}

fn template(value: &Value) -> Option<Template> {
    let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
    Some(Template {
        id: text("id")?,
        name: text("name")?,
        push_type: PushType::parse(&text("push_type")?)?,
        text: text("text")?,
        mapping: Mapping::from_value(value.get("mapping")?)?,
        source: text("source")?,
    })
}
