//! Card readers and scanners: stories in virtual time, every fault, every status code, and a real pty.

use std::time::{Duration, Instant};

use hardware::card::{Request, Status, frame};
use hardware::line::{Input, Kind, Machine, Output, spawn};
use hardware::model::{Ending, Model, ReaderModel, ScannerModel, ScannerText};
use hardware::port::PortFault;
use hardware::reader::{Reader, ReaderEvent, ReaderState, STATE_EVERY, Wish};
use hardware::scanner::{SAME_LOOK, SILENCE, Scanner, ScannerEvent, TEXT_BYTES_MAX, Wedge, typing};
use hardware::simulator::line::{Joined, serve};
use hardware::simulator::reader::{ReaderFault, SimulatedCard, SimulatedReader, SimulatedScanner};

const LIMIT: Duration = Duration::from_secs(20);

fn model() -> ReaderModel {
    ReaderModel::builtin("generic-sam").expect("built in")
}

fn joined() -> Joined<Reader, SimulatedReader> {
    let model = model();
    let device = SimulatedReader::new(model.baud);
    let mut joined = Joined::new(Reader::new(model), device);
    joined.run(Duration::from_millis(100));
    assert_eq!(
        told(&mut joined),
        ["State(Ready)"],
        "a reader that answers is ready"
    );
    joined
}

/// What was told, in words; names are opened, which only a test does.
fn told(joined: &mut Joined<Reader, SimulatedReader>) -> Vec<String> {
    let words = |event: ReaderEvent| match event {
        ReaderEvent::Name(name) => format!("name {}", name.reveal()),
        other => format!("{other:?}"),
    };
    joined.events.drain(..).map(|(_, event)| words(event)).collect()
}

fn citizen(name: &str) -> SimulatedCard {
    SimulatedCard::Citizen(name.to_owned())
}

#[test]
fn the_frames_are_those_of_the_published_protocol() {
    for (request, bytes) in [
        (
            Request::Find,
            [0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x20, 0x01, 0x22],
        ),
        (
            Request::Select,
            [0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x20, 0x02, 0x21],
        ),
        (
            Request::Read,
            [0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x30, 0x01, 0x32],
        ),
        (
            Request::State,
            [0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x11, 0xff, 0xed],
        ),
    ] {
        assert_eq!(request.bytes(), bytes, "{request:?}");
    }
    // The answer to a card found, as the protocol prints it.
    let found = [
        0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x08, 0x00, 0x00, 0x9f, 0, 0, 0, 0, 0x97,
    ];
    assert_eq!(frame(&[0, 0, 0x9f, 0, 0, 0, 0]), found);
    for status in Status::ALL {
        assert_eq!(Status::from_byte(status.byte()), status);
    }
    assert_eq!(Status::from_byte(0x77), Status::Unknown);
}

#[test]
fn nobody_looks_for_a_card_nobody_offered() {
    let mut joined = joined();
    joined.device.put(&citizen("张伟"));
    joined.run(Duration::from_secs(120));
    assert!(joined.device.asked().iter().all(|it| *it == Request::State));
    let asked = joined.device.asked().len() as u64;
    let rounds = Duration::from_secs(120).as_secs() / STATE_EVERY.as_secs();
    assert!((rounds..=rounds + 2).contains(&asked), "asked {asked} times");
    assert!(told(&mut joined).is_empty());
}

#[test]
fn a_card_laid_on_gives_its_name_once_and_nothing_else() {
    let mut joined = joined();
    joined.command(Wish::Card);
    joined.run(Duration::from_secs(5));
    assert!(told(&mut joined).is_empty(), "no card, no news");
    for name in ["张伟", "䶮𬭎㛃", "𠅤秀英", "阿卜杜拉·买买提", "LEE·MAY 王"] {
        joined.device.put(&citizen(name));
        joined.command(Wish::Card);
        joined.run(Duration::from_secs(2));
        assert_eq!(told(&mut joined), [format!("name {name}")]);
        // It lies there still, and is not read again.
        joined.run(Duration::from_secs(30));
        assert!(told(&mut joined).is_empty());
    }
}

