//! SQLite store: the implementation of the phone store with one SQLite file.

mod apps;
mod copy;
mod devices;
mod file;
mod receipts;
mod schema;
mod sends;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::Type;

use super::error::StoreError;
use super::folder::Folder;
use super::hash_key::KeyedHash;
use super::phone_store::{
    Device, Gone, KeptSend, NewReceipt, PhoneStore, Registered, RegisteredApp, SavedReceipt,
    SendReport, Stored,
};
use crate::apns::Environment;
pub(super) use copy::{key_in_copy, write_copy};
pub(super) use file::NAME;
use file::{DatabaseFile, MOST_PAGES};
use worker::Worker;

/// A phone store in the file of a folder, which it keeps locked.
pub(super) struct SqliteStore {
    worker: Worker,
}

impl SqliteStore {
    /// Opens the file of a folder.
    pub(super) fn open(folder: Arc<Folder>, notices: &mut Vec<String>) -> Result<Self, StoreError> {
        Self::open_with(folder, MOST_PAGES, notices)
    }

    fn open_with(
        folder: Arc<Folder>,
        most_pages: u32,
        notices: &mut Vec<String>,
    ) -> Result<Self, StoreError> {
        let path = folder.file(NAME);
        let file = DatabaseFile::open(folder, most_pages, notices)?;
        let worker = Worker::start(file).map_err(|error| StoreError::File(path, error))?;
        Ok(Self { worker })
    }
}

impl PhoneStore for SqliteStore {
    fn apps(&self) -> Stored<Vec<RegisteredApp>> {
        self.worker.run(apps::all)
    }

    fn save_app(&self, app: RegisteredApp) -> Stored<()> {
        self.worker
            .run(move |connection| apps::save(connection, &app))
    }

    fn delete_app(&self, app_id: String) -> Stored<()> {
        self.worker
            .run(move |connection| apps::delete(connection, &app_id))
    }

    fn register(&self, device: Device, most: u64) -> Stored<Registered> {
        self.worker
            .run(move |connection| devices::register(connection, &device, most))
    }

    fn withdraw(&self, app_id: String, device_token: String) -> Stored<Option<Device>> {
        self.worker
            .run(move |connection| devices::withdraw(connection, &app_id, &device_token))
    }

    fn devices(&self, app_ids: Vec<String>) -> Stored<Vec<Device>> {
        self.worker
            .run(move |connection| devices::all(connection, &app_ids))
    }

    fn unregister(&self, gone: Gone) -> Stored<Vec<Device>> {
        self.worker
            .run(move |connection| devices::unregister(connection, &gone))
    }

    fn save_send(&self, send: KeptSend) -> Stored<()> {
        self.worker
            .run(move |connection| sends::save(connection, &send))
    }

    fn sends(&self, account: KeyedHash, most: u64) -> Stored<Vec<SendReport>> {
        self.worker
            .run(move |connection| sends::newest(connection, account, most))
    }

    fn send(&self, account: KeyedHash, apns_id: String) -> Stored<Option<SendReport>> {
        self.worker
            .run(move |connection| sends::find(connection, account, &apns_id))
    }

    fn save_receipt(
        &self,
        receipt: NewReceipt,
        accounts: Vec<KeyedHash>,
    ) -> Stored<Option<SavedReceipt>> {
        self.worker
            .run(move |connection| receipts::save(connection, &receipt, &accounts))
    }

    fn remove_old(&self, now: u64) -> Stored<()> {
        self.worker.run(move |connection| {
            sends::remove_old(connection, now)?;
            devices::remove_old(connection, now)
        })
    }
}

/// Reads a column that holds a keyed hash.
fn hash(row: &Row<'_>, column: &str) -> rusqlite::Result<KeyedHash> {
    parsed(row, column, KeyedHash::parse)
}

/// Reads a column that holds an environment.
fn environment(row: &Row<'_>, column: &str) -> rusqlite::Result<Environment> {
    parsed(row, column, Environment::parse)
}

/// Reads a column that holds a list of texts as JSON.
fn list(row: &Row<'_>, column: &str) -> rusqlite::Result<Vec<String>> {
    parsed(row, column, |text| serde_json::from_str(text).ok())
}

/// Reads a column that holds a time.
fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    row.get(column).map(i64::cast_unsigned)
}

/// Reads a column with a text that must be valid.
fn parsed<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| {
        let what = format!("the column {column} holds no such value");
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, what.into())
    })
}

/// Formats a list of texts for a column.
fn json(list: &[String]) -> String {
    serde_json::to_string(list).unwrap_or_default()
}
