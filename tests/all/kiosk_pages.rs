//! Stories told by touching the real pages, with a real desk behind them.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, ElementRoot, TestingBackend, TestingBackendOptions,
};
use lobby::clock::Clock;
use lobby::desk::{Desk, DeskHandle, Place, Request, Setup as DeskSetup, Waker};
use lobby::domain::event::Class;
use lobby::domain::office::{Language, Office};
use lobby::kiosk::{Display, Kiosk, Setup};
use lobby::screen::{self, Picture, ScreenLink, Touch, TouchKind};
use slint::{ComponentHandle, Model};
use tokio::sync::{oneshot, watch};

use crate::support::{MONDAY, arrival, arrive, desk, desk_at, office};

/// How long a page is looked at before it is touched again.
const A_LOOK: Duration = Duration::from_millis(1100);

/// A visitor before the screen. The platform's time stands still until [`Visitor::waits`].
pub(crate) struct Visitor {
    pub(crate) kiosk: Rc<Kiosk>,
    pub(crate) desk: DeskHandle,
    pub(crate) link: ScreenLink,
    _stop: watch::Sender<bool>,
}

impl Visitor {
    pub(crate) fn comes() -> Self {
        Self::comes_to(desk(MONDAY).0)
    }

    pub(crate) fn comes_to(desk: Desk) -> Self {
        Self::on_a_platform();
        Self::before_another_screen(desk.start().0)
    }

    /// A platform for this thread that draws, and whose clock stands still.
    pub(crate) fn on_a_platform() {
        let options = TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        };
        slint::platform::set_platform(Box::new(TestingBackend::new(options))).expect("one platform a thread");
    }

    /// A second screen of the same desk, as fresh as after a start.
    pub(crate) fn before_another_screen(desk: DeskHandle) -> Self {
        Self::before_a_screen_of(desk, office(), |_| ())
    }

    /// A screen of that office, set up a little otherwise.
    pub(crate) fn before_a_screen_of(
        desk: DeskHandle,
        office: Office,
        otherwise: impl FnOnce(&mut Setup),
    ) -> Self {
        let (link, screen) = screen::link(false);
        let (stop, stopped) = watch::channel(false);
        let mut setup = Setup {
            office: Arc::new(office),
            desk: desk.clone(),
            screen,
            display: Display::Headless,
            width: 1080,
            height: 1920,
            mm_per_px: 0.248,
            dim: None,
            voice: None,
            senses: lobby::senses::SensesSide::none(),
            stop: stopped,
        };
        otherwise(&mut setup);
        let kiosk = Kiosk::open(setup).unwrap();
        let visitor = Self {
            kiosk,
            desk,
            link,
            _stop: stop,
        };
        visitor.settles();
        visitor
    }

    /// Lets the desk answer everything asked so far, and the screen hear of it.
    pub(crate) fn settles(&self) {
        self.kiosk.pump();
        // Requests are answered in turn, and whatever a tick has changed is published after it.
        for _ in 0..2 {
            let mut news = self.desk.snapshots();
            news.mark_unchanged();
            if self.desk.ask_blocking(Request::Tick).is_ok() {
                while news.has_changed().is_ok_and(|it| !it) {
                    std::thread::yield_now();
                }
            }
        }
        self.kiosk.pump();
        i_slint_backend_testing::mock_elapsed_time(Duration::ZERO);
    }

    /// What is written somewhere on the screen for people or for assistive technology.
    pub(crate) fn sees(&self, words: &str) -> bool {
        self.found(words).is_some()
    }

    /// The same, with more around it.
    fn reads_of(&self, words: &str) -> bool {
        let words = words.to_owned();
        let says = move |it: &ElementHandle| it.accessible_label().is_some_and(|it| it.contains(&words));
        let root = self.kiosk.window().root_element();
        root.query_descendants()
            .match_predicate(says)
            .find_first()
            .is_some()
    }

    pub(crate) fn found(&self, words: &str) -> Option<ElementHandle> {
        // Whatever keeps words together on a line is no letter of theirs.
        let plainly = |it: &str| it.replace('\u{a0}', " ").replace('\u{2060}', "");
        let words = plainly(words);
        let says = move |it: &ElementHandle| it.accessible_label().is_some_and(|it| plainly(&it) == words);
        let root = self.kiosk.window().root_element();
        root.query_descendants().match_predicate(says).find_first()
    }

    pub(crate) fn finger(&self, words: &str) {
        let key = ElementHandle::find_by_accessible_label(self.kiosk.window(), words)
            .find(|it| {
                matches!(
                    it.accessible_role(),
                    Some(AccessibleRole::Button | AccessibleRole::Checkbox)
                )
            })
            .unwrap_or_else(|| panic!("there is no key {words}"));
        let (at, size) = (key.absolute_position(), key.size());
        let (x, y) = (at.x + size.width / 2.0, at.y + size.height / 2.0);
        for kind in [TouchKind::Press, TouchKind::Release] {
            self.feels(kind, x, y);
        }
    }

    /// One thing a finger does, wherever.
    pub(crate) fn feels(&self, kind: TouchKind, x: f32, y: f32) {
        let touches = self.link.touches.as_ref().unwrap();
        touches.try_send(Touch { kind, x, y }).unwrap();
    }

    /// Touches keys one after the other, with a look at the page before each.
    pub(crate) fn touches(&self, keys: &[&str]) {
        for key in keys {
            i_slint_backend_testing::mock_elapsed_time(A_LOOK);
            self.finger(key);
            self.settles();
        }
    }

    pub(crate) fn waits(&self, seconds: u32) {
        for _ in 0..seconds {
            i_slint_backend_testing::mock_elapsed_time(Duration::from_secs(1));
        }
    }

    /// A picture with every personal field black, as the desk gets it.
    pub(crate) fn veiled(&self) -> Picture {
        let (reply, mut picture) = oneshot::channel();
        self.link.veiled.try_send(reply).unwrap();
        self.kiosk.pump();
        picture.try_recv().unwrap()
    }
}

