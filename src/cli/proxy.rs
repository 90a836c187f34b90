//! The HTTP proxy and its credentials, which come from a file or a variable, and never from the
//! command line.

use std::fmt;

use super::password::{self, PasswordError};
use super::settings::Settings;
use crate::relay::Proxy;

const VARIABLE: &str = "TRILL_PROXY_CREDENTIALS";

/// Reason why the proxy cannot be used.
#[derive(Debug)]
pub(crate) enum ProxyError {
    /// The credentials cannot be read.
    Unreadable(PasswordError),
    /// The credentials are not of the form `user:password`. The string names their source.
    NoPair(String),
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::NoPair(place) => {
                write!(
                    f,
                    "{place} holds no user:password for the proxy; write both in one line, with a colon between them"
                )
            }
        }
    }
}

/// Returns the proxy of the settings with its credentials. The file takes precedence over the
/// variable.
pub(crate) fn open(settings: &Settings) -> Result<Option<Proxy>, ProxyError> {
    let Some(proxy) = &settings.proxy else {
        return Ok(None);
    };
    let (credentials, place) = match &settings.proxy_credentials {
        Some(path) => (
            password::from_file(path).map(Some),
            path.display().to_string(),
        ),
        None => (password::from_variable(VARIABLE), VARIABLE.to_owned()),
    };
    match credentials.map_err(ProxyError::Unreadable)? {
        Some(credentials) => proxy
            .clone()
            .with_credentials(credentials.as_str())
            .map(Some)
            .ok_or(ProxyError::NoPair(place)),
        None => Ok(Some(proxy.clone())),
    }
}
