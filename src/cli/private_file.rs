//! The private file: one that may hold a secret, and should then be its owner's alone.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::logging;

/// More than any of them has.
const LARGEST: u64 = 128 * 1024;

/// A file that was read.
pub(crate) struct PrivateFile<'a> {
    path: &'a Path,
    /// At most as many as such a file can have.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    is_shared: bool,
}

impl<'a> PrivateFile<'a> {
    /// Reads it.
    pub(crate) fn read(path: &'a Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let is_shared = is_shared(&file.metadata()?);
        let mut bytes = Zeroizing::new(Vec::new());
        file.by_ref().take(LARGEST).read_to_end(&mut bytes)?;
        Ok(Self { path, bytes, is_shared })
    }

    /// There is a secret in it: a warning on standard error, if others can read it too.
    pub(crate) fn holds_secret(&self) {
        if self.is_shared {
            logging::warn(&format!("others on this machine can read {0}; chmod 600 {0}", self.path.display()));
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
