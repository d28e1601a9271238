//! What the office arranges, in and out of the journal: the written form of each, and the whole list for
//! a desk that begins. Forms are as lasting as those in `facts`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::domain::arrangement::{Arrangement, Taken, TurnNote};
use crate::domain::calendar::{CalendarYear, SpecialDay};
use crate::domain::ids::{MatterIndex, StaffId, VisitId};
use crate::domain::roster::{Absence, Swap, Turn, TurnKind};
use crate::domain::sensitive::Sensitive;
use crate::domain::time::{Span, Timestamp};
use crate::store::StoreError;
use crate::store::facts::{Facts, Fields, bytes, newest, object, wrong};

/// Writes what `by` arranged; none is the administrator at the box's own command line.
pub fn write_arrangement(by: Option<&StaffId>, arrangement: &Arrangement) -> Facts {
    let (kind, mut facts) = match arrangement {
        Arrangement::Calendar(it) => ("office.calendar", calendar(it)),
        Arrangement::Turns { from, until, turns } => (
            "office.turns",
            json!({
                "from": from.to_string(),
                "until": until.to_string(),
                "turns": turns.iter().map(turn).collect::<Vec<_>>(),
            }),
        ),
        Arrangement::Swap(it) => (
            "office.swap",
            json!({
                "date": it.date.to_string(),
                "from": it.from.to_string(),
                "out": it.out.as_str(),
                "stand_in": it.stand_in.as_str(),
            }),
        ),
        Arrangement::Leave(it) => ("office.leave", leave(it)),
        Arrangement::Return(it) => ("office.return", leave(it)),
        Arrangement::Handover(it) => (
            "office.turn-note",
            json!({
                "visit": it.id.to_string(),
                "from": it.from.as_str(),
                "to": it.to.as_str(),
                "open": it.open,
                "matters": it.matters.iter().map(taken).collect::<Vec<_>>(),
            }),
        ),
    };
    facts["by"] = json!(by.map(StaffId::as_str));
    let personal = match arrangement {
        Arrangement::Handover(it) => it.note.as_ref().map(|it| json!({ "note": it.reveal() })),
        _ => None,
    };
    Facts {
        kind,
        schema_version: newest(kind),
        facts: bytes(&facts),
        personal: personal.map(|it| bytes(&it).into()),
    }
}

fn taken(it: &Taken) -> Value {
    json!({
        "visit": it.visit.to_string(),
        "matter_index": it.matter.0,
        "number": it.number.to_string(),
        "day": it.day.to_string(),
    })
}

fn calendar(year: &CalendarYear) -> Value {
    let days = year.days.iter();
    let days = days.map(|it| json!({ "date": it.date.to_string(), "name": it.name, "works": it.works }));
    json!({ "year": year.year, "notice": year.notice, "days": days.collect::<Vec<_>>() })
}

fn turn(turn: &Turn) -> Value {
    json!({
        "date": turn.date.to_string(),
        "kind": turn.kind.code(),
        "from": turn.span.from.to_string(),
        "until": turn.span.until.to_string(),
        "staff": turn.staff.iter().map(StaffId::as_str).collect::<Vec<_>>(),
        "leader": turn.leader.as_ref().map(StaffId::as_str),
        "note": turn.note,
    })
}

fn leave(leave: &Absence) -> Value {
    json!({ "staff": leave.staff.as_str(), "from": leave.from.to_string(), "until": leave.until.to_string() })
}

