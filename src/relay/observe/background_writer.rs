//! Background writer: a thread that appends lines to a file, so that no request waits for a disk.
//!
//! The queue is bounded. Lines that cannot be written are kept and retried until they can be.
//!
//! Waking the thread costs more than writing a line, so as many lines as possible share one write:
//! an urgent line waits for the tasks that are ready too, and a line that nobody waits for is
//! written with the next urgent one, at most ten milliseconds later.

use std::io;
use std::mem::{replace, swap, take};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::log_file::LogFile;
use crate::sync::Lock;

/// Capacity of the queue, in lines. A line has about three hundred bytes.
const MOST_WAITING: usize = 4_096;
/// Time for which the thread waits for an urgent line before it writes the others.
const GATHERING: Duration = Duration::from_millis(10);
/// Largest buffer that is used again, in bytes.
const MOST_KEPT: usize = 64 * 1024;
/// Pause between two attempts while the file cannot be written.
const RETRY: Duration = Duration::from_millis(500);
/// Time that a program waits at its end for the last lines.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// Handle of the thread.
pub(crate) struct BackgroundWriter {
    queue: Arc<Queue>,
    state: Arc<State>,
}

/// Reserved room for one line in the queue.
pub(crate) struct Permit {
    queue: Arc<Queue>,
    is_used: bool,
}

/// State of the file, and the number of lost lines.
#[derive(Default)]
struct State {
    failing: AtomicBool,
    failures: AtomicU64,
    lost: AtomicU64,
}

/// Lines on their way to the thread.
#[derive(Default)]
struct Queue {
    waiting: Lock<Waiting>,
    /// The thread, once it has started.
    thread: OnceLock<Thread>,
}

#[derive(Default)]
struct Waiting {
    batch: Batch,
    /// Number of permits that are not used yet.
    permits: usize,
    /// `true` while a task is about to wake the thread.
    is_called: bool,
    /// `true` while the thread sleeps until it is woken.
    is_asleep: bool,
    /// `true` after the handle was dropped.
    is_closed: bool,
}

/// Lines for one write.
#[derive(Default)]
struct Batch {
    text: String,
    lines: usize,
    /// Channels for the result of the first attempt to write. After a failure it is retried.
    urgent: Vec<oneshot::Sender<bool>>,
    /// Channels for an answer once all lines are written.
    flushes: Vec<oneshot::Sender<()>>,
}

/// Wakes the thread when it is dropped, also if the task that was about to do so is dropped.
struct Call<'a>(&'a Queue);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.wake();
    }
}

impl BackgroundWriter {
    /// Starts the thread. Does not open the file yet.
    pub(crate) fn start(path: PathBuf) -> io::Result<Self> {
        let (queue, state) = (Arc::new(Queue::default()), Arc::new(State::default()));
        let (lines, shared) = (Arc::clone(&queue), Arc::clone(&state));
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || write(&lines, LogFile::new(path), &shared))?;
        Ok(Self { queue, state })
    }

    /// Reserves room for one line. Returns `None` if the queue is full.
    pub(crate) fn permit(&self) -> Option<Permit> {
        let mut waiting = self.queue.waiting.lock();
        if waiting.batch.lines + waiting.permits >= MOST_WAITING {
            return None;
        }
        waiting.permits += 1;
        Some(Permit {
            queue: Arc::clone(&self.queue),
            is_used: false,
        })
    }

    /// Queues a line without a permit. If the queue is full, the line is lost and counted.
    pub(crate) fn note(&self, line: &str) {
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
        self.queue.waiting.lock().batch.flushes.push(sender);
        self.queue.wake();
        let _ = timeout(LAST_PATIENCE, written).await;
    }
}

impl Drop for BackgroundWriter {
    fn drop(&mut self) {
        self.queue.waiting.lock().is_closed = true;
        self.queue.wake();
    }
}

impl Permit {
    /// Queues the line.
    pub(crate) fn note(mut self, line: &str) {
        let mut waiting = self.queue.waiting.lock();
        waiting.add(line);
        let must_wake = take(&mut waiting.is_asleep);
        drop(waiting);
        self.is_used = true;
        if must_wake {
            self.queue.wake();
        }
    }

    /// Queues the line and waits for the first attempt to write it. Returns `true` if it succeeded.
    pub(crate) async fn write(mut self, line: &str) -> bool {
        let (sender, written) = oneshot::channel();
        let is_first = {
            let mut waiting = self.queue.waiting.lock();
            waiting.add(line);
            waiting.batch.urgent.push(sender);
            !replace(&mut waiting.is_called, true)
        };
        self.is_used = true;
        if is_first {
            let _call = Call(&self.queue);
            // Tasks that are about to add urgent lines go first, so that these share the write.
            yield_now().await;
        }
        written.await.unwrap_or(false)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.is_used {
            self.queue.waiting.lock().permits -= 1;
        }
    }
}

impl Waiting {
    /// Adds the line of a permit.
    fn add(&mut self, line: &str) {
        self.permits -= 1;
        self.batch.lines += 1;
        self.batch.text.push_str(line);
    }
}

impl Batch {
    fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(MOST_KEPT);
        self.lines = 0;
        self.urgent.clear();
        self.flushes.clear();
    }
}

