//! The slip printer as a state machine: bytes and time in, bytes and reports out.
//!
//! It opens no port and reads no clock: [`crate::port`] feeds it, and tests join it to the simulated printer. It promises
//! that every job ends in exactly one of three ways: *printed*, and the printer itself answered for it; *not sent*, and no
//! byte of it has left; *in doubt*, and nobody may print it again without being asked. It never prints a job twice.
//!
//! A job: four questions; the bytes; the fences; the answer. A fence is answered in print order, so whatever was sent before
//! it is on paper. The best fence echoes four characters of ours; the common one is a single byte, which line noise can
//! imitate, so a second one must be answered before it is believed, and three where noise was heard.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use crate::escpos;
use crate::profile::{Fence, Profile};
use crate::roll::RollWatch;
use crate::status::{self, Answer, Paper, PrinterStatus, Question, Trouble};

/// How long one question may stay unanswered.
pub const QUESTION_LIMIT: Duration = Duration::from_millis(300);
/// How often an idle printer is asked how it is.
pub const ROUND_EVERY: Duration = Duration::from_secs(1);
/// The least time a printer gets to answer for a slip.
pub const ANSWER_MIN: Duration = Duration::from_secs(5);
/// The time it gets on top of what the bytes take on the line.
pub const ANSWER_AFTER_LINE: Duration = Duration::from_secs(3);
/// Bytes of a job sent without asking for an answer in between.
pub const PIECE_BYTES_MAX: usize = 2000;
/// A printer that has nothing left to print answers a fence within this time.
const PROMPT: Duration = Duration::from_millis(300);
/// A printer that answers no fence for this long sits in half a command, or has much to print.
const HALF_AFTER: Duration = Duration::from_secs(2);
/// A printer that has not come to rest by then gets no job yet.
const EMPTY_LIMIT: Duration = Duration::from_secs(10);
/// How long the id is waited for once the paper byte behind it has come.
const ID_AFTER_PAPER: Duration = Duration::from_secs(1);
/// A fence that was heard alone is believed; this long nothing else may come.
const QUIET: Duration = Duration::from_millis(100);
/// How long a printer may take over an echo it has begun.
const ECHO_LIMIT: Duration = Duration::from_millis(200);
/// Jobs in doubt whose late answer is still listened for.
const DOUBTFUL_MAX: usize = 64;
/// Questions in a row without an answer until a printer counts as mute.
const MISSES_MAX: u8 = 3;

/// The four printable characters a job's fence carries, new for each job.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FenceId([u8; 4]);

impl FenceId {
    /// From four characters between space and `~`; `None` when one is not.
    pub fn new(bytes: [u8; 4]) -> Option<Self> {
        bytes
            .iter()
            .all(|byte| (0x20..=0x7e).contains(byte))
            .then_some(Self(bytes))
    }

    /// From a number that grows by one a job. Two numbers closer than 78 million never share an id.
    pub fn from_number(number: u64) -> Self {
        // 94 characters: no space, so that an id can be read off a log.
        let digit = |place: u32| b'!' + (number / 94u64.pow(place) % 94) as u8;
        Self([digit(3), digit(2), digit(1), digit(0)])
    }

    /// The four characters.
    pub fn bytes(self) -> [u8; 4] {
        self.0
    }
}

impl fmt::Display for FenceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{}", char::from(*byte)))
    }
}

impl fmt::Debug for FenceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FenceId({self})")
    }
}

/// One piece of paper to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Committed by the caller before the job is handed over, and never used again.
    pub fence: FenceId,
    /// From [`escpos::encode`].
    pub bytes: Vec<u8>,
}

/// What the machine is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The port is open.
    Connected,
    /// The port is gone.
    Lost,
    /// Bytes were thrown away on our side before they reached the line.
    Discarded,
    /// Print this.
    Print(Job),
    /// Forget whatever the printer holds: before a person prints a slip again that is in doubt.
    Clear,
    /// The printer said something.
    Received(Vec<u8>),
    /// Time has passed.
    Tick,
}

/// What the machine wants done or known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Write these bytes to the port.
    Send(Vec<u8>),
    /// For the caller.
    Event(PrinterEvent),
}

