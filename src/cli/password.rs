//! The password of a `.p12`. It comes from a file, a variable or the terminal, and never from the
//! command line, which every user of the machine can read.

use std::env::{self, VarError};
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::private_file::PrivateFile;
use crate::option_file::shown;
use crate::relay::IdentityError;
use crate::relay::identity::Contents;

/// Variable with the password for all files; with the suffix `_NAME`, for one.
const VARIABLE: &str = "TRILL_IDENTITY_PASSWORD";

/// A password. It is wiped when dropped, and `Debug` does not show it.
pub(crate) struct Password(Zeroizing<String>);

impl Password {
    /// Returns the password as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

/// Reason why a password cannot be read.
#[derive(Debug)]
pub(crate) enum PasswordError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The password is not UTF-8. The string names its source.
    NotText(String),
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(
                    f,
                    "cannot read {}: {error}; check the path of the password file",
                    shown(path)
                )
            }
            Self::NotText(place) => write!(
                f,
                "the password in {place} is not UTF-8; save it as plain text"
            ),
        }
    }
}

/// Reads the first line of a file.
pub(crate) fn from_file(path: &Path) -> Result<Password, PasswordError> {
    let file = PrivateFile::read(path)
        .map_err(|error| PasswordError::Unreadable(path.to_owned(), error))?;
    file.holds_secret();
    let line = file
        .bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line =
        str::from_utf8(line).map_err(|_| PasswordError::NotText(path.display().to_string()))?;
    Ok(Password(Zeroizing::new(line.to_owned())))
}

/// Reads the variable for the identity of this name, or else the one for all identities.
pub(crate) fn from_environment(name: &str) -> Result<Option<Password>, PasswordError> {
    let suffix: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    match from_variable(&format!("{VARIABLE}_{suffix}"))? {
        None => from_variable(VARIABLE),
        own => Ok(own),
    }
}

/// Reads a variable; `None` if it is not set.
pub(crate) fn from_variable(name: &str) -> Result<Option<Password>, PasswordError> {
    match env::var(name) {
        Ok(password) => Ok(Some(Password(Zeroizing::new(password)))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(PasswordError::NotText(name.to_owned())),
    }
}

/// Reads a file with the given password. If none was given and the file needs one, asks for it on
/// the terminal.
pub(crate) fn open(
    path: &Path,
    bytes: &[u8],
    given: Option<&str>,
) -> Result<Contents, IdentityError> {
    match Contents::read(bytes, given) {
        Err(IdentityError::PasswordMissing)
            if io::stdin().is_terminal() && io::stderr().is_terminal() =>
        {
            let asked = rpassword::prompt_password(format!("Password of {}: ", path.display()))
                .map(Zeroizing::new);
            asked.map_or(Err(IdentityError::PasswordMissing), |password| {
                Contents::read(bytes, Some(&password))
            })
        }
        read => read,
    }
}
