//! Finding a matter by writing it: with a finger, by strokes, with digits, on every panel and in both sizes of print; and
//! seeing all that was found.

use std::sync::Arc;

use lobby::desk::Place;
use lobby::domain::office::Office;
use slint::{ComponentHandle, Model};

use crate::kiosk_pages::Visitor;
use crate::support::{self, MONDAY, office};

/// 漏, as somebody draws it who learnt it at school.
const LOU: [&[(f32, f32)]; 14] = [
    &[(0.14, 0.14), (0.25, 0.22)],
    &[(0.07, 0.38), (0.18, 0.46)],
    &[(0.08, 0.88), (0.15, 0.78), (0.26, 0.58)],
    &[(0.36, 0.14), (0.86, 0.13), (0.85, 0.32)],
    &[(0.37, 0.33), (0.85, 0.32)],
    &[(0.36, 0.14), (0.36, 0.5), (0.33, 0.7), (0.24, 0.92)],
    &[(0.42, 0.45), (0.92, 0.44)],
    &[(0.45, 0.56), (0.45, 0.93)],
    &[(0.45, 0.57), (0.88, 0.56), (0.88, 0.9), (0.81, 0.87)],
    &[(0.66, 0.45), (0.66, 0.9)],
    &[(0.52, 0.64), (0.59, 0.69)],
    &[(0.52, 0.76), (0.59, 0.81)],
    &[(0.73, 0.64), (0.8, 0.69)],
    &[(0.73, 0.76), (0.8, 0.81)],
];

/// 水
const SHUI: [&[(f32, f32)]; 4] = [
    &[(0.5, 0.1), (0.5, 0.88), (0.4, 0.8)],
    &[(0.14, 0.34), (0.4, 0.33), (0.3, 0.58), (0.1, 0.78)],
    &[(0.82, 0.22), (0.72, 0.33), (0.56, 0.46)],
    &[(0.52, 0.42), (0.68, 0.62), (0.92, 0.8)],
];

/// The small office, where people complain in their own words.
fn complaints() -> Office {
    let mut office = office();
    office.matters[0].synonyms = vec!["楼上漏水".into(), "高龄80岁".into()];
    office
}

fn before(office: Office, (width, height, mm_per_px): (u32, u32, f32)) -> Visitor {
    Visitor::on_a_platform();
    let (desk, _) = support::desk_of(Arc::new(office.clone()), Place::Memory, MONDAY);
    Visitor::before_a_screen_of(desk.start().0, office, |it| {
        (it.width, it.height, it.mm_per_px) = (width, height, mm_per_px);
    })
}

const PANELS: [(u32, u32, f32); 2] = [(1080, 1920, 0.248), (1280, 800, 0.170)];

#[test]
fn whoever_cannot_spell_writes_the_words_with_a_finger_and_finds_the_matter() {
    for panel in PANELS {
        for large in [false, true] {
            std::thread::spawn(move || {
                let visitor = before(complaints(), panel);
                if large {
                    visitor.touches(&["大字"]);
                }
                visitor.touches(&["搜一搜：写出您要办的事", "手写"]);
                for (character, strokes) in [("漏", &LOU[..]), ("水", &SHUI[..])] {
                    visitor.draws(strokes);
                    let offered = visitor.offered();
                    let first: Vec<_> = offered.iter().take(10).collect();
                    assert!(first.iter().any(|it| *it == character), "{panel:?}: {first:?}");
                    visitor.touches(&[character]);
                    visitor.reads();
                }
                let search = visitor.kiosk.window().global::<ui::SearchAdapter>();
                assert_eq!(search.get_query(), "漏水");
                assert!(visitor.sees("最低生活保障申请") && !visitor.sees("社保卡补办"));
                visitor.touches(&["最低生活保障申请"]);
                assert!(visitor.sees("到哪里 社会事务办公室 203 室"));
                // Nothing of it is left behind the other pages.
                assert_eq!(search.get_query(), "");
                assert!(visitor.offered().is_empty());
                visitor.touches(&["下一步", "不填，继续"]);
                assert!(visitor.sees("A001"));
            })
            .join()
            .unwrap();
        }
    }
}

