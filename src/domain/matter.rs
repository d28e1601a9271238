//! One matter (事项) of a visit, and its machine (RULES §3): who answers, where it stands, until when.
//!
//! A matter has its own responsible person and clock, however many a visit has. What officers and leaders
//! may do with it is decided here; when the ticket moves on follows in [`visit`](crate::domain::visit).

use crate::domain::elsewhere::Referral;
use crate::domain::event::{
    Basis, ClockStep, Decided, Delivered, DeliveryWay, Document, Escalated, EscalationReason, Event,
    Extended, HandoverReason, MaterialsReceived, MatterAdded, Merged, NoticeGiven, Outcome, Promised,
    Registered, Stamp, Told,
};
use crate::domain::ids::{DepartmentCode, MatterCode, MatterIndex, RuleId, StaffId, VisitId};
use crate::domain::limit::{Count, Limit, LimitKind};
use crate::domain::office::{MatterKind, Office, Role, Staff};
use crate::domain::petition::Petition;
use crate::domain::refusal::Refusal;
use crate::domain::roster::DutyPost;
use crate::domain::sensitive::Sensitive;
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};
use crate::domain::visit::Visit;

/// Handovers of one matter after which the leader is asked (多次转办提醒).
pub const HANDOVERS_MAX: u8 = 3;

/// Refusals of one matter after which the leader is asked.
pub const REFUSALS_MAX: u8 = 2;

/// One matter of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitMatter {
    /// From the catalogue; none if they do not know whom to ask.
    pub matter: Option<MatterCode>,
    /// Its kind.
    pub kind: Option<MatterKind>,
    /// Why this department.
    pub rule: RuleId,
    /// 首问责任人: fixed.
    pub first_responder: StaffId,
    /// In what capacity they were asked.
    pub post: DutyPost,
    /// 当前责任人: who answers now.
    pub responsible: StaffId,
    /// Where whoever answers works.
    pub department: DepartmentCode,
    /// Where it stands.
    pub state: MatterState,
    /// Handovers accepted, planned stops and returns after a refusal not counted.
    pub handovers: u8,
    /// Handovers refused.
    pub refusals: u8,
    /// The leader has decided who answers: it may not be sent on.
    pub decided: bool,
    /// The notice given, if one was.
    pub notice: Option<NoticeGiven>,
    /// Materials handed in, and when last.
    pub materials: Option<(MaterialsReceived, Timestamp)>,
    /// When materials were handed in first: what saying which are missing runs from, whatever came after (AL 32).
    pub materials_since: Option<Timestamp>,
    /// When the office received it: what the limits of the law run from.
    pub received_at: Timestamp,
    /// What the register holds of the petition.
    pub petition: Option<Petition>,
    /// When it was first registered as one.
    pub petition_at: Option<Timestamp>,
    /// Documents that have reached the visitor.
    pub delivered: Vec<Delivered>,
    /// On what ground it is in progress.
    pub basis: Option<Basis>,
    /// What was written when it was closed: which body, its address and telephone.
    pub note: Option<Sensitive<String>>,
    /// Where they were sent when it was closed.
    pub referral: Option<Sensitive<Box<Referral>>>,
    /// 首办: who accepted the application first, and keeps it in sight until the visitor is told (R3).
    pub accepted: Option<StaffId>,
    /// 协办: who of other departments works on it too (R10).
    pub joined: Vec<StaffId>,
    /// When the visitor was last told how it stands (R13).
    pub progress: Option<ServiceDay>,
    /// The objection to its having been passed down, and what was answered (R12).
    pub objection: Option<Objection>,
    /// Why it was extended, which the visitor is told.
    pub extension: Option<Sensitive<String>>,
    /// 补正告知 was given: told once (GI 30).
    pub unclear: bool,
    /// What was last done to its clock.
    pub clock: Option<ClockStep>,
}

/// An objection to what was passed down to us (XF 23).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// Waits for an answer.
    Raised,
    /// It is given back.
    Consented,
    /// It stays here.
    Rejected,
}

