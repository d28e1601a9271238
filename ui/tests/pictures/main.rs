//! Every page, drawn: in both languages, both sizes of print and both shapes of panel.
//!
//! The pictures land in `LOBBY_PICTURES`, or else in the target directory, with an index page. What a machine can
//! judge is judged here, from the element tree: nothing outside the window, no key on another, none too small for a
//! finger, no words cut off, nothing that assistive technology does not know. A few pictures are compared with what
//! they looked like when somebody last looked at them.

mod aloud;
mod book;
mod checks;
mod scenes;

use std::time::Duration;

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use slint::{Color, ComponentHandle, Model, PhysicalSize};
use ui::*;

use checks::complaints;
use scenes::{SCENES, page};

/// A panel: its pixels and its pitch.
#[derive(Debug, Clone, Copy)]
struct Panel {
    width: u32,
    height: u32,
    mm_per_px: f32,
}

const PORTRAIT: Panel = Panel {
    width: 1080,
    height: 1920,
    mm_per_px: 0.248,
};
const LANDSCAPE: Panel = Panel {
    width: 1280,
    height: 800,
    mm_per_px: 0.170,
};
const LANDSCAPE_LARGE: Panel = Panel {
    width: 1920,
    height: 1080,
    mm_per_px: 0.248,
};

const PANELS: [Panel; 3] = [PORTRAIT, LANDSCAPE, LANDSCAPE_LARGE];

/// A platform for this thread that draws what a visitor would see, and whose clock stands still.
fn open() {
    let options = TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).expect("one platform a thread");
}

fn window(panel: Panel, english: bool, large: bool) -> KioskWindow {
    let window = KioskWindow::new().unwrap();
    slint::select_bundled_translation(if english { "en" } else { "" }).unwrap();
    let theme = window.global::<Theme>();
    theme.set_window_width(panel.width as f32);
    theme.set_window_height(panel.height as f32);
    theme.set_mm_per_px(panel.mm_per_px);
    theme.set_large(large);
    window.global::<Navigation>().set_english(english);
    if english {
        scenes::speak_english(&window);
    }
    window
        .window()
        .set_size(PhysicalSize::new(panel.width, panel.height));
    window.show().unwrap();
    window
}

/// Scenes whose data, not ours, is Chinese whatever the pages speak.
fn data_in_chinese(scene: &str) -> bool {
    ["matters-forty", "bring-away", "bring-nothing"].contains(&scene)
        || scene.starts_with("who-name")
        || scene.ends_with("-long")
        || scene.starts_with("write-")
        || scene.starts_with("search-hand")
}

/// Words that stand as large as their place lets them in either print: the number; what no font has, whose code and sound
/// are set so that they are seen whole in the cell of one character; and a name typed in letters, for the same reason.
fn as_large_as_it_goes(words: &str) -> bool {
    ["A023", "C023", "夜01", "Xiaoming", "Christopher"].contains(&words) || words.starts_with('〔')
}

/// How many times as large every word of large print is at least: 1.4, less what rounding takes.
const LARGER: f32 = 1.38;

/// The smallest letters in the normal print of a page drawn for its own size, pixels; another panel scales them.
const SMALLEST: f32 = 27.0;

/// What is not 1.4 times as large in large print as in normal print.
fn not_larger(normal: &checks::Letters, large: &checks::Letters) -> Vec<String> {
    let least = |sizes: &[f32]| sizes.iter().copied().fold(f32::INFINITY, f32::min);
    let mut wrong = Vec::new();
    for (words, before) in normal {
        // In large print a page may say less.
        let Some(after) = large.get(words) else { continue };
        let grown = if before.len() == after.len() {
            after
                .iter()
                .zip(before)
                .all(|(after, before)| LARGER * before <= *after)
        } else {
            LARGER * least(before) <= least(after)
        };
        if !grown && !as_large_as_it_goes(words) {
            wrong.push(format!("“{words}” {before:.1?} → {after:.1?} px"));
        }
    }
    wrong
}

/// What is wrong with a scene as it stands in one print, and the letters it is set in.
fn judge(window: &KioskWindow, panel: Panel, scene: &str, large: bool) -> (Vec<String>, checks::Letters) {
    let (theme, english) = (
        window.global::<Theme>(),
        window.global::<Navigation>().get_english(),
    );
    theme.set_large(large);
    // What moves begins to move once somebody has looked.
    checks::look(window);
    i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1000));
    let picture = window.window().take_snapshot().unwrap();
    let name = book::name(scene, english, large, (panel.width, panel.height));
    book::save(&picture, &name);
    let mut wrong = Vec::new();
    let portrait = panel.width < panel.height;
    let golden = panel.width != LANDSCAPE_LARGE.width;
    if golden && book::GOLDENS.contains(&(scene, english, large, portrait)) {
        wrong.extend(book::compare(&picture, &name));
    }
    wrong.extend(complaints(window, panel, english && !data_in_chinese(scene)));
    let letters = checks::letters(window);
    let floor = SMALLEST * theme.get_fit() * if large { 1.4 } else { 1.0 };
    for (words, sizes) in letters.iter().filter(|(words, _)| !as_large_as_it_goes(words)) {
        if sizes.iter().any(|it| *it < 0.985 * floor) {
            wrong.push(format!("letters are too small: “{words}” {sizes:.1?} px"));
        }
    }
    let wrong = wrong.into_iter().map(|it| format!("{name}: {it}"));
    (wrong.collect(), letters)
}