#[test]
fn digits_and_strokes_are_keys_of_their_own_and_going_back_takes_each_away_again() {
    let visitor = before(complaints(), PANELS[0]);
    let field = || {
        visitor
            .found("您要办的事")
            .unwrap()
            .accessible_value()
            .unwrap_or_default()
    };
    visitor.touches(&["搜一搜：写出您要办的事", "数字", "8", "0"]);
    assert_eq!(field(), "80");
    // 岁: 竖 折 竖 撇 折 点.
    visitor.touches(&["笔画", "竖", "折", "竖", "撇", "折", "点、捺"]);
    visitor.reads();
    assert!(field().starts_with("80  丨"), "{}", field());
    visitor.touches(&["岁"]);
    visitor.reads();
    assert_eq!(field(), "80岁");
    assert!(visitor.sees("最低生活保障申请") && !visitor.sees("社保卡补办"));
    visitor.touches(&["横", "退格", "退格"]);
    visitor.reads();
    assert_eq!(field(), "80");
    visitor.touches(&["重写"]);
    assert_eq!(field(), "");
    visitor.touches(&["拼音", "s", "b", "k"]);
    assert!(visitor.sees("社保卡补办") && !visitor.sees("最低生活保障申请"));
}

#[test]
fn whatever_is_found_can_be_reached_however_small_the_panel() {
    for panel in PANELS {
        for large in [false, true] {
            std::thread::spawn(move || {
                let office = lobby::config::demo(std::path::Path::new("/tmp"), &["generic-80"]).office;
                let visitor = before(Office::clone(&office), panel);
                if large {
                    visitor.touches(&["大字"]);
                }
                visitor.touches(&["搜一搜：写出您要办的事", "s"]);
                let search = visitor.kiosk.window().global::<ui::SearchAdapter>();
                let found: Vec<String> = search.get_found().iter().map(|it| it.name.into()).collect();
                assert!(12 <= found.len(), "{found:?}");
                let mut seen = Vec::new();
                loop {
                    seen.extend(found.iter().filter(|it| visitor.sees(it)).cloned());
                    let next = visitor.found("下一页").expect("there is more than one page");
                    if next.accessible_enabled() == Some(false) {
                        break;
                    }
                    visitor.touches(&["下一页"]);
                }
                assert_eq!(seen, found, "{panel:?}, large print: {large}");
                // Another question begins on its first page.
                visitor.touches(&["b"]);
                assert_eq!(search.get_found_page(), 0);
            })
            .join()
            .unwrap();
        }
    }
}

#[test]
fn an_english_reader_finds_a_matter_by_any_word_of_its_english_name() {
    let visitor = before(complaints(), PANELS[0]);
    visitor.touches(&["English", "Search: type what you came for", "c", "a", "r", "d"]);
    assert!(visitor.sees("Social security card") && !visitor.sees("Minimum living allowance"));
    visitor.touches(&["Clear", "a", "l", "o", "w", "a", "n", "c", "e"]);
    assert!(visitor.sees("Minimum living allowance") && !visitor.sees("Social security card"));
    // What it is called in Chinese leads there too.
    visitor.touches(&["Clear", "s", "b", "k"]);
    assert!(visitor.sees("Social security card"));
    visitor.touches(&["Social security card", "Next", "Skip"]);
    assert!(visitor.sees("B001"));
}

#[test]
fn on_the_chinese_screen_letters_are_sounds() {
    let visitor = before(complaints(), PANELS[0]);
    visitor.touches(&["搜一搜：写出您要办的事", "c", "a", "r", "d"]);
    assert!(!visitor.sees("社保卡补办"));
}

#[test]
fn where_nothing_is_found_one_large_key_leads_to_reception_on_every_panel() {
    let key = "都不是，我不知道该找谁";
    for panel in PANELS {
        std::thread::spawn(move || {
            let visitor = before(office(), panel);
            visitor.touches(&["搜一搜：写出您要办的事", "z", "z", "z", "z"]);
            let height = visitor.found(key).expect("there is a way on").size().height;
            assert!(
                22.0 <= height * panel.2 + 0.05,
                "{key}: {:.1} mm",
                height * panel.2
            );
            visitor.touches(&[key]);
            assert!(visitor.sees("到哪里 党政综合办公室 101 室"));
        })
        .join()
        .unwrap();
    }
}
