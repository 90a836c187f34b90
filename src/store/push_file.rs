//! Push file: one line of fixed length for each push that is remembered. A line is written before
//! its push is sent, and again when the push ends. Ten minutes later it may be reused. So the file
//! grows no longer than the most pushes remembered at once, and a damaged line affects only one
//! push.
//!
//! Writes do not wait for the disk: they go to the page cache, which survives the process but not a
//! crash of the machine.

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
/// Most lines of pushes; the relay remembers fewer.
const MOST_ROWS: u32 = 250_000;

/// An open push file.
pub(super) struct PushFile {
    file: File,
    /// Number of lines of pushes.
    rows: u32,
    free: Vec<u32>,
    /// Lines of pushes that have ended, with the time at which they may be reused, in milliseconds
    /// since 1970.
    ended: VecDeque<(u64, u32)>,
}

/// Contents that an earlier process has left.
struct Left {
    pushes: Vec<EarlierPush>,
    /// Defect of the file, as part of a sentence.
    fault: Option<String>,
}

impl PushFile {
    /// Opens the file of a folder. Rewrites the entries that are still needed, and sets aside a
    /// copy of a file that cannot be read completely.
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
        // If the clock has gone back, entries seem to lie in the future and are kept.
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

    /// Writes the line of a push before it is sent.
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
            // The next line overwrites one that a full disk has cut off.
            self.rows += u32::from(written.is_ok());
        } else if written.is_err() {
            self.free.push(row);
        }
        written.map(|()| Row(row))
    }

    /// Writes the result of a push.
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

/// First line: the format, its version, and a hash that identifies the hash key.
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
            // An incomplete last line belongs to a push that was not sent.
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
