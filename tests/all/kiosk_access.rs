//! The pages as assistive technology has them, and what nobody may see of them afterwards.

use std::cell::RefCell;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementRoot};
use lobby::domain::office::Language;
use lobby::domain::sensitive;
use lobby::kiosk::sorry::Sorry;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::{ComponentHandle, Model, Rgb8Pixel};

use crate::kiosk_pages::Visitor;
use crate::kiosk_stories::Panel;
use crate::support::{MONDAY, desk, office};

impl Visitor {
    /// Does what a switch, a braille keyboard or a screen reader does: the action of the tree, without a finger.
    fn acts(&self, labels: &[&str]) {
        for label in labels {
            let key = self
                .key(label)
                .unwrap_or_else(|| panic!("there is no key {label}"));
            key.invoke_accessible_default_action();
            self.settles();
            self.kiosk.finish_reading();
        }
    }

    fn key(&self, label: &str) -> Option<ElementHandle> {
        ElementHandle::find_by_accessible_label(self.kiosk.window(), label).find(|it| {
            matches!(
                it.accessible_role(),
                Some(AccessibleRole::Button | AccessibleRole::Checkbox)
            )
        })
    }

    fn value(&self, label: &str) -> String {
        let field = self
            .found(label)
            .unwrap_or_else(|| panic!("there is no field {label}"));
        field.accessible_value().unwrap_or_default().into()
    }

    /// Everything the tree says: labels, values, descriptions.
    fn told(&self) -> Vec<String> {
        let spoken = |it: &ElementHandle| it.accessible_role().is_some_and(|it| it != AccessibleRole::None);
        let root = self.kiosk.window().root_element();
        let all = root.query_descendants().match_predicate(spoken).find_all();
        all.iter()
            .flat_map(|it| {
                [
                    it.accessible_label(),
                    it.accessible_value(),
                    it.accessible_description(),
                    it.accessible_placeholder_text(),
                ]
            })
            .flatten()
            .map(Into::into)
            .collect()
    }

    /// What stands where, in points of the panel: words, left, top, right, bottom.
    fn stands(&self) -> Vec<(String, [usize; 4])> {
        let shown = |it: &ElementHandle| it.accessible_role().is_some_and(|it| it != AccessibleRole::None);
        let all = self.kiosk.window().root_element().query_descendants();
        let scale = self.kiosk.window().window().scale_factor();
        let point = |at: f32| (at * scale).max(0.0) as usize;
        all.match_predicate(shown)
            .find_all()
            .iter()
            .map(|it| {
                let words = [it.accessible_label(), it.accessible_value()].map(|it| it.unwrap_or_default());
                let (at, size) = (it.absolute_position(), it.size());
                let place = [at.x, at.y, at.x + size.width + 1.0, at.y + size.height + 1.0];
                (words.join("|"), place.map(point))
            })
            .collect()
    }
}

#[test]
fn whoever_cannot_touch_the_glass_registers_by_the_actions_of_the_tree_alone() {
    let visitor = Visitor::comes();
    visitor.acts(&["大字", "我不知道该找谁", "下一步", "我需要优先照顾"]);
    let toggle = visitor.key("我需要优先照顾").unwrap();
    assert_eq!(toggle.accessible_checked(), Some(true));
    let people = visitor.found("1 人").expect("how many have come");
    for _ in 0..3 {
        people.invoke_accessible_increment_action();
    }
    people.invoke_accessible_decrement_action();
    visitor.settles();
    assert_eq!(visitor.value("3 人"), "3");
    visitor.acts(&["填写称呼和电话", "写姓名", "李", "拼音", "m", "i", "n", "g"]);
    assert_eq!(visitor.key("拼音").unwrap().accessible_checked(), Some(true));
    assert_eq!(visitor.key("手写").unwrap().accessible_checked(), Some(false));
    assert_eq!(visitor.value("姓名"), "李  ming");
    visitor.acts(&["明", "下一步"]);
    visitor.acts(&["1", "3", "8", "0", "0", "1", "3", "8", "0", "0", "0"]);
    assert_eq!(visitor.value("电话"), "138 0013 8000");
    visitor.acts(&["取号"]);
    let seen = visitor.desk.snapshot();
    let visit = &seen.visits[0].visit;
    assert_eq!(visit.personal.name, sensitive::name("李明").unwrap());
    assert_eq!(visit.people, 3);
}

