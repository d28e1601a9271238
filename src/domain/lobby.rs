//! The lobby: every visit that is open or of today, and what only all of them together decide: numbers,
//! who is next, and that a counter serves one ticket.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::agenda::Agenda;
use crate::domain::event::{Class, Event, Form, Origin, Registered, Stamp};
use crate::domain::ids::{CounterId, DepartmentCode, JobId, MatterCode, TapKey, TicketNumber, VisitId};
use crate::domain::matter::MatterCommand;
use crate::domain::office::{Office, Staff};
use crate::domain::order::{NIGHT_QUEUE, may_give};
use crate::domain::reception::Directed;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Stage;
use crate::domain::time::{ClockState, LobbyTime, Moment, ServiceDay};
use crate::domain::visit::{Arrival, Command, Visit};
use crate::domain::wait::DayFigures;

/// Silence after which a new day's numbers may begin although somebody of the old day was left waiting:
/// longer than any lunch, shorter than any night. RULES §6 asks that nobody waits, which a forgotten
/// ticket must not defeat; such a ticket keeps its number and is shown with its date.
pub const NIGHT_MS: i64 = 4 * 3600 * 1000;

/// What is due, oldest visit first.
fn in_order(mut due: Vec<(u64, VisitId, Event)>) -> Vec<(VisitId, Event)> {
    due.sort_by_key(|it| it.0);
    due.into_iter().map(|(_, id, event)| (id, event)).collect()
}

/// What the desk keeps in mind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lobby {
    day: Option<ServiceDay>,
    /// When something last happened.
    stirred: Option<LobbyTime>,
    visits: HashMap<VisitId, Arc<Visit>>,
    taps: HashMap<TapKey, VisitId>,
    /// The last count of each queue letter today.
    counts: BTreeMap<char, u16>,
    /// First calls of each department today.
    calls: HashMap<DepartmentCode, u32>,
    /// Visits made urgent by staff today.
    urgent: u16,
    /// What today has taught so far.
    figures: DayFigures,
    /// Who is at each counter, called there or being served.
    counters: HashMap<CounterId, VisitId>,
    /// Who stands in a queue.
    queueing: HashSet<VisitId>,
    /// Of whom something may be due.
    agenda: Agenda,
}

impl Lobby {
    /// The day numbers are given for, once one has begun.
    pub fn day(&self) -> Option<ServiceDay> {
        self.day
    }

    /// Every visit that is open, of today, or closed with somebody still to be told in writing.
    pub fn visits(&self) -> impl Iterator<Item = &Arc<Visit>> {
        self.visits.values()
    }

    /// One visit.
    pub fn visit(&self, id: VisitId) -> Option<&Arc<Visit>> {
        self.visits.get(&id)
    }

    /// The visit a tap has made before.
    pub fn by_tap(&self, tap: TapKey) -> Option<&Arc<Visit>> {
        self.taps.get(&tap).and_then(|id| self.visits.get(id))
    }

    /// The day a registration at `now` belongs to. It changes only when the clock is trusted and nobody
    /// waits (or the lobby has been silent for a night); back only by a time server's word, since a battery
    /// clock that woke in another year must not hold the numbers there (RULES §6). `asleep_ms` is time that
    /// passed unseen by lobby time, see [`LobbyClock::asleep_ms`](crate::domain::time::LobbyClock::asleep_ms).
    pub fn day_at(&self, office: &Office, now: Moment, lobby: LobbyTime, asleep_ms: i64) -> ServiceDay {
        let today = office.service_day(now.at);
        let Some(day) = self.day else { return today };
        let silent = self
            .stirred
            .is_none_or(|it| NIGHT_MS <= lobby.ms_since(it).saturating_add(asleep_ms));
        // Who was told that it goes on another day, and who came at night, does not wait now.
        let waiting = || {
            self.visits().any(|it| {
                it.open()
                    && it.form == Form::Visit
                    && !matches!(it.ticket.stage, Stage::Missed | Stage::Pending)
                    && it.ticket.rolled.is_none()
                    && it.ticket.night.is_none()
            })
        };
        let believed = match day.cmp(&today) {
            Ordering::Less => now.clock_state.trusted(),
            Ordering::Equal => false,
            Ordering::Greater => now.clock_state == ClockState::Ntp,
        };
        if believed && (silent || !waiting()) {
            today
        } else {
            day
        }
    }

    /// When something last happened to a visit.
    pub fn stirred(&self) -> Option<LobbyTime> {
        self.stirred
    }

