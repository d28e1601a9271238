//! The first page: kinds as tiles, whether the office is open, how many wait.

use chrono::NaiveDateTime;
use slint::ComponentHandle;
use ui::{HomeAdapter, Kind, KioskWindow, Theme};

use crate::domain::ids::StaffId;
use crate::domain::office::{MatterKind, Office};
use crate::domain::roster::DutyPost;
use crate::domain::time::local;
use crate::kiosk::flow::Tap;
use crate::kiosk::{Taps, View, count, fonts, keep, moment, unbroken};

pub(super) fn connect(window: &KioskWindow, office: &std::sync::Arc<Office>, taps: &Taps) {
    let home = window.global::<HomeAdapter>();
    let (on_chosen, office) = (taps.clone(), office.clone());
    let on_search = taps.clone();
    home.on_search(move || on_search(Tap::Search));
    home.on_chosen(move |chosen| {
        match chosen {
            Kind::Report => return on_chosen(Tap::Report),
            Kind::Progress => return on_chosen(Tap::Progress),
            _ => {}
        }
        let Some(kind) = MatterKind::ALL.into_iter().find(|it| kind(*it) == chosen) else {
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
    let mut kinds: Vec<Kind> = MatterKind::ALL.into_iter().filter(used).map(kind).collect();
    // Asking how a matter stands comes after asking for one. Both tiles that are no kind of matter stand on the first
    // page, even where that holds few.
    let few = window.global::<Theme>().get_wide() && view.flow.large();
    let at = kinds.len().min(if few { 1 } else { 3 });
    kinds.splice(at..at, [Kind::Progress, Kind::Report]);
    home.set_kinds(keep(home.get_kinds(), kinds));
    let receiving = view.office.posted.today(view.snapshot.at);
    let leader = receiving.and_then(|it| view.office.staff(&it.staff));
    home.set_leader(fonts::named(leader.map_or("", |it| it.name.get(view.language()))).into());
    home.set_leader_room(receiving.map_or("", |it| view.office.room_of(it)).into());
    let now = local(view.snapshot.at);
    let opens = view.office.next_opening(view.snapshot.at);
    home.set_hours(match opens {
        _ if view.snapshot.open => ui::Hours::Open,
        Some(opens) if opens.date() == now.date() && was_open(view.office, now) => ui::Hours::Lunch,
        _ => ui::Hours::Closed,
    });
    if let Some(opens) = opens {
        home.set_opens(moment(opens));
    }
    home.set_waiting(count(view.snapshot.waiting.iter().map(|it| it.1).sum()));
    let on_call = on_call(view);
    home.set_on_call(on_call.is_some());
    let duty = view.office.duty_officer(view.snapshot.at);
    let officer = on_call.or(duty).and_then(|it| view.office.staff(&it));
    home.set_duty_officer(fonts::named(officer.map_or("", |it| it.name.get(view.language()))).into());
    home.set_duty_phone(unbroken(
        officer.map_or(&view.office.identity.phone, |it| &it.phone),
    ));
    if turned {
        home.set_tiles_page(0);
    }
}

/// Who receives whatever is asked, where no department has anybody on duty any more.
fn on_call(view: &View<'_>) -> Option<StaffId> {
    let matters = view.office.matters.iter().map(|it| Some(&it.code)).chain([None]);
    let mut responder = None;
    for matter in matters {
        let direction = view.office.direct(matter, view.snapshot.at).ok()?;
        if !matches!(direction.post, DutyPost::DutyOfficer | DutyPost::Otherwise) {
            return None;
        }
        responder = Some(direction.responder);
    }
    responder
}

/// Whether the office has been open today already: what is shut now is a break.
fn was_open(office: &Office, now: NaiveDateTime) -> bool {
    let hours = &office.hours;
    hours.open_on(&office.calendar, now.date()) && hours.spans.iter().any(|it| it.from <= now.time())
}

pub(super) fn kind(of: MatterKind) -> Kind {
    match of {
        MatterKind::Service => Kind::Service,
        MatterKind::Enquiry => Kind::Enquiry,
        MatterKind::Petition => Kind::Petition,
        MatterKind::Archive => Kind::Archive,
        MatterKind::Seal => Kind::Seal,
        MatterKind::Meeting => Kind::Meeting,
        MatterKind::Delivery => Kind::Delivery,
        MatterKind::Official => Kind::Official,
    }
}
