//! A paper as it would come out of the printer now, drawn for the page of its visit.
//!
//! It is drawn from the very bytes the printer would be sent, by what `app` wires in; here is only who may see it: whoever
//! may have it printed. What is sealed has one paper, which says nothing, and only the contact sees it.

use std::fmt;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::board::Reader;
use super::guard::{Fields, No, Who};
use super::visit_pages::find;
use crate::desk::{Content, Reply, Request};
use crate::domain::event::PaperKind;
use crate::domain::ids::MatterIndex;
use crate::domain::matter::MatterState;
use crate::domain::refusal::Refusal;
use crate::domain::visit::Visit;

/// Draws a paper: a PNG.
type Draw = dyn Fn(&Content) -> Vec<u8> + Send + Sync;

/// Draws papers as the office's printer prints them.
#[derive(Clone)]
pub struct Previews(pub Arc<Draw>);

impl fmt::Debug for Previews {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Previews")
    }
}

/// Whether this person may have the visit's papers printed.
fn may_print(who: &Who, visit: &Visit) -> bool {
    visit.ticket.department == who.staff.department || visit.sealed.is_some() || who.staff.sees_all()
}

/// The papers this visit has a reason for.
fn papers(visit: &Visit) -> Vec<(PaperKind, MatterIndex)> {
    let mut papers = vec![(PaperKind::Slip, MatterIndex(0))];
    if visit.sealed.is_some() {
        return papers;
    }
    for (at, it) in (0..).zip(&visit.matters) {
        let reasons = [
            (PaperKind::Notice, it.notice.is_some()),
            (PaperKind::Materials, it.materials.is_some()),
            (PaperKind::Petition, it.petition.is_some()),
            (PaperKind::Promise, it.state.promised().is_some()),
            (PaperKind::Transfer, it.handovers > 0),
            (
                PaperKind::Referral,
                matches!(it.state, MatterState::Closed { .. })
                    && (it.note.is_some() || it.referral.is_some()),
            ),
        ];
        let wanted = reasons.into_iter().filter(|it| it.1);
        papers.extend(wanted.map(|it| (it.0, MatterIndex(at))));
    }
    papers
}

/// Address and name of each paper this person may look at.
pub(super) fn links(app: &App, who: &Who, r: &Reader<'_>, visit: &Visit) -> Vec<(String, &'static str)> {
    // What is over since an earlier day is printed no more.
    let here = |app: &App| {
        app.desk
            .snapshot()
            .visits
            .iter()
            .any(|it| it.visit.id == visit.id)
    };
    if app.previews.is_none() || !may_print(who, visit) || !here(app) {
        return Vec::new();
    }
    let link = |(kind, matter): (PaperKind, MatterIndex)| {
        let code = kind.code();
        let address = format!("/visit/{}/paper/{code}?matter={}", visit.id, matter.0);
        (address, r.of("paper", code))
    };
    papers(visit).into_iter().map(link).collect()
}

/// `GET /visit/{id}/paper/{kind}?matter=`
pub async fn picture(
    State(app): State<App>,
    who: Who,
    at: Result<Path<(String, String)>, PathRejection>,
    asked: RawQuery,
) -> Result<Response, No> {
    let (id, kind) = at.map(|it| it.0).map_err(|_| No::from(Refusal::NotFound))?;
    let seen = find(&app, &who, &id).await?;
    if !may_print(&who, &seen.visit) {
        return Err(Refusal::NotYours.into());
    }
    let fields = Fields::parse(asked.0.unwrap_or_default().as_bytes())?;
    let matter = MatterIndex(fields.get("matter").parse().unwrap_or_default());
    let paper = PaperKind::from_code(&kind).filter(|it| papers(&seen.visit).contains(&(*it, matter)));
    let (Some(paper), Some(previews)) = (paper, app.previews.clone()) else {
        return Err(Refusal::NotFound.into());
    };
    let visit = seen.visit.id;
    let unexpected = || No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR);
    let Reply::Content(content) = app.desk.ask(Request::Preview { visit, paper, matter }).await? else {
        return Err(unexpected());
    };
    let png = tokio::task::spawn_blocking(move || (previews.0)(&content)).await;
    let png = png.map_err(|_| unexpected())?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}
