//! The kind of a device token: the app registers once for calls and once for notifications, and
//! each has its own.

/// Where in the app a device token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// PushKit's `PKPushCredentials.token`.
    Voip,
    /// The one of `didRegisterForRemoteNotificationsWithDeviceToken`.
    Alert,
    /// The one of a Push to Talk channel.
    PushToTalk,
}
