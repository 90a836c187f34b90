//! Credential: what authenticates the sender of a push to APNs. A connection belongs to exactly
//! one.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use crate::relay::identity::Identity;

/// Provider token or client certificate of a sender, or neither. It can be compared and is never
/// shown.
#[derive(Clone, Default)]
pub(crate) enum Credential {
    /// No credential.
    #[default]
    Missing,
    /// Value of the header `authorization`, usually a provider token.
    Authorization(HeaderValue),
    /// Client certificate, used in the TLS handshake.
    Identity(Arc<Identity>),
}

impl Credential {
    /// Value of the header `authorization`, sent with every push.
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        match self {
            Self::Authorization(value) => Some(value),
            _ => None,
        }
    }

    /// Client certificate for the connection.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Identity(identity) => Some(identity),
            _ => None,
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("Missing"),
            Self::Authorization(_) => f.write_str("Authorization([redacted])"),
            Self::Identity(identity) => identity.fmt(f),
        }
    }
}

impl PartialEq for Credential {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Missing, Self::Missing) => true,
            (Self::Authorization(one), Self::Authorization(other)) => one == other,
            (Self::Identity(one), Self::Identity(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Credential {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_never_shown() {
        let shown = format!(
            "{:?} {:?}",
            Credential::Authorization(HeaderValue::from_static("bearer secret")),
            Credential::Missing
        );
        assert_eq!(shown, "Authorization([redacted]) Missing");
    }
}
