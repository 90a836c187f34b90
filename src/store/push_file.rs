//! The push file: one line of a fixed length for each push that is remembered. A line is written before its push
//! leaves, written again when it ends, and has room for another push ten minutes later; so the file is never longer
//! than the most pushes that were remembered at once, and a damaged line costs that push alone.
//!
//! Nothing waits for the disk: what is written is the system's, and outlives the process but not the machine.

use std::collections::VecDeque;
use std::fs::File;
use std::io;

use super::error::StoreError;
use super::folder::Folder;
use super::hash_key::HashKey;
use super::push_line::{self, LINE_BYTES, Line, Stage};
use super::{EarlierPush, Ending, KeptPush, REMEMBERED_MS, Row};

const NAME: &str = "pushes";
const FORMAT: &str = "trill-pushes";
const VERSION: &str = "1";
/// More than the relay remembers.
const MOST_ROWS: u32 = 250_000;

/// A push file that is open.
pub(super) struct PushFile {
    file: File,
    /// How many lines there are, but for the first.
    rows: u32,
    free: Vec<u32>,
    /// The lines of pushes that have ended, and when their room is free.
    ended: VecDeque<(u64, u32)>,
}

/// What an earlier process has left.
struct Left {
    pushes: Vec<EarlierPush>,
    /// A part of a sentence.
    fault: Option<String>,
}

impl PushFile {
    /// Opens the file of a folder. What is still of use is written anew; what cannot be read is set aside.
    pub(super) fn open(
        folder: &Folder,
        key: &HashKey,
        now: u64,
        notices: &mut Vec<String>,
    ) -> Result<(Self, Vec<EarlierPush>), StoreError> {
        let contents = folder
            .read(NAME, (u64::from(MOST_ROWS) + 1) * LINE_BYTES as u64)?
            .unwrap_or_default();
        let Left { mut pushes, fault } = read(&contents, key);
        if let Some(fault) = fault {
            let aside = folder.set_aside(NAME, &contents)?;
            let path = folder.file(NAME);
            notices.push(format!(
                "{} {fault}; a copy is {}; some pushes of the last ten minutes may not be recognised if they come again",
                path.display(),
                aside.display()
            ));
        }
        // Should the clock have gone back, they seem to come from the future, and stay.
        pushes.retain(|earlier| now.saturating_sub(earlier.at) < REMEMBERED_MS);
        pushes.sort_by_key(|earlier| earlier.at);
        let file = folder
            .replace(NAME, &written(&pushes, key))
            .map_err(|error| StoreError::File(folder.file(NAME), error))?;
        let ended = (0..)
            .zip(&pushes)
            .map(|(row, earlier)| (earlier.at + REMEMBERED_MS, row))
            .collect();
        let rows = u32::try_from(pushes.len()).unwrap_or(MOST_ROWS);
        Ok((
            Self {
                file,
                rows,
                free: Vec::new(),
                ended,
            },
            pushes,
        ))
    }

    /// Writes the line of a push that is about to leave.
    pub(super) fn begin(&mut self, push: &KeptPush, now: u64, key: &HashKey) -> io::Result<Row> {
        self.free_ended(now);
        let row = match self.free.pop() {
            Some(row) => row,
            None if self.rows < MOST_ROWS => self.rows,
            None => {
                return Err(io::Error::other(
                    "the file has as many lines as it may have",
                ));
            }
        };
        let written = self.write(row, &push_line::write(push, Stage::Begun, now, key));
        if row == self.rows {
            // A line that was cut off by a full disk is written over by the next one.
            self.rows += u32::from(written.is_ok());
        } else if written.is_err() {
            self.free.push(row);
        }
        written.map(|()| Row(row))
    }

    /// Writes what came of a push.
    pub(super) fn end(
        &mut self,
        Row(row): Row,
        push: &KeptPush,
        ending: Ending,
        now: u64,
        key: &HashKey,
    ) -> io::Result<()> {
        let written = self.write(row, &push_line::write(push, Stage::Ended(ending), now, key));
        if ending == Ending::Nothing && written.is_ok() {
            self.free.push(row);
        } else {
            self.ended.push_back((now + REMEMBERED_MS, row));
        }
        written
    }

    fn free_ended(&mut self, now: u64) {
        while let Some((_, row)) = self.ended.front().filter(|(until, _)| *until <= now) {
            self.free.push(*row);
            self.ended.pop_front();
        }
    }

    fn write(&self, row: u32, line: &[u8; LINE_BYTES]) -> io::Result<()> {
        write_at(&self.file, line, (u64::from(row) + 1) * LINE_BYTES as u64)
    }
}

/// The first line: the format, its version, and which key the other lines are hashed with.
fn head(key: &HashKey) -> String {
    format!("{FORMAT} {VERSION} {}", key.hash(&[FORMAT.as_bytes()]))
}

fn written(pushes: &[EarlierPush], key: &HashKey) -> Vec<u8> {
    let mut bytes = push_line::pad(&head(key)).to_vec();
    for earlier in pushes {
        bytes.extend(push_line::write(
            &earlier.push,
            Stage::Ended(earlier.ending),
            earlier.at,
            key,
        ));
    }
    bytes
}

fn read(contents: &[u8], key: &HashKey) -> Left {
    let mut left = Left {
        pushes: Vec::new(),
        fault: None,
    };
    let mut lines = contents.chunks(LINE_BYTES);
    let Some(first) = lines.next() else {
        return left;
    };
    let first = String::from_utf8_lossy(first);
    let first = first.trim_end();
    let version = first
        .strip_prefix(FORMAT)
        .and_then(|rest| rest.split_whitespace().next());
    left.fault = match version {
        _ if first == head(key) => None,
        Some(VERSION) if first.len() == head(key).len() => {
            Some("was written with another hash key".to_owned())
        }
        Some(version)
            if version != VERSION
                && !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Some(format!(
                "has format {version}, and this Trill knows format {VERSION}"
            ))
        }
        _ => Some("is no push file".to_owned()),
    };
    if left.fault.is_some() {
        return left;
    }
    let mut damaged = 0;
    for line in lines {
        match push_line::read(line, key) {
            Line::Free => {}
            Line::Push(push) => left.pushes.push(push),
            // The push of a line that was not finished has not left.
            Line::Damaged if line.len() < LINE_BYTES => {}
            Line::Damaged => damaged += 1,
        }
    }
    if damaged > 0 {
        left.fault = Some(format!(
            "has {damaged} damaged {}",
            if damaged == 1 { "line" } else { "lines" }
        ));
    }
    left
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(not(unix))]
fn write_at(mut file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(bytes)
}
