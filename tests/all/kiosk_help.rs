//! 叫工作人员来帮我, from the key to the desk and back: the bell at reception, the page they are told of, the registration
//! there, and the screen that is free afterwards; and what the screen says while nothing has rung.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lobby::clock::Clock;
use lobby::desk::{Desk, Place, Setup, Waker};
use lobby::domain::office::Language;
use lobby::kiosk::guidance;
use serde_json::Value;

use crate::console_live::Office;
use crate::kiosk_pages::Visitor;
use crate::support::{self, office};

/// The part of the queue page that says somebody wants help, and how many things ring.
fn heard(change: &Value) -> (String, u64) {
    let part = change["parts"]["help"].as_str().unwrap_or_default().to_owned();
    (
        part,
        change["bell"].as_u64().expect("every message says what rings"),
    )
}

#[test]
fn reception_hears_the_bell_sees_the_page_and_finishes_the_registration_while_the_screen_is_freed() {
    Visitor::on_a_platform();
    let desk = Office::open(&["sun", "zhang"]);
    let visitor = Visitor::before_a_screen_of(desk.desk.clone(), office(), |_| ());
    let (sun, zhang) = (desk.logged_in("sun"), desk.logged_in("zhang"));
    let mut queue = desk.stream("sun");
    assert_eq!(
        heard(&queue.next().unwrap().1),
        (String::new(), 0),
        "all is quiet"
    );
    visitor.touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话", "王", "女士"]);
    visitor.touches(&["叫工作人员来帮我"]);
    assert!(visitor.sees("已经在叫工作人员了"));
    let (call, rings) = loop {
        let (part, rings) = heard(&queue.next().unwrap().1);
        if 0 < rings {
            break (part, rings);
        }
    };
    assert_eq!(rings, 1);
    // It is read out at once, it flashes, and it says the page and nothing that was typed there.
    assert!(
        call.contains("role=\"alert\"") && call.contains("help calling"),
        "{call}"
    );
    assert!(call.contains("停在“怎么称呼”页"), "{call}");
    let page = sun.get("/").1;
    assert!(page.contains("aria-live=\"assertive\"") && page.contains("停在“怎么称呼”页"));
    assert!(!page.contains("王女士") && !page.contains("王**"), "{page}");
    assert!(
        !zhang.get("/").1.contains("停在"),
        "officers are not called to the screen"
    );
    assert_eq!(sun.form("/help/nowhere", &[]).0, 404);

    assert_eq!(sun.form("/help/coming", &[]).0, 200);
    let (part, rings) = loop {
        let said = heard(&queue.next().unwrap().1);
        if !said.0.is_empty() {
            break said;
        }
    };
    assert!(
        part.contains("孙丽 已过去") && !part.contains("calling"),
        "{part}"
    );
    assert_eq!(rings, 0, "somebody goes there: the bell is still");
    visitor.settles();
    assert!(visitor.sees("工作人员马上过来"));
    let fields = [
        ("tap", "00000000-0000-0000-0000-000000000077"),
        ("matter", "card-reissue"),
        ("class", "ordinary"),
        ("language", "zh"),
        ("people", "1"),
        ("form", "visit"),
    ];
    let (status, said) = sun.form("/register", &fields);
    assert_eq!(status, 200, "{said}");
    visitor.settles();
    visitor.settles();
    assert!(
        visitor.sees("您好，请问您来办什么事？"),
        "the screen is free for the next"
    );
    assert!(!visitor.sees("工作人员马上过来"));
    let seen = visitor.desk.snapshot();
    assert_eq!((seen.visits.len(), seen.help.clone()), (1, None));
    assert!(!sun.get("/").1.contains("停在"), "nobody is called any more");
    // Led to the desk: whoever has begun at the screen meanwhile is somebody else and goes on.
    visitor.touches(&["办事", "社保卡补办", "叫工作人员来帮我"]);
    assert_eq!(sun.form("/help/coming", &[]).0, 200);
    visitor.settles();
    visitor.touches(&["好的，我接着办", "首页", "办事"]);
    let mut fields = fields;
    fields[0].1 = "00000000-0000-0000-0000-000000000078";
    assert_eq!(sun.form("/register", &fields).0, 200);
    visitor.settles();
    visitor.settles();
    assert!(visitor.sees("最低生活保障申请"), "they stand where they stood");
    assert_eq!(visitor.desk.snapshot().help, None);
    visitor.touches(&["首页"]);
    // Withdrawn at the screen, it is gone at reception too; over at reception, at the screen.
    visitor.touches(&["叫工作人员来帮我", "不用叫了"]);
    assert!(!sun.get("/").1.contains("停在"));
    visitor.touches(&["叫工作人员来帮我"]);
    assert!(sun.get("/").1.contains("停在“首页”页"));
    assert_eq!(sun.form("/help/over", &[]).0, 200);
    visitor.settles();
    assert!(!visitor.sees("已经在叫工作人员了"));
}

