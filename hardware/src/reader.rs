//! The identity-card reader as a state machine: bytes and time in, questions and a name out.
//!
//! It opens no port and reads no clock: [`crate::line`] feeds it. It promises that a card is looked for only while somebody
//! has asked for one, that one request gives one card at most, and that nothing but the name leaves it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::card::{BadFrame, CardName, Frames, Request, Status, Unusable, name, wipe};
use crate::line;
use crate::model::ReaderModel;

/// How often a resting reader is asked how it is.
pub const STATE_EVERY: Duration = Duration::from_secs(10);
/// How often a question is repeated that was answered by rubbish or not at all.
const TRIES: u8 = 3;

/// What the machine is told.
pub type Input = line::Input<Wish>;
/// What the machine wants done or known.
pub type Output = line::Output<ReaderEvent>;

/// What the caller may want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Somebody would like to lay a card on it: read the next one.
    Card,
    /// Nobody does any more.
    Rest,
}

/// What the caller gets to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderEvent {
    /// How the reader is.
    State(ReaderState),
    /// The name on a card that was asked for. The wish is fulfilled.
    Name(CardName),
    /// A card lies there that gives no name. The wish is over: a person helps.
    Unusable(Unusable),
    /// A card lies there and could not be read: lay it on again and hold it still. The wish stands.
    Again,
}

/// How the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReaderState {
    /// The line is not open.
    #[default]
    Unplugged,
    /// It answers, and its module is well.
    Ready,
    /// It does not answer.
    Mute,
    /// It says of itself that it is broken.
    Broken(Status),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Unplugged,
    /// Nothing is asked; the next question is due then.
    Rest {
        ask_at: Instant,
    },
    Asked {
        request: Request,
        until: Instant,
        tries: u8,
    },
}

/// The machine. Feed it with `handle`, then call `poll` until it is empty.
#[derive(Debug)]
pub struct Reader {
    model: ReaderModel,
    phase: Phase,
    state: ReaderState,
    wanted: bool,
    /// The card that lies there has been told to hold still.
    told: bool,
    frames: Frames,
    outputs: VecDeque<Output>,
}

impl Reader {
    /// A reader that is not yet connected.
    pub fn new(model: ReaderModel) -> Self {
        Self {
            model,
            phase: Phase::Unplugged,
            state: ReaderState::Unplugged,
            wanted: false,
            told: false,
            frames: Frames::default(),
            outputs: VecDeque::new(),
        }
    }

    /// How the reader is.
    pub fn state(&self) -> ReaderState {
        self.state
    }

    fn ask(&mut self, request: Request, tries: u8, now: Instant) {
        // Whatever was on its way answers an older question.
        self.frames.clear();
        let limit = match request {
            Request::Read => self.model.read_ms,
            _ => self.model.answer_ms,
        };
        self.phase = Phase::Asked {
            request,
            until: now + Duration::from_millis(limit.into()),
            tries,
        };
        self.outputs.push_back(Output::Send(request.bytes()));
    }

    /// Asks again, or gives up on a reader that says nothing sensible.
    fn retry(&mut self, request: Request, tries: u8, now: Instant) {
        if tries < TRIES {
            self.ask(request, tries + 1, now);
        } else {
            self.become_(ReaderState::Mute);
            self.rest(now);
        }
    }

    fn rest(&mut self, now: Instant) {
        let pause = match (self.state, self.wanted) {
            (ReaderState::Ready, true) => Duration::from_millis(self.model.poll_ms.into()),
            (ReaderState::Ready, false) => STATE_EVERY,
            // Asked more often, so that it is seen when it has come to itself.
            _ => Duration::from_secs(2),
        };
        self.phase = Phase::Rest { ask_at: now + pause };
    }

    fn become_(&mut self, state: ReaderState) {
        if self.state != state {
            self.state = state;
            self.tell(ReaderEvent::State(state));
        }
    }

    fn tell(&mut self, event: ReaderEvent) {
        self.outputs.push_back(Output::Event(event));
    }

