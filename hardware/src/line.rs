//! The thread that owns a reader's line: dull on purpose, all that is interesting is in the device's own state machine.
//!
//! Readers are simpler than printers: what they have said is either understood or asked again, so nothing need be kept
//! across a hang-up. The port is opened again by its path, which may then be another device. What was read is overwritten
//! in our buffer once the machine has it.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::port::{PortFault, open_port};

/// Commands that may wait for the thread.
const COMMANDS_MAX: usize = 16;
/// Events that may wait for the caller before the thread keeps them itself.
const EVENTS_MAX: usize = 64;
/// The pauses between attempts to open the line double from the first to the last.
const REOPEN_FIRST: Duration = Duration::from_millis(100);
const REOPEN_LAST: Duration = Duration::from_secs(2);
/// The thread turns at least this often.
const TURN_MAX: Duration = Duration::from_secs(1);

/// What a machine is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<C> {
    /// The line is open.
    Connected,
    /// The line is gone.
    Lost,
    /// The device said something.
    Received(Vec<u8>),
    /// The caller wants something.
    Command(C),
    /// Time has passed.
    Tick,
}

/// What a machine wants done or known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<E> {
    /// Write these bytes to the line.
    Send(Vec<u8>),
    /// For the caller.
    Event(E),
}

/// A device as a state machine, without port and clock.
pub trait Machine: Send + 'static {
    /// What the caller may want.
    type Command: Send + 'static;
    /// What the caller gets to know.
    type Event: Send + 'static;
    /// Takes one thing in.
    fn handle(&mut self, input: Input<Self::Command>, now: Instant);
    /// The next thing to do; `None` when there is nothing more.
    fn poll(&mut self) -> Option<Output<Self::Event>>;
    /// When [`Input::Tick`] is due at the latest.
    fn deadline(&self) -> Option<Instant>;
}

/// What kind of file the line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A serial line at this speed, 8N1.
    Serial(u32),
    /// A keyboard's events: `/dev/input/by-id/…-event-kbd`.
    Keys,
}

/// The caller's end. Dropping it stops the thread and closes the line.
#[derive(Debug)]
pub struct LineHandle<C, E> {
    /// What the machine tells.
    pub events: Receiver<E>,
    commands: SyncSender<C>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    wake: OwnedFd,
    stop: AtomicBool,
    turns: AtomicU64,
    fault: Mutex<Option<PortFault>>,
}

impl Shared {
    fn wake(&self) {
        // Full means it is awake already.
        let _ = rustix::io::write(&self.wake, &1u64.to_ne_bytes());
    }

    fn set_fault(&self, fault: Option<PortFault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
}

/// Starts a thread for the device at `path`, which need not be there yet.
///
/// # Errors
/// When the system gives neither a thread nor an event descriptor.
pub fn spawn<M: Machine>(
    name: &str,
    path: &Path,
    kind: Kind,
    machine: M,
) -> io::Result<LineHandle<M::Command, M::Event>> {
    let shared = Arc::new(Shared {
        wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
        stop: AtomicBool::new(false),
        turns: AtomicU64::new(0),
        fault: Mutex::new(None),
    });
    let (commands, inbox) = sync_channel(COMMANDS_MAX);
    let (outbox, events) = sync_channel(EVENTS_MAX);
    let owner = Owner {
        machine,
        path: path.to_owned(),
        kind,
        shared: Arc::clone(&shared),
        inbox,
        outbox,
        kept: VecDeque::new(),
        line: None,
        unsent: VecDeque::new(),
        reopen_at: Instant::now(),
        pause: REOPEN_FIRST,
    };
    let thread = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(|| owner.run())?;
    Ok(LineHandle {
        events,
        commands,
        shared,
        thread: Some(thread),
    })
}

impl<C, E> LineHandle<C, E> {
    /// Tells the machine what is wanted, never waiting; returns whether there was room.
    pub fn command(&self, command: C) -> bool {
        let taken = self.commands.try_send(command).is_ok();
        self.shared.wake();
        taken
    }

    /// How often the thread has turned: it grows at least once a second while all is well.
    pub fn turns(&self) -> u64 {
        self.shared.turns.load(Ordering::Relaxed)
    }

