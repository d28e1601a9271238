//! From a row in the spool to paper: asks the desk for the next paper, lays it out, hands it to the
//! printer, and tells the desk what the printer answered.
//!
//! It promises that a paper is handed over once for each time the desk gives it out, and that whatever the
//! printer does, the desk is never waited for by it nor it by the desk for longer than a request takes. The
//! printer's own rules (preflight, fence, doubt) are hardware's.

mod day;
mod selftest;
mod sheet;
mod slip;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

pub use day::day;
pub use selftest::selftest;
pub use sheet::sheet;
pub use slip::slip;

use crate::desk::{Content, DeskHandle, Paper, PaperOutcome, PrinterState, Reply, Request, Trouble, Waker};
use crate::devices::{
    Address, Doc, FenceId, Glyphs, Job, PaperLeft, PortFault, PortSettings, PrinterEvent, PrinterHandle,
    PrinterStatus, PrinterTrouble, Profile, Reason, encode, paper_mm, preview, spawn,
};
use crate::domain::ids::JobId;
use crate::domain::office::Language;
use crate::domain::summary::DaySummary;
use crate::pulse::Pulse;

/// How long after a paper was given back unsent, with a printer that seems well, the next try comes.
const RETRY: Duration = Duration::from_secs(2);

/// What wakes the print thread.
#[derive(Debug)]
enum News {
    /// A paper may wait.
    Wake,
    /// Somebody wants a page that no visitor waits for.
    Page(Page, SyncSender<&'static str>),
    /// The printer says something.
    Printer(PrinterEvent),
    /// The printer's thread has ended.
    Gone,
    /// The lobby stops.
    Stop,
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

    /// What pages for staff are asked for by.
    pub fn pages(&self) -> Pages {
        Pages(self.ring.clone())
    }
}

/// A page for staff.
#[derive(Debug, Clone)]
pub enum Page {
    /// 自检页
    SelfTest(Language),
    /// 每日小结
    Day(Box<DaySummary>),
}

/// Asks for pages for staff.
#[derive(Debug, Clone)]
pub struct Pages(SyncSender<News>);

impl Pages {
    /// Prints a page and waits for what came of it: `printed`, `not-sent`, `in-doubt`, or `busy` where the
    /// printer has other work.
    pub fn print(&self, page: Page) -> &'static str {
        let (reply, answer) = sync_channel(1);
        if self.0.send(News::Page(page, reply)).is_err() {
            return "stopped";
        }
        answer.recv_timeout(PAGE_LIMIT).unwrap_or("busy")
    }
}

/// How long a page may take.
const PAGE_LIMIT: Duration = Duration::from_secs(30);

/// Which printer, and where.
#[derive(Debug, Clone)]
pub struct PrintSettings {
    /// The port.
    pub address: Address,
    /// Its speed.
    pub baud: u32,
    /// The model.
    pub profile: Profile,
    /// How long a new roll is, millimetres.
    pub roll_mm: u32,
}

/// Printing goes on.
#[derive(Debug)]
pub struct Printing {
    ring: SyncSender<News>,
    thread: std::thread::JoinHandle<()>,
    pulse: Pulse,
}

impl Printing {
    /// Beaten by each turn of the loop, at least every few seconds.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Ends it; a paper being sent is settled by the next start.
    pub fn stop(self) {
        if self.ring.send(News::Stop).is_ok() {
            let _ = self.thread.join();
        }
    }
}

/// Starts printing.
///
/// # Errors
/// When the system gives no thread, or the desk has stopped.
pub fn start(
    bell: Bell,
    desk: DeskHandle,
    settings: PrintSettings,
    glyphs: Arc<Glyphs>,
) -> std::io::Result<Printing> {
    let doubtful = match desk.ask_blocking(Request::Doubtful) {
        Ok(Reply::Fences(fences)) => fences.iter().filter_map(|it| fence_id(it)).collect(),
        _ => Vec::new(),
    };
    let printer = spawn(PortSettings {
        address: settings.address,
        baud: settings.baud,
        profile: settings.profile.clone(),
        doubtful,
    })?;
    let _ = desk.ask_blocking(Request::RollIs {
        length_mm: settings.roll_mm,
    });
    let (ring, pulse) = (bell.ring.clone(), Pulse::default());
    let work = Print {
        pulse: pulse.clone(),
        desk,
        profile: settings.profile,
        glyphs,
        current: None,
        untold: Vec::new(),
        page: None,
        mm: 0,
        status: None,
        unanswered: false,
        cleared: None,
        fault: None,
    };
    let thread = std::thread::Builder::new()
        .name("print".into())
        .spawn(move || work.run(bell, printer))?;
    Ok(Printing { ring, thread, pulse })
}