#[test]
fn whoever_calls_from_the_page_for_reports_is_not_announced_as_one_who_reports() {
    Visitor::on_a_platform();
    let desk = Office::open(&["sun"]);
    let visitor = Visitor::before_a_screen_of(desk.desk.clone(), office(), |_| ());
    let sun = desk.logged_in("sun");
    let mut told = Vec::new();
    for tile in ["大厅公示", "反映干部作风、举报问题"] {
        visitor.touches(&[tile, "叫工作人员来帮我"]);
        let page = sun.get("/").1;
        let call = page.split("停在“").nth(1).expect("reception sees the call");
        told.push(call.split('”').next().unwrap().to_owned());
        visitor.touches(&["不用叫了", "首页"]);
    }
    assert_eq!(told[0], told[1], "pages that are only read are called alike");
    assert!(!told[1].contains("举报"));
}

#[test]
fn while_nothing_has_rung_nobody_is_told_that_it_has() {
    let visitor = Visitor::comes();
    // The desk has not said anything of the call yet: what the screen knows of the lobby is from before.
    let key = visitor.found("叫工作人员来帮我").expect("help is on every page");
    key.invoke_accessible_default_action();
    visitor.waits(1);
    assert!(visitor.sees("正在叫工作人员…") && !visitor.sees("已经在叫工作人员了"));
    visitor.settles();
    assert!(visitor.sees("已经在叫工作人员了"));
    assert!(visitor.sees("大厅的铃已经响了，请在这里稍等。您也可以先自己继续办。"));
    let lines: Vec<_> = guidance::all().collect();
    let unheard = lines
        .iter()
        .find(|it| it.0 == "help-unheard")
        .expect("it is spoken too");
    assert!(unheard.1.get(Language::Chinese).contains("综合窗口"));
}

#[test]
fn a_desk_that_hangs_keeps_nobody_at_the_screen_and_is_not_said_to_have_heard() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (held, calls) = (Mutex::new(held), AtomicUsize::new(0));
    let (desk, _) = Desk::open(Setup {
        place: Place::Memory,
        office: Arc::new(office()),
        clock: Clock::held(support::MONDAY.parse().unwrap()),
        // The first call comes at the start, the second with the first number: there it stands.
        print: Waker::new(move || {
            if calls.fetch_add(1, Ordering::Relaxed) == 1 {
                let _ = held.lock().unwrap().recv();
            }
        }),
    })
    .unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["办事", "最低生活保障申请", "下一步"]);
    visitor.finger("不填，继续");
    visitor.kiosk.pump();
    visitor.waits(29);
    assert!(visitor.sees("正在登记…"));
    visitor.waits(1);
    assert!(visitor.sees("本机暂停使用，人工照常接待"));
    visitor.finger("叫工作人员来帮我");
    visitor.kiosk.pump();
    visitor.waits(9);
    assert!(visitor.sees("正在叫工作人员…"));
    visitor.waits(1);
    assert!(visitor.sees("铃没有响，请直接找工作人员"));
    // When it goes on, what it says of the number is said to nobody, and the bell rings after all.
    drop(release);
    visitor.settles();
    assert!(visitor.sees("已经在叫工作人员了") && !visitor.sees("A001"));
    assert_eq!(visitor.desk.snapshot().visits.len(), 1);
}

#[test]
fn the_countdown_is_seen_over_a_dialog_and_fields_are_blanked_while_help_is_on_its_way() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话", "王", "女士"]);
    let name = || {
        visitor
            .found("称呼")
            .unwrap()
            .accessible_value()
            .unwrap_or_default()
    };
    visitor.touches(&["叫工作人员来帮我"]);
    visitor.waits(59);
    assert_eq!(name(), "王女士");
    visitor.waits(1);
    assert_eq!(name(), "", "whoever passes by reads nothing through the scrim");
    visitor.waits(285);
    assert!(visitor.sees("还在看吗？15 秒后回到首页"));
    visitor.touches(&["我还在看，请稍等"]);
    assert!(!visitor.sees("我还在看，请稍等") && visitor.sees("已经在叫工作人员了"));
    visitor.touches(&["好的，我接着办"]);
    assert_eq!(name(), "王女士", "the one who called goes on");
}

#[test]
fn the_question_how_loud_ends_with_a_countdown_one_can_see_and_stop() {
    Visitor::on_a_platform();
    let (voice, _heard) = tokio::sync::watch::channel(lobby::screen::Spoken::default());
    let desk = support::desk(support::MONDAY).0.start().0;
    let visitor = Visitor::before_a_screen_of(desk, office(), |it| it.voice = Some(voice));
    visitor.touches(&["办事", "语音"]);
    visitor.waits(45);
    assert!(visitor.sees("还在看吗？15 秒后回到首页"));
    visitor.touches(&["我还在看，请稍等"]);
    assert!(visitor.sees("语音提示要多大声？") && !visitor.sees("我还在看，请稍等"));
    visitor.waits(60);
    visitor.settles();
    assert!(visitor.sees("您好，请问您来办什么事？"));
}
