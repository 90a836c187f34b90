//! A private file: one that may hold a secret, and that other users should not be able to read.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::logging;
use crate::option_file;

/// Maximum size in bytes, more than any such file has.
const LARGEST: u64 = 128 * 1024;

/// A private file that was read.
pub(crate) struct PrivateFile<'a> {
    path: &'a Path,
    /// Content, up to the maximum size.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    is_shared: bool,
}

impl<'a> PrivateFile<'a> {
    /// Reads a file.
    pub(crate) fn read(path: &'a Path) -> io::Result<Self> {
        let (bytes, metadata) = option_file::read_secret(path, LARGEST)?;
        Ok(Self {
            path,
            bytes,
            is_shared: is_shared(&metadata),
        })
    }

    /// Records that the file holds a secret: logs a warning if other users can read it.
    pub(crate) fn holds_secret(&self) {
        if self.is_shared {
            logging::warn(&format!(
                "others on this machine can read {0}; chmod 600 {0}",
                self.path.display()
            ));
        }
    }
}

#[cfg(unix)]
fn is_shared(file: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_READ: u32 = 0o044;
    file.is_file() && file.permissions().mode() & OTHERS_READ != 0
}

#[cfg(not(unix))]
fn is_shared(_: &Metadata) -> bool {
    false
}