#[test]
fn a_card_is_read_within_a_second_of_being_laid_on() {
    let mut joined = joined();
    joined.command(Wish::Card);
    joined.run(Duration::from_secs(10));
    let laid = joined.elapsed();
    joined.device.put(&citizen("张伟"));
    joined.run(Duration::from_secs(3));
    let (at, _) = joined.events.pop().expect("read");
    let took = at - laid;
    crate::support::say(&format!("a card at 115200 baud: {} ms", took.as_millis()));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn a_name_never_reaches_a_log() {
    let mut joined = joined();
    joined.command(Wish::Card);
    joined.device.put(&citizen("张伟"));
    joined.run(Duration::from_secs(2));
    let logged = format!("{:?} {:?}", joined.events, joined.machine);
    assert!(
        logged.contains("[hidden]") && !logged.contains("张伟") && !logged.contains("PPPP"),
        "{logged}"
    );
}

#[test]
fn foreign_and_illegible_cards_lead_to_a_clerk() {
    let mut joined = joined();
    let mut nameless = citizen("").text();
    let mut private = citizen("王\u{e123}").text();
    let mut halved = citizen("王").text();
    halved[2..4].copy_from_slice(&0xd840_u16.to_le_bytes());
    let mut odd = citizen("王").text();
    odd[248] = b'Q';
    let foreign = SimulatedCard::Foreign("MACDONALD, ALICE".to_owned()).text();
    for (text, said) in [
        (foreign, "Unusable(Foreign)"),
        (odd, "Unusable(Foreign)"),
        (nameless, "Unusable(Illegible)"),
        (private, "Unusable(Illegible)"),
        (halved, "Unusable(Illegible)"),
        (SimulatedCard::Resident("陈大文".to_owned()).text(), "name 陈大文"),
    ] {
        joined.device.put_text(text);
        joined.command(Wish::Card);
        joined.run(Duration::from_secs(2));
        assert_eq!(told(&mut joined), [said]);
    }
    nameless.fill(0);
    private.fill(0xff);
    for text in [nameless, private] {
        joined.device.put_text(text);
        joined.command(Wish::Card);
        joined.run(Duration::from_secs(2));
        assert!(told(&mut joined)[0].starts_with("Unusable"));
    }
}

#[test]
fn whoever_changes_their_mind_is_not_read() {
    let mut joined = joined();
    joined.command(Wish::Card);
    joined.run(Duration::from_secs(1));
    joined.device.put(&citizen("张伟"));
    // Found and selected, not yet read.
    while !joined.device.asked().contains(&Request::Read) {
        joined.run(Duration::from_millis(5));
    }
    joined.command(Wish::Rest);
    joined.run(Duration::from_secs(60));
    assert!(told(&mut joined).is_empty(), "不刷证 is an equal way");
}

#[test]
fn a_card_that_moved_is_asked_to_hold_still_once() {
    let mut joined = joined();
    joined.device.refuse(Some((Request::Read, Status::Moved)));
    joined.device.put(&citizen("张伟"));
    joined.command(Wish::Card);
    joined.run(Duration::from_secs(5));
    assert_eq!(told(&mut joined), ["Again"]);
    joined.device.refuse(None);
    joined.run(Duration::from_secs(2));
    assert_eq!(told(&mut joined), ["name 张伟"], "the wish stands");
}

#[test]
fn every_status_code_ends_somewhere_and_heals() {
    let mut counted = 0;
    for request in Request::ALL {
        for status in Status::ALL {
            let mut joined = joined();
            joined.device.put(&citizen("张伟"));
            joined.device.refuse(Some((request, status)));
            joined.command(Wish::Card);
            joined.run(Duration::from_secs(30));
            let said = told(&mut joined);
            let done = (request, status) == (Request::Read, Status::Done);
            let named = said.iter().any(|it| it.starts_with("name"));
            // A reader that says "read" and gives nothing is not believed; one that refuses gives nothing.
            assert!(
                !named || matches!(status, Status::Done | Status::Found) || request == Request::State,
                "{request:?} {status:?}: {said:?}"
            );
            assert!(!done || said == ["Again"], "{said:?}");
            joined.device.refuse(None);
            joined.device.put(&citizen("李娜"));
            joined.command(Wish::Card);
            joined.run(Duration::from_secs(8));
            let healed = told(&mut joined);
            let last = healed.iter().rfind(|it| it.starts_with("name"));
            assert_eq!(
                last.map(String::as_str),
                Some("name 李娜"),
                "{request:?} {status:?} does not heal: {said:?}, then {healed:?}"
            );
            counted += 1;
        }
    }
    assert_eq!(counted, 72);
}

#[test]
fn every_fault_is_told_and_heals_without_a_restart() {
    for (fault, said) in [
        (ReaderFault::Mute, "State(Mute)"),
        (ReaderFault::HangUp, "State(Unplugged)"),
        (ReaderFault::Checksum, "State(Mute)"),
        (ReaderFault::Half, "State(Mute)"),
        (ReaderFault::Slow, "State(Mute)"),
        (ReaderFault::Broken, "State(Broken(SelfTest))"),
    ] {
        let mut joined = joined();
        joined.device.set_fault(fault, true);
        joined.device.put(&citizen("张伟"));
        joined.command(Wish::Card);
        joined.run(Duration::from_secs(30));
        let ill = told(&mut joined);
        assert_eq!(ill.first().map(String::as_str), Some(said), "{fault:?}");
        // What a slow one says at last is taken for an answer, but never for a card's name.
        assert!(!ill.iter().any(|it| it.starts_with("name")), "{fault:?}: {ill:?}");
        assert!(ill.len() == 1 || fault == ReaderFault::Slow, "{fault:?}: {ill:?}");
        joined.device.set_fault(fault, false);
        // Late answers of a slow one come in between; whoever was asked to lays the card on again.
        joined.run(Duration::from_secs(30));
        joined.device.put(&citizen("张伟"));
        joined.run(Duration::from_secs(30));
        let healed = told(&mut joined);
        assert!(
            healed.contains(&"State(Ready)".to_owned()),
            "{fault:?}: {healed:?}"
        );
        assert_eq!(healed.last().map(String::as_str), Some("name 张伟"), "{fault:?}");
    }
}

#[test]
fn rubbish_between_the_answers_does_no_harm() {
    let mut joined = joined();
    joined.device.set_fault(ReaderFault::Garbage, true);
    joined.device.put(&citizen("张伟"));
    joined.command(Wish::Card);
    joined.run(Duration::from_secs(5));
    assert_eq!(told(&mut joined).last().map(String::as_str), Some("name 张伟"));
}

#[test]
fn a_card_goes_through_a_real_pty_and_so_does_a_pulled_cable() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("reader");
    let simulated = serve(&link, SimulatedReader::new(115_200)).expect("a pty");
    let reader = spawn("reader", &link, Kind::Serial(115_200), Reader::new(model())).expect("a thread");
    let next = || reader.events.recv_timeout(LIMIT).expect("within the limit");
    assert_eq!(next(), ReaderEvent::State(ReaderState::Ready));
    simulated.with(|it| it.put(&citizen("𠅤秀英")));
    assert!(reader.command(Wish::Card));
    let ReaderEvent::Name(name) = next() else {
        panic!("no name")
    };
    assert_eq!(name.reveal(), "𠅤秀英");
    simulated.with(|it| it.set_fault(ReaderFault::HangUp, true));
    assert_eq!(next(), ReaderEvent::State(ReaderState::Unplugged));
    assert_eq!(reader.fault(), Some(PortFault::Missing));
    simulated.with(|it| {
        it.set_fault(ReaderFault::HangUp, false);
        it.put(&citizen("张伟"));
    });
    assert_eq!(next(), ReaderEvent::State(ReaderState::Ready));
    assert!(reader.command(Wish::Card));
    assert!(matches!(next(), ReaderEvent::Name(_)));
    assert!(reader.turns() > 0 && reader.fault().is_none());
    drop(simulated);
    assert!(!link.exists(), "the link goes with the device");
}

