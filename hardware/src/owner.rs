//! What every thread that owns a line does alike: open it again and again, write and read without waiting, sleep until there
//! is something to do, and let its caller ring, look and stop.
//!
//! What the bytes mean is the machines' affair ([`crate::printer`], [`crate::line::Machine`]); which of them is asked
//! what, and when, is the two loops' ([`crate::port`], [`crate::line`]).

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;

use crate::port::PortFault;

/// The pauses between attempts to open the line double from the first to the last.
const REOPEN_FIRST: Duration = Duration::from_millis(100);
const REOPEN_LAST: Duration = Duration::from_secs(2);
/// The thread turns at least this often, so that a watchdog can tell it is alive.
const TURN_MAX: Duration = Duration::from_secs(1);

/// What the thread and its caller both hold.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    wake: OwnedFd,
    stop: AtomicBool,
    turns: AtomicU64,
    fault: Mutex<Option<PortFault>>,
}

impl Shared {
    /// # Errors
    /// When the system gives no event descriptor.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            stop: AtomicBool::new(false),
            turns: AtomicU64::new(0),
            fault: Mutex::new(None),
        })))
    }

    /// Lets the thread look at once whether there is something to do.
    pub(crate) fn wake(&self) {
        // Full means it is awake already.
        let _ = rustix::io::write(&self.0.wake, &1u64.to_ne_bytes());
    }

    /// How often the thread has turned.
    pub(crate) fn turns(&self) -> u64 {
        self.0.turns.load(Ordering::Relaxed)
    }

    /// Why the line is not open; `None` while it is.
    pub(crate) fn fault(&self) -> Option<PortFault> {
        *self.0.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_fault(&self, fault: Option<PortFault>) {
        *self.0.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Ends the thread and waits for it: it closes the line.
    pub(crate) fn end(&self, thread: Option<JoinHandle<()>>) {
        self.0.stop.store(true, Ordering::Relaxed);
        self.wake();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// The thread's end of a line: open or waiting to be opened again by its name.
#[derive(Debug)]
pub(crate) struct Wire {
    /// Bytes the line has not yet taken.
    pub(crate) unsent: VecDeque<u8>,
    shared: Shared,
    line: Option<OwnedFd>,
    reopen_at: Instant,
    pause: Duration,
}

impl Wire {
    pub(crate) fn new(shared: Shared) -> Self {
        Self {
            unsent: VecDeque::new(),
            shared,
            line: None,
            reopen_at: Instant::now(),
            pause: REOPEN_FIRST,
        }
    }

    /// One turn more; `false` when the thread is to end.
    pub(crate) fn turn(&self) -> bool {
        self.shared.0.turns.fetch_add(1, Ordering::Relaxed);
        !self.shared.0.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn line(&self) -> Option<&OwnedFd> {
        self.line.as_ref()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.line.is_some()
    }

    /// Opens the line if it is not open and its time has come; whether it has just been opened.
    pub(crate) fn open(&mut self, now: Instant, open: impl FnOnce() -> Result<OwnedFd, PortFault>) -> bool {
        if self.line.is_some() || now < self.reopen_at {
            return false;
        }
        match open() {
            Ok(line) => {
                self.line = Some(line);
                self.pause = REOPEN_FIRST;
                self.shared.set_fault(None);
                true
            }
            Err(fault) => {
                self.shared.set_fault(Some(fault));
                self.reopen_at = now + self.pause;
                self.pause = (self.pause * 2).min(REOPEN_LAST);
                false
            }
        }
    }

    /// Writes what the line takes; `false` when it is gone.
    pub(crate) fn write(&mut self) -> bool {
        while let (Some(line), false) = (&self.line, self.unsent.is_empty()) {
            // In one piece, so that a program killed here leaves no half command where the line has room.
            match rustix::io::write(line, self.unsent.make_contiguous()) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(Errno::AGAIN | Errno::INTR) => return true,
                Err(_) => return false,
            }
        }
        true
    }

    /// Hands on what has arrived, and overwrites it here: it may be somebody's card. `false` when the line is gone.
    pub(crate) fn read(&mut self, mut take: impl FnMut(Vec<u8>)) -> bool {
        let mut buffer = [0; 512];
        while let Some(line) = &self.line {
            match rustix::io::read(line, &mut buffer[..]) {
                // A line that was pulled out reads as empty for ever.
                Ok(0) => return false,
                Ok(count) => {
                    let bytes = buffer[..count].to_vec();
                    buffer.fill(0);
                    take(bytes);
                }
                Err(Errno::AGAIN | Errno::INTR) => return true,
                Err(_) => return false,
            }
        }
        true
    }

    /// The line is gone, or is given up: what it has not taken goes with it.
    pub(crate) fn lose(&mut self, fault: PortFault) {
        self.line = None;
        self.unsent.clear();
        self.reopen_at = Instant::now() + REOPEN_FIRST;
        self.shared.set_fault(Some(fault));
    }

    /// Sleeps until something arrives, there is room for what is to be written, somebody rings, the line may be opened
    /// again, or `deadline`.
    pub(crate) fn wait(&self, deadline: Option<Instant>) {
        let now = Instant::now();
        let reopen = self.line.is_none().then_some(self.reopen_at);
        let due = [deadline, reopen].into_iter().flatten().min();
        let pause = due.map_or(TURN_MAX, |due| due.saturating_duration_since(now).min(TURN_MAX));
        let timeout = Timespec {
            tv_sec: pause.as_secs() as _,
            tv_nsec: pause.subsec_nanos().into(),
        };
        let wake = &self.shared.0.wake;
        let mut watched = vec![PollFd::new(wake, PollFlags::IN)];
        if let Some(line) = &self.line {
            let wanted = match self.unsent.is_empty() {
                true => PollFlags::IN,
                false => PollFlags::IN | PollFlags::OUT,
            };
            watched.push(PollFd::new(line, wanted));
        }
        // Interrupted or not, the next turn looks at everything again.
        let _ = poll(&mut watched, Some(&timeout));
        let _ = rustix::io::read(wake, &mut [0; 8][..]);
    }
}

/// Events on their way to the caller, who may be slow to take them.
#[derive(Debug)]
pub(crate) struct Outbox<E> {
    sender: SyncSender<E>,
    /// What the caller has not yet had room for.
    kept: VecDeque<E>,
}

impl<E> Outbox<E> {
    pub(crate) fn new(sender: SyncSender<E>) -> Self {
        Self {
            sender,
            kept: VecDeque::new(),
        }
    }

    pub(crate) fn keep(&mut self, event: E) {
        self.kept.push_back(event);
    }

    /// Drops what waits and is no news any more.
    pub(crate) fn forget(&mut self, old: impl Fn(&E) -> bool) {
        self.kept.retain(|it| !old(it));
    }

    /// Hands over what there is room for.
    pub(crate) fn deliver(&mut self) {
        while let Some(event) = self.kept.pop_front() {
            match self.sender.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => return self.kept.push_front(event),
                // Nobody listens any more: the handle is being dropped.
                Err(TrySendError::Disconnected(_)) => {}
            }
        }
    }
}
