//! SQLite, and nothing above it knows so.
//!
//! One connection writes, the desk's. A change of state and its journal entry are one transaction. The
//! journal is the truth: visits are rebuilt from their entries, and rows beside it exist only where a
//! constraint or an index must guard or find something.

mod accounts;
mod arrangements;
pub mod bare;
mod days;
mod facts;
mod facts_of_matters;
mod facts_of_steps;
mod jobs;
mod journal;
mod personal;
mod presence;
mod recovery;
mod roll;
mod sealed;
mod sent;
mod tickets;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, Transaction};

pub use accounts::{Account, account, accounts, set_account};
pub use arrangements::{arrangements, read_arrangement, write_arrangement};
pub use days::closed_days;
pub use facts::{FORMS, Facts, read_box_event, read_event, write_box_event, write_event};
pub use jobs::{
    Job, JobState, add_job, doubtful_fences, interrupted_jobs, job, job_by_fence, jobs_of, last_sent,
    next_job, requeue, send_job, settle_job,
};
pub use journal::{
    Lock, NewEntry, append, check_owner, entries_after, entry_count, events_of_day, hash_at, head,
    heads_since, last_stamp, open_epoch, people_of, story, visit,
};
pub use personal::{VisitKey, destroy_key, new_key, open_personal, visit_key, visit_keys};
pub use presence::{presences, set_presence};
pub use recovery::{Salvage, finish_recovery, recover};
pub use roll::{busiest_half_day, new_roll, roll, use_roll};
pub use sealed::{ContactSecret, contact_secret, sealed_story, sealed_visits, wrap_for_contact};
pub use sent::{SyncRun, Watermark, last_run, last_success, mark_sent, record_run, unsent, watermark};
pub use tickets::{
    asked_since, counts_of, last_day, petitions, put_ticket, recent_visits, ticket_by_tap, visit_numbered_on,
    visits_at_hand, visits_numbered,
};

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_sent.sql"),
    include_str!("migrations/0003_matters.sql"),
    include_str!("migrations/0004_office.sql"),
    include_str!("migrations/0005_roll.sql"),
    include_str!("migrations/0006_days.sql"),
    include_str!("migrations/0007_recent.sql"),
    include_str!("migrations/0008_petitions.sql"),
    include_str!("migrations/0009_owed.sql"),
];

/// Bytes up to which a file is looked at whole before it is opened: a small office's of some years, in a moment. A
/// larger one would keep the lobby shut for seconds at each start, so it opens when its newest entries hold
/// together, and is looked at whole while the lobby is open ([`examine`]).
const WHOLE_BYTES: u64 = 32 << 20;

/// The newest entries of a large file whose chain is followed before it is opened.
const TAIL_ENTRIES: usize = 1000;

/// Pages of 4 KiB the write-ahead log grows to before it is folded back.
const CHECKPOINT_PAGES: u32 = 1000;

/// The transaction handed to whoever changes something.
pub type Tx<'a> = Transaction<'a>;

/// The database failed, or holds what it should not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer release wrote it.
    #[error("database is at version {found}, newer than this program's {known}; install the newer release")]
    FromTheFuture {
        /// Version of the file.
        found: usize,
        /// Newest version known here.
        known: usize,
    },
    /// The disk is full.
    #[error("disk is full; free space on the data partition")]
    DiskFull(#[source] rusqlite::Error),
    /// The file is damaged.
    #[error("database is damaged; restart the lobby, which sets the file aside and recovers what it can")]
    Damaged(#[source] rusqlite::Error),
    /// Anything else.
    #[error("database failed")]
    Sqlite(#[source] rusqlite::Error),
    /// The file system failed.
    #[error("cannot use {}", path.display())]
    File {
        /// What.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A row holds what nobody wrote.
    #[error("entry {epoch}/{seq} cannot be read: {why}")]
    Unreadable {
        /// Epoch.
        epoch: u32,
        /// Seq.
        seq: u64,
        /// What is wrong.
        why: String,
    },
    /// Encrypting or decrypting failed.
    #[error("personal part cannot be opened")]
    Sealed,
    /// A sealed visit is to be written to and the settings name nobody to seal it for.
    #[error("a visit is sealed and no discipline contact is set; put [discipline] back into kiosk.toml")]
    NoContact,
    /// The kernel gives no random bytes.
    #[error("system gives no random bytes")]
    NoRandomness,
    /// The file belongs to another box.
    #[error("database belongs to {found}, and the settings say {expected}; use its own data directory")]
    OtherBox {
        /// Site and kiosk of the file.
        found: String,
        /// Site and kiosk of the settings.
        expected: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Sqlite(error),
        }
    }
}

impl StoreError {
    /// The answer to a write after damage was found.
    pub fn read_only() -> Self {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        Self::Damaged(rusqlite::Error::SqliteFailure(code, None))
    }

    /// What doors look the words up by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DiskFull(_) => "disk-full",
            Self::Damaged(_) | Self::Unreadable { .. } => "database-damaged",
            Self::FromTheFuture { .. } => "database-newer",
            Self::OtherBox { .. } => "database-of-other-box",
            _ => "database-failed",
        }
    }

    /// Whether nothing more may be written to this file.
    pub fn damaged(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::Unreadable { .. })
    }
}