#[test]
fn a_visitor_registers_in_four_touches() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事"]);
    assert!(visitor.sees("最低生活保障申请"));
    visitor.touches(&["最低生活保障申请"]);
    assert!(visitor.sees("到哪里 社会事务办公室 203 室"));
    visitor.touches(&["下一步", "不填，继续"]);
    assert!(visitor.sees("A001") && visitor.sees("正在打印号票…"));
    let snapshot = visitor.desk.snapshot();
    assert_eq!(snapshot.visits.len(), 1);
    assert!(snapshot.visits[0].visit.personal.is_empty());
}

#[test]
fn a_hasty_finger_makes_one_ticket() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "最低生活保障申请", "下一步"]);
    for _ in 0..3 {
        visitor.finger("不填，继续");
    }
    visitor.settles();
    assert!(visitor.sees("A001"));
    assert_eq!(visitor.desk.snapshot().visits.len(), 1);
}

#[test]
fn the_second_tap_of_a_double_tap_is_not_meant_for_the_next_page() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "最低生活保障申请"]);
    let place = |key: &str| {
        let key = visitor.found(key).unwrap();
        let (at, size) = (key.absolute_position(), key.size());
        (at.x + size.width / 4.0, at.y + size.height / 2.0)
    };
    let taps = |(x, y): (f32, f32)| {
        for kind in [TouchKind::Press, TouchKind::Release] {
            visitor.feels(kind, x, y);
            visitor.settles();
        }
    };
    // 不填，继续 lies where the left half of 下一步 lay.
    let next = place("下一步");
    taps(next);
    taps(next);
    assert!(
        visitor.sees("要留下称呼和电话吗？"),
        "the notice is not jumped over"
    );
    i_slint_backend_testing::mock_elapsed_time(A_LOOK);
    taps(next);
    assert!(visitor.sees("A001"));
    // 完成 lies there now.
    taps(next);
    taps((next.0 + 10.0, next.1 - 10.0));
    assert!(visitor.sees("A001"), "the number stays");
    i_slint_backend_testing::mock_elapsed_time(A_LOOK);
    taps(next);
    assert!(!visitor.sees("A001"), "one tap that is meant is enough");
}

#[test]
fn the_next_visitor_finds_the_first_tiles() {
    let visitor = Visitor::comes();
    let home = || visitor.kiosk.window().global::<ui::HomeAdapter>();
    home().set_tiles_page(1);
    visitor.waits(59);
    assert_eq!(home().get_tiles_page(), 1, "they are still looking");
    visitor.waits(2);
    assert_eq!(home().get_tiles_page(), 0);
    visitor.touches(&["大字"]);
    home().set_tiles_page(1);
    visitor.waits(121);
    assert_eq!(home().get_tiles_page(), 0);
}

#[test]
fn whoever_does_not_know_whom_to_ask_goes_to_reception() {
    let visitor = Visitor::comes();
    visitor.touches(&["我不知道该找谁"]);
    assert!(visitor.sees("到哪里 党政综合办公室 101 室"));
    visitor.touches(&["下一步", "不填，继续"]);
    assert!(visitor.sees("Z001"));
}