/// Prints a self-test page at a port nobody else has, and waits for what came of it: as [`Pages::print`].
///
/// # Errors
/// When the system gives no thread.
pub fn test_alone(
    settings: PrintSettings,
    glyphs: &Glyphs,
    language: Language,
) -> std::io::Result<&'static str> {
    let PrintSettings {
        address,
        baud,
        profile,
        ..
    } = settings;
    let bytes = encode(&selftest(&profile, None, language), &profile, glyphs);
    let printer = spawn(PortSettings {
        address,
        baud,
        profile,
        doubtful: Vec::new(),
    })?;
    let mut job = Some(Job {
        fence: FenceId::from_number(u64::from(uuid::Uuid::new_v4().as_fields().0)),
        bytes,
    });
    // The port is opened by and by; a job handed over before comes back unsent.
    while let Ok(event) = printer.events.recv_timeout(PAGE_LIMIT) {
        match event {
            PrinterEvent::Status(status) if status.can_print() => {
                if let Some(job) = job.take()
                    && printer.submit(job).is_err()
                {
                    return Ok("busy");
                }
            }
            PrinterEvent::Status(status) if status.connected && !status.mute && job.is_some() => {
                return Ok("not-sent");
            }
            PrinterEvent::Status(_) | PrinterEvent::LatePrinted(_) | PrinterEvent::NewRoll => {
                if printer.port_fault().is_some() {
                    return Ok("not-sent");
                }
            }
            PrinterEvent::Printed(_) => return Ok("printed"),
            PrinterEvent::NotSent(..) => return Ok("not-sent"),
            PrinterEvent::InDoubt(..) => return Ok("in-doubt"),
        }
    }
    Ok("not-sent")
}

/// Notes in the desk that the settings want no printer.
pub fn off(desk: &DeskHandle) {
    let _ = desk.ask_blocking(Request::PrinterIs(PrinterState::Off));
}

