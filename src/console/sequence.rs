//! The order in which one number goes through its matters (一票到底), changed by the clerk: two keys a matter, so
//! that it is done by touch, mouse or keyboard alike and without a script.

use askama::Template;
use axum::response::Response;

use super::App;
use super::guard::{Fields, No, Who};
use super::pages::{Frame, html};
use crate::desk::Action;
use crate::domain::ids::MatterIndex;
use crate::domain::refusal::Refusal;
use crate::domain::slip::matter_words;
use crate::domain::visit::Visit;

#[derive(Template)]
#[template(path = "sequence.html")]
struct SequencePage<'a> {
    f: Frame<'a>,
    id: String,
    number: String,
    stops: Vec<Stop>,
}

struct Stop {
    index: u8,
    place: String,
    name: String,
    who: String,
    state: String,
    due: String,
    open: bool,
    first: bool,
    last: bool,
}

/// `/visit/{id}/sequence`
pub fn page(app: &App, who: &Who, visit: &Visit) -> Response {
    let f = Frame::of(app, who, "sequence.title", "queue");
    let count = visit.stops.len();
    let stops = visit.stops.iter().enumerate().map(|(at, index)| {
        let matter = visit.matter(*index);
        let about = matter_words(&app.office, matter.matter.as_ref());
        let due = f.r.due(visit, matter);
        let name = if visit.sealed.is_some() {
            f.t("sealed.matter")
        } else {
            about.get(who.language())
        };
        Stop {
            index: index.0,
            place: f.r.t_with("sequence.place", &[("n", (at + 1).to_string())]),
            name: name.to_owned(),
            who: format!(
                "{} · {}",
                f.r.name(&matter.responsible),
                f.r.department(&matter.department)
            ),
            state: f.r.of("state", matter.state.code()).to_owned(),
            due: due.map_or_else(String::new, |it| f.r.until(&it)),
            open: matter.open(),
            first: at == 0,
            last: at + 1 == count,
        }
    });
    let stops = stops.collect();
    html(&SequencePage {
        id: visit.id.to_string(),
        number: visit.ticket.number.to_string(),
        stops,
        f,
    })
}

/// The order once one matter was moved up or down by one.
///
/// # Errors
/// [`No`] for what cannot be read, and where there is no further to go.
pub fn action(visit: &Visit, fields: &Fields) -> Result<Action, No> {
    let (moved, step) = match (fields.get("up"), fields.get("down")) {
        ("", down) => (down, 1),
        (up, _) => (up, -1),
    };
    let moved = moved.parse().ok().map(MatterIndex);
    let mut order = visit.stops.clone();
    let at = order.iter().position(|it| Some(*it) == moved);
    let at = at.ok_or(Refusal::NotFound)?;
    let to = at.checked_add_signed(step).filter(|it| *it < order.len());
    order.swap(at, to.ok_or(Refusal::OutOfTurn)?);
    Ok(Action::Reorder(order))
}
