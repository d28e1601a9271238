//! A printer made of memory.
//!
//! It parses what it is sent as a real one would: text in GB18030, sizes, QR codes, pictures, cuts. It answers questions and
//! fences, holds what it cannot print while a fault lasts and prints it afterwards, and takes the bytes no faster than its line
//! carries them. [`pty`] puts it behind a real terminal device; [`joined`] joins it to the driver in virtual time. [`reader`]
//! is the same for identity-card readers and scanners, [`line`] their terminal device and their virtual time.

pub mod joined;
pub mod line;
pub mod pty;
pub mod reader;
mod roll;

use std::collections::VecDeque;
use std::str::FromStr;
use std::time::{Duration, Instant};

use thiserror::Error;

pub use self::roll::Slip;
use self::roll::{Effect, Roll};
use crate::glyph::Glyphs;
use crate::image::Image;
use crate::profile::{Fence, Profile};

/// The receive buffer of a usual printer.
const BUFFER_BYTES: usize = 4096;
/// How late a late echo is: later than any driver waits for a slip.
const LATE: Duration = Duration::from_secs(30);
/// How often a noisy line makes noise.
const NOISE_EVERY: Duration = Duration::from_millis(170);
/// What a printer with flow control says when it wants no more, and when it does again.
const XOFF: u8 = 0x13;
const XON: u8 = 0x11;
/// How fast a usual printer moves its paper, millimetres a second.
const PAPER_SPEED: u16 = 150;
/// Dots a millimetre.
const DENSITY: u64 = 8;
/// How long a printer takes to start.
const STARTING: Duration = Duration::from_millis(800);

/// What can be wrong with the simulated printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The roll is used up.
    NoPaper,
    /// The roll comes to its end; it prints on.
    NearEnd,
    /// The cover is open.
    CoverOpen,
    /// The cutter is stuck: it prints up to the first cut.
    CutterStuck,
    /// The head is too hot.
    HeadHot,
    /// Switched off line at its front.
    Offline,
    /// It prints, but nothing it says arrives.
    Mute,
    /// The line is gone: nothing passes in either direction.
    HangUp,
    /// Switched off: it forgets what it holds.
    PowerOff,
    /// It echoes another id than it was sent.
    WrongEcho,
    /// It answers fences half a minute late.
    LateEcho,
    /// Rubbish on the line from it.
    Garbage,
    /// It echoes the id of the job before.
    OldEcho,
    /// It says XOFF, as a printer with flow control does, and stands still until it says XON.
    Xoff,
    /// The line takes no more bytes towards it: what is being written stays half written.
    HalfWritten,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::NoPaper,
        Self::NearEnd,
        Self::CoverOpen,
        Self::CutterStuck,
        Self::HeadHot,
        Self::Offline,
        Self::Mute,
        Self::HangUp,
        Self::PowerOff,
        Self::WrongEcho,
        Self::LateEcho,
        Self::Garbage,
        Self::OldEcho,
        Self::Xoff,
        Self::HalfWritten,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoPaper => "no-paper",
            Self::NearEnd => "near-end",
            Self::CoverOpen => "cover",
            Self::CutterStuck => "cutter",
            Self::HeadHot => "head-hot",
            Self::Offline => "offline",
            Self::Mute => "mute",
            Self::HangUp => "hang-up",
            Self::PowerOff => "power-off",
            Self::WrongEcho => "wrong-echo",
            Self::LateEcho => "late-echo",
            Self::Garbage => "garbage",
            Self::OldEcho => "old-echo",
            Self::Xoff => "xoff",
            Self::HalfWritten => "half-written",
        }
    }
}

/// No fault has this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no printer fault is called {name:?}; there are {}", Fault::ALL.map(Fault::name).join(", "))]
pub struct UnknownFault {
    name: String,
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        Self::ALL
            .into_iter()
            .find(|fault| fault.name() == name)
            .ok_or_else(|| UnknownFault {
                name: name.to_owned(),
            })
    }
}

