//! What the box says aloud and what stands on the page belong together: a key it names is there, whatever the panel.

use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementRoot};
use slint::ComponentHandle;
use ui::{KioskWindow, Navigation};

use crate::scenes::SCENES;
use crate::{PANELS, book, checks, open, window};

const TEXTS: &str = include_str!("../../kiosk/guidance.txt");

/// How a key is called aloud.
enum Named {
    /// By what is written on it.
    Label(&'static str),
    /// As the large blue one.
    Main,
}

/// What is said of keys, Chinese and English, and which key is meant.
const NAMES: &[(&str, Named)] = &[
    ("蓝色大键", Named::Main),
    ("large blue key", Named::Main),
    ("点下一步", Named::Label("下一步")),
    ("touch Next", Named::Label("Next")),
    ("点不填，继续", Named::Label("不填，继续")),
    ("touch Skip", Named::Label("Skip")),
    ("点请工作人员填写", Named::Label("请工作人员填写")),
    ("touch Left to our staff", Named::Label("Left to our staff")),
    ("点重写", Named::Label("重写")),
    ("touch Clear", Named::Label("Clear")),
    ("点查一查", Named::Label("查一查")),
    ("touch Look it up", Named::Label("Look it up")),
    ("点先到综合窗口问一问", Named::Label("先到综合窗口问一问")),
    (
        "touch Ask at the general counter",
        Named::Label("Ask at the general counter"),
    ),
    ("点手写", Named::Label("手写")),
];

/// The scene in which a line is said, where that has another name.
const SAID_IN: &[(&str, &str)] = &[
    ("home-closed", "home-night"),
    ("bring-shut", "bring-rests"),
    ("who-write", "write-empty"),
    ("who-write-pick", "write-unpicked"),
];

/// Whether the key is there, and as large as it is said to be.
fn stands(window: &KioskWindow, named: &Named, mm_per_px: f32) -> bool {
    match named {
        Named::Label(label) => ElementHandle::find_by_accessible_label(window, label)
            .any(|it| it.accessible_role() == Some(AccessibleRole::Button)),
        Named::Main => {
            let root = window.root_element();
            let mains = root.query_descendants().match_id("Key::main-mark").find_all();
            mains.len() == 1 && 22.0 <= mains[0].size().height * mm_per_px + 0.05
        }
    }
}

#[test]
fn every_key_that_is_named_aloud_stands_on_its_page_on_every_panel() {
    open();
    let mut wrong = Vec::new();
    for line in TEXTS.lines().filter(|it| !it.starts_with('#')) {
        let mut parts = line.split(" | ");
        let code = parts.next().expect("a line begins with its code");
        let scene = SAID_IN.iter().find(|it| it.0 == code).map_or(code, |it| it.1);
        for (english, words) in [false, true].into_iter().zip(parts) {
            let meant: Vec<_> = NAMES.iter().filter(|it| words.contains(it.0)).collect();
            if meant.is_empty() {
                continue;
            }
            let arrange = SCENES.iter().find(|it| it.0 == scene);
            let (_, arrange) = arrange.unwrap_or_else(|| panic!("no scene shows where {code} is said"));
            for panel in PANELS {
                for large in [false, true] {
                    let window = window(panel, english, large);
                    arrange(&window);
                    // While the desk writes nobody is spoken to.
                    window.global::<Navigation>().set_busy(false);
                    checks::look(&window);
                    i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1000));
                    let lacking = meant.iter().filter(|it| !stands(&window, &it.1, panel.mm_per_px));
                    let name = book::name(scene, english, large, (panel.width, panel.height));
                    wrong.extend(lacking.map(|it| format!("{name}: {code} says “{}”", it.0)));
                    window.hide().unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_no_font_has_asks_for_the_clerk_on_every_panel() {
    open();
    for (scene, words) in [
        (
            "write-rare",
            [
                "〓和〔〕里的字，请工作人员帮您填上。",
                "Our staff will fill in 〓 and what is in 〔 〕.",
            ],
        ),
        (
            "who-name-marked",
            [
                "名字里缺的字，请工作人员帮您填上。",
                "Our staff will fill in what is missing.",
            ],
        ),
        (
            "write-unpicked",
            [
                "请先点您要的那个字；不要了，请点“重写”。",
                "Touch what you mean first, or Clear to drop it.",
            ],
        ),
    ] {
        let (_, arrange) = SCENES.iter().find(|it| it.0 == scene).expect("it is in the book");
        for panel in PANELS {
            for (english, words) in [false, true].into_iter().zip(words) {
                for large in [false, true] {
                    let window = window(panel, english, large);
                    arrange(&window);
                    checks::look(&window);
                    let there = ElementHandle::find_by_accessible_label(&window, words)
                        .next()
                        .is_some();
                    assert!(
                        there,
                        "{}",
                        book::name(scene, english, large, (panel.width, panel.height))
                    );
                    window.hide().unwrap();
                }
            }
        }
    }
}
