//! Second-generation identity cards through a SAM reader: frames on the line, status codes, the text block.
//!
//! A request is `AA AA AA 96 69 | length | command, parameter, data | xor`; an answer has three status bytes where the
//! request has its command. The length counts everything after it, the checksum everything but the `AA AA AA 96 69`.
//!
//! Of the text block only the name leaves this module, and of the card's picture nothing: whatever else was read is
//! overwritten here (RULES §7).

use std::fmt;

/// What every frame begins with.
const PREAMBLE: [u8; 5] = [0xaa, 0xaa, 0xaa, 0x96, 0x69];
/// The longest answer we read: text, picture and two fingerprints.
const LENGTH_MAX: usize = 4096;
/// Bytes of the text block.
pub const TEXT_BYTES: usize = 256;
/// Bytes of the name at its beginning, UTF-16LE.
const NAME_BYTES: usize = 30;
/// Where the kind of the card stands.
const KIND_AT: usize = 248;

/// What a reader can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// How it is: `11 FF`.
    State,
    /// Whether a card lies there: `20 01`.
    Find,
    /// Choose that card: `20 02`.
    Select,
    /// Its text and picture: `30 01`.
    Read,
}

impl Request {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::State, Self::Find, Self::Select, Self::Read];

    /// Command and parameter.
    pub fn code(self) -> [u8; 2] {
        match self {
            Self::State => [0x11, 0xff],
            Self::Find => [0x20, 0x01],
            Self::Select => [0x20, 0x02],
            Self::Read => [0x30, 0x01],
        }
    }

    /// The bytes on the line.
    pub fn bytes(self) -> Vec<u8> {
        frame(&self.code())
    }
}

/// A frame around command and data, or around status and data.
pub fn frame(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 1).unwrap_or(u16::MAX).to_be_bytes();
    let checksum = xor(&length) ^ xor(body);
    [&PREAMBLE, &length[..], body, &[checksum]].concat()
}

fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// The third status byte of an answer; the first two are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 90: done.
    Done,
    /// 9F: a card was found.
    Found,
    /// 91: the card has nothing of that kind.
    Nothing,
    /// 10: our checksum was wrong.
    Checksum,
    /// 11: our length was wrong.
    Length,
    /// 21: no such command, or out of order.
    Command,
    /// 23: not permitted.
    Forbidden,
    /// 24: it does not know what is wrong.
    Unknown,
    /// 31: the card does not accept the reader's module.
    CardRejects,
    /// 32: the reader's module does not accept the card.
    ModuleRejects,
    /// 33: what is on the card does not verify.
    Unverified,
    /// 40: a card of another kind.
    WrongCard,
    /// 41: the card could not be read; it was moved.
    Moved,
    /// 47: no random number.
    Random,
    /// 60: the module fails its own test.
    SelfTest,
    /// 66: the module is not authorised.
    Unauthorised,
    /// 80: no card was found.
    NoCard,
    /// 81: the card could not be selected.
    NotSelected,
}

impl Status {
    /// All codes that are published.
    pub const ALL: [Self; 18] = [
        Self::Done,
        Self::Found,
        Self::Nothing,
        Self::Checksum,
        Self::Length,
        Self::Command,
        Self::Forbidden,
        Self::Unknown,
        Self::CardRejects,
        Self::ModuleRejects,
        Self::Unverified,
        Self::WrongCard,
        Self::Moved,
        Self::Random,
        Self::SelfTest,
        Self::Unauthorised,
        Self::NoCard,
        Self::NotSelected,
    ];

    /// The byte on the line.
    pub fn byte(self) -> u8 {
        match self {
            Self::Done => 0x90,
            Self::Found => 0x9f,
            Self::Nothing => 0x91,
            Self::Checksum => 0x10,
            Self::Length => 0x11,
            Self::Command => 0x21,
            Self::Forbidden => 0x23,
            Self::Unknown => 0x24,
            Self::CardRejects => 0x31,
            Self::ModuleRejects => 0x32,
            Self::Unverified => 0x33,
            Self::WrongCard => 0x40,
            Self::Moved => 0x41,
            Self::Random => 0x47,
            Self::SelfTest => 0x60,
            Self::Unauthorised => 0x66,
            Self::NoCard => 0x80,
            Self::NotSelected => 0x81,
        }
    }

    /// From the byte; a code nobody published is an unknown fault.
    pub fn from_byte(byte: u8) -> Self {
        Self::ALL
            .into_iter()
            .find(|it| it.byte() == byte)
            .unwrap_or(Self::Unknown)
    }

    /// Whether the reader itself is broken: no other card will do better.
    pub fn broken(self) -> bool {
        matches!(self, Self::SelfTest | Self::Unauthorised | Self::Random)
    }
}

/// An answer: its status and what follows. Overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: Status,
    data: Vec<u8>,
}

impl fmt::Debug for Answer {
    /// Without what a card says.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Answer({:?}, {} bytes)", self.status, self.data.len())
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        wipe(&mut self.data);
    }
}

/// Overwrites what must not linger in memory.
pub fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    // Without this the compiler may see that nobody reads them again, and spare itself the work.
    std::hint::black_box(bytes);
}