/// What the caller gets to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterEvent {
    /// What the printer says of itself has changed.
    Status(PrinterStatus),
    /// On paper: the printer answered for it.
    Printed(FenceId),
    /// No byte of it has left; it may be submitted again.
    NotSent(FenceId, Reason),
    /// Bytes have left, no answer came. Never print it again without being asked.
    InDoubt(FenceId, Reason),
    /// A job reported as in doubt has been answered for after all: it is on paper.
    LatePrinted(FenceId),
    /// Somebody has put in a new roll.
    NewRoll,
}

/// Why a job did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The printer told what is wrong with it, or is not there.
    Trouble(Trouble),
    /// Another job is being printed.
    Busy,
    /// All seems well, but the printer does not answer for what it was sent.
    NoAnswer,
}

#[derive(Debug)]
enum Phase {
    Unplugged,
    /// Asking from time to time.
    Idle {
        round_at: Instant,
    },
    /// The four questions, for their own sake or before a job.
    Asking {
        job: Option<Job>,
    },
    /// What a program before this one sent is worked off, or filled up where it broke off within a command.
    Emptying(Emptying),
    /// Answers to fences of older jobs may be on their way; only when they are in can the next byte be told from them.
    Settling {
        job: Job,
        until: Instant,
        heard: bool,
    },
    Printing(Printing),
    /// The fence is answered; the last word is the cutter's.
    Finishing {
        fence: FenceId,
    },
}

#[derive(Debug)]
struct Emptying {
    /// When a fence was last sent.
    asked: Instant,
    /// When it was answered so quickly that nothing can have been before it.
    heard: Option<Instant>,
    /// When the next fence is sent.
    again: Option<Instant>,
    /// When zeros are sent, unless there is an answer first.
    fill: Option<Instant>,
    /// When it is given up.
    until: Instant,
}

#[derive(Debug)]
struct Printing {
    fence: FenceId,
    /// Pieces not yet sent, the last one first.
    pieces: Vec<Vec<u8>>,
    /// When an answer is due at the latest.
    until: Instant,
    /// When to ask the next question, and which.
    ask_at: Instant,
    ask: Question,
    /// A byte came that no printer sends.
    noise: bool,
    /// Whether every earlier paper fence was answered, so that the next byte is about this job.
    countable: bool,
    /// When the paper fence was answered while the id is still awaited.
    paper_at: Option<Instant>,
    /// Further paper fences that must be answered before they are believed.
    confirm: Option<Confirm>,
}

#[derive(Debug)]
struct Confirm {
    left: u8,
    /// When the answer to the last one came.
    heard: Option<Instant>,
    /// When it was asked.
    asked: Instant,
}

/// Bytes from the printer, told apart.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Status(u8),
    Echo(FenceId),
    Paper(Paper),
    /// A byte that may be an answer to `GS r` only if bits nobody defined mean nothing.
    OddPaper(Paper),
    Noise,
}

/// The machine. Feed it with [`Self::handle`], then call [`Self::poll`] until it is empty.
#[derive(Debug)]
pub struct Printer {
    profile: Profile,
    phase: Phase,
    /// What was last reported, and what is being learned.
    status: PrinterStatus,
    draft: PrinterStatus,
    asked: Option<(Question, Instant)>,
    misses: u8,
    /// The beginning of an echo.
    partial: Vec<u8>,
    partial_since: Option<Instant>,
    /// Paper fences sent and not answered.
    owed: u32,
    doubtful: VecDeque<FenceId>,
    waiting: Option<Job>,
    clear: bool,
    /// Part of a slip in doubt may hang uncut from the roll.
    torn: bool,
    /// A program before this one may have been killed in the middle of a slip, so the printer may hold what we never
    /// sent, or wait for the rest of a command.
    unproven: bool,
    /// The printer was asked about that once, without a job waiting.
    tried: bool,
    /// A job broke off: so many bytes may be missing from the command it broke off in.
    broken: Option<usize>,
    /// The longest command of the job on its way.
    longest: usize,
    roll: RollWatch,
    outputs: VecDeque<Output>,
}

