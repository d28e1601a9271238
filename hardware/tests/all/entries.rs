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

/// Whatever a printer says, the driver neither panics nor believes a job printed that was not answered for, whichever
/// fence its model has.
pub fn from_a_printer(bytes: &[u8]) {
    for byte in bytes {
        let answers = Question::ALL
            .iter()
            .filter(|question| decode(**question, *byte).is_some())
            .count();
        assert_eq!(answers, if is_status(*byte) { 4 } else { 0 });
        assert!(!(is_status(*byte) && paper(*byte).is_some()));
    }
    answered("gprinter-gp-l80", bytes);
    answered("generic-80", bytes);
}

/// A printer whose job is on its way, at this moment: every byte from now on may be the answer to its fence.
fn printing(model: &str, now: Instant) -> (Printer, Job) {
    let profile = profile(model);
    let bytes = encode(
        &Doc::new().line("第一行").line("第二行"),
        &profile,
        &Glyphs::none(),
    );
    let fence = FenceId::from_number(JOB);
    let mut printer = Printer::new(profile, []);
    printer.handle(Input::Connected, now - Duration::from_secs(1));
    for _ in Question::ALL {
        printer.handle(Input::Received(vec![0x12]), now - Duration::from_secs(1));
    }
    // It was asked whether it holds what a program before us sent; it does not.
    printer.handle(Input::Received(vec![0x00]), now - Duration::from_secs(1));
    printer.handle(Input::Tick, now - Duration::from_millis(500));
    let job = Job {
        fence,
        bytes: bytes.clone(),
    };
    printer.handle(Input::Print(job.clone()), now);
    for _ in Question::ALL {
        printer.handle(Input::Received(vec![0x12]), now);
    }
    let mut sent = Vec::new();
    while let Some(output) = printer.poll() {
        if let Output::Send(bytes) = output {
            sent.extend(bytes);
        }
    }
    assert!(
        sent.windows(bytes.len()).any(|window| window == bytes),
        "the job has left"
    );
    (printer, job)
}

/// What became of a job of this model whose printer says `bytes`, with pauses between them long and short.
pub fn answered(model: &str, bytes: &[u8]) -> PrinterEvent {
    let start = Instant::now() + Duration::from_secs(10);
    let (mut printer, job) = printing(model, start);
    let echo = [&[0x37, 0x22], &job.fence.bytes()[..], &[0]].concat();
    let (mut now, mut end) = (start, None);
    let mut said: Vec<(Instant, u8)> = Vec::new();
    let mut listen = |printer: &mut Printer, now: Instant, said: &[(Instant, u8)]| {
        while let Some(output) = printer.poll() {
            let Output::Event(event) = output else { continue };
            let heard: Vec<u8> = said.iter().map(|it| it.1).collect();
            let echoed = heard.windows(echo.len()).any(|window| window == echo);
            match event {
                PrinterEvent::Printed(id) => {
                    assert_eq!(id, job.fence);
                    assert!(
                        echoed || believable(said, now),
                        "{model}: printed without an answer: {heard:02x?}"
                    );
                }
                PrinterEvent::LatePrinted(id) => {
                    assert!(id == job.fence && echoed, "{model}: late without an echo");
                    assert!(end.is_some());
                    continue;
                }
                PrinterEvent::NotSent(..) => panic!("{model}: its bytes have left"),
                PrinterEvent::InDoubt(..) => {}
                PrinterEvent::Status(_) | PrinterEvent::NewRoll => continue,
            }
            assert!(end.replace(event).is_none(), "{model}: a job has one end");
        }
    };
    for (at, byte) in bytes.iter().enumerate() {
        pass(&mut printer, &mut now, [0, 50, 100, 150][at % 4]);
        listen(&mut printer, now, &said);
        said.push((now, *byte));
        printer.handle(Input::Received(vec![*byte]), now);
        listen(&mut printer, now, &said);
    }
    for _ in 0..80 {
        pass(&mut printer, &mut now, 250);
        listen(&mut printer, now, &said);
    }
    end.expect("a job has an end")
}

/// Lets so many milliseconds pass, with a tick whenever one is due.
fn pass(printer: &mut Printer, now: &mut Instant, ms: u64) {
    let until = *now + Duration::from_millis(ms);
    while let Some(due) = printer.deadline().filter(|due| *due < until && *now < until) {
        *now = due.max(*now + Duration::from_millis(1));
        printer.handle(Input::Tick, *now);
    }
    *now = until.max(*now);
    printer.handle(Input::Tick, *now);
}

/// Whether what was said by `now` may stand for a job without an echo: the paper was answered for, and once more when it
/// was asked again alone; four times in all where something else was heard that no printer says.
fn believable(said: &[(Instant, u8)], now: Instant) -> bool {
    // What the cutter's question took after the last answer, and half an echo until it counted as noise.
    let before = now - Duration::from_millis(900);
    let answers = said.iter().filter(|(_, byte)| paper(*byte).is_some()).count();
    let rest = without_echoes(said);
    let clean = |byte: u8| is_status(byte) || matches!(byte, 0x00 | 0x03 | 0x0c | 0x0f);
    let noisy = rest.iter().any(|(at, byte)| *at < before && !clean(*byte));
    answers >= if noisy { 4 } else { 2 }
}

/// An echo of another job is no noise.
fn without_echoes(said: &[(Instant, u8)]) -> Vec<(Instant, u8)> {
    let (mut rest, mut at) = (Vec::new(), 0);
    while at < said.len() {
        let whole = said.get(at..at + 7).is_some_and(|it| {
            let bytes: Vec<u8> = it.iter().map(|it| it.1).collect();
            bytes[..2] == [0x37, 0x22]
                && bytes[6] == 0
                && FenceId::new([bytes[2], bytes[3], bytes[4], bytes[5]]).is_some()
        });
        if whole {
            at += 7;
        } else {
            rest.push(said[at]);
            at += 1;
        }
    }
    rest
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
