//! Simulated readers: behind a real terminal device, or joined to their driver in virtual time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;

use super::pty::{Line, open_line};
use crate::line::{Input, Machine, Output};

/// A device made of memory.
pub trait Simulated: Send + 'static {
    /// Bytes have come to it.
    fn receive(&mut self, bytes: &[u8], now: Instant);
    /// What it has said that has arrived by now.
    fn said(&mut self, now: Instant) -> Vec<u8>;
    /// When it says something next if nobody does anything.
    fn next_event(&self) -> Option<Instant>;
    /// Whether its cable is pulled.
    fn hung_up(&self) -> bool;
}

/// The speed of readers of identity cards, and of most scanners.
const READER_BAUD: u32 = 115_200;

/// The device's switches. Dropping it switches the device off and removes the link.
#[derive(Debug)]
pub struct DeviceHandle<S> {
    device: Arc<Mutex<S>>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    wake: OwnedFd,
    stop: AtomicBool,
}

impl<S> DeviceHandle<S> {
    /// Does something with the device.
    pub fn with<T>(&self, what: impl FnOnce(&mut S) -> T) -> T {
        let done = what(&mut self.device.lock().unwrap_or_else(PoisonError::into_inner));
        let _ = rustix::io::write(&self.shared.wake, &1u64.to_ne_bytes());
        done
    }
}

impl<S> Drop for DeviceHandle<S> {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        let _ = rustix::io::write(&self.shared.wake, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Puts a device at `link`.
///
/// # Errors
/// When no pty can be made, or the link cannot be written.
pub fn serve<S: Simulated>(link: &Path, device: S) -> io::Result<DeviceHandle<S>> {
    let shared = Arc::new(Shared {
        wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
        stop: AtomicBool::new(false),
    });
    let device = Arc::new(Mutex::new(device));
    let mut server = Server {
        link: link.to_owned(),
        device: Arc::clone(&device),
        shared: Arc::clone(&shared),
        line: None,
    };
    // The first line is opened here, so that the link is there when this returns, or the error is told.
    server.plug()?;
    let thread = std::thread::Builder::new()
        .name("simulated-reader".to_owned())
        .spawn(move || server.run())?;
    Ok(DeviceHandle {
        device,
        shared,
        thread: Some(thread),
    })
}

struct Server<S> {
    link: PathBuf,
    device: Arc<Mutex<S>>,
    shared: Arc<Shared>,
    line: Option<Line>,
}

impl<S: Simulated> Server<S> {
    fn run(mut self) {
        while !self.shared.stop.load(Ordering::Relaxed) && self.plug().is_ok() {
            let now = Instant::now();
            let next = {
                let mut device = self.device.lock().unwrap_or_else(PoisonError::into_inner);
                let said = device.said(now);
                if let Some(line) = &self.line {
                    // What nobody reads is gone, as on a wire.
                    let _ = rustix::io::write(&line.master, &said);
                }
                device.next_event()
            };
            self.wait(next);
            let mut buffer = [0; 64];
            if let Some(line) = &self.line
                && let Ok(count) = rustix::io::read(&line.master, &mut buffer[..])
            {
                let mut device = self.device.lock().unwrap_or_else(PoisonError::into_inner);
                device.receive(&buffer[..count], Instant::now());
            }
        }
        let _ = fs::remove_file(&self.link);
    }

    fn plug(&mut self) -> io::Result<()> {
        let pulled = self
            .device
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .hung_up();
        if pulled && self.line.take().is_some() {
            let _ = fs::remove_file(&self.link);
        } else if !pulled && self.line.is_none() {
            self.line = Some(open_line(&self.link, READER_BAUD)?);
        }
        Ok(())
    }

    fn wait(&self, next: Option<Instant>) {
        let longest = Duration::from_secs(1);
        let pause = next.map_or(longest, |at| {
            at.saturating_duration_since(Instant::now()).min(longest)
        });
        let timeout = Timespec {
            tv_sec: pause.as_secs() as _,
            tv_nsec: pause.subsec_nanos().into(),
        };
        let mut watched = vec![PollFd::new(&self.shared.wake, PollFlags::IN)];
        if let Some(line) = &self.line {
            watched.push(PollFd::new(&line.master, PollFlags::IN));
        }
        let _ = poll(&mut watched, Some(&timeout));
        let _ = rustix::io::read(&self.shared.wake, &mut [0; 8][..]);
    }
}

/// A driver and its device, joined in memory: hours pass in no time.
#[derive(Debug)]
pub struct Joined<M: Machine, S> {
    /// The driver's end.
    pub machine: M,
    /// The device's end.
    pub device: S,
    /// What the driver has told, with the time since both were joined, oldest first.
    pub events: Vec<(Duration, M::Event)>,
    plugged: bool,
    start: Instant,
    now: Instant,
}

impl<M: Machine, S: Simulated> Joined<M, S> {
    /// Both ends connected.
    pub fn new(machine: M, device: S) -> Self {
        // Virtual time has to begin somewhere; only differences are ever looked at.
        let start = Instant::now();
        let mut joined = Self {
            machine,
            device,
            events: Vec::new(),
            plugged: false,
            start,
            now: start,
        };
        joined.plug();
        joined
    }

    /// The driver is told what somebody wants.
    pub fn command(&mut self, command: M::Command) {
        self.tell(Input::Command(command));
    }

    /// Time since both were joined.
    pub fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    /// Lets this much time pass.
    pub fn run(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.plug();
            let next = [self.machine.deadline(), self.device.next_event()]
                .into_iter()
                .flatten()
                .min();
            // At least a millisecond, so that what cannot happen yet does not hold time up.
            self.now = next
                .unwrap_or(until)
                .max(self.now + Duration::from_millis(1))
                .min(until);
            let said = self.device.said(self.now);
            self.tell(if said.is_empty() || !self.plugged {
                Input::Tick
            } else {
                Input::Received(said)
            });
        }
    }

    fn plug(&mut self) {
        if self.plugged == self.device.hung_up() {
            self.plugged = !self.plugged;
            self.tell(if self.plugged {
                Input::Connected
            } else {
                Input::Lost
            });
        }
    }

    fn tell(&mut self, input: Input<M::Command>) {
        self.machine.handle(input, self.now);
        self.machine.handle(Input::Tick, self.now);
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Send(bytes) if self.plugged => self.device.receive(&bytes, self.now),
                Output::Send(_) => {}
                Output::Event(event) => self.events.push((self.elapsed(), event)),
            }
        }
    }
}
