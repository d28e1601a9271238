//! States of the pages worth looking at, and how to bring each about.

use slint::{
    ComponentHandle, Image, Model, ModelRc, Rgb8Pixel, Rgba8Pixel, SharedPixelBuffer, SharedString, VecModel,
};
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
                text: ui::lines::posted(it).into(),
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
        shut: Shut::Open,
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
        many_matters(window, 40, name);
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
    ("matters-shut", |window| {
        page(window, Page::Matters);
        let matters = window.global::<MattersAdapter>();
        let rows = matters.get_choices();
        let shut = [Shut::Hours, Shut::Full, Shut::Open, Shut::Rests];
        let rows = rows
            .iter()
            .zip(shut)
            .map(|(row, shut)| MatterChoice { shut, ..row });
        matters.set_choices(model(rows.collect::<Vec<_>>()));
    }),
    ("bring-hours", |window| {
        page(window, Page::Bring);
        window.global::<BringAdapter>().set_shut(Shut::Hours);
        window.global::<BringAdapter>().set_told(true);
    }),
    ("bring-full", |window| {
        page(window, Page::Bring);
        window.global::<BringAdapter>().set_shut(Shut::Full);
        window.global::<BringAdapter>().set_told(true);
    }),
    ("bring-rests", |window| {
        page(window, Page::Bring);
        window.global::<BringAdapter>().set_shut(Shut::Rests);
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
    ("who-name-card", |window| card(window, CardState::Ready)),
    ("who-name-card-again", |window| card(window, CardState::Again)),
    ("who-name-rare", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Name);
        window.global::<WhoAdapter>().set_name("㛃𬭎䶮𠅤".into());
    }),
    ("who-name-marked", |window| {
        page(window, Page::Who);
        let who = window.global::<WhoAdapter>();
        who.set_step(WhoStep::Name);
        who.set_name("㛃〔U+10FFFD〕〓".into());
        who.set_marked(true);
    }),
    ("write-empty", |window| {
        write(window, "", &[]);
        window.global::<WriteAdapter>().set_candidates(cells(FAMILIES));
    }),
    ("write-hand", |window| {
        write(
            window,
            "王",
            &[
                "宏", "红", "洪", "鸿", "弘", "虹", "泓", "宋", "宠", "宁", "安", "宇", "定", "官", "审",
                "宣", "宝", "实", "客", "宾",
            ],
        )
    }),
    ("write-strokes", |window| {
        write(window, "王", &["小", "少", "尔", "步", "省", "京"]);
        let page = window.global::<WriteAdapter>();
        page.set_way(WriteWay::Strokes);
        page.set_keys("丨丿丶".into());
    }),
    ("write-pinyin", |window| {
        write(
            window,
            "欧阳",
            &[
                "小明", "晓明", "小", "晓", "肖", "笑", "孝", "校", "萧", "Xiaoming",
            ],
        );
        let page = window.global::<WriteAdapter>();
        page.set_way(WriteWay::Pinyin);
        page.set_keys("xiaoming".into());
    }),
    ("write-nothing", |window| {
        write(window, "王", &[]);
        let page = window.global::<WriteAdapter>();
        page.set_way(WriteWay::Strokes);
        page.set_keys("乛乛乛乛乛乛乛乛".into());
        page.set_nothing(true);
    }),
    ("write-joined", |window| {
        write(window, "欧金宏", &["𬭎"]);
        window.global::<WriteAdapter>().set_joinable(true);
    }),
    ("write-rare", |window| {
        write(window, "㛃𬭎䶮𠅤𪨧〔U+10FFFD〕〓", &["𠅤", "〔U+2EBF0 wáng〕"]);
        window.global::<WriteAdapter>().set_marked(true);
    }),
    ("write-unpicked", |window| {
        write(
            window,
            "欧阳",
            &[
                "John",
                "Christopher",
                "宁",
                "安",
                "宇",
                "定",
                "官",
                "审",
                "宣",
                "宝",
                "实",
                "客",
                "宾",
                "宿",
                "寄",
            ],
        );
        let page = window.global::<WriteAdapter>();
        page.set_unpicked(true);
        page.set_dottable(true);
    }),
    ("write-missing", |window| {
        write(window, "王", &[]);
        window.global::<WriteAdapter>().set_missing(true);
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
    ("ticket-failed-hot", |window| {
        ticket(window);
        let ticket = window.global::<TicketAdapter>();
        ticket.set_slip(SlipState::Failed);
        ticket.set_trouble(SlipTrouble::Hot);
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
    ("home-long", |window| {
        page(window, Page::Home);
        long(window);
    }),
    ("matters-none", |window| {
        page(window, Page::Matters);
        window
            .global::<MattersAdapter>()
            .set_choices(model::<MatterChoice>([]));
    }),
    ("bring-long", |window| {
        page(window, Page::Bring);
        long(window);
    }),
    ("who-notice-long", |window| {
        page(window, Page::Who);
        long(window);
    }),
    ("who-name-by-clerk", |window| {
        page(window, Page::Who);
        let who = window.global::<WhoAdapter>();
        who.set_step(WhoStep::Name);
        who.set_name("".into());
        who.set_surname("".into());
        who.set_name_title(NameTitle::Untold);
        who.set_name_by_clerk(true);
    }),
    ("ticket-long", |window| {
        ticket(window);
        window.global::<TicketAdapter>().set_slip(SlipState::Take);
        long(window);
    }),
    ("progress-serving", |window| {
        progress(window, ProgressStage::Serving)
    }),
    ("progress-working", |window| {
        progress(window, ProgressStage::Working)
    }),
    ("progress-long", |window| {
        progress(window, ProgressStage::Waiting);
        long(window);
    }),
    ("posted-long", |window| {
        page(window, Page::Posted);
        post(
            window,
            "来访请到一楼综合窗口登记；来信请寄老城街道河沿路 88 号党政综合办公室；网上请到全国信访信息系统，也可拨打 12345。",
        );
    }),
    ("voice-off", |window| {
        page(window, Page::Matters);
        window.global::<Navigation>().set_dialog(Dialog::Voice);
        window.global::<Navigation>().set_volume(Volume::Off);
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
    ("progress-lost", |window| lost(window, ProgressState::Lost, "138")),
    ("progress-mismatch", |window| {
        lost(window, ProgressState::Mismatch, "")
    }),
    ("progress-enough", |window| {
        lost(window, ProgressState::Enough, "")
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
    ("ticket-night", |window| {
        night(window, Come::First, SlipState::Take)
    }),
    ("ticket-night-phone", |window| {
        night(window, Come::WeCall, SlipState::Printing)
    }),
    ("ticket-again", |window| {
        night(window, Come::Again, SlipState::Failed)
    }),
    ("ticket-countdown", |window| {
        ticket(window);
        window.global::<TicketAdapter>().set_seconds_left(8);
        window.global::<Navigation>().set_seconds_left(8);
    }),
    ("progress-night", |window| {
        progress(window, ProgressStage::Later);
        let progress = window.global::<ProgressAdapter>();
        progress.set_number("夜01".into());
        progress.set_come(Come::First);
    }),
    ("report-above", |window| {
        page(window, Page::Report);
        window.global::<ReportAdapter>().set_received(false);
    }),
    ("help-calling", |window| {
        page(window, Page::Bring);
        window.global::<Navigation>().set_dialog(Dialog::Help);
    }),
    ("help-unheard", |window| {
        page(window, Page::Paused);
        window.global::<Navigation>().set_dialog(Dialog::Help);
        window.global::<Navigation>().set_help(Help::Unheard);
    }),
    ("help-countdown", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Name);
        window.global::<Privacy>().set_veiled(true);
        window.global::<Navigation>().set_dialog(Dialog::Help);
        window.global::<Navigation>().set_help(Help::Called);
        window.global::<Navigation>().set_seconds_left(12);
    }),
    ("voice-countdown", |window| {
        page(window, Page::Matters);
        window.global::<Navigation>().set_dialog(Dialog::Voice);
        window.global::<Navigation>().set_seconds_left(12);
    }),
    ("who-phone-masked", |window| {
        page(window, Page::Who);
        window.global::<WhoAdapter>().set_step(WhoStep::Phone);
        window.global::<WhoAdapter>().set_phone("138****5678".into());
        window
            .global::<WhoAdapter>()
            .set_phone_state(PhoneState::Plausible);
    }),
    ("search-many", |window| searched(window, SearchWay::Letters, "")),
    ("search-hand", |window| {
        searched(window, SearchWay::Hand, "漏");
        let page = window.global::<WriteAdapter>();
        page.set_candidates(cells(FAMILIES));
        page.set_inked(true);
        page.set_ink(ink());
    }),
    ("search-strokes", |window| {
        searched(window, SearchWay::Strokes, "楼上");
        let page = window.global::<WriteAdapter>();
        page.set_way(WriteWay::Strokes);
        page.set_candidates(cells(&["小", "少", "尔", "步", "省", "京"]));
        page.set_keys("丨丿丶".into());
    }),
    ("search-digits", |window| {
        searched(window, SearchWay::Digits, "80")
    }),
];

/// A number that is not for the day it was given on.
fn night(window: &KioskWindow, come: Come, slip: SlipState) {
    ticket(window);
    let ticket = window.global::<TicketAdapter>();
    ticket.set_number("夜01".into());
    ticket.set_slip(slip);
    ticket.set_ahead(-1);
    ticket.set_come(come);
}

/// Some pages of answers to `query`.
fn searched(window: &KioskWindow, way: SearchWay, query: &str) {
    page(window, Page::Search);
    let search = window.global::<SearchAdapter>();
    search.set_way(way);
    search.set_query(query.into());
    let rows: Vec<MatterChoice> = search.get_found().iter().collect();
    let many: Vec<MatterChoice> = rows.iter().cycle().take(24).cloned().collect();
    search.set_found(model(many));
}

/// Whoever and whatever has a long name, has it.
fn long(window: &KioskWindow) {
    const OFFICE: &str = "呼和浩特市赛罕区敕勒川路街道办事处";
    const DEPARTMENT: &str = "社会事务和退役军人服务保障办公室";
    let person = ui::lines::name("买买提·吐尔逊江·阿卜杜热合曼");
    window.global::<Office>().set_name(OFFICE.into());
    let home = window.global::<HomeAdapter>();
    home.set_leader(person.as_str().into());
    home.set_duty_officer(person.as_str().into());
    let bring = window.global::<BringAdapter>();
    bring.set_matter("困难残疾人生活补贴和重度残疾人护理补贴资格认定".into());
    bring.set_department(DEPARTMENT.into());
    bring.set_room("一楼便民服务大厅 12 号窗口".into());
    bring.set_receiver(person.as_str().into());
    bring.set_receiver_post("四级主任科员、民政专干".into());
    let ticket = window.global::<TicketAdapter>();
    ticket.set_department(DEPARTMENT.into());
    ticket.set_room("一楼便民服务大厅 12 号窗口".into());
    ticket.set_receiver(person.as_str().into());
    let progress = window.global::<ProgressAdapter>();
    progress.set_department(DEPARTMENT.into());
    progress.set_room("一楼便民服务大厅 12 号窗口".into());
    progress.set_responsible(person.as_str().into());
}

/// So many matters on the page of one kind, each named by its place from 1.
pub fn many_matters(window: &KioskWindow, count: i32, name: impl Fn(i32) -> String) {
    let rows = (1..=count).map(|i| {
        choice(
            &format!("m{i}"),
            &name(i),
            "社会事务办公室（民政）",
            "203",
            i % 13,
        )
    });
    window
        .global::<MattersAdapter>()
        .set_choices(model(rows.collect::<Vec<_>>()));
}

pub fn page(window: &KioskWindow, page: Page) {
    window.global::<Navigation>().set_page(page);
}

/// Commonest surnames, as an empty field offers them.
const FAMILIES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "高", "罗", "郑", "梁", "谢", "宋",
];

fn cells(texts: &[&str]) -> ModelRc<WriteCandidate> {
    let cell = |it: &&str| WriteCandidate {
        text: if it.starts_with('〔') { "\u{2ebf0}" } else { it }.into(),
        shown: (*it).into(),
        ems: it.chars().map(|it| if it.is_ascii() { 0.6 } else { 1.0 }).sum(),
    };
    model(
        texts
            .iter()
            .filter(|it| !it.is_empty())
            .map(cell)
            .collect::<Vec<_>>(),
    )
}

/// The page one writes on: the name so far, and what the drawing, if there are candidates, may be.
fn write(window: &KioskWindow, name: &str, candidates: &[&str]) {
    page(window, Page::Who);
    window.global::<WhoAdapter>().set_step(WhoStep::Write);
    let page = window.global::<WriteAdapter>();
    page.set_name(name.into());
    page.set_candidates(cells(candidates));
    if !candidates.is_empty() {
        page.set_inked(true);
        page.set_ink(ink());
    }
}

/// Gives the first matter of the lists another name.
pub fn name_the_first_matter(window: &KioskWindow, name: &str) {
    let matters = window.global::<MattersAdapter>();
    let mut rows: Vec<MatterChoice> = matters.get_choices().iter().collect();
    rows[0].name = name.into();
    matters.set_choices(model(rows.clone()));
    window.global::<SearchAdapter>().set_found(model(rows));
}

/// Offers one character on the page one writes on.
pub fn offer(window: &KioskWindow, character: &str) {
    window
        .global::<WriteAdapter>()
        .set_candidates(cells(&[character]));
}

/// Posts one line.
pub fn post(window: &KioskWindow, line: &str) {
    let postings = model([posting(PostingKind::Leader, "", &[line])]);
    window.global::<PostedAdapter>().set_postings(postings);
}

/// 宏, drawn with a thick finger.
fn ink() -> Image {
    const STROKES: [&[(f32, f32)]; 6] = [
        &[(0.5, 0.1), (0.53, 0.18)],
        &[(0.22, 0.24), (0.2, 0.36)],
        &[(0.22, 0.25), (0.8, 0.24), (0.76, 0.34)],
        &[(0.24, 0.46), (0.74, 0.44)],
        &[(0.46, 0.36), (0.4, 0.6), (0.2, 0.86)],
        &[(0.58, 0.56), (0.42, 0.84), (0.74, 0.8), (0.66, 0.66)],
    ];
    let (width, height) = (560, 400);
    let mut pixels = SharedPixelBuffer::<Rgba8Pixel>::new(width, height);
    for (i, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (i as u32 % width, i as u32 / width);
        let (x, y) = (x as f32 / height as f32 - 0.2, y as f32 / height as f32);
        let near = STROKES.iter().flat_map(|it| it.windows(2)).any(|it| {
            let [(ax, ay), (bx, by)] = [it[0], it[1]];
            let (dx, dy) = (bx - ax, by - ay);
            let along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            (x - ax - dx * along).hypot(y - ay - dy * along) < 0.016
        });
        if near {
            *pixel = Rgba8Pixel::new(0x14, 0x20, 0x2e, 0xff);
        }
    }
    Image::from_rgba8_premultiplied(pixels)
}

fn ticket(window: &KioskWindow) {
    page(window, Page::Ticket);
    let ticket = window.global::<TicketAdapter>();
    ticket.set_qr(code());
    ticket.set_qr_modules(33);
}

fn card(window: &KioskWindow, state: CardState) {
    page(window, Page::Who);
    let who = window.global::<WhoAdapter>();
    who.set_step(WhoStep::Name);
    who.set_name("".into());
    who.set_surname("".into());
    who.set_name_title(NameTitle::Untold);
    who.set_card(state);
}

fn lost(window: &KioskWindow, state: ProgressState, typed: &str) {
    page(window, Page::Progress);
    let progress = window.global::<ProgressAdapter>();
    progress.set_number("C023".into());
    progress.set_last_four(typed.into());
    progress.set_state(state);
}

fn progress(window: &KioskWindow, stage: ProgressStage) {
    page(window, Page::Progress);
    let progress = window.global::<ProgressAdapter>();
    progress.set_state(ProgressState::Found);
    progress.set_number("C023".into());
    progress.set_stage(stage);
}
