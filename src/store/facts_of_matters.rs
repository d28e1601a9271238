//! The written form of what happens to the matters of a visit: notices, petitions, limits, alarms, seals.
//! The rules of [`facts`](crate::store::facts) hold: a form once written is never changed.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::event::{
    Basis, Bell, Decided, Delivered, DeliveryWay, Document, Escalated, EscalationReason, Event, Extended,
    MaterialsReceived, MatterAdded, Merged, NoticeGiven, OpenReason, PaperKind, PetitionCategory, Promised,
    Rang, Sealing, Told, Undertaken,
};
use crate::domain::ids::{ContentCode, JobId, MatterIndex, StaffId, VisitId};
use crate::domain::limit::{Count, Due, Limit, LimitKind, Pause};
use crate::domain::office::MatterKind;
use crate::domain::petition::{Petition, PetitionWords};
use crate::domain::roster::DutyPost;
use crate::domain::sensitive::Sensitive;
use crate::store::facts::{Fields, wrong};

pub(super) type Note<'a> = &'a dyn Fn(&str) -> Option<Sensitive<String>>;

/// Kind and facts of an event of a matter.
pub(super) fn write(event: &Event) -> (&'static str, Value) {
    let ids = |it: &[StaffId]| it.iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>();
    match event {
        Event::Received { by, takes } => (
            "visit.received",
            json!({ "by": by.as_str(), "takes": write_takes(takes.as_deref()) }),
        ),
        Event::MatterAdded(it) => (
            "matter.added",
            json!({
                "matter_index": it.index.0,
                "matter": it.matter.as_ref().map(|it| it.as_str()),
                "kind": it.kind.map(MatterKind::code),
                "department": it.department.as_str(),
                "rule": it.rule.as_str(),
                "responder": it.responder.as_str(),
                "post": it.post.code(),
                "by": it.by.as_ref().map(StaffId::as_str),
            }),
        ),
        Event::Reordered { order, by } => (
            "visit.reordered",
            json!({ "order": order.iter().map(|it| it.0).collect::<Vec<_>>(), "by": by.as_str() }),
        ),
        Event::Escalated(it) => (
            "matter.escalated",
            json!({
                "matter_index": it.matter.0,
                "reason": it.why.code(),
                "to": it.to.as_str(),
                "until": it.until.to_string(),
                "by": it.by.as_ref().map(StaffId::as_str),
                "answers": it.answers.as_ref().map(StaffId::as_str),
            }),
        ),
        Event::Decided(it) => (
            "matter.decided",
            json!({
                "matter_index": it.matter.0,
                "to": it.to.as_str(),
                "department": it.department.as_str(),
                "by": it.by.as_str(),
            }),
        ),
        Event::NoticeGiven(it) => (
            "matter.notice-given",
            json!({
                "matter_index": it.matter.0,
                "missing": it.missing,
                "told": it.told.code(),
                "by": it.by.as_str(),
            }),
        ),
        Event::MaterialsReceived(it) => (
            "matter.materials-received",
            json!({ "matter_index": it.matter.0, "items": it.items, "by": it.by.as_str() }),
        ),
        Event::Undertaken(it) => (
            "matter.undertaken",
            json!({
                "matter_index": it.matter.0,
                "basis": it.basis.code(),
                "promised": write_promised(&it.promised),
                "by": it.by.as_str(),
            }),
        ),
        Event::Extended(it) => (
            "matter.extended",
            json!({
                "matter_index": it.matter.0,
                "promised": write_promised(&it.promised),
                "approved_by": it.approved_by.as_str(),
                "by": it.by.as_str(),
            }),
        ),
        Event::Returned { by, matter } => (
            "visit.returned",
            json!({ "by": by.as_str(), "matter_index": matter.map(|it| it.0) }),
        ),
        Event::Merged(it) => (
            "matter.merged",
            json!({
                "matter_index": it.matter.0,
                "into": it.into.to_string(),
                "told": it.told.code(),
                "by": it.by.as_str(),
            }),
        ),
        // All of it goes into the part that is sealed.
        Event::PetitionTaken(it) if it.category == PetitionCategory::Report => (
            "petition.taken",
            json!({ "matter_index": it.matter.0, "sealed": true, "by": it.by.as_str() }),
        ),
        Event::PetitionTaken(it) => (
            "petition.taken",
            json!({
                "sealed": false,
                "matter_index": it.matter.0,
                "category": it.category.code(),
                "item": it.item,
                "content": it.content.as_str(),
                "people": it.people,
                "representatives": it.representatives,
                "anonymous": it.anonymous,
                "earlier": it.earlier,
                "system_number": it.system_number,
                "system_date": it.system_date.map(|it| it.to_string()),
                "accepted": it.accepted.map(|it| it.to_string()),
                "not_again": it.not_again,
                "same_facts": it.same_facts,
                "informs": it.informs,
                "by": it.by.as_str(),
            }),
        ),
        Event::Delivered(it) => (
            "matter.delivered",
            json!({
                "matter_index": it.matter.0,
                "document": it.document.code(),
                "on": it.on.to_string(),
                "way": it.way.code(),
                "by": it.by.as_str(),
            }),
        ),
        Event::Sealed(it) => (
            "visit.sealed",
            json!({
                "contact": it.contact.as_str(),
                "by": it.by.as_ref().map(StaffId::as_str),
                "key": it.key.as_deref().map(hex),
                "waits": it.waits,
            }),
        ),
        Event::Opened { by, reason } => (
            "visit.opened",
            json!({ "by": by.as_str(), "reason": reason.code() }),
        ),
        Event::UrgencyKnown { by } => ("visit.urgency-known", json!({ "by": by.as_str() })),
        Event::Recused { staff, by, waits } => (
            "visit.recused",
            json!({ "staff": staff.as_str(), "by": by.as_str(), "waits": waits }),
        ),
        Event::Rang(it) => (
            "visit.rang",
            json!({
                "bell": it.bell.code(),
                "matter_index": it.matter.map(|it| it.0),
                "limit": it.limit.map(LimitKind::code),
                "day": it.day.to_string(),
                "to": ids(&it.to),
            }),
        ),
        Event::PaperAsked {
            job,
            paper,
            matter,
            by,
        } => (
            "paper.asked",
            json!({
                "job": job.to_string(),
                "paper": paper.code(),
                "matter_index": matter.0,
                "by": by.as_str(),
            }),
        ),
        _ => unreachable!("the caller names every event this file writes"),
    }
}

