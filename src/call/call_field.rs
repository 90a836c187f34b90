//! Call field: a field of a call, and the names by which it is looked for automatically.
//!
//! Apple's samples and the article's use `handle` and `callUUID`; the other names are those that
//! widely used SDKs read. Their sources are given in the [profiles](super::profile).

use serde_json::{Map, Value};

use crate::apns::json;
use crate::apns::path::Path;

/// Field of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallField {
    /// Caller's number, address or user name.
    Handle,
    /// Caller's display name.
    CallerName,
    /// UUID of the call.
    CallUuid,
    /// Video flag: `true` for a video call.
    HasVideo,
}

impl CallField {
    /// All fields, in the order in which the page asks for them.
    pub const ALL: [Self; 4] = [
        Self::Handle,
        Self::CallerName,
        Self::CallUuid,
        Self::HasVideo,
    ];

    /// Name of the field in drafts and data.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::CallerName => "caller_name",
            Self::CallUuid => "call_uuid",
            Self::HasVideo => "has_video",
        }
    }

    /// Names that are looked for automatically, the likeliest first.
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Handle => &[
                "handle",
                "callerHandle",
                "caller_id",
                "callerNumber",
                "caller_number",
                "phoneNumber",
                "from-uri",
                "twi_from",
            ],
            Self::CallerName => &[
                "callerName",
                "caller_name",
                "nameCaller",
                "displayName",
                "display_name",
                "localizedCallerName",
                "name",
                "display-name",
            ],
            Self::CallUuid => &[
                "callUUID",
                "callUuid",
                "call_uuid",
                "uuid",
                "UUID",
                "callId",
                "call_id",
                "id",
                "session_id",
            ],
            Self::HasVideo => &["hasVideo", "has_video", "isVideo", "is_video", "video"],
        }
    }
}

/// Finds a field by name: first at the top level of the payload, then one level down, but not
/// inside `aps`.
pub fn guess(payload: &Value, part: CallField) -> Option<Path> {
    let (outer, name, _) = place(payload, part)?;
    Some(match outer {
        Some(outer) => Path::of_names(&[outer, name]),
        None => Path::of_names(&[name]),
    })
}

/// Value of a field that is found by name, and the text of its path.
pub(super) fn found_by_name(payload: &Value, part: CallField) -> Option<(&Value, String)> {
    let (outer, name, value) = place(payload, part)?;
    let path = match outer {
        Some(outer) => Path::of_names(&[outer, name]).to_string(),
        // The names have no characters that a path would quote.
        None => name.to_owned(),
    };
    Some((value, path))
}

/// Outer member in which a field stands, if it is one level down, its name, and its value.
fn place(payload: &Value, part: CallField) -> Option<(Option<&str>, &'static str, &Value)> {
    let object = payload.as_object()?;
    if let Some((name, value)) = likeliest(object, part) {
        return Some((None, name, value));
    }
    object
        .iter()
        .filter(|(key, _)| *key != "aps")
        .find_map(|(key, inner)| {
            let (name, value) = likeliest(inner.as_object()?, part)?;
            Some((Some(key.as_str()), name, value))
        })
}

/// Likeliest name of a field among the members of an object, and its value.
fn likeliest(object: &Map<String, Value>, part: CallField) -> Option<(&'static str, &Value)> {
    part.names()
        .iter()
        .find_map(|name| Some((*name, json::member(object, name)?)))
}
