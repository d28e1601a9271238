//! A screen one can see: a window of the desktop through winit, or the bare panel through KMS.
//!
//! Slint's own loop runs there; a timer of ours looks for what has come, since that loop knows no channels.

use std::time::Duration;

use slint::{BackendSelector, ComponentHandle, Timer, TimerMode};

use crate::kiosk::{Kiosk, KioskFault, Setup};

/// How often the loop looks for answers and snapshots: two frames, too short to be felt, and microseconds of work.
const LOOK: Duration = Duration::from_millis(33);

/// Shows the pages in a window of the desktop.
pub(super) fn run(setup: Setup, full_screen: bool) -> Result<(), KioskFault> {
    if !cfg!(feature = "x11") {
        return Err(KioskFault::NotBuilt { feature: "x11" });
    }
    run_on(setup, "winit", full_screen)
}

/// Shows the pages on the bare panel.
pub(super) fn run_on_panel(setup: Setup) -> Result<(), KioskFault> {
    if !cfg!(feature = "kms") {
        return Err(KioskFault::NotBuilt { feature: "kms" });
    }
    run_on(setup, "linuxkms", true)
}

fn run_on(setup: Setup, backend: &str, full_screen: bool) -> Result<(), KioskFault> {
    // Asked for by name: what SLINT_BACKEND says, or misspells, has no say here.
    BackendSelector::new()
        .backend_name(backend.into())
        .renderer_name("software".into())
        .select()?;
    let stop = setup.stop.clone();
    let kiosk = Kiosk::open(setup)?;
    kiosk.window().window().set_fullscreen(full_screen);
    let looking = Timer::default();
    let looker = kiosk.clone();
    looking.start(TimerMode::Repeated, LOOK, move || {
        if *stop.borrow() || stop.has_changed().is_err() {
            let _ = slint::quit_event_loop();
        } else {
            looker.pump();
        }
    });
    kiosk.window().run()?;
    Ok(())
}
