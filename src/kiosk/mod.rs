//! The visitor's screen (自助机): joins the pages of `ui/kiosk` to the desk.
//!
//! [`Kiosk`] lives on the thread that owns the window. Taps go through the pages' callbacks into [`flow`], which
//! decides; what the flow asks goes to the desk by channel, and [`Kiosk::pump`] brings back whatever has come
//! since: answers, snapshots, fingers from the browser, requests for a veiled picture. Nothing here waits.
//!
//! Each page is a file with `connect` (callbacks to taps) and `show` (what is true to properties).

pub mod bench;
mod bring;
mod echo;
pub mod flow;
mod fonts;
pub mod guidance;
mod headless;
mod help;
mod home;
mod mask;
mod matters;
mod night;
mod paused;
mod posted;
mod progress;
mod report;
pub mod search;
mod sensed;
pub mod sorry;
mod ticket;
mod who;
mod window;
mod write;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use chrono::{Datelike, NaiveDateTime};
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{
    ComponentHandle, LogicalPosition, Model, ModelRc, PhysicalSize, SharedString, Timer, TimerMode, VecModel,
};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{mpsc, oneshot, watch};
use ui::{HomeAdapter, KioskWindow, Navigation, Office as OfficeWords, Privacy, Theme};

use crate::desk::{DeskHandle, Given, Reply, Request, Seen, Snapshot, Trouble};
use crate::domain::office::{Language, Matter, Office};
use crate::domain::refusal::Refusal;
use crate::domain::taking::{NotTaken, Shut};
use crate::domain::time::{ServiceDay, Span, local};
use crate::domain::visit::Visit;
use crate::kiosk::echo::Echo;
use crate::kiosk::flow::{Ask, Dialog, Flow, Page, Pause, Tap};
use crate::kiosk::guidance::Voice;
use crate::kiosk::search::Catalogue;
use crate::kiosk::sensed::Sensing;
use crate::screen::{Picture, ScreenSide, Spoken, Touch, TouchKind, Volume};
use crate::senses::SensesSide;

/// How long the words 工作人员正在协助您查看屏幕 stay after a veiled picture was taken, seconds.
const ASSISTED_SECONDS: u32 = 30;

/// Seconds a resting finger may hold back what has changed in the lobby.
const HELD_SECONDS: u32 = 3;

/// Seconds without a finger before a screen at night goes dark.
const DIM_AFTER_SECONDS: u32 = 60;

/// Where the pages are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// Nowhere: the pictures go to the browser.
    Headless,
    /// A window of the desktop.
    Window {
        /// Without frame, over everything.
        full_screen: bool,
    },
    /// The bare panel, by KMS.
    Panel,
}

/// What the screen needs to begin.
#[derive(Debug)]
pub struct Setup {
    /// The office.
    pub office: Arc<Office>,
    /// The desk.
    pub desk: DeskHandle,
    /// Where pictures go and fingers come from.
    pub screen: ScreenSide,
    /// Where the pages are drawn.
    pub display: Display,
    /// Pixels across; a panel tells its own.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The panel's pitch: 0.248 for 21.5″ at 1080 × 1920.
    pub mm_per_px: f32,
    /// When the screen goes dark while nobody stands before it; none: never.
    pub dim: Option<Span>,
    /// Where the spoken guidance goes; none where the box has no loudspeaker.
    pub voice: Option<watch::Sender<Spoken>>,
    /// Scanner and card reader.
    pub senses: SensesSide,
    /// Becomes true (or its sender goes) when the lobby stops.
    pub stop: watch::Receiver<bool>,
}

/// Why the screen cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum KioskFault {
    /// The fonts are not there: Slint would panic, or draw nothing for a letter.
    #[error("{missing} is not installed; run: apt-get install fonts-noto-cjk fonts-hanazono")]
    Fonts {
        /// Which family.
        missing: &'static str,
    },
    /// This binary was built without what the display needs.
    #[error(
        "this lobby was built without {feature}; build it with --features {feature}, or choose another screen"
    )]
    NotBuilt {
        /// The missing feature.
        feature: &'static str,
    },
    /// The display is not there.
    #[error("cannot open the screen: {reason}; check DISPLAY, or start with --screen headless")]
    Display {
        /// What the windowing system said.
        reason: String,
    },
}

