//! What happens to a visit. An event is decided, then written to the journal, then applied; replaying
//! the journal from empty gives the same lobby.

use crate::domain::ids::{
    CounterId, DepartmentCode, JobId, MatterCode, MatterIndex, OfferIndex, RuleId, StaffId, TapKey,
    TicketNumber,
};
use crate::domain::office::{Language, MatterKind};
use crate::domain::roster::DutyPost;
use crate::domain::sensitive::{Personal, Sensitive};
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};

/// The moment of an event, as the lobby reckons it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The wall clock.
    pub at: Timestamp,
    /// What order follows.
    pub lobby: LobbyTime,
    /// Of the journal entry; breaks ties.
    pub seq: u64,
}

/// Something that happens to one visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// 登记: the visitor has a number and somebody who answers for them.
    Registered(Box<Registered>),
    /// 叫号, 重呼
    Called {
        /// Where to.
        counter: CounterId,
        /// By whom.
        by: StaffId,
        /// The how-manieth call, from 1.
        calls: u8,
    },
    /// 开始办理: begun by an officer of the department, who thereby answers for it (RULES §2 b).
    Begun {
        /// Where.
        counter: CounterId,
        /// By whom.
        by: StaffId,
    },
    /// 过号
    Missed {
        /// By whom.
        by: StaffId,
    },
    /// 重新排队, the first arrival kept.
    Rejoined {
        /// By whom.
        by: StaffId,
        /// How many the department had called then.
        after: u32,
    },
    /// 转办单: a handover is offered to a named person.
    Offered(Box<Offered>),
    /// 已接到: they answer now.
    Accepted {
        /// Which offer.
        offer: OfferIndex,
    },
    /// They said no, with a reason; the first responder still answers.
    Refused {
        /// Which offer.
        offer: OfferIndex,
        /// Why.
        reason: RefuseReason,
    },
    /// Nobody answered in time; the first responder still answers.
    Lapsed {
        /// Which offer.
        offer: OfferIndex,
    },
    /// 办结
    Closed {
        /// Which matter.
        matter: MatterIndex,
        /// How it ended.
        outcome: Outcome,
        /// How the visitor was told.
        told: Told,
        /// By whom.
        by: StaffId,
        /// Which body, what was answered; may name people.
        note: Option<Sensitive<String>>,
    },
    /// 补打: a person asked for the paper again.
    Reprinted {
        /// The new job.
        job: JobId,
        /// By whom.
        by: StaffId,
    },
    /// The printer, or the lack of it, has answered for a paper.
    SlipSettled {
        /// Which job.
        job: JobId,
        /// What became of it.
        outcome: SlipOutcome,
    },
}

/// All that registration fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The tap that asked; a second one with the same key makes no second visit.
    pub tap: TapKey,
    /// The day its number belongs to.
    pub day: ServiceDay,
    /// The number.
    pub number: TicketNumber,
    /// What they came about; none if they do not know whom to ask.
    pub matter: Option<MatterCode>,
    /// Its kind.
    pub kind: Option<MatterKind>,
    /// Where they are sent.
    pub department: DepartmentCode,
    /// By which rule.
    pub rule: RuleId,
    /// 首问责任人, never to change.
    pub responder: StaffId,
    /// In what capacity.
    pub post: DutyPost,
    /// Their class in the queue.
    pub class: Class,
    /// What they read.
    pub language: Language,
    /// Heads counted; 1 for one person.
    pub people: u16,
    /// Who registered them.
    pub origin: Origin,
    /// The job of their slip.
    pub job: JobId,
    /// What they told of themselves.
    pub personal: Personal,
}

/// A handover offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Which offer of the visit this is.
    pub offer: OfferIndex,
    /// Which matter.
    pub matter: MatterIndex,
    /// Who offers.
    pub from: StaffId,
    /// To whom.
    pub to: StaffId,
    /// Where they work.
    pub department: DepartmentCode,
    /// Why.
    pub reason: HandoverReason,
    /// Whether somebody leads the visitor there (R7).
    pub led: bool,
}

