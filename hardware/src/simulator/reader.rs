//! A card reader made of memory, and a scanner.

use std::collections::{BTreeSet, VecDeque};
use std::str::FromStr;
use std::time::{Duration, Instant};

use super::line::Simulated;
use crate::card::{Request, Status, TEXT_BYTES, frame};

/// Bytes of the picture on a card.
pub const PICTURE_BYTES: usize = 1024;
/// How late a slow reader answers: later than any driver waits.
const SLOW: Duration = Duration::from_secs(12);

/// What can be wrong with the simulated reader or scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReaderFault {
    /// Nothing it says arrives.
    Mute,
    /// The line is gone.
    HangUp,
    /// Rubbish before each answer.
    Garbage,
    /// The checksum of its answers is wrong.
    Checksum,
    /// It stops in the middle of each answer.
    Half,
    /// It answers when nobody listens any more.
    Slow,
    /// Its module fails its own test.
    Broken,
}

impl ReaderFault {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Mute,
        Self::HangUp,
        Self::Garbage,
        Self::Checksum,
        Self::Half,
        Self::Slow,
        Self::Broken,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mute => "reader-mute",
            Self::HangUp => "reader-hang-up",
            Self::Garbage => "reader-garbage",
            Self::Checksum => "reader-checksum",
            Self::Half => "reader-half",
            Self::Slow => "reader-slow",
            Self::Broken => "reader-broken",
        }
    }
}

impl FromStr for ReaderFault {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|it| it.name() == name).ok_or(())
    }
}

/// A card to lay on the simulated reader. Everything on it but the name is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimulatedCard {
    /// 居民身份证
    Citizen(String),
    /// 港澳台居民居住证
    Resident(String),
    /// 外国人永久居留身份证
    Foreign(String),
}

impl SimulatedCard {
    /// The text block of 256 bytes.
    pub fn text(&self) -> [u8; TEXT_BYTES] {
        let mut text = [0_u8; TEXT_BYTES];
        for pair in text.chunks_exact_mut(2) {
            pair[0] = b' ';
        }
        let mut put = |at: usize, bytes: usize, value: &str| {
            let units: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let length = units.len().min(bytes);
            text[at..at + length].copy_from_slice(&units[..length]);
        };
        match self {
            Self::Citizen(name) | Self::Resident(name) => {
                put(0, 30, name);
                put(30, 2, "2");
                put(32, 4, "01");
                put(36, 16, "19490101");
                put(52, 70, "某省某市某区幸福路 1 号");
                put(122, 36, "11010519491231002X");
                put(158, 30, "某市公安局某分局");
                put(188, 16, "20160101");
                put(204, 16, "长期");
                if matches!(self, Self::Resident(_)) {
                    put(220, 18, "H12345678");
                    put(248, 2, "J");
                }
            }
            Self::Foreign(name) => {
                put(0, 120, name);
                put(120, 2, "2");
                put(122, 30, "CAN110102199101");
                put(152, 6, "CAN");
                put(158, 30, "某某某");
                put(188, 16, "20160101");
                put(204, 16, "20260101");
                put(220, 16, "19910101");
                put(236, 4, "01");
                put(240, 8, "1500");
                put(248, 2, "I");
            }
        }
        text
    }
}

/// The reader. Time is given to it; it has no thread and no port.
#[derive(Debug)]
pub struct SimulatedReader {
    faults: BTreeSet<ReaderFault>,
    /// What it answers to a question instead of what is true.
    refusal: Option<(Request, Status)>,
    card: Option<[u8; TEXT_BYTES]>,
    /// The picture on every card.
    picture: [u8; PICTURE_BYTES],
    found: bool,
    selected: bool,
    /// A card that was read is not found again before it was taken away.
    read: bool,
    byte_time: Duration,
    heard: Vec<u8>,
    going: VecDeque<(Instant, u8)>,
    asked: Vec<Request>,
}

impl SimulatedReader {
    /// A reader with no card on it, at this speed of the line.
    pub fn new(baud: u32) -> Self {
        Self {
            faults: BTreeSet::new(),
            refusal: None,
            card: None,
            // A pattern one finds again, to show that it goes nowhere.
            picture: [b'P'; PICTURE_BYTES],
            found: false,
            selected: false,
            read: false,
            byte_time: Duration::from_secs(10) / baud.max(1),
            heard: Vec::new(),
            going: VecDeque::new(),
            asked: Vec::new(),
        }
    }

    /// Begins or ends a fault.
    pub fn set_fault(&mut self, fault: ReaderFault, lasts: bool) {
        match lasts {
            true => drop(self.faults.insert(fault)),
            false => drop(self.faults.remove(&fault)),
        }
        if fault == ReaderFault::HangUp {
            self.heard.clear();
            self.going.clear();
        }
    }

    /// The faults that last.
    pub fn faults(&self) -> &BTreeSet<ReaderFault> {
        &self.faults
    }

    /// Has it answer one question with this status, until told otherwise.
    pub fn refuse(&mut self, refusal: Option<(Request, Status)>) {
        self.refusal = refusal;
    }

