//! Option file: a file that an option names, opened and read with limits on time and size, so that
//! the program always starts or fails.
//!
//! Pipes are supported, because a shell's `<(…)` or `/dev/stdin` is a good way to pass a secret.
//! Opening a pipe waits for the other end, and reading it waits for its writer, so both have a time
//! limit. The wait happens in its own thread, which is abandoned after a timeout and ends with the
//! program.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

/// Largest file without a limit of its own, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Time limit for the other end of a pipe to be opened.
const OPENED: Duration = Duration::from_secs(5);
/// Time limit for the writer of a pipe, which may have to fetch the secret first.
const FILLED: Duration = Duration::from_secs(30);

const NOBODY: &str = "it is a pipe, and nobody has opened its other end within 5 s";
const UNFINISHED: &str = "it is a pipe, and its writer was not done within 30 s";

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let (bytes, _) = read_secret(path, LARGEST)?;
    Ok(bytes.to_vec())
}

/// Reads a file that may contain a secret. Fails if it has more than `largest` bytes, or is a pipe
/// and takes too long.
pub(crate) fn read_secret(path: &Path, largest: u64) -> io::Result<(Zeroizing<Vec<u8>>, Metadata)> {
    let file = open(path, OpenOptions::new().read(true))?;
    let metadata = file.metadata()?;
    let bytes = match is_pipe(&metadata) {
        true => in_time(FILLED, UNFINISHED, move || bytes_of(&file, largest))?,
        false => bytes_of(&file, largest)?,
    };
    Ok((bytes, metadata))
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    open(
        path,
        OpenOptions::new().write(true).create(true).truncate(true),
    )?
    .write_all(bytes)
}

/// Opens a file. Fails if it is a pipe whose other end is not opened in time.
pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    if !fs::metadata(path).is_ok_and(|metadata| is_pipe(&metadata)) {
        return options.open(path);
    }
    let (path, options) = (path.to_owned(), options.clone());
    in_time(OPENED, NOBODY, move || options.open(path))
}

/// A path as a sentence may repeat it: as far as there is something. What was given instead of a
/// path may be a secret.
pub(crate) fn shown(path: &Path) -> String {
    let there = path
        .ancestors()
        .find(|part| part.as_os_str().is_empty() || fs::symlink_metadata(part).is_ok());
    match there {
        Some(part) if part == path => path.display().to_string(),
        Some(part) if !part.as_os_str().is_empty() => part.join("…").display().to_string(),
        _ => "…".to_owned(),
    }
}

fn bytes_of(file: &File, largest: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(largest + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > largest {
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {} KiB", largest / 1024),
        )),
        false => Ok(bytes),
    }
}

/// Runs `work` in a thread. After `patience`, fails with the text `late`.
fn in_time<T: Send + 'static>(
    patience: Duration,
    late: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, done) = mpsc::channel();
    // The receiver may be gone.
    thread::Builder::new()
        .name("pipe".to_owned())
        .spawn(move || drop(sender.send(work())))?;
    match done.recv_timeout(patience) {
        Ok(result) => result,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, late)),
    }
}

#[cfg(unix)]
fn is_pipe(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{Path, shown};

    #[test]
    fn a_path_is_shown_as_far_as_there_is_something() {
        for (path, part) in [
            (env!("CARGO_MANIFEST_DIR"), env!("CARGO_MANIFEST_DIR")),
            ("/nowhere/a-secret", "/…"),
            ("a-secret", "…"),
            ("-----BEGIN PRIVATE KEY-----\nMIGH/AgEA\n", "…"),
            ("src/a-secret", "src/…"),
            ("", ""),
        ] {
            assert_eq!(shown(Path::new(path)), part);
        }
    }
}
