//! The client certificates: opens and names the files of `--identity`.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::logging;
use super::password::{self, PasswordError};
use super::private_file::PrivateFile;
use crate::option_file::shown;
use crate::relay::{Identity, IdentityError};

/// Maximum length of a name, which is sent in a header and listed in sentences.
const LONGEST_NAME: usize = 64;

/// The value of an option: a file, with or without a name, such as `voip=push.p12`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The name before the equals sign.
    pub(crate) name: Option<String>,
    /// Path of the file.
    pub(crate) path: PathBuf,
}

impl Named {
    /// Parses a value. If the text before the equals sign is not a valid name, the whole value is
    /// the path.
    pub(crate) fn read(value: &OsStr) -> Self {
        match value
            .to_str()
            .and_then(|text| text.split_once('='))
            .filter(|(name, _)| is_name(name))
        {
            Some((name, path)) => Self {
                name: Some(name.to_owned()),
                path: path.into(),
            },
            None => Self {
                name: None,
                path: value.into(),
            },
        }
    }

    /// Returns the name of an identity: the given one, or else one derived from the file name.
    pub(crate) fn identity_name(&self) -> Option<String> {
        self.name.clone().or_else(|| name_of(&self.path))
    }
}

/// Returns the default name of an identity: the file name without its extension, restricted to the
/// characters of a name.
pub(crate) fn name_of(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy();
    let name: String = stem
        .chars()
        .map(|c| if is_name_character(c) { c } else { '-' })
        .take(LONGEST_NAME)
        .collect();
    Some(name.trim_matches('-').to_owned()).filter(|name| is_name(name))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(is_name_character)
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.".contains(character)
}

/// Reason why a file of `--identity` cannot be used.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The password cannot be read.
    Password(PasswordError),
    /// The file holds no usable identity.
    Unfit(PathBuf, IdentityError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(
                f,
                "cannot read {}: {error}; check the path given to --identity",
                shown(path)
            ),
            Self::Password(error) => error.fmt(f),
            Self::Unfit(path, error) => write!(f, "{}: {error}", shown(path)),
        }
    }
}

/// Opens the files, each with its own password or else the one for all files. A password file takes
/// precedence over the variable.
pub(crate) fn open(
    files: &[Named],
    passwords: &[Named],
    now: u64,
) -> Result<Vec<Arc<Identity>>, OpenError> {
    files
        .iter()
        .map(|file| open_one(file, passwords, now).map(Arc::new))
        .collect()
}

fn open_one(file: &Named, passwords: &[Named], now: u64) -> Result<Identity, OpenError> {
    let name = file.identity_name().unwrap_or_default();
    let own = passwords
        .iter()
        .find(|password| password.name.as_ref() == Some(&name));
    let password = match own.or_else(|| passwords.iter().find(|password| password.name.is_none())) {
        Some(password) => Some(password::from_file(&password.path)),
        None => password::from_environment(&name).transpose(),
    };
    let password = password.transpose().map_err(OpenError::Password)?;
    let read = PrivateFile::read(&file.path)
        .map_err(|error| OpenError::Unreadable(file.path.clone(), error))?;
    let contents = password::open(
        &file.path,
        &read.bytes,
        password.as_ref().map(|password| password.as_str()),
    );
    let identity = contents.and_then(|contents| Identity::from_contents(&name, &contents));
    let identity = identity.and_then(|identity| identity.check(now).map(|()| identity));
    let identity = identity.map_err(|error| OpenError::Unfit(file.path.clone(), error))?;
    read.holds_secret();
    if let Some(warning) = identity.warning(now) {
        logging::warn(&format!("identity {name}: {warning}"));
    }
    Ok(identity)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::Named;

    #[test]
    fn a_file_has_the_name_it_is_given_or_its_own() {
        for (value, name, path) in [
            ("voip=push.p12", Some("voip"), "push.p12"),
            ("keys/push.p12", Some("push"), "keys/push.p12"),
            ("keys/a=b.p12", Some("a-b"), "keys/a=b.p12"),
            (
                "VoIP Services.p12",
                Some("VoIP-Services"),
                "VoIP Services.p12",
            ),
            ("证书.p12", None, "证书.p12"),
            ("=push.p12", Some("push"), "=push.p12"),
        ] {
            let named = Named::read(OsStr::new(value));
            assert_eq!(
                (named.identity_name().as_deref(), named.path.to_str()),
                (name, Some(path)),
                "{value}"
            );
        }
    }
}
