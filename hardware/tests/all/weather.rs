//! Bad weather: random faults at random bytes of random jobs, in virtual time, and what is on paper in the end.
//!
//! Every job says its number at its beginning and its end, so the paper itself tells which slips are whole. A *ghost* is a
//! slip reported as printed that is not whole on paper; a *stray* one was reported as not sent and left a trace; a *double*
//! came out whole twice. Of the slips a printer in trouble holds half are asked for again (补打), as jobs of their own: one
//! that comes out *beside* its reprint was not cleared away first.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use hardware::printer::{FenceId, PrinterEvent};
use hardware::simulator::Fault;
use hardware::simulator::joined::Joined;

use crate::support::{job, profile};

/// The same numbers on every machine (xorshift).
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}

/// What became of the jobs, and how often it was told wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub faults: u32,
    printed: u32,
    late: u32,
    in_doubt: u32,
    not_sent: u32,
    whole_in_doubt: u32,
    ghosts: u32,
    strays: u32,
    doubles: u32,
    untold: u32,
    reprints: u32,
    beside: u32,
}

/// What a printer keeps to itself, and prints once it is over.
const HOLDS: [Fault; 6] = [
    Fault::NoPaper,
    Fault::CoverOpen,
    Fault::CutterStuck,
    Fault::HeadHot,
    Fault::Offline,
    Fault::Xoff,
];

/// The job an event is about, and what it says of it.
pub fn told(event: PrinterEvent) -> Option<(FenceId, &'static str)> {
    Some(match event {
        PrinterEvent::Printed(id) => (id, "printed"),
        PrinterEvent::LatePrinted(id) => (id, "late"),
        PrinterEvent::NotSent(id, _) => (id, "not sent"),
        PrinterEvent::InDoubt(id, _) => (id, "in doubt"),
        PrinterEvent::Status(_) | PrinterEvent::NewRoll => return None,
    })
}

fn blow(name: &str, seed: u64, jobs: u64) -> Count {
    let profile = hardware::profile::Profile {
        baud: 115_200,
        ..profile(name)
    };
    let mut dice = Dice(seed);
    let mut joined = Joined::new(profile.clone(), []);
    joined.simulated.seed(seed);
    joined.run(Duration::from_millis(300));
    let mut count = Count::default();
    let mut outcome: BTreeMap<u64, &'static str> = BTreeMap::new();
    let (mut paper, mut events) = (String::new(), Vec::new());
    // Slips that were asked for again, none of them whole on paper by then.
    let mut again = Vec::new();
    for number in 1..=jobs {
        let lines = if dice.roll(30) == 0 {
            100 + dice.roll(300)
        } else {
            dice.roll(12)
        } as usize;
        let job = job(number, lines, &profile);
        let at = joined.simulated.received() + dice.roll(job.bytes.len() as u64 + 60);
        let fault = Fault::ALL[dice.roll(Fault::ALL.len() as u64) as usize];
        joined.submit(job);
        joined.run_while_not(Duration::from_secs(2), |joined| joined.simulated.received() >= at);
        joined.set_fault(fault, true);
        count.faults += 1;
        // Half of the faults pass within the time a slip is waited for, half outlast it.
        let lasts = if dice.roll(2) == 0 {
            dice.roll(900)
        } else {
            3000 + dice.roll(4000)
        };
        joined.run(Duration::from_millis(lasts));
        if fault == Fault::PowerOff {
            // Nobody switches a printer off and on within a second.
            joined.run(Duration::from_millis(2500));
        }
        if dice.roll(3) == 0 {
            joined.clear();
        }
        let fence = FenceId::from_number(number);
        events.extend(joined.take_events());
        let doubtful = |event: &PrinterEvent| matches!(event, PrinterEvent::InDoubt(id, _) if *id == fence);
        let wanted = HOLDS.contains(&fault) && events.iter().any(doubtful) && dice.roll(2) == 0;
        while let Some(slip) = joined.simulated.slip() {
            paper += &slip.text;
            paper += "cut\n";
        }
        let end = format!("end {number}.");
        if wanted && !joined.simulated.on_the_roll().contains(&end) && !paper.contains(&end) {
            joined.clear();
            // Nobody asks for a slip and loads paper within the same second.
            joined.run(Duration::from_secs(1));
            again.push(number);
        }
        joined.set_fault(fault, false);
        let ended = |joined: &Joined, events: &[PrinterEvent]| {
            events.iter().chain(&joined.events).any(|event| match event {
                PrinterEvent::Printed(id) | PrinterEvent::NotSent(id, _) | PrinterEvent::InDoubt(id, _) => {
                    *id == fence
                }
                _ => false,
            })
        };
        joined.run_while_not(Duration::from_secs(60), |joined| ended(joined, &events));
        // The fault is over: let the printer come to rest, sometimes only just.
        joined.run(Duration::from_millis(1200 + dice.roll(800)));
        if again.last() == Some(&number) {
            joined.submit(crate::support::job(REPRINT + number, 4, &profile));
            joined.run(Duration::from_secs(12));
            count.reprints += 1;
        }
        events.extend(joined.take_events());
        while let Some(slip) = joined.simulated.slip() {
            paper += &slip.text;
            paper += "cut\n";
        }
        for event in events.drain(..) {
            let number_of = |id| {
                (1..=number)
                    .chain(again.iter().map(|it| REPRINT + it))
                    .find(|number| FenceId::from_number(*number) == id)
                    .expect("a job of ours")
            };
            let Some((id, what)) = told(event) else { continue };
            let before = outcome.insert(number_of(id), what);
            assert!(
                matches!(
                    (before, what),
                    (None, "printed" | "not sent" | "in doubt") | (Some("in doubt"), "late")
                ),
                "job {} was {before:?}, then {what}",
                number_of(id)
            );
        }
    }
    joined.run(Duration::from_secs(60));
    while let Some(slip) = joined.simulated.slip() {
        paper += &slip.text;
        paper += "cut\n";
    }
    count.judge(jobs, &outcome, &paper);
    for number in again {
        let whole = |number: u64| paper.matches(&format!("end {number}.")).count();
        count.beside += u32::from(whole(number) > 0);
        let told = outcome.get(&(REPRINT + number));
        count.ghosts += u32::from(told == Some(&"printed") && whole(REPRINT + number) == 0);
        count.doubles += u32::from(whole(REPRINT + number) > 1);
        count.untold += u32::from(told.is_none());
    }
    count
}

