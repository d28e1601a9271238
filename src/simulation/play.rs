//! Days of an office, hour by hour.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::{Duration, NaiveDate};

use crate::domain::elsewhere::Referral;
use crate::domain::event::{
    Basis, Class, DeliveryWay, Document, Event, HandoverReason, Origin, Outcome, PetitionCategory,
    RefuseReason, Told,
};
use crate::domain::ids::{CounterId, MatterCode, MatterIndex, OfferIndex, StaffId, VisitId};
use crate::domain::matter::{MatterCommand, MatterState};
use crate::domain::office::{Language, Office, Role};
use crate::domain::order::Night;
use crate::domain::petition::Petition;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Absence;
use crate::domain::sensitive::{self, Personal, Sensitive};
use crate::domain::ticket::{CALLS_MAX, Stage};
use crate::domain::time::{ClockState, ServiceDay, Timestamp, from_local};
use crate::domain::visit::{Arrival, Command, OfferState, Visit};
use crate::simulation::chance::Chance;
use crate::simulation::hall::Hall;
use crate::simulation::report::{Report, Waits};

/// By what order visitors are called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Discipline {
    /// This program's rule: arrival less head start.
    HeadStart,
    /// First come, first served.
    FirstCome,
    /// Priority first, always.
    Strict,
    /// Kleinrock's accumulating priority: whoever has most, who gain at 1 a minute and, with priority, at this.
    Accumulating(f64),
}

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// Open days to play.
    pub days: u32,
    /// Visitors a day, in the mean.
    pub visits_a_day: f64,
    /// The first day, if it is one.
    pub from: NaiveDate,
    /// By what order.
    pub discipline: Discipline,
    /// Whether people fall ill, clocks jump and boxes restart.
    pub faults: bool,
    /// Check the whole lobby after so many decisions.
    pub check_every: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            days: 20,
            visits_a_day: 60.0,
            from: NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date, and a Monday"),
            discipline: Discipline::HeadStart,
            faults: true,
            check_every: 50,
        }
    }
}

/// Arrivals by hour of the day, 0 to 23: how a sub-district office sees them, most in the first hours.
const BY_HOUR: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 1.0, 9.0, 16.0, 14.0, 8.0, 1.0, 1.5, 9.0, 13.0, 9.0, 3.0, 0.5, 0.4,
    0.2, 0.1, 0.0, 0.0,
];

/// Shares of visitors, of all; what they are was read off published half-year figures and counted in lobbies.
const PRIORITY: f64 = 0.12;
const URGENT: f64 = 0.004;
const DANGER: f64 = 0.0005;
const BOOKED: f64 = 0.03;
const KNOWS_NOT_WHOM: f64 = 0.08;
const NO_SHOW: f64 = 0.04;
const COMES_BACK: f64 = 0.6;
const HANDED_OVER: f64 = 0.05;
const LEAVES_A_PHONE: f64 = 0.5;
const ABSENT: f64 = 0.03;
/// Of those served: promised for a day, and told once and whole what is missing.
const UNDERTAKEN: f64 = 0.08;
const NOTICE_GIVEN: f64 = 0.07;
const BRINGS_PAPERS: f64 = 0.8;
/// Of what was promised for a day: done after it.
const DONE_LATE: f64 = 0.06;
/// Promised matters one officer gets done on a day, beside the counter.
const CASES_A_DAY: u32 = 2;
/// Visitors on a day the office is closed, over those of an open one.
const ON_A_DAY_OFF: f64 = 0.02;
const CLOCK_STEPS: f64 = 0.05;
const RESTARTS: f64 = 0.05;

/// Standard deviation of a service over its mean.
const SPREAD: f64 = 0.7;

/// How far the mean service of a matter may be from what the catalogue believes.
const BELIEF: std::ops::Range<f64> = 0.6..1.6;

/// Minutes after opening within which a day's fault falls.
const FAULT_MINUTES: usize = 500;

const MINUTE: i64 = 60_000;

/// Something to happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Arrive,
    Look(CounterId),
    Called(CounterId, VisitId),
    Done(CounterId, VisitId),
    Answer(VisitId, u16),
    Back(VisitId),
    CallBack(VisitId),
    Papers(VisitId),
    Keep(VisitId),
    Close,
    Fault,
}

/// Plays the plan in `office`.
pub fn play(office: Office, plan: &Plan) -> Report {
    let mut chance = Chance::new(plan.seed);
    let start = from_local(plan.from.and_hms_opt(6, 0, 0).expect("six o'clock exists"));
    let mut hall = Hall::new(office, start);
    hall.journal = Some(Vec::new());
    hall.office.roster.absences.clear();
    set_discipline(&mut hall.office, plan.discipline);
    let truth = (0..=hall.office.matters.len())
        .map(|_| BELIEF.start + (BELIEF.end - BELIEF.start) * chance.unit())
        .collect();
    let mut game = Game {
        hall,
        truth,
        services: chance.split(),
        chance,
        events: BinaryHeap::new(),
        turn: 0,
        looking: BTreeMap::new(),
        looks: BTreeMap::new(),
        report: Report::default(),
        waits: BTreeMap::new(),
        casework: BTreeMap::new(),
        checked: 0,
        plan: plan.clone(),
    };
    let mut date = plan.from;
    while game.report.days < plan.days {
        game.day(date);
        date = date.succ_opt().expect("a date before the year 262143");
    }
    game.finish()
}

