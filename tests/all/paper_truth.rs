//! Desk, print room and simulated printer at a real pty: what is told of a slip and of the printer is what is true on paper.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hardware::simulator::Fault;
use hardware::simulator::pty::{SimulatorHandle, serve};
use lobby::clock::Clock;
use lobby::desk::{Action, Desk, DeskHandle, Given, Place, PrinterState, Reply, Request, Setup};
use lobby::devices::{Address, Glyphs, Profile};
use lobby::domain::event::SlipOutcome;
use lobby::domain::time::Timestamp;
use lobby::print::{self, Bell, PrintSettings, Printing};

use crate::program::soon;
use crate::support::{MONDAY, arrival, office};

/// An office with a printer, which has answered.
struct House {
    desk: DeskHandle,
    printer: SimulatorHandle,
    printing: Printing,
    _home: tempfile::TempDir,
}

impl House {
    fn opens() -> Self {
        let home = tempfile::tempdir().unwrap();
        let port = home.path().join("printer");
        let profile = Profile::builtin("gprinter-gp-l80").unwrap();
        let slips = home.path().join("slips");
        let printer = serve(&port, &slips, profile.clone(), 115_200, []).unwrap();
        let bell = Bell::default();
        let setup = Setup {
            place: Place::Memory,
            office: Arc::new(office()),
            clock: Clock::held(MONDAY.parse::<Timestamp>().unwrap()),
            print: bell.waker(),
        };
        let (desk, _) = Desk::open(setup).unwrap().0.start();
        let settings = PrintSettings {
            address: Address::from(Path::new(&port)),
            baud: 115_200,
            profile,
            roll_mm: 50_000,
        };
        let printing = print::start(bell, desk.clone(), settings, Arc::new(Glyphs::none())).unwrap();
        Self {
            desk,
            printer,
            printing,
            _home: home,
        }
    }

    fn says(&self, state: PrinterState) {
        soon(&format!("the desk hears {state:?}"), || {
            (self.desk.snapshot().printer == state).then_some(())
        });
    }

    fn arrives(&self, tap: u128) -> Given {
        match self
            .desk
            .ask_blocking(Request::Arrive(arrival(Some("card-reissue"), tap)))
        {
            Ok(Reply::Given(given)) => *given,
            other => panic!("{other:?}"),
        }
    }

    /// What was told of a visitor's slips, once the last of them is settled.
    fn outcomes(&self, of: &Given) -> Vec<SlipOutcome> {
        soon("every slip has an end", || {
            let snapshot = self.desk.snapshot();
            let seen = snapshot.visits.iter().find(|it| it.visit.id == of.visit)?;
            seen.visit.slips.iter().map(|it| it.outcome).collect()
        })
    }

    fn papers_left(&self) -> u32 {
        soon("the roll is known", || self.desk.snapshot().roll).papers
    }

    /// Lets the printer be asked how it is for so many rounds, a second each.
    fn rounds(&self, count: u32) {
        let until = Instant::now() + Duration::from_secs(1) * count;
        soon("time passes", || (until < Instant::now()).then_some(()));
    }
}

