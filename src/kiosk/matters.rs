//! The matters of one kind.

use slint::ComponentHandle;
use ui::{KioskWindow, MatterChoice, MattersAdapter};

use crate::domain::office::Matter;
use crate::kiosk::flow::{Page, Tap};
use crate::kiosk::{Taps, View, home, keep, model, search, shut};

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let matters = window.global::<MattersAdapter>();
    let on_chosen = taps.clone();
    matters.on_chosen(move |code| on_chosen(Tap::Matter(code.as_str().into())));
    let on_search = taps.clone();
    matters.on_search(move || on_search(Tap::Search));
    let taps = taps.clone();
    matters.on_unsure(move || taps(Tap::Unsure));
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>, turned: bool) {
    let matters = window.global::<MattersAdapter>();
    if turned && !matches!(view.flow.page(), Page::Matters(_) | Page::Bring | Page::Who(_)) {
        matters.set_list_page(0);
        matters.set_kind(ui::Kind::Service);
        matters.set_choices(model(Vec::new()));
    }
    let Page::Matters(kind) = view.flow.page() else {
        return;
    };
    matters.set_kind(home::kind(kind));
    let of_kind = search::most_asked(view).into_iter().filter(|it| it.kind == kind);
    let choices = of_kind.map(|it| choice(view, it)).collect();
    matters.set_choices(keep(matters.get_choices(), choices));
}

pub(super) fn choice(view: &View<'_>, matter: &Matter) -> MatterChoice {
    let direction = view.office.direct(Some(&matter.code), view.snapshot.at);
    let department = direction.ok().map(|it| it.department);
    let of = department.as_ref().and_then(|it| view.office.department(it));
    MatterChoice {
        code: matter.code.as_str().into(),
        name: matter.name.get(view.language()).into(),
        department: of.map_or("", |it| it.name.get(view.language())).into(),
        room: of.map_or("", |it| it.room.as_str()).into(),
        waiting: department.map_or(0, |it| view.waiting(&it)),
        shut: shut(view.not_taken(matter).as_ref()),
    }
}
