//! From what is to be said to samples: clips joined end to end, a chime, and espeak-ng where nobody recorded it.
//!
//! What is said comes as [`Part`]s; each knows several ways to be said, best first: one clip for the whole of it, else
//! pieces. Nothing here knows what a ticket is.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::bank::{Bank, RATE, samples};

/// Rest between two parts of a sentence.
const BETWEEN_PARTS: Duration = Duration::from_millis(110);
/// Rest after the chime.
const AFTER_CHIME: Duration = Duration::from_millis(350);
/// How long espeak-ng may take over a sentence.
const ESPEAK_LIMIT: Duration = Duration::from_secs(3);
/// The longest sentence espeak-ng is given, characters.
const ESPEAK_CHARACTERS_MAX: usize = 200;

/// A language that is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// 普通话
    Mandarin,
    /// English.
    English,
}

impl Tongue {
    /// The folder of its clips in a bank.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Mandarin => "zh",
            Self::English => "en",
        }
    }

    /// The voices of espeak-ng for this text, best first. The pinyin voice reads Latin letters as pinyin, which a letter on a
    /// door is not.
    fn espeak_voices(self, text: &str) -> &'static [&'static str] {
        let latin = text.chars().any(|it| it.is_ascii_alphabetic());
        match self {
            Self::Mandarin if latin => &["cmn"],
            Self::Mandarin => &["cmn-latn-pinyin", "cmn"],
            Self::English => &["en-us"],
        }
    }
}

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// In what.
    pub tongue: Tongue,
    /// Ways to say it, best first; each is a row of clips, named without folder and ending.
    pub ways: Vec<Vec<String>>,
    /// The same in words, for espeak-ng.
    pub text: String,
    /// What is said where neither a bank nor espeak-ng can say any of it; empty for nothing.
    pub otherwise: Vec<String>,
}

/// What became of parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Composed {
    /// The samples, at [`RATE`].
    pub samples: Vec<i16>,
    /// Parts nobody could say, in words.
    pub missing: Vec<String>,
}

/// All voices there are.
#[derive(Debug)]
pub struct Voices {
    banks: Vec<Bank>,
    espeak: bool,
}

impl Voices {
    /// `banks` in the order they are asked; the one of the program is asked last. With `espeak`, whatever none of them has
    /// is said by espeak-ng, if that is installed.
    pub fn new(mut banks: Vec<Bank>, espeak: bool) -> Self {
        banks.push(Bank::core());
        Self { banks, espeak }
    }

    /// Clips in all banks.
    pub fn clip_count(&self) -> usize {
        self.banks.iter().map(Bank::len).sum()
    }

    /// Whether a clip is there.
    pub fn has(&self, tongue: Tongue, name: &str) -> bool {
        let name = format!("{}/{name}", tongue.folder());
        self.banks.iter().any(|it| it.has(&name))
    }

    /// One clip.
    pub fn clip(&self, tongue: Tongue, name: &str) -> Option<Vec<i16>> {
        let name = format!("{}/{name}", tongue.folder());
        self.banks.iter().find_map(|it| it.clip(&name))
    }

    /// Joins the parts. A part that cannot be said is left out and told.
    pub fn compose(&self, parts: &[Part]) -> Composed {
        let mut composed = Composed::default();
        for part in parts {
            let clips = part.ways.iter().find_map(|way| self.say(part.tongue, way));
            let said = clips.or_else(|| {
                let spoken = self.espeak.then(|| espeak(&part.text, part.tongue));
                spoken.flatten()
            });
            match said.or_else(|| self.say(part.tongue, &part.otherwise)) {
                Some(said) => {
                    if !composed.samples.is_empty() {
                        composed.samples.extend(silence(BETWEEN_PARTS));
                    }
                    composed.samples.extend(said);
                }
                None => composed.missing.push(part.text.clone()),
            }
        }
        composed
    }

    /// All clips of a way, or none of it.
    fn say(&self, tongue: Tongue, way: &[String]) -> Option<Vec<i16>> {
        let clips: Option<Vec<_>> = way.iter().map(|name| self.clip(tongue, name)).collect();
        clips.map(|it| it.concat()).filter(|it| !it.is_empty())
    }
}

