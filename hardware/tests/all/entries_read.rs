//! Doors into the readers' half of the crate for whoever comes with rubbish, in the same form as the printers': plain
//! `fn(&[u8])`, for `rubbish_read.rs` and for a fuzzer in front of them by hand (`hardware/fuzz`).

use std::time::{Duration, Instant};

use hardware::bank::{CLIP_SAMPLES_MAX, samples};
use hardware::card::{Frames, Request, frame};
use hardware::line::{Input, Machine, Output};
use hardware::model::{Model, ReaderModel, ScannerModel};
use hardware::opus::checksum;
use hardware::reader::{Reader, ReaderEvent, Wish};
use hardware::scanner::{Scanner, ScannerEvent, TEXT_BYTES_MAX, Wedge};
use hardware::simulator::line::Simulated;
use hardware::simulator::reader::{SimulatedCard, SimulatedReader};

/// Whatever a card reader says, the driver neither panics nor hands out a name it did not ask for, nor a second one.
pub fn from_a_reader(bytes: &[u8]) {
    let start = Instant::now();
    let mut frames = Frames::default();
    frames.push(bytes);
    while frames.next_answer().is_some() {}
    let mut reader = Reader::new(ReaderModel::builtin("generic-sam").expect("built in"));
    reader.handle(Input::Connected, start);
    reader.handle(Input::Received(frame(&[0, 0, 0x90])), start);
    // Nobody wants a card: whatever comes, no name goes out.
    reader.handle(Input::Received(bytes.to_vec()), start);
    assert_eq!(names(&mut reader), 0, "a name nobody asked for");
    for asked in [Request::Find, Request::Select, Request::Read] {
        let mut reader = asked_for(asked, start);
        let mut count = 0;
        for (at, piece) in bytes.chunks(200).enumerate() {
            let now = start + Duration::from_millis(10 * at as u64);
            reader.handle(Input::Received(piece.to_vec()), now);
            count += names(&mut reader);
        }
        for second in 1..20 {
            reader.handle(Input::Tick, start + Duration::from_secs(second));
        }
        count += names(&mut reader);
        assert!(count <= 1, "one wish, one name");
        assert!(reader.deadline().is_some(), "it goes on asking");
    }
}

/// A reader of which a card is wanted, at the moment it has just been asked this.
fn asked_for(request: Request, now: Instant) -> Reader {
    let mut reader = Reader::new(ReaderModel::builtin("generic-sam").expect("built in"));
    reader.handle(Input::Connected, now);
    reader.handle(Input::Received(frame(&[0, 0, 0x90])), now);
    reader.handle(Input::Command(Wish::Card), now);
    for (before, answer) in [
        (Request::Find, frame(&[0, 0, 0x9f, 0, 0, 0, 0])),
        (Request::Select, frame(&[0, 0, 0x90])),
    ] {
        if request == before {
            break;
        }
        reader.handle(Input::Received(answer), now);
    }
    let mut last = Vec::new();
    while let Some(output) = reader.poll() {
        if let Output::Send(bytes) = output {
            last = bytes;
        }
    }
    assert_eq!(last, request.bytes(), "it has just been asked");
    reader
}

/// Whatever a card says in a frame that adds up, what leaves is at most one name, and it stands on the card as it is.
pub fn from_a_card(data: &[u8]) {
    name_on(data);
}

/// The name a reader takes from these data of a card, if any.
pub fn name_on(data: &[u8]) -> Option<String> {
    let now = Instant::now();
    let mut reader = asked_for(Request::Read, now);
    reader.handle(Input::Received(frame(&[&[0, 0, 0x90], data].concat())), now);
    let mut said = None;
    while let Some(output) = reader.poll() {
        if let Output::Event(ReaderEvent::Name(name)) = output {
            let name = name.reveal().to_owned();
            let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(
                data[4..34].windows(units.len()).any(|window| window == units),
                "the name stands elsewhere than names do"
            );
            assert!(
                !matches!(data[4 + 248], b'I' | b'Y'),
                "a foreigner's card is a clerk's"
            );
            assert!(said.replace(name).is_none(), "one wish, one name");
        }
    }
    said
}