/// Where a matter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatterState {
    /// Whoever answers now has it: at first the first responder.
    WithResponsible,
    /// 一次性告知: waits for the papers.
    NoticeGiven {
        /// Since when.
        at: Timestamp,
    },
    /// 办理中
    InProgress {
        /// Until when.
        promised: Promised,
    },
    /// 报领导
    Escalated {
        /// Why.
        why: EscalationReason,
        /// Who is to decide.
        to: StaffId,
        /// By when.
        until: ServiceDay,
        /// Since when, whatever the wall clock does.
        since: LobbyTime,
        /// The date that runs on, if the visitor was told one.
        promised: Option<Promised>,
    },
    /// 办结
    Closed {
        /// How.
        outcome: Outcome,
        /// How the visitor was told.
        told: Told,
        /// When.
        at: Timestamp,
        /// By whom.
        by: StaffId,
    },
}

impl MatterState {
    /// As pages and tables write it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WithResponsible => "with-responsible",
            Self::NoticeGiven { .. } => "notice-given",
            Self::InProgress { .. } => "in-progress",
            Self::Escalated { .. } => "escalated",
            Self::Closed { .. } => "closed",
        }
    }

    /// Until when, where a date was told.
    pub fn promised(&self) -> Option<&Promised> {
        match self {
            Self::InProgress { promised } => Some(promised),
            Self::Escalated { promised, .. } => promised.as_ref(),
            _ => None,
        }
    }
}

/// What officers and leaders may do with one matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatterCommand {
    /// 报领导
    Escalate {
        /// Why.
        why: EscalationReason,
        /// What there is to say.
        note: Option<Sensitive<String>>,
    },
    /// 领导裁定
    Decide {
        /// Who answers from now on.
        to: StaffId,
        /// What there is to say.
        note: Option<Sensitive<String>>,
    },
    /// 一次性告知
    GiveNotice {
        /// Lines of the catalogue that are missing.
        missing: Vec<String>,
        /// How the visitor is told: on paper, or by telephone (R22).
        told: Told,
        /// What else, or why it cannot be done.
        note: Option<Sensitive<String>>,
    },
    /// 已收材料
    TakeMaterials {
        /// Lines of the catalogue.
        items: Vec<String>,
        /// What else.
        note: Option<Sensitive<String>>,
    },
    /// 受理、承办
    Undertake {
        /// On what ground.
        basis: Basis,
        /// Until when, as an officer set it; none takes the rule's own limit.
        told: Option<ServiceDay>,
    },
    /// 延期
    Extend {
        /// By how many days, of the kind the limit is counted in.
        days: u16,
        /// Who approved it.
        approved_by: StaffId,
        /// The reason.
        note: Option<Sensitive<String>>,
    },
    /// 并入
    Merge {
        /// The visit that has it already.
        into: VisitId,
        /// How the visitor was told.
        told: Told,
    },
    /// 信访登记
    TakePetition(Box<Petition>),
    /// 送达
    Deliver {
        /// Which.
        document: Document,
        /// The day.
        on: ServiceDay,
        /// How.
        way: DeliveryWay,
    },
    /// 协办 (R10)
    Join(StaffId),
    /// 告知进展 (R13)
    TellProgress {
        /// How.
        told: Told,
        /// What was said.
        note: Option<Sensitive<String>>,
    },
    /// 征求意见、补正
    SetClock {
        /// What happened.
        step: ClockStep,
        /// What there is to say.
        note: Option<Sensitive<String>>,
    },
    /// 对转送、交办提出异议 (R12)
    Object {
        /// The reason.
        note: Option<Sensitive<String>>,
    },
    /// 登记异议的答复
    AnswerObjection {
        /// Whether whoever passed it down consents.
        consented: bool,
        /// What there is to say.
        note: Option<Sensitive<String>>,
    },
}

impl VisitMatter {
    /// As registration makes it `at` that moment.
    pub fn first(it: &Registered, at: Timestamp) -> Self {
        let (matter, department) = ((it.matter.clone(), it.kind), it.department.clone());
        Self::new(
            matter,
            department,
            it.rule.clone(),
            (it.responder.clone(), it.post, at),
        )
    }