/// The printer. Time is given to it; it has no thread and no port.
#[derive(Debug)]
pub struct SimulatedPrinter {
    /// A bit a fault.
    faults: u16,
    roll: Roll,
    /// Millimetres of paper a second.
    paper_speed: u16,
    /// A byte takes this long on the line.
    byte_time: Duration,
    /// Bytes on their way to it, with the time of their arrival.
    coming: VecDeque<(Instant, u8)>,
    /// Bytes on their way from it.
    going: VecDeque<(Instant, u8)>,
    /// Answers to fences that are held up on purpose.
    late: VecDeque<(Instant, Vec<u8>)>,
    buffer: VecDeque<u8>,
    /// The beginning of what may be a real-time command.
    real_time: Vec<u8>,
    /// The head is moving until then.
    busy_until: Instant,
    /// Starting up until then.
    off_until: Instant,
    noise_at: Instant,
    seed: u64,
    /// The ids of the job before and of the last one.
    ids: [[u8; 4]; 2],
    slips: VecDeque<Slip>,
    /// Bytes that did not fit the buffer.
    overrun: usize,
    received: u64,
}

impl SimulatedPrinter {
    /// A printer at rest, at this speed of the line.
    pub fn new(profile: Profile, baud: u32, now: Instant) -> Self {
        Self {
            faults: 0,
            roll: Roll::new(profile),
            paper_speed: PAPER_SPEED,
            byte_time: Duration::from_secs(10) / baud.max(1),
            coming: VecDeque::new(),
            going: VecDeque::new(),
            late: VecDeque::new(),
            buffer: VecDeque::new(),
            real_time: Vec::new(),
            busy_until: now,
            off_until: now,
            noise_at: now,
            seed: 0x9e37_79b9_7f4a_7c15,
            ids: [*b"0000"; 2],
            slips: VecDeque::new(),
            overrun: 0,
            received: 0,
        }
    }

    /// Makes its noise differ from that of others.
    pub fn seed(&mut self, seed: u64) {
        self.seed = seed | 1;
    }

    /// Has it move its paper this fast, millimetres a second: usual printers do 150, the quickest 500.
    pub fn set_paper_speed(&mut self, speed: u16) {
        self.paper_speed = speed.max(1);
    }

    /// Begins or ends a fault.
    pub fn set_fault(&mut self, fault: Fault, lasts: bool, now: Instant) {
        self.advance(now);
        let changed = self.has(fault) != lasts;
        self.faults = if lasts {
            self.faults | 1 << fault as u16
        } else {
            self.faults & !(1 << fault as u16)
        };
        match fault {
            Fault::PowerOff if changed => {
                self.buffer.clear();
                self.real_time.clear();
                self.going.clear();
                self.late.clear();
                self.roll.forget();
                self.off_until = now + STARTING;
            }
            Fault::HangUp if changed => {
                self.coming.clear();
                self.going.clear();
            }
            Fault::Garbage => self.noise_at = now,
            Fault::Xoff if changed => self.say(&[if lasts { XOFF } else { XON }], now),
            _ => {}
        }
        self.advance(now);
    }

    /// Whether a fault lasts.
    pub fn has(&self, fault: Fault) -> bool {
        self.faults >> fault as u16 & 1 == 1
    }

