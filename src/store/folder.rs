//! Data folder: its files are readable by their owner only, and one relay uses it at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::hash_key::{self, HashKey, KEY_BYTES};

const LOCK: &str = "lock";
/// Name of the file with the hash key.
pub(super) const HASH_KEY: &str = "hash-key";

/// A folder that is locked against other relays until this is dropped.
pub(super) struct Folder {
    path: PathBuf,
    /// Lock file. The system releases the lock when the process ends in any way.
    _lock: File,
}

impl Folder {
    /// Creates the folder if it does not exist, and locks it. Fails if another relay uses it.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        make(path).map_err(|error| StoreError::Folder(path.to_owned(), error))?;
        let file = path.join(LOCK);
        let lock = private()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file);
        let lock = lock.map_err(|error| StoreError::File(file.clone(), error))?;
        match lock.try_lock() {
            Ok(()) => {
                // For the message of a second relay; without it, that names no process.
                let _ = lock
                    .set_len(0)
                    .and_then(|()| write!(&lock, "{}", std::process::id()));
                Ok(Self {
                    path: path.to_owned(),
                    _lock: lock,
                })
            }
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&file).ok();
                let holder = holder.and_then(|text| text.parse().ok());
                Err(StoreError::InUse(path.to_owned(), holder))
            }
            Err(TryLockError::Error(error)) => Err(StoreError::File(file, error)),
        }
    }

    /// Path of a file in the folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Creates an empty file if it does not exist. Fails if it is no ordinary file.
    pub(super) fn create(&self, name: &str) -> Result<(), StoreError> {
        let path = self.file(name);
        let created = match fs::symlink_metadata(&path) {
            Ok(found) if !found.is_file() => Err(io::Error::other("it is no ordinary file")),
            Ok(_) => Ok(()),
            Err(_) => create_private(&path),
        };
        created.map_err(|error| StoreError::File(path, error))
    }

    /// Writes the hash key of a copy of the folder, unless there is one.
    pub(super) fn restore_hash_key(&self, text: &str) -> Result<(), StoreError> {
        let path = self.file(HASH_KEY);
        if path.exists() || from_hex(text.as_bytes()).is_none() {
            return Ok(());
        }
        self.replace(HASH_KEY, text.as_bytes())
            .map(drop)
            .map_err(|error| StoreError::File(path, error))
    }

    /// Reads at most `most` bytes of a file; `None` if it does not exist.
    pub(super) fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.file(name);
        let read = || {
            match fs::symlink_metadata(&path) {
                Ok(found) if !found.is_file() => {
                    return Err(io::Error::other("it is no ordinary file"));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            }
            let mut bytes = Vec::new();
            File::open(&path)?.take(most).read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        };
        read().map_err(|error| StoreError::File(path.clone(), error))
    }

    /// Replaces a file atomically, and returns the new one open.
    pub(super) fn replace(&self, name: &str, contents: &[u8]) -> io::Result<File> {
        let new = self.file(&format!("{name}.new"));
        // Left by a process that was killed, with unknown permissions.
        let _ = fs::remove_file(&new);
        let mut file = private()
            .create_new(true)
            .read(true)
            .write(true)
            .open(&new)?;
        let renamed = file
            .write_all(contents)
            .and_then(|()| fs::rename(&new, self.file(name)));
        if let Err(error) = renamed {
            let _ = fs::remove_file(&new);
            return Err(error);
        }
        Ok(file)
    }

    /// Saves a copy of an unusable file under another name, and returns its path.
    pub(super) fn set_aside(&self, name: &str, contents: &[u8]) -> Result<PathBuf, StoreError> {
        let aside = format!("{name}.damaged");
        self.replace(&aside, contents)
            .map_err(|error| StoreError::File(self.file(&aside), error))?;
        Ok(self.file(&aside))
    }

    /// Reads the hash key of the last start, or creates a new one. If the file is damaged, adds a
    /// notice.
    pub(super) fn hash_key(&self, notices: &mut Vec<String>) -> Result<HashKey, StoreError> {
        // One byte more than a valid file, so that a longer one is not accepted.
        let contents = self.read(HASH_KEY, 2 * KEY_BYTES as u64 + 2)?;
        if let Some(contents) = &contents {
            if let Some(bytes) = from_hex(contents) {
                return Ok(HashKey::from_bytes(&bytes));
            }
            let aside = self.set_aside(HASH_KEY, contents)?;
            notices.push(format!(
                "the hash key in the data folder was damaged and is now {}; pushes from before this start are not recognised",
                aside.display()
            ));
        }
        let bytes = hash_key::random_bytes().ok_or(StoreError::NoRandomness)?;
        let text: String = bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .chain(["\n".to_owned()])
            .collect();
        let written = self
            .replace(HASH_KEY, text.as_bytes())
            .and_then(|file| file.sync_all());
        written.map_err(|error| StoreError::File(self.file(HASH_KEY), error))?;
        Ok(HashKey::from_bytes(&bytes))
    }
}

fn from_hex(contents: &[u8]) -> Option<[u8; KEY_BYTES]> {
    let text = str::from_utf8(contents).ok()?.trim_end();
    if text.len() != 2 * KEY_BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; KEY_BYTES];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Creates an empty file that only its owner can access. Fails if there is a file.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    private().create_new(true).write(true).open(path).map(drop)
}

/// Options to open a file that only its owner can access.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
