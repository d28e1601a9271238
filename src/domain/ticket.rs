//! A ticket (号): one visitor's place in a department's queue, from issue to close.

use crate::domain::ids::{CounterId, DepartmentCode, StaffId, TicketNumber};
use crate::domain::order::Night;
use crate::domain::time::{LobbyTime, Timestamp};

/// Calls before a visitor counts as missed. The lobby rule (RULES §6) says three.
pub const CALLS_MAX: u8 = 3;

/// One visitor's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The label on it.
    pub number: TicketNumber,
    /// Whose queue it is in.
    pub department: DepartmentCode,
    /// Where it stands.
    pub stage: Stage,
    /// Who called it last; none while it is not called.
    pub caller: Option<StaffId>,
    /// When it was first called.
    pub called_at: Option<Timestamp>,
    /// When serving first began.
    pub begun_at: Option<Timestamp>,
    /// Came back after missing: when, and after how many calls of the department.
    pub rejoined: Option<Rejoined>,
    /// When it was first called, as the lobby reckons.
    pub first_call: Option<LobbyTime>,
    /// Since when it is being served, as the lobby reckons; none while it is not.
    pub serving_since: Option<LobbyTime>,
    /// 夜-number: in no call queue, to be called back in the morning.
    pub night: Option<Night>,
    /// When the visitor was told that it goes on another day.
    pub rolled: Option<Timestamp>,
}

/// When a visitor who had missed the calls came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejoined {
    /// Then.
    pub at: LobbyTime,
    /// How many the department had called then.
    pub after: u32,
}

/// Where a ticket stands. Each stage holds exactly what is true in it, so a called ticket always has
/// a counter and a waiting one never does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// 等候
    Waiting,
    /// 已叫号
    Called {
        /// Where to.
        counter: CounterId,
        /// How often.
        calls: u8,
        /// When last.
        last: LobbyTime,
    },
    /// 办理中
    Serving {
        /// Where; none where they were received at a desk (直接接待).
        counter: Option<CounterId>,
        /// By whom.
        by: StaffId,
    },
    /// 过号
    Missed,
    /// 后续办理: the visitor has gone home, the matters go on.
    Pending,
    /// 办结
    Closed,
}

impl Stage {
    /// As tables and pages write it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called { .. } => "called",
            Self::Serving { .. } => "serving",
            Self::Missed => "missed",
            Self::Pending => "pending",
            Self::Closed => "closed",
        }
    }
}

impl Ticket {
    /// The counter it is at or called to.
    pub fn counter(&self) -> Option<CounterId> {
        match self.stage {
            Stage::Called { counter, .. } => Some(counter),
            Stage::Serving { counter, .. } => counter,
            Stage::Waiting | Stage::Missed | Stage::Pending | Stage::Closed => None,
        }
    }
}
