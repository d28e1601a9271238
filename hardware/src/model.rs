//! What differs from one reader or scanner to the next, as data: small TOML files like the printers' profiles.
//!
//! Unknown keys are refused, since a misspelt key would silently do nothing.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// Speeds a reader's line may have.
const BAUDS: [u32; 6] = [4800, 9600, 19_200, 38_400, 57_600, 115_200];

/// An identity-card reader.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderModel {
    /// Speed of the serial line, 8N1.
    pub baud: u32,
    /// How often a card is looked for while one is wanted, milliseconds.
    pub poll_ms: u16,
    /// How long an answer may take, milliseconds.
    pub answer_ms: u16,
    /// How long reading a card may take, milliseconds.
    pub read_ms: u16,
}

/// A code scanner on a serial line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerModel {
    /// Speed of the serial line, 8N1.
    pub baud: u32,
    /// How it ends what it read.
    pub ending: Ending,
    /// How it writes Chinese characters.
    pub text: ScannerText,
    /// Bytes it puts before each code, in hex; none by default.
    #[serde(default, deserialize_with = "crate::profile::hex")]
    pub prefix: Vec<u8>,
}

/// How a scanner ends what it read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// CR, LF or both.
    Line,
    /// A tabulator.
    Tab,
    /// Not at all: silence ends it.
    None,
}

/// How a scanner writes Chinese characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ScannerText {
    /// As they stand in the code.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Changed to GB18030, as some are delivered.
    #[serde(rename = "gbk")]
    Gbk,
}

/// Why a model cannot be used. The text names file and line.
#[derive(Debug, Error)]
pub enum ModelError {
    /// No built-in model has this name.
    #[error("no model is called {name:?}; the built-in ones are {known}")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// The file could not be read.
    #[error("cannot read {path}; check the path and the permissions")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not a model.
    #[error("{file}:{line}: {message}; see hardware/profiles for every key and its meaning")]
    Parse {
        /// File or name.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// A kind of device that has models.
pub trait Model: DeserializeOwned {
    /// Name and text of the built-in ones, the generic one first.
    const BUILTIN: &'static [(&'static str, &'static str)];

    /// The first mistake in the values, as key and sentence.
    fn mistake(&self) -> Option<(&'static str, String)>;

    /// The names of the built-in models.
    fn names() -> Vec<&'static str> {
        Self::BUILTIN.iter().map(|(name, _)| *name).collect()
    }

    /// A model that is part of the program.
    ///
    /// # Errors
    /// When no built-in one has this name.
    fn builtin(name: &str) -> Result<Self, ModelError> {
        let found = Self::BUILTIN.iter().find(|(known, _)| *known == name);
        let (file, text) = found.ok_or_else(|| ModelError::Unknown {
            name: name.to_owned(),
            known: Self::names().join(", "),
        })?;
        Self::parse(text, file)
    }

    /// One of the office's own.
    ///
    /// # Errors
    /// When the file cannot be read or is no such model.
    fn load(path: &Path) -> Result<Self, ModelError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ModelError::Read {
            path: file.clone(),
            source,
        })?;
        Self::parse(&text, &file)
    }

    /// Reads one; `file` only appears in messages.
    ///
    /// # Errors
    /// When the text is no such model, or describes an impossible one.
    fn parse(text: &str, file: &str) -> Result<Self, ModelError> {
        let wrong = |line, message| ModelError::Parse {
            file: file.to_owned(),
            line,
            message,
        };
        let model: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|it| *it == b'\n').count() + 1;
            wrong(line, error.message().replace('\n', " "))
        })?;
        match model.mistake() {
            None => Ok(model),
            Some((key, sentence)) => {
                let line = text.lines().position(|line| {
                    let rest = line.trim_start().strip_prefix(key);
                    rest.is_some_and(|it| it.trim_start().starts_with('='))
                });
                Err(wrong(line.map_or(1, |it| it + 1), sentence))
            }
        }
    }
}

fn usual_speed(baud: u32) -> Option<(&'static str, String)> {
    let sentence = || format!("baud = {baud} is no usual speed; the usual ones are 9600 and 115200");
    (!BAUDS.contains(&baud)).then(|| ("baud", sentence()))
}

impl Model for ReaderModel {
    const BUILTIN: &'static [(&'static str, &'static str)] = &[
        (
            "generic-sam",
            include_str!("../profiles/readers/generic-sam.toml"),
        ),
        ("slow-sam", include_str!("../profiles/readers/slow-sam.toml")),
    ];

    fn mistake(&self) -> Option<(&'static str, String)> {
        let limits = [
            ("poll_ms", self.poll_ms, 100..=2000),
            ("answer_ms", self.answer_ms, 100..=5000),
            ("read_ms", self.read_ms, 500..=10_000),
        ];
        let out = limits
            .into_iter()
            .find(|(_, value, limits)| !limits.contains(value));
        usual_speed(self.baud).or_else(|| {
            let (key, value, limits) = out?;
            let (low, high) = limits.into_inner();
            Some((key, format!("{key} = {value}, but {low} to {high} is possible")))
        })
    }
}

impl Model for ScannerModel {
    const BUILTIN: &'static [(&'static str, &'static str)] = &[
        (
            "generic-serial",
            include_str!("../profiles/scanners/generic-serial.toml"),
        ),
        (
            "fast-serial",
            include_str!("../profiles/scanners/fast-serial.toml"),
        ),
    ];

    fn mistake(&self) -> Option<(&'static str, String)> {
        let long =
            (self.prefix.len() > 16).then(|| ("prefix", "prefix is longer than any scanner's".to_owned()));
        usual_speed(self.baud).or(long)
    }
}
