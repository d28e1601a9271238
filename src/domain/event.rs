//! What happens to a visit. An event is decided, then written to the journal, then applied; replaying
//! the journal from empty gives the same lobby.

use crate::domain::elsewhere::Referral;
use crate::domain::ids::{
    CounterId, DepartmentCode, JobId, MatterCode, MatterIndex, OfferIndex, RuleId, StaffId, TapKey,
    TicketNumber, VisitId,
};
use crate::domain::limit::{Due, Limit, LimitKind};
use crate::domain::office::{Language, MatterKind};
use crate::domain::petition::Petition;
use crate::domain::presence::Presence;
use crate::domain::roster::DutyPost;
use crate::domain::sensitive::{Personal, Sensitive};
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};
use crate::domain::wait::{ClosedDay, Wait};

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

impl Stamp {
    /// When `lobby` was, by the wall clock of this moment: how long ago it was is known, whatever that clock showed
    /// then. What is counted in minutes goes by it, so that a clock that is set lets nothing lapse and holds nothing up.
    pub fn then(self, lobby: LobbyTime) -> Timestamp {
        let ago = chrono::Duration::milliseconds(self.lobby.ms_since(lobby));
        self.at.checked_sub_signed(ago).unwrap_or(self.at)
    }
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
        /// For which matters; none: for every open one of the department, as entries of the first form mean it.
        takes: Option<Vec<MatterIndex>>,
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
        /// Where they were sent; none in journals of before, whose note says it.
        referral: Option<Sensitive<Box<Referral>>>,
    },
    /// 接待: somebody sits down with the visitor without a call, and thereby answers (RULES §2 b).
    Received {
        /// Who.
        by: StaffId,
        /// For which matters, as in [`Event::Begun`].
        takes: Option<Vec<MatterIndex>>,
    },
    /// 加办事项: one more matter on the same number (一票到底).
    MatterAdded(Box<MatterAdded>),
    /// In which order the matters are gone through.
    Reordered {
        /// All of them, first to last.
        order: Vec<MatterIndex>,
        /// By whom.
        by: StaffId,
    },
    /// 报领导: the leader is to decide (R9, R11, §2).
    Escalated(Box<Escalated>),
    /// 领导裁定: final; what was decided may not be sent back.
    Decided(Box<Decided>),
    /// 一次性告知: all that is missing, told once and on paper (R20).
    NoticeGiven(Box<NoticeGiven>),
    /// 已收材料: a receipt is printed, and the clock for a notice begins (RULES §4).
    MaterialsReceived(Box<MaterialsReceived>),
    /// 受理、承办: in progress, with a date the visitor is told.
    Undertaken(Box<Undertaken>),
    /// 延期, approved before the limit ended.
    Extended(Box<Extended>),
    /// 补齐材料回来: the same visit waits again, for the same officer.
    Returned {
        /// By whom.
        by: StaffId,
        /// For which matter; none in entries of the first form, which anybody of the department took.
        matter: Option<MatterIndex>,
    },
    /// 并入: an open visit has this matter already; its clock runs on.
    Merged(Box<Merged>),
    /// 信访登记: as the regulations ask (XF 19); written again whole when the clerk knows more.
    PetitionTaken(Box<Petition>),
    /// 送达: a paper has reached the visitor.
    Delivered(Box<Delivered>),
    /// 密封: only the discipline contact reads it from here on, and what was written before.
    Sealed(Box<Sealing>),
    /// 查看个人信息: somebody looked at the whole number (RULES §7).
    Opened {
        /// Who.
        by: StaffId,
        /// Why.
        reason: OpenReason,
    },
    /// 回避 (XF 28): they may have nothing to do with it any more.
    Recused {
        /// Who.
        staff: StaffId,
        /// By whom.
        by: StaffId,
        /// They were serving the visitor, or had called: the number waits again.
        waits: bool,
    },
    /// 已知悉: whoever is told of what is urgent knows (R15, XF 25).
    UrgencyKnown {
        /// Who.
        by: StaffId,
    },
    /// An alarm was given. Once each; what is due follows from journal and clock.
    Rang(Box<Rang>),
    /// 交接班: a roster change with a handover note; whoever comes on answers from here (RULES §2 d).
    HandedOn(Box<HandedOn>),
    /// 协办: another department works on it too; whoever received first goes on leading (R10).
    Joined(Box<Joined>),
    /// 告知进展 (R13), by phone too (R22).
    ProgressTold(Box<ProgressTold>),
    /// The clock of an application for information stands still, runs on or begins anew (GI 30, 32).
    ClockSet(Box<ClockSet>),
    /// 转送、交办异议 (R12, XF 23): not ours, with the reason.
    Objected(Box<Objected>),
    /// What whoever passed it down said of the objection.
    ObjectionAnswered(Box<ObjectionAnswered>),
    /// Another paper than the slip is wanted.
    PaperAsked {
        /// The job.
        job: JobId,
        /// Which paper.
        paper: PaperKind,
        /// Of which matter.
        matter: MatterIndex,
        /// By whom.
        by: StaffId,
    },
    /// Another class in the queue: given, confirmed or undone by staff (RULES §6).
    Classed {
        /// Which.
        class: Class,
        /// By whom.
        by: StaffId,
        /// Why, for urgency and danger; may name people.
        reason: Option<Sensitive<String>>,
    },
    /// 顺延: at closing the visitor was told that it goes on another day, in the same place.
    RolledOver {
        /// By whom.
        by: StaffId,
        /// How they were told.
        told: Told,
    },
    /// 回电: whoever came outside hours was called in the morning.
    CalledBack {
        /// By whom.
        by: StaffId,
        /// Whether somebody answered.
        reached: bool,
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
    /// Their appointment, if it counts.
    pub booked: Option<Timestamp>,
    /// The wait they were told; none outside hours.
    pub wait: Option<Wait>,
    /// What they read.
    pub language: Language,
    /// Heads counted; 1 for one person.
    pub people: u16,
    /// Who registered them.
    pub origin: Origin,
    /// The job of their slip; none for a letter or a call.
    pub job: Option<JobId>,
    /// What they told of themselves.
    pub personal: Personal,
    /// How they came to us.
    pub form: Form,
    /// Who may have nothing to do with it (XF 28).
    pub recused: Vec<StaffId>,
    /// 检举控告: the discipline contact's from the first touch.
    pub sealed: bool,
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

/// A matter added to a visit that has its number already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterAdded {
    /// The how-manieth of the visit.
    pub index: MatterIndex,
    /// What it is; none if they do not know whom to ask.
    pub matter: Option<MatterCode>,
    /// Its kind.
    pub kind: Option<MatterKind>,
    /// Whose it is.
    pub department: DepartmentCode,
    /// By which rule.
    pub rule: RuleId,
    /// 首问责任人 of this matter.
    pub responder: StaffId,
    /// In what capacity.
    pub post: DutyPost,
    /// Who added it; none at the kiosk.
    pub by: Option<StaffId>,
}

