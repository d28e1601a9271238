//! The rule of order against others, and the guess of the wait against others, on the same visitors: one
//! department, three counters, mornings at full load (RULES §6).

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveTime, Weekday};
use serde::Serialize;

use crate::domain::event::{Class, Origin, Outcome, Told};
use crate::domain::ids::{CounterId, MatterIndex, StaffId, VisitId};
use crate::domain::office::{
    Counter, Department, Hours, Language, Matter, MatterKind, Office, OfficeParts, Role, Settings, Staff,
    Words,
};
use crate::domain::posted::Posted;
use crate::domain::roster::{Roster, Shift};
use crate::domain::routing::{Routing, RoutingRule};
use crate::domain::sensitive::Personal;
use crate::domain::time::{Span, Timestamp, from_local};
use crate::domain::visit::{Arrival, Command};
use crate::simulation::chance::Chance;
use crate::simulation::hall::Hall;
use crate::simulation::play::{Discipline, call_next, set_discipline};
use crate::simulation::report::{Waits, mean, percentile};

/// Counters of the department.
pub const COUNTERS: u8 = 3;

/// Minutes people come for; then the doors are shut and those inside are served.
pub const MORNING_MINUTES: f64 = 210.0;

/// Visitors' work over what the counters can do while people come.
pub const LOAD: f64 = 1.0;

/// Share of visitors with priority.
pub const PRIORITY: f64 = 0.4;

/// Matters: minutes a service takes in truth, and as the catalogue believes at first.
const MATTERS: [(f64, u16); 3] = [(6.0, 10), (12.0, 10), (24.0, 20)];

/// How often each of them comes.
const OFTEN: [f64; 3] = [0.45, 0.35, 0.2];

/// Standard deviation of a service over its mean, within one matter.
const SPREAD: f64 = 0.5;

/// What priority gains a minute under accumulating priority, where an ordinary visitor gains 1.
pub const ACCUMULATING: f64 = 1.5;

/// Mornings before errors are counted: the start values are believed that long.
const LEARNING: u32 = 5;

/// A guess of the wait at registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Estimator {
    /// This program's.
    PlayedForward,
    /// Those before, times the mean service of all, over the counters.
    FlatMean,
    /// What the last one who was called had waited.
    LastCalled,
    /// What whoever is first in the queue has waited so far.
    HeadOfQueue,
}

/// Waits under one discipline.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// Which.
    pub discipline: &'static str,
    /// Longest wait of an ordinary visitor in a morning: 95 of 100 mornings had a shorter one.
    pub worst_ordinary_p95: f64,
    /// All ordinary visitors.
    pub ordinary: Waits,
    /// All with priority.
    pub priority: Waits,
}

/// How far one estimator was off.
#[derive(Debug, Clone, Serialize)]
pub struct Guessing {
    /// Which.
    pub estimator: Estimator,
    /// Mean error, minutes, of those who had to wait.
    pub error_minutes: f64,
}

/// All of it.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// Mornings played under each discipline.
    pub mornings: u32,
    /// The disciplines.
    pub waiting: Vec<Waiting>,
    /// The estimators, under this program's discipline.
    pub guessing: Vec<Guessing>,
    /// How often the range that was told held, percent.
    pub hit_percent: f64,
}

/// Plays `mornings` under each discipline.
pub fn compare(like: &Office, seed: u64, mornings: u32) -> Comparison {
    let disciplines = [
        ("first-come", Discipline::FirstCome),
        ("head-start", Discipline::HeadStart),
        ("accumulating", Discipline::Accumulating(ACCUMULATING)),
        ("strict", Discipline::Strict),
    ];
    let mut comparison = Comparison {
        mornings,
        waiting: Vec::new(),
        guessing: Vec::new(),
        hit_percent: 0.0,
    };
    for (name, discipline) in disciplines {
        let played = Morning::play_all(three_counters(like, discipline), discipline, seed, mornings);
        let mut worst = played.worst;
        worst.sort_by(f64::total_cmp);
        comparison.waiting.push(Waiting {
            discipline: name,
            worst_ordinary_p95: percentile(&worst, 0.95),
            ordinary: Waits::of(played.ordinary),
            priority: Waits::of(played.priority),
        });
        if discipline == Discipline::HeadStart {
            comparison.hit_percent = 100.0 * played.inside as f64 / played.told.max(1) as f64;
            let guessing = played.errors.iter().map(|(estimator, errors)| Guessing {
                estimator: *estimator,
                error_minutes: mean(errors),
            });
            comparison.guessing = guessing.collect();
        }
    }
    comparison
}

