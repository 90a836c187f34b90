//! The transcript: every decision as a line of JSON in a file, and how many there were of each kind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::decision::Decision;
use super::events::Written as _;

/// What is left of the decisions when the journal has forgotten them.
#[derive(Default)]
pub(crate) struct Transcript(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    accepted: u64,
    refused: BTreeMap<&'static str, u64>,
    file: Option<File>,
}

impl Transcript {
    /// One that also goes to a file.
    pub(crate) fn to(file: Option<File>) -> Self {
        Self(Mutex::new(Lines { file, ..Lines::default() }))
    }

    /// Writes a decision down. A disk that is full costs lines, not answers.
    pub(crate) fn write(&self, decision: &Decision) {
        let mut lines = self.lock();
        match decision.reason {
            None => lines.accepted += 1,
            Some(reason) => *lines.refused.entry(reason).or_default() += 1,
        }
        if let Some(file) = &mut lines.file {
            let _ = file.write_all((decision.to_json() + "\n").as_bytes());
        }
    }

    /// One sentence about all of them.
    pub(crate) fn summary(&self) -> String {
        let lines = self.lock();
        let refused: u64 = lines.refused.values().sum();
        let mut text = format!("{} accepted, {refused} refused", lines.accepted);
        for (index, (reason, count)) in lines.refused.iter().enumerate() {
            let _ = write!(text, "{} {count} {reason}", if index == 0 { ":" } else { "," });
        }
        text
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
