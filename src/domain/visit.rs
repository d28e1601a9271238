//! A visit (来访): one arrival with its ticket, its matters and the offers to hand them over.
//!
//! Three machines (RULES §3): the ticket is the place in the queue, a matter has its responsible person,
//! an offer is open until accepted, refused or lapsed. `decide` answers and changes nothing; `apply`
//! changes and cannot fail; the event between them is the journal entry.

use crate::domain::elsewhere::Referral;
use crate::domain::event::{
    Bell, Class, Document, EscalationReason, Event, Form, HandoverReason, MatterAdded, OpenReason, Origin,
    Outcome, PaperKind, Rang, RefuseReason, Registered, Sealing, SlipOutcome, Stamp, Told,
};
use crate::domain::ids::{
    CounterId, DepartmentCode, JobId, MatterCode, MatterIndex, OfferIndex, RuleId, StaffId, TapKey, VisitId,
};
use crate::domain::matter::{self, MatterCommand};
pub use crate::domain::matter::{MatterState, Objection, VisitMatter};
use crate::domain::offer::Asked;
pub use crate::domain::offer::{Offer, OfferState};
use crate::domain::office::{Language, Office, Staff};
use crate::domain::order::{Booked, NIGHT_QUEUE, Night};
use crate::domain::refusal::Refusal;
use crate::domain::returned::Returned;
use crate::domain::roster::DutyPost;
use crate::domain::sensitive::{Personal, Sensitive};
use crate::domain::ticket::{CALLS_MAX, Rejoined, Stage, Ticket};
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};
use crate::domain::wait::Wait;

/// One arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Its key.
    pub id: VisitId,
    /// The tap that made it.
    pub tap: TapKey,
    /// The day its number belongs to.
    pub day: ServiceDay,
    /// When they came, for people.
    pub arrived_at: Timestamp,
    /// When they came, for order; kept through handovers and misses.
    pub arrived: LobbyTime,
    /// Breaks ties of order.
    pub seq: u64,
    /// Their class in the queue.
    pub class: Class,
    /// Their appointment, if it counts.
    pub booked: Option<Booked>,
    /// The wait they were told.
    pub wait: Option<Wait>,
    /// What they read.
    pub language: Language,
    /// Heads.
    pub people: u16,
    /// Who registered them.
    pub origin: Origin,
    /// What they told of themselves.
    pub personal: Personal,
    /// Their place.
    pub ticket: Ticket,
    /// What they came about; at least one.
    pub matters: Vec<VisitMatter>,
    /// Handovers offered, all of them.
    pub offers: Vec<Offer>,
    /// Papers, all of them.
    pub slips: Vec<SlipState>,
    /// How they came to us.
    pub form: Form,
    /// In which order the matters are gone through.
    pub stops: Vec<MatterIndex>,
    /// Who may have nothing to do with it (XF 28).
    pub recused: Vec<StaffId>,
    /// 检举控告, or sealed by a clerk: the only one who reads it.
    pub sealed: Option<StaffId>,
    /// Came back with the papers that were missing: since when.
    pub returned: Option<Returned>,
    /// Came back and has not been received since: waits for the same officer.
    pub kept: bool,
    /// Since when they sit and wait to be seen to by whoever answers now, whatever the wall clock does; none while
    /// somebody sees to them or has called them, and while nobody is here: at night, and once told to come another day.
    pub waits_since: Option<LobbyTime>,
    /// Alarms given.
    pub rung: Vec<Rang>,
    /// Since when it is marked urgent or dangerous, and nobody has said that they know (R15).
    pub urgent_since: Option<LobbyTime>,
    /// Who has said that they know of what is urgent in it, and when; none again once a matter of it is put before the
    /// leader as urgent (R15, XF 25).
    pub known: Option<Known>,
    /// Whoever served has to stay out of it, and nobody has gone on since (XF 28).
    pub broken_off: bool,
}

/// Somebody who is told of what is urgent has said that they know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// One paper of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlipState {
    /// Its job.
    pub job: JobId,
    /// Which paper.
    pub paper: PaperKind,
    /// Of which matter.
    pub matter: MatterIndex,
    /// 补打
    pub reprint: bool,
    /// What became of it, once known.
    pub outcome: Option<SlipOutcome>,
}

