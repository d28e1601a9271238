//! What has come off the roll in the printer.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::time::Timestamp;
use crate::store::{StoreError, Tx};

/// What has come off the roll: millimetres, and papers.
///
/// # Errors
/// [`StoreError`].
pub fn roll(connection: &Connection) -> Result<(u32, u32), StoreError> {
    let sql = "select used_mm, papers from roll";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    Ok(connection
        .prepare_cached(sql)?
        .query_row([], read)
        .optional()?
        .unwrap_or_default())
}

/// A paper has come off it.
///
/// # Errors
/// [`StoreError`].
pub fn use_roll(transaction: &Tx<'_>, mm: u32, at: Timestamp) -> Result<(), StoreError> {
    let sql = "insert into roll (one, loaded_at, used_mm, papers) values (1, ?1, ?2, 1)
               on conflict (one) do update set used_mm = used_mm + excluded.used_mm, papers = papers + 1";
    transaction
        .prepare_cached(sql)?
        .execute((at.timestamp_millis(), mm))?;
    Ok(())
}

/// A new roll is in.
///
/// # Errors
/// [`StoreError`].
pub fn new_roll(transaction: &Tx<'_>, at: Timestamp) -> Result<(), StoreError> {
    let sql = "insert or replace into roll (one, loaded_at, used_mm, papers) values (1, ?1, 0, 0)";
    transaction.execute(sql, [at.timestamp_millis()])?;
    Ok(())
}

/// Papers of the busiest half-day since `since`: from midnight or noon, Asia/Shanghai.
///
/// # Errors
/// [`StoreError`].
pub fn busiest_half_day(connection: &Connection, since: Timestamp) -> Result<u32, StoreError> {
    let sql = "select coalesce(max(papers), 0) from (
                 select count(*) as papers from print_job
                 where ?1 <= made_at and state in ('printed', 'in-doubt')
                 group by (made_at + 8 * 3600000) / (12 * 3600000))";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([since.timestamp_millis()], |row| row.get(0))?)
}
