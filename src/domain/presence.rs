//! Where somebody is just now (在岗、外出、开会), as they say themselves (RULES §2): what the roster promised
//! in the morning and a knock on the door at ten do not always agree.

use crate::domain::event::coded;
use crate::domain::time::{ServiceDay, Timestamp};

coded! {
    /// Where somebody says they are.
    Whereabouts {
        /// 在岗
        Here = "here",
        /// 外出
        Out = "out",
        /// 开会
        Meeting = "meeting",
    }
}

/// What somebody said, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Where.
    pub at: Whereabouts,
    /// Said when.
    pub since: Timestamp,
    /// Until when, if they said so; else until the end of that day, since nobody remembers to say it
    /// the next morning.
    pub until: Option<Timestamp>,
}

impl Presence {
    /// Whether they are away at `now`. What was said at ten says nothing of nine.
    pub fn away(&self, now: Timestamp) -> bool {
        self.at != Whereabouts::Here
            && self.since <= now
            && self.until.map_or_else(
                || ServiceDay::of(now) <= ServiceDay::of(self.since),
                |until| now < until,
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_forgot_to_come_back_is_here_the_next_morning() {
        let at = |text: &str| format!("{text}:00+08:00").parse::<Timestamp>().unwrap();
        let mut said = Presence {
            at: Whereabouts::Out,
            since: at("2026-03-02T10:00"),
            until: None,
        };
        assert!(said.away(at("2026-03-02T17:29")) && !said.away(at("2026-03-03T08:30")));
        // Nor were they away before they said so.
        assert!(said.away(at("2026-03-02T10:00")) && !said.away(at("2026-03-02T09:59")));
        said.until = Some(at("2026-03-02T11:00"));
        assert!(said.away(at("2026-03-02T10:59")) && !said.away(at("2026-03-02T11:00")));
        said.at = Whereabouts::Here;
        assert!(!said.away(at("2026-03-02T10:30")));
    }
}