/// The number of a slip's reprint is this more than its own.
const REPRINT: u64 = 1_000_000;

impl Count {
    /// Compares what was told of each job with what is on the paper.
    pub fn judge(&mut self, jobs: u64, outcome: &BTreeMap<u64, &'static str>, paper: &str) {
        let mut begun: BTreeMap<u64, u32> = BTreeMap::new();
        let mut whole: BTreeMap<u64, u32> = BTreeMap::new();
        let mut open = None;
        let number_in = |line: &str, word| line.strip_prefix(word)?.strip_suffix('.')?.parse::<u64>().ok();
        for line in paper.lines() {
            if let Some(number) = number_in(line, "begin ") {
                *begun.entry(number).or_default() += 1;
                open = Some(number);
            } else if let Some(number) = number_in(line, "end ").filter(|number| open == Some(*number)) {
                *whole.entry(number).or_default() += 1;
            } else if line == "cut" {
                open = None;
            }
        }
        for number in 1..=jobs {
            let times = whole.get(&number).copied().unwrap_or(0);
            self.doubles += u32::from(times > 1);
            match outcome.get(&number) {
                Some(&what @ ("printed" | "late")) => {
                    self.printed += u32::from(what == "printed");
                    self.late += u32::from(what == "late");
                    self.ghosts += u32::from(times == 0);
                }
                Some(&"not sent") => {
                    self.not_sent += 1;
                    self.strays += u32::from(begun.contains_key(&number));
                }
                Some(_) => {
                    self.in_doubt += 1;
                    self.whole_in_doubt += u32::from(times > 0);
                }
                None => self.untold += 1,
            }
        }
    }

    /// Slips that were lied about.
    pub fn lies(&self) -> u32 {
        self.ghosts + self.strays + self.doubles + self.untold + self.beside
    }

    /// All of them together.
    pub fn sum(counts: &[Self]) -> Self {
        let of = |of: fn(&Self) -> u32| counts.iter().map(of).sum();
        Self {
            faults: of(|it| it.faults),
            printed: of(|it| it.printed),
            late: of(|it| it.late),
            in_doubt: of(|it| it.in_doubt),
            not_sent: of(|it| it.not_sent),
            whole_in_doubt: of(|it| it.whole_in_doubt),
            ghosts: of(|it| it.ghosts),
            strays: of(|it| it.strays),
            doubles: of(|it| it.doubles),
            untold: of(|it| it.untold),
            reprints: of(|it| it.reprints),
            beside: of(|it| it.beside),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} faults: {} printed, {} printed late, {} in doubt ({} of them whole on paper), {} not sent; \
             {} ghosts, {} strays, {} doubles, {} untold; {} asked for again, {} came out beside",
            self.faults,
            self.printed,
            self.late,
            self.in_doubt,
            self.whole_in_doubt,
            self.not_sent,
            self.ghosts,
            self.strays,
            self.doubles,
            self.untold,
            self.reprints,
            self.beside
        )
    }
}

#[test]
fn ten_thousand_faults_make_no_ghost_no_stray_and_no_double() {
    let rounds: Vec<(&str, u64)> = (0..20)
        .map(|round| {
            (
                ["gprinter-gp-l80", "generic-80", "epson-tm-t82", "generic-58"][round % 4],
                round as u64,
            )
        })
        .collect();
    let counts = std::thread::scope(|scope| {
        let halves: Vec<_> = rounds
            .chunks(rounds.len().div_ceil(2))
            .map(|half| {
                scope.spawn(|| {
                    half.iter()
                        .map(|(name, seed)| blow(name, 7919 * (seed + 1), 500))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        halves
            .into_iter()
            .flat_map(|half| half.join().expect("no panic"))
            .collect::<Vec<_>>()
    });
    let sum = Count::sum(&counts);
    crate::support::say(&sum.to_string());
    assert_eq!(sum.faults, 10_000);
    assert_eq!(sum.lies(), 0, "{sum}");
    // The weather was neither too fine nor too bad to say anything.
    assert!(
        sum.printed > 1000 && sum.in_doubt > 500 && sum.reprints > 100,
        "{sum}"
    );
}
