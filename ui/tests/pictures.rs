//! Every page, drawn: in both languages, both sizes of print and both shapes of panel.
//!
//! The pictures land in `LOBBY_PICTURES`, or else in the target directory. What a machine can judge is judged
//! here, from the element tree: nothing outside the window, no key on another, none too small for a finger, no
//! words cut off.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, ElementRoot, TestingBackend, TestingBackendOptions,
};
use slint::{
    Color, ComponentHandle, Image, Model, ModelRc, PhysicalSize, Rgb8Pixel, SharedPixelBuffer, SharedString,
    VecModel,
};
use ui::*;

/// A panel: its pixels and its pitch.
#[derive(Clone, Copy)]
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

/// The height in millimetres below which a finger misses: keys one writes with.
const FINGER_MM: f32 = 14.0;

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
        speak_english(&window);
    }
    window
        .window()
        .set_size(PhysicalSize::new(panel.width, panel.height));
    window.show().unwrap();
    window
}

/// The office's own names as the catalogue gives them in English.
fn speak_english(window: &KioskWindow) {
    let office = window.global::<Office>();
    office.set_name("Laocheng Sub-district Office".into());
    office.set_general_counter("General counter, ground floor".into());
    window
        .global::<HomeAdapter>()
        .set_duty_officer("Wang Haiyan".into());
    let matters = window.global::<MattersAdapter>();
    matters.set_choices(model([
        choice(
            "card-reissue",
            "Replace a social security card",
            "Service Centre",
            "Counter 3",
            2,
        ),
        choice(
            "allowance",
            "Apply for the minimum living allowance",
            "Civil Affairs",
            "203",
            0,
        ),
        choice("old-age", "Old-age allowance", "Civil Affairs", "203", 11),
        choice(
            "veteran",
            "Veteran's preferential card",
            "Veterans' Station",
            "105",
            1,
        ),
    ]));
    let bring = window.global::<BringAdapter>();
    bring.set_matter("Apply for the minimum living allowance".into());
    bring.set_department("Civil Affairs".into());
    bring.set_room("203".into());
    bring.set_limit("15 working days".into());
    bring.set_receiver("Zhang Jianguo".into());
    bring.set_receiver_post("civil affairs officer".into());
    bring.set_items(model::<SharedString>([
        "Identity card and household register, originals".into(),
        "Proof of income of everybody in the household".into(),
        "Application form (at the counter)".into(),
        "Two recent one-inch photographs".into(),
    ]));
    let ticket = window.global::<TicketAdapter>();
    ticket.set_department("Civil Affairs".into());
    ticket.set_room("203".into());
    ticket.set_receiver("Zhang Jianguo".into());
}

fn choice(code: &str, name: &str, department: &str, room: &str, waiting: i32) -> MatterChoice {
    MatterChoice {
        code: code.into(),
        name: name.into(),
        department: department.into(),
        room: room.into(),
        waiting,
    }
}

fn model<T: Clone + 'static>(rows: impl Into<Vec<T>>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(rows.into()))
}

/// A pattern as dense as a real code of 33 modules.
fn code() -> Image {
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(33, 33);
    for (i, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (i % 33, i / 33);
        let corner = |cx: usize, cy: usize| {
            let (dx, dy) = (x.abs_diff(cx), y.abs_diff(cy));
            (dx.max(dy) <= 3).then(|| dx.max(dy) != 2)
        };
        let dark = corner(3, 3)
            .or(corner(29, 3))
            .or(corner(3, 29))
            .unwrap_or((x * 7 + y * 5 + x * y) % 3 == 0);
        *pixel = if dark {
            Rgb8Pixel::new(0, 0, 0)
        } else {
            Rgb8Pixel::new(255, 255, 255)
        };
    }
    Image::from_rgb8(pixels)
}

