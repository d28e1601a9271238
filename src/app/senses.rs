//! Starts the devices beside the printer: card reader, scanner, loudspeaker; and examines them for `lobby doctor`.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::{mpsc, watch};

use crate::announce;
use crate::app::doctor::{Colour, Finding, found};
use crate::app::probe::ports_there;
use crate::clock::Clock;
use crate::config::{Config, PrinterProfile, Reader, Scanner, Speaker};
use crate::desk::{DeskHandle, Request, SenseState, Senses};
use crate::devices::adapters;
use crate::devices::sense::{
    self, Kind, LineFault, LineHandle, Model, ReaderEvent, ReaderModel, ReaderState, ScannerEvent,
    ScannerModel, Wedge, Wish,
};
use crate::devices::voice::{self, Bank, SpeakerEvent, Voices};
use crate::domain::sensitive::Sensitive;
use crate::domain::time::local;
use crate::screen::Spoken;
use crate::senses::{CardWish, SENSED_MAX, Sensed, SensesSide};

/// How long a device may take to say how it is, when a person waits for it.
const ANSWER_LIMIT: Duration = Duration::from_secs(4);

/// How often a line's fault is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Tells the desk how the devices are, whoever finds out.
#[derive(Clone)]
struct Reports {
    senses: Arc<Mutex<Senses>>,
    desk: DeskHandle,
}

impl Reports {
    fn set(&self, change: impl FnOnce(&mut Senses)) {
        let mut senses = self.senses.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *senses;
        change(&mut senses);
        if *senses != before {
            // A desk that has more to do hears it with the next change; nobody waits.
            let _ = self.desk.ask_later(Request::SensesAre(*senses));
        }
    }
}

/// The devices, for as long as this is held.
#[derive(Debug)]
pub struct Running {
    _reader: Option<Arc<Mutex<LineHandle<Wish, ReaderEvent>>>>,
    announce: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    /// Waits for the loudspeaker's last word, once everybody was told to stop.
    pub fn stop(self) {
        if let Some(thread) = self.announce {
            let _ = thread.join();
        }
    }
}

/// What the kiosk is given.
#[derive(Debug)]
pub struct KioskSide {
    /// Scans and cards.
    pub senses: SensesSide,
    /// Where its guidance goes; none where nobody recorded any.
    pub voice: Option<watch::Sender<Spoken>>,
}

/// Reads the models of reader and scanner, for `lobby check`.
///
/// # Errors
/// When there is a mistake in one.
pub fn check(config: &Config) -> Result<()> {
    if let Some(reader) = &config.reader {
        model::<ReaderModel>(&reader.model).context(READER_MODEL)?;
    }
    if let Some(Scanner::Serial { model: wanted, .. }) = &config.scanner {
        model::<ScannerModel>(wanted).context(SCANNER_MODEL)?;
    }
    Ok(())
}

/// What a mistake in a reader's model begins with.
const READER_MODEL: &str = "[reader] model：型号有误 · the card reader's model has mistakes";
/// The same of a scanner's.
const SCANNER_MODEL: &str = "[scanner] model：型号有误 · the scanner's model has mistakes";

/// Starts what the settings name. A device that cannot be used is told as broken, and keeps nobody from a number.
pub fn start(config: &Config, desk: &DeskHandle, stop: watch::Receiver<bool>) -> (KioskSide, Running) {
    let unknown = |there: bool| match there {
        true => SenseState::Unknown,
        false => SenseState::Off,
    };
    let senses = Senses {
        reader: unknown(config.reader.is_some()),
        scanner: unknown(config.scanner.is_some()),
        speaker: unknown(config.speaker.is_some()),
    };
    let reports = Reports {
        senses: Arc::new(Mutex::new(senses)),
        desk: desk.clone(),
    };
    let _ = desk.ask_later(Request::SensesAre(senses));
    let (sender, sensed) = mpsc::channel(SENSED_MAX);
    let without = |error: anyhow::Error| tracing::warn!("a device is left out: {error:#}");
    let reader = config.reader.as_ref().and_then(|it| {
        let started = card_reader(it, &reports, &sender).map_err(without);
        started
            .inspect_err(|()| reports.set(|it| it.reader = SenseState::Broken))
            .ok()
    });
    if let Some(scanner) = &config.scanner
        && code_scanner(scanner, &reports, &sender).map_err(without).is_err()
    {
        reports.set(|it| it.scanner = SenseState::Broken);
    }
    let announce = config.speaker.as_ref().and_then(|it| {
        let started = loudspeaker(config, it, &reports, desk, stop).map_err(without);
        started
            .inspect_err(|()| reports.set(|it| it.speaker = SenseState::Broken))
            .ok()
    });
    let (announce, voice) = announce.map_or((None, None), |(thread, voice)| (Some(thread), voice));
    let card = match reader.clone() {
        None => CardWish::nobody(),
        Some(reader) => CardWish::new(move |wanted| {
            let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            reader.command(if wanted { Wish::Card } else { Wish::Rest });
        }),
    };
    let running = Running {
        _reader: reader,
        announce,
    };
    let senses = SensesSide { sensed, card };
    (KioskSide { senses, voice }, running)
}