/// Reads what [`write_arrangement`] wrote; `personal` is none where there was none or its key is destroyed.
///
/// # Errors
/// What is wrong, in words for the operator; never the content.
pub fn read_arrangement(
    kind: &str,
    schema_version: u16,
    facts: &[u8],
    personal: Option<&[u8]>,
) -> Result<Arrangement, String> {
    if !(1..=newest(kind)).contains(&schema_version) {
        return Err(format!("{kind} has schema version {schema_version}"));
    }
    let facts = Fields(object(facts)?);
    Ok(match kind {
        "office.calendar" => {
            let year = i32::try_from(facts.number::<u32>("year")?).map_err(|_| wrong("year"))?;
            let days = facts.list("days", |day| {
                Ok(SpecialDay {
                    date: day.date("date")?,
                    name: day.text("name")?.to_owned(),
                    works: day.truth("works")?,
                })
            })?;
            let notice = facts.text("notice")?.to_owned();
            Arrangement::Calendar(CalendarYear::new(year, notice, days).map_err(|it| it.to_string())?)
        }
        "office.turns" => Arrangement::Turns {
            from: facts.date("from")?,
            until: facts.date("until")?,
            turns: facts.list("turns", read_turn)?,
        },
        "office.swap" => Arrangement::Swap(Swap {
            date: facts.date("date")?,
            from: facts.time("from")?,
            out: facts.staff("out")?,
            stand_in: facts.staff("stand_in")?,
        }),
        "office.leave" => Arrangement::Leave(read_leave(&facts)?),
        "office.return" => Arrangement::Return(read_leave(&facts)?),
        "office.turn-note" => {
            let personal = personal.map(object).transpose()?.map(Fields);
            let note = personal.as_ref().and_then(|it| it.text("note").ok());
            Arrangement::Handover(Box::new(TurnNote {
                id: VisitId(facts.uuid("visit")?),
                from: facts.staff("from")?,
                to: facts.staff("to")?,
                open: facts.number("open")?,
                matters: match schema_version {
                    1 => Vec::new(),
                    _ => facts.list("matters", read_taken)?,
                },
                note: note.map(|it| Sensitive::new(it.to_owned())),
            }))
        }
        _ => return Err(format!("{kind} is no kind of arrangement")),
    })
}

fn read_turn(turn: &Fields) -> Result<Turn, String> {
    let staff = turn.0.get("staff").and_then(Value::as_array);
    let staff = staff
        .into_iter()
        .flatten()
        .map(|it| it.as_str().map(StaffId::new));
    Ok(Turn {
        date: turn.date("date")?,
        kind: turn.code("kind", TurnKind::from_code)?,
        span: Span {
            from: turn.time("from")?,
            until: turn.time("until")?,
        },
        staff: staff.collect::<Option<_>>().ok_or_else(|| wrong("staff"))?,
        leader: turn.maybe_text("leader").map(StaffId::new),
        note: turn.text("note")?.to_owned(),
    })
}

fn read_taken(facts: &Fields) -> Result<Taken, String> {
    Ok(Taken {
        visit: VisitId(facts.uuid("visit")?),
        matter: MatterIndex(facts.number("matter_index")?),
        number: facts.text("number")?.parse().map_err(|_| wrong("number"))?,
        day: facts.day("day")?,
    })
}

fn read_leave(facts: &Fields) -> Result<Absence, String> {
    Ok(Absence {
        staff: facts.staff("staff")?,
        from: facts.local_moment("from")?,
        until: facts.local_moment("until")?,
    })
}

impl Fields {
    fn date(&self, name: &str) -> Result<NaiveDate, String> {
        self.text(name)?.parse().map_err(|_| wrong(name))
    }

    fn time(&self, name: &str) -> Result<NaiveTime, String> {
        self.text(name)?.parse().map_err(|_| wrong(name))
    }

    fn local_moment(&self, name: &str) -> Result<NaiveDateTime, String> {
        let text = self.text(name)?;
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").map_err(|_| wrong(name))
    }

