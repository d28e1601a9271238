//! The simulated printer behind a real terminal device, for the demonstration, for tests of the whole program, and for
//! other programs that print.
//!
//! A pty enforces no speed, so the printer takes bytes no faster than its line would carry them. Hanging up closes the
//! device and removes the link; plugged in again it is usually another device under the same link, as with USB adapters.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::{Fault, SimulatedPrinter, Slip};
use crate::glyph::Glyphs;
use crate::profile::Profile;

/// Bytes read ahead of what the line has carried: a UART has a small buffer too.
const READ_AHEAD: usize = 64;
/// Slips that may wait to be taken from the channel; further ones only lie in the folder.
const SLIPS_MAX: usize = 1024;

/// A slip that fell out of the simulated printer.
#[derive(Debug, Clone)]
pub struct SlipFiles {
    /// Its number in the folder, from 1.
    pub number: u64,
    /// The bytes it was made from.
    pub bin: PathBuf,
    /// What can be read on it.
    pub txt: PathBuf,
    /// What it looks like. Written last, so when it is there the other two are.
    pub png: PathBuf,
    /// The content of `txt`.
    pub text: String,
}

/// The simulated printer's switches. Dropping it switches the printer off and removes the link.
#[derive(Debug)]
pub struct SimulatorHandle {
    /// Slips as they fall out.
    pub slips: Receiver<SlipFiles>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    wake: OwnedFd,
    stop: AtomicBool,
    count: AtomicU64,
    held: AtomicU64,
    /// Millimetres of paper a second; 0 as it comes.
    paper_speed: AtomicU16,
    faults: Mutex<BTreeSet<Fault>>,
}

impl Shared {
    fn faults(&self) -> std::sync::MutexGuard<'_, BTreeSet<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a simulated printer at `link` and lets its slips fall into `out_dir`.
///
/// # Errors
/// When no pty can be made, or link or folder cannot be written.
pub fn serve(
    link: &Path,
    out_dir: &Path,
    profile: Profile,
    baud: u32,
    faults: impl IntoIterator<Item = Fault>,
) -> io::Result<SimulatorHandle> {
    fs::create_dir_all(out_dir)?;
    let shared = Arc::new(Shared {
        wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
        stop: AtomicBool::new(false),
        count: AtomicU64::new(0),
        held: AtomicU64::new(0),
        paper_speed: AtomicU16::new(0),
        faults: Mutex::new(faults.into_iter().collect()),
    });
    let (outbox, slips) = sync_channel(SLIPS_MAX);
    let mut server = Server {
        link: link.to_owned(),
        out_dir: out_dir.to_owned(),
        number: highest_number(out_dir)?,
        printer: SimulatedPrinter::new(profile, baud, Instant::now()),
        glyphs: Glyphs::system(),
        baud,
        line: None,
        unsent: Vec::new(),
        shared: Arc::clone(&shared),
        outbox,
    };
    // The first line is opened here, so that the link is there when this returns, or the error is told.
    server.obey_switches()?;
    let thread = std::thread::Builder::new()
        .name("simulator".to_owned())
        .spawn(move || server.run())?;
    Ok(SimulatorHandle {
        slips,
        shared,
        thread: Some(thread),
    })
}

impl SimulatorHandle {
    /// Begins or ends a fault.
    pub fn set_fault(&self, fault: Fault, lasts: bool) {
        let mut faults = self.shared.faults();
        if lasts {
            faults.insert(fault);
        } else {
            faults.remove(&fault);
        }
        drop(faults);
        let _ = rustix::io::write(&self.shared.wake, &1u64.to_ne_bytes());
    }

    /// Has it move its paper this fast from now on, millimetres a second.
    pub fn set_paper_speed(&self, speed: u16) {
        self.shared.paper_speed.store(speed, Ordering::Relaxed);
        let _ = rustix::io::write(&self.shared.wake, &1u64.to_ne_bytes());
    }

    /// The faults that last.
    pub fn faults(&self) -> BTreeSet<Fault> {
        self.shared.faults().clone()
    }

    /// Bytes it holds and has not printed yet.
    pub fn held(&self) -> u64 {
        self.shared.held.load(Ordering::Relaxed)
    }

