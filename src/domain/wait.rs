//! How long a visitor will wait (RULES §6), as a range one may put on paper.
//!
//! The real call order is played forward over the open counters, with service times learned per matter from
//! the office's own days and the time already spent on those being served. Shown is 0.8 to 1.3 times that,
//! rounded to 5 minutes, with the count ahead; every night it is told how often reality was inside.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::domain::ids::{CounterId, DepartmentCode, MatterCode, StaffId, VisitId};
use crate::domain::lobby::Lobby;
use crate::domain::office::Office;
use crate::domain::ticket::Stage;
use crate::domain::time::{LobbyTime, Moment, ServiceDay};
use crate::domain::visit::Visit;

/// How much the start value of a matter weighs against what was seen, in visits.
pub const START_WEIGHT: i64 = 20;

/// Days learned from; what was usual in spring is not in autumn.
pub const LEARNED_DAYS_MAX: usize = 90;

/// A service longer than this was forgotten, not given.
const SERVICE_MS_MAX: i64 = 3 * 3600 * 1000;

/// Minutes at the counter of whoever does not know whom to ask, until the office's own days teach better.
const UNKNOWN_MATTER_MINUTES: i64 = 6;

/// Minutes the range is rounded to.
const ROUND_MINUTES: i64 = 5;

/// What of a service that takes longer than usual is taken as still to come.
const LEFT_OF_LONG: i64 = 3;

/// A wait as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The best guess, minutes.
    pub minutes: u16,
    /// Shown: from so many minutes …
    pub from: u16,
    /// … to so many.
    pub until: u16,
}

impl Wait {
    /// The range for a wait of `ms`. Rounded outwards, so that rounding never takes anything from it.
    pub fn of(ms: i64) -> Self {
        let minutes = ms.max(0) as f64 / 60_000.0;
        let round = ROUND_MINUTES as f64;
        let from = (0.8 * minutes / round).floor() * round;
        let until = ((1.3 * minutes / round).ceil() * round).max(from + round);
        Self {
            minutes: minutes.round() as u16,
            from: from as u16,
            until: until as u16,
        }
    }

    /// Whether a wait of `ms` was inside what had been told.
    pub fn holds(self, ms: i64) -> bool {
        (60_000 * i64::from(self.from)..=60_000 * i64::from(self.until)).contains(&ms)
    }
}

/// Services seen of one matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Served {
    /// How many.
    pub count: u32,
    /// How long they took together.
    pub ms: i64,
}

/// How true the waits were that had been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hits {
    /// Waits told to visitors who were then called.
    pub told: u32,
    /// Of them, how many came true.
    pub inside: u32,
    /// How far the guesses were off, together.
    pub error_ms: i64,
}

impl Hits {
    /// How often reality was inside, in percent; none where nothing was told.
    pub fn percent(&self) -> Option<u32> {
        (0 < self.told).then(|| (200 * self.inside + self.told) / (2 * self.told))
    }

    /// By how many minutes the guesses were off in the mean; none where nothing was told.
    pub fn error_minutes(&self) -> Option<f64> {
        (0 < self.told).then(|| self.error_ms as f64 / 60_000.0 / f64::from(self.told))
    }
}

/// What one day taught, written when it is over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayFigures {
    /// Services by matter; those who did not know whom to ask under none.
    pub served: BTreeMap<Option<MatterCode>, Served>,
    /// How true the waits were.
    pub hits: Hits,
    /// Who still waited when the day was over.
    pub left_waiting: u32,
    /// Numbers given outside hours.
    pub night: u32,
}

impl DayFigures {
    /// Whether there is anything to write down.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes on that the visit was called for the first time at `at`.
    pub(super) fn called(&mut self, visit: &Visit, at: LobbyTime) {
        if let (Some(wait), None) = (visit.wait, visit.ticket.first_call) {
            let really = at.ms_since(visit.arrived);
            self.hits.told += 1;
            self.hits.inside += u32::from(wait.holds(really));
            self.hits.error_ms += (really - 60_000 * i64::from(wait.minutes)).abs();
        }
    }

