//! The settings: `kiosk.toml`, and the routing and the roster it names, turned into an [`Office`] and what
//! only the doors need.
//!
//! Promises that every mistake of all three files is told in one go, each with its line and remedy; that
//! what it hands out is whole (every name used is one that exists, routing is total); that rubbish is a
//! mistake and never a panic. `deploy/*.toml` are the documented defaults and the manual.
//!
//! Leaves to others: whether a port opens, a certificate is valid, a database answers (`lobby doctor`).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveTime;

use crate::domain::content::Content;
use crate::domain::elsewhere::{Body, Elsewhere};
use crate::domain::office::{Identity, Office, OfficeParts};
use crate::domain::sensitive::Sensitive;
use crate::domain::time::Span;

mod coming;
mod elsewhere;
mod kiosk;
mod mistake;
mod office;
mod read;
mod roster;
mod routing;
mod senses;
#[cfg(test)]
mod tests;

pub use coming::coming;
pub use mistake::{Mistake, Problem, Severity};
pub(crate) use read::{columns, nearest, shown};
pub use senses::{READER_MODELS, Reader, SCANNER_MODELS, Scanner, Speaker};

use read::Source;

/// Everything the files say.
#[derive(Debug, Clone)]
pub struct Config {
    /// The office, whole and checked.
    pub office: Arc<Office>,
    /// Where the journal lives.
    pub data_dir: PathBuf,
    /// The touch screen.
    pub screen: Screen,
    /// The slip printer; none where there is none.
    pub printer: Option<Printer>,
    /// The identity-card reader; none where there is none.
    pub reader: Option<Reader>,
    /// The code scanner; none where there is none.
    pub scanner: Option<Scanner>,
    /// The loudspeaker; none where the office wants silence.
    pub speaker: Option<Speaker>,
    /// The staff's pages.
    pub console: Console,
    /// The nightly push; none where the office has no database.
    pub sync: Option<Sync>,
    /// How much is logged.
    pub log: LogLevel,
    /// What somebody should know, though the lobby can start.
    pub warnings: Vec<Mistake>,
}

/// The touch screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Where the pages are shown.
    pub mode: ScreenMode,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Millimetres a pixel, so that touch targets are large enough for fingers.
    pub mm_per_px: f32,
    /// Whether a window takes the whole screen.
    pub full_screen: bool,
    /// Degrees the panel is mounted turned by: 0, 90, 180 or 270.
    pub rotate: u16,
    /// Where a finger lies on the picture: `[a, b, c, d, e, f]` takes the touch (x, y), each from 0 to 1, to
    /// (ax + by + c, dx + ey + f). None: the touch screen agrees with the picture as it is.
    pub touch_matrix: Option<[f64; 6]>,
    /// When it goes dark while nobody stands before it; none: never.
    pub dim: Option<Span>,
}

/// Where the pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenMode {
    /// In a window on a desktop.
    Window,
    /// Nowhere but in a browser.
    Headless,
    /// On the bare panel.
    Kms,
}

/// The slip printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// Its serial port.
    pub port: PathBuf,
    /// Bits a second; where none is given, the speed its profile names.
    pub baud: Option<u32>,
    /// What model it is.
    pub profile: PrinterProfile,
    /// Metres of paper on a new roll.
    pub roll_metres: u16,
}

/// What model a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterProfile {
    /// One the lobby brings.
    BuiltIn(String),
    /// One the office wrote.
    File(PathBuf),
}

/// The staff's pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// Where they are served; loopback unless there is TLS.
    pub listen: SocketAddr,
    /// Whose certificate.
    pub tls: Tls,
    /// Hours until a login ends.
    pub session_hours: u16,
}

/// Whose certificate the console shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// None: this machine only.
    Off,
    /// One the box makes for itself.
    SelfSigned,
    /// The office's.
    Files {
        /// PEM.
        certificate: PathBuf,
        /// PEM.
        key: PathBuf,
    },
}

/// The nightly push to the office database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    /// Where; never with a password in it.
    pub url: String,
    /// The password, as its file holds it.
    pub password: Option<Sensitive<String>>,
    /// Root certificate to know the database by.
    pub ca: Option<PathBuf>,
    /// The box's own certificate and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// When, Asia/Shanghai.
    pub at: NaiveTime,
    /// How much later at most, by chance.
    pub jitter_minutes: u16,
    /// Personal data leaves the box only sealed with this (X25519).
    pub office_public_key: Option<[u8; 32]>,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Bugs of ours only.
    Error,
    /// And the world misbehaving.
    Warn,
    /// And what an operator wants on a good day.
    Info,
    /// And what a developer wants.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// As the file and the log filter write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Reads `kiosk.toml` at `path` and the files it names. `profiles` are the names of the printer profiles
/// the lobby brings.
///
/// # Errors
/// Every mistake and warning of all files, in the order of the files and their lines, if there is at
/// least one mistake. Warnings alone stand in [`Config::warnings`].
pub fn load(path: &Path, profiles: &[&str]) -> Result<Config, Vec<Mistake>> {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let kiosk = Source::open(path);
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let places = kiosk::Places {
        folder: &folder,
        credentials: credentials.as_deref(),
        profiles,
    };
    join(kiosk, &places, |name| Source::open(&folder.join(name)))
}

/// What of `kiosk.toml` can be read although it or another file has mistakes: who this is, and what screen it has.
pub fn glimpse(path: &Path, profiles: &[&str]) -> (Option<Identity>, Option<Screen>) {
    let source = Source::open(path);
    let places = kiosk::Places {
        folder: path.parent().unwrap_or(Path::new("")),
        credentials: None,
        profiles,
    };
    let file = kiosk::read(&source, &places);
    (file.identity, file.screen)
}