struct Print {
    pulse: Pulse,
    desk: DeskHandle,
    profile: Profile,
    glyphs: Arc<Glyphs>,
    /// The paper the printer has.
    current: Option<(JobId, FenceId)>,
    /// What the desk could not write down when it was told; told again until it can.
    untold: Vec<Request>,
    /// The page for staff the printer has, and who waits for it.
    page: Option<(FenceId, SyncSender<&'static str>)>,
    /// How much of the roll what the printer has takes, millimetres.
    mm: u32,
    /// What the printer last said of itself.
    status: Option<PrinterStatus>,
    /// It did not answer for the last paper it was sent, though it says that all is well.
    unanswered: bool,
    /// The reprint the printer was emptied for while it was in trouble.
    cleared: Option<JobId>,
    /// Why the port is not open.
    fault: Option<PortFault>,
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
        loop {
            let said = news.recv_timeout(RETRY);
            self.pulse.beat();
            let over = match said {
                Ok(News::Wake) | Err(RecvTimeoutError::Timeout) => Ok(()),
                Ok(News::Printer(event)) => self.heard(event),
                Ok(News::Page(page, reply)) => {
                    self.page(&printer, &page, reply);
                    Ok(())
                }
                Ok(News::Gone | News::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            };
            let over = over.and_then(|()| self.watch_port(&printer));
            if over.and_then(|()| self.tell_again()).is_err() {
                return;
            }
            if self.current.is_some() || self.page.is_some() {
                continue;
            }
            // Before the first word of it a printer is asked all the same.
            let able = self.status.is_none_or(|it| it.can_print());
            let done = match able {
                true => self.hand_over(&printer),
                false => self.clear_ahead(&printer),
            };
            if done.is_err() {
                return;
            }
        }
    }

    /// Tells the desk what the printer said.
    fn heard(&mut self, event: PrinterEvent) -> Result<(), Stopped> {
        match event {
            PrinterEvent::Status(status) => {
                self.status = Some(status);
                self.tell_state()
            }
            PrinterEvent::Printed(fence) => {
                self.answers(true)?;
                self.settle(fence, PaperOutcome::Printed)
            }
            PrinterEvent::NotSent(fence, reason) => {
                tracing::info!(?reason, "paper not sent");
                if reason == Reason::NoAnswer {
                    self.answers(false)?;
                }
                self.settle(fence, PaperOutcome::NotSent)
            }
            PrinterEvent::InDoubt(fence, reason) => {
                tracing::warn!(?reason, "paper in doubt");
                if reason == Reason::NoAnswer {
                    self.answers(false)?;
                }
                self.settle(fence, PaperOutcome::InDoubt)
            }
            PrinterEvent::LatePrinted(fence) => self.tell(Request::PaperCameLate {
                fence: fence.to_string(),
            }),
            PrinterEvent::NewRoll => self.tell(Request::NewRoll),
        }
    }

    /// Notes whether the printer answers for what it is sent, which it does not say of itself.
    fn answers(&mut self, answers: bool) -> Result<(), Stopped> {
        match std::mem::replace(&mut self.unanswered, !answers) == answers {
            true => self.tell_state(),
            false => Ok(()),
        }
    }

    fn tell_state(&mut self) -> Result<(), Stopped> {
        let Some(status) = self.status.filter(|it| it.connected) else {
            return self.tell(Request::PrinterIs(unopened(self.fault)));
        };
        let state = match state(&status) {
            PrinterState::Ready | PrinterState::PaperLow if self.unanswered => PrinterState::NoAnswer,
            said => said,
        };
        self.tell(Request::PrinterIs(state))
    }

    /// Notices why the port is not open: that a program has it, or we may not, is said apart from a cable that is out.
    fn watch_port(&mut self, printer: &PrinterHandle) -> Result<(), Stopped> {
        let fault = printer.port_fault();
        match std::mem::replace(&mut self.fault, fault) == fault {
            false if fault.is_some() => self.tell(Request::PrinterIs(unopened(fault))),
            _ => Ok(()),
        }
    }

    fn page(&mut self, printer: &PrinterHandle, page: &Page, reply: SyncSender<&'static str>) {
        let fence = FenceId::from_number(u64::from(uuid::Uuid::new_v4().as_fields().0));
        let doc = match page {
            Page::SelfTest(language) => {
                let left = self.desk.snapshot().roll.map(|it| it.papers);
                selftest(&self.profile, left, *language)
            }
            Page::Day(summary) => day(summary),
        };
        let bytes = encode(&doc, &self.profile, &self.glyphs);
        let mm = paper_mm(&bytes, &self.profile);
        if self.current.is_some() || self.page.is_some() || printer.submit(Job { fence, bytes }).is_err() {
            let _ = reply.send("busy");
            return;
        }
        (self.page, self.mm) = (Some((fence, reply)), mm);
    }

    fn settle(&mut self, fence: FenceId, outcome: PaperOutcome) -> Result<(), Stopped> {
        let told = if let Some((_, reply)) = self.page.take_if(|it| it.0 == fence) {
            let _ = reply.send(match outcome {
                PaperOutcome::Printed => "printed",
                PaperOutcome::NotSent => "not-sent",
                PaperOutcome::InDoubt => "in-doubt",
            });
            Ok(())
        } else if let Some((job, _)) = self.current.take_if(|it| it.1 == fence) {
            self.tell(Request::PaperIs { job, outcome })
        } else {
            return Ok(());
        };
        // What was sent is taken to be on paper: a roll that ends too early is worse than one changed too early.
        match outcome {
            PaperOutcome::NotSent => told,
            _ => told.and_then(|()| self.tell(Request::PaperUsed { mm: self.mm })),
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
            content,
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
        if clear_first && !printer.clear() {
            // What may lie in the printer would come out beside it: later, then.
            return self.tell(Request::PaperIs {
                job,
                outcome: PaperOutcome::NotSent,
            });
        }
        let bytes = encode(&laid_out(&content), &self.profile, &self.glyphs);
        self.mm = paper_mm(&bytes, &self.profile);
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

    /// Empties a printer in trouble as soon as a slip it may hold was asked for again: mended it would print what it
    /// holds before anything of ours could reach it.
    fn clear_ahead(&mut self, printer: &PrinterHandle) -> Result<(), Stopped> {
        match self.desk.reprint_to_clear() {
            Ok(Some(job)) if self.cleared != Some(job) => {
                if printer.clear() {
                    self.cleared = Some(job);
                }
                Ok(())
            }
            Err(Trouble::Stopped) => Err(Stopped),
            _ => Ok(()),
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

/// Lays out whatever stands on a paper.
fn laid_out(content: &Content) -> Doc {
    match content {
        Content::Slip(it) => slip(it),
        Content::Sheet(it) => sheet(it),
    }
}

/// What would come out of a printer of this kind: a PNG, drawn from the bytes it would be sent.
pub fn picture(content: &Content, profile: &Profile, glyphs: &Glyphs) -> Vec<u8> {
    preview(&laid_out(content), profile, glyphs).png()
}

/// The desk has stopped, and so does printing.
struct Stopped;

fn fence_id(text: &str) -> Option<FenceId> {
    FenceId::new(text.as_bytes().try_into().ok()?)
}

/// Why there is no printer at the port, in the desk's words.
fn unopened(fault: Option<PortFault>) -> PrinterState {
    match fault {
        Some(PortFault::InUse) => PrinterState::InUse,
        Some(PortFault::Denied) => PrinterState::Denied,
        _ => PrinterState::Unplugged,
    }
}

/// What the printer says of itself, in the desk's words.
pub fn state(status: &PrinterStatus) -> PrinterState {
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
