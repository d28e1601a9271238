//! 反映干部作风、举报问题: nothing is asked and nothing is written.

use slint::ComponentHandle;
use ui::{KioskWindow, ReportAdapter};

use crate::kiosk::flow::Tap;
use crate::kiosk::{Taps, View};

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let taps = taps.clone();
    window.global::<ReportAdapter>().on_next(move || taps(Tap::Next));
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>) {
    let discipline = view.office.elsewhere.discipline.as_ref();
    let hotline = discipline.map_or("", |it| it.higher_phone.as_str());
    window.global::<ReportAdapter>().set_hotline(hotline.into());
}