impl From<slint::PlatformError> for KioskFault {
    fn from(error: slint::PlatformError) -> Self {
        let said = error.to_string();
        // What stands before is where in somebody's source it was said.
        let plain = said
            .rsplit_once(".rs:")
            .and_then(|(_, rest)| rest.split_once(": "));
        let reason = plain.map_or(said.as_str(), |(_, reason)| reason);
        Self::Display {
            reason: reason.trim_end_matches('.').to_owned(),
        }
    }
}

/// Shows the screen until the lobby stops. A window wants the process's first thread.
///
/// # Errors
/// [`KioskFault`] if there is nothing to show it on.
pub fn run(setup: Setup) -> Result<(), KioskFault> {
    fonts::check()?;
    match setup.display {
        Display::Headless => headless::run(setup),
        Display::Window { full_screen } => window::run(setup, full_screen),
        Display::Panel => window::run_on_panel(setup),
    }
}

/// What a page's callbacks hold: where taps go.
type Taps = Rc<dyn Fn(Tap)>;

/// What the pages show.
struct View<'a> {
    office: &'a Office,
    snapshot: &'a Snapshot,
    flow: &'a Flow,
    given: Option<&'a Given>,
    /// The visit whose slip was scanned.
    found: Option<&'a Seen>,
    /// How the call for help stands.
    help: ui::Help,
    /// What is searched for leads nowhere.
    nothing_found: bool,
    /// A character is written and has to be picked before one goes on.
    unpicked: bool,
}

impl View<'_> {
    fn language(&self) -> Language {
        self.flow.language()
    }

    /// The visit whose number is on the screen, as it is now.
    fn visit(&self) -> Option<&Visit> {
        let given = self.given?;
        self.snapshot
            .visits
            .iter()
            .map(|it| &*it.visit)
            .find(|it| it.id == given.visit)
    }

    /// Why a matter is not taken now, if it is not.
    fn not_taken(&self, matter: &Matter) -> Option<NotTaken> {
        let today = ServiceDay::of(self.snapshot.at);
        let of =
            |it: &&Seen| it.visit.day == today && it.visit.matters[0].matter.as_ref() == Some(&matter.code);
        let given = self.snapshot.visits.iter().filter(of).count();
        self.office.not_taken(matter, given, self.snapshot.at)
    }

    fn waiting(&self, department: &crate::domain::ids::DepartmentCode) -> i32 {
        let waiting = self.snapshot.waiting.iter().find(|it| it.0 == *department);
        count(waiting.map_or(0, |it| it.1))
    }
}

/// The screen, on the thread that owns its window.
pub struct Kiosk {
    window: KioskWindow,
    office: Arc<Office>,
    desk: DeskHandle,
    dim: Option<Span>,
    state: RefCell<State>,
    voice: RefCell<Voice>,
    senses: RefCell<Sensing>,
    bell: RefCell<help::Bell>,
    catalogue: Catalogue,
    screen: RefCell<Screen>,
    writing: Rc<write::Desk>,
    echo: Echo,
    /// Set by callbacks; what changed is shown once they are all done.
    stale: Cell<bool>,
    seconds: Timer,
}

struct State {
    flow: Flow,
    snapshot: Arc<Snapshot>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    /// The desk's thread runs: snapshots will come.
    desk_lives: bool,
    answer: Option<oneshot::Receiver<Result<Reply, Trouble>>>,
    heard: Option<Result<Reply, Trouble>>,
    given: Option<Given>,
    found: Option<Seen>,
    assisted_seconds: u32,
    shown: Option<Shown>,
    /// Whoever stands there has done something: they are spoken to.
    addressed: bool,
    /// Seconds since a finger was last here.
    still_seconds: u32,
    dimmed: bool,
    /// Seconds a finger has rested on the glass; none: none does.
    held_seconds: Option<u32>,
    /// The lobby has changed since the pages were last shown.
    news: bool,
}