/// What the core's own settings can say of a discipline; the rest is said by whom officers call.
pub(super) fn set_discipline(office: &mut Office, discipline: Discipline) {
    let settings = &mut office.settings;
    match discipline {
        Discipline::HeadStart => {}
        Discipline::FirstCome | Discipline::Accumulating(_) => {
            (settings.priority_minutes, settings.urgent_minutes) = (0, 0);
            settings.appointment_minutes = 0;
        }
        // Longer than any day.
        Discipline::Strict => (settings.priority_minutes, settings.urgent_minutes) = (6_000, 12_000),
    }
}

/// Whom an officer of `by` calls next, by the discipline.
pub(super) fn call_next(
    hall: &mut Hall,
    discipline: Discipline,
    by: &StaffId,
    counter: CounterId,
) -> Result<VisitId, Refusal> {
    let Discipline::Accumulating(rate) = discipline else {
        return hall.call_next(by, counter);
    };
    let lobby = hall.lobby_now();
    let department = match hall.office.staff(by) {
        Some(staff) => staff.department.clone(),
        None => return Err(Refusal::UnknownStaff),
    };
    let queue = hall.lobby.queue(&hall.office, &department, lobby);
    let gained = |it: &Visit| {
        let rate = if it.class == Class::Ordinary { 1.0 } else { rate };
        rate * lobby.ms_since(it.arrived) as f64
    };
    let most = queue
        .iter()
        .filter(|it| it.open_offer().is_none())
        .max_by(|one, other| {
            gained(one)
                .total_cmp(&gained(other))
                .then(other.seq.cmp(&one.seq))
        });
    let visit = most.map(|it| it.id).ok_or(Refusal::NobodyWaits)?;
    hall.act(by, visit, Command::Call(counter))?;
    Ok(visit)
}

/// Nine o'clock on `date`.
fn nine(date: NaiveDate) -> Timestamp {
    from_local(date.and_hms_opt(9, 0, 0).expect("nine o'clock exists"))
}

struct Game {
    hall: Hall,
    /// How the mean service of each matter really is, over what the catalogue says; the last of those who do
    /// not know whom to ask.
    truth: Vec<f64>,
    chance: Chance,
    services: Chance,
    events: BinaryHeap<Reverse<(Timestamp, u64, Next)>>,
    turn: u64,
    /// Counters whose officer looks for somebody to call, and since when nobody came.
    looking: BTreeMap<CounterId, StaffId>,
    /// When each counter looks next.
    looks: BTreeMap<CounterId, Timestamp>,
    report: Report,
    waits: BTreeMap<&'static str, Vec<f64>>,
    /// What each officer does of what was promised, day by day.
    casework: BTreeMap<(StaffId, NaiveDate), u32>,
    checked: u64,
    plan: Plan,
}

impl Game {
    fn opens(&self, date: NaiveDate) -> bool {
        let noon = |hour| from_local(date.and_hms_opt(hour, 0, 0).expect("a full hour exists"));
        (0..24).any(|hour| self.hall.office.open(noon(hour)))
    }

    fn at(&mut self, at: Timestamp, next: Next) {
        self.turn += 1;
        self.events.push(Reverse((at, self.turn, next)));
    }

    /// Somebody looks for whoever is next, at the latest then: one look at a time.
    fn look_at(&mut self, at: Timestamp, counter: CounterId) {
        if self.looks.get(&counter).is_none_or(|it| at < *it) {
            self.looks.insert(counter, at);
            self.at(at, Next::Look(counter));
        }
    }

    fn look_in(&mut self, minutes: f64, counter: CounterId) {
        let at = self.hall.now().at + Duration::milliseconds((minutes * MINUTE as f64) as i64);
        self.look_at(at, counter);
    }

    fn after(&mut self, minutes: f64, next: Next) {
        let at = self.hall.now().at + Duration::milliseconds((minutes * MINUTE as f64) as i64);
        self.at(at, next);
    }

