//! Finding a visit by what somebody has in hand.

use std::sync::Arc;

use super::search::Search;
use super::{Desk, Problem, Reply, Seen};
use crate::domain::find::{Clue, code_in};
use crate::domain::ids::{TicketNumber, VisitId};
use crate::domain::refusal::Refusal;
use crate::domain::repeat::KnownBy;
use crate::domain::sensitive::Sensitive;
use crate::domain::slip::short_code;
use crate::domain::time::{LobbyTime, Moment, ServiceDay};
use crate::domain::visit::Visit;
use crate::store;

/// Older slips than so many days are not looked for: their visits are the office's by then.
const DAYS: u32 = 90;

/// Nor more visits than these, newest first: on a small board some 50 ms.
const VISITS_MAX: u32 = 20_000;

impl Desk {
    /// The visit the clue leads to, and how many are called before it.
    pub(super) fn find(&mut self, clue: &Clue, now: Moment) -> Result<Reply, Problem> {
        let lobby = self.lobby_clock.reckon(now);
        let visit = match clue {
            Clue::Scan(text) => self.scanned(text)?,
            Clue::Visit(id) => self.known(*id)?,
            Clue::Number { number, day } => self.numbered(*number, *day)?,
            Clue::Lost { number, last_four } => {
                if !self.tries.allowed(*number, lobby) {
                    return Err(Refusal::TriedEnough.into());
                }
                let found = self.lost(*number, last_four)?;
                if found.is_none() {
                    self.tries.wrong(*number, lobby);
                }
                found
            }
        };
        let visit = visit.ok_or(Refusal::NotFound)?;
        Ok(Reply::Found(Box::new(self.seen(visit, lobby))))
    }

    /// The search for whoever is known so, in the lobby as it is now.
    pub(super) fn search(&self, asked: KnownBy, but: Option<VisitId>) -> Search {
        let here = self.lobby.visits().cloned().collect();
        Search { here, asked, but }
    }

    /// A visit the lobby has in mind, or the journal.
    pub(super) fn known(&self, id: VisitId) -> Result<Option<Arc<Visit>>, Problem> {
        match self.lobby.visit(id) {
            Some(visit) => Ok(Some(visit.clone())),
            None => Ok(store::visit(self.store.read(), id)?.map(Arc::new)),
        }
    }

    /// The visit that had `number` on `day`, or on the newest day it was given.
    fn numbered(&self, number: TicketNumber, day: Option<ServiceDay>) -> Result<Option<Arc<Visit>>, Problem> {
        let fits = |it: &&Arc<Visit>| it.ticket.number == number && day.is_none_or(|day| it.day == day);
        let here = self.lobby.visits().filter(fits).max_by_key(|it| (it.day, it.seq));
        if let Some(visit) = here {
            return Ok(Some(visit.clone()));
        }
        let older = match day {
            Some(day) => store::visit_numbered_on(self.store.read(), number, day)?,
            None => store::visits_numbered(self.store.read(), number, DAYS)?
                .into_iter()
                .next(),
        };
        older.map_or(Ok(None), |id| self.known(id))
    }

    fn seen(&self, visit: Arc<Visit>, lobby: LobbyTime) -> Seen {
        Seen {
            ahead: self.lobby.ahead(&self.office, &visit, lobby),
            // The moment of this request.
            wait: self.wait_now(&visit, self.last_moment, lobby),
            visit,
        }
    }

    /// The newest visit of that number whose telephone ends so: numbers begin again every day.
    fn lost(
        &self,
        number: TicketNumber,
        last_four: &Sensitive<String>,
    ) -> Result<Option<Arc<Visit>>, Problem> {
        let here = self
            .lobby
            .visits()
            .filter(|it| it.ticket.number == number && it.personal.phone_ends_with(last_four))
            .max_by_key(|it| it.seq);
        if let Some(visit) = here {
            return Ok(Some(visit.clone()));
        }
        for id in store::visits_numbered(self.store.read(), number, DAYS)? {
            let visit = store::visit(self.store.read(), id)?;
            if let Some(visit) = visit.filter(|it| it.personal.phone_ends_with(last_four)) {
                return Ok(Some(Arc::new(visit)));
            }
        }
        Ok(None)
    }

    fn scanned(&self, text: &str) -> Result<Option<Arc<Visit>>, Problem> {
        let Some(code) = code_in(text) else {
            return Ok(None);
        };
        let is = |id| short_code(&self.signing_key, id) == code;
        if let Some(visit) = self.lobby.visits().find(|it| is(it.id)) {
            return Ok(Some(visit.clone()));
        }
        let recent = store::recent_visits(self.store.read(), DAYS, VISITS_MAX)?;
        match recent.into_iter().find(|it| is(*it)) {
            Some(id) => Ok(store::visit(self.store.read(), id)?.map(Arc::new)),
            None => Ok(None),
        }
    }
}