#[test]
fn a_slip_held_for_want_of_paper_never_comes_out_beside_its_reprint() {
    let house = House::opens();
    house.says(PrinterState::Ready);
    house.printer.set_paper_speed(20);
    let given = house.arrives(1);
    soon("the slip is in the printer", || {
        (house.printer.held() > 50).then_some(())
    });
    house.printer.set_fault(Fault::NoPaper, true);
    assert_eq!(house.outcomes(&given), [SlipOutcome::InDoubt]);
    house.says(PrinterState::PaperOut);
    assert!(house.printer.held() > 0, "it holds the rest of the slip");
    // Another paper waits before the reprint.
    let next = house.arrives(2);
    let reprint = Request::Act {
        by: "zheng".into(),
        visit: given.visit,
        action: Action::Reprint,
    };
    house.desk.ask_blocking(reprint).unwrap();
    soon("it is emptied before there is paper again", || {
        (house.printer.held() == 0).then_some(())
    });
    house.printer.set_paper_speed(200);
    house.printer.set_fault(Fault::NoPaper, false);
    assert_eq!(
        house.outcomes(&given),
        [SlipOutcome::InDoubt, SlipOutcome::Printed]
    );
    assert_eq!(house.outcomes(&next), [SlipOutcome::Printed]);
    let slips: Vec<String> = std::iter::from_fn(|| house.printer.slips.try_recv().ok())
        .map(|it| it.text)
        .collect();
    let number = given.slip.number.to_string();
    // What hung torn from the roll is cut off first; whole is what ends with the time of arrival.
    let whole: Vec<&String> = slips
        .iter()
        .filter(|it| it.contains(&number) && it.trim_end().ends_with("08:30"))
        .collect();
    assert_eq!(whole.len(), 1, "{slips:#?}");
    assert!(whole[0].contains("补打"), "{slips:#?}");
    house.printing.stop();
}

#[test]
fn a_printer_that_answers_questions_but_not_for_slips_is_shown_until_it_answers_again() {
    let house = House::opens();
    house.says(PrinterState::Ready);
    assert_eq!(house.outcomes(&house.arrives(1)), [SlipOutcome::Printed]);
    house.printer.set_fault(Fault::LateEcho, true);
    assert_eq!(house.outcomes(&house.arrives(2)), [SlipOutcome::InDoubt]);
    house.says(PrinterState::NoAnswer);
    assert!(!house.desk.snapshot().printer.prints(), "no slip is promised");
    house.printer.set_fault(Fault::LateEcho, false);
    assert_eq!(house.outcomes(&house.arrives(3)), [SlipOutcome::Printed]);
    house.says(PrinterState::Ready);
    house.printing.stop();
}

#[test]
fn neither_noise_nor_a_flickering_sensor_makes_a_roll_new_and_an_empty_one_changed_does() {
    let house = House::opens();
    house.says(PrinterState::Ready);
    let full = house.papers_left();
    house
        .desk
        .ask_blocking(Request::PaperUsed { mm: 40_000 })
        .unwrap();
    let used = soon("the roll is nearly used up", || {
        Some(house.papers_left()).filter(|it| *it < full)
    });
    for _ in 0..2 {
        house.printer.set_fault(Fault::NearEnd, true);
        house.says(PrinterState::PaperLow);
        house.rounds(2);
        house.printer.set_fault(Fault::NearEnd, false);
        house.says(PrinterState::Ready);
        house.rounds(2);
    }
    house.printer.set_fault(Fault::Garbage, true);
    house.rounds(6);
    house.printer.set_fault(Fault::Garbage, false);
    house.says(PrinterState::Ready);
    house.rounds(3);
    assert_eq!(house.papers_left(), used);
    house.printer.set_fault(Fault::NoPaper, true);
    house.says(PrinterState::PaperOut);
    house.rounds(3);
    house.printer.set_fault(Fault::NoPaper, false);
    soon("the new roll is counted", || {
        (house.papers_left() == full).then_some(())
    });
    house.printing.stop();
}

#[test]
fn a_mute_printer_that_takes_no_bytes_delays_no_registration() {
    let house = House::opens();
    house.says(PrinterState::Ready);
    house.printer.set_fault(Fault::HalfWritten, true);
    house.printer.set_fault(Fault::Mute, true);
    let mut longest = Duration::ZERO;
    for tap in 1..=20 {
        let begun = Instant::now();
        house.arrives(tap);
        longest = longest.max(begun.elapsed());
    }
    // The printer is given five seconds for a slip, and 0.3 for a question: whoever waited for it would have waited longer.
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    soon("all are waiting", || {
        (house.desk.snapshot().visits.len() == 20).then_some(())
    });
    house.says(PrinterState::Mute);
    house.printing.stop();
}