/// What staff may ask of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// 叫号 or 重呼
    Call(CounterId),
    /// 开始办理
    Begin,
    /// 过号
    Miss,
    /// 重新排队
    Rejoin {
        /// How many the department has called so far.
        after: u32,
    },
    /// 转办
    Offer {
        /// Which matter.
        matter: MatterIndex,
        /// To whom.
        to: StaffId,
        /// Why.
        reason: HandoverReason,
        /// Whether somebody leads the visitor there.
        led: bool,
    },
    /// 接收
    Accept(OfferIndex),
    /// 退回
    Refuse(OfferIndex, RefuseReason),
    /// 办结
    Close {
        /// Which matter.
        matter: MatterIndex,
        /// How it ended.
        outcome: Outcome,
        /// How the visitor was told.
        told: Told,
        /// Which body, what was answered.
        note: Option<Sensitive<String>>,
    },
    /// 办结 by sending the visitor elsewhere: another body (R8), a procedure of the law (XF 31).
    Refer {
        /// Which matter.
        matter: MatterIndex,
        /// Which of the two.
        outcome: Outcome,
        /// How the visitor was told.
        told: Told,
        /// Where to.
        referral: Sensitive<Box<Referral>>,
        /// What else there is to say.
        note: Option<Sensitive<String>>,
    },
    /// Another class in the queue.
    Reclass {
        /// Which.
        class: Class,
        /// Why; for urgency and danger.
        reason: Option<Sensitive<String>>,
    },
    /// 顺延, at closing.
    RollOver {
        /// How the visitor was told.
        told: Told,
    },
    /// 回电, in the morning.
    CallBack {
        /// Whether somebody answered.
        reached: bool,
    },
    /// 补打
    Reprint(JobId),
    /// 接待
    Receive,
    /// 回来办理
    Return,
    /// 加办事项, as the lobby has directed it.
    Add(Box<MatterAdded>),
    /// In which order.
    Reorder(Vec<MatterIndex>),
    /// 密封
    Seal,
    /// 查看个人信息
    Open(OpenReason),
    /// 回避
    Recuse(StaffId),
    /// 已知悉, of what is urgent.
    Acknowledge,
    /// Another paper than the slip.
    Paper {
        /// The new job.
        job: JobId,
        /// Which.
        paper: PaperKind,
        /// Of which matter.
        matter: MatterIndex,
    },
    /// What is done with one matter.
    Matter(MatterIndex, MatterCommand),
}

impl Command {
    /// Whether it brings anybody else in. What is sealed is its contact's alone, and is handed to nobody, put before
    /// nobody here and joined with nothing (RULES §5).
    fn shares(&self) -> bool {
        use MatterCommand::{Decide, Escalate, Join, Merge};
        matches!(
            self,
            Self::Offer { .. }
                | Self::Add(_)
                | Self::Matter(_, Escalate { .. } | Decide { .. } | Join(_) | Merge { .. })
        )
    }

    /// Being sent elsewhere is a way of closing, with somewhere to be sent to.
    fn referral_apart(self) -> (Self, Option<Sensitive<Box<Referral>>>) {
        match self {
            Self::Refer {
                matter,
                outcome,
                told,
                referral,
                note,
            } => {
                let close = Self::Close {
                    matter,
                    outcome,
                    told,
                    note,
                };
                (close, Some(referral))
            }
            other => (other, None),
        }
    }
}

/// Matters one number may carry; more want a second visit.
pub const MATTERS_MAX: usize = 10;

impl Visit {
    /// The visit that a registration makes.
    pub fn register(id: VisitId, registered: &Registered, stamp: Stamp) -> Self {
        let it = registered;
        Self {
            id,
            tap: it.tap,
            day: it.day,
            arrived_at: stamp.at,
            arrived: stamp.lobby,
            seq: stamp.seq,
            class: it.class,
            booked: it.booked.map(|at| Booked {
                at,
                lobby: stamp.lobby.plus_ms((at - stamp.at).num_milliseconds()),
            }),
            wait: it.wait,
            language: it.language,
            people: it.people,
            origin: it.origin.clone(),
            personal: it.personal.clone(),
            ticket: Ticket {
                number: it.number,
                department: it.department.clone(),
                stage: Stage::Waiting,
                caller: None,
                called_at: None,
                begun_at: None,
                rejoined: None,
                first_call: None,
                serving_since: None,
                night: (it.number.queue == NIGHT_QUEUE).then(Night::default),
                rolled: None,
            },
            matters: vec![VisitMatter::first(it, stamp.at)],
            offers: Vec::new(),
            slips: it
                .job
                .map(|job| SlipState {
                    job,
                    paper: PaperKind::Slip,
                    matter: MatterIndex(0),
                    reprint: false,
                    outcome: None,
                })
                .into_iter()
                .collect(),
            form: it.form,
            stops: vec![MatterIndex(0)],
            recused: it.recused.clone(),
            sealed: it.sealed.then(|| it.responder.clone()),
            returned: None,
            kept: false,
            waits_since: (it.number.queue != NIGHT_QUEUE).then_some(stamp.lobby),
            rung: Vec::new(),
            urgent_since: it.class.reported().then_some(stamp.lobby),
            known: None,
            broken_off: false,
        }
    }

