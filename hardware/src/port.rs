//! The thread that owns the serial line: dull on purpose, all that is interesting is in [`crate::printer`].
//!
//! It never blocks: the port is non-blocking and polled, so a printer that takes no bytes holds up nobody. A port that hangs
//! up is opened again by its path, which may then be another device. One process a port: the file is locked. A printer on the
//! network goes through the same code; only opening and giving up differ.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::fd::OwnedFd;
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;
use rustix::net::sockopt::set_socket_linger;
use rustix::termios::{
    ControlModes, OptionalActions, QueueSelector, ioctl_tiocexcl, tcflush, tcgetattr, tcsetattr, ttyname,
};
use thiserror::Error;

use crate::owner::{Outbox, Shared, Wire};
use crate::printer::{FenceId, Input, Job, Output, Printer, PrinterEvent};
use crate::profile::Profile;

/// Jobs that may wait for the thread. The caller's spool keeps the rest.
const JOBS_MAX: usize = 4;
/// Events that may wait for the caller before the thread keeps them itself.
const EVENTS_MAX: usize = 256;

/// How long a printer on the network may take to pick up. The thread waits meanwhile, and nobody for the thread.
const CONNECT_LIMIT: Duration = Duration::from_millis(500);
/// A connection that stays silent this long is made anew: the printer may have been switched off and on.
const SILENT_MAX: Duration = Duration::from_secs(6);

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A device, such as `/dev/serial/by-path/…`, or the link of the simulated printer.
    Serial(PathBuf),
    /// A printer on the network, by number: `tcp://192.168.1.50:9100`.
    Network(SocketAddr),
}

impl From<&Path> for Address {
    /// Whatever is no `tcp://` address is the path of a device.
    fn from(path: &Path) -> Self {
        path.to_str()
            .and_then(|text| text.strip_prefix("tcp://")?.parse().ok())
            .map_or_else(|| Self::Serial(path.to_owned()), Self::Network)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(path) => write!(formatter, "{}", path.display()),
            Self::Network(address) => write!(formatter, "tcp://{address}"),
        }
    }
}

/// Which printer, and where.
#[derive(Debug, Clone)]
pub struct PortSettings {
    /// The port.
    pub address: Address,
    /// Speed of the line; usually that of the profile.
    pub baud: u32,
    /// The model.
    pub profile: Profile,
    /// Jobs in doubt since before the program started, after which nothing was printed: their late answer still counts,
    /// and the last of them may hang from the roll.
    pub doubtful: Vec<FenceId>,
}

/// Why the port is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PortFault {
    /// There is no such device.
    #[error("there is no such device; plug the printer in, or correct the path (ls /dev/serial/by-path)")]
    Missing,
    /// We may not open it.
    #[error("opening the printer's port is not permitted; add the service's user to the group dialout")]
    Denied,
    /// Nobody picks up on the network.
    #[error("nobody answers at the printer's address; switch the printer on, or correct the address")]
    NoAnswer,
    /// Another program has it.
    #[error("another program uses the printer's port; stop it (fuser -v shows which)")]
    InUse,
    /// Something else.
    #[error("the printer's port cannot be opened ({0}); check the cable and the adapter")]
    Other(io::ErrorKind),
}

/// The job was not taken; it is given back.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// The printer has enough to do.
    #[error("the printer is busy; submit the job again after the next event")]
    Busy(Job),
    /// The thread has ended, which is a bug.
    #[error("the printer's thread has ended; restart the program")]
    Ended(Job),
}

enum Command {
    Print(Job),
    Clear,
}