#[test]
fn every_status_code_comes_over_a_real_pty_and_heals() {
    let folder = tempfile::tempdir().expect("a folder");
    // All at once: some readers are asked again only after ten seconds.
    let ill = Status::ALL.map(|status| {
        let link = folder.path().join(format!("{status:?}"));
        let simulated = serve(&link, SimulatedReader::new(115_200)).expect("a pty");
        simulated.with(|it| {
            it.put(&citizen("张伟"));
            it.refuse(Some((Request::Select, status)));
        });
        let reader = spawn("reader", &link, Kind::Serial(115_200), Reader::new(model())).expect("a thread");
        assert!(reader.command(Wish::Card));
        (status, simulated, reader)
    });
    for (status, simulated, reader) in &ill {
        let begun = Instant::now();
        let refused = || simulated.with(|it| it.asked().contains(&Request::Select));
        while !refused() {
            assert!(begun.elapsed() < LIMIT, "{status:?} was never said");
            std::thread::yield_now();
        }
        simulated.with(|it| {
            it.refuse(None);
            it.put(&citizen("李娜"));
        });
        assert!(reader.command(Wish::Card));
    }
    for (status, _, reader) in &ill {
        let name = loop {
            match reader.events.recv_timeout(2 * LIMIT) {
                Ok(ReaderEvent::Name(name)) => break name,
                // It ended the first wish, and perhaps the second on its way.
                Ok(ReaderEvent::Unusable(_)) => assert!(reader.command(Wish::Card)),
                Ok(_) => {}
                Err(_) => panic!("{status:?} does not heal"),
            }
        };
        assert_eq!(name.reveal(), "李娜", "{status:?}");
    }
}

