//! File store: the implementation of the store with plain files in one folder.

use std::future;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::sync::Lock;

use super::error::StoreError;
use super::folder::Folder;
use super::hash_key::HashKey;
use super::issue_times::IssueTimes;
use super::push_file::PushFile;
use super::sqlite::{self, SqliteStore};
use super::{Ending, IssueTime, KeptPush, Opened, Pending, PhoneStore, Row, Store};

/// A store in a folder, which it keeps locked.
struct FileStore {
    folder: Arc<Folder>,
    hash_key: HashKey,
    pushes: Lock<PushFile>,
    issue_times: Lock<IssueTimes>,
    is_failing: AtomicBool,
}

/// Opens the files of a folder, and with `with_phones` also that of devices. `now` is in
/// milliseconds since 1970.
pub(super) fn open(path: &Path, now: u64, with_phones: bool) -> Result<Opened, StoreError> {
    let folder = Arc::new(Folder::open(path)?);
    let mut notices = Vec::new();
    if with_phones && let Some(key) = sqlite::key_in_copy(&folder.file(sqlite::NAME)) {
        folder.restore_hash_key(&key)?;
    }
    let hash_key = folder.hash_key(&mut notices)?;
    let (file, pushes) = PushFile::open(&folder, &hash_key, now, &mut notices)?;
    let times = IssueTimes::open(&folder, now / 1_000, &mut notices)?;
    let issue_times = times.all();
    let phones: Option<Arc<dyn PhoneStore>> = if with_phones {
        let store = SqliteStore::open(Arc::clone(&folder), &mut notices)?;
        Some(Arc::new(store))
    } else {
        None
    };
    let store = FileStore {
        folder,
        hash_key: hash_key.clone(),
        pushes: Lock::new(file),
        issue_times: Lock::new(times),
        is_failing: AtomicBool::new(false),
    };
    Ok(Opened {
        store: Arc::new(store),
        phones,
        hash_key,
        pushes,
        issue_times,
        notices,
    })
}

impl FileStore {
    /// Logs when the folder can no longer be written, and when it can be again.
    fn note<T>(&self, written: &io::Result<T>) {
        match written {
            Ok(_) if self.is_failing.swap(false, Ordering::Relaxed) => {
                tracing::warn!("the data folder can be written again")
            }
            Ok(_) => {}
            Err(error) if !self.is_failing.swap(true, Ordering::Relaxed) => {
                tracing::error!(%error, "the data folder cannot be written: pushes with an apns-id are not sent to Apple");
            }
            Err(_) => {}
        }
    }
}

impl Store for FileStore {
    fn begin<'a>(&'a self, push: &'a KeptPush, now: u64) -> Pending<'a, io::Result<Row>> {
        // Writes to the page cache, which takes less time than a switch to another thread.
        let written = self.pushes.lock().begin(push, now, &self.hash_key);
        self.note(&written);
        Box::pin(future::ready(written))
    }

    fn end(&self, row: Row, push: &KeptPush, ending: Ending, now: u64) {
        self.note(
            &self
                .pushes
                .lock()
                .end(row, push, ending, now, &self.hash_key),
        );
    }

