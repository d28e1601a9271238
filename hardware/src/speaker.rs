//! The loudspeaker as a state machine: what is to be said, one after the other, and never cut off.
//!
//! It opens no sound card and reads no clock: [`crate::sound`] feeds it. It promises that an announcement once begun is
//! played to its end; that the same one is not queued twice; that what has become too late is not said; and that without a
//! sound card everything is dropped at once and told, so that nobody waits for a voice.
//!
//! Guidance is another matter: it belongs to the page before somebody's eyes, so a newer one takes the place of an older
//! one, and an announcement goes first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::bank::RATE;
use crate::speech::{at_volume, silence};

/// Samples written at a time: what is in the card's buffer cannot be taken back.
pub const CHUNK: usize = RATE as usize / 20;
/// Announcements that may wait. A hall never has more people called at once than counters.
const WAITING_MAX: usize = 32;
/// Rest between two announcements.
const REST: Duration = Duration::from_millis(500);
/// How long the card stays open after the last sound, so that the next begins at once.
const LINGER: Duration = Duration::from_secs(2);
/// How often a card that is not there is looked for.
const RETRY: Duration = Duration::from_secs(20);
/// Samples over which cut guidance fades, so that it does not click.
const FADE: usize = RATE as usize / 50;

/// Names an announcement: the same id is the same thing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnnouncementId(pub u64);

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its name.
    pub id: AnnouncementId,
    /// The samples, at [`RATE`].
    pub samples: Arc<[i16]>,
    /// 0 to 100 of what the hour allows; 0 is not said at all.
    pub volume: u8,
    /// Not said if it has not begun within this time.
    pub patience: Duration,
}

/// What the machine is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Say this, after what waits.
    Announce(Announcement),
    /// Do not say this any more, unless it has begun.
    Withdraw(AnnouncementId),
    /// Say this to whoever stands at the screen, instead of what was said there before.
    Guide(Announcement),
    /// Say nothing more to whoever stood at the screen.
    Hush,
    /// The hour allows so much from now on, 0 to 100. What has begun is said as it began.
    Loudness(u8),
    /// Say what has begun to its end, and nothing else.
    Stop,
    /// The card is open.
    Opened,
    /// The card cannot be opened, or has gone.
    Failed(SoundFault),
    /// The card has taken the samples.
    Written,
    /// All that was written has been heard.
    Drained,
    /// Time has passed.
    Tick,
}

/// What the machine wants done or known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Open the card, and say how that went.
    Open,
    /// Play these, and say when they are taken.
    Write(Vec<i16>),
    /// Say when all is heard.
    Drain,
    /// Close the card.
    Close,
    /// For the caller.
    Event(SpeakerEvent),
}

/// What the caller gets to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpeakerEvent {
    /// Whether there is a card.
    State(SpeakerState),
    /// This is being said.
    Began(AnnouncementId),
    /// This was said to its end.
    Ended(AnnouncementId),
    /// This was not said, or not to its end.
    Dropped(AnnouncementId, Why),
}

/// Whether there is a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SpeakerState {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    /// It can be opened.
    Ready,
    /// It cannot.
    Silent(SoundFault),
}

/// Why something was not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The hour wants silence.
    Quiet,
    /// It came too late.
    Late,
    /// Somebody took it back.
    Withdrawn,
    /// It waits already, or is being said.
    Doubled,
    /// Too much waits.
    TooMany,
    /// There is no card.
    NoCard,
}

/// Why the card is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SoundFault {
    /// There is none.
    #[error(
        "there is no sound card of that name; plug it in, or correct [speaker] device (aplay -L lists them)"
    )]
    Missing,
    /// We may not open it.
    #[error("opening the sound card is not permitted; add the service's user to the group audio")]
    Denied,
    /// Another program has it.
    #[error("another program uses the sound card; stop it (fuser -v /dev/snd/* shows which)")]
    InUse,
    /// It cannot play mono at our rate.
    #[error("the sound card cannot play 16 kHz mono; name it with plughw: instead of hw:")]
    Format,
    /// Something else.
    #[error("the sound card fails (errno {0}); check its cable, and whether aplay can use it")]
    Other(i32),
}

#[derive(Debug)]
enum Card {
    Closed,
    Opening,
    Open {
        /// When it is closed if nothing comes.
        until: Instant,
    },
}

