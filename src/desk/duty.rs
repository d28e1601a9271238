//! What the office arranges while the lobby runs, and the matters that go along with a turn of duty.

use std::sync::Arc;

use super::{Desk, Problem, Reply};
use crate::clock::new_id;
use crate::domain::arrangement::{Arrangement, TurnNote};
use crate::domain::event::{Event, Stamp};
use crate::domain::ids::{EntryId, StaffId, VisitId};
use crate::domain::journal::Head;
use crate::domain::refusal::Refusal;
use crate::domain::time::Moment;
use crate::store::{self, Lock, NewEntry, StoreError};

impl Desk {
    /// The office arranges something: in the journal first, then for everybody.
    pub(super) fn arrange(
        &mut self,
        by: Option<StaffId>,
        arrangement: Arrangement,
        now: Moment,
    ) -> Result<Reply, Problem> {
        let actor = by.as_ref().map(|it| self.staff(it)).transpose()?;
        self.office.may_arrange(actor, &arrangement, now.at)?;
        let (dossier, moved) = match &arrangement {
            Arrangement::Handover(note) => (Some(note.id), self.handed_on(note)?),
            _ => (None, Vec::new()),
        };
        let facts = store::write_arrangement(by.as_ref(), &arrangement);
        self.append_all(now, (dossier, facts), &moved)?;
        self.office = Arc::new(self.office.arranged(&arrangement, now.at));
        self.lobby.office_changed();
        self.fall_due(now)?;
        Ok(Reply::Done)
    }

    /// What the note changes of the visits it names: all of it, or nothing.
    fn handed_on(&self, note: &TurnNote) -> Result<Vec<(VisitId, Event)>, Refusal> {
        let mut moved: Vec<(VisitId, Event)> = Vec::new();
        for it in &note.matters {
            let visit = self.lobby.visit(it.visit).ok_or(Refusal::NotFound)?;
            let event = visit.hand_on(it.matter, (&note.from, &note.to), note.id)?;
            if moved.contains(&(it.visit, event.clone())) {
                return Err(Refusal::AlreadyNoted);
            }
            moved.push((it.visit, event));
        }
        Ok(moved)
    }

    /// Writes one entry of the office and what follows from it for visits in one transaction, then takes the
    /// latter on.
    fn append_all(
        &mut self,
        now: Moment,
        (dossier, facts): (Option<VisitId>, store::Facts),
        moved: &[(VisitId, Event)],
    ) -> Result<(), StoreError> {
        super::writable(self.storage)?;
        let first = self.stamp(now);
        let (before, identity) = (self.head, &self.office.identity);
        self.head = self.store.transact(|tx| -> Result<Head, StoreError> {
            let key = match dossier {
                Some(id) if facts.personal.is_some() => Some(store::new_key(tx, id)?),
                _ => None,
            };
            let lock = dossier.map(|it| (it, key.as_ref().map(Lock::Visit)));
            let moved = moved.iter().map(|(visit, event)| {
                let facts = store::write_event(*visit, event);
                (Some((*visit, None)), facts)
            });
            let mut entries = std::iter::once((lock, facts)).chain(moved);
            entries.try_fold(before, |head, (visit, facts)| {
                let entry = NewEntry {
                    visit,
                    facts,
                    moment: now,
                    lobby: first.lobby,
                    entry_id: EntryId(new_id(now.at)),
                    site: &identity.site,
                    kiosk: &identity.kiosk,
                };
                store::append(tx, head, entry)
            })
        })?;
        for (at, (visit, event)) in moved.iter().enumerate() {
            let stamp = Stamp {
                seq: first.seq + 1 + at as u64,
                ..first
            };
            self.lobby.apply(*visit, event, stamp);
        }
        self.wrote();
        Ok(())
    }
}