/// What makes one picture another page to whoever stands there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    page: Page,
    tongue: Option<usize>,
    large: bool,
    dialog: Option<Dialog>,
    /// How many have left before them.
    visitor: u32,
}

struct Screen {
    touches: mpsc::Receiver<Touch>,
    veiled: mpsc::Receiver<oneshot::Sender<Picture>>,
    touched: VecDeque<Touch>,
    asked: VecDeque<oneshot::Sender<Picture>>,
    sequence: u64,
    pulse: crate::pulse::Pulse,
}

impl std::fmt::Debug for Kiosk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kiosk")
    }
}

impl Kiosk {
    /// Makes the window on the platform this thread has, joined to the desk.
    ///
    /// # Errors
    /// [`KioskFault::Display`] if the platform has no window to give.
    pub fn open(setup: Setup) -> Result<Rc<Self>, KioskFault> {
        let window = KioskWindow::new()?;
        let settings = &setup.office.settings;
        let mut snapshots = setup.desk.snapshots();
        let snapshot = snapshots.borrow_and_update().clone();
        let kiosk = Rc::new(Self {
            window,
            state: RefCell::new(State {
                flow: Flow::new(settings.idle_seconds, settings.idle_seconds_large)
                    .speaking(ui::LANGUAGES.len()),
                snapshot,
                snapshots,
                desk_lives: true,
                answer: None,
                heard: None,
                given: None,
                found: None,
                assisted_seconds: 0,
                shown: None,
                addressed: false,
                still_seconds: 0,
                dimmed: false,
                held_seconds: None,
                news: false,
            }),
            dim: setup.dim,
            voice: RefCell::new(Voice::new(setup.voice)),
            senses: RefCell::new(Sensing::new(setup.senses)),
            bell: RefCell::default(),
            catalogue: Catalogue::default(),
            office: setup.office,
            desk: setup.desk,
            screen: RefCell::new(Screen {
                touches: setup.screen.touches,
                veiled: setup.screen.veiled,
                touched: VecDeque::new(),
                asked: VecDeque::new(),
                sequence: 0,
                pulse: setup.screen.pulse,
            }),
            writing: write::Desk::new(None),
            echo: Echo::default(),
            stale: Cell::new(true),
            seconds: Timer::default(),
        });
        let theme = kiosk.window.global::<Theme>();
        theme.set_mm_per_px(setup.mm_per_px);
        theme.set_window_width(setup.width as f32);
        theme.set_window_height(setup.height as f32);
        kiosk.connect();
        {
            let mut state = kiosk.state.borrow_mut();
            let hindrance = state.hindrance();
            state.flow.hindered(hindrance);
        }
        let weak = Rc::downgrade(&kiosk);
        kiosk.seconds.start(
            TimerMode::Repeated,
            std::time::Duration::from_secs(1),
            move || {
                if let Some(kiosk) = weak.upgrade() {
                    kiosk.second();
                }
            },
        );
        kiosk.show();
        kiosk
            .window
            .window()
            .set_size(PhysicalSize::new(setup.width, setup.height));
        kiosk.window.show()?;
        Ok(kiosk)
    }

    /// The window.
    pub fn window(&self) -> &KioskWindow {
        &self.window
    }

