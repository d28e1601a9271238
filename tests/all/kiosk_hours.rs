//! Matters with hours, numbers and pauses of their own: nobody waits for what is not to be had today, and nobody is
//! sent away without the next time and somebody to ask.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, Weekday};
use lobby::clock::Clock;
use lobby::desk::{Desk, Place, Request, Setup, Waker};
use lobby::domain::event::Origin;
use lobby::domain::office::{Office, Term};
use lobby::domain::taking::{Shut, Taking};
use lobby::domain::time::{Span, Timestamp};

use crate::kiosk_pages::Visitor;
use crate::support::{MONDAY, arrival, arrive, office};

fn taking(matter: &str, of: Taking) -> Office {
    let mut office = office();
    let at = office
        .matters
        .iter()
        .position(|it| it.code == matter.into())
        .unwrap();
    office.matters[at].taking = of;
    office
}

fn desk_of(office: &Office, at: &str) -> Desk {
    let setup = Setup {
        place: Place::Memory,
        office: Arc::new(office.clone()),
        clock: Clock::held(at.parse().unwrap()),
        print: Waker::nobody(),
    };
    Desk::open(setup).unwrap().0
}

fn comes_to(office: Office, desk: Desk) -> Visitor {
    Visitor::on_a_platform();
    Visitor::before_a_screen_of(desk.start().0, office, |_| ())
}

fn mornings() -> Taking {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    Taking {
        days: vec![Weekday::Tue, Weekday::Thu],
        spans: vec![Span {
            from: time(9, 0),
            until: time(11, 30),
        }],
        ..Taking::default()
    }
}

#[test]
fn a_matter_of_other_days_says_when_and_reception_is_one_touch_away() {
    let office = taking("card-reissue", mornings());
    let desk = desk_of(&office, MONDAY);
    let visitor = comes_to(office, desk);
    visitor.touches(&["办事"]);
    let row = visitor.found("社保卡补办").unwrap();
    assert!(row.accessible_description().unwrap().contains("现在不办"));
    visitor.touches(&["社保卡补办"]);
    assert!(visitor.sees("这件事现在不办 下次办理：3月3日 星期二 09:00"));
    assert!(!visitor.sees("下一步"), "nobody waits for nothing");
    visitor.touches(&["先到综合窗口问一问"]);
    assert!(visitor.sees("到哪里 党政综合办公室 101 室"));
    visitor.touches(&["下一步", "不填，继续"]);
    assert!(visitor.sees("Z001"));
}

#[test]
fn on_its_own_days_it_is_taken_like_any_other() {
    let office = taking("card-reissue", mornings());
    let desk = desk_of(&office, "2026-03-03T09:00:00+08:00");
    let visitor = comes_to(office, desk);
    visitor.touches(&["办事", "社保卡补办", "下一步", "不填，继续"]);
    assert!(visitor.sees("B001"));
}

#[test]
fn when_a_matters_numbers_are_gone_the_page_says_so_even_to_who_was_writing() {
    let office = taking(
        "card-reissue",
        Taking {
            quota: Some(2),
            ..Taking::default()
        },
    );
    let mut desk = desk_of(&office, MONDAY);
    arrive(&mut desk, arrival(Some("card-reissue"), 1)).unwrap();
    let visitor = comes_to(office, desk);
    visitor.touches(&["办事", "社保卡补办", "下一步"]);
    // The last number goes to somebody else meanwhile, at the desk.
    let mut other = arrival(Some("card-reissue"), 2);
    other.origin = Origin::Desk("sun".into());
    visitor.desk.ask_blocking(Request::Arrive(other)).unwrap();
    visitor.touches(&["不填，继续"]);
    assert!(visitor.sees("这件事今天的号已满 下次办理：3月3日 星期二 08:30"));
    let seen = visitor.desk.snapshot();
    assert_eq!(seen.visits.len(), 2, "no number was given");
    // Clerks decide for themselves.
    let mut third = arrival(Some("card-reissue"), 3);
    third.origin = Origin::Desk("sun".into());
    visitor.desk.ask_blocking(Request::Arrive(third)).unwrap();
    // Other matters of the same queue are not concerned.
    visitor.touches(&["首页", "办事", "最低生活保障申请", "下一步", "不填，继续"]);
    assert!(visitor.sees("A001"));
}

#[test]
fn a_matter_that_rests_says_until_when_or_whom_to_ask() {
    let until = NaiveDate::from_ymd_opt(2026, 3, 15);
    for (until, words) in [
        (until, "这件事暂停办理 下次办理：3月16日 星期一 08:30"),
        (None, "这件事暂停办理 什么时候恢复，请问综合窗口"),
    ] {
        let rests = Some(Term {
            from: NaiveDate::from_ymd_opt(2026, 3, 1),
            until,
        });
        let office = taking(
            "card-reissue",
            Taking {
                rests,
                ..Taking::default()
            },
        );
        std::thread::spawn(move || {
            let desk = desk_of(&office, MONDAY);
            let visitor = comes_to(office, desk);
            visitor.touches(&["搜一搜：写出您要办的事", "s", "b", "k", "社保卡补办"]);
            assert!(visitor.sees(words), "{words}");
            visitor.touches(&["返回"]);
            assert!(visitor.sees("社保卡补办"), "back to what was searched for");
        })
        .join()
        .unwrap();
    }
}

#[test]
fn the_next_time_skips_days_off_and_full_days() {
    let at = |text: &str| format!("{text}:00+08:00").parse::<Timestamp>().unwrap();
    let mut office = taking("card-reissue", mornings());
    let index = office
        .matters
        .iter()
        .position(|it| it.code == "card-reissue".into())
        .unwrap();
    let next = |office: &Office, given, when| {
        let it = office.not_taken(&office.matters[index], given, at(when));
        it.map(|it| (it.why, it.again.map(|it| it.to_string())))
    };
    // Thursday, after its hours; the Tuesday after; over the Spring Festival of 2026.
    let shut = |day: &str| Some((Shut::Hours, Some(format!("{day} 09:00:00"))));
    assert_eq!(next(&office, 0, "2026-03-05T11:30"), shut("2026-03-10"));
    assert_eq!(next(&office, 0, "2026-03-05T11:29"), None);
    assert_eq!(next(&office, 0, "2026-02-12T15:00"), shut("2026-02-24"));
    // While the office is closed its duty officer answers, whatever the matter (R16).
    assert_eq!(next(&office, 0, "2026-03-05T20:00"), None);
    office.matters[index].taking.quota = Some(3);
    let full = Some((Shut::Full, Some("2026-03-10 09:00:00".to_owned())));
    assert_eq!(next(&office, 3, "2026-03-05T09:30"), full);
    assert_eq!(next(&office, 2, "2026-03-05T09:30"), None);
}
