//! The code scanner as a state machine: bytes or keys and time in, whole texts out.
//!
//! It opens no port and reads no clock: [`crate::line`] feeds it. A serial scanner says what it read and how it ends that
//! (usually CR and LF); one that ends nothing is taken to have ended when it falls silent. A keyboard wedge types what it
//! read faster than anybody can, and ends with Enter: what is typed slowly is no scan.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::line;
use crate::model::{Ending, ScannerModel, ScannerText};

/// The longest text we take; the longest slip's has about 120 bytes.
pub const TEXT_BYTES_MAX: usize = 512;
/// A scanner that does not mark the end has ended when it is silent for so long.
pub const SILENCE: Duration = Duration::from_millis(120);
/// The same code read again within this time is the same look at it.
pub const SAME_LOOK: Duration = Duration::from_millis(1500);
/// A wedge's keys follow each other at least as fast as this.
pub const KEY_GAP_MAX: Duration = Duration::from_millis(50);
/// Fewer keys than this may be somebody's fast fingers.
const KEYS_MIN: usize = 6;

/// What the machine is told. A scanner takes no orders.
pub type Input = line::Input<std::convert::Infallible>;
/// What the machine wants done or known.
pub type Output = line::Output<ScannerEvent>;

/// What the caller gets to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerEvent {
    /// Whether the scanner's line is open.
    Connected(bool),
    /// A code was read.
    Scanned(String),
    /// Something was read that is no text we take.
    Unreadable,
}

/// Ends a text once, and forgets the second of two looks at the same code.
#[derive(Debug, Default)]
struct Looks {
    last: Option<(String, Instant)>,
    outputs: VecDeque<Output>,
}

impl Looks {
    fn tell(&mut self, event: ScannerEvent) {
        self.outputs.push_back(Output::Event(event));
    }

    fn seen(&mut self, text: Option<String>, now: Instant) {
        let Some(text) = text else {
            return self.tell(ScannerEvent::Unreadable);
        };
        let text = text.trim().to_owned();
        if text.is_empty() {
            return;
        }
        let again = self
            .last
            .as_ref()
            .is_some_and(|(last, at)| *last == text && now < *at + SAME_LOOK);
        self.last = Some((text.clone(), now));
        if !again {
            self.tell(ScannerEvent::Scanned(text));
        }
    }
}

/// A scanner on a serial line.
#[derive(Debug)]
pub struct Scanner {
    model: ScannerModel,
    kept: Vec<u8>,
    /// Too much has come without an end: all up to the next end is thrown away.
    flooded: bool,
    heard: Option<Instant>,
    looks: Looks,
}

impl Scanner {
    /// A scanner that is not yet connected.
    pub fn new(model: ScannerModel) -> Self {
        Self {
            model,
            kept: Vec::new(),
            flooded: false,
            heard: None,
            looks: Looks::default(),
        }
    }

    fn ends(&self, byte: u8) -> bool {
        match self.model.ending {
            Ending::Line => matches!(byte, b'\r' | b'\n'),
            Ending::Tab => byte == b'\t',
            Ending::None => false,
        }
    }

    fn end(&mut self, now: Instant) {
        self.heard = None;
        let bytes = std::mem::take(&mut self.kept);
        if std::mem::take(&mut self.flooded) {
            return self.looks.seen(None, now);
        }
        let bytes = bytes.strip_prefix(&self.model.prefix[..]).unwrap_or(&bytes);
        let text = match self.model.text {
            ScannerText::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            ScannerText::Gbk => encoding_rs::GB18030
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(String::from),
        };
        let plain = text.filter(|it| !it.chars().any(char::is_control));
        self.looks.seen(plain, now);
    }
}

impl line::Machine for Scanner {
    type Command = std::convert::Infallible;
    type Event = ScannerEvent;

    fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Connected => self.looks.tell(ScannerEvent::Connected(true)),
            Input::Lost => {
                self.kept.clear();
                (self.flooded, self.heard) = (false, None);
                self.looks.tell(ScannerEvent::Connected(false));
            }
            Input::Received(bytes) => {
                if self.heard.is_some_and(|at| at + SILENCE <= now) {
                    self.end(now);
                }
                for byte in bytes {
                    if self.ends(byte) {
                        if !self.kept.is_empty() {
                            self.end(now);
                        }
                    } else if self.kept.len() < TEXT_BYTES_MAX {
                        self.kept.push(byte);
                        self.heard = Some(now);
                    } else {
                        self.flooded = true;
                        self.heard = Some(now);
                    }
                }
            }
            Input::Command(never) => match never {},
            Input::Tick if self.heard.is_some_and(|at| at + SILENCE <= now) => self.end(now),
            Input::Tick => {}
        }
    }

    fn poll(&mut self) -> Option<Output> {
        self.looks.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Instant> {
        self.heard.map(|at| at + SILENCE)
    }
}

