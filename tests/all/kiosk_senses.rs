//! What the kiosk takes in beside fingers, told at the real pages: slips, cards, and the telephone of a lost slip.

use std::sync::{Arc, Mutex};

use lobby::desk::{Action, Desk, Request};
use lobby::domain::event::{Outcome, Told};
use lobby::domain::ids::{CounterId, MatterIndex};
use lobby::domain::sensitive::{Sensitive, note, phone};
use lobby::senses::{CardWish, SENSED_MAX, Sensed, SensesSide};
use tokio::sync::mpsc;

use crate::kiosk_pages::Visitor;
use crate::support::{MONDAY, act, arrival, arrive, desk, office};

/// A visitor at a box with a reader and a scanner: what comes in, and whether a card was wanted, turn by turn.
struct Equipped {
    visitor: Visitor,
    sensed: mpsc::Sender<Sensed>,
    wishes: Arc<Mutex<Vec<bool>>>,
}

impl Equipped {
    fn comes_to(desk: Desk) -> Self {
        Visitor::on_a_platform();
        let (sensed, incoming) = mpsc::channel(SENSED_MAX);
        let wishes = Arc::new(Mutex::new(Vec::new()));
        let noted = wishes.clone();
        let side = SensesSide {
            sensed: incoming,
            card: CardWish::new(move |wanted| noted.lock().unwrap().push(wanted)),
        };
        let visitor = Visitor::before_a_screen_of(desk.start().0, office(), |it| it.senses = side);
        Self {
            visitor,
            sensed,
            wishes,
        }
    }

    fn senses(&self, what: Sensed) {
        self.sensed.try_send(what).unwrap();
        // Once to ask the desk, once to show what it said.
        self.visitor.settles();
        self.visitor.settles();
    }

    fn wishes(&self) -> Vec<bool> {
        self.wishes.lock().unwrap().clone()
    }
}

#[test]
fn a_slip_held_before_the_scanner_says_where_it_stands_whatever_page_is_open() {
    let (mut desk, _) = desk(MONDAY);
    let given = arrive(&mut desk, arrival(Some("card-reissue"), 1)).unwrap();
    let at = Equipped::comes_to(desk);
    at.senses(Sensed::Scanner(true));
    at.visitor.touches(&["查办理进度"]);
    assert!(at.visitor.sees("也可以把号票上的码对准扫码口。"));
    at.visitor.touches(&["首页", "办事", "最低生活保障申请"]);
    at.senses(Sensed::Scanned(given.slip.code.text().to_owned()));
    assert!(at.visitor.sees("B001") && at.visitor.sees("现在找谁 郑洁，电话 0571-8600-0203"));
    let call = Request::CallNext {
        by: "zheng".into(),
        counter: CounterId(4),
    };
    at.visitor.desk.ask_blocking(call).unwrap();
    at.visitor.settles();
    assert!(
        at.visitor.sees("正在叫您，请到4号窗口"),
        "it is shown as it is now"
    );
    at.senses(Sensed::Scanned("微信支付".to_owned()));
    assert!(
        at.visitor
            .sees("没有查到这个号。请看看号票再点一次，或者叫工作人员来帮您。")
    );
}