    /// Slips that fell out since the start.
    pub fn slip_count(&self) -> u64 {
        self.shared.count.load(Ordering::Relaxed)
    }
}

impl Drop for SimulatorHandle {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        let _ = rustix::io::write(&self.shared.wake, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Both ends of a pty. Ours is never the last one closed, or reading would fail while no driver is there.
pub(super) struct Line {
    pub(super) master: OwnedFd,
    slave: OwnedFd,
}

struct Server {
    link: PathBuf,
    out_dir: PathBuf,
    number: u64,
    printer: SimulatedPrinter,
    glyphs: Glyphs,
    baud: u32,
    line: Option<Line>,
    /// Said, and not yet taken by the pty.
    unsent: Vec<u8>,
    shared: Arc<Shared>,
    outbox: SyncSender<SlipFiles>,
}

impl Server {
    fn run(mut self) {
        while !self.shared.stop.load(Ordering::Relaxed) {
            if self.obey_switches().is_err() {
                break;
            }
            let now = Instant::now();
            self.unsent.extend(self.printer.said(now));
            self.write();
            while let Some(slip) = self.printer.slip() {
                self.keep(&slip);
            }
            self.shared
                .held
                .store(self.printer.held() as u64, Ordering::Relaxed);
            self.wait();
            self.read();
        }
        let _ = fs::remove_file(&self.link);
    }

    fn obey_switches(&mut self) -> io::Result<()> {
        let (wanted, now) = (self.shared.faults().clone(), Instant::now());
        let speed = self.shared.paper_speed.load(Ordering::Relaxed);
        if speed != 0 {
            self.printer.set_paper_speed(speed);
        }
        for fault in Fault::ALL {
            if self.printer.has(fault) != wanted.contains(&fault) {
                self.printer.set_fault(fault, wanted.contains(&fault), now);
            }
        }
        if wanted.contains(&Fault::HangUp) {
            if self.line.take().is_some() {
                self.unsent.clear();
                let _ = fs::remove_file(&self.link);
            }
        } else if self.line.is_none() {
            self.line = Some(open_line(&self.link, self.baud)?);
        }
        Ok(())
    }

    fn write(&mut self) {
        let Some(line) = &self.line else { return };
        match rustix::io::write(&line.master, &self.unsent) {
            Ok(written) => drop(self.unsent.drain(..written)),
            // Nobody reads: as on a wire, what is said is gone, but a pty would keep it for the next one.
            Err(Errno::AGAIN) => self.unsent.clear(),
            Err(_) => {}
        }
    }

    fn wait(&mut self) {
        let now = Instant::now();
        let pause = self
            .printer
            .next_event()
            .map(|at| at.saturating_duration_since(now));
        let pause = pause
            .unwrap_or(Duration::from_secs(1))
            .min(Duration::from_secs(1));
        let timeout = Timespec {
            tv_sec: pause.as_secs() as _,
            tv_nsec: pause.subsec_nanos().into(),
        };
        let mut watched = vec![PollFd::new(&self.shared.wake, PollFlags::IN)];
        if let Some(line) = self
            .line
            .as_ref()
            .filter(|_| self.printer.on_the_way() < READ_AHEAD)
        {
            watched.push(PollFd::new(&line.master, PollFlags::IN));
        }
        let _ = poll(&mut watched, Some(&timeout));
        let _ = rustix::io::read(&self.shared.wake, &mut [0; 8][..]);
    }

    fn read(&mut self) {
        let (Some(line), true) = (&self.line, self.printer.on_the_way() < READ_AHEAD) else {
            return;
        };
        let mut buffer = [0; READ_AHEAD];
        if let Ok(count) = rustix::io::read(&line.master, &mut buffer[..]) {
            // A pty carries bytes at any speed; a line at the wrong one carries rubbish.
            if tcgetattr(&line.slave).is_ok_and(|settings| settings.output_speed() != self.baud) {
                buffer.iter_mut().for_each(|byte| *byte = 0xe0 | *byte >> 3);
            }
            self.printer.receive(&buffer[..count], Instant::now());
        }
    }

    /// Writes the three files of a slip. A full disk loses pictures of a simulated printer, nothing else.
    fn keep(&mut self, slip: &Slip) {
        self.number += 1;
        let name = |ending: &str| self.out_dir.join(format!("slip-{:04}.{ending}", self.number));
        let files = SlipFiles {
            number: self.number,
            bin: name("bin"),
            txt: name("txt"),
            png: name("png"),
            text: slip.text.clone(),
        };
        let drawing = self.out_dir.join(".drawing");
        let _ = fs::write(&files.bin, &slip.bytes)
            .and_then(|()| fs::write(&files.txt, &slip.text))
            .and_then(|()| fs::write(&drawing, slip.image(&self.glyphs).png()))
            .and_then(|()| fs::rename(&drawing, &files.png));
        self.shared.count.fetch_add(1, Ordering::Relaxed);
        let _ = self.outbox.try_send(files);
    }
}

pub(super) fn open_line(link: &Path, baud: u32) -> io::Result<Line> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    fcntl_setfl(&master, OFlags::NONBLOCK)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let slave = ioctl_tiocgptpeer(
        &master,
        OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC,
    )?;
    // Raw from the start: a pty would echo our answers back to us before the driver has set it up.
    let mut settings = tcgetattr(&slave)?;
    settings.make_raw();
    settings.set_speed(baud)?;
    tcsetattr(&slave, OptionalActions::Now, &settings)?;
    let device = ptsname(&master, Vec::new())?;
    // Under a name of its own first, so that the link is never missing while it is replaced.
    let fresh = link.with_extension(format!("new-{}", std::process::id()));
    let _ = fs::remove_file(&fresh);
    std::os::unix::fs::symlink(Path::new(&*device.to_string_lossy()), &fresh)?;
    if fs::symlink_metadata(link).is_ok_and(|found| !found.file_type().is_symlink()) {
        let _ = fs::remove_file(&fresh);
        let message = format!(
            "{} is there and is no link; choose another path for the printer",
            link.display()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    fs::rename(&fresh, link)?;
    Ok(Line { master, slave })
}

/// The highest number a slip in the folder has; 0 where there is none.
fn highest_number(folder: &Path) -> io::Result<u64> {
    let number = |name: &str| name.strip_prefix("slip-")?.split('.').next()?.parse().ok();
    let names = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.to_owned()));
    Ok(names.filter_map(|name| number(&name)).max().unwrap_or(0))
}
