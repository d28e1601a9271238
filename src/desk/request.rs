//! What can be asked of the desk, and what it says: plain data, so that another kiosk may later ask the
//! same desk over the LAN. The list is closed: read it and you know everything that can happen.

use std::sync::Arc;

use crate::desk::senses::Senses;
use crate::desk::snapshot::Seen;
use crate::domain::arrangement::Arrangement;
use crate::domain::elsewhere::Referral;
use crate::domain::event::{
    Class, Event, HandoverReason, OpenReason, Outcome, PaperKind, RefuseReason, Told,
};
use crate::domain::find::Clue;
use crate::domain::ids::{CounterId, JobId, MatterCode, MatterIndex, OfferIndex, StaffId, VisitId};
use crate::domain::journal::{Entry, Hash, Head};
use crate::domain::matter::MatterCommand;
use crate::domain::presence::Whereabouts;
use crate::domain::refusal::Refusal;
use crate::domain::repeat::KnownBy;
use crate::domain::sensitive::Sensitive;
use crate::domain::sheet::Sheet;
use crate::domain::slip::Slip;
use crate::domain::time::Timestamp;
use crate::domain::visit::{Arrival, Visit};

/// Everything that can happen at the desk.
#[derive(Debug, Clone)]
pub enum Request {
    /// Somebody has come.
    Arrive(Arrival),
    /// Whoever is next, to `counter`.
    CallNext {
        /// Who asks.
        by: StaffId,
        /// Where to.
        counter: CounterId,
    },
    /// Staff do something with a visit.
    Act {
        /// Who.
        by: StaffId,
        /// With which.
        visit: VisitId,
        /// What.
        action: Action,
    },
    /// What has happened with a visit, in order.
    Story(VisitId),
    /// The same with what is sealed in it, for the contact who typed in their key.
    SealedStory {
        /// Who: the contact.
        by: StaffId,
        /// Which.
        visit: VisitId,
        /// The other half of the key; used once and gone.
        secret: Sensitive<[u8; 32]>,
    },
    /// 在岗, 外出, 开会: somebody says where they are.
    SetPresence {
        /// Who.
        by: StaffId,
        /// Where.
        at: Whereabouts,
        /// Until when, if they say so.
        until: Option<Timestamp>,
    },
    /// The paper whose turn it is; it counts as being sent from then on.
    NextPaper,
    /// A reprint that waits while the older paper may still lie in the printer. Nothing is marked.
    ReprintToClear,
    /// What would stand on a paper if it were printed now.
    Preview {
        /// Of which visit.
        visit: VisitId,
        /// Which paper.
        paper: PaperKind,
        /// Of which matter.
        matter: MatterIndex,
    },
    /// What the printer said of a paper.
    PaperIs {
        /// Which.
        job: JobId,
        /// What.
        outcome: PaperOutcome,
    },
    /// The printer named an older paper by its fence: it came out after all.
    PaperCameLate {
        /// The fence.
        fence: String,
    },
    /// Fences of the papers in doubt after which nothing was printed: the printer may still name one.
    Doubtful,
    /// How the printer is.
    PrinterIs(PrinterState),
    /// How card reader, scanner and loudspeaker are.
    SensesAre(Senses),
    /// The visit somebody's slip, or memory of it, leads to.
    Find(Clue),
    /// The visits of whoever is known so, open or over: what a clerk is offered when somebody comes again.
    OfPeople {
        /// By what.
        known_by: KnownBy,
        /// Not this one.
        but: Option<VisitId>,
    },
    /// How long a new roll is, millimetres.
    RollIs {
        /// The setting.
        length_mm: u32,
    },
    /// A paper has come off the roll.
    PaperUsed {
        /// How much of it, millimetres.
        mm: u32,
    },
    /// A new roll is in: the printer had none, or somebody says so.
    NewRoll,
    /// Up to `limit` entries after `seq`, for the office.
    Entries {
        /// Epoch.
        epoch: u32,
        /// After this one.
        seq: u64,
        /// At most.
        limit: usize,
    },
    /// How far the journal and the office are.
    Heads,
    /// The hash of an entry; for seq 0 what the epoch's first entry follows.
    HashAt {
        /// Epoch.
        epoch: u32,
        /// Seq.
        seq: u64,
    },
    /// Keys of visits, to be wrapped for the office.
    Keys(Vec<VisitId>),
    /// The office has everything up to here.
    Acknowledged(Head),
    /// A load was tried.
    SyncRan(SyncRun),
    /// The login of somebody.
    Account(StaffId),
    /// All logins.
    Accounts,
    /// Give somebody a login or a new password, as Argon2 in PHC form.
    SetAccount {
        /// Whose.
        staff: StaffId,
        /// The hash.
        password_hash: Sensitive<String>,
    },
    /// Somebody looks at the kiosk's screen, or has stopped.
    Watch {
        /// Who.
        by: StaffId,
        /// Whether it begins.
        began: bool,
    },
    /// The office arranges something; none is the administrator at the box's own command line.
    Arrange {
        /// Who.
        by: Option<StaffId>,
        /// What.
        arrangement: Box<Arrangement>,
    },
    /// Somebody at the screen wants a person, or is being helped.
    Help(HelpStep),
    /// Time has passed: see what is due.
    Tick,
    /// The file was looked at whole, and is damaged: nothing more is written to it.
    Unsound,
}

