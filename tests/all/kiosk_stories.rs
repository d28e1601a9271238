//! Who comes to the screen, told by touching the real pages: somebody with a child on the arm, a group, somebody
//! with a slip of this morning, somebody who needs a person, and a child that presses everything.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementRoot};
use lobby::desk::{Desk, HelpStep, PaperOutcome, Place, PrinterState, Request, Setup as DeskSetup, Waker};
use lobby::domain::event::{Class, Origin};
use lobby::domain::ids::CounterId;
use lobby::domain::office::{MatterKind, Office};
use lobby::domain::time::Span;
use lobby::kiosk::guidance;
use lobby::screen::{self, TouchKind};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};
use slint::{ComponentHandle, PlatformError, Rgb8Pixel};
use tokio::sync::watch;

use crate::kiosk_pages::Visitor;
use crate::support::{MONDAY, arrival, arrive, desk, office};

#[test]
fn somebody_with_a_child_on_the_arm_registers_with_one_thumb() {
    let visitor = Visitor::comes();
    for key in ["办事", "社保卡补办", "下一步", "我需要优先照顾", "不填，继续"] {
        let key_there = visitor.found(key).expect(key);
        let middle = key_there.absolute_position().y + key_there.size().height / 2.0;
        // 1080 × 1920: nothing that is needed stands in the upper fifth.
        assert!(1920.0 / 5.0 < middle, "{key} is at {middle}");
        visitor.touches(&[key]);
    }
    assert!(visitor.sees("B001"));
    assert_eq!(visitor.desk.snapshot().visits[0].visit.class, Class::Priority);
}

#[test]
fn a_group_of_nine_is_one_ticket_for_nine() {
    let visitor = Visitor::comes();
    visitor.touches(&["我不知道该找谁", "下一步"]);
    visitor.touches(&["多一人"; 9]);
    visitor.touches(&["少一人"]);
    assert!(visitor.sees("9 人"));
    visitor.touches(&["不填，继续"]);
    assert!(visitor.sees("Z001"));
    let seen = visitor.desk.snapshot();
    assert_eq!((seen.visits.len(), seen.visits[0].visit.people), (1, 9));
}

#[test]
fn whoever_comes_back_with_a_slip_is_told_where_it_stands() {
    let (mut desk, _) = desk(MONDAY);
    arrive(&mut desk, arrival(Some("card-reissue"), 1)).unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["查办理进度", "0", "0", "1", "B", "查一查"]);
    assert!(visitor.sees("B001") && visitor.sees("前面没有人，请直接去"));
    assert!(
        visitor.sees("到哪里 社会保障办公室 205 室") && visitor.sees("现在找谁 郑洁，电话 0571-8600-0203")
    );
    assert!(
        !visitor.sees("社保卡补办"),
        "what it is about is nobody else's business"
    );
    let call = Request::CallNext {
        by: "zheng".into(),
        counter: CounterId(4),
    };
    visitor.desk.ask_blocking(call).unwrap();
    visitor.settles();
    assert!(visitor.sees("正在叫您，请到4号窗口"));
    visitor.touches(&["再查一个号", "A", "9", "查一查"]);
    assert!(visitor.sees("没有查到这个号。请看看号票再点一次，或者叫工作人员来帮您。"));
    visitor.touches(&["首页"]);
    assert!(visitor.sees("您好，请问您来办什么事？"));
    let progress = visitor.kiosk.window().global::<ui::ProgressAdapter>();
    assert_eq!(
        (progress.get_number(), progress.get_responsible()),
        ("".into(), "".into())
    );
}

