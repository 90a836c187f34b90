//! The file that an option names: read or opened in bounded time and size, so that no start hangs.
//!
//! A pipe is a good way to hand over a secret: `<(…)` of a shell, or `/dev/stdin`. Opening one waits until somebody opens its
//! other end, and reading it until its writer is done, so both have a limit. A thread of its own does the waiting; one that is
//! given up ends with the program.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

/// More than any list of keys or phones has.
const LARGEST: u64 = 16 * 1024 * 1024;
/// How long the other end of a pipe may stay away.
const OPENED: Duration = Duration::from_secs(5);
/// How long its writer may take; it may have to ask somebody else for the secret.
const FILLED: Duration = Duration::from_secs(30);

const NOBODY: &str = "it is a pipe, and nobody has opened its other end within 5 s";
const UNFINISHED: &str = "it is a pipe, and its writer was not done within 30 s";

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let (bytes, _) = read_secret(path, LARGEST)?;
    Ok(bytes.to_vec())
}

/// Reads a file that may hold a secret and has at most so many bytes.
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

/// Opens a file.
pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    if !fs::metadata(path).is_ok_and(|metadata| is_pipe(&metadata)) {
        return options.open(path);
    }
    let (path, options) = (path.to_owned(), options.clone());
    in_time(OPENED, NOBODY, move || options.open(path))
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

/// Does the work, or gives it up with this sentence.
fn in_time<T: Send + 'static>(
    patience: Duration,
    late: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, done) = mpsc::channel();
    // Whoever asked may have gone.
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
