//! The vitals: what the system says of a running program. Where it says nothing, as outside Linux, they are zero.

use std::fs;

/// The vitals of one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vitals {
    /// Resident memory in KiB.
    pub(crate) resident_kib: u64,
    /// Number of files and sockets that are open.
    pub(crate) files: usize,
}

impl Vitals {
    /// Those of the process with this number.
    pub(crate) fn of(process: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap_or_default();
        let files = fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count);
        Self {
            resident_kib: line
                .trim()
                .trim_end_matches(" kB")
                .parse()
                .unwrap_or_default(),
            files,
        }
    }

    /// Returns `true` if as many files are open as then, give or take `slack`.
    pub(crate) fn has_files_of(&self, then: &Self, slack: usize) -> bool {
        self.files.abs_diff(then.files) <= slack
    }
}
