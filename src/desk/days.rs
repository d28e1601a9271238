//! The desk and its days: which day numbers are given for, what is written when one is over, and what the
//! office's own days have taught.

use std::sync::Arc;

use crate::desk::Desk;
use crate::domain::event::{BoxEvent, Class, Event, Registered};
use crate::domain::time::{LobbyTime, Moment, ServiceDay};
use crate::domain::visit::Visit;
use crate::domain::wait::{ClosedDay, Experience, LEARNED_DAYS_MAX, Wait};
use crate::store::{self, StoreError};

/// Days that are over, newest first, and what they taught together.
#[derive(Debug, Clone, Default)]
pub(super) struct Days {
    pub(super) closed: Arc<Vec<ClosedDay>>,
    pub(super) experience: Experience,
}

impl Days {
    pub(super) fn of(closed: Vec<ClosedDay>) -> Self {
        Self {
            experience: Experience::of(closed.iter().map(|it| &it.figures)),
            closed: Arc::new(closed),
        }
    }
}

impl Desk {
    /// The day a registration belongs to at `now`.
    pub(super) fn day_at(&self, now: Moment, lobby: LobbyTime) -> ServiceDay {
        let asleep_ms = self.lobby_clock.asleep_ms(now, self.lobby.stirred());
        self.lobby.day_at(&self.office, now, lobby, asleep_ms)
    }

    /// Writes what the day taught, once, when another one has begun by the calendar. Nothing hangs on a timer
    /// having run: a box that was off does it when it wakes, before the next number at the latest.
    pub(super) fn close_day(&mut self, now: Moment, today: ServiceDay) -> Result<(), StoreError> {
        let Some(day) = self.lobby.day().filter(|it| *it != today) else {
            return Ok(());
        };
        let figures = self.lobby.figures();
        if figures.is_empty() || self.days.closed.iter().any(|it| it.day == day) {
            return Ok(());
        }
        let closed = ClosedDay { day, figures };
        self.note(now, &BoxEvent::DayClosed(Box::new(closed.clone())), |_| Ok(()))?;
        let mut days = vec![closed];
        days.extend(self.days.closed.iter().take(LEARNED_DAYS_MAX - 1).cloned());
        self.days = Days::of(days);
        // An hour before the office opens there is time for it.
        self.examine.begin();
        Ok(())
    }

    /// What is written of a registration: with the wait it is told, and urgency as a decision of its own.
    pub(super) fn registered(
        &mut self,
        now: Moment,
        visit: crate::domain::ids::VisitId,
        mut registered: Registered,
        waits: bool,
        reason: Option<crate::domain::sensitive::Sensitive<String>>,
    ) -> Vec<Event> {
        let class = registered.class;
        let by = match &registered.origin {
            crate::domain::event::Origin::Desk(by) => Some(by.clone()),
            crate::domain::event::Origin::Kiosk => None,
        };
        let given = match (class, by) {
            (Class::Urgent | Class::Danger, Some(by)) => Some(Event::Classed { class, by, reason }),
            _ => None,
        };
        let stamp = self.stamp(now);
        let to_be = Visit::register(visit, &registered, stamp);
        let experience = &self.days.experience;
        // Who is received there and then is told no wait.
        registered.wait = self
            .lobby
            .foresee(&self.office, experience, &to_be, now, stamp.lobby)
            .filter(|_| waits);
        if given.is_some() {
            registered.class = Class::Ordinary;
        }
        std::iter::once(Event::Registered(Box::new(registered)))
            .chain(given)
            .collect()
    }

    /// The wait of `visit` as it is now.
    pub(super) fn wait_now(&self, visit: &Visit, now: Moment, lobby: LobbyTime) -> Option<Wait> {
        let experience = &self.days.experience;
        let waits = self
            .lobby
            .waits(&self.office, experience, &visit.ticket.department, now, lobby);
        waits.into_iter().find(|it| it.0 == visit.id)?.1
    }

    /// The newest days that are over, from the journal.
    pub(super) fn days_known(store: &store::Store) -> Result<Days, StoreError> {
        Ok(Days::of(store::closed_days(store.read(), LEARNED_DAYS_MAX)?))
    }
}