/// What of an event names people.
pub(super) fn write_personal(event: &Event) -> Option<Value> {
    let noted = |it: &Option<Sensitive<String>>| it.as_ref().map(|it| json!({ "note": it.reveal() }));
    match event {
        Event::Escalated(it) => noted(&it.note),
        Event::Decided(it) => noted(&it.note),
        Event::NoticeGiven(it) => noted(&it.note),
        Event::MaterialsReceived(it) => noted(&it.note),
        Event::Extended(it) => noted(&it.note),
        Event::PetitionTaken(it) if it.category == PetitionCategory::Report => {
            let mut all = write_words(&it.words);
            all["register"] = json!({
                "content": it.content.as_str(),
                "people": it.people,
                "representatives": it.representatives,
                "anonymous": it.anonymous,
                "earlier": it.earlier,
                "system_number": it.system_number,
                "system_date": it.system_date.map(|it| it.to_string()),
            });
            Some(all)
        }
        Event::PetitionTaken(it) if !it.words.is_empty() => Some(write_words(&it.words)),
        _ => None,
    }
}

fn write_words(words: &PetitionWords) -> Value {
    let text = |it: &Option<Sensitive<String>>| it.as_ref().map(|it| it.reveal().clone());
    json!({
        "name": text(&words.name),
        "address": text(&words.address),
        "phone": text(&words.phone),
        "claim": text(&words.claim),
        "facts": text(&words.facts),
        "before": text(&words.before),
        "representatives": text(&words.representatives),
    })
}

