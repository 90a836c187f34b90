//! Log of all decisions: a line of JSON for each in a file, and the number of each kind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};

use crate::sync::Lock;

use super::decision::Decision;
use super::events::Written as _;

/// Log of all decisions, also of those the journal has forgotten.
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
    /// One that also goes to a file.
    pub(crate) fn to(file: Option<File>) -> Self {
        Self(Lock::new(Lines {
            file,
            ..Lines::default()
        }))
    }

    /// Writes a decision down. A disk that is full costs lines, not answers.
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

    /// One sentence about all of them.
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

/// Appends all of a line or nothing: half a one would spoil the next.
fn append(file: &mut File, line: &str) -> io::Result<()> {
    let before = file.metadata()?;
    file.write_all(line.as_bytes()).inspect_err(|_| {
        if before.is_file() {
            let _ = file.set_len(before.len());
        }
    })
}