#[test]
fn a_card_is_wanted_only_where_the_name_is_asked_for_and_gives_the_name_only() {
    let at = Equipped::comes_to(desk(MONDAY).0);
    assert_eq!(at.wishes(), Vec::<bool>::new());
    at.visitor
        .touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话"]);
    assert_eq!(at.wishes(), [true]);
    let card = || slint::ComponentHandle::global::<ui::WhoAdapter>(at.visitor.kiosk.window()).get_card();
    assert_eq!(card(), ui::CardState::None, "no reader, no word of cards");
    at.senses(Sensed::Reader(true));
    assert_eq!(card(), ui::CardState::Ready);
    at.senses(Sensed::CardAgain);
    assert_eq!(card(), ui::CardState::Again);
    at.senses(Sensed::Name(Sensitive::new("王𬭎㛃".to_owned())));
    let who = || slint::ComponentHandle::global::<ui::WhoAdapter>(at.visitor.kiosk.window()).get_name();
    assert_eq!((who().as_str(), card()), ("王𬭎㛃", ui::CardState::Ready));
    // A card laid on without any of that, 不刷证, is the same keys as ever.
    at.visitor.touches(&["下一步"]);
    assert_eq!(at.wishes(), [true, true, false]);
    at.senses(Sensed::Name(Sensitive::new("李四".to_owned())));
    at.visitor.touches(&["不填，继续"]);
    let visits = at.visitor.desk.snapshot();
    let name = visits.visits[0].visit.personal.name.as_ref().unwrap();
    assert_eq!(name.reveal(), "王𬭎㛃");
}

#[test]
fn whoever_will_not_lay_a_card_on_takes_a_number_with_one_equal_key() {
    let at = Equipped::comes_to(desk(MONDAY).0);
    let key = "不刷身份证，直接取号";
    at.visitor
        .touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话", "王"]);
    assert!(!at.visitor.sees(key), "no reader, no word of cards");
    at.senses(Sensed::Reader(true));
    let sizes = ["不填，继续", key, "下一步"].map(|it| at.visitor.found(it).unwrap().size());
    let alike = |it: &slint::LogicalSize| it.width == sizes[0].width && it.height == sizes[0].height;
    assert!(sizes.iter().all(alike), "equal keys: {sizes:?}");
    at.visitor.touches(&[key]);
    assert!(at.visitor.sees("B001"));
    let visits = at.visitor.desk.snapshot();
    let personal = &visits.visits[0].visit.personal;
    assert!(personal.name.is_none() && personal.phone.is_none());
}

#[test]
fn a_card_with_a_character_no_font_has_asks_for_the_clerk() {
    const WORDS: &str = "名字里缺的字，请工作人员帮您填上。";
    let at = Equipped::comes_to(desk(MONDAY).0);
    at.visitor
        .touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话"]);
    at.senses(Sensed::Reader(true));
    at.senses(Sensed::Name(Sensitive::new("王𬭎㛃".to_owned())));
    assert!(!at.visitor.sees(WORDS), "the fonts have them all");
    at.senses(Sensed::Name(Sensitive::new("王\u{10fffd}".to_owned())));
    assert!(at.visitor.sees(WORDS));
    let field = at.visitor.found("称呼").unwrap();
    assert_eq!(field.accessible_value().unwrap(), "王〔U+10FFFD〕");
    at.visitor.touches(&["下一步", "不填，继续"]);
    assert!(at.visitor.desk.snapshot().visits[0].visit.personal.name_by_clerk);
}

#[test]
fn a_wrong_card_is_corrected_by_the_next_one_while_the_page_stays() {
    let at = Equipped::comes_to(desk(MONDAY).0);
    at.visitor
        .touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话"]);
    at.senses(Sensed::Reader(true));
    let who = || slint::ComponentHandle::global::<ui::WhoAdapter>(at.visitor.kiosk.window());
    let mut wishes = 1;
    // A wife's card first, a foreigner's, then their own: after each the reader is told that the page still asks.
    at.senses(Sensed::Name(Sensitive::new("李四".to_owned())));
    wishes += 1;
    assert_eq!(
        (who().get_name().as_str(), at.wishes()),
        ("李四", vec![true; wishes])
    );
    at.senses(Sensed::CardUnusable);
    wishes += 1;
    assert!(who().get_name_by_clerk());
    assert_eq!(at.wishes(), vec![true; wishes]);
    at.senses(Sensed::Name(Sensitive::new("王𬭎㛃".to_owned())));
    wishes += 1;
    assert_eq!(
        (who().get_name().as_str(), who().get_name_by_clerk()),
        ("王𬭎㛃", false)
    );
    assert_eq!(at.wishes(), vec![true; wishes]);
    at.visitor.touches(&["下一步"]);
    assert_eq!(at.wishes().last(), Some(&false));
}