    /// What today has taught so far of services and waits.
    pub fn figures(&self) -> DayFigures {
        let mut figures = self.figures.clone();
        let left = self.queueing.len();
        figures.left_waiting = u32::try_from(left).unwrap_or(u32::MAX);
        figures.night = u32::from(self.counts.get(&NIGHT_QUEUE).copied().unwrap_or(0));
        figures
    }

    /// What the arrival of a visitor changes: a number, a department, and who answers for them. `day` is
    /// [`Lobby::day_at`] that moment.
    ///
    /// # Errors
    /// [`Refusal`] for a matter the catalogue does not have, or when today's numbers are used up.
    pub fn arrive(
        &self,
        office: &Office,
        arrival: Arrival,
        job: JobId,
        now: Moment,
        day: ServiceDay,
    ) -> Result<Registered, Refusal> {
        let directed = office.received(&arrival, now.at)?;
        let Directed {
            direction,
            kind,
            number_of,
            recused,
        } = directed;
        let department = office.department(&number_of).ok_or(Refusal::UnknownMatter)?;
        let by = match &arrival.origin {
            Origin::Desk(by) => Some(by),
            Origin::Kiosk => None,
        };
        may_give(by, arrival.class)?;
        // Who is received there and then, and what comes by post or telephone, waits for no morning.
        let queue = if office.night(now) && !arrival.how.received {
            NIGHT_QUEUE
        } else {
            department.queue
        };
        if by.is_none()
            && let Some(matter) = arrival.matter.as_ref().and_then(|it| office.matter(it))
            && !arrival.how.sealed
            && office
                .not_taken(matter, self.given_for(&matter.code, day), now.at)
                .is_some()
        {
            return Err(Refusal::NotTaken);
        }
        let last = match self.day {
            Some(of) if of == day => self.counts.get(&queue).copied().unwrap_or(0),
            _ => 0,
        };
        if office.settings.tickets_a_day_max <= last {
            return Err(Refusal::NumbersUsedUp);
        }
        Ok(Registered {
            tap: arrival.tap,
            day,
            number: TicketNumber {
                queue,
                count: last + 1,
            },
            matter: arrival.matter.filter(|_| !arrival.how.sealed),
            kind,
            department: direction.department,
            rule: direction.rule,
            responder: direction.responder,
            post: direction.post,
            class: arrival.class,
            booked: office.booking(arrival.booked, now),
            wait: None,
            language: arrival.language,
            people: arrival.people.max(1),
            origin: arrival.origin,
            // A letter or a call has nobody standing at the printer.
            job: matches!(arrival.how.form, None | Some(Form::Visit)).then_some(job),
            personal: arrival.personal,
            form: arrival.how.form.unwrap_or(Form::Visit),
            recused,
            sealed: arrival.how.sealed,
        })
    }

    /// How many numbers of `day` were given for `matter`.
    pub fn given_for(&self, matter: &MatterCode, day: ServiceDay) -> usize {
        let of = |it: &&Arc<Visit>| it.day == day && it.matters[0].matter.as_ref() == Some(matter);
        self.visits().filter(of).count()
    }

    /// The visit to be called next at `counter` by `actor`.
    ///
    /// # Errors
    /// [`Refusal`] if the counter is busy or not theirs, or nobody waits.
    pub fn next(
        &self,
        office: &Office,
        actor: &Staff,
        counter: CounterId,
        stamp: Stamp,
    ) -> Result<VisitId, Refusal> {
        let serves = office
            .counter(counter)
            .is_some_and(|it| it.departments.contains(&actor.department));
        if !serves {
            return Err(Refusal::WrongCounter);
        }
        if self.at_counter(counter).is_some() {
            return Err(Refusal::CounterBusy);
        }
        let queue = self.queue(office, &actor.department, stamp.lobby);
        let ready = |it: &&&Arc<Visit>| {
            it.open_offer().is_none()
                && !it.recused(&actor.id)
                && it.may_take(office, actor, stamp.at).is_ok()
        };
        let ready = queue.iter().find(ready);
        let others = || match queue.iter().any(|it| it.kept && !it.recused(&actor.id)) {
            true => Refusal::SameOfficer,
            false => Refusal::NobodyWaits,
        };
        ready.map(|it| it.id).ok_or_else(others)
    }

    /// Who waits for `department`, in the order they will be called: by virtual arrival; one who came back
    /// after missing the calls lets some others go first, or a few minutes pass, unless nobody else waits.
    pub fn queue(&self, office: &Office, department: &DepartmentCode, lobby: LobbyTime) -> Vec<&Arc<Visit>> {
        let mut waiting: Vec<&Arc<Visit>> = self.in_queue(department).collect();
        waiting.sort_by_cached_key(|it| (self.held_back(office, it, lobby), it.order(&office.settings)));
        waiting
    }

