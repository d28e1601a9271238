//! A visit (来访): one arrival with its ticket, its matters and the offers to hand them over.
//!
//! Three machines (RULES §3): the ticket is the place in the queue, a matter has its responsible person,
//! an offer is open until accepted, refused or lapsed. `decide` answers and changes nothing; `apply`
//! changes and cannot fail; the event between them is the journal entry.

use crate::domain::event::{
    Class, Event, HandoverReason, Offered, Origin, Outcome, RefuseReason, Registered, SlipOutcome, Stamp,
    Told,
};
use crate::domain::ids::{
    CounterId, DepartmentCode, JobId, MatterCode, MatterIndex, OfferIndex, RuleId, StaffId, TapKey, VisitId,
};
use crate::domain::office::{Language, MatterKind, Office, Settings, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::roster::DutyPost;
use crate::domain::sensitive::{Personal, Sensitive};
use crate::domain::ticket::{CALLS_MAX, Rejoined, Stage, Ticket};
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};

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
}

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
    /// Where it stands.
    pub state: MatterState,
    /// Handovers accepted.
    pub handovers: u8,
    /// Handovers refused.
    pub refusals: u8,
}

/// Where a matter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatterState {
    /// Whoever answers now has it.
    WithResponsible,
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

/// A handover (转办单).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What was offered.
    pub offered: Offered,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub state: OfferState,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferState {
    /// Waits for an answer.
    Open,
    /// 已接到
    Accepted,
    /// 退回
    Refused(RefuseReason),
    /// Nobody answered in time.
    Lapsed,
}