#[test]
fn an_action_of_the_tree_keeps_the_page_as_a_finger_does() {
    let visitor = Visitor::comes();
    visitor.acts(&["办事", "社保卡补办"]);
    for key in ["大字", "普通字", "大字", "普通字"] {
        visitor.waits(45);
        visitor.acts(&[key]);
    }
    assert!(visitor.sees("到哪里 社会保障办公室 205 室"));
}

#[test]
fn an_english_speaker_is_told_nothing_in_chinese_on_the_whole_way() {
    let visitor = Visitor::comes();
    let ours = |text: &String| text.chars().any(|it| "请您的办叫取".contains(it));
    visitor.acts(&["English"]);
    for key in [
        "Services",
        "Minimum living allowance",
        "Next",
        "Leave name and phone",
        "Write my name",
    ] {
        let told: Vec<_> = visitor.told().into_iter().filter(ours).collect();
        assert!(told.is_empty(), "before {key}: {told:?}");
        visitor.acts(&[key]);
    }
    visitor.acts(&["Letters", "j", "o", "h", "n", "John", "s", "m", "i", "t", "h"]);
    let first = visitor
        .kiosk
        .window()
        .global::<ui::WriteAdapter>()
        .get_candidates();
    assert_eq!(first.row_data(0).unwrap().text, "Smith", "letters come first");
    visitor.acts(&["Smith"]);
    assert_eq!(visitor.value("Full name"), "John Smith");
    let told: Vec<_> = visitor.told().into_iter().filter(ours).collect();
    assert!(told.is_empty(), "with the name: {told:?}");
    visitor.acts(&["Next", "Skip"]);
    let told: Vec<_> = visitor.told().into_iter().filter(ours).collect();
    assert!(told.is_empty(), "{told:?}");
    let seen = visitor.desk.snapshot();
    assert_eq!(seen.visits[0].visit.language, Language::English);
    assert_eq!(
        seen.visits[0].visit.personal.name,
        sensitive::name("John Smith").unwrap()
    );
}

#[test]
fn after_the_ticket_no_point_and_no_property_knows_the_name() {
    let panel = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    slint::platform::set_platform(Box::new(Panel(panel.clone()))).unwrap();
    let visitor = Visitor::before_another_screen(desk(MONDAY).0.start().0);
    let memory = RefCell::new(vec![Rgb8Pixel::default(); 1080 * 1920]);
    let drawn = || {
        // A page begins to come in when it is first drawn.
        for _ in 0..3 {
            panel.draw_if_needed(|renderer| {
                renderer.render(&mut memory.borrow_mut(), 1080);
            });
            visitor.waits(1);
        }
        memory.borrow().clone()
    };
    let registers = |keys: &[&str]| {
        visitor.touches(&["办事", "社保卡补办", "下一步"]);
        for key in keys {
            visitor.touches(&[key]);
            visitor.kiosk.finish_reading();
            drawn();
        }
        visitor.settles();
    };
    registers(&["不填，继续"]);
    visitor.waits(76);
    visitor.settles();
    let home = drawn();
    let name = [
        "填写称呼和电话",
        "写姓名",
        "拼音",
        "o",
        "u",
        "欧",
        "w",
        "a",
        "n",
        "g",
        "王",
        "下一步",
        "1",
        "0",
        "0",
        "8",
        "6",
        "取号",
    ];
    registers(&name);
    let ticket = drawn();
    let stood = visitor.stands();
    let knows =
        |it: &String| it.contains('欧') || it.contains('王') || it.contains("10086") || it.contains("wang");
    assert!(visitor.sees("B002"));
    let told: Vec<_> = visitor.told().into_iter().filter(knows).collect();
    assert!(told.is_empty(), "with the number on the screen: {told:?}");
    let window = visitor.kiosk.window();
    let (who, write) = (
        window.global::<ui::WhoAdapter>(),
        window.global::<ui::WriteAdapter>(),
    );
    for left in [
        who.get_name(),
        who.get_surname(),
        who.get_phone(),
        write.get_name(),
        write.get_keys(),
    ] {
        assert_eq!(left, "");
    }
    assert_eq!((write.get_candidates().row_count(), write.get_strokes()), (0, 0));
    visitor.waits(76);
    visitor.settles();
    // What the lobby says of itself may differ by one who waits; that is not the name. Everything below stays.
    let now = drawn();
    let differing = |from: usize| {
        home[from..]
            .iter()
            .zip(&now[from..])
            .filter(|(a, b)| a != b)
            .count()
    };
    assert!(
        differing(0) < 20_000 && differing(1080 * 600) == 0,
        "{} points",
        differing(0)
    );
    // The third visitor gives nothing: the page with the number is drawn as the second one's was.
    registers(&["不填，继续"]);
    let other = drawn();
    // Only what says something else may look otherwise, and the code: it is signed with a key of this run.
    let stands = visitor.stands();
    let new = stands.iter().filter(|it| !stood.contains(it));
    let gone = stood.iter().filter(|it| !stands.contains(it));
    let code = stands.iter().filter(|it| it.0.starts_with("二维码"));
    let otherwise: Vec<_> = new.chain(gone).chain(code).collect();
    let may = |at: &usize| {
        let (x, y) = (at % 1080, at / 1080);
        let inside = |[left, top, right, bottom]: [usize; 4]| {
            (left..=right).contains(&x) && (top..=bottom).contains(&y)
        };
        otherwise.iter().any(|it| inside(it.1))
    };
    let covered = (0..other.len()).filter(|at| may(at)).count();
    assert!(covered < other.len() / 2, "{otherwise:?}");
    let apart = (0..other.len())
        .filter(|at| other[*at] != ticket[*at] && !may(at))
        .count();
    assert_eq!(
        apart, 0,
        "points differ where the same stands; otherwise stands {otherwise:?}"
    );
}

