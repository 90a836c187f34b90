//! Worker: the thread that owns the connection to the SQLite file. Jobs wait in a queue; those that
//! have gathered share one transaction, and each is answered after the commit.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, ErrorCode, ffi};
use tokio::sync::oneshot;

use super::file::DatabaseFile;
use crate::store::phone_store::{PhoneStoreError, Stored};

/// Most jobs that wait. More come only if the disk stands still.
const MOST_WAITING: usize = 10_000;
/// Most jobs of one transaction.
const MOST_AT_ONCE: usize = 256;

/// Job: a function on the connection, or on the reason why there is none. It returns `false` if its
/// changes must be undone, and the function that answers it.
type Job = Box<dyn FnOnce(Result<&Connection, PhoneStoreError>) -> (bool, Answer) + Send>;
/// Function that answers a job, called with the result of the commit.
type Answer = Box<dyn FnOnce(Result<(), PhoneStoreError>)>;

/// The queue of a worker, and its thread.
pub(super) struct Worker {
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread.
    pub(super) fn start(file: DatabaseFile) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(MOST_WAITING);
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || Transactions::new(file).run(&jobs))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Queues a job at once, and returns the future of its result.
    pub(super) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Stored<T> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result =
                connection.and_then(|connection| job(connection).map_err(|error| of(&error)));
            let is_done = result.is_ok();
            let answer: Answer = Box::new(move |committed| {
                // Nobody waits for a send that is stored.
                let _ = sender.send(committed.and(result));
            });
            (is_done, answer)
        });
        let queued = match &self.queue {
            Some(queue) => queue.try_send(job),
            None => Err(TrySendError::Disconnected(job)),
        };
        let refusal = queued.err().map(|error| match error {
            TrySendError::Full(_) => PhoneStoreError::Busy,
            TrySendError::Disconnected(_) => PhoneStoreError::Broken,
        });
        Box::pin(async move {
            match refusal {
                Some(refusal) => Err(refusal),
                None => receiver.await.unwrap_or(Err(PhoneStoreError::Broken)),
            }
        })
    }
}

impl Drop for Worker {
    /// Finishes the jobs that wait, and closes the file.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The connection, in the thread that owns it.
struct Transactions {
    file: DatabaseFile,
    is_failing: bool,
}

impl Transactions {
    fn new(file: DatabaseFile) -> Self {
        Self {
            file,
            is_failing: false,
        }
    }

    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let batch: Vec<_> = [first]
                .into_iter()
                .chain(jobs.try_iter().take(MOST_AT_ONCE - 1))
                .collect();
            self.work(batch);
        }
    }

    /// Runs jobs in one transaction. A job that fails is undone alone.
    fn work(&mut self, jobs: Vec<Job>) {
        let mut done: Vec<Answer> = Vec::new();
        // Nothing is added to a file that somebody has cut.
        let whole = self.file.restore_if_harmed().map_err(|error| of(&error));
        for job in jobs {
            let begun = whole.and_then(|()| self.begin());
            let (is_done, answer) = job(begun.map(|()| self.file.connection()));
            let is_open = !self.file.connection().is_autocommit();
            let left = match (is_open, is_done) {
                (true, true) => self.execute("RELEASE job"),
                (true, false) => self.execute("ROLLBACK TO job; RELEASE job"),
                (false, _) => Ok(()),
            };
            if is_open && left.is_ok() {
                done.push(answer);
                continue;
            }
            // SQLite has undone the whole transaction, for example because the disk is full.
            self.roll_back();
            answer(left);
            for answer in done.drain(..) {
                answer(Err(PhoneStoreError::Full));
            }
        }
        let committed = self.commit();
        if committed == Err(PhoneStoreError::Full) {
            // What stands in the log of SQLite moves into the file, which may have room for it.
            let _ = self.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            self.file.remember();
        }
        self.note(committed);
        for answer in done {
            answer(committed);
        }
    }

    fn begin(&self) -> Result<(), PhoneStoreError> {
        if self.file.connection().is_autocommit() {
            self.execute("BEGIN IMMEDIATE")?;
        }
        self.execute("SAVEPOINT job")
    }

    fn commit(&mut self) -> Result<(), PhoneStoreError> {
        if self.file.connection().is_autocommit() {
            return Ok(());
        }
        let committed = self.execute("COMMIT");
        if committed.is_err() {
            self.roll_back();
            return committed;
        }
        // Somebody may have deleted or cut the file, and what was committed would vanish with the
        // process.
        self.file.restore_if_harmed().map_err(|error| of(&error))
    }

    fn roll_back(&self) {
        if !self.file.connection().is_autocommit() {
            let _ = self.execute("ROLLBACK");
        }
    }

    fn execute(&self, sql: &str) -> Result<(), PhoneStoreError> {
        self.file
            .connection()
            .execute_batch(sql)
            .map_err(|error| of(&error))
    }

    /// Logs when the store begins to fail, and when it works again.
    fn note(&mut self, committed: Result<(), PhoneStoreError>) {
        match committed {
            Ok(()) if self.is_failing => tracing::warn!("the store of devices works again"),
            Err(error) if !self.is_failing => {
                tracing::error!(?error, "the store of devices cannot be written");
            }
            _ => {}
        }
        self.is_failing = committed.is_err();
    }
}

/// Classifies an error of SQLite, and logs one that must not happen.
pub(super) fn of(error: &rusqlite::Error) -> PhoneStoreError {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        tracing::error!(%error, "a row of the store cannot be read");
        return PhoneStoreError::Broken;
    };
    match (failure.code, failure.extended_code) {
        (ErrorCode::DiskFull, _)
        | (
            _,
            ffi::SQLITE_IOERR_WRITE
            | ffi::SQLITE_IOERR_FSYNC
            | ffi::SQLITE_IOERR_DIR_FSYNC
            | ffi::SQLITE_IOERR_TRUNCATE
            | ffi::SQLITE_IOERR_SHMSIZE,
        ) => PhoneStoreError::Full,
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => PhoneStoreError::Busy,
        _ => {
            tracing::error!(%error, "the store of devices cannot be used");
            PhoneStoreError::Broken
        }
    }
}