    /// Lays a card on it, instead of any that lies there.
    pub fn put(&mut self, card: &SimulatedCard) {
        self.put_text(card.text());
    }

    /// Lays a card with this text block on it.
    pub fn put_text(&mut self, text: [u8; TEXT_BYTES]) {
        self.take();
        self.card = Some(text);
    }

    /// Has another picture on every card from now on.
    pub fn draw(&mut self, picture: [u8; PICTURE_BYTES]) {
        self.picture = picture;
    }

    /// Takes the card away.
    pub fn take(&mut self) {
        self.card = None;
        (self.found, self.selected, self.read) = (false, false, false);
    }

    /// Everything it was ever asked.
    pub fn asked(&self) -> &[Request] {
        &self.asked
    }

    fn answer(&mut self, request: Request, now: Instant) {
        use ReaderFault::{Broken, Checksum, Garbage, Half, Slow};
        self.asked.push(request);
        let (status, data) = match self.refusal {
            Some((refused, status)) if refused == request => (status, Vec::new()),
            _ if self.faults.contains(&Broken) => (Status::SelfTest, Vec::new()),
            _ => self.truth(request),
        };
        let body = [&[0, 0, status.byte()], &data[..]].concat();
        let mut bytes = frame(&body);
        if self.faults.contains(&Checksum) {
            let last = bytes.len() - 1;
            bytes[last] ^= 0x55;
        }
        if self.faults.contains(&Half) {
            bytes.truncate(bytes.len() / 2);
        }
        if self.faults.contains(&Garbage) {
            bytes.splice(0..0, [0x00, 0xaa, 0xaa, 0x96, 0x69, 0xff, 0xaa]);
        }
        let late = if self.faults.contains(&Slow) {
            SLOW
        } else {
            Duration::from_millis(20)
        };
        let mut at = self.going.back().map_or(now, |(at, _)| *at).max(now + late);
        for byte in bytes {
            at += self.byte_time;
            self.going.push_back((at, byte));
        }
    }

    fn truth(&mut self, request: Request) -> (Status, Vec<u8>) {
        match (request, &self.card) {
            (Request::State, _) => (Status::Done, Vec::new()),
            (Request::Find, Some(_)) if !self.read => {
                self.found = true;
                (Status::Found, vec![0; 4])
            }
            (Request::Find, _) => (Status::NoCard, Vec::new()),
            (Request::Select, Some(_)) if self.found => {
                self.selected = true;
                (Status::Done, vec![0; 8])
            }
            (Request::Select, _) => (Status::NotSelected, Vec::new()),
            (Request::Read, Some(text)) if self.selected => {
                let lengths = [TEXT_BYTES, PICTURE_BYTES].map(|it| (it as u16).to_be_bytes());
                let data = [&lengths.concat()[..], text, &self.picture].concat();
                self.read = true;
                (self.found, self.selected) = (false, false);
                (Status::Done, data)
            }
            (Request::Read, Some(_)) => (Status::Command, Vec::new()),
            (Request::Read, None) => (Status::Moved, Vec::new()),
        }
    }
}

impl Simulated for SimulatedReader {
    fn receive(&mut self, bytes: &[u8], now: Instant) {
        self.heard.extend(bytes);
        // Requests have a fixed length: whatever does not begin one is skipped.
        while self.heard.len() >= 10 {
            let request = Request::ALL
                .into_iter()
                .find(|it| self.heard.starts_with(&it.bytes()));
            match request {
                Some(request) => {
                    self.heard.drain(..10);
                    self.answer(request, now);
                }
                None => drop(self.heard.remove(0)),
            }
        }
    }

    fn said(&mut self, now: Instant) -> Vec<u8> {
        let arrived = self.going.iter().take_while(|(at, _)| *at <= now).count();
        let said = self.going.drain(..arrived).map(|(_, byte)| byte).collect();
        match self.faults.contains(&ReaderFault::Mute) {
            true => Vec::new(),
            false => said,
        }
    }

    fn next_event(&self) -> Option<Instant> {
        self.going.front().map(|(at, _)| *at)
    }

    fn hung_up(&self) -> bool {
        self.faults.contains(&ReaderFault::HangUp)
    }
}

/// A scanner: says what it is told to have read.
#[derive(Debug, Default)]
pub struct SimulatedScanner {
    going: Vec<u8>,
    hung_up: bool,
}

impl SimulatedScanner {
    /// It has read these bytes.
    pub fn scan(&mut self, bytes: &[u8]) {
        self.going.extend(bytes);
    }

    /// Its cable is pulled, or put in again.
    pub fn hang_up(&mut self, lasts: bool) {
        self.hung_up = lasts;
        self.going.clear();
    }
}

impl Simulated for SimulatedScanner {
    fn receive(&mut self, _: &[u8], _: Instant) {}

    fn said(&mut self, _: Instant) -> Vec<u8> {
        std::mem::take(&mut self.going)
    }

    fn next_event(&self) -> Option<Instant> {
        None
    }

    fn hung_up(&self) -> bool {
        self.hung_up
    }
}
