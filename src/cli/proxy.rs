//! The proxy with its credentials: from a file or a variable, and never from the command line.

use std::fmt;

use super::password::{self, PasswordError};
use super::settings::Settings;
use crate::relay::Proxy;

const VARIABLE: &str = "TRILL_PROXY_CREDENTIALS";

/// Why the proxy cannot be used.
#[derive(Debug)]
pub(crate) enum ProxyError {
    /// The credentials cannot be read.
    Unreadable(PasswordError),
    /// They are not a user and a password.
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

/// The proxy as it was told, and who uses it. The file is stronger than the variable.
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
