//! The thread that owns the sound card, by ALSA: dull on purpose, all that is interesting is in [`crate::speaker`].
//!
//! It may block, a twentieth of a second at a time: nobody waits for it. A card that is not there is looked for again.

use std::ffi::CString;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use alsa::pcm::{Access, Format, HwParams, PCM};
use alsa::{Direction, ValueOr};
use rustix::io::Errno;

use crate::bank::RATE;
use crate::speaker::{Announcement, AnnouncementId, Input, Output, SoundFault, Speaker, SpeakerEvent};

/// Commands that may wait for the thread.
const COMMANDS_MAX: usize = 64;
/// Events that may wait for the caller; who does not listen misses the later ones.
const EVENTS_MAX: usize = 256;
/// The thread turns at least this often.
const TURN_MAX: Duration = Duration::from_secs(1);
/// What the card holds ahead, microseconds: short, so that a page turned is heard at once.
const AHEAD_MICROS: u32 = 200_000;

#[derive(Debug)]
enum Command {
    Announce(Announcement),
    Withdraw(AnnouncementId),
    Guide(Announcement),
    Hush,
    Loudness(u8),
}

/// The caller's end. Dropping it ends the thread after the words being said.
#[derive(Debug)]
pub struct SpeakerHandle {
    /// What became of announcements, and whether there is a card.
    pub events: Receiver<SpeakerEvent>,
    commands: Option<SyncSender<Command>>,
    turns: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread for the sound card that ALSA knows as `device`, such as `default` or `plughw:CARD=Device`. It need
/// not be there yet.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn(device: &str) -> io::Result<SpeakerHandle> {
    let (commands, inbox) = sync_channel(COMMANDS_MAX);
    let (outbox, events) = sync_channel(EVENTS_MAX);
    let turns = Arc::new(AtomicU64::new(0));
    let owner = Owner {
        speaker: Speaker::new(Instant::now()),
        device: device.to_owned(),
        card: None,
        inbox,
        outbox,
        turns: Arc::clone(&turns),
    };
    let thread = std::thread::Builder::new()
        .name("speaker".to_owned())
        .spawn(|| owner.run())?;
    Ok(SpeakerHandle {
        events,
        commands: Some(commands),
        turns,
        thread: Some(thread),
    })
}

impl SpeakerHandle {
    /// Queues an announcement, never waiting; returns whether there was room.
    pub fn announce(&self, announcement: Announcement) -> bool {
        self.tell(Command::Announce(announcement))
    }

    /// Takes an announcement back that has not begun.
    pub fn withdraw(&self, id: AnnouncementId) -> bool {
        self.tell(Command::Withdraw(id))
    }

    /// Says something to whoever stands at the screen, instead of what was said there before.
    pub fn guide(&self, guide: Announcement) -> bool {
        self.tell(Command::Guide(guide))
    }

    /// Says nothing more to whoever stood at the screen.
    pub fn hush(&self) -> bool {
        self.tell(Command::Hush)
    }

    /// How loud the hour allows anything to be that begins from now on, 0 to 100.
    pub fn loudness(&self, loudness: u8) -> bool {
        self.tell(Command::Loudness(loudness))
    }

    /// How often the thread has turned.
    pub fn turns(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }

    fn tell(&self, command: Command) -> bool {
        self.commands
            .as_ref()
            .is_some_and(|it| it.try_send(command).is_ok())
    }
}