#[derive(Default)]
struct Morning {
    worst: Vec<f64>,
    ordinary: Vec<f64>,
    priority: Vec<f64>,
    errors: BTreeMap<Estimator, Vec<f64>>,
    told: u64,
    inside: u64,
}

impl Morning {
    fn play_all(office: Office, discipline: Discipline, seed: u64, mornings: u32) -> Self {
        let mut played = Self::default();
        let mut chance = Chance::new(seed);
        let monday = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date");
        let first = from_local(monday.and_hms_opt(8, 0, 0).expect("eight o'clock exists"));
        let mut hall = Hall::new(office, first);
        for at in 0..mornings {
            // The same visitors come under every discipline.
            played.play(
                &mut hall,
                discipline,
                &mut chance.split(),
                first + Duration::days(i64::from(at)),
                LEARNING <= at,
            );
        }
        played
    }

    fn play(
        &mut self,
        hall: &mut Hall,
        discipline: Discipline,
        chance: &mut Chance,
        start: Timestamp,
        learned: bool,
    ) {
        let mut visitors = visitors(chance, start);
        visitors.reverse();
        let mut busy: BTreeMap<CounterId, (Timestamp, VisitId)> = BTreeMap::new();
        let mut services: BTreeMap<VisitId, f64> = BTreeMap::new();
        let mut guesses: BTreeMap<VisitId, Vec<(Estimator, f64)>> = BTreeMap::new();
        let (mut last_called, mut worst, mut minutes) = (0.0, 0.0_f64, mean_service());
        loop {
            let free = busy.iter().map(|(counter, it)| (it.0, *counter)).min();
            let comes = visitors.last().map(|it| it.at);
            let next = match (free, comes) {
                (Some((then, _)), Some(comes)) => then.min(comes),
                (Some((then, _)), None) => then,
                (None, Some(comes)) => comes,
                (None, None) => break,
            };
            let ms = (next - hall.now().at).num_milliseconds();
            hall.pass(ms.max(0));
            if let Some((_, counter)) = free.filter(|it| it.0 <= next) {
                let (_, visit) = busy.remove(&counter).expect("it was busy");
                close(hall, counter, visit);
                // What a flat mean learns as well.
                minutes += (services[&visit] - minutes) / 200.0;
            } else if let Some(visitor) = visitors.pop() {
                let ahead = hall.lobby.waiting(&"hall".into());
                let all_busy = busy.len() == usize::from(COUNTERS);
                let lobby = hall.lobby_now();
                let head = hall.lobby.queue(&hall.office, &"hall".into(), lobby);
                let head = head
                    .first()
                    .map_or(0.0, |it| minutes_of(lobby.ms_since(it.arrived)));
                let arrival = visitor.arrival(hall);
                let Ok(visit) = hall.arrive(arrival) else { continue };
                services.insert(visit, visitor.minutes);
                if all_busy {
                    let flat = (ahead + 1) as f64 * minutes / f64::from(COUNTERS);
                    guesses.insert(
                        visit,
                        vec![
                            (Estimator::FlatMean, flat),
                            (Estimator::LastCalled, last_called),
                            (Estimator::HeadOfQueue, head),
                        ],
                    );
                }
            }
            for counter in (1..=COUNTERS).map(CounterId) {
                if busy.contains_key(&counter) {
                    continue;
                }
                let Ok(visit) = call_next(hall, discipline, &officer(counter), counter) else {
                    break;
                };
                hall.act(&officer(counter), visit, Command::Begin)
                    .expect("it was called here");
                let until = hall.now().at + Duration::milliseconds((services[&visit] * 60_000.0) as i64);
                busy.insert(counter, (until, visit));
                let lobby = hall.lobby_now();
                let visit = hall.lobby.visit(visit).expect("it is here").clone();
                let really = minutes_of(lobby.ms_since(visit.arrived));
                last_called = really;
                if visit.class == Class::Ordinary {
                    worst = worst.max(really);
                    self.ordinary.push(really);
                } else {
                    self.priority.push(really);
                }
                let Some(mut guesses) = guesses.remove(&visit.id).filter(|_| learned) else {
                    continue;
                };
                if let Some(wait) = visit.wait {
                    guesses.push((Estimator::PlayedForward, f64::from(wait.minutes)));
                    self.told += 1;
                    self.inside += u64::from(wait.holds(lobby.ms_since(visit.arrived)));
                }
                for (estimator, guess) in guesses {
                    self.errors
                        .entry(estimator)
                        .or_default()
                        .push((guess - really).abs());
                }
            }
        }
        self.worst.push(worst);
    }
}

fn close(hall: &mut Hall, counter: CounterId, visit: VisitId) {
    let close = Command::Close {
        matter: MatterIndex(0),
        outcome: Outcome::Answered,
        told: Told::InPerson,
        note: None,
    };
    hall.act(&officer(counter), visit, close)
        .expect("it is served here");
}

