//! What is done with a damaged file: it is set aside untouched, everything that can be read is carried
//! into a new one, and what cannot is listed by seq.
//!
//! Entries the office has acknowledged stay in their epoch. Those after its watermark are written anew, in
//! order and with their ids, into a new epoch whose first entry follows the last acknowledged hash (the
//! rule of epochs); the office's owner registers that epoch, so nobody can slip one in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::domain::event::{BoxEvent, Stamp};
use crate::domain::ids::{CounterId, EntryId, KioskId, SiteId, VisitId};
use crate::domain::journal::{Entry, Head, NO_HASH};
use crate::domain::time::{LobbyClock, LobbyTime, Moment};
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
    let set_aside = free_name(path, now);
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
    for companion in &family(&making)[1..] {
        let _ = fs::remove_file(companion);
    }
    // From here on the new file counts, wherever the plug is pulled.
    rename(&making, &path.with_extension(RECOVERED))?;
    put_in_place(path, &set_aside)?;
    for file in family(&reading) {
        let _ = fs::remove_file(file);
    }
    Ok(salvage)
}

/// What a finished new file is called until it stands where the damaged one stood.
const RECOVERED: &str = "recovered.db";

/// Goes on with a recovery that ended between the making of the new file and its being put in place.
///
/// # Errors
/// [`StoreError`] if files cannot be renamed.
pub fn finish_recovery(path: &Path, now: Moment) -> Result<(), StoreError> {
    if path.with_extension(RECOVERED).exists() {
        tracing::warn!("a recovery was interrupted; finishing it");
        put_in_place(path, &free_name(path, now))?;
    }
    Ok(())
}

fn put_in_place(path: &Path, set_aside: &Path) -> Result<(), StoreError> {
    // The file itself goes last: as long as it is there, its companions' names are known.
    for (from, to) in family(path).into_iter().zip(family(set_aside)).rev() {
        if from.exists() {
            rename(&from, &to)?;
        }
    }
    rename(&path.with_extension(RECOVERED), path)
}

/// Renames, and has the directory remember it.
fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    let file = |source| StoreError::File {
        path: from.to_owned(),
        source,
    };
    fs::rename(from, to).map_err(file)?;
    match to.parent().filter(|it| !it.as_os_str().is_empty()) {
        Some(directory) => fs::File::open(directory)
            .and_then(|it| it.sync_all())
            .map_err(file),
        None => Ok(()),
    }
}

/// A name to set the damaged file aside under. A clock that wakes with the same date each morning must not
/// let one bury another.
fn free_name(path: &Path, now: Moment) -> PathBuf {
    let stamp = now.at.format("%Y%m%dT%H%M%SZ");
    let mut name = path.with_extension(format!("damaged-{stamp}.db"));
    let mut again = 1;
    while family(&name).iter().any(|it| it.exists()) {
        again += 1;
        name = path.with_extension(format!("damaged-{stamp}-{again}.db"));
    }
    name
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
    tickets: Vec<TicketRow>,
    runs: Vec<(i64, String, i64, String)>,
    accounts: Vec<(String, String, i64)>,
    secrets: Vec<(String, Vec<u8>)>,
    watermark: Option<(u32, i64, Vec<u8>, i64)>,
    /// Epochs of which it is not known what their first entry follows.
    guessed: Vec<u32>,
}

