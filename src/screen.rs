//! The kiosk's picture and the fingers on it, as plain data that `run` passes between the screen and the
//! browser pages, neither of which knows the other.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use crate::pulse::Pulse;

/// Touches that may wait for the screen; more are dropped, as under a palm.
pub const TOUCHES_MAX: usize = 64;

/// What the screen shows.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Grows with every picture.
    pub sequence: u64,
    /// Rows from the top, three bytes (red, green, blue) a pixel.
    pub rgb: Arc<[u8]>,
}

/// How loud the guidance is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Volume {
    /// Not at all.
    Off,
    /// Softly.
    Quiet,
    /// As is usual.
    #[default]
    Medium,
    /// For a loud hall.
    Loud,
}

/// What the box is to say: the newest word counts, and cuts off the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spoken {
    /// Grows with every word; the same page entered again is said again.
    pub sequence: u64,
    /// The code of the guidance (`kiosk::guidance` has its texts); none: be silent.
    pub code: Option<&'static str>,
    /// Whether in English.
    pub english: bool,
    /// How loud.
    pub volume: Volume,
}

/// A finger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Touch {
    /// What it does.
    pub kind: TouchKind,
    /// From the left, in pixels of the picture.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

/// What a finger does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TouchKind {
    /// It comes down.
    Press,
    /// It moves while down.
    Move,
    /// It goes up.
    Release,
}

/// The browser's end of a screen.
#[derive(Debug, Clone)]
pub struct ScreenLink {
    /// What a screen without a panel shows. Painted only while somebody holds a receiver that watches;
    /// none for a screen that has a panel of its own.
    pub pictures: Option<watch::Receiver<Option<Picture>>>,
    /// Fingers; none for a screen that has a panel of its own.
    pub touches: Option<mpsc::Sender<Touch>>,
    /// Asks for one picture with every personal field black, for somebody who helps from the desk.
    pub veiled: mpsc::Sender<oneshot::Sender<Picture>>,
}

/// The screen's end.
#[derive(Debug)]
pub struct ScreenSide {
    /// Where pictures go.
    pub pictures: watch::Sender<Option<Picture>>,
    /// Where fingers come from.
    pub touches: mpsc::Receiver<Touch>,
    /// Where veiled pictures are asked for.
    pub veiled: mpsc::Receiver<oneshot::Sender<Picture>>,
    /// Beaten by each turn of the screen's loop.
    pub pulse: Pulse,
}

/// Both ends; `panel` tells whether the screen has a panel of its own, which nobody touches from afar.
pub fn link(panel: bool) -> (ScreenLink, ScreenSide) {
    let (show, pictures) = watch::channel(None);
    let (touch, touches) = mpsc::channel(TOUCHES_MAX);
    let (ask, veiled) = mpsc::channel(4);
    let link = ScreenLink {
        pictures: (!panel).then_some(pictures),
        touches: (!panel).then_some(touch),
        veiled: ask,
    };
    (
        link,
        ScreenSide {
            pictures: show,
            touches,
            veiled,
            pulse: Pulse::default(),
        },
    )
}
