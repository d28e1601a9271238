//! Writing a name with a finger: visitors who cannot type, and names no keyboard has.

use i_slint_backend_testing::ElementHandle;
use lobby::domain::sensitive;
use lobby::screen::{Touch, TouchKind};
use slint::{ComponentHandle, Model};
use ui::WriteAdapter;

use crate::kiosk_pages::Visitor;

/// The strokes of 王 on a square of 1, as a hand in a hurry draws them: the last two run together.
const WANG: [&[(f32, f32)]; 3] = [
    &[(0.25, 0.22), (0.74, 0.2)],
    &[(0.28, 0.5), (0.7, 0.47)],
    &[(0.49, 0.22), (0.5, 0.8), (0.18, 0.83), (0.84, 0.8)],
];

impl Visitor {
    fn at_the_writing() -> Self {
        let visitor = Self::comes();
        visitor.touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话", "写姓名"]);
        visitor.reads();
        visitor
    }

    /// Lets the engines answer.
    pub(crate) fn reads(&self) {
        self.kiosk.finish_reading();
        self.settles();
    }

    pub(crate) fn draws(&self, strokes: &[&[(f32, f32)]]) {
        let pad = self.found("手写区").expect("there is a place to write");
        let (at, size) = (pad.absolute_position(), pad.size());
        let side = size.width.min(size.height);
        for stroke in strokes {
            let points = stroke.windows(2).flat_map(|it| {
                let steps = (0..=8).map(|step| step as f32 / 8.0);
                let part = |a: f32, b: f32, t: f32| a + (b - a) * t;
                let [from, to] = [it[0], it[1]];
                steps.map(move |t| (part(from.0, to.0, t), part(from.1, to.1, t)))
            });
            let points: Vec<(f32, f32)> = points.collect();
            for (number, (x, y)) in points.iter().enumerate() {
                let kind = if number == 0 {
                    TouchKind::Press
                } else {
                    TouchKind::Move
                };
                self.touch(kind, at.x + x * side, at.y + y * side);
            }
            let (x, y) = points[points.len() - 1];
            self.touch(TouchKind::Release, at.x + x * side, at.y + y * side);
        }
        self.reads();
    }

    fn touch(&self, kind: TouchKind, x: f32, y: f32) {
        let touches = self.link.touches.as_ref().expect("a finger");
        touches.try_send(Touch { kind, x, y }).expect("room for a touch");
        self.kiosk.pump();
    }

    /// Types letters and picks what they may mean.
    fn spells(&self, letters: &str, picked: &str) {
        for letter in letters.chars() {
            self.touches(&[&letter.to_string()]);
        }
        self.reads();
        self.touches(&[picked]);
        self.reads();
    }

    /// The same, wherever among the candidates it stands.
    fn sounds_out(&self, letters: &str, meant: &str) {
        for letter in letters.chars() {
            self.touches(&[&letter.to_string()]);
        }
        self.reads();
        let offered = self.offered();
        assert!(offered.contains(&meant.to_owned()), "{letters} may be {meant}");
        self.page().invoke_picked(meant.into());
        self.settles();
        self.reads();
    }

    fn name(&self) -> String {
        let field: ElementHandle = self.found("姓名").expect("the name stands on the page");
        field.accessible_value().unwrap_or_default().into()
    }

    /// The characters in the cells, in their order.
    pub(crate) fn offered(&self) -> Vec<String> {
        let cells = self.page().get_candidates();
        cells.iter().map(|it| it.text.into()).collect()
    }

    fn page(&self) -> WriteAdapter<'_> {
        self.kiosk.window().global::<WriteAdapter>()
    }
}

#[test]
fn a_visitor_who_cannot_type_writes_the_name_with_a_finger() {
    let visitor = Visitor::at_the_writing();
    visitor.draws(&WANG);
    let offered = visitor.offered();
    assert_eq!(offered[0], "王", "{:?}", &offered[..6]);
    assert!(12 <= offered.len());
    visitor.touches(&["王"]);
    visitor.reads();
    assert_eq!(visitor.name(), "王");
    assert!(!visitor.page().get_inked(), "the ink is gone with the pick");
    visitor.touches(&["拼音"]);
    visitor.spells("xiao", "小");
    visitor.spells("ming", "明");
    assert_eq!(visitor.name(), "王小明");
    visitor.touches(&["退格"]);
    assert_eq!(visitor.name(), "王小");
    visitor.touches(&["下一步", "不填，继续"]);
    assert!(visitor.sees("B001"));
    let visit = visitor.desk.snapshot().visits[0].visit.clone();
    assert_eq!(visit.personal.name, sensitive::name("王小").unwrap());
    assert!(!visit.personal.name_by_clerk);
}

