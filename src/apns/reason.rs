//! Reason: the reason code with which APNs refuses a push, with its meaning and a remedy.
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
    fix: &'static str,
}

const fn row(
    reason: Reason,
    word: &'static str,
    status: u16,
    meaning: &'static str,
    fix: &'static str,
) -> Facts {
    Facts {
        reason,
        word,
        status,
        meaning,
        fix,
    }
}

/// Spelling of the environment-key reason on Apple's page; APNs itself sends another one.
const PRINTED_ENVIRONMENT_KEY: &str = "BadEnvironmentKeyIdInToken";

#[rustfmt::skip] // one row a line
static TABLE: [Facts; 32] = [
    row(Reason::BadCollapseId, "BadCollapseId", 400, "The collapse ID is longer than 64 bytes.", "Shorten it, counting bytes rather than characters."),
    row(Reason::BadDeviceToken, "BadDeviceToken", 400, "The device token is not valid, or belongs to the other environment.", "Check the environment: Xcode builds use sandbox, TestFlight and the App Store use production. Then copy the token again."),
    row(Reason::BadExpirationDate, "BadExpirationDate", 400, "The expiration is not a whole number of seconds.", "Send whole seconds since 1970, or 0 for “now or never”."),
    row(Reason::BadMessageId, "BadMessageId", 400, "The apns-id is not a UUID.", "Send a lower-case UUID, or leave it out."),
    row(Reason::BadPriority, "BadPriority", 400, "The priority is not 10, 5 or 1.", "Send 10 for a call."),
    row(Reason::BadTopic, "BadTopic", 400, "The topic is malformed.", "Use the bundle ID followed by .voip, without spaces."),
    row(Reason::DeviceTokenNotForTopic, "DeviceTokenNotForTopic", 400, "The device token belongs to another topic.", "Use the PushKit token of this app, and the bundle ID with .voip written once."),
    row(Reason::DuplicateHeaders, "DuplicateHeaders", 400, "A header was sent twice.", "Send each apns- header once."),
    row(Reason::IdleTimeout, "IdleTimeout", 400, "The connection was idle too long.", "Send again; a new connection is opened."),
    row(Reason::InvalidPushType, "InvalidPushType", 400, "The push type is unknown or does not fit the topic.", "Send push type voip with a topic that ends in .voip."),
    row(Reason::MissingDeviceToken, "MissingDeviceToken", 400, "The request names no device token.", "Paste the VoIP token your app prints from PushKit."),
    row(Reason::MissingTopic, "MissingTopic", 400, "The topic is missing.", "Enter the bundle ID; a provider token always needs a topic."),
    row(Reason::PayloadEmpty, "PayloadEmpty", 400, "The body is empty.", "Send a JSON object."),
    row(Reason::TopicDisallowed, "TopicDisallowed", 400, "This credential may not push to this topic.", "Check that the topic ends in .voip, and that the key belongs to the team of this app and covers it."),
    row(Reason::BadCertificate, "BadCertificate", 403, "The certificate is not valid for pushes.", "Use a VoIP Services or an Apple Push Services certificate."),
    row(Reason::BadCertificateEnvironment, "BadCertificateEnvironment", 403, "The certificate is for the other environment.", "Switch the environment, or use a certificate for this one."),
    row(Reason::ExpiredProviderToken, "ExpiredProviderToken", 403, "The provider token is more than an hour old.", "Make a new token. If it was new, the clock that dated it is wrong."),
    row(Reason::Forbidden, "Forbidden", 403, "The action is not allowed.", "Check the developer account and what the key may do."),
    row(Reason::InvalidProviderToken, "InvalidProviderToken", 403, "The provider token is invalid, or its signature does not verify.", "Check three values together: the .p8, its Key ID and the Team ID (they are easily swapped). Is APNs enabled for the key?"),
    row(Reason::MissingProviderToken, "MissingProviderToken", 403, "There is no certificate and no usable authorization header.", "Choose a key, so that the request carries a provider token."),
    row(Reason::UnrelatedKeyIdInToken, "UnrelatedKeyIdInToken", 403, "The key is not related to the one first used on this connection.", "Send again: each key gets a connection of its own."),
    row(Reason::BadEnvironmentKeyInToken, "BadEnvironmentKeyInToken", 403, "The key is limited to the other environment.", "Switch the environment, or use a key for this one. The device token is not at fault."),
    row(Reason::BadPath, "BadPath", 404, "The path is wrong.", "The path is /3/device/ followed by the device token."),
    row(Reason::MethodNotAllowed, "MethodNotAllowed", 405, "The method is not POST.", "Use POST."),
    row(Reason::ExpiredToken, "ExpiredToken", 410, "The device token has expired.", "Delete it and wait until the app registers a newer one."),
    row(Reason::Unregistered, "Unregistered", 410, "The device token is no longer active for this topic: the app was removed or got a new token.", "Delete the token; use the one the app registers next."),
    row(Reason::PayloadTooLarge, "PayloadTooLarge", 413, "The payload is too large: a VoIP push may have 5,120 bytes, any other 4,096.", "Shorten the payload."),
    row(Reason::TooManyProviderTokenUpdates, "TooManyProviderTokenUpdates", 429, "The provider token was changed too often: at most one new token in 20 minutes.", "Keep the token you have for 20 minutes."),
    row(Reason::TooManyRequests, "TooManyRequests", 429, "Too many pushes to this device token in a row.", "Wait a little, then send more slowly."),
    row(Reason::InternalServerError, "InternalServerError", 500, "APNs failed.", "Try again in 15 minutes."),
    row(Reason::ServiceUnavailable, "ServiceUnavailable", 503, "APNs is not available.", "Try again in 15 minutes."),
    row(Reason::Shutdown, "Shutdown", 503, "This APNs server is going away.", "Send again; a new connection reaches another server."),
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

    /// Remedy for a VoIP push that was refused with this reason.
    pub fn fix(self) -> &'static str {
        TABLE[self as usize].fix
    }
}
