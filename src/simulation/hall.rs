//! A lobby without a desk around it: the real core, given moments and asked to decide, apply and close its
//! days as the desk does it, with no disk below. What simulations, random histories and the bench play in.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::check::contradictions;
use crate::domain::event::{Event, Stamp};
use crate::domain::ids::{BootId, CounterId, JobId, MatterIndex, StaffId, TapKey, VisitId};
use crate::domain::lobby::Lobby;
use crate::domain::office::Office;
use crate::domain::refusal::Refusal;
use crate::domain::time::{ClockState, LobbyClock, LobbyTime, Moment, ServiceDay, Timestamp};
use crate::domain::visit::{Arrival, Command, Visit};
use crate::domain::wait::{ClosedDay, Experience};

/// What happened, as the journal would have it.
pub type Happened = (VisitId, Event, Stamp);

/// Rounds in which one thing that is due may make another so.
const DUE_ROUNDS_MAX: usize = 8;

/// The hall.
#[derive(Debug, Clone)]
pub struct Hall {
    /// The office; a simulation may send its people away.
    pub office: Office,
    /// The core.
    pub lobby: Lobby,
    /// What its days have taught.
    pub experience: Experience,
    /// Days that are over, oldest first.
    pub days: Vec<ClosedDay>,
    /// Everything that happened, in order, unless nobody wants to know.
    pub journal: Option<Vec<Happened>>,
    /// Commands and arrivals decided.
    pub decided: u64,
    /// Those refused, by code.
    pub refused: BTreeMap<&'static str, u64>,
    now: Moment,
    clock: LobbyClock,
    seq: u64,
    made: u128,
    /// The last count of each queue on each day, as the desk's tables have it.
    given: Given,
}

/// The last count of each queue letter on each day.
type Given = BTreeMap<(ServiceDay, char), u16>;

impl Hall {
    /// An empty hall at `at`.
    pub fn new(office: Office, at: Timestamp) -> Self {
        let now = Moment {
            at,
            clock_state: ClockState::Ntp,
            boot_id: BootId(Uuid::from_u128(1)),
            mono_ms: at.timestamp_millis(),
        };
        Self {
            office,
            lobby: Lobby::default(),
            experience: Experience::default(),
            days: Vec::new(),
            journal: None,
            decided: 0,
            refused: BTreeMap::new(),
            now,
            clock: LobbyClock::new(now),
            seq: 0,
            made: 0,
            given: Given::new(),
        }
    }

    /// Now.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Now, as the lobby reckons.
    pub fn lobby_now(&mut self) -> LobbyTime {
        self.clock.reckon(self.now)
    }

    /// Lets `ms` pass.
    pub fn pass(&mut self, ms: i64) {
        self.now.at += chrono::Duration::milliseconds(ms);
        self.now.mono_ms += ms;
    }

    /// Does to the clock what the world may do: a step, a restart, trust lost or won.
    pub fn disturb(&mut self, change: impl FnOnce(&mut Moment)) {
        change(&mut self.now);
    }

    /// The machine stops and starts again: the monotonic clock begins anew, and the lobby is made from what
    /// the journal says, if one is kept.
    pub fn restart(&mut self, off_ms: i64, state: ClockState) {
        let reckoned = self.clock.reckon(self.now);
        let before = self.now;
        self.now.at += chrono::Duration::milliseconds(off_ms);
        self.now.mono_ms = 1_000;
        self.now.clock_state = state;
        self.now.boot_id = BootId(Uuid::from_u128(before.boot_id.0.as_u128() + 1));
        self.clock = LobbyClock::resume(before, reckoned, self.now);
    }

