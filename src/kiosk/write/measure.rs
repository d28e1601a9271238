//! What reading a drawing and a spelling costs, for `lobby bench screen`.

use std::fs;
use std::time::Duration;

use writing::hand::{self, Hand};
use writing::pinyin::Pinyin;
use writing::{Engine, Expected};

use super::worker::{MOST, MOST_BY_SOUND, folders, found};

/// What was measured; milliseconds each.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Making handwriting ready; empty, like the next, where its data are not here.
    pub reading: Vec<f64>,
    /// Candidates after a stroke.
    pub strokes: Vec<f64>,
    /// Candidates after a letter of pinyin.
    pub letters: Vec<f64>,
}

/// Measures with `now`, a monotonic clock; `rounds` characters are written, stroke by stroke.
pub fn measure(rounds: usize, now: fn() -> Duration) -> Measured {
    let mut measured = Measured::default();
    let timed = |work: &mut dyn FnMut()| {
        let begun = now();
        work();
        (now() - begun).as_secs_f64() * 1000.0
    };
    let pinyin = Pinyin::new();
    for name in ["wangxiaoming", "ouyang", "zhangwei"].iter().cycle().take(rounds) {
        for end in 1..=name.len() {
            let took = timed(&mut || drop(pinyin.candidates(&name[..end], Expected::Surname, MOST_BY_SOUND)));
            measured.letters.push(took);
        }
    }
    let file = found(&folders(), "strokes.dat").and_then(|it| fs::read(it).ok());
    let Some(file) = file else { return measured };
    let mut hand = None;
    measured
        .reading
        .push(timed(&mut || hand = Hand::read(&file).ok()));
    let Some(hand) = hand else { return measured };
    let drawings = hand::drawings(&file).unwrap_or_default();
    let every = (drawings.len() / rounds.max(1)).max(1);
    for (_, drawing) in drawings.iter().step_by(every).take(rounds) {
        for strokes in 1..=drawing.len() {
            let took = timed(&mut || drop(hand.candidates(&drawing[..strokes], Expected::Text, MOST)));
            measured.strokes.push(took);
        }
    }
    measured
}