#[test]
fn a_lobby_that_cannot_start_says_where_people_are_received() {
    Visitor::on_a_platform();
    for (identity, width, height, mm_per_px) in [
        (Some(office().identity), 1080, 1920, 0.248),
        (None, 1280, 800, 0.170),
    ] {
        let known = identity.is_some();
        // Whatever was chosen before, or the system speaks.
        let _ = slint::select_bundled_translation(if known { "" } else { "en" });
        let sorry = Sorry {
            identity,
            width,
            height,
            mm_per_px,
        };
        let window = sorry.open().unwrap();
        let sees = |words: &str| {
            ElementHandle::find_by_accessible_label(&window, words)
                .next()
                .is_some()
        };
        assert!(sees("本机暂停使用，人工照常接待"));
        assert!(sees("请到一楼综合窗口"));
        assert_eq!(sees("电话 0571-86001234"), known);
        assert_eq!(sees("临河街道办事处"), known);
        let tells = |it: &ElementHandle| {
            it.accessible_label()
                .is_some_and(|it| it.contains("09:26") || it.contains("3月"))
        };
        let root = window.root_element();
        let clock = root.query_descendants().match_predicate(tells).find_first();
        assert!(clock.is_none(), "the time of a sample is nobody's");
        // Nothing is behind the page: nothing to press, nobody to call.
        for key in [
            "首页",
            "返回",
            "大字",
            "语音",
            "English",
            "叫工作人员来帮我",
            "大厅公示",
        ] {
            let there =
                ElementHandle::find_by_accessible_label(&window, key).find(|it| 0.0 < it.computed_opacity());
            assert!(there.is_none(), "{key}");
        }
        let picture = window.window().take_snapshot().unwrap();
        assert_eq!((picture.width(), picture.height()), (width, height));
        let first = picture.as_slice()[0];
        let inked = picture.as_slice().iter().filter(|it| **it != first).count();
        assert!(
            10_000 < inked,
            "the panel is not dark, and not empty: {inked} points"
        );
        window.hide().unwrap();
    }
}

#[test]
fn a_name_of_rare_characters_is_found_by_sound_and_stands_whole_in_field_and_register() {
    let visitor = Visitor::comes();
    visitor.touches(&["办事", "社保卡补办", "下一步", "填写称呼和电话", "写姓名", "拼音"]);
    let write = visitor.kiosk.window().global::<ui::WriteAdapter>();
    // A candidate stands on whatever page of the cells: what is picked is what counts here.
    write.invoke_picked("𠅤".into());
    assert_eq!(visitor.value("姓名"), "", "nothing is taken that was not offered");
    for (keys, rare) in [("yan", "䶮"), ("hong", "𬭎")] {
        for key in keys.chars() {
            visitor.acts(&[&key.to_string()]);
        }
        write.invoke_picked(rare.into());
        visitor.settles();
        visitor.kiosk.finish_reading();
    }
    assert_eq!(visitor.value("姓名"), "䶮𬭎");
    visitor.touches(&["下一步", "不填，继续"]);
    let seen = visitor.desk.snapshot();
    let personal = &seen.visits[0].visit.personal;
    assert_eq!(personal.name, sensitive::name("䶮𬭎").unwrap());
    assert!(!personal.name_by_clerk, "the fonts have them all");
}
