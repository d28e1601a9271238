//! 查办理进度: a number in, where it stands out. Neither what it is about nor whose it is.

use std::collections::BTreeSet;

use slint::{ComponentHandle, SharedString};
use ui::{KioskWindow, ProgressAdapter, ProgressStage, ProgressState};

use crate::desk::Seen;
use crate::domain::ids::TicketNumber;
use crate::domain::order::NIGHT_QUEUE;
use crate::domain::ticket::Stage;
use crate::domain::time::ServiceDay;
use crate::kiosk::flow::{Lost, Page, Tap};
use crate::kiosk::{Taps, View, count, fonts, keep, moment, night, sensed, unbroken};

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let progress = window.global::<ProgressAdapter>();
    let on = |tap: Tap| {
        let taps = taps.clone();
        move || taps(tap.clone())
    };
    progress.on_erase(on(Tap::Erase));
    progress.on_clear(on(Tap::Clear));
    progress.on_look(on(Tap::Look));
    progress.on_again(on(Tap::LookAgain));
    progress.on_lost(on(Tap::Lost));
    progress.on_done(on(Tap::Done));
    let typed = |meant: fn(char) -> Tap| {
        let taps = taps.clone();
        move |text: SharedString| {
            if let Some(character) = text.chars().next() {
                taps(meant(character));
            }
        }
    };
    progress.on_letter(typed(Tap::QueueLetter));
    progress.on_digit(typed(Tap::Digit));
}

/// The newest visit with the number asked for.
fn seen<'a>(view: &View<'a>) -> Option<&'a Seen> {
    let walk = view.flow.walk();
    if view.flow.page() != Page::Progress || !walk.looked {
        return None;
    }
    if let Some(found) = view.found {
        return Some(sensed::now(found, &view.snapshot.visits));
    }
    let number: TicketNumber = walk.number.parse().ok()?;
    let of_number = view
        .snapshot
        .visits
        .iter()
        .filter(|it| it.visit.ticket.number == number);
    of_number.max_by_key(|it| it.visit.day)
}

/// Whether the screen tells where a number stands.
pub(super) fn found(view: &View<'_>) -> bool {
    seen(view).is_some()
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>) {
    let progress = window.global::<ProgressAdapter>();
    let (walk, language) = (view.flow.walk(), view.language());
    let letters: BTreeSet<char> = view.office.departments.iter().map(|it| it.queue).collect();
    // Numbers of the night are asked about in the morning.
    let letters = letters.into_iter().chain([NIGHT_QUEUE]);
    let letters = letters.map(|it| SharedString::from(it.to_string()));
    progress.set_letters(keep(progress.get_letters(), letters.collect()));
    let Some(seen) = seen(view) else {
        progress.set_state(match walk.lost {
            Some(Lost::Asked) => ProgressState::Lost,
            Some(Lost::Wrong) => ProgressState::Mismatch,
            Some(Lost::Enough) => ProgressState::Enough,
            None if walk.looked => ProgressState::Unknown,
            None => ProgressState::Typing,
        });
        progress.set_number(walk.number.as_str().into());
        progress.set_numbered(walk.number.parse::<TicketNumber>().is_ok());
        progress.set_last_four(walk.last_four.as_str().into());
        return clear(&progress);
    };
    let visit = &seen.visit;
    progress.set_last_four("".into());
    progress.set_state(ProgressState::Found);
    progress.set_number(visit.ticket.number.to_string().into());
    let (come, at) = night::told(night::come(view, visit));
    progress.set_come(come);
    progress.set_come_at(at);
    progress.set_stage(match visit.ticket.stage {
        Stage::Waiting if come != ui::Come::Now => ProgressStage::Later,
        Stage::Waiting => ProgressStage::Waiting,
        Stage::Called { .. } => ProgressStage::Called,
        Stage::Serving { .. } => ProgressStage::Serving,
        Stage::Missed => ProgressStage::Missed,
        Stage::Pending => ProgressStage::Working,
        Stage::Closed => ProgressStage::Closed,
    });
    progress.set_older(visit.day != ServiceDay::of(view.snapshot.at));
    let day = visit.day.0.and_hms_opt(0, 0, 0).expect("midnight exists");
    progress.set_day(moment(day));
    let counter = visit.ticket.counter().and_then(|it| view.office.counter(it));
    progress.set_counter(counter.map_or("", |it| it.name.get(language)).into());
    progress.set_ahead(seen.ahead.map_or(-1, count));
    if visit.sealed.is_some() {
        // Whoever looks over the shoulder learns a room and nothing else (RULES §5).
        unname(&progress);
        let discipline = view.office.elsewhere.discipline.as_ref();
        return progress.set_department(discipline.map_or("", |it| it.room.get(language)).into());
    }
    let department = view.office.department(&visit.ticket.department);
    progress.set_department(department.map_or("", |it| it.name.get(language)).into());
    progress.set_room(department.map_or("", |it| it.room.as_str()).into());
    let responsible = view.office.staff(visit.responsible());
    progress.set_responsible(fonts::named(responsible.map_or("", |it| it.name.get(language))).into());
    progress.set_phone(unbroken(responsible.map_or("", |it| it.phone.as_str())));
}

fn clear(progress: &ProgressAdapter<'_>) {
    unname(progress);
    progress.set_ahead(0);
    progress.set_come(ui::Come::Now);
}

fn unname(progress: &ProgressAdapter<'_>) {
    progress.set_department("".into());
    progress.set_room("".into());
    progress.set_counter("".into());
    progress.set_responsible("".into());
    progress.set_phone("".into());
}