/// 叫工作人员来帮我, from the call to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelpStep {
    /// The screen calls, from this page (a code, nothing that was entered).
    Call {
        /// Which page.
        page: &'static str,
    },
    /// Somebody goes there.
    Coming {
        /// Who.
        by: StaffId,
    },
    /// Nobody needs to go, or whoever went is done.
    Over {
        /// Who of the staff says so; none: the visitor.
        by: Option<StaffId>,
    },
}

/// What staff may do with a visit.
#[derive(Debug, Clone)]
pub enum Action {
    /// 叫号, 重呼
    Call(CounterId),
    /// 开始办理
    Begin,
    /// 过号
    Miss,
    /// 重新排队
    Rejoin,
    /// 转办
    Offer {
        /// Which matter.
        matter: MatterIndex,
        /// To whom.
        to: StaffId,
        /// Why.
        reason: HandoverReason,
        /// Whether somebody leads the visitor there.
        led: bool,
    },
    /// 接收
    Accept(OfferIndex),
    /// 退回
    Refuse(OfferIndex, RefuseReason),
    /// 办结
    Close {
        /// Which matter.
        matter: MatterIndex,
        /// How it ended.
        outcome: Outcome,
        /// How the visitor was told.
        told: Told,
        /// Which body, what was answered.
        note: Option<Sensitive<String>>,
    },
    /// 办结 by sending the visitor elsewhere (R8, XF 31).
    Refer {
        /// Which matter.
        matter: MatterIndex,
        /// To another body, or to a procedure of the law.
        outcome: Outcome,
        /// How the visitor was told.
        told: Told,
        /// Where to.
        referral: Sensitive<Box<Referral>>,
        /// What else there is to say.
        note: Option<Sensitive<String>>,
    },
    /// Another class in the queue.
    Reclass {
        /// Which.
        class: Class,
        /// Why; for urgency and danger.
        reason: Option<Sensitive<String>>,
    },
    /// 顺延, at closing.
    RollOver {
        /// How the visitor was told.
        told: Told,
    },
    /// 回电, in the morning.
    CallBack {
        /// Whether somebody answered.
        reached: bool,
    },
    /// 补打
    Reprint,
    /// 接待
    Receive,
    /// 回来办理
    Return,
    /// 加办事项
    Add(Option<MatterCode>),
    /// In which order the matters are gone through.
    Reorder(Vec<MatterIndex>),
    /// 综合窗口接手: reception, or a leader, takes it on in one go.
    TakeOver(MatterIndex),
    /// 密封
    Seal,
    /// 查看个人信息
    Open(OpenReason),
    /// 回避
    Recuse(StaffId),
    /// 已知悉, of what is urgent.
    Acknowledge,
    /// Another paper than the slip, once more.
    Print(PaperKind, MatterIndex),
    /// What is done with one matter.
    Matter(MatterIndex, MatterCommand),
}