impl Printer {
    /// A printer that is not yet connected. `doubtful` are the jobs in doubt since before the program started, after
    /// which nothing was printed: the last of them may hang uncut from the roll.
    pub fn new(profile: Profile, doubtful: impl IntoIterator<Item = FenceId>) -> Self {
        let doubtful: VecDeque<FenceId> = doubtful.into_iter().collect();
        Self {
            profile,
            torn: !doubtful.is_empty(),
            unproven: true,
            doubtful,
            phase: Phase::Unplugged,
            status: PrinterStatus::default(),
            draft: PrinterStatus::default(),
            asked: None,
            misses: 0,
            partial: Vec::new(),
            partial_since: None,
            owed: 0,
            waiting: None,
            clear: false,
            tried: false,
            broken: None,
            longest: 0,
            roll: RollWatch::default(),
            outputs: VecDeque::new(),
        }
    }

    /// What was last reported.
    pub fn status(&self) -> PrinterStatus {
        self.status
    }

    /// Whether a job handed over now would be taken rather than refused as busy.
    pub fn is_free(&self) -> bool {
        let at_rest = matches!(
            self.phase,
            Phase::Unplugged | Phase::Idle { .. } | Phase::Asking { job: None } | Phase::Emptying(_)
        );
        at_rest && self.waiting.is_none()
    }

    /// The next thing to do; `None` when there is nothing more.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is due at the latest; `None` while not connected.
    pub fn deadline(&self) -> Option<Instant> {
        let own = match &self.phase {
            Phase::Unplugged => return None,
            Phase::Idle { round_at } => Some(*round_at),
            Phase::Asking { .. } | Phase::Finishing { .. } => None,
            Phase::Settling { until, .. } => Some(*until),
            Phase::Emptying(emptying) => Some(emptying.deadline()),
            Phase::Printing(printing) => Some(printing.deadline()),
        };
        let asked = self.asked.map(|(_, until)| until);
        let echo = self.partial_since.map(|since| since + ECHO_LIMIT);
        [own, asked, echo].into_iter().flatten().min()
    }