    /// As it is added to a visit `at` that moment.
    pub fn added(it: &MatterAdded, at: Timestamp) -> Self {
        let (matter, department) = ((it.matter.clone(), it.kind), it.department.clone());
        Self::new(
            matter,
            department,
            it.rule.clone(),
            (it.responder.clone(), it.post, at),
        )
    }

    fn new(
        (matter, kind): (Option<MatterCode>, Option<MatterKind>),
        department: DepartmentCode,
        rule: RuleId,
        (responder, post, received_at): (StaffId, DutyPost, Timestamp),
    ) -> Self {
        Self {
            matter,
            kind,
            rule,
            first_responder: responder.clone(),
            post,
            responsible: responder,
            department,
            state: MatterState::WithResponsible,
            handovers: 0,
            refusals: 0,
            decided: false,
            notice: None,
            materials: None,
            materials_since: None,
            received_at,
            petition: None,
            petition_at: None,
            delivered: Vec::new(),
            basis: None,
            note: None,
            referral: None,
            accepted: None,
            joined: Vec::new(),
            progress: None,
            objection: None,
            extension: None,
            unclear: false,
            clock: None,
        }
    }

    /// Whether it is not closed.
    pub fn open(&self) -> bool {
        !matches!(self.state, MatterState::Closed { .. })
    }

    /// Whether the visitor is still to be heard about it: neither settled nor promised for later.
    pub fn at_hand(&self) -> bool {
        matches!(
            self.state,
            MatterState::WithResponsible | MatterState::Escalated { promised: None, .. }
        )
    }

    /// Whether nobody has taken it on for good: a leader may have it, and the visitor may know when they hear more,
    /// but the limit of the matter itself runs on. It stands still only while papers are awaited.
    pub fn interim(&self) -> bool {
        match &self.state {
            MatterState::NoticeGiven { .. } | MatterState::Closed { .. } => false,
            state => state.promised().is_none_or(|it| it.limit.kind.interim()),
        }
    }

    /// Whether the visitor waits for an answer the office has promised, or owes since it took the petition on (受理).
    pub fn answer_owed(&self) -> bool {
        let accepted = self.petition.as_ref().is_some_and(|it| it.accepted.is_some());
        self.open() && (accepted || self.state.promised().is_some())
    }

    /// Whether it is a petition, by the catalogue or by what a clerk wrote.
    pub fn petition(&self) -> bool {
        self.kind == Some(MatterKind::Petition) || self.petition.is_some()
    }

    /// The policy an answer at the counter goes by: what the catalogue names, else the guide the office publishes on
    /// it. None for what is not in the catalogue: whoever answers knows by what.
    pub fn policy(&self, office: &Office) -> Option<String> {
        let catalogued = office.matter(self.matter.as_ref()?)?;
        let basis = &catalogued.notice.basis.zh;
        Some(if basis.is_empty() {
            format!("本单位公布的“{}”办事指南", catalogued.name.zh)
        } else {
            basis.clone()
        })
    }

    /// Whether `document` has reached the visitor.
    pub fn has_delivered(&self, document: Document) -> bool {
        self.delivered.iter().any(|it| it.document == document)
    }

