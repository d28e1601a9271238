//! The written form of events: a kind, a schema version, facts as JSON and a personal part as JSON.
//!
//! Written once, a form is never changed: a new one gets the next schema version, and reading keeps
//! every old one.

use serde_json::{Map, Value, json};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::domain::elsewhere::Referral;
use crate::domain::event::{
    BoxEvent, Class, Event, Form, HandoverReason, Offered, Origin, Outcome, RefuseReason, Registered,
    SlipOutcome, Told,
};
use crate::domain::ids::{CounterId, JobId, MatterIndex, OfferIndex, StaffId, TapKey, VisitId};
use crate::domain::office::{Language, MatterKind};
use crate::domain::presence::{Presence, Whereabouts};
use crate::domain::roster::DutyPost;
use crate::domain::sensitive::{Personal, Sensitive};
use crate::domain::time::{ServiceDay, Timestamp};
use crate::store::days::{read_day, read_wait, write_day, write_wait};
use crate::store::facts_of_matters as matters;
use crate::store::facts_of_steps as steps;

/// An event as the journal keeps it, its personal part still in clear.
#[derive(Debug)]
pub struct Facts {
    /// Such as `visit.called`.
    pub kind: &'static str,
    /// Of this kind.
    pub schema_version: u16,
    /// JSON without personal data.
    pub facts: Vec<u8>,
    /// JSON to be encrypted.
    pub personal: Option<Zeroizing<Vec<u8>>>,
}

