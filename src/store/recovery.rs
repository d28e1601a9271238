//! What is done with a damaged file: it is set aside untouched, everything that can be read is carried
//! into a new one, and what cannot is listed by seq.
//!
//! Entries the office has acknowledged stay in their epoch. Those after its watermark are written anew, in
//! order and with their ids, into a new epoch whose first entry follows the last acknowledged hash (the
//! rule of epochs); the office's owner registers that epoch, so nobody can slip one in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::domain::event::{BoxEvent, Stamp};
use crate::domain::ids::{EntryId, KioskId, SiteId, VisitId};
use crate::domain::journal::{Entry, Head, NO_HASH};
use crate::domain::time::{LobbyTime, Moment};
use crate::domain::visit::Visit;
use crate::store::facts::{read_event, write_box_event};
use crate::store::journal::{self, COLUMNS};
use crate::store::personal::{VisitKey, open_personal};
use crate::store::{NewEntry, Store, StoreError, put_ticket};

/// Seqs asked for in vain before an epoch counts as ended, where the table itself cannot say.
const MISSES_MAX: u64 = 4096;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvage {
    /// Where the damaged file lies.
    pub set_aside: PathBuf,
    /// Entries carried over.
    pub carried: u64,
    /// Entries that could not be read: epoch, first and last seq.
    pub missing: Vec<(u32, u64, u64)>,
    /// The epoch opened.
    pub epoch: u32,
    /// Visits whose personal part cannot be read any more.
    pub keys_lost: u64,
}

/// Sets the file at `path` aside and makes a new one of what can be read.
///
/// # Errors
/// [`StoreError`] if the new file cannot be written; the damaged one is left as it was.
pub fn recover(
    path: &Path,
    site: &SiteId,
    kiosk: &KioskId,
    now: Moment,
    entry_id: EntryId,
) -> Result<Salvage, StoreError> {
    let stamp = now.at.format("%Y%m%dT%H%M%SZ");
    let set_aside = path.with_extension(format!("damaged-{stamp}.db"));
    let reading = path.with_extension("reading.db");
    let making = path.with_extension("making.db");
    for leftover in [&reading, &making] {
        for file in family(leftover) {
            let _ = fs::remove_file(file);
        }
    }
    // Reading may fold the write-ahead log into the file, so a copy is read.
    for (from, to) in family(path).into_iter().zip(family(&reading)) {
        if from.exists() {
            fs::copy(&from, &to).map_err(|source| StoreError::File { path: from, source })?;
        }
    }
    let old = Old::read(&reading)?;
    let mut salvage = Salvage {
        set_aside: set_aside.clone(),
        carried: old.entries.len() as u64,
        missing: old.missing.clone(),
        epoch: 0,
        keys_lost: 0,
    };
    {
        let mut new = Store::open(&making)?;
        old.carry(&mut new, site, kiosk, now, entry_id, &mut salvage)?;
        new.connection
            .pragma_update(None, "wal_checkpoint", "truncate")
            .or_else(ignore_rows)?;
    }
    for (from, to) in family(path).into_iter().zip(family(&set_aside)) {
        if from.exists() {
            fs::rename(&from, &to).map_err(|source| StoreError::File { path: from, source })?;
        }
    }
    for (from, to) in family(&making).into_iter().zip(family(path)) {
        if from.exists() {
            fs::rename(&from, &to).map_err(|source| StoreError::File { path: from, source })?;
        }
    }
    for file in family(&reading) {
        let _ = fs::remove_file(file);
    }
    Ok(salvage)
}

/// The pragma answers with a row, which is not an error here.
fn ignore_rows(error: rusqlite::Error) -> Result<(), StoreError> {
    match error {
        rusqlite::Error::ExecuteReturnedResults => Ok(()),
        other => Err(other.into()),
    }
}

/// A database file and its companions.
fn family(path: &Path) -> [PathBuf; 3] {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    [path.to_owned(), beside("-wal"), beside("-shm")]
}

/// All that could be read.
#[derive(Default)]
struct Old {
    epochs: Vec<(u32, i64, String, Vec<u8>)>,
    entries: Vec<(Entry, LobbyTime)>,
    missing: Vec<(u32, u64, u64)>,
    keys: BTreeMap<VisitId, [u8; 32]>,
    jobs: Vec<JobRow>,
    accounts: Vec<(String, String, i64)>,
    secrets: Vec<(String, Vec<u8>)>,
    watermark: Option<(u32, i64, Vec<u8>, i64)>,
}

type JobRow = (Vec<u8>, Vec<u8>, bool, String, Option<String>, i64, i64, i64);

