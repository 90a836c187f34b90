//! Devices in the SQLite file.

use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::{environment, hash, json, list, time};
use crate::store::phone_store::{Device, DeviceDetails, Gone, Registered, UNREGISTERED_KEPT_MS};

/// Saves a device.
pub(super) fn register(connection: &Connection, device: &Device, most: u64) -> Result<Registered> {
    let is_there: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM devices WHERE app_id = ?1 AND device_token = ?2)",
        [&device.app_id, &device.device_token],
        |row| row.get(0),
    )?;
    if !is_there {
        let count: i64 = connection.query_row(
            "SELECT count(*) FROM devices WHERE app_id = ?1",
            [&device.app_id],
            |row| row.get(0),
        )?;
        if count.cast_unsigned() >= most {
            return Ok(Registered::TooMany);
        }
    }
    let details = &device.details;
    connection.execute(
        "INSERT OR REPLACE INTO devices (app_id, device_token, device_hash, bundle_id, environment,
            kinds, device_id, device_name, system_version, app_version, region, registered_ms,
            unregistered_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL)",
        params![
            device.app_id,
            device.device_token,
            device.device_hash.to_string(),
            device.bundle_id,
            device.environment.as_str(),
            json(&device.kinds),
            details.device_id,
            details.device_name,
            details.system_version,
            details.app_version,
            details.region,
            device.registered_ms.cast_signed(),
        ],
    )?;
    Ok(if is_there {
        Registered::Again
    } else {
        Registered::New
    })
}

/// Removes a device, and returns it.
pub(super) fn withdraw(
    connection: &Connection,
    app_id: &str,
    device_token: &str,
) -> Result<Option<Device>> {
    connection
        .query_row(
            "DELETE FROM devices WHERE app_id = ?1 AND device_token = ?2 RETURNING *",
            [app_id, device_token],
            device,
        )
        .optional()
}

/// Returns the devices of these apps.
pub(super) fn all(connection: &Connection, app_ids: &[String]) -> Result<Vec<Device>> {
    let mut query = connection.prepare(
        "SELECT * FROM devices WHERE app_id IN (SELECT value FROM json_each(?1))
            ORDER BY registered_ms, device_token",
    )?;
    query.query_map([json(app_ids)], device)?.collect()
}

/// Marks devices that APNs says are gone, and returns them.
pub(super) fn unregister(connection: &Connection, gone: &Gone) -> Result<Vec<Device>> {
    let mut query = connection.prepare(
        "UPDATE devices SET unregistered_ms = ?1 WHERE device_token = ?2 AND environment = ?3
            AND registered_ms < ?1 AND unregistered_ms IS NULL
            AND app_id IN (SELECT value FROM json_each(?4)) RETURNING *",
    )?;
    let values = params![
        gone.at_ms.cast_signed(),
        gone.device_token,
        gone.environment.as_str(),
        json(&gone.app_ids),
    ];
    query.query_map(values, device)?.collect()
}

/// Removes devices that have been gone for long.
pub(super) fn remove_old(connection: &Connection, now: u64) -> Result<()> {
    let before = now.saturating_sub(UNREGISTERED_KEPT_MS).cast_signed();
    connection
        .execute("DELETE FROM devices WHERE unregistered_ms < ?1", [before])
        .map(drop)
}

fn device(row: &Row<'_>) -> Result<Device> {
    Ok(Device {
        app_id: row.get("app_id")?,
        device_token: row.get("device_token")?,
        device_hash: hash(row, "device_hash")?,
        bundle_id: row.get("bundle_id")?,
        environment: environment(row, "environment")?,
        kinds: list(row, "kinds")?,
        details: DeviceDetails {
            device_id: row.get("device_id")?,
            device_name: row.get("device_name")?,
            system_version: row.get("system_version")?,
            app_version: row.get("app_version")?,
            region: row.get("region")?,
        },
        registered_ms: time(row, "registered_ms")?,
        unregistered_ms: row
            .get::<_, Option<i64>>("unregistered_ms")?
            .map(i64::cast_unsigned),
    })
}
