//! Reason: the reason code with which APNs refuses a push, and its meaning.
//! Source: Apple, "Handling notification responses from APNs", and observed answers of APNs.

/// Reason code that APNs documents for `/3/device`.
///
/// An undocumented code is kept as text in [`Answer::reason`](super::Answer::reason), and shown
/// unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // each is Apple's own word; its meaning stands in the table below
pub enum Reason {
    BadCollapseId,
    BadDeviceToken,
    BadExpirationDate,
    BadMessageId,
    BadPriority,
    BadTopic,
    DeviceTokenNotForTopic,
    DuplicateHeaders,
    IdleTimeout,
    InvalidPushType,
    MissingDeviceToken,
    MissingTopic,
    PayloadEmpty,
    TopicDisallowed,
    BadCertificate,
    BadCertificateEnvironment,
    ExpiredProviderToken,
    Forbidden,
    InvalidProviderToken,
    MissingProviderToken,
    UnrelatedKeyIdInToken,
    BadEnvironmentKeyInToken,
    BadPath,
    MethodNotAllowed,
    ExpiredToken,
    Unregistered,
    PayloadTooLarge,
    TooManyProviderTokenUpdates,
    TooManyRequests,
    InternalServerError,
    ServiceUnavailable,
    Shutdown,
}

/// Row of the table.
#[derive(Clone, Copy)]
struct Facts {
    reason: Reason,
    word: &'static str,
    status: u16,
    meaning: &'static str,
}

const fn row(reason: Reason, word: &'static str, status: u16, meaning: &'static str) -> Facts {
    Facts {
        reason,
        word,
        status,
        meaning,
    }
}

/// Spelling of the environment-key reason on Apple's page; APNs itself sends another one.
const PRINTED_ENVIRONMENT_KEY: &str = "BadEnvironmentKeyIdInToken";

#[rustfmt::skip] // one row a line
static TABLE: [Facts; 32] = [
    row(Reason::BadCollapseId, "BadCollapseId", 400, "The collapse ID is longer than 64 bytes."),
    row(Reason::BadDeviceToken, "BadDeviceToken", 400, "The device token is not valid, or belongs to the other environment."),
    row(Reason::BadExpirationDate, "BadExpirationDate", 400, "The expiration is not a whole number of seconds."),
    row(Reason::BadMessageId, "BadMessageId", 400, "The apns-id is not a UUID."),
    row(Reason::BadPriority, "BadPriority", 400, "The priority is not 10, 5 or 1."),
    row(Reason::BadTopic, "BadTopic", 400, "The topic is malformed."),
    row(Reason::DeviceTokenNotForTopic, "DeviceTokenNotForTopic", 400, "The device token belongs to another topic."),
    row(Reason::DuplicateHeaders, "DuplicateHeaders", 400, "A header was sent twice."),
    row(Reason::IdleTimeout, "IdleTimeout", 400, "The connection was idle too long."),
    row(Reason::InvalidPushType, "InvalidPushType", 400, "The push type is unknown or does not fit the topic."),
    row(Reason::MissingDeviceToken, "MissingDeviceToken", 400, "The request names no device token."),
    row(Reason::MissingTopic, "MissingTopic", 400, "The topic is missing."),
    row(Reason::PayloadEmpty, "PayloadEmpty", 400, "The body is empty."),
    row(Reason::TopicDisallowed, "TopicDisallowed", 400, "This credential may not push to this topic."),
    row(Reason::BadCertificate, "BadCertificate", 403, "The certificate is not valid for pushes."),
    row(Reason::BadCertificateEnvironment, "BadCertificateEnvironment", 403, "The certificate is for the other environment."),
    row(Reason::ExpiredProviderToken, "ExpiredProviderToken", 403, "The provider token is more than an hour old."),
    row(Reason::Forbidden, "Forbidden", 403, "The action is not allowed."),
    row(Reason::InvalidProviderToken, "InvalidProviderToken", 403, "The provider token is invalid, or its signature does not verify."),
    row(Reason::MissingProviderToken, "MissingProviderToken", 403, "There is no certificate and no usable authorization header."),
    row(Reason::UnrelatedKeyIdInToken, "UnrelatedKeyIdInToken", 403, "The key is not related to the one first used on this connection."),
    row(Reason::BadEnvironmentKeyInToken, "BadEnvironmentKeyInToken", 403, "The key is limited to the other environment."),
    row(Reason::BadPath, "BadPath", 404, "The path is wrong."),
    row(Reason::MethodNotAllowed, "MethodNotAllowed", 405, "The method is not POST."),
    row(Reason::ExpiredToken, "ExpiredToken", 410, "The device token has expired."),
    row(Reason::Unregistered, "Unregistered", 410, "The device token is no longer active for this topic: the app was removed or got a new token."),
    row(Reason::PayloadTooLarge, "PayloadTooLarge", 413, "The payload is too large: a VoIP push may have 5,120 bytes, any other 4,096."),
    row(Reason::TooManyProviderTokenUpdates, "TooManyProviderTokenUpdates", 429, "The provider token was changed too often: at most one new token in 20 minutes."),
    row(Reason::TooManyRequests, "TooManyRequests", 429, "Too many pushes to this device token in a row."),
    row(Reason::InternalServerError, "InternalServerError", 500, "APNs failed."),
    row(Reason::ServiceUnavailable, "ServiceUnavailable", 503, "APNs is not available."),
    row(Reason::Shutdown, "Shutdown", 503, "This APNs server is going away."),
];

impl Reason {
    /// All reasons, in the order of their statuses.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.reason)
    }

    /// Parses a reason code, in either spelling of the environment-key reason.
    pub fn parse(word: &str) -> Option<Self> {
        if word == PRINTED_ENVIRONMENT_KEY {
            return Some(Self::BadEnvironmentKeyInToken);
        }
        TABLE
            .iter()
            .find(|row| row.word == word)
            .map(|row| row.reason)
    }

    /// Reason code as APNs sends it.
    pub fn as_str(self) -> &'static str {
        TABLE[self as usize].word
    }

    /// HTTP status of an answer with this reason.
    pub fn status(self) -> u16 {
        TABLE[self as usize].status
    }

    /// Meaning, in one sentence.
    pub fn meaning(self) -> &'static str {
        TABLE[self as usize].meaning
    }
}
