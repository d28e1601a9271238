//! What has become due by the clock alone: lapses, escalations and alarms (RULES §2, §4).
//!
//! Nothing depends on a timer having run. What is due follows from the journal and the clock each time
//! somebody asks, so a box that was off over a weekend wakes to the right alarms, and gives each once.

use crate::domain::event::{
    Basis, Bell, Delivered, Document, EscalationReason, Event, Form, Outcome, Promised, Rang, RefuseReason,
    Stamp, Undertaken,
};
use crate::domain::ids::{MatterIndex, StaffId};
use crate::domain::limit::{Count, Due, Limit, LimitKind, Reminder};
use crate::domain::matter::{MatterState, REFUSALS_MAX, VisitMatter};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::office::{Office, Role, Staff};
use crate::domain::order::CALL_BACK_DAYS;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Stage;
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};
use crate::domain::visit::Visit;

impl Bell {
    /// Whether it is about nobody having called or received the visitor.
    pub fn first_contact(self) -> bool {
        matches!(
            self,
            Self::Uncalled | Self::UncalledReception | Self::UncalledLeader
        )
    }

    /// Whether it is for a leader, whoever that is.
    pub fn leads(self) -> bool {
        self.urgent() || matches!(self, Self::BrokenOff | Self::UncalledLeader)
    }

    /// Whether it asks somebody to say that they know of what is urgent (R15).
    pub fn urgent(self) -> bool {
        matches!(
            self,
            Self::UrgentMarked | Self::UrgentUnseen | Self::UrgentUnanswered
        )
    }
}

