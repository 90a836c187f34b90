//! Call field: a field of a call, and the names by which it is looked for automatically.
//!
//! Apple's samples and the article's use `handle` and `callUUID`; the other names are those that
//! widely used SDKs read. Their sources are given at the [templates](super::template).

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
