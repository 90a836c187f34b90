//! The limit on files and sockets that this program can have open.

use rlimit::increase_nofile_limit;

/// Raises the limit to `wanted`, and returns the limit that is now in force. The system grants at
/// most its hard limit; many start programs with a soft limit of a few hundred.
pub(crate) fn allow(wanted: usize) -> usize {
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    // A system that reports no limit has none.
    let granted = increase_nofile_limit(wanted).unwrap_or(wanted);
    usize::try_from(granted).unwrap_or(usize::MAX)
}
