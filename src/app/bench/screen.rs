//! What the screen costs, and what the same pages would cost in the browser that most would have chosen instead.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::app::bench::visit::resident_mib;
use crate::app::bench::{Row, Scale, median, now};
use crate::app::demo;
use crate::clock::Clock;
use crate::desk::{Desk, Place, Waker};
use crate::kiosk::{self, Display, bench};
use crate::screen;

/// The name under which the program measures itself from outside.
pub const CHILD: &str = "screen-child";

/// The same walk in HTML.
const PAGES: &str = include_str!("screen.html");

/// How long a browser may take for the whole walk.
const BROWSER_LIMIT: Duration = Duration::from_secs(90);

/// Measures.
///
/// # Errors
/// When the screen cannot be made or the program not be started again.
pub fn measure(scale: &Scale) -> Result<Vec<Row>> {
    let rounds = if scale.tiny { 6 } else { 300 };
    let figures = bench::measure(setup()?, rounds, now)?;
    let mut rows = Vec::new();
    // What cannot be measured here has no row.
    for (name, times) in [
        ("full repaint", figures.full),
        ("partial repaint", figures.part),
        ("tap to changed pixels", figures.tap),
        ("page switch", figures.page),
        ("search", figures.search),
        ("search of 10000", figures.search_large),
        ("candidates after a stroke", figures.writing.strokes),
        ("candidates after a letter", figures.writing.letters),
        ("handwriting made ready", figures.writing.reading),
    ] {
        if times.is_empty() {
            continue;
        }
        rows.push(Row::alone(format!("{name} p50"), median(times.clone()), "ms"));
        rows.push(Row::alone(format!("{name} p95"), late(times), "ms"));
    }
    let (mut frames, mut memory, mut their_frames, mut their_memory) = (vec![], vec![], vec![], vec![]);
    for _ in 0..if scale.tiny { 1 } else { 5 } {
        let (frame, resident) = start_again()?;
        frames.push(frame);
        memory.push(resident);
        // In turn, so that a slow moment of the machine hits both.
        if let Some((frame, resident)) = browse(&scale.folder)? {
            their_frames.push(frame);
            their_memory.push(resident);
        }
    }
    let row = |name, ours, unit, theirs: Vec<f64>| {
        if theirs.is_empty() {
            Row::alone(name, median(ours), unit)
        } else {
            Row::against(name, median(ours), unit, median(theirs))
        }
    };
    rows.push(row("first frame", frames, "ms", their_frames));
    rows.push(row("rss after a visit", memory, "MiB", their_memory));
    Ok(rows)
}

/// Nineteen of twenty are quicker.
fn late(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() * 95 / 100).copied().unwrap_or(f64::NAN)
}

fn setup() -> Result<kiosk::Setup> {
    let config = demo::config(&std::env::temp_dir());
    let (desk, _) = Desk::open(crate::desk::Setup {
        place: Place::Memory,
        office: config.office.clone(),
        clock: Clock::system(),
        print: Waker::nobody(),
    })?
    .0
    .start();
    let (_, side) = screen::link(false);
    // Nobody ever stops it: it ends with the program.
    let (_, stop) = tokio::sync::watch::channel(false);
    Ok(kiosk::Setup {
        office: config.office,
        desk,
        screen: side,
        display: Display::Headless,
        width: 1080,
        height: 1920,
        mm_per_px: 0.248,
        dim: None,
        voice: None,
        senses: crate::senses::SensesSide::none(),
        stop,
    })
}

/// Milliseconds from starting this program anew to its first frame, and its memory after a visit, MiB.
fn start_again() -> Result<(f64, f64)> {
    let begun = now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["bench", CHILD])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the program again")?;
    let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    lines.next().context("no first line")??;
    let frame = (now() - begun).as_secs_f64() * 1000.0;
    let resident = lines.next().context("no second line")??.trim().parse()?;
    child.wait()?;
    Ok((frame, resident))
}

/// The program measured: its memory after the first frame, and again after a visit.
///
/// # Errors
/// When the screen cannot be made.
pub fn child() -> Result<()> {
    bench::visit(setup()?, || {
        let _ = writeln!(std::io::stdout(), "{}", resident_mib());
    })?;
    Ok(())
}

/// The same of Chromium: from its start to its first frame, and what all its processes hold after the walk, each
/// shared page counted once. None where there is no Chromium.
fn browse(folder: &Path) -> Result<Option<(f64, f64)>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let profile = tempfile::tempdir_in(folder)?;
    let begun = now();
    let started = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--window-size=1080,1920",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("http://{address}/"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    let Ok(child) = started else { return Ok(None) };
    let browser = Browser(child);
    let mut frame = None;
    while now() - begun < BROWSER_LIMIT {
        let wanted = answer(&listener)?;
        match wanted.as_deref() {
            Some("/painted") => frame = frame.or(Some((now() - begun).as_secs_f64() * 1000.0)),
            Some("/done") => {
                let frame = frame.context("the browser was done before it began")?;
                return Ok(Some((frame, browser.resident_mib()?)));
            }
            _ => {}
        }
    }
    bail!("chromium did not come to the end of the pages")
}

/// Answers one request, if one comes within a second, and tells what was asked for.
fn answer(listener: &TcpListener) -> Result<Option<String>> {
    let second = Timespec {
        tv_sec: 1,
        tv_nsec: 0,
    };
    if poll(&mut [PollFd::new(listener, PollFlags::IN)], Some(&second))? == 0 {
        return Ok(None);
    }
    let Ok((stream, _)) = listener.accept() else {
        return Ok(None);
    };
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let Some(wanted) = wanted(&stream) else {
        return Ok(None);
    };
    let body = if wanted == "/" { PAGES } else { "" };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n";
    let _ = write!(&stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
    Ok(Some(wanted))
}

fn wanted(stream: &TcpStream) -> Option<String> {
    let mut line = String::new();
    BufReader::new(stream.take(4096)).read_line(&mut line).ok()?;
    Some(line.split_whitespace().nth(1)?.to_owned())
}

/// A browser and all its processes, which end with this.
struct Browser(Child);

impl Browser {
    fn group(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.0.id()).ok()?)
    }

    /// What the processes of the group hold, each page divided among those who share it.
    fn resident_mib(&self) -> Result<f64> {
        let mut kib = 0.0;
        for process in std::fs::read_dir("/proc")? {
            let folder = process?.path();
            let Ok(stat) = std::fs::read_to_string(folder.join("stat")) else {
                continue;
            };
            // After the name in brackets: state, parent, group.
            let group = stat
                .rsplit(')')
                .next()
                .and_then(|it| it.split_whitespace().nth(2));
            if group.and_then(|it| it.parse().ok()) != Some(self.0.id()) {
                continue;
            }
            let rollup = std::fs::read_to_string(folder.join("smaps_rollup")).unwrap_or_default();
            let line = rollup.lines().find_map(|it| it.strip_prefix("Pss:"));
            kib += line
                .and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok())
                .unwrap_or(0.0);
        }
        Ok(kib / 1024.0)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(group) = self.group() {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}
