//! Who answered for what from when to when (RULES §2): read from what happened, so that it can be told as a story
//! however long ago it was.

use crate::domain::event::{Event, Stamp};
use crate::domain::ids::{MatterIndex, StaffId, VisitId};
use crate::domain::time::{LobbyTime, Timestamp};
use crate::domain::visit::Visit;

/// How somebody came to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// 首问: asked first.
    Asked,
    /// 开始办理 or 接待: served the visitor.
    Served,
    /// 接收: accepted a handover.
    Accepted,
    /// 裁定: the leader decided.
    Decided,
    /// 回避: the leader answers until it is decided.
    Escalated,
    /// 交接班: a roster change with a note.
    HandedOn,
    /// 密封: the discipline contact.
    Sealed,
    /// Anything else that moved it, in a journal of another version.
    Otherwise,
}

impl Took {
    /// What doors look the words up by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Served => "served",
            Self::Accepted => "accepted",
            Self::Decided => "decided",
            Self::Escalated => "escalated",
            Self::HandedOn => "handed-on",
            Self::Sealed => "sealed",
            Self::Otherwise => "otherwise",
        }
    }

    fn by(event: &Event) -> Self {
        match event {
            Event::Registered(_) | Event::MatterAdded(_) => Self::Asked,
            Event::Begun { .. } | Event::Received { .. } => Self::Served,
            Event::Accepted { .. } => Self::Accepted,
            Event::Decided(_) => Self::Decided,
            Event::Escalated(_) => Self::Escalated,
            Event::HandedOn(_) => Self::HandedOn,
            Event::Sealed(_) => Self::Sealed,
            _ => Self::Otherwise,
        }
    }
}

/// Somebody answered for a matter for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Which matter.
    pub matter: MatterIndex,
    /// Who.
    pub staff: StaffId,
    /// How they came to.
    pub took: Took,
    /// Since when.
    pub from: Timestamp,
    /// Until when; none while they do.
    pub until: Option<Timestamp>,
}

/// Who answered for each matter of the visit from when to when, matter by matter, in order; never with a gap.
pub fn timeline(id: VisitId, story: &[(Timestamp, Event)]) -> Vec<Answered> {
    let mut visit: Option<Visit> = None;
    let mut told: Vec<Answered> = Vec::new();
    for (seq, (at, event)) in story.iter().enumerate() {
        let stamp = Stamp {
            at: *at,
            lobby: LobbyTime(0),
            seq: seq as u64,
        };
        match (&mut visit, event) {
            (None, Event::Registered(it)) => visit = Some(Visit::register(id, it, stamp)),
            (None, _) => continue,
            (Some(visit), event) => visit.apply(event, stamp),
        }
        let matters = visit.iter().flat_map(|it| &it.matters).enumerate();
        for (index, matter) in matters {
            let index = MatterIndex(u8::try_from(index).unwrap_or(u8::MAX));
            let last = told.iter_mut().rfind(|it| it.matter == index);
            let moved = last.as_ref().is_none_or(|it| it.staff != matter.responsible);
            match last {
                Some(last) if moved || !matter.open() => {
                    last.until.get_or_insert(*at);
                }
                _ => {}
            }
            if moved {
                told.push(Answered {
                    matter: index,
                    staff: matter.responsible.clone(),
                    took: Took::by(event),
                    from: *at,
                    until: None,
                });
            }
        }
    }
    told.sort_by_key(|it| it.matter);
    told
}