/// The demonstration office: the same three files that come as documented defaults, with everything kept
/// in `data`. What the demonstration does otherwise (its screen, its printer) it sets itself.
pub fn demo(data: &Path, profiles: &[&str]) -> Config {
    const KIOSK: &str = include_str!("../../deploy/kiosk.toml");
    const ROUTING: &str = include_str!("../../deploy/routing.toml");
    const ROSTER: &str = include_str!("../../deploy/roster.toml");
    let places = kiosk::Places {
        folder: data,
        credentials: None,
        profiles,
    };
    let other = |name: &Path| {
        let text = if name == Path::new("roster.toml") {
            ROSTER
        } else {
            ROUTING
        };
        Source::new(name, text)
    };
    let config = join(Source::new(Path::new("kiosk.toml"), KIOSK), &places, other);
    let mut config =
        config.expect("the files that come with the lobby are without mistakes, as a test shows");
    config.data_dir = data.to_owned();
    config
}

fn join(
    kiosk_source: Source,
    places: &kiosk::Places<'_>,
    other: impl Fn(&Path) -> Source,
) -> Result<Config, Vec<Mistake>> {
    let kiosk = kiosk::read(&kiosk_source, places);
    // Also when kiosk.toml does not say: then they lie beside it, and their mistakes are told too.
    let named = |name: Option<&PathBuf>, usual: &str| other(name.map_or(Path::new(usual), PathBuf::as_path));
    let routing_source = named(kiosk.routing_file.as_ref(), "routing.toml");
    let roster_source = named(kiosk.roster_file.as_ref(), "roster.toml");
    let (routing_tree, roster_tree) = (routing_source.tree(), roster_source.tree());
    let routing = routing_tree.as_ref().map(|it| routing::read(&routing_source, it));
    let roster = roster_tree.as_ref().map(|it| roster::read(&roster_source, it));
    office::check(
        (&kiosk_source, &kiosk),
        routing.as_ref().map(|it| (&routing_source, it)),
        roster.as_ref().map(|it| (&roster_source, it)),
    );

    let failed = [&kiosk_source, &routing_source, &roster_source]
        .iter()
        .any(|it| it.has_errors());
    let parts = if failed {
        None
    } else {
        parts(kiosk, routing, roster)
    };
    drop((routing_tree, roster_tree));
    let sources = [kiosk_source, routing_source, roster_source];
    let told: Vec<Mistake> = sources.into_iter().flat_map(Source::into_mistakes).collect();
    if failed {
        return Err(told);
    }
    let (office, (elsewhere, contents), doors) =
        parts.expect("where no mistake was told, everything was read");
    let kiosk::Doors {
        data_dir,
        screen,
        printer,
        reader,
        scanner,
        speaker,
        console,
        sync,
        log,
    } = doors;
    let mut office = Office::new(office);
    office.elsewhere = elsewhere;
    if !contents.is_empty() {
        office.contents = contents;
    }
    let office = Arc::new(office);
    Ok(Config {
        office,
        data_dir,
        screen,
        printer,
        reader,
        scanner,
        speaker,
        console,
        sync,
        log,
        warnings: told,
    })
}

fn parts(
    kiosk: kiosk::KioskFile,
    routing: Option<routing::RoutingFile>,
    roster: Option<roster::RosterFile>,
) -> Option<(OfficeParts, (Elsewhere, Vec<Content>), kiosk::Doors)> {
    let (routing, roster) = (routing?, roster?);
    let staff = roster
        .staff
        .into_iter()
        .map(|it| it.it.staff)
        .collect::<Option<_>>()?;
    let bodies: Vec<Body> = routing
        .bodies
        .into_iter()
        .map(|it| it.it)
        .collect::<Option<_>>()?;
    let review = routing.review;
    let elsewhere = Elsewhere {
        review: bodies
            .iter()
            .find(|it| Some(&it.code) == review.as_ref())
            .cloned(),
        bodies,
        discipline: kiosk.discipline,
    };
    let office = OfficeParts {
        identity: kiosk.identity?,
        hours: kiosk.hours?,
        settings: kiosk.settings,
        reception: kiosk.reception?.it,
        departments: routing
            .departments
            .into_iter()
            .map(|it| it.it.department)
            .collect::<Option<_>>()?,
        counters: routing
            .counters
            .into_iter()
            .map(|it| it.it.counter)
            .collect::<Option<_>>()?,
        matters: routing
            .matters
            .into_iter()
            .map(|it| it.it.matter)
            .collect::<Option<_>>()?,
        routing: crate::domain::routing::Routing::new(
            routing.rules.into_iter().map(|it| it.it).collect::<Option<_>>()?,
        )
        .ok()?,
        staff,
        roster: crate::domain::roster::Roster {
            shifts: roster.shifts.into_iter().collect::<Option<_>>()?,
            absences: roster.absences.into_iter().collect::<Option<_>>()?,
            presence: std::collections::BTreeMap::new(),
            otherwise: roster.otherwise?,
            turns: Vec::new(),
            swaps: Vec::new(),
        },
        posted: crate::domain::posted::Posted {
            postings: kiosk.posted.into_iter().collect::<Option<_>>()?,
            receiving: roster.receiving.into_iter().collect::<Option<_>>()?,
        },
    };
    let contents = kiosk.contents.into_iter().collect::<Option<_>>()?;
    Some((office, (elsewhere, contents), kiosk.doors?))
}
