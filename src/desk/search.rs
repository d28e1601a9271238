//! Looking for somebody by name, telephone or address, also among visits that are over.
//!
//! Each of thousands of old visits is opened with its own key for that, which takes long on a small board. So it is done
//! on a thread of its own, with an eye of its own on the file: nobody's registration waits for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::{Problem, Reply, Trouble};
use crate::domain::ids::VisitId;
use crate::domain::repeat::KnownBy;
use crate::domain::visit::Visit;
use crate::store::{self, Store, StoreError};

/// Visits older than so many days are looked at only where they are petitions: the others are the office's by then.
const DAYS: u32 = 90;

/// Visits whose people are looked at, the newest of each kind: each is one look at two or three rows, opened with the
/// visit's own key.
const PEOPLE_MAX: u32 = 3_000;

/// More than so many of one name help nobody.
const FOUND_MAX: usize = 30;

/// Searches that may wait for their turn. What is more is done by the desk itself.
const WAITING_MAX: usize = 8;

/// Whom to look for, and what the lobby has in mind.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) here: Vec<Arc<Visit>>,
    pub(super) asked: KnownBy,
    pub(super) but: Option<VisitId>,
}

impl Search {
    /// The visits of whoever is known so, open ones first, then the newest. What is sealed is nobody's to find.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) fn through(&self, store: &Store) -> Result<Reply, StoreError> {
        let meets = |it: &&Arc<Visit>| self.asked.meets(&KnownBy::of(it));
        let mut found: Vec<Arc<Visit>> = self.here.iter().filter(meets).cloned().collect();
        let read = store.read();
        let mut older = store::petitions(read, PEOPLE_MAX)?;
        older.extend(store::recent_visits(read, DAYS, PEOPLE_MAX)?);
        older.sort();
        older.dedup();
        older.retain(|id| self.here.iter().all(|it| it.id != *id));
        for id in older {
            // Most are of somebody else: only what names people is opened for that.
            if self.asked.meets(&store::people_of(read, id)?)
                && let Some(visit) = store::visit(read, id)?
            {
                found.push(Arc::new(visit));
            }
        }
        found.retain(|it| it.sealed.is_none() && Some(it.id) != self.but);
        found.sort_by_key(|it| (!it.open(), std::cmp::Reverse((it.day, it.arrived_at))));
        found.truncate(FOUND_MAX);
        Ok(Reply::Visits(found))
    }
}

type Answer = oneshot::Sender<Result<Reply, Trouble>>;

/// The thread beside the desk. It ends with it.
#[derive(Debug, Default)]
pub(super) struct Searches(Option<SyncSender<(Search, Answer)>>);

impl Searches {
    /// Starts it for the file at `path`; for a lobby in memory, or where the system gives no thread, there is none.
    pub(super) fn beside(path: Option<&Path>) -> Self {
        let Some(path) = path.map(Path::to_owned) else {
            return Self::default();
        };
        let (sender, asked) = sync_channel::<(Search, Answer)>(WAITING_MAX);
        let look = move || {
            for (search, answer) in asked {
                let found = Store::read_only(&path).and_then(|it| search.through(&it));
                let _ = answer.send(found.map_err(|it| Problem::from(it).into_trouble()));
            }
        };
        match std::thread::Builder::new().name("search".into()).spawn(look) {
            Ok(_) => Self(Some(sender)),
            Err(error) => {
                tracing::warn!(%error, "the desk looks for people itself");
                Self::default()
            }
        }
    }

    /// Hands a search over; it comes back where there is nobody to take it.
    pub(super) fn take(&self, search: Search, answer: Answer) -> Option<(Search, Answer)> {
        let Some(thread) = &self.0 else {
            return Some((search, answer));
        };
        match thread.try_send((search, answer)) {
            Ok(()) => None,
            Err(TrySendError::Full(it) | TrySendError::Disconnected(it)) => Some(it),
        }
    }
}
