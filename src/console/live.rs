//! The live queue as a stream of events: the whole queue first, then what changed, so that a reload is
//! never wrong.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Interval, MissedTickBehavior};

use super::App;
use super::board::{self, Board};
use super::guard::{No, Who};
use crate::desk::Snapshot;

/// How often the board is painted without a change: waiting times grow, logins end.
const REPAINT: Duration = Duration::from_secs(15);

struct Live {
    app: App,
    who: Who,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    clock: Interval,
    sent: Option<Board>,
    over: bool,
    _permit: OwnedSemaphorePermit,
}

/// One of the streams that may be open at once.
pub fn permit(app: &App) -> Result<OwnedSemaphorePermit, No> {
    let full = |_| No::new("too-many", StatusCode::SERVICE_UNAVAILABLE);
    app.streams.clone().try_acquire_owned().map_err(full)
}

/// A clock that wakes a stream now and then.
pub fn repaint_clock() -> Interval {
    let mut clock = tokio::time::interval(REPAINT);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clock.reset();
    clock
}

/// `/events`
pub async fn events(State(app): State<App>, who: Who) -> Result<impl IntoResponse, No> {
    let live = Live {
        snapshots: app.desk.snapshots(),
        clock: repaint_clock(),
        sent: None,
        over: false,
        _permit: permit(&app)?,
        app,
        who,
    };
    Ok(Sse::new(stream::unfold(live, step)).keep_alive(KeepAlive::default()))
}

async fn step(mut live: Live) -> Option<(Result<Event, Infallible>, Live)> {
    loop {
        if live.over {
            return None;
        }
        if live.sent.is_some() {
            tokio::select! {
                changed = live.snapshots.changed() => changed.ok()?,
                _ = live.clock.tick() => {}
            }
        }
        let now = live.app.clock.now();
        if !live.app.sessions().alive(&live.who.token, now.mono_ms) {
            live.over = true;
            return Some((Ok(Event::default().event("gone").data("{}")), live));
        }
        live.who.counter = live.app.sessions().counter(&live.who.token);
        let snapshot = live.snapshots.borrow_and_update().clone();
        // A copy, so that it is the office as arranged now.
        let board = board::paint(&live.app.clone(), &live.who, &snapshot, now.at);
        let (name, change) = match &live.sent {
            None => ("whole", Some(board.whole())),
            Some(before) => ("change", board.since(before)),
        };
        live.sent = Some(board);
        if let Some(change) = change {
            let text = serde_json::to_string(&change).expect("strings and numbers are JSON");
            return Some((Ok(Event::default().event(name).data(text)), live));
        }
    }
}
