//! The transcript: every decision as a line of JSON in a file, and how many there were of each kind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// What is left of the decisions when the journal has forgotten them.
#[derive(Default)]
pub(crate) struct Transcript(Mutex<Written>);

#[derive(Default)]
struct Written {
    accepted: u64,
    refused: BTreeMap<&'static str, u64>,
    file: Option<File>,
}

impl Transcript {
    /// One that also goes to a file.
    pub(crate) fn to(file: Option<File>) -> Self {
        Self(Mutex::new(Written { file, ..Written::default() }))
    }

    /// Writes a decision down. A disk that is full costs lines, not answers.
    pub(crate) fn write(&self, reason: Option<&'static str>, decision: &Value) {
        let mut written = self.lock();
        match reason {
            None => written.accepted += 1,
            Some(reason) => *written.refused.entry(reason).or_default() += 1,
        }
        if let Some(file) = &mut written.file {
            let _ = file.write_all(format!("{decision}\n").as_bytes());
        }
    }

    /// One sentence about all of them.
    pub(crate) fn summary(&self) -> String {
        let written = self.lock();
        let refused: u64 = written.refused.values().sum();
        let mut text = format!("{} accepted, {refused} refused", written.accepted);
        for (index, (reason, count)) in written.refused.iter().enumerate() {
            let _ = write!(text, "{} {count} {reason}", if index == 0 { ":" } else { "," });
        }
        text
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