/// Writes what happened to `visit`.
pub fn write_event(visit: VisitId, event: &Event) -> Facts {
    let (kind, mut facts) = match event {
        Event::Registered(it) => (
            "visit.registered",
            json!({
                "tap": it.tap.to_string(),
                "day": it.day.to_string(),
                "number": it.number.to_string(),
                "matter": it.matter.as_ref().map(|it| it.as_str()),
                "kind": it.kind.map(MatterKind::code),
                "department": it.department.as_str(),
                "rule": it.rule.as_str(),
                "responder": it.responder.as_str(),
                "post": it.post.code(),
                "class": it.class.code(),
                "booked_at": it.booked.map(|it| it.timestamp_millis()),
                "wait": write_wait(it.wait),
                "language": it.language.code(),
                "people": it.people,
                "origin": match &it.origin { Origin::Kiosk => "kiosk", Origin::Desk(_) => "desk" },
                "by": match &it.origin { Origin::Kiosk => None, Origin::Desk(by) => Some(by.as_str()) },
                "job": it.job.map(|it| it.to_string()),
                "form": it.form.code(),
                "recused": it.recused.iter().map(StaffId::as_str).collect::<Vec<_>>(),
                "sealed": it.sealed,
            }),
        ),
        Event::Called { counter, by, calls } => (
            "visit.called",
            json!({ "counter": counter.0, "by": by.as_str(), "calls": calls }),
        ),
        Event::Begun { counter, by, takes } => (
            "visit.begun",
            json!({ "counter": counter.0, "by": by.as_str(), "takes": matters::write_takes(takes.as_deref()) }),
        ),
        Event::Missed { by } => ("visit.missed", json!({ "by": by.as_str() })),
        Event::Rejoined { by, after } => ("visit.rejoined", json!({ "by": by.as_str(), "after": after })),
        Event::Offered(it) => (
            "visit.offered",
            json!({
                "offer": it.offer.0,
                "matter_index": it.matter.0,
                "from": it.from.as_str(),
                "to": it.to.as_str(),
                "department": it.department.as_str(),
                "reason": it.reason.code(),
                "led": it.led,
            }),
        ),
        Event::Accepted { offer } => ("visit.accepted", json!({ "offer": offer.0 })),
        Event::Refused { offer, reason } => (
            "visit.refused",
            json!({ "offer": offer.0, "reason": reason.code() }),
        ),
        Event::Lapsed { offer } => ("visit.lapsed", json!({ "offer": offer.0 })),
        Event::Closed {
            matter,
            outcome,
            told,
            by,
            ..
        } => (
            "visit.closed",
            json!({
                "matter_index": matter.0,
                "outcome": outcome.code(),
                "told": told.code(),
                "by": by.as_str(),
            }),
        ),
        Event::Received { .. }
        | Event::MatterAdded(_)
        | Event::Reordered { .. }
        | Event::Escalated(_)
        | Event::Decided(_)
        | Event::NoticeGiven(_)
        | Event::MaterialsReceived(_)
        | Event::Undertaken(_)
        | Event::Extended(_)
        | Event::Returned { .. }
        | Event::Merged(_)
        | Event::PetitionTaken(_)
        | Event::Delivered(_)
        | Event::Sealed(_)
        | Event::Opened { .. }
        | Event::Recused { .. }
        | Event::UrgencyKnown { .. }
        | Event::Rang(_)
        | Event::PaperAsked { .. } => matters::write(event),
        Event::Classed { class, by, .. } => (
            "visit.classed",
            json!({ "class": class.code(), "by": by.as_str() }),
        ),
        Event::RolledOver { by, told } => (
            "visit.rolled-over",
            json!({ "by": by.as_str(), "told": told.code() }),
        ),
        Event::CalledBack { by, reached } => (
            "visit.called-back",
            json!({ "by": by.as_str(), "reached": reached }),
        ),
        Event::HandedOn(_)
        | Event::Joined(_)
        | Event::ProgressTold(_)
        | Event::ClockSet(_)
        | Event::Objected(_)
        | Event::ObjectionAnswered(_) => steps::write(event),
        Event::Reprinted { job, by } => (
            "visit.reprinted",
            json!({ "job": job.to_string(), "by": by.as_str() }),
        ),
        Event::SlipSettled { job, outcome } => (
            "slip.settled",
            json!({ "job": job.to_string(), "outcome": outcome.code() }),
        ),
    };
    facts["visit"] = json!(visit.to_string());
    let personal = match event {
        Event::Registered(it) if !it.personal.is_empty() => Some(json!({
            "name": it.personal.name.as_ref().map(Sensitive::reveal),
            "phone": it.personal.phone.as_ref().map(Sensitive::reveal),
            "name_by_clerk": it.personal.name_by_clerk,
        })),
        Event::Closed { note, referral, .. } if note.is_some() || referral.is_some() => Some(json!({
            "note": note.as_ref().map(Sensitive::reveal),
            "referral": referral.as_ref().map(|it| {
                let it = it.reveal();
                json!({
                    "body": it.body,
                    "address": it.address,
                    "phone": it.phone,
                    "way": it.way,
                    "until": it.until,
                })
            }),
        })),
        Event::Classed {
            reason: Some(note), ..
        } => Some(json!({ "note": note.reveal() })),
        _ => matters::write_personal(event).or_else(|| steps::write_personal(event)),
    };
    Facts {
        kind,
        schema_version: newest(kind),
        facts: bytes(&facts),
        personal: personal.map(|it| bytes(&it).into()),
    }
}

/// Kinds that have had more than one form, and the newest. `tests/all/replay.rs` holds every form of each as it
/// stands on disk.
pub const FORMS: &[(&str, u16)] = &[
    // 2: how they came, who is recused, whether it is sealed; no slip for a letter or a call.
    // 3: the appointment, and the wait they were told.
    // 4: whether the name, or a character of it, is left to staff.
    ("visit.registered", 4),
    // 2: for which matters. Version 1 was for every open one of the department.
    ("visit.begun", 2),
    ("visit.received", 2),
    // 2: whether whoever served, or had called, is somebody else, and the number waits again. In version 1 they served on.
    ("visit.sealed", 2),
    // 2: which matter they came back for. Version 1 was anybody's of the department.
    ("visit.returned", 2),
    // 2: whether whoever stays out was serving, and the number waits again. In version 1 they went on.
    ("visit.recused", 2),
    // 2: who answers until the leader has decided. In version 1 whoever answered went on, also who stays out.
    ("matter.escalated", 2),
    // 2: how the visitor was told. Version 1 was on paper always.
    ("matter.notice-given", 2),
    // 2: whether the facts are those of the review by which it is not accepted again.
    // 3: of what is sealed, that it is, and no more.
    ("petition.taken", 3),
    // 2: where the visitor was sent, part by part. Version 1 had it in the note.
    ("visit.closed", 2),
    // 2: which matters go along.
    ("office.turn-note", 2),
];