#[test]
fn without_paper_the_number_stays_large_and_the_slip_comes_after_the_mend() {
    let (desk, _) = desk(MONDAY);
    let visitor = Visitor::comes_to(desk);
    visitor
        .desk
        .ask_blocking(Request::PrinterIs(PrinterState::PaperOut))
        .unwrap();
    visitor.touches(&["办事", "最低生活保障申请", "下一步", "不填，继续"]);
    assert!(visitor.sees("A001"));
    assert!(visitor.sees("暂时打不出纸条（打印机没纸了），您的号码已登记：A001。请记住号码，到窗口补打"));
    // Whatever keeps it from printing is said in words.
    for (state, words) in [
        (PrinterState::CoverOpen, "（打印机的盖子开着）"),
        (PrinterState::Cutter, "（打印机的切刀卡住了）"),
        (PrinterState::Hot, "（打印机太热，要歇一会儿）"),
        (PrinterState::Offline, "（打印机没有应答）"),
        (PrinterState::Mute, "（打印机没有应答）"),
        (PrinterState::Unplugged, "（打印机没有应答）"),
        (PrinterState::InUse, "（打印机没有应答）"),
        (PrinterState::Denied, "（打印机没有应答）"),
        (PrinterState::NoAnswer, "（打印机没有应答）"),
        (PrinterState::Broken, "（打印机坏了）"),
        (PrinterState::Off, ""),
    ] {
        visitor.desk.ask_blocking(Request::PrinterIs(state)).unwrap();
        visitor.settles();
        assert!(
            visitor.sees(&format!(
                "暂时打不出纸条{words}，您的号码已登记：A001。请记住号码，到窗口补打"
            )),
            "{state:?}"
        );
    }
    visitor
        .desk
        .ask_blocking(Request::PrinterIs(PrinterState::Ready))
        .unwrap();
    let paper = visitor.desk.next_paper().unwrap().expect("the slip still waits");
    let printed = Request::PaperIs {
        job: paper.job,
        outcome: PaperOutcome::Printed,
    };
    visitor.desk.ask_blocking(printed).unwrap();
    visitor.settles();
    assert!(visitor.sees("请取号票"));
}

#[test]
fn whoever_calls_for_help_is_heard_at_reception_and_finished_from_the_desk() {
    let visitor = Visitor::comes();
    visitor.touches(&[
        "办事",
        "社保卡补办",
        "下一步",
        "填写称呼和电话",
        "叫工作人员来帮我",
    ]);
    assert!(visitor.sees("已经在叫工作人员了"));
    let call = visitor.desk.snapshot().help.clone().expect("reception hears it");
    assert_eq!((call.page, call.coming.clone()), ("who-name", None));
    // They stay where they are while they wait, longer than the page would.
    visitor.waits(100);
    assert!(visitor.sees("已经在叫工作人员了"));
    let coming = HelpStep::Coming { by: "sun".into() };
    visitor.desk.ask_blocking(Request::Help(coming)).unwrap();
    visitor.settles();
    assert!(visitor.sees("工作人员马上过来"));
    visitor.touches(&["好的，我接着办"]);
    assert!(!visitor.sees("工作人员马上过来") && visitor.sees("怎么称呼您？"));
    let mut by_reception = arrival(Some("card-reissue"), 7);
    by_reception.origin = Origin::Desk("sun".into());
    visitor.desk.ask_blocking(Request::Arrive(by_reception)).unwrap();
    visitor.settles();
    visitor.settles();
    assert!(
        visitor.sees("您好，请问您来办什么事？"),
        "the screen is free for the next"
    );
    assert_eq!(visitor.desk.snapshot().help, None);
}

#[test]
fn whoever_helps_somebody_else_takes_nobodys_page_away() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "社保卡补办", "叫工作人员来帮我", "不用叫了"]);
    assert_eq!(visitor.desk.snapshot().help, None);
    assert!(visitor.sees("到哪里 社会保障办公室 205 室"));
    visitor.touches(&["叫工作人员来帮我"]);
    let mut by_another = arrival(Some("card-reissue"), 7);
    by_another.origin = Origin::Desk("zhao".into());
    visitor.desk.ask_blocking(Request::Arrive(by_another)).unwrap();
    visitor.settles();
    assert!(
        visitor.sees("已经在叫工作人员了"),
        "nobody had said they were coming"
    );
    let over = HelpStep::Over {
        by: Some("sun".into()),
    };
    visitor.desk.ask_blocking(Request::Help(over)).unwrap();
    visitor.settles();
    assert!(visitor.sees("到哪里 社会保障办公室 205 室") && !visitor.sees("已经在叫工作人员了"));
}