    fn day(&mut self, date: NaiveDate) {
        let moment =
            |hour: u32, minute| from_local(date.and_hms_opt(hour, minute, 0).expect("a time of the day"));
        let opens = self.opens(date);
        self.absences(date);
        let all: f64 = BY_HOUR.iter().sum();
        let many = self.plan.visits_a_day * if opens { 1.0 } else { ON_A_DAY_OFF };
        for (hour, weight) in BY_HOUR.iter().enumerate() {
            let (mut minute, mean) = (0.0, many * weight / all);
            loop {
                minute += self.chance.gap(60.0) / mean.max(1e-9);
                if 60.0 <= minute {
                    break;
                }
                let at = moment(hour as u32, 0) + Duration::milliseconds((minute * MINUTE as f64) as i64);
                self.at(at, Next::Arrive);
            }
        }
        if opens {
            self.open(date);
        }
        // Whatever is later than the night is tomorrow's.
        let over = moment(0, 0) + Duration::hours(30);
        while self.events.peek().is_some_and(|it| it.0.0 < over) {
            let Some(Reverse((at, _, next))) = self.events.pop() else {
                break;
            };
            if let Next::Look(counter) = next {
                // An earlier look has taken its place.
                if self.looks.get(&counter) != Some(&at) {
                    continue;
                }
                self.looks.remove(&counter);
            }
            let ms = (at - self.hall.now().at).num_milliseconds();
            if 0 < ms {
                self.hall.pass(ms);
            }
            self.happen(next);
            if self.checked + self.plan.check_every <= self.hall.decided {
                self.check();
            }
        }
        self.check();
    }

    /// Counters, closing, a fault on some days, and the morning's calls.
    fn open(&mut self, date: NaiveDate) {
        self.report.days += 1;
        let moment =
            |hour: u32, minute| from_local(date.and_hms_opt(hour, minute, 0).expect("a time of the day"));
        let spans = &self.hall.office.hours.spans;
        let opening = spans
            .first()
            .map_or(moment(8, 30), |it| from_local(date.and_time(it.from)));
        let closing = spans.last().map(|it| from_local(date.and_time(it.until)));
        let counters: Vec<_> = self.hall.office.counters.iter().map(|it| it.id).collect();
        for counter in counters {
            self.look_at(opening, counter);
        }
        if let Some(closing) = closing {
            self.at(closing, Next::Close);
        }
        if self.plan.faults && self.chance.of(CLOCK_STEPS + RESTARTS) {
            let minute = self.chance.below(FAULT_MINUTES) as i64;
            self.at(opening + Duration::minutes(minute), Next::Fault);
        }
        for visit in self.to_call_back() {
            let minutes = 5 + self.chance.below(40) as i64;
            self.at(opening + Duration::minutes(minutes), Next::CallBack(visit));
        }
    }

    fn check(&mut self) {
        self.checked = self.hall.decided;
        self.report.checks += 1;
        let wrong = self.hall.contradictions();
        if self.report.broken.len() < 20 {
            self.report.broken.extend(wrong);
        }
    }

    fn absences(&mut self, date: NaiveDate) {
        self.hall.office.roster.absences.clear();
        self.hall.lobby.office_changed();
        if !self.plan.faults {
            return;
        }
        let staff: Vec<StaffId> = self.hall.office.staff.iter().map(|it| it.id.clone()).collect();
        for staff in staff {
            if self.chance.of(ABSENT) {
                self.report.absences += 1;
                let day = |it: NaiveDate| it.and_hms_opt(0, 0, 0).expect("midnight exists");
                let until = date.succ_opt().expect("a date before the year 262143");
                let (from, until) = (day(date), day(until));
                self.hall
                    .office
                    .roster
                    .absences
                    .push(Absence { staff, from, until });
            }
        }
    }

    fn happen(&mut self, next: Next) {
        match next {
            Next::Arrive => self.arrive(),
            Next::Look(counter) => self.look(counter),
            Next::Called(counter, visit) => self.called(counter, visit),
            Next::Done(counter, visit) => self.done(counter, visit),
            Next::Answer(visit, offer) => self.answer(visit, offer),
            Next::Back(visit) => {
                if let Some(by) = self.receptionist() {
                    let after = self.calls_of(visit);
                    let _ = self.hall.act(&by, visit, Command::Rejoin { after });
                    self.wake(visit);
                }
            }
            Next::CallBack(visit) => self.call_back(visit),
            Next::Papers(visit) => self.papers(visit),
            Next::Keep(visit) => self.keep(visit),
            Next::Close => self.close_day(),
            Next::Fault => self.fault(),
        }
    }