    fn hear(&mut self, now: Instant) {
        while let Some(answer) = self.frames.next_answer() {
            let Phase::Asked { request, tries, .. } = self.phase else {
                continue;
            };
            let answer = match answer {
                Ok(answer) => answer,
                Err(BadFrame) => {
                    self.retry(request, tries, now);
                    return;
                }
            };
            match (request, answer.status) {
                // It did not understand us: the line is noisy.
                (_, Status::Checksum | Status::Length) => return self.retry(request, tries, now),
                (_, status) if status.broken() => {
                    self.become_(ReaderState::Broken(status));
                    self.rest(now);
                }
                // Readers that do not know this question answer it all the same.
                (Request::State, _) => {
                    self.become_(ReaderState::Ready);
                    self.next(now);
                }
                (Request::Find, Status::Found | Status::Done) => {
                    self.become_(ReaderState::Ready);
                    self.ask(Request::Select, 1, now);
                }
                (Request::Find, _) => {
                    self.become_(ReaderState::Ready);
                    self.told = false;
                    self.rest(now);
                }
                (Request::Select, Status::Done) => self.ask(Request::Read, 1, now),
                (Request::Read, Status::Done) => {
                    let read = name(&answer);
                    // What is no text block answers another question, asked long ago.
                    if read == Err(Unusable::Short) {
                        self.again(now);
                    } else if self.wanted {
                        self.wanted = false;
                        self.told = false;
                        self.tell(match read {
                            Ok(name) => ReaderEvent::Name(name),
                            Err(why) => ReaderEvent::Unusable(why),
                        });
                    }
                    self.rest(now);
                }
                // A card of a kind the module does not know or accept: no holding still helps.
                (Request::Select | Request::Read, Status::WrongCard) => {
                    if self.wanted {
                        self.wanted = false;
                        self.tell(ReaderEvent::Unusable(Unusable::Foreign));
                    }
                    self.rest(now);
                }
                (Request::Select | Request::Read, _) => self.again(now),
            }
        }
    }

    /// The card could not be read: its owner is told once.
    fn again(&mut self, now: Instant) {
        if self.wanted && !self.told {
            self.told = true;
            self.tell(ReaderEvent::Again);
        }
        self.rest(now);
    }

    /// The next question of a reader that has just answered.
    fn next(&mut self, now: Instant) {
        match self.wanted {
            true => self.ask(Request::Find, 1, now),
            false => self.rest(now),
        }
    }
}

impl line::Machine for Reader {
    type Command = Wish;
    type Event = ReaderEvent;

    fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Connected => self.ask(Request::State, 1, now),
            Input::Lost => {
                self.frames.clear();
                self.phase = Phase::Unplugged;
                self.become_(ReaderState::Unplugged);
            }
            Input::Received(mut bytes) => {
                self.frames.push(&bytes);
                wipe(&mut bytes);
                self.hear(now);
            }
            Input::Command(Wish::Card) => {
                self.wanted = true;
                self.told = false;
                if let Phase::Rest { .. } = self.phase {
                    self.next(now);
                }
            }
            Input::Command(Wish::Rest) => {
                self.wanted = false;
                // What is being read will be heard by nobody.
                if let Phase::Asked { request, .. } = self.phase
                    && request != Request::State
                {
                    self.frames.clear();
                    self.rest(now);
                }
            }
            Input::Tick => {}
        }
        match self.phase {
            Phase::Asked {
                request,
                until,
                tries,
            } if until <= now => self.retry(request, tries, now),
            Phase::Rest { ask_at } if ask_at <= now => match (self.state, self.wanted) {
                (ReaderState::Ready, true) => self.ask(Request::Find, 1, now),
                _ => self.ask(Request::State, 1, now),
            },
            _ => {}
        }
    }

    fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Unplugged => None,
            Phase::Rest { ask_at } => Some(ask_at),
            Phase::Asked { until, .. } => Some(until),
        }
    }
}
