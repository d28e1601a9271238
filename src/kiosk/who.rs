//! Who you are, as far as you like. What is typed lives in the flow and is gone with the visitor.

use slint::{ComponentHandle, SharedString};
use ui::{KioskWindow, NameTitle, PhoneState, WhoAdapter, WhoStep};
use writing::common::SURNAMES;

use crate::domain::office::MatterKind;
use crate::kiosk::flow::{Page, PhoneLook, Step, Tap, Title};
use crate::kiosk::{Taps, View, fonts, mask, model};

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
    who.on_write(on(Tap::Write));
    who.on_erase(on(Tap::Erase));
    who.on_clear(on(Tap::Clear));
    who.on_skip(on(Tap::Skip));
    who.on_no_card(on(Tap::NoCard));
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
        Page::Who(Step::Write) => WhoStep::Write,
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
    // Only what is being written shows whole.
    let step = match view.flow.page() {
        Page::Who(step) if !walk.masked => Some(step),
        _ => None,
    };
    let name = match step {
        Some(Step::Name | Step::Write) => walk.name(),
        _ => mask::name(&walk.name()),
    };
    who.set_name(fonts::shown(&name).into());
    who.set_surname(walk.surname.as_str().into());
    who.set_name_title(match walk.title {
        None => NameTitle::Untold,
        Some(Title::Mister) => NameTitle::Mister,
        Some(Title::Madam) => NameTitle::Madam,
    });
    who.set_name_by_clerk(walk.left_to_clerk);
    // A card may hold what no font has.
    who.set_marked(!walk.left_to_clerk && walk.to_be_filled());
    let phone = match step {
        Some(Step::Phone) => walk.phone_grouped(),
        _ => mask::phone(&walk.phone),
    };
    who.set_phone(phone.into());
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