    fn arrive(&mut self) {
        let matter = if self.chance.of(KNOWS_NOT_WHOM) || self.hall.office.matters.is_empty() {
            None
        } else {
            let matters = &self.hall.office.matters;
            Some(matters[self.chance.below(matters.len())].code.clone())
        };
        let kinds = [1.0 - PRIORITY - URGENT - DANGER, PRIORITY, URGENT, DANGER];
        let class = Class::ALL[self.chance.weighted(&kinds)];
        let given = matches!(class, Class::Urgent | Class::Danger);
        let now = self.hall.now().at;
        let minutes = self.chance.below(30) as i64 - 10;
        let booked = self.chance.of(BOOKED).then(|| now + Duration::minutes(minutes));
        let phone = self.chance.of(LEAVES_A_PHONE);
        let receptionist = self.receptionist();
        let origin = match receptionist.clone().filter(|_| given || booked.is_some()) {
            Some(by) => Origin::Desk(by),
            None => Origin::Kiosk,
        };
        let arrival = Arrival {
            tap: self.hall.tap(),
            matter,
            class: if given { Class::Ordinary } else { class },
            reason: None,
            booked,
            language: Language::Chinese,
            how: crate::domain::visit::How::default(),
            people: 1,
            personal: Personal {
                name: None,
                phone: sensitive::phone(if phone { "13800138000" } else { "" }).unwrap_or_default(),
                name_by_clerk: false,
            },
            origin,
        };
        let Ok(visit) = self.hall.arrive(arrival) else {
            return;
        };
        self.report.visits += 1;
        if given && let Some(by) = receptionist {
            let reason = sensitive::note("突发情况").unwrap_or_default();
            let _ = self.hall.act(&by, visit, Command::Reclass { class, reason });
        }
        self.report.night += u64::from(self.night_of(visit).is_some());
        self.wake(visit);
    }

    /// Lets the officers of the visit's department see that somebody waits.
    fn wake(&mut self, visit: VisitId) {
        let Some(department) = self
            .hall
            .lobby
            .visit(visit)
            .map(|it| it.ticket.department.clone())
        else {
            return;
        };
        let serves: Vec<CounterId> = self
            .hall
            .office
            .counters
            .iter()
            .filter(|it| it.departments.contains(&department) && self.looking.contains_key(&it.id))
            .map(|it| it.id)
            .collect();
        for counter in serves {
            self.looking.remove(&counter);
            self.look_in(0.1, counter);
        }
    }

    /// Who sits at `counter` now, if anybody is here.
    fn officer(&self, counter: CounterId) -> Option<StaffId> {
        let office = &self.hall.office;
        let at = self.hall.now().at;
        let served = office.counter(counter)?;
        let here = |it: &&crate::domain::office::Staff| {
            served.departments.contains(&it.department) && office.roster.on_duty(&office.calendar, &it.id, at)
        };
        let own = office
            .staff
            .iter()
            .filter(here)
            .find(|it| it.counter == Some(counter));
        // One who has no counter of their own stands in.
        let other = || office.staff.iter().filter(here).find(|it| it.counter.is_none());
        own.or_else(other).map(|it| it.id.clone())
    }

    fn receptionist(&self) -> Option<StaffId> {
        let office = &self.hall.office;
        let reception = |it: &&crate::domain::office::Staff| it.is(Role::Reception) || it.is(Role::Leader);
        let on_duty = |it: &&crate::domain::office::Staff| {
            office
                .roster
                .on_duty(&office.calendar, &it.id, self.hall.now().at)
        };
        let all = || office.staff.iter().filter(reception);
        all()
            .find(on_duty)
            .or_else(|| all().next())
            .map(|it| it.id.clone())
    }

    fn look(&mut self, counter: CounterId) {
        let now = self.hall.now().at;
        if self.hall.lobby.at_counter(counter).is_some() {
            return;
        }
        if !self.hall.office.open(now) {
            // Until the office opens again today, if it does.
            if let Some(then) = self.hall.office.after_open_time(now, 0) {
                self.look_at(then.max(now + Duration::minutes(1)), counter);
            }
            return;
        }
        let Some(officer) = self.officer(counter) else {
            self.look_in(20.0, counter);
            return;
        };
        // Nobody presses the key while the list is empty.
        let department = self.hall.office.staff(&officer).map(|it| &it.department);
        if department.is_some_and(|it| self.hall.lobby.waiting(it) == 0) {
            self.looking.insert(counter, officer);
            self.look_in(5.0, counter);
            return;
        }
        match call_next(&mut self.hall, self.plan.discipline, &officer, counter) {
            Ok(visit) => {
                self.first_call(visit);
                self.after(1.0, Next::Called(counter, visit));
            }
            Err(_) => {
                self.looking.insert(counter, officer);
                // Who was held back after a miss becomes callable without anything happening.
                self.look_in(5.0, counter);
            }
        }
    }

