//! Sends in the SQLite file.

use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::{environment, hash, receipts, time};
use crate::store::hash_key::KeyedHash;
use crate::store::phone_store::{KeptResult, KeptSend, MOST_SENDS, SENDS_KEPT_MS, SendReport};

/// Saves a send. A push that is sent again under its `apns-id` keeps its receipts.
pub(super) fn save(connection: &Connection, send: &KeptSend) -> Result<()> {
    let result = send.result.as_ref();
    let sql = "INSERT INTO sends (account, environment, apns_id, call, device_hash, sent_ms,
        answered_ms, outcome, status) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (account, apns_id, environment) DO UPDATE SET call = ?4, device_hash = ?5,
        sent_ms = ?6, answered_ms = ?7, outcome = ?8, status = ?9";
    let values = params![
        send.account.to_string(),
        send.environment.as_str(),
        send.apns_id,
        send.call,
        send.device_hash.to_string(),
        send.sent_ms.cast_signed(),
        result.map(|result| result.answered_ms.cast_signed()),
        result.map(|result| &result.outcome),
        result.map(|result| result.status),
    ];
    connection.execute(sql, values).map(drop)
}

/// Returns the newest sends of an account.
pub(super) fn newest(
    connection: &Connection,
    account: KeyedHash,
    most: u64,
) -> Result<Vec<SendReport>> {
    let mut query = connection.prepare(
        "SELECT * FROM sends WHERE account = ?1 ORDER BY sent_ms DESC, id DESC LIMIT ?2",
    )?;
    let sends = query.query_map(params![account.to_string(), most.cast_signed()], numbered)?;
    sends.map(|send| report(connection, send?)).collect()
}

/// Returns the newest send of an account with this `apns-id`.
pub(super) fn find(
    connection: &Connection,
    account: KeyedHash,
    apns_id: &str,
) -> Result<Option<SendReport>> {
    let found = connection.query_row(
        "SELECT * FROM sends WHERE account = ?1 AND apns_id = ?2 ORDER BY sent_ms DESC LIMIT 1",
        params![account.to_string(), apns_id],
        numbered,
    );
    match found.optional()? {
        Some(send) => report(connection, send).map(Some),
        None => Ok(None),
    }
}

/// Returns a send with its receipts.
pub(super) fn report(connection: &Connection, (id, send): (i64, KeptSend)) -> Result<SendReport> {
    Ok(SendReport {
        send,
        receipts: receipts::of_send(connection, id)?,
    })
}

/// Removes sends that are too old, and the oldest of too many.
pub(super) fn remove_old(connection: &Connection, now: u64) -> Result<()> {
    let before = now.saturating_sub(SENDS_KEPT_MS).cast_signed();
    connection.execute("DELETE FROM sends WHERE sent_ms < ?1", [before])?;
    connection
        .execute(
            "DELETE FROM sends WHERE id IN
                (SELECT id FROM sends ORDER BY sent_ms DESC LIMIT -1 OFFSET ?1)",
            [MOST_SENDS.cast_signed()],
        )
        .map(drop)
}

/// Reads a send with the number of its row.
pub(super) fn numbered(row: &Row<'_>) -> Result<(i64, KeptSend)> {
    let answered: Option<i64> = row.get("answered_ms")?;
    let result = match answered {
        Some(answered) => Some(KeptResult {
            answered_ms: answered.cast_unsigned(),
            outcome: row.get("outcome")?,
            status: row.get("status")?,
        }),
        None => None,
    };
    let send = KeptSend {
        account: hash(row, "account")?,
        environment: environment(row, "environment")?,
        apns_id: row.get("apns_id")?,
        call: row.get("call")?,
        device_hash: hash(row, "device_hash")?,
        sent_ms: time(row, "sent_ms")?,
        result,
    };
    Ok((row.get("id")?, send))
}
