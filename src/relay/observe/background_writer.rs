//! Background writer: a thread that appends lines to a file, so that no request waits for a disk.
//!
//! The queue is bounded. Lines that cannot be written are kept and retried until they can be. The
//! file is opened again if its path leads to another file, as after a log rotation.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::option_file;

/// Capacity of the queue, in lines. A line has about three hundred bytes.
const MOST_WAITING: usize = 4_096;
/// Size in bytes at which a batch of waiting lines is written.
const LARGEST_BATCH: usize = 64 * 1024;
/// Pause between two attempts while the file cannot be written.
const RETRY: Duration = Duration::from_millis(500);
/// Time that a program waits at its end for the last lines.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// Handle of the thread.
pub(crate) struct BackgroundWriter {
    messages: mpsc::Sender<Message>,
    state: Arc<State>,
}

/// Reserved room for one line in the queue.
pub(crate) struct Permit(mpsc::OwnedPermit<Message>);

/// State of the file, and the number of lost lines.
#[derive(Default)]
struct State {
    failing: AtomicBool,
    failures: AtomicU64,
    lost: AtomicU64,
}

enum Message {
    Line(String),
    /// A line with a channel for the result of the first attempt to write it. After a failure it is
    /// retried.
    Urgent(String, oneshot::Sender<bool>),
    /// A request for an answer once all lines before it are written.
    Flush(oneshot::Sender<()>),
}

impl BackgroundWriter {
    /// Starts the thread. Does not open the file yet: [`try_open`] tests it beforehand.
    pub(crate) fn start(path: PathBuf) -> io::Result<Self> {
        let (messages, waiting) = mpsc::channel(MOST_WAITING);
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || write(waiting, LogFile { path, file: None }, &shared))?;
        Ok(Self { messages, state })
    }

    /// Reserves room for one line. Returns `None` if the queue is full.
    pub(crate) fn permit(&self) -> Option<Permit> {
        self.messages.clone().try_reserve_owned().ok().map(Permit)
    }

    /// Queues a line without a permit. If the queue is full, the line is lost and counted.
    pub(crate) fn note(&self, line: String) {
        match self.permit() {
            Some(permit) => permit.note(line),
            None => self.lose(),
        }
    }

    /// Counts a line that was lost.
    pub(crate) fn lose(&self) {
        self.state.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// `true` if the last attempt to write failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.state.failing.load(Ordering::Relaxed)
    }

    /// Marks the file as failing because a write did not finish in time. The next successful write
    /// ends that state.
    pub(crate) fn give_up(&self) {
        self.state.failing.store(true, Ordering::Relaxed);
    }

    /// Number of failed attempts to write.
    pub(crate) fn failures(&self) -> u64 {
        self.state.failures.load(Ordering::Relaxed)
    }

    /// Number of lines that were lost.
    pub(crate) fn lost(&self) -> u64 {
        self.state.lost.load(Ordering::Relaxed)
    }

    /// Waits until the queued lines are written, at most one second.
    pub(crate) async fn finish(&self) {
        let (sender, written) = oneshot::channel();
        let _ = timeout(LAST_PATIENCE, async {
            self.messages.send(Message::Flush(sender)).await.ok()?;
            written.await.ok()
        })
        .await;
    }
}

impl Permit {
    /// Queues the line.
    pub(crate) fn note(self, line: String) {
        self.0.send(Message::Line(line));
    }

    /// Queues the line and waits for the first attempt to write it. Returns `true` if it succeeded.
    pub(crate) async fn write(self, line: String) -> bool {
        let (sender, written) = oneshot::channel();
        self.0.send(Message::Urgent(line, sender));
        written.await.unwrap_or(false)
    }
}

/// Opens the file once, creating it if necessary.
pub(crate) fn try_open(path: &Path) -> io::Result<()> {
    option_file::open(path, &options()).map(drop)
}

/// The thread. Ends when all senders are dropped.
fn write(mut waiting: mpsc::Receiver<Message>, mut log_file: LogFile, state: &State) {
    while let Some(first) = waiting.blocking_recv() {
        // The thread is woken by the first line. Threads that share its core and are about to add
        // lines go first, so that one write takes all of them.
        thread::yield_now();
        let (mut batch, mut urgent, mut flushed, mut next) =
            (String::new(), Vec::new(), Vec::new(), Some(first));
        while let Some(message) = next {
            match message {
                Message::Line(line) => batch.push_str(&line),
                Message::Urgent(line, sender) => {
                    batch.push_str(&line);
                    urgent.push(sender);
                }
                Message::Flush(sender) => flushed.push(sender),
            }
            next = if batch.len() < LARGEST_BATCH {
                waiting.try_recv().ok()
            } else {
                None
            };
        }
        while let Err(error) = log_file.append(batch.as_bytes()) {
            state.failures.fetch_add(1, Ordering::Relaxed);
            if !state.failing.swap(true, Ordering::Relaxed) {
                tracing::error!(file = %log_file.path.display(), %error, "the audit file cannot be written");
            }
            answer(&mut urgent, false);
            if waiting.is_closed() {
                return;
            }
            thread::sleep(RETRY);
        }
        if !batch.is_empty() && state.failing.swap(false, Ordering::Relaxed) {
            tracing::warn!(file = %log_file.path.display(), "the audit file can be written again");
        }
        answer(&mut urgent, true);
        // The receiver may be gone.
        for sender in flushed {
            let _ = sender.send(());
        }
    }
}

fn answer(senders: &mut Vec<oneshot::Sender<bool>>, is_written: bool) {
    for sender in senders.drain(..) {
        let _ = sender.send(is_written);
    }
}

/// The file and its path.
struct LogFile {
    path: PathBuf,
    file: Option<(File, FileIdentity)>,
}

impl LogFile {
    /// Appends all bytes or none.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
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
    use std::env::temp_dir;
    use std::fs;
    use std::process::id;

    use super::*;

    #[tokio::test]
    async fn waiting_lines_are_bounded_and_written_once_the_file_can_be() {
        let folder = temp_dir().join(format!("trill-writer-{}", id()));
        let _ = fs::remove_file(&folder);
        // A file as the parent folder makes creation fail even for root.
        fs::write(&folder, "").expect("it is written");
        let writer = BackgroundWriter::start(folder.join("audit.jsonl")).expect("a thread");
        let line = "x".repeat(1_023) + "\n";
        let total = MOST_WAITING + 2 * LARGEST_BATCH / line.len() + 10;
        for _ in 0..total {
            writer.note(line.clone());
        }
        assert!(
            writer.lost() > 0 && writer.permit().is_none(),
            "there is no room"
        );
        while !writer.is_failing() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        fs::remove_file(&folder)
            .and_then(|()| fs::create_dir(&folder))
            .expect("a folder");
        while writer.is_failing() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        writer.finish().await;
        let written = fs::read_to_string(folder.join("audit.jsonl")).expect("it is there");
        fs::remove_dir_all(&folder).expect("it goes");
        assert!(
            written
                .lines()
                .all(|written| written.len() == line.len() - 1),
            "lines are whole"
        );
        assert_eq!(written.lines().count() as u64, total as u64 - writer.lost());
        assert!(writer.failures() > 0 && writer.permit().is_some());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_disk_without_room_is_an_error() {
        let mut log_file = LogFile {
            path: PathBuf::from("/dev/full"),
            file: None,
        };
        assert!(
            log_file.append(b"{}\n").is_err() && log_file.file.is_none(),
            "it is opened anew the next time"
        );
    }
}