/// The open database.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    whole: bool,
}

impl Store {
    /// Opens or makes the file at `path`; a copy of an older one is kept before it is upgraded.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::damaged`] if the file is found broken.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        make_private(path)?;
        let connection = Connection::open(path)?;
        let found = version(&connection)?;
        let bytes = std::fs::metadata(path).map_or(0, |it| it.len());
        // What was suspected before, and what is about to be made over, is looked at whole whatever it takes.
        let whole = bytes <= WHOLE_BYTES || suspected(path).exists() || found != MIGRATIONS.len();
        if whole {
            check(&connection)?;
            // Gone already is as good as gone now.
            let _ = std::fs::remove_file(suspected(path));
        } else {
            journal::follow_tail(&connection, TAIL_ENTRIES)?;
        }
        if 0 < found && found < MIGRATIONS.len() {
            let copy = path.with_extension(format!("before-{}.db", MIGRATIONS.len()));
            make_private(&copy)?;
            connection.backup("main", &copy, None::<fn(rusqlite::backup::Progress)>)?;
        }
        Self::set_up(connection, whole)
    }

    /// Whether the whole file was looked at before it was opened.
    pub fn looked_at_whole(&self) -> bool {
        self.whole
    }

    /// A database that is gone when dropped.
    pub fn in_memory() -> Self {
        let connection = Connection::open_in_memory().expect("memory is always there");
        Self::set_up(connection, true).expect("a new database migrates")
    }

    /// Opens the file for reading beside a lobby that is running.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_only(path: &Path) -> Result<Self, StoreError> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        let found = version(&connection)?;
        if found != MIGRATIONS.len() {
            return Err(StoreError::FromTheFuture {
                found,
                known: MIGRATIONS.len(),
            });
        }
        Ok(Self {
            connection,
            whole: false,
        })
    }

    fn set_up(mut connection: Connection, whole: bool) -> Result<Self, StoreError> {
        // FULL, since a number on paper must survive a pulled plug. Temporary things stay in memory: the
        // root of a kiosk is read-only. What is deleted is overwritten: a destroyed key is to be gone.
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory; pragma secure_delete = on;",
        )?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.set_prepared_statement_cache_capacity(64);
        migrate(&mut connection)?;
        Ok(Self { connection, whole })
    }

    /// Runs `work` so that all of it lands or none does.
    ///
    /// # Errors
    /// Whatever `work` or the commit fails with; nothing has changed then.
    pub fn transact<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let done = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(done)
    }

    /// For reading outside a transaction.
    pub fn read(&self) -> &Connection {
        &self.connection
    }

    /// Folds the write-ahead log back into the file, so that nothing deleted lies about beside it. A reader
    /// may keep it from happening now; the next fold will do.
    pub fn fold_back(&self) {
        let folded = self
            .connection
            .query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()));
        if let Err(error) = folded {
            tracing::info!(%error, "write-ahead log is folded back later");
        }
    }

    /// Copies the whole database, while others read and write it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        make_private(path)?;
        Ok(self
            .connection
            .backup("main", path, None::<fn(rusqlite::backup::Progress)>)?)
    }

    /// Trades safety for speed while a bench or a test makes a large history; never in a lobby.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn hurry(&self, hurry: bool) -> Result<(), StoreError> {
        Ok(self
            .connection
            .pragma_update(None, "synchronous", if hurry { "off" } else { "full" })?)
    }

    /// Lets the file grow no further than `pages`, as on a full disk.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "max_page_count", pages)?)
    }

    /// Bytes in the columns of all rows a registration writes, for the measurements.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn row_bytes(&self) -> Result<u64, StoreError> {
        // Numbers count as the eight bytes they may take.
        let sql = "select coalesce((select sum(16 + length(facts) + coalesce(length(personal), 0) + length(kind)
                 + length(site) + length(kiosk) + length(clock_state) + 16 + 16 + 32 + 6 * 8) from journal), 0)
             + coalesce((select sum(16 + 16 + length(service_day) + 1 + 8 + length(department)
                 + length(responsible) + length(stage) + 8) from ticket), 0)
             + coalesce((select sum(16 + 16 + length(state) + 4 * 8) from print_job), 0)
             + coalesce((select sum(16 + 32) from visit_key), 0)";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64)
    }

    /// Pages the file has now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pages(&self) -> Result<u32, StoreError> {
        Ok(self
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))?)
    }
}

/// The file holds keys and logins: nobody but its owner reads it. SQLite gives its companions the same rights.
fn make_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let private = || -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        let file = options.create(true).append(true).mode(0o600).open(path)?;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
        Ok(())
    };
    private().map_err(|source| StoreError::File {
        path: path.to_owned(),
        source,
    })
}

/// A file that SQLite itself finds broken is not opened: it would be made worse.
fn check(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(StoreError::Damaged(rusqlite::Error::SqliteFailure(
        code,
        Some(verdict),
    )))
}

