//! The journal as the desk gives it: what joins [`push`](crate::sync::push) to the lobby.

use crate::desk::{DeskHandle, Reply, Request, SyncRun};
use crate::domain::ids::VisitId;
use crate::domain::journal::{Entry, Hash, Head};
use crate::sync::keys::{OfficePublicKey, seal};
use crate::sync::push::{JournalFault, Load, Source, WrappedKey};

/// The desk as the source of a load.
#[derive(Debug, Clone)]
pub struct DeskSource {
    desk: DeskHandle,
    office: Option<OfficePublicKey>,
}

impl DeskSource {
    /// Without the office's key no keys are sent, and the office reads nothing personal.
    pub fn new(desk: DeskHandle, office: Option<OfficePublicKey>) -> Self {
        Self { desk, office }
    }

    /// Tells the desk how a load went.
    ///
    /// # Errors
    /// [`JournalFault`].
    pub fn record(&self, load: &Load) -> Result<(), JournalFault> {
        let mut detail = load.outcome.to_string();
        if !load.quarantined.is_empty() {
            detail.push_str(&format!("; set apart: {:?}", load.quarantined));
        }
        if !load.left_behind.is_empty() {
            detail.push_str(&format!("; epochs left behind: {:?}", load.left_behind));
        }
        let run = SyncRun {
            outcome: load.outcome.code().to_owned(),
            entries: load.entries,
            detail,
        };
        self.ask(Request::SyncRan(run)).map(|_| ())
    }

    fn ask(&self, request: Request) -> Result<Reply, JournalFault> {
        // On a thread of its own: a load runs inside tokio, where waiting for a channel is not allowed.
        let asking = || self.desk.ask_blocking(request);
        let answer = std::thread::scope(|scope| scope.spawn(asking).join());
        let answer = answer.expect("asking the desk does not panic");
        answer.map_err(|trouble| JournalFault(trouble.to_string()))
    }
}

impl Source for DeskSource {
    fn heads(&mut self) -> Result<Vec<Head>, JournalFault> {
        match self.ask(Request::Heads)? {
            Reply::Heads(heads) => Ok(heads.epochs),
            other => unexpected(&other),
        }
    }

    fn hash_at(&mut self, epoch: u32, seq: u64) -> Result<Option<Hash>, JournalFault> {
        match self.ask(Request::HashAt { epoch, seq })? {
            Reply::Hash(hash) => Ok(hash),
            other => unexpected(&other),
        }
    }

    fn entries_after(&mut self, epoch: u32, seq: u64, limit: usize) -> Result<Vec<Entry>, JournalFault> {
        match self.ask(Request::Entries { epoch, seq, limit })? {
            Reply::Entries(entries) => Ok(entries),
            other => unexpected(&other),
        }
    }

    fn keys_for(&mut self, visits: &[VisitId]) -> Result<Vec<WrappedKey>, JournalFault> {
        let Some(office) = self.office.as_ref().filter(|_| !visits.is_empty()) else {
            return Ok(Vec::new());
        };
        match self.ask(Request::Keys(visits.to_vec()))? {
            Reply::Keys(keys) => {
                let wrap =
                    |(visit, key): &(VisitId, crate::domain::sensitive::Sensitive<[u8; 32]>)| WrappedKey {
                        visit: *visit,
                        wrapped: seal(key.reveal(), office),
                    };
                Ok(keys.iter().map(wrap).collect())
            }
            other => unexpected(&other),
        }
    }

    fn acknowledged(&mut self, head: Head) -> Result<(), JournalFault> {
        self.ask(Request::Acknowledged(head)).map(|_| ())
    }
}

fn unexpected<T>(reply: &Reply) -> Result<T, JournalFault> {
    unreachable!("every request has its own kind of reply, and this is not it: {reply:?}")
}
