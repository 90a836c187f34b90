//! Schema of the SQLite file, as the list of changes that lead to it. `user_version` counts the
//! changes that a file has; a new version of Trill adds changes at the end and alters none.

use rusqlite::{Connection, Result};

/// Changes, oldest first.
pub(super) const CHANGES: [&str; 2] = [
    // 1: apps and devices.
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE apps (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL, bundle_ids TEXT NOT NULL,
        viewers TEXT NOT NULL, secret_hash TEXT, created_ms INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE devices (
        app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE, device_token TEXT NOT NULL,
        device_hash TEXT NOT NULL, bundle_id TEXT NOT NULL, environment TEXT NOT NULL,
        kinds TEXT NOT NULL, device_id TEXT, device_name TEXT, system_version TEXT,
        app_version TEXT, region TEXT, registered_ms INTEGER NOT NULL, unregistered_ms INTEGER,
        PRIMARY KEY (app_id, device_token)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX devices_by_token ON devices (device_token);
     CREATE INDEX devices_by_hash ON devices (device_hash);",
    // 2: sends and receipts.
    "CREATE TABLE sends (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, environment TEXT NOT NULL,
        apns_id TEXT NOT NULL, call TEXT, device_hash TEXT NOT NULL, sent_ms INTEGER NOT NULL,
        answered_ms INTEGER, outcome TEXT, status INTEGER
     ) STRICT;
     CREATE UNIQUE INDEX sends_by_name ON sends (account, apns_id, environment);
     CREATE INDEX sends_by_time ON sends (sent_ms);
     CREATE INDEX sends_by_account ON sends (account, sent_ms);
     CREATE INDEX sends_by_call ON sends (call);
     CREATE INDEX sends_by_device ON sends (device_hash);
     CREATE TABLE receipts (
        id INTEGER PRIMARY KEY, send_id INTEGER NOT NULL REFERENCES sends (id) ON DELETE CASCADE,
        app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE, event TEXT NOT NULL,
        error_domain TEXT, error_code INTEGER, device_ms INTEGER, arrived_ms INTEGER NOT NULL
     ) STRICT;
     CREATE UNIQUE INDEX receipts_by_send ON receipts (send_id, event);
     CREATE INDEX receipts_by_app ON receipts (app_id);",
];

/// Version of the file: the number of changes that it has.
pub(super) fn version(connection: &Connection) -> Result<usize> {
    connection
        .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
}

/// Makes the changes that the file lacks, all of them or none.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    migrate_to(connection, CHANGES.len())
}

/// Makes the changes up to a version.
pub(super) fn migrate_to(connection: &mut Connection, version: usize) -> Result<()> {
    let transaction = connection.transaction()?;
    let from = self::version(&transaction)?;
    for change in CHANGES.iter().take(version).skip(from) {
        transaction.execute_batch(change)?;
    }
    if from < version {
        transaction.pragma_update(None, "user_version", version as i64)?;
    }
    transaction.commit()
}