impl Queue {
    /// Waits for the lines of the next write and exchanges them for this batch, whose buffers are
    /// used again. Returns `false` if there are no more.
    fn exchange(&self, written: &mut Batch) -> bool {
        written.clear();
        let gathered = Instant::now() + GATHERING;
        loop {
            let left = gathered.saturating_duration_since(Instant::now());
            {
                let mut waiting = self.waiting.lock();
                let Waiting { batch, .. } = &*waiting;
                let is_urgent = !batch.urgent.is_empty() || !batch.flushes.is_empty();
                let must_be_written = left.is_zero() || waiting.is_closed;
                if is_urgent || must_be_written && batch.lines > 0 {
                    (waiting.is_called, waiting.is_asleep) = (false, false);
                    swap(&mut waiting.batch, written);
                    return true;
                }
                if waiting.is_closed {
                    return false;
                }
                waiting.is_asleep = left.is_zero();
            }
            if left.is_zero() {
                thread::park();
            } else {
                thread::park_timeout(left);
            }
        }
    }

    fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    fn is_closed(&self) -> bool {
        self.waiting.lock().is_closed
    }
}

/// The thread. Ends when the handle is dropped.
fn write(queue: &Queue, mut log_file: LogFile, state: &State) {
    // Lines that came before are found at once.
    let _ = queue.thread.set(thread::current());
    let mut batch = Batch::default();
    while queue.exchange(&mut batch) {
        while let Err(error) = log_file.append(batch.text.as_bytes()) {
            state.failures.fetch_add(1, Ordering::Relaxed);
            if !state.failing.swap(true, Ordering::Relaxed) {
                tracing::error!(file = %log_file.path().display(), %error, "the audit file cannot be written");
            }
            answer(&mut batch.urgent, false);
            if queue.is_closed() {
                return;
            }
            thread::sleep(RETRY);
        }
        if batch.lines > 0 && state.failing.swap(false, Ordering::Relaxed) {
            tracing::warn!(file = %log_file.path().display(), "the audit file can be written again");
        }
        answer(&mut batch.urgent, true);
        // The receiver may be gone.
        for sender in batch.flushes.drain(..) {
            let _ = sender.send(());
        }
    }
}

fn answer(senders: &mut Vec<oneshot::Sender<bool>>, is_written: bool) {
    for sender in senders.drain(..) {
        let _ = sender.send(is_written);
    }
}

#[cfg(test)]
mod tests {
    use std::env::temp_dir;
    use std::fs;
    use std::path::Path;
    use std::process::id;

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn waiting_lines_are_bounded_and_written_once_the_file_can_be() {
        let folder = temp_dir().join(format!("trill-writer-{}", id()));
        let _ = fs::remove_file(&folder);
        // A file as the parent folder makes creation fail even for root.
        fs::write(&folder, "").expect("it is written");
        let writer = BackgroundWriter::start(folder.join("audit.jsonl")).expect("a thread");
        let line = "x".repeat(1_023) + "\n";
        // As many may be in the hands of the thread.
        let total = 2 * MOST_WAITING + 10;
        for _ in 0..total {
            writer.note(&line);
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

    /// Waits until the file contains these lines, at most five seconds.
    async fn holds(path: &Path, text: &str) {
        let is_there = async {
            while fs::read_to_string(path).unwrap_or_default() != text {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let waited = timeout(Duration::from_secs(5), is_there).await;
        assert!(waited.is_ok(), "{:?}", fs::read_to_string(path));
    }

    #[tokio::test]
    async fn lines_are_written_also_if_nobody_waits_for_them() {
        let path = temp_dir().join(format!("trill-lines-{}", id()));
        let _ = fs::remove_file(&path);
        let writer = BackgroundWriter::start(path.clone()).expect("a thread");
        let permit = || writer.permit().expect("there is room");
        assert!(permit().write("first\n").await);
        permit().note("second\n");
        holds(&path, "first\nsecond\n").await;
        // The thread sleeps by now, and the task is dropped before it has woken it.
        tokio::time::sleep(5 * GATHERING).await;
        assert_eq!(permit().write("third\n").now_or_never(), None);
        holds(&path, "first\nsecond\nthird\n").await;
        tokio::time::sleep(5 * GATHERING).await;
        permit().note("fourth\n");
        holds(&path, "first\nsecond\nthird\nfourth\n").await;
        fs::remove_file(&path).expect("it goes");
    }

    #[tokio::test]
    async fn lines_of_ready_tasks_share_a_write() {
        let writer = BackgroundWriter {
            queue: Arc::default(),
            state: Arc::default(),
        };
        let write = |line: &'static str| {
            let permit = writer.permit().expect("there is room");
            tokio::spawn(async move { permit.write(line).await })
        };
        let tasks = [write("a"), write("b"), write("c")];
        yield_now().await;
        let mut batch = Batch::default();
        assert!(writer.queue.exchange(&mut batch));
        assert_eq!((&*batch.text, batch.lines), ("abc", 3));
        answer(&mut batch.urgent, true);
        for task in tasks {
            assert!(task.await.expect("no panic"));
        }
    }

    #[test]
    fn a_permit_that_is_not_used_frees_its_room() {
        let writer = BackgroundWriter {
            queue: Arc::default(),
            state: Arc::default(),
        };
        let permits: Vec<_> = (0..MOST_WAITING).map_while(|_| writer.permit()).collect();
        assert_eq!(permits.len(), MOST_WAITING);
        assert!(writer.permit().is_none());
        drop(permits);
        assert!(writer.permit().is_some());
    }
}
