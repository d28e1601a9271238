//! `[reader]`, `[scanner]` and `[speaker]` of `kiosk.toml`: the devices beside the printer.

use std::path::PathBuf;

use chrono::NaiveTime;

use crate::config::PrinterProfile;
use crate::config::kiosk::{PATH_COLUMNS, Places, file};
use crate::config::mistake::Problem;
use crate::config::read::{At, Table, nearest, shown};

/// Card readers the lobby knows; a test keeps them equal to the devices' own list.
pub const READER_MODELS: [&str; 2] = ["generic-sam", "slow-sam"];
/// Serial scanners the lobby knows.
pub const SCANNER_MODELS: [&str; 2] = ["generic-serial", "fast-serial"];
/// The loudness of announcements where nothing is said about it.
const VOLUME: u16 = 80;

/// The identity-card reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Its serial port.
    pub port: PathBuf,
    /// What model it is.
    pub model: PrinterProfile,
}

/// The code scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// On a serial line.
    Serial {
        /// Its port.
        port: PathBuf,
        /// What model it is.
        model: PrinterProfile,
    },
    /// One that types, on an input device of its own.
    Keys(PathBuf),
}

/// The loudspeaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// What ALSA calls the sound card.
    pub device: String,
    /// A folder of voice banks beside the one in the program.
    pub voices: Option<PathBuf>,
    /// Whether espeak-ng says what nobody recorded.
    pub espeak: bool,
    /// Whether the kiosk's pages are spoken.
    pub guidance: bool,
    /// How loud, 0 to 100, where no hour says otherwise.
    pub volume: u8,
    /// How loud at which hours, the first that fits.
    pub hours: Vec<(NaiveTime, NaiveTime, u8)>,
}

impl Speaker {
    /// How loud it is at this time of day.
    pub fn volume_at(&self, time: NaiveTime) -> u8 {
        let hour = self
            .hours
            .iter()
            .find(|(from, until, _)| *from <= time && time < *until);
        hour.map_or(self.volume, |it| it.2)
    }
}

/// Lunch and night, in which nobody wants a loudspeaker, for offices that say nothing.
fn quiet_hours() -> Vec<(NaiveTime, NaiveTime, u8)> {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("a whole hour exists");
    vec![
        (NaiveTime::MIN, at(7), 0),
        (
            at(12),
            NaiveTime::from_hms_opt(14, 30, 0).expect("half past two exists"),
            0,
        ),
        (at(21), end_of_day(), 0),
    ]
}

fn end_of_day() -> NaiveTime {
    NaiveTime::from_hms_nano_opt(23, 59, 59, 1_999_999_999).expect("the last moment of a day exists")
}

/// None for a mistake.
pub(super) fn reader(table: &Table<'_>, places: &Places<'_>) -> Option<Reader> {
    let port = device(table, "port", table.text("port", PATH_COLUMNS));
    let model = model(table, places, &READER_MODELS);
    Some(Reader {
        port: port?,
        model: model?,
    })
}

/// None for a mistake.
pub(super) fn scanner(table: &Table<'_>, places: &Places<'_>) -> Option<Scanner> {
    if table.has("keyboard") {
        let keyboard = device(table, "keyboard", table.text("keyboard", PATH_COLUMNS));
        // It counts, whatever else is said.
        let _ = (
            table.text_if("port", PATH_COLUMNS),
            table.text_if("model", PATH_COLUMNS),
        );
        return keyboard.map(Scanner::Keys);
    }
    let port = device(table, "port", table.text("port", PATH_COLUMNS));
    let model = model(table, places, &SCANNER_MODELS);
    Some(Scanner::Serial {
        port: port?,
        model: model?,
    })
}

/// None for a mistake, `Some(None)` for an office that wants silence.
pub(super) fn speaker(table: &Table<'_>, places: &Places<'_>) -> Option<Option<Speaker>> {
    let enabled = table.flag_or("enabled", true);
    let device = table.text_if("device", PATH_COLUMNS);
    let voices = table
        .text_if("voices", PATH_COLUMNS)
        .map(|it| places.folder.join(it.it));
    let (espeak, guidance) = (table.flag_or("espeak", true), table.flag_or("guidance", true));
    let volume = table.small_or("volume", 0..=100, VOLUME);
    let said = table.has("hours");
    let hours: Vec<_> = table
        .texts_if("hours", PATH_COLUMNS)
        .into_iter()
        .filter_map(|it| {
            let hour = hour(it.it);
            if hour.is_none() {
                table.say(it.at, Problem::BadVolumeHours { value: shown(it.it) });
            }
            hour
        })
        .collect();
    Some(enabled.then(|| Speaker {
        device: device.map_or_else(|| "default".to_owned(), |it| it.it.to_owned()),
        voices,
        espeak,
        guidance,
        volume: u8::try_from(volume).unwrap_or(100),
        hours: if said { hours } else { quiet_hours() },
    }))
}

/// `12:00-14:30 0`
fn hour(text: &str) -> Option<(NaiveTime, NaiveTime, u8)> {
    let (span, volume) = text.split_once(' ')?;
    let (from, until) = span.split_once('-')?;
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let (from, until) = (
        time(from)?,
        if until == "24:00" {
            end_of_day()
        } else {
            time(until)?
        },
    );
    let volume = volume.trim().parse().ok().filter(|it| *it <= 100)?;
    (from < until).then_some((from, until, volume))
}

fn device(table: &Table<'_>, key: &'static str, path: Option<At<&str>>) -> Option<PathBuf> {
    let path = path?;
    if !path.it.starts_with('/') {
        table.say(path.at, Problem::NotAbsolute { key: key.to_owned() });
    }
    Some(PathBuf::from(path.it))
}

fn model(table: &Table<'_>, places: &Places<'_>, known: &[&'static str]) -> Option<PrinterProfile> {
    let Some(model) = table.text_if("model", PATH_COLUMNS) else {
        return Some(PrinterProfile::BuiltIn(known[0].to_owned()));
    };
    if model.it.contains('/') {
        return Some(PrinterProfile::File(file(table, "model", model, places.folder)));
    }
    if !known.contains(&model.it) {
        table.say(
            model.at,
            Problem::UnknownModel {
                value: shown(model.it),
                known: nearest(model.it, known.iter().copied(), usize::MAX),
            },
        );
    }
    Some(PrinterProfile::BuiltIn(model.it.to_owned()))
}
