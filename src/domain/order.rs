//! Who is called next, and who is not called at all (RULES §6): head starts, appointments, danger, numbers
//! of the night, and what staff change of it with their name under it.
//!
//! Order is by *virtual arrival*: arrival less head start. A head start is a few minutes, so that nobody
//! starves, and it can be said aloud: 优先照顾的群众，按早到 12 分钟排队.

use crate::domain::event::{Bell, Class, Event, Form, Stamp, Told};
use crate::domain::ids::StaffId;
use crate::domain::office::{Office, Role, Settings, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::Sensitive;
use crate::domain::ticket::Stage;
use crate::domain::time::{LobbyTime, Moment, ServiceDay, Timestamp, local};
use crate::domain::visit::{Command, Visit};

/// The letter of numbers given outside hours (夜01). No department has it: theirs are ASCII.
pub const NIGHT_QUEUE: char = '夜';

/// Minutes before closing from which those who will not be reached today may be told so.
pub const CLOSING_MINUTES: i64 = 30;

/// Days for which it rings that somebody was not called back. After that they have long come, or found help elsewhere:
/// the list of calls still names them, but a lobby that wakes after weeks rings for none of them.
pub const CALL_BACK_DAYS: i64 = 7;

/// A visitor who came outside hours and is to be called back in the morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Night {
    /// Calls tried.
    pub tries: u8,
    /// Whether one reached them: the morning's task is done, the matter goes on.
    pub reached: bool,
}

/// An appointment that counts: the visitor came in time for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    /// When it is, for people.
    pub at: Timestamp,
    /// When it is, for order.
    pub lobby: LobbyTime,
}

impl Settings {
    /// Minutes by which `class` counts as having come earlier.
    pub fn head_start(&self, class: Class) -> u16 {
        match class {
            Class::Ordinary => 0,
            Class::Priority => self.priority_minutes,
            Class::Urgent | Class::Danger => self.urgent_minutes,
        }
    }
}

impl Visit {
    /// Arrival less head start (RULES §6). Head starts do not add: the largest counts. An appointment's arrival is its
    /// booked time less a grace.
    pub fn virtual_arrival(&self, settings: &Settings) -> LobbyTime {
        let minutes = |it: u16| -60_000 * i64::from(it);
        let own = settings.head_start(self.class);
        // Who comes back with the papers that were missing is reckoned from then.
        if let Some(returned) = self.returned {
            return returned
                .lobby
                .plus_ms(minutes(own.max(settings.returning_minutes)));
        }
        match self.booked {
            None => self.arrived.plus_ms(minutes(own)),
            Some(booked) => booked
                .lobby
                .plus_ms(minutes(settings.appointment_grace_minutes))
                .plus_ms(minutes(own.max(settings.appointment_minutes))),
        }
    }

    /// What order follows; smaller goes first. Danger stands outside the queue, before all of it; ties go by
    /// the journal.
    pub fn order(&self, settings: &Settings) -> (bool, LobbyTime, u64) {
        (
            self.class != Class::Danger,
            self.virtual_arrival(settings),
            self.seq,
        )
    }

    /// Whether it stands in a call queue. A number of the night does not (RULES §6), nor one that only the discipline
    /// contact may see, nor a letter or a call that was handed over: nobody is there to be called.
    pub fn queues(&self) -> bool {
        let called = self.form == Form::Visit && self.sealed.is_none() && self.ticket.night.is_none();
        called && self.ticket.stage == Stage::Waiting
    }

    /// What a command about the visitor's place would change: class, close of day, the morning's call.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(super) fn decide_place(
        &self,
        office: &Office,
        actor: &Staff,
        command: Command,
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        let entitled =
            actor.department == self.ticket.department || actor.sees_all() || *self.responsible() == actor.id;
        if !entitled {
            return Err(Refusal::NotYours);
        }
        let by = actor.id.clone();
        match command {
            Command::Reclass { class, reason } => self.reclass(actor, class, reason),
            Command::RollOver { told } => {
                if !self.queues() {
                    Err(Refusal::OutOfTurn)
                } else if told == Told::NotTold {
                    Err(Refusal::ToldNeeded)
                } else if self
                    .ticket
                    .rolled
                    .is_some_and(|it| office.service_day(it) == office.service_day(stamp.at))
                {
                    Err(Refusal::AlreadyRolled)
                } else if !office.closing(stamp.at) {
                    Err(Refusal::NotClosing)
                } else {
                    Ok(Event::RolledOver { by, told })
                }
            }
            Command::CallBack { reached } => match self.ticket.night {
                Some(night) if !night.reached => Ok(Event::CalledBack { by, reached }),
                _ => Err(Refusal::OutOfTurn),
            },
            _ => Err(Refusal::OutOfTurn),
        }
    }

    /// Urgency and danger are staff's judgement, with author and reason; priority is confirmed or undone by
    /// sight, and no reason is asked or kept.
    fn reclass(
        &self,
        actor: &Staff,
        class: Class,
        reason: Option<Sensitive<String>>,
    ) -> Result<Event, Refusal> {
        if !matches!(
            self.ticket.stage,
            Stage::Waiting | Stage::Missed | Stage::Called { .. }
        ) {
            return Err(Refusal::OutOfTurn);
        }
        if class == self.class {
            return Err(Refusal::SameClass);
        }
        let reason = match class {
            Class::Urgent | Class::Danger => Some(reason.ok_or(Refusal::ReasonNeeded)?),
            // What was said of a visitor's health has no place in a journal.
            Class::Ordinary | Class::Priority => None,
        };
        Ok(Event::Classed {
            class,
            by: actor.id.clone(),
            reason,
        })
    }

    /// Takes on what [`Visit::decide_place`] decided.
    pub(super) fn apply_place(&mut self, event: &Event, stamp: Stamp) {
        match event {
            Event::Classed { class, .. } => {
                self.class = *class;
                self.urgent_since = class.reported().then_some(stamp.lobby);
                // Marked anew, it is told anew.
                self.rung
                    .retain(|it| !matches!(it.bell, Bell::UrgentMarked | Bell::UrgentUnseen));
            }
            Event::RolledOver { .. } => {
                self.ticket.rolled = Some(stamp.at);
                // Who was sent home sits there no longer.
                self.waits_since = None;
            }
            Event::CalledBack { reached, .. } => {
                if let Some(night) = &mut self.ticket.night {
                    night.tries = night.tries.saturating_add(1);
                    night.reached |= reached;
                }
            }
            _ => {}
        }
    }
}