fn model<M: Model>(model: &PrinterProfile) -> Result<M> {
    Ok(match model {
        PrinterProfile::BuiltIn(name) => M::builtin(name)?,
        PrinterProfile::File(path) => M::load(path)?,
    })
}

/// Passes on what a line tells, until its thread ends.
fn pass<C: Send + 'static, E: Send + 'static>(
    name: &str,
    line: &mut LineHandle<C, E>,
    tell: impl FnMut(E) + Send + 'static,
) -> std::io::Result<()> {
    let (_, nothing) = std::sync::mpsc::sync_channel(0);
    let events = std::mem::replace(&mut line.events, nothing);
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || events.into_iter().for_each(tell))?;
    Ok(())
}

fn card_reader(
    settings: &Reader,
    reports: &Reports,
    sender: &mpsc::Sender<Sensed>,
) -> Result<Arc<Mutex<LineHandle<Wish, ReaderEvent>>>> {
    let model: ReaderModel = model(&settings.model).context(READER_MODEL)?;
    let kind = Kind::Serial(model.baud);
    let mut line = sense::spawn("reader", &settings.port, kind, sense::Reader::new(model))?;
    let (reports, sender) = (reports.clone(), sender.clone());
    pass("reader-news", &mut line, move |event| {
        let sensed = match event {
            ReaderEvent::State(state) => {
                reports.set(|it| it.reader = reader_state(state));
                Sensed::Reader(state == ReaderState::Ready)
            }
            ReaderEvent::Name(name) => Sensed::Name(Sensitive::new(name.reveal().to_owned())),
            ReaderEvent::Unusable(_) => Sensed::CardUnusable,
            ReaderEvent::Again => Sensed::CardAgain,
        };
        let _ = sender.try_send(sensed);
    })?;
    Ok(Arc::new(Mutex::new(line)))
}

fn reader_state(state: ReaderState) -> SenseState {
    match state {
        ReaderState::Unplugged => SenseState::Unplugged,
        ReaderState::Ready => SenseState::Ready,
        ReaderState::Mute => SenseState::Mute,
        ReaderState::Broken(_) => SenseState::Broken,
    }
}

type ScannerLine = LineHandle<std::convert::Infallible, ScannerEvent>;

fn scanner_line(settings: &Scanner) -> Result<ScannerLine> {
    Ok(match settings {
        Scanner::Serial { port, model: wanted } => {
            let model: ScannerModel = model(wanted).context(SCANNER_MODEL)?;
            let kind = Kind::Serial(model.baud);
            sense::spawn("scanner", port, kind, sense::Scanner::new(model))?
        }
        Scanner::Keys(path) => sense::spawn("scanner", path, Kind::Keys, Wedge::default())?,
    })
}

fn code_scanner(settings: &Scanner, reports: &Reports, sender: &mpsc::Sender<Sensed>) -> Result<()> {
    let line = scanner_line(settings)?;
    let (reports, sender) = (reports.clone(), sender.clone());
    std::thread::Builder::new()
        .name("scanner-news".into())
        .spawn(move || {
            loop {
                let sensed = match line.events.recv_timeout(LOOK) {
                    Ok(ScannerEvent::Connected(there)) => Some(Sensed::Scanner(there)),
                    Ok(ScannerEvent::Scanned(text)) => Some(Sensed::Scanned(text)),
                    Ok(ScannerEvent::Unreadable) => None,
                    Err(std::sync::mpsc::RecvTimeoutError::Timeout) if !sender.is_closed() => None,
                    Err(_) => return,
                };
                let state = line.fault().map_or(SenseState::Ready, line_state);
                reports.set(|it| it.scanner = state);
                if let Some(sensed) = sensed {
                    let _ = sender.try_send(sensed);
                }
            }
        })?;
    Ok(())
}

fn line_state(fault: LineFault) -> SenseState {
    match fault {
        LineFault::Missing => SenseState::Unplugged,
        LineFault::Denied => SenseState::Denied,
        LineFault::InUse => SenseState::InUse,
        _ => SenseState::Broken,
    }
}

/// Every bank of a folder, in the order of their names, and what was wrong with the others.
fn banks(folder: Option<&Path>) -> Vec<Bank> {
    let Some(entries) = folder.and_then(|it| std::fs::read_dir(it).ok()) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .flatten()
        .map(|it| it.path())
        .filter(|it| it.extension().is_some_and(|it| it == "tar"))
        .collect();
    files.sort();
    let open = |path: &std::path::PathBuf| match Bank::open(path) {
        Ok(bank) => Some(bank),
        Err(error) => {
            tracing::warn!(%error, "a voice bank is left out");
            None
        }
    };
    files.iter().filter_map(open).collect()
}