    fn list<T>(&self, name: &str, read: impl Fn(&Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let list = self
            .0
            .get(name)
            .and_then(Value::as_array)
            .ok_or_else(|| wrong(name))?;
        let one = |it: &Value| match it {
            Value::Object(it) => read(&Self(it.clone())),
            _ => Err(wrong(name)),
        };
        list.iter().map(one).collect()
    }
}

/// Everything the office has arranged, in order. What cannot be read is passed over with a warning: a
/// roster that is lost must not keep the lobby shut.
///
/// # Errors
/// [`StoreError`].
pub fn arrangements(connection: &Connection) -> Result<Vec<(Arrangement, Timestamp)>, StoreError> {
    let mut arranged = Vec::new();
    for (entry, _) in super::journal::entries_of_office(connection)? {
        let key = match entry.visit {
            Some(id) => super::personal::visit_key(connection, id)?,
            None => None,
        };
        let plain = key.zip(entry.personal.as_ref());
        let plain = plain.and_then(|(key, sealed)| super::open_personal(&key, entry.entry_id, sealed).ok());
        let personal = plain.as_ref().map(|it| it.as_slice());
        match read_arrangement(&entry.kind, entry.schema_version, &entry.facts, personal) {
            Ok(it) => arranged.push((it, entry.moment.at)),
            Err(why) => tracing::warn!(epoch = entry.epoch, seq = entry.seq, why, "entry passed over"),
        }
    }
    Ok(arranged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sensitive;
    use uuid::Uuid;

    fn all() -> Vec<Arrangement> {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let leave = Absence {
            staff: "zhang".into(),
            from: date("2026-10-08").and_time(time(8, 30)),
            until: date("2026-10-10").and_time(time(0, 0)),
        };
        let days = vec![SpecialDay {
            date: date("2027-01-01"),
            name: "元旦".into(),
            works: false,
        }];
        vec![
            Arrangement::Calendar(CalendarYear::new(2027, "国办发明电〔2026〕1号".into(), days).unwrap()),
            Arrangement::Turns {
                from: date("2026-10-01"),
                until: date("2026-10-31"),
                turns: vec![Turn {
                    date: date("2026-10-01"),
                    kind: TurnKind::Holiday,
                    span: Span {
                        from: time(8, 30),
                        until: time(8, 30),
                    },
                    staff: vec!["zhang".into(), "li".into()],
                    leader: Some("qian".into()),
                    note: "国庆𬭎".into(),
                }],
            },
            Arrangement::Swap(Swap {
                date: date("2026-10-01"),
                from: time(8, 30),
                out: "zhang".into(),
                stand_in: "wu".into(),
            }),
            Arrangement::Leave(leave.clone()),
            Arrangement::Return(leave),
            Arrangement::Handover(Box::new(TurnNote {
                id: VisitId(Uuid::from_u128(3)),
                from: "zhang".into(),
                to: "wu".into(),
                open: 2,
                matters: vec![Taken {
                    visit: VisitId(Uuid::from_u128(4)),
                    matter: MatterIndex(1),
                    number: "A023".parse().unwrap(),
                    day: crate::domain::time::ServiceDay(date("2026-10-08")),
                }],
                note: sensitive::note("王𠅤㛃来电，明早回电 13800138000").unwrap(),
            })),
        ]
    }

    #[test]
    fn every_arrangement_reads_as_it_was_written() {
        for arrangement in all() {
            for by in [None, Some("li".into())] {
                let facts = write_arrangement(by.as_ref(), &arrangement);
                let personal = facts.personal.as_ref().map(|it| it.as_slice());
                let read = read_arrangement(facts.kind, facts.schema_version, &facts.facts, personal);
                assert_eq!(read.as_ref(), Ok(&arrangement));
                let text = String::from_utf8(facts.facts).unwrap();
                assert!(!text.contains("𠅤") && !text.contains("138"), "{text}");
            }
        }
    }

    #[test]
    fn rubbish_is_an_error_and_no_panic() {
        for kind in [
            "office.calendar",
            "office.turns",
            "office.swap",
            "office.leave",
            "office.turn-note",
            "?",
        ] {
            for facts in [
                "",
                "{}",
                "[]",
                "{\"days\": [3], \"year\": 2027, \"turns\": 0, \"from\": \"𠅤\"}",
            ] {
                assert!(read_arrangement(kind, 1, facts.as_bytes(), None).is_err());
            }
        }
        assert!(read_arrangement("office.swap", 2, b"{}", None).is_err());
    }
}
