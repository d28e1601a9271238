//! Who comes back with the papers that were missing (RULES §3, 一次性告知): the same visit and the same officer.
//!
//! The number waits again in the queue of its department, but only whoever answers for the matter calls it: they
//! gave the notice, and nobody has to tell the story twice. While they are away B post takes it, then A post
//! (where it was neither), and only where nobody of these is here anybody of the department.

use crate::domain::ids::{MatterIndex, StaffId};
use crate::domain::matter::MatterState;
use crate::domain::office::{Office, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Stage;
use crate::domain::time::{LobbyTime, Timestamp};
use crate::domain::visit::{Visit, VisitMatter};

/// When a visitor came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// For people.
    pub at: Timestamp,
    /// For order.
    pub lobby: LobbyTime,
}

/// Who takes a visitor that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taker {
    /// Whoever answers for it and is here.
    Same(StaffId),
    /// They are away: B post or A post.
    StandIn {
        /// Who answers for it.
        away: StaffId,
        /// Who takes it meanwhile.
        stand_in: StaffId,
    },
    /// Nobody of these is here: anybody of the department.
    Anybody {
        /// Who answers for it.
        away: StaffId,
    },
}

impl Taker {
    /// The one person it waits for, if it waits for one.
    pub fn person(&self) -> Option<&StaffId> {
        match self {
            Self::Same(it) | Self::StandIn { stand_in: it, .. } => Some(it),
            Self::Anybody { .. } => None,
        }
    }
}

impl Visit {
    /// For whom a visitor who came back waits at `at`; none for anybody else.
    pub fn taker(&self, office: &Office, at: Timestamp) -> Option<Taker> {
        let here = matches!(self.ticket.stage, Stage::Waiting | Stage::Called { .. });
        if !self.kept || !here || self.sealed.is_some() {
            return None;
        }
        let came_for =
            |it: &&VisitMatter| it.open() && !it.at_hand() && it.department == self.ticket.department;
        let matter = self.stops.iter().map(|it| self.matter(*it)).find(came_for)?;
        let same = matter.responsible.clone();
        let [a, b, _] = office.posts_of(matter)?;
        let can = |it: &StaffId| {
            let own = office
                .staff(it)
                .is_some_and(|it| it.department == self.ticket.department);
            own && !self.recused(it) && office.on_duty(it, at)
        };
        if can(&same) {
            return Some(Taker::Same(same));
        }
        let stand_in = [b, a]
            .into_iter()
            .map(|it| it.1)
            .filter(|it| *it != same)
            .find(can);
        Some(match stand_in {
            Some(stand_in) => Taker::StandIn { away: same, stand_in },
            None => Taker::Anybody { away: same },
        })
    }

    /// Whether `actor`, of the department, may call or receive them at `at`.
    ///
    /// # Errors
    /// [`Refusal::SameOfficer`] where they came back to somebody else, who is here.
    pub(super) fn may_take(&self, office: &Office, actor: &Staff, at: Timestamp) -> Result<(), Refusal> {
        if self.takes(office, &actor.id, at) {
            Ok(())
        } else {
            Err(Refusal::SameOfficer)
        }
    }

    /// Whether nobody else than `staff` is waited for at `at`.
    pub fn takes(&self, office: &Office, staff: &StaffId, at: Timestamp) -> bool {
        let taker = self.taker(office, at);
        taker
            .as_ref()
            .and_then(Taker::person)
            .is_none_or(|it| it == staff)
    }

    /// The matter they come back for is gone through first: the one whose papers were missing.
    pub(super) fn came_for(&self) -> MatterIndex {
        let waits = |it: &&MatterIndex| matches!(self.matter(**it).state, MatterState::NoticeGiven { .. });
        let settled = !self.stops.iter().any(|it| self.matter(*it).at_hand());
        let noted = self.stops.iter().filter(|_| settled).find(waits);
        noted.copied().unwrap_or_else(|| self.current())
    }
}