    fn first_call(&mut self, visit: VisitId) {
        let Some(visit) = self.hall.lobby.visit(visit).cloned() else {
            return;
        };
        let open = self
            .hall
            .office
            .open_minutes(visit.arrived_at, self.hall.now().at);
        let called_once = matches!(visit.ticket.stage, Stage::Called { calls: 1, .. });
        let anew = visit.ticket.rejoined.is_none() && visit.returned.is_none() && visit.offers.is_empty();
        if called_once && anew {
            let first = visit.ticket.first_call.map_or(0, |it| it.ms_since(visit.arrived));
            let office = &self.hall.office;
            // Who was put off has not sat there all night.
            let same_day = office.service_day(self.hall.now().at) == visit.day;
            if same_day && office.open(visit.arrived_at) {
                let minutes = first as f64 / MINUTE as f64;
                self.waits.entry(visit.class.code()).or_default().push(minutes);
            }
            for (limit, count) in [10, 20, 30].into_iter().zip(&mut self.report.uncalled) {
                *count += u64::from(limit <= open);
            }
        }
    }

    /// A minute after a call: they come, or are called again, or are missed.
    fn called(&mut self, counter: CounterId, visit: VisitId) {
        let Some(stage) = self.hall.lobby.visit(visit).map(|it| it.ticket.stage.clone()) else {
            return;
        };
        let (Stage::Called { calls, .. }, Some(officer)) = (stage, self.officer(counter)) else {
            // Nobody of the department is here between call and answer: somebody goes on when they are back.
            if self
                .hall
                .lobby
                .at_counter(counter)
                .is_some_and(|it| it.id == visit)
            {
                self.after(15.0, Next::Called(counter, visit));
            }
            return;
        };
        let there = calls == 1 && !self.chance.of(NO_SHOW) || 1 < calls && self.chance.of(0.2);
        if there {
            if self.hall.act(&officer, visit, Command::Begin).is_ok() {
                let minutes = self.service(visit);
                self.after(minutes, Next::Done(counter, visit));
            }
        } else if calls < CALLS_MAX {
            let _ = self.hall.act(&officer, visit, Command::Call(counter));
            self.after(1.1, Next::Called(counter, visit));
        } else {
            let _ = self.hall.act(&officer, visit, Command::Miss);
            if self.chance.of(COMES_BACK) {
                let minutes = self.chance.gap(25.0);
                self.after(minutes, Next::Back(visit));
            }
            self.look_in(0.2, counter);
        }
    }

    fn service(&mut self, visit: VisitId) -> f64 {
        let visit = self.hall.lobby.visit(visit).expect("it is being served");
        let matter = visit.matter_now();
        let minutes = |it: &MatterCode| {
            self.hall
                .office
                .matter(it)
                .map_or(6.0, |it| f64::from(it.minutes))
        };
        let mean = matter.map_or(6.0, minutes);
        let known = matter.and_then(|it| self.hall.office.matters.iter().position(|of| of.code == *it));
        let truth = self.truth[known.unwrap_or(self.truth.len() - 1)];
        self.services.service(mean * truth, SPREAD).clamp(0.5, 150.0)
    }

    fn done(&mut self, counter: CounterId, visit: VisitId) {
        let Some(known) = self.hall.lobby.visit(visit).cloned() else {
            return;
        };
        let Stage::Serving { by, .. } = &known.ticket.stage else {
            return;
        };
        let by = by.clone();
        if let MatterState::Escalated { to: leader, .. } = &known.matter(MatterIndex(0)).state {
            let (to, note) = (by, None);
            let decide = Command::Matter(MatterIndex(0), MatterCommand::Decide { to, note });
            self.report.decided += u64::from(self.hall.act(leader, visit, decide).is_ok());
            self.after(5.0, Next::Done(counter, visit));
            return;
        }
        if known.offers.len() < 2 && self.chance.of(HANDED_OVER) && self.hand_over(&by, visit) {
            // The counter stays taken until there is an answer; then it is looked at again.
            return;
        }
        if self.go_on_later(&by, &known) {
            self.look_in(0.3, counter);
            return;
        }
        self.write_up(&by, &known);
        let outcome = [Outcome::Answered, Outcome::Replied, Outcome::OutsideTold];
        let outcome = outcome[self.chance.weighted(&[0.8, 0.15, 0.05])];
        let (matter, told) = (MatterIndex(0), Told::InPerson);
        let referral = || Referral {
            body: "区人社局".to_owned(),
            address: "人民路 1 号".to_owned(),
            phone: "12333".to_owned(),
            ..Referral::default()
        };
        let words = if outcome.needs_reason() {
            "按公布的办事指南答复"
        } else {
            ""
        };
        let note = sensitive::note(words).unwrap_or_default();
        let close = if outcome.refers() {
            let referral = Sensitive::new(Box::new(referral()));
            Command::Refer {
                matter,
                outcome,
                told,
                referral,
                note,
            }
        } else {
            Command::Close {
                matter,
                outcome,
                told,
                note,
            }
        };
        if self.hall.act(&by, visit, close).is_ok() {
            *self.report.outcomes.entry(outcome.code()).or_default() += 1;
        } else {
            self.after(2.0, Next::Done(counter, visit));
        }
        self.look_in(0.3, counter);
    }

