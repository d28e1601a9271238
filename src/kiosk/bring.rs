//! What to bring, and who will receive.

use slint::{ComponentHandle, SharedString};
use ui::{BringAdapter, KioskWindow};

use crate::domain::roster::DutyPost;
use crate::domain::slip::matter_words;
use crate::kiosk::flow::{Page, Tap};
use crate::kiosk::{Taps, View, fonts, keep, model, moment, shut};

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let (bring, unsure, taps) = (window.global::<BringAdapter>(), taps.clone(), taps.clone());
    bring.on_next(move || taps(Tap::Next));
    bring.on_reception(move || unsure(Tap::Unsure));
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>, turned: bool) {
    let bring = window.global::<BringAdapter>();
    if turned {
        bring.set_items_page(0);
    }
    match view.flow.page() {
        Page::Bring => {}
        Page::Matters(_) | Page::Search | Page::Who(_) => return,
        // What somebody came for is nobody else's business, not even behind another page.
        Page::Home | Page::Report | Page::Ticket | Page::Progress | Page::Posted | Page::Paused(_) => {
            return clear(&bring);
        }
    }
    let (language, walk) = (view.language(), view.flow.walk());
    let matter = walk.matter.as_ref().and_then(|it| view.office.matter(it));
    let named = matter_words(view.office, walk.matter.as_ref());
    bring.set_matter(named.get(language).into());
    let items = matter
        .iter()
        .flat_map(|it| &it.bring)
        .map(|it| SharedString::from(it.get(language)));
    bring.set_items(keep(bring.get_items(), items.collect()));
    bring.set_limit(ui::lines::limit(matter.map_or("", |it| it.limit.get(language))).into());
    let not_taken = matter.and_then(|it| view.not_taken(it));
    bring.set_shut(shut(not_taken.as_ref()));
    let again = not_taken.and_then(|it| it.again);
    bring.set_told(again.is_some());
    if let Some(again) = again {
        bring.set_again(moment(again));
    }
    let Ok(direction) = view.office.direct(walk.matter.as_ref(), view.snapshot.at) else {
        return;
    };
    let department = view.office.department(&direction.department);
    bring.set_department(department.map_or("", |it| it.name.get(language)).into());
    bring.set_room(department.map_or("", |it| it.room.as_str()).into());
    bring.set_waiting(view.waiting(&direction.department));
    let receiver = view.office.staff(&direction.responder);
    bring.set_receiver(fonts::named(receiver.map_or("", |it| it.name.get(language))).into());
    bring.set_receiver_post(receiver.map_or("", |it| it.post.get(language)).into());
    bring.set_away(direction.post == DutyPost::Reception);
}

/// Whether the matter is not taken now, so that there is no next step.
pub(super) fn shut_now(view: &View<'_>) -> bool {
    let matter = view
        .flow
        .walk()
        .matter
        .as_ref()
        .and_then(|it| view.office.matter(it));
    matter.is_some_and(|it| view.not_taken(it).is_some())
}

/// Whether the officers of the department are out, so that reception receives.
pub(super) fn away(view: &View<'_>) -> bool {
    let direction = view
        .office
        .direct(view.flow.walk().matter.as_ref(), view.snapshot.at);
    direction.is_ok_and(|it| it.post == DutyPost::Reception)
}

fn clear(bring: &BringAdapter<'_>) {
    bring.set_matter("".into());
    bring.set_items(model(Vec::new()));
    bring.set_limit("".into());
    bring.set_department("".into());
    bring.set_room("".into());
    bring.set_waiting(0);
    bring.set_receiver("".into());
    bring.set_receiver_post("".into());
    bring.set_away(false);
    bring.set_shut(ui::Shut::Open);
}
