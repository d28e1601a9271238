//! Whoever will not be served on the day they came (RULES §6): numbers of the night, and those put off at closing. The
//! screen tells when to come, or that the office calls, in the words of the paper, instead of a place in a queue.

use ui::Moment;

use crate::domain::slip::{self, Come};
use crate::domain::visit::Visit;
use crate::kiosk::{View, moment};

/// What to do and until when, as a page takes it.
pub(super) fn told(come: Option<Come>) -> (ui::Come, Moment) {
    match come {
        None => (ui::Come::Now, Moment::default()),
        Some(Come::Again(at)) => (ui::Come::Again, moment(at)),
        Some(Come::WeCall(at)) => (ui::Come::WeCall, moment(at)),
        Some(Come::ToRoom(at)) => (ui::Come::ToRoom, moment(at)),
        Some(Come::First(at)) => (ui::Come::First, moment(at)),
    }
}

/// What holds for `visit` now.
pub(super) fn come(view: &View<'_>, visit: &Visit) -> Option<Come> {
    slip::come(view.office, visit)
}

/// The same of the number on the screen: as it is now, while the desk still knows of it.
pub(super) fn of_ticket(view: &View<'_>) -> Option<Come> {
    match view.visit() {
        Some(visit) => come(view, visit),
        None => view.given.and_then(|it| it.slip.come),
    }
}

/// Whether the number on the screen is not for now.
pub(super) fn later(view: &View<'_>) -> bool {
    told(of_ticket(view)).0 != ui::Come::Now
}