    /// Not everything ends at the counter: a date is promised, or papers are missing.
    fn go_on_later(&mut self, by: &StaffId, known: &Visit) -> bool {
        let matter = MatterIndex(0);
        let command = |what| Command::Matter(matter, what);
        let papers = matches!(known.matter(matter).state, MatterState::NoticeGiven { .. });
        if papers {
            let (items, note) = (vec!["材料".to_owned()], None);
            let take = command(MatterCommand::TakeMaterials { items, note });
            let _ = self.hall.act(by, known.id, take);
        }
        let draw = self.chance.unit();
        if draw < UNDERTAKEN || papers && draw < 0.5 {
            let basis = if papers { Basis::Materials } else { Basis::Ordinary };
            let undertake = command(MatterCommand::Undertake { basis, told: None });
            if self.hall.act(by, known.id, undertake).is_err() {
                return false;
            }
            self.promise(known.id);
            return true;
        }
        if papers || UNDERTAKEN + NOTICE_GIVEN <= draw {
            return false;
        }
        let (missing, note) = (vec!["材料".to_owned()], None);
        let told = Told::Writing;
        let notice = command(MatterCommand::GiveNotice { missing, told, note });
        let given = self.hall.act(by, known.id, notice).is_ok();
        if given {
            self.report.notices += 1;
            if self.chance.of(BRINGS_PAPERS) {
                let days = 1 + self.chance.gap(3.0) as i64;
                let date = self.workday_in(days);
                let minute = self.chance.below(150) as i64;
                self.at(nine(date) + Duration::minutes(minute), Next::Papers(known.id));
            }
        }
        given
    }

    /// On which day what was promised will be done: mostly in time, by a few officers late.
    fn promise(&mut self, visit: VisitId) {
        self.report.promised += 1;
        let told = self.hall.lobby.visit(visit);
        let told = told.and_then(|it| {
            let matter = it.matter(MatterIndex(0));
            Some((matter.state.promised()?.due.told, matter.responsible.clone()))
        });
        let Some((told, officer)) = told else { return };
        let today = ServiceDay::of(self.hall.now().at).0;
        let room = (told - today).num_days().max(0);
        let late = self.chance.of(DONE_LATE) && self.plan.faults;
        let days = if late {
            room + 1 + self.chance.below(4) as i64
        } else {
            self.chance.below(room as usize + 1) as i64
        };
        let mut date = self.workday_in(days);
        if days <= room {
            date = self.free_day(&officer, (date.min(told), told), today);
        }
        *self.casework.entry((officer, date)).or_default() += 1;
        let minute = 300 + self.chance.below(150) as i64;
        self.at(nine(date) + Duration::minutes(minute), Next::Keep(visit));
    }

    /// A day on which `officer` has time for one more: from `from` to the day that was told, else an earlier one, and
    /// where there is none the first after it. An office that takes on more than it can do is late.
    fn free_day(
        &self,
        officer: &StaffId,
        (from, told): (NaiveDate, NaiveDate),
        today: NaiveDate,
    ) -> NaiveDate {
        let calendar = &self.hall.office.calendar;
        let workdays = |from| {
            let next = |it: &NaiveDate| Some(calendar.workday_from(it.succ_opt()?));
            std::iter::successors(Some(calendar.workday_from(from)), next)
        };
        let free = |it: &NaiveDate| {
            let taken = self.casework.get(&(officer.clone(), *it));
            taken.is_none_or(|it| *it < CASES_A_DAY)
        };
        let in_time = workdays(from).take_while(|it| *it <= told).find(free);
        in_time.or_else(|| workdays(today).find(free)).unwrap_or(told)
    }

    /// The first working day at least `days` from today.
    fn workday_in(&self, days: i64) -> NaiveDate {
        let date = ServiceDay::of(self.hall.now().at).0 + Duration::days(days);
        self.hall.office.calendar.workday_from(date)
    }

    /// The visitor comes back with the papers.
    fn papers(&mut self, visit: VisitId) {
        let by = self.receptionist();
        if by.is_some_and(|by| self.hall.act(&by, visit, Command::Return).is_ok()) {
            self.report.returned += 1;
            self.wake(visit);
        }
    }

    /// What was promised is done, and the visitor called.
    fn keep(&mut self, visit: VisitId) {
        let Some(known) = self.hall.lobby.visit(visit).cloned() else {
            return;
        };
        let matter = MatterIndex(0);
        let by = known.matter(matter).responsible.clone();
        let told = known.matter(matter).state.promised().map(|it| it.due.told);
        let (outcome, today) = (Outcome::Replied, ServiceDay::of(self.hall.now().at).0);
        self.reply(&by, &known);
        let close = Command::Close {
            matter,
            outcome,
            told: Told::Phone,
            note: None,
        };
        if self.hall.act(&by, visit, close).is_ok() {
            self.report.overdue += u64::from(told.is_some_and(|it| it < today));
            *self.report.outcomes.entry(outcome.code()).or_default() += 1;
        }
    }

