//! The number, and what has become of its paper.

use qrcode::{Color, EcLevel, QrCode};
use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer};
use ui::{KioskWindow, SlipState, SlipTrouble, TicketAdapter};

use crate::desk::{Given, PrinterState};
use crate::domain::event::{Class, SlipOutcome};
use crate::kiosk::flow::Tap;
use crate::kiosk::{Taps, View, count, fonts, night, unbroken};

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let taps = taps.clone();
    window.global::<TicketAdapter>().on_done(move || taps(Tap::Done));
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>) {
    let ticket = window.global::<TicketAdapter>();
    let Some(given) = view.given else {
        // Nothing of the last visitor stays, not even behind another page.
        ticket.set_number("".into());
        ticket.set_matter("".into());
        ticket.set_department("".into());
        ticket.set_room("".into());
        ticket.set_receiver("".into());
        ticket.set_receiver_phone("".into());
        ticket.set_ahead(0);
        ticket.set_come(ui::Come::Now);
        ticket.set_priority(false);
        ticket.set_qr(Image::default());
        ticket.set_qr_modules(0);
        return;
    };
    let (slip, language) = (&given.slip, view.language());
    // What is sealed shows what its slip says, and no more.
    let visit = view.visit().filter(|it| it.sealed.is_none());
    let department = visit.and_then(|it| view.office.department(&it.ticket.department));
    let receiver = visit.and_then(|it| view.office.staff(it.responsible()));
    let number = slip.number.to_string();
    if ticket.get_number() != number.as_str() {
        let (image, modules) = code(slip.code.text());
        ticket.set_qr(image);
        ticket.set_qr_modules(modules);
    }
    ticket.set_number(number.into());
    ticket.set_matter(slip.matter.as_str().into());
    ticket.set_department(
        department
            .map_or(slip.department.as_str(), |it| it.name.get(language))
            .into(),
    );
    ticket.set_room(
        department
            .map_or(slip.room.as_str(), |it| it.room.as_str())
            .into(),
    );
    let named = receiver.map_or_else(|| slip.responder.clone(), |it| it.named(language));
    ticket.set_receiver(fonts::named(&named).into());
    ticket.set_receiver_phone(unbroken(receiver.map_or(&slip.responder_phone, |it| &it.phone)));
    let seen = view.snapshot.visits.iter().find(|it| it.visit.id == given.visit);
    // Who stands in no queue is told of none.
    let ahead = seen.and_then(|it| it.ahead).or(slip.ahead);
    ticket.set_ahead(ahead.map_or(-1, count));
    let (come, at) = night::told(night::of_ticket(view));
    ticket.set_come(come);
    ticket.set_come_at(at);
    // As it is now, while they look; as it was printed, once they no longer stand in the queue.
    let wait = seen.map_or(slip.wait, |it| it.wait);
    ticket.set_wait_from(wait.map_or(-1, |it| i32::from(it.from)));
    ticket.set_wait_to(wait.map_or(-1, |it| i32::from(it.until)));
    ticket.set_priority(visit.is_some_and(|it| it.class == Class::Priority));
    ticket.set_slip(paper(view, given));
    ticket.set_trouble(trouble(view.snapshot.printer));
    ticket.set_seconds_left(count(view.flow.ticket_seconds() as usize));
}

/// What keeps the printer from printing, as a visitor may see it. What to do about it stands at the desk.
fn trouble(printer: PrinterState) -> SlipTrouble {
    match printer {
        PrinterState::PaperOut => SlipTrouble::Paper,
        PrinterState::CoverOpen => SlipTrouble::Cover,
        PrinterState::Cutter => SlipTrouble::Cutter,
        PrinterState::Hot => SlipTrouble::Hot,
        PrinterState::Offline
        | PrinterState::Mute
        | PrinterState::Unplugged
        | PrinterState::InUse
        | PrinterState::Denied
        | PrinterState::NoAnswer => SlipTrouble::Silent,
        PrinterState::Broken => SlipTrouble::Broken,
        PrinterState::Unknown | PrinterState::Off | PrinterState::Ready | PrinterState::PaperLow => {
            SlipTrouble::Unknown
        }
    }
}

/// What has become of the paper of the number on the screen.
pub(super) fn paper_of(view: &View<'_>) -> Option<SlipState> {
    view.given.map(|it| paper(view, it))
}

/// Whether the paper of the number on the screen is known not to have come out.
pub(super) fn failed(view: &View<'_>) -> bool {
    paper_of(view) == Some(SlipState::Failed)
}

fn paper(view: &View<'_>, given: &Given) -> SlipState {
    let slip = view
        .visit()
        .and_then(|it| it.slips.iter().find(|it| Some(it.job) == given.job));
    match slip.and_then(|it| it.outcome) {
        Some(SlipOutcome::Printed | SlipOutcome::Replaced) => SlipState::Take,
        Some(SlipOutcome::InDoubt | SlipOutcome::Expired) => SlipState::Failed,
        None if !view.snapshot.printer.prints() || view.flow.slip_is_late() => SlipState::Failed,
        None => SlipState::Printing,
    }
}

/// The code as an image of one pixel a module, and its modules along a side; none if the text is too long.
fn code(text: &str) -> (Image, i32) {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        tracing::error!(bytes = text.len(), "text does not fit into a code");
        return (Image::default(), 0);
    };
    let side = code.width();
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side as u32, side as u32);
    for (pixel, color) in pixels.make_mut_slice().iter_mut().zip(code.to_colors()) {
        let light = if color == Color::Dark { 0 } else { 255 };
        *pixel = Rgb8Pixel::new(light, light, light);
    }
    (Image::from_rgb8(pixels), count(side))
}
