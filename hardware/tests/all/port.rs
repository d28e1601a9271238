//! The thread and the simulated printer over a real pty. Every wait is for an event, with a limit; none is blind.

use std::path::Path;
use std::time::{Duration, Instant};

use hardware::escpos::encode;
use hardware::glyph::Glyphs;
use hardware::port::{Address, PortFault, PortSettings, PrinterHandle, SubmitError, spawn};
use hardware::printer::{FenceId, Job, PrinterEvent, Reason};
use hardware::simulator::Fault;
use hardware::simulator::pty::{SimulatorHandle, serve};
use hardware::status::{Paper, Trouble};

use crate::slips::zbar;
use crate::support::{job, profile, slip_zh};

const MODEL: &str = "gprinter-gp-l80";
const LIMIT: Duration = Duration::from_secs(20);

fn simulator(folder: &Path, faults: &[Fault]) -> SimulatorHandle {
    let link = folder.join("printer");
    serve(
        &link,
        &folder.join("slips"),
        profile(MODEL),
        115_200,
        faults.iter().copied(),
    )
    .expect("a pty")
}

fn driver(folder: &Path) -> PrinterHandle {
    let profile = hardware::profile::Profile {
        baud: 115_200,
        ..profile(MODEL)
    };
    spawn(PortSettings {
        address: Address::Serial(folder.join("printer")),
        baud: 115_200,
        profile,
        doubtful: Vec::new(),
    })
    .expect("a thread")
}

/// The first event that is wanted; all before it is passed over.
pub fn wait(printer: &PrinterHandle, wanted: impl Fn(&PrinterEvent) -> bool) -> PrinterEvent {
    let until = Instant::now() + LIMIT;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let event = printer
            .events
            .recv_timeout(left)
            .expect("the event comes within the limit");
        if wanted(&event) {
            return event;
        }
    }
}

pub fn ready(event: &PrinterEvent) -> bool {
    matches!(event, PrinterEvent::Status(status) if status.can_print())
}

pub fn ends(event: &PrinterEvent) -> bool {
    !matches!(event, PrinterEvent::Status(_) | PrinterEvent::NewRoll)
}

pub fn troubled(trouble: Trouble) -> impl Fn(&PrinterEvent) -> bool {
    move |event| matches!(event, PrinterEvent::Status(status) if status.trouble() == Some(trouble))
}

#[test]
fn a_slip_goes_through_a_real_pty_and_its_code_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = simulator(folder.path(), &[]);
    let printer = driver(folder.path());
    wait(&printer, ready);
    let bytes = encode(&slip_zh("张㛃"), &profile(MODEL), &Glyphs::system());
    let fence = FenceId::from_number(23);
    printer
        .submit(Job {
            fence,
            bytes: bytes.clone(),
        })
        .expect("taken");
    assert_eq!(wait(&printer, ends), PrinterEvent::Printed(fence));
    let slip = simulator.slips.recv_timeout(LIMIT).expect("a slip");
    assert!(
        slip.text.contains("A023\n") && slip.text.contains("社保卡补办"),
        "{}",
        slip.text
    );
    assert_eq!(std::fs::read(&slip.bin).expect("there"), bytes);
    assert_eq!(zbar(&slip.png), "https://lobby.example.org/v/A023-20261122");
    assert_eq!(simulator.slip_count(), 1);
    assert!(printer.turns() > 0 && printer.port_fault().is_none());
}

#[test]
fn a_hang_up_within_a_job_leaves_doubt_and_heals_without_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = simulator(folder.path(), &[]);
    let printer = driver(folder.path());
    wait(&printer, ready);
    let (long, short) = (job(1, 2000, &profile(MODEL)), job(2, 3, &profile(MODEL)));
    printer.submit(long.clone()).expect("taken");
    // A second one waits behind it in the channel, and is told its end as well.
    printer.submit(short.clone()).expect("taken");
    // Near end is told while the long job is being printed, so bytes of it have left by then.
    simulator.set_fault(Fault::NearEnd, true);
    wait(
        &printer,
        |event| matches!(event, PrinterEvent::Status(status) if status.paper == Paper::NearEnd),
    );
    simulator.set_fault(Fault::HangUp, true);
    let lost = Reason::Trouble(Trouble::NotConnected);
    assert_eq!(wait(&printer, ends), PrinterEvent::InDoubt(long.fence, lost));
    assert_eq!(wait(&printer, ends), PrinterEvent::NotSent(short.fence, lost));
    assert_eq!(printer.port_fault(), Some(PortFault::Missing));
    simulator.set_fault(Fault::HangUp, false);
    wait(&printer, ready);
    printer.submit(short.clone()).expect("taken");
    assert_eq!(wait(&printer, ends), PrinterEvent::Printed(short.fence));
}

