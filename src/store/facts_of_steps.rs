//! The written form of the steps beside settling a matter: handed on with a turn of duty, worked on together,
//! told of, objected to, its clock set. The rules of [`facts`](crate::store::facts) hold.

use serde_json::{Value, json};

use crate::domain::event::{
    ClockSet, ClockStep, Event, HandedOn, Joined, Objected, ObjectionAnswered, ProgressTold, Told,
};
use crate::domain::ids::{MatterIndex, VisitId};
use crate::domain::sensitive::Sensitive;
use crate::store::facts::Fields;
use crate::store::facts_of_matters::{Note, read_promised, write_promised};

/// Kind and facts of such a step.
pub(super) fn write(event: &Event) -> (&'static str, Value) {
    match event {
        Event::HandedOn(it) => (
            "matter.handed-on",
            json!({
                "matter_index": it.matter.0,
                "from": it.from.as_str(),
                "to": it.to.as_str(),
                "by_note": it.note.to_string(),
            }),
        ),
        Event::Joined(it) => (
            "matter.joined",
            json!({
                "matter_index": it.matter.0,
                "staff": it.staff.as_str(),
                "department": it.department.as_str(),
                "by": it.by.as_str(),
            }),
        ),
        Event::ProgressTold(it) => (
            "matter.progress-told",
            json!({ "matter_index": it.matter.0, "told": it.told.code(), "by": it.by.as_str() }),
        ),
        Event::ClockSet(it) => (
            "matter.clock-set",
            json!({
                "matter_index": it.matter.0,
                "step": it.step.code(),
                "promised": write_promised(&it.promised),
                "by": it.by.as_str(),
            }),
        ),
        Event::Objected(it) => (
            "matter.objected",
            json!({ "matter_index": it.matter.0, "by": it.by.as_str() }),
        ),
        Event::ObjectionAnswered(it) => (
            "matter.objection-answered",
            json!({ "matter_index": it.matter.0, "consented": it.consented, "by": it.by.as_str() }),
        ),
        _ => unreachable!("the caller names every event this file writes"),
    }
}

/// What of such a step names people.
pub(super) fn write_personal(event: &Event) -> Option<Value> {
    let note: &Option<Sensitive<String>> = match event {
        Event::ProgressTold(it) => &it.note,
        Event::ClockSet(it) => &it.note,
        Event::Objected(it) => &it.note,
        Event::ObjectionAnswered(it) => &it.note,
        _ => return None,
    };
    note.as_ref().map(|it| json!({ "note": it.reveal() }))
}

/// Reads what [`write`] wrote; none for a kind that is not of this file.
///
/// # Errors
/// What is wrong, in words for the operator; never the content.
pub(super) fn read(kind: &str, facts: &Fields, told: Note<'_>) -> Result<Option<Event>, String> {
    let matter = || Ok::<_, String>(MatterIndex(facts.number("matter_index")?));
    Ok(Some(match kind {
        "matter.handed-on" => Event::HandedOn(Box::new(HandedOn {
            matter: matter()?,
            from: facts.staff("from")?,
            to: facts.staff("to")?,
            note: VisitId(facts.uuid("by_note")?),
        })),
        "matter.joined" => Event::Joined(Box::new(Joined {
            matter: matter()?,
            staff: facts.staff("staff")?,
            department: facts.text("department")?.into(),
            by: facts.staff("by")?,
        })),
        "matter.progress-told" => Event::ProgressTold(Box::new(ProgressTold {
            matter: matter()?,
            told: facts.code("told", Told::from_code)?,
            by: facts.staff("by")?,
            note: told("note"),
        })),
        "matter.clock-set" => Event::ClockSet(Box::new(ClockSet {
            matter: matter()?,
            step: facts.code("step", ClockStep::from_code)?,
            promised: read_promised(facts)?,
            by: facts.staff("by")?,
            note: told("note"),
        })),
        "matter.objected" => Event::Objected(Box::new(Objected {
            matter: matter()?,
            by: facts.staff("by")?,
            note: told("note"),
        })),
        "matter.objection-answered" => Event::ObjectionAnswered(Box::new(ObjectionAnswered {
            matter: matter()?,
            consented: facts.truth("consented")?,
            by: facts.staff("by")?,
            note: told("note"),
        })),
        _ => return Ok(None),
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::sensitive;
    use crate::store::facts_of_matters::tests::promised;
    use uuid::Uuid;

    /// One event of each kind of this file, with everything in it that can be.
    pub(in crate::store) fn all() -> Vec<Event> {
        let (matter, by) = (MatterIndex(1), crate::domain::ids::StaffId::from("zhang"));
        let note = || sensitive::note("王𠅤说：人民路 1 号").unwrap();
        vec![
            Event::HandedOn(Box::new(HandedOn {
                matter,
                from: by.clone(),
                to: "li".into(),
                note: VisitId(Uuid::from_u128(3)),
            })),
            Event::Joined(Box::new(Joined {
                matter,
                staff: "zheng".into(),
                department: "labour".into(),
                by: by.clone(),
            })),
            Event::ProgressTold(Box::new(ProgressTold {
                matter,
                told: Told::Writing,
                by: by.clone(),
                note: note(),
            })),
            Event::ClockSet(Box::new(ClockSet {
                matter,
                step: ClockStep::Unclear,
                promised: promised(),
                by: by.clone(),
                note: note(),
            })),
            Event::Objected(Box::new(Objected {
                matter,
                by: by.clone(),
                note: note(),
            })),
            Event::ObjectionAnswered(Box::new(ObjectionAnswered {
                matter,
                consented: true,
                by,
                note: note(),
            })),
        ]
    }
}
