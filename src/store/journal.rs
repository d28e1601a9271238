//! Entries in and out of the journal.

use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::domain::event::{Event, Stamp};
use crate::domain::ids::{BootId, EntryId, KioskId, SiteId, VisitId};
use crate::domain::journal::{Entry, Hash, Head, NO_HASH};
use crate::domain::repeat::KnownBy;
use crate::domain::time::{ClockState, LobbyTime, Moment, ServiceDay, Timestamp};
use crate::domain::visit::Visit;
use crate::store::facts::{Facts, read_event};
use crate::store::personal::{VisitKey, open_personal, seal_personal};
use crate::store::sealed::seal_for_contact;
use crate::store::{StoreError, Tx};

/// An entry about to be written.
#[derive(Debug)]
pub struct NewEntry<'a> {
    /// The office.
    pub site: &'a SiteId,
    /// The box.
    pub kiosk: &'a KioskId,
    /// UUIDv7, made by the desk.
    pub entry_id: EntryId,
    /// When.
    pub moment: Moment,
    /// The same in lobby time.
    pub lobby: LobbyTime,
    /// The visit, if one, and what its personal part is closed with, if there is one.
    pub visit: Option<(VisitId, Option<Lock<'a>>)>,
    /// What happened.
    pub facts: Facts,
}

/// What a personal part is closed with.
#[derive(Debug, Clone, Copy)]
pub enum Lock<'a> {
    /// The visit's own key.
    Visit(&'a VisitKey),
    /// The public key of the discipline contact: nobody here opens it again.
    Contact(&'a [u8; 32]),
}

/// Writes the entry that follows `head` and returns the new head.
///
/// # Errors
/// [`StoreError`].
pub fn append(transaction: &Tx<'_>, head: Head, new: NewEntry<'_>) -> Result<Head, StoreError> {
    let personal = match (&new.facts.personal, new.visit) {
        (Some(plain), Some((_, Some(Lock::Visit(key))))) => Some(seal_personal(key, new.entry_id, plain)?),
        (Some(plain), Some((_, Some(Lock::Contact(public))))) => {
            Some(seal_for_contact(public, new.entry_id, plain)?)
        }
        (Some(_), _) => return Err(StoreError::Sealed),
        (None, _) => None,
    };
    let mut entry = Entry {
        site: new.site.clone(),
        kiosk: new.kiosk.clone(),
        epoch: head.epoch,
        seq: head.seq + 1,
        entry_id: new.entry_id,
        kind: new.facts.kind.to_owned(),
        schema_version: new.facts.schema_version,
        moment: new.moment,
        visit: new.visit.map(|it| it.0),
        facts: new.facts.facts,
        personal,
        hash: NO_HASH,
    };
    entry.hash = entry.hash_after(&head.hash);
    insert(transaction, &entry, new.lobby)?;
    Ok(Head {
        epoch: entry.epoch,
        seq: entry.seq,
        hash: entry.hash,
    })
}

/// Writes an entry as it is; recovery carries old ones over with it.
pub(super) fn insert(transaction: &Tx<'_>, entry: &Entry, lobby: LobbyTime) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "insert into journal (epoch, seq, site, kiosk, entry_id, kind, schema_version, at, clock_state,
             boot_id, mono_ms, lobby_ms, visit, facts, personal, hash)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(rusqlite::params![
            entry.epoch,
            entry.seq as i64,
            entry.site.as_str(),
            entry.kiosk.as_str(),
            entry.entry_id.0.as_bytes(),
            entry.kind,
            entry.schema_version,
            entry.moment.at.timestamp_millis(),
            entry.moment.clock_state.code(),
            entry.moment.boot_id.0.as_bytes(),
            entry.moment.mono_ms,
            lobby.0,
            entry.visit.as_ref().map(|it| it.0.as_bytes()),
            entry.facts,
            entry.personal,
            entry.hash,
        ])?;
    Ok(())
}