#[test]
fn each_page_says_aloud_what_to_do_and_never_what_was_entered() {
    Visitor::on_a_platform();
    let (voice, heard) = watch::channel(screen::Spoken::default());
    let desk = desk(MONDAY).0.start().0;
    let visitor = Visitor::before_a_screen_of(desk, office(), |it| it.voice = Some(voice));
    let said = || *heard.borrow();
    assert_eq!(said().code, None, "an empty hall is not spoken to");
    let mut spoken = Vec::new();
    for keys in [&["办事"][..], &["最低生活保障申请"], &["下一步"], &["不填，继续"]] {
        visitor.touches(keys);
        spoken.extend(said().code);
    }
    assert_eq!(spoken, ["matters", "bring", "who-notice", "ticket-printing"]);
    visitor.touches(&["完成（29 秒后回到首页）", "语音", "不出声", "办事"]);
    assert_eq!(said().code, None);
    visitor.touches(&["打开语音", "大声"]);
    assert_eq!(
        (said().code, said().volume),
        (Some("matters"), screen::Volume::Loud)
    );
    visitor.touches(&["English"]);
    assert!(said().english);
    let known: HashSet<_> = guidance::all().map(|it| it.0).collect();
    assert!(spoken.iter().all(|it| known.contains(it)), "{known:?}");
    // The next visitor hears it as loud as is usual.
    visitor.touches(&["Home"]);
    visitor.waits(200);
    visitor.touches(&["办事"]);
    assert_eq!((said().english, said().volume), (false, screen::Volume::Medium));
}

#[test]
fn at_night_the_screen_goes_dark_and_the_first_finger_only_wakes_it() {
    Visitor::on_a_platform();
    let desk = desk("2026-03-02T22:10:00+08:00").0.start().0;
    let hour = |it| chrono::NaiveTime::from_hms_opt(it, 0, 0).unwrap();
    let night = Span {
        from: hour(21),
        until: hour(7),
    };
    let visitor = Visitor::before_a_screen_of(desk, office(), |it| it.dim = Some(night));
    assert!(!visitor.sees("点一下屏幕就亮"));
    visitor.waits(60);
    assert!(visitor.sees("点一下屏幕就亮"));
    visitor.touches(&["点一下屏幕就亮"]);
    assert!(!visitor.sees("点一下屏幕就亮") && visitor.sees("您好，请问您来办什么事？"));
    visitor.touches(&["办事", "最低生活保障申请"]);
    visitor.waits(59);
    assert!(
        !visitor.sees("点一下屏幕就亮"),
        "nobody is left in the dark who is reading"
    );
}

#[test]
fn when_the_numbers_are_used_up_the_page_says_when_there_are_more() {
    Visitor::on_a_platform();
    let mut office = office();
    office.settings.tickets_a_day_max = 1;
    let setup = DeskSetup {
        place: Place::Memory,
        office: Arc::new(office.clone()),
        clock: lobby::clock::Clock::held(MONDAY.parse().unwrap()),
        print: Waker::nobody(),
    };
    let (mut desk, _) = Desk::open(setup).unwrap();
    arrive(&mut desk, arrival(Some("card-reissue"), 1)).unwrap();
    let visitor = Visitor::before_a_screen_of(desk.start().0, office, |_| ());
    visitor.touches(&["办事", "社保卡补办", "下一步", "不填，继续"]);
    assert!(visitor.sees("今天的号已取完，请到综合窗口") && visitor.sees("下次取号：3月3日 星期二 08:30"));
}

#[test]
fn whoever_reports_an_officer_writes_nothing_and_gets_a_number_and_a_room() {
    Visitor::on_a_platform();
    let mut office = office();
    let words = |zh: &str, en: &str| lobby::domain::office::Words {
        zh: zh.into(),
        en: en.into(),
    };
    office.elsewhere.discipline = Some(lobby::domain::elsewhere::Discipline {
        contact: "wu".into(),
        public_key: [9; 32],
        room: words("接待室", "Reception room"),
        higher: words("区纪委监委", "District commission"),
        higher_phone: "12388".into(),
    });
    let setup = DeskSetup {
        place: Place::Memory,
        office: Arc::new(office.clone()),
        clock: lobby::clock::Clock::held(MONDAY.parse().unwrap()),
        print: Waker::nobody(),
    };
    let (desk, _) = Desk::open(setup).unwrap();
    let visitor = Visitor::before_a_screen_of(desk.start().0, office, |_| ());
    visitor.touches(&["反映干部作风、举报问题"]);
    assert!(visitor.sees("这台机器上不用写任何内容，也不问您是谁。号票上只有号码和接待室。"));
    assert!(
        visitor.sees(
            "也可以直接打举报电话 12388。反映本单位、本单位领导或纪检联络员的，请打这个电话，不用取号。"
        )
    );
    visitor.touches(&["取号"]);
    let ticket = visitor.kiosk.window().global::<ui::TicketAdapter>();
    assert_ne!(ticket.get_number(), "");
    assert!(visitor.sees("请到 接待室"));
    let told = (
        ticket.get_matter(),
        ticket.get_department(),
        ticket.get_receiver(),
    );
    assert_eq!(told, ("".into(), "".into(), "".into()));
}

