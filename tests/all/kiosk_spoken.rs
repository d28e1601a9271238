//! What the box says aloud where something has gone otherwise than meant, and what it never says.

use std::sync::Arc;

use lobby::desk::Place;
use lobby::domain::office::{Language, Office, Term};
use lobby::domain::taking::Taking;
use lobby::kiosk::guidance;
use lobby::screen::{Spoken, TouchKind};
use tokio::sync::watch;

use crate::kiosk_pages::Visitor;
use crate::support::{self, MONDAY, office};

/// A visitor who hears, and what is said.
fn listening(office: Office, at: &str) -> (Visitor, watch::Receiver<Spoken>) {
    Visitor::on_a_platform();
    let (voice, heard) = watch::channel(Spoken::default());
    let (desk, _) = support::desk_of(Arc::new(office.clone()), Place::Memory, at);
    let visitor = Visitor::before_a_screen_of(desk.start().0, office, |it| it.voice = Some(voice));
    (visitor, heard)
}

fn words(code: &str) -> String {
    let mut lines = guidance::all();
    let line = lines
        .find(|it| it.0 == code)
        .unwrap_or_else(|| panic!("{code} has no words"));
    line.1.get(Language::Chinese).to_owned()
}

#[test]
fn whoever_reports_somebody_hears_what_whoever_reads_the_notices_hears() {
    let (visitor, heard) = listening(office(), MONDAY);
    let mut said = Vec::new();
    for tile in ["大厅公示", "反映干部作风、举报问题"] {
        visitor.touches(&[tile]);
        said.push(heard.borrow().code.expect("every page speaks"));
        visitor.touches(&["首页"]);
    }
    assert_eq!(said[0], said[1]);
    for private in ["专人", "单独", "举报", "反映"] {
        assert!(!words(said[1]).contains(private), "{}", words(said[1]));
    }
}

#[test]
fn the_first_page_is_said_to_whoever_stands_before_it_and_to_nobody_else() {
    let (visitor, heard) = listening(office(), MONDAY);
    let said = || heard.borrow().code;
    assert_eq!(said(), None, "nobody is there");
    for kind in [TouchKind::Press, TouchKind::Release] {
        visitor.feels(kind, 4.0, 960.0);
    }
    visitor.settles();
    assert_eq!(said(), Some("home"), "somebody touched the empty page");
    visitor.touches(&["办事"]);
    assert_eq!(said(), Some("matters"));
    visitor.touches(&["首页"]);
    assert_eq!(said(), Some("home"), "they came back to it");
    let before = heard.borrow().sequence;
    visitor.touches(&["语音", "中等"]);
    assert!(
        before < heard.borrow().sequence && said() == Some("home"),
        "to be heard again"
    );
    visitor.touches(&["English"]);
    assert!(said() == Some("home") && heard.borrow().english);
    visitor.waits(61);
    assert_eq!(said(), None, "they have gone");
}

#[test]
fn what_goes_wrong_is_said_aloud_and_not_only_written() {
    let (visitor, heard) = listening(office(), MONDAY);
    let said = || words(heard.borrow().code.expect("it speaks"));
    visitor.touches(&["办事", "社保卡补办", "下一步"]);
    // The notice itself, before anything is asked: what for, who keeps it, which rights (RULES §7).
    for told in [
        "只用来叫号、办理和答复您",
        "本单位",
        "期限",
        "查看、更正或者删除",
        "可以不留",
    ] {
        assert!(said().contains(told), "{told}: {}", said());
    }
    visitor.touches(&["填写称呼和电话", "不填，继续", "1", "3", "8", "取号"]);
    assert!(said().contains("号码好像不对"), "{}", said());
    visitor.touches(&["退格"]);
    assert!(said().contains("请点您的电话号码"), "{}", said());
    visitor.touches(&["首页", "查办理进度", "A", "9", "查一查"]);
    assert!(said().contains("没有查到这个号"), "{}", said());
    visitor.touches(&["号票丢了", "1", "2", "3", "4", "查一查"]);
    assert!(said().contains("没有对上"), "{}", said());
    visitor.touches(&["首页", "搜一搜：写出您要办的事", "z", "z", "z", "z"]);
    assert!(said().contains("没有找到"), "{}", said());
    visitor.touches(&["重写"]);
    assert!(said().contains("点字母"), "{}", said());
}

#[test]
fn a_matter_that_is_shut_is_not_said_to_have_a_next_step() {
    let mut office = office();
    office.matters[1].taking = Taking {
        rests: Some(Term {
            from: chrono::NaiveDate::from_ymd_opt(2026, 3, 1),
            until: None,
        }),
        ..Taking::default()
    };
    let (visitor, heard) = listening(office, MONDAY);
    visitor.touches(&["办事", "社保卡补办"]);
    let said = words(heard.borrow().code.unwrap());
    assert!(
        !said.contains("下一步") && said.contains("先到综合窗口问一问"),
        "{said}"
    );
    assert!(visitor.sees("先到综合窗口问一问"), "and the key is there");
}

#[test]
fn a_number_of_the_night_is_not_told_to_wait_for_its_call() {
    let (visitor, heard) = listening(office(), "2026-03-02T20:10:00+08:00");
    visitor.touches(&["办事", "社保卡补办", "下一步", "不填，继续"]);
    visitor.waits(16);
    let said = words(heard.borrow().code.unwrap());
    assert!(!said.contains("等候叫号") && !said.contains("窗口补打"), "{said}");
    assert!(said.contains("号码和时间"), "{said}");
}

#[test]
fn whoever_would_lose_what_is_written_hears_what_to_do_first() {
    let (visitor, heard) = listening(office(), MONDAY);
    let said = || words(heard.borrow().code.expect("it speaks"));
    visitor.touches(&[
        "办事",
        "社保卡补办",
        "下一步",
        "填写称呼和电话",
        "写姓名",
        "拼音",
        "w",
    ]);
    assert!(said().contains("再点您要的那个字"), "{}", said());
    visitor.touches(&["下一步"]);
    assert!(said().contains("请先点您要的那个字"), "{}", said());
}