    /// Takes on that a service of `matter` ended after `ms`.
    pub(super) fn served(&mut self, matter: Option<&MatterCode>, ms: i64) {
        if (1..=SERVICE_MS_MAX).contains(&ms) {
            let served = self.served.entry(matter.cloned()).or_default();
            served.count += 1;
            served.ms += ms;
        }
    }
}

/// What the office's own days have taught so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Experience(HashMap<Option<MatterCode>, Served>);

impl Experience {
    /// Of the days given, newest or oldest first.
    pub fn of<'d>(days: impl IntoIterator<Item = &'d DayFigures>) -> Self {
        let mut all = Self::default();
        days.into_iter().for_each(|it| all.learn(it));
        all
    }

    /// Adds a day.
    pub fn learn(&mut self, day: &DayFigures) {
        for (matter, served) in &day.served {
            let known = self.0.entry(matter.clone()).or_default();
            known.count += served.count;
            known.ms += served.ms;
        }
    }

    /// Services seen of `matter`.
    pub fn seen(&self, matter: Option<&MatterCode>) -> Served {
        self.0.get(&matter.cloned()).copied().unwrap_or_default()
    }

    /// How long a service of `matter` takes: the catalogue's start value, and what was seen.
    pub fn service_ms(&self, office: &Office, matter: Option<&MatterCode>) -> i64 {
        let start = matter
            .and_then(|it| office.matter(it))
            .map_or(UNKNOWN_MATTER_MINUTES, |it| i64::from(it.minutes));
        let seen = self.seen(matter);
        (START_WEIGHT * 60_000 * start + seen.ms) / (START_WEIGHT + i64::from(seen.count))
    }
}

impl Visit {
    /// What is served next, or now: the matter the visitor is here for. What it takes is learned under that name.
    pub fn matter_now(&self) -> Option<&MatterCode> {
        self.matter(self.current()).matter.as_ref()
    }
}

/// Somebody who calls, at a counter or about to sit down at one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Caller {
    /// In how many milliseconds they are free.
    free_ms: i64,
    /// Who; none where nobody is rostered, and somebody answers all the same.
    who: Option<StaffId>,
    /// No counter is left for them: they see only to whoever waits for them.
    own_only: bool,
}

/// Somebody who waits, as far as it decides when they are called.
#[derive(Debug)]
struct Turn<'l> {
    visit: &'l Visit,
    /// The one person they wait for, if they wait for one.
    for_whom: Option<StaffId>,
    /// How long they will take.
    service_ms: i64,
}

impl Turn<'_> {
    /// Whether `caller` may call them.
    fn may(&self, caller: &Caller) -> bool {
        match (&self.for_whom, &caller.who) {
            (Some(wanted), who) => who.as_ref() == Some(wanted),
            (None, Some(who)) => !caller.own_only && !self.visit.recused(who),
            (None, None) => true,
        }
    }
}