/// Reads what [`write`] wrote; none for a kind that is not of this file.
///
/// # Errors
/// What is wrong, in words for the operator; never the content.
pub(super) fn read(
    (kind, version): (&str, u16),
    facts: &Fields,
    personal: Option<&Fields>,
    told: Note<'_>,
) -> Result<Option<Event>, String> {
    let matter = || Ok::<_, String>(MatterIndex(facts.number("matter_index")?));
    let maybe_staff = |name: &str| facts.maybe_text(name).map(StaffId::from);
    let own = |name: &str| Ok::<_, String>(facts.texts(name)?.into_iter().map(str::to_owned).collect());
    Ok(Some(match kind {
        "visit.received" => Event::Received {
            by: facts.staff("by")?,
            takes: read_takes(facts)?,
        },
        "matter.added" => Event::MatterAdded(Box::new(MatterAdded {
            index: matter()?,
            matter: facts.maybe_text("matter").map(Into::into),
            kind: facts.maybe_text("kind").and_then(MatterKind::from_code),
            department: facts.text("department")?.into(),
            rule: facts.text("rule")?.into(),
            responder: facts.staff("responder")?,
            post: facts.code("post", DutyPost::from_code)?,
            by: maybe_staff("by"),
        })),
        "visit.reordered" => Event::Reordered {
            order: indexes(facts, "order")?,
            by: facts.staff("by")?,
        },
        "matter.escalated" => Event::Escalated(Box::new(Escalated {
            matter: matter()?,
            why: facts.code("reason", EscalationReason::from_code)?,
            to: facts.staff("to")?,
            until: facts.day("until")?,
            by: maybe_staff("by"),
            answers: maybe_staff("answers"),
            note: told("note"),
        })),
        "matter.decided" => Event::Decided(Box::new(Decided {
            matter: matter()?,
            to: facts.staff("to")?,
            department: facts.text("department")?.into(),
            by: facts.staff("by")?,
            note: told("note"),
        })),
        "matter.notice-given" => Event::NoticeGiven(Box::new(NoticeGiven {
            matter: matter()?,
            missing: own("missing")?,
            told: match version {
                1 => Told::Writing,
                _ => facts.code("told", Told::from_code)?,
            },
            by: facts.staff("by")?,
            note: told("note"),
        })),
        "matter.materials-received" => Event::MaterialsReceived(Box::new(MaterialsReceived {
            matter: matter()?,
            items: own("items")?,
            by: facts.staff("by")?,
            note: told("note"),
        })),
        "matter.undertaken" => Event::Undertaken(Box::new(Undertaken {
            matter: matter()?,
            basis: facts.code("basis", Basis::from_code)?,
            promised: read_promised(facts)?,
            by: facts.staff("by")?,
        })),
        "matter.extended" => Event::Extended(Box::new(Extended {
            matter: matter()?,
            promised: read_promised(facts)?,
            approved_by: facts.staff("approved_by")?,
            by: facts.staff("by")?,
            note: told("note"),
        })),
        "visit.returned" => Event::Returned {
            by: facts.staff("by")?,
            matter: facts.maybe_number("matter_index")?.map(MatterIndex),
        },
        "matter.merged" => Event::Merged(Box::new(Merged {
            matter: matter()?,
            into: VisitId(facts.uuid("into")?),
            told: facts.code("told", Told::from_code)?,
            by: facts.staff("by")?,
        })),
        "petition.taken" => Event::PetitionTaken(Box::new(match version {
            3.. if facts.truth("sealed")? => sealed_petition(matter()?, facts.staff("by")?, personal, told)?,
            _ => petition((facts, version), matter()?, told)?,
        })),
        "matter.delivered" => Event::Delivered(Box::new(Delivered {
            matter: matter()?,
            document: facts.code("document", Document::from_code)?,
            on: facts.day("on")?,
            way: facts.code("way", DeliveryWay::from_code)?,
            by: facts.staff("by")?,
        })),
        "visit.sealed" => Event::Sealed(Box::new(Sealing {
            contact: facts.staff("contact")?,
            by: maybe_staff("by"),
            key: match facts.maybe_text("key") {
                Some(text) => Some(unhex(text).ok_or_else(|| wrong("key"))?),
                None => None,
            },
            waits: version != 1 && facts.truth("waits")?,
        })),
        "visit.opened" => Event::Opened {
            by: facts.staff("by")?,
            reason: facts.code("reason", OpenReason::from_code)?,
        },
        "visit.recused" => Event::Recused {
            staff: facts.staff("staff")?,
            by: facts.staff("by")?,
            // Of version 1 whoever served went on, until somebody did something else.
            waits: version != 1 && facts.truth("waits")?,
        },
        "visit.urgency-known" => Event::UrgencyKnown {
            by: facts.staff("by")?,
        },
        "visit.rang" => Event::Rang(Box::new(Rang {
            bell: facts.code("bell", Bell::from_code)?,
            matter: facts.maybe_number("matter_index")?.map(MatterIndex),
            limit: facts.maybe_text("limit").and_then(LimitKind::from_code),
            day: facts.day("day")?,
            to: facts.texts("to")?.into_iter().map(StaffId::from).collect(),
        })),
        "paper.asked" => Event::PaperAsked {
            job: JobId(facts.uuid("job")?),
            paper: facts.code("paper", PaperKind::from_code)?,
            matter: matter()?,
            by: facts.staff("by")?,
        },
        _ => return Ok(None),
    }))
}

