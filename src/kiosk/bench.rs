//! What the screen costs, measured on its own pages: how long a picture takes, how long a finger waits for it.
//!
//! The caller brings the clock and makes rows of the figures; nothing here judges them.

use std::collections::HashMap;
use std::time::Duration;

use slint::platform::PointerEventButton;
use slint::platform::WindowEvent;
use slint::platform::software_renderer::{PremultipliedRgbaColor, RepaintBufferType};
use slint::{ComponentHandle, LogicalPosition, Model};
use ui::{Office as OfficeWords, WriteAdapter, WriteWay};
use writing::search::{Finder, Subject};

use crate::domain::office::{Language, MatterKind, Office};
use crate::kiosk::flow::Tap;
use crate::kiosk::write::measure::{self, Measured};
use crate::kiosk::{Kiosk, KioskFault, Setup, headless};

/// Where a finger comes down: the middle of the first tile of the first page, at 1080 × 1920.
const FIRST_TILE: (f32, f32) = (270.0, 440.0);

/// What people type who look for a matter.
const QUESTIONS: [&str; 6] = ["db", "dibao", "低保怎么办", "楼上漏水", "sbk", "gonzufang"];

/// Milliseconds of each round.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Every point drawn anew.
    pub full: Vec<f64>,
    /// The clock moves on by a minute.
    pub part: Vec<f64>,
    /// From a finger coming down on a tile to the tile looking pressed.
    pub tap: Vec<f64>,
    /// From a choice to the next page.
    pub page: Vec<f64>,
    /// A question to this office's catalogue.
    pub search: Vec<f64>,
    /// The same to one of ten thousand matters.
    pub search_large: Vec<f64>,
    /// Reading what is written.
    pub writing: Measured,
}

/// Measures `rounds` rounds of each.
///
/// # Errors
/// [`KioskFault`] if there can be no window.
///
/// # Panics
/// If a finger changes nothing: the pages have moved, and the figures would be of nothing.
pub fn measure(setup: Setup, rounds: usize, now: fn() -> Duration) -> Result<Figures, KioskFault> {
    let office = setup.office.clone();
    let mut screen = Screen::open(setup)?;
    let mut figures = Figures::default();
    let ms = |since: Duration| (now() - since).as_secs_f64() * 1000.0;
    // The fonts are read and the glyphs drawn once, as in the first minute of a day.
    screen.draw(false);
    let kind = Tap::Kind {
        kind: MatterKind::Service,
        only: None,
    };
    for _ in 0..rounds {
        let begun = now();
        screen.draw(true);
        figures.full.push(ms(begun));
    }
    // From here on the memory is kept from picture to picture; the first of them is whole once more.
    screen.window.request_redraw();
    screen.rest();
    for round in 0..rounds {
        let words = screen.kiosk.window().global::<OfficeWords>();
        let mut moment = words.get_now();
        moment.clock = format!("{:02}:{:02}", 8 + round / 60 % 10, round % 60).into();
        words.set_now(moment);
        let begun = now();
        screen.draw(false);
        figures.part.push(ms(begun));

        let position = LogicalPosition::new(FIRST_TILE.0, FIRST_TILE.1);
        let button = PointerEventButton::Left;
        let begun = now();
        screen.event(WindowEvent::PointerPressed { position, button });
        let changed = screen.draw(false);
        figures.tap.push(ms(begun));
        assert!(changed, "a finger on the first tile changes nothing");
        screen.event(WindowEvent::PointerExited);
        screen.draw(false);

        let begun = now();
        screen.kiosk.tap(kind.clone());
        screen.kiosk.settle();
        let changed = screen.draw(false);
        figures.page.push(ms(begun));
        assert!(changed, "a choice leads nowhere");
        screen.kiosk.tap(Tap::Home);
        screen.kiosk.settle();
        screen.rest();
    }
    let finder = super::search::finder(&office, &HashMap::new(), Language::Chinese);
    let large = ten_thousand(&office);
    for round in 0..rounds {
        let question = QUESTIONS[round % QUESTIONS.len()];
        for (finder, times) in [
            (&finder, &mut figures.search),
            (&large, &mut figures.search_large),
        ] {
            let begun = now();
            let found = finder.find(question, 12);
            times.push(ms(begun));
            std::hint::black_box(found);
        }
    }
    figures.writing = measure::measure(rounds, now);
    Ok(figures)
}

