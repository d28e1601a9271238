//! What the rules cost: a command, however much history there is; waking with a million entries; deciding
//! alone; a simulated year.
//!
//! Histories are made by the desk itself, on a file that does not wait for the disk; what is measured is a
//! desk opened anew on it, which does.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use crate::app::bench::{Row, Scale, arrival, cpu, median, now};
use crate::app::demo;
use crate::clock::Clock;
use crate::desk::{Action, Desk, PaperOutcome, Place, Reply, Request, Setup, Waker};
use crate::domain::event::{Event, Outcome, Stamp, Told};
use crate::domain::ids::{CounterId, MatterCode, MatterIndex, StaffId, VisitId};
use crate::domain::lobby::Lobby;
use crate::domain::office::Office;
use crate::domain::time::{LobbyTime, Timestamp};
use crate::domain::visit::Command;
use crate::simulation::{Hall, Plan, play};
use crate::store::{self, Store};

/// Visits of one day of a history: a busy service hall.
const VISITS_A_DAY: u32 = 300;

/// Milliseconds from one visit to the next: a day's fit into a morning.
const VISIT_MS: i64 = 30_000;

/// Commands of one visit: it comes, is called, begun and closed.
const COMMANDS: f64 = 4.0;

struct Sizes {
    /// Visits at which a command is measured; the first is the baseline.
    visits: [u32; 3],
    /// Entries at which the desk wakes.
    entries: u64,
    /// Visits measured.
    rounds: usize,
    /// Decisions measured.
    decisions: u32,
    /// The simulated year: open days, visits a day.
    year: (u32, f64),
}

impl Sizes {
    fn of(scale: &Scale) -> Self {
        if scale.tiny {
            Self {
                visits: [10, 20, 40],
                entries: 250,
                rounds: 3,
                decisions: 600,
                year: (2, 20.0),
            }
        } else {
            Self {
                visits: [1_000, 10_000, 100_000],
                entries: 1_000_000,
                rounds: 200,
                decisions: 300_000,
                year: (250, 300.0),
            }
        }
    }
}

/// Measures.
///
/// # Errors
/// When the folder cannot be used.
pub fn measure(scale: &Scale) -> Result<Vec<Row>> {
    let sizes = Sizes::of(scale);
    let mut office = demo::config(&scale.folder).office;
    // More than one office's day, so that what is measured is not the refusal.
    Arc::make_mut(&mut office).settings.tickets_a_day_max = u16::MAX;
    let names = ["1.db", "2.db", "3.db", "wake.db"].map(|it| scale.folder.join(it));
    let entries = histories(&office, &sizes, &names)?;

    let mut rows = commands(&office, &sizes, &names)?;
    rows.extend(wake(&office, &names[3], entries)?);
    rows.push(Row::alone("pure decisions", decisions(&office, &sizes)?, "1/s"));
    let (days, visits_a_day) = sizes.year;
    let plan = Plan {
        days,
        visits_a_day,
        ..Plan::default()
    };
    let begun = now();
    let report = play(office.as_ref().clone(), &plan);
    if !report.broken.is_empty() || !report.replays {
        bail!("the rules contradict themselves: {:?}", report.broken);
    }
    rows.push(Row::alone("simulated year", (now() - begun).as_secs_f64(), "s"));
    Ok(rows)
}

/// Grows one history, and keeps a copy at each size; how many entries the last one has.
fn histories(office: &Arc<Office>, sizes: &Sizes, names: &[std::path::PathBuf; 4]) -> Result<u64> {
    let mut world = World::open(office, &names[3], monday())?;
    world.desk.store().hurry(true)?;
    let mut visits = 0;
    for (size, name) in sizes.visits.iter().zip(names) {
        while visits < *size {
            world.visit(visits)?;
            visits += 1;
        }
        world.desk.store().copy_to(name)?;
    }
    while world.entries()? < sizes.entries {
        world.visit(visits)?;
        visits += 1;
    }
    world.entries()
}