/// Every scene on one panel, in both prints: each as it should be, and every word of the one larger in the other.
fn look_through(panel: Panel) {
    open();
    let mut wrong = Vec::new();
    for english in [false, true] {
        for (scene, arrange) in SCENES {
            let window = window(panel, english, false);
            arrange(&window);
            let (complaints, normal) = judge(&window, panel, scene, false);
            wrong.extend(complaints);
            // As a visitor does who touches 大字.
            let (complaints, large) = judge(&window, panel, scene, true);
            wrong.extend(complaints);
            let name = book::name(scene, english, true, (panel.width, panel.height));
            let same = not_larger(&normal, &large).into_iter();
            wrong.extend(same.map(|it| format!("{name}: not 1.4 times as large: {it}")));
            // Large print changes little of the tree; another shape of panel does.
            window.global::<Theme>().set_large(false);
            checks::look(&window);
            wrong.extend(
                checks::untold(&window)
                    .into_iter()
                    .map(|it| format!("{scene}: {it}")),
            );
            window.hide().unwrap();
        }
    }
    book::index();
    assert!(
        wrong.is_empty(),
        "{} complaints:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_page_fits_a_tall_panel_and_every_word_is_at_least_1_4_times_as_large_in_large_print() {
    look_through(PORTRAIT);
}

#[test]
fn every_page_fits_a_small_wide_panel_and_every_word_is_at_least_1_4_times_as_large_in_large_print() {
    look_through(LANDSCAPE);
}

#[test]
fn every_page_fits_a_large_wide_panel_and_every_word_is_at_least_1_4_times_as_large_in_large_print() {
    look_through(LANDSCAPE_LARGE);
}

#[test]
fn ten_matters_of_a_kind_stand_on_two_pages_of_either_print() {
    open();
    let name = |i: i32| format!("第 {i} 项：残疾人两项补贴资格认定");
    for panel in PANELS {
        for large in [false, true] {
            let window = window(panel, false, large);
            page(&window, Page::Matters);
            scenes::many_matters(&window, 10, name);
            let mut seen = checks::rows(&window);
            assert!(5 <= seen.len(), "{panel:?}, large print {large}: {seen:?}");
            if seen.len() < 10 {
                checks::press(&window, "下一页");
                seen.extend(checks::rows(&window));
            }
            let all: Vec<String> = (1..=10).map(name).collect();
            assert_eq!(seen, all, "{panel:?}, large print {large}");
            window.hide().unwrap();
        }
    }
}

/// How far two colours stand apart, from 1 to 21, as WCAG 2.2 reckons it.
fn contrast(one: Color, other: Color) -> f64 {
    let luminance = |color: Color| {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(color.red()) + 0.7152 * linear(color.green()) + 0.0722 * linear(color.blue())
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn whoever_sees_little_can_read_every_word() {
    open();
    let window = window(PORTRAIT, false, false);
    let theme = window.global::<Theme>();
    let (ground, card, accent_soft) = (theme.get_ground(), theme.get_card(), theme.get_accent_soft());
    let mut words = vec![
        ("quiet on a key at rest", theme.get_quiet(), theme.get_line()),
        ("ink on a key held down", theme.get_ink(), accent_soft),
        (
            "accent on a soft key held down",
            theme.get_accent(),
            accent_soft.darker(0.15),
        ),
        ("white on a main key", theme.get_on_accent(), theme.get_accent()),
        (
            "white on a main key held down",
            theme.get_on_accent(),
            theme.get_accent_pressed(),
        ),
        ("accent on its own", theme.get_accent(), accent_soft),
        ("good on its own", theme.get_good(), theme.get_good_soft()),
        ("warn on its own", theme.get_warn(), theme.get_warn_soft()),
        ("bad on its own", theme.get_bad(), theme.get_bad_soft()),
    ];
    let inks = [
        theme.get_ink(),
        theme.get_quiet(),
        theme.get_accent(),
        theme.get_good(),
        theme.get_warn(),
        theme.get_bad(),
    ];
    for ink in inks {
        words.extend([("on the ground", ink, ground), ("on a card", ink, card)]);
    }
    let marks = theme.get_tones();
    assert_eq!(marks.iter().count(), 10, "a ground for each kind");
    words.extend(
        marks
            .iter()
            .map(|it| ("white on a mark", theme.get_on_accent(), it)),
    );
    for (what, ink, paper) in words {
        let apart = contrast(ink, paper);
        assert!(4.5 <= apart, "{what}: {ink} on {paper} is only {apart:.2}");
    }
    for paper in [ground, card] {
        let apart = contrast(theme.get_edge(), paper);
        assert!(3.0 <= apart, "the outline of a key on {paper} is only {apart:.2}");
    }
}

/// Puts a name somewhere on a page.
type Put = fn(&KioskWindow, &str);

/// Every place where a person, a matter or an office may be named, and how to put a name there.
const NAMES: &[(&str, Put)] = &[
    ("the office", |window, name| {
        page(window, Page::Matters);
        window.global::<Office>().set_name(name.into());
    }),
    ("today's leader", |window, name| {
        page(window, Page::Home);
        window.global::<HomeAdapter>().set_leader(name.into());
    }),
    ("whoever is on duty", |window, name| {
        page(window, Page::Home);
        window.global::<HomeAdapter>().set_hours(Hours::Closed);
        window.global::<HomeAdapter>().set_duty_officer(name.into());
    }),
    ("a matter", |window, name| {
        page(window, Page::Matters);
        scenes::name_the_first_matter(window, name);
    }),
    ("an answer", |window, name| {
        page(window, Page::Search);
        scenes::name_the_first_matter(window, name);
    }),
    ("what to bring", |window, name| {
        page(window, Page::Bring);
        window.global::<BringAdapter>().set_matter(name.into());
    }),
    ("who receives", |window, name| {
        page(window, Page::Bring);
        window.global::<BringAdapter>().set_receiver(name.into());
    }),
    ("what one is called", |window, name| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Name);
        window.global::<WhoAdapter>().set_name(name.into());
    }),
    ("the name as written", |window, name| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Write);
        window.global::<WriteAdapter>().set_name(name.into());
    }),
    ("a candidate", |window, name| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Write);
        scenes::offer(window, name);
    }),
    ("the number's page", |window, name| {
        page(window, Page::Ticket);
        window.global::<TicketAdapter>().set_receiver(name.into());
    }),
    ("how it stands", |window, name| {
        page(window, Page::Progress);
        let progress = window.global::<ProgressAdapter>();
        progress.set_state(ProgressState::Found);
        progress.set_responsible(name.into());
    }),
    ("what is posted", |window, name| {
        page(window, Page::Posted);
        scenes::post(window, name);
    }),
    ("where to go instead", |window, name| {
        page(window, Page::Paused);
        window.global::<Office>().set_general_counter(name.into());
    }),
];