#[test]
fn switches_are_noticed_over_a_real_pty() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = simulator(folder.path(), &[Fault::NoPaper]);
    let printer = driver(folder.path());
    wait(&printer, troubled(Trouble::PaperOut));
    simulator.set_fault(Fault::NoPaper, false);
    wait(&printer, ready);
    for (fault, trouble) in [
        (Fault::CoverOpen, Trouble::CoverOpen),
        (Fault::CutterStuck, Trouble::CutterStuck),
        (Fault::PowerOff, Trouble::Mute),
        (Fault::HangUp, Trouble::NotConnected),
    ] {
        simulator.set_fault(fault, true);
        wait(&printer, troubled(trouble));
        let job = job(9, 3, &profile(MODEL));
        printer.submit(job.clone()).expect("taken");
        assert_eq!(
            wait(&printer, ends),
            PrinterEvent::NotSent(job.fence, Reason::Trouble(trouble))
        );
        simulator.set_fault(fault, false);
        wait(&printer, ready);
    }
    assert_eq!(simulator.slip_count(), 0);
}

#[test]
fn a_mute_printer_never_holds_the_caller_up() {
    let folder = tempfile::tempdir().expect("a folder");
    // A terminal nobody reads from: what is written to it piles up, and nothing is ever answered.
    let simulator = simulator(folder.path(), &[Fault::Mute]);
    let printer = driver(folder.path());
    let started = Instant::now();
    let mut refused = 0;
    for number in 0..50 {
        match printer.submit(job(number, 1000, &profile(MODEL))) {
            Ok(()) => {}
            Err(SubmitError::Busy(given_back)) => {
                assert_eq!(given_back.fence, FenceId::from_number(number));
                refused += 1;
            }
            Err(ended) => panic!("{ended}"),
        }
    }
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    assert!(refused > 20, "only {refused} were refused");
    assert!(matches!(wait(&printer, ends), PrinterEvent::NotSent(..)));
    drop(simulator);
}

#[test]
fn two_programs_never_share_a_printer() {
    let folder = tempfile::tempdir().expect("a folder");
    let _simulator = simulator(folder.path(), &[]);
    let first = driver(folder.path());
    wait(&first, ready);
    let second = driver(folder.path());
    let job = job(1, 3, &profile(MODEL));
    second.submit(job.clone()).expect("taken");
    let refused = PrinterEvent::NotSent(job.fence, Reason::Trouble(Trouble::NotConnected));
    assert_eq!(wait(&second, ends), refused);
    assert_eq!(second.port_fault(), Some(PortFault::InUse));
    // When the first one ends, the second takes over by itself.
    drop(first);
    wait(&second, ready);
    second.submit(job.clone()).expect("taken");
    assert_eq!(wait(&second, ends), PrinterEvent::Printed(job.fence));
}

#[test]
fn slips_are_numbered_on_from_those_that_lie_in_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("slips")).expect("made");
    std::fs::write(folder.path().join("slips/slip-0041.txt"), "").expect("written");
    let simulator = simulator(folder.path(), &[]);
    let printer = driver(folder.path());
    wait(&printer, ready);
    printer.submit(job(1, 1, &profile(MODEL))).expect("taken");
    let slip = simulator.slips.recv_timeout(LIMIT).expect("a slip");
    assert_eq!(slip.number, 42);
    assert!(slip.png.ends_with("slip-0042.png") && slip.png.exists());
    drop(simulator);
    assert!(
        !folder.path().join("printer").exists(),
        "the link goes with the printer"
    );
}
