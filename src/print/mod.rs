//! From a row in the spool to paper: asks the desk for the next paper, lays it out, hands it to the
//! printer, and tells the desk what the printer answered.
//!
//! It promises that a paper is handed over once for each time the desk gives it out, and that whatever the
//! printer does, the desk is never waited for by it nor it by the desk for longer than a request takes. The
//! printer's own rules (preflight, fence, doubt) are hardware's.

mod slip;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

pub use slip::slip;

use crate::desk::{DeskHandle, Paper, PaperOutcome, PrinterState, Reply, Request, Trouble, Waker};
use crate::devices::{
    FenceId, Glyphs, Job, PaperLeft, PortSettings, PrinterEvent, PrinterHandle, PrinterStatus,
    PrinterTrouble, Profile, encode, spawn,
};
use crate::domain::ids::JobId;

/// How long after a paper was given back unsent, with a printer that seems well, the next try comes.
const RETRY: Duration = Duration::from_secs(2);

/// What wakes the print thread.
#[derive(Debug)]
enum News {
    /// A paper may wait.
    Wake,
    /// The printer says something.
    Printer(PrinterEvent),
    /// The printer's thread has ended.
    Gone,
}

/// The end of the print thread the desk wakes, made before the desk.
#[derive(Debug)]
pub struct Bell {
    ring: SyncSender<News>,
    news: Receiver<News>,
}

impl Default for Bell {
    fn default() -> Self {
        let (ring, news) = sync_channel(64);
        Self { ring, news }
    }
}

impl Bell {
    /// What the desk rings.
    pub fn waker(&self) -> Waker {
        let ring = self.ring.clone();
        Waker::new(move || {
            // A full channel holds a wake-up already.
            let _ = ring.try_send(News::Wake);
        })
    }
}

/// Which printer, and where.
#[derive(Debug, Clone)]
pub struct PrintSettings {
    /// The device.
    pub path: std::path::PathBuf,
    /// Its speed.
    pub baud: u32,
    /// The model.
    pub profile: Profile,
}

/// Starts printing; the thread ends when the desk stops.
///
/// # Errors
/// When the system gives no thread, or the desk has stopped.
pub fn start(
    bell: Bell,
    desk: DeskHandle,
    settings: PrintSettings,
    glyphs: Arc<Glyphs>,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    let doubtful = match desk.ask_blocking(Request::Doubtful) {
        Ok(Reply::Fences(fences)) => fences.iter().filter_map(|it| fence_id(it)).collect(),
        _ => Vec::new(),
    };
    let printer = spawn(PortSettings {
        path: settings.path,
        baud: settings.baud,
        profile: settings.profile.clone(),
        doubtful,
    })?;
    std::thread::Builder::new().name("print".into()).spawn(move || {
        Print {
            desk,
            profile: settings.profile,
            glyphs,
            current: None,
            untold: Vec::new(),
        }
        .run(bell, printer)
    })
}

/// Notes in the desk that the settings want no printer.
pub fn off(desk: &DeskHandle) {
    let _ = desk.ask_blocking(Request::PrinterIs(PrinterState::Off));
}

struct Print {
    desk: DeskHandle,
    profile: Profile,
    glyphs: Arc<Glyphs>,
    /// The paper the printer has.
    current: Option<(JobId, FenceId)>,
    /// What the desk could not write down when it was told; told again until it can.
    untold: Vec<Request>,
}

impl Print {
    fn run(mut self, bell: Bell, mut printer: PrinterHandle) {
        let Bell { ring, news } = bell;
        let (_, nothing) = sync_channel(0);
        let events = std::mem::replace(&mut printer.events, nothing);
        // Two channels, one ear: a small thread passes on what the printer says.
        let passing = std::thread::Builder::new()
            .name("printer-news".into())
            .spawn(move || {
                for event in events {
                    if ring.send(News::Printer(event)).is_err() {
                        return;
                    }
                }
                let _ = ring.send(News::Gone);
            });
        if passing.is_err() {
            return;
        }
        let mut able = true;
        loop {
            let said = news.recv_timeout(RETRY);
            let over = match said {
                Ok(News::Wake) | Err(RecvTimeoutError::Timeout) => Ok(()),
                Ok(News::Printer(event)) => {
                    if let PrinterEvent::Status(status) = event {
                        able = status.can_print();
                    }
                    self.heard(event)
                }
                Ok(News::Gone) | Err(RecvTimeoutError::Disconnected) => return,
            };
            if over.and_then(|()| self.tell_again()).is_err() {
                return;
            }
            if able && self.current.is_none() && self.hand_over(&printer).is_err() {
                return;
            }
        }
    }

