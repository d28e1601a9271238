//! What differs from one printer model to the next, as data.
//!
//! A profile is a small TOML file. The built-in ones lie in `hardware/profiles/` and are part of the program; an office
//! may write its own (`WIRING.md` says how). Unknown keys are refused, since a misspelt key would silently do nothing.

use std::path::Path;

use serde::{Deserialize, Deserializer};
use thiserror::Error;

/// Dots of one half-width column. Font A of every ESC/POS printer is 12 dots wide, a Chinese character 24.
pub const COLUMN_DOTS: u16 = 12;
/// Height of a character in dots, before it is made larger.
pub const CHARACTER_DOTS: u16 = 24;
/// Dots from one line of text to the next after `ESC @`.
pub const LINE_DOTS: u16 = 30;

/// One printer model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Paper width in millimetres.
    pub paper_mm: u16,
    /// Dots the head can print in one row, at 8 dots a millimetre.
    pub dots: u16,
    /// Half-width characters in a row; a Chinese character takes two.
    pub columns: u16,
    /// Speed of the serial line, 8N1.
    pub baud: u32,
    /// Which Chinese characters the printer has in its own font.
    pub charset: Charset,
    /// How it is told to print a QR code.
    pub qr: QrCommand,
    /// Dots a QR module. A code that would be wider than the paper gets smaller modules.
    pub qr_module: u8,
    /// What it answers once a slip is on paper.
    pub fence: Fence,
    /// How it is told to print large.
    pub size: SizeCommand,
    /// How a slip ends.
    pub cut: Cut,
    /// Dots from the print head to the cutter or the tear bar.
    pub head_to_cutter: u16,
    /// The most rows one picture command may hold.
    pub raster_rows: u16,
    /// Bytes that sound the buzzer after a slip; none by default.
    #[serde(default, deserialize_with = "hex")]
    pub buzzer: Vec<u8>,
}

/// The Chinese characters a printer has in its own font. All others are drawn as pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// Every two-byte code of GB18030, about 21,000 Hanzi.
    Gbk,
    /// The 6,763 Hanzi of GB 2312 only.
    Gb2312,
}

/// How a QR code is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QrCommand {
    /// `GS ( k`: the printer draws it.
    Native,
    /// `ESC Z`: old 58 mm models.
    Legacy,
    /// We draw it and send a picture.
    Raster,
}

/// What answers for the paper, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fence {
    /// `GS ( H` echoes four characters of ours once the slip is printed; `GS r 1` follows as the second witness.
    Id,
    /// `GS r 1` only: one byte, answered in print order.
    Paper,
    /// Nothing answers. Every slip ends in doubt; such a model is not for a lobby.
    None,
}

/// How characters are made larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SizeCommand {
    /// `GS !` for every character.
    Gs,
    /// `ESC !` for Latin and `FS !` for Chinese; older models, which know nothing larger than double.
    Fs,
}

/// How a slip ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// `GS V 66`: feeds to the cutter and cuts all but one point.
    Partial,
    /// No cutter: feeds to the tear bar.
    Tear,
}

/// Why a profile cannot be used. The text names file and line.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// No built-in profile has this name.
    #[error("no printer profile is called {name:?}; the built-in ones are {}", Profile::names().join(", "))]
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// The file could not be read.
    #[error("cannot read the printer profile {path}; check the path and the permissions")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not a profile.
    #[error("{file}:{line}: {message}; see the built-in profiles for every key and its meaning")]
    Parse {
        /// File or profile name.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What the parser objects to.
        message: String,
    },
    /// It reads well, but no such printer can exist. Every mistake is listed.
    #[error("{}", mistakes.join("\n"))]
    Mistakes {
        /// One sentence a mistake, each beginning with file and line.
        mistakes: Vec<String>,
    },
}

const BUILTIN: &[(&str, &str)] = &[
    ("generic-80", include_str!("../profiles/generic-80.toml")),
    ("generic-58", include_str!("../profiles/generic-58.toml")),
    (
        "epson-tm-t20iii",
        include_str!("../profiles/epson-tm-t20iii.toml"),
    ),
    ("epson-tm-t82", include_str!("../profiles/epson-tm-t82.toml")),
    ("xprinter-xp-80", include_str!("../profiles/xprinter-xp-80.toml")),
    ("xprinter-xp-58", include_str!("../profiles/xprinter-xp-58.toml")),
    (
        "gprinter-gp-l80",
        include_str!("../profiles/gprinter-gp-l80.toml"),
    ),
];