/// A matter put before the leader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalated {
    /// Which.
    pub matter: MatterIndex,
    /// Why.
    pub why: EscalationReason,
    /// The leader who is to decide.
    pub to: StaffId,
    /// By when, as a local date.
    pub until: ServiceDay,
    /// By whom; none where the rule itself sends it.
    pub by: Option<StaffId>,
    /// Who answers until then, where whoever answered has to stay out of it.
    pub answers: Option<StaffId>,
    /// What there is to say.
    pub note: Option<Sensitive<String>>,
}

/// What the leader decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Which matter.
    pub matter: MatterIndex,
    /// Who answers now.
    pub to: StaffId,
    /// Where they work.
    pub department: DepartmentCode,
    /// The leader.
    pub by: StaffId,
    /// What there is to say.
    pub note: Option<Sensitive<String>>,
}

/// A notice given once and whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeGiven {
    /// Which matter.
    pub matter: MatterIndex,
    /// Lines of the catalogue that are missing, in Chinese as they stood.
    pub missing: Vec<String>,
    /// How the visitor was told: on paper unless they are on the telephone (R22).
    pub told: Told,
    /// By whom.
    pub by: StaffId,
    /// What else is missing, or why it cannot be done.
    pub note: Option<Sensitive<String>>,
}

