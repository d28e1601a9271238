//! Looking at the whole file while the lobby is open: after the start, where it was too large to be looked at before,
//! and each morning. What is found damaged takes no more entries, is said so at the doors, and is set aside at
//! the next start.

use std::path::{Path, PathBuf};

use tokio::sync::{mpsc, oneshot};

use crate::desk::handle::Asked;
use crate::desk::request::Request;
use crate::store;

/// Where the file is and whom to tell.
#[derive(Debug, Default)]
pub(super) struct Examine {
    path: Option<PathBuf>,
    desk: Option<mpsc::WeakSender<Asked>>,
}

impl Examine {
    pub(super) fn file(&mut self, path: PathBuf) {
        self.path = Some(path);
    }

    /// Where the file is; none for one in memory.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Weak, since the desk ends when the last door has gone.
    pub(super) fn report_to(&mut self, desk: mpsc::WeakSender<Asked>) {
        self.desk = Some(desk);
    }

    /// Looks at the file on a thread of its own; the desk waits for nothing. Before the desk has a thread itself,
    /// and for one in memory, there is nothing to do.
    pub(super) fn begin(&self) {
        let Some((path, desk)) = self.path.clone().zip(self.desk.clone()) else {
            return;
        };
        let look = move || match store::examine(&path) {
            Ok(true) => tracing::debug!("database was looked at whole and is sound"),
            Ok(false) => {
                let Some(desk) = desk.upgrade() else { return };
                let (reply, _) = oneshot::channel();
                // A desk that has ended finds it at its next start.
                let _ = desk.blocking_send(Asked {
                    request: Request::Unsound,
                    reply,
                });
            }
            Err(error) => tracing::warn!(%error, "database cannot be looked at whole"),
        };
        if let Err(error) = std::thread::Builder::new().name("examine".into()).spawn(look) {
            tracing::warn!(%error, "database is not looked at whole today");
        }
    }

    /// The desk met damage itself: the next start looks at the whole file, however large.
    pub(super) fn suspect(&self) {
        if let Some(path) = &self.path
            && let Err(error) = store::suspect(path)
        {
            tracing::warn!(%error, "damage cannot be remembered");
        }
    }
}
