//! A handover (转办单): offered to a named person, open until accepted, refused or lapsed (RULES §2).

use crate::domain::event::{EscalationReason, Event, HandoverReason, Offered, RefuseReason, Stamp};
use crate::domain::ids::{MatterIndex, OfferIndex, StaffId};
use crate::domain::matter::{HANDOVERS_MAX, MatterState, may_follow_decision};
use crate::domain::office::{Office, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Stage;
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};
use crate::domain::visit::Visit;

/// A handover (转办单).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What was offered.
    pub offered: Offered,
    /// When, whatever the wall clock does; [`Stamp::then`] tells what it would have shown.
    pub lobby: LobbyTime,
    /// What became of it.
    pub state: OfferState,
    /// When it lapsed, by the clock of then and the lobby's own; none while it has not, or was taken away otherwise.
    pub lapsed: Option<(Timestamp, LobbyTime)>,
    /// Whether the receiver was reminded.
    pub rung: bool,
    /// Whether the first responder and the leader were told that it lapsed.
    pub told: bool,
}

impl Offer {
    /// When the office closes on the day it was offered, where so little of that day was left that it is
    /// accepted today or not at all, and the first responder gives a date (RULES §2).
    pub fn ends_today(&self, office: &Office, stamp: Stamp) -> Option<Timestamp> {
        let last_minutes = office.settings.accept_minutes + office.settings.accept_again_minutes;
        // How a clock is set after it lapsed changes nothing of what it was then.
        let stamp = self
            .lapsed
            .map_or(stamp, |(at, lobby)| Stamp { at, lobby, ..stamp });
        let at = stamp.then(self.lobby);
        let closing = office.closing_on(ServiceDay::of(at))?;
        let left = office.open_minutes(at, closing);
        (office.open(at) && left <= i64::from(last_minutes)).then_some(closing)
    }
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferState {
    /// Waits for an answer.
    Open,
    /// 已接到
    Accepted,
    /// 退回
    Refused(RefuseReason),
    /// Nobody answered in time.
    Lapsed,
}

/// What is asked for when a matter is to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) matter: MatterIndex,
    pub(super) to: StaffId,
    pub(super) reason: HandoverReason,
    pub(super) led: bool,
}

impl Visit {
    /// Whether the matter may be offered, and to whom. The third handover goes to the leader instead.
    pub(super) fn decide_offer(
        &self,
        office: &Office,
        actor: &Staff,
        asked: Asked,
        stamp: Stamp,
    ) -> Result<Event, Refusal> {
        let Asked {
            matter,
            to,
            reason,
            led,
        } = asked;
        let current = self.open_matter(matter)?;
        let entitled = current.department == actor.department
            || self.ticket.department == actor.department
            || actor.sees_all()
            || current.responsible == actor.id;
        let receiver = office.staff(&to).ok_or(Refusal::UnknownStaff)?;
        if !entitled {
            Err(Refusal::NotYours)
        } else if matches!(self.ticket.stage, Stage::Called { .. } | Stage::Missed) {
            Err(Refusal::OutOfTurn)
        } else if self.open_offer().is_some() {
            Err(Refusal::OfferOpen)
        } else if matches!(current.state, MatterState::Escalated { .. }) {
            Err(Refusal::WithLeader)
        } else if current.decided
            && !(may_follow_decision(reason) && office.absent(&current.responsible, stamp.at))
        {
            // Somebody stands in for who is away; that they are, the roster says, and not whoever sends it on (R11).
            Err(Refusal::LeaderDecided)
        } else if current.responsible == to {
            Err(Refusal::SamePerson)
        } else if self.recused(&to) {
            Err(Refusal::Recused)
        } else if office.department(&receiver.department).is_none() {
            Err(Refusal::UnknownStaff)
        } else if office.open(stamp.at) && !office.on_duty(&to, stamp.at) {
            Err(Refusal::Away)
        } else if !current.decided && HANDOVERS_MAX <= current.handovers + 1 {
            let why = EscalationReason::ThirdHandover;
            let by = (Some(actor.id.clone()), None);
            Ok(current.escalation(office, self, matter, why, by, stamp))
        } else {
            let offer = OfferIndex(u16::try_from(self.offers.len()).unwrap_or(u16::MAX));
            let department = receiver.department.clone();
            let from = actor.id.clone();
            Ok(Event::Offered(Box::new(Offered {
                offer,
                matter,
                from,
                to,
                department,
                reason,
                led,
            })))
        }
    }

    /// The offer that waits for an answer, if one does.
    pub fn open_offer(&self) -> Option<&Offer> {
        self.offers.iter().find(|it| it.state == OfferState::Open)
    }

    pub(super) fn answerable(&self, offer: OfferIndex, actor: &Staff) -> Result<(), Refusal> {
        let offer = self.offers.get(usize::from(offer.0)).ok_or(Refusal::NotFound)?;
        if offer.offered.to != actor.id {
            Err(Refusal::NotOfferedToYou)
        } else if offer.state != OfferState::Open {
            Err(Refusal::OfferOver)
        } else {
            Ok(())
        }
    }

    /// The receiver answers now. The ticket goes along only if the visitor is here for that matter.
    pub(super) fn accepted(&mut self, offer: OfferIndex, stamp: Stamp) {
        let along = matches!(self.ticket.stage, Stage::Waiting | Stage::Serving { .. });
        let at_hand = self.current();
        let Some(offered) = self.settle(offer, OfferState::Accepted) else {
            return;
        };
        if along && at_hand == offered.matter {
            self.ticket.department = offered.department.clone();
            (self.kept, self.broken_off) = (false, false);
            self.waits_anew(stamp);
        }
        if let Some(matter) = self.matters.get_mut(usize::from(offered.matter.0)) {
            matter.responsible = offered.to;
            matter.department = offered.department;
            matter.handovers = matter.handovers.saturating_add(1);
        }
    }

    pub(super) fn refused(&mut self, offer: OfferIndex, reason: RefuseReason) {
        let Some(offered) = self.settle(offer, OfferState::Refused(reason)) else {
            return;
        };
        if let Some(matter) = self.matters.get_mut(usize::from(offered.matter.0)) {
            matter.refusals = matter.refusals.saturating_add(1);
        }
    }

    pub(super) fn settle(&mut self, offer: OfferIndex, state: OfferState) -> Option<Offered> {
        let offer = self.offers.get_mut(usize::from(offer.0))?;
        offer.state = state;
        Some(offer.offered.clone())
    }
}
