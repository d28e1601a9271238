//! Rubbish in every door: bytes from a printer, bytes to one, profiles. Each entry is a plain `fn(&[u8])`, so that a fuzzer
//! can be put in front of it by hand; here each runs on a corpus and on seeded mutations of it.

use std::time::{Duration, Instant};

use hardware::escpos::{encode, longest_command, paper_dots, pieces};
use hardware::glyph::Glyphs;
use hardware::paper::{Doc, layout};
use hardware::printer::{FenceId, Input, Output, Printer, PrinterEvent};
use hardware::profile::Profile;
use hardware::simulator::{self, SimulatedPrinter};
use hardware::status::{Question, decode, is_status, paper};

use crate::support::{job, profile, slip_zh};
use crate::weather::Dice;

/// Whatever a printer says, the driver neither panics nor believes a job printed that it did not echo.
fn from_a_printer(bytes: &[u8]) {
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
    let job = job(7, 2, &profile);
    let fence = job.fence;
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
fn to_a_printer(bytes: &[u8]) {
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
fn text(bytes: &[u8]) {
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
    let unknown: usize = simulator::print(&job, &profile)
        .iter()
        .map(|slip| slip.unknown)
        .sum();
    assert_eq!(unknown, 0, "{text:?}");
}

/// Whatever is in a profile, it is read or refused with a message that names the file.
fn a_profile(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Profile::parse(&text, "mine.toml") {
        assert!(error.to_string().starts_with("mine.toml:"), "{error}");
    }
}

/// Runs an entry on its corpus and on mutations of it.
pub fn shake(entry: fn(&[u8]), corpus: &[Vec<u8>], times: u64) {
    corpus.iter().for_each(|bytes| entry(bytes));
    let mut dice = Dice(0x10bb7);
    for _ in 0..times {
        let mut bytes = corpus[dice.roll(corpus.len() as u64) as usize].clone();
        for _ in 0..=dice.roll(6) {
            let at = dice.roll(bytes.len() as u64 + 1) as usize;
            match dice.roll(5) {
                0 => bytes.insert(at, dice.roll(256) as u8),
                1 => bytes.truncate(at),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                3 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
                _ => {
                    let other = &corpus[dice.roll(corpus.len() as u64) as usize];
                    let from = dice.roll(other.len() as u64 + 1) as usize;
                    bytes.extend(&other[from..]);
                }
            }
        }
        bytes.truncate(600);
        entry(&bytes);
    }
}

#[test]
fn rubbish_from_a_printer_is_never_taken_for_a_printed_slip() {
    let echo = [&[0x37, 0x22], &FenceId::from_number(7).bytes()[..], &[0]].concat();
    let corpus = [
        vec![0x12, 0x12, 0x12, 0x12],
        [&[0x12; 4][..], &echo, &[0x00, 0x12]].concat(),
        vec![0x12, 0x12, 0x12, 0x12, 0x00, 0x12],
        vec![0x1a, 0x32, 0x12, 0x7e],
        vec![0x12, 0x12, 0x12, 0x12, 0x37, 0x22, b'a', b'b'],
        (0..=255).collect(),
    ];
    shake(from_a_printer, &corpus, 20_000);
}

#[test]
fn rubbish_to_a_printer_does_no_harm() {
    let glyphs = Glyphs::system();
    let corpus: Vec<Vec<u8>> = ["generic-80", "generic-58"]
        .iter()
        .map(|name| encode(&slip_zh("张㛃"), &profile(name), &glyphs))
        .collect();
    shake(to_a_printer, &corpus, 2_000);
}

#[test]
fn rubbish_in_a_text_stays_text() {
    let corpus = [
        "社保卡补办 A023\n0372-3928110",
        "\u{1b}@\u{10}\u{4}\u{1}",
        "㛃𬭎䶮𠅤 e\u{301} 葛\u{e0100} 😀",
    ]
    .map(|text| text.as_bytes().to_vec());
    shake(text, &corpus, 600);
}

#[test]
fn rubbish_in_a_profile_is_refused_with_a_place() {
    shake(
        a_profile,
        &[include_bytes!("../../profiles/generic-80.toml").to_vec()],
        3_000,
    );
}