fn minutes_of(ms: i64) -> f64 {
    ms as f64 / 60_000.0
}

fn mean_service() -> f64 {
    MATTERS.iter().zip(OFTEN).map(|(it, often)| it.0 * often).sum()
}

/// Somebody who will come.
struct Visitor {
    at: Timestamp,
    matter: usize,
    priority: bool,
    minutes: f64,
}

impl Visitor {
    fn arrival(&self, hall: &mut Hall) -> Arrival {
        Arrival {
            tap: hall.tap(),
            matter: Some(code(self.matter).as_str().into()),
            class: if self.priority {
                Class::Priority
            } else {
                Class::Ordinary
            },
            reason: None,
            booked: None,
            language: Language::Chinese,
            people: 1,
            personal: Personal::default(),
            how: crate::domain::visit::How::default(),
            origin: Origin::Kiosk,
        }
    }
}

/// Everybody of one morning, first to last.
fn visitors(chance: &mut Chance, start: Timestamp) -> Vec<Visitor> {
    let gap = mean_service() / (f64::from(COUNTERS) * LOAD);
    let (mut visitors, mut minute) = (Vec::new(), 0.0);
    loop {
        minute += chance.gap(gap);
        if MORNING_MINUTES < minute {
            return visitors;
        }
        let matter = chance.weighted(&OFTEN);
        visitors.push(Visitor {
            at: start + Duration::milliseconds((minute * 60_000.0) as i64),
            matter,
            priority: chance.of(PRIORITY),
            minutes: chance.service(MATTERS[matter].0, SPREAD),
        });
    }
}

fn code(matter: usize) -> String {
    format!("matter-{matter}")
}

fn officer(counter: CounterId) -> StaffId {
    StaffId::new(format!("officer-{counter}"))
}

/// An office of one department with three counters that are always manned, under this one's name.
fn three_counters(like: &Office, discipline: Discipline) -> Office {
    let all_day = Span {
        from: NaiveTime::MIN,
        until: NaiveTime::from_hms_opt(23, 59, 59).expect("a second before midnight exists"),
    };
    let week: Vec<Weekday> = (0..7)
        .map(|it| Weekday::try_from(it).expect("a day of seven"))
        .collect();
    let first = officer(CounterId(1));
    let counters = (1..=COUNTERS).map(CounterId);
    let staff = counters.clone().map(|counter| Staff {
        id: officer(counter),
        name: Words::same("officer"),
        post: Words::same("officer"),
        department: "hall".into(),
        phone: String::new(),
        roles: vec![Role::Officer, Role::Reception, Role::Leader],
        counter: Some(counter),
    });
    let matter = |(at, (_, believed)): (usize, &(f64, u16))| Matter {
        code: code(at).as_str().into(),
        name: Words::same("matter"),
        kind: MatterKind::Service,
        synonyms: Vec::new(),
        bring: Vec::new(),
        limit: Words::default(),
        minutes: *believed,
        due: None,
        materials: None,
        information: false,
        notice: Default::default(),
        a_post: None,
        b_post: None,
        taking: Default::default(),
    };
    let mut office = Office::new(OfficeParts {
        identity: like.identity.clone(),
        hours: Hours {
            days: week.clone(),
            spans: vec![all_day],
            holidays: true,
        },
        settings: Settings {
            tickets_a_day_max: u16::MAX,
            ..like.settings.clone()
        },
        reception: "hall".into(),
        departments: vec![Department {
            code: "hall".into(),
            name: Words::same("hall"),
            room: String::new(),
            phone: String::new(),
            queue: 'A',
            a_post: first.clone(),
            b_post: first.clone(),
            head: first.clone(),
            term: Default::default(),
        }],
        counters: counters
            .map(|id| Counter {
                id,
                name: Words::same("counter"),
                room: String::new(),
                departments: vec!["hall".into()],
            })
            .collect(),
        matters: MATTERS.iter().enumerate().map(matter).collect(),
        staff: staff.clone().collect(),
        routing: Routing::new(vec![RoutingRule {
            id: "all".into(),
            when: None,
            to: "hall".into(),
        }])
        .expect("its only rule has no condition"),
        posted: Posted::default(),
        roster: Roster {
            shifts: vec![Shift {
                days: week,
                span: all_day,
                staff: staff.map(|it| it.id).collect(),
                duty: false,
                holidays: true,
                leader: None,
            }],
            absences: Vec::new(),
            turns: Vec::new(),
            swaps: Vec::new(),
            presence: Default::default(),
            otherwise: first,
        },
    });
    set_discipline(&mut office, discipline);
    office
}