#[test]
fn candidates_come_with_each_stroke_and_going_back_takes_one_away() {
    let visitor = Visitor::at_the_writing();
    for strokes in 1..=WANG.len() {
        visitor.draws(&WANG[strokes - 1..strokes]);
        assert!(
            12 <= visitor.page().get_candidates().row_count(),
            "after stroke {strokes}"
        );
    }
    for _ in WANG {
        assert!(visitor.page().get_inked());
        visitor.touches(&["退格"]);
        visitor.reads();
    }
    assert!(!visitor.page().get_inked());
    assert_eq!(
        visitor.offered()[0],
        "王",
        "the surnames of an empty field are back"
    );
}

#[test]
fn an_empty_field_offers_the_commonest_surnames_and_one_touch_takes_one() {
    let visitor = Visitor::at_the_writing();
    let offered = visitor.offered();
    assert_eq!(offered[..3], ["王", "李", "张"]);
    assert!(offered.contains(&"欧阳".to_owned()));
    visitor.touches(&["李"]);
    visitor.reads();
    assert_eq!(visitor.name(), "李");
    assert!(visitor.offered().is_empty(), "what comes next nobody can guess");
}

#[test]
fn what_is_like_no_character_is_said_to_be_and_can_be_left_to_the_clerk() {
    let visitor = Visitor::at_the_writing();
    // No character begins with eight turnings.
    visitor.touches(&["笔画", "折", "折", "折", "折", "折", "折", "折", "折"]);
    visitor.reads();
    assert!(visitor.offered().is_empty());
    assert!(visitor.sees("没有找到这样的字。请重写，或者点“这个字写不出”。"));
    visitor.touches(&["重写"]);
    visitor.reads();
    assert!(!visitor.sees("没有找到这样的字。请重写，或者点“这个字写不出”。"));
    assert_eq!(visitor.offered()[0], "王");
}

#[test]
fn an_answer_that_comes_late_is_not_shown_to_the_next_visitor() {
    let visitor = Visitor::at_the_writing();
    let pad = visitor.found("手写区").expect("there is a place to write");
    let at = pad.absolute_position();
    // The finger is gone and so is the visitor, before the engine has said anything.
    for (kind, x) in [
        (TouchKind::Press, 30.0),
        (TouchKind::Move, 200.0),
        (TouchKind::Release, 200.0),
    ] {
        visitor.feels(kind, at.x + x, at.y + 60.0);
    }
    visitor.finger("首页");
    visitor.kiosk.pump();
    visitor.reads();
    assert!(visitor.sees("您好，请问您来办什么事？"));
    assert!(visitor.offered().is_empty() && !visitor.page().get_joinable());
}

#[test]
fn a_name_with_a_rare_character_is_built_from_its_parts_and_reaches_the_desk_whole() {
    let visitor = Visitor::at_the_writing();
    visitor.touches(&["拼音"]);
    visitor.spells("ou", "欧");
    visitor.spells("jin", "金");
    visitor.spells("hong", "宏");
    assert!(visitor.page().get_joinable());
    visitor.touches(&["两字合一"]);
    visitor.reads();
    visitor.touches(&["𬭎"]);
    visitor.reads();
    assert_eq!(visitor.name(), "欧𬭎");
    visitor.touches(&["下一步", "不填，继续"]);
    let visit = visitor.desk.snapshot().visits[0].visit.clone();
    assert_eq!(visit.personal.name, sensitive::name("欧𬭎").unwrap());
    assert!(!visit.personal.name_by_clerk, "the fonts have it");
}

#[test]
fn strokes_find_a_character_by_five_keys() {
    let visitor = Visitor::at_the_writing();
    visitor.touches(&["笔画", "横", "横", "竖", "横"]);
    visitor.reads();
    assert!(visitor.name().contains("一一丨一"));
    visitor.touches(&["王"]);
    visitor.reads();
    assert_eq!(visitor.name(), "王");
}

#[test]
fn a_character_that_cannot_be_written_is_marked_for_the_clerk() {
    let visitor = Visitor::at_the_writing();
    visitor.touches(&["拼音"]);
    visitor.spells("wang", "王");
    visitor.touches(&["这个字写不出"]);
    visitor.reads();
    assert_eq!(visitor.name(), "王〓");
    visitor.touches(&["下一步", "不填，继续"]);
    let personal = &visitor.desk.snapshot().visits[0].visit.personal;
    assert!(personal.name_by_clerk && personal.name.is_some());
}

#[test]
fn a_name_left_to_the_clerk_goes_on_to_the_phone_and_is_marked() {
    let visitor = Visitor::at_the_writing();
    visitor.touches(&["请工作人员填写"]);
    assert!(visitor.sees("您的电话？"));
    visitor.touches(&["不填，继续"]);
    let personal = &visitor.desk.snapshot().visits[0].visit.personal;
    assert!(personal.name_by_clerk && personal.name.is_none());
}