#[test]
fn what_the_rules_want_posted_is_one_touch_away() {
    let visitor = Visitor::comes();
    visitor.touches(&["大厅公示"]);
    for line in [
        "赵敏  科员",
        "接待室  08:30–12:00",
        "星期一至星期五 08:30–12:00  14:30–17:30",
        "当场登记，给登记凭条",
    ] {
        assert!(visitor.sees(line), "{line}");
    }
}

#[test]
fn a_matter_is_found_by_its_first_letters_and_back_leads_to_the_search() {
    let visitor = Visitor::comes();
    visitor.touches(&["搜一搜：写出您要办的事"]);
    assert!(
        visitor.sees("社保卡补办") && visitor.sees("最低生活保障申请"),
        "what is asked most stands there"
    );
    visitor.touches(&["s", "b", "k"]);
    assert!(visitor.sees("社保卡补办") && !visitor.sees("最低生活保障申请"));
    visitor.touches(&["社保卡补办"]);
    assert!(visitor.sees("到哪里 社会保障办公室 205 室"));
    visitor.touches(&["返回"]);
    let search = visitor.kiosk.window().global::<ui::SearchAdapter>();
    assert_eq!(search.get_query(), "sbk");
    visitor.touches(&["社保卡补办", "下一步", "不填，继续"]);
    assert!(visitor.sees("B001"));
    assert_eq!(search.get_query(), "", "what was searched for is gone");
}

/// An office as delivered, with ten matters asked for more than the others: the last of their kinds, so that it is
/// not the order of the file that brings them forward.
fn season() -> (Desk, Office, Vec<usize>) {
    let office = Office::clone(&lobby::config::demo(std::path::Path::new("/tmp"), &["generic-80"]).office);
    let services = office.matters.iter().enumerate().rev();
    let mut asked: Vec<usize> = services
        .clone()
        .filter(|it| it.1.kind == MatterKind::Service)
        .map(|it| it.0)
        .take(6)
        .collect();
    asked.extend(
        services
            .filter(|it| it.1.kind == MatterKind::Petition)
            .map(|it| it.0)
            .take(4),
    );
    let setup = DeskSetup {
        place: Place::Memory,
        office: Arc::new(office.clone()),
        clock: lobby::clock::Clock::held(MONDAY.parse().unwrap()),
        print: Waker::nobody(),
    };
    let (mut desk, _) = Desk::open(setup).unwrap();
    let mut tap = 0;
    for (rank, at) in asked.iter().enumerate() {
        for _ in 0..asked.len() - rank {
            tap += 1;
            let matter = office.matters[*at].code.as_str().to_owned();
            arrive(&mut desk, arrival(Some(&matter), tap)).unwrap();
        }
    }
    (desk, office, asked)
}