impl Lobby {
    /// The waits of all who queue for `department`, in calling order.
    pub fn waits(
        &self,
        office: &Office,
        experience: &Experience,
        department: &DepartmentCode,
        now: Moment,
        lobby: LobbyTime,
    ) -> Vec<(VisitId, Option<Wait>)> {
        let queue = self.queue(office, department, lobby);
        if queue.is_empty() {
            return Vec::new();
        }
        let queue: Vec<Turn<'_>> = queue
            .into_iter()
            .map(|it| turn(office, experience, it, now))
            .collect();
        let callers = self.callers(office, experience, department, &queue, (now, lobby));
        let turns = play(callers, &queue);
        let told = |(it, ms): (&Turn<'_>, i64)| (it.visit.id, told(office, now, ms));
        queue.iter().zip(turns).map(told).collect()
    }

    /// The wait of a visitor who is just being registered as `visit`.
    pub fn foresee(
        &self,
        office: &Office,
        experience: &Experience,
        visit: &Visit,
        now: Moment,
        lobby: LobbyTime,
    ) -> Option<Wait> {
        if !visit.queues() {
            return None;
        }
        let department = &visit.ticket.department;
        let place = visit.order(&office.settings);
        // Whoever is held back after a miss is called in a few minutes all the same.
        let queue = self.queue(office, department, lobby);
        let before = queue.into_iter().map(AsRef::as_ref);
        let before = before.filter(|it: &&Visit| it.order(&office.settings) < place);
        let queue: Vec<Turn<'_>> = before
            .chain([visit])
            .map(|it| turn(office, experience, it, now))
            .collect();
        let callers = self.callers(office, experience, department, &queue, (now, lobby));
        told(office, now, *play(callers, &queue).last()?)
    }

    /// Who calls for `department`, and when they are free: those at its counters, and of the others on duty as many as
    /// there are counters for. Whoever is waited for by name is among them, and without a counter sees to nobody else.
    /// Never none, since somebody always answers.
    fn callers(
        &self,
        office: &Office,
        experience: &Experience,
        department: &DepartmentCode,
        queue: &[Turn<'_>],
        (now, lobby): (Moment, LobbyTime),
    ) -> Vec<Caller> {
        let left_ms = |visit: &Visit| {
            let whole = experience.service_ms(office, visit.matter_now());
            let spent = match (&visit.ticket.stage, visit.ticket.serving_since) {
                (Stage::Serving { .. }, Some(since)) => lobby.ms_since(since),
                _ => 0,
            };
            (whole - spent).max(whole / LEFT_OF_LONG)
        };
        let serves = |it: &&crate::domain::office::Counter| it.departments.contains(department);
        let counters: Vec<CounterId> = office.counters.iter().filter(serves).map(|it| it.id).collect();
        let mut callers = Vec::with_capacity(counters.len());
        for visit in counters.iter().filter_map(|it| self.at_counter(*it)) {
            let who = match &visit.ticket.stage {
                Stage::Serving { by, .. } => Some(by.clone()),
                _ => visit.ticket.caller.clone(),
            };
            callers.push(Caller {
                free_ms: left_ms(visit),
                who,
                own_only: false,
            });
        }
        let at_work = |callers: &[Caller], it: &StaffId| callers.iter().any(|of| of.who.as_ref() == Some(it));
        let on_duty: Vec<&StaffId> = office
            .staff
            .iter()
            .map(|it| (it, &it.id))
            .filter(|(it, id)| it.department == *department && office.on_duty(id, now.at))
            .map(|(_, id)| id)
            .collect();
        let open = on_duty.len().min(counters.len()).max(1);
        let awaited = |it: &StaffId| queue.iter().any(|of| of.for_whom.as_ref() == Some(it));
        let mut idle: Vec<&StaffId> = on_duty.into_iter().filter(|it| !at_work(&callers, it)).collect();
        idle.sort_by_key(|it| !awaited(it));
        for staff in idle {
            let own_only = open <= callers.len();
            if own_only && !awaited(staff) {
                break;
            }
            // Somebody may sit with them at a desk, without a counter; that is looked for only where it matters.
            let with = |it: &&Arc<Visit>| matches!(&it.ticket.stage, Stage::Serving { counter: None, by } if by == staff);
            let busy = awaited(staff).then(|| self.visits().find(with)).flatten();
            callers.push(Caller {
                free_ms: busy.map_or(0, |it| left_ms(it)),
                who: Some(staff.clone()),
                own_only,
            });
        }
        while callers.iter().filter(|it| !it.own_only).count() < open {
            callers.push(Caller {
                free_ms: 0,
                who: None,
                own_only: false,
            });
        }
        callers
    }
}

fn turn<'l>(office: &Office, experience: &Experience, visit: &'l Visit, now: Moment) -> Turn<'l> {
    Turn {
        visit,
        for_whom: visit.taker(office, now.at).and_then(|it| it.person().cloned()),
        service_ms: experience.service_ms(office, visit.matter_now()),
    }
}

