//! Where people said they are, the newest word of each.

use rusqlite::Connection;

use crate::domain::ids::StaffId;
use crate::domain::presence::{Presence, Whereabouts};
use crate::domain::time::Timestamp;
use crate::store::{StoreError, Tx};

/// Keeps what `staff` said.
///
/// # Errors
/// [`StoreError`].
pub fn set_presence(transaction: &Tx<'_>, staff: &StaffId, presence: &Presence) -> Result<(), StoreError> {
    transaction.execute(
        "insert into presence (staff, at, since_ms, until_ms) values (?1, ?2, ?3, ?4)
         on conflict (staff) do update set at = excluded.at, since_ms = excluded.since_ms,
         until_ms = excluded.until_ms",
        (
            staff.as_str(),
            presence.at.code(),
            presence.since.timestamp_millis(),
            presence.until.map(|it| it.timestamp_millis()),
        ),
    )?;
    Ok(())
}

/// What everybody said last.
///
/// # Errors
/// [`StoreError`].
pub fn presences(connection: &Connection) -> Result<Vec<(StaffId, Presence)>, StoreError> {
    let mut statement = connection.prepare("select staff, at, since_ms, until_ms from presence")?;
    let rows = statement.query_map([], |row| {
        let at: String = row.get(1)?;
        Ok((
            row.get::<_, String>(0)?,
            at,
            row.get::<_, i64>(2)?,
            row.get::<_, Option<i64>>(3)?,
        ))
    })?;
    let mut known = Vec::new();
    for row in rows {
        let (staff, at, since, until) = row?;
        // A row that means nothing says nothing: they count as here.
        if let (Some(at), Some(since)) = (
            Whereabouts::from_code(&at),
            Timestamp::from_timestamp_millis(since),
        ) {
            let until = until.and_then(Timestamp::from_timestamp_millis);
            known.push((StaffId::new(staff), Presence { at, since, until }));
        }
    }
    Ok(known)
}