/// Finds frames in what comes from a reader, whatever stands between them.
#[derive(Default)]
pub struct Frames {
    kept: Vec<u8>,
}

impl fmt::Debug for Frames {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Frames({} bytes)", self.kept.len())
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        wipe(&mut self.kept);
    }
}

impl Frames {
    /// More has come.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.kept.len() + bytes.len() > 4 * LENGTH_MAX {
            self.clear();
        }
        if self.kept.capacity() < self.kept.len() + bytes.len() {
            // Growing would leave the old bytes behind.
            let mut larger = Vec::with_capacity(2 * LENGTH_MAX + self.kept.len() + bytes.len());
            larger.extend_from_slice(&self.kept);
            wipe(&mut self.kept);
            self.kept = larger;
        }
        self.kept.extend_from_slice(bytes);
    }

    /// Nothing that came before matters any more.
    pub fn clear(&mut self) {
        wipe(&mut self.kept);
        self.kept.clear();
    }

    /// The next whole answer; `Err` for a frame whose checksum or length is wrong.
    pub fn next_answer(&mut self) -> Option<Result<Answer, BadFrame>> {
        loop {
            let begin = (0..self.kept.len()).find(|at| {
                let rest = &self.kept[*at..];
                let count = rest.len().min(PREAMBLE.len());
                rest[..count] == PREAMBLE[..count]
            });
            self.forget(begin.unwrap_or(self.kept.len()));
            let head = self.kept.get(PREAMBLE.len()..PREAMBLE.len() + 2)?;
            let length = usize::from(u16::from_be_bytes([head[0], head[1]]));
            if !(4..=LENGTH_MAX).contains(&length) {
                // A preamble by chance: look on behind its first byte.
                self.forget(1);
                continue;
            }
            let end = PREAMBLE.len() + 2 + length;
            if self.kept.len() < end {
                return None;
            }
            let whole = &self.kept[PREAMBLE.len()..end];
            if xor(whole) != 0 {
                // A length that was garbled must not swallow the next frame.
                self.forget(1);
                return Some(Err(BadFrame));
            }
            let answer = Answer {
                status: match whole[2..5] {
                    [0, 0, code] => Status::from_byte(code),
                    _ => Status::Unknown,
                },
                data: whole[5..whole.len() - 1].to_vec(),
            };
            self.forget(end);
            return Some(Ok(answer));
        }
    }

    fn forget(&mut self, count: usize) {
        let left = self.kept.len() - count;
        self.kept.copy_within(count.., 0);
        wipe(&mut self.kept[left..]);
        self.kept.truncate(left);
    }
}

/// A frame that does not add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadFrame;

/// A name as a card has it. Printed as `[hidden]`, overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct CardName(String);

impl Drop for CardName {
    fn drop(&mut self) {
        wipe(&mut std::mem::take(&mut self.0).into_bytes());
    }
}

impl CardName {
    /// The name.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[hidden]")
    }
}

/// Why a card that was read gives no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// A foreigner's card, which is laid out otherwise: a clerk reads it.
    Foreign,
    /// The name has characters no font has, or none at all: a clerk writes it.
    Illegible,
    /// The block is not as long as it must be.
    Short,
}

/// The name in the answer to [`Request::Read`]. Everything else in it is not looked at.
///
/// # Errors
/// [`Unusable`].
pub fn name(answer: &Answer) -> Result<CardName, Unusable> {
    let lengths = answer.data.get(..4).ok_or(Unusable::Short)?;
    let text_bytes = usize::from(u16::from_be_bytes([lengths[0], lengths[1]]));
    let text = answer.data.get(4..4 + TEXT_BYTES).ok_or(Unusable::Short)?;
    if text_bytes != TEXT_BYTES {
        return Err(Unusable::Short);
    }
    match text[KIND_AT] {
        // 外国人永久居留身份证: 2017 and 2023.
        b'I' | b'Y' => return Err(Unusable::Foreign),
        // Citizens have a space or nothing there, residents of Hong Kong, Macao and Taiwan a J; both begin with the name.
        0 | b' ' | b'J' => {}
        _ => return Err(Unusable::Foreign),
    }
    let mut units = [0_u16; NAME_BYTES / 2];
    for (unit, pair) in units.iter_mut().zip(text.chunks_exact(2)) {
        *unit = u16::from_le_bytes([pair[0], pair[1]]);
    }
    let name = String::from_utf16(&units);
    units.fill(0);
    std::hint::black_box(&mut units);
    let name = name.map_err(|_| Unusable::Illegible)?;
    let trimmed = name.trim_matches(|it: char| it == '\0' || it.is_whitespace());
    // Cards write characters without a code in private places, where every font means something else.
    let private = |it: char| matches!(u32::from(it), 0xe000..=0xf8ff | 0xf_0000..=0x10_ffff);
    let legible = !trimmed.is_empty() && !trimmed.chars().any(|it| it.is_control() || private(it));
    let trimmed = CardName(trimmed.to_owned());
    wipe(&mut name.into_bytes());
    legible.then_some(trimmed).ok_or(Unusable::Illegible)
}
