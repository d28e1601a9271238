//! Who you are, as far as you like. What is typed lives in the flow and is gone with the visitor.

use slint::{ComponentHandle, SharedString};
use ui::{KioskWindow, NameTitle, PhoneState, WhoAdapter, WhoStep};

use crate::domain::office::MatterKind;
use crate::kiosk::flow::{Page, PhoneLook, Step, Tap, Title};
use crate::kiosk::{Taps, View, model};

/// The commonest surnames, in the order of their frequency (Ministry of Public Security, 2020), then the commonest
/// of two characters: together more than nine people in ten.
const SURNAMES: &str = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 \
    曾 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 方 邹 熊 白 孟 \
    秦 邱 侯 江 尹 薛 闫 段 雷 龙 黎 史 陶 贺 毛 郝 顾 龚 邵 万 覃 武 钱 戴 严 莫 孔 向 常 汤 康 易 乔 赖 文 欧阳 上官 司马 诸葛";

/// Who may speak for a group (XF 20).
const SPEAKERS_MAX: i32 = 5;

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let who = window.global::<WhoAdapter>();
    who.set_surnames(model(
        SURNAMES.split_whitespace().map(SharedString::from).collect(),
    ));
    let on = |tap: Tap| {
        let taps = taps.clone();
        move || taps(tap.clone())
    };
    who.on_priority_toggled(on(Tap::Priority));
    who.on_more_people(on(Tap::MorePeople));
    who.on_fewer_people(on(Tap::FewerPeople));
    who.on_left_to_clerk(on(Tap::LeftToClerk));
    who.on_erase(on(Tap::Erase));
    who.on_clear(on(Tap::Clear));
    who.on_skip(on(Tap::Skip));
    who.on_next(on(Tap::Next));
    let picked = taps.clone();
    who.on_surname_picked(move |surname| picked(Tap::Surname(surname.into())));
    let titled = taps.clone();
    who.on_title_picked(move |title| {
        titled(Tap::Title(if title == NameTitle::Madam {
            Title::Madam
        } else {
            Title::Mister
        }));
    });
    let typed = taps.clone();
    who.on_digit(move |digit| {
        if let Some(digit) = digit.chars().next() {
            typed(Tap::Digit(digit));
        }
    });
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>, turned: bool) {
    let who = window.global::<WhoAdapter>();
    let walk = view.flow.walk();
    if turned {
        who.set_surnames_page(0);
    }
    who.set_step(match view.flow.page() {
        Page::Who(Step::Name) => WhoStep::Name,
        Page::Who(Step::Phone) => WhoStep::Phone,
        _ => WhoStep::Notice,
    });
    who.set_asked(petition(view));
    who.set_priority(walk.priority);
    // Who comes in company comes to complain, on business, or does not know yet.
    let kind = walk
        .matter
        .as_ref()
        .and_then(|it| view.office.matter(it))
        .map(|it| it.kind);
    who.set_grouped(matches!(
        kind,
        None | Some(MatterKind::Petition | MatterKind::Official | MatterKind::Enquiry)
    ));
    who.set_speakers(if kind == Some(MatterKind::Petition) {
        SPEAKERS_MAX
    } else {
        0
    });
    who.set_people(walk.people.into());
    who.set_name(walk.name().into());
    who.set_surname(walk.surname.as_str().into());
    who.set_name_title(match walk.title {
        None => NameTitle::Untold,
        Some(Title::Mister) => NameTitle::Mister,
        Some(Title::Madam) => NameTitle::Madam,
    });
    who.set_name_by_clerk(walk.left_to_clerk);
    who.set_phone(walk.phone_grouped().into());
    who.set_phone_state(match walk.phone_look() {
        PhoneLook::Empty => PhoneState::Empty,
        PhoneLook::Incomplete => PhoneState::Incomplete,
        PhoneLook::Plausible => PhoneState::Plausible,
        PhoneLook::Wrong => PhoneState::Wrong,
    });
}

/// Whether what they came for is owed an answer.
fn petition(view: &View<'_>) -> bool {
    let walk = view.flow.walk();
    let matter = walk.matter.as_ref().and_then(|it| view.office.matter(it));
    matter.map(|it| it.kind).or(walk.kind) == Some(MatterKind::Petition)
}
