//! Why the lobby says no. A refusal is news for the person asking, not a fault; its words in Chinese and
//! English come from one table at the door, found by [`Refusal::code`].

use crate::domain::sensitive::BadPersonal;

/// Why a command does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The visit, offer or matter is not there (any more).
    #[error("there is no such visit")]
    NotFound,
    /// The matter is not in the catalogue.
    #[error("there is no such matter")]
    UnknownMatter,
    /// The person does not work here.
    #[error("there is no such member of staff")]
    UnknownStaff,
    /// The counter does not exist or does not serve that department.
    #[error("that counter does not serve this department")]
    WrongCounter,
    /// The visit is closed.
    #[error("visit is already closed")]
    AlreadyClosed,
    /// All calls are made.
    #[error("number has been called often enough; mark it missed")]
    CalledEnough,
    /// Three calls come before a miss.
    #[error("call again before marking the number missed")]
    CallAgainFirst,
    /// The last call was a moment ago.
    #[error("wait {seconds} seconds before calling again")]
    TooSoon {
        /// How long to wait.
        seconds: u16,
    },
    /// Another number is at that counter.
    #[error("counter is busy with another number")]
    CounterBusy,
    /// Nobody waits.
    #[error("nobody waits")]
    NobodyWaits,
    /// The ticket is not at a stage where this applies.
    #[error("number is not at a stage where this applies")]
    OutOfTurn,
    /// Another department's visit.
    #[error("visit is with another department")]
    NotYours,
    /// Somebody else was asked.
    #[error("handover was offered to somebody else")]
    NotOfferedToYou,
    /// It is already theirs.
    #[error("visit is already with that person")]
    SamePerson,
    /// An answer to the open offer is awaited.
    #[error("handover waits for an answer")]
    OfferOpen,
    /// The offer has been answered, or has lapsed.
    #[error("handover is no longer open")]
    OfferOver,
    /// They are away.
    #[error("that person is away now")]
    Away,
    /// R8: the competent body, its address and telephone are to be written down.
    #[error("write down which body is competent, its address and telephone")]
    NoteNeeded,
    /// XF 31(1)–(4): which procedure, and until when.
    #[error("write down which procedure it is and until when it is open")]
    ProcedureNeeded,
    /// Everybody is told how it ended, one way or another.
    #[error("say how the visitor was told")]
    ToldNeeded,
    /// The rules know no extension of this limit, or it has been extended.
    #[error("this limit cannot be extended")]
    NotExtendable,
    /// Longer than the rules allow.
    #[error("an extension may not be that long")]
    ExtensionTooLong,
    /// An extension is entered before the limit ends.
    #[error("limit is over; it can no longer be extended")]
    LimitOver,
    /// The dates contradict each other, or reach too far.
    #[error("the dates do not fit together")]
    BadDates,
    /// What has passed stays as it was.
    #[error("that time has passed and stays as it was")]
    InThePast,
    /// It stands there already.
    #[error("it is noted already")]
    AlreadyNoted,
    /// A turn of duty without anybody.
    #[error("nobody is named for that turn")]
    NobodyInTurn,
    /// They are not in that turn of duty.
    #[error("that person is not on duty in that turn")]
    NotInTurn,
    /// What a petition is about is not of the office's list.
    #[error("the office's list of contents has no such line")]
    UnknownContent,
    /// It is of that class already.
    #[error("visit is of that class already")]
    SameClass,
    /// So many visits have been made urgent today.
    #[error("no more visits can be made urgent today; ask the leader on duty")]
    UrgentUsedUp,
    /// It has been put off already.
    #[error("visitor has been told already")]
    AlreadyRolled,
    /// The office is not about to close.
    #[error("nobody is put off before the office closes")]
    NotClosing,
    /// Today's numbers of this queue are used up.
    #[error("today's numbers are used up")]
    NumbersUsedUp,
    /// A matter's own hours, its numbers a day, or it rests.
    #[error("this matter is not taken now")]
    NotTaken,
    /// What was typed cannot be a name, number or note.
    #[error("{0}")]
    Personal(BadPersonal),
    /// They are complained about or have an interest (XF 28).
    #[error("that person has to stay out of it")]
    Recused,
    /// The leader is to decide first.
    #[error("matter is before the leader; wait for the decision")]
    WithLeader,
    /// What the leader decided may not be sent back.
    #[error("leader has decided who answers; it may not be sent on")]
    LeaderDecided,
    /// A notice or receipt that names nothing.
    #[error("say which papers it is about")]
    NothingMissing,
    /// The notice is given once and whole (R20).
    #[error("notice was given already; it is given once and whole")]
    NoticeOnce,
    /// The date is before what it belongs to, after today or after what the rule allows.
    #[error("date does not fit; choose one that the rule allows")]
    BadDate,
    /// The visitor was told an earlier date (XF 34).
    #[error("visitor was told an earlier date, which only an approved extension moves")]
    DateStands,
    /// Nobody who was promised an answer is left without it (RULES §3).
    #[error("visitor was promised an answer; give it before closing")]
    AnswerOwed,
    /// A refusal or extension states its reason (R14).
    #[error("write down the reason")]
    ReasonNeeded,
    /// A petition is replied to only when the reply has reached the visitor.
    #[error("enter when and how the reply was delivered first")]
    DeliveryNeeded,
    /// Whoever is answered at once is told by which policy (RULES §3).
    #[error("write down the policy the answer goes by")]
    PolicyNeeded,
    /// A petition is closed only once it stands in the register (XF 23, 44).
    #[error("register the petition before closing")]
    RegisterNeeded,
    /// An appeal has its item of XF 31; 受理 is of item 6 only.
    #[error("choose the item of the regulations it falls under")]
    ItemNeeded,
    /// 检举控告 is never written in the open.
    #[error("seal the visit; only the discipline contact writes this down")]
    SealFirst,
    /// A group names one to five representatives (XF 20).
    #[error("name one to five representatives")]
    Representatives,
    /// One number carries no more matters.
    #[error("this number carries no more matters; register another visit")]
    MattersFull,
    /// The settings name no discipline contact.
    #[error("no discipline contact is set; ask the administrator")]
    NoContact,
    /// The key that was typed in is not the contact's.
    #[error("that is not the key; type in the discipline contact's own")]
    WrongKey,
    /// Too many wrong answers.
    #[error("too many tries; ask at the counter")]
    TriedEnough,
    /// Somebody of the department that has the matter.
    #[error("that person is of the department that has the matter")]
    SameDepartment,
    /// 不再受理 wants the number of a 复核意见 and the same facts (XF 36).
    #[error("write down the number of the final review and confirm that the facts are the same")]
    ReviewNeeded,
    /// Whoever is accused must not be the one who reads it (XF 28).
    #[error("discipline contact is concerned; name the higher body instead")]
    ContactAccused,
    /// They came back to the officer who goes on with it, who is here (RULES §3).
    #[error("visitor has come back to the officer who goes on with it")]
    SameOfficer,
    /// They may not do that at all.
    #[error("not allowed")]
    NotAllowed,
}

