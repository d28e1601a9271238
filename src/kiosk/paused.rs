//! No number can be given.

use slint::ComponentHandle;
use ui::{KioskWindow, PauseReason, PausedAdapter};

use crate::kiosk::View;
use crate::kiosk::flow::{Page, Pause};

pub(super) fn show(window: &KioskWindow, view: &View<'_>) {
    let Page::Paused(why) = view.flow.page() else {
        return;
    };
    window.global::<PausedAdapter>().set_reason(match why {
        Pause::Storage => PauseReason::Storage,
        Pause::Machine => PauseReason::Machine,
        Pause::UsedUp => PauseReason::UsedUp,
    });
}