impl Profile {
    /// The names of the built-in profiles, the generic ones first.
    pub fn names() -> Vec<&'static str> {
        BUILTIN.iter().map(|(name, _)| *name).collect()
    }

    /// A profile that is part of the program.
    ///
    /// # Errors
    /// When no built-in profile has this name.
    pub fn builtin(name: &str) -> Result<Self, ProfileError> {
        let text = Self::builtin_text(name).ok_or_else(|| ProfileError::Unknown {
            name: name.to_owned(),
        })?;
        Self::parse(text, name)
    }

    /// The file of a profile that is part of the program, to begin one's own with.
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        BUILTIN.iter().find(|it| it.0 == name).map(|it| it.1)
    }

    /// A profile of the office's own.
    ///
    /// # Errors
    /// When the file cannot be read, is not a profile, or describes an impossible printer.
    pub fn load(path: &Path) -> Result<Self, ProfileError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ProfileError::Read {
            path: file.clone(),
            source,
        })?;
        Self::parse(&text, &file)
    }

    /// Reads a profile; `file` only appears in messages.
    ///
    /// # Errors
    /// When the text is not a profile, or describes an impossible printer.
    pub fn parse(text: &str, file: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text).map_err(|error| ProfileError::Parse {
            file: file.to_owned(),
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            message: error.message().replace('\n', " "),
        })?;
        let mistakes: Vec<String> = profile
            .check()
            .into_iter()
            .map(|(key, mistake)| format!("{file}:{}: {mistake}", line_of_key(text, key)))
            .collect();
        if mistakes.is_empty() {
            Ok(profile)
        } else {
            Err(ProfileError::Mistakes { mistakes })
        }
    }

    /// Every mistake in the values, as key and sentence; empty when the profile can be used.
    pub fn check(&self) -> Vec<(&'static str, String)> {
        let mut mistakes = Vec::new();
        let mut check = |good: bool, key, sentence: String| {
            if !good {
                mistakes.push((key, sentence));
            }
        };
        check(
            (40..=120).contains(&self.paper_mm),
            "paper_mm",
            format!(
                "paper_mm = {}, but roll paper is 40 to 120 mm wide",
                self.paper_mm
            ),
        );
        check(
            self.dots.is_multiple_of(8) && self.dots >= 240,
            "dots",
            format!(
                "dots = {}, but a head has at least 240 dots and a multiple of 8",
                self.dots
            ),
        );
        check(
            self.dots <= self.paper_mm.saturating_mul(8),
            "dots",
            format!(
                "dots = {} do not fit on {} mm of paper at 8 dots a millimetre",
                self.dots, self.paper_mm
            ),
        );
        check(
            self.columns >= 16 && u32::from(self.columns) * u32::from(COLUMN_DOTS) <= u32::from(self.dots),
            "columns",
            format!(
                "columns = {}: 16 at least, and {COLUMN_DOTS} dots each must fit in dots",
                self.columns
            ),
        );
        check(
            [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400].contains(&self.baud),
            "baud",
            format!(
                "baud = {} is no usual speed; the usual ones are 9600, 19200, 38400 and 115200",
                self.baud
            ),
        );
        check(
            (2..=16).contains(&self.qr_module),
            "qr_module",
            format!(
                "qr_module = {}, but printers know 2 to 16; phones read 4 and more well",
                self.qr_module
            ),
        );
        check(
            (16..=1024).contains(&self.raster_rows) && !self.raster_rows.is_multiple_of(48),
            "raster_rows",
            format!(
                "raster_rows = {}: 16 to 1024, and no multiple of 48, which some models garble",
                self.raster_rows
            ),
        );
        check(
            self.head_to_cutter <= 400,
            "head_to_cutter",
            format!(
                "head_to_cutter = {}, but no printer is built like that; about 120 is usual",
                self.head_to_cutter
            ),
        );
        check(
            self.buzzer.len() <= 16,
            "buzzer",
            "buzzer is longer than any buzzer command".to_owned(),
        );
        mistakes
    }
}

/// `"1B 42 02 02"` as bytes.
pub(crate) fn hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    String::deserialize(deserializer)?
        .split_whitespace()
        .map(|pair| {
            u8::from_str_radix(pair, 16)
                .map_err(|_| serde::de::Error::custom(format!("{pair:?} is not a byte in hex, such as 1B")))
        })
        .collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn line_of_key(text: &str, key: &str) -> usize {
    text.lines()
        .position(|line| {
            line.trim_start()
                .strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with('='))
        })
        .map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_profile_describes_a_printer_that_can_exist() {
        for name in Profile::names() {
            let profile = Profile::builtin(name).expect(name);
            assert_eq!(profile.check(), [], "{name}");
        }
    }

    #[test]
    fn a_misspelt_key_is_refused_with_file_and_line() {
        let text = include_str!("../profiles/generic-80.toml").replace("qr_module", "qr_modul");
        let said = Profile::parse(&text, "mine.toml")
            .expect_err("refused")
            .to_string();
        let line = text
            .lines()
            .position(|line| line.starts_with("qr_modul"))
            .expect("there")
            + 1;
        assert!(
            said.starts_with(&format!("mine.toml:{line}: unknown field `qr_modul`")),
            "{said}"
        );
    }

    #[test]
    fn all_mistakes_are_told_in_one_go() {
        let text = include_str!("../profiles/generic-80.toml")
            .replace("baud = 9600", "baud = 9601")
            .replace("columns = 48", "columns = 64")
            .replace("raster_rows = 255", "raster_rows = 240");
        let said = Profile::parse(&text, "mine.toml")
            .expect_err("refused")
            .to_string();
        assert_eq!(said.lines().count(), 3, "{said}");
        assert!(said.lines().all(|line| line.starts_with("mine.toml:")), "{said}");
    }

    #[test]
    fn an_unknown_profile_names_those_that_exist() {
        let said = Profile::builtin("epson").expect_err("refused").to_string();
        assert!(
            said.contains("\"epson\"") && said.contains("epson-tm-t82"),
            "{said}"
        );
    }

    #[test]
    fn a_buzzer_is_written_in_hex() {
        let text = include_str!("../profiles/generic-80.toml").replace("# buzzer", "buzzer");
        assert_eq!(
            Profile::parse(&text, "mine").expect("reads").buzzer,
            [0x1b, 0x42, 2, 2]
        );
        let said = Profile::parse(&text.replace("1B 42", "1B QQ"), "mine")
            .expect_err("refused")
            .to_string();
        assert!(said.contains("\"QQ\" is not a byte in hex"), "{said}");
    }
}