    /// Why the line is not open; `None` while it is.
    pub fn fault(&self) -> Option<PortFault> {
        *self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C, E> Drop for LineHandle<C, E> {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Owner<M: Machine> {
    machine: M,
    path: PathBuf,
    kind: Kind,
    shared: Arc<Shared>,
    inbox: Receiver<M::Command>,
    outbox: SyncSender<M::Event>,
    kept: VecDeque<M::Event>,
    line: Option<OwnedFd>,
    unsent: VecDeque<u8>,
    reopen_at: Instant,
    pause: Duration,
}

impl<M: Machine> Owner<M> {
    fn run(mut self) {
        while !self.shared.stop.load(Ordering::Relaxed) {
            self.shared.turns.fetch_add(1, Ordering::Relaxed);
            let now = Instant::now();
            if self.line.is_none() && self.reopen_at <= now {
                self.open(now);
            }
            while let Ok(command) = self.inbox.try_recv() {
                self.machine.handle(Input::Command(command), Instant::now());
            }
            self.read();
            self.machine.handle(Input::Tick, Instant::now());
            self.obey();
            self.write();
            self.wait();
        }
    }

    fn open(&mut self, now: Instant) {
        let opened = match self.kind {
            Kind::Serial(baud) => open_port(&self.path, baud),
            Kind::Keys => open_keys(&self.path),
        };
        match opened {
            Ok(line) => {
                self.line = Some(line);
                self.pause = REOPEN_FIRST;
                self.shared.set_fault(None);
                self.machine.handle(Input::Connected, now);
            }
            Err(fault) => {
                self.shared.set_fault(Some(fault));
                self.reopen_at = now + self.pause;
                self.pause = (self.pause * 2).min(REOPEN_LAST);
            }
        }
    }

    fn obey(&mut self) {
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Send(bytes) => self.unsent.extend(bytes),
                Output::Event(event) => self.kept.push_back(event),
            }
        }
        while let Some(event) = self.kept.pop_front() {
            match self.outbox.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => return self.kept.push_front(event),
                // Nobody listens any more: the handle is being dropped.
                Err(TrySendError::Disconnected(_)) => {}
            }
        }
    }

    fn write(&mut self) {
        while let (Some(line), false) = (&self.line, self.unsent.is_empty()) {
            match rustix::io::write(line, self.unsent.as_slices().0) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(Errno::AGAIN | Errno::INTR) => return,
                Err(_) => return self.lose(),
            }
        }
    }

    fn read(&mut self) {
        let mut buffer = [0; 512];
        while let Some(line) = &self.line {
            match rustix::io::read(line, &mut buffer[..]) {
                Ok(0) => return self.lose(),
                Ok(count) => {
                    let bytes = buffer[..count].to_vec();
                    buffer.fill(0);
                    self.machine.handle(Input::Received(bytes), Instant::now());
                }
                Err(Errno::AGAIN | Errno::INTR) => return,
                Err(_) => return self.lose(),
            }
        }
    }

    fn lose(&mut self) {
        self.line = None;
        self.unsent.clear();
        self.reopen_at = Instant::now() + REOPEN_FIRST;
        self.shared.set_fault(Some(PortFault::Missing));
        self.machine.handle(Input::Lost, Instant::now());
    }

    fn wait(&self) {
        let now = Instant::now();
        let reopen = self.line.is_none().then_some(self.reopen_at);
        let due = [self.machine.deadline(), reopen].into_iter().flatten().min();
        let pause = due.map_or(TURN_MAX, |due| due.saturating_duration_since(now).min(TURN_MAX));
        let timeout = Timespec {
            tv_sec: pause.as_secs() as _,
            tv_nsec: pause.subsec_nanos().into(),
        };
        let mut watched = vec![PollFd::new(&self.shared.wake, PollFlags::IN)];
        if let Some(line) = &self.line {
            let wanted = match self.unsent.is_empty() {
                true => PollFlags::IN,
                false => PollFlags::IN | PollFlags::OUT,
            };
            watched.push(PollFd::new(line, wanted));
        }
        // Interrupted or not, the next turn looks at everything again.
        let _ = poll(&mut watched, Some(&timeout));
        let _ = rustix::io::read(&self.shared.wake, &mut [0; 8][..]);
    }
}

/// Opens a keyboard's events. The udev rule keeps the same keys from the screen.
fn open_keys(path: &Path) -> Result<OwnedFd, PortFault> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map_err(|errno| match errno {
        Errno::NOENT | Errno::NODEV | Errno::NXIO => PortFault::Missing,
        Errno::ACCESS | Errno::PERM => PortFault::Denied,
        other => PortFault::Other(io::Error::from(other).kind()),
    })
}