/// The newest form of `kind`: what is written.
pub(super) fn newest(kind: &str) -> u16 {
    let several = FORMS.iter().find(|it| it.0 == kind);
    several.map_or(1, |it| it.1)
}

/// Writes what happened to the box.
pub fn write_box_event(event: &BoxEvent) -> Facts {
    let (kind, facts) = match event {
        BoxEvent::Started { version } => ("box.started", json!({ "version": version })),
        BoxEvent::ClockStepped { by_ms } => ("box.clock-stepped", json!({ "by_ms": by_ms })),
        BoxEvent::DayClosed(day) => ("day.closed", write_day(day)),
        BoxEvent::AccountSet { staff } => ("account.set", json!({ "staff": staff.as_str() })),
        BoxEvent::PresenceSet { staff, presence } => (
            "staff.presence",
            json!({
                "staff": staff.as_str(),
                "at": presence.at.code(),
                "since": presence.since.timestamp_millis(),
                "until": presence.until.map(|it| it.timestamp_millis()),
            }),
        ),
        BoxEvent::ScreenWatched { by, began } => {
            ("screen.watched", json!({ "by": by.as_str(), "began": began }))
        }
        BoxEvent::Repaired { epoch, missing } => {
            ("box.repaired", json!({ "epoch": epoch, "missing": missing }))
        }
    };
    Facts {
        kind,
        schema_version: 1,
        facts: bytes(&facts),
        personal: None,
    }
}