    /// Bytes enter the line towards it.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) {
        if self.has(Fault::HangUp) {
            return;
        }
        let mut at = self.coming.back().map_or(now, |(at, _)| *at).max(now);
        for byte in bytes {
            at += self.byte_time;
            self.coming.push_back((at, *byte));
        }
        self.advance(now);
    }

    /// Bytes on their way to it that it has not yet got.
    pub fn on_the_way(&self) -> usize {
        self.coming.len()
    }

    /// What is on its way is thrown away by whoever sent it; says how many bytes that were.
    pub fn take_back(&mut self) -> usize {
        self.coming.drain(..).len()
    }

    /// All bytes it ever got.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Bytes that were lost because its buffer was full.
    pub fn overrun(&self) -> usize {
        self.overrun
    }

    /// Bytes it holds and has not printed yet.
    pub fn held(&self) -> usize {
        self.buffer.len()
    }

    /// What is printed and hangs uncut from the roll.
    pub fn on_the_roll(&self) -> &str {
        self.roll.on_the_roll()
    }

    /// What it has said that has arrived by now.
    pub fn said(&mut self, now: Instant) -> Vec<u8> {
        self.advance(now);
        let arrived = self.going.iter().take_while(|(at, _)| *at <= now).count();
        self.going.drain(..arrived).map(|(_, byte)| byte).collect()
    }

    /// The next slip that fell out.
    pub fn slip(&mut self) -> Option<Slip> {
        self.slips.pop_front()
    }

    /// When something happens next if nobody does anything; `None` while it rests.
    pub fn next_event(&self) -> Option<Instant> {
        let noise = self.has(Fault::Garbage).then_some(self.noise_at);
        let work = (!self.buffer.is_empty() && self.can_print()).then_some(self.busy_until);
        let coming = self.coming.front().map(|(at, _)| *at);
        let coming = coming.filter(|_| !self.has(Fault::HalfWritten));
        let going = self.going.front().map(|(at, _)| *at);
        let late = self.late.front().map(|(at, _)| *at);
        [noise, work, coming, going, late].into_iter().flatten().min()
    }

    /// Lets time pass up to `now`.
    pub fn advance(&mut self, now: Instant) {
        while self.late.front().is_some_and(|(at, _)| *at <= now) {
            let (at, bytes) = self.late.pop_front().expect("just seen");
            self.say(&bytes, at);
        }
        while self.has(Fault::Garbage) && self.noise_at <= now {
            let at = self.noise_at;
            for _ in 0..=self.random() % 12 {
                let byte = self.random() as u8;
                self.say(&[byte], at);
            }
            self.noise_at += NOISE_EVERY;
        }
        while let Some(&(at, byte)) = self.coming.front()
            && at <= now
            && !self.has(Fault::HalfWritten)
        {
            self.print(at);
            self.coming.pop_front();
            self.received += 1;
            if !self.has(Fault::PowerOff) && at >= self.off_until {
                self.arrive(byte, at);
            }
        }
        self.print(now);
    }

    fn random(&mut self) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed >> 8
    }

    /// A byte has arrived. Real-time commands are obeyed at once, wherever they stand; all else waits its turn.
    fn arrive(&mut self, byte: u8, at: Instant) {
        self.real_time.push(byte);
        match self.real_time[..] {
            [0x10] | [0x10, 0x04 | 0x05] => {}
            [0x10, 0x04, question @ 1..=4] => {
                self.real_time.clear();
                let answer = self.status(question);
                self.say(&[answer], at);
            }
            [0x10, 0x05, 1] => self.real_time.clear(),
            [0x10, 0x05, 2] => {
                self.real_time.clear();
                self.buffer.clear();
                self.roll.forget();
            }
            _ => {
                // A byte of 10 right behind another may begin one of its own.
                let again = byte == 0x10 && self.real_time.len() > 1;
                let plain = self.real_time.len() - usize::from(again);
                let held: Vec<u8> = self.real_time.drain(..plain).collect();
                for byte in held {
                    if self.buffer.len() < BUFFER_BYTES {
                        self.buffer.push_back(byte);
                    } else {
                        self.overrun += 1;
                    }
                }
            }
        }
        self.print(at);
    }

    /// The answer to `10 04 n`.
    fn status(&self, question: u8) -> u8 {
        let bit = |lasts: bool, bit: u8| if lasts { bit } else { 0 };
        let (hot, stuck) = (self.has(Fault::HeadHot), self.has(Fault::CutterStuck));
        let bits = match question {
            1 => bit(!self.is_online(), 0x08),
            2 => [
                bit(self.has(Fault::CoverOpen), 0x04),
                bit(self.has(Fault::NoPaper), 0x20),
                bit(hot || stuck, 0x40),
            ]
            .iter()
            .sum(),
            3 => bit(stuck, 0x08) + bit(hot, 0x40),
            _ if self.has(Fault::NoPaper) => 0x6c,
            _ => bit(self.has(Fault::NearEnd), 0x0c),
        };
        0x12 | bits
    }

    fn is_online(&self) -> bool {
        use Fault::{CoverOpen, CutterStuck, HeadHot, NoPaper, Offline, Xoff};
        ![NoPaper, CoverOpen, CutterStuck, HeadHot, Offline, Xoff]
            .iter()
            .any(|fault| self.has(*fault))
    }

    fn can_print(&self) -> bool {
        use Fault::{CoverOpen, HeadHot, NoPaper, Offline, PowerOff, Xoff};
        ![NoPaper, CoverOpen, HeadHot, Offline, PowerOff, Xoff]
            .iter()
            .any(|fault| self.has(*fault))
    }

    /// Obeys what waits in the buffer, as far as faults and the head let it.
    fn print(&mut self, now: Instant) {
        while self.can_print() && self.busy_until <= now && !self.buffer.is_empty() {
            let cuts = matches!(
                self.buffer.make_contiguous(),
                [0x1d, 0x56, ..] | [0x1b, 0x4a, 0x60..=0xff, ..]
            );
            if cuts && self.has(Fault::CutterStuck) {
                return;
            }
            let Some(effect) = self.roll.step(&mut self.buffer) else {
                return;
            };
            let since = self
                .busy_until
                .max(now - Duration::from_millis(1).min(self.byte_time));
            match effect {
                Effect::None => {}
                Effect::Moves(dots) => {
                    let micros = dots * 1_000_000 / (u64::from(self.paper_speed) * DENSITY);
                    self.busy_until = since + Duration::from_micros(micros);
                }
                Effect::Cut => {
                    if !self.roll.is_blank() {
                        let slip = self.roll.take();
                        self.slips.push_back(slip);
                    }
                    self.busy_until = since + Duration::from_millis(120);
                }
                Effect::Echo(_) if self.roll.profile().fence != Fence::Id => {}
                Effect::Paper if self.roll.profile().fence == Fence::None => {}
                Effect::Echo(id) => {
                    self.ids = [self.ids[1], id];
                    let id = self.ids[usize::from(!self.has(Fault::OldEcho))];
                    let mut echo = [0x37, 0x22, id[0], id[1], id[2], id[3], 0x00];
                    if self.has(Fault::WrongEcho) {
                        echo[2..6].reverse();
                        echo[3] = if echo[3] == b'?' { b'!' } else { b'?' };
                    }
                    self.answer(&echo, now);
                }
                Effect::Paper => {
                    let byte = u8::from(self.has(Fault::NearEnd)) * 0x03;
                    self.answer(&[byte], now);
                }
                Effect::Identity => self.answer(b"_SIMULATED\0", now),
                Effect::QrSize(dots) => {
                    self.answer(format!("76{dots}\x1f{dots}\x1f1\x1f0\0").as_bytes(), now)
                }
            }
        }
    }

    fn answer(&mut self, bytes: &[u8], now: Instant) {
        match self.has(Fault::LateEcho) {
            true => self.late.push_back((now + LATE, bytes.to_vec())),
            false => self.say(bytes, now),
        }
    }

    fn say(&mut self, bytes: &[u8], from: Instant) {
        if self.has(Fault::Mute) || self.has(Fault::HangUp) || self.has(Fault::PowerOff) {
            return;
        }
        // One answer after the other.
        let mut at = self.going.back().map_or(from, |(at, _)| *at).max(from);
        for byte in bytes {
            at += self.byte_time;
            self.going.push_back((at, *byte));
        }
    }
}

/// Draws what a job puts on paper, all its slips one below the other, without waiting for anything.
pub fn draw(job: &[u8], profile: &Profile, glyphs: &Glyphs) -> Image {
    let mut images = print(job, profile).into_iter().map(|slip| slip.image(glyphs));
    let mut all = images
        .next()
        .unwrap_or_else(|| Roll::new(profile.clone()).take().image(glyphs));
    for image in images {
        all.height += image.height;
        all.pixels.extend(image.pixels);
    }
    all
}

/// The slips a job puts on paper; what is not cut off at its end is one more.
pub fn print(job: &[u8], profile: &Profile) -> Vec<Slip> {
    let (mut roll, mut buffer, mut slips) = (
        Roll::new(profile.clone()),
        VecDeque::from(job.to_vec()),
        Vec::new(),
    );
    while let Some(effect) = roll.step(&mut buffer) {
        if effect == Effect::Cut && !roll.is_blank() {
            slips.push(roll.take());
        }
    }
    if !roll.is_blank() {
        slips.push(roll.take());
    }
    slips
}
