//! The second tap of a double tap. A hand that shakes, or one used to a mouse, taps twice; the first tap has turned the page
//! by then, and what lies under the finger now was never meant.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::{Timer, TimerMode};

/// How long after the page has turned a second tap in the same place still belongs to the first.
const TURNED: Duration = Duration::from_millis(500);

/// The same, after a number was given: that page is the one nobody gets back.
const GIVEN: Duration = Duration::from_millis(1000);

/// How far apart two taps of one hand may lie, millimetres.
const SAME_PLACE_MM: f32 = 20.0;

/// Tells the second tap from one that is meant.
#[derive(Default)]
pub(super) struct Echo {
    fresh: Rc<Cell<bool>>,
    turned: RefCell<Timer>,
    last: Cell<Option<(f32, f32)>>,
    heard: Cell<bool>,
}

impl Echo {
    /// The page has turned; `given`: to a number.
    pub(super) fn turned(&self, given: bool) {
        self.fresh.set(true);
        let fresh = self.fresh.clone();
        let lasts = if given { GIVEN } else { TURNED };
        self.turned
            .borrow_mut()
            .start(TimerMode::SingleShot, lasts, move || fresh.set(false));
    }

    /// A finger came down at that pixel of a panel of that pitch; outside of it, assistive technology did something.
    pub(super) fn pressed(&self, x: f32, y: f32, mm_per_px: f32) {
        if x < 0.0 {
            self.heard.set(false);
            self.last.set(None);
            return;
        }
        let near =
            |(before_x, before_y): (f32, f32)| (x - before_x).hypot(y - before_y) * mm_per_px < SAME_PLACE_MM;
        self.heard
            .set(self.fresh.get() && self.last.get().is_some_and(near));
        self.last.set(Some((x, y)));
    }

    /// Whether the finger that is down, or was last, only said once more what it had said.
    pub(super) fn heard(&self) -> bool {
        self.heard.get()
    }
}