/// The caller's end. Dropping it stops the thread and closes the port.
#[derive(Debug)]
pub struct PrinterHandle {
    /// What became of the jobs, and how the printer is.
    pub events: Receiver<PrinterEvent>,
    commands: SyncSender<Command>,
    shared: Shared,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread. The port need not be there yet.
///
/// # Errors
/// When the system gives neither a thread nor an event descriptor.
pub fn spawn(settings: PortSettings) -> io::Result<PrinterHandle> {
    let shared = Shared::new()?;
    let (commands, inbox) = sync_channel(JOBS_MAX);
    let (outbox, events) = sync_channel(EVENTS_MAX);
    let owner = Owner {
        printer: Printer::new(settings.profile.clone(), settings.doubtful.iter().copied()),
        settings,
        wire: Wire::new(shared.clone()),
        inbox,
        outbox: Outbox::new(outbox),
        silent_since: None,
    };
    let thread = std::thread::Builder::new()
        .name("printer".to_owned())
        .spawn(|| owner.run())?;
    Ok(PrinterHandle {
        events,
        commands,
        shared,
        thread: Some(thread),
    })
}

impl PrinterHandle {
    /// Hands a job over, never waiting. Its end comes as an event.
    ///
    /// # Errors
    /// When the printer has enough to do; the job is given back and no byte of it was sent.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let sent = self.commands.try_send(Command::Print(job));
        self.shared.wake();
        let given_back = |command| match command {
            Command::Print(job) => job,
            Command::Clear => unreachable!("a job was sent"),
        };
        sent.map_err(|error| match error {
            TrySendError::Full(command) => SubmitError::Busy(given_back(command)),
            TrySendError::Disconnected(command) => SubmitError::Ended(given_back(command)),
        })
    }

    /// Has the printer forget what it holds, before a person prints a slip in doubt again: submit the reprint after it.
    /// Returns whether the request was taken; try again after the next event when it was not.
    pub fn clear(&self) -> bool {
        let taken = self.commands.try_send(Command::Clear).is_ok();
        self.shared.wake();
        taken
    }

    /// How often the thread has turned: it grows at least once a second while all is well.
    pub fn turns(&self) -> u64 {
        self.shared.turns()
    }

    /// Why the port is not open; `None` while it is.
    pub fn port_fault(&self) -> Option<PortFault> {
        self.shared.fault()
    }
}

impl Drop for PrinterHandle {
    fn drop(&mut self) {
        self.shared.end(self.thread.take());
    }
}

struct Owner {
    printer: Printer,
    settings: PortSettings,
    wire: Wire,
    inbox: Receiver<Command>,
    outbox: Outbox<PrinterEvent>,
    /// Since when the printer has been mute.
    silent_since: Option<Instant>,
}

impl Owner {
    fn run(mut self) {
        while self.wire.turn() {
            self.open(Instant::now());
            self.take_commands();
            self.obey();
            if !self.wire.write() {
                self.lose();
            }
            self.outbox.deliver();
            self.wire.wait(self.printer.deadline());
            self.read();
            self.printer.handle(Input::Tick, Instant::now());
            self.hang_up_on_silence(Instant::now());
        }
    }

    fn open(&mut self, now: Instant) {
        let opened = self.wire.open(now, || match &self.settings.address {
            Address::Serial(path) => open_port(path, self.settings.baud),
            Address::Network(address) => connect(address),
        });
        if opened {
            self.printer.handle(Input::Connected, now);
        }
    }

