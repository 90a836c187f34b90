//! A field of a call, and the names under which automatic reading looks for them.
//!
//! Apple's and the article's samples use `handle` and `callUUID`; the other names are those that
//! widely used SDKs read. Where each comes from is said at the [templates](super::template).

/// A field of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallField {
    /// Who calls.
    Handle,
    /// The name to show.
    CallerName,
    /// The call's own UUID.
    CallUuid,
    /// Whether it is a video call.
    HasVideo,
}

impl CallField {
    /// All of them, in the order they are asked for.
    pub const ALL: [Self; 4] = [
        Self::Handle,
        Self::CallerName,
        Self::CallUuid,
        Self::HasVideo,
    ];

    /// The word for it in drafts and data.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::CallerName => "caller_name",
            Self::CallUuid => "call_uuid",
            Self::HasVideo => "has_video",
        }
    }

    /// The names automatic reading looks for, the likeliest first.
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
