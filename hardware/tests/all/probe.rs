//! An unknown printer is asked what it knows: in virtual memory, and over a real pty at every speed.

use std::time::{Duration, Instant};

use hardware::port::{Address, PortFault};
use hardware::probe::{Findings, Output, Probe, SPEEDS, run};
use hardware::profile::{Fence, Profile};
use hardware::simulator::pty::serve;
use hardware::simulator::{Fault, SimulatedPrinter};
use hardware::status::Trouble;

use crate::support::profile;

/// Asks a simulated printer at its own speed, in virtual time.
fn ask(profile: Profile, fault: Option<Fault>) -> Findings {
    let start = Instant::now();
    let mut printer = SimulatedPrinter::new(profile, 9600, start);
    if let Some(fault) = fault {
        printer.set_fault(fault, true, start);
    }
    let mut probe = Probe::new(&[9600], start);
    let mut now = start;
    loop {
        while let Some(output) = probe.poll() {
            match output {
                Output::Send(bytes) => printer.receive(&bytes, now),
                Output::Speed(_) => {}
                Output::Done => {
                    assert_eq!(printer.on_the_roll(), "", "a probe prints nothing");
                    return probe.findings().clone();
                }
            }
        }
        now += Duration::from_millis(1);
        assert!(now < start + Duration::from_secs(30), "a probe ends");
        let said = printer.said(now);
        if !said.is_empty() {
            probe.received(&said, now);
        }
        probe.tick(now);
    }
}

#[test]
fn a_printer_is_taken_for_what_it_answers() {
    for (name, fence) in [
        ("gprinter-gp-l80", Fence::Id),
        ("generic-80", Fence::Paper),
        ("generic-58", Fence::Paper),
    ] {
        let found = ask(profile(name), None);
        assert_eq!((found.baud, found.fence), (Some(9600), fence), "{name}");
        assert!(found.native_qr && !found.flow_control, "{name}");
        assert_eq!(found.identity.as_deref(), Some("SIMULATED"));
        let text = found.proposal(profile(name).paper_mm).expect("it answers");
        let proposed = Profile::parse(&text, "proposal").expect("it can be used as it is");
        assert_eq!((proposed.baud, proposed.fence), (9600, fence), "{name}");
        assert_eq!(proposed.paper_mm, profile(name).paper_mm);
    }
    let silent = Profile {
        fence: Fence::None,
        qr: hardware::profile::QrCommand::Legacy,
        ..profile("generic-58")
    };
    let found = ask(silent, None);
    assert_eq!((found.fence, found.native_qr), (Fence::None, false));
    assert!(found.proposal(58).expect("it answers").contains("try \"legacy\""));
}

#[test]
fn a_printer_in_trouble_says_so_instead_of_being_misjudged() {
    let found = ask(profile("gprinter-gp-l80"), Some(Fault::NoPaper));
    assert_eq!((found.answers, found.trouble()), (true, Some(Trouble::PaperOut)));
    let found = ask(profile("gprinter-gp-l80"), Some(Fault::Mute));
    assert_eq!((found.answers, found.trouble()), (false, Some(Trouble::Mute)));
    assert_eq!(found.proposal(80), None);
}

#[test]
fn every_speed_is_found_over_a_real_pty() {
    for baud in SPEEDS {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("printer");
        let simulator = serve(&link, folder.path(), profile("gprinter-gp-l80"), baud, []).expect("a pty");
        let found = run(&Address::Serial(link), &SPEEDS).expect("the port is there");
        assert_eq!((found.baud, found.fence), (Some(baud), Fence::Id), "{found:?}");
        assert_eq!(simulator.slip_count(), 0);
    }
}

#[test]
fn a_port_that_is_not_there_is_no_printer() {
    let fault = run(&Address::Serial("/dev/no-such-printer".into()), &SPEEDS);
    assert_eq!(fault, Err(PortFault::Missing));
}
