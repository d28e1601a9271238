//! 反映干部作风、举报问题: nothing is asked and nothing is written.

use slint::ComponentHandle;
use ui::{KioskWindow, ReportAdapter};

use crate::kiosk::flow::Tap;
use crate::kiosk::{Taps, View};

/// The telephone for 检举控告 everywhere, where the office names no other.
const HOTLINE: &str = "12388";

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let (report, unsure, taps) = (window.global::<ReportAdapter>(), taps.clone(), taps.clone());
    report.on_next(move || taps(Tap::Next));
    report.on_reception(move || unsure(Tap::Unsure));
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>) {
    let discipline = view.office.elsewhere.discipline.as_ref();
    let report = window.global::<ReportAdapter>();
    report.set_received(discipline.is_some());
    report.set_hotline(discipline.map_or(HOTLINE, |it| it.higher_phone.as_str()).into());
}