#[test]
fn an_older_visitor_leaves_a_name_and_a_phone_and_comes_a_little_earlier() {
    let visitor = Visitor::comes();
    visitor.touches(&[
        "大字",
        "办事",
        "社保卡补办",
        "下一步",
        "我需要优先照顾",
        "填写称呼和电话",
        "王",
        "女士",
    ]);
    assert_eq!(
        visitor.found("称呼").unwrap().accessible_value().unwrap(),
        "王女士"
    );
    visitor.touches(&[
        "下一步",
        "1",
        "3",
        "8",
        "0",
        "0",
        "1",
        "3",
        "8",
        "0",
        "0",
        "0",
        "取号",
    ]);
    assert!(visitor.sees("B001"));
    let seen = visitor.desk.snapshot();
    let visit = &seen.visits[0].visit;
    assert_eq!(visit.class, Class::Priority);
    assert!(visit.personal.name.is_some() && visit.personal.phone.is_some());
}

#[test]
fn an_english_speaker_reads_english_to_the_end() {
    let visitor = Visitor::comes();
    visitor.touches(&["English", "Services", "Minimum living allowance", "Next", "Skip"]);
    assert!(visitor.sees("A001") && visitor.sees("Printing your slip…"));
    assert_eq!(
        visitor.desk.snapshot().visits[0].visit.language,
        Language::English
    );
    visitor.waits(76);
    visitor.settles();
    assert!(visitor.sees("您好，请问您来办什么事？"));
}

#[test]
fn whoever_walks_away_in_the_middle_leaves_nothing_on_the_screen() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话", "王", "先生"]);
    visitor.waits(50);
    assert!(visitor.sees("还在看吗？10 秒后回到首页"));
    visitor.touches(&["我还在看，请稍等"]);
    assert!(!visitor.sees("我还在看，请稍等"));
    visitor.waits(60);
    visitor.settles();
    assert!(visitor.sees("您好，请问您来办什么事？"));
    let who = visitor.kiosk.window().global::<ui::WhoAdapter>();
    assert_eq!(
        (who.get_name(), who.get_surname(), who.get_phone()),
        ("".into(), "".into(), "".into())
    );
    assert!(visitor.desk.snapshot().visits.is_empty());
}

#[test]
fn the_number_leaves_the_screen_with_its_visitor() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "社保卡补办", "下一步", "不填，继续"]);
    visitor.waits(16);
    assert!(visitor.sees("暂时打不出纸条，您的号码已登记：B001。请记住号码，到窗口补打"));
    // From then on there is nothing but the screen to remember it by.
    visitor.waits(50);
    assert!(visitor.sees("完成（9 秒后回到首页）"));
    visitor.touches(&["我还在看，请稍等"]);
    visitor.waits(59);
    assert!(visitor.sees("B001"));
    visitor.waits(1);
    assert!(visitor.sees("您好，请问您来办什么事？"));
    let ticket = visitor.kiosk.window().global::<ui::TicketAdapter>();
    assert_eq!((ticket.get_number(), ticket.get_qr_modules()), ("".into(), 0));
}

#[test]
fn whoever_helps_from_the_desk_sees_no_name() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话"]);
    // The page has come in.
    visitor.waits(1);
    let empty = visitor.veiled();
    assert!(visitor.sees("工作人员正在协助您查看屏幕"));
    visitor.touches(&["王", "先生"]);
    assert_eq!(
        visitor.veiled().rgb,
        empty.rgb,
        "a name changes nothing of what the desk sees"
    );
    visitor.waits(30);
    assert!(!visitor.sees("工作人员正在协助您查看屏幕"));
}

#[test]
fn a_full_disk_gives_no_number_and_says_where_to_go() {
    let dir = tempfile::tempdir().unwrap();
    let (mut desk, _) = desk_at(Place::File(dir.path().join("lobby.db")), MONDAY);
    let pages = desk.store().pages().unwrap();
    desk.store().limit_pages(pages).unwrap();
    let given = (0..10_000)
        .take_while(|tap| arrive(&mut desk, arrival(None, *tap)).is_ok())
        .count();
    let visitor = Visitor::comes_to(desk);
    assert!(visitor.sees("暂停取号，请到综合窗口"));
    assert!(visitor.sees("请到一楼大厅 1号窗口") && visitor.sees("电话 0571-86001234"));
    visitor.waits(60);
    assert!(visitor.sees("暂停取号，请到综合窗口"), "as long as it is true");
    assert_eq!(visitor.desk.snapshot().visits.len(), given);
}

