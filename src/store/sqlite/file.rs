//! Database file: the SQLite file in the data folder, opened, checked and brought to the newest
//! schema. A damaged file is set aside, and a file that is deleted or cut off while it is in use is
//! written again, as far as its contents are still known.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::schema;
use crate::store::error::StoreError;
use crate::store::folder::Folder;

/// Name of the file in the data folder.
pub(in crate::store) const NAME: &str = "devices.sqlite";
/// End of the name of SQLite's log, which holds what is not yet in the file.
const LOG: &str = "-wal";
/// Files that SQLite keeps beside it.
const COMPANIONS: [&str; 2] = [LOG, "-shm"];
/// Size of a page of the file in bytes.
const PAGE_BYTES: u64 = 4_096;
/// Time to wait for another program that uses the file, such as a backup.
pub(super) const BUSY: Duration = Duration::from_secs(2);
/// Largest size of the file in pages of 4 KiB: one GiB.
pub(super) const MOST_PAGES: u32 = 262_144;

/// An open database file.
pub(super) struct DatabaseFile {
    connection: Connection,
    folder: Arc<Folder>,
    most_pages: u32,
    /// The file and the log of SQLite on the disk, to notice that somebody deletes or cuts them.
    on_disk: [Option<OnDisk>; 2],
    is_loss_told: bool,
}

/// Identity and length of a file on the disk.
#[derive(Clone, Copy)]
struct OnDisk {
    inode: u64,
    length: u64,
}

impl DatabaseFile {
    /// Opens the file of a folder, and creates it if it does not exist. If it is damaged, sets it
    /// aside, adds a notice and creates a new one.
    pub(super) fn open(
        folder: Arc<Folder>,
        most_pages: u32,
        notices: &mut Vec<String>,
    ) -> Result<Self, StoreError> {
        let path = folder.file(NAME);
        let failed =
            |error: rusqlite::Error| StoreError::File(path.clone(), io::Error::other(error));
        folder.create(NAME)?;
        keep_log_of_empty(&folder).map_err(|error| StoreError::File(path.clone(), error))?;
        let connection = match connect(&path, most_pages) {
            Ok(connection) => connection,
            Err(error) if is_damage(&error) => {
                let aside = set_aside(&folder, NAME)?;
                notices.push(format!(
                    "{} was damaged and is now {}; registered apps and devices are lost: create the apps anew, and devices register at their next start",
                    path.display(),
                    aside.display()
                ));
                folder.create(NAME)?;
                connect(&path, most_pages).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        let version = schema::version(&connection).map_err(failed)?;
        if version > schema::CHANGES.len() {
            return Err(StoreError::Newer(path));
        }
        let mut file = Self {
            connection,
            on_disk: [None; 2],
            is_loss_told: false,
            folder,
            most_pages,
        };
        schema::migrate(&mut file.connection).map_err(failed)?;
        file.remember();
        Ok(file)
    }

    /// The connection.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Remembers the files as they are on the disk.
    pub(super) fn remember(&mut self) {
        self.on_disk = self.look();
    }

    fn look(&self) -> [Option<OnDisk>; 2] {
        [NAME.to_owned(), format!("{NAME}{LOG}")].map(|name| on_disk(&self.folder.file(&name)))
    }

    /// Returns `true` if somebody has deleted or cut the file or the log since the last look.
    fn is_harmed(&self) -> bool {
        self.on_disk
            .iter()
            .zip(self.look())
            .any(|known| match known {
                (Some(before), Some(now)) => {
                    now.inode != before.inode || now.length < before.length
                }
                (Some(_), None) => true,
                (None, _) => false,
            })
    }

    /// Writes the file again if somebody has deleted or cut it. The contents of a deleted file are
    /// still there while it is open; those of one that was cut may be in the log or in memory.
    pub(super) fn restore_if_harmed(&mut self) -> rusqlite::Result<()> {
        if !self.is_harmed() {
            self.remember();
            return Ok(());
        }
        if !self.is_loss_told {
            self.is_loss_told = true;
            tracing::error!(
                "{NAME} was deleted or cut off in the data folder; what is not in memory is lost"
            );
        }
        let path = self.folder.file(NAME);
        let new = self.folder.file(&format!("{NAME}.new"));
        let _ = fs::remove_file(&new);
        copy(&self.connection, &new)?;
        for companion in COMPANIONS {
            let _ = fs::remove_file(self.folder.file(&format!("{NAME}{companion}")));
        }
        fs::rename(&new, &path)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        self.connection = connect(&path, self.most_pages)?;
        self.remember();
        self.is_loss_told = false;
        tracing::warn!("{NAME} has been written again from what was in memory");
        Ok(())
    }
}

/// Opens a file that exists, and checks that it is whole.
fn connect(path: &Path, most_pages: u32) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        return Err(rusqlite::Error::SqliteFailure(code, Some(check)));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A row that is deleted is overwritten, so that its name and token are gone.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.query_row(&format!("PRAGMA max_page_count = {most_pages}"), [], |_| {
        Ok(())
    })?;
    Ok(connection)
}

/// Copies a database into a new file that only its owner can read.
pub(super) fn copy(connection: &Connection, path: &Path) -> rusqlite::Result<()> {
    crate::store::folder::create_private(path)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .execute("VACUUM INTO ?1", [path.to_string_lossy()])
        .map(drop)
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    ) || matches!(error.sqlite_error(), Some(error) if error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ)
}

/// Renames a damaged file and what belongs to it. Returns its new path.
fn set_aside(folder: &Folder, name: &str) -> Result<PathBuf, StoreError> {
    let aside = (1..)
        .map(|number| format!("{name}.damaged-{number}"))
        .find(|aside| !folder.file(aside).exists())
        .unwrap_or_default();
    let path = folder.file(&aside);
    let renamed = fs::rename(folder.file(name), &path);
    renamed.map_err(|error| StoreError::File(folder.file(name), error))?;
    for companion in COMPANIONS {
        let _ = fs::rename(
            folder.file(&format!("{name}{companion}")),
            folder.file(&format!("{aside}{companion}")),
        );
    }
    Ok(path)
}

/// Gives an empty file one page of zeroes if its log has contents: SQLite throws the log of an
/// empty file away, and reads the page from the log of any other.
fn keep_log_of_empty(folder: &Folder) -> io::Result<()> {
    let length = |name: &str| fs::metadata(folder.file(name)).map_or(0, |found| found.len());
    if length(NAME) > 0 || length(&format!("{NAME}{LOG}")) == 0 {
        return Ok(());
    }
    let file = OpenOptions::new().write(true).open(folder.file(NAME))?;
    file.set_len(PAGE_BYTES)
}

#[cfg(unix)]
fn on_disk(path: &Path) -> Option<OnDisk> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some(OnDisk {
        inode: found.ino(),
        length: found.len(),
    })
}

/// Windows refuses to delete or cut a file that is open.
#[cfg(not(unix))]
fn on_disk(_path: &Path) -> Option<OnDisk> {
    None
}