impl Drop for SpeakerHandle {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Owner {
    speaker: Speaker,
    device: String,
    card: Option<PCM>,
    inbox: Receiver<Command>,
    outbox: SyncSender<SpeakerEvent>,
    turns: Arc<AtomicU64>,
}

impl Owner {
    fn run(mut self) {
        self.speaker.handle(Input::Tick, Instant::now());
        loop {
            self.turns.fetch_add(1, Ordering::Relaxed);
            let mut busy = false;
            while let Some(output) = self.speaker.poll() {
                if let Some(input) = self.obey(output) {
                    busy = true;
                    self.speaker.handle(input, Instant::now());
                    break;
                }
            }
            // While something plays, the card sets the pace; else whoever has something to say does.
            let command = if busy {
                match self.inbox.try_recv() {
                    Ok(command) => command,
                    Err(TryRecvError::Empty) => continue,
                    Err(TryRecvError::Disconnected) => {
                        // The last word is said before the thread ends.
                        self.speaker.handle(Input::Stop, Instant::now());
                        if self.speaker.is_playing() {
                            continue;
                        }
                        return;
                    }
                }
            } else {
                let pause = self.speaker.deadline().map_or(TURN_MAX, |at| {
                    at.saturating_duration_since(Instant::now()).min(TURN_MAX)
                });
                match self.inbox.recv_timeout(pause) {
                    Ok(command) => command,
                    Err(RecvTimeoutError::Timeout) => {
                        self.speaker.handle(Input::Tick, Instant::now());
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            };
            let input = match command {
                Command::Announce(announcement) => Input::Announce(announcement),
                Command::Withdraw(id) => Input::Withdraw(id),
                Command::Guide(guide) => Input::Guide(guide),
                Command::Hush => Input::Hush,
                Command::Loudness(loudness) => Input::Loudness(loudness),
            };
            self.speaker.handle(input, Instant::now());
        }
    }

    /// Does one thing, and says what came of it.
    fn obey(&mut self, output: Output) -> Option<Input> {
        match output {
            Output::Open => Some(match open(&self.device) {
                Ok(card) => {
                    self.card = Some(card);
                    Input::Opened
                }
                Err(fault) => Input::Failed(fault),
            }),
            Output::Write(samples) => {
                let written = self.card.as_ref().map(|card| write(card, &samples));
                Some(self.outcome(written, Input::Written))
            }
            Output::Drain => {
                let drained = self.card.as_ref().map(|card| {
                    card.drain()?;
                    card.prepare()
                });
                Some(self.outcome(drained, Input::Drained))
            }
            Output::Close => {
                self.card = None;
                None
            }
            Output::Event(event) => {
                let _ = self.outbox.try_send(event);
                None
            }
        }
    }

    fn outcome(&mut self, done: Option<alsa::Result<()>>, well: Input) -> Input {
        match done {
            Some(Ok(())) => well,
            Some(Err(error)) => {
                self.card = None;
                Input::Failed(fault(&error))
            }
            None => Input::Failed(SoundFault::Missing),
        }
    }
}

fn write(card: &PCM, samples: &[i16]) -> alsa::Result<()> {
    let io = card.io_i16()?;
    let mut rest = samples;
    while !rest.is_empty() {
        match io.writei(rest) {
            Ok(count) => rest = &rest[count.min(rest.len())..],
            // The card has run empty meanwhile, or slept: it goes on from here.
            Err(error) => card.try_recover(error, true)?,
        }
    }
    Ok(())
}

fn open(device: &str) -> Result<PCM, SoundFault> {
    let name = CString::new(device).map_err(|_| SoundFault::Missing)?;
    // The library would write its own complaints to the terminal; ours says what to do. A fresh buffer each time, as
    // it only grows.
    let _ = alsa::Output::local_error_handler();
    // First without waiting: a card in use would make the other kind of opening wait until it is free.
    drop(PCM::open(&name, Direction::Playback, true).map_err(|error| fault(&error))?);
    let card = PCM::open(&name, Direction::Playback, false).map_err(|error| fault(&error))?;
    set(&card).map_err(|_| SoundFault::Format)?;
    Ok(card)
}

fn set(card: &PCM) -> alsa::Result<()> {
    let wanted = HwParams::any(card)?;
    wanted.set_access(Access::RWInterleaved)?;
    wanted.set_format(Format::s16())?;
    wanted.set_channels(1)?;
    wanted.set_rate(RATE, ValueOr::Nearest)?;
    wanted.set_buffer_time_near(AHEAD_MICROS, ValueOr::Nearest)?;
    card.hw_params(&wanted)
}

fn fault(error: &alsa::Error) -> SoundFault {
    match Errno::from_raw_os_error(error.errno()) {
        Errno::NOENT | Errno::NODEV | Errno::NXIO => SoundFault::Missing,
        Errno::ACCESS | Errno::PERM => SoundFault::Denied,
        Errno::BUSY | Errno::AGAIN => SoundFault::InUse,
        other => SoundFault::Other(other.raw_os_error()),
    }
}