    fn keep_issue_time(&self, issue_time: &IssueTime) {
        self.note(&self.issue_times.lock().keep(issue_time, &self.folder));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::sync::atomic::AtomicU32;

    use futures_util::FutureExt;

    use super::*;
    use crate::apns::Environment;
    use crate::store::{EarlierPush, IssueTimeKey, REMEMBERED_MS};

    const NOW: u64 = 1_795_911_861_123;
    const ACCEPTED: Ending = Ending::Answered {
        status: 200,
        apns_unique_id: Some(7),
    };

    /// A folder for one test, which removes it at its end.
    struct TestFolder(PathBuf);

    impl TestFolder {
        fn new() -> Self {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let name = format!(
                "trill-store-{}-{}",
                std::process::id(),
                NEXT.fetch_add(1, Ordering::Relaxed)
            );
            let path = std::env::temp_dir().join(name);
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }

        fn open(&self, now: u64) -> Opened {
            open(&self.0, now, false).unwrap_or_else(|error| panic!("{error}"))
        }

        fn change(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
            let path = self.0.join(name);
            let mut bytes = fs::read(&path).expect("it is there");
            change(&mut bytes);
            fs::write(path, bytes).expect("it can be written");
        }

        fn lines(&self) -> u64 {
            fs::metadata(self.0.join("pushes"))
                .expect("it is there")
                .len()
                / 256
                - 1
        }
    }

    impl Drop for TestFolder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn push(opened: &Opened, number: u128) -> KeptPush {
        let hash = |text: &[u8]| opened.hash_key.hash(&[text]);
        let fingerprint = hash(&number.to_be_bytes());
        KeptPush {
            account: hash(b"a"),
            share: hash(b"s"),
            environment: Environment::Production,
            apns_id: number,
            fingerprint,
        }
    }

    fn begin(opened: &Opened, number: u128, now: u64) -> Row {
        let written = opened
            .store
            .begin(&push(opened, number), now)
            .now_or_never();
        written
            .expect("a file does not wait")
            .expect("it is written")
    }

    /// Pushes 0 to 3: in flight, accepted, unknown, and rejected.
    fn fill(folder: &TestFolder) -> Vec<KeptPush> {
        let opened = folder.open(NOW);
        let rows: Vec<_> = (0..4).map(|number| begin(&opened, number, NOW)).collect();
        for (number, ending) in [(1, ACCEPTED), (2, Ending::Unknown), (3, Ending::Nothing)] {
            opened.store.end(
                rows[number],
                &push(&opened, number as u128),
                ending,
                NOW + 100,
            );
        }
        (0..4).map(|number| push(&opened, number)).collect()
    }

    fn numbers(opened: &Opened) -> Vec<u128> {
        opened
            .pushes
            .iter()
            .map(|earlier| earlier.push.apns_id)
            .collect()
    }

    #[test]
    fn what_was_begun_and_what_came_of_it_is_there_again() {
        let folder = TestFolder::new();
        let pushes = fill(&folder);
        let earlier = |number: usize, ending, at| EarlierPush {
            push: pushes[number],
            ending,
            at,
        };
        let expected = [
            earlier(0, Ending::Unknown, NOW),
            earlier(1, ACCEPTED, NOW + 100),
            earlier(2, Ending::Unknown, NOW + 100),
        ];
        for _ in 0..2 {
            let opened = folder.open(NOW + 1_000);
            assert_eq!(
                (&opened.pushes[..], opened.notices.len()),
                (&expected[..], 0)
            );
        }
        assert_eq!(numbers(&folder.open(NOW + REMEMBERED_MS)), [1, 2]);
        assert_eq!(numbers(&folder.open(NOW + REMEMBERED_MS + 100)), [0; 0]);
        assert_eq!(folder.lines(), 0);
    }

    #[test]
    fn a_clock_that_goes_back_makes_nobody_forget() {
        let folder = TestFolder::new();
        fill(&folder);
        assert_eq!(numbers(&folder.open(NOW - 86_400_000)), [0, 1, 2]);
    }

    #[test]
    fn the_file_grows_no_longer_than_what_is_remembered_at_once() {
        let folder = TestFolder::new();
        let opened = folder.open(NOW);
        for number in 0..1_000 {
            let row = begin(&opened, number, NOW);
            opened
                .store
                .end(row, &push(&opened, number), Ending::Nothing, NOW);
        }
        assert_eq!(folder.lines(), 1, "what reached nobody takes no room");
        for minute in 0..120 {
            for number in 0..10 {
                let now = NOW + minute * 60_000;
                let row = begin(&opened, number, now);
                opened.store.end(row, &push(&opened, number), ACCEPTED, now);
            }
        }
        assert_eq!(folder.lines(), 100, "ten minutes of ten pushes each");
        drop(opened);
        assert_eq!(folder.open(NOW + 119 * 60_000 + 30_000).pushes.len(), 100);
        assert_eq!(folder.open(NOW + 124 * 60_000 + 30_000).pushes.len(), 50);
        assert_eq!(folder.lines(), 50, "a start leaves out what is old");
    }

    #[test]
    fn a_torn_end_is_no_damage() {
        let folder = TestFolder::new();
        fill(&folder);
        for length in [1, 255, 256] {
            folder.change("pushes", |bytes| bytes.truncate(256 + 256 + length));
            let opened = folder.open(NOW);
            assert_eq!(
                (numbers(&opened), opened.notices.len()),
                (if length == 256 { vec![0, 1] } else { vec![0] }, 0),
                "{length}"
            );
            begin(&opened, 1, NOW);
        }
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_and_the_rest_goes_on() {
        type Change = fn(&mut Vec<u8>);
        let cases: [(&str, Change, &str, &[u128]); 7] = [
            (
                "pushes",
                |bytes| bytes[256 + 50] ^= 1,
                "has 1 damaged line;",
                &[1, 2],
            ),
            (
                "pushes",
                |bytes| bytes[256..768].fill(0),
                "has 2 damaged lines;",
                &[2],
            ),
            (
                "pushes",
                |bytes| bytes[13] = b'2',
                "has format 2, and this Trill knows format 1",
                &[],
            ),
            (
                "pushes",
                |bytes| *bytes = b"something else".to_vec(),
                "is no push file",
                &[],
            ),
            (
                "pushes",
                |bytes| bytes[20] = if bytes[20] == b'0' { b'1' } else { b'0' },
                "another hash key",
                &[],
            ),
            (
                "hash-key",
                |bytes| bytes.truncate(10),
                "the hash key in the data folder was damaged",
                &[],
            ),
            (
                "hash-key",
                |bytes| bytes.push(b'0'),
                "the hash key in the data folder was damaged",
                &[],
            ),
        ];
        for (name, change, sentence, left) in cases {
            let folder = TestFolder::new();
            fill(&folder);
            let mut damaged = Vec::new();
            folder.change(name, |bytes| {
                change(bytes);
                damaged = bytes.clone();
            });
            let opened = folder.open(NOW);
            assert_eq!(numbers(&opened), left, "{sentence}");
            assert!(opened.notices[0].contains(sentence), "{:?}", opened.notices);
            assert_eq!(
                fs::read(folder.0.join(format!("{name}.damaged"))).expect("it is there"),
                damaged
            );
            begin(&opened, 9, NOW);
            drop(opened);
            let opened = folder.open(NOW);
            let mut found = numbers(&opened);
            found.sort_unstable();
            assert_eq!(
                (found, opened.notices.len()),
                ([left, &[9]].concat(), 0),
                "{sentence}"
            );
        }
    }

    #[test]
    fn one_relay_uses_a_folder_at_a_time() {
        let folder = TestFolder::new();
        let opened = folder.open(NOW);
        assert!(
            matches!(open(&folder.0, NOW, false), Err(StoreError::InUse(path, Some(_))) if path == folder.0)
        );
        drop(opened);
        folder.open(NOW);
    }

    #[test]
    fn what_is_no_file_is_not_opened() {
        let folder = TestFolder::new();
        fs::create_dir_all(folder.0.join("pushes")).expect("it can be made");
        assert!(
            matches!(open(&folder.0, NOW, false), Err(StoreError::File(path, _)) if path == folder.0.join("pushes"))
        );
    }

    fn issue_time(key_id: &str, issued_at: u64, first_accepted: u64) -> IssueTime {
        let key = IssueTimeKey {
            environment: Environment::Sandbox,
            host: "api.sandbox.push.apple.com".to_owned(),
            team_id: "TEAM000001".to_owned(),
            key_id: key_id.to_owned(),
        };
        IssueTime {
            key,
            issued_at,
            first_accepted,
        }
    }

    #[test]
    fn the_newest_issue_time_of_each_key_is_there_again_for_an_hour() {
        let folder = TestFolder::new();
        let seconds = NOW / 1_000;
        let store = folder.open(NOW).store;
        let (old, new, other) = (
            issue_time("A", seconds - 1_800, seconds - 1_700),
            issue_time("A", seconds, seconds + 5),
            issue_time("B", seconds, seconds),
        );
        [&old, &other, &new]
            .into_iter()
            .for_each(|time| store.keep_issue_time(time));
        drop(store);
        let opened = folder.open(NOW + 60_000);
        assert_eq!(opened.issue_times, [other, new]);
        drop(opened);
        assert_eq!(folder.open(NOW + 3_600_000).issue_times, []);
    }

    #[test]
    fn a_damaged_line_of_an_issue_time_costs_one() {
        let folder = TestFolder::new();
        let seconds = NOW / 1_000;
        let store = folder.open(NOW).store;
        ["A", "B", "C"]
            .into_iter()
            .for_each(|key_id| store.keep_issue_time(&issue_time(key_id, seconds, seconds)));
        drop(store);
        folder.change("issue-times", |bytes| {
            let second = bytes
                .iter()
                .position(|byte| *byte == b'\n')
                .expect("a line")
                + 1;
            bytes[second] = b'x';
        });
        let opened = folder.open(NOW);
        let expected = [
            issue_time("B", seconds, seconds),
            issue_time("C", seconds, seconds),
        ];
        assert_eq!(
            (&opened.issue_times[..], opened.notices.len()),
            (&expected[..], 1)
        );
        assert!(
            opened.notices[0].contains("issue-times could not be read as a whole"),
            "{:?}",
            opened.notices
        );
    }
}