#[test]
fn nothing_of_a_visitor_remains_on_the_screen() {
    let visitor = Visitor::comes();
    let name = [
        "办事",
        "社保卡补办",
        "下一步",
        "我需要优先照顾",
        "填写称呼和电话",
        "王",
        "女士",
        "下一步",
    ];
    visitor.touches(&name);
    visitor.touches(&["1", "3", "8", "0", "0", "1", "3", "8", "0", "0", "0"]);
    let window = visitor.kiosk.window();
    let (who, bring) = (
        window.global::<ui::WhoAdapter>(),
        window.global::<ui::BringAdapter>(),
    );
    let (ticket, matters) = (
        window.global::<ui::TicketAdapter>(),
        window.global::<ui::MattersAdapter>(),
    );
    assert_eq!(
        (who.get_name(), who.get_phone()),
        // The name is finished, the phone is being written.
        ("王**".into(), "138 0013 8000".into())
    );
    visitor.touches(&["返回"]);
    assert_eq!(
        (who.get_name(), who.get_phone()),
        ("王**".into(), "138****8000".into())
    );
    assert!(!visitor.sees("王女士"));
    visitor.touches(&["下一步"]);
    assert_eq!(
        visitor.found("电话").unwrap().accessible_value().unwrap(),
        "138****8000"
    );
    visitor.touches(&["退格"]);
    assert_eq!(who.get_phone(), "138 0013 800");
    visitor.touches(&["0", "取号"]);
    assert!(visitor.sees("B001"));
    visitor.waits(76);
    visitor.settles();
    for left in [
        who.get_name(),
        who.get_surname(),
        who.get_phone(),
        bring.get_matter(),
        bring.get_department(),
        bring.get_room(),
        bring.get_limit(),
        bring.get_receiver(),
        bring.get_receiver_post(),
        ticket.get_number(),
        ticket.get_matter(),
        ticket.get_department(),
        ticket.get_room(),
        ticket.get_receiver(),
        ticket.get_receiver_phone(),
    ] {
        assert_eq!(left, "");
    }
    assert_eq!(
        (bring.get_items().row_count(), matters.get_choices().row_count()),
        (0, 0)
    );
    assert!(!who.get_priority() && !ticket.get_priority() && !who.get_name_by_clerk());
    assert_eq!(who.get_name_title(), ui::NameTitle::Untold);
    let fresh = Visitor::before_another_screen(visitor.desk.clone());
    let drawn = |it: &Visitor| {
        // A page begins to come in when it is first drawn.
        it.kiosk.window().window().take_snapshot().unwrap();
        it.waits(1);
        it.kiosk.window().window().take_snapshot().unwrap()
    };
    assert!(fresh.sees("正在办公，1 人等候 今天接待领导：赵敏（接待室）"));
    assert_eq!(drawn(&visitor).as_bytes(), drawn(&fresh).as_bytes());
}

#[test]
fn a_register_that_fails_under_a_finger_loses_nobody_and_heals() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("lobby.db");
    let (mut desk, _) = desk_at(Place::File(file.clone()), MONDAY);
    arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["办事", "最低生活保障申请", "下一步"]);
    // From here on the file takes nothing any more, as a card that has gone bad.
    let disk = rusqlite::Connection::open(&file).unwrap();
    let goes_bad = "create trigger bad_entry before insert on journal begin select raise(abort, 'bad'); end;
        create trigger bad_probe before insert on secret begin select raise(abort, 'bad'); end;";
    disk.execute_batch(goes_bad).unwrap();
    visitor.touches(&["不填，继续"]);
    assert!(visitor.sees("暂停取号，请到综合窗口"));
    assert!(visitor.sees("请到一楼大厅 1号窗口") && visitor.sees("电话 0571-86001234"));
    visitor.waits(60);
    assert!(visitor.sees("暂停取号，请到综合窗口"), "as long as it is true");
    assert_eq!(
        visitor.desk.snapshot().visits.len(),
        1,
        "whoever came before is still there"
    );
    disk.execute_batch("drop trigger bad_entry; drop trigger bad_probe;")
        .unwrap();
    visitor.settles();
    assert!(visitor.sees("您好，请问您来办什么事？"));
    visitor.touches(&["办事", "最低生活保障申请", "下一步", "不填，继续"]);
    assert!(
        visitor.sees("A002"),
        "no number was lost with the one that failed"
    );
}