#[test]
fn rare_characters_are_drawn_wherever_somebody_or_something_is_named() {
    open();
    for (place, put) in NAMES {
        // The smallest panel: what is drawn there is drawn on the others.
        let window = window(LANDSCAPE, false, false);
        let drawn = |name: &str| {
            put(&window, name);
            checks::look(&window);
            i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1000));
            window.window().take_snapshot().unwrap()
        };
        // U+10FFFD is nobody's: whatever stands for a missing character stands here.
        let others = [" ", "\u{10fffd}", "㛃", "𬭎", "䶮", "𠅤", "𪨧"].map(|it| (it, drawn(it)));
        for (i, (name, picture)) in others.iter().enumerate().skip(2) {
            for (other, beside) in &others[..i] {
                // Most lines are alike; only the others are counted through.
                let line = 4 * LANDSCAPE.width as usize;
                let lines = picture
                    .as_bytes()
                    .chunks(line)
                    .zip(beside.as_bytes().chunks(line));
                let apart: usize = lines
                    .filter(|(a, b)| a != b)
                    .map(|(a, b)| a.chunks(4).zip(b.chunks(4)).filter(|(a, b)| a != b).count())
                    .sum();
                assert!(
                    100 < apart,
                    "{place}: “{name}” is drawn as “{other}”: {apart} pixels differ"
                );
            }
        }
        window.hide().unwrap();
    }
}

#[test]
fn golden_pictures_stay_few_and_small() {
    assert!(book::GOLDENS.len() <= book::GOLDENS_MAX);
    let (most, bytes) = book::golden_size();
    assert!(
        most <= book::GOLDENS_MAX && bytes <= book::GOLDEN_BYTES_MAX,
        "{most} pictures, {bytes} bytes"
    );
}

#[test]
fn a_language_is_a_file() {
    open();
    let _window = KioskWindow::new().unwrap();
    // Whoever adds a folder adds a language; its own name stands on the key that leads to it.
    assert!(LANGUAGES.contains(&("en", "English")));
    for (code, name) in LANGUAGES {
        assert_ne!(code, name, "{code} names itself as X-Language-Name");
        slint::select_bundled_translation(code).unwrap_or_else(|error| panic!("{code}: {error:?}"));
    }
}