    /// What `command` of `actor` would change, or why it cannot. Changes nothing itself.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn decide(
        &self,
        office: &Office,
        actor: &Staff,
        command: Command,
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        let (command, referral) = command.referral_apart();
        let after = matches!(
            command,
            Command::Reprint(_)
                | Command::Paper { .. }
                | Command::Open(_)
                | Command::Seal
                | Command::Matter(_, MatterCommand::Deliver { .. })
        );
        if self.ticket.stage == Stage::Closed && !after {
            return Err(Refusal::AlreadyClosed);
        }
        if self.sealed.as_ref().is_some_and(|it| *it != actor.id) {
            return Err(Refusal::NotYours);
        }
        if self.recused(&actor.id) {
            return Err(Refusal::Recused);
        }
        if self.sealed.is_some() && command.shares() {
            return Err(Refusal::OutOfTurn);
        }
        let own = actor.department == self.ticket.department || self.sealed.is_some();
        if own && matches!(command, Command::Call(_) | Command::Begin | Command::Receive) {
            self.may_take(office, actor, stamp.at)?;
        }
        let entitled = own || actor.sees_all() || self.matters.iter().any(|it| it.responsible == actor.id);
        let by = || actor.id.clone();
        match (&self.ticket.stage, command) {
            (_, place @ (Command::Reclass { .. } | Command::RollOver { .. } | Command::CallBack { .. })) => {
                self.decide_place(office, actor, place, stamp)
            }
            (_, Command::Call(_) | Command::Begin | Command::Miss) if !own => Err(Refusal::NotYours),
            (Stage::Waiting | Stage::Called { .. }, Command::Call(_)) if self.open_offer().is_some() => {
                Err(Refusal::OfferOpen)
            }
            (Stage::Waiting, Command::Call(counter)) => self.call(office, counter, 1, actor),
            (Stage::Called { counter, calls, last }, Command::Call(again)) if *counter == again => {
                let gap_ms = i64::from(office.settings.call_gap_seconds) * 1000;
                let left_ms = gap_ms - stamp.lobby.ms_since(*last);
                if CALLS_MAX <= *calls {
                    Err(Refusal::CalledEnough)
                } else if 0 < left_ms {
                    let seconds = u16::try_from((left_ms + 999) / 1000).unwrap_or(u16::MAX);
                    Err(Refusal::TooSoon { seconds })
                } else {
                    self.call(office, again, calls + 1, actor)
                }
            }
            (Stage::Called { counter, .. }, Command::Begin) => Ok(Event::Begun {
                counter: *counter,
                by: by(),
                takes: Some(self.takes_on()),
            }),
            (Stage::Called { calls, .. }, Command::Miss) => {
                if *calls < CALLS_MAX {
                    return Err(Refusal::CallAgainFirst);
                }
                Ok(Event::Missed { by: by() })
            }
            (_, Command::Rejoin { .. }) if !own && !actor.sees_all() => Err(Refusal::NotYours),
            (Stage::Missed, Command::Rejoin { after }) => Ok(Event::Rejoined { by: by(), after }),
            // With the slip of the night in hand: into the queue, the arrival of the night kept.
            (Stage::Waiting, Command::Rejoin { after }) if self.ticket.night.is_some() => {
                Ok(Event::Rejoined { by: by(), after })
            }
            (
                _,
                Command::Offer {
                    matter,
                    to,
                    reason,
                    led,
                },
            ) => {
                let asked = Asked {
                    matter,
                    to,
                    reason,
                    led,
                };
                self.decide_offer(office, actor, asked, stamp)
            }
            (_, Command::Accept(offer)) => {
                self.answerable(offer, actor)?;
                Ok(Event::Accepted { offer })
            }
            (_, Command::Refuse(offer, reason)) => {
                self.answerable(offer, actor)?;
                Ok(Event::Refused { offer, reason })
            }
            (
                stage,
                Command::Close {
                    matter,
                    outcome,
                    told,
                    note,
                },
            ) => {
                let current = self.open_matter(matter)?;
                let mine = actor.department == current.department || current.responsible == actor.id;
                if !own && !actor.sees_all() && !mine {
                    return Err(Refusal::NotYours);
                }
                if self.open_offer().is_some() {
                    return Err(Refusal::OfferOpen);
                }
                let later = matches!(
                    current.state,
                    MatterState::InProgress { .. } | MatterState::NoticeGiven { .. }
                );
                let serving = matches!(stage, Stage::Serving { .. });
                // Whoever was promised an answer is answered, also where they did not wait for it.
                if outcome.unserved() && current.answer_owed() {
                    return Err(Refusal::AnswerOwed);
                }
                let fits = match outcome {
                    Outcome::Missed => matches!(stage, Stage::Missed),
                    Outcome::Left => true,
                    // Linking has its own command, which says to what.
                    Outcome::Merged => false,
                    Outcome::SealedReceived => self.sealed.is_some() && serving,
                    // R12: only who passed it down may take it back.
                    Outcome::GivenBack => current.objection == Some(Objection::Consented),
                    // By telephone, the next morning.
                    _ if self.ticket.night.is_some() => told != Told::InPerson,
                    _ => own && serving || (mine || self.sealed.is_some()) && later,
                };
                if !fits {
                    return Err(Refusal::OutOfTurn);
                }
                if matches!(current.state, MatterState::Escalated { .. }) && !outcome.unserved() {
                    return Err(Refusal::WithLeader);
                }
                let reviewed = current.petition.as_ref().is_some_and(|it| it.not_again.is_some());
                if outcome == Outcome::NotAgain && !reviewed {
                    return Err(Refusal::ReviewNeeded);
                }
                let aside = matches!(outcome, Outcome::Left | Outcome::Missed) || self.sealed.is_some();
                if current.petition() && current.petition.is_none() && !aside {
                    return Err(Refusal::RegisterNeeded);
                }
                if outcome == Outcome::Replied
                    && current.petition()
                    && !current.has_delivered(Document::Reply)
                {
                    return Err(Refusal::DeliveryNeeded);
                }
                if outcome.unserved() != (told == Told::NotTold) {
                    return Err(Refusal::ToldNeeded);
                }
                // Answered is by a policy, and the commonest answer is the catalogue's own.
                let cited = || current.policy(office).map(Sensitive::new);
                let note = note.or_else(|| (outcome == Outcome::Answered).then(cited).flatten());
                if outcome.needs_reason() && note.is_none() {
                    return Err(if outcome == Outcome::Answered {
                        Refusal::PolicyNeeded
                    } else {
                        Refusal::ReasonNeeded
                    });
                }
                if outcome.needs_note() && note.is_none() && !outcome.refers() {
                    return Err(Refusal::NoteNeeded);
                }
                match &referral {
                    Some(it) if outcome.refers() => it.on_paper().check(outcome)?,
                    None if outcome.refers() => return Err(Refusal::NoteNeeded),
                    Some(_) => return Err(Refusal::OutOfTurn),
                    None => {}
                }
                Ok(Event::Closed {
                    matter,
                    outcome,
                    told,
                    by: by(),
                    note,
                    referral,
                })
            }
            (_, Command::Reprint(job)) if own || actor.sees_all() => Ok(Event::Reprinted { job, by: by() }),
            (_, Command::Reprint(_)) => Err(Refusal::NotYours),
            (stage, command) => self.decide_more(office, (actor, entitled), (stage, command), stamp),
        }
    }

    fn decide_more(
        &self,
        office: &Office,
        (actor, entitled): (&Staff, bool),
        (stage, command): (&Stage, Command),
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        let by = actor.id.clone();
        match (stage, command) {
            (_, Command::Matter(index, what)) => {
                let matter = self.matters.get(usize::from(index.0)).ok_or(Refusal::NotFound)?;
                matter.decide(office, self, (index, actor), what, stamp)
            }
            (_, Command::Open(_) | Command::Paper { .. } | Command::Add(_) | Command::Reorder(_))
            | (_, Command::Return | Command::Recuse(_))
                if !entitled =>
            {
                Err(Refusal::NotYours)
            }
            (Stage::Waiting | Stage::Called { .. }, Command::Receive) => {
                let current = self.matter(self.current());
                let own = actor.department == self.ticket.department || self.sealed.is_some();
                if !own && current.responsible != actor.id {
                    Err(Refusal::NotYours)
                } else if self.open_offer().is_some() {
                    Err(Refusal::OfferOpen)
                } else {
                    let takes = Some(self.takes_on());
                    Ok(Event::Received { by, takes })
                }
            }
            (Stage::Pending, Command::Return) => Ok(Event::Returned {
                by,
                matter: Some(self.came_for()),
            }),
            (Stage::Waiting | Stage::Called { .. } | Stage::Serving { .. }, Command::Add(mut added)) => {
                if MATTERS_MAX <= self.matters.len() {
                    return Err(Refusal::MattersFull);
                }
                // Whoever has to stay out of the visit is not asked first about another matter of it either (XF 28).
                if self.recused(&added.responder) {
                    return Err(Refusal::Recused);
                }
                added.index = MatterIndex(u8::try_from(self.matters.len()).unwrap_or(u8::MAX));
                Ok(Event::MatterAdded(added))
            }
            (_, Command::Reorder(order)) => {
                let mut sorted = order.clone();
                sorted.sort();
                let all = (0..self.matters.len()).map(|it| MatterIndex(u8::try_from(it).unwrap_or(u8::MAX)));
                if !sorted.into_iter().eq(all) {
                    return Err(Refusal::NotFound);
                }
                Ok(Event::Reordered { order, by })
            }
            (_, Command::Seal) => {
                if self.sealed.is_some() {
                    return Err(Refusal::OutOfTurn);
                }
                let discipline = office.elsewhere.discipline.as_ref().ok_or(Refusal::NoContact)?;
                if self.recused(&discipline.contact) {
                    return Err(Refusal::ContactAccused);
                }
                let contact = discipline.contact.clone();
                // Who sealed it may have nothing to do with it any more: they cannot go on, and their counter is free.
                let waits = match stage {
                    Stage::Serving { by, .. } => *by != contact,
                    stage => matches!(stage, Stage::Called { .. }),
                };
                Ok(Event::Sealed(Box::new(Sealing {
                    contact,
                    by: Some(by),
                    key: None,
                    waits,
                })))
            }
            (_, Command::Open(reason)) => Ok(Event::Opened { by, reason }),
            (_, Command::Recuse(staff)) => {
                office.staff(&staff).ok_or(Refusal::UnknownStaff)?;
                if self.recused(&staff) {
                    return Err(Refusal::OutOfTurn);
                }
                // Nobody else may read it: it is put before the higher body.
                if self.sealed.as_ref() == Some(&staff) {
                    return Err(Refusal::ContactAccused);
                }
                let waits = self.served_by(&staff);
                Ok(Event::Recused { staff, by, waits })
            }
            (_, Command::Acknowledge) => self.acknowledge(actor),
            (_, Command::Paper { job, paper, matter }) => {
                self.matters.get(usize::from(matter.0)).ok_or(Refusal::NotFound)?;
                if self.sealed.is_some() && paper != PaperKind::Slip {
                    // What is sealed leaves no paper about.
                    return Err(Refusal::OutOfTurn);
                }
                Ok(Event::PaperAsked {
                    job,
                    paper,
                    matter,
                    by,
                })
            }
            _ => Err(Refusal::OutOfTurn),
        }
    }

    /// Takes on what was decided. Never fails: the deciding is done.
    pub fn apply(&mut self, event: &Event, stamp: Stamp) {
        self.take_on(event, stamp);
        if self.ticket.stage != Stage::Waiting {
            self.waits_since = None;
        }
        if !matches!(self.ticket.stage, Stage::Called { .. }) {
            self.ticket.caller = None;
        }
        self.broken_off &= self.ticket.stage == Stage::Waiting;
        // Whoever is received, called or seen to need not be called back any more.
        if !matches!(self.ticket.stage, Stage::Waiting | Stage::Closed) {
            self.ticket.night = None;
        }
        let serving = matches!(self.ticket.stage, Stage::Serving { .. });
        self.ticket.serving_since = match self.ticket.serving_since {
            _ if !serving => None,
            None => Some(stamp.lobby),
            since => since,
        };
    }

    fn take_on(&mut self, event: &Event, stamp: Stamp) {
        match event {
            Event::Registered(_) => {}
            Event::Called { counter, calls, by } => {
                self.ticket.caller = Some(by.clone());
                self.ticket.called_at.get_or_insert(stamp.at);
                self.ticket.first_call.get_or_insert(stamp.lobby);
                self.ticket.night = None;
                self.ticket.stage = Stage::Called {
                    counter: *counter,
                    calls: *calls,
                    last: stamp.lobby,
                };
            }
            Event::Begun { counter, by, takes } => self.served(Some(*counter), by, takes.as_deref(), stamp),
            Event::Received { by, takes } => self.served(None, by, takes.as_deref(), stamp),
            Event::Missed { .. } => self.ticket.stage = Stage::Missed,
            Event::Rejoined { after, .. } => {
                // Who was asked to come in the morning has missed nothing and lets nobody go first.
                let missed = self.ticket.night.take().is_none();
                if missed {
                    self.ticket.stage = Stage::Waiting;
                    self.ticket.rejoined = Some(Rejoined {
                        at: stamp.lobby,
                        after: *after,
                    });
                } else {
                    self.waits_anew(stamp);
                }
            }
            Event::Offered(offered) => self.offers.push(Offer {
                offered: offered.as_ref().clone(),
                lobby: stamp.lobby,
                lapsed: None,
                state: OfferState::Open,
                rung: false,
                told: false,
            }),
            Event::Accepted { offer } => self.accepted(*offer, stamp),
            Event::Refused { offer, reason } => self.refused(*offer, *reason),
            Event::Lapsed { offer } => {
                self.settle(*offer, OfferState::Lapsed);
                if let Some(offer) = self.offers.get_mut(usize::from(offer.0)) {
                    offer.lapsed = Some((stamp.at, stamp.lobby));
                }
            }
            Event::MatterAdded(it) => {
                self.stops.push(it.index);
                self.matters.push(VisitMatter::added(it, stamp.at));
            }
            Event::Reordered { order, .. } => {
                self.stops.clone_from(order);
                if self.ticket.stage == Stage::Waiting {
                    self.ticket.department = self.matter(self.current()).department.clone();
                }
            }
            Event::Returned { matter, .. } => {
                // Entries of the first form named no matter, and anybody of the department took it.
                self.kept = matter.is_some();
                if let Some(first) = matter.filter(|it| self.stops.contains(it)) {
                    self.stops.retain(|it| *it != first);
                    self.stops.insert(0, first);
                }
                self.ticket.department = self.matter(self.current()).department.clone();
                self.waits_anew(stamp);
                self.returned = Some(Returned {
                    at: stamp.at,
                    lobby: stamp.lobby,
                });
            }
            Event::Sealed(it) => {
                self.kept = false;
                self.sealed = Some(it.contact.clone());
                self.personal = Personal::default();
                for matter in &mut self.matters {
                    matter.forget_words();
                    if matter.open() {
                        matter.responsible = it.contact.clone();
                        // Nobody but the contact reads it from here: no leader decides, and nobody waits for one.
                        matter.leave_leader();
                    }
                }
                if let Some(offer) = self.open_offer().map(|it| it.offered.offer) {
                    self.settle(offer, OfferState::Lapsed);
                }
                // Entries of the first form left whoever served at their counter.
                if it.waits || matches!(self.ticket.stage, Stage::Called { .. }) {
                    self.waits_anew(stamp);
                }
            }
            Event::Recused { staff, waits, .. } => {
                self.recused.push(staff.clone());
                if *waits {
                    self.break_off(stamp);
                }
                // What a leader was told who has to stay out of it, another leader is.
                let recused = &self.recused;
                let told = |it: &Rang| it.bell.leads() && it.to.iter().all(|it| recused.contains(it));
                self.rung.retain(|it| !told(it));
            }
            Event::UrgencyKnown { by } => {
                let by = by.clone();
                self.known = Some(Known { by, at: stamp.at });
                self.urgent_since = None;
            }
            Event::Rang(it) => self.rang(it),
            Event::PaperAsked {
                job, paper, matter, ..
            } => self.slips.push(SlipState {
                job: *job,
                paper: *paper,
                matter: *matter,
                reprint: false,
                outcome: None,
            }),
            Event::Opened { .. } => {}
            Event::Escalated(_)
            | Event::Decided(_)
            | Event::NoticeGiven(_)
            | Event::MaterialsReceived(_)
            | Event::Undertaken(_)
            | Event::Extended(_)
            | Event::Merged(_)
            | Event::PetitionTaken(_)
            | Event::Delivered(_)
            | Event::HandedOn(_)
            | Event::Joined(_)
            | Event::ProgressTold(_)
            | Event::ClockSet(_)
            | Event::Objected(_)
            | Event::ObjectionAnswered(_)
            | Event::Closed { .. } => self.matter_moved(event, stamp),
            Event::Classed { .. } | Event::RolledOver { .. } | Event::CalledBack { .. } => {
                self.apply_place(event, stamp);
            }
            Event::Reprinted { job, .. } => {
                self.slips.push(SlipState {
                    job: *job,
                    paper: PaperKind::Slip,
                    matter: MatterIndex(0),
                    reprint: true,
                    outcome: None,
                });
            }
            Event::SlipSettled { job, outcome } => {
                if let Some(slip) = self.slips.iter_mut().find(|it| it.job == *job) {
                    slip.outcome = Some(*outcome);
                }
            }
        }
    }

    /// Makes room for another at `counter`. Only where the journal has lost how this visit left it: it waits
    /// again, so that somebody sees to it.
    pub fn give_way(&mut self, counter: CounterId) {
        if self.ticket.counter() == Some(counter) {
            self.ticket.stage = Stage::Waiting;
            (self.ticket.serving_since, self.ticket.caller) = (None, None);
        }
    }

    /// The visitor sits and waits to be seen to by whoever answers from here: first contact is reckoned anew, for they
    /// may not know it yet (RULES §2).
    pub(super) fn waits_anew(&mut self, stamp: Stamp) {
        self.waits_since = (!self.put_off()).then_some(stamp.lobby);
        self.ticket.stage = Stage::Waiting;
        self.ticket.rejoined = None;
        self.rung.retain(|it| !it.bell.first_contact());
    }

    /// Whether the visitor is not here, and nobody expects them now: they wrote or called, they came at night, or were told
    /// to come another day and have not been seen to since.
    fn put_off(&self) -> bool {
        let told =
            self.ticket.rolled.is_some() && self.ticket.rejoined.is_none() && self.waits_since.is_none();
        let here = self.form == Form::Visit && self.ticket.night.is_none();
        !here || self.ticket.stage == Stage::Waiting && told
    }

    /// For which matters whoever serves the visitor now answers from here on: those of the department the visitor is
    /// still to be heard about or has brought papers for, and the one they are here for. What a colleague has promised a
    /// date for stays theirs, and what is before the leader is decided there (RULES §2).
    pub fn takes_on(&self) -> Vec<MatterIndex> {
        let here_for = self.current();
        let indexes = (0..self.matters.len()).filter_map(|at| Some(MatterIndex(u8::try_from(at).ok()?)));
        let taken = |index: &MatterIndex| {
            let it = self.matter(*index);
            let noticed = matches!(it.state, MatterState::NoticeGiven { .. });
            let before_leader = matches!(it.state, MatterState::Escalated { .. });
            let theirs = it.open() && it.department == self.ticket.department && !before_leader;
            theirs && (it.at_hand() || noticed || *index == here_for)
        };
        indexes.filter(taken).collect()
    }

    /// Whether `staff` sits with the visitor, or has called them.
    pub(super) fn served_by(&self, staff: &StaffId) -> bool {
        match &self.ticket.stage {
            Stage::Serving { by, .. } => by == staff,
            Stage::Called { .. } => self.ticket.caller.as_ref() == Some(staff),
            _ => false,
        }
    }

    /// Whoever served has to stay out of it: the visitor waits again, by the first arrival, and the leader hears of it.
    fn break_off(&mut self, stamp: Stamp) {
        self.waits_anew(stamp);
        self.kept = false;
        self.broken_off = true;
        self.rung.retain(|it| it.bell != Bell::BrokenOff);
    }

    /// Somebody serves the visitor and answers from here on, for what their department has (RULES §2 b).
    fn served(
        &mut self,
        counter: Option<CounterId>,
        by: &StaffId,
        takes: Option<&[MatterIndex]>,
        stamp: Stamp,
    ) {
        self.ticket.begun_at.get_or_insert(stamp.at);
        self.ticket.rejoined = None;
        self.kept = false;
        self.ticket.stage = Stage::Serving {
            counter,
            by: by.clone(),
        };
        if let Some(takes) = takes {
            for index in takes {
                if let Some(matter) = self.matters.get_mut(usize::from(index.0)) {
                    matter.responsible = by.clone();
                }
            }
            return;
        }
        let department = &self.ticket.department;
        let theirs = |it: &&mut VisitMatter| {
            let escalated = matches!(it.state, MatterState::Escalated { .. });
            it.open() && !escalated && it.department == *department
        };
        for matter in self.matters.iter_mut().filter(theirs) {
            matter.responsible = by.clone();
        }
    }

    /// One matter has moved; the ticket goes on to the next stop, or the visitor goes home.
    fn matter_moved(&mut self, event: &Event, stamp: Stamp) {
        let Some(index) = matter::index_of(event) else {
            return;
        };
        let at_hand = self.current();
        let Some(matter) = self.matters.get_mut(usize::from(index.0)) else {
            return;
        };
        let before = matter.state.promised();
        let before = before.map(|it| (it.limit.kind, it.limit.started));
        matter.apply(event, stamp);
        if self.sealed.is_some() {
            matter.forget_words();
        }
        if let Event::Undertaken(it) = event {
            // What rang on this clock still says something; what rang before it began, or on the same one begun
            // otherwise, does not.
            let (kind, started) = (it.promised.limit.kind, it.promised.limit.started);
            let otherwise = before.is_some_and(|of| of.0 == kind && of.1 != started);
            let of_it = |rang: &Rang| (rang.matter, rang.limit) == (Some(it.matter), Some(kind));
            self.rung
                .retain(|rang| !of_it(rang) || !otherwise && started < rang.day.0);
        }
        let anew = match event {
            Event::Extended(it) => Some((it.matter, it.promised.limit.kind)),
            Event::ClockSet(it) => Some((it.matter, it.promised.limit.kind)),
            _ => None,
        };
        if let Event::Escalated(it) = event {
            // Put before the leader again, it is asked for again.
            let asks = |bell| matches!(bell, Bell::Undecided | Bell::UrgentUnanswered);
            self.rung
                .retain(|rang| !(asks(rang.bell) && rang.matter == Some(it.matter)));
            if it.why == EscalationReason::Urgent {
                self.known = None;
            }
        }
        if let Some((matter, limit)) = anew {
            // The new time is reminded of anew.
            self.rung
                .retain(|rang| (rang.matter, rang.limit) != (Some(matter), Some(limit)));
        }
        // Where the visitor goes on is decided.
        self.broken_off &= !matches!(event, Event::Decided(_));
        if let Event::Decided(it) = event
            && index == at_hand
            && matches!(self.ticket.stage, Stage::Waiting | Stage::Serving { .. })
            && self.ticket.department != it.department
        {
            self.ticket.department = it.department.clone();
            self.waits_anew(stamp);
        }
        if self.matters.iter().all(|it| !it.open()) {
            self.ticket.stage = Stage::Closed;
        } else {
            self.advance(stamp);
        }
    }

    /// Where the visitor goes next: to the next stop, or home while the matters go on.
    fn advance(&mut self, stamp: Stamp) {
        let next = self.stops.iter().find(|it| self.matter(**it).at_hand());
        match next {
            // They sat with somebody who has to stay out of it, and still stand there.
            None if self.broken_off => {}
            None => self.ticket.stage = Stage::Pending,
            // Whoever is not here is not sent anywhere.
            Some(_) if matches!(self.ticket.stage, Stage::Pending | Stage::Missed) => {}
            Some(next) => {
                let department = self.matter(*next).department.clone();
                if self.ticket.department != department {
                    self.ticket.department = department;
                    self.waits_anew(stamp);
                }
            }
        }
    }

    /// The matter the visitor is here for: the first stop that is not settled, else the first that is open.
    pub fn current(&self) -> MatterIndex {
        let first =
            |which: fn(&VisitMatter) -> bool| self.stops.iter().copied().find(|it| which(self.matter(*it)));
        first(VisitMatter::at_hand)
            .or_else(|| first(VisitMatter::open))
            .unwrap_or(self.stops[0])
    }

    /// One matter; the first, where a damaged journal names one that is not there.
    pub fn matter(&self, index: MatterIndex) -> &VisitMatter {
        self.matters.get(usize::from(index.0)).unwrap_or(&self.matters[0])
    }

    /// Whether `staff` may have nothing to do with it (XF 28).
    pub fn recused(&self, staff: &StaffId) -> bool {
        self.recused.contains(staff)
    }

    /// Whether `staff` may read it at all: a sealed visit is its contact's alone.
    pub fn readable_by(&self, staff: &StaffId) -> bool {
        self.sealed.as_ref().is_none_or(|it| it == staff) && !self.recused(staff)
    }

    /// Whether the visit is not closed.
    pub fn open(&self) -> bool {
        self.ticket.stage != Stage::Closed
    }

    /// Who answers for the visit now: for the matter the visitor is here for.
    pub fn responsible(&self) -> &StaffId {
        &self.matter(self.current()).responsible
    }

    fn call(&self, office: &Office, counter: CounterId, calls: u8, actor: &Staff) -> Result<Event, Refusal> {
        let serves = office
            .counter(counter)
            .is_some_and(|it| it.departments.contains(&self.ticket.department));
        if !serves {
            return Err(Refusal::WrongCounter);
        }
        // A letter does not come when it is called: whoever it was handed to takes it by 接待.
        if self.form != Form::Visit {
            return Err(Refusal::OutOfTurn);
        }
        Ok(Event::Called {
            counter,
            by: actor.id.clone(),
            calls,
        })
    }

    pub(super) fn open_matter(&self, matter: MatterIndex) -> Result<&VisitMatter, Refusal> {
        let matter = self.matters.get(usize::from(matter.0)).ok_or(Refusal::NotFound)?;
        if matter.open() {
            Ok(matter)
        } else {
            Err(Refusal::AlreadyClosed)
        }
    }
}