/// Bytes of one event of the kernel's input layer on a 64-bit machine: seconds, microseconds, type, code, value.
const EVENT_BYTES: usize = 24;
/// Type of an event that is a key.
const EV_KEY: u16 = 1;
const KEY_LEFT_SHIFT: u16 = 42;
const KEY_RIGHT_SHIFT: u16 = 54;
const KEY_ENTER: u16 = 28;
const KEY_KEYPAD_ENTER: u16 = 96;
const KEY_TAB: u16 = 15;

/// A scanner that types, on a keyboard of its own that the screen does not listen to.
#[derive(Debug, Default)]
pub struct Wedge {
    bytes: Vec<u8>,
    shift: bool,
    typed: String,
    typed_at: Option<Instant>,
    flooded: bool,
    looks: Looks,
}

impl Wedge {
    fn key(&mut self, code: u16, value: i32, now: Instant) {
        if matches!(code, KEY_LEFT_SHIFT | KEY_RIGHT_SHIFT) {
            self.shift = value != 0;
            return;
        }
        // Pressed; not let go, and not held down.
        if value != 1 {
            return;
        }
        if self.typed_at.is_some_and(|at| at + KEY_GAP_MAX < now) {
            self.typed.clear();
            self.flooded = false;
        }
        self.typed_at = Some(now);
        if matches!(code, KEY_ENTER | KEY_KEYPAD_ENTER | KEY_TAB) {
            let typed = std::mem::take(&mut self.typed);
            if std::mem::take(&mut self.flooded) {
                self.looks.seen(None, now);
            } else if typed.chars().count() >= KEYS_MIN {
                self.looks.seen(Some(typed), now);
            }
        } else if self.typed.len() >= TEXT_BYTES_MAX {
            self.flooded = true;
        } else {
            self.typed.extend(letter(code, self.shift));
        }
    }
}

impl line::Machine for Wedge {
    type Command = std::convert::Infallible;
    type Event = ScannerEvent;

    fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Connected => self.looks.tell(ScannerEvent::Connected(true)),
            Input::Lost => {
                let outputs = std::mem::take(&mut self.looks.outputs);
                *self = Self::default();
                self.looks.outputs = outputs;
                self.looks.tell(ScannerEvent::Connected(false));
            }
            Input::Received(bytes) => {
                self.bytes.extend(bytes);
                let whole = self.bytes.len() / EVENT_BYTES * EVENT_BYTES;
                let events: Vec<u8> = self.bytes.drain(..whole).collect();
                for event in events.chunks_exact(EVENT_BYTES) {
                    let kind = u16::from_le_bytes([event[16], event[17]]);
                    let code = u16::from_le_bytes([event[18], event[19]]);
                    let value = i32::from_le_bytes([event[20], event[21], event[22], event[23]]);
                    if kind == EV_KEY {
                        self.key(code, value, now);
                    }
                }
            }
            Input::Command(never) => match never {},
            Input::Tick => {}
        }
    }

    fn poll(&mut self) -> Option<Output> {
        self.looks.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }
}

/// What a key types on a US keyboard, which is what scanners pretend to be.
fn letter(code: u16, shift: bool) -> Option<char> {
    const ROWS: [(u16, &str, &str); 4] = [
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    ];
    if code == 57 {
        return Some(' ');
    }
    ROWS.iter().find_map(|(first, plain, shifted)| {
        let at = usize::from(code.checked_sub(*first)?);
        let row = if shift { shifted } else { plain };
        row.chars().nth(at)
    })
}

/// The events by which a keyboard types `text` and Enter: for tests and the demonstration.
pub fn typing(text: &str) -> Vec<u8> {
    let event = |code: u16, value: i32| {
        let mut event = [0_u8; EVENT_BYTES];
        event[16..18].copy_from_slice(&EV_KEY.to_le_bytes());
        event[18..20].copy_from_slice(&code.to_le_bytes());
        event[20..].copy_from_slice(&value.to_le_bytes());
        event
    };
    let mut events = Vec::new();
    for character in text.chars() {
        let pressed = |shift| (2..=57).find(|code| letter(*code, shift) == Some(character));
        match (pressed(false), pressed(true)) {
            (Some(code), _) => events.extend([event(code, 1), event(code, 0)]),
            (None, Some(code)) => events.extend([
                event(KEY_LEFT_SHIFT, 1),
                event(code, 1),
                event(code, 0),
                event(KEY_LEFT_SHIFT, 0),
            ]),
            // A character no US keyboard has is left out, as wedges do.
            (None, None) => {}
        }
    }
    events.extend([event(KEY_ENTER, 1), event(KEY_ENTER, 0)]);
    events.concat()
}
