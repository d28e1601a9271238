//! No number can be given.

use chrono::{TimeDelta, Timelike};
use slint::ComponentHandle;
use ui::{KioskWindow, PauseReason, PausedAdapter};

use crate::domain::time::local;
use crate::kiosk::flow::{Page, Pause};
use crate::kiosk::{View, moment};

/// Seconds of a day.
const SECONDS_A_DAY: i64 = 86_400;

pub(super) fn show(window: &KioskWindow, view: &View<'_>) {
    let Page::Paused(why) = view.flow.page() else {
        return;
    };
    let paused = window.global::<PausedAdapter>();
    // The numbers of today are used up: those of the next day are meant, not those after lunch.
    let now = local(view.snapshot.at);
    let left = SECONDS_A_DAY - i64::from(now.time().num_seconds_from_midnight());
    let again = view
        .office
        .next_opening(view.snapshot.at + TimeDelta::seconds(left - 1));
    paused.set_told(again.is_some());
    if let Some(again) = again {
        paused.set_again(moment(again));
    }
    paused.set_reason(match why {
        Pause::Storage => PauseReason::Storage,
        Pause::Machine => PauseReason::Machine,
        Pause::UsedUp => PauseReason::UsedUp,
    });
}
