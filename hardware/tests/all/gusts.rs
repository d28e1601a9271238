//! Random faults over real ptys: what the thread and a terminal device add to the weather in virtual time.
//!
//! Many printers at once, since most of the time is spent waiting for a printer that does not answer.

use std::collections::BTreeMap;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use hardware::port::{Address, PortSettings, PrinterHandle, SubmitError, spawn};
use hardware::printer::{FenceId, PrinterEvent};
use hardware::profile::Profile;
use hardware::simulator::Fault;
use hardware::simulator::pty::serve;

use crate::support::{job, profile, say};
use crate::weather::{Count, Dice, told};

const PRINTERS: u64 = 25;
const FAULTS: u64 = 2;
/// Longer than any job may take until it has ended.
const LIMIT: Duration = Duration::from_secs(30);

/// What was told of each job, in order.
struct Told<'a> {
    printer: &'a PrinterHandle,
    outcome: BTreeMap<u64, &'static str>,
    /// Whether a slip could be promised when the printer last said something.
    ready: bool,
}

impl Told<'_> {
    fn take(&mut self, event: PrinterEvent) {
        if let PrinterEvent::Status(status) = event {
            self.ready = status.can_print();
        }
        let Some((id, what)) = told(event) else { return };
        let number = (1..=FAULTS)
            .find(|number| FenceId::from_number(*number) == id)
            .expect("a job of ours");
        let before = self.outcome.insert(number, what);
        assert!(
            matches!(
                (before, what),
                (None, "printed" | "not sent" | "in doubt") | (Some("in doubt"), "late")
            ),
            "job {number} was {before:?}, then {what}"
        );
    }

    /// Listens until something holds; fails when it does not within the limit.
    fn until(&mut self, limit: Duration, holds: impl Fn(&Self) -> bool) -> bool {
        let until = Instant::now() + limit;
        while !holds(self) {
            match self
                .printer
                .events
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => return false,
                Err(RecvTimeoutError::Disconnected) => panic!("the thread has ended"),
            }
        }
        true
    }
}

fn blow(number: u64) -> Count {
    let folder = tempfile::tempdir().expect("a folder");
    let (link, slips) = (folder.path().join("printer"), folder.path().join("slips"));
    let name = ["gprinter-gp-l80", "generic-80", "epson-tm-t82", "generic-58"][number as usize % 4];
    let profile = Profile {
        baud: 115_200,
        ..profile(name)
    };
    let simulator = serve(&link, &slips, profile.clone(), 115_200, []).expect("a pty");
    let printer = spawn(PortSettings {
        address: Address::Serial(link),
        baud: 115_200,
        profile: profile.clone(),
        doubtful: Vec::new(),
    })
    .expect("a thread");
    let mut told = Told {
        printer: &printer,
        outcome: BTreeMap::new(),
        ready: false,
    };
    let mut dice = Dice(7919 * (number + 1));
    let mut count = Count::default();
    for number in 1..=FAULTS {
        assert!(told.until(LIMIT, |told| told.ready), "it heals without a restart");
        let lines = 4 + dice.roll(400) as usize;
        let fault = Fault::ALL[dice.roll(Fault::ALL.len() as u64) as usize];
        match printer.submit(job(number, lines, &profile)) {
            Ok(()) => {}
            Err(SubmitError::Busy(_) | SubmitError::Ended(_)) => panic!("the channel has room"),
        }
        // Somewhere within the job, or just behind it.
        told.until(Duration::from_millis(dice.roll(250)), |_| false);
        simulator.set_fault(fault, true);
        count.faults += 1;
        told.until(
            Duration::from_millis(dice.roll(2) * (200 + dice.roll(3000))),
            |_| false,
        );
        if fault == Fault::PowerOff {
            // Nobody switches a printer off and on within a second.
            told.until(Duration::from_millis(2500), |_| false);
        }
        simulator.set_fault(fault, false);
        assert!(
            told.until(LIMIT, |told| told.outcome.contains_key(&number)),
            "a job has an end"
        );
        // What was believed before the fault is not to be believed any more: the next round says.
        told.until(Duration::from_millis(1500), |_| false);
    }
    told.until(Duration::from_secs(1), |_| false);
    let outcome = std::mem::take(&mut told.outcome);
    drop(printer);
    let mut paper = String::new();
    while let Ok(slip) = simulator.slips.try_recv() {
        paper += &slip.text;
        paper += "cut\n";
    }
    count.judge(FAULTS, &outcome, &paper);
    count
}

#[test]
fn fifty_faults_over_real_ptys_make_no_ghost_no_stray_and_no_double() {
    let counts: Vec<Count> = std::thread::scope(|scope| {
        let printers: Vec<_> = (0..PRINTERS)
            .map(|number| scope.spawn(move || blow(number)))
            .collect();
        printers
            .into_iter()
            .map(|it| it.join().expect("no panic"))
            .collect()
    });
    let sum = Count::sum(&counts);
    say(&sum.to_string());
    assert_eq!(sum.faults, 50);
    assert_eq!(sum.lies(), 0, "{sum}");
}