/// What stands in the register of a report, for whoever has the key; a stub for everybody else.
fn sealed_petition(
    matter: MatterIndex,
    by: StaffId,
    personal: Option<&Fields>,
    told: Note<'_>,
) -> Result<Petition, String> {
    let stub = Petition::sealed(matter, by);
    let register = personal
        .and_then(|it| it.0.get("register"))
        .and_then(Value::as_object);
    let Some(register) = register.map(|it| Fields(it.clone())) else {
        return Ok(stub);
    };
    Ok(Petition {
        content: content(&register)?,
        people: register.number("people")?,
        representatives: register.number("representatives")?,
        anonymous: register.truth("anonymous")?,
        earlier: register.number("earlier")?,
        system_number: register.maybe_text("system_number").map(str::to_owned),
        system_date: register.maybe_day("system_date")?,
        words: read_words(told),
        ..stub
    })
}

/// Any code: the list is the office's, and an old register may name one it no longer has.
fn content(facts: &Fields) -> Result<ContentCode, String> {
    match facts.text("content")? {
        "" => Err(wrong("content")),
        code => Ok(code.into()),
    }
}

fn read_words(told: Note<'_>) -> PetitionWords {
    PetitionWords {
        name: told("name"),
        address: told("address"),
        phone: told("phone"),
        claim: told("claim"),
        facts: told("facts"),
        before: told("before"),
        representatives: told("representatives"),
    }
}

fn petition(
    (facts, version): (&Fields, u16),
    matter: MatterIndex,
    told: Note<'_>,
) -> Result<Petition, String> {
    Ok(Petition {
        matter,
        category: facts.code("category", PetitionCategory::from_code)?,
        item: facts.maybe_number("item")?,
        content: content(facts)?,
        people: facts.number("people")?,
        representatives: facts.number("representatives")?,
        anonymous: facts.truth("anonymous")?,
        earlier: facts.number("earlier")?,
        system_number: facts.maybe_text("system_number").map(str::to_owned),
        system_date: facts.maybe_day("system_date")?,
        accepted: facts.maybe_day("accepted")?,
        not_again: facts.maybe_text("not_again").map(str::to_owned),
        // Version 1 asked nobody.
        same_facts: version != 1 && facts.truth("same_facts")?,
        informs: facts.truth("informs")?,
        by: facts.staff("by")?,
        words: read_words(told),
    })
}

/// The matters somebody answers for who serves the visitor; none for all of the department.
pub(super) fn write_takes(takes: Option<&[MatterIndex]>) -> Option<Vec<u8>> {
    takes.map(|it| it.iter().map(|it| it.0).collect())
}

/// Reads what [`write_takes`] wrote; entries of the first form have nothing of it.
pub(super) fn read_takes(facts: &Fields) -> Result<Option<Vec<MatterIndex>>, String> {
    match facts.0.get("takes") {
        None | Some(Value::Null) => Ok(None),
        Some(_) => indexes(facts, "takes").map(Some),
    }
}

fn indexes(facts: &Fields, name: &str) -> Result<Vec<MatterIndex>, String> {
    let found = facts.0.get(name).and_then(Value::as_array);
    let read = |it: &Value| Some(MatterIndex(u8::try_from(it.as_u64()?).ok()?));
    let all = found.and_then(|it| it.iter().map(read).collect());
    all.ok_or_else(|| wrong(name))
}

