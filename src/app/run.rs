//! Wires every part together; the only place that sees them all.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::watch;

use crate::app::control::{self, Means};
use crate::app::upload::{Asking, Rhythm, Uploader, keep_up};
use crate::app::{lock, profiles, senses};
use crate::clock::Clock;
use crate::config::{self, Config, ScreenMode};
use crate::console::{self, Console, Wires};
use crate::desk::{Desk, DeskHandle, Place, Reply, Request, Setup, Waker};
use crate::devices::{Glyphs, Profile};
use crate::domain::office::{Language, Office};
use crate::domain::summary::DaySummary;
use crate::kiosk::{self, Display};
use crate::print;
use crate::pulse::Vigil;
use crate::screen;

/// How often the desk looks at the clock.
const TICK: Duration = Duration::from_secs(5);

/// What the panel's driver reads how far the picture is turned from.
const ROTATION: &str = "SLINT_KMS_ROTATION";

/// How long parts may take to stop.
const STOP_LIMIT: Duration = Duration::from_secs(3);

/// What a demonstration does otherwise.
#[derive(Debug, Default)]
pub struct Differences {
    /// How often it loads, instead of nightly.
    pub upload_every: Option<Duration>,
    /// The switches of its simulated devices.
    pub switches: Option<Arc<dyn console::Switches>>,
}

/// Lays out pages for staff and has them printed.
fn papers(pages: print::Pages, desk: DeskHandle, office: Arc<Office>) -> console::Papers {
    console::Papers(Arc::new(move |page, language| {
        let page = match page {
            console::StaffPage::SelfTest => print::Page::SelfTest(language),
            console::StaffPage::Day => match day_summary(&desk, &office, language) {
                Some(summary) => print::Page::Day(Box::new(summary)),
                None => return "not-sent",
            },
        };
        pages.print(page)
    }))
}

/// Draws papers as the office's printer prints them, or one of 80 mm where there is none.
fn previews(config: &Config, glyphs: Arc<Glyphs>) -> Option<console::Previews> {
    let settings = config.printer.as_ref().and_then(|it| profiles::settings(it).ok());
    let profile = settings.map_or_else(|| Profile::builtin("generic-80").ok(), |it| Some(it.profile))?;
    Some(console::Previews(Arc::new(move |content| {
        print::picture(content, &profile, &glyphs)
    })))
}

/// The summary of the day numbers are given for; none before the first number of a box, or once the desk has stopped.
fn day_summary(desk: &DeskHandle, office: &Office, language: Language) -> Option<DaySummary> {
    let Ok(Reply::Heads(heads)) = desk.ask_blocking(Request::Heads) else {
        return None;
    };
    let (snapshot, head) = (desk.snapshot(), *heads.epochs.last()?);
    let visits = snapshot.visits.iter().map(|it| it.visit.as_ref());
    let journal = (head, snapshot.sync.unsent);
    Some(DaySummary::of(
        office,
        visits,
        snapshot.day?,
        snapshot.at,
        journal,
        language,
    ))
}

/// Another lobby has the data.
#[derive(Debug, thiserror::Error)]
#[error("{} 已有一个大厅在运行 · a lobby is already running there: stop it, or use another data directory", .0.display())]
pub struct AlreadyRunning(PathBuf);

/// Turns the picture of a panel that is mounted turned. The panel's driver reads that from the environment, so the
/// program starts itself once more with it there.
///
/// # Errors
/// When the program cannot be started again.
pub fn turn(screen: &config::Screen) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let degrees = screen.rotate.to_string();
    let told = std::env::var(ROTATION).is_ok_and(|it| it == degrees);
    if screen.mode != ScreenMode::Kms || screen.rotate == 0 || told {
        return Ok(());
    }
    let program = std::env::current_exe().context("cannot find this program again")?;
    let failed = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(ROTATION, degrees)
        .exec();
    Err(failed).context("cannot start this program again with the panel turned")
}

impl config::Screen {
    /// Where the pages are drawn.
    pub fn display(&self) -> Display {
        match self.mode {
            ScreenMode::Headless => Display::Headless,
            ScreenMode::Window => Display::Window {
                full_screen: self.full_screen,
            },
            ScreenMode::Kms => Display::Panel,
        }
    }
}

/// The database of a lobby.
pub fn database(config: &Config) -> PathBuf {
    config.data_dir.join("lobby.db")
}

