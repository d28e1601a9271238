//! Which visits something may have become due of, so that a command does not look at every open matter there is.
//!
//! What falls due by minutes (nobody has called, an offer waits, urgency before a leader) belongs to a few visits of
//! this hour, and those are looked at each time. All else goes by the day and by whether the office is open: it is
//! looked at when one of these changes, when something happens to the visit, and when the office changes. What
//! comes of it is what looking at everything would give; random histories compare the two.

use std::collections::HashSet;

use crate::domain::ids::VisitId;
use crate::domain::time::ServiceDay;

/// The visits to be looked at when somebody asks what is due.
#[derive(Debug, Clone, Default)]
pub struct Agenda {
    /// For which day, and whether the office was open, the others were found to have nothing due.
    hour: Option<(ServiceDay, bool)>,
    visits: HashSet<VisitId>,
}

impl Agenda {
    /// Something happened to `visit`.
    pub fn look_at(&mut self, visit: VisitId) {
        self.visits.insert(visit);
    }

    /// Nothing that was found before holds any more.
    pub fn forget(&mut self) {
        self.hour = None;
    }

    /// Goes on to `hour`; whoever is named by `all` is looked at if it is another one.
    pub fn turn(&mut self, hour: (ServiceDay, bool), all: impl Iterator<Item = VisitId>) {
        if self.hour != Some(hour) {
            self.hour = Some(hour);
            self.visits = all.collect();
        }
    }

    /// Those to be looked at; what `look` answers no to rests until something changes.
    pub fn keep(&mut self, mut look: impl FnMut(VisitId) -> bool) {
        self.visits.retain(|it| look(*it));
    }
}

/// What is still to be looked at is no part of what a lobby knows.
impl PartialEq for Agenda {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Agenda {}