    /// Somebody comes.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn arrive(&mut self, arrival: Arrival) -> Result<VisitId, Refusal> {
        self.tick();
        let (lobby, asleep_ms) = (self.lobby_now(), self.asleep_ms());
        let day = self.lobby.day_at(&self.office, self.now, lobby, asleep_ms);
        let (visit, job) = (VisitId(self.id()), JobId(self.id()));
        self.decided += 1;
        recall(&mut self.lobby, &self.given, day);
        let decided = self.lobby.arrive(&self.office, arrival, job, self.now, day);
        let mut registered = self.counted(decided)?;
        let to_be = Visit::register(visit, &registered, self.stamp());
        registered.wait = self
            .lobby
            .foresee(&self.office, &self.experience, &to_be, self.now, lobby);
        self.take_on(visit, Event::Registered(Box::new(registered)));
        Ok(visit)
    }

    /// Whoever is next comes to `counter`.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn call_next(&mut self, by: &StaffId, counter: CounterId) -> Result<VisitId, Refusal> {
        self.fall_due();
        let stamp = self.stamp();
        let staff = self.office.staff(by).ok_or(Refusal::UnknownStaff)?;
        let next = self.lobby.next(&self.office, staff, counter, stamp);
        let next = self.counted(next)?;
        self.act(by, next, Command::Call(counter))?;
        Ok(next)
    }

    /// Somebody does something with a visit.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn act(&mut self, by: &StaffId, visit: VisitId, command: Command) -> Result<(), Refusal> {
        self.fall_due();
        self.decided += 1;
        let stamp = self.stamp();
        let decided = match self.office.staff(by) {
            Some(staff) => self.lobby.decide(&self.office, staff, visit, command, stamp),
            None => Err(Refusal::UnknownStaff),
        };
        let event = self.counted(decided)?;
        let before = self.lobby.visit(visit);
        let follows = before.map_or_else(Vec::new, |it| it.follows(&self.office, &event, stamp));
        for event in std::iter::once(event).chain(follows) {
            self.take_on(visit, event);
        }
        Ok(())
    }

    /// A turn of duty ends: `from` hands one matter on to `to`.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn hand_on(
        &mut self,
        visit: VisitId,
        matter: MatterIndex,
        turn: (&StaffId, &StaffId),
    ) -> Result<(), Refusal> {
        self.fall_due();
        self.decided += 1;
        let decided = match self.lobby.visit(visit) {
            Some(found) => found.hand_on(matter, turn, visit),
            None => Err(Refusal::NotFound),
        };
        let event = self.counted(decided)?;
        self.take_on(visit, event);
        Ok(())
    }

    /// Time has passed: what is due falls due, and a day that is over is closed.
    pub fn tick(&mut self) {
        let (lobby, asleep_ms) = (self.lobby_now(), self.asleep_ms());
        let today = self.lobby.day_at(&self.office, self.now, lobby, asleep_ms);
        if let Some(day) = self.lobby.day().filter(|it| *it != today) {
            let figures = self.lobby.figures();
            if !figures.is_empty() && self.days.last().is_none_or(|it| it.day != day) {
                self.experience.learn(&figures);
                self.days.push(ClosedDay { day, figures });
            }
        }
        self.fall_due();
    }

    /// What the lobby contradicts of itself.
    pub fn contradictions(&self) -> Vec<String> {
        contradictions(&self.office, &self.lobby)
    }

    /// The lobby made anew from all that happened; none if nobody has kept it.
    pub fn replayed(&self) -> Option<Lobby> {
        Some(replay(self.journal.as_ref()?))
    }

    /// A key nobody has used.
    pub fn tap(&mut self) -> TapKey {
        TapKey(self.id())
    }

    fn asleep_ms(&self) -> i64 {
        self.clock.asleep_ms(self.now, self.lobby.stirred())
    }

    fn fall_due(&mut self) {
        // One thing may make another due, as at the desk.
        for _ in 0..DUE_ROUNDS_MAX {
            let stamp = self.stamp();
            let due = self.lobby.due(&self.office, stamp);
            if due.is_empty() {
                break;
            }
            for (visit, event) in due {
                self.take_on(visit, event);
            }
        }
    }

    fn take_on(&mut self, visit: VisitId, event: Event) {
        let stamp = self.stamp();
        self.seq += 1;
        give(&mut self.given, &event);
        self.lobby.apply(visit, &event, stamp);
        if let Some(journal) = &mut self.journal {
            journal.push((visit, event, stamp));
        }
    }

    /// What the next thing to happen is stamped with.
    pub fn stamp(&mut self) -> Stamp {
        Stamp {
            at: self.now.at,
            lobby: self.lobby_now(),
            seq: self.seq + 1,
        }
    }

    fn counted<T>(&mut self, decided: Result<T, Refusal>) -> Result<T, Refusal> {
        if let Err(refusal) = &decided {
            *self.refused.entry(refusal.code()).or_default() += 1;
        }
        decided
    }

    fn id(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(self.made)
    }
}

/// The lobby that `journal` makes from nothing, numbers of a day that came back going on where they were.
pub fn replay(journal: &[Happened]) -> Lobby {
    let (mut lobby, mut given) = (Lobby::default(), Given::new());
    for (visit, event, stamp) in journal {
        if let Event::Registered(it) = event {
            recall(&mut lobby, &given, it.day);
        }
        give(&mut given, event);
        lobby.apply(*visit, event, *stamp);
    }
    lobby
}

fn give(given: &mut Given, event: &Event) {
    if let Event::Registered(it) = event {
        let count = given.entry((it.day, it.number.queue)).or_default();
        *count = it.number.count.max(*count);
    }
}

fn recall(lobby: &mut Lobby, given: &Given, day: ServiceDay) {
    if lobby.day() == Some(day) {
        return;
    }
    for (&(_, queue), &count) in given.range((day, char::MIN)..=(day, char::MAX)) {
        lobby.recall_count(day, queue, count);
    }
}
