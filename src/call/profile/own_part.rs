//! Part of the description of an own app: one text that its user types or chooses.

use crate::call::call_field::CallField;

/// Part of the description of an own app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnPart {
    /// Name of the app.
    Name,
    /// Paths of the caller's number, address or user name, one a line.
    Handle,
    /// Paths of the caller's display name, one a line.
    CallerName,
    /// Paths of the UUID of the call, one a line.
    CallUuid,
    /// Paths of the video flag, one a line.
    HasVideo,
    /// Paths of the time of sending, one a line.
    SentAt,
    /// [`YES`](Self::YES) if the app makes the UUID; else empty.
    MakesUuid,
    /// Path of the member that says that a call ended.
    EndPath,
    /// Value of that member; empty for any.
    EndValue,
    /// Action on a payload in which the app finds no call, as a profile names it; empty if it is
    /// not known.
    Unreadable,
}

impl OwnPart {
    /// Text of a part that is on or off, if it is on.
    pub const YES: &'static str = "yes";

    /// All parts, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Handle,
        Self::CallerName,
        Self::CallUuid,
        Self::HasVideo,
        Self::SentAt,
        Self::MakesUuid,
        Self::EndPath,
        Self::EndValue,
        Self::Unreadable,
    ];

    /// Parts with the paths of a value, and the keys of a profile for them.
    pub(super) const PATHS: [(Self, &'static str); 5] = [
        (Self::Handle, "handle"),
        (Self::CallerName, "caller_name"),
        (Self::CallUuid, "call_uuid"),
        (Self::HasVideo, "has_video"),
        (Self::SentAt, "sent_at"),
    ];

    /// Part with the paths of a field of the call.
    pub fn of(field: CallField) -> Self {
        match field {
            CallField::Handle => Self::Handle,
            CallField::CallerName => Self::CallerName,
            CallField::CallUuid => Self::CallUuid,
            CallField::HasVideo => Self::HasVideo,
        }
    }

    /// Name of the part in the document and in a draft.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "own-app-name",
            Self::Handle => "path-handle",
            Self::CallerName => "path-caller-name",
            Self::CallUuid => "path-call-uuid",
            Self::HasVideo => "path-has-video",
            Self::SentAt => "path-sent-at",
            Self::MakesUuid => "makes-uuid",
            Self::EndPath => "path-end",
            Self::EndValue => "end-value",
            Self::Unreadable => "unreadable",
        }
    }

    /// Label of the part on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name of your app",
            Self::Handle => "Handle",
            Self::CallerName => "Caller’s name",
            Self::CallUuid => "UUID of the call",
            Self::HasVideo => "Video flag",
            Self::SentAt => "Time of sending",
            Self::MakesUuid => "My app makes the UUID",
            Self::EndPath => "A call ends if this path",
            Self::EndValue => "has this value (empty: any)",
            Self::Unreadable => "If my app finds no call",
        }
    }

    /// Returns `true` if the part is made of paths.
    pub fn has_paths(self) -> bool {
        self == Self::EndPath || Self::PATHS.iter().any(|(part, _)| *part == self)
    }
}
