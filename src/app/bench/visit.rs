//! What a registration costs against one bare transaction of the same bytes; what the screen costs.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::app::bench::{Row, Scale, arrival, cpu, median, now};
use crate::app::demo;
use crate::clock::Clock;
use crate::desk::{Desk, Place, Request, Setup, Waker};
use crate::store::bare::Bare;

/// The name under which the program measures itself from outside.
pub const CHILD: &str = "visit-child";

/// Measures.
///
/// # Errors
/// When the folder cannot be used or the program not be started again.
pub fn measure(scale: &Scale) -> Result<Vec<Row>> {
    let rounds = if scale.tiny { 5 } else { 400 };
    let mut office = demo::config(&scale.folder).office;
    // More than one office's day, so that what is measured is not the refusal.
    Arc::make_mut(&mut office).settings.tickets_a_day_max = u16::MAX;
    let setup = Setup {
        place: Place::File(scale.folder.join("visit.db")),
        office: office.clone(),
        clock: Clock::system(),
        print: Waker::nobody(),
    };
    let (mut desk, _) = Desk::open(setup)?;
    let before = desk.store().row_bytes()?;
    let matter = office
        .matters
        .first()
        .context("the office has matters")?
        .code
        .clone();
    desk.answer(Request::Arrive(arrival(Some(&matter))))?;
    let bytes = desk.store().row_bytes()?.saturating_sub(before);
    let mut bare = Bare::open(&scale.folder.join("bare.db"))?;

    let (mut walls, mut cpus, mut bare_walls, mut bare_cpus) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rounds {
        // In turn, so that a slow moment of the disk hits both.
        let (wall, busy) = (now(), cpu());
        desk.answer(Request::Arrive(arrival(Some(&matter))))?;
        cpus.push((cpu() - busy).as_secs_f64() * 1000.0);
        walls.push((now() - wall).as_secs_f64() * 1000.0);
        let (wall, busy) = (now(), cpu());
        bare.insert(bytes)?;
        bare_cpus.push((cpu() - busy).as_secs_f64() * 1000.0);
        bare_walls.push((now() - wall).as_secs_f64() * 1000.0);
    }
    let mut rows = vec![
        Row::against("registration wall", median(walls), "ms", median(bare_walls)),
        Row::against("registration cpu", median(cpus), "ms", median(bare_cpus)),
    ];
    let (mut frames, mut with, mut without) = (vec![], vec![], vec![]);
    for _ in 0..if scale.tiny { 1 } else { 5 } {
        let seen = start_again()?;
        frames.push(seen.frame_ms);
        with.push(seen.with_screen_mib);
        without.push(seen.without_mib);
    }
    rows.push(Row::alone("first frame", median(frames), "ms"));
    rows.push(Row::alone("rss with screen", median(with), "MiB"));
    rows.push(Row::alone("rss without", median(without), "MiB"));
    Ok(rows)
}

struct Seen {
    frame_ms: f64,
    with_screen_mib: f64,
    without_mib: f64,
}

/// Starts this program anew and takes the time from exec to its first frame.
fn start_again() -> Result<Seen> {
    let begun = now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["bench", CHILD])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the program again")?;
    let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let without: f64 = lines.next().context("no first line")??.trim().parse()?;
    let with: f64 = lines.next().context("no second line")??.trim().parse()?;
    let frame_ms = (now() - begun).as_secs_f64() * 1000.0;
    child.wait()?;
    Ok(Seen {
        frame_ms,
        with_screen_mib: with,
        without_mib: without,
    })
}

/// The program measured: a desk, then a screen of 1080×1920 on it until its first frame.
///
/// # Errors
/// When the screen cannot be made.
pub fn child() -> Result<()> {
    use std::io::Write;
    let config = demo::config(&std::env::temp_dir());
    let clock = Clock::system();
    let setup = Setup {
        place: Place::Memory,
        office: config.office.clone(),
        clock,
        print: Waker::nobody(),
    };
    let (desk, _) = Desk::open(setup)?.0.start();
    let mut out = std::io::stdout();
    writeln!(out, "{}", resident_mib())?;
    let (link, side) = crate::screen::link(false);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let watching = std::thread::spawn(move || {
        let Some(mut pictures) = link.pictures else { return };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a small runtime");
        if runtime.block_on(pictures.wait_for(Option::is_some)).is_ok() {
            let _ = writeln!(std::io::stdout(), "{}", resident_mib());
        }
        let _ = stop.send(true);
    });
    crate::kiosk::run(crate::kiosk::Setup {
        office: config.office,
        desk,
        screen: side,
        display: crate::kiosk::Display::Headless,
        width: config.screen.width,
        height: config.screen.height,
        mm_per_px: config.screen.mm_per_px,
        dim: None,
        voice: None,
        senses: crate::senses::SensesSide::none(),
        stop: stopped,
    })?;
    let _ = watching.join();
    Ok(())
}

/// Memory of this process that is in RAM.
pub fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