/// Whether SQLite's own quick check finds the file sound.
///
/// # Errors
/// [`StoreError`] when it cannot even be asked.
pub fn sound(connection: &Connection) -> Result<bool, StoreError> {
    let verdict: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    Ok(verdict == "ok")
}

/// Looks at the whole file beside a lobby that is running: whether it is sound. One that is not is remembered
/// beside it, so that the next start looks at all of it, however large, and sets it aside.
///
/// # Errors
/// [`StoreError`] when it cannot be looked at.
pub fn examine(path: &Path) -> Result<bool, StoreError> {
    let verdict = Store::read_only(path).and_then(|it| sound(it.read()));
    let sound = match verdict {
        Err(error) if error.damaged() => false,
        other => other?,
    };
    if !sound {
        suspect(path)?;
    }
    Ok(sound)
}

/// Remembers beside the file that something is wrong with it.
///
/// # Errors
/// [`StoreError`] if even that cannot be written.
pub fn suspect(path: &Path) -> Result<(), StoreError> {
    make_private(&suspected(path))
}

fn suspected(path: &Path) -> PathBuf {
    path.with_extension("suspected")
}

fn version(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let found = version(connection)?;
    if MIGRATIONS.len() < found {
        return Err(StoreError::FromTheFuture {
            found,
            known: MIGRATIONS.len(),
        });
    }
    for (at, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(at + 1).expect("few migrations"),
        )?;
        transaction.commit()?;
    }
    Ok(())
}

/// Writes as much as a few visits need, and takes it back: shows whether writing works again.
///
/// # Errors
/// [`StoreError`] while it does not.
pub fn probe(transaction: &Tx<'_>) -> Result<(), StoreError> {
    transaction.execute(
        "insert into secret (name, value) values ('probe', zeroblob(32768))",
        [],
    )?;
    transaction.execute("delete from secret where name = 'probe'", [])?;
    Ok(())
}

/// Random bytes from the kernel.
fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::NoRandomness)?;
    Ok(bytes)
}

/// The box's own key named `name`, made when first asked for.
///
/// # Errors
/// [`StoreError`].
pub fn secret(transaction: &Tx<'_>, name: &str) -> Result<Vec<u8>, StoreError> {
    use rusqlite::OptionalExtension;
    let found: Option<Vec<u8>> = transaction
        .query_row("select value from secret where name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()?;
    match found {
        Some(value) => Ok(value),
        None => {
            let value = random::<32>()?.to_vec();
            transaction.execute("insert into secret (name, value) values (?1, ?2)", (name, &value))?;
            Ok(value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_twice_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lobby.db");
        let schema = || -> Vec<String> {
            let store = Store::open(&path).unwrap();
            let sql = "select sql from sqlite_schema where sql is not null order by name";
            let mut statement = store.connection.prepare(sql).unwrap();
            statement
                .query_map([], |row| row.get(0))
                .unwrap()
                .map(Result::unwrap)
                .collect()
        };
        assert_eq!(schema(), schema());
    }

    #[test]
    fn a_file_of_a_newer_release_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lobby.db");
        Store::open(&path)
            .unwrap()
            .connection
            .pragma_update(None, "user_version", 999)
            .unwrap();
        assert!(matches!(
            Store::open(&path),
            Err(StoreError::FromTheFuture { found: 999, .. })
        ));
    }

    #[test]
    fn rubbish_is_no_database() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lobby.db");
        std::fs::write(&path, vec![0x5a; 9000]).unwrap();
        assert!(Store::open(&path).unwrap_err().damaged());
        assert_eq!(std::fs::read(&path).unwrap(), vec![0x5a; 9000], "left untouched");
    }

    #[test]
    fn nobody_but_its_owner_reads_the_file_or_its_companions() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lobby.db");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let mut store = Store::open(&path).unwrap();
        store.transact(|it| secret(it, "slip")).unwrap();
        store.copy_to(&dir.path().join("copy.db")).unwrap();
        for file in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", file.path().display());
        }
        assert!(
            3 < std::fs::read_dir(dir.path()).unwrap().count(),
            "the companions were there"
        );
    }

    #[test]
    fn a_destroyed_key_is_nowhere_in_the_file() {
        use crate::domain::ids::VisitId;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lobby.db");
        let mut store = Store::open(&path).unwrap();
        let visit = VisitId(uuid::Uuid::from_u128(1));
        let key = store.transact(|it| new_key(it, visit)).unwrap();
        let lies_there = |store: &Store| {
            store.copy_to(&dir.path().join("copy.db")).unwrap();
            let bytes = std::fs::read(dir.path().join("copy.db")).unwrap();
            bytes.windows(32).any(|it| it == key.bytes())
        };
        assert!(lies_there(&store));
        store.transact(|it| destroy_key(it, visit)).unwrap();
        assert!(!lies_there(&store));
    }

    #[test]
    fn a_secret_stays_the_same() {
        let mut store = Store::in_memory();
        let mut ask = || store.transact(|it| secret(it, "slip")).unwrap();
        assert_eq!(ask(), ask());
        assert_eq!(ask().len(), 32);
    }
}