#[test]
fn the_ten_commonest_matters_take_three_touches_to_a_room_and_five_to_a_number() {
    let panels = [(1080, 1920, 0.248), (1280, 800, 0.170), (1920, 1080, 0.248)];
    for ((width, height, mm_per_px), large) in panels.into_iter().flat_map(|it| [(it, false), (it, true)]) {
        std::thread::spawn(move || {
            Visitor::on_a_platform();
            let (desk, office, asked) = season();
            let visitor = Visitor::before_a_screen_of(desk.start().0, office.clone(), |it| {
                (it.width, it.height, it.mm_per_px) = (width, height, mm_per_px);
            });
            for at in asked {
                let matter = &office.matters[at];
                let kind = match matter.kind {
                    MatterKind::Petition => "反映诉求",
                    _ => "办事",
                };
                // Whoever goes back to the first page reads it as before.
                if large && visitor.sees("大字") {
                    visitor.touches(&["大字"]);
                }
                let mut touches = 1;
                if !visitor.sees(kind) {
                    visitor.touches(&["下一页"]);
                    touches += 1;
                }
                visitor.touches(&[kind]);
                while !visitor.sees(&matter.name.zh) {
                    visitor.touches(&["下一页"]);
                    touches += 1;
                    assert!(touches < 9, "{} is not found", matter.name.zh);
                }
                visitor.touches(&[&matter.name.zh]);
                touches += 1;
                let direction = office
                    .direct(Some(&matter.code), MONDAY.parse().unwrap())
                    .unwrap();
                let bring = visitor.kiosk.window().global::<ui::BringAdapter>();
                let department = office.department(&direction.department).unwrap();
                assert_eq!(bring.get_department(), department.name.zh.as_str());
                assert_eq!(bring.get_room(), department.room.as_str());
                assert!(
                    touches <= 3,
                    "{}: {touches} touches on {width} × {height} (large print: {large})",
                    matter.name.zh
                );
                visitor.touches(&["下一步", "不填，继续"]);
                let ticket = visitor.kiosk.window().global::<ui::TicketAdapter>();
                assert_ne!(ticket.get_number(), "", "{}", matter.name.zh);
                visitor.touches(&["首页"]);
                visitor.waits(1);
            }
        })
        .join()
        .unwrap();
    }
}

/// Numbers that look like chance and are the same every time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Every page there is while all goes well.
const PAGES: [&str; 12] = [
    "Bring",
    "Home",
    "Matters",
    "Posted",
    "Progress",
    "Report",
    "Search",
    "Ticket",
    "Who Name",
    "Who Notice",
    "Who Phone",
    "Who Write",
];

#[test]
fn a_child_that_presses_everything_for_an_hour_breaks_nothing() {
    let visitor = Visitor::comes();
    let mut chance = Chance(0x5eed);
    let mut pages = BTreeSet::new();
    // What stands at the foot of every page leads away from it; a child presses what is large and new more often.
    let everywhere = [
        "首页",
        "返回",
        "大字",
        "普通字",
        "语音",
        "打开语音",
        "叫工作人员来帮我",
    ];
    // Three seconds each: an hour, and more while there is a page it has not found; three are the end of it.
    for press in 0..3600 {
        if 1200 <= press && pages.len() == PAGES.len() {
            break;
        }
        let root = visitor.kiosk.window().root_element();
        let pressable = |it: &i_slint_backend_testing::ElementHandle| {
            matches!(
                it.accessible_role(),
                Some(AccessibleRole::Button | AccessibleRole::Checkbox)
            )
        };
        let (mut x, mut y) = (chance.below(1080) as f32, chance.below(1920) as f32);
        if chance.below(4) != 0 {
            let mut keys = root.query_descendants().match_predicate(pressable).find_all();
            if chance.below(4) != 0 {
                let here = |it: &i_slint_backend_testing::ElementHandle| {
                    let label = it.accessible_label().unwrap_or_default();
                    !everywhere.contains(&label.as_str())
                };
                keys.retain(here);
            }
            let key = &keys[chance.below(keys.len())];
            let (at, size) = (key.absolute_position(), key.size());
            (x, y) = (at.x + size.width / 2.0, at.y + size.height / 2.0);
        }
        // Now and then a finger slides, or a second one comes down before the first is gone.
        visitor.feels(TouchKind::Press, x, y);
        match chance.below(12) {
            0 => visitor.feels(
                TouchKind::Move,
                chance.below(1080) as f32,
                chance.below(1920) as f32,
            ),
            1 => visitor.feels(
                TouchKind::Press,
                chance.below(1080) as f32,
                chance.below(1920) as f32,
            ),
            _ => {}
        }
        visitor.feels(TouchKind::Release, x, y);
        visitor.settles();
        // The engines answer before the next press, so that an hour is the same hour every time.
        visitor.kiosk.finish_reading();
        i_slint_backend_testing::mock_elapsed_time(Duration::from_secs(3));
        let page = visitor.kiosk.window().global::<ui::Navigation>().get_page();
        let step = visitor.kiosk.window().global::<ui::WhoAdapter>().get_step();
        pages.insert(match page {
            ui::Page::Who => format!("{page:?} {step:?}"),
            _ => format!("{page:?}"),
        });
    }
    // It has been everywhere, and nowhere else: no number was refused, so no page says so.
    assert_eq!(pages, PAGES.map(str::to_owned).into());
    // Left alone the screen finds home, and the next visitor is served as ever.
    let over = HelpStep::Over { by: None };
    visitor.desk.ask_blocking(Request::Help(over)).unwrap();
    visitor.settles();
    visitor.waits(500);
    visitor.settles();
    let before = visitor.desk.snapshot().visits.len();
    visitor.touches(&["办事", "最低生活保障申请", "下一步", "不填，继续"]);
    let seen = visitor.desk.snapshot();
    assert_eq!(seen.visits.len(), before + 1);
}

