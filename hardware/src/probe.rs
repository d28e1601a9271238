//! Finding out what an unknown printer answers: speed, questions, fences. What it calls itself is written down and decides
//! nothing, since clones lie.
//!
//! [`Probe`] is a state machine like the driver: it opens no port and reads no clock. [`run`] gives it both.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;

use crate::escpos;
use crate::port::{Address, PortFault, connect, open_port};
use crate::profile::{Fence, Profile};
use crate::status::{self, PrinterStatus, Question, Trouble};

/// The speeds that are tried, the commonest of the field first.
pub const SPEEDS: [u32; 7] = [9600, 115_200, 19_200, 38_400, 57_600, 4800, 230_400];
/// How long one question may stay unanswered.
const ANSWER_LIMIT: Duration = Duration::from_millis(300);
/// How long what comes in print order may take: a printer first prints what it holds.
const FENCE_LIMIT: Duration = Duration::from_secs(2);
/// What is sent to be echoed.
const ECHO: [u8; 4] = *b"LOBY";
/// What printers with flow control say, which none in a lobby should.
const FLOW: [u8; 2] = [0x11, 0x13];
/// The answer to `GS ( k` 182 begins like this and ends with a zero, as does that to `GS I`.
const QR_SIZE_HEAD: [u8; 2] = [0x37, 0x36];
const IDENTITY_HEAD: u8 = 0x5f;

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// The speed at which it answers; `None` when it never does, or when there is none, as on the network.
    pub baud: Option<u32>,
    /// Whether it answers at all.
    pub answers: bool,
    /// What it says about itself.
    pub status: PrinterStatus,
    /// The best fence it answers. Not asked while it is in trouble.
    pub fence: Fence,
    /// It draws QR codes by itself; `false` means that it did not say.
    pub native_qr: bool,
    /// It uses flow control, which must be switched off.
    pub flow_control: bool,
    /// What it calls itself.
    pub identity: Option<String>,
}

impl Findings {
    /// What is wrong with it now, which keeps it from being asked everything.
    pub fn trouble(&self) -> Option<Trouble> {
        self.status.trouble()
    }

    /// A profile for it on paper of this width, to be looked through by a person; `None` when it answers nothing.
    pub fn proposal(&self, paper_mm: u16) -> Option<String> {
        if !self.answers {
            return None;
        }
        let name = if paper_mm < 70 { "generic-58" } else { "generic-80" };
        let base = Profile::builtin_text(name).expect("it is one of ours");
        let fence = match self.fence {
            Fence::Id => "id",
            Fence::Paper => "paper",
            Fence::None => "none",
        };
        let identity = self.identity.as_deref().unwrap_or("nothing");
        let mut text = format!(
            "# Proposed by `lobby printer probe`, upon {name}. Look it through and print a test page.\n\
             # It calls itself: {identity}. That decides nothing.\n"
        );
        if !self.native_qr {
            text.push_str(
                "# It did not say whether it draws QR codes: if the test page has none, try \"legacy\", then \"raster\".\n",
            );
        }
        // The first two lines of a built-in profile name its model.
        for line in base.lines().skip(2) {
            let key = line.split('=').next().unwrap_or_default().trim();
            match (key, self.baud) {
                ("baud", Some(baud)) => text.push_str(&format!("baud = {baud}")),
                ("fence", _) => text.push_str(&format!("fence = \"{fence}\"")),
                _ => text.push_str(line),
            }
            text.push('\n');
        }
        Some(text)
    }
}

/// What the probe wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Open the port at this speed, and forget what came before.
    Speed(u32),
    /// Write these bytes.
    Send(Vec<u8>),
    /// It is over.
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Status(Question),
    Paper,
    Echo,
    QrSize,
    Identity,
    Over,
}

/// The machine.
#[derive(Debug)]
pub struct Probe {
    speeds: VecDeque<u32>,
    speed: Option<u32>,
    step: Step,
    until: Instant,
    heard: Vec<u8>,
    status: PrinterStatus,
    findings: Findings,
    outputs: VecDeque<Output>,
}

impl Probe {
    /// Begins. Without speeds the port has none, as on the network.
    pub fn new(speeds: &[u32], now: Instant) -> Self {
        let connected = PrinterStatus {
            connected: true,
            ..PrinterStatus::default()
        };
        let mut probe = Self {
            speeds: speeds.iter().copied().collect(),
            speed: None,
            step: Step::Over,
            until: now,
            heard: Vec::new(),
            status: connected,
            findings: Findings {
                baud: None,
                answers: false,
                status: PrinterStatus {
                    mute: true,
                    ..connected
                },
                fence: Fence::None,
                native_qr: false,
                flow_control: false,
                identity: None,
            },
            outputs: VecDeque::new(),
        };
        if speeds.is_empty() {
            probe.ask(Step::Status(Question::Printer), now);
        } else {
            probe.next_speed(now);
        }
        probe
    }

    /// The next thing to do; `None` when there is nothing more for now.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Self::tick`] is due.
    pub fn deadline(&self) -> Instant {
        self.until
    }

    /// What is known so far; whole once [`Output::Done`] was said.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// The printer said something.
    pub fn received(&mut self, bytes: &[u8], now: Instant) {
        for byte in bytes {
            // Inside an identity they would be letters; nobody's name holds them.
            if FLOW.contains(byte) {
                self.findings.flow_control |= self.findings.answers;
            } else {
                self.heard.push(*byte);
            }
        }
        self.listen(now);
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Instant) {
        if self.step != Step::Over && self.until <= now {
            self.unanswered(now);
        }
    }

    fn next_speed(&mut self, now: Instant) {
        self.speed = self.speeds.pop_front();
        match self.speed {
            Some(speed) => {
                self.outputs.push_back(Output::Speed(speed));
                self.ask(Step::Status(Question::Printer), now);
            }
            None => self.over(),
        }
    }

