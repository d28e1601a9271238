//! The first page: kinds as tiles, whether the office is open, how many wait.

use chrono::{Datelike, Days, NaiveDateTime};
use slint::ComponentHandle;
use ui::{HomeAdapter, KindTile, KioskWindow};

use crate::domain::office::{Hours, Language, MatterKind, Office};
use crate::domain::time::local;
use crate::kiosk::flow::Tap;
use crate::kiosk::{Taps, View, count, model, moment, unbroken};

/// Days ahead in which the next opening is looked for.
const DAYS_AHEAD: u64 = 14;

pub(super) fn connect(window: &KioskWindow, office: &std::sync::Arc<Office>, taps: &Taps) {
    let home = window.global::<HomeAdapter>();
    let (on_chosen, office) = (taps.clone(), office.clone());
    home.on_chosen(move |code| {
        let Some(kind) = MatterKind::from_code(&code) else {
            return;
        };
        let mut of_kind = office.matters.iter().filter(|it| it.kind == kind);
        let only = match (of_kind.next(), of_kind.next()) {
            (Some(only), None) => Some(only.code.clone()),
            _ => None,
        };
        on_chosen(Tap::Kind { kind, only });
    });
    let taps = taps.clone();
    home.on_unsure(move || taps(Tap::Unsure));
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>, turned: bool) {
    let home = window.global::<HomeAdapter>();
    let used = |kind: &MatterKind| view.office.matters.iter().any(|it| it.kind == *kind);
    let tiles = MatterKind::ALL
        .into_iter()
        .filter(used)
        .map(|kind| tile(kind, view.language()));
    home.set_kinds(model(tiles.collect()));
    let now = local(view.snapshot.at);
    home.set_hours(match next_opening(&view.office.hours, now) {
        _ if view.snapshot.open => ui::Hours::Open,
        Some(opens) if opens.date() == now.date() && was_open(&view.office.hours, now) => ui::Hours::Lunch,
        _ => ui::Hours::Closed,
    });
    if let Some(opens) = next_opening(&view.office.hours, now) {
        home.set_opens(moment(opens));
    }
    home.set_registering(true);
    home.set_waiting(count(view.snapshot.waiting.iter().map(|it| it.1).sum()));
    let officer = view
        .office
        .roster
        .duty_officer(view.snapshot.at)
        .and_then(|it| view.office.staff(it));
    home.set_duty_phone(unbroken(
        officer.map_or(&view.office.identity.phone, |it| &it.phone),
    ));
    if turned {
        home.set_tiles_page(0);
    }
}

/// When the office next opens, on its usual week.
fn next_opening(hours: &Hours, now: NaiveDateTime) -> Option<NaiveDateTime> {
    (0..DAYS_AHEAD)
        .filter_map(|ahead| now.date().checked_add_days(Days::new(ahead)))
        .filter(|date| hours.days.contains(&date.weekday()))
        .flat_map(|date| hours.spans.iter().map(move |it| date.and_time(it.from)))
        .find(|opens| now < *opens)
}

/// Whether the office has been open today already: what is shut now is a break.
fn was_open(hours: &Hours, now: NaiveDateTime) -> bool {
    hours.days.contains(&now.weekday()) && hours.spans.iter().any(|it| it.from <= now.time())
}

/// What people call each kind, in both languages; its mark and ground.
pub(super) fn words(kind: MatterKind, language: Language) -> (&'static str, &'static str, &'static str, i32) {
    let (zh, more_zh, en, more_en, mark, tone) = match kind {
        MatterKind::Service => (
            "办事",
            "社保、低保、证明、补办",
            "Services",
            "Insurance, allowances, certificates",
            "办",
            0,
        ),
        MatterKind::Enquiry => (
            "咨询",
            "政策、条件、怎么办",
            "Ask",
            "Policies, conditions, how to",
            "问",
            1,
        ),
        MatterKind::Petition => (
            "反映诉求",
            "信访：困难、纠纷、意见",
            "Petitions",
            "Hardship, disputes, suggestions",
            "诉",
            2,
        ),
        MatterKind::Archive => (
            "查档案",
            "婚姻、工龄、房屋、户籍",
            "Archives",
            "Marriage, service, housing",
            "档",
            3,
        ),
        MatterKind::Seal => (
            "盖章用印",
            "证明、申请表、材料",
            "Seals",
            "Certificates, forms, papers",
            "章",
            4,
        ),
        MatterKind::Meeting => (
            "开会签到",
            "来参加会议、培训",
            "Meetings",
            "Meetings and training",
            "会",
            5,
        ),
        MatterKind::Official => (
            "公务来访",
            "上级、兄弟单位、企业",
            "Official visits",
            "Other offices and companies",
            "公",
            7,
        ),
        MatterKind::Delivery => (
            "送文送件",
            "公文、信函、快递",
            "Deliveries",
            "Documents, letters, parcels",
            "文",
            6,
        ),
    };
    match language {
        Language::Chinese => (zh, more_zh, mark, tone),
        Language::English => (en, more_en, mark, tone),
    }
}

fn tile(kind: MatterKind, language: Language) -> KindTile {
    let (title, subtitle, mark, tone) = words(kind, language);
    KindTile {
        code: kind.code().into(),
        title: title.into(),
        subtitle: subtitle.into(),
        mark: mark.into(),
        tone,
    }
}