#[test]
fn a_palm_a_long_press_and_a_swipe_leave_no_key_stuck() {
    let visitor = Visitor::comes();
    let centre = |key: &str| {
        let key = visitor.found(key).unwrap();
        let (at, size) = (key.absolute_position(), key.size());
        (at.x + size.width / 2.0, at.y + size.height / 2.0)
    };
    let (x, y) = centre("办事");
    // A palm: a second contact while the first is still down, then both gone.
    visitor.feels(TouchKind::Press, x, y);
    visitor.feels(TouchKind::Press, x + 30.0, y + 30.0);
    visitor.feels(TouchKind::Release, x + 30.0, y + 30.0);
    visitor.feels(TouchKind::Release, x, y);
    visitor.settles();
    visitor.touches(&["首页"]);
    // A swipe from the edge over a tile, and off it again.
    visitor.feels(TouchKind::Press, 0.0, y);
    visitor.feels(TouchKind::Move, x, y);
    visitor.feels(TouchKind::Release, x, y);
    visitor.settles();
    assert!(
        visitor.sees("您好，请问您来办什么事？"),
        "a swipe chooses nothing"
    );
    // A finger that rests does what it does once, when it goes, whatever happens in the lobby meanwhile.
    visitor.feels(TouchKind::Press, x, y);
    visitor.settles();
    let another = Request::Arrive(arrival(Some("card-reissue"), 9));
    visitor.desk.ask_blocking(another).unwrap();
    visitor.settles();
    visitor.waits(2);
    assert!(visitor.sees("您好，请问您来办什么事？"));
    visitor.feels(TouchKind::Release, x, y);
    visitor.settles();
    assert!(visitor.sees("办事：请选具体事项"));
}

/// A panel whose memory is drawn into again and again, as a real one's is.
pub(crate) struct Panel(pub(crate) Rc<MinimalSoftwareWindow>);

impl Platform for Panel {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }

    fn duration_since_start(&self) -> Duration {
        Duration::from_millis(i_slint_backend_testing::get_mocked_time())
    }
}

#[test]
fn no_point_of_a_name_remains_in_the_memory_the_panel_is_drawn_from() {
    let panel = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    slint::platform::set_platform(Box::new(Panel(panel.clone()))).unwrap();
    let visitor = Visitor::before_another_screen(desk(MONDAY).0.start().0);
    let memory = RefCell::new(vec![Rgb8Pixel::default(); 1080 * 1920]);
    let drawn = || {
        // A page begins to come in when it is first drawn.
        for _ in 0..2 {
            panel.draw_if_needed(|renderer| {
                renderer.render(&mut memory.borrow_mut(), 1080);
            });
            visitor.waits(1);
        }
        panel.draw_if_needed(|renderer| {
            renderer.render(&mut memory.borrow_mut(), 1080);
        });
        memory.borrow().clone()
    };
    let before = drawn();
    for key in ["办事", "社保卡补办", "下一步", "填写称呼和电话", "王", "女士"] {
        visitor.touches(&[key]);
        assert!(drawn() != before, "{key} shows");
    }
    visitor.touches(&["首页"]);
    assert!(
        drawn() == before,
        "something of the visitor is still in the frame"
    );
}
