//! Whether a lobby contradicts itself: the invariants of RULES §3, in words. Tests ask after every step,
//! simulations now and then; in a lobby that is open nobody asks, since there is nothing it could do then.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::event::RefuseReason;
use crate::domain::lobby::Lobby;
use crate::domain::office::Office;
use crate::domain::petition::Petition;
use crate::domain::ticket::Stage;
use crate::domain::visit::{Offer, OfferState, Visit, VisitMatter};

/// What one visit contradicts of itself.
pub fn visit_contradictions(office: &Office, visit: &Visit) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{} of {}: {what}", visit.ticket.number, visit.day));
        }
    };
    must(
        visit.open() == visit.matters.iter().any(VisitMatter::open),
        "a ticket is open as long as one of its matters",
    );
    must(
        office.staff(visit.responsible()).is_some(),
        "somebody who works here answers",
    );
    must(
        visit
            .matters
            .iter()
            .all(|it| !it.open() || office.staff(&it.responsible).is_some()),
        "somebody who works here answers for each matter that is open",
    );
    must(
        visit
            .matters
            .iter()
            .all(|it| office.staff(&it.first_responder).is_some()),
        "the first responder works here",
    );
    let all_out = office.staff.iter().all(|it| visit.recused(&it.id));
    let out = |it: &VisitMatter| it.open() && visit.recused(&it.responsible);
    must(
        all_out || !visit.matters.iter().any(out),
        "whoever has to stay out of it answers for nothing",
    );
    let served_by_them = matches!(&visit.ticket.stage, Stage::Serving { by, .. } if visit.recused(by));
    must(!served_by_them, "whoever has to stay out of it serves nobody");
    let open = visit.offers.iter().filter(|it| it.state == OfferState::Open);
    must(open.count() <= 1, "one open offer at a time");
    let stays_out = |it: &&Offer| it.state == OfferState::Refused(RefuseReason::Recusal);
    let mut gave_back = visit.offers.iter().filter(stays_out);
    must(
        gave_back.all(|it| visit.recused(&it.offered.to)),
        "whoever gave it back to stay out of it stays out of it",
    );
    let serving = matches!(visit.ticket.stage, Stage::Serving { .. });
    let server = match &visit.ticket.stage {
        Stage::Serving { by, .. } => Some(by),
        _ => None,
    };
    must(
        visit.sealed.is_none() || server.is_none() || server == visit.sealed.as_ref(),
        "whom a sealed visit is not for serves nobody",
    );
    must(
        visit.waits_since.is_none() || visit.ticket.stage == Stage::Waiting && visit.ticket.night.is_none(),
        "only who waits here is waited with",
    );
    must(
        serving == visit.ticket.serving_since.is_some(),
        "what is being served has been served since some moment",
    );
    must(
        visit.ticket.night.is_none() || matches!(visit.ticket.stage, Stage::Waiting | Stage::Closed),
        "who is to be called back stands at no counter",
    );
    let called = matches!(visit.ticket.stage, Stage::Called { .. });
    must(
        !called || visit.ticket.first_call.is_some(),
        "what is called was called some moment",
    );
    must(
        called == visit.ticket.caller.is_some(),
        "what is called was called by somebody",
    );
    must(
        !visit.broken_off || visit.ticket.stage == Stage::Waiting,
        "a service broken off is waited for",
    );
    must(
        visit.sealed.is_none() || visit.personal.is_empty(),
        "a sealed visit names nobody",
    );
    must(
        visit.sealed.is_none() || visit.matters.iter().all(wordless),
        "a sealed visit tells nobody's story",
    );
    wrong
}

/// Whether nothing of what was written about it is left in clear.
fn wordless(matter: &VisitMatter) -> bool {
    let petition = matter.petition.as_ref();
    matter.note.is_none()
        && matter.referral.is_none()
        && matter.extension.is_none()
        && petition.is_none_or(|it| *it == Petition::sealed(it.matter, it.by.clone()))
        && matter.notice.as_ref().is_none_or(|it| it.note.is_none())
        && matter.materials.as_ref().is_none_or(|it| it.0.note.is_none())
}

/// What the lobby contradicts of itself, and each visit of itself; empty, or the code is wrong.
pub fn contradictions(office: &Office, lobby: &Lobby) -> Vec<String> {
    let mut wrong: Vec<String> = Vec::new();
    let (mut counters, mut numbers) = (BTreeMap::new(), BTreeMap::new());
    for visit in lobby.visits() {
        wrong.extend(visit_contradictions(office, visit));
        let number = visit.ticket.number;
        let found = visit.ticket.counter().and_then(|it| lobby.at_counter(it));
        if visit.ticket.counter().is_some() && found.is_none_or(|it| it.id != visit.id) {
            wrong.push(format!("{number} is not found at its counter"));
        }
        if let Some(counter) = visit.ticket.counter()
            && let Some(other) = counters.insert(counter, number)
        {
            wrong.push(format!(
                "a counter serves one ticket: {number} and {other} at {counter}"
            ));
        }
        if numbers.insert((visit.day, number), visit.id).is_some() {
            wrong.push(format!(
                "no number twice on a service day: {number} of {}",
                visit.day
            ));
        }
    }
    let queues = lobby.visits().filter(|it| it.queues()).count();
    let departments: BTreeSet<_> = lobby.visits().map(|it| &it.ticket.department).collect();
    if queues != departments.into_iter().map(|it| lobby.waiting(it)).sum::<usize>() {
        wrong.push("who waits and who stands in a queue are not the same".to_owned());
    }
    wrong
}
