//! Rubbish in every door: bytes from a printer, bytes to one, texts, profiles. The doors are in `entries.rs`.

use hardware::escpos::encode;
use hardware::glyph::Glyphs;
use hardware::printer::{FenceId, PrinterEvent};

use crate::entries::{JOB, a_profile, answered, from_a_printer, text, to_a_printer, to_a_probe};
use crate::support::{profile, slip_zh};
use crate::weather::Dice;

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
    let echo = [&[0x37, 0x22], &FenceId::from_number(JOB).bytes()[..], &[0]].concat();
    let corpus = [
        vec![0x12, 0x12, 0x12, 0x12],
        [&[0x12; 4][..], &echo, &[0x00, 0x12]].concat(),
        vec![0x12, 0x12, 0x12, 0x12, 0x00, 0x12],
        vec![0x1a, 0x32, 0x12, 0x7e],
        vec![0x12, 0x12, 0x12, 0x12, 0x37, 0x22, b'a', b'b'],
        (0..=255).collect(),
        [&echo[..], &[0x00, 0x12]].concat(),
        vec![0x00, 0x00, 0x12],
        [b"\x37\x22abcd\x00", &[0x00, 0x00, 0x12, 0x00, 0x00][..]].concat(),
        vec![0x00, 0x80, 0x00, 0x0c, 0x00, 0x00, 0x12],
    ];
    // The state is one in which rubbish can lie: a good answer there does print, and none, or half of one, does not.
    for (model, good) in [("gprinter-gp-l80", &corpus[6]), ("generic-80", &corpus[7])] {
        let printed = PrinterEvent::Printed(FenceId::from_number(JOB));
        assert_eq!(answered(model, good), printed, "{model}");
        for half in [&[][..], &good[..1]] {
            assert!(
                matches!(answered(model, half), PrinterEvent::InDoubt(..)),
                "{model}"
            );
        }
    }
    shake(from_a_printer, &corpus, 20_000);
}

#[test]
fn rubbish_from_an_unknown_printer_ends_a_probe_all_the_same() {
    let echo = b"\x37\x22LOBY\x00";
    let corpus = [
        [
            &[0x12; 4][..],
            &[0x00],
            echo,
            b"\x37\x3687\x1f87\x1f1\x1f0\x00",
            b"_TM-T20III\x00",
        ]
        .concat(),
        vec![0x12, 0x12, 0x12, 0x12, 0x00],
        vec![0x1a, 0x32, 0x12, 0x7e],
        vec![0x13, 0x11, 0xff],
    ];
    shake(to_a_probe, &corpus, 20_000);
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