    /// A petition is written into the register before anything ends it.
    fn write_up(&mut self, by: &StaffId, known: &Visit) {
        let (matter, asked) = (MatterIndex(0), known.matter(MatterIndex(0)));
        if asked.petition() && asked.petition.is_none() {
            let register = MatterCommand::TakePetition(Box::new(written_up(by, known)));
            let _ = self.hall.act(by, known.id, Command::Matter(matter, register));
        }
    }

    /// What answers a petition is handed over on paper, and that on record.
    fn reply(&mut self, by: &StaffId, known: &Visit) {
        self.write_up(by, known);
        let matter = MatterIndex(0);
        if known.matter(matter).petition() {
            let deliver = MatterCommand::Deliver {
                document: Document::Reply,
                on: ServiceDay::of(self.hall.now().at),
                way: DeliveryWay::Hand,
            };
            let _ = self.hall.act(by, known.id, Command::Matter(matter, deliver));
        }
    }

    fn hand_over(&mut self, by: &StaffId, visit: VisitId) -> bool {
        let staff: Vec<StaffId> = self.hall.office.staff.iter().map(|it| it.id.clone()).collect();
        let to = self.chance.pick(&staff).clone();
        let offer = self
            .hall
            .lobby
            .visit(visit)
            .map_or(0, |it| it.offers.len() as u16);
        let command = Command::Offer {
            matter: MatterIndex(0),
            to,
            reason: HandoverReason::OtherDuty,
            led: true,
        };
        let offered = self.hall.act(by, visit, command).is_ok();
        if offered {
            *self.report.offers.entry("offered").or_default() += 1;
            let minutes = self.chance.gap(3.0);
            self.after(minutes, Next::Answer(visit, offer));
        }
        offered
    }

    fn answer(&mut self, visit: VisitId, offer: u16) {
        let Some(known) = self.hall.lobby.visit(visit).cloned() else {
            return;
        };
        let Some(offered) = known.offers.get(usize::from(offer)) else {
            return;
        };
        let (to, index) = (offered.offered.to.clone(), OfferIndex(offer));
        let counter = known.ticket.counter();
        let answer = match self.chance.weighted(&[0.85, 0.1, 0.05]) {
            0 => Command::Accept(index),
            1 => Command::Refuse(index, RefuseReason::NotOurDuty),
            _ if offered.state == OfferState::Open => {
                // Nobody answers: it lapses by the clock, and is noticed then.
                self.after(11.0, Next::Answer(visit, offer));
                return;
            }
            _ => Command::Accept(index),
        };
        let name = if matches!(answer, Command::Accept(_)) {
            "accepted"
        } else {
            "refused"
        };
        match self.hall.act(&to, visit, answer) {
            Ok(()) => *self.report.offers.entry(name).or_default() += 1,
            Err(Refusal::OfferOver) => *self.report.offers.entry("lapsed").or_default() += 1,
            Err(_) => {}
        }
        self.wake(visit);
        if let Some(counter) = counter {
            let still = self.hall.lobby.visit(visit).and_then(|it| it.ticket.counter()) == Some(counter);
            if still {
                self.after(0.5, Next::Done(counter, visit));
            } else {
                self.look_in(0.5, counter);
            }
        }
    }

    fn night_of(&self, visit: VisitId) -> Option<Night> {
        self.hall.lobby.visit(visit).and_then(|it| it.ticket.night)
    }

    fn calls_of(&self, visit: VisitId) -> u32 {
        let department = self.hall.lobby.visit(visit).map(|it| &it.ticket.department);
        department.map_or(0, |it| self.hall.lobby.calls(it))
    }

    fn to_call_back(&self) -> Vec<VisitId> {
        let mut visits: Vec<_> = self
            .hall
            .lobby
            .visits()
            .filter(|it| it.open() && it.ticket.night.is_some())
            .map(|it| (it.seq, it.id))
            .collect();
        visits.sort();
        visits.into_iter().map(|it| it.1).collect()
    }

    /// The morning after: called if there is a number, else they come to the counter.
    fn call_back(&mut self, visit: VisitId) {
        let Some(known) = self.hall.lobby.visit(visit).cloned() else {
            return;
        };
        let by = known.responsible().clone();
        if known.personal.phone.is_none() {
            self.happen(Next::Back(visit));
            return;
        }
        let reached = self.chance.of(0.7);
        let _ = self.hall.act(&by, visit, Command::CallBack { reached });
        let outcome = if reached { Outcome::Replied } else { Outcome::Left };
        if reached {
            self.reply(&by, &known);
        }
        let close = Command::Close {
            matter: MatterIndex(0),
            outcome,
            told: if reached { Told::Phone } else { Told::NotTold },
            note: sensitive::note("电话无人接听").unwrap_or_default(),
        };
        if self.hall.act(&by, visit, close).is_ok() {
            *self.report.outcomes.entry(outcome.code()).or_default() += 1;
        }
    }