/// Reads what [`write_event`] wrote; `personal` is none where there was none or its key is destroyed.
///
/// # Errors
/// What is wrong, in words for the operator; never the content.
pub fn read_event(
    kind: &str,
    schema_version: u16,
    facts: &[u8],
    personal: Option<&[u8]>,
) -> Result<Event, String> {
    if !(1..=newest(kind)).contains(&schema_version) {
        return Err(format!("{kind} has schema version {schema_version}"));
    }
    let facts = Fields(object(facts)?);
    let personal = personal.map(object).transpose()?.map(Fields);
    let told = |name: &str| -> Option<Sensitive<String>> {
        personal
            .as_ref()
            .and_then(|it| it.text(name).ok())
            .map(|it| Sensitive::new(it.to_owned()))
    };
    Ok(match kind {
        "visit.registered" => Event::Registered(Box::new(Registered {
            tap: TapKey(facts.uuid("tap")?),
            day: ServiceDay(facts.text("day")?.parse().map_err(|_| wrong("day"))?),
            number: facts.text("number")?.parse().map_err(|_| wrong("number"))?,
            matter: facts.maybe_text("matter").map(Into::into),
            kind: facts.maybe_text("kind").and_then(MatterKind::from_code),
            department: facts.text("department")?.into(),
            rule: facts.text("rule")?.into(),
            responder: facts.text("responder")?.into(),
            post: facts.code("post", DutyPost::from_code)?,
            class: facts.code("class", Class::from_code)?,
            booked: facts.moment("booked_at")?,
            wait: read_wait(&facts),
            language: facts.code("language", Language::from_code)?,
            people: facts.number("people")?,
            origin: match facts.text("origin")? {
                "kiosk" => Origin::Kiosk,
                _ => Origin::Desk(facts.text("by")?.into()),
            },
            job: match facts.maybe_text("job") {
                Some(_) => Some(JobId(facts.uuid("job")?)),
                None => None,
            },
            personal: Personal {
                name: told("name"),
                phone: told("phone"),
                name_by_clerk: personal
                    .as_ref()
                    .is_some_and(|it| it.truth("name_by_clerk") == Ok(true)),
            },
            // What version 1 did not say: a visit, open to whoever may see it.
            form: match schema_version {
                1 => Form::Visit,
                _ => facts.code("form", Form::from_code)?,
            },
            recused: match schema_version {
                1 => Vec::new(),
                _ => facts.texts("recused")?.into_iter().map(StaffId::from).collect(),
            },
            sealed: match schema_version {
                1 => false,
                _ => facts.truth("sealed")?,
            },
        })),
        "visit.called" => Event::Called {
            counter: CounterId(facts.number("counter")?),
            by: facts.staff("by")?,
            calls: facts.number("calls")?,
        },
        "visit.begun" => Event::Begun {
            counter: CounterId(facts.number("counter")?),
            by: facts.staff("by")?,
            takes: matters::read_takes(&facts)?,
        },
        "visit.missed" => Event::Missed {
            by: facts.staff("by")?,
        },
        "visit.rejoined" => Event::Rejoined {
            by: facts.staff("by")?,
            after: facts.number("after")?,
        },
        "visit.offered" => Event::Offered(Box::new(Offered {
            offer: facts.offer()?,
            matter: MatterIndex(facts.number("matter_index")?),
            from: facts.staff("from")?,
            to: facts.staff("to")?,
            department: facts.text("department")?.into(),
            reason: facts.code("reason", HandoverReason::from_code)?,
            led: facts.truth("led")?,
        })),
        "visit.accepted" => Event::Accepted {
            offer: facts.offer()?,
        },
        "visit.refused" => Event::Refused {
            offer: facts.offer()?,
            reason: facts.code("reason", RefuseReason::from_code)?,
        },
        "visit.lapsed" => Event::Lapsed {
            offer: facts.offer()?,
        },
        "visit.closed" => Event::Closed {
            matter: MatterIndex(facts.number("matter_index")?),
            outcome: facts.code("outcome", Outcome::from_code)?,
            told: facts.code("told", Told::from_code)?,
            by: facts.staff("by")?,
            note: told("note"),
            referral: personal.as_ref().and_then(read_referral),
        },
        "visit.classed" => Event::Classed {
            class: facts.code("class", Class::from_code)?,
            by: facts.staff("by")?,
            reason: told("note"),
        },
        "visit.rolled-over" => Event::RolledOver {
            by: facts.staff("by")?,
            told: facts.code("told", Told::from_code)?,
        },
        "visit.called-back" => Event::CalledBack {
            by: facts.staff("by")?,
            reached: facts.truth("reached")?,
        },
        "visit.reprinted" => Event::Reprinted {
            job: JobId(facts.uuid("job")?),
            by: facts.staff("by")?,
        },
        "slip.settled" => Event::SlipSettled {
            job: JobId(facts.uuid("job")?),
            outcome: facts.code("outcome", SlipOutcome::from_code)?,
        },
        _ => {
            let of_matter = matters::read((kind, schema_version), &facts, personal.as_ref(), &told)?;
            let read = match of_matter {
                None => steps::read(kind, &facts, &told)?,
                read => read,
            };
            read.ok_or_else(|| format!("{kind} is no kind of event of a visit"))?
        }
    })
}