/// When each of `queue` is called: whoever is free first calls the first of those they may call, as at a counter. Whom
/// nobody may call (all have to stay out of it) is taken by whoever is free when nobody else waits.
fn play(mut callers: Vec<Caller>, queue: &[Turn<'_>]) -> Vec<i64> {
    let mut turns: Vec<Option<i64>> = vec![None; queue.len()];
    // Callers for whom nobody is left.
    let mut done = vec![false; callers.len()];
    let mut first = 0;
    loop {
        while turns.get(first).is_some_and(Option::is_some) {
            first += 1;
        }
        if first == queue.len() {
            break;
        }
        let free = (0..callers.len()).filter(|it| !done[*it]);
        let Some(next) = free.min_by_key(|it| callers[*it].free_ms) else {
            break;
        };
        let caller = &mut callers[next];
        let called = (first..queue.len()).find(|it| turns[*it].is_none() && queue[*it].may(caller));
        match called {
            Some(at) => {
                turns[at] = Some(caller.free_ms);
                caller.free_ms += queue[at].service_ms;
            }
            None => done[next] = true,
        }
    }
    let last = callers.iter().map(|it| it.free_ms).min().unwrap_or(0);
    turns.into_iter().map(|it| it.unwrap_or(last)).collect()
}

/// A wait of `open_ms` of open time as it is told: lunch and the time before opening are waited through.
/// None where it would end on another day: that is no wait but a date.
fn told(office: &Office, now: Moment, open_ms: i64) -> Option<Wait> {
    if !now.clock_state.trusted() {
        return Some(Wait::of(open_ms));
    }
    let then = office.after_open_time(now.at, open_ms)?;
    Some(Wait::of((then - now.at).num_milliseconds()))
}

/// A day that is over, and what it taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedDay {
    /// Which.
    pub day: ServiceDay,
    /// What.
    pub figures: DayFigures,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_told_in_steps_of_five_minutes_and_holds_its_guess() {
        let shown = |minutes: i64| {
            let it = Wait::of(60_000 * minutes);
            assert!(it.holds(60_000 * minutes), "{it:?}");
            (it.from, it.until)
        };
        assert_eq!(shown(0), (0, 5));
        assert_eq!(shown(3), (0, 5));
        assert_eq!(shown(20), (15, 30));
        assert_eq!(shown(50), (40, 65));
        assert_eq!(shown(100), (80, 130));
    }

    #[test]
    fn an_office_without_days_of_its_own_goes_by_the_catalogue_and_learns_slowly() {
        let served = |count: u32, minutes: i64| Served {
            count,
            ms: i64::from(count) * minutes * 60_000,
        };
        let day = |it| DayFigures {
            served: BTreeMap::from([(None, it)]),
            ..DayFigures::default()
        };
        // Twenty services of 26 minutes weigh as much as the start value of 6.
        let (first, second) = (day(served(20, 26)), day(served(0, 0)));
        let learned = Experience::of([&first, &second]);
        assert_eq!(learned.seen(None), served(20, 26));
        let hits = Hits {
            told: 3,
            inside: 2,
            error_ms: 360_000,
        };
        assert_eq!((hits.percent(), hits.error_minutes()), (Some(67), Some(2.0)));
        assert_eq!(Hits::default().percent(), None);
    }

    #[test]
    fn a_service_somebody_forgot_to_end_teaches_nothing() {
        let mut day = DayFigures::default();
        day.served(None, SERVICE_MS_MAX + 1);
        day.served(None, 0);
        assert!(day.is_empty());
        day.served(None, 60_000);
        assert!(!day.is_empty());
    }
}
