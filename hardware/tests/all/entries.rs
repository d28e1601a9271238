//! Doors into the crate for whoever comes with rubbish: each takes any bytes and must neither panic nor lie.
//!
//! Plain `fn(&[u8])`, so that a fuzzer can be put in front of them by hand (`hardware/fuzz`); `rubbish.rs` runs each on a
//! corpus and on seeded mutations of it.

use std::time::{Duration, Instant};

use hardware::escpos::{encode, longest_command, paper_dots, pieces};
use hardware::glyph::Glyphs;
use hardware::paper::{Doc, layout};
use hardware::printer::{FenceId, Input, Job, Output, Printer, PrinterEvent};
use hardware::probe;
use hardware::profile::Profile;
use hardware::simulator::{self, SimulatedPrinter};
use hardware::status::{Question, decode, is_status, paper};

/// The job that is being printed while rubbish comes.
pub const JOB: u64 = 7;

fn profile(name: &str) -> Profile {
    Profile::builtin(name).expect("built in")
}

/// Whatever a printer says, the driver neither panics nor believes a job printed that it did not echo.
pub fn from_a_printer(bytes: &[u8]) {
    let now = Instant::now();
    for byte in bytes {
        let answers = Question::ALL
            .iter()
            .filter(|question| decode(**question, *byte).is_some())
            .count();
        assert_eq!(answers, if is_status(*byte) { 4 } else { 0 });
        assert!(!(is_status(*byte) && paper(*byte).is_some()));
    }
    let profile = profile("gprinter-gp-l80");
    let mut printer = Printer::new(profile.clone(), []);
    let fence = FenceId::from_number(JOB);
    let job = Job {
        fence,
        bytes: encode(
            &Doc::new().line("第一行").line("第二行"),
            &profile,
            &Glyphs::none(),
        ),
    };
    printer.handle(Input::Connected, now);
    printer.handle(Input::Received(vec![0x12; 4]), now);
    printer.handle(Input::Print(job), now);
    printer.handle(Input::Received(bytes.to_vec()), now);
    for second in 1..80 {
        printer.handle(Input::Tick, now + Duration::from_millis(250 * second));
    }
    let mut ends = 0;
    while let Some(output) = printer.poll() {
        match output {
            Output::Event(PrinterEvent::Printed(id)) => {
                assert_eq!(id, fence);
                let echo = [&[0x37, 0x22], &fence.bytes()[..], &[0]].concat();
                assert!(
                    bytes.windows(7).any(|window| window == echo),
                    "printed without an echo"
                );
                ends += 1;
            }
            Output::Event(PrinterEvent::NotSent(..) | PrinterEvent::InDoubt(..)) => ends += 1,
            _ => {}
        }
    }
    assert_eq!(ends, 1, "a job has one end");
}

/// Whatever a printer is sent, the simulated one neither panics nor loops, and our own splitting loses no byte.
pub fn to_a_printer(bytes: &[u8]) {
    let profile = profile("generic-58");
    for slip in simulator::print(bytes, &profile) {
        assert!(slip.bytes.len() <= bytes.len());
    }
    assert_eq!(pieces(bytes, 100).concat(), bytes);
    assert!(longest_command(bytes) <= bytes.len());
    let _ = paper_dots(bytes);
    let now = Instant::now();
    let mut printer = SimulatedPrinter::new(profile, 115_200, now);
    printer.receive(bytes, now);
    printer.advance(now + Duration::from_secs(100));
    assert_eq!(printer.on_the_way(), 0);
}

/// Whatever stands in a text, it becomes rows no wider than the paper and bytes without a stray command.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let doc = Doc::new()
        .line(&text)
        .heading(&text)
        .pair(&text, &text)
        .field(&text, &text)
        .qr(&text, &text);
    let profile = profile("generic-58");
    let _ = layout(&doc, &profile);
    let job = encode(&doc, &profile, &Glyphs::none());
    // Printers execute these wherever they see them.
    assert!(
        !job.windows(2)
            .any(|pair| matches!(pair, [0x10, 0x04 | 0x05 | 0x14])),
        "{text:?}"
    );
    let unknown: usize = simulator::print(&job, &profile)
        .iter()
        .map(|slip| slip.unknown)
        .sum();
    assert_eq!(unknown, 0, "{text:?}");
}

/// Whatever is in a profile, it is read or refused with a message that names the file.
pub fn a_profile(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Profile::parse(&text, "mine.toml") {
        assert!(error.to_string().starts_with("mine.toml:"), "{error}");
    }
}

/// Whatever an unknown printer answers, a probe ends, and what it proposes is a profile.
pub fn to_a_probe(bytes: &[u8]) {
    let start = Instant::now();
    let mut probe = probe::Probe::new(&probe::SPEEDS, start);
    let (mut now, mut rest) = (start, bytes);
    loop {
        while let Some(output) = probe.poll() {
            if output == probe::Output::Done {
                if let Some(text) = probe.findings().proposal(80) {
                    Profile::parse(&text, "proposal").expect("a profile");
                }
                return;
            }
        }
        let (some, later) = rest.split_at(rest.len().min(3));
        rest = later;
        now += Duration::from_millis(100);
        assert!(now < start + Duration::from_secs(60), "a probe ends");
        probe.received(some, now);
        probe.tick(now);
    }
}