/// The finished, valid whole of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The tap that asks.
    pub tap: TapKey,
    /// What they came about; none if they do not know whom to ask.
    pub matter: Option<MatterCode>,
    /// Their class.
    pub class: Class,
    /// Why, for urgency and danger.
    pub reason: Option<Sensitive<String>>,
    /// Their appointment, if they have one.
    pub booked: Option<Timestamp>,
    /// What they read.
    pub language: Language,
    /// Heads, at least 1.
    pub people: u16,
    /// What they told of themselves.
    pub personal: Personal,
    /// Who registers them.
    pub origin: Origin,
    /// What there is to say beyond the usual.
    pub how: How,
}

/// How somebody came, beyond the usual.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct How {
    /// 来访, 来信, 来电, 交办; a visit if nothing is said.
    pub form: Option<Form>,
    /// 直接接待: the clerk who registers sits down with them, and is first responder (R1).
    pub received: bool,
    /// More matters on the same number.
    pub also: Vec<MatterCode>,
    /// Who is complained about or has an interest (XF 28).
    pub against: Vec<StaffId>,
    /// A department that is complained about: everybody in it.
    pub against_department: Option<DepartmentCode>,
    /// Who was asked together with the clerk who registers: the highest in rank answers (R2).
    pub asked: Vec<StaffId>,
    /// 检举控告: sealed from the first touch; whatever else was said is dropped.
    pub sealed: bool,
}

/// Where a matter would be sent now, for the page before registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direction {
    /// The department that would receive.
    pub department: DepartmentCode,
    /// By which rule.
    pub rule: RuleId,
    /// First responder.
    pub responder: StaffId,
    /// In what capacity; `Reception` means that nobody of the routed department is here.
    pub post: DutyPost,
}

impl Office {
    /// Where `matter` would be sent if asked `at`.
    ///
    /// # Errors
    /// [`Refusal::UnknownMatter`].
    pub fn direct(&self, matter: Option<&MatterCode>, at: Timestamp) -> Result<Direction, Refusal> {
        let route = self.route(matter, at)?;
        let duty = route.answer.duty;
        Ok(Direction {
            department: duty.department,
            rule: route.rule,
            responder: duty.responder,
            post: duty.post,
        })
    }
}