#[test]
fn a_desk_that_stops_leaves_a_screen_that_says_where_to_go() {
    let calls = AtomicUsize::new(0);
    let (desk, _) = Desk::open(DeskSetup {
        place: Place::Memory,
        office: Arc::new(office()),
        clock: Clock::held(MONDAY.parse().unwrap()),
        // The first call comes at the start, the second with the first number.
        print: Waker::new(move || {
            assert_eq!(calls.fetch_add(1, Ordering::Relaxed), 0, "the desk breaks down")
        }),
    })
    .unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["办事", "最低生活保障申请", "下一步", "不填，继续"]);
    for _ in 0..2 {
        assert!(visitor.sees("本机暂停使用，人工照常接待"));
        assert!(visitor.sees("请到一楼大厅 1号窗口") && visitor.sees("电话 0571-86001234"));
        // Nor is anybody told that a bell has rung which nothing rings any more.
        visitor.touches(&["叫工作人员来帮我"]);
        assert!(visitor.sees("铃没有响，请直接找工作人员") && !visitor.sees("已经在叫工作人员了"));
        assert!(visitor.sees("请到一楼大厅 1号窗口，或者打电话 0571-86001234。"));
        visitor.touches(&["好的"]);
        // Nobody is sent through the pages again to find the same.
        visitor.waits(60);
        visitor.settles();
    }
}

#[test]
fn at_night_the_screen_says_who_is_there_and_the_number_is_theirs() {
    let visitor = Visitor::comes_to(desk("2026-03-02T20:10:00+08:00").0);
    assert!(
        visitor
            .sees("现在已下班，3月3日 星期二 08:30 上班 现在取号，由值班人员赵敏接待，电话 0571-8600-0203")
    );
    visitor.touches(&["办事", "最低生活保障申请", "下一步", "不填，继续"]);
    assert!(visitor.sees("接待责任人 赵敏（科员），电话 0571-8600-0203"));
}

#[test]
fn at_lunch_departments_that_stay_are_not_said_to_be_away() {
    let visitor = Visitor::comes_to(desk("2026-03-02T12:30:00+08:00").0);
    assert!(visitor.reads_of("午间休息，14:30 继续办公 现在也可以取号，电话 0571-86001234"));
    assert!(
        visitor.reads_of("今天接待领导："),
        "and who receives in the afternoon"
    );
    visitor.touches(&["办事", "最低生活保障申请"]);
    assert!(visitor.sees("谁接待 张𬭎（科员）"));
}

#[test]
fn a_screen_without_a_panel_sends_its_pictures_and_takes_fingers() {
    let (desk, _) = desk(MONDAY);
    let (desk, _) = desk.start();
    let (link, screen) = screen::link(false);
    let (stop, stopped) = watch::channel(false);
    let setup = Setup {
        office: Arc::new(office()),
        desk,
        screen,
        display: Display::Headless,
        width: 1280,
        height: 800,
        mm_per_px: 0.170,
        dim: None,
        voice: None,
        senses: lobby::senses::SensesSide::none(),
        stop: stopped,
    };
    let shown = std::thread::spawn(|| lobby::kiosk::run(setup));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut pictures = link.pictures.clone().unwrap();
        let mut newer = async |than: u64| loop {
            let limit = Duration::from_secs(30);
            tokio::time::timeout(limit, pictures.changed())
                .await
                .expect("the screen draws")
                .unwrap();
            match pictures.borrow_and_update().clone() {
                Some(picture) if than < picture.sequence => break picture,
                _ => {}
            }
        };
        let home = newer(0).await;
        assert_eq!(
            (home.width, home.height, home.rgb.len()),
            (1280, 800, 1280 * 800 * 3)
        );
        // The wide key at the foot of the first page.
        for kind in [TouchKind::Press, TouchKind::Release] {
            link.touches
                .as_ref()
                .unwrap()
                .send(Touch {
                    kind,
                    x: 700.0,
                    y: 720.0,
                })
                .await
                .unwrap();
        }
        let mut now = newer(home.sequence).await;
        while differing(&home, &now) < 50_000 {
            now = newer(now.sequence).await;
        }
    });
    stop.send(true).unwrap();
    shown.join().unwrap().unwrap();
}

/// Pixels that are not the same.
fn differing(one: &Picture, other: &Picture) -> usize {
    one.rgb
        .chunks(3)
        .zip(other.rgb.chunks(3))
        .filter(|(a, b)| a != b)
        .count()
}
