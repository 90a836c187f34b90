//! Errors of opening a store.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::option_file::shown;

/// Reason for which a store cannot be opened.
#[derive(Debug)]
pub enum StoreError {
    /// The folder does not exist and cannot be created.
    Folder(PathBuf, io::Error),
    /// A file in the folder cannot be read or written.
    File(PathBuf, io::Error),
    /// Another relay uses the folder; the number of its process, if it is known.
    InUse(PathBuf, Option<u32>),
    /// A newer Trill has written a file.
    Newer(PathBuf),
    /// There is nothing to copy in the folder.
    Nothing(PathBuf),
    /// The copy cannot be written.
    Copy(PathBuf, String),
    /// The system provides no random bytes for the hash key.
    NoRandomness,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const REMEDY: &str =
            "choose another folder with --data DIR, or --data off to keep nothing over a restart";
        match self {
            Self::Folder(path, error) => write!(
                f,
                "cannot make the data folder {}: {error}; {REMEDY}",
                shown(path)
            ),
            Self::File(path, error) => write!(
                f,
                "cannot use {} in the data folder: {error}; {REMEDY}",
                shown(path)
            ),
            Self::InUse(path, process) => {
                f.write_str("another trill")?;
                if let Some(process) = process {
                    write!(f, " (process {process})")?;
                }
                write!(
                    f,
                    " uses the data folder {}; stop it, or {REMEDY}",
                    path.display()
                )
            }
            Self::Newer(path) => write!(
                f,
                "{} was written by a newer trill; start that one, or {REMEDY}",
                shown(path)
            ),
            Self::Nothing(path) => write!(
                f,
                "there is nothing to copy in {}: only trill serve --phones stores devices; name its folder with --data DIR",
                shown(path)
            ),
            Self::Copy(path, error) => write!(
                f,
                "cannot write the copy {}: {error}; name a new file in a folder with room",
                shown(path)
            ),
            Self::NoRandomness => {
                f.write_str("the system gives no random bytes; see that it can read /dev/urandom")
            }
        }
    }
}

impl std::error::Error for StoreError {}