    fn connect(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let taps: Taps = Rc::new(move |tap| {
            if let Some(kiosk) = weak.upgrade()
                && (matches!(tap, Tap::Touched) || !kiosk.echo.heard())
            {
                kiosk.tap(tap);
            }
        });
        let navigation = self.window.global::<Navigation>();
        let on = |tap: Tap| {
            let taps = taps.clone();
            move || taps(tap.clone())
        };
        let weak = Rc::downgrade(self);
        navigation.on_pressed(move |x, y| {
            if let Some(kiosk) = weak.upgrade() {
                let pitch = kiosk.window.global::<Theme>().get_mm_per_px();
                kiosk.echo.pressed(x, y, pitch);
            }
        });
        let (touched, weak) = (taps.clone(), Rc::downgrade(self));
        navigation.on_touched(move || {
            if let Some(kiosk) = weak.upgrade() {
                kiosk.state.borrow_mut().held_seconds = Some(0);
            }
            touched(Tap::Touched);
        });
        let weak = Rc::downgrade(self);
        navigation.on_released(move || {
            if let Some(kiosk) = weak.upgrade() {
                let mut state = kiosk.state.borrow_mut();
                state.held_seconds = None;
                // Whoever comes to the first page and touches it anywhere is told what it is for.
                if !state.addressed {
                    state.addressed = true;
                    kiosk.stale.set(true);
                }
            }
        });
        navigation.on_back(on(Tap::Back));
        navigation.on_home(on(Tap::Home));
        navigation.on_language_switched(on(Tap::Language));
        navigation.on_large_print_switched(on(Tap::LargePrint));
        navigation.on_still_here(on(Tap::StillHere));
        navigation.on_posted(on(Tap::Posted));
        navigation.on_voice_asked(on(Tap::VoiceAsked));
        navigation.on_help_asked(on(Tap::HelpAsked));
        navigation.on_help_withdrawn(on(Tap::HelpWithdrawn));
        navigation.on_dialog_closed(on(Tap::DialogClosed));
        let loud = taps.clone();
        navigation.on_volume_chosen(move |it| loud(Tap::Volume(volume(it))));
        home::connect(&self.window, &self.office, &taps);
        matters::connect(&self.window, &taps);
        search::connect(&self.window, &taps);
        report::connect(&self.window, &taps);
        progress::connect(&self.window, &taps);
        bring::connect(&self.window, &taps);
        who::connect(&self.window, &taps);
        write::connect(&self.window, &self.writing, &taps);
        ticket::connect(&self.window, &taps);
    }

    fn tap(&self, tap: Tap) {
        let (plain, looks) = (matches!(tap, Tap::Touched), matches!(tap, Tap::Look));
        if matches!(tap, Tap::Volume(_)) {
            // How loud it is now is heard, also where nothing else has changed.
            self.voice.borrow_mut().again();
        }
        let ask = {
            let mut state = self.state.borrow_mut();
            state.still_seconds = 0;
            if state.dimmed {
                self.stale.set(true);
            }
            let counting = state.flow.countdown().is_some();
            state.addressed |= !plain;
            let ask = state.flow.tap(tap);
            if !plain || counting {
                self.stale.set(true);
            }
            ask
        };
        match ask {
            Some(Ask::Register(arrival)) => {
                let asked = self.desk.ask_later(Request::Arrive(*arrival));
                let mut state = self.state.borrow_mut();
                match asked {
                    Ok(answer) => state.answer = Some(answer),
                    Err(trouble) => state.troubled(&trouble),
                }
            }
            Some(Ask::Help) => {
                let page = page_code(self.state.borrow().flow.page());
                self.bell.borrow_mut().ring(&self.desk, page);
                self.stale.set(true);
            }
            Some(Ask::NoHelp) => self.bell.borrow_mut().withdraw(&self.desk),
            Some(Ask::Find(clue)) => self.look_for(clue),
            // A number of an earlier day the desk alone knows.
            None if looks => self.look_further(),
            None => {}
        }
    }