impl Old {
    fn read(path: &Path) -> Result<Self, StoreError> {
        let mut old = Self::default();
        let Ok(connection) = Connection::open(path) else {
            return Ok(old);
        };
        let _ = connection.pragma_update(None, "cell_size_check", true);
        // With its indexes distrusted, a broken index cannot hide a sound row.
        old.epochs = rows(
            &connection,
            "select epoch, opened_at, reason, previous_hash from epoch",
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        );
        if old.epochs.is_empty() {
            old.epochs.push((1, 0, "install".into(), NO_HASH.to_vec()));
        }
        old.read_entries(&connection);
        let visits: Vec<VisitId> = old.entries.iter().filter_map(|it| it.0.visit).collect();
        for visit in visits {
            if old.keys.contains_key(&visit) {
                continue;
            }
            let sql = "select key from visit_key where visit = ?1";
            let key = connection
                .query_row(sql, [visit.0.as_bytes()], |row| row.get(0))
                .optional();
            if let Ok(Some(key)) = key {
                old.keys.insert(visit, key);
            }
        }
        let sql = "select job, visit, reprint, state, fence, attempts, made_at, turn from print_job";
        old.jobs = rows(&connection, sql, |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
            ))
        });
        let sql = "select staff, password_hash, changed_at from account";
        old.accounts = rows(&connection, sql, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        });
        old.secrets = rows(&connection, "select name, value from secret", |row| {
            Ok((row.get(0)?, row.get(1)?))
        });
        let sql = "select epoch, seq, hash, at from watermark";
        old.watermark = rows(&connection, sql, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .pop();
        Ok(old)
    }

    /// Asks for each entry by itself, so that a broken page costs only what stood on it.
    fn read_entries(&mut self, connection: &Connection) {
        let sql = format!("select {COLUMNS} from journal where epoch = ?1 and seq = ?2");
        for (epoch, _, _, previous) in self.epochs.clone() {
            let last: Option<i64> = connection
                .query_row("select max(seq) from journal where epoch = ?1", [epoch], |row| {
                    row.get(0)
                })
                .unwrap_or(None);
            let mut before: Option<[u8; 32]> = previous.try_into().ok();
            let (mut seq, mut missed) = (1_u64, Vec::new());
            loop {
                if last.is_some_and(|it| (it as u64) < seq) || MISSES_MAX < missed.len() as u64 {
                    break;
                }
                let found = connection
                    .prepare_cached(&sql)
                    .and_then(|mut it| it.query_row((epoch, seq as i64), |row| Ok(journal::read(row))))
                    .ok()
                    .and_then(Result::ok);
                match found {
                    Some((entry, lobby)) if before.is_none_or(|it| entry.hash == entry.hash_after(&it)) => {
                        before = Some(entry.hash);
                        self.missing.extend(ranges(epoch, &missed));
                        missed.clear();
                        self.entries.push((entry, lobby));
                    }
                    Some((entry, _)) => {
                        // What it says is not what was written; its own hash may still be sound.
                        before = None;
                        missed.push(entry.seq);
                    }
                    None => {
                        before = None;
                        missed.push(seq);
                    }
                }
                seq += 1;
            }
            // Where the table could not say where it ends, seqs missing at the very end are unknown.
            if last.is_some() {
                self.missing.extend(ranges(epoch, &missed));
            }
        }
    }

    fn carry(
        self,
        new: &mut Store,
        site: &SiteId,
        kiosk: &KioskId,
        now: Moment,
        entry_id: EntryId,
        salvage: &mut Salvage,
    ) -> Result<(), StoreError> {
        let sent = self.watermark.as_ref().map(|it| (it.0, it.1 as u64));
        let acknowledged: [u8; 32] = self
            .watermark
            .as_ref()
            .and_then(|it| it.2.clone().try_into().ok())
            .unwrap_or(NO_HASH);
        let epoch = self.epochs.iter().map(|it| it.0).max().unwrap_or(0) + 1;
        salvage.epoch = epoch;
        new.transact(|tx| -> Result<(), StoreError> {
            for (epoch, opened_at, reason, previous) in &self.epochs {
                let sql =
                    "insert into epoch (epoch, opened_at, reason, previous_hash) values (?1, ?2, ?3, ?4)";
                tx.execute(sql, (epoch, opened_at, reason, previous))?;
            }
            let mut head = journal::open_epoch(tx, epoch, "repair", &acknowledged, now.at)?;
            let mut visits: BTreeMap<VisitId, Visit> = BTreeMap::new();
            let mut lobby_last = LobbyTime(0);
            for (entry, lobby) in &self.entries {
                lobby_last = lobby_last.max(*lobby);
                let mut entry = entry.clone();
                if sent.is_none_or(|it| it < (entry.epoch, entry.seq)) {
                    (entry.epoch, entry.seq) = (head.epoch, head.seq + 1);
                    entry.hash = entry.hash_after(&head.hash);
                    head = Head {
                        epoch: entry.epoch,
                        seq: entry.seq,
                        hash: entry.hash,
                    };
                }
                journal::insert(tx, &entry, *lobby)?;
                self.replay(&entry, *lobby, &mut visits);
            }
            for visit in visits.values() {
                put_ticket(tx, visit)?;
                match self.keys.get(&visit.id) {
                    Some(key) => {
                        let sql = "insert into visit_key (visit, key) values (?1, ?2)";
                        tx.execute(sql, (visit.id.0.as_bytes(), key.as_slice()))?;
                    }
                    None => salvage.keys_lost += 1,
                }
            }
            for (job, visit, reprint, state, fence, attempts, made_at, turn) in &self.jobs {
                let sql = "insert or ignore into print_job
                     (job, visit, reprint, state, fence, attempts, made_at, turn)
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
                tx.execute(sql, (job, visit, reprint, state, fence, attempts, made_at, turn))?;
            }
            for row in &self.accounts {
                let sql = "insert into account (staff, password_hash, changed_at) values (?1, ?2, ?3)";
                tx.execute(sql, (&row.0, &row.1, row.2))?;
            }
            for row in &self.secrets {
                tx.execute(
                    "insert into secret (name, value) values (?1, ?2)",
                    (&row.0, &row.1),
                )?;
            }
            if let Some(row) = &self.watermark {
                let sql = "insert into watermark (one, epoch, seq, hash, at) values (1, ?1, ?2, ?3, ?4)";
                tx.execute(sql, (row.0, row.1, &row.2, row.3))?;
            }
            let missing: Vec<(u64, u64)> = self.missing.iter().map(|it| (it.1, it.2)).collect();
            let event = BoxEvent::Repaired {
                epoch: epoch - 1,
                missing,
            };
            let facts = write_box_event(&event);
            let entry = NewEntry {
                site,
                kiosk,
                entry_id,
                moment: now,
                lobby: lobby_last,
                visit: None,
                facts,
            };
            journal::append(tx, head, entry)?;
            Ok(())
        })
    }

    /// A damaged journal plays as far as it can: what fits nothing is passed over.
    fn replay(&self, entry: &Entry, lobby: LobbyTime, visits: &mut BTreeMap<VisitId, Visit>) {
        use crate::domain::event::Event;
        let Some(id) = entry.visit else { return };
        let plain = entry.personal.as_ref().and_then(|sealed| {
            let key = VisitKey::from_bytes(*self.keys.get(&id)?);
            open_personal(&key, entry.entry_id, sealed).ok()
        });
        let personal = plain.as_ref().map(|it| it.as_slice());
        let Ok(event) = read_event(&entry.kind, entry.schema_version, &entry.facts, personal) else {
            return;
        };
        let stamp = Stamp {
            at: entry.moment.at,
            lobby,
            seq: entry.seq,
        };
        match (&event, visits.get_mut(&id)) {
            (Event::Registered(registered), _) => {
                visits.insert(id, Visit::register(id, registered, stamp));
            }
            (_, Some(visit)) => visit.apply(&event, stamp),
            (_, None) => {}
        }
    }
}

/// Every row of a table that can be read, front to back and then back to front.
fn rows<T>(
    connection: &Connection,
    sql: &str,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let scan = |sql: &str| -> (Vec<T>, bool) {
        let mut found = Vec::new();
        let Ok(mut statement) = connection.prepare(sql) else {
            return (found, false);
        };
        let Ok(mut rows) = statement.query([]) else {
            return (found, false);
        };
        loop {
            match rows.next() {
                Ok(Some(row)) => found.extend(read(row).ok()),
                Ok(None) => return (found, true),
                Err(_) => return (found, false),
            }
        }
    };
    let (mut found, whole) = scan(sql);
    if !whole {
        let (back, _) = scan(&format!("{sql} order by 1 desc"));
        found.extend(back);
    }
    found
}

/// Seqs as ranges.
fn ranges(epoch: u32, seqs: &[u64]) -> Vec<(u32, u64, u64)> {
    let mut ranges: Vec<(u32, u64, u64)> = Vec::new();
    for &seq in seqs {
        match ranges.last_mut() {
            Some(last) if last.2 + 1 == seq => last.2 = seq,
            _ => ranges.push((epoch, seq, seq)),
        }
    }
    ranges
}
