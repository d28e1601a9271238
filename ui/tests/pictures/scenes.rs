//! States of the pages worth looking at, and how to bring each about.

use slint::{ComponentHandle, Image, ModelRc, Rgb8Pixel, SharedPixelBuffer, SharedString, VecModel};
use ui::*;

/// The office's own names as the catalogue gives them in English.
pub fn speak_english(window: &KioskWindow) {
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
    window.global::<Navigation>().set_other_language("中文".into());
    let home = window.global::<HomeAdapter>();
    home.set_leader("Zhou Jianguo".into());
    let search = window.global::<SearchAdapter>();
    search.set_found(matters.get_choices());
    let progress = window.global::<ProgressAdapter>();
    progress.set_department("Civil Affairs".into());
    progress.set_counter("Counter 3".into());
    progress.set_responsible("Zhang Jianguo".into());
    let posted = window.global::<PostedAdapter>();
    posted.set_postings(model([
        posting(
            PostingKind::Leader,
            "",
            &["Zhou Jianguo  Director", "101  08:30–12:00"],
        ),
        posting(
            PostingKind::Hours,
            "",
            &["08:30–12:00  14:30–17:30", "88 Heyan Road"],
        ),
        posting(
            PostingKind::Other,
            "How to raise something",
            &[
                "In person: general counter, ground floor",
                "By phone: 0379-6390 0001 or 12345",
                "By letter: 88 Heyan Road",
            ],
        ),
        posting(
            PostingKind::Other,
            "How it is handled",
            &[
                "Registered at once, with a slip",
                "Within 15 days you are told in writing how it goes on",
            ],
        ),
        posting(
            PostingKind::Other,
            "Conduct",
            &[
                "At most 5 people speak for a group",
                "Please keep order and respect staff",
            ],
        ),
    ]));
}

fn posting(kind: PostingKind, title: &str, lines: &[&str]) -> Posting {
    let lines: Vec<PostingLine> = lines
        .iter()
        .enumerate()
        .map(|(at, it)| {
            let days = if kind == PostingKind::Hours && at == 0 {
                (1, 5)
            } else {
                (0, 0)
            };
            PostingLine {
                first_day: days.0,
                last_day: days.1,
                text: (*it).into(),
            }
        })
        .collect();
    Posting {
        kind,
        title: title.into(),
        lines: model(lines),
    }
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
pub type Scene = (&'static str, fn(&KioskWindow));

pub const SCENES: &[Scene] = &[
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
        let paused = window.global::<PausedAdapter>();
        paused.set_reason(PauseReason::UsedUp);
        paused.set_told(true);
    }),
    ("who-notice-group", |window| {
        page(window, Page::Who);
        let who = window.global::<WhoAdapter>();
        who.set_asked(true);
        who.set_grouped(true);
        who.set_people(9);
    }),
    ("home-quiet", |window| {
        page(window, Page::Home);
        // No loudspeaker, no leader today, nobody waiting.
        window.global::<Navigation>().set_voiced(false);
        window.global::<HomeAdapter>().set_leader("".into());
        window.global::<HomeAdapter>().set_waiting(0);
    }),
    ("home-dimmed", |window| {
        page(window, Page::Home);
        window.global::<HomeAdapter>().set_hours(Hours::Closed);
        window.global::<Navigation>().set_dimmed(true);
    }),
    ("search", |window| page(window, Page::Search)),
    ("search-typed", |window| {
        page(window, Page::Search);
        window.global::<SearchAdapter>().set_query("db".into());
    }),
    ("search-nothing", |window| {
        page(window, Page::Search);
        window.global::<SearchAdapter>().set_query("zzzz".into());
        window
            .global::<SearchAdapter>()
            .set_found(model::<MatterChoice>([]));
    }),
    ("report", |window| page(window, Page::Report)),
    ("progress", |window| page(window, Page::Progress)),
    ("progress-unknown", |window| {
        page(window, Page::Progress);
        let progress = window.global::<ProgressAdapter>();
        progress.set_number("C999".into());
        progress.set_state(ProgressState::Unknown);
    }),
    ("progress-waiting", |window| {
        progress(window, ProgressStage::Waiting)
    }),
    ("progress-called", |window| {
        progress(window, ProgressStage::Called)
    }),
    ("progress-missed", |window| {
        progress(window, ProgressStage::Missed)
    }),
    ("progress-closed", |window| {
        progress(window, ProgressStage::Closed);
        window.global::<ProgressAdapter>().set_older(true);
        window.global::<ProgressAdapter>().set_day(Moment {
            month: 3,
            day: 6,
            weekday: 5,
            clock: "".into(),
        });
    }),
    ("posted", |window| page(window, Page::Posted)),
    ("help-called", |window| {
        page(window, Page::Bring);
        window.global::<Navigation>().set_dialog(Dialog::Help);
        window.global::<Navigation>().set_help(Help::Called);
    }),
    ("help-coming", |window| {
        page(window, Page::Bring);
        window.global::<Navigation>().set_dialog(Dialog::Help);
        window.global::<Navigation>().set_help(Help::Coming);
    }),
    ("voice", |window| {
        page(window, Page::Matters);
        window.global::<Navigation>().set_dialog(Dialog::Voice);
    }),
    ("countdown", |window| {
        page(window, Page::Matters);
        window.global::<Navigation>().set_seconds_left(12);
    }),
];

pub fn page(window: &KioskWindow, page: Page) {
    window.global::<Navigation>().set_page(page);
}

fn ticket(window: &KioskWindow) {
    page(window, Page::Ticket);
    let ticket = window.global::<TicketAdapter>();
    ticket.set_qr(code());
    ticket.set_qr_modules(33);
}

fn progress(window: &KioskWindow, stage: ProgressStage) {
    page(window, Page::Progress);
    let progress = window.global::<ProgressAdapter>();
    progress.set_state(ProgressState::Found);
    progress.set_number("C023".into());
    progress.set_stage(stage);
}