#[test]
fn nothing_of_what_was_written_stays_when_the_visitor_walks_away() {
    let visitor = Visitor::at_the_writing();
    visitor.draws(&WANG);
    visitor.touches(&["王"]);
    visitor.reads();
    visitor.draws(&WANG[..1]);
    visitor.waits(60);
    visitor.settles();
    assert!(visitor.sees("您好，请问您来办什么事？"));
    let page = visitor.page();
    assert_eq!((page.get_name(), page.get_keys()), ("".into(), "".into()));
    assert_eq!(page.get_candidates().row_count(), 0);
    assert!(!page.get_inked() && page.get_ink().size().width == 0);
}

const PICK_FIRST: &str = "请先点您要的那个字；不要了，请点“重写”。";

#[test]
fn what_is_written_and_not_picked_is_asked_for_before_the_visitor_goes_on() {
    let visitor = Visitor::at_the_writing();
    visitor.draws(&WANG);
    assert!(!visitor.sees(PICK_FIRST));
    visitor.touches(&["下一步"]);
    assert!(visitor.sees(PICK_FIRST) && !visitor.sees("您的电话？"));
    // The drawing is still there, goes on, and can be picked.
    assert!(visitor.page().get_inked());
    visitor.touches(&["王"]);
    visitor.reads();
    assert!(!visitor.sees(PICK_FIRST));
    visitor.touches(&["拼音", "x", "i", "下一步"]);
    assert!(visitor.sees(PICK_FIRST) && !visitor.sees("您的电话？"));
    // Taken back letter by letter it is gone, and what comes next is not complained of before its time.
    visitor.touches(&["退格", "退格", "m"]);
    assert!(!visitor.sees(PICK_FIRST));
    visitor.touches(&["下一步", "重写"]);
    visitor.reads();
    assert!(!visitor.sees(PICK_FIRST));
    visitor.touches(&["下一步", "不填，继续"]);
    let personal = &visitor.desk.snapshot().visits[0].visit.personal;
    assert_eq!(personal.name, sensitive::name("王").unwrap());
    assert!(!personal.name_by_clerk);
}

#[test]
fn whoever_would_rather_not_pick_may_leave_the_name_out_or_to_the_clerk_all_the_same() {
    for (key, marked) in [("不填，继续", false), ("请工作人员填写", true)] {
        std::thread::spawn(move || {
            let visitor = Visitor::at_the_writing();
            visitor.draws(&WANG);
            visitor.touches(&[key]);
            assert!(visitor.sees("您的电话？"));
            visitor.touches(&["不填，继续"]);
            let personal = &visitor.desk.snapshot().visits[0].visit.personal;
            assert!(personal.name.is_none() && personal.name_by_clerk == marked);
        })
        .join()
        .unwrap();
    }
}

#[test]
fn a_name_in_letters_is_taken_as_it_was_typed() {
    let visitor = Visitor::at_the_writing();
    visitor.touches(&["拼音", "m", "a"]);
    visitor.reads();
    // On the first page of the cells on every panel, after what it more likely is.
    let at = visitor.offered().iter().position(|it| it == "Ma");
    assert_eq!(at, Some(9));
    visitor.touches(&["重写"]);
    visitor.spells("john", "John");
    visitor.spells("smith", "Smith");
    assert_eq!(visitor.name(), "John Smith");
    visitor.touches(&["下一步", "不填，继续"]);
    let personal = &visitor.desk.snapshot().visits[0].visit.personal;
    assert_eq!(personal.name, sensitive::name("John Smith").unwrap());
    assert!(!personal.name_by_clerk);
}

#[test]
fn a_name_of_several_parts_has_its_dot_between_them() {
    let visitor = Visitor::at_the_writing();
    let can = || {
        visitor
            .found("间隔号")
            .expect("there is a dot")
            .accessible_enabled()
    };
    assert_eq!(can(), Some(false), "no name begins with it");
    visitor.touches(&["拼音"]);
    for (letters, meant) in [("a", "阿"), ("yi", "依"), ("nu", "努"), ("er", "尔")] {
        visitor.sounds_out(letters, meant);
    }
    visitor.touches(&["m"]);
    assert_eq!(can(), Some(false), "first what is typed is picked");
    visitor.touches(&["退格", "间隔号"]);
    assert_eq!((visitor.name().as_str(), can()), ("阿依努尔·", Some(false)));
    for (letters, meant) in [("mai", "买"), ("mai", "买"), ("ti", "提")] {
        visitor.sounds_out(letters, meant);
    }
    visitor.touches(&["下一步", "不填，继续"]);
    let personal = &visitor.desk.snapshot().visits[0].visit.personal;
    assert_eq!(personal.name, sensitive::name("阿依努尔·买买提").unwrap());
}
