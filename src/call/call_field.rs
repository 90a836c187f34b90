//! Call field: a field of a call, and the names by which it is looked for automatically.
//!
//! Apple's samples and the article's use `handle` and `callUUID`; the other names are those that
//! widely used SDKs read. Their sources are given in the [profiles](super::profile).

use serde_json::{Map, Value};

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
    let object = payload.as_object()?;
    if let Some(name) = likeliest(object, part) {
        return Some(Path::of_names(&[name]));
    }
    object
        .iter()
        .filter(|(key, _)| *key != "aps")
        .find_map(|(key, inner)| {
            let name = likeliest(inner.as_object()?, part)?;
            Some(Path::of_names(&[key, name]))
        })
}

/// Likeliest name of a field among the members of an object. Objects have few members, so comparing
/// is quicker than hashing.
fn likeliest(object: &Map<String, Value>, part: CallField) -> Option<&'static str> {
    let is_member = |name: &&str| object.keys().any(|key| key == name);
    part.names().iter().copied().find(is_member)
}