/// The last entry of the newest epoch; none in a database nobody has opened an epoch in.
///
/// # Errors
/// [`StoreError`].
pub fn head(connection: &Connection) -> Result<Option<Head>, StoreError> {
    let epoch: Option<(u32, [u8; 32])> = connection
        .query_row(
            "select epoch, previous_hash from epoch order by epoch desc limit 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((epoch, previous)) = epoch else {
        return Ok(None);
    };
    let last = connection
        .query_row(
            "select seq, hash from journal where epoch = ?1 order by seq desc limit 1",
            [epoch],
            |row| {
                Ok(Head {
                    epoch,
                    seq: row.get::<_, i64>(0)? as u64,
                    hash: row.get(1)?,
                })
            },
        )
        .optional()?;
    Ok(Some(last.unwrap_or(Head {
        epoch,
        seq: 0,
        hash: previous,
    })))
}

/// The last entry of each epoch from `epoch` on, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn heads_since(connection: &Connection, epoch: u32) -> Result<Vec<Head>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select e.epoch, coalesce((select max(seq) from journal j where j.epoch = e.epoch), 0)
         from epoch e where ?1 <= e.epoch order by e.epoch",
    )?;
    let rows = statement.query_map([epoch], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)? as u64))
    })?;
    let mut heads = Vec::new();
    for row in rows {
        let (epoch, seq) = row?;
        let unreadable = || StoreError::Unreadable {
            epoch,
            seq,
            why: "it has no hash".into(),
        };
        heads.push(Head {
            epoch,
            seq,
            hash: hash_at(connection, epoch, seq)?.ok_or_else(unreadable)?,
        });
    }
    Ok(heads)
}

/// The hash of an entry, if there is one; for seq 0 what the epoch's first entry follows.
///
/// # Errors
/// [`StoreError`].
pub fn hash_at(connection: &Connection, epoch: u32, seq: u64) -> Result<Option<Hash>, StoreError> {
    let sql = if seq == 0 {
        "select previous_hash from epoch where epoch = ?1 and ?2 = 0"
    } else {
        "select hash from journal where epoch = ?1 and seq = ?2"
    };
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row((epoch, seq as i64), |row| row.get(0))
        .optional()?)
}

/// Opens an epoch; its first entry follows `previous`.
///
/// # Errors
/// [`StoreError`].
pub fn open_epoch(
    transaction: &Tx<'_>,
    epoch: u32,
    reason: &str,
    previous: &[u8; 32],
    at: Timestamp,
) -> Result<Head, StoreError> {
    transaction.execute(
        "insert into epoch (epoch, opened_at, reason, previous_hash) values (?1, ?2, ?3, ?4)",
        (epoch, at.timestamp_millis(), reason, previous),
    )?;
    Ok(Head {
        epoch,
        seq: 0,
        hash: *previous,
    })
}

/// The moment of the last entry and what lobby time it was.
///
/// # Errors
/// [`StoreError`].
pub fn last_stamp(connection: &Connection) -> Result<Option<(Moment, LobbyTime)>, StoreError> {
    let sql = format!("select {COLUMNS} from journal order by epoch desc, seq desc limit 1");
    let found = connection.query_row(&sql, [], |row| Ok(read(row))).optional()?;
    found
        .transpose()
        .map(|it| it.map(|(entry, lobby)| (entry.moment, lobby)))
}

/// Follows the chain through the newest `count` entries, where they stand side by side.
///
/// # Errors
/// [`StoreError::Unreadable`] at the entry that does not follow the one before it.
pub fn follow_tail(connection: &Connection, count: usize) -> Result<(), StoreError> {
    let sql = format!("select {COLUMNS} from journal order by epoch desc, seq desc limit ?1");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([count as i64], |row| Ok(read(row)))?;
    let newest = rows
        .map(|row| row?.map(|it| it.0))
        .collect::<Result<Vec<Entry>, StoreError>>()?;
    for pair in newest.windows(2) {
        let [entry, before] = pair else { continue };
        let beside = entry.epoch == before.epoch && entry.seq == before.seq + 1;
        if beside && entry.hash != entry.hash_after(&before.hash) {
            return Err(StoreError::Unreadable {
                epoch: entry.epoch,
                seq: entry.seq,
                why: "it does not follow the entry before it".into(),
            });
        }
    }
    Ok(())
}

