//! Bad weather: random faults at random bytes of random jobs, in virtual time, and what is on paper in the end.
//!
//! Every job says its number at its beginning and its end, so the paper itself tells which slips are whole. A *ghost* is a
//! slip reported as printed that is not whole on paper; a *stray* one was reported as not sent and left a trace; a *double*
//! came out whole twice.

use std::collections::BTreeMap;
use std::time::Duration;

use hardware::printer::{FenceId, PrinterEvent};
use hardware::simulator::Fault;
use hardware::simulator::joined::Joined;

use crate::support::{job, profile};

/// The same numbers on every machine (xorshift).
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

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    faults: u32,
    printed: u32,
    late: u32,
    in_doubt: u32,
    not_sent: u32,
    whole_in_doubt: u32,
    ghosts: u32,
    strays: u32,
    doubles: u32,
    untold: u32,
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
        joined.set_fault(fault, false);
        let fence = FenceId::from_number(number);
        events.extend(joined.take_events());
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
        events.extend(joined.take_events());
        while let Some(slip) = joined.simulated.slip() {
            paper += &slip.text;
            paper += "cut\n";
        }
        for event in events.drain(..) {
            let number_of = |id| {
                (1..=number)
                    .find(|number| FenceId::from_number(*number) == id)
                    .expect("a job of ours")
            };
            let (id, what) = match event {
                PrinterEvent::Printed(id) => (id, "printed"),
                PrinterEvent::LatePrinted(id) => (id, "late"),
                PrinterEvent::NotSent(id, _) => (id, "not sent"),
                PrinterEvent::InDoubt(id, _) => (id, "in doubt"),
                PrinterEvent::Status(_) => continue,
            };
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
    let mut begun: BTreeMap<u64, u32> = BTreeMap::new();
    let mut whole: BTreeMap<u64, u32> = BTreeMap::new();
    let mut open = None;
    for line in paper.lines() {
        if let Some(number) = line
            .strip_prefix("begin ")
            .and_then(|rest| rest.strip_suffix('.')?.parse().ok())
        {
            *begun.entry(number).or_default() += 1;
            open = Some(number);
        } else if let Some(number) = line
            .strip_prefix("end ")
            .and_then(|rest| rest.strip_suffix('.')?.parse().ok())
        {
            if open == Some(number) {
                *whole.entry(number).or_default() += 1;
            }
        } else if line == "cut" {
            open = None;
        }
    }
    for number in 1..=jobs {
        let times = whole.get(&number).copied().unwrap_or(0);
        count.doubles += u32::from(times > 1);
        match outcome.get(&number) {
            Some(&what @ ("printed" | "late")) => {
                count.printed += u32::from(what == "printed");
                count.late += u32::from(what == "late");
                count.ghosts += u32::from(times == 0);
            }
            Some(&"not sent") => {
                count.not_sent += 1;
                count.strays += u32::from(begun.contains_key(&number));
            }
            Some(_) => {
                count.in_doubt += 1;
                count.whole_in_doubt += u32::from(times > 0);
            }
            None => count.untold += 1,
        }
    }
    count
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
    let sum = |of: fn(&Count) -> u32| counts.iter().map(of).sum::<u32>();
    let figures = format!(
        "{} faults: {} printed, {} printed late, {} in doubt ({} of them whole on paper), {} not sent; \
         {} ghosts, {} strays, {} doubles, {} untold",
        sum(|count| count.faults),
        sum(|count| count.printed),
        sum(|count| count.late),
        sum(|count| count.in_doubt),
        sum(|count| count.whole_in_doubt),
        sum(|count| count.not_sent),
        sum(|count| count.ghosts),
        sum(|count| count.strays),
        sum(|count| count.doubles),
        sum(|count| count.untold),
    );
    crate::support::say(&figures);
    assert_eq!(sum(|count| count.faults), 10_000);
    assert_eq!(
        sum(|count| count.ghosts + count.strays + count.doubles + count.untold),
        0,
        "{figures}"
    );
    // The weather was neither too fine nor too bad to say anything.
    assert!(
        sum(|count| count.printed) > 1000 && sum(|count| count.in_doubt) > 500,
        "{figures}"
    );
}