    /// What `command` of `actor` would change, or why it cannot.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub(super) fn decide(
        &self,
        office: &Office,
        visit: &Visit,
        (index, actor): (MatterIndex, &Staff),
        command: MatterCommand,
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        // What the law has told in writing may reach the visitor after all else is done (XF 23).
        let late = matches!(&command, MatterCommand::Deliver { document, .. }
            if self.petition.is_some() && !self.has_delivered(*document));
        if !self.open() && !late {
            return Err(Refusal::AlreadyClosed);
        }
        let (matter, by) = (index, actor.id.clone());
        let own = self.department == actor.department;
        // Whoever was asked first tells the visitor a date and how it stands, wherever the matter has gone (RULES §2).
        let tells = matches!(
            command,
            MatterCommand::Undertake { .. } | MatterCommand::TellProgress { .. }
        );
        let first = tells && self.first_responder == actor.id;
        let entitled = own || actor.sees_all() || self.responsible == actor.id || first;
        let leads = matches!(command, MatterCommand::Decide { .. });
        if !leads && !entitled {
            return Err(Refusal::NotYours);
        }
        if visit.open_offer().is_some_and(|it| it.offered.matter == index) && !leads {
            return Err(Refusal::OfferOpen);
        }
        let today = ServiceDay::of(stamp.at);
        match (&self.state, command) {
            (MatterState::Escalated { .. }, MatterCommand::Escalate { .. }) => Err(Refusal::WithLeader),
            (_, MatterCommand::Escalate { why, note }) => {
                let automatic = matches!(
                    why,
                    EscalationReason::SecondRefusal
                        | EscalationReason::ThirdHandover
                        | EscalationReason::Recusal
                );
                if automatic {
                    return Err(Refusal::OutOfTurn);
                }
                // R11: what was decided is not sent back; what is urgent is told at any time (R15).
                if self.decided && why != EscalationReason::Urgent {
                    return Err(Refusal::LeaderDecided);
                }
                Ok(self.escalation(office, visit, matter, why, (Some(by), note), stamp))
            }
            (MatterState::Escalated { .. }, MatterCommand::Decide { to, note }) => {
                if !actor.is(Role::Leader) {
                    return Err(Refusal::NotAllowed);
                }
                let receiver = office.staff(&to).ok_or(Refusal::UnknownStaff)?;
                if visit.recused(&to) {
                    return Err(Refusal::Recused);
                }
                let department = receiver.department.clone();
                Ok(Event::Decided(Box::new(Decided {
                    matter,
                    to,
                    department,
                    by,
                    note,
                })))
            }
            (_, MatterCommand::Decide { .. }) => Err(Refusal::OutOfTurn),
            (
                MatterState::WithResponsible | MatterState::NoticeGiven { .. },
                MatterCommand::GiveNotice { missing, told, note },
            ) => {
                if told == Told::NotTold {
                    return Err(Refusal::ToldNeeded);
                }
                if missing.is_empty() && note.is_none() {
                    return Err(Refusal::NothingMissing);
                }
                // Once and whole: a second notice is no notice.
                if self.notice.is_some() {
                    return Err(Refusal::NoticeOnce);
                }
                Ok(Event::NoticeGiven(Box::new(NoticeGiven {
                    matter,
                    missing,
                    told,
                    by,
                    note,
                })))
            }
            (
                MatterState::WithResponsible | MatterState::NoticeGiven { .. },
                MatterCommand::TakeMaterials { items, note },
            ) => {
                if items.is_empty() && note.is_none() {
                    return Err(Refusal::NothingMissing);
                }
                Ok(Event::MaterialsReceived(Box::new(MaterialsReceived {
                    matter,
                    items,
                    by,
                    note,
                })))
            }
            (_, MatterCommand::Undertake { basis, told }) => {
                self.undertake(office, matter, by, (basis, told), stamp)
            }
            (
                MatterState::InProgress { promised },
                MatterCommand::Extend {
                    days,
                    approved_by,
                    note,
                },
            ) => {
                // Approved and entered before the limit ends, by the head or a leader (XF 34).
                let approver = office.staff(&approved_by).ok_or(Refusal::UnknownStaff)?;
                let head = office
                    .department(&self.department)
                    .is_some_and(|it| it.head == approver.id);
                if !head && !approver.is(Role::Leader) {
                    return Err(Refusal::NotAllowed);
                }
                if visit.recused(&approved_by) {
                    return Err(Refusal::Recused);
                }
                if note.is_none() {
                    return Err(Refusal::ReasonNeeded);
                }
                let limit = promised.limit.extended(days, &office.calendar, today.0)?;
                let due = limit.due(&office.calendar);
                Ok(Event::Extended(Box::new(Extended {
                    matter,
                    promised: Promised { limit, due },
                    approved_by,
                    by,
                    note,
                })))
            }
            (_, MatterCommand::Merge { into, told }) => {
                if told == Told::NotTold {
                    return Err(Refusal::ToldNeeded);
                }
                Ok(Event::Merged(Box::new(Merged {
                    matter,
                    into,
                    told,
                    by,
                })))
            }
            (_, MatterCommand::TakePetition(mut petition)) => {
                petition.check(visit.sealed.is_some())?;
                // What was registered before stays as it is called, also where the list has changed since.
                let before = self.petition.as_ref().map(|it| &it.content);
                if office.content(&petition.content).is_none() && before != Some(&petition.content) {
                    return Err(Refusal::UnknownContent);
                }
                let received = ServiceDay::of(self.received_at);
                let impossible = |it: ServiceDay| it < received || today < it;
                if petition.accepted.is_some_and(impossible) || petition.system_date.is_some_and(impossible) {
                    return Err(Refusal::BadDate);
                }
                // The sixty days run from it: it may be set right, and not be taken away.
                let opinion = self
                    .state
                    .promised()
                    .is_some_and(|it| it.limit.kind == LimitKind::PetitionOpinion);
                if opinion && petition.accepted.is_none() {
                    return Err(Refusal::BadDate);
                }
                petition.informs = petition.should_inform();
                (petition.matter, petition.by) = (matter, by);
                Ok(Event::PetitionTaken(petition))
            }
            (_, MatterCommand::Deliver { document, on, way }) => {
                if today < on || on < ServiceDay::of(self.received_at) {
                    return Err(Refusal::BadDate);
                }
                Ok(Event::Delivered(Box::new(Delivered {
                    matter,
                    document,
                    on,
                    way,
                    by,
                })))
            }
            (_, command) => self.decide_step(office, visit, (matter, actor), command, stamp),
        }
    }

    /// The matter before the leader on duty.
    pub(super) fn escalation(
        &self,
        office: &Office,
        visit: &Visit,
        matter: MatterIndex,
        why: EscalationReason,
        (by, note): (Option<StaffId>, Option<Sensitive<String>>),
        stamp: Stamp,
    ) -> Event {
        let to = office.leader(stamp.at, |it| visit.recused(it));
        Event::Escalated(Box::new(Escalated {
            matter,
            why,
            // Whoever has to stay out of it answers no more; the leader who is to decide does meanwhile.
            answers: visit.recused(&self.responsible).then(|| to.clone()),
            to,
            until: ServiceDay(
                Limit::new(
                    LimitKind::Matter,
                    ServiceDay::of(stamp.at).0,
                    Count::Working(office.settings.decision_days),
                )
                .due(&office.calendar)
                .told,
            ),
            by,
            note,
        }))
    }

    /// It is before the leader no longer: whoever answers goes on, by the date that was told if one was.
    pub(super) fn leave_leader(&mut self) {
        if let MatterState::Escalated { promised, .. } = &self.state {
            self.state = match promised.clone() {
                Some(promised) => MatterState::InProgress { promised },
                None => MatterState::WithResponsible,
            };
        }
    }

    /// Takes on what concerns this matter alone.
    pub(super) fn apply(&mut self, event: &Event, stamp: Stamp) {
        match event {
            Event::Escalated(it) => {
                if let Some(answers) = &it.answers {
                    self.responsible = answers.clone();
                }
                self.state = MatterState::Escalated {
                    why: it.why,
                    to: it.to.clone(),
                    until: it.until,
                    since: stamp.lobby,
                    promised: self.state.promised().cloned(),
                };
            }
            Event::Decided(it) => {
                self.responsible = it.to.clone();
                self.department = it.department.clone();
                self.decided = true;
                self.leave_leader();
            }
            Event::NoticeGiven(it) => {
                self.notice = Some(it.as_ref().clone());
                self.state = MatterState::NoticeGiven { at: stamp.at };
            }
            Event::MaterialsReceived(it) => {
                self.accepted.get_or_insert_with(|| it.by.clone());
                self.materials = Some((it.as_ref().clone(), stamp.at));
                self.materials_since.get_or_insert(stamp.at);
            }
            Event::Undertaken(it) => {
                self.accepted.get_or_insert_with(|| it.by.clone());
                self.basis = Some(it.basis);
                self.promise(&it.promised);
            }
            Event::Extended(it) => {
                self.extension.clone_from(&it.note);
                self.promise(&it.promised);
            }
            Event::HandedOn(it) if self.responsible == it.from => self.responsible = it.to.clone(),
            Event::Joined(it) => self.joined.push(it.staff.clone()),
            Event::ProgressTold(_) => self.progress = Some(ServiceDay::of(stamp.at)),
            Event::ClockSet(it) => {
                self.unclear |= it.step == ClockStep::Unclear;
                self.clock = Some(it.step);
                self.promise(&it.promised);
            }
            Event::Objected(_) => self.objection = Some(Objection::Raised),
            Event::ObjectionAnswered(it) => {
                self.objection = Some(if it.consented {
                    Objection::Consented
                } else {
                    Objection::Rejected
                });
            }
            Event::Merged(it) => self.close(Outcome::Merged, it.told, &it.by, stamp),
            Event::PetitionTaken(it) => {
                self.petition = Some(it.as_ref().clone());
                self.petition_at.get_or_insert(stamp.at);
            }
            Event::Delivered(it) => self.delivered.push(it.as_ref().clone()),
            Event::Closed {
                outcome,
                told,
                by,
                note,
                referral,
                ..
            } => {
                self.close(*outcome, *told, by, stamp);
                self.note = note.clone();
                self.referral = referral.clone();
            }
            _ => {}
        }
    }

    fn promise(&mut self, it: &Promised) {
        match &mut self.state {
            MatterState::Escalated { promised, .. } => *promised = Some(it.clone()),
            MatterState::Closed { .. } => {}
            state => *state = MatterState::InProgress { promised: it.clone() },
        }
    }

    fn close(&mut self, outcome: Outcome, told: Told, by: &StaffId, stamp: Stamp) {
        self.state = MatterState::Closed {
            outcome,
            told,
            at: stamp.at,
            by: by.clone(),
        };
    }

    /// Forgets what names people or tells their story: the visit was sealed.
    pub(super) fn forget_words(&mut self) {
        self.note = None;
        self.referral = None;
        self.extension = None;
        if let Some(it) = &mut self.petition {
            *it = Petition::sealed(it.matter, it.by.clone());
        }
        if let Some(it) = &mut self.notice {
            it.note = None;
        }
        if let Some((it, _)) = &mut self.materials {
            it.note = None;
        }
    }
}

/// Which matter an event is about, where it is about one.
pub(super) fn index_of(event: &Event) -> Option<MatterIndex> {
    match event {
        Event::Escalated(it) => Some(it.matter),
        Event::Decided(it) => Some(it.matter),
        Event::NoticeGiven(it) => Some(it.matter),
        Event::MaterialsReceived(it) => Some(it.matter),
        Event::Undertaken(it) => Some(it.matter),
        Event::Extended(it) => Some(it.matter),
        Event::Merged(it) => Some(it.matter),
        Event::PetitionTaken(it) => Some(it.matter),
        Event::Delivered(it) => Some(it.matter),
        Event::HandedOn(it) => Some(it.matter),
        Event::Joined(it) => Some(it.matter),
        Event::ProgressTold(it) => Some(it.matter),
        Event::ClockSet(it) => Some(it.matter),
        Event::Objected(it) => Some(it.matter),
        Event::ObjectionAnswered(it) => Some(it.matter),
        Event::Closed { matter, .. } => Some(*matter),
        _ => None,
    }
}

/// Whether a handover for `reason` may follow a leader's decision: somebody must stand in for who is away.
pub(super) fn may_follow_decision(reason: HandoverReason) -> bool {
    reason == HandoverReason::Absent
}