    /// Takes one thing in.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Connected => self.connected(now),
            Input::Lost => self.lost(),
            Input::Discarded => self.broken = Some(self.longest),
            Input::Print(job) => self.print(job, now),
            Input::Clear => {
                self.clear = true;
                self.rest(now);
            }
            Input::Received(bytes) => {
                for byte in bytes {
                    self.hear(byte, now);
                }
            }
            Input::Tick => {}
        }
        self.tick(now);
    }

    fn connected(&mut self, now: Instant) {
        self.draft = PrinterStatus {
            connected: true,
            ..PrinterStatus::default()
        };
        (self.asked, self.misses, self.partial_since) = (None, 0, None);
        self.partial.clear();
        self.phase = Phase::Idle { round_at: now };
    }

    fn lost(&mut self) {
        let reason = Reason::Trouble(Trouble::NotConnected);
        match std::mem::replace(&mut self.phase, Phase::Unplugged) {
            Phase::Asking { job: Some(job) } | Phase::Settling { job, .. } => {
                self.tell(PrinterEvent::NotSent(job.fence, reason));
            }
            Phase::Printing(printing) => {
                self.broken = Some(self.longest);
                self.doubt(printing.fence, reason);
            }
            Phase::Finishing { fence } => self.tell(PrinterEvent::Printed(fence)),
            Phase::Unplugged | Phase::Idle { .. } | Phase::Asking { job: None } | Phase::Emptying(_) => {}
        }
        if let Some(job) = self.waiting.take() {
            self.tell(PrinterEvent::NotSent(job.fence, reason));
        }
        self.asked = None;
        self.draft = PrinterStatus::default();
        self.publish();
    }

    fn print(&mut self, job: Job, now: Instant) {
        if !self.is_free() {
            self.tell(PrinterEvent::NotSent(job.fence, Reason::Busy));
        } else if matches!(self.phase, Phase::Unplugged) {
            self.tell(PrinterEvent::NotSent(
                job.fence,
                Reason::Trouble(Trouble::NotConnected),
            ));
        } else {
            self.waiting = Some(job);
            self.rest(now);
        }
    }

    /// Between two things: clears if asked to, then begins the next job.
    fn rest(&mut self, now: Instant) {
        if !matches!(self.phase, Phase::Idle { .. }) {
            return;
        }
        if std::mem::take(&mut self.clear) {
            self.send(escpos::CLEAR.to_vec());
            self.owed = 0;
        }
        if let Some(job) = self.waiting.take() {
            self.phase = Phase::Asking { job: Some(job) };
            self.ask(Question::Printer, now);
        }
    }

    fn ask(&mut self, question: Question, now: Instant) {
        self.asked = Some((question, now + QUESTION_LIMIT));
        self.send(question.bytes().to_vec());
    }

    fn tick(&mut self, now: Instant) {
        if self.partial_since.is_some_and(|since| now >= since + ECHO_LIMIT) {
            self.partial.clear();
            self.partial_since = None;
            self.heard(Heard::Noise, now);
        }
        if let Some((_, until)) = self.asked
            && now >= until
        {
            self.asked = None;
            self.unanswered(now);
        }
        match &mut self.phase {
            Phase::Idle { round_at } if now >= *round_at => {
                self.phase = Phase::Asking { job: None };
                self.ask(Question::Printer, now);
            }
            Phase::Settling { until, .. } if now >= *until => {
                let round_at = now;
                let phase = std::mem::replace(&mut self.phase, Phase::Idle { round_at });
                if let Phase::Settling { job, heard, .. } = phase {
                    if self.owed == 0 {
                        // Every older job was answered for, so nothing hangs from the roll.
                        self.torn = false;
                    }
                    self.owed = 0;
                    if heard {
                        // The printer answers, so what is still owed was lost with its memory.
                        self.begin(job, now);
                    } else {
                        // It answers for itself but for nothing sent: it sits in half a command of a program
                        // that was killed, and would swallow every job until that is full.
                        self.broken = Some(self.longest.max(escpos::COMMAND_BYTES_MAX));
                        self.tell(PrinterEvent::NotSent(job.fence, Reason::NoAnswer));
                    }
                }
            }
            Phase::Emptying(_) => self.tick_emptying(now),
            Phase::Printing(_) => self.tick_printing(now),
            _ => {}
        }
    }

    /// Finds out whether the printer still works on, or waits for, what a program before this one sent: it does not once
    /// it answers a fence at once and says nothing more. Counting answers would not do, as nobody knows how many are owed.
    fn empty(&mut self, now: Instant) {
        self.phase = Phase::Emptying(Emptying {
            asked: now,
            heard: None,
            again: None,
            fill: Some(now + HALF_AFTER),
            until: now + EMPTY_LIMIT,
        });
        self.ask_fence();
    }

    fn tick_emptying(&mut self, now: Instant) {
        let Phase::Emptying(emptying) = &mut self.phase else {
            return;
        };
        if emptying.heard.is_some_and(|heard| now >= heard + QUIET) {
            self.unproven = false;
            self.owed = 0;
            self.phase = Phase::Idle {
                round_at: now + ROUND_EVERY,
            };
            self.rest(now);
        } else if now >= emptying.until {
            self.phase = Phase::Idle {
                round_at: now + ROUND_EVERY,
            };
            if let Some(job) = self.waiting.take() {
                self.tell(PrinterEvent::NotSent(job.fence, Reason::NoAnswer));
            }
            self.rest(now);
        } else if emptying.fill.is_some_and(|at| now >= at) {
            // Half a command takes whatever comes for the rest of itself: let it be zeros rather than a slip. What it
            // belonged to hangs from the roll.
            (emptying.fill, emptying.again, emptying.asked) = (None, None, now);
            self.torn = true;
            self.send(vec![0; escpos::COMMAND_BYTES_MAX]);
            self.ask_fence();
        } else if emptying.again.is_some_and(|at| now >= at) {
            (emptying.again, emptying.asked) = (None, now);
            self.ask_fence();
        }
    }

    fn tick_printing(&mut self, now: Instant) {
        let Phase::Printing(printing) = &mut self.phase else {
            return;
        };
        if now >= printing.until {
            let fence = printing.fence;
            let unsent = !printing.pieces.is_empty();
            self.phase = Phase::Idle { round_at: now };
            if unsent {
                // Pieces were held back: the printer has half a slip.
                self.broken = Some(self.longest);
            }
            let reason = match self.draft.trouble() {
                Some(trouble) => Reason::Trouble(trouble),
                None => Reason::NoAnswer,
            };
            self.publish();
            self.doubt(fence, reason);
            self.rest(now);
            return;
        }
        if let Some(confirm) = &mut printing.confirm {
            match confirm.heard {
                Some(heard) if now >= heard + QUIET => {
                    confirm.left -= 1;
                    if confirm.left == 0 {
                        self.finish(now);
                    } else {
                        (confirm.heard, confirm.asked) = (None, now);
                        self.ask_fence();
                    }
                }
                // A fence that noise swallowed is asked again.
                None if now >= confirm.asked + ID_AFTER_PAPER => {
                    confirm.asked = now;
                    self.ask_fence();
                }
                _ => {}
            }
            return;
        }
        if printing.paper_at.is_some_and(|at| now >= at + ID_AFTER_PAPER) {
            self.confirm(now);
        } else if self.asked.is_none() && now >= printing.ask_at {
            let question = printing.ask;
            printing.ask = question.next().unwrap_or(Question::Printer);
            printing.ask_at = now + QUESTION_LIMIT;
            self.ask(question, now);
        }
    }

    fn unanswered(&mut self, now: Instant) {
        self.misses = self.misses.saturating_add(1);
        match std::mem::replace(&mut self.phase, Phase::Unplugged) {
            // A visitor waits: one silence is enough to say no.
            Phase::Asking { job: Some(job) } => {
                self.phase = Phase::Idle {
                    round_at: now + QUESTION_LIMIT,
                };
                self.draft.mute = true;
                self.publish();
                self.tell(PrinterEvent::NotSent(job.fence, Reason::Trouble(Trouble::Mute)));
                self.rest(now);
            }
            Phase::Asking { job: None } => {
                let mute = self.misses >= MISSES_MAX;
                self.phase = Phase::Idle {
                    round_at: now + if mute { ROUND_EVERY } else { Duration::ZERO },
                };
                if mute {
                    self.draft.mute = true;
                    self.publish();
                }
                self.rest(now);
            }
            Phase::Finishing { fence } => {
                self.phase = Phase::Idle { round_at: now };
                self.tell(PrinterEvent::Printed(fence));
                self.rest(now);
            }
            phase => {
                self.phase = phase;
                if self.misses >= MISSES_MAX {
                    self.draft.mute = true;
                    self.publish();
                }
            }
        }
    }

    fn hear(&mut self, byte: u8, now: Instant) {
        // An echo: 37 22, four printable characters, 00.
        let fits = match self.partial.len() {
            0 => byte == 0x37,
            1 => byte == 0x22,
            2..=5 => (0x20..=0x7e).contains(&byte),
            _ => byte == 0x00,
        };
        if fits {
            self.partial.push(byte);
            self.partial_since = Some(now);
            if let [_, _, a, b, c, d, _] = self.partial[..] {
                self.partial.clear();
                self.partial_since = None;
                self.heard(Heard::Echo(FenceId([a, b, c, d])), now);
            }
            return;
        }
        if !self.partial.is_empty() {
            self.partial.clear();
            self.partial_since = None;
            self.heard(Heard::Noise, now);
            return self.hear(byte, now);
        }
        let heard = match status::paper(byte) {
            _ if status::is_status(byte) => Heard::Status(byte),
            Some(paper) if matches!(byte, 0x00 | 0x03 | 0x0c | 0x0f) => Heard::Paper(paper),
            Some(paper) => Heard::OddPaper(paper),
            None => Heard::Noise,
        };
        self.heard(heard, now);
    }

    fn heard(&mut self, heard: Heard, now: Instant) {
        match heard {
            Heard::Status(byte) => {
                if let Some((question, _)) = self.asked.take()
                    && let Some(answer) = status::decode(question, byte)
                {
                    self.answered(question, answer, now);
                } else {
                    self.noise();
                }
            }
            Heard::Echo(id) => self.echoed(id, now),
            Heard::Paper(paper) => self.paper_answered(paper, now),
            Heard::OddPaper(paper) => {
                self.noise();
                self.paper_answered(paper, now);
            }
            Heard::Noise => self.noise(),
        }
    }

    fn noise(&mut self) {
        if let Phase::Printing(printing) = &mut self.phase {
            printing.noise = true;
            if let Some(confirm) = &mut printing.confirm {
                // Not alone on the line, so it does not count.
                confirm.left = 3;
                confirm.heard = None;
            }
        }
    }

    fn answered(&mut self, question: Question, answer: Answer, now: Instant) {
        self.misses = 0;
        self.draft.learn(answer);
        let round_is_over = question == Question::Paper;
        if round_is_over {
            self.publish();
            if self.roll.round(&self.status, now) {
                self.tell(PrinterEvent::NewRoll);
            }
        }
        match std::mem::replace(&mut self.phase, Phase::Unplugged) {
            Phase::Asking { job } => match (question.next(), job) {
                (Some(next), job) => {
                    self.phase = Phase::Asking { job };
                    self.ask(next, now);
                }
                (None, None) => {
                    self.phase = Phase::Idle {
                        round_at: now + ROUND_EVERY,
                    };
                    if self.unproven && !self.tried && self.draft.trouble().is_none() && self.has_fence() {
                        // At once, so that the first visitor need not wait for it.
                        self.tried = true;
                        self.empty(now);
                    } else {
                        self.rest(now);
                    }
                }
                (None, Some(job)) => {
                    self.phase = Phase::Idle {
                        round_at: now + ROUND_EVERY,
                    };
                    if let Some(trouble) = self.draft.trouble() {
                        self.tell(PrinterEvent::NotSent(job.fence, Reason::Trouble(trouble)));
                        self.rest(now);
                    } else if self.unproven && self.has_fence() {
                        self.waiting = Some(job);
                        self.empty(now);
                    } else {
                        self.recover();
                        if self.owed > 0 && self.profile.fence == Fence::Paper {
                            self.phase = Phase::Settling {
                                job,
                                until: now + ANSWER_AFTER_LINE,
                                heard: false,
                            };
                            self.ask_fence();
                        } else {
                            self.begin(job, now);
                        }
                    }
                }
            },
            Phase::Finishing { fence } if question != Question::Error => {
                self.phase = Phase::Finishing { fence };
                self.ask(Question::Error, now);
            }
            Phase::Finishing { fence } => {
                self.publish();
                self.phase = Phase::Idle { round_at: now };
                self.tell(PrinterEvent::Printed(fence));
                self.rest(now);
            }
            phase => self.phase = phase,
        }
    }

    /// Gets a printer out of a command that broke off: it would swallow the beginning of whatever comes next.
    fn recover(&mut self) {
        if let Some(missing) = self.broken.take() {
            // The command is thrown away, or filled up with zeros where the printer does not know how to throw away.
            self.send([&escpos::CLEAR[..], &vec![0; missing]].concat());
            self.owed = 0;
        }
    }

    /// The first byte of a job leaves.
    fn begin(&mut self, job: Job, now: Instant) {
        let Job { fence, bytes } = job;
        self.longest = escpos::longest_command(&bytes);
        if std::mem::take(&mut self.unproven) && self.torn {
            // A printer without fences cannot be asked whether it sits in half a command.
            self.send(vec![0; escpos::COMMAND_BYTES_MAX]);
        }
        if std::mem::take(&mut self.torn) {
            // What may hang from the roll belongs to another visitor.
            self.send([&[0x1b, 0x40], &escpos::cut(&self.profile)[..]].concat());
        }
        let mut pieces: Vec<Vec<u8>> = match self.profile.fence {
            Fence::None => vec![bytes],
            _ => escpos::pieces(&bytes, PIECE_BYTES_MAX)
                .into_iter()
                .map(<[u8]>::to_vec)
                .collect(),
        };
        let last = pieces.len();
        for (index, piece) in pieces.iter_mut().enumerate() {
            let asks = if index + 1 == last {
                escpos::fence(&self.profile, fence)
            } else {
                escpos::ASK_PAPER.to_vec()
            };
            piece.extend(asks);
        }
        pieces.reverse();
        self.phase = Phase::Printing(Printing {
            fence,
            pieces,
            until: now,
            ask_at: now,
            ask: Question::Printer,
            noise: false,
            countable: self.owed == 0,
            paper_at: None,
            confirm: None,
        });
        self.next_piece(now);
    }

    fn next_piece(&mut self, now: Instant) {
        let Phase::Printing(printing) = &mut self.phase else {
            return;
        };
        let Some(piece) = printing.pieces.pop() else {
            return;
        };
        let on_line = Duration::from_secs_f64(piece.len() as f64 * 10.0 / f64::from(self.profile.baud));
        // A slow head prints 60 mm a second; what the line and the head do at the same time is counted twice, to be safe.
        let on_head = Duration::from_millis(escpos::paper_dots(&piece) * 1000 / (60 * 8));
        printing.until = now + ANSWER_MIN.max(on_line + on_head + ANSWER_AFTER_LINE);
        // An answer cannot come before the question has left, and it leaves after the piece.
        printing.ask_at = now + on_line + QUESTION_LIMIT;
        if self.profile.fence != Fence::None {
            self.owed += 1;
        }
        self.send(piece);
    }

    fn has_fence(&self) -> bool {
        self.profile.fence != Fence::None
    }

    fn ask_fence(&mut self) {
        self.owed += 1;
        self.send(escpos::ASK_PAPER.to_vec());
    }

    fn echoed(&mut self, id: FenceId, now: Instant) {
        if let Phase::Printing(printing) = &self.phase
            && printing.fence == id
            && printing.pieces.is_empty()
        {
            // All before it is answered or lost; its own paper byte is still to come.
            self.owed = 1;
            self.finish(now);
        } else if let Some(index) = self.doubtful.iter().position(|doubtful| *doubtful == id) {
            self.doubtful.remove(index);
            // It came out whole, and its own cut with it.
            self.torn = false;
            self.tell(PrinterEvent::LatePrinted(id));
        }
        // Any other id is nobody's, and thrown away.
    }

    fn paper_answered(&mut self, paper: Paper, now: Instant) {
        self.draft.paper = paper;
        self.owed = self.owed.saturating_sub(1);
        match &mut self.phase {
            Phase::Settling { heard, until, .. } => {
                *heard = true;
                *until = now
                    + if self.owed == 0 {
                        Duration::ZERO
                    } else {
                        ANSWER_AFTER_LINE
                    };
            }
            Phase::Printing(printing) => {
                if let Some(confirm) = &mut printing.confirm {
                    confirm.heard = Some(now);
                } else if !printing.pieces.is_empty() {
                    self.next_piece(now);
                } else if printing.countable && self.owed == 0 {
                    match self.profile.fence {
                        Fence::Id => printing.paper_at = Some(now),
                        _ => self.confirm(now),
                    }
                }
            }
            Phase::Emptying(emptying) => {
                let prompt = emptying.heard.is_none() && now <= emptying.asked + PROMPT;
                // Whatever is not alone, or comes late, is an answer to somebody else's fence.
                emptying.heard = prompt.then_some(now);
                emptying.again = (!prompt).then_some(now + QUIET);
            }
            _ => {}
        }
    }

    /// The paper fence was answered; it is asked again, alone, to tell it from noise.
    fn confirm(&mut self, now: Instant) {
        let Phase::Printing(printing) = &mut self.phase else {
            return;
        };
        let left = if printing.noise { 3 } else { 1 };
        printing.confirm = Some(Confirm {
            left,
            heard: None,
            asked: now,
        });
        self.ask_fence();
    }

    fn finish(&mut self, now: Instant) {
        let Phase::Printing(printing) = &self.phase else {
            return;
        };
        self.phase = Phase::Finishing {
            fence: printing.fence,
        };
        // An answer still on its way must not be taken for the cutter's.
        if self.asked.is_none() {
            self.ask(Question::Error, now);
        }
    }

    fn doubt(&mut self, fence: FenceId, reason: Reason) {
        self.torn = true;
        self.doubtful.push_back(fence);
        if self.doubtful.len() > DOUBTFUL_MAX {
            self.doubtful.pop_front();
        }
        self.tell(PrinterEvent::InDoubt(fence, reason));
    }

    fn publish(&mut self) {
        if self.status != self.draft {
            self.status = self.draft;
            self.tell(PrinterEvent::Status(self.status));
        }
    }

    fn send(&mut self, bytes: Vec<u8>) {
        self.outputs.push_back(Output::Send(bytes));
    }

    fn tell(&mut self, event: PrinterEvent) {
        self.outputs.push_back(Output::Event(event));
    }
}

impl Emptying {
    fn deadline(&self) -> Instant {
        let heard = self.heard.map(|heard| heard + QUIET);
        let next = [heard, self.again, self.fill].into_iter().flatten().min();
        next.map_or(self.until, |next| next.min(self.until))
    }
}

impl Printing {
    fn deadline(&self) -> Instant {
        let next = match (&self.confirm, self.paper_at) {
            (
                Some(Confirm {
                    heard: Some(heard), ..
                }),
                _,
            ) => *heard + QUIET,
            (Some(Confirm { asked, .. }), _) => *asked + ID_AFTER_PAPER,
            (None, Some(at)) => (at + ID_AFTER_PAPER).min(self.ask_at),
            (None, None) => self.ask_at,
        };
        next.min(self.until)
    }
}
