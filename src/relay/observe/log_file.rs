//! Log file: a file that lines are appended to, all bytes of a write or none. It is opened again if
//! its path leads to another file, as after a log rotation.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::option_file;

/// Opens the file once, creating it if necessary.
pub(super) fn try_open(path: &Path) -> io::Result<()> {
    option_file::open(path, &options()).map(drop)
}

/// The file and its path.
pub(super) struct LogFile {
    path: PathBuf,
    file: Option<(File, FileIdentity)>,
}

impl LogFile {
    /// Does not open the file yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends all bytes or none.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let there = self.path.metadata().ok().map(|file| identity(&file));
        let (mut file, identity) = match self.file.take() {
            Some((file, identity)) if there == Some(identity) => (file, identity),
            _ => self.open()?,
        };
        write_whole(&mut file, bytes)?;
        self.file = Some((file, identity));
        Ok(())
    }

    fn open(&self) -> io::Result<(File, FileIdentity)> {
        let file = options().open(&self.path)?;
        let identity = identity(&file.metadata()?);
        Ok((file, identity))
    }
}

/// Appends all bytes. After a failure, cuts off those that were written: a partial line would
/// corrupt the next one.
fn write_whole(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let written = match file.write(rest) {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            written => written,
        };
        match written {
            Ok(count) => rest = &rest[count..],
            Err(error) => {
                let partial = (bytes.len() - rest.len()) as u64;
                if partial > 0
                    && let Ok(now) = file.metadata()
                    && now.is_file()
                {
                    let _ = file.set_len(now.len().saturating_sub(partial));
                }
                return Err(error);
            }
        }
    }
    Ok(())
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Device and number of a file; another file at the same path has others.
type FileIdentity = (u64, u64);

#[cfg(unix)]
fn identity(file: &Metadata) -> FileIdentity {
    use std::os::unix::fs::MetadataExt;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> FileIdentity {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_disk_without_room_is_an_error() {
        let mut log_file = LogFile::new(PathBuf::from("/dev/full"));
        assert!(
            log_file.append(b"{}\n").is_err() && log_file.file.is_none(),
            "it is opened anew the next time"
        );
    }
}
