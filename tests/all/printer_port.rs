//! The port of the printer as the desk hears of it: two programs at one port, a cable out and in again.

use std::path::Path;
use std::sync::Arc;

use hardware::simulator::Fault;
use hardware::simulator::pty::serve;
use lobby::clock::Clock;
use lobby::desk::{Desk, DeskHandle, Place, PrinterState, Setup};
use lobby::devices::{Address, Glyphs, Profile};
use lobby::print::{self, Bell, PrintSettings, Printing};

use crate::program::soon;
use crate::support::office;

/// A lobby's desk and its print room, at this port.
fn lobby_at(port: &Path) -> (DeskHandle, Printing) {
    let bell = Bell::default();
    let setup = Setup {
        place: Place::Memory,
        office: Arc::new(office()),
        clock: Clock::system(),
        print: bell.waker(),
    };
    let (desk, _) = Desk::open(setup).unwrap().0.start();
    let settings = PrintSettings {
        address: Address::from(port),
        baud: 115_200,
        profile: Profile::builtin("gprinter-gp-l80").unwrap(),
        roll_mm: 50_000,
    };
    let printing = print::start(bell, desk.clone(), settings, Arc::new(Glyphs::none())).unwrap();
    (desk, printing)
}

fn says(desk: &DeskHandle, state: PrinterState) {
    soon(&format!("the desk hears {state:?}"), || {
        (desk.snapshot().printer == state).then_some(())
    });
}

#[test]
fn a_second_program_at_the_printers_port_is_told_apart_from_a_cable_that_is_out_and_takes_over_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let port = home.path().join("printer");
    let profile = Profile::builtin("gprinter-gp-l80").unwrap();
    let printer = serve(&port, &home.path().join("slips"), profile, 115_200, []).unwrap();
    let (first, first_printing) = lobby_at(&port);
    says(&first, PrinterState::Ready);
    let (second, second_printing) = lobby_at(&port);
    says(&second, PrinterState::InUse);
    assert_eq!(first.snapshot().printer, PrinterState::Ready);
    first_printing.stop();
    says(&second, PrinterState::Ready);
    // Pulled out and put in again it is another device under the same name.
    printer.set_fault(Fault::HangUp, true);
    says(&second, PrinterState::Unplugged);
    printer.set_fault(Fault::HangUp, false);
    says(&second, PrinterState::Ready);
    second_printing.stop();
}

#[test]
fn a_port_nobody_has_is_said_to_be_out() {
    let home = tempfile::tempdir().unwrap();
    let (desk, printing) = lobby_at(&home.path().join("nothing"));
    says(&desk, PrinterState::Unplugged);
    printing.stop();
}