#[test]
fn a_foreign_card_leaves_the_name_to_a_clerk_and_the_visitor_goes_on() {
    let at = Equipped::comes_to(desk(MONDAY).0);
    at.visitor
        .touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话"]);
    at.senses(Sensed::CardUnusable);
    let who = || slint::ComponentHandle::global::<ui::WhoAdapter>(at.visitor.kiosk.window());
    assert!(who().get_name_by_clerk() && who().get_name().is_empty());
    at.visitor.touches(&["下一步", "不填，继续"]);
    assert!(at.visitor.sees("B001"));
}

#[test]
fn a_lost_slip_is_found_by_its_number_and_four_digits_and_guessing_ends() {
    let (mut desk, _) = desk(MONDAY);
    let mut with_phone = arrival(Some("card-reissue"), 1);
    with_phone.personal.phone = phone("138 0013 8000").unwrap();
    arrive(&mut desk, with_phone).unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["查办理进度", "B", "1", "号票丢了"]);
    assert!(visitor.sees("请点电话的后四位"));
    for digits in ["8001", "1234", "4321", "0000"] {
        visitor.touches(&digits.split("").filter(|it| !it.is_empty()).collect::<Vec<_>>());
        visitor.touches(&["查一查"]);
        visitor.settles();
        assert!(
            visitor.sees("没有对上。请再点一次，或者叫工作人员来帮您。"),
            "{digits}"
        );
    }
    visitor.touches(&["8", "0", "0", "0", "查一查"]);
    visitor.settles();
    assert!(visitor.sees("B001") && visitor.sees("现在找谁 郑洁，电话 0571-8600-0203"));
    visitor.touches(&["再查一个号", "B", "1", "号票丢了", "9", "9", "9", "9", "查一查"]);
    visitor.settles();
    assert!(visitor.sees("没有对上。请再点一次，或者叫工作人员来帮您。"));
    // The fifth wrong answer was the last that is heard.
    visitor.touches(&["8", "0", "0", "0", "查一查"]);
    visitor.settles();
    assert!(visitor.sees("点错的次数多了。请过十分钟再试，或者到窗口问。"));
    visitor.touches(&["首页"]);
    let progress = slint::ComponentHandle::global::<ui::ProgressAdapter>(visitor.kiosk.window());
    assert_eq!(
        (progress.get_number(), progress.get_last_four()),
        ("".into(), "".into())
    );
}

#[test]
fn r17_a_number_of_an_earlier_day_tells_at_the_kiosk_that_it_is_closed_and_since_when() {
    let (mut desk, clock) = desk(MONDAY);
    let given = arrive(&mut desk, arrival(Some("card-reissue"), 1)).unwrap();
    let left = Action::Close {
        matter: MatterIndex(0),
        outcome: Outcome::Left,
        told: Told::NotTold,
        note: note("改日再来").unwrap(),
    };
    act(&mut desk, "zheng", given.visit, left).unwrap();
    clock.advance(24 * 3600 * 1000);
    arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap();
    let visitor = Visitor::comes_to(desk);
    visitor.touches(&["查办理进度", "B", "1", "查一查"]);
    visitor.settles();
    visitor.settles();
    let progress = || slint::ComponentHandle::global::<ui::ProgressAdapter>(visitor.kiosk.window());
    assert!(visitor.sees("B001"), "{:?}", progress().get_state());
    assert_eq!(progress().get_stage(), ui::ProgressStage::Closed);
    let day = progress().get_day();
    assert!(progress().get_older() && (day.month, day.day) == (3, 2));
    // Nobody had that one: it says so, and what was typed stays.
    visitor.touches(&["再查一个号", "B", "7", "查一查"]);
    visitor.settles();
    visitor.settles();
    assert_eq!(progress().get_state(), ui::ProgressState::Unknown);
    assert_eq!(progress().get_number(), "B7");
}