#[derive(Debug)]
struct Playing {
    id: AnnouncementId,
    samples: Vec<i16>,
    at: usize,
    /// Whether a newer page may cut it.
    guidance: bool,
    cut: bool,
    draining: bool,
}

/// The machine. Feed it with [`Self::handle`], then call [`Self::poll`] until it is empty.
#[derive(Debug)]
pub struct Speaker {
    card: Card,
    state: SpeakerState,
    retry_at: Option<Instant>,
    /// With the moment after which they are not said any more.
    waiting: VecDeque<(Announcement, Instant)>,
    guide: Option<(Announcement, Instant)>,
    playing: Option<Playing>,
    /// The last sound was an announcement: the next waits a breath.
    rest: bool,
    /// What the hour allows, 0 to 100.
    loudness: u8,
    outputs: VecDeque<Output>,
}

impl Speaker {
    /// A loudspeaker nobody has looked at yet; it is looked for at the first tick.
    pub fn new(now: Instant) -> Self {
        Self {
            card: Card::Closed,
            state: SpeakerState::Unknown,
            retry_at: Some(now),
            waiting: VecDeque::new(),
            guide: None,
            playing: None,
            rest: false,
            loudness: 100,
            outputs: VecDeque::new(),
        }
    }

    /// Whether something is being said.
    pub fn is_playing(&self) -> bool {
        self.playing.is_some()
    }

    /// Whether there is a card.
    pub fn state(&self) -> SpeakerState {
        self.state
    }

    /// The next thing to do; `None` when there is nothing more.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is due at the latest.
    pub fn deadline(&self) -> Option<Instant> {
        match self.card {
            Card::Closed => self.retry_at,
            Card::Opening => None,
            Card::Open { until } if self.playing.is_none() => Some(until),
            Card::Open { .. } => None,
        }
    }