/// A state of a page worth looking at, and how to bring it about.
type Scene = (&'static str, fn(&KioskWindow));

const SCENES: &[Scene] = &[
    ("home", |window| page(window, Page::Home)),
    ("home-lunch", |window| {
        page(window, Page::Home);
        window.global::<HomeAdapter>().set_hours(Hours::Lunch);
    }),
    ("home-night", |window| {
        page(window, Page::Home);
        window.global::<HomeAdapter>().set_hours(Hours::Closed);
    }),
    ("home-lunch-attended", |window| {
        page(window, Page::Home);
        window.global::<HomeAdapter>().set_hours(Hours::Lunch);
        window.global::<HomeAdapter>().set_on_call(false);
    }),
    ("matters", |window| page(window, Page::Matters)),
    ("matters-forty", |window| {
        page(window, Page::Matters);
        let name = |i: i32| match i % 3 {
            0 => format!("第 {i} 项：残疾人两项补贴资格认定申请与复核"),
            1 => "社保卡补办".to_owned(),
            _ => "居民医保参保登记、变更与停保办理".to_owned(),
        };
        let rows: Vec<_> = (1..=40)
            .map(|i| {
                choice(
                    &format!("m{i}"),
                    &name(i),
                    "社会事务办公室（民政）",
                    "203",
                    i % 13,
                )
            })
            .collect();
        window.global::<MattersAdapter>().set_choices(model(rows));
    }),
    ("bring", |window| page(window, Page::Bring)),
    ("bring-away", |window| {
        page(window, Page::Bring);
        let bring = window.global::<BringAdapter>();
        bring.set_away(true);
        bring.set_receiver("".into());
        let items: Vec<SharedString> = (1..=9)
            .map(|i| format!("第 {i} 样：户主及全体家庭成员的身份证、户口簿原件与复印件各一份").into())
            .collect();
        bring.set_items(model(items));
    }),
    ("bring-nothing", |window| {
        page(window, Page::Bring);
        window
            .global::<BringAdapter>()
            .set_items(model::<SharedString>([]));
        window.global::<BringAdapter>().set_limit("当场办理".into());
    }),
    ("who-notice", |window| page(window, Page::Who)),
    ("who-notice-petition", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_asked(true);
        window.global::<WhoAdapter>().set_priority(true);
    }),
    ("who-name", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Name);
    }),
    ("who-name-empty", |window| {
        page(window, Page::Who);
        let who = window.global::<WhoAdapter>();
        who.set_step(WhoStep::Name);
        who.set_name("".into());
        who.set_surname("".into());
        who.set_name_title(NameTitle::Untold);
    }),
    ("who-phone", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Phone);
    }),
    ("who-phone-wrong", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Phone);
        window.global::<WhoAdapter>().set_phone_state(PhoneState::Wrong);
        window.global::<Navigation>().set_busy(true);
    }),
    ("who-name-rare", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Name);
        window.global::<WhoAdapter>().set_name("㛃𬭎䶮𠅤".into());
    }),
    ("who-veiled", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Name);
        window.global::<Privacy>().set_veiled(true);
        window.global::<Navigation>().set_assisted(true);
    }),
    ("ticket-printing", ticket),
    ("ticket-take", |window| {
        ticket(window);
        let ticket = window.global::<TicketAdapter>();
        ticket.set_slip(SlipState::Take);
        ticket.set_priority(true);
        ticket.set_ahead(0);
    }),
    ("ticket-failed", |window| {
        ticket(window);
        window.global::<TicketAdapter>().set_slip(SlipState::Failed);
    }),
    ("paused", |window| page(window, Page::Paused)),
    ("paused-machine", |window| {
        page(window, Page::Paused);
        window.global::<PausedAdapter>().set_reason(PauseReason::Machine);
    }),
    ("paused-used-up", |window| {
        page(window, Page::Paused);
        window.global::<PausedAdapter>().set_reason(PauseReason::UsedUp);
    }),
    ("countdown", |window| {
        page(window, Page::Matters);
        window.global::<Navigation>().set_seconds_left(12);
    }),
];

fn page(window: &KioskWindow, page: Page) {
    window.global::<Navigation>().set_page(page);
}

fn ticket(window: &KioskWindow) {
    page(window, Page::Ticket);
    let ticket = window.global::<TicketAdapter>();
    ticket.set_qr(code());
    ticket.set_qr_modules(33);
}

#[derive(Debug, Clone, Copy)]
struct Area {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Area {
    fn of(element: &ElementHandle) -> Self {
        let (at, size) = (element.absolute_position(), element.size());
        Area {
            x: at.x,
            y: at.y,
            width: size.width,
            height: size.height,
        }
    }

    fn meets(&self, other: &Area) -> bool {
        // Half a pixel of rounding is no overlap.
        self.x + 0.5 < other.x + other.width
            && other.x + 0.5 < self.x + self.width
            && self.y + 0.5 < other.y + other.height
            && other.y + 0.5 < self.y + self.height
    }