/// The first frame, then a whole visit; `seen` is called after each.
///
/// # Errors
/// [`KioskFault`] if there can be no window.
pub fn visit(setup: Setup, mut seen: impl FnMut()) -> Result<(), KioskFault> {
    let matter = setup.office.matters.first().map(|it| (it.kind, it.code.clone()));
    let mut screen = Screen::open(setup)?;
    screen.draw(false);
    seen();
    let Some((kind, matter)) = matter else {
        return Ok(());
    };
    let mut taps = vec![Tap::LargePrint, Tap::LargePrint, Tap::Search];
    taps.extend("dibao".chars().map(Tap::Letter));
    taps.extend([
        Tap::Home,
        Tap::Kind { kind, only: None },
        Tap::Matter(matter),
        Tap::Next,
        Tap::Next,
        Tap::Write,
    ]);
    screen.walk(taps);
    screen.write();
    screen.walk([Tap::Next, Tap::Skip]);
    seen();
    Ok(())
}

/// A screen in memory, drawn when asked.
struct Screen {
    kiosk: std::rc::Rc<Kiosk>,
    window: std::rc::Rc<slint::platform::software_renderer::MinimalSoftwareWindow>,
    /// Four bytes a pixel, as a panel's own memory has.
    memory: Vec<PremultipliedRgbaColor>,
    width: usize,
}

impl Screen {
    fn open(setup: Setup) -> Result<Self, KioskFault> {
        let (window, _queue) = headless::install()?;
        let (width, height) = (setup.width as usize, setup.height as usize);
        let kiosk = Kiosk::open(setup)?;
        Ok(Self {
            kiosk,
            window,
            memory: vec![PremultipliedRgbaColor::default(); width * height],
            width,
        })
    }

    fn walk(&mut self, taps: impl IntoIterator<Item = Tap>) {
        for tap in taps {
            self.kiosk.tap(tap);
            self.kiosk.settle();
            self.draw(false);
        }
    }

    /// A name, its first character by hand and its second by sound, so that both engines are in memory.
    fn write(&mut self) {
        let kiosk = self.kiosk.clone();
        let page = kiosk.window().global::<WriteAdapter>();
        for y in [100.0, 200.0, 300.0] {
            page.invoke_ink_down(100.0, y, 600.0, 400.0);
            page.invoke_ink_moved(400.0, y);
            page.invoke_ink_up();
            kiosk.finish_reading();
            self.draw(false);
        }
        for way in [WriteWay::Hand, WriteWay::Pinyin] {
            if way == WriteWay::Pinyin {
                page.invoke_way_chosen(way);
                "ming"
                    .chars()
                    .for_each(|it| page.invoke_key(it.to_string().into()));
            }
            kiosk.finish_reading();
            if let Some(first) = page.get_candidates().row_data(0) {
                page.invoke_picked(first.text);
            }
            kiosk.finish_reading();
            self.draw(false);
        }
    }

    fn event(&self, event: WindowEvent) {
        let _ = self.kiosk.window().window().dispatch_event_with_result(event);
    }

    /// Draws until nothing moves any more.
    fn rest(&mut self) {
        self.draw(false);
        while self.kiosk.window().window().has_active_animations() {
            self.draw(false);
        }
    }

    /// Whether anything was drawn; `whole`: all of it, whatever has changed.
    fn draw(&mut self, whole: bool) -> bool {
        slint::platform::update_timers_and_animations();
        if whole {
            self.window.request_redraw();
        }
        let mut drawn = false;
        self.window.draw_if_needed(|renderer| {
            renderer.set_repaint_buffer_type(if whole {
                RepaintBufferType::NewBuffer
            } else {
                RepaintBufferType::ReusedBuffer
            });
            let region = renderer.render(&mut self.memory, self.width);
            let size = region.bounding_box_size();
            drawn = 0 < size.width && 0 < size.height;
        });
        drawn
    }
}

/// A catalogue of ten thousand matters, made of the office's own names and words.
fn ten_thousand(office: &Office) -> Finder {
    let names: Vec<(String, Vec<String>)> = (0..10_000)
        .map(|at| {
            let matter = &office.matters[at % office.matters.len()];
            let other = &office.matters[(at / office.matters.len() + at) % office.matters.len()];
            let words = matter
                .synonyms
                .iter()
                .map(|it| format!("{it}{}", other.name.zh))
                .collect();
            (format!("{}（{}）", matter.name.zh, other.name.zh), words)
        })
        .collect();
    Finder::new(names.iter().enumerate().map(|(at, (name, words))| Subject {
        name,
        words,
        asked: u32::try_from(at % 100).unwrap_or(0),
    }))
}