impl Office {
    /// The service day of a moment: a local date that begins shortly before the office opens and not at
    /// midnight, so that the numbers of one night run on through it.
    pub fn service_day(&self, at: Timestamp) -> ServiceDay {
        let local = local(at);
        let starts = self.hours.spans.first().map(|it| it.from);
        let early = chrono::Duration::minutes(i64::from(self.settings.early_minutes));
        let before = starts.is_some_and(|it| {
            let (starts, wrapped) = it.overflowing_sub_signed(early);
            wrapped == 0 && local.time() < starts
        });
        let day = if before { local.date().pred_opt() } else { None };
        ServiceDay(day.unwrap_or(local.date()))
    }

    /// Whether numbers of the night are given at `now`: the office does not open again on this service day.
    /// Lunch is no night, nor is the last hour before opening, when people line up. Under a clock nobody
    /// trusts there is no night.
    pub fn night(&self, now: Moment) -> bool {
        if !now.clock_state.trusted() || self.open(now.at) {
            return false;
        }
        let local = local(now.at);
        let today = self.service_day(now.at);
        let closed = self
            .hours
            .spans
            .last()
            .is_none_or(|it| it.until <= local.time() || it.overnight());
        today.0 != local.date() || !self.opens_on(today) || closed
    }

    /// Whether the office is about to close, or has closed, for the day: what still waits is then told.
    pub fn closing(&self, at: Timestamp) -> bool {
        let local = local(at);
        let soon = self.hours.spans.last().is_some_and(|it| {
            let (from, wrapped) = it
                .until
                .overflowing_sub_signed(chrono::Duration::minutes(CLOSING_MINUTES));
            wrapped == 0 && from <= local.time()
        });
        soon || !self.opens_on(self.service_day(at)) || self.service_day(at).0 != local.date()
    }

    /// When the office opens next after `at`; none if its week has no open day.
    pub fn next_opening_at(&self, at: Timestamp) -> Option<Timestamp> {
        self.next_opening(at).map(crate::domain::time::from_local)
    }

    /// Until when somebody who came at `arrived`, outside hours, is to be called back.
    pub fn call_back_due(&self, arrived: Timestamp) -> Option<Timestamp> {
        let minutes = i64::from(self.settings.callback_minutes);
        Some(self.next_opening_at(arrived)? + chrono::Duration::minutes(minutes))
    }

    /// The moment at which `open_ms` of open time have passed after `from`, if that is still on the same
    /// day; none otherwise. Before opening and over lunch no time passes.
    pub fn after_open_time(&self, from: Timestamp, open_ms: i64) -> Option<Timestamp> {
        let start = local(from);
        if !self.opens_on(ServiceDay(start.date())) {
            return None;
        }
        let mut left = open_ms;
        for span in &self.hours.spans {
            let opens = start.date().and_time(span.from).max(start);
            let closes = start.date().and_time(span.until);
            let room = (closes - opens).num_milliseconds();
            if room <= 0 {
                continue;
            }
            if left < room {
                let then = opens + chrono::Duration::milliseconds(left);
                return Some(crate::domain::time::from_local(then));
            }
            left -= room;
        }
        None
    }

    fn opens_on(&self, day: ServiceDay) -> bool {
        self.hours.open_on(&self.calendar, day.0)
    }

    /// The appointment as far as it counts: in time, or not more than so many minutes late (RULES §6), by a
    /// clock that may be believed.
    pub fn booking(&self, booked: Option<Timestamp>, now: Moment) -> Option<Timestamp> {
        let late = chrono::Duration::minutes(i64::from(self.settings.appointment_late_minutes));
        booked.filter(|it| now.clock_state.trusted() && now.at <= *it + late)
    }
}

/// Whether `staff` may set `class` at registration. Nobody but staff gives urgency.
///
/// # Errors
/// [`Refusal`].
pub fn may_give(by: Option<&StaffId>, class: Class) -> Result<(), Refusal> {
    match class {
        Class::Urgent | Class::Danger if by.is_none() => Err(Refusal::NotAllowed),
        _ => Ok(()),
    }
}

/// Whether `staff` is told of what waits in the night: whoever is responsible, reception and the leader.
pub fn night_concerns(staff: &Staff, visit: &Visit) -> bool {
    *visit.responsible() == staff.id || staff.is(Role::Reception) || staff.is(Role::Leader)
}