type TicketRow = ([u8; 16], String, String, u16, String, String);
type JobRow = (
    Vec<u8>,
    Vec<u8>,
    bool,
    String,
    Option<String>,
    i64,
    i64,
    i64,
    Option<i64>,
    String,
    i64,
);

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
        old.epochs.retain(|it| {
            0 < it.0 && it.3.len() == 32 && ["install", "restore", "repair"].contains(&it.2.as_str())
        });
        old.find_epochs(&connection);
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
        // The later ones are for files from before papers were counted, and before there were others.
        for newer in ["sent, paper, matter", "sent, 'slip', 0", "null, 'slip', 0"] {
            let sql = format!(
                "select job, visit, reprint, state, fence, attempts, made_at, turn, {newer} from print_job"
            );
            if old.jobs.is_empty() {
                old.jobs = rows(&connection, &sql, |row| row.try_into());
            }
        }
        let sql = "select visit, service_day, queue, count, department, responsible from ticket";
        old.tickets = rows(&connection, sql, |row| row.try_into());
        let sql = "select at, outcome, entries, detail from sync_run";
        old.runs = rows(&connection, sql, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
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

    /// Adds epochs that only their entries, or the office's receipt, still tell of: a number of an epoch
    /// must not be used for another one.
    fn find_epochs(&mut self, connection: &Connection) {
        let mut told: Vec<u32> = rows(connection, "select epoch from watermark", |row| row.get(0));
        let mut last = 0;
        while let Ok(Some(epoch)) =
            connection.query_row("select min(epoch) from journal where ?1 < epoch", [last], |row| {
                row.get::<_, Option<u32>>(0)
            })
        {
            told.push(epoch);
            last = epoch;
        }
        told.push(1);
        for epoch in told {
            if 0 < epoch && !self.epochs.iter().any(|it| it.0 == epoch) {
                let reason = if epoch == 1 { "install" } else { "repair" };
                self.epochs.push((epoch, 0, reason.into(), NO_HASH.to_vec()));
                self.guessed.push(epoch);
            }
        }
        self.epochs.sort_by_key(|it| it.0);
        self.epochs.dedup_by_key(|it| it.0);
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
            let known = epoch == 1 || !self.guessed.contains(&epoch);
            let mut before: Option<[u8; 32]> = previous.try_into().ok().filter(|_| known);
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
            let mut at_counter = BTreeMap::new();
            let mut with_name = BTreeSet::new();
            let mut last: Option<(Moment, LobbyTime)> = None;
            for (entry, lobby) in &self.entries {
                if last.is_none_or(|it| it.1 <= *lobby) {
                    last = Some((entry.moment, *lobby));
                }
                if let (Some(visit), Some(_)) = (entry.visit, &entry.personal) {
                    with_name.insert(visit);
                }
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
                self.replay(&entry, *lobby, &mut visits, &mut at_counter);
            }
            for visit in visits.values() {
                unless_refused(put_ticket(tx, visit))?;
            }
            for visit in with_name {
                match self.keys.get(&visit) {
                    Some(key) => {
                        let sql = "insert into visit_key (visit, key) values (?1, ?2)";
                        tx.execute(sql, (visit.0.as_bytes(), key.as_slice()))?;
                    }
                    // A sealed visit has no key here: its contact has.
                    None if visits.get(&visit).is_some_and(|it| it.sealed.is_some()) => {}
                    None => salvage.keys_lost += 1,
                }
            }
            // Of some visits only this row is left. It keeps their number from being given again; their
            // tap is let go, so that whoever taps once more is given one that is known.
            for (visit, day, queue, count, department, responsible) in &self.tickets {
                let sql = "insert or ignore into ticket
                     (visit, tap, service_day, queue, count, department, responsible, stage)
                     values (?1, ?1, ?2, ?3, ?4, ?5, ?6, 'closed')";
                tx.execute(sql, (visit, day, queue, count, department, responsible))?;
            }
            for (job, visit, reprint, state, fence, attempts, made_at, turn, sent, paper, matter) in
                &self.jobs
            {
                let sql = "insert or ignore into print_job
                     (job, visit, reprint, state, fence, attempts, made_at, turn, sent, paper, matter)
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
                let row = (
                    job, visit, reprint, state, fence, attempts, made_at, turn, sent, paper, matter,
                );
                tx.execute(sql, row)?;
            }
            for row in &self.accounts {
                let sql =
                    "insert or ignore into account (staff, password_hash, changed_at) values (?1, ?2, ?3)";
                tx.execute(sql, (&row.0, &row.1, row.2))?;
            }
            for row in &self.secrets {
                tx.execute(
                    "insert or ignore into secret (name, value) values (?1, ?2)",
                    (&row.0, &row.1),
                )?;
            }
            for row in &self.runs {
                let sql =
                    "insert or ignore into sync_run (at, outcome, entries, detail) values (?1, ?2, ?3, ?4)";
                tx.execute(sql, (row.0, &row.1, row.2, &row.3))?;
            }
            if let Some(row) = &self.watermark {
                let sql =
                    "insert or ignore into watermark (one, epoch, seq, hash, at) values (1, ?1, ?2, ?3, ?4)";
                tx.execute(sql, (row.0, row.1, &row.2, row.3))?;
            }
            let missing: Vec<(u64, u64)> = self.missing.iter().map(|it| (it.1, it.2)).collect();
            let event = BoxEvent::Repaired {
                epoch: epoch - 1,
                missing,
            };
            let facts = write_box_event(&event);
            let lobby = match last {
                Some((moment, reckoned)) => LobbyClock::resume(moment, reckoned, now).reckon(now),
                None => LobbyTime(0),
            };
            let entry = NewEntry {
                site,
                kiosk,
                entry_id,
                moment: now,
                lobby,
                visit: None,
                facts,
            };
            journal::append(tx, head, entry)?;
            Ok(())
        })
    }

    /// A damaged journal plays as far as it can: what fits nothing is passed over.
    fn replay(
        &self,
        entry: &Entry,
        lobby: LobbyTime,
        visits: &mut BTreeMap<VisitId, Visit>,
        at_counter: &mut BTreeMap<CounterId, VisitId>,
    ) {
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
        if let Event::Called { counter, .. } | Event::Begun { counter, .. } = &event
            && visits.contains_key(&id)
            && let Some(before) = at_counter.insert(*counter, id).filter(|it| *it != id)
            && let Some(before) = visits.get_mut(&before)
        {
            before.give_way(*counter);
        }
        match (&event, visits.get_mut(&id)) {
            (Event::Registered(registered), _) => {
                visits.insert(id, Visit::register(id, registered, stamp));
            }
            (_, Some(visit)) => visit.apply(&event, stamp),
            (_, None) => {}
        }
    }
}

/// Passes over a row that a constraint refuses: what is left of a damaged journal may contradict itself,
/// and that must not keep the lobby shut.
fn unless_refused(written: Result<(), StoreError>) -> Result<(), StoreError> {
    match written {
        Err(StoreError::Sqlite(error))
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
        {
            tracing::warn!("a ticket that contradicts another is left out");
            Ok(())
        }
        other => other,
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
