//! The baseline of the measurements: one plain transaction, with the same promises to the disk and nothing
//! of ours.

use std::path::Path;

use rusqlite::Connection;

use crate::store::StoreError;

/// Rows a registration writes.
const ROWS: usize = 4;

/// A database with one plain table.
#[derive(Debug)]
pub struct Bare {
    connection: Connection,
    next: i64,
}

impl Bare {
    /// Makes it at `path`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full;
             create table plain (id integer primary key, bytes blob not null) strict;",
        )?;
        Ok(Self { connection, next: 0 })
    }

    /// One transaction that inserts rows of `bytes` in all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn insert(&mut self, bytes: u64) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        let share = usize::try_from(bytes).unwrap_or(0) / ROWS;
        {
            let mut statement =
                transaction.prepare_cached("insert into plain (id, bytes) values (?1, ?2)")?;
            for _ in 0..ROWS {
                self.next += 1;
                statement.execute((self.next, vec![0x5a_u8; share]))?;
            }
        }
        Ok(transaction.commit()?)
    }
}
