//! How the doors ask the desk.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use crate::desk::request::{Given, Heads, Paper, Reply, Request, Trouble};
use crate::desk::snapshot::{Seen, Snapshot};
use crate::domain::find::Clue;
use crate::domain::ids::{CounterId, JobId, StaffId, VisitId};
use crate::domain::repeat::KnownBy;
use crate::domain::visit::{Arrival, Visit};

/// Requests that may wait at the desk before a door has to.
pub(super) const REQUESTS_MAX: usize = 256;

/// A request and where the answer goes.
#[derive(Debug)]
pub struct Asked {
    /// The request.
    pub request: Request,
    /// Where the answer goes; a door that has gone away is no fault.
    pub reply: oneshot::Sender<Result<Reply, Trouble>>,
}

/// A door's end of the desk.
#[derive(Debug, Clone)]
pub struct DeskHandle {
    pub(super) requests: mpsc::Sender<Asked>,
    pub(super) snapshots: watch::Receiver<Arc<Snapshot>>,
}

impl DeskHandle {
    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn ask(&self, request: Request) -> Result<Reply, Trouble> {
        let (reply, answer) = oneshot::channel();
        self.requests
            .send(Asked { request, reply })
            .await
            .map_err(|_| Trouble::Stopped)?;
        answer.await.map_err(|_| Trouble::Stopped)?
    }

    /// The same from a thread that is not of tokio's.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn ask_blocking(&self, request: Request) -> Result<Reply, Trouble> {
        let (reply, answer) = oneshot::channel();
        self.requests
            .blocking_send(Asked { request, reply })
            .map_err(|_| Trouble::Stopped)?;
        answer.blocking_recv().map_err(|_| Trouble::Stopped)?
    }

    /// Asks without waiting at all: for the screen, which must never stand still. The answer comes out of
    /// the receiver.
    ///
    /// # Errors
    /// [`Trouble::Stopped`], also while the desk has more to do than it can.
    pub fn ask_later(&self, request: Request) -> Result<oneshot::Receiver<Result<Reply, Trouble>>, Trouble> {
        let (reply, answer) = oneshot::channel();
        self.requests
            .try_send(Asked { request, reply })
            .map_err(|_| Trouble::Stopped)?;
        Ok(answer)
    }

    /// The lobby as it is now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.borrow().clone()
    }

    /// The lobby after each change.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }

    /// Registers a visitor.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn arrive(&self, arrival: Arrival) -> Result<Given, Trouble> {
        match self.ask(Request::Arrive(arrival)).await? {
            Reply::Given(given) => Ok(*given),
            other => Err(unexpected(&other)),
        }
    }

    /// Calls whoever is next.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn call_next(&self, by: StaffId, counter: CounterId) -> Result<VisitId, Trouble> {
        match self.ask(Request::CallNext { by, counter }).await? {
            Reply::Called(visit) => Ok(visit),
            other => Err(unexpected(&other)),
        }
    }

    /// The paper whose turn it is.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn next_paper(&self) -> Result<Option<Paper>, Trouble> {
        match self.ask_blocking(Request::NextPaper)? {
            Reply::Paper(paper) => Ok(paper.map(|it| *it)),
            other => Err(unexpected(&other)),
        }
    }

    /// A reprint that waits, and before which the printer must be emptied.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn reprint_to_clear(&self) -> Result<Option<JobId>, Trouble> {
        match self.ask_blocking(Request::ReprintToClear)? {
            Reply::Job(job) => Ok(job),
            other => Err(unexpected(&other)),
        }
    }

    /// The visit a clue leads to.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn find(&self, clue: Clue) -> Result<Seen, Trouble> {
        match self.ask(Request::Find(clue)).await? {
            Reply::Found(seen) => Ok(*seen),
            other => Err(unexpected(&other)),
        }
    }

    /// The visits of whoever is known so, open ones first.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn of_people(
        &self,
        known_by: KnownBy,
        but: Option<VisitId>,
    ) -> Result<Vec<Arc<Visit>>, Trouble> {
        match self.ask(Request::OfPeople { known_by, but }).await? {
            Reply::Visits(visits) => Ok(visits),
            other => Err(unexpected(&other)),
        }
    }

    /// How far the journal and the office are.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn heads(&self) -> Result<Heads, Trouble> {
        match self.ask(Request::Heads).await? {
            Reply::Heads(heads) => Ok(heads),
            other => Err(unexpected(&other)),
        }
    }
}

fn unexpected(reply: &Reply) -> Trouble {
    unreachable!("every request has its own kind of reply, and this is not it: {reply:?}")
}