/// The same commands in desks with more and more history, in turn, so that a slow moment of the disk or the
/// machine hits all of them.
fn commands(office: &Arc<Office>, sizes: &Sizes, names: &[std::path::PathBuf; 4]) -> Result<Vec<Row>> {
    let opened = names.iter().take(sizes.visits.len()).map(|name| {
        // Each goes on in the morning after its own last day.
        World::open(office, name, next_morning(office, last_moment(name)?)?)
    });
    let mut worlds: Vec<World> = opened.collect::<Result<_>>()?;
    let mut walls = vec![Vec::new(); worlds.len()];
    let mut cpus = walls.clone();
    let mut pictures = walls.clone();
    for round in 0..sizes.rounds {
        for (at, world) in worlds.iter_mut().enumerate() {
            let (wall, busy) = (now(), cpu());
            world.commands()?;
            cpus[at].push((cpu() - busy).as_secs_f64() * 1000.0 / COMMANDS);
            walls[at].push((now() - wall).as_secs_f64() * 1000.0 / COMMANDS);
            let busy = cpu();
            std::hint::black_box(world.desk.snapshot());
            pictures[at].push((cpu() - busy).as_secs_f64() * 1000.0);
            world.print()?;
            world.clock.advance(VISIT_MS);
            if round == 0 {
                // The first finds cold caches in each.
                cpus[at].clear();
                walls[at].clear();
                pictures[at].clear();
            }
        }
    }
    let middle = |all: Vec<Vec<f64>>| all.into_iter().map(median).collect::<Vec<_>>();
    let (walls, cpus, pictures) = (middle(walls), middle(cpus), middle(pictures));
    let mut rows = vec![Row::alone("commands", 1000.0 / walls[0], "1/s")];
    for (at, visits) in sizes.visits.iter().enumerate().skip(1) {
        let name = format!("command at {visits} visits");
        rows.push(Row::against(name.as_str(), walls[at], "ms", walls[0]));
        rows.push(Row::against(format!("{name}, cpu"), cpus[at], "ms", cpus[0]));
        let name = format!("picture at {visits} visits, cpu");
        rows.push(Row::against(name, pictures[at], "ms", pictures[0]));
    }
    Ok(rows)
}

/// Opening the desk on the largest history, after it was closed in the middle of a day.
fn wake(office: &Arc<Office>, file: &Path, entries: u64) -> Result<Vec<Row>> {
    let mut seconds = Vec::new();
    for _ in 0..3 {
        let later = last_moment(file)? + chrono::Duration::minutes(1);
        let begun = now();
        let world = World::open(office, file, later)?;
        seconds.push((now() - begun).as_secs_f64());
        drop(world);
    }
    Ok(vec![
        Row::alone("wake", median(seconds), "s"),
        Row::alone("entries at wake", entries as f64, "entries"),
    ])
}

/// `decide` and `apply` alone, over a lobby with a day's visits: called, begun, closed, a second.
fn decisions(office: &Arc<Office>, sizes: &Sizes) -> Result<f64> {
    let mut hall = Hall::new(office.as_ref().clone(), monday());
    let place = Desks::of(office)?;
    let mut lobby = Lobby::default();
    hall.journal = Some(Vec::new());
    for _ in 0..VISITS_A_DAY {
        hall.arrive(arrival(Some(&place.matter)))
            .map_err(|it| anyhow::anyhow!("{it}"))?;
        hall.pass(VISIT_MS);
    }
    let journal = hall.journal.take().unwrap_or_default();
    let officer = office.staff(&place.officer).context("the officer")?;
    let (mut done, mut spent) = (0, std::time::Duration::ZERO);
    while done < sizes.decisions {
        // A fresh morning each time, made outside what is measured.
        lobby.clone_from(&Lobby::default());
        for (visit, event, stamp) in &journal {
            lobby.apply(*visit, event, *stamp);
        }
        let mut stamp = journal.last().context("somebody came")?.2;
        let came = journal.iter().filter(|it| matches!(it.1, Event::Registered(_)));
        let visits: Vec<VisitId> = came.map(|it| it.0).collect();
        let begun = now();
        for visit in visits {
            for command in [
                Command::Call(place.counter),
                Command::Begin,
                Command::Close {
                    matter: MatterIndex(0),
                    outcome: Outcome::Answered,
                    told: Told::InPerson,
                    note: None,
                },
            ] {
                stamp = Stamp {
                    at: stamp.at + chrono::Duration::seconds(1),
                    lobby: LobbyTime(stamp.lobby.0 + 1_000),
                    seq: stamp.seq + 1,
                };
                let event = lobby.decide(office, officer, visit, command, stamp);
                let event = event.map_err(|it| anyhow::anyhow!("{it}"))?;
                lobby.apply(visit, &event, stamp);
                done += 1;
            }
        }
        spent += now() - begun;
    }
    Ok(f64::from(done) / spent.as_secs_f64())
}

