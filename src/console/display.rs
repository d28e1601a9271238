//! The hall display: numbers and where they are called to, nothing about a person, no login.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Interval;

use super::guard::No;
use super::pages::html;
use super::wire::{self, DisplayForm};
use super::{App, live, words};
use crate::desk::Snapshot;
use crate::domain::office::Language;
use crate::domain::time::local;

#[derive(Template)]
#[template(path = "display.html")]
struct DisplayPage {
    now: DisplayForm,
}

impl DisplayPage {
    fn zh(&self, key: &str) -> &'static str {
        words::say(key, Language::Chinese)
    }

    fn en(&self, key: &str) -> &'static str {
        words::say(key, Language::English)
    }
}

/// What the hall shows now.
pub fn now(app: &App, snapshot: &Snapshot) -> DisplayForm {
    let now = app.clock.now();
    let time = if now.clock_state.trusted() {
        local(now.at).format("%Y-%m-%d %H:%M").to_string()
    } else {
        String::new()
    };
    wire::display(snapshot, &app.office, time)
}

/// `/display`
pub async fn page(State(app): State<App>) -> impl IntoResponse {
    html(&DisplayPage {
        now: now(&app, &app.desk.snapshot()),
    })
}

struct Shown {
    app: App,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    clock: Interval,
    sent: Option<DisplayForm>,
    _permit: OwnedSemaphorePermit,
}

/// `/display/events`: each event is all of it.
pub async fn events(State(app): State<App>) -> Result<impl IntoResponse, No> {
    let shown = Shown {
        snapshots: app.desk.snapshots(),
        clock: live::repaint_clock(),
        sent: None,
        _permit: live::permit(&app)?,
        app,
    };
    Ok(Sse::new(stream::unfold(shown, step)).keep_alive(KeepAlive::default()))
}

async fn step(mut shown: Shown) -> Option<(Result<Event, Infallible>, Shown)> {
    loop {
        if shown.sent.is_some() {
            tokio::select! {
                changed = shown.snapshots.changed() => changed.ok()?,
                _ = shown.clock.tick() => {}
            }
        }
        let snapshot = shown.snapshots.borrow_and_update().clone();
        let form = now(&shown.app, &snapshot);
        if shown.sent.as_ref() != Some(&form) {
            let text = serde_json::to_string(&form).expect("strings and numbers are JSON");
            shown.sent = Some(form);
            return Some((Ok(Event::default().event("whole").data(text)), shown));
        }
    }
}