/// What the desk answers.
#[derive(Debug, Clone)]
pub enum Reply {
    /// It is done.
    Done,
    /// A number was given.
    Given(Box<Given>),
    /// That visit was called.
    Called(VisitId),
    /// The visit that was looked for.
    Found(Box<Seen>),
    /// The visits that were looked for: open ones first, then the newest.
    Visits(Vec<Arc<Visit>>),
    /// What happened, in order.
    Story(Vec<(Timestamp, Event)>),
    /// The paper to print, if one waits.
    Paper(Option<Box<Paper>>),
    /// What stands on a paper.
    Content(Content),
    /// A paper, if there is one.
    Job(Option<JobId>),
    /// Fences.
    Fences(Vec<String>),
    /// Entries.
    Entries(Vec<Entry>),
    /// How far things are.
    Heads(Heads),
    /// The hash, if there is such an entry.
    Hash(Option<Hash>),
    /// Keys of visits that still have one: 32 bytes each.
    Keys(Vec<(VisitId, Sensitive<[u8; 32]>)>),
    /// A login's hash, if there is one.
    Account(Option<Sensitive<String>>),
    /// Who has a login, and since when.
    Accounts(Vec<(StaffId, Timestamp)>),
}

/// A number given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The visit.
    pub visit: VisitId,
    /// Its paper; none for a letter or a call.
    pub job: Option<JobId>,
    /// What the paper says; the screen says the same.
    pub slip: Slip,
    /// Whether this tap had made it before.
    pub again: bool,
}

/// A paper to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Which.
    pub job: JobId,
    /// What the printer is to give back.
    pub fence: String,
    /// What stands on it.
    pub content: Content,
    /// Empty the printer first: an older paper of this visit may still lie in it.
    pub clear_first: bool,
}

/// What stands on a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// 号票
    Slip(Box<Slip>),
    /// Any other.
    Sheet(Sheet),
}

/// What the printer said of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperOutcome {
    /// It answered for it.
    Printed,
    /// No byte has left.
    NotSent,
    /// Bytes left, no answer.
    InDoubt,
}

/// How the printer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PrinterState {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// The settings say there is none.
    Off,
    /// All is well.
    Ready,
    /// The roll is nearly used up.
    PaperLow,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The cutter is stuck.
    Cutter,
    /// The head is too hot, and will cool by itself.
    Hot,
    /// It says it is offline.
    Offline,
    /// It does not answer.
    Mute,
    /// The port is not there.
    Unplugged,
    /// Another program has the port.
    InUse,
    /// We may not open the port.
    Denied,
    /// It says that all is well, and does not answer for what it is sent: every slip stays in doubt.
    NoAnswer,
    /// It reports a fault that wants a mechanic.
    Broken,
}

impl PrinterState {
    /// Whether a slip can be promised.
    pub fn prints(self) -> bool {
        matches!(self, Self::Ready | Self::PaperLow | Self::Unknown)
    }

    /// What doors look the words up by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Off => "off",
            Self::Ready => "ready",
            Self::PaperLow => "paper-low",
            Self::PaperOut => "paper-out",
            Self::CoverOpen => "cover-open",
            Self::Cutter => "cutter",
            Self::Hot => "hot",
            Self::Offline => "offline",
            Self::Mute => "mute",
            Self::Unplugged => "unplugged",
            Self::InUse => "in-use",
            Self::Denied => "denied",
            Self::NoAnswer => "no-answer",
            Self::Broken => "broken",
        }
    }
}

/// How far the journal and the office are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// The last entry of each epoch the office may not have wholly, oldest first, the present one last.
    pub epochs: Vec<Head>,
    /// The last entry the office acknowledged, and when.
    pub office: Option<(Head, Timestamp)>,
}

/// A load tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRun {
    /// `pushed`, or the code of what went wrong.
    pub outcome: String,
    /// Entries the office took.
    pub entries: u64,
    /// For the operator.
    pub detail: String,
}

/// Why there is no reply.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Trouble {
    /// News for the person asking.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The world failed; nothing has changed.
    #[error("{text}")]
    Fault {
        /// What doors look the words up by.
        code: &'static str,
        /// For the log.
        text: String,
    },
    /// The desk has stopped.
    #[error("the desk has stopped")]
    Stopped,
}

impl Trouble {
    /// What doors look the words up by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Fault { code, .. } => code,
            Self::Stopped => "stopped",
        }
    }
}