/// Who serves what where, in the office measured.
#[derive(Debug, Clone)]
struct Desks {
    matter: MatterCode,
    officer: StaffId,
    counter: CounterId,
}

impl Desks {
    fn of(office: &Office) -> Result<Self> {
        let found = office.matters.iter().find_map(|matter| {
            let department = office.direct(Some(&matter.code), monday()).ok()?.department;
            let counter = office
                .counters
                .iter()
                .find(|it| it.departments.contains(&department))?;
            let officer = office.staff.iter().find(|it| it.department == department)?;
            Some(Self {
                matter: matter.code.clone(),
                officer: officer.id.clone(),
                counter: counter.id,
            })
        });
        found.context("the office serves a matter at a counter")
    }
}

/// A Monday morning, as the office opens.
fn monday() -> Timestamp {
    "2026-03-02T08:30:00+08:00".parse().expect("a moment")
}

/// A desk on a file, a clock that is held, and who serves what.
struct World {
    desk: Desk,
    clock: Clock,
    office: Arc<Office>,
    desks: Desks,
}

impl World {
    fn open(office: &Arc<Office>, file: &Path, at: Timestamp) -> Result<Self> {
        let clock = Clock::held(at);
        let setup = Setup {
            place: Place::File(file.to_owned()),
            office: office.clone(),
            clock: clock.clone(),
            print: Waker::nobody(),
        };
        let (desk, salvage) = Desk::open(setup)?;
        if salvage.is_some() {
            bail!("the file of the bench was damaged: {}", file.display());
        }
        Ok(Self {
            desk,
            clock,
            office: office.clone(),
            desks: Desks::of(office)?,
        })
    }

    /// The next visit of a history, the `count` before it over; a morning's worth, then the next morning.
    fn visit(&mut self, count: u32) -> Result<()> {
        if 0 < count && count.is_multiple_of(VISITS_A_DAY) {
            let next = next_morning(&self.office, self.clock.now().at)?;
            self.clock
                .advance((next - self.clock.now().at).num_milliseconds());
        }
        self.commands()?;
        self.print()?;
        self.clock.advance(VISIT_MS);
        Ok(())
    }

    /// What one visitor makes of commands.
    fn commands(&mut self) -> Result<()> {
        self.desk
            .answer(Request::Arrive(arrival(Some(&self.desks.matter))))?;
        let (by, counter) = (self.desks.officer.clone(), self.desks.counter);
        let next = Request::CallNext {
            by: by.clone(),
            counter,
        };
        let Reply::Called(visit) = self.desk.answer(next)? else {
            bail!("nobody was called")
        };
        let (outcome, told) = (Outcome::Answered, Told::InPerson);
        let close = Action::Close {
            matter: MatterIndex(0),
            outcome,
            told,
            note: None,
        };
        for action in [Action::Begin, close] {
            let by = by.clone();
            self.desk.answer(Request::Act { by, visit, action })?;
        }
        Ok(())
    }

    /// The slip is printed, as slips are.
    fn print(&mut self) -> Result<()> {
        while let Reply::Paper(Some(paper)) = self.desk.answer(Request::NextPaper)? {
            let (job, outcome) = (paper.job, PaperOutcome::Printed);
            self.desk.answer(Request::PaperIs { job, outcome })?;
        }
        Ok(())
    }

    fn entries(&self) -> Result<u64> {
        Ok(store::head(self.desk.store().read())?.map_or(0, |it| it.seq))
    }
}

/// When the office opens on the next day it does.
fn next_morning(office: &Office, at: Timestamp) -> Result<Timestamp> {
    let evening = at + chrono::Duration::hours(12);
    office.next_opening_at(evening).context("the office opens again")
}

/// The moment of the last entry of `file`.
fn last_moment(file: &Path) -> Result<Timestamp> {
    let store = Store::read_only(file)?;
    let last = store::last_stamp(store.read())?;
    Ok(last.context("a history has entries")?.0.at)
}