    /// Who waits for `department`, in no order. A sealed one waits for its contact alone.
    fn in_queue<'a>(&'a self, department: &DepartmentCode) -> impl Iterator<Item = &'a Arc<Visit>> {
        let waiting = self.queueing.iter().filter_map(|it| self.visits.get(it));
        waiting.filter(move |it| it.ticket.department == *department)
    }

    /// How many wait for `department`.
    pub fn waiting(&self, department: &DepartmentCode) -> usize {
        self.in_queue(department).count()
    }

    /// How many will be called before `visit`; none unless it waits.
    pub fn ahead(&self, office: &Office, visit: &Visit, lobby: LobbyTime) -> Option<usize> {
        if !visit.queues() {
            return None;
        }
        self.queue(office, &visit.ticket.department, lobby)
            .iter()
            .position(|it| it.id == visit.id)
    }

    /// What `command` of `actor` would change, or why it cannot.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn decide(
        &self,
        office: &Office,
        actor: &Staff,
        id: VisitId,
        command: Command,
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        let visit = self.visit(id).ok_or(Refusal::NotFound)?;
        if let Command::Call(counter) = command
            && self.at_counter(counter).is_some_and(|it| it.id != id)
        {
            return Err(Refusal::CounterBusy);
        }
        if let Command::Reclass {
            class: Class::Urgent, ..
        } = command
        {
            self.urgency_left(office)?;
        }
        if let Command::Matter(_, MatterCommand::Merge { into, .. }) = &command {
            // Only an open visit that may be read has a clock that runs on.
            let other = self.visit(*into).filter(|it| it.open() && it.id != id);
            if other.is_none_or(|it| !it.readable_by(&actor.id)) {
                return Err(Refusal::NotFound);
            }
        }
        visit.decide(office, actor, command, stamp)
    }

    /// Whether another visit may be made urgent today (RULES §6): urgency that everybody has is none.
    ///
    /// # Errors
    /// [`Refusal::UrgentUsedUp`].
    pub fn urgency_left(&self, office: &Office) -> Result<(), Refusal> {
        if self.urgent < office.settings.urgent_a_day_max {
            Ok(())
        } else {
            Err(Refusal::UrgentUsedUp)
        }
    }

    /// First calls of `department` today; a rejoining visitor's turn is reckoned from it.
    pub fn calls(&self, department: &DepartmentCode) -> u32 {
        self.calls.get(department).copied().unwrap_or(0)
    }

    /// Takes on what was decided for `id`. Never fails: an event that fits nothing changes nothing, so
    /// that what is left of a damaged journal still plays.
    pub fn apply(&mut self, id: VisitId, event: &Event, stamp: Stamp) {
        self.stirred = self.stirred.max(Some(stamp.lobby));
        if let Event::Registered(registered) = event {
            if self.day != Some(registered.day) {
                self.begin_day(registered.day);
            }
            let count = self.counts.entry(registered.number.queue).or_default();
            *count = registered.number.count.max(*count);
            self.urgent += u16::from(registered.class == Class::Urgent);
            self.taps.insert(registered.tap, id);
            self.visits
                .insert(id, Arc::new(Visit::register(id, registered, stamp)));
            self.moved(id, None);
            return;
        }
        if !self.visits.contains_key(&id) {
            return;
        }
        if let Event::Called { counter, .. } | Event::Begun { counter, .. } = event
            && let Some(before) = self.at_counter(*counter).map(|it| it.id).filter(|it| *it != id)
            && let Some(before) = self.visits.get_mut(&before)
        {
            let gone = before.id;
            Arc::make_mut(before).give_way(*counter);
            self.moved(gone, Some(*counter));
        }
        let Some(visit) = self.visits.get_mut(&id) else {
            return;
        };
        if let Event::Called { calls: 1, .. } = event {
            *self.calls.entry(visit.ticket.department.clone()).or_default() += 1;
            self.figures.called(visit, stamp.lobby);
        }
        self.urgent += u16::from(matches!(
            event,
            Event::Classed {
                class: Class::Urgent,
                ..
            }
        ));
        let (served, since) = (visit.matter_now().cloned(), visit.ticket.serving_since);
        let was_at = visit.ticket.counter();
        let visit = Arc::make_mut(visit);
        visit.apply(event, stamp);
        // A service broken off says nothing of how long one takes.
        let broken_off = visit.broken_off || matches!(event, Event::Sealed(_));
        if let (Some(since), None, false) = (since, visit.ticket.serving_since, broken_off) {
            self.figures.served(served.as_ref(), stamp.lobby.ms_since(since));
        }
        self.moved(id, was_at);
    }

    /// Keeps in step what is asked of all visits at once, after something happened to `id`, who was at `was_at`.
    fn moved(&mut self, id: VisitId, was_at: Option<CounterId>) {
        let Some(visit) = self.visits.get(&id) else { return };
        let is_at = visit.ticket.counter();
        if let Some(counter) = was_at.filter(|it| is_at != Some(*it) && self.counters.get(it) == Some(&id)) {
            self.counters.remove(&counter);
        }
        if let Some(counter) = is_at {
            self.counters.insert(counter, id);
        }
        if visit.queues() {
            self.queueing.insert(id);
        } else {
            self.queueing.remove(&id);
        }
        self.agenda.look_at(id);
    }

    /// Lets the numbers go on after `count` of `queue` on `day`, told by the tables where the journal
    /// before it is not at hand.
    pub fn recall_count(&mut self, day: ServiceDay, queue: char, count: u16) {
        if self.day != Some(day) {
            self.begin_day(day);
        }
        let known = self.counts.entry(queue).or_default();
        *known = count.max(*known);
    }

    /// Has a visit of an earlier day in mind again, since something is done with it.
    pub fn recall(&mut self, visit: Visit) {
        let id = visit.id;
        self.taps.insert(visit.tap, id);
        self.visits.insert(id, Arc::new(visit));
        self.moved(id, None);
    }

    /// Takes [`Lobby::recall`] back.
    pub fn forget(&mut self, id: VisitId) {
        self.visits.remove(&id);
        self.taps.retain(|_, it| *it != id);
        self.counters.retain(|_, it| *it != id);
        self.queueing.remove(&id);
    }

    /// What has become due by the clock alone, one thing a visit; asked again until nothing is. It costs what
    /// happened lately, not what is open; [`Lobby::office_changed`] is to be told of every change of the office.
    pub fn due(&mut self, office: &Office, stamp: Stamp) -> Vec<(VisitId, Event)> {
        let visits = &self.visits;
        let hour = (ServiceDay::of(stamp.at), office.open(stamp.at));
        self.agenda.turn(hour, visits.keys().copied());
        let mut due = Vec::new();
        self.agenda.keep(|id| {
            let Some(visit) = visits.get(&id) else {
                return false;
            };
            match visit.due(office, stamp) {
                Some(event) => {
                    due.push((visit.seq, id, event));
                    true
                }
                None => visit.due_by_minutes(),
            }
        });
        in_order(due)
    }

    /// The same, by looking at every visit there is: what [`Lobby::due`] must equal.
    pub fn due_of_all(&self, office: &Office, stamp: Stamp) -> Vec<(VisitId, Event)> {
        let due = self
            .visits()
            .filter_map(|it| Some((it.seq, it.id, it.due(office, stamp)?)));
        in_order(due.collect())
    }

    /// The office is arranged otherwise, or somebody is here or away: whatever was found before is looked at anew.
    pub fn office_changed(&mut self) {
        self.agenda.forget();
    }

    /// The visit at a counter, called there or being served.
    pub fn at_counter(&self, counter: CounterId) -> Option<&Arc<Visit>> {
        self.counters.get(&counter).and_then(|it| self.visits.get(it))
    }

    /// Whether one who missed the calls and came back still lets others go first.
    fn held_back(&self, office: &Office, visit: &Visit, lobby: LobbyTime) -> bool {
        // Danger waits for nobody.
        visit.class != Class::Danger
            && visit.ticket.rejoined.is_some_and(|it| {
                let called = self.calls(&visit.ticket.department).saturating_sub(it.after);
                let passed = lobby.ms_since(it.at);
                called < u32::from(office.settings.rejoin_others)
                    && passed < 60_000 * i64::from(office.settings.rejoin_minutes)
            })
    }

    /// Yesterday's closed visits are the journal's from here on, but for those whose visitor is still to be told.
    fn begin_day(&mut self, day: ServiceDay) {
        self.day = Some(day);
        self.counts.clear();
        self.calls.clear();
        self.urgent = 0;
        self.figures = DayFigures::default();
        self.visits.retain(|_, it| it.remembered());
        let visits = &self.visits;
        self.taps.retain(|_, id| visits.contains_key(id));
        self.counters.retain(|_, id| visits.contains_key(id));
        self.queueing.retain(|id| visits.contains_key(id));
    }

    /// Panics if the lobby contradicts itself (invariants of RULES §3). Tests call it after every step.
    #[cfg(any(test, debug_assertions))]
    pub fn verify(&self, office: &Office) {
        let wrong = crate::domain::check::contradictions(office, self);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