    /// Takes one thing in.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Announce(announcement) => self.announce(announcement, now),
            Input::Withdraw(id) => {
                if let Some(at) = self.waiting.iter().position(|it| it.0.id == id) {
                    self.waiting.remove(at);
                    self.drop_one(id, Why::Withdrawn);
                }
            }
            Input::Guide(guide) => {
                self.hush();
                match self.refused(&guide) {
                    Some(why) => self.drop_one(guide.id, why),
                    None => {
                        let until = now + guide.patience;
                        self.guide = Some((guide, until));
                    }
                }
            }
            Input::Hush => self.hush(),
            Input::Loudness(loudness) => self.loudness = loudness.min(100),
            Input::Stop => {
                self.hush();
                let waiting: Vec<_> = self.waiting.drain(..).map(|it| it.0.id).collect();
                for id in waiting {
                    self.drop_one(id, Why::Withdrawn);
                }
            }
            Input::Opened => {
                self.card = Card::Open { until: now + LINGER };
                self.tell_state(SpeakerState::Ready);
            }
            Input::Failed(fault) => self.failed(fault, now),
            Input::Written => self.write_on(),
            Input::Drained => {
                if let Some(played) = self.playing.take() {
                    self.rest = !played.guidance;
                    self.event(match played.cut {
                        true => SpeakerEvent::Dropped(played.id, Why::Withdrawn),
                        false => SpeakerEvent::Ended(played.id),
                    });
                }
                self.card = Card::Open { until: now + LINGER };
            }
            Input::Tick => {}
        }
        self.go_on(now);
    }

    fn announce(&mut self, announcement: Announcement, now: Instant) {
        let id = announcement.id;
        let doubled = self.waiting.iter().any(|it| it.0.id == id)
            || self
                .playing
                .as_ref()
                .is_some_and(|it| it.id == id && !it.guidance);
        if doubled {
            self.drop_one(id, Why::Doubled);
        } else if let Some(why) = self.refused(&announcement) {
            self.drop_one(id, why);
        } else if self.waiting.len() >= WAITING_MAX {
            self.drop_one(id, Why::TooMany);
        } else {
            let until = now + announcement.patience;
            self.waiting.push_back((announcement, until));
        }
    }

    fn refused(&self, announcement: &Announcement) -> Option<Why> {
        if announcement.volume == 0 || announcement.samples.is_empty() {
            Some(Why::Quiet)
        } else if matches!(self.state, SpeakerState::Silent(_)) {
            Some(Why::NoCard)
        } else {
            None
        }
    }

    /// Ends guidance, also in the middle of a word.
    fn hush(&mut self) {
        if let Some((guide, _)) = self.guide.take() {
            self.drop_one(guide.id, Why::Withdrawn);
        }
        if let Some(playing) = &mut self.playing
            && playing.guidance
            && !playing.draining
            && !playing.cut
        {
            playing.cut = true;
            let end = (playing.at + FADE).min(playing.samples.len());
            playing.samples.truncate(end);
            let fading = end - playing.at;
            for (step, sample) in playing.samples[playing.at..].iter_mut().enumerate() {
                let left = (fading - step) as f32 / fading.max(1) as f32;
                *sample = (f32::from(*sample) * left) as i16;
            }
        }
    }

    fn failed(&mut self, fault: SoundFault, now: Instant) {
        self.card = Card::Closed;
        self.retry_at = Some(now + RETRY);
        self.tell_state(SpeakerState::Silent(fault));
        let playing = self.playing.take().map(|it| it.id);
        let guide = self.guide.take().map(|it| it.0.id);
        let waiting: Vec<_> = self.waiting.drain(..).map(|it| it.0.id).collect();
        for id in playing.into_iter().chain(guide).chain(waiting) {
            self.drop_one(id, Why::NoCard);
        }
    }

    /// Begins what is next, opens what is closed, closes what rests.
    fn go_on(&mut self, now: Instant) {
        if self.playing.is_some() {
            return;
        }
        while self.waiting.front().is_some_and(|it| it.1 <= now)
            && let Some((late, _)) = self.waiting.pop_front()
        {
            self.drop_one(late.id, Why::Late);
        }
        if let Some((late, _)) = self.guide.take_if(|it| it.1 <= now) {
            self.drop_one(late.id, Why::Late);
        }
        let work = !self.waiting.is_empty() || self.guide.is_some();
        match self.card {
            Card::Closed if work || self.retry_at.is_some_and(|at| at <= now) => {
                self.card = Card::Opening;
                self.retry_at = None;
                self.outputs.push_back(Output::Open);
            }
            Card::Open { .. } if work => {
                self.begin();
                // What the hour does not allow has made room for what may follow it.
                if self.playing.is_none() {
                    self.go_on(now);
                }
            }
            Card::Open { until } if until <= now => {
                self.card = Card::Closed;
                self.rest = false;
                self.outputs.push_back(Output::Close);
            }
            _ => {}
        }
    }

    fn begin(&mut self) {
        let (next, guidance) = match self.waiting.pop_front() {
            Some((next, _)) => (next, false),
            None => match self.guide.take() {
                Some((next, _)) => (next, true),
                None => return,
            },
        };
        let volume =
            u8::try_from(u16::from(next.volume) * u16::from(self.loudness) / 100).unwrap_or(self.loudness);
        if volume == 0 {
            return self.drop_one(next.id, Why::Quiet);
        }
        let mut samples = if self.rest { silence(REST) } else { Vec::new() };
        samples.extend(at_volume(&next.samples, volume));
        self.playing = Some(Playing {
            id: next.id,
            samples,
            at: 0,
            guidance,
            cut: false,
            draining: false,
        });
        self.event(SpeakerEvent::Began(next.id));
        self.write_on();
    }

    fn write_on(&mut self) {
        let Some(playing) = &mut self.playing else { return };
        let end = (playing.at + CHUNK).min(playing.samples.len());
        let chunk = playing.samples[playing.at..end].to_vec();
        playing.at = end;
        self.outputs.push_back(if chunk.is_empty() {
            playing.draining = true;
            Output::Drain
        } else {
            Output::Write(chunk)
        });
    }

    fn tell_state(&mut self, state: SpeakerState) {
        if self.state != state {
            self.state = state;
            self.event(SpeakerEvent::State(state));
        }
    }

    fn drop_one(&mut self, id: AnnouncementId, why: Why) {
        self.event(SpeakerEvent::Dropped(id, why));
    }

    fn event(&mut self, event: SpeakerEvent) {
        self.outputs.push_back(Output::Event(event));
    }
}
