//! Token kind: the purpose of a device token. An app registers separately for calls and for
//! notifications, and gets a different token for each.

/// Registration that a device token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// PushKit's `PKPushCredentials.token`.
    Voip,
    /// Token of `didRegisterForRemoteNotificationsWithDeviceToken`.
    Alert,
    /// Token of a Push to Talk channel.
    PushToTalk,
}