impl Visit {
    /// The first thing that has become due, if anything has; asked again until nothing is.
    pub fn due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        let matters_due = || {
            // Nobody is there to hear it while the office is closed.
            let open = office.open(stamp.at);
            let matters = (0..self.matters.len()).filter(|_| open);
            let mut matters = matters.filter_map(|it| Some(MatterIndex(u8::try_from(it).ok()?)));
            matters.find_map(|it| self.matter_due(office, it, stamp))
        };
        if !self.open() {
            // Closed, and the visitor may still have to be told in writing (XF 23).
            return matters_due();
        }
        self.offers_due(office, stamp)
            .or_else(|| self.escalations_due(office, stamp))
            .or_else(|| self.urgent_due(office, stamp))
            .or_else(|| self.marked_due(office, stamp))
            .or_else(|| self.broken_off_due(office, stamp))
            .or_else(|| self.first_contact_due(office, stamp))
            .or_else(|| self.night_due(office, stamp))
            .or_else(|| self.opinion_anew(office))
            .or_else(matters_due)
    }

    /// The date of 受理 was set right in the register: the sixty days run from the new one.
    fn opinion_anew(&self, office: &Office) -> Option<Event> {
        self.open_matters().find_map(|(matter, it)| {
            let (petition, promised) = (it.petition.as_ref()?, it.state.promised()?);
            let started = petition.accepted?.0;
            if promised.limit.kind != LimitKind::PetitionOpinion || promised.limit.started == started {
                return None;
            }
            let limit = Limit {
                started,
                ..promised.limit.clone()
            };
            let due = limit.due(&office.calendar);
            Some(Event::Undertaken(Box::new(Undertaken {
                matter,
                basis: Basis::PetitionOpinion,
                promised: Promised { limit, due },
                by: petition.by.clone(),
            })))
        })
    }

    /// Whether the visitor is still to be told in writing that we have their petition, and where it goes (XF 23).
    /// Closing ends it as little as anything else but 送达; a petition nobody wrote up yet is taken for one whose
    /// name and address are known.
    pub fn owes_information(&self, matter: &VisitMatter) -> bool {
        let owed = match (&matter.petition, &matter.state) {
            // Linked to another its clock runs there; given back it is told by who passed it down.
            (
                _,
                MatterState::Closed {
                    outcome: Outcome::Merged | Outcome::GivenBack,
                    ..
                },
            )
            | (None, MatterState::Closed { .. }) => false,
            (Some(petition), _) => petition.informs,
            (None, _) => matter.petition(),
        };
        owed && self.sealed.is_none() && !matter.has_delivered(Document::Information)
    }

    /// Whether it stays in mind: it is open, or somebody is still to be told in writing.
    pub fn remembered(&self) -> bool {
        self.open() || self.matters.iter().any(|it| self.owes_information(it))
    }

    /// Until when the visitor may ask for a review (复查), once the reply has reached them (XF 35).
    pub fn review(&self, office: &Office, matter: &VisitMatter) -> Option<Due> {
        let reply = |it: &&Delivered| it.document == Document::Reply;
        let delivered = matter.delivered.iter().rfind(reply)?;
        let asked = matter.petition() && self.sealed.is_none();
        let limit = office.limit(LimitKind::Review, None, delivered.on.0);
        asked.then(|| limit.due(&office.calendar))
    }

    /// Whether something of it falls due by minutes; what else may fall due goes by the day and by whether the
    /// office is open.
    pub fn due_by_minutes(&self) -> bool {
        let first_contact = [Bell::Uncalled, Bell::UncalledReception, Bell::UncalledLeader];
        let urgent = |(index, it): (MatterIndex, &VisitMatter)| {
            let why =
                matches!(&it.state, MatterState::Escalated { why, .. } if *why == EscalationReason::Urgent);
            why && self.known.is_none() && !self.has_rung(Bell::UrgentUnanswered, Some(index), None)
        };
        let uncalled = || self.untouched() && first_contact.iter().any(|it| !self.has_rung(*it, None, None));
        let marked = self.marked() && !self.has_rung(Bell::UrgentUnseen, None, None);
        let night = || {
            [Bell::CallBack, Bell::CallBackReception]
                .iter()
                .any(|it| !self.has_rung(*it, None, None))
        };
        let called_back = self.owes_call() && night();
        let soon = marked || called_back || self.open_offer().is_some() || uncalled();
        self.open() && (soon || self.open_matters().any(urgent))
    }

    fn offers_due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        let settings = &office.settings;
        if let Some(offer) = self.open_offer() {
            if offer
                .ends_today(office, stamp)
                .is_some_and(|closing| closing <= stamp.at)
            {
                return Some(Event::Lapsed {
                    offer: offer.offered.offer,
                });
            }
            let waited = office.open_minutes_since(offer.lobby, stamp);
            let limit = i64::from(settings.accept_minutes);
            let matter = Some(offer.offered.matter);
            if limit <= waited && !offer.rung {
                return Some(ring(
                    Bell::OfferWaits,
                    matter,
                    vec![offer.offered.to.clone()],
                    stamp,
                ));
            }
            if limit + i64::from(settings.accept_again_minutes) <= waited {
                return Some(Event::Lapsed {
                    offer: offer.offered.offer,
                });
            }
        }
        if self.sealed.is_some() {
            return None;
        }
        let lapsed = |it: &&Offer| it.state == OfferState::Lapsed && !it.told;
        if let Some(offer) = self.offers.iter().find(lapsed) {
            let matter = offer.offered.matter;
            let first = self.matter(matter).first_responder.clone();
            let answers = self.matter(matter).responsible.clone();
            let leader = office.leader(stamp.at, |it| self.recused(it));
            let to = self.able(office, stamp, vec![first, answers, leader]);
            return Some(ring(Bell::OfferLapsed, Some(matter), to, stamp));
        }
        let owed = self.offers.iter().find(|it| {
            let matter = it.offered.matter;
            self.owes_date(it)
                && it.ends_today(office, stamp).is_some()
                && !self.has_rung(Bell::DateOwed, Some(matter), None)
        })?;
        let matter = owed.offered.matter;
        let first = self.able(office, stamp, vec![self.matter(matter).first_responder.clone()]);
        Some(ring(Bell::DateOwed, Some(matter), first, stamp))
    }

    /// Whether `offer` is the last word about its matter, nobody took it, and no date was told since.
    fn owes_date(&self, offer: &Offer) -> bool {
        let matter = self.matter(offer.offered.matter);
        let newest = self
            .offers
            .iter()
            .rfind(|it| it.offered.matter == offer.offered.matter);
        newest == Some(offer)
            && offer.state == OfferState::Lapsed
            && matter.open()
            && matter.state.promised().is_none()
    }

    /// Major or urgent, and the leader has neither answered nor said that they know: level by level, at any hour
    /// (R15, XF 25).
    fn urgent_due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        if self.known.is_some() {
            return None;
        }
        let waits = i64::from(office.settings.urgent_known_minutes) * 60_000;
        let (index, told) = self.open_matters().find_map(|(index, it)| match &it.state {
            MatterState::Escalated { why, to, since, .. } => {
                let late = *why == EscalationReason::Urgent && waits <= stamp.lobby.ms_since(*since);
                (late && !self.has_rung(Bell::UrgentUnanswered, Some(index), None)).then_some((index, to))
            }
            _ => None,
        })?;
        let to = self.able(office, stamp, office.next_level(told));
        Some(ring(Bell::UrgentUnanswered, Some(index), to, stamp))
    }

    /// Marked urgent or dangerous: the leader on duty hears of it at once, at any hour; where they have not said in time
    /// that they know, the next level does (R15, XF 25), for who sits with the visitor has reached no leader by that.
    /// What is sealed is the contact's alone.
    fn marked_due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        let since = self.urgent_since.filter(|_| self.sealed.is_none())?;
        let leader = || office.leader(stamp.at, |it| self.recused(it));
        if !self.has_rung(Bell::UrgentMarked, None, None) {
            return Some(ring(Bell::UrgentMarked, None, vec![leader()], stamp));
        }
        let waits = i64::from(office.settings.urgent_known_minutes) * 60_000;
        let late = self.marked() && waits <= stamp.lobby.ms_since(since);
        if !late || self.has_rung(Bell::UrgentUnseen, None, None) {
            return None;
        }
        let told = self.rung.iter().rfind(|it| it.bell == Bell::UrgentMarked)?;
        let told = told.to.first().cloned().unwrap_or_else(leader);
        let to = self.able(office, stamp, office.next_level(&told));
        Some(ring(Bell::UrgentUnseen, None, to, stamp))
    }

    /// Whether it is marked urgent or dangerous, and no leader who was told of it knows yet: none has said so, and none
    /// sits with the visitor. What is over need not be known any more.
    fn marked(&self) -> bool {
        let over = matches!(self.ticket.stage, Stage::Pending | Stage::Closed);
        let told = |it: &StaffId| {
            let mut told = self.rung.iter().filter(|it| it.bell.urgent());
            told.any(|rang| rang.to.contains(it))
        };
        let with_them = matches!(&self.ticket.stage, Stage::Serving { by, .. } if told(by));
        self.urgent_since.is_some() && !over && !with_them
    }

    /// Whether something urgent of it waits for somebody to say that they know.
    pub fn wants_to_be_known(&self) -> bool {
        let before_leader = |it: &VisitMatter| matches!(&it.state, MatterState::Escalated { why, .. } if *why == EscalationReason::Urgent);
        let before_leader = || self.known.is_none() && self.matters.iter().any(before_leader);
        self.open() && self.sealed.is_none() && (self.marked() || before_leader())
    }

    /// Whether `staff` is one of those who are to say so: told by a bell, before whom it is put, or a leader at all.
    pub fn may_acknowledge(&self, staff: &Staff) -> bool {
        let rung = || {
            let urgent = self.rung.iter().filter(|it| it.bell.urgent());
            urgent.flat_map(|it| &it.to).any(|it| *it == staff.id)
        };
        let before = |it: &VisitMatter| matches!(&it.state, MatterState::Escalated { why: EscalationReason::Urgent, to, .. } if *to == staff.id);
        let asked = staff.is(Role::Leader) || rung() || self.matters.iter().any(before);
        asked && self.readable_by(&staff.id)
    }

    /// 已知悉 by `actor`.
    pub(super) fn acknowledge(&self, actor: &Staff) -> Result<Event, Refusal> {
        if !self.may_acknowledge(actor) {
            return Err(Refusal::NotAllowed);
        }
        if !self.wants_to_be_known() {
            let noted = self.known.is_some();
            return Err(if noted {
                Refusal::AlreadyNoted
            } else {
                Refusal::OutOfTurn
            });
        }
        let by = actor.id.clone();
        Ok(Event::UrgencyKnown { by })
    }

    /// Whoever served the visitor has to stay out of it: the leader hears that they wait again, at any hour; of what is
    /// sealed the contact does.
    fn broken_off_due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        if !self.broken_off || self.has_rung(Bell::BrokenOff, None, None) {
            return None;
        }
        let leader = || office.leader(stamp.at, |it| self.recused(it));
        let to = self.sealed.clone().unwrap_or_else(leader);
        Some(ring(Bell::BrokenOff, None, vec![to], stamp))
    }

    fn escalations_due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        if self.sealed.is_some() {
            // The contact's alone, and the contact cannot be recused here.
            return None;
        }
        for (index, it) in self.open_matters() {
            let before = match &it.state {
                MatterState::Escalated { why, to, .. } => Some((*why, to)),
                _ => None,
            };
            let out = self.recused(&it.responsible);
            let why = match before {
                _ if out => EscalationReason::Recusal,
                // Whoever was to decide has to stay out of it: another leader is.
                Some((why, to)) if self.recused(to) => why,
                None if REFUSALS_MAX <= it.refusals && !it.decided => EscalationReason::SecondRefusal,
                _ => continue,
            };
            let leader = office.leader(stamp.at, |it| self.recused(it));
            if before.is_some_and(|before| *before.1 == leader) && (!out || it.responsible == leader) {
                // Nobody else works here.
                continue;
            }
            return Some(it.escalation(office, self, index, why, (None, None), stamp));
        }
        None
    }

    /// What follows from `event` in the same moment: whoever has to stay out of it does not answer any longer, and is
    /// not waited for where it was offered to them. Who gives a handover back for that reason has said so of themselves
    /// (XF 28).
    pub fn follows(&self, office: &Office, event: &Event, stamp: Stamp) -> Vec<Event> {
        if let Some(recused) = self.recused_by(event) {
            let mut after = self.clone();
            after.apply(event, stamp);
            let then = after.follows(office, &recused, stamp);
            return std::iter::once(recused).chain(then).collect();
        }
        let mut follows = Vec::new();
        let Event::Recused { staff, .. } = event else {
            return follows;
        };
        let mut after = self.clone();
        after.apply(event, stamp);
        if let Some(offer) = self.open_offer().filter(|it| it.offered.to == *staff) {
            let offer = offer.offered.offer;
            let lapsed = Event::Lapsed { offer };
            after.apply(&lapsed, stamp);
            follows.push(lapsed);
        }
        while let Some(next) = after.escalations_due(office, stamp) {
            after.apply(&next, stamp);
            follows.push(next);
        }
        follows
    }

    /// That whoever gives a handover back because they have to stay out of it does, if `event` says so.
    fn recused_by(&self, event: &Event) -> Option<Event> {
        let Event::Refused {
            offer,
            reason: RefuseReason::Recusal,
        } = event
        else {
            return None;
        };
        let staff = self.offers.get(usize::from(offer.0))?.offered.to.clone();
        let by = staff.clone();
        let waits = self.served_by(&staff);
        (!self.recused(&staff)).then_some(Event::Recused { staff, by, waits })
    }

    /// Nobody has called: first whoever answers, who is the first responder, and B post, then reception, then the leader on duty.
    fn first_contact_due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        let waited = office.open_minutes_since(self.waits_since?, stamp);
        let settings = &office.settings;
        let steps = [
            (Bell::Uncalled, settings.uncalled_minutes),
            (Bell::UncalledReception, settings.uncalled_reception_minutes),
            (Bell::UncalledLeader, settings.uncalled_leader_minutes),
        ];
        let (bell, _) = steps
            .into_iter()
            .find(|(bell, minutes)| i64::from(*minutes) <= waited && !self.has_rung(*bell, None, None))?;
        let matter = self.matter(self.current());
        let to = if let Some(contact) = &self.sealed {
            vec![contact.clone()]
        } else {
            match bell {
                Bell::Uncalled => {
                    let b = office.posts_of(matter).map(|[_, b, _]| b.1);
                    // Whoever came on with a turn of duty answers in the first responder's place.
                    [Some(matter.responsible.clone()), b]
                        .into_iter()
                        .flatten()
                        .collect()
                }
                Bell::UncalledReception => office.reception_posts(),
                _ => vec![office.leader(stamp.at, |it| self.recused(it))],
            }
        };
        Some(ring(bell, None, self.able(office, stamp, to), stamp))
    }

    /// Whether whoever came outside hours and left a telephone still waits to be called back.
    fn owes_call(&self) -> bool {
        let night = self.ticket.night.is_some_and(|it| !it.reached);
        night && self.personal.phone.is_some()
    }

    /// Nobody has called them back within the first hour: whoever answers hears it, then reception, who calls (RULES §6).
    fn night_due(&self, office: &Office, stamp: Stamp) -> Option<Event> {
        if !self.owes_call() || !office.open(stamp.at) {
            return None;
        }
        let late = stamp.at - office.call_back_due(self.arrived_at)?;
        if CALL_BACK_DAYS <= late.num_days() {
            return None;
        }
        let again = i64::from(office.settings.uncalled_minutes);
        let mut bells = [(Bell::CallBack, 0), (Bell::CallBackReception, again)].into_iter();
        let due = |minutes: i64| chrono::Duration::minutes(minutes) <= late;
        let (bell, _) = bells.find(|(bell, after)| due(*after) && !self.has_rung(*bell, None, None))?;
        let to = match bell {
            Bell::CallBack => vec![self.responsible().clone()],
            _ => office.reception_posts(),
        };
        Some(ring(bell, None, self.able(office, stamp, to), stamp))
    }

    fn matter_due(&self, office: &Office, index: MatterIndex, stamp: Stamp) -> Option<Event> {
        let it = self.matter(index);
        if !it.open() && !self.owes_information(it) {
            return None;
        }
        let (today, settings) = (ServiceDay::of(stamp.at), &office.settings);
        let unrung = |bell| !self.has_rung(bell, Some(index), None);
        let responsible = || self.able(office, stamp, vec![it.responsible.clone()]);
        match &it.state {
            MatterState::Escalated { until, to, .. }
                if *until < today && !self.has_rung_on(Bell::Undecided, Some(index), None, Some(today)) =>
            {
                // Daily, as anything late; whoever was asked first tells the visitor meanwhile (RULES §2).
                let to = match &self.sealed {
                    Some(contact) => vec![contact.clone()],
                    None => self.able(office, stamp, vec![to.clone(), it.first_responder.clone()]),
                };
                return Some(ring(Bell::Undecided, Some(index), to, stamp));
            }
            MatterState::NoticeGiven { at } if unrung(Bell::NoticeOld) => {
                let days = (today.0 - ServiceDay::of(*at).0).num_days();
                if i64::from(settings.notice_days) <= days {
                    return Some(ring(Bell::NoticeOld, Some(index), responsible(), stamp));
                }
            }
            // Only the leader says more about what is before the leader.
            MatterState::WithResponsible | MatterState::InProgress { .. }
                if it.interim() && unrung(Bell::Deemed) && it.deemed_since(office, today).is_some() =>
            {
                return Some(ring(Bell::Deemed, Some(index), responsible(), stamp));
            }
            _ => {}
        }
        if let Some(petition) = &it.petition
            && petition.system_number.is_none()
            && it.open()
            && unrung(Bell::SystemEntry)
            && self.sealed.is_none()
            && it
                .petition_at
                .is_some_and(|at| office.system_entry_due(at) <= today)
        {
            return Some(ring(
                Bell::SystemEntry,
                Some(index),
                self.able(office, stamp, vec![petition.by.clone()]),
                stamp,
            ));
        }
        let promised = it.state.promised().map(|it| it.limit.kind);
        // On the day itself the queue has its own bells, and whoever takes papers has them in hand.
        let begun = |of: &Limit| promised == Some(of.kind) || of.started < today.0;
        let mut limits = self.limits(office, it).into_iter();
        limits.find_map(|(limit, due)| {
            if !begun(&limit) {
                return None;
            }
            let told = ServiceDay(due.told);
            self.limit_due(office, (index, it), (&limit, told), stamp)
        })
    }

    fn limit_due(
        &self,
        office: &Office,
        (index, matter): (MatterIndex, &VisitMatter),
        (limit, told): (&Limit, ServiceDay),
        stamp: Stamp,
    ) -> Option<Event> {
        let today = ServiceDay::of(stamp.at);
        if limit.paused() {
            return None;
        }
        let past = (today.0 - told.0).num_days();
        if 0 < past && matches!(limit.kind, LimitKind::TransferObjection | LimitKind::Materials) {
            // Nobody objected in time: it is ours. Nobody said what is missing: it counts as accepted. Neither is overdue.
            return None;
        }
        let percent = office.settings.progress_percent;
        let reminder = limit.reached_until(&office.calendar, today.0, told.0, percent)?;
        let bell = match reminder {
            Reminder::Half => Bell::HalfTime,
            Reminder::FourFifths => Bell::MostTime,
            Reminder::Due => Bell::Due,
            Reminder::Overdue(_) => Bell::Overdue,
        };
        let day = (bell == Bell::Overdue).then_some(today);
        if self.has_rung_on(bell, Some(index), Some(limit.kind), day) {
            return None;
        }
        let mut to = vec![matter.responsible.clone()];
        if bell == Bell::Overdue && self.sealed.is_none() {
            to.push(office.leader(stamp.at, |it| self.recused(it)));
        }
        let rang = Rang {
            bell,
            matter: Some(index),
            limit: Some(limit.kind),
            day: today,
            to: self.able(office, stamp, to),
        };
        Some(Event::Rang(Box::new(rang)))
    }

    /// The clocks that run for `matter`, and what was told of each, or would be. They start with receipt by
    /// themselves: nobody need take a matter on for its limit to run.
    pub fn limits(&self, office: &Office, matter: &VisitMatter) -> Vec<(Limit, Due)> {
        let mut limits = Vec::new();
        let promised = matter.state.promised();
        let informs = promised.is_some_and(|it| it.limit.kind == LimitKind::PetitionNotice);
        if let Some(promised) = promised
            && !(informs && matter.has_delivered(Document::Information))
        {
            limits.push((promised.limit.clone(), promised.due));
        }
        let received = ServiceDay::of(matter.received_at).0;
        let mut add = |limit: Limit| {
            let due = limit.due(&office.calendar);
            limits.push((limit, due));
        };
        if self.owes_information(matter) && !informs {
            add(office.limit(LimitKind::PetitionNotice, None, received));
        }
        if let Some(accepted) = self.opinion_owed(matter) {
            add(office.limit(LimitKind::PetitionOpinion, None, accepted.0));
        }
        if let Some(limit) = matter
            .materials_limit(office)
            .filter(|_| self.names_missing(matter))
        {
            add(limit);
        }
        if self.runs_itself(matter) {
            let catalogued = matter.matter.as_ref().and_then(|it| office.matter(it));
            let kind = match catalogued {
                Some(it) if it.information => LimitKind::Information,
                _ => LimitKind::Matter,
            };
            add(office.limit(kind, catalogued, received));
        }
        if self.may_object(matter) {
            add(matter.objection_limit(office, self));
        }
        limits
    }

    /// Passed down to us, and neither objected to nor taken on (R12).
    pub fn may_object(&self, matter: &VisitMatter) -> bool {
        self.form == Form::Assigned && matter.objection.is_none() && matter.interim()
    }

    /// Whether the limit of the matter itself runs: nobody has taken it on, whatever was told meanwhile.
    fn runs_itself(&self, matter: &VisitMatter) -> bool {
        matter.interim() && self.sealed.is_none() && !matter.petition()
    }

    /// Whether the visitor is still to hear which papers are missing, if any are.
    fn names_missing(&self, matter: &VisitMatter) -> bool {
        self.runs_itself(matter) && matter.materials_since.is_some() && matter.notice.is_none()
    }

    /// Since when a petition is accepted (受理) of which nobody has told yet by when the opinion comes: the sixty days
    /// run from the register, whoever presses a key (XF 34).
    fn opinion_owed(&self, matter: &VisitMatter) -> Option<ServiceDay> {
        let accepted = matter.petition.as_ref()?.accepted?;
        let told = matter.state.promised().map(|it| it.limit.kind);
        let owed = matter.open() && self.sealed.is_none() && told != Some(LimitKind::PetitionOpinion);
        owed.then_some(accepted)
    }

    /// Nobody has called or received the visitor yet, or not since they came back to somebody or were sent on.
    pub fn untouched(&self) -> bool {
        self.waits_since.is_some()
    }

    pub(super) fn rang(&mut self, rang: &Rang) {
        match rang.bell {
            Bell::OfferWaits => {
                for it in self.offers.iter_mut().filter(|it| it.state == OfferState::Open) {
                    it.rung = true;
                }
            }
            Bell::OfferLapsed => {
                for it in self.offers.iter_mut().filter(|it| it.state == OfferState::Lapsed) {
                    it.told = true;
                }
            }
            // One a day: the newest is enough to know.
            Bell::Overdue | Bell::Undecided => self
                .rung
                .retain(|it| (it.bell, it.matter, it.limit) != (rang.bell, rang.matter, rang.limit)),
            _ => {}
        }
        self.rung.push(rang.clone());
    }

    fn has_rung(&self, bell: Bell, matter: Option<MatterIndex>, limit: Option<LimitKind>) -> bool {
        self.has_rung_on(bell, matter, limit, None)
    }

    fn has_rung_on(
        &self,
        bell: Bell,
        matter: Option<MatterIndex>,
        limit: Option<LimitKind>,
        day: Option<ServiceDay>,
    ) -> bool {
        let same = |it: &&Rang| (it.bell, it.matter, it.limit) == (bell, matter, limit);
        let mut rung = self.rung.iter().filter(same);
        rung.any(|it| day.is_none_or(|day| day <= it.day))
    }

    fn open_matters(&self) -> impl Iterator<Item = (MatterIndex, &VisitMatter)> {
        let indexed = self.matters.iter().enumerate();
        indexed
            .filter(|(_, it)| it.open())
            .filter_map(|(at, it)| Some((MatterIndex(u8::try_from(at).ok()?), it)))
    }

    /// Those who work here and may have to do with it, each once. Where none of them is left, as of a petition that was
    /// closed long ago, it is the leader's to hear; of what is sealed the contact's.
    fn able(&self, office: &Office, stamp: Stamp, to: Vec<StaffId>) -> Vec<StaffId> {
        let mut able: Vec<StaffId> = Vec::new();
        for it in to {
            if !self.recused(&it) && office.staff(&it).is_some() && !able.contains(&it) {
                able.push(it);
            }
        }
        if able.is_empty() {
            let leader = || office.leader(stamp.at, |it| self.recused(it));
            able.push(self.sealed.clone().unwrap_or_else(leader));
        }
        able
    }

    /// Alarms that still say something: nobody has done yet what they ask for.
    pub fn ringing(&self) -> impl Iterator<Item = &Rang> {
        self.rung.iter().filter(|it| self.still(it))
    }

    fn still(&self, rang: &Rang) -> bool {
        let matter = rang.matter.map(|it| self.matter(it));
        match rang.bell {
            Bell::Uncalled | Bell::UncalledReception | Bell::UncalledLeader => self.untouched(),
            Bell::CallBack | Bell::CallBackReception => self.open() && self.owes_call(),
            Bell::OfferWaits => self
                .open_offer()
                .is_some_and(|it| Some(it.offered.matter) == rang.matter),
            Bell::OfferLapsed => {
                let last = self
                    .offers
                    .iter()
                    .rfind(|it| Some(it.offered.matter) == rang.matter);
                last.is_some_and(|it| it.state == OfferState::Lapsed)
                    && matter.is_some_and(VisitMatter::open)
                    && self.ticket.stage == Stage::Waiting
            }
            Bell::DateOwed => self
                .offers
                .iter()
                .any(|it| Some(it.offered.matter) == rang.matter && self.owes_date(it)),
            Bell::Undecided => matter.is_some_and(
                |it| matches!(&it.state, MatterState::Escalated { until, .. } if *until < rang.day),
            ),
            Bell::UrgentUnanswered => {
                self.known.is_none()
                    && matter.is_some_and(|it| matches!(it.state, MatterState::Escalated { .. }))
            }
            // Until one of them says that they know, it is over, or was marked otherwise.
            Bell::UrgentMarked | Bell::UrgentUnseen => self.marked(),
            Bell::BrokenOff => self.broken_off,
            Bell::NoticeOld => matter.is_some_and(|it| matches!(it.state, MatterState::NoticeGiven { .. })),
            Bell::Deemed => matter.is_some_and(VisitMatter::interim),
            Bell::SystemEntry => matter.is_some_and(|it| {
                let petition = it.petition.as_ref();
                let missing = petition.is_some_and(|it| it.system_number.is_none());
                it.open() && missing && self.sealed.is_none()
            }),
            Bell::HalfTime | Bell::MostTime | Bell::Due | Bell::Overdue => matter.is_some_and(|it| {
                let promised = it.state.promised().map(|it| it.limit.kind);
                let runs = match rang.limit {
                    Some(LimitKind::PetitionNotice) => {
                        let asked = promised == Some(LimitKind::PetitionNotice);
                        (asked || self.owes_information(it)) && !it.has_delivered(Document::Information)
                    }
                    Some(LimitKind::TransferObjection) => self.may_object(it),
                    Some(LimitKind::Materials) => self.names_missing(it),
                    Some(LimitKind::PetitionOpinion) if promised != rang.limit => {
                        self.opinion_owed(it).is_some()
                    }
                    Some(LimitKind::Matter | LimitKind::Information) if self.runs_itself(it) => true,
                    limit => promised == limit,
                };
                // The newest of a limit stands for all of them.
                let newest = self
                    .rung
                    .iter()
                    .rfind(|of| (of.matter, of.limit) == (rang.matter, rang.limit));
                // R13: half the time asks that the visitor hears how it stands, and is silent once they have.
                let heard = matches!(rang.bell, Bell::HalfTime | Bell::MostTime)
                    && it.progress.is_some_and(|on| rang.day <= on);
                runs && !heard && newest == Some(rang)
            }),
        }
    }
}