/// Up to `limit` entries of `epoch` after `seq`, in order.
///
/// # Errors
/// [`StoreError`].
pub fn entries_after(
    connection: &Connection,
    epoch: u32,
    seq: u64,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let sql = format!("select {COLUMNS} from journal where epoch = ?1 and ?2 < seq order by seq limit ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map((epoch, seq as i64, limit as i64), |row| Ok(read(row)))?;
    rows.map(|row| row?.map(|it| it.0)).collect()
}

/// What happened to the visits that are open or of `day`, in order: enough to make the lobby anew. An
/// entry of a kind this release does not know is passed over.
///
/// # Errors
/// [`StoreError`].
pub fn events_of_day(
    connection: &Connection,
    day: Option<ServiceDay>,
) -> Result<Vec<(VisitId, Event, Stamp)>, StoreError> {
    let mut events = Vec::new();
    for visit in super::tickets::visits_at_hand(connection, day)? {
        events.extend(
            events_of(connection, visit)?
                .into_iter()
                .map(|(place, event, stamp)| (place, (visit, event, stamp))),
        );
    }
    events.sort_by_key(|it| it.0);
    Ok(events.into_iter().map(|it| it.1).collect())
}

/// What happened to one visit, in order.
///
/// # Errors
/// [`StoreError`].
pub fn story(connection: &Connection, visit: VisitId) -> Result<Vec<(Timestamp, Event)>, StoreError> {
    Ok(events_of(connection, visit)?
        .into_iter()
        .map(|(_, event, stamp)| (stamp.at, event))
        .collect())
}

/// One visit made anew from its entries, however long ago it was; none if its registration is not there.
///
/// # Errors
/// [`StoreError`].
pub fn visit(connection: &Connection, id: VisitId) -> Result<Option<Visit>, StoreError> {
    let mut visit: Option<Visit> = None;
    for (_, event, stamp) in events_of(connection, id)? {
        match (&event, &mut visit) {
            (Event::Registered(registered), _) => visit = Some(Visit::register(id, registered, stamp)),
            (_, Some(visit)) => visit.apply(&event, stamp),
            (_, None) => {}
        }
    }
    Ok(visit)
}

/// What the people of one visit are known by: of its registration and its registers alone.
///
/// # Errors
/// [`StoreError`].
pub fn people_of(connection: &Connection, id: VisitId) -> Result<KnownBy, StoreError> {
    let mut known = KnownBy::default();
    let Some(key) = super::personal::visit_key(connection, id)? else {
        return Ok(known);
    };
    let sql = format!(
        "select {COLUMNS} from journal where visit = ?1 and kind in ('visit.registered', 'petition.taken')"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    for row in statement.query_map([id.0.as_bytes()], |row| Ok(read(row)))? {
        let (entry, _) = row??;
        let opened = entry.personal.as_ref();
        let opened = opened.and_then(|it| open_personal(&key, entry.entry_id, it).ok());
        let personal = opened.as_ref().map(|it| it.as_slice());
        match read_event(&entry.kind, entry.schema_version, &entry.facts, personal) {
            Ok(Event::Registered(it)) => known.told(&it.personal),
            Ok(Event::PetitionTaken(it)) => known.written(&it.words),
            _ => {}
        }
    }
    Ok(known)
}

type Placed = ((u32, u64), Event, Stamp);

fn events_of(connection: &Connection, visit: VisitId) -> Result<Vec<Placed>, StoreError> {
    let sql = format!("select {COLUMNS} from journal where visit = ?1 order by epoch, seq");
    let mut statement = connection.prepare_cached(&sql)?;
    let key = super::personal::visit_key(connection, visit)?;
    let mut events = Vec::new();
    for row in statement.query_map([visit.0.as_bytes()], |row| Ok(read(row)))? {
        let (entry, lobby) = row??;
        let plain = match (&key, &entry.personal) {
            (Some(key), Some(sealed)) => match open_personal(key, entry.entry_id, sealed) {
                Ok(plain) => Some(plain),
                Err(_) => {
                    // What happened is still known; a name that cannot be read must not keep the lobby shut.
                    tracing::warn!(
                        epoch = entry.epoch,
                        seq = entry.seq,
                        "personal part cannot be opened"
                    );
                    None
                }
            },
            _ => None,
        };
        let personal = plain.as_ref().map(|it| it.as_slice());
        match read_event(&entry.kind, entry.schema_version, &entry.facts, personal) {
            Ok(event) => {
                let stamp = Stamp {
                    at: entry.moment.at,
                    lobby,
                    seq: entry.seq,
                };
                events.push(((entry.epoch, entry.seq), event, stamp));
            }
            Err(why) => tracing::warn!(epoch = entry.epoch, seq = entry.seq, why, "entry passed over"),
        }
    }
    Ok(events)
}

/// What the office has arranged, in order.
pub(super) fn entries_of_office(connection: &Connection) -> Result<Vec<(Entry, LobbyTime)>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from journal where 'office.' <= kind and kind < 'office/' order by epoch, seq"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// Refuses a file that another box has written.
///
/// # Errors
/// [`StoreError::OtherBox`].
pub fn check_owner(connection: &Connection, site: &SiteId, kiosk: &KioskId) -> Result<(), StoreError> {
    let sql = "select site, kiosk from journal order by epoch desc, seq desc limit 1";
    let owner: Option<(String, String)> = connection
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match owner {
        Some((its_site, its_kiosk)) if its_site != site.as_str() || its_kiosk != kiosk.as_str() => {
            let (found, expected) = (format!("{its_site}/{its_kiosk}"), format!("{site}/{kiosk}"));
            Err(StoreError::OtherBox { found, expected })
        }
        _ => Ok(()),
    }
}

/// How many entries there are, of all epochs.
///
/// # Errors
/// [`StoreError`].
pub fn entry_count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("select count(*) from journal", [], |row| row.get::<_, i64>(0))? as u64)
}

