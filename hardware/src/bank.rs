//! Banks of spoken clips: tar files of sound files, named by what is said in them.
//!
//! One bank is part of the program (`hardware/voice/core.tar`: letters, digits, counters); others come with the package or
//! from the office (`deploy/voice/render.sh` makes them). A clip has one channel and is either Opus, as all of ours are, or
//! WAV at 16 kHz (16-bit samples or IMA ADPCM), so that any sound program plays it and an office may record its own. Rubbish
//! in a bank is a clip that is not there.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::opus;

/// Samples a second of every clip, and of all we play.
pub const RATE: u32 = 16_000;

/// The longest clip, samples: half a minute.
pub const CLIP_SAMPLES_MAX: usize = 30 * RATE as usize;
/// A file larger than this is no clip of ours.
const CLIP_BYTES_MAX: u64 = 2 * CLIP_SAMPLES_MAX as u64 + 4096;
/// What such files end with.
const ENDINGS: [&str; 2] = [".opus", ".wav"];
/// A tar file counts in blocks of this size.
const BLOCK: u64 = 512;

/// The bank that is part of the program.
const CORE: &[u8] = include_bytes!("../voice/core.tar");

/// Where a bank's bytes are.
#[derive(Debug)]
enum Bytes {
    Program(&'static [u8]),
    File(PathBuf),
}

/// Clips by name.
#[derive(Debug)]
pub struct Bank {
    bytes: Bytes,
    /// Where each clip begins and how long it is.
    clips: HashMap<String, (u64, u64)>,
}

/// Why a bank cannot be used.
#[derive(Debug, Error)]
pub enum BankError {
    /// The file cannot be read.
    #[error("cannot read the voice bank {path}; check the path and the permissions")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// It is no tar file, or has no clip in it.
    #[error("{path} holds no clips; make it with deploy/voice/render.sh")]
    Empty {
        /// The file.
        path: String,
    },
}

impl Bank {
    /// The bank that is part of the program: letters, digits and counters, Mandarin and English.
    pub fn core() -> Self {
        let clips = index(&mut io::Cursor::new(CORE)).unwrap_or_default();
        Self {
            bytes: Bytes::Program(CORE),
            clips,
        }
    }

    /// A bank in a file. Its clips are read when they are spoken: a letter's thousand numbers stay on disk.
    ///
    /// # Errors
    /// When the file cannot be read or holds no clip.
    pub fn open(path: &Path) -> Result<Self, BankError> {
        let shown = || path.display().to_string();
        let read = |source| BankError::Read {
            path: shown(),
            source,
        };
        let clips = index(&mut File::open(path).map_err(read)?).map_err(read)?;
        if clips.is_empty() {
            return Err(BankError::Empty { path: shown() });
        }
        Ok(Self {
            bytes: Bytes::File(path.to_owned()),
            clips,
        })
    }

    /// How many clips there are.
    pub fn len(&self) -> usize {
        self.clips.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.clips.is_empty()
    }

    /// The names of all clips, such as `zh/三号`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.clips.keys().map(String::as_str)
    }

    /// Whether there is a clip of this name.
    pub fn has(&self, name: &str) -> bool {
        self.clips.contains_key(name)
    }

    /// The samples of a clip; none if there is no such clip, or it is not one we can play.
    pub fn clip(&self, name: &str) -> Option<Vec<i16>> {
        let (begin, length) = *self.clips.get(name)?;
        match &self.bytes {
            Bytes::Program(bytes) => {
                let begin = usize::try_from(begin).ok()?;
                let end = begin.checked_add(usize::try_from(length).ok()?)?;
                samples(bytes.get(begin..end)?)
            }
            Bytes::File(path) => {
                let mut file = File::open(path).ok()?;
                file.seek(SeekFrom::Start(begin)).ok()?;
                let mut bytes = Vec::new();
                file.take(length).read_to_end(&mut bytes).ok()?;
                samples(&bytes)
            }
        }
    }
}

/// Where the sound files of a tar file are, without their ending.
fn index(tar: &mut (impl Read + Seek)) -> io::Result<HashMap<String, (u64, u64)>> {
    let mut clips = HashMap::new();
    let (mut at, mut header) = (0_u64, [0_u8; BLOCK as usize]);
    loop {
        tar.seek(SeekFrom::Start(at))?;
        match tar.read_exact(&mut header) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(clips),
            Err(error) => return Err(error),
        }
        let (Some((name, size)), true) = (entry(&header), header[257..262] == *b"ustar") else {
            return Ok(clips);
        };
        at += BLOCK;
        if let Some(name) = ENDINGS.iter().find_map(|it| name.strip_suffix(it))
            && size <= CLIP_BYTES_MAX
        {
            clips.insert(name.to_owned(), (at, size));
        }
        let Some(next) = at.checked_add(size.div_ceil(BLOCK) * BLOCK) else {
            return Ok(clips);
        };
        at = next;
    }
}