impl Refusal {
    /// What doors look the words up by.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::UnknownMatter => "unknown-matter",
            Self::UnknownStaff => "unknown-staff",
            Self::WrongCounter => "wrong-counter",
            Self::AlreadyClosed => "already-closed",
            Self::CalledEnough => "called-enough",
            Self::CallAgainFirst => "call-again-first",
            Self::TooSoon { .. } => "too-soon",
            Self::CounterBusy => "counter-busy",
            Self::NobodyWaits => "nobody-waits",
            Self::OutOfTurn => "out-of-turn",
            Self::NotYours => "not-yours",
            Self::NotOfferedToYou => "not-offered-to-you",
            Self::SamePerson => "same-person",
            Self::OfferOpen => "offer-open",
            Self::OfferOver => "offer-over",
            Self::Away => "away",
            Self::NoteNeeded => "note-needed",
            Self::ProcedureNeeded => "procedure-needed",
            Self::ToldNeeded => "told-needed",
            Self::NotExtendable => "not-extendable",
            Self::ExtensionTooLong => "extension-too-long",
            Self::LimitOver => "limit-over",
            Self::BadDates => "bad-dates",
            Self::InThePast => "in-the-past",
            Self::AlreadyNoted => "already-noted",
            Self::NobodyInTurn => "nobody-in-turn",
            Self::NotInTurn => "not-in-turn",
            Self::UnknownContent => "unknown-content",
            Self::SameClass => "same-class",
            Self::UrgentUsedUp => "urgent-used-up",
            Self::AlreadyRolled => "already-rolled",
            Self::NotClosing => "not-closing",
            Self::NumbersUsedUp => "numbers-used-up",
            Self::NotTaken => "not-taken",
            Self::Personal(BadPersonal::Name) => "bad-name",
            Self::Personal(BadPersonal::Phone) => "bad-phone",
            Self::Personal(BadPersonal::Note) => "bad-note",
            Self::Recused => "recused",
            Self::WithLeader => "with-leader",
            Self::LeaderDecided => "leader-decided",
            Self::NothingMissing => "nothing-missing",
            Self::NoticeOnce => "notice-once",
            Self::BadDate => "bad-date",
            Self::DateStands => "date-stands",
            Self::AnswerOwed => "answer-owed",
            Self::ReasonNeeded => "reason-needed",
            Self::DeliveryNeeded => "delivery-needed",
            Self::PolicyNeeded => "policy-needed",
            Self::RegisterNeeded => "register-needed",
            Self::ItemNeeded => "item-needed",
            Self::SealFirst => "seal-first",
            Self::Representatives => "representatives",
            Self::MattersFull => "matters-full",
            Self::NoContact => "no-contact",
            Self::WrongKey => "wrong-key",
            Self::TriedEnough => "tried-enough",
            Self::SameDepartment => "same-department",
            Self::ReviewNeeded => "review-needed",
            Self::ContactAccused => "contact-accused",
            Self::SameOfficer => "same-officer",
            Self::NotAllowed => "not-allowed",
        }
    }
}

impl From<BadPersonal> for Refusal {
    fn from(bad: BadPersonal) -> Self {
        Self::Personal(bad)
    }
}
