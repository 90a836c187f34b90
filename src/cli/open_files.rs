//! How many files, sockets among them, the system lets this program open.

use rlimit::increase_nofile_limit;

/// Asks for so many, and tells how many there may be. The system grants what its operator allows: many start programs with
/// a few hundred and let each of them have more.
pub(crate) fn allow(wanted: usize) -> usize {
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    // A system that does not say has no such limit.
    let granted = increase_nofile_limit(wanted).unwrap_or(wanted);
    usize::try_from(granted).unwrap_or(usize::MAX)
}
