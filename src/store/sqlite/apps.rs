//! Registered apps in the SQLite file.

use rusqlite::{Connection, Result, params};

use super::{hash, json, list, time};
use crate::store::phone_store::RegisteredApp;

/// Returns all apps, oldest first.
pub(super) fn all(connection: &Connection) -> Result<Vec<RegisteredApp>> {
    let mut query = connection.prepare("SELECT * FROM apps ORDER BY created_ms, id")?;
    let apps = query.query_map([], |row| {
        Ok(RegisteredApp {
            id: row.get("id")?,
            name: row.get("name")?,
            owner: hash(row, "owner")?,
            bundle_ids: list(row, "bundle_ids")?,
            viewers: list(row, "viewers")?,
            secret_hash: row.get("secret_hash")?,
            created_ms: time(row, "created_ms")?,
        })
    })?;
    apps.collect()
}

/// Saves an app.
pub(super) fn save(connection: &Connection, app: &RegisteredApp) -> Result<()> {
    let sql = "INSERT INTO apps (id, name, owner, bundle_ids, viewers, secret_hash, created_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET name = ?2,
        bundle_ids = ?4, viewers = ?5, secret_hash = ?6";
    let values = params![
        app.id,
        app.name,
        app.owner.to_string(),
        json(&app.bundle_ids),
        json(&app.viewers),
        app.secret_hash,
        app.created_ms.cast_signed(),
    ];
    connection.execute(sql, values).map(drop)
}

/// Deletes an app, its devices, the sends to them, and its receipts.
pub(super) fn delete(connection: &Connection, app_id: &str) -> Result<()> {
    connection.execute(
        "DELETE FROM sends WHERE id IN (SELECT send_id FROM receipts WHERE app_id = ?1)
            OR device_hash IN (SELECT device_hash FROM devices WHERE app_id = ?1)",
        [app_id],
    )?;
    connection
        .execute("DELETE FROM apps WHERE id = ?1", [app_id])
        .map(drop)
}