    fn over(&mut self) {
        self.step = Step::Over;
        self.outputs.push_back(Output::Done);
    }

    fn ask(&mut self, step: Step, now: Instant) {
        let (bytes, limit) = match step {
            Step::Status(question) => (question.bytes().to_vec(), ANSWER_LIMIT),
            Step::Paper => {
                // What was sent at a wrong speed may have begun a command, or stand as rubbish in the line.
                let begin = [&escpos::CLEAR[..], &[0x1b, 0x40], &escpos::ASK_PAPER];
                (begin.concat(), FENCE_LIMIT)
            }
            Step::Echo => ([&escpos::ASK_ECHO[..], &ECHO].concat(), FENCE_LIMIT),
            Step::QrSize => (escpos::ask_qr_size("LOBBY"), FENCE_LIMIT),
            Step::Identity => (vec![0x1d, 0x49, 0x43], FENCE_LIMIT),
            Step::Over => return,
        };
        self.heard.clear();
        (self.step, self.until) = (step, now + limit);
        self.outputs.push_back(Output::Send(bytes));
    }

    fn listen(&mut self, now: Instant) {
        match (self.step, &self.heard[..]) {
            (_, []) => {}
            (Step::Status(question), &[byte]) => match status::decode(question, byte) {
                Some(answer) => {
                    self.status.learn(answer);
                    match question.next() {
                        Some(next) => self.ask(Step::Status(next), now),
                        None => self.found(now),
                    }
                }
                None => self.unanswered(now),
            },
            (Step::Status(_), _) => self.unanswered(now),
            (Step::Paper, heard) if heard.iter().any(|byte| status::paper(*byte).is_some()) => {
                self.findings.fence = Fence::Paper;
                self.ask(Step::Echo, now);
            }
            (Step::Echo, [.., 0x37, 0x22, b'L', b'O', b'B', b'Y', 0x00]) => {
                self.findings.fence = Fence::Id;
                self.ask(Step::QrSize, now);
            }
            (Step::QrSize, [head @ .., 0x00]) if head.starts_with(&QR_SIZE_HEAD) => {
                self.findings.native_qr = true;
                self.ask(Step::Identity, now);
            }
            (Step::Identity, [IDENTITY_HEAD, name @ .., 0x00]) => {
                let name: String = String::from_utf8_lossy(name)
                    .chars()
                    .filter(|it| !it.is_control())
                    .collect();
                self.findings.identity = Some(name).filter(|name| !name.is_empty());
                self.over();
            }
            _ => {}
        }
    }

    /// All four questions are answered at this speed.
    fn found(&mut self, now: Instant) {
        self.findings.answers = true;
        (self.findings.baud, self.findings.status) = (self.speed, self.status);
        if self.status.can_print() {
            self.ask(Step::Paper, now);
        } else {
            // Nothing that comes in print order is answered while this lasts.
            self.over();
        }
    }

    fn unanswered(&mut self, now: Instant) {
        match self.step {
            Step::Status(_) => self.next_speed(now),
            Step::Paper => self.ask(Step::Echo, now),
            Step::Echo => self.ask(Step::QrSize, now),
            Step::QrSize => self.ask(Step::Identity, now),
            Step::Identity => self.over(),
            Step::Over => {}
        }
    }
}

/// Probes the printer at this address, at the given speeds only or at all usual ones. Takes seconds.
///
/// # Errors
/// When the port cannot be opened, or goes away meanwhile.
pub fn run(address: &Address, speeds: &[u32]) -> Result<Findings, PortFault> {
    let (mut port, mut probe) = match address {
        Address::Serial(_) => (None, Probe::new(speeds, Instant::now())),
        Address::Network(address) => (Some(connect(address)?), Probe::new(&[], Instant::now())),
    };
    let lost = |errno: Errno| PortFault::Other(std::io::Error::from(errno).kind());
    loop {
        while let Some(output) = probe.poll() {
            match (output, address) {
                (Output::Done, _) => return Ok(probe.findings().clone()),
                (Output::Speed(baud), Address::Serial(path)) => {
                    // The old one must be closed first: it is locked.
                    drop(port.take());
                    port = Some(open_port(path, baud)?);
                }
                (Output::Speed(_), Address::Network(_)) => {}
                (Output::Send(bytes), _) => {
                    let port = port.as_ref().expect("a speed comes first");
                    // A few bytes; a line that takes none is the same as a printer that does not answer.
                    match rustix::io::write(port, &bytes) {
                        Ok(_) | Err(Errno::AGAIN | Errno::INTR) => {}
                        Err(errno) => return Err(lost(errno)),
                    }
                }
            }
        }
        let heard = listen(port.as_ref().expect("it was opened"), probe.deadline()).map_err(lost)?;
        probe.received(&heard, Instant::now());
        probe.tick(Instant::now());
    }
}

/// What comes until the deadline, or nothing.
fn listen(port: &OwnedFd, until: Instant) -> Result<Vec<u8>, Errno> {
    let left = until.saturating_duration_since(Instant::now());
    let timeout = Timespec {
        tv_sec: left.as_secs() as _,
        tv_nsec: left.subsec_nanos().into(),
    };
    let _ = poll(&mut [PollFd::new(port, PollFlags::IN)], Some(&timeout));
    let mut buffer = [0; 256];
    match rustix::io::read(port, &mut buffer[..]) {
        Ok(0) => Err(Errno::PIPE),
        Ok(count) => Ok(buffer[..count].to_vec()),
        Err(Errno::AGAIN | Errno::INTR) => Ok(Vec::new()),
        Err(errno) => Err(errno),
    }
}
