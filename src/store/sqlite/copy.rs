//! Copy of the SQLite file for a backup. It also holds the key of the keyed hashes: without it, the
//! accounts that own the apps would not be recognised.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Result};

use super::file;

const HASH_KEY: &str = "hash-key";

/// Copies a file, which another process may be using, into a new one, and adds the text of the
/// hash key.
pub(in crate::store) fn write_copy(from: &Path, to: &Path, hash_key: &str) -> Result<()> {
    let connection = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(file::BUSY)?;
    file::copy(&connection, to)?;
    let copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copy.execute(
        "INSERT OR REPLACE INTO facts (name, value) VALUES (?1, ?2)",
        [HASH_KEY, hash_key],
    )
    .map(drop)
}

/// Reads the text of the hash key from a copy; `None` from a file that is no copy.
pub(in crate::store) fn key_in_copy(path: &Path) -> Option<String> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    let key = connection
        .query_row(
            "SELECT value FROM facts WHERE name = ?1",
            [HASH_KEY],
            |row| row.get(0),
        )
        .optional();
    key.ok().flatten()
}
