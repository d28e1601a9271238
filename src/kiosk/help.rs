//! 叫工作人员来帮我: the call on its way to the desk. Nothing is said to have rung until the desk has said so.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use crate::desk::{DeskHandle, HelpStep, Reply, Request, Snapshot, Trouble};

/// Seconds after which a call that nobody has answered counts as not heard.
const HEARD_SECONDS: u32 = 10;

/// One screen's calls.
#[derive(Debug, Default)]
pub(super) struct Bell {
    answer: Option<oneshot::Receiver<Result<Reply, Trouble>>>,
    seconds: u32,
    unheard: bool,
}

impl Bell {
    /// Rings for somebody who stands before the page `page`.
    pub(super) fn ring(&mut self, desk: &DeskHandle, page: &'static str) {
        (self.answer, self.seconds) = (None, 0);
        let asked = desk.ask_later(Request::Help(HelpStep::Call { page }));
        self.unheard = asked.is_err();
        self.answer = asked.ok();
    }

    /// Nobody needs to come any more; whether that is heard changes nothing for the visitor.
    pub(super) fn withdraw(&mut self, desk: &DeskHandle) {
        *self = Self::default();
        if let Err(trouble) = desk.ask_later(Request::Help(HelpStep::Over { by: None })) {
            tracing::warn!(%trouble, "the desk does not hear that nobody needs to come");
        }
    }

    /// Takes in what the desk said of the call; true if it has said no, or nothing any more.
    pub(super) fn listen(&mut self) -> bool {
        let trouble = match self.answer.as_mut().map(oneshot::Receiver::try_recv) {
            None | Some(Err(TryRecvError::Empty)) => return false,
            Some(Ok(Ok(_))) => {
                self.answer = None;
                return false;
            }
            Some(Ok(Err(trouble))) => trouble,
            Some(Err(TryRecvError::Closed)) => Trouble::Stopped,
        };
        self.give_up(&trouble);
        true
    }

    /// A second has passed; true if the call counts as not heard by it.
    pub(super) fn second(&mut self) -> bool {
        if self.answer.is_none() {
            return false;
        }
        self.seconds += 1;
        let late = HEARD_SECONDS <= self.seconds;
        if late {
            self.give_up(&Trouble::Stopped);
        }
        late
    }

    fn give_up(&mut self, trouble: &Trouble) {
        tracing::warn!(%trouble, "the desk does not hear that help is wanted");
        (self.answer, self.unheard) = (None, true);
    }

    /// Whether the desk has answered, for a loop that sleeps until something happens; what it said is taken in here.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> bool {
        let Some(answer) = &mut self.answer else {
            return false;
        };
        match Pin::new(answer).poll(context) {
            Poll::Pending => false,
            Poll::Ready(answer) => {
                self.answer = None;
                if let Ok(Err(trouble)) | Err(trouble) = answer.map_err(|_| Trouble::Stopped) {
                    self.give_up(&trouble);
                }
                true
            }
        }
    }

    /// How the call stands: what the desk says, unless it says nothing any more.
    pub(super) fn state(&self, snapshot: &Snapshot, desk_lives: bool) -> ui::Help {
        match &snapshot.help {
            _ if !desk_lives => ui::Help::Unheard,
            // What reception was told late after all has rung.
            None if self.unheard => ui::Help::Unheard,
            None => ui::Help::None,
            Some(call) if call.registered => ui::Help::Done,
            Some(call) if call.coming.is_some() => ui::Help::Coming,
            Some(_) => ui::Help::Called,
        }
    }
}