/// The columns [`read`] takes, in its order.
pub(super) const COLUMNS: &str = "epoch, seq, site, kiosk, entry_id, kind, schema_version, at, clock_state, \
     boot_id, mono_ms, lobby_ms, visit, facts, personal, hash";

/// Reads a row of [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<(Entry, LobbyTime), StoreError> {
    let (epoch, seq): (u32, i64) = (row.get(0)?, row.get(1)?);
    let unreadable = |why: &str| StoreError::Unreadable {
        epoch,
        seq: seq as u64,
        why: why.to_owned(),
    };
    let at = Timestamp::from_timestamp_millis(row.get(7)?).ok_or_else(|| unreadable("time"))?;
    let clock_state = ClockState::from_code(row.get_ref(8)?.as_str().map_err(|_| unreadable("clock state"))?)
        .ok_or_else(|| unreadable("clock state"))?;
    let entry = Entry {
        site: row.get::<_, String>(2)?.as_str().into(),
        kiosk: row.get::<_, String>(3)?.as_str().into(),
        epoch,
        seq: seq as u64,
        entry_id: EntryId(Uuid::from_bytes(row.get(4)?)),
        kind: row.get(5)?,
        schema_version: row.get(6)?,
        moment: Moment {
            at,
            clock_state,
            boot_id: BootId(Uuid::from_bytes(row.get(9)?)),
            mono_ms: row.get(10)?,
        },
        visit: row
            .get::<_, Option<[u8; 16]>>(12)?
            .map(|it| VisitId(Uuid::from_bytes(it))),
        facts: row.get(13)?,
        personal: row.get(14)?,
        hash: row.get(15)?,
    };
    Ok((entry, LobbyTime(row.get(11)?)))
}