/// Feeds a scanner bytes at times in milliseconds; what it tells of texts.
fn scanned<M>(mut machine: M, script: &[(u64, &[u8])]) -> Vec<String>
where
    M: Machine<Command = std::convert::Infallible, Event = ScannerEvent>,
{
    let start = Instant::now();
    let mut said = Vec::new();
    for (at, bytes) in script {
        let now = start + Duration::from_millis(*at);
        machine.handle(Input::Tick, now);
        machine.handle(Input::Received(bytes.to_vec()), now);
    }
    machine.handle(Input::Tick, start + Duration::from_secs(3600));
    while let Some(output) = machine.poll() {
        match output {
            Output::Event(ScannerEvent::Scanned(text)) => said.push(text),
            Output::Event(event) => said.push(format!("{event:?}")),
            Output::Send(bytes) => panic!("a scanner is sent nothing: {bytes:?}"),
        }
    }
    said
}

fn serial() -> Scanner {
    Scanner::new(ScannerModel::builtin("generic-serial").expect("built in"))
}

const SLIP: &str = "临河街道办事处 A023 2026-11-22 0500-8110101 7Q3ZK0XM";

#[test]
fn a_slip_is_one_text_however_it_arrives() {
    let whole = format!("{SLIP}\r\n");
    assert_eq!(scanned(serial(), &[(0, whole.as_bytes())]), [SLIP]);
    let pieces: Vec<(u64, &[u8])> = whole
        .as_bytes()
        .chunks(3)
        .enumerate()
        .map(|(at, it)| (at as u64 * 4, it))
        .collect();
    assert_eq!(scanned(serial(), &pieces), [SLIP]);
    // One that marks no end has ended when it falls silent.
    assert_eq!(scanned(serial(), &[(0, SLIP.as_bytes())]), [SLIP]);
    let silent = ScannerModel {
        ending: Ending::None,
        ..ScannerModel::builtin("fast-serial").expect("built in")
    };
    let later = SILENCE.as_millis() as u64 + 1;
    assert_eq!(
        scanned(Scanner::new(silent), &[(0, b"A023 one"), (later, b"A024 two")]),
        ["A023 one", "A024 two"]
    );
}

#[test]
fn the_second_look_at_one_code_is_no_second_scan() {
    let again = SAME_LOOK.as_millis() as u64;
    let said = scanned(
        serial(),
        &[
            (0, b"A023\r"),
            (400, b"A023\r"),
            (800, b"B001\r"),
            (800 + again, b"B001\r"),
        ],
    );
    assert_eq!(said, ["A023", "B001", "B001"]);
}

#[test]
fn a_scanner_set_to_chinese_codes_says_the_same() {
    let model = ScannerModel {
        text: ScannerText::Gbk,
        prefix: vec![0x02],
        ..ScannerModel::builtin("generic-serial").expect("built in")
    };
    let (bytes, _, bad) = encoding_rs::GB18030.encode(SLIP);
    assert!(!bad);
    let bytes = [&[0x02], &bytes[..], b"\r"].concat();
    assert_eq!(scanned(Scanner::new(model), &[(0, &bytes)]), [SLIP]);
}