impl Office {
    /// The leader who is asked at `at`: whom the duty turn names, else one at work, else the first there is,
    /// else whom the roster names, else the head of a department, else anybody. `not` are those who may not be
    /// asked; only where nobody else works here is one of them.
    pub fn leader(&self, at: Timestamp, not: impl Fn(&StaffId) -> bool) -> StaffId {
        let leads = |it: &&Staff| it.is(Role::Leader) && !not(&it.id);
        let leaders = || self.staff.iter().filter(leads);
        let named = self.roster.duty_leader(&self.calendar, at);
        if let Some(named) = named.filter(|it| !not(it)) {
            return named;
        }
        let leader = leaders().find(|it| self.on_duty(&it.id, at));
        if let Some(leader) = leader.or_else(|| leaders().next()) {
            return leader.id.clone();
        }
        let heads = self.departments.iter().map(|it| &it.head);
        let others = self.staff.iter().map(|it| &it.id);
        let mut asked = std::iter::once(&self.roster.otherwise).chain(heads).chain(others);
        asked
            .find(|it| !not(it))
            .unwrap_or(&self.roster.otherwise)
            .clone()
    }

    /// Whoever is told of what is urgent where `told` cannot be reached: every other leader, the head of reception, and
    /// whom the roster names.
    fn next_level(&self, told: &StaffId) -> Vec<StaffId> {
        let leaders = self
            .staff
            .iter()
            .filter(|it| it.is(Role::Leader) && it.id != *told);
        let mut to: Vec<StaffId> = leaders.map(|it| it.id.clone()).collect();
        to.extend(self.department(&self.reception).map(|it| it.head.clone()));
        to.push(self.roster.otherwise.clone());
        to
    }

