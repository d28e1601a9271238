//! 叫工作人员来帮我: somebody at the touch screen wants a person. Reception hears it, goes there, and may register
//! the visitor from the desk; the screen then lets go of whatever was begun.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::board::Reader;
use super::guard::{Form, No, Who};
use super::{App, pages};
use crate::desk::{HelpStep, Request, Snapshot};
use crate::domain::time::Timestamp;

/// The call, as reception sees it.
#[derive(Debug, Clone, Template)]
#[template(path = "help.html")]
pub(super) struct Help<'a> {
    r: Reader<'a>,
    csrf: String,
    call: Option<Call>,
}

#[derive(Debug, Clone)]
struct Call {
    page: String,
    since: String,
    who: String,
    coming: bool,
}

impl<'a> Help<'a> {
    /// Whether the bell is to ring: nobody goes there yet.
    pub fn rings(&self) -> bool {
        self.call.as_ref().is_some_and(|it| !it.coming)
    }

    /// The call for `who`, who sees it if the whole lobby is theirs.
    pub fn of(who: &Who, reader: &Reader<'a>, snapshot: &Snapshot, now: Timestamp) -> Self {
        let call = snapshot.help.as_ref().filter(|_| who.staff.sees_all());
        let call = call.map(|it| {
            let page = reader.of("page", it.page).to_owned();
            Call {
                page: reader.t_with("help.where", &[("page", page)]),
                since: reader.time(it.at, now),
                who: it.coming.as_ref().map_or_else(String::new, |by| {
                    reader.t_with("help.goes", &[("name", reader.name(by))])
                }),
                coming: it.coming.is_some(),
            }
        });
        Self {
            r: *reader,
            csrf: who.csrf.clone(),
            call,
        }
    }
}

/// `POST /help/{verb}`
pub async fn answer(State(app): State<App>, Path(verb): Path<String>, form: Form) -> Result<Response, No> {
    let by = form.who.staff.id.clone();
    let (step, said) = match verb.as_str() {
        "coming" => (HelpStep::Coming { by }, "help.said.coming"),
        "over" => (HelpStep::Over { by: Some(by) }, "help.said.over"),
        _ => return Err(No::new("no-page", StatusCode::NOT_FOUND)),
    };
    let done = app.desk.ask(Request::Help(step)).await;
    let told = done
        .map(|_| (pages::both(said, &[]), "/".to_owned()))
        .map_err(No::from);
    Ok(pages::tell(&app, &form.who, told, "/"))
}