/// A visitor's class in the queue (RULES §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// 普通
    Ordinary,
    /// 优先照顾: one key, reason neither asked nor stored.
    Priority,
    /// 紧急: given by staff only.
    Urgent,
}

/// Who registered a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The visitor, at the touch screen.
    Kiosk,
    /// Staff, at the desk.
    Desk(StaffId),
}

macro_rules! coded {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As the journal and the pages write it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Reads what `code` wrote.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.code() == code)
            }
        }
    )*};
}

coded! {
    /// How a matter ended (RULES §3). "不归我管" is no outcome (R18).
    Outcome {
        /// 当场答复
        Answered = "answered",
        /// 已告知主管单位 (R8)
        OutsideTold = "outside-told",
        /// 已告知法定途径 (XF 31)
        ProcedureTold = "procedure-told",
        /// 已答复
        Replied = "replied",
        /// The visitor left.
        Left = "left",
        /// The number was called and nobody came.
        Missed = "missed",
    }
    /// How the visitor was told (已告知群众本人？).
    Told {
        /// 当面
        InPerson = "in-person",
        /// 电话
        Phone = "phone",
        /// 书面
        Writing = "writing",
        /// Not told: they left before.
        NotTold = "not-told",
    }
    /// Why a visit is handed over.
    HandoverReason {
        /// 属其他科室职责
        OtherDuty = "other-duty",
        /// 需有关科室共同办理
        Together = "together",
        /// 承办人外出，由同事代办
        Absent = "absent",
        /// 群众来意有变
        OtherMatter = "other-matter",
        /// 综合窗口接手
        TakenOver = "taken-over",
    }
    /// Why a handover is refused.
    RefuseReason {
        /// 不属本科室职责
        NotOurDuty = "not-our-duty",
        /// 已由他人承办
        AlreadyHandled = "already-handled",
        /// 正在外出
        Away = "away",
        /// 需回避（XF 28）
        Recusal = "recusal",
    }
    /// What became of a paper.
    SlipOutcome {
        /// The printer answered for it.
        Printed = "printed",
        /// Bytes left, no answer came: nobody knows.
        InDoubt = "in-doubt",
        /// Never sent, and no longer wanted.
        Expired = "expired",
        /// A person asked for it again, marked 补打.
        Replaced = "replaced",
    }
}

impl Class {
    /// As the journal and the pages write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Priority => "priority",
            Self::Urgent => "urgent",
        }
    }

    /// Reads what [`Class::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Ordinary, Self::Priority, Self::Urgent]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

impl Outcome {
    /// Whether it needs a note: R8 and XF 31 ask for the body, its address and telephone on paper.
    pub fn needs_note(self) -> bool {
        matches!(self, Self::OutsideTold | Self::ProcedureTold)
    }

    /// Whether the visitor was not served: closed without having been at a counter.
    pub fn unserved(self) -> bool {
        matches!(self, Self::Left | Self::Missed)
    }
}

/// Something that happens to the box and not to a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoxEvent {
    /// The program started.
    Started {
        /// Its version.
        version: String,
    },
    /// The clock became trusted, or ceased to be, or was set by more than a minute.
    ClockStepped {
        /// How far the wall clock moved against the monotonic one, milliseconds.
        by_ms: i64,
    },
    /// Somebody was given a login, or a new password.
    AccountSet {
        /// Who.
        staff: StaffId,
    },
    /// Somebody looks at the kiosk's screen from the desk, or has stopped.
    ScreenWatched {
        /// Who.
        by: StaffId,
        /// Whether it began.
        began: bool,
    },
    /// A damaged database was set aside and what could be read was carried over.
    Repaired {
        /// The epoch whose entries are missing.
        epoch: u32,
        /// Entries that could not be read, as ranges of seq.
        missing: Vec<(u64, u64)>,
    },
}