fn names(reader: &mut Reader) -> usize {
    let mut names = 0;
    while let Some(output) = reader.poll() {
        if let Output::Event(ReaderEvent::Name(name)) = output {
            let text = name.reveal();
            assert!(!text.is_empty() && text.chars().count() <= 15 && !text.chars().any(char::is_control));
            names += 1;
        }
    }
    names
}

/// Whatever a simulated reader is sent, it neither panics nor answers what it was not asked.
pub fn to_a_reader(bytes: &[u8]) {
    let now = Instant::now();
    let mut reader = SimulatedReader::new(115_200);
    reader.put(&SimulatedCard::Citizen("张伟".to_owned()));
    reader.receive(bytes, now);
    let asked = reader.asked().len();
    assert!(asked * 10 <= bytes.len());
    let said = reader.said(now + Duration::from_secs(1000));
    assert_eq!(said.is_empty(), asked == 0);
}

/// Whatever a scanner says, serial or as keys, a text that comes out is short, trimmed and without control characters.
pub fn from_a_scanner(bytes: &[u8]) {
    let model = ScannerModel::builtin("generic-serial").expect("built in");
    texts(Scanner::new(model), bytes);
    texts(Wedge::default(), bytes);
}

fn texts<M>(mut machine: M, bytes: &[u8])
where
    M: Machine<Command = std::convert::Infallible, Event = ScannerEvent>,
{
    let start = Instant::now();
    machine.handle(Input::Connected, start);
    for (at, piece) in bytes.chunks(7).enumerate() {
        let now = start + Duration::from_millis(at as u64);
        machine.handle(Input::Received(piece.to_vec()), now);
    }
    machine.handle(Input::Tick, start + Duration::from_secs(60));
    assert_eq!(machine.deadline(), None, "silence has ended everything");
    while let Some(output) = machine.poll() {
        if let Output::Event(ScannerEvent::Scanned(text)) = output {
            assert!(!text.is_empty() && text.len() <= 2 * TEXT_BYTES_MAX && text.trim() == text);
            assert!(!text.chars().any(char::is_control));
        }
    }
}

/// Whatever is called a clip, it is samples or none.
pub fn a_clip(bytes: &[u8]) {
    if let Some(samples) = samples(bytes) {
        assert!((1..=CLIP_SAMPLES_MAX).contains(&samples.len()));
    }
}

/// Whatever an Opus file says in two packets, its checksums being right, it is samples or none.
pub fn packets(bytes: &[u8]) {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    a_clip(&an_opus_file(&[first, second]));
}

/// An Ogg Opus file of one voice with these packets, every checksum right.
pub fn an_opus_file(packets: &[&[u8]]) -> Vec<u8> {
    let head = b"OpusHead\x01\x01\x38\x01\x80\x3e\0\0\0\0\0";
    let mut file = a_page(0, &[head]);
    file.extend(a_page(0, &[b"OpusTags\0\0\0\0\0\0\0\0"]));
    file.extend(a_page(i64::MAX, packets));
    file
}

fn a_page(granule: i64, packets: &[&[u8]]) -> Vec<u8> {
    let mut page = b"OggS\0\0".to_vec();
    page.extend(granule.to_le_bytes());
    // Stream, place and checksum.
    page.extend([0; 12]);
    let lacing: Vec<u8> = packets
        .iter()
        .flat_map(|it| std::iter::repeat_n(255, it.len() / 255).chain([(it.len() % 255) as u8]))
        .collect();
    page.push(u8::try_from(lacing.len()).unwrap_or(u8::MAX));
    page.extend(lacing);
    page.extend(packets.concat());
    let sum = checksum(page.iter());
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}
