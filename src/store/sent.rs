//! How far the office has the journal, and how the loads went.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::journal::Head;
use crate::domain::time::Timestamp;
use crate::store::{StoreError, Tx};

/// The last entry the office acknowledged, and when (回执).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermark {
    /// The entry.
    pub head: Head,
    /// When the office said so.
    pub at: Timestamp,
}

/// One load tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRun {
    /// When.
    pub at: Timestamp,
    /// `pushed`, or the code of what went wrong.
    pub outcome: String,
    /// Entries the office took.
    pub entries: u64,
    /// For the operator; never personal.
    pub detail: String,
}

/// Loads kept for the console.
const RUNS_KEPT: i64 = 400;

/// How far the office is; none before its first receipt.
///
/// # Errors
/// [`StoreError`].
pub fn watermark(connection: &Connection) -> Result<Option<Watermark>, StoreError> {
    let read = |row: &rusqlite::Row<'_>| {
        let head = Head {
            epoch: row.get(0)?,
            seq: row.get::<_, i64>(1)? as u64,
            hash: row.get(2)?,
        };
        Ok(Watermark {
            head,
            at: Timestamp::from_timestamp_millis(row.get(3)?).unwrap_or_default(),
        })
    };
    Ok(connection
        .query_row("select epoch, seq, hash, at from watermark", [], read)
        .optional()?)
}

/// Marks what the office acknowledged. Nothing is deleted.
///
/// # Errors
/// [`StoreError`].
pub fn mark_sent(transaction: &Tx<'_>, head: Head, at: Timestamp) -> Result<(), StoreError> {
    transaction.execute(
        "insert into watermark (one, epoch, seq, hash, at) values (1, ?1, ?2, ?3, ?4) on conflict (one)
         do update set epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash, at = excluded.at",
        (head.epoch, head.seq as i64, head.hash, at.timestamp_millis()),
    )?;
    Ok(())
}

/// How many entries the office does not have.
///
/// # Errors
/// [`StoreError`].
pub fn unsent(connection: &Connection) -> Result<u64, StoreError> {
    let (epoch, seq) = watermark(connection)?.map_or((0, 0), |it| (it.head.epoch, it.head.seq));
    let sql = "select count(*) from journal where (epoch, seq) > (?1, ?2)";
    Ok(connection.query_row(sql, (epoch, seq as i64), |row| row.get::<_, i64>(0))? as u64)
}

/// Notes a load and how it went.
///
/// # Errors
/// [`StoreError`].
pub fn record_run(transaction: &Tx<'_>, run: &SyncRun) -> Result<(), StoreError> {
    transaction.execute(
        "insert or replace into sync_run (at, outcome, entries, detail) values (?1, ?2, ?3, ?4)",
        (
            run.at.timestamp_millis(),
            &run.outcome,
            run.entries as i64,
            &run.detail,
        ),
    )?;
    let sql = "delete from sync_run where at not in (select at from sync_run order by at desc limit ?1)";
    transaction.execute(sql, [RUNS_KEPT])?;
    Ok(())
}

/// The newest load.
///
/// # Errors
/// [`StoreError`].
pub fn last_run(connection: &Connection) -> Result<Option<SyncRun>, StoreError> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(SyncRun {
            at: Timestamp::from_timestamp_millis(row.get(0)?).unwrap_or_default(),
            outcome: row.get(1)?,
            entries: row.get::<_, i64>(2)? as u64,
            detail: row.get(3)?,
        })
    };
    let sql = "select at, outcome, entries, detail from sync_run order by at desc limit 1";
    Ok(connection.query_row(sql, [], read).optional()?)
}

/// When a load last went through.
///
/// # Errors
/// [`StoreError`].
pub fn last_success(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let sql = "select max(at) from sync_run where outcome = 'pushed'";
    let at: Option<i64> = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(at.and_then(Timestamp::from_timestamp_millis))
}
