//! Days that are over, as the journal keeps them: what each taught of services and waits. The partial
//! index `journal_of_days` finds the newest without reading the days between.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::domain::event::BoxEvent;
use crate::domain::ids::MatterCode;
use crate::domain::time::ServiceDay;
use crate::domain::wait::{ClosedDay, DayFigures, Hits, Served, Wait};
use crate::store::StoreError;
use crate::store::facts::{Fields, read_box_event, wrong};

/// The newest `limit` days that are over, newest first; of a day closed twice, both.
///
/// # Errors
/// [`StoreError`].
pub fn closed_days(connection: &Connection, limit: usize) -> Result<Vec<ClosedDay>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select schema_version, facts from journal indexed by journal_of_days
         where kind = 'day.closed' order by epoch desc, seq desc limit ?1",
    )?;
    let rows = statement.query_map([limit as i64], |row| {
        Ok((row.get::<_, u16>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let mut days = Vec::new();
    for row in rows {
        let (version, facts) = row?;
        match read_box_event("day.closed", version, &facts) {
            Ok(BoxEvent::DayClosed(day)) => days.push(*day),
            Ok(_) => {}
            Err(why) => tracing::warn!(why, "a closed day is passed over"),
        }
    }
    Ok(days)
}

/// A closed day as facts.
pub(super) fn write_day(closed: &ClosedDay) -> Value {
    let it = &closed.figures;
    let served: Vec<Value> = it
        .served
        .iter()
        .map(|(matter, served)| json!([matter.as_ref().map(MatterCode::as_str), served.count, served.ms]))
        .collect();
    json!({
        "day": closed.day.to_string(),
        "served": served,
        "waits_told": it.hits.told,
        "waits_inside": it.hits.inside,
        "waits_error_ms": it.hits.error_ms,
        "left_waiting": it.left_waiting,
        "night": it.night,
    })
}

/// Reads what [`write_day`] wrote.
pub(super) fn read_day(facts: &Fields) -> Result<ClosedDay, String> {
    let rows = facts.0.get("served").and_then(Value::as_array);
    let mut served = BTreeMap::new();
    for row in rows.ok_or_else(|| wrong("served"))? {
        let number = |at: usize| row.get(at).and_then(Value::as_i64).ok_or_else(|| wrong("served"));
        let count = u32::try_from(number(1)?).map_err(|_| wrong("served"))?;
        let matter = row.get(0).and_then(Value::as_str).map(MatterCode::new);
        let ms = number(2)?;
        served.insert(matter, Served { count, ms });
    }
    Ok(ClosedDay {
        day: ServiceDay(facts.text("day")?.parse().map_err(|_| wrong("day"))?),
        figures: DayFigures {
            served,
            hits: Hits {
                told: facts.number("waits_told")?,
                inside: facts.number("waits_inside")?,
                error_ms: facts.number("waits_error_ms")?,
            },
            left_waiting: facts.number("left_waiting")?,
            night: facts.number("night")?,
        },
    })
}

/// A wait as facts: guess, from, until, minutes each.
pub(super) fn write_wait(wait: Option<Wait>) -> Value {
    wait.map_or(Value::Null, |it| json!([it.minutes, it.from, it.until]))
}

/// Reads what [`write_wait`] wrote; none in entries older than it.
pub(super) fn read_wait(facts: &Fields) -> Option<Wait> {
    let wait = facts.0.get("wait")?;
    let minutes = |at: usize| wait.get(at)?.as_u64().and_then(|it| u16::try_from(it).ok());
    Some(Wait {
        minutes: minutes(0)?,
        from: minutes(1)?,
        until: minutes(2)?,
    })
}