/// Materials handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialsReceived {
    /// Which matter.
    pub matter: MatterIndex,
    /// Lines of the catalogue, in Chinese as they stood.
    pub items: Vec<String>,
    /// By whom.
    pub by: StaffId,
    /// What else.
    pub note: Option<Sensitive<String>>,
}

/// A date told, and what it follows from. The date is a fact and is never reckoned again; alarms follow the
/// limit and the calendar of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    /// What runs.
    pub limit: Limit,
    /// Until when, as it was told.
    pub due: Due,
}

/// A matter taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undertaken {
    /// Which.
    pub matter: MatterIndex,
    /// On what ground.
    pub basis: Basis,
    /// Until when.
    pub promised: Promised,
    /// By whom.
    pub by: StaffId,
}

/// A limit extended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extended {
    /// Which matter.
    pub matter: MatterIndex,
    /// Until when now.
    pub promised: Promised,
    /// Who approved it: the head.
    pub approved_by: StaffId,
    /// By whom.
    pub by: StaffId,
    /// The reason, which the visitor is told.
    pub note: Option<Sensitive<String>>,
}

/// A matter linked to an open one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Which.
    pub matter: MatterIndex,
    /// The visit that has it already.
    pub into: VisitId,
    /// How the visitor was told its stage, person and date.
    pub told: Told,
    /// By whom.
    pub by: StaffId,
}

/// A document delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Of which matter.
    pub matter: MatterIndex,
    /// Which.
    pub document: Document,
    /// The day of 送达.
    pub on: ServiceDay,
    /// How.
    pub way: DeliveryWay,
    /// By whom.
    pub by: StaffId,
}

/// A visit sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    /// The only one who reads it.
    pub contact: StaffId,
    /// Who sealed it; none at the kiosk.
    pub by: Option<StaffId>,
    /// The visit's key, wrapped for the contact; none where nothing had been written.
    pub key: Option<Vec<u8>>,
    /// Somebody else was serving the visitor, or had called: the number waits again, for the contact.
    pub waits: bool,
}

/// A matter handed on with a turn of duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOn {
    /// Which matter.
    pub matter: MatterIndex,
    /// Who answered.
    pub from: StaffId,
    /// Who answers now.
    pub to: StaffId,
    /// The handover note that says so.
    pub note: VisitId,
}

/// Somebody of another department works on a matter too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Which matter.
    pub matter: MatterIndex,
    /// Who.
    pub staff: StaffId,
    /// Where they work.
    pub department: DepartmentCode,
    /// By whom.
    pub by: StaffId,
}

/// The visitor was told how their matter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressTold {
    /// Which matter.
    pub matter: MatterIndex,
    /// How.
    pub told: Told,
    /// By whom.
    pub by: StaffId,
    /// What was said.
    pub note: Option<Sensitive<String>>,
}

/// A limit that stands still, runs on, or begins anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockSet {
    /// Which matter.
    pub matter: MatterIndex,
    /// What happened.
    pub step: ClockStep,
    /// Until when now.
    pub promised: Promised,
    /// By whom.
    pub by: StaffId,
    /// What there is to say.
    pub note: Option<Sensitive<String>>,
}

/// An objection to what was passed down to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objected {
    /// Which matter.
    pub matter: MatterIndex,
    /// By whom.
    pub by: StaffId,
    /// The reason.
    pub note: Option<Sensitive<String>>,
}

/// The answer to an objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectionAnswered {
    /// Which matter.
    pub matter: MatterIndex,
    /// Whether whoever passed it down consents: only then it is given back.
    pub consented: bool,
    /// Who wrote it down.
    pub by: StaffId,
    /// What there is to say.
    pub note: Option<Sensitive<String>>,
}