#[test]
fn a_flood_and_wrong_letters_are_told_and_pass() {
    let flood = vec![b'7'; TEXT_BYTES_MAX + 100];
    let said = scanned(
        serial(),
        &[
            (0, &flood),
            (10, b"\rA023\r"),
            (20, b"\xff\xfe\r"),
            (30, b"a\x07b\r"),
        ],
    );
    assert_eq!(said, ["Unreadable", "A023", "Unreadable", "Unreadable"]);
}

#[test]
fn a_wedge_is_told_from_fingers_by_its_speed() {
    let typed = typing("A023 2026-11-22 7Q3ZK0XM");
    assert_eq!(
        scanned(Wedge::default(), &[(0, &typed)]),
        ["A023 2026-11-22 7Q3ZK0XM"]
    );
    let url = typing("https://lobby.example.gov.cn/v/7Q3ZK0XM");
    let pieces: Vec<(u64, &[u8])> = url
        .chunks(24)
        .enumerate()
        .map(|(at, it)| (at as u64 * 5, it))
        .collect();
    assert_eq!(
        scanned(Wedge::default(), &pieces),
        ["https://lobby.example.gov.cn/v/7Q3ZK0XM"]
    );
    // Somebody types: the same keys, a fifth of a second apart.
    let slowly: Vec<(u64, &[u8])> = typed
        .chunks(24)
        .enumerate()
        .map(|(at, it)| (at as u64 * 200, it))
        .collect();
    assert!(scanned(Wedge::default(), &slowly).is_empty());
    // Chinese letters are on no such keyboard; the code at the end is.
    assert_eq!(
        scanned(Wedge::default(), &[(0, &typing(SLIP))]),
        ["A023 2026-11-22 0500-8110101 7Q3ZK0XM"]
    );
}

#[test]
fn a_scan_goes_through_a_real_pty() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("scanner");
    let simulated = serve(&link, SimulatedScanner::default()).expect("a pty");
    let scanner = spawn("scanner", &link, Kind::Serial(9600), serial()).expect("a thread");
    let next = || scanner.events.recv_timeout(LIMIT).expect("within the limit");
    assert_eq!(next(), ScannerEvent::Connected(true));
    simulated.with(|it| it.scan(format!("{SLIP}\r\n").as_bytes()));
    assert_eq!(next(), ScannerEvent::Scanned(SLIP.to_owned()));
    simulated.with(|it| it.hang_up(true));
    assert_eq!(next(), ScannerEvent::Connected(false));
    simulated.with(|it| it.hang_up(false));
    assert_eq!(next(), ScannerEvent::Connected(true));
    // A keyboard's events come through the same thread.
    let keys = folder.path().join("keys");
    let board = serve(&keys, SimulatedScanner::default()).expect("a pty");
    let wedge = spawn("wedge", &keys, Kind::Keys, Wedge::default()).expect("a thread");
    let first = wedge.events.recv_timeout(LIMIT).expect("within the limit");
    assert_eq!(first, ScannerEvent::Connected(true));
    board.with(|it| it.scan(&typing("A023 7Q3ZK0XM")));
    let read = wedge.events.recv_timeout(LIMIT).expect("within the limit");
    assert_eq!(read, ScannerEvent::Scanned("A023 7Q3ZK0XM".to_owned()));
}

#[test]
fn every_model_can_exist_and_a_misspelt_key_is_refused_with_its_line() {
    for name in ReaderModel::names() {
        ReaderModel::builtin(name).expect(name);
    }
    for name in ScannerModel::names() {
        ScannerModel::builtin(name).expect(name);
    }
    let text = include_str!("../../profiles/readers/generic-sam.toml");
    let wrong = ReaderModel::parse(&text.replace("poll_ms = 300", "poll_ms = 30"), "mine.toml");
    let said = wrong.expect_err("refused").to_string();
    let line = text
        .lines()
        .position(|it| it.starts_with("poll_ms"))
        .expect("there")
        + 1;
    assert!(
        said.starts_with(&format!("mine.toml:{line}: poll_ms = 30")),
        "{said}"
    );
    let said = ScannerModel::parse("baud = 9600\nendig = \"line\"", "mine.toml").expect_err("refused");
    assert!(
        said.to_string().starts_with("mine.toml:2: unknown field"),
        "{said}"
    );
    let said = ReaderModel::builtin("acme").expect_err("refused").to_string();
    assert!(said.contains("acme") && said.contains("generic-sam"), "{said}");
}
