//! Push header: a header that is read in every request.

use crate::apns::headers::{
    APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_ID, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC,
    AUTHORIZATION,
};
use crate::caller::SENDER;

/// Header that is read in every request.
#[derive(Clone, Copy)]
pub(crate) enum PushHeader {
    /// `authorization`.
    Authorization,
    /// `apns-topic`.
    Topic,
    /// `apns-push-type`.
    PushType,
    /// `apns-priority`.
    Priority,
    /// `apns-expiration`.
    Expiration,
    /// `apns-collapse-id`.
    CollapseId,
    /// `apns-id`.
    Id,
    /// [`SENDER`].
    Sender,
}

impl PushHeader {
    /// Number of push headers.
    pub(crate) const COUNT: usize = Self::Sender as usize + 1;

    /// Returns the push header with this name, in lower case as in HTTP/2.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            AUTHORIZATION => Some(Self::Authorization),
            APNS_TOPIC => Some(Self::Topic),
            APNS_PUSH_TYPE => Some(Self::PushType),
            APNS_PRIORITY => Some(Self::Priority),
            APNS_EXPIRATION => Some(Self::Expiration),
            APNS_COLLAPSE_ID => Some(Self::CollapseId),
            APNS_ID => Some(Self::Id),
            SENDER => Some(Self::Sender),
            _ => None,
        }
    }
}