/// So much of nothing.
pub fn silence(time: Duration) -> Vec<i16> {
    vec![0; (time.as_millis() as usize) * RATE as usize / 1000]
}

/// How long samples last.
pub fn length(samples: usize) -> Duration {
    Duration::from_micros(samples as u64 * 1_000_000 / u64::from(RATE))
}

/// Two falling tones (a third apart, with a soft octave), so that a hall looks up before the number comes.
pub fn chime() -> Vec<i16> {
    let rate = RATE as f32;
    let tone = |hertz: f32, seconds: f32| {
        (0..(seconds * rate) as usize).map(move |at| {
            let time = at as f32 / rate;
            let turn = std::f32::consts::TAU * hertz * time;
            // A hammer's soft beginning and a bell's long end.
            let swell = (time / 0.008).min(1.0) * (-3.6 * time / seconds).exp();
            swell * (0.8 * turn.sin() + 0.2 * (2.0 * turn).sin())
        })
    };
    let second = 0.32;
    let mut sound: Vec<f32> = tone(659.26, 0.9).collect();
    let later = (second * rate) as usize;
    for (at, value) in tone(523.25, 1.0).enumerate() {
        match sound.get_mut(later + at) {
            Some(there) => *there += value,
            None => sound.push(value),
        }
    }
    let fade = sound.len() - RATE as usize / 20;
    let faded = sound.iter().enumerate().map(|(at, value)| {
        let left = 1.0 - (at.saturating_sub(fade) as f32 / (RATE as f32 / 20.0)).min(1.0);
        (value * left * 0.28 * f32::from(i16::MAX)) as i16
    });
    faded.chain(silence(AFTER_CHIME)).collect()
}

/// The samples at this volume, 0 to 100. Loudness is felt by its logarithm, so half is a quarter of the amplitude.
pub fn at_volume(samples: &[i16], volume: u8) -> Vec<i16> {
    let gain = ((i64::from(volume.min(100)) * i64::from(volume.min(100))) << 16) / 10_000;
    samples
        .iter()
        .map(|it| ((i64::from(*it) * gain) >> 16) as i16)
        .collect()
}

/// A sentence by espeak-ng; none if it is not installed, takes too long or says nothing.
pub fn espeak(text: &str, tongue: Tongue) -> Option<Vec<i16>> {
    let text: String = text.chars().take(ESPEAK_CHARACTERS_MAX).collect();
    let mut voices = tongue.espeak_voices(&text).iter();
    voices.find_map(|voice| espeak_as(voice, &text))
}

fn espeak_as(voice: &str, text: &str) -> Option<Vec<i16>> {
    let mut child = Command::new("espeak-ng")
        .args(["-v", voice, "-s", "150", "--stdout", "--"])
        .arg(text)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut out = child.stdout.take()?;
    let reading = std::thread::spawn(move || {
        let mut wav = Vec::new();
        out.read_to_end(&mut wav).map(|_| wav)
    });
    let until = Instant::now() + ESPEAK_LIMIT;
    while !reading.is_finished() {
        if Instant::now() > until {
            // It is ours, and ends with its pipe.
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let wav = reading.join().ok()?.ok();
    let well = child.wait().ok()?.success();
    wav.filter(|_| well).and_then(|it| resampled(&it))
}

/// A 16-bit mono WAV file of any rate, at ours: between two samples on the straight line.
fn resampled(wav: &[u8]) -> Option<Vec<i16>> {
    // A stream does not know its length beforehand, and says so with the largest number there is.
    let rate = u32::from_le_bytes(wav.get(24..28)?.try_into().ok()?);
    if !(8_000..=48_000).contains(&rate) {
        return None;
    }
    let mut told = wav.to_vec();
    told[24..28].copy_from_slice(&RATE.to_le_bytes());
    let from = samples(&told)?;
    let count = from.len() * RATE as usize / rate as usize;
    let step = f64::from(rate) / f64::from(RATE);
    let at = |index: usize| f64::from(from.get(index).copied().unwrap_or(0));
    Some(
        (0..count)
            .map(|index| {
                let place = index as f64 * step;
                let (whole, part) = (place as usize, place.fract());
                (at(whole) * (1.0 - part) + at(whole + 1) * part) as i16
            })
            .collect(),
    )
}