/// Runs the lobby until it is told to stop.
///
/// # Errors
/// When a part cannot begin, or has ended though it must not.
pub fn run(config: Config, differences: Differences) -> Result<()> {
    let clock = Clock::system();
    let directory = &config.data_dir;
    let held = lock::take(directory).with_context(|| format!("cannot write in {}", directory.display()))?;
    let Some(_lock) = held else {
        return Err(AlreadyRunning(directory.clone()).into());
    };
    let bell = print::Bell::default();
    let pages = config.printer.as_ref().map(|_| bell.pages());
    let (desk, salvage) = Desk::open(Setup {
        place: Place::File(database(&config)),
        office: config.office.clone(),
        clock: clock.clone(),
        print: if config.printer.is_some() {
            bell.waker()
        } else {
            Waker::nobody()
        },
    })
    .context("cannot open the database")?;
    if let Some(salvage) = salvage {
        tracing::warn!(
            set_aside = %salvage.set_aside.display(), carried = salvage.carried, missing = ?salvage.missing,
            epoch = salvage.epoch, "database was damaged; what could be read is carried over"
        );
    }
    let (desk, desk_thread) = desk.start();
    let papers = pages.map(|pages| papers(pages, desk.clone(), config.office.clone()));
    let glyphs = Arc::new(Glyphs::system());
    let printing = match &config.printer {
        Some(printer) => {
            let settings = profiles::settings(printer)?;
            Some(
                print::start(bell, desk.clone(), settings, glyphs.clone())
                    .context("cannot start printing")?,
            )
        }
        None => {
            print::off(&desk);
            None
        }
    };
    let (link, side) = screen::link(config.screen.mode != ScreenMode::Headless);
    let vigil =
        Vigil::over(std::iter::once(side.pulse.clone()).chain(printing.as_ref().map(print::Printing::pulse)));
    let (stop, stopped) = watch::channel(false);
    let stop = Arc::new(stop);

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("lobby")
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let (kiosk_side, senses) = senses::start(&config, &desk, stopped.clone());
    let asking = Arc::new(Asking::default());
    let console = Console::open(
        &console::Settings {
            listen: config.console.listen,
            tls: match &config.console.tls {
                config::Tls::Off => console::Tls::Off,
                config::Tls::SelfSigned => console::Tls::SelfSigned,
                config::Tls::Files { certificate, key } => console::Tls::Files {
                    certificate: certificate.clone(),
                    key: key.clone(),
                },
            },
            data_dir: config.data_dir.clone(),
            session_hours: config.console.session_hours,
            touch_screen: config.screen.mode == ScreenMode::Headless,
        },
        Wires {
            desk: desk.clone(),
            office: config.office.clone(),
            clock: clock.clone(),
            screen: Some(link),
            push_now: config.sync.as_ref().map(|_| asking.bell()),
            papers: papers.clone(),
            previews: previews(&config, glyphs),
            switches: differences.switches.clone(),
        },
    )?;
    let doors = runtime.spawn({
        let (desk, config, clock, stop) = (desk.clone(), config.clone(), clock.clone(), stop.clone());
        let means = Means {
            desk,
            asking: config.sync.as_ref().map(|_| asking),
            papers,
            sync_trouble: None,
        };
        let told = stopped.clone();
        async move {
            let ended = doors(&config, &differences, clock, console, means, vigil, told).await;
            // Whatever ended, the screen must not go on as if nothing had happened.
            let _ = stop.send(true);
            ended
        }
    });
    let screen = kiosk::run(kiosk::Setup {
        office: config.office.clone(),
        desk: desk.clone(),
        screen: side,
        display: config.screen.display(),
        width: config.screen.width,
        height: config.screen.height,
        mm_per_px: config.screen.mm_per_px,
        dim: config.screen.dim,
        voice: kiosk_side.voice,
        senses: kiosk_side.senses,
        stop: stopped,
    });
    let _ = stop.send(true);
    drop(desk);
    let ended = runtime.block_on(async { tokio::time::timeout(STOP_LIMIT, doors).await });
    runtime.shutdown_timeout(STOP_LIMIT);
    if let Some(printing) = printing {
        printing.stop();
    }
    senses.stop();
    // Every handle is gone now, but for a load that still waits for the office; the desk is safe to leave
    // at any moment, and is given a moment to leave by itself.
    let (gone, left) = std::sync::mpsc::channel();
    std::thread::spawn(move || gone.send(desk_thread.join().is_ok()));
    let _ = left.recv_timeout(STOP_LIMIT);
    screen.context("the screen")?;
    match ended {
        Ok(Ok(result)) => result,
        _ => Ok(()),
    }
}

/// Everything that answers to the world outside, until one of them ends or we are told to stop.
async fn doors(
    config: &Config,
    differences: &Differences,
    clock: Clock,
    console: Console,
    mut means: Means,
    vigil: Vigil,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    match (&config.sync, &means.asking) {
        (Some(settings), Some(asking)) => {
            match Uploader::new(settings, &config.office.identity, means.desk.clone()) {
                Ok(uploader) => {
                    let rhythm = match differences.upload_every {
                        Some(pause) => Rhythm::Every(pause),
                        None => Rhythm::Nightly(settings.at, settings.jitter_minutes),
                    };
                    tokio::spawn(keep_up(uploader, clock, rhythm, asking.clone()));
                }
                Err(trouble) => {
                    tracing::warn!(%trouble, "sync cannot work with these settings");
                    means.sync_trouble = Some(trouble.to_string());
                }
            }
        }
        _ => tracing::info!("单位数据库未设置，上报已关闭 · no office database in the settings: sync is off"),
    }
    let desk = means.desk.clone();
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let mut told = stopped.clone();
    let until = async move {
        let _ = told.wait_for(|it| *it).await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = stopped.wait_for(|it| *it) => Ok(()),
        ended = console.serve(until) => ended.context("the console has ended"),
        ended = control::serve(&config.data_dir, means) => ended.context("the control socket has ended"),
        () = tick(desk, vigil) => bail!("the desk has ended"),
    }
}

/// Lets time pass at the desk, and feeds systemd's watchdog while desk, screen and printing all turn.
async fn tick(desk: DeskHandle, mut vigil: Vigil) {
    let mut ticks = tokio::time::interval(TICK);
    // The first tick comes at once otherwise, before anything could have turned.
    ticks.reset();
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        match desk.ask(Request::Tick).await {
            Err(crate::desk::Trouble::Stopped) => return,
            // A desk whose disk is full lives: it says so itself.
            _ if vigil.all_alive() => {
                let _ = sd_notify::notify(&[sd_notify::NotifyState::Watchdog]);
            }
            _ => tracing::warn!("the screen or printing stands still; the watchdog is not fed"),
        }
    }
}
