//! A lobby that cannot start, or has ended: the panel says where people are received instead of going dark
//! (RULES §10). Needs neither desk nor settings, only what of them could be read.

use std::time::Duration;

use slint::{BackendSelector, ComponentHandle, Timer, TimerMode};
use ui::{KioskWindow, Navigation, Office as OfficeWords, PauseReason, PausedAdapter, Theme};

use crate::domain::office::{Identity, Language};
use crate::kiosk::{Display, KioskFault, unbroken};

/// How long the words stay before the program ends and is started again, so that a mended box comes back by itself.
const SHOWN: Duration = Duration::from_secs(60);

/// How often whoever watches over the program is told that it lives.
const BEAT: Duration = Duration::from_secs(5);

/// What is known although nothing works.
#[derive(Debug, Clone)]
pub struct Sorry {
    /// The office; none if even that cannot be read.
    pub identity: Option<Identity>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The panel's pitch.
    pub mm_per_px: f32,
}

impl Sorry {
    /// The page, on the platform this thread has.
    ///
    /// # Errors
    /// [`KioskFault::Display`] if the platform has no window to give.
    pub fn open(&self) -> Result<KioskWindow, KioskFault> {
        let window = KioskWindow::new()?;
        // Whatever the system's language is: there is no key here to choose another.
        slint::select_bundled_translation("").expect("Chinese is what the pages are written in");
        let theme = window.global::<Theme>();
        theme.set_mm_per_px(self.mm_per_px);
        theme.set_window_width(self.width as f32);
        theme.set_window_height(self.height as f32);
        let navigation = window.global::<Navigation>();
        navigation.set_alone(true);
        navigation.set_voiced(false);
        navigation.set_seconds_left(-1);
        let (name, phone) = match &self.identity {
            Some(it) => (it.name.get(Language::Chinese), it.phone.as_str()),
            None => ("", ""),
        };
        let words = window.global::<OfficeWords>();
        words.set_name(name.into());
        words.set_phone(unbroken(phone));
        words.set_general_counter("一楼综合窗口".into());
        window.global::<PausedAdapter>().set_reason(PauseReason::Machine);
        navigation.set_page(ui::Page::Paused);
        window
            .window()
            .set_size(slint::PhysicalSize::new(self.width, self.height));
        window.show()?;
        Ok(window)
    }

    /// Shows it for a minute on the panel or in a window that covers everything; nowhere else is anybody to see it. It wants
    /// a process of its own: Slint takes one platform for all its time, and a kiosk may have had it. `beat` is called every few
    /// seconds.
    ///
    /// # Errors
    /// [`KioskFault`] if the panel cannot be opened either.
    pub fn show(&self, display: Display, beat: impl Fn() + 'static) -> Result<(), KioskFault> {
        let Some(backend) = backend(display) else {
            return Ok(());
        };
        super::fonts::check_words()?;
        BackendSelector::new()
            .backend_name(backend.into())
            .renderer_name("software".into())
            .select()?;
        let window = self.open()?;
        window.window().set_fullscreen(true);
        let (ending, beating) = (Timer::default(), Timer::default());
        ending.start(TimerMode::SingleShot, SHOWN, || {
            let _ = slint::quit_event_loop();
        });
        beating.start(TimerMode::Repeated, BEAT, beat);
        window.run()?;
        Ok(())
    }
}

/// Whether anybody is to see it there.
pub fn is_seen_on(display: Display) -> bool {
    backend(display).is_some()
}

fn backend(display: Display) -> Option<&'static str> {
    match display {
        Display::Panel if cfg!(feature = "kms") => Some("linuxkms"),
        Display::Window { full_screen: true } if cfg!(feature = "x11") => Some("winit"),
        _ => None,
    }
}