    fn inside(&self, panel: Panel) -> bool {
        self.x > -0.5
            && self.y > -0.5
            && self.x + self.width < panel.width as f32 + 0.5
            && self.y + self.height < panel.height as f32 + 0.5
    }
}

/// What is wrong with the page as it stands, in words.
fn complaints(window: &KioskWindow, panel: Panel) -> Vec<String> {
    let mut wrong = Vec::new();
    let pressable = |element: &ElementHandle| {
        matches!(
            element.accessible_role(),
            Some(AccessibleRole::Button | AccessibleRole::Checkbox)
        )
    };
    let keys = window
        .root_element()
        .query_descendants()
        .match_predicate(pressable)
        .find_all();
    let named: Vec<(String, Area)> = keys
        .iter()
        .map(|key| {
            (
                key.accessible_label().unwrap_or_default().to_string(),
                Area::of(key),
            )
        })
        .collect();
    for (i, (name, area)) in named.iter().enumerate() {
        if name.is_empty() {
            wrong.push(format!("a key at {area:?} has no label"));
        }
        if !area.inside(panel) {
            wrong.push(format!("“{name}” leaves the window: {area:?}"));
        }
        for (size, what) in [(area.height, "high"), (area.width, "wide")] {
            if size * panel.mm_per_px < FINGER_MM - 0.05 {
                wrong.push(format!(
                    "“{name}” is only {:.1} mm {what}",
                    size * panel.mm_per_px
                ));
            }
        }
        for (other, place) in &named[i + 1..] {
            if area.meets(place) {
                wrong.push(format!("“{name}” lies on “{other}”: {area:?}, {place:?}"));
            }
        }
    }
    for text in ElementHandle::find_by_element_type_name(window, "Text") {
        let area = Area::of(&text);
        if area.width < 1.0 || area.height < 1.0 || !area.inside(panel) {
            wrong.push(format!(
                "words leave the window or vanish: {} {area:?}",
                describe(&text)
            ));
        }
    }
    for key in &keys {
        let area = Area::of(key);
        for text in key.query_descendants().match_inherits("Text").find_all() {
            let words = Area::of(&text);
            if words.y + 0.5 < area.y || area.y + area.height + 0.5 < words.y + words.height {
                wrong.push(format!("words spill out of {}: {words:?}", describe(key)));
            }
        }
    }
    for cut in ElementHandle::find_by_element_id(window, "Label::cut") {
        wrong.push(format!("words are cut off near {:?}", Area::of(&cut)));
    }
    wrong
}

fn describe(element: &ElementHandle) -> String {
    format!("{:?} {:?}", element.id(), element.accessible_label())
}

fn folder() -> PathBuf {
    let folder = std::env::var_os("LOBBY_PICTURES").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"),
        PathBuf::from,
    );
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn save(window: &KioskWindow, name: &str) -> SharedPixelBuffer<slint::Rgba8Pixel> {
    let picture = window.window().take_snapshot().unwrap();
    let file = fs::File::create(folder().join(format!("{name}.png"))).unwrap();
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(picture.as_bytes())
        .unwrap();
    picture
}

fn look_through(panel: Panel) {
    open();
    let mut wrong = Vec::new();
    for english in [false, true] {
        for large in [false, true] {
            for (name, arrange) in SCENES {
                let window = window(panel, english, large);
                arrange(&window);
                i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1000));
                let picture = format!(
                    "{name}_{}_{}_{}x{}",
                    if english { "en" } else { "zh" },
                    if large { "large" } else { "normal" },
                    panel.width,
                    panel.height,
                );
                save(&window, &picture);
                wrong.extend(
                    complaints(&window, panel)
                        .into_iter()
                        .map(|it| format!("{picture}: {it}")),
                );
                window.hide().unwrap();
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} complaints:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_page_fits_a_tall_panel() {
    look_through(PORTRAIT);
}

#[test]
fn every_page_fits_a_small_wide_panel() {
    look_through(LANDSCAPE);
}

#[test]
fn every_page_fits_a_large_wide_panel() {
    look_through(LANDSCAPE_LARGE);
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
    assert_eq!(marks.iter().count(), 8, "a ground for each kind");
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

#[test]
fn rare_characters_are_drawn() {
    open();
    let window = window(PORTRAIT, false, false);
    page(&window, Page::Who);
    let who = window.global::<WhoAdapter>();
    who.set_step(WhoStep::Name);
    let drawn = |name: &str| {
        who.set_name(name.into());
        i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1000));
        window.window().take_snapshot().unwrap()
    };
    // U+10FFFD is nobody's: whatever stands for a missing character stands here.
    let others = [" ", "\u{10fffd}", "㛃", "𬭎", "䶮", "𠅤"].map(|it| (it, drawn(it)));
    for (i, (name, picture)) in others.iter().enumerate().skip(2) {
        for (other, beside) in &others[..i] {
            let pixels = picture.as_slice().iter().zip(beside.as_slice());
            let apart = pixels.filter(|(a, b)| a != b).count();
            assert!(
                200 < apart,
                "“{name}” is drawn as “{other}”: {apart} pixels differ"
            );
        }
    }
}