    /// Tells the desk what the printer said.
    fn heard(&mut self, event: PrinterEvent) -> Result<(), Stopped> {
        match event {
            PrinterEvent::Status(status) => self.tell(Request::PrinterIs(state(&status))),
            PrinterEvent::Printed(fence) => self.settle(fence, PaperOutcome::Printed),
            PrinterEvent::NotSent(fence, reason) => {
                tracing::info!(?reason, "paper not sent");
                self.settle(fence, PaperOutcome::NotSent)
            }
            PrinterEvent::InDoubt(fence, reason) => {
                tracing::warn!(?reason, "paper in doubt");
                self.settle(fence, PaperOutcome::InDoubt)
            }
            PrinterEvent::LatePrinted(fence) => self.tell(Request::PaperCameLate {
                fence: fence.to_string(),
            }),
        }
    }

    fn settle(&mut self, fence: FenceId, outcome: PaperOutcome) -> Result<(), Stopped> {
        match self.current.take_if(|it| it.1 == fence) {
            Some((job, _)) => self.tell(Request::PaperIs { job, outcome }),
            None => Ok(()),
        }
    }

    /// Hands the next paper to the printer, if one waits.
    fn hand_over(&mut self, printer: &PrinterHandle) -> Result<(), Stopped> {
        let paper = match self.desk.next_paper() {
            Ok(paper) => paper,
            Err(Trouble::Stopped) => return Err(Stopped),
            // The spool cannot be read or marked now; nothing was sent, so the paper stays where it is.
            Err(_) => return Ok(()),
        };
        let Some(Paper {
            job,
            fence,
            slip: content,
            clear_first,
        }) = paper
        else {
            return Ok(());
        };
        let Some(fence) = fence_id(&fence) else {
            return self.tell(Request::PaperIs {
                job,
                outcome: PaperOutcome::NotSent,
            });
        };
        if clear_first {
            printer.clear();
        }
        let bytes = encode(&slip(&content), &self.profile, &self.glyphs);
        match printer.submit(Job { fence, bytes }) {
            Ok(()) => {
                self.current = Some((job, fence));
                Ok(())
            }
            Err(_) => self.tell(Request::PaperIs {
                job,
                outcome: PaperOutcome::NotSent,
            }),
        }
    }

    fn tell(&mut self, request: Request) -> Result<(), Stopped> {
        match self.desk.ask_blocking(request.clone()) {
            Err(Trouble::Stopped) => Err(Stopped),
            Err(Trouble::Fault { .. }) => {
                self.untold.push(request);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn tell_again(&mut self) -> Result<(), Stopped> {
        std::mem::take(&mut self.untold)
            .into_iter()
            .try_for_each(|it| self.tell(it))
    }
}

/// The desk has stopped, and so does printing.
struct Stopped;

fn fence_id(text: &str) -> Option<FenceId> {
    FenceId::new(text.as_bytes().try_into().ok()?)
}

/// What the printer says of itself, in the desk's words.
fn state(status: &PrinterStatus) -> PrinterState {
    match status.trouble() {
        Some(PrinterTrouble::NotConnected) => PrinterState::Unplugged,
        Some(PrinterTrouble::Mute) => PrinterState::Mute,
        Some(PrinterTrouble::CoverOpen) => PrinterState::CoverOpen,
        Some(PrinterTrouble::PaperOut) => PrinterState::PaperOut,
        Some(PrinterTrouble::CutterStuck) => PrinterState::Cutter,
        Some(PrinterTrouble::HeadHot) => PrinterState::Hot,
        Some(PrinterTrouble::Failed) => PrinterState::Broken,
        Some(PrinterTrouble::Offline) => PrinterState::Offline,
        None if status.paper == PaperLeft::NearEnd => PrinterState::PaperLow,
        None => PrinterState::Ready,
    }
}
