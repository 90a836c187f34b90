//! Log of all decisions: one line of JSON per decision in a file, and the number of each kind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};

use crate::sync::Lock;

use super::decision::Decision;
use super::events::Written as _;

/// Log of all decisions, including those that are no longer in the journal.
#[derive(Default)]
pub(crate) struct DecisionLog(Lock<Lines>);

#[derive(Default)]
struct Lines {
    accepted: u64,
    refused: BTreeMap<&'static str, u64>,
    file: Option<File>,
    lost: u64,
}

impl DecisionLog {
    /// Creates a log that is also written to the file, if there is one.
    pub(crate) fn to(file: Option<File>) -> Self {
        Self(Lock::new(Lines {
            file,
            ..Lines::default()
        }))
    }

    /// Counts a decision and writes it to the file. If the disk is full, the line is lost, but the
    /// request is still answered.
    pub(crate) fn write(&self, decision: &Decision) {
        let mut lines = self.0.lock();
        match decision.reason {
            None => lines.accepted += 1,
            Some(reason) => *lines.refused.entry(reason).or_default() += 1,
        }
        if let Some(file) = &mut lines.file
            && append(file, &(decision.to_json() + "\n")).is_err()
        {
            lines.lost += 1;
        }
    }

    /// Returns one sentence about all decisions.
    pub(crate) fn summary(&self) -> String {
        let lines = self.0.lock();
        let refused: u64 = lines.refused.values().sum();
        let mut text = format!("{} accepted, {refused} refused", lines.accepted);
        for (index, (reason, count)) in lines.refused.iter().enumerate() {
            let _ = write!(
                text,
                "{} {count} {reason}",
                if index == 0 { ":" } else { "," }
            );
        }
        if lines.lost > 0 {
            let _ = write!(
                text,
                "; {} of them are missing from the journal file, which could not be written",
                lines.lost
            );
        }
        text
    }
}

/// Appends a whole line or nothing, because half a line would spoil the next one.
fn append(file: &mut File, line: &str) -> io::Result<()> {
    let before = file.metadata()?;
    file.write_all(line.as_bytes()).inspect_err(|_| {
        if before.is_file() {
            let _ = file.set_len(before.len());
        }
    })
}
