//! Who may log in at the console.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::ids::StaffId;
use crate::domain::sensitive::Sensitive;
use crate::domain::time::Timestamp;
use crate::store::{StoreError, Tx};

/// A login.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose.
    pub staff: StaffId,
    /// Argon2, in PHC form.
    pub password_hash: Sensitive<String>,
    /// When the password was last set.
    pub changed_at: Timestamp,
}

/// Gives `staff` a login, or a new password.
///
/// # Errors
/// [`StoreError`].
pub fn set_account(
    transaction: &Tx<'_>,
    staff: &StaffId,
    password_hash: &Sensitive<String>,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "insert into account (staff, password_hash, changed_at) values (?1, ?2, ?3) on conflict (staff)
         do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at",
        (staff.as_str(), password_hash.reveal(), at.timestamp_millis()),
    )?;
    Ok(())
}

/// The login of `staff`, if they have one.
///
/// # Errors
/// [`StoreError`].
pub fn account(connection: &Connection, staff: &StaffId) -> Result<Option<Account>, StoreError> {
    let sql = "select staff, password_hash, changed_at from account where staff = ?1";
    Ok(connection.query_row(sql, [staff.as_str()], read).optional()?)
}

/// All logins.
///
/// # Errors
/// [`StoreError`].
pub fn accounts(connection: &Connection) -> Result<Vec<Account>, StoreError> {
    let mut statement =
        connection.prepare("select staff, password_hash, changed_at from account order by staff")?;
    let rows = statement.query_map([], read)?;
    rows.map(|it| Ok(it?)).collect()
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        staff: row.get::<_, String>(0)?.as_str().into(),
        password_hash: Sensitive::new(row.get(1)?),
        changed_at: Timestamp::from_timestamp_millis(row.get(2)?).unwrap_or_default(),
    })
}
