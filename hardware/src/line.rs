//! The thread that owns a reader's line: dull on purpose, all that is interesting is in the device's own state machine.
//!
//! Readers are simpler than printers: what they have said is either understood or asked again, so nothing need be kept
//! across a hang-up. The port is opened again by its path, which may then be another device. What was read is overwritten
//! in our buffer once the machine has it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::owner::{Outbox, Shared, Wire};
use crate::port::{PortFault, open_port};

/// Commands that may wait for the thread.
const COMMANDS_MAX: usize = 16;
/// Events that may wait for the caller before the thread keeps them itself.
const EVENTS_MAX: usize = 64;

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
    shared: Shared,
    thread: Option<JoinHandle<()>>,
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
    let shared = Shared::new()?;
    let (commands, inbox) = sync_channel(COMMANDS_MAX);
    let (outbox, events) = sync_channel(EVENTS_MAX);
    let owner = Owner {
        machine,
        path: path.to_owned(),
        kind,
        wire: Wire::new(shared.clone()),
        inbox,
        outbox: Outbox::new(outbox),
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
        self.shared.turns()
    }

    /// Why the line is not open; `None` while it is.
    pub fn fault(&self) -> Option<PortFault> {
        self.shared.fault()
    }
}

impl<C, E> Drop for LineHandle<C, E> {
    fn drop(&mut self) {
        self.shared.end(self.thread.take());
    }
}

struct Owner<M: Machine> {
    machine: M,
    path: PathBuf,
    kind: Kind,
    wire: Wire,
    inbox: Receiver<M::Command>,
    outbox: Outbox<M::Event>,
}

impl<M: Machine> Owner<M> {
    fn run(mut self) {
        while self.wire.turn() {
            let now = Instant::now();
            let opened = self.wire.open(now, || match self.kind {
                Kind::Serial(baud) => open_port(&self.path, baud),
                Kind::Keys => open_keys(&self.path),
            });
            if opened {
                self.machine.handle(Input::Connected, now);
            }
            while let Ok(command) = self.inbox.try_recv() {
                self.machine.handle(Input::Command(command), Instant::now());
            }
            self.read();
            self.machine.handle(Input::Tick, Instant::now());
            self.obey();
            if !self.wire.write() {
                self.lose();
            }
            self.wire.wait(self.machine.deadline());
        }
    }

    fn obey(&mut self) {
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Send(bytes) => self.wire.unsent.extend(bytes),
                Output::Event(event) => self.outbox.keep(event),
            }
        }
        self.outbox.deliver();
    }

    fn read(&mut self) {
        let machine = &mut self.machine;
        let alive = self
            .wire
            .read(|bytes| machine.handle(Input::Received(bytes), Instant::now()));
        if !alive {
            self.lose();
        }
    }

    fn lose(&mut self) {
        self.wire.lose(PortFault::Missing);
        self.machine.handle(Input::Lost, Instant::now());
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