/// Where a visitor was sent, if the personal part of a closing says so.
fn read_referral(personal: &Fields) -> Option<Sensitive<Box<Referral>>> {
    let parts = personal.0.get("referral")?.as_object()?;
    let part = |name: &str| {
        parts
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Some(Sensitive::new(Box::new(Referral {
        body: part("body"),
        address: part("address"),
        phone: part("phone"),
        way: part("way"),
        until: part("until"),
    })))
}

/// Reads what [`write_box_event`] wrote.
///
/// # Errors
/// What is wrong, in words for the operator.
pub fn read_box_event(kind: &str, schema_version: u16, facts: &[u8]) -> Result<BoxEvent, String> {
    if schema_version != 1 {
        return Err(format!("{kind} has schema version {schema_version}"));
    }
    let facts = Fields(object(facts)?);
    Ok(match kind {
        "box.started" => BoxEvent::Started {
            version: facts.text("version")?.to_owned(),
        },
        "box.clock-stepped" => BoxEvent::ClockStepped {
            by_ms: facts
                .0
                .get("by_ms")
                .and_then(Value::as_i64)
                .ok_or_else(|| wrong("by_ms"))?,
        },
        "day.closed" => BoxEvent::DayClosed(Box::new(read_day(&facts)?)),
        "account.set" => BoxEvent::AccountSet {
            staff: facts.staff("staff")?,
        },
        "staff.presence" => BoxEvent::PresenceSet {
            staff: facts.staff("staff")?,
            presence: Presence {
                at: facts.code("at", Whereabouts::from_code)?,
                since: facts.moment("since")?.ok_or_else(|| wrong("since"))?,
                until: facts.moment("until")?,
            },
        },
        "screen.watched" => BoxEvent::ScreenWatched {
            by: facts.staff("by")?,
            began: facts.truth("began")?,
        },
        "box.repaired" => BoxEvent::Repaired {
            epoch: facts.number("epoch")?,
            missing: facts
                .0
                .get("missing")
                .and_then(|it| serde_json::from_value(it.clone()).ok())
                .ok_or_else(|| wrong("missing"))?,
        },
        _ => return Err(format!("{kind} is no kind of event of the box")),
    })
}

pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    pub(super) fn truth(&self, name: &str) -> Result<bool, String> {
        let found = self.0.get(name).and_then(Value::as_bool);
        found.ok_or_else(|| wrong(name))
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<&str>, String> {
        let found = self.0.get(name).and_then(Value::as_array);
        let texts = found.and_then(|it| it.iter().map(Value::as_str).collect());
        texts.ok_or_else(|| wrong(name))
    }

    /// Milliseconds UTC, where there are any.
    fn moment(&self, name: &str) -> Result<Option<Timestamp>, String> {
        match self.0.get(name).and_then(Value::as_i64) {
            Some(ms) => Timestamp::from_timestamp_millis(ms)
                .map(Some)
                .ok_or_else(|| wrong(name)),
            None => Ok(None),
        }
    }

    pub(super) fn day(&self, name: &str) -> Result<ServiceDay, String> {
        Ok(ServiceDay(self.text(name)?.parse().map_err(|_| wrong(name))?))
    }

    pub(super) fn maybe_day(&self, name: &str) -> Result<Option<ServiceDay>, String> {
        self.maybe_text(name).map(|_| self.day(name)).transpose()
    }

    pub(super) fn maybe_number<T: TryFrom<u64>>(&self, name: &str) -> Result<Option<T>, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.number(name).map(Some),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        self.0
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| wrong(name))
    }

    pub(super) fn maybe_text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(super) fn staff(&self, name: &str) -> Result<StaffId, String> {
        Ok(self.text(name)?.into())
    }

    pub(super) fn uuid(&self, name: &str) -> Result<Uuid, String> {
        self.text(name)?.parse().map_err(|_| wrong(name))
    }

    pub(super) fn number<T: TryFrom<u64>>(&self, name: &str) -> Result<T, String> {
        let number = self
            .0
            .get(name)
            .and_then(Value::as_u64)
            .ok_or_else(|| wrong(name))?;
        T::try_from(number).map_err(|_| wrong(name))
    }

    pub(super) fn offer(&self) -> Result<OfferIndex, String> {
        Ok(OfferIndex(self.number("offer")?))
    }

    pub(super) fn code<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        read(self.text(name)?).ok_or_else(|| wrong(name))
    }
}