    fn second(&self) {
        let mut state = self.state.borrow_mut();
        let was_late = state.flow.slip_is_late();
        state.still_seconds = state.still_seconds.saturating_add(1);
        if let Some(held) = &mut state.held_seconds {
            *held += 1;
        }
        state
            .flow
            .leafed(self.window.global::<HomeAdapter>().get_tiles_page() != 0);
        let mut changed = state.flow.second();
        if !state.flow.busy() {
            // What the desk says now is said to nobody.
            (state.answer, state.heard) = (None, None);
        }
        changed |= self.bell.borrow_mut().second();
        changed |= was_late != state.flow.slip_is_late();
        if 0 < state.assisted_seconds {
            state.assisted_seconds -= 1;
            changed |= state.assisted_seconds == 0;
        }
        if changed {
            self.stale.set(true);
        }
        if state.still_seconds == DIM_AFTER_SECONDS {
            self.stale.set(true);
        }
        drop(state);
        self.settle();
    }

    /// Takes in whatever has come since the last time, and shows what has changed by it. Never waits.
    pub fn pump(&self) {
        self.screen.borrow().pulse.beat();
        self.take_touches();
        self.take_answer();
        while self.writing.take_answers(&self.window) {}
        self.take_sensed();
        if self.bell.borrow_mut().listen() {
            self.stale.set(true);
        }
        {
            let mut state = self.state.borrow_mut();
            let news = state.snapshots.has_changed();
            if news.is_err() && state.desk_lives || matches!(news, Ok(true)) {
                state.desk_lives = news.is_ok();
                let snapshot = state.snapshots.borrow_and_update().clone();
                let called = state.snapshot.help.is_some();
                state.snapshot = snapshot;
                let hindrance = state.hindrance();
                state.flow.hindered(hindrance);
                let registered = state.snapshot.help.as_ref().is_some_and(|it| it.registered);
                if registered || called && state.snapshot.help.is_none() {
                    state.flow.helped(registered);
                }
                state.news = true;
                drop(state);
                if registered {
                    self.bell.borrow_mut().withdraw(&self.desk);
                }
            }
        }
        self.settle();
        self.take_pictures();
    }

    fn take_touches(&self) {
        loop {
            let touch = {
                let screen = &mut *self.screen.borrow_mut();
                screen
                    .touched
                    .pop_front()
                    .or_else(|| screen.touches.try_recv().ok())
            };
            let Some(touch) = touch else { break };
            self.touch(touch);
        }
    }

    fn touch(&self, touch: Touch) {
        let position = LogicalPosition::new(touch.x, touch.y);
        let button = PointerEventButton::Left;
        let event = match touch.kind {
            TouchKind::Press => WindowEvent::PointerPressed { position, button },
            TouchKind::Move => WindowEvent::PointerMoved { position },
            TouchKind::Release => WindowEvent::PointerReleased { position, button },
        };
        let window = self.window.window();
        let _ = window.dispatch_event_with_result(event);
        if touch.kind == TouchKind::Release {
            // A finger that is gone hovers over nothing.
            let _ = window.dispatch_event_with_result(WindowEvent::PointerExited);
        }
        self.settle();
    }

