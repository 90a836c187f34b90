//! Receipts in the SQLite file.

use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::{json, parsed, sends, time};
use crate::call::{CallError, Receipt, ReceiptEvent};
use crate::store::hash_key::KeyedHash;
use crate::store::phone_store::{NewReceipt, SavedReceipt};

/// Saves a receipt of a call to a device of the app that one of these accounts made. Of several
/// sends, the newest to the device that reports it counts.
pub(super) fn save(
    connection: &Connection,
    new: &NewReceipt,
    accounts: &[KeyedHash],
) -> Result<Option<SavedReceipt>> {
    let accounts: Vec<_> = accounts.iter().map(ToString::to_string).collect();
    let found = connection
        .query_row(
            "SELECT sends.*, devices.device_token AS device_token FROM sends
                JOIN devices ON devices.device_hash = sends.device_hash AND devices.app_id = ?1
                WHERE sends.call = ?2 AND (?3 IS NULL OR sends.device_hash = ?3)
                AND sends.account IN (SELECT value FROM json_each(?4))
                ORDER BY sends.sent_ms DESC, sends.id DESC LIMIT 1",
            params![
                new.app_id,
                new.call,
                new.device_hash.map(|hash| hash.to_string()),
                json(&accounts),
            ],
            |row| Ok((sends::numbered(row)?, row.get("device_token")?)),
        )
        .optional()?;
    let Some(((id, send), device_token)) = found else {
        return Ok(None);
    };
    let receipt = &new.receipt;
    let error = receipt.error.as_ref();
    let added = connection.execute(
        "INSERT INTO receipts (send_id, app_id, event, error_domain, error_code, device_ms,
            arrived_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        params![
            id,
            new.app_id,
            receipt.event.as_str(),
            error.map(|error| &error.domain),
            error.map(|error| error.code),
            receipt.device_ms,
            receipt.arrived_ms.cast_signed(),
        ],
    )?;
    Ok(Some(SavedReceipt {
        report: sends::report(connection, (id, send))?,
        is_new: added > 0,
        device_token,
    }))
}

/// Returns the receipts of a send.
pub(super) fn of_send(connection: &Connection, send_id: i64) -> Result<Vec<Receipt>> {
    let mut query =
        connection.prepare("SELECT * FROM receipts WHERE send_id = ?1 ORDER BY arrived_ms, id")?;
    query.query_map([send_id], receipt)?.collect()
}

fn receipt(row: &Row<'_>) -> Result<Receipt> {
    let error = match row.get("error_domain")? {
        Some(domain) => Some(CallError {
            domain,
            code: row.get("error_code")?,
        }),
        None => None,
    };
    Ok(Receipt {
        event: parsed(row, "event", ReceiptEvent::parse)?,
        error,
        device_ms: row.get("device_ms")?,
        arrived_ms: time(row, "arrived_ms")?,
    })
}