pub(super) fn write_promised(it: &Promised) -> Value {
    let (limit, due) = (&it.limit, &it.due);
    let (unit, length) = match limit.count {
        Count::Natural(length) => ("natural", length),
        Count::Working(length) => ("working", length),
        Count::Months(length) => ("months", length),
    };
    let pauses: Vec<_> = limit
        .pauses
        .iter()
        .map(|it| json!([it.from.to_string(), it.until.map(|it| it.to_string())]))
        .collect();
    json!({
        "limit": limit.kind.code(),
        "started": limit.started.to_string(),
        "unit": unit,
        "length": length,
        "extension": limit.extension,
        "pauses": pauses,
        "last": due.last.to_string(),
        "told": due.told.to_string(),
        "legal": due.legal.to_string(),
        "provisional": due.provisional,
    })
}

pub(super) fn read_promised(facts: &Fields) -> Result<Promised, String> {
    let found = facts.0.get("promised").and_then(Value::as_object);
    let it = Fields(found.ok_or_else(|| wrong("promised"))?.clone());
    let length = it.number("length")?;
    let pause = |it: &Value| {
        let day = |it: &Value| it.as_str()?.parse::<NaiveDate>().ok();
        Some(Pause {
            from: day(it.get(0)?)?,
            until: it.get(1).and_then(day),
        })
    };
    let pauses = it.0.get("pauses").and_then(Value::as_array);
    let pauses = pauses.and_then(|it| it.iter().map(pause).collect());
    Ok(Promised {
        limit: Limit {
            kind: it.code("limit", LimitKind::from_code)?,
            started: it.day("started")?.0,
            count: match it.text("unit")? {
                "natural" => Count::Natural(length),
                "working" => Count::Working(length),
                "months" => Count::Months(length),
                _ => return Err(wrong("unit")),
            },
            extension: it.number("extension")?,
            pauses: pauses.ok_or_else(|| wrong("pauses"))?,
        },
        due: Due {
            last: it.day("last")?.0,
            told: it.day("told")?.0,
            legal: it.day("legal")?.0,
            provisional: it.truth("provisional")?,
        },
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
        .collect::<Option<_>>()?;
    digits
        .len()
        .is_multiple_of(2)
        .then(|| digits.chunks_exact(2).map(|it| it[0] << 4 | it[1]).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::sensitive;
    use crate::domain::time::ServiceDay;
    use uuid::Uuid;

    fn day(text: &str) -> ServiceDay {
        ServiceDay(text.parse().unwrap())
    }

    pub(in crate::store) fn promised() -> Promised {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        Promised {
            limit: Limit {
                kind: LimitKind::Information,
                started: date("2026-03-02"),
                count: Count::Working(20),
                extension: 5,
                pauses: vec![
                    Pause {
                        from: date("2026-03-05"),
                        until: Some(date("2026-03-09")),
                    },
                    Pause {
                        from: date("2026-03-12"),
                        until: None,
                    },
                ],
            },
            due: Due {
                last: date("2026-03-30"),
                told: date("2026-03-30"),
                legal: date("2026-03-30"),
                provisional: true,
            },
        }
    }

    /// One event of each kind of this file, with everything in it that can be.
    pub(in crate::store) fn all() -> Vec<Event> {
        let (matter, by) = (MatterIndex(1), StaffId::from("zhang"));
        let note = || sensitive::note("王𠅤说：人民路 1 号").unwrap();
        let words = |text: &str| Some(Sensitive::new(text.to_owned()));
        vec![
            Event::Received {
                by: by.clone(),
                takes: Some(vec![matter]),
            },
            Event::MatterAdded(Box::new(MatterAdded {
                index: matter,
                matter: None,
                kind: Some(MatterKind::Petition),
                department: "labour".into(),
                rule: "card".into(),
                responder: "zheng".into(),
                post: DutyPost::Asked,
                by: Some(by.clone()),
            })),
            Event::Reordered {
                order: vec![MatterIndex(1), MatterIndex(0)],
                by: by.clone(),
            },
            Event::Escalated(Box::new(Escalated {
                matter,
                why: EscalationReason::ThirdHandover,
                to: "zhao".into(),
                until: day("2026-03-03"),
                by: None,
                answers: Some("zhao".into()),
                note: note(),
            })),
            Event::Decided(Box::new(Decided {
                matter,
                to: "wu".into(),
                department: "civil".into(),
                by: "zhao".into(),
                note: note(),
            })),
            Event::NoticeGiven(Box::new(NoticeGiven {
                matter,
                missing: vec!["身份证".into()],
                told: Told::Writing,
                by: by.clone(),
                note: note(),
            })),
            Event::MaterialsReceived(Box::new(MaterialsReceived {
                matter,
                items: vec!["户口簿".into()],
                by: by.clone(),
                note: None,
            })),
            Event::Undertaken(Box::new(Undertaken {
                matter,
                basis: Basis::Information,
                promised: promised(),
                by: by.clone(),
            })),
            Event::Extended(Box::new(Extended {
                matter,
                promised: promised(),
                approved_by: "wu".into(),
                by: by.clone(),
                note: note(),
            })),
            Event::Returned {
                by: by.clone(),
                matter: Some(matter),
            },
            Event::Merged(Box::new(Merged {
                matter,
                into: VisitId(Uuid::from_u128(5)),
                told: Told::InPerson,
                by: by.clone(),
            })),
            Event::PetitionTaken(Box::new(Petition {
                matter,
                category: PetitionCategory::Appeal,
                item: Some(6),
                content: "construction".into(),
                people: 9,
                representatives: 2,
                anonymous: false,
                earlier: 1,
                system_number: Some("3301-2026-17".into()),
                system_date: Some(day("2026-03-03")),
                accepted: Some(day("2026-03-04")),
                not_again: Some("复核〔2025〕3 号".into()),
                same_facts: true,
                informs: true,
                by: by.clone(),
                words: PetitionWords {
                    name: words("王秀英"),
                    address: words("人民路 1 号"),
                    phone: words("13800138000"),
                    claim: words("王㛃家的房子"),
                    facts: words("王家，138"),
                    before: words("王家来过"),
                    representatives: words("王一\n王二"),
                },
            })),
            Event::PetitionTaken(Box::new(Petition {
                content: "own-river".into(),
                people: 3,
                anonymous: true,
                earlier: 2,
                system_number: Some("3301-2026-18".into()),
                system_date: Some(day("2026-03-03")),
                words: PetitionWords {
                    claim: words("收受红包㛃𠅤"),
                    ..PetitionWords::default()
                },
                ..Petition::sealed(matter, by.clone())
            })),
            Event::Delivered(Box::new(Delivered {
                matter,
                document: Document::Information,
                on: day("2026-03-09"),
                way: DeliveryWay::Hand,
                by: by.clone(),
            })),
            Event::Sealed(Box::new(Sealing {
                contact: "wu".into(),
                by: Some(by.clone()),
                key: Some(vec![0, 0x7f, 0xff]),
                waits: true,
            })),
            Event::Opened {
                by: by.clone(),
                reason: OpenReason::Contact,
            },
            Event::Recused {
                staff: "li".into(),
                by: by.clone(),
                waits: true,
            },
            Event::UrgencyKnown { by: by.clone() },
            Event::Rang(Box::new(Rang {
                bell: Bell::Overdue,
                matter: Some(matter),
                limit: Some(LimitKind::PetitionNotice),
                day: day("2026-03-18"),
                to: vec!["zhang".into(), "zhao".into()],
            })),
            Event::PaperAsked {
                job: JobId(Uuid::from_u128(9)),
                paper: PaperKind::Notice,
                matter,
                by,
            },
        ]
    }

    #[test]
    fn a_bell_of_the_whole_visit_reads_as_it_was_written() {
        let rang = Event::Rang(Box::new(Rang {
            bell: Bell::Uncalled,
            matter: None,
            limit: None,
            day: day("2026-03-02"),
            to: Vec::new(),
        }));
        let (kind, facts) = write(&rang);
        let Value::Object(map) = facts else {
            panic!("{facts}")
        };
        assert_eq!(read((kind, 1), &Fields(map), None, &|_| None), Ok(Some(rang)));
    }
}