    fn take_answer(&self) {
        let mut state = self.state.borrow_mut();
        let answer = match (state.heard.take(), state.answer.as_mut()) {
            (Some(heard), _) => heard,
            (None, None) => return,
            (None, Some(waiting)) => match waiting.try_recv() {
                Ok(answer) => answer,
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Closed) => Err(Trouble::Stopped),
            },
        };
        state.answer = None;
        self.stale.set(true);
        match answer {
            Ok(Reply::Given(given)) => {
                state.given = Some(*given);
                state.flow.given();
            }
            Ok(other) => unreachable!("an arrival is answered by a number: {other:?}"),
            Err(trouble) => state.troubled(&trouble),
        }
    }

    fn take_pictures(&self) {
        loop {
            let asked = {
                let screen = &mut *self.screen.borrow_mut();
                screen.asked.pop_front().or_else(|| screen.veiled.try_recv().ok())
            };
            let Some(reply) = asked else { break };
            self.state.borrow_mut().assisted_seconds = ASSISTED_SECONDS;
            self.stale.set(true);
            self.settle();
            let privacy = self.window.global::<Privacy>();
            privacy.set_veiled(true);
            let picture = self.window.window().take_snapshot();
            privacy.set_veiled(self.state.borrow().flow.blanked());
            match picture {
                Ok(picture) => {
                    let sequence = self.next_sequence();
                    let rgb = picture
                        .as_bytes()
                        .chunks_exact(4)
                        .flat_map(|it| [it[0], it[1], it[2]])
                        .collect();
                    let (width, height) = (picture.width(), picture.height());
                    let _ = reply.send(Picture {
                        width,
                        height,
                        sequence,
                        rgb,
                    });
                }
                Err(error) => tracing::warn!(%error, "cannot draw the screen for the desk"),
            }
        }
    }

    /// Waits until there is something for [`Kiosk::pump`], and keeps it for that.
    async fn something(&self) {
        let mut snapshots = self.state.borrow().snapshots.clone();
        let mut changed = pin!(snapshots.changed());
        let mut desk_lives = true;
        poll_fn(|context| {
            let mut heard = false;
            if desk_lives && let Poll::Ready(news) = changed.as_mut().poll(context) {
                desk_lives = news.is_ok();
                heard |= desk_lives;
            }
            let screen = &mut *self.screen.borrow_mut();
            if let Poll::Ready(Some(touch)) = screen.touches.poll_recv(context) {
                screen.touched.push_back(touch);
                heard = true;
            }
            if let Poll::Ready(Some(reply)) = screen.veiled.poll_recv(context) {
                screen.asked.push_back(reply);
                heard = true;
            }
            let state = &mut *self.state.borrow_mut();
            if let Some(answer) = &mut state.answer
                && let Poll::Ready(answer) = Pin::new(answer).poll(context)
            {
                state.answer = None;
                state.heard = Some(answer.unwrap_or(Err(Trouble::Stopped)));
                heard = true;
            }
            heard |= self.writing.poll(context).is_ready();
            heard |= self.senses.borrow_mut().poll(context);
            if self.bell.borrow_mut().poll(context) {
                self.stale.set(true);
                heard = true;
            }
            if heard { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Waits until what is written has been read, for tests and measurements; visitors are never made to wait.
    pub fn finish_reading(&self) {
        self.writing.finish();
        self.pump();
    }

    fn next_sequence(&self) -> u64 {
        let mut screen = self.screen.borrow_mut();
        screen.sequence += 1;
        screen.sequence
    }

    fn settle(&self) {
        {
            let state = self.state.borrow();
            // News waits for a finger to go, so that nothing moves under it, but not for a palm that stays.
            if state.news && state.held_seconds.is_none_or(|it| HELD_SECONDS <= it) {
                self.stale.set(true);
            }
        }
        if self.stale.replace(false) {
            self.show();
        }
    }

    fn show(&self) {
        let mut state = self.state.borrow_mut();
        if !matches!(state.flow.page(), Page::Ticket) {
            state.given = None;
        }
        if !state.flow.walk().scanned {
            state.found = None;
        }
        let now = Shown {
            page: state.flow.page(),
            tongue: state.flow.tongue(),
            large: state.flow.large(),
            dialog: state.flow.dialog(),
            visitor: state.flow.visitors(),
        };
        let before = state.shown;
        let another = before.is_none_or(|it| it.visitor != now.visitor);
        let turned = another || before.is_none_or(|it| it.page != now.page);
        let backward = before.is_some_and(|it| now.page.place() < it.page.place());
        if another {
            state.addressed = false;
        }
        if before.is_some_and(|it| it != now) {
            self.echo.turned(now.page == Page::Ticket);
        }
        if before.map(|it| it.tongue) != Some(now.tongue) {
            let bundled = now
                .tongue
                .and_then(|it| ui::LANGUAGES.get(it))
                .map_or("", |it| it.0);
            slint::select_bundled_translation(bundled).expect("the pages carry every language they list");
        }
        let asleep = DIM_AFTER_SECONDS <= state.still_seconds && now.page == Page::Home;
        state.dimmed = asleep
            && self
                .dim
                .is_some_and(|it| it.holds(local(state.snapshot.at).time()));
        state.shown = Some(now);
        state.news = false;
        let failed = ticket::failed(&state.view(ui::Help::None));
        state.flow.paper_failed(failed);
        let state = &*state;
        let help = self.bell.borrow().state(&state.snapshot, state.desk_lives);
        let mut view = state.view(help);
        let window = &self.window;
        if turned {
            window.global::<Navigation>().set_backward(backward);
        }
        self.show_frame(&view, state);
        home::show(window, &view, turned);
        matters::show(window, &view, turned);
        bring::show(window, &view, turned);
        who::show(window, &view, turned);
        view.nothing_found = search::show(window, &view, &self.catalogue);
        write::show(window, &view, &self.writing, turned);
        view.unpicked = self.writing.unpicked();
        ticket::show(window, &view);
        paused::show(window, &view);
        report::show(window, &view);
        progress::show(window, &view);
        posted::show(window, &view, turned);
        self.show_senses(view.flow.page());
        window.global::<Navigation>().set_page(match view.flow.page() {
            Page::Home => ui::Page::Home,
            Page::Matters(_) => ui::Page::Matters,
            Page::Bring => ui::Page::Bring,
            Page::Who(_) => ui::Page::Who,
            Page::Ticket => ui::Page::Ticket,
            Page::Paused(_) => ui::Page::Paused,
            Page::Search => ui::Page::Search,
            Page::Report => ui::Page::Report,
            Page::Progress => ui::Page::Progress,
            Page::Posted => ui::Page::Posted,
        });
        let attended =
            state.still_seconds < DIM_AFTER_SECONDS && (state.addressed || state.flow.page() != Page::Home);
        self.voice.borrow_mut().tell(&view, attended);
    }

    fn show_frame(&self, view: &View<'_>, state: &State) {
        let language = view.language();
        let navigation = self.window.global::<Navigation>();
        navigation.set_english(language == Language::English);
        navigation.set_seconds_left(view.flow.countdown().map_or(-1, |it| count(it as usize)));
        navigation.set_assisted(0 < state.assisted_seconds || 0 < view.snapshot.watchers);
        navigation.set_busy(view.flow.busy());
        navigation.set_dimmed(state.dimmed);
        navigation.set_voiced(self.voice.borrow().is_there());
        let other = view.flow.next_tongue().and_then(|it| ui::LANGUAGES.get(it));
        navigation.set_other_language(other.map_or("中文", |it| it.1).into());
        navigation.set_volume(match view.flow.volume() {
            Volume::Off => ui::Volume::Off,
            Volume::Quiet => ui::Volume::Quiet,
            Volume::Medium => ui::Volume::Medium,
            Volume::Loud => ui::Volume::Loud,
        });
        navigation.set_dialog(match view.flow.dialog() {
            None => ui::Dialog::None,
            Some(Dialog::Voice) => ui::Dialog::Voice,
            Some(Dialog::Help) => ui::Dialog::Help,
        });
        navigation.set_help(view.help);
        self.window.global::<Privacy>().set_veiled(view.flow.blanked());
        self.window.global::<Theme>().set_large(view.flow.large());
        let words = self.window.global::<OfficeWords>();
        let identity = &view.office.identity;
        words.set_name(identity.name.get(language).into());
        words.set_phone(unbroken(&identity.phone));
        let counter = view.office.general_counter();
        let counter = counter.map(|it| format!("{} {}", it.room, it.name.get(language)));
        words.set_general_counter(
            counter
                .unwrap_or_else(|| identity.address.get(language).to_owned())
                .into(),
        );
        words.set_now(moment(local(view.snapshot.at)));
    }
}

impl State {
    fn view(&self, help: ui::Help) -> View<'_> {
        View {
            office: &self.snapshot.office,
            snapshot: &self.snapshot,
            flow: &self.flow,
            given: self.given.as_ref(),
            found: self.found.as_ref(),
            help,
            nothing_found: false,
            unpicked: false,
        }
    }

    /// What keeps the desk from giving numbers now.
    fn hindrance(&self) -> Option<Pause> {
        if !self.desk_lives {
            Some(Pause::Machine)
        } else if !self.snapshot.storage.writes() {
            Some(Pause::Storage)
        } else {
            None
        }
    }

    fn troubled(&mut self, trouble: &Trouble) {
        match trouble {
            Trouble::Refused(Refusal::NumbersUsedUp) => self.flow.paused(Pause::UsedUp),
            Trouble::Refused(Refusal::NotTaken) => self.flow.not_taken(),
            Trouble::Refused(Refusal::Personal(_)) => self.flow.phone_refused(),
            Trouble::Refused(refusal) => {
                tracing::error!(%refusal, "desk refused a registration the screen offered");
                self.flow.paused(Pause::Machine);
            }
            Trouble::Fault { text, .. } => {
                tracing::warn!(%text, "no number was given");
                self.flow.paused(Pause::Storage);
            }
            Trouble::Stopped => self.flow.paused(Pause::Machine),
        }
    }
}

/// A page by name, for whoever comes to help.
fn page_code(page: Page) -> &'static str {
    match page {
        Page::Home => "home",
        Page::Matters(_) => "matters",
        Page::Search => "search",
        Page::Bring => "bring",
        // What somebody reports is hinted at to nobody, so the page is called as others are that are only read.
        Page::Report | Page::Posted => "reading",
        Page::Who(flow::Step::Notice) => "who-notice",
        Page::Who(flow::Step::Name | flow::Step::Write) => "who-name",
        Page::Who(flow::Step::Phone) => "who-phone",
        Page::Ticket => "ticket",
        Page::Progress => "progress",
        Page::Paused(_) => "paused",
    }
}

fn volume(of: ui::Volume) -> Volume {
    match of {
        ui::Volume::Off => Volume::Off,
        ui::Volume::Quiet => Volume::Quiet,
        ui::Volume::Medium => Volume::Medium,
        ui::Volume::Loud => Volume::Loud,
    }
}

fn shut(not_taken: Option<&NotTaken>) -> ui::Shut {
    match not_taken.map(|it| it.why) {
        None => ui::Shut::Open,
        Some(Shut::Hours) => ui::Shut::Hours,
        Some(Shut::Full) => ui::Shut::Full,
        Some(Shut::Rests) => ui::Shut::Rests,
    }
}

/// A count as the pages want it.
fn count(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}

/// `rows` as a model: the one that is there, if it says the same, since a new one makes every row anew and takes it
/// from under a finger that rests on it.
fn keep<T: Clone + PartialEq + 'static>(there: ModelRc<T>, rows: Vec<T>) -> ModelRc<T> {
    let same = there.row_count() == rows.len() && there.iter().zip(&rows).all(|(old, new)| old == *new);
    if same { there } else { model(rows) }
}

fn model<T: Clone + 'static>(rows: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(rows))
}

fn moment(at: NaiveDateTime) -> ui::Moment {
    ui::Moment {
        month: at.month() as i32,
        day: at.day() as i32,
        weekday: at.weekday().number_from_monday() as i32,
        clock: at.format("%H:%M").to_string().into(),
    }
}

/// A telephone number that stays on one line.
fn unbroken(phone: &str) -> SharedString {
    phone.replace(' ', "\u{a0}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_display_is_told_in_words_and_not_in_paths() {
        let said = "Error initializing winit event loop: os error at /build/winit/mod.rs:788: \
            Failed to open connection to X server.";
        let told = KioskFault::from(slint::PlatformError::from(said)).to_string();
        let words = "cannot open the screen: Failed to open connection to X server; check DISPLAY, or start with \
            --screen headless";
        assert_eq!(told, words);
    }
}