pub(super) fn wrong(name: &str) -> String {
    format!("{name} is missing or is not what it should be")
}

pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err("it is no JSON object".to_owned()),
    }
}

pub(super) fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("a value with text keys is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sensitive;

    fn registered() -> Event {
        Event::Registered(Box::new(Registered {
            tap: TapKey(Uuid::from_u128(9)),
            day: ServiceDay("2026-03-02".parse().unwrap()),
            number: "A001".parse().unwrap(),
            matter: Some("low-income".into()),
            kind: Some(MatterKind::Service),
            department: "civil".into(),
            rule: "low-income".into(),
            responder: "zhang".into(),
            post: DutyPost::A,
            class: Class::Priority,
            booked: Timestamp::from_timestamp_millis(1_772_415_000_000),
            wait: Some(crate::domain::wait::Wait::of(20 * 60_000)),
            language: Language::Chinese,
            people: 1,
            origin: Origin::Desk("li".into()),
            job: Some(JobId(Uuid::from_u128(7))),
            form: Form::Visit,
            recused: vec!["wu".into()],
            sealed: false,
            personal: Personal {
                name: sensitive::name("王𠅤㛃").unwrap(),
                phone: sensitive::phone("13800138000").unwrap(),
                name_by_clerk: true,
            },
        }))
    }

    fn all() -> Vec<Event> {
        let offer = OfferIndex(0);
        vec![
            registered(),
            Event::Called {
                counter: CounterId(3),
                by: "zhang".into(),
                calls: 1,
            },
            Event::Begun {
                counter: CounterId(3),
                by: "zhang".into(),
                takes: Some(vec![MatterIndex(0), MatterIndex(2)]),
            },
            Event::Missed { by: "zhang".into() },
            Event::Rejoined {
                by: "zhang".into(),
                after: 4,
            },
            Event::Offered(Box::new(Offered {
                offer,
                matter: MatterIndex(0),
                from: "zhang".into(),
                to: "wu".into(),
                department: "labour".into(),
                reason: HandoverReason::OtherDuty,
                led: true,
            })),
            Event::Accepted { offer },
            Event::Refused {
                offer,
                reason: RefuseReason::NotOurDuty,
            },
            Event::Lapsed { offer },
            Event::Closed {
                matter: MatterIndex(0),
                outcome: Outcome::OutsideTold,
                told: Told::InPerson,
                by: "wu".into(),
                note: sensitive::note("先打电话").unwrap(),
                referral: Some(Sensitive::new(Box::new(Referral {
                    body: "区人社局".into(),
                    address: "人民路 1 号".into(),
                    phone: "12333".into(),
                    way: "劳动仲裁".into(),
                    until: "2027-03-01".into(),
                }))),
            },
            Event::Closed {
                matter: MatterIndex(0),
                outcome: Outcome::Answered,
                told: Told::InPerson,
                by: "wu".into(),
                note: None,
                referral: None,
            },
            Event::Classed {
                class: Class::Danger,
                by: "sun".into(),
                reason: sensitive::note("王秀英的家人要跳楼").unwrap(),
            },
            Event::Classed {
                class: Class::Ordinary,
                by: "sun".into(),
                reason: None,
            },
            Event::RolledOver {
                by: "sun".into(),
                told: Told::InPerson,
            },
            Event::CalledBack {
                by: "zhao".into(),
                reached: true,
            },
            Event::Reprinted {
                job: JobId(Uuid::from_u128(8)),
                by: "wu".into(),
            },
            Event::SlipSettled {
                job: JobId(Uuid::from_u128(8)),
                outcome: SlipOutcome::Printed,
            },
        ]
        .into_iter()
        .chain(matters::tests::all())
        .chain(steps::tests::all())
        .collect()
    }

    fn closed_day() -> crate::domain::wait::ClosedDay {
        use crate::domain::wait::{ClosedDay, DayFigures, Hits, Served};
        let (count, ms) = (3, 1_800_001);
        let hits = Hits {
            told: 5,
            inside: 4,
            error_ms: 77_000,
        };
        let served = [Some("low-income".into()), None].map(|it| (it, Served { count, ms }));
        let day = ServiceDay("2026-03-02".parse().unwrap());
        let figures = DayFigures {
            served: served.into(),
            hits,
            left_waiting: 2,
            night: 1,
        };
        ClosedDay { day, figures }
    }

    #[test]
    fn a_registration_of_an_older_schema_has_no_appointment_and_was_told_no_wait() {
        let Event::Registered(mut expected) = registered() else {
            panic!("a registration")
        };
        let facts = write_event(VisitId(Uuid::from_u128(1)), &registered());
        let mut old: Map<String, Value> = serde_json::from_slice(&facts.facts).unwrap();
        assert!(old.remove("booked_at").is_some() && old.remove("wait").is_some());
        let personal = facts.personal.as_ref().map(|it| it.as_slice());
        let old = serde_json::to_vec(&old).unwrap();
        let read = read_event(facts.kind, 2, &old, personal);
        (expected.booked, expected.wait) = (None, None);
        assert_eq!(read, Ok(Event::Registered(expected.clone())));
        let read = read_event(facts.kind, 1, &old, personal);
        (expected.booked, expected.wait, expected.recused) = (None, None, Vec::new());
        assert_eq!(read, Ok(Event::Registered(expected)));
    }

    #[test]
    fn every_event_reads_as_it_was_written() {
        for event in all() {
            let facts = write_event(VisitId(Uuid::from_u128(1)), &event);
            let personal = facts.personal.as_ref().map(|it| it.as_slice());
            let read = read_event(facts.kind, facts.schema_version, &facts.facts, personal);
            assert_eq!(read.as_ref(), Ok(&event));
        }
        let missing = vec![(3, 5), (9, 9)];
        for event in [
            BoxEvent::Started {
                version: "0.1.0".into(),
            },
            BoxEvent::ClockStepped { by_ms: -5 },
            BoxEvent::DayClosed(Box::new(closed_day())),
            BoxEvent::AccountSet { staff: "li".into() },
            BoxEvent::PresenceSet {
                staff: "li".into(),
                presence: Presence {
                    at: Whereabouts::Meeting,
                    since: Timestamp::from_timestamp_millis(1_772_411_400_000).unwrap(),
                    until: Timestamp::from_timestamp_millis(1_772_415_000_000),
                },
            },
            BoxEvent::ScreenWatched {
                by: "li".into(),
                began: true,
            },
            BoxEvent::Repaired { epoch: 1, missing },
        ] {
            let facts = write_box_event(&event);
            assert_eq!(read_box_event(facts.kind, 1, &facts.facts), Ok(event));
        }
    }

    #[test]
    fn facts_hold_nothing_personal() {
        for event in all() {
            let facts = String::from_utf8(write_event(VisitId(Uuid::nil()), &event).facts).unwrap();
            for secret in ["王", "𠅤", "138", "人民路", "name", "phone", "\"note\"", "claim"] {
                assert!(!facts.contains(secret), "{facts}");
            }
        }
    }

    #[test]
    fn rubbish_reads_as_an_error_that_does_not_repeat_it() {
        let kinds = [
            "visit.registered",
            "visit.called",
            "visit.closed",
            "slip.settled",
            "?",
        ];
        for facts in [
            "",
            "[]",
            "{",
            "{}",
            "{\"counter\": 999, \"by\": \"x\"}",
            "{\"by\": 3}",
            "\u{0}王秀英",
        ] {
            for kind in kinds {
                let why = read_event(kind, 1, facts.as_bytes(), Some(b"\xff")).unwrap_err();
                assert!(!why.contains("王秀英"));
            }
        }
        assert!(read_event("visit.called", 2, b"{}", None).is_err());
    }
}