    /// The day by which a petition registered `at` that moment stands in the state's system (XF 21).
    fn system_entry_due(&self, at: Timestamp) -> ServiceDay {
        let days = Count::Working(self.settings.system_entry_days);
        let limit = Limit::new(LimitKind::Matter, ServiceDay::of(at).0, days);
        ServiceDay(limit.due(&self.calendar).told)
    }

    /// Open minutes since `since`, by the lobby's own time: a wall clock that is set lets none of them pass, and takes
    /// none away.
    pub fn open_minutes_since(&self, since: LobbyTime, stamp: Stamp) -> i64 {
        self.open_minutes(stamp.then(since), stamp.at)
    }

    /// A and B post of reception, whose own task it becomes to speak to whoever nobody has called.
    pub fn reception_posts(&self) -> Vec<StaffId> {
        self.department(&self.reception).map_or_else(Vec::new, |it| {
            let mut posts = vec![it.a_post.clone(), it.b_post.clone()];
            posts.dedup();
            posts
        })
    }
}

fn ring(bell: Bell, matter: Option<MatterIndex>, to: Vec<StaffId>, stamp: Stamp) -> Event {
    Event::Rang(Box::new(Rang {
        bell,
        matter,
        limit: None,
        day: ServiceDay::of(stamp.at),
        to,
    }))
}