/// One paper of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlipState {
    /// Its job.
    pub job: JobId,
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
    /// 补打
    Reprint(JobId),
}

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
            language: it.language,
            people: it.people,
            origin: it.origin.clone(),
            personal: it.personal.clone(),
            ticket: Ticket {
                number: it.number,
                department: it.department.clone(),
                stage: Stage::Waiting,
                called_at: None,
                begun_at: None,
                rejoined: None,
            },
            matters: vec![VisitMatter {
                matter: it.matter.clone(),
                kind: it.kind,
                rule: it.rule.clone(),
                first_responder: it.responder.clone(),
                post: it.post,
                responsible: it.responder.clone(),
                state: MatterState::WithResponsible,
                handovers: 0,
                refusals: 0,
            }],
            offers: Vec::new(),
            slips: vec![SlipState {
                job: it.job,
                reprint: false,
                outcome: None,
            }],
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
        if self.ticket.stage == Stage::Closed && !matches!(command, Command::Reprint(_)) {
            return Err(Refusal::AlreadyClosed);
        }
        let own = actor.department == self.ticket.department;
        let by = || actor.id.clone();
        match (&self.ticket.stage, command) {
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
            }),
            (Stage::Called { calls, .. }, Command::Miss) => {
                if *calls < CALLS_MAX {
                    return Err(Refusal::CallAgainFirst);
                }
                Ok(Event::Missed { by: by() })
            }
            (_, Command::Rejoin { .. }) if !own && !actor.sees_all() => Err(Refusal::NotYours),
            (Stage::Missed, Command::Rejoin { after }) => Ok(Event::Rejoined { by: by(), after }),
            (
                stage,
                Command::Offer {
                    matter,
                    to,
                    reason,
                    led,
                },
            ) => {
                let current = self.open_matter(matter)?;
                let entitled = own || actor.sees_all() || current.responsible == actor.id;
                let receiver = office.staff(&to).ok_or(Refusal::UnknownStaff)?;
                if !entitled {
                    Err(Refusal::NotYours)
                } else if matches!(stage, Stage::Called { .. } | Stage::Missed) {
                    Err(Refusal::OutOfTurn)
                } else if self.open_offer().is_some() {
                    Err(Refusal::OfferOpen)
                } else if current.responsible == to {
                    Err(Refusal::SamePerson)
                } else if office.department(&receiver.department).is_none() {
                    Err(Refusal::UnknownStaff)
                } else if office.open(stamp.at) && !office.roster.on_duty(&to, stamp.at) {
                    Err(Refusal::Away)
                } else {
                    let offer = OfferIndex(u16::try_from(self.offers.len()).unwrap_or(u16::MAX));
                    let department = receiver.department.clone();
                    let from = actor.id.clone();
                    Ok(Event::Offered(Box::new(Offered {
                        offer,
                        matter,
                        from,
                        to,
                        department,
                        reason,
                        led,
                    })))
                }
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
                if !own && !actor.sees_all() && current.responsible != actor.id {
                    return Err(Refusal::NotYours);
                }
                if self.open_offer().is_some() {
                    return Err(Refusal::OfferOpen);
                }
                let fits = match outcome {
                    Outcome::Missed => matches!(stage, Stage::Missed),
                    Outcome::Left => true,
                    _ => own && matches!(stage, Stage::Serving { .. }),
                };
                if !fits {
                    return Err(Refusal::OutOfTurn);
                }
                if outcome.unserved() != (told == Told::NotTold) {
                    return Err(Refusal::ToldNeeded);
                }
                if outcome.needs_note() && note.is_none() {
                    return Err(Refusal::NoteNeeded);
                }
                Ok(Event::Closed {
                    matter,
                    outcome,
                    told,
                    by: by(),
                    note,
                })
            }
            (_, Command::Reprint(job)) if own || actor.sees_all() => Ok(Event::Reprinted { job, by: by() }),
            (_, Command::Reprint(_)) => Err(Refusal::NotYours),
            _ => Err(Refusal::OutOfTurn),
        }
    }

    /// What has become due by the clock alone: nothing depends on a timer having run.
    pub fn due(&self, office: &Office, at: Timestamp) -> Option<Event> {
        let offer = self.open_offer()?;
        let limit = i64::from(office.settings.accept_minutes);
        (limit <= office.open_minutes(offer.at, at)).then_some(Event::Lapsed {
            offer: offer.offered.offer,
        })
    }

    /// Takes on what was decided. Never fails: the deciding is done.
    pub fn apply(&mut self, event: &Event, stamp: Stamp) {
        match event {
            Event::Registered(_) => {}
            Event::Called { counter, calls, .. } => {
                self.ticket.called_at.get_or_insert(stamp.at);
                self.ticket.stage = Stage::Called {
                    counter: *counter,
                    calls: *calls,
                    last: stamp.lobby,
                };
            }
            Event::Begun { counter, by } => {
                self.ticket.begun_at.get_or_insert(stamp.at);
                self.ticket.rejoined = None;
                self.ticket.stage = Stage::Serving {
                    counter: *counter,
                    by: by.clone(),
                };
                for matter in self.matters.iter_mut().filter(|it| it.open()) {
                    matter.responsible = by.clone();
                }
            }
            Event::Missed { .. } => self.ticket.stage = Stage::Missed,
            Event::Rejoined { after, .. } => {
                self.ticket.rejoined = Some(Rejoined {
                    at: stamp.lobby,
                    after: *after,
                });
                self.ticket.stage = Stage::Waiting;
            }
            Event::Offered(offered) => self.offers.push(Offer {
                offered: offered.as_ref().clone(),
                at: stamp.at,
                state: OfferState::Open,
            }),
            Event::Accepted { offer } => {
                let Some(offered) = self.settle(*offer, OfferState::Accepted) else {
                    return;
                };
                self.ticket.department = offered.department;
                self.ticket.stage = Stage::Waiting;
                self.ticket.rejoined = None;
                if let Some(matter) = self.matters.get_mut(usize::from(offered.matter.0)) {
                    matter.responsible = offered.to;
                    matter.handovers = matter.handovers.saturating_add(1);
                }
            }
            Event::Refused { offer, reason } => {
                let Some(offered) = self.settle(*offer, OfferState::Refused(*reason)) else {
                    return;
                };
                if let Some(matter) = self.matters.get_mut(usize::from(offered.matter.0)) {
                    matter.refusals = matter.refusals.saturating_add(1);
                }
            }
            Event::Lapsed { offer } => {
                self.settle(*offer, OfferState::Lapsed);
            }
            Event::Closed {
                matter,
                outcome,
                told,
                by,
                ..
            } => {
                if let Some(matter) = self.matters.get_mut(usize::from(matter.0)) {
                    matter.state = MatterState::Closed {
                        outcome: *outcome,
                        told: *told,
                        at: stamp.at,
                        by: by.clone(),
                    };
                }
                if self.matters.iter().all(|it| !it.open()) {
                    self.ticket.stage = Stage::Closed;
                }
            }
            Event::Reprinted { job, .. } => {
                self.slips.push(SlipState {
                    job: *job,
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
        }
    }

    /// The offer that waits for an answer, if one does.
    pub fn open_offer(&self) -> Option<&Offer> {
        self.offers.iter().find(|it| it.state == OfferState::Open)
    }

    /// Whether the visit is not closed.
    pub fn open(&self) -> bool {
        self.ticket.stage != Stage::Closed
    }

    /// Who answers for the visit now: of its first open matter, else of its first.
    pub fn responsible(&self) -> &StaffId {
        let matter = self
            .matters
            .iter()
            .find(|it| it.open())
            .unwrap_or(&self.matters[0]);
        &matter.responsible
    }

    /// What order follows: arrival less head start (RULES §6). Smaller goes first.
    pub fn order(&self, settings: &Settings) -> (LobbyTime, u64) {
        let minutes = match self.class {
            Class::Ordinary => 0,
            Class::Priority => settings.priority_minutes,
            Class::Urgent => settings.urgent_minutes,
        };
        (self.arrived.plus_ms(-60_000 * i64::from(minutes)), self.seq)
    }

    fn call(&self, office: &Office, counter: CounterId, calls: u8, actor: &Staff) -> Result<Event, Refusal> {
        let serves = office
            .counter(counter)
            .is_some_and(|it| it.departments.contains(&self.ticket.department));
        if !serves {
            return Err(Refusal::WrongCounter);
        }
        Ok(Event::Called {
            counter,
            by: actor.id.clone(),
            calls,
        })
    }

    fn open_matter(&self, matter: MatterIndex) -> Result<&VisitMatter, Refusal> {
        let matter = self.matters.get(usize::from(matter.0)).ok_or(Refusal::NotFound)?;
        if matter.open() {
            Ok(matter)
        } else {
            Err(Refusal::AlreadyClosed)
        }
    }

    fn answerable(&self, offer: OfferIndex, actor: &Staff) -> Result<(), Refusal> {
        let offer = self.offers.get(usize::from(offer.0)).ok_or(Refusal::NotFound)?;
        if offer.offered.to != actor.id {
            Err(Refusal::NotOfferedToYou)
        } else if offer.state != OfferState::Open {
            Err(Refusal::OfferOver)
        } else {
            Ok(())
        }
    }

    fn settle(&mut self, offer: OfferIndex, state: OfferState) -> Option<Offered> {
        let offer = self.offers.get_mut(usize::from(offer.0))?;
        offer.state = state;
        Some(offer.offered.clone())
    }
}

impl VisitMatter {
    /// Whether it is not closed.
    pub fn open(&self) -> bool {
        !matches!(self.state, MatterState::Closed { .. })
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
    /// What they read.
    pub language: Language,
    /// Heads, at least 1.
    pub people: u16,
    /// What they told of themselves.
    pub personal: Personal,
    /// Who registers them.
    pub origin: Origin,
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
        let matter = match matter {
            Some(code) => Some(self.matter(code).ok_or(Refusal::UnknownMatter)?),
            None => None,
        };
        let routed = self.routing.route(matter);
        let duty = self.duty(&routed.department, matter, at);
        let (department, responder) = (duty.department, duty.responder);
        Ok(Direction {
            department,
            rule: routed.rule,
            responder,
            post: duty.post,
        })
    }
}
