//! File of issue times: the newest one that APNs has accepted for each key, and the time of its
//! first acceptance. It changes when a key gets a new provider token, and is then rewritten as a
//! whole.

use std::io;

use super::IssueTime;
use super::error::StoreError;
use super::folder::Folder;

const NAME: &str = "issue-times";
const HEAD: &str = "trill-issue-times 1";
/// Most keys in the file. Beyond that, the one whose acceptance is oldest is dropped.
const MOST_KEYS: usize = 1_000;
/// Greatest age of a provider token that Apple accepts, in seconds.
const OLDEST: u64 = 60 * 60;
/// Largest file, in bytes. A line has at most a host name of 253 characters and two names of 32.
const LARGEST: u64 = 1_024 * MOST_KEYS as u64;

/// Issue times of all keys.
pub(super) struct IssueTimes(Vec<IssueTime>);

impl IssueTimes {
    /// Reads the file of a folder, and rewrites it without expired entries. `now` is in seconds
    /// since 1970.
    pub(super) fn open(
        folder: &Folder,
        now: u64,
        notices: &mut Vec<String>,
    ) -> Result<Self, StoreError> {
        let contents = folder.read(NAME, LARGEST)?.unwrap_or_default();
        let (mut times, is_damaged) = read(&contents);
        if is_damaged {
            let aside = folder.set_aside(NAME, &contents)?;
            let path = folder.file(NAME);
            notices.push(format!(
                "{} could not be read as a whole; a copy is {}; APNs may refuse one push of a key with TooManyProviderTokenUpdates",
                path.display(),
                aside.display()
            ));
        }
        times.retain(|time| now.saturating_sub(time.issued_at) < OLDEST);
        let times = Self(times);
        times
            .write(folder)
            .map_err(|error| StoreError::File(folder.file(NAME), error))?;
        Ok(times)
    }

    /// Returns the issue times of all keys.
    pub(super) fn all(&self) -> Vec<IssueTime> {
        self.0.clone()
    }

    /// Saves an issue time in place of the previous one of its key.
    pub(super) fn keep(&mut self, time: &IssueTime, folder: &Folder) -> io::Result<()> {
        self.put(time);
        self.write(folder)
    }

    fn put(&mut self, time: &IssueTime) {
        self.0.retain(|known| {
            known.key != time.key && time.first_accepted.saturating_sub(known.issued_at) < OLDEST
        });
        if self.0.len() >= MOST_KEYS {
            let oldest = (0..self.0.len()).min_by_key(|index| self.0[*index].first_accepted);
            oldest.map(|index| self.0.swap_remove(index));
        }
        self.0.push(time.clone());
    }

    fn write(&self, folder: &Folder) -> io::Result<()> {
        let mut text = format!("{HEAD}\n");
        for time in &self.0 {
            text.push_str(&serde_json::to_string(time)?);
            text.push('\n');
        }
        folder.replace(NAME, text.as_bytes()).map(drop)
    }
}

/// Reads all valid lines. The second value is `true` if there were others.
fn read(contents: &[u8]) -> (Vec<IssueTime>, bool) {
    let text = String::from_utf8_lossy(contents);
    let mut lines = text.lines();
    match lines.next() {
        None => return (Vec::new(), false),
        Some(HEAD) => {}
        Some(_) => return (Vec::new(), true),
    }
    let read: Vec<_> = lines.map(serde_json::from_str).collect();
    let is_damaged = read.iter().any(Result::is_err);
    (read.into_iter().flatten().collect(), is_damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apns::Environment;
    use crate::store::IssueTimeKey;

    #[test]
    fn the_key_that_was_accepted_longest_ago_makes_room() {
        let mut times = IssueTimes(Vec::new());
        for number in 0..MOST_KEYS as u64 + 10 {
            let (team_id, key_id) = ("TEAM000001".to_owned(), number.to_string());
            let key = IssueTimeKey {
                environment: Environment::Sandbox,
                host: "localhost".to_owned(),
                team_id,
                key_id,
            };
            times.put(&IssueTime {
                key,
                issued_at: 1_000,
                first_accepted: 1_000 + number,
            });
        }
        let oldest = times.0.iter().map(|time| time.first_accepted).min();
        assert_eq!((times.0.len(), oldest), (MOST_KEYS, Some(1_010)));
    }
}