/// An alarm given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rang {
    /// Which.
    pub bell: Bell,
    /// Of which matter; none where it is the visit's.
    pub matter: Option<MatterIndex>,
    /// Of which limit, where it is one's.
    pub limit: Option<LimitKind>,
    /// The day it was given.
    pub day: ServiceDay,
    /// To whom.
    pub to: Vec<StaffId>,
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
    /// 危急: danger to life or order, outside the queue; given by staff only.
    Danger,
}

/// Who registered a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The visitor, at the touch screen.
    Kiosk,
    /// Staff, at the desk.
    Desk(StaffId),
}

/// Enums the journal writes as words.
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
        /// 并入: linked to an open matter.
        Merged = "merged",
        /// 检举控告接收
        SealedReceived = "sealed-received",
        /// 不予办理: a refusal, which states its basis (R14).
        Declined = "declined",
        /// 不再受理: the same facts, and a 复核意见 has been given on them (XF 36).
        NotAgain = "not-again",
        /// 已退回交办单位: not ours, and whoever passed it down consents (R12, XF 23).
        GivenBack = "given-back",
    }
    /// What happens to the clock of an application for information.
    ClockStep {
        /// 征求第三方意见: the days they are given do not count (GI 32).
        ThirdParty = "third-party",
        /// 第三方已答复: it runs on.
        Heard = "heard",
        /// 补正告知: told once what is unclear, within seven working days (GI 30).
        Unclear = "unclear",
        /// 补正申请收到: it begins anew.
        Corrected = "corrected",
    }
    /// How a matter reached us (XF 17; 形式).
    Form {
        /// 来访
        Visit = "visit",
        /// 来信
        Letter = "letter",
        /// 来电
        Call = "call",
        /// 交办
        Assigned = "assigned",
    }
    /// Why the leader is to decide.
    EscalationReason {
        /// 职责不清 (R9)
        Unclear = "unclear",
        /// 科室有争议 (R11)
        Dispute = "dispute",
        /// 两次退回
        SecondRefusal = "second-refusal",
        /// 多次转办
        ThirdHandover = "third-handover",
        /// 重大紧急 (R15, XF 25)
        Urgent = "urgent",
        /// 当前责任人需回避 (XF 28)
        Recusal = "recusal",
    }
    /// On what ground a matter is in progress, and so which clock runs.
    Basis {
        /// 一般事项
        Ordinary = "ordinary",
        /// 材料齐全
        Materials = "materials",
        /// 视为受理: no notice came in time; an officer has confirmed that it is such an application.
        Deemed = "deemed",
        /// 信访告知 (XF 23)
        PetitionNotice = "petition-notice",
        /// 信访受理，出具处理意见书 (XF 31(6), 34)
        PetitionOpinion = "petition-opinion",
        /// 履行职责、调查处理 (XF 31(5))
        PetitionDuty = "petition-duty",
        /// 政府信息公开 (GI 33)
        Information = "information",
        /// 等候领导研究: the first responder has told, on paper, who calls and when (§2).
        Promise = "promise",
        /// 向上级或 12345 询问主管单位 (R8): unknown who is competent; a date is given.
        Enquiry = "enquiry",
    }
    /// Why a whole telephone number was looked at.
    OpenReason {
        /// 联系群众
        Contact = "contact",
        /// 核对信息
        Check = "check",
        /// 制作文书
        Document = "document",
        /// 送达、寄送
        Delivery = "delivery",
    }
    /// What kind of paper it is.
    PaperKind {
        /// 号票
        Slip = "slip",
        /// 一次性告知单 (R20)
        Notice = "notice",
        /// 材料收据
        Materials = "materials",
        /// 办理凭条: who answers, and until when
        Promise = "promise",
        /// 登记凭条 (RULES §5)
        Petition = "petition",
        /// 转办单
        Transfer = "transfer",
        /// 主管单位或法定途径告知 (R8); 不予办理、不再受理告知, with its basis (R14)
        Referral = "referral",
    }
    /// A document of the console, on A4, with seal and signature.
    Document {
        /// 告知书 (XF 23)
        Information = "information",
        /// 处理意见书或其他答复
        Reply = "reply",
        /// 延期告知书, with the reason (XF 34)
        Extension = "extension",
    }
    /// How a document reached the visitor.
    DeliveryWay {
        /// 直接送达
        Hand = "hand",
        /// 邮寄送达
        Post = "post",
        /// 留置送达
        Left = "left",
        /// 电子送达
        Electronic = "electronic",
    }
    /// An alarm.
    Bell {
        /// Nobody has called: the first responder and B post.
        Uncalled = "uncalled",
        /// Still nobody: reception's own task.
        UncalledReception = "uncalled-reception",
        /// Still nobody: the leader on duty.
        UncalledLeader = "uncalled-leader",
        /// Who came outside hours was to be called back by now: whoever answers (RULES §6).
        CallBack = "call-back",
        /// Still not reached: reception's own task.
        CallBackReception = "call-back-reception",
        /// An offered handover waits too long: the receiver.
        OfferWaits = "offer-waits",
        /// It went back: the first responder, who answers now, and the leader.
        OfferLapsed = "offer-lapsed",
        /// It went back within the last minutes of the day: the first responder gives a date.
        DateOwed = "date-owed",
        /// The leader has not decided in time.
        Undecided = "undecided",
        /// Major or urgent, and the leader has not answered: the next level (R15, XF 25).
        UrgentUnanswered = "urgent-unanswered",
        /// Staff marked the visit urgent or dangerous: the leader on duty, at once (R15).
        UrgentMarked = "urgent-marked",
        /// The leader has not said that they know: the next level (R15, XF 25).
        UrgentUnseen = "urgent-unseen",
        /// Whoever served the visitor has to stay out of it, and they wait again: the leader (XF 28).
        BrokenOff = "broken-off",
        /// The visitor has not come back with the papers: the first responder.
        NoticeOld = "notice-old",
        /// No notice in time: 视为受理 is proposed.
        Deemed = "deemed",
        /// Half the time is gone: progress is to be told (R13).
        HalfTime = "half-time",
        /// 80 % of the time is gone.
        MostTime = "most-time",
        /// Today is the day.
        Due = "due",
        /// The day has passed; every day again.
        Overdue = "overdue",
        /// Not yet in the state's petition system (XF 21).
        SystemEntry = "system-entry",
    }
    /// 信访事项类别 (XF 29–31)
    PetitionCategory {
        /// 建议意见 (29)
        Suggestion = "suggestion",
        /// 检举控告 (30): sealed
        Report = "report",
        /// 申诉求决 (31), with an item
        Appeal = "appeal",
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

pub(crate) use coded;

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ordinary, Self::Priority, Self::Urgent, Self::Danger];

    /// As the journal and the pages write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Priority => "priority",
            Self::Urgent => "urgent",
            Self::Danger => "danger",
        }
    }

    /// Whether the leader on duty hears of it at once (R15).
    pub fn reported(self) -> bool {
        matches!(self, Self::Urgent | Self::Danger)
    }

    /// Reads what [`Class::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl Outcome {
    /// Whether it needs a note: R8 and XF 31 ask for the body, its address and telephone on paper, a refusal
    /// for its basis (R14).
    pub fn needs_note(self) -> bool {
        matches!(
            self,
            Self::OutsideTold | Self::ProcedureTold | Self::Declined | Self::NotAgain
        )
    }

    /// Whether the visitor is sent elsewhere, which takes a [`Referral`](crate::domain::elsewhere::Referral).
    pub fn refers(self) -> bool {
        matches!(self, Self::OutsideTold | Self::ProcedureTold)
    }

    /// Whether it says why: by which policy somebody was answered, or why somebody was not served (RULES §3).
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Answered | Self::Left | Self::Missed)
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
    /// A service day is over: what it taught of services and waits.
    DayClosed(Box<ClosedDay>),
    /// Somebody was given a login, or a new password.
    AccountSet {
        /// Who.
        staff: StaffId,
    },
    /// Somebody says where they are.
    PresenceSet {
        /// Who.
        staff: StaffId,
        /// Where, and until when.
        presence: Presence,
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
