//! Rubbish from readers, scanners and voice banks. The doors are in `entries_read.rs`.

use std::time::{Duration, Instant};

use hardware::bank::samples;
use hardware::card::{Request, frame};
use hardware::scanner::typing;
use hardware::simulator::line::Simulated;
use hardware::simulator::reader::{SimulatedCard, SimulatedReader};

use crate::entries_read::{
    a_clip, an_opus_file, from_a_card, from_a_reader, from_a_scanner, name_on, packets, to_a_reader,
};
use crate::rubbish::shake;

#[test]
fn rubbish_from_a_card_reader_is_never_a_name_nobody_asked_for() {
    let mut device = SimulatedReader::new(115_200);
    device.put(&SimulatedCard::Citizen("王𠅤".to_owned()));
    let now = Instant::now();
    let mut corpus: Vec<Vec<u8>> = Vec::new();
    for request in [Request::State, Request::Find, Request::Select, Request::Read] {
        device.receive(&request.bytes(), now);
        corpus.push(device.said(now + Duration::from_secs(10)));
    }
    let mut short = corpus[3].clone();
    short.truncate(400);
    // Without the picture it is short enough to be shaken whole.
    let card = SimulatedCard::Citizen("王𠅤".to_owned());
    let text = [&[1, 0, 0, 0], &card.text()[..]].concat();
    corpus.push(frame(&[&[0, 0, 0x90], &text[..]].concat()));
    corpus.extend([short, vec![0xaa; 40], frame(&[0, 0, 0x41]), (0..=255).collect()]);
    shake(from_a_reader, &corpus, 20_000);
    let foreign = [
        &[1, 0, 0, 0],
        &SimulatedCard::Foreign("ANNA LEE".to_owned()).text()[..],
    ]
    .concat();
    assert_eq!(
        name_on(&text).as_deref(),
        Some("王𠅤"),
        "a good card does give its name"
    );
    assert_eq!(name_on(&foreign), None);
    shake(from_a_card, &[text, foreign], 20_000);
}

#[test]
fn rubbish_to_a_card_reader_does_no_harm() {
    let corpus: Vec<Vec<u8>> = Request::ALL.iter().map(|it| it.bytes()).collect();
    shake(to_a_reader, &corpus, 2_000);
}

#[test]
fn rubbish_from_a_scanner_is_no_text() {
    let corpus = [
        "临河街道办事处 A023 2026-11-22 0500-8110101 7Q3ZK0XM\r\n"
            .as_bytes()
            .to_vec(),
        b"https://lobby.example.gov.cn/v/7Q3ZK0XM\r".to_vec(),
        typing("A023 7Q3ZK0XM"),
        vec![0xff; 600],
        (0..=255).collect(),
    ];
    shake(from_a_scanner, &corpus, 20_000);
}

#[test]
fn rubbish_in_a_clip_is_silence() {
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x14\0\0\0\x11\0\x01\0\x80\x3e\0\0\0\0\0\0\x00\x01\x04\0\x02\0\xf9\x01"
            .to_vec();
    wav.extend(b"fact\x04\0\0\0\x40\0\0\0data\x40\0\0\0\x01\x02\x03\0");
    wav.extend((0..60).map(|it| it * 4));
    assert!(samples(&wav).is_some_and(|it| it.len() == 64));
    // One packet of our own, as the encoder made it (20 ms, wide band), and files with and without it.
    let file = include_bytes!("../../voice/core.tar");
    let begin = file.windows(4).position(|it| it == b"OggS").expect("a clip");
    let clip = &file[begin..][..1500];
    let sound = clip
        .windows(8)
        .rposition(|it| it.starts_with(b"OggS\0"))
        .expect("a page of sound");
    let lacing = usize::from(clip[sound + 26]);
    let packet = clip[sound + 27 + lacing..][..usize::from(clip[sound + 27])].to_vec();
    let whole = an_opus_file(&[&packet, &packet]);
    assert!(samples(&whole).is_some_and(|it| it.len() == 640 - 104));
    let mut damaged = whole.clone();
    *damaged.last_mut().expect("not empty") ^= 1;
    assert_eq!(samples(&damaged), None, "a wrong checksum is no page");
    shake(a_clip, &[wav, whole], 20_000);
    // Fewer of these, since each is decoded.
    shake(packets, &[packet.repeat(2), vec![0xff; 40]], 2_000);
}