/// Name and size in a tar header; none at the end of the file.
fn entry(header: &[u8; BLOCK as usize]) -> Option<(String, u64)> {
    let text = |field: &[u8]| {
        let end = field.iter().position(|it| *it == 0).unwrap_or(field.len());
        String::from_utf8(field[..end].to_vec()).ok()
    };
    let (name, prefix) = (text(&header[..100])?, text(&header[345..500])?);
    if name.is_empty() {
        return None;
    }
    let name = if prefix.is_empty() {
        name
    } else {
        format!("{prefix}/{name}")
    };
    let size = text(&header[124..136])?;
    Some((name, u64::from_str_radix(size.trim(), 8).ok()?))
}

/// The samples of a sound file: Opus, or WAV at our rate, 16-bit or IMA ADPCM; of one channel. None for anything else.
pub fn samples(file: &[u8]) -> Option<Vec<i16>> {
    let mut samples = match file.starts_with(b"OggS") {
        true => opus::samples(file, CLIP_SAMPLES_MAX)?,
        false => wav(file)?,
    };
    samples.truncate(CLIP_SAMPLES_MAX);
    (!samples.is_empty()).then_some(samples)
}

fn wav(wav: &[u8]) -> Option<Vec<i16>> {
    let (format, data, frames) = chunks(wav)?;
    let (tag, channels) = (word(format, 0)?, word(format, 2)?);
    let rate = u32::from(word(format, 4)?) | u32::from(word(format, 6)?) << 16;
    if channels != 1 || rate != RATE {
        return None;
    }
    let mut samples: Vec<i16> = match tag {
        1 if word(format, 14)? == 16 => data
            .chunks_exact(2)
            .map(|it| i16::from_le_bytes([it[0], it[1]]))
            .collect(),
        0x11 => {
            let block = usize::from(word(format, 12)?);
            if block < 8 {
                return None;
            }
            data.chunks(block).flat_map(ima_block).collect()
        }
        _ => return None,
    };
    // The last block of ADPCM is padded; the file says how many samples are meant.
    if let Some(frames) = frames {
        samples.truncate(frames);
    }
    Some(samples)
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// Format, data and the number of samples a WAV file speaks of.
fn chunks(wav: &[u8]) -> Option<(&[u8], &[u8], Option<usize>)> {
    if wav.get(..4)? != b"RIFF" || wav.get(8..12)? != b"WAVE" {
        return None;
    }
    let (mut format, mut data, mut frames, mut at) = (None, None, None, 12);
    while let Some(head) = wav.get(at..at + 8) {
        let length = u32::from_le_bytes(head[4..].try_into().ok()?) as usize;
        let begin = at + 8;
        let end = begin.checked_add(length)?.min(wav.len());
        let body = &wav[begin..end];
        match &head[..4] {
            b"fmt " => format = Some(body),
            b"data" => data = Some(body),
            b"fact" => frames = Some(usize::from(word(body, 0)?) | usize::from(word(body, 2)?) << 16),
            _ => {}
        }
        at = end + length % 2;
    }
    Some((format?, data?, frames))
}

/// How the step changes with each code (IMA ADPCM, "Recommended Practices for Enhancing Digital Audio
/// Compatibility", 1992).
const INDEX: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

/// The steps.
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88,
    97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658,
    724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660,
    4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818,
    18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

/// The samples of one block: the first stands in its head, then two a byte, low half first.
fn ima_block(block: &[u8]) -> Vec<i16> {
    let [low, high, index, _, codes @ ..] = block else {
        return Vec::new();
    };
    let mut value = i32::from(i16::from_le_bytes([*low, *high]));
    let mut index = i32::from(*index).min(88);
    let mut samples = Vec::with_capacity(1 + 2 * codes.len());
    samples.push(value as i16);
    for code in codes.iter().flat_map(|it| [it & 0x0f, it >> 4]) {
        let step = STEPS[index as usize];
        let mut difference = step >> 3;
        for (bit, part) in [(4, step), (2, step >> 1), (1, step >> 2)] {
            if code & bit != 0 {
                difference += part;
            }
        }
        value += if code & 8 != 0 { -difference } else { difference };
        value = value.clamp(i16::MIN.into(), i16::MAX.into());
        index = (index + INDEX[usize::from(code & 7)]).clamp(0, 88);
        samples.push(value as i16);
    }
    samples
}