    /// Who still waits is told, and comes again or gives up; who never came back is closed.
    fn close_day(&mut self) {
        let mut open: Vec<_> = self.hall.lobby.visits().filter(|it| it.open()).cloned().collect();
        open.sort_by_key(|it| it.seq);
        let Some(by) = self.receptionist() else { return };
        for visit in open {
            let (matter, told) = (MatterIndex(0), Told::NotTold);
            let outcome = match visit.ticket.stage {
                Stage::Missed => Outcome::Missed,
                Stage::Waiting if visit.queues() && self.chance.of(0.3) => Outcome::Left,
                Stage::Waiting if visit.queues() => {
                    let told = Told::InPerson;
                    let rolled = self.hall.act(&by, visit.id, Command::RollOver { told });
                    self.report.rolled_over += u64::from(rolled.is_ok());
                    continue;
                }
                _ => continue,
            };
            let close = Command::Close {
                matter,
                outcome,
                told,
                note: sensitive::note("下班时已离开").unwrap_or_default(),
            };
            if self.hall.act(&by, visit.id, close).is_ok() {
                *self.report.outcomes.entry(outcome.code()).or_default() += 1;
            }
        }
    }

    /// A wall clock that jumps, or a machine that restarts; the lobby must not mind.
    fn fault(&mut self) {
        self.report.faults += 1;
        if self.chance.of(CLOCK_STEPS / (CLOCK_STEPS + RESTARTS)) {
            let before = self.order();
            self.hall.disturb(|it| it.at -= Duration::minutes(7));
            self.hall.tick();
            let same = self.order() == before;
            // A time server puts it right at once, or the day would be played twice.
            self.hall.disturb(|it| it.at += Duration::minutes(7));
            if !same || self.order() != before {
                self.report.broken.push("a clock step reordered a queue".into());
            }
        } else {
            self.hall.restart(40_000, ClockState::Rtc);
            self.hall.disturb(|it| it.clock_state = ClockState::Ntp);
            match self.hall.replayed() {
                Some(lobby) if lobby == self.hall.lobby => self.hall.lobby = lobby,
                _ => self
                    .report
                    .broken
                    .push("a restart does not give the same lobby".into()),
            }
        }
    }

    /// Everybody who waits, in the order of their queues.
    fn order(&mut self) -> Vec<VisitId> {
        let lobby = self.hall.lobby_now();
        let office = &self.hall.office;
        let queue = |it: &crate::domain::office::Department| self.hall.lobby.queue(office, &it.code, lobby);
        let queues = office.departments.iter().flat_map(queue);
        queues.map(|it| it.id).collect()
    }

    fn finish(mut self) -> Report {
        self.hall.pass(24 * 60 * MINUTE);
        self.hall.tick();
        let mut report = self.report;
        let days = &self.hall.days;
        let told = |days: &[crate::domain::wait::ClosedDay]| {
            let (mut told, mut inside, mut error_ms) = (0_u64, 0_u64, 0_i64);
            for it in days.iter().map(|it| it.figures.hits) {
                told += u64::from(it.told);
                inside += u64::from(it.inside);
                error_ms += it.error_ms;
            }
            let share = |it: f64| if told == 0 { 0.0 } else { it / told as f64 };
            (
                told,
                share(100.0 * inside as f64),
                share(error_ms as f64 / MINUTE as f64),
            )
        };
        (report.told, report.hit_percent, report.error_minutes) = told(days);
        report.hit_percent_at_first = told(&days[..days.len().min(5)]).1;
        report.waits = self
            .waits
            .into_iter()
            .map(|(class, it)| (class, Waits::of(it)))
            .collect();
        for (_, event, _) in self.hall.journal.iter().flatten() {
            if let Event::Rang(it) = event {
                *report.bells.entry(it.bell.code()).or_default() += 1;
            }
        }
        let today = ServiceDay::of(self.hall.now().at).0;
        let matters = self.hall.lobby.visits().flat_map(|it| &it.matters);
        let late = matters.filter(|it| it.state.promised().is_some_and(|it| it.due.told < today));
        report.overdue += late.count() as u64;
        report.entries = self.hall.journal.as_ref().map_or(0, Vec::len);
        report.decisions = self.hall.decided;
        report.refused = std::mem::take(&mut self.hall.refused);
        report.replays = self.hall.replayed().as_ref() == Some(&self.hall.lobby);
        report
    }
}

/// What a clerk writes of a petition (XF 19), without words: nobody is played that has a name.
fn written_up(by: &StaffId, known: &Visit) -> Petition {
    Petition {
        category: PetitionCategory::Suggestion,
        people: known.people,
        anonymous: true,
        ..Petition::sealed(MatterIndex(0), by.clone())
    }
}