fn loudspeaker(
    config: &Config,
    settings: &Speaker,
    reports: &Reports,
    desk: &DeskHandle,
    stop: watch::Receiver<bool>,
) -> Result<(std::thread::JoinHandle<()>, Option<watch::Sender<Spoken>>)> {
    let voices = Voices::new(banks(settings.voices.as_deref()), settings.espeak);
    let (sender, spoken) = watch::channel(Spoken::default());
    // A key for the volume of a voice nobody recorded would promise too much.
    let recorded = voices.has(voice::Tongue::Mandarin, &announce::guidance("home"));
    let (hours, reports) = (settings.clone(), reports.clone());
    let started = announce::start(announce::Setup {
        office: config.office.clone(),
        desk: desk.clone(),
        speaker: voice::spawn(&settings.device)?,
        voices,
        spoken,
        volume: Box::new(move || hours.volume_at(local(Clock::system().now().at).time())),
        report: Box::new(move |state| reports.set(|it| it.speaker = state)),
        stop,
    });
    let thread = started.context("cannot start the loudspeaker")?;
    Ok((thread, (settings.guidance && recorded).then_some(sender)))
}

/// A line each, whether the lobby runs or not.
pub fn examine(config: &Config, status: Option<&serde_json::Value>) -> Vec<Finding> {
    let running = |device: &str| {
        let code = status?.get(device)?.as_str()?.to_owned();
        Some(code)
    };
    let reader = config.reader.as_ref().map(|it| {
        let state = running("reader");
        state.unwrap_or_else(|| ask_reader(it).code().to_owned())
    });
    let scanner = config.scanner.as_ref().map(|it| {
        let state = running("scanner");
        state.unwrap_or_else(|| ask_scanner(it).code().to_owned())
    });
    let speaker = config.speaker.as_ref().map(|it| {
        let state = running("speaker");
        state.unwrap_or_else(|| ask_speaker(it).code().to_owned())
    });
    [("reader", reader), ("scanner", scanner), ("speaker", speaker)]
        .into_iter()
        .filter_map(|(what, code)| Some(finding(what, &code?)))
        .collect()
}

fn finding(what: &'static str, code: &str) -> Finding {
    let (colour, zh, en) = match code {
        "ready" => (Colour::Green, "正常", "well"),
        "unplugged" if what == "speaker" => (
            Colour::Yellow,
            "没有声卡：号码只在屏幕上显示。请插好喇叭，或改正 [speaker] device（aplay -L 可列出）",
            "no sound card, calls are on the screen only: plug it in, or correct [speaker] device (aplay -L)",
        ),
        "unplugged" => (
            Colour::Red,
            "未连接：请检查连线和设置里的设备名（ls /dev/serial/by-path）",
            "not connected: check the cable and the name in the settings (ls /dev/serial/by-path)",
        ),
        "denied" => (
            Colour::Red,
            "没有权限：请把服务的用户加入 dialout、input 和 audio 组",
            "not permitted: add the service's user to the groups dialout, input and audio",
        ),
        "in-use" => (
            Colour::Red,
            "被别的程序占用：请停掉那个程序（fuser -v 可查）",
            "another program uses it: stop that (fuser -v shows which)",
        ),
        "mute" => (
            Colour::Red,
            "没有应答：请检查电源、连线和波特率（model）",
            "does not answer: check power, cable and speed (model)",
        ),
        "unknown" => (
            Colour::Yellow,
            "还没有应答：请稍后再查",
            "not heard from yet: ask again soon",
        ),
        _ => (
            Colour::Red,
            "故障：请换一台，或检查型号文件",
            "broken: replace it, or check the model's file",
        ),
    };
    if code == "unplugged" && what != "speaker" {
        let (there_zh, there_en) = ports_there(&adapters());
        return found(what, colour, format!("{zh}{there_zh}"), format!("{en}{there_en}"));
    }
    found(what, colour, zh, en)
}

fn ask_reader(settings: &Reader) -> SenseState {
    let Ok(model) = model::<ReaderModel>(&settings.model) else {
        return SenseState::Broken;
    };
    let kind = Kind::Serial(model.baud);
    let Ok(line) = sense::spawn("reader", &settings.port, kind, sense::Reader::new(model)) else {
        return SenseState::Broken;
    };
    match line.events.recv_timeout(ANSWER_LIMIT) {
        Ok(ReaderEvent::State(state)) => reader_state(state),
        _ => line.fault().map_or(SenseState::Mute, line_state),
    }
}

fn ask_scanner(settings: &Scanner) -> SenseState {
    let Ok(line) = scanner_line(settings) else {
        return SenseState::Broken;
    };
    match line.events.recv_timeout(ANSWER_LIMIT) {
        Ok(ScannerEvent::Connected(true)) => SenseState::Ready,
        _ => line.fault().map_or(SenseState::Mute, line_state),
    }
}

fn ask_speaker(settings: &Speaker) -> SenseState {
    let Ok(speaker) = voice::spawn(&settings.device) else {
        return SenseState::Broken;
    };
    match speaker.events.recv_timeout(ANSWER_LIMIT) {
        Ok(SpeakerEvent::State(state)) => announce::state_of(state),
        _ => SenseState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_the_settings_know_are_those_there_are() {
        assert_eq!(ReaderModel::names(), crate::config::READER_MODELS);
        assert_eq!(ScannerModel::names(), crate::config::SCANNER_MODELS);
    }
}
