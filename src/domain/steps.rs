//! What is done with a matter beside settling it: taken on, worked on together, told of, objected to; and the
//! clock of an application for information, which stands still and begins anew (RULES §1, §4).

use crate::domain::event::{
    Basis, ClockSet, ClockStep, Event, Form, HandedOn, Joined, Objected, ObjectionAnswered, ProgressTold,
    Promised, Stamp, Told, Undertaken,
};
use crate::domain::ids::{MatterIndex, StaffId, VisitId};
use crate::domain::limit::{Limit, LimitKind};
use crate::domain::matter::{MatterCommand, MatterState, Objection, VisitMatter};
use crate::domain::office::{Office, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::time::ServiceDay;
use crate::domain::visit::Visit;

impl VisitMatter {
    /// What `command` of `actor`, who may give it, would change; anything else is out of turn.
    pub(super) fn decide_step(
        &self,
        office: &Office,
        visit: &Visit,
        (matter, actor): (MatterIndex, &Staff),
        command: MatterCommand,
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        let by = actor.id.clone();
        match command {
            MatterCommand::Join(staff) => {
                let joins = office.staff(&staff).ok_or(Refusal::UnknownStaff)?;
                if visit.recused(&staff) {
                    return Err(Refusal::Recused);
                }
                if joins.department == self.department {
                    return Err(Refusal::SameDepartment);
                }
                if self.joined.contains(&staff) {
                    return Err(Refusal::AlreadyNoted);
                }
                let department = joins.department.clone();
                Ok(Event::Joined(Box::new(Joined {
                    matter,
                    staff,
                    department,
                    by,
                })))
            }
            MatterCommand::TellProgress { told, note } => {
                if told == Told::NotTold {
                    return Err(Refusal::ToldNeeded);
                }
                Ok(Event::ProgressTold(Box::new(ProgressTold {
                    matter,
                    told,
                    by,
                    note,
                })))
            }
            MatterCommand::SetClock { step, note } => {
                let promised = self.clock_set(office, step, ServiceDay::of(stamp.at))?;
                if step == ClockStep::Unclear && note.is_none() {
                    return Err(Refusal::ReasonNeeded);
                }
                Ok(Event::ClockSet(Box::new(ClockSet {
                    matter,
                    step,
                    promised,
                    by,
                    note,
                })))
            }
            MatterCommand::Object { note } => {
                if visit.form != Form::Assigned || self.objection.is_some() {
                    return Err(Refusal::OutOfTurn);
                }
                let today = ServiceDay::of(stamp.at);
                if self.objection_limit(office, visit).due(&office.calendar).legal < today.0 {
                    return Err(Refusal::LimitOver);
                }
                if note.is_none() {
                    return Err(Refusal::ReasonNeeded);
                }
                Ok(Event::Objected(Box::new(Objected { matter, by, note })))
            }
            MatterCommand::AnswerObjection { consented, note } => {
                if self.objection != Some(Objection::Raised) {
                    return Err(Refusal::OutOfTurn);
                }
                Ok(Event::ObjectionAnswered(Box::new(ObjectionAnswered {
                    matter,
                    consented,
                    by,
                    note,
                })))
            }
            _ => Err(Refusal::OutOfTurn),
        }
    }

    /// The clock of an application for information after `step` on `today`.
    fn clock_set(&self, office: &Office, step: ClockStep, today: ServiceDay) -> Result<Promised, Refusal> {
        let MatterState::InProgress { promised } = &self.state else {
            return Err(Refusal::OutOfTurn);
        };
        let limit = &promised.limit;
        if limit.kind != LimitKind::Information {
            return Err(Refusal::OutOfTurn);
        }
        // What stands still because it is unclear begins anew, and does not merely run on.
        let waits_for_correction = self.clock == Some(ClockStep::Unclear);
        let limit = match step {
            ClockStep::ThirdParty => limit.pausing(today.0)?,
            ClockStep::Heard if !waits_for_correction => limit.resumed(today.0)?,
            ClockStep::Unclear => {
                if self.unclear {
                    return Err(Refusal::NoticeOnce);
                }
                let within = LimitKind::InformationUnclear;
                let last = office.limit(within, None, limit.started).due(&office.calendar);
                if last.legal < today.0 {
                    return Err(Refusal::LimitOver);
                }
                limit.pausing(today.0)?
            }
            ClockStep::Corrected if waits_for_correction => limit.restarted(today.0),
            ClockStep::Heard | ClockStep::Corrected => return Err(Refusal::OutOfTurn),
        };
        let due = limit.due(&office.calendar);
        Ok(Promised { limit, due })
    }

    /// The day from which it counts as accepted because nobody said in time what was missing (视为受理): only a
    /// service applied for, and only once the limit for saying so is over (RULES §4).
    pub fn deemed_since(&self, office: &Office, today: ServiceDay) -> Option<ServiceDay> {
        let limit = self.materials_limit(office)?;
        limit.deemed_accepted(&office.calendar, today.0).map(ServiceDay)
    }

    /// What says which papers are missing runs until, while nobody has: from the first that were handed in. Only for a
    /// service applied for (AL 32, RULES §4).
    pub(super) fn materials_limit(&self, office: &Office) -> Option<Limit> {
        let at = self.materials_since?;
        let catalogued = self.matter.as_ref().and_then(|it| office.matter(it))?;
        if self.petition() || self.notice.is_some() || catalogued.information || !catalogued.applied_for() {
            return None;
        }
        Some(office.limit(LimitKind::Materials, Some(catalogued), ServiceDay::of(at).0))
    }

    /// The days in which an objection to what was passed down is possible (XF 23).
    pub(super) fn objection_limit(&self, office: &Office, visit: &Visit) -> Limit {
        let received = ServiceDay::of(visit.arrived_at).0;
        office.limit(LimitKind::TransferObjection, None, received)
    }

    pub(super) fn undertake(
        &self,
        office: &Office,
        matter: MatterIndex,
        by: StaffId,
        (basis, told): (Basis, Option<ServiceDay>),
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        let fits = match basis {
            // Only while the leader has it; anything else has a date of its own.
            Basis::Promise => matches!(self.state, MatterState::Escalated { .. }),
            Basis::PetitionNotice => self.petition.is_some(),
            // R8: nobody here knows who is competent; the first responder asks, and gives a date.
            Basis::Enquiry => self.state.promised().is_none(),
            Basis::Deemed => self.deemed_since(office, ServiceDay::of(stamp.at)).is_some(),
            Basis::PetitionOpinion => self.petition.as_ref().is_some_and(|it| it.accepted.is_some()),
            // XF 31(5) and no other item.
            Basis::PetitionDuty => self.petition.as_ref().is_some_and(|it| it.item == Some(5)),
            Basis::Ordinary | Basis::Materials | Basis::Information => true,
        };
        let escalated = matches!(self.state, MatterState::Escalated { .. }) && basis != Basis::Promise;
        if !fits || escalated {
            return Err(Refusal::OutOfTurn);
        }
        let from = match basis {
            Basis::Deemed => self.materials_since.unwrap_or(stamp.at),
            // Nobody said that anything was missing: then nothing was, from the first.
            Basis::Materials if self.notice.is_none() => self.materials_since.unwrap_or(stamp.at),
            Basis::Materials => self.materials.as_ref().map_or(stamp.at, |it| it.1),
            Basis::Promise | Basis::Enquiry => stamp.at,
            // Whoever was told what is missing has come back with it: only now could it be taken on.
            Basis::Ordinary if self.notice.is_some() => stamp.at,
            // The law counts from receipt, not from when somebody wrote it down (XF 23, GI 33).
            _ => self.received_at,
        };
        let from = match (&self.petition, basis) {
            (Some(petition), Basis::PetitionOpinion) => petition.accepted.unwrap_or(ServiceDay::of(from)),
            _ => ServiceDay::of(from),
        };
        let own = self.matter.as_ref().and_then(|it| office.matter(it)?.due);
        let kind = match basis {
            Basis::PetitionNotice => LimitKind::PetitionNotice,
            Basis::PetitionOpinion => LimitKind::PetitionOpinion,
            Basis::PetitionDuty => LimitKind::DutyRequest,
            Basis::Information => LimitKind::Information,
            Basis::Promise => LimitKind::LeaderReport,
            Basis::Enquiry => LimitKind::UpwardEnquiry,
            Basis::Ordinary | Basis::Materials | Basis::Deemed => LimitKind::Matter,
        };
        let today = ServiceDay::of(stamp.at);
        let before = self.state.promised();
        if let Some(before) = before.filter(|it| it.limit.kind == kind) {
            let promised = before.brought_forward(told, today)?;
            return Ok(Event::Undertaken(Box::new(Undertaken {
                matter,
                basis,
                promised,
                by,
            })));
        }
        let limit = Limit::new(kind, from.0, kind.count(&office.settings.limits, own));
        let mut due = limit.due(&office.calendar);
        // Nobody is told a day that has passed; taken on too late, it is due at once.
        let at_once = office.calendar.workday_from(today.0);
        if let Some(told) = told {
            // An officer may promise less than the rule allows, never more.
            if due.legal.max(at_once) < told.0 || told < today || told.0 < limit.started {
                return Err(Refusal::BadDate);
            }
            due.told = told.0;
        } else if due.told < today.0 {
            due.told = at_once;
        }
        let promised = Promised { limit, due };
        if before.is_some_and(|it| !it.gives_way(&promised)) {
            return Err(Refusal::DateStands);
        }
        Ok(Event::Undertaken(Box::new(Undertaken {
            matter,
            basis,
            promised,
            by,
        })))
    }
}

impl Promised {
    /// The same limit, running since when it did, with the day told brought forward to `told`. It is never put off,
    /// and what is overdue stays so: that takes an extension, and somebody's approval (XF 34).
    fn brought_forward(&self, told: Option<ServiceDay>, today: ServiceDay) -> Result<Self, Refusal> {
        let day = told.map_or(self.due.told, |it| it.0);
        if self.due.told < today.0 || self.due.told < day {
            return Err(Refusal::DateStands);
        }
        if day < today.0 || day < self.limit.started {
            return Err(Refusal::BadDate);
        }
        let mut sooner = self.clone();
        sooner.due.told = day;
        Ok(sooner)
    }

    /// Whether `next`, of another kind, may stand in its place: after what only said when the visitor hears more, what
    /// ends no later, and the limits the law gives a petition once the register says under which item it falls.
    pub fn gives_way(&self, next: &Self) -> bool {
        let (was, is) = (self.limit.kind, next.limit.kind);
        let by_register =
            was == LimitKind::Matter && matches!(is, LimitKind::PetitionOpinion | LimitKind::DutyRequest);
        let no_later = next.due.told <= self.due.told && next.due.legal <= self.due.legal;
        // Whoever was told when it is done is not told instead when they hear more.
        was.interim() || !is.interim() && (by_register || no_later)
    }
}

impl Visit {
    /// 交接班: `from` hands one matter on to `to`, as the handover `note` says (RULES §2 d). Neither the
    /// department nor the place in the queue changes, and it is no handover in the sense of three at most.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn hand_on(
        &self,
        matter: MatterIndex,
        (from, to): (&StaffId, &StaffId),
        note: VisitId,
    ) -> Result<Event, Refusal> {
        let found = self.open_matter(matter)?;
        if self.sealed.is_some() || found.responsible != *from {
            return Err(Refusal::NotYours);
        }
        if self.recused(to) {
            return Err(Refusal::Recused);
        }
        Ok(Event::HandedOn(Box::new(HandedOn {
            matter,
            from: from.clone(),
            to: to.clone(),
            note,
        })))
    }
}
