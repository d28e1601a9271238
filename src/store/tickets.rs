//! The rows that repeat in constraints what the code promises of tickets.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::domain::ids::{MatterCode, TapKey, TicketNumber, VisitId};
use crate::domain::ticket::Stage;
use crate::domain::time::{ServiceDay, Timestamp};
use crate::domain::visit::Visit;
use crate::store::{StoreError, Tx};

/// Writes the row of `visit` as it now stands.
///
/// # Errors
/// [`StoreError`]; the table refuses a number given twice and a counter with two tickets.
pub fn put_ticket(transaction: &Tx<'_>, visit: &Visit) -> Result<(), StoreError> {
    let ticket = &visit.ticket;
    transaction
        .prepare_cached(
            "insert into ticket (visit, tap, service_day, queue, count, department, responsible, stage, counter)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             on conflict (visit) do update set department = excluded.department,
             responsible = excluded.responsible, stage = excluded.stage, counter = excluded.counter",
        )?
        .execute(rusqlite::params![
            visit.id.0.as_bytes(),
            visit.tap.0.as_bytes(),
            visit.day.to_string(),
            ticket.number.queue.to_string(),
            ticket.number.count,
            ticket.department.as_str(),
            visit.responsible().as_str(),
            // Closed, and somebody is still to be told in writing: it stays at hand like what goes on.
            match ticket.stage {
                Stage::Closed if visit.remembered() => Stage::Pending.code(),
                _ => ticket.stage.code(),
            },
            ticket.counter().map(|it| it.0),
        ])?;
    Ok(())
}

/// The visit a tap has made, however long ago.
///
/// # Errors
/// [`StoreError`].
pub fn ticket_by_tap(connection: &Connection, tap: TapKey) -> Result<Option<VisitId>, StoreError> {
    let found = connection
        .prepare_cached("select visit from ticket where tap = ?1")?
        .query_row([tap.0.as_bytes()], |row| row.get::<_, [u8; 16]>(0))
        .optional()?;
    Ok(found.map(|it| VisitId(Uuid::from_bytes(it))))
}

/// Visits whose number is of the last `days` days before the newest, the newest first, at most `most`.
///
/// # Errors
/// [`StoreError`].
pub fn recent_visits(connection: &Connection, days: u32, most: u32) -> Result<Vec<VisitId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select visit from ticket
         where service_day >= date((select max(service_day) from ticket), '-' || ?1 || ' days')
         order by service_day desc, visit desc limit ?2",
    )?;
    let rows = statement.query_map(rusqlite::params![days, most], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|it| Ok(VisitId(Uuid::from_bytes(it?)))).collect()
}

/// Visits that had this number in the last `days` days before the newest, the newest first.
///
/// # Errors
/// [`StoreError`].
pub fn visits_numbered(
    connection: &Connection,
    number: TicketNumber,
    days: u32,
) -> Result<Vec<VisitId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select visit from ticket
         where queue = ?1 and count = ?2
         and service_day >= date((select max(service_day) from ticket), '-' || ?3 || ' days')
         order by service_day desc",
    )?;
    let wanted = rusqlite::params![number.queue.to_string(), number.count, days];
    let rows = statement.query_map(wanted, |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|it| Ok(VisitId(Uuid::from_bytes(it?)))).collect()
}

/// The visit that had this number on `day`.
///
/// # Errors
/// [`StoreError`].
pub fn visit_numbered_on(
    connection: &Connection,
    number: TicketNumber,
    day: ServiceDay,
) -> Result<Option<VisitId>, StoreError> {
    let found = connection
        .prepare_cached("select visit from ticket where service_day = ?1 and queue = ?2 and count = ?3")?
        .query_row(
            rusqlite::params![day.to_string(), number.queue.to_string(), number.count],
            |row| row.get::<_, [u8; 16]>(0),
        )
        .optional()?;
    Ok(found.map(|it| VisitId(Uuid::from_bytes(it))))
}

/// Visits in which a petition was registered, the newest register first, at most `most`.
///
/// # Errors
/// [`StoreError`].
pub fn petitions(connection: &Connection, most: u32) -> Result<Vec<VisitId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select distinct visit from (select visit from journal
         where kind = 'petition.taken' and visit is not null order by epoch desc, seq desc limit ?1)",
    )?;
    let rows = statement.query_map([most], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|it| Ok(VisitId(Uuid::from_bytes(it?)))).collect()
}

/// How often each matter of the catalogue was asked for since `since`.
///
/// # Errors
/// [`StoreError`].
pub fn asked_since(
    connection: &Connection,
    since: Timestamp,
) -> Result<HashMap<MatterCode, u32>, StoreError> {
    // Entries hold their facts as the bytes of a JSON text.
    let mut statement = connection.prepare_cached(
        "select json_extract(cast(facts as text), '$.matter') as matter, count(*) from journal
         where kind = 'visit.registered' and ?1 <= at and json_valid(cast(facts as text))
         group by matter having matter is not null",
    )?;
    let rows = statement.query_map([since.timestamp_millis()], |row| {
        let (matter, times): (String, u32) = (row.get(0)?, row.get(1)?);
        Ok((MatterCode::new(matter), times))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Visits that are open, of `day`, or that something happened to since `day` began: the same ones the
/// desk has in mind while it runs.
///
/// # Errors
/// [`StoreError`].
pub fn visits_at_hand(connection: &Connection, day: Option<ServiceDay>) -> Result<Vec<VisitId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select visit from ticket where stage <> 'closed'
         union select visit from ticket where service_day = ?1
         union select visit from journal where visit is not null and (epoch, seq) >= (
             select epoch, seq from journal indexed by journal_of_visit
             where visit is not null and visit in (select visit from ticket where service_day = ?1)
             order by epoch, seq limit 1)",
    )?;
    let day = day.map(|it| it.to_string());
    let rows = statement.query_map([day], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|it| Ok(VisitId(Uuid::from_bytes(it?)))).collect()
}

/// The service day numbers were last given for.
///
/// # Errors
/// [`StoreError`].
pub fn last_day(connection: &Connection) -> Result<Option<ServiceDay>, StoreError> {
    // Not simply the greatest: a clock that was wrong may have opened a day years ahead.
    let sql = "select coalesce(
        (select service_day from ticket where visit = (select visit from journal
            where kind = 'visit.registered' order by epoch desc, seq desc limit 1)),
        (select max(service_day) from ticket))";
    let day: Option<String> = connection.query_row(sql, [], |row| row.get(0))?;
    let wrong = |_| StoreError::Unreadable {
        epoch: 0,
        seq: 0,
        why: "service day of a ticket".into(),
    };
    day.map(|it| it.parse().map(ServiceDay).map_err(wrong))
        .transpose()
}

/// The last count of each queue letter on `day`.
///
/// # Errors
/// [`StoreError`].
pub fn counts_of(connection: &Connection, day: ServiceDay) -> Result<Vec<(char, u16)>, StoreError> {
    let mut statement = connection
        .prepare_cached("select queue, max(count) from ticket where service_day = ?1 group by queue")?;
    let rows = statement.query_map([day.to_string()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, u16>(1)?))
    })?;
    let mut counts = Vec::new();
    for row in rows {
        let (queue, count) = row?;
        counts.extend(queue.chars().next().map(|it| (it, count)));
    }
    Ok(counts)
}
