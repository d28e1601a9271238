//! Who comes outside hours: registered, told when to come or that the office calls, and found again in the morning.

use lobby::desk::{Action, Request};
use lobby::domain::event::Told;
use lobby::domain::office::Office;
use slint::ComponentHandle;

use crate::kiosk_pages::Visitor;
use crate::support::{self, MONDAY, arrival, desk, office};

const NIGHT: &str = "2026-03-02T20:10:00+08:00";

#[test]
fn whoever_comes_outside_hours_is_told_when_to_come_and_of_no_queue() {
    let visitor = Visitor::comes_to(desk(NIGHT).0);
    visitor.touches(&["办事", "最低生活保障申请", "下一步", "不填，继续"]);
    assert!(visitor.sees("夜01"));
    assert!(visitor.sees("什么时候 现在是下班时间。请于3月3日 08:30后持此条到综合窗口，优先接待"));
    for queue in [
        "排队 前面没有人，请直接去",
        "排队 已登记，请等候",
        "前面没有人，请直接去",
    ] {
        assert!(!visitor.sees(queue), "{queue}");
    }
    // In the morning the number is asked about on the same screen.
    visitor.touches(&["完成（29 秒后回到首页）", "查办理进度", "夜", "0", "1", "查一查"]);
    assert!(visitor.sees("现在是下班时间。请于3月3日 08:30后持此条到综合窗口，优先接待"));
    assert!(visitor.sees("夜01") && !visitor.sees("前面没有人，请直接去"));
}

#[test]
fn whoever_leaves_a_phone_at_night_is_told_until_when_the_office_calls() {
    let visitor = Visitor::comes_to(desk(NIGHT).0);
    visitor.touches(&["English", "Services", "Minimum living allowance", "Next"]);
    visitor.touches(&["Leave name and phone", "Next"]);
    visitor.touches(&[
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
        "Take a number",
    ]);
    assert!(visitor.sees("When The office is closed. We will call you before 3 Mar, 09:30"));
}

#[test]
fn a_number_of_the_night_is_typed_like_any_other_and_found() {
    let (mut desk, _) = desk(NIGHT);
    support::arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    support::arrive(&mut desk, arrival(None, 2)).unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["查办理进度", "2", "夜", "查一查"]);
    assert!(visitor.sees("夜02") && visitor.sees("到哪里 党政综合办公室 101 室"));
    visitor.touches(&["再查一个号", "夜", "0", "3", "查一查"]);
    assert!(visitor.sees("没有查到这个号。请看看号票再点一次，或者叫工作人员来帮您。"));
}

#[test]
fn who_was_told_at_closing_to_come_again_reads_so_on_the_screen() {
    let (mut desk, clock) = desk("2026-03-02T17:20:00+08:00");
    let given = support::arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    clock.advance(20 * 60_000);
    desk.answer(Request::Tick).unwrap();
    let told = Action::RollOver { told: Told::InPerson };
    support::act(&mut desk, "sun", given.visit, told).unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["查办理进度", "A", "1", "查一查"]);
    assert!(visitor.sees("今天来不及办。请于3月3日 08:30后再来，仍按原到达时间排队"));
}

/// An office with somebody who receives 检举控告.
fn with_contact() -> Office {
    let mut office = office();
    let words = |zh: &str| lobby::domain::office::Words::same(zh);
    office.elsewhere.discipline = Some(lobby::domain::elsewhere::Discipline {
        contact: "wu".into(),
        public_key: [9; 32],
        room: words("接待室"),
        higher: words("区纪委监委"),
        higher_phone: "12388".into(),
    });
    office
}

#[test]
fn a_sealed_number_is_sent_nowhere_by_a_queue_it_does_not_stand_in() {
    Visitor::on_a_platform();
    for (at, told) in [
        (MONDAY, "排队 已登记，请等候"),
        (
            NIGHT,
            "什么时候 现在是下班时间。请于3月3日 08:30后持此条到以上房间，优先接待",
        ),
    ] {
        let office = with_contact();
        let (desk, _) = support::desk_of(
            std::sync::Arc::new(office.clone()),
            lobby::desk::Place::Memory,
            at,
        );
        let visitor = Visitor::before_a_screen_of(desk.start().0, office, |_| ());
        visitor.touches(&["反映干部作风、举报问题", "取号"]);
        assert!(visitor.sees(told) && visitor.sees("请到 接待室"), "{at}");
        assert!(!visitor.sees("排队 前面没有人，请直接去"));
    }
}

#[test]
fn an_office_without_a_contact_names_the_line_above_it_and_reception_and_writes_nothing() {
    let visitor = Visitor::comes();
    visitor.touches(&["反映干部作风、举报问题"]);
    assert!(visitor.sees("请直接打举报电话 12388。") && !visitor.sees("取号"));
    visitor.touches(&["先到综合窗口问一问"]);
    assert!(visitor.sees("到哪里 党政综合办公室 101 室"));
    visitor.touches(&["下一步", "不填，继续"]);
    assert!(visitor.sees("Z001"));
    assert_eq!(visitor.desk.snapshot().visits[0].visit.matters[0].matter, None);
}

#[test]
fn both_tiles_that_are_no_matter_stand_on_the_first_page_of_every_panel_and_print() {
    let office = lobby::config::demo(std::path::Path::new("/tmp"), &["generic-80"]).office;
    for (width, height, mm_per_px) in [(1080, 1920, 0.248), (1280, 800, 0.170), (1920, 1080, 0.248)] {
        let mut office = Office::clone(&office);
        office.elsewhere.discipline = None;
        std::thread::spawn(move || {
            Visitor::on_a_platform();
            let (desk, _) = support::desk_of(
                std::sync::Arc::new(office.clone()),
                lobby::desk::Place::Memory,
                MONDAY,
            );
            let visitor = Visitor::before_a_screen_of(desk.start().0, office, |it| {
                (it.width, it.height, it.mm_per_px) = (width, height, mm_per_px);
            });
            let kinds = visitor.kiosk.window().global::<ui::HomeAdapter>().get_kinds();
            assert!(8 <= slint::Model::row_count(&kinds), "a whole office");
            for print in ["大字", "普通字"] {
                for tile in ["反映干部作风、举报问题", "查办理进度", "办事"] {
                    assert!(visitor.sees(tile), "{tile} on {width}×{height} before {print}");
                }
                visitor.touches(&[print]);
            }
        })
        .join()
        .unwrap();
    }
}