    fn take_commands(&mut self) {
        while self.printer.is_free() {
            let input = match self.inbox.try_recv() {
                Ok(Command::Print(job)) => Input::Print(job),
                Ok(Command::Clear) => {
                    // What the line still holds would come out beside the reprint.
                    self.discard();
                    Input::Clear
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return,
            };
            self.printer.handle(input, Instant::now());
        }
    }

    /// Does what the machine wants done.
    fn obey(&mut self) {
        while let Some(output) = self.printer.poll() {
            match output {
                Output::Send(bytes) => self.wire.unsent.extend(bytes),
                Output::Event(event) => {
                    if matches!(event, PrinterEvent::InDoubt(..)) {
                        if !self.wire.unsent.is_empty() {
                            // The line takes nothing: the rest must not come out hours later.
                            self.discard();
                        }
                        if self.is_network() && self.wire.is_open() {
                            // A connection holds far more than a line, and only ending it throws that away.
                            self.printer.handle(Input::Discarded, Instant::now());
                            self.lose();
                        }
                    }
                    // Only the latest status is of interest to somebody who comes late.
                    if matches!(event, PrinterEvent::Status(_)) {
                        self.outbox.forget(|kept| matches!(kept, PrinterEvent::Status(_)));
                    }
                    self.outbox.keep(event);
                }
            }
        }
    }

    /// Throws away what has not left yet.
    fn discard(&mut self) {
        self.wire.unsent.clear();
        if let Some(port) = self.wire.line() {
            let _ = tcflush(port, QueueSelector::OFlush);
        }
        self.printer.handle(Input::Discarded, Instant::now());
    }

    fn is_network(&self) -> bool {
        matches!(self.settings.address, Address::Network(_))
    }

    /// A printer that was switched off does not end its connection, and would never be heard of again.
    fn hang_up_on_silence(&mut self, now: Instant) {
        if !self.is_network() || !self.wire.is_open() || !self.printer.status().mute {
            self.silent_since = None;
        } else if SILENT_MAX <= now - *self.silent_since.get_or_insert(now) {
            self.lose();
        }
    }

    fn read(&mut self) {
        let printer = &mut self.printer;
        let alive = self
            .wire
            .read(|bytes| printer.handle(Input::Received(bytes), Instant::now()));
        if !alive {
            self.lose();
        }
    }

    fn lose(&mut self) {
        self.silent_since = None;
        self.wire.lose(match self.settings.address {
            Address::Serial(_) => PortFault::Missing,
            Address::Network(_) => PortFault::NoAnswer,
        });
        self.printer.handle(Input::Lost, Instant::now());
    }
}

/// Calls a printer on the network. What has not left when the call ends is thrown away.
pub(crate) fn connect(address: &SocketAddr) -> Result<OwnedFd, PortFault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::TimedOut
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable => PortFault::NoAnswer,
        other => PortFault::Other(other),
    };
    let stream = TcpStream::connect_timeout(address, CONNECT_LIMIT).map_err(fault)?;
    stream.set_nonblocking(true).map_err(fault)?;
    stream.set_nodelay(true).map_err(fault)?;
    set_socket_linger(&stream, Some(Duration::ZERO)).map_err(|errno| fault(errno.into()))?;
    Ok(stream.into())
}

/// Opens a serial port raw, 8N1, without flow control and without blocking, and locks it.
pub(crate) fn open_port(path: &Path, baud: u32) -> Result<OwnedFd, PortFault> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fault = |errno: Errno| match errno {
        Errno::NOENT | Errno::NODEV | Errno::NXIO => PortFault::Missing,
        Errno::ACCESS | Errno::PERM => PortFault::Denied,
        Errno::BUSY | Errno::AGAIN => PortFault::InUse,
        other => PortFault::Other(io::Error::from(other).kind()),
    };
    let port = open(path, flags, Mode::empty()).map_err(fault)?;
    flock(&port, FlockOperation::NonBlockingLockExclusive).map_err(fault)?;
    // A device without line settings (a USB printer at /dev/usb/lp0) is used as it is.
    if let Ok(mut settings) = tcgetattr(&port) {
        // Keeps programs out that do not lock. On a pty the mark would outlive us.
        if !ttyname(&port, Vec::new()).is_ok_and(|name| name.to_bytes().starts_with(b"/dev/pts/")) {
            let _ = ioctl_tiocexcl(&port);
        }
        settings.make_raw();
        settings
            .control_modes
            .remove(ControlModes::CRTSCTS | ControlModes::CSTOPB | ControlModes::PARENB);
        settings
            .control_modes
            .insert(ControlModes::CLOCAL | ControlModes::CREAD | ControlModes::CS8);
        settings.set_speed(baud).map_err(fault)?;
        tcsetattr(&port, OptionalActions::Now, &settings).map_err(fault)?;
        // What was said before we listened answers no question of ours. What a killed program has still on its way
        // is left to arrive: cut short it would be half a command, which swallows the beginning of the next slip.
        let _ = tcflush(&port, QueueSelector::IFlush);
    }
    Ok(port)
}
