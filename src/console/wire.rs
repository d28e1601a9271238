//! The JSON forms of the console, apart from the domain, and what staff may read of a visitor. The only
//! place of this door that opens [`Sensitive`] values.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::desk::{Action, Seen, Snapshot};
use crate::domain::elsewhere::Referral;
use crate::domain::event::{Class, Event, HandoverReason, OpenReason, Outcome, RefuseReason, Told};
use crate::domain::ids::{CounterId, MatterIndex, OfferIndex, StaffId};
use crate::domain::office::{Language, Office, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::{self, Personal, Sensitive};
use crate::domain::ticket::Stage;
use crate::domain::time::Timestamp;
use crate::domain::visit::{MatterState, OfferState, Visit};
use crate::domain::wait::Wait;

/// A hash, for the comparison with what was typed.
pub fn open(hash: &Sensitive<String>) -> &str {
    hash.reveal()
}

/// A note of staff, for the story of the visit.
pub fn note(note: Option<&Sensitive<String>>) -> String {
    note.map(|it| it.reveal().clone()).unwrap_or_default()
}

/// A telephone as pages show it before somebody says why they need it whole: 138****5678.
pub fn masked_phone(personal: &Personal) -> String {
    let Some(phone) = &personal.phone else {
        return String::new();
    };
    let shown: Vec<char> = phone.reveal().chars().filter(|it| !it.is_whitespace()).collect();
    let (before, after) = if 11 <= shown.len() { (3, 4) } else { (0, 2) };
    let (head, tail) = (&shown[..before], &shown[shown.len().saturating_sub(after)..]);
    format!(
        "{}****{}",
        head.iter().collect::<String>(),
        tail.iter().collect::<String>()
    )
}

/// A key of 64 hexadecimal digits, as somebody typed it in.
pub fn key(text: &str) -> Option<[u8; 32]> {
    let text: Vec<u8> = text
        .chars()
        .filter(|it| !it.is_whitespace())
        .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
        .collect::<Option<_>>()?;
    (text.len() == 64).then(|| std::array::from_fn(|it| text[2 * it] << 4 | text[2 * it + 1]))
}

/// A name as the queue shows it: the first character and stars (张**), enough to be asked for.
pub fn masked_name(personal: &Personal) -> Option<String> {
    let name = personal.name.as_ref()?.reveal();
    let first = name.chars().next()?;
    Some(format!("{first}**"))
}

/// Name and telephone for those who serve the visit.
pub fn personal(personal: &Personal) -> (String, String) {
    let text = |it: &Option<Sensitive<String>>| it.as_ref().map(|it| it.reveal().clone()).unwrap_or_default();
    (text(&personal.name), text(&personal.phone))
}

/// Whether `staff` may look at `visit`: of their department, or they see the whole lobby, or it is, was
/// first, or is offered to be theirs.
pub fn may_see(staff: &Staff, visit: &Visit) -> bool {
    let involved = |it: &crate::domain::visit::VisitMatter| {
        it.responsible == staff.id || it.first_responder == staff.id || it.joined.contains(&staff.id)
    };
    if !visit.readable_by(&staff.id) {
        return false;
    }
    visit.sealed.is_some()
        || staff.sees_all()
        || visit.ticket.department == staff.department
        || visit.matters.iter().any(involved)
        || visit.open_offer().is_some_and(|it| it.offered.to == staff.id)
}

/// Text in both languages.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, PartialEq, Eq)]
pub struct Both {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Stable, for programs.
    pub code: String,
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// A login.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Staff id (工号).
    pub staff: String,
    /// Password.
    pub password: String,
}

/// Who is logged in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Me {
    /// Staff id.
    pub staff: String,
    /// Their name.
    pub name: Both,
    /// Their department.
    pub department: String,
    /// officer, reception, leader, administrator.
    pub roles: Vec<String>,
    /// The counter they sit at.
    pub counter: Option<u8>,
    /// To be sent back in the header `X-Lobby-CSRF` with everything that changes something.
    pub csrf: String,
}

/// The lobby as somebody may see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Queue {
    /// Grows with every change.
    pub revision: u64,
    /// The moment, RFC 3339.
    pub at: String,
    /// Whether the clock is trusted.
    pub clock_trusted: bool,
    /// The day numbers are given for.
    pub day: Option<String>,
    /// Whether the office is open.
    pub open: bool,
    /// First those that wait, in calling order.
    pub visits: Vec<VisitForm>,
    /// How many wait where.
    pub waiting: Vec<Waiting>,
    /// Of the slip printer, such as `ready` or `paper-out`.
    pub printer: String,
    /// Slips the roll will still give, about; none where there is no printer.
    pub slips_left: Option<u32>,
    /// Slips that wait for the printer.
    pub papers_waiting: usize,
    /// `sound`, `disk-full`, `database-failed` or `database-damaged`.
    pub storage: String,
    /// How far the office database is.
    pub sync: SyncForm,
}

/// How many wait for a department.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Waiting {
    /// Department.
    pub department: String,
    /// Tickets.
    pub count: usize,
}

/// How far the office database is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SyncForm {
    /// Entries it does not have yet.
    pub unsent: u64,
    /// Last success, RFC 3339.
    pub last_success: Option<String>,
    /// How the newest load ended.
    pub last_outcome: Option<String>,
}

/// One visit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitForm {
    /// Key.
    pub id: String,
    /// The label people know it by.
    pub number: String,
    /// The day its number belongs to.
    pub day: String,
    /// waiting, called, serving, missed, closed.
    pub stage: String,
    /// The counter it is at or called to.
    pub counter: Option<u8>,
    /// Calls made.
    pub calls: u8,
    /// How many are called before it; null unless it waits.
    pub ahead: Option<usize>,
    /// How long it will wait, minutes, from …
    pub wait_from: Option<u16>,
    /// … until; null where that is not known.
    pub wait_until: Option<u16>,
    /// Given outside hours, and to be called back.
    pub night: bool,
    /// ordinary, priority, urgent, danger.
    pub class: String,
    /// Whose queue.
    pub department: String,
    /// When they came, RFC 3339.
    pub arrived_at: String,
    /// Heads.
    pub people: u16,
    /// zh, en.
    pub language: String,
    /// The name masked (张**); whole only in the form of one visit.
    pub name: Option<String>,
    /// Telephone, masked until somebody says why they need it (`open`); only in the form of one visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What they came about.
    pub matters: Vec<MatterForm>,
    /// Handovers offered.
    pub offers: Vec<OfferForm>,
}

/// One matter of a visit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatterForm {
    /// Of the catalogue; null if they did not know whom to ask.
    pub code: Option<String>,
    /// 首问责任人, never to change.
    pub first_responder: String,
    /// 当前责任人
    pub responsible: String,
    /// Why this department.
    pub rule: String,
    /// How it ended, if it has.
    pub outcome: Option<String>,
    /// How the visitor was told.
    pub told: Option<String>,
}

/// A handover offered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferForm {
    /// From 0.
    pub index: u16,
    /// Who offers.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Whether somebody leads the visitor there.
    pub led: bool,
    /// open, accepted, refused, lapsed.
    pub state: String,
}

/// Calls whoever is next.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallNext {
    /// Where to; the counter they sit at, if none is given.
    pub counter: Option<u8>,
}

/// A visit that was called or registered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Numbered {
    /// Key of the visit.
    pub id: String,
    /// The label people know it by.
    pub number: String,
    /// Whether this tap had made it before.
    pub again: bool,
}

/// What to do with a visit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ActionForm {
    /// 叫号, 重呼
    Call {
        /// Where to; the counter they sit at, if none is given.
        counter: Option<u8>,
    },
    /// 开始办理
    Begin {},
    /// 过号
    Miss {},
    /// 重新排队
    Rejoin {},
    /// 转办
    Offer {
        /// From 0.
        #[serde(default)]
        matter: u8,
        /// To whom.
        to: String,
        /// other-duty, together, absent, other-matter, taken-over.
        reason: String,
        /// Whether somebody leads the visitor there.
        #[serde(default)]
        led: bool,
    },
    /// 接收
    Accept {
        /// From 0.
        offer: u16,
    },
    /// 退回
    Refuse {
        /// From 0.
        offer: u16,
        /// not-our-duty, already-handled, away, recusal.
        reason: String,
    },
    /// 办结
    Close {
        /// From 0.
        #[serde(default)]
        matter: u8,
        /// answered, outside-told, procedure-told, replied, left, missed.
        outcome: String,
        /// in-person, phone, writing, not-told.
        told: String,
        /// What was answered, by which policy, if another than the catalogue's; the basis of a refusal; why somebody
        /// left or did not come.
        #[serde(default)]
        note: String,
        /// Where the visitor was sent; required for outside-told and procedure-told.
        #[serde(default)]
        referral: Option<ReferralForm>,
    },
    /// Another class in the queue.
    Class {
        /// ordinary, priority, urgent, danger.
        class: String,
        /// Why; required for urgent and danger.
        #[serde(default)]
        reason: String,
    },
    /// 顺延, at closing.
    RollOver {
        /// in-person, phone, writing.
        told: String,
    },
    /// 回电, in the morning.
    CallBack {
        /// Whether somebody answered.
        reached: bool,
    },
    /// 补打
    Reprint {},
    /// 接待
    Receive {},
    /// 回来办理
    Return {},
    /// 密封
    Seal {},
    /// 已知悉, of what is urgent: by whom it was reported to, or a leader.
    Known {},
    /// 查看个人信息: the answer holds the whole telephone number.
    Open {
        /// contact, check, document, delivery.
        reason: String,
    },
    /// 综合窗口接手
    TakeOver {
        /// From 0.
        #[serde(default)]
        matter: u8,
    },
}

/// Where a visitor was sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferralForm {
    /// The body's name.
    pub body: String,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
    /// Which procedure of the law; required for procedure-told.
    #[serde(default)]
    pub way: String,
    /// Until when; required for procedure-told.
    #[serde(default)]
    pub until: String,
}

/// A visitor to be registered at the desk.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterForm {
    /// A UUID chosen by the caller: the same one sent twice makes one visit.
    pub tap: String,
    /// Of the catalogue; null if they do not know whom to ask.
    pub matter: Option<String>,
    /// As they call themselves.
    #[serde(default)]
    pub name: String,
    /// Digits, `+`, `-` and spaces.
    #[serde(default)]
    pub phone: String,
    /// ordinary, priority, urgent, danger.
    #[serde(default = "ordinary")]
    pub class: String,
    /// Why; required for urgent and danger.
    #[serde(default)]
    pub reason: String,
    /// Their appointment, RFC 3339, if they have one.
    #[serde(default)]
    pub booked_at: Option<String>,
    /// zh, en.
    #[serde(default = "chinese")]
    pub language: String,
    /// Heads, 1 to 999.
    #[serde(default = "one")]
    pub people: u16,
}

fn ordinary() -> String {
    Class::Ordinary.code().to_owned()
}

fn chinese() -> String {
    Language::Chinese.code().to_owned()
}

fn one() -> u16 {
    1
}

/// Something that happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Happened {
    /// When, RFC 3339.
    pub at: String,
    /// registered, called, begun, missed, rejoined, offered, accepted, refused, lapsed, closed, classed, rolled-over,
    /// called-back, reprinted, slip.
    pub what: String,
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// A matter of the catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CatalogueMatter {
    /// Key.
    pub code: String,
    /// Name.
    pub name: Both,
    /// service, enquiry, petition, archive, seal, meeting, official, delivery.
    pub kind: String,
}

/// What the hall shows: nothing about a person.
#[derive(Debug, Clone, Serialize, ToSchema, PartialEq)]
pub struct DisplayForm {
    /// The office.
    pub office: Both,
    /// The wall clock, `2026-03-02 08:31`; empty while it is not trusted.
    pub time: String,
    /// Whether the office is open.
    pub open: bool,
    /// Numbers called, newest first.
    pub calls: Vec<DisplayCall>,
    /// Numbers being served.
    pub serving: Vec<DisplayCall>,
    /// Departments for which somebody waits.
    pub waiting: Vec<DisplayWaiting>,
    /// The rule by which those with priority queue, in a sentence; none where the office gives no head start.
    pub priority: Option<Both>,
}

/// A number and where it is called to.
#[derive(Debug, Clone, Serialize, ToSchema, PartialEq)]
pub struct DisplayCall {
    /// The number.
    pub number: String,
    /// Counter.
    pub counter: Both,
    /// Room of the counter.
    pub room: String,
    /// The how-manieth call.
    pub calls: u8,
}

/// How many wait.
#[derive(Debug, Clone, Serialize, ToSchema, PartialEq)]
pub struct DisplayWaiting {
    /// Department.
    pub department: Both,
    /// Tickets.
    pub count: usize,
}

impl From<&crate::domain::office::Words> for Both {
    fn from(words: &crate::domain::office::Words) -> Self {
        Self {
            zh: words.zh.clone(),
            en: words.en.clone(),
        }
    }
}

/// A moment as JSON writes it.
pub fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A visit as JSON; `whole` with name and telephone.
pub fn visit(visit: &Visit, place: Option<(usize, Option<Wait>)>, whole: bool) -> VisitForm {
    let wait = place.and_then(|it| it.1);
    let (name, _) = personal(&visit.personal);
    let filled = |it: String| (!it.is_empty()).then_some(it);
    let calls = match visit.ticket.stage {
        Stage::Called { calls, .. } => calls,
        _ => 0,
    };
    VisitForm {
        id: visit.id.to_string(),
        number: visit.ticket.number.to_string(),
        day: visit.day.to_string(),
        stage: visit.ticket.stage.code().to_owned(),
        counter: visit.ticket.counter().map(|it| it.0),
        calls,
        ahead: place.map(|it| it.0),
        wait_from: wait.map(|it| it.from),
        wait_until: wait.map(|it| it.until),
        night: visit.ticket.night.is_some(),
        class: visit.class.code().to_owned(),
        department: visit.ticket.department.to_string(),
        arrived_at: moment(visit.arrived_at),
        people: visit.people,
        language: visit.language.code().to_owned(),
        name: if whole {
            filled(name)
        } else {
            masked_name(&visit.personal)
        },
        phone: if whole {
            filled(masked_phone(&visit.personal))
        } else {
            None
        },
        matters: visit.matters.iter().map(matter).collect(),
        offers: visit.offers.iter().map(offer).collect(),
    }
}

fn matter(it: &crate::domain::visit::VisitMatter) -> MatterForm {
    let (outcome, told) = match &it.state {
        MatterState::Closed { outcome, told, .. } => (Some(outcome.code()), Some(told.code())),
        _ => (None, None),
    };
    MatterForm {
        code: it.matter.as_ref().map(ToString::to_string),
        first_responder: it.first_responder.to_string(),
        responsible: it.responsible.to_string(),
        rule: it.rule.to_string(),
        outcome: outcome.map(str::to_owned),
        told: told.map(str::to_owned),
    }
}

fn offer(it: &crate::domain::visit::Offer) -> OfferForm {
    let state = match it.state {
        OfferState::Open => "open",
        OfferState::Accepted => "accepted",
        OfferState::Refused(_) => "refused",
        OfferState::Lapsed => "lapsed",
    };
    OfferForm {
        index: it.offered.offer.0,
        from: it.offered.from.to_string(),
        to: it.offered.to.to_string(),
        reason: it.offered.reason.code().to_owned(),
        led: it.offered.led,
        state: state.to_owned(),
    }
}

/// The lobby as `staff` may see it.
pub fn queue(snapshot: &Snapshot, staff: &Staff) -> Queue {
    let seen = |it: &&Seen| may_see(staff, &it.visit);
    Queue {
        revision: snapshot.revision,
        at: moment(snapshot.at),
        clock_trusted: snapshot.clock_trusted,
        day: snapshot.day.map(|it| it.to_string()),
        open: snapshot.open,
        visits: snapshot
            .visits
            .iter()
            .filter(seen)
            .map(|it| visit(&it.visit, it.place(), false))
            .collect(),
        waiting: snapshot
            .waiting
            .iter()
            .map(|(department, count)| Waiting {
                department: department.to_string(),
                count: *count,
            })
            .collect(),
        printer: snapshot.printer.code().to_owned(),
        slips_left: snapshot.roll.map(|it| it.papers),
        papers_waiting: snapshot.papers_waiting,
        storage: snapshot.storage.code().to_owned(),
        sync: SyncForm {
            unsent: snapshot.sync.unsent,
            last_success: snapshot.sync.last_success.map(moment),
            last_outcome: snapshot.sync.last.as_ref().map(|it| it.1.outcome.clone()),
        },
    }
}

/// What the hall may know. `time` is the wall clock, if it is trusted.
pub fn display(snapshot: &Snapshot, office: &Office, time: String) -> DisplayForm {
    let call = |it: &crate::desk::Call| {
        let counter = office.counter(it.counter);
        DisplayCall {
            number: it.number.to_string(),
            counter: counter.map_or(
                Both {
                    zh: format!("{}号窗口", it.counter),
                    en: format!("Counter {}", it.counter),
                },
                |it| Both::from(&it.name),
            ),
            room: counter.map(|it| it.room.clone()).unwrap_or_default(),
            calls: it.calls,
        }
    };
    let waits = |(code, count): &(crate::domain::ids::DepartmentCode, usize)| {
        let department = office.department(code).map(|it| Both::from(&it.name))?;
        (0 < *count).then_some(DisplayWaiting {
            department,
            count: *count,
        })
    };
    DisplayForm {
        office: Both::from(&office.identity.name),
        time,
        open: snapshot.open,
        calls: snapshot.calls.iter().filter(|it| !it.serving).map(call).collect(),
        serving: snapshot.calls.iter().filter(|it| it.serving).map(call).collect(),
        waiting: snapshot.waiting.iter().filter_map(waits).collect(),
        priority: priority(office),
    }
}

/// The order of the hall as it is said aloud (RULES §6), with the minutes the office has set.
fn priority(office: &Office) -> Option<Both> {
    let minutes = office.settings.priority_minutes;
    let n = [("n", minutes.to_string())];
    let said = |language| super::words::say_with("display.priority", language, &n);
    (0 < minutes).then(|| Both {
        zh: said(Language::Chinese),
        en: said(Language::English),
    })
}

/// The name of an event, for programs.
pub fn event_name(event: &Event) -> &'static str {
    match event {
        Event::Registered(_) => "registered",
        Event::Called { .. } => "called",
        Event::Begun { .. } => "begun",
        Event::Missed { .. } => "missed",
        Event::Rejoined { .. } => "rejoined",
        Event::Offered(_) => "offered",
        Event::Accepted { .. } => "accepted",
        Event::Refused { .. } => "refused",
        Event::Lapsed { .. } => "lapsed",
        Event::Closed { .. } => "closed",
        Event::Classed { .. } => "classed",
        Event::RolledOver { .. } => "rolled-over",
        Event::CalledBack { .. } => "called-back",
        Event::Reprinted { .. } => "reprinted",
        Event::SlipSettled { .. } => "slip",
        Event::Received { .. } => "received",
        Event::MatterAdded(_) => "matter-added",
        Event::Reordered { .. } => "reordered",
        Event::Escalated(_) => "escalated",
        Event::Decided(_) => "decided",
        Event::NoticeGiven(_) => "notice-given",
        Event::MaterialsReceived(_) => "materials-received",
        Event::Undertaken(_) => "undertaken",
        Event::Extended(_) => "extended",
        Event::Returned { .. } => "returned",
        Event::Merged(_) => "merged",
        Event::PetitionTaken(_) => "petition",
        Event::Delivered(_) => "delivered",
        Event::Sealed(_) => "sealed",
        Event::Opened { .. } => "opened",
        Event::Recused { .. } => "recused",
        Event::UrgencyKnown { .. } => "urgency-known",
        Event::Rang(_) => "bell",
        Event::PaperAsked { .. } => "paper",
        Event::HandedOn(_) => "handed-on",
        Event::Joined(_) => "joined",
        Event::ProgressTold(_) => "progress-told",
        Event::ClockSet(_) => "clock-set",
        Event::Objected(_) => "objected",
        Event::ObjectionAnswered(_) => "objection-answered",
    }
}

impl ActionForm {
    /// What the desk understands, at `counter` where none is given.
    ///
    /// # Errors
    /// The name of the field that means nothing, or a refusal.
    pub fn action(self, counter: Option<CounterId>) -> Result<Action, BadForm> {
        Ok(match self {
            Self::Call { counter: given } => Action::Call(
                given
                    .map(CounterId)
                    .or(counter)
                    .ok_or(BadForm::Field("counter"))?,
            ),
            Self::Begin {} => Action::Begin,
            Self::Miss {} => Action::Miss,
            Self::Rejoin {} => Action::Rejoin,
            Self::Offer {
                matter,
                to,
                reason,
                led,
            } => Action::Offer {
                matter: MatterIndex(matter),
                to: StaffId::new(to),
                reason: HandoverReason::from_code(&reason).ok_or(BadForm::Field("reason"))?,
                led,
            },
            Self::Accept { offer } => Action::Accept(OfferIndex(offer)),
            Self::Refuse { offer, reason } => Action::Refuse(
                OfferIndex(offer),
                RefuseReason::from_code(&reason).ok_or(BadForm::Field("reason"))?,
            ),
            Self::Close {
                matter,
                outcome,
                told,
                note,
                referral,
            } => {
                let matter = MatterIndex(matter);
                let outcome = Outcome::from_code(&outcome).ok_or(BadForm::Field("outcome"))?;
                let told = Told::from_code(&told).ok_or(BadForm::Field("told"))?;
                let note = sensitive::note(&note).map_err(|it| BadForm::Refused(it.into()))?;
                match referral {
                    None => Action::Close {
                        matter,
                        outcome,
                        told,
                        note,
                    },
                    Some(it) => {
                        let to = Referral {
                            body: it.body,
                            address: it.address,
                            phone: it.phone,
                            way: it.way,
                            until: it.until,
                        };
                        Action::Refer {
                            matter,
                            outcome,
                            told,
                            referral: Sensitive::new(Box::new(to)),
                            note,
                        }
                    }
                }
            }
            Self::Class { class, reason } => Action::Reclass {
                class: Class::from_code(&class).ok_or(BadForm::Field("class"))?,
                reason: sensitive::note(&reason).map_err(|it| BadForm::Refused(it.into()))?,
            },
            Self::RollOver { told } => Action::RollOver {
                told: Told::from_code(&told).ok_or(BadForm::Field("told"))?,
            },
            Self::CallBack { reached } => Action::CallBack { reached },
            Self::Reprint {} => Action::Reprint,
            Self::Receive {} => Action::Receive,
            Self::Return {} => Action::Return,
            Self::Seal {} => Action::Seal,
            Self::Known {} => Action::Acknowledge,
            Self::Open { reason } => {
                Action::Open(OpenReason::from_code(&reason).ok_or(BadForm::Field("reason"))?)
            }
            Self::TakeOver { matter } => Action::TakeOver(MatterIndex(matter)),
        })
    }
}

/// A form that means nothing to the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadForm {
    /// This field.
    Field(&'static str),
    /// What was typed cannot be meant.
    Refused(Refusal),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_surname_is_masked_whole() {
        let named = |text| Personal {
            name: sensitive::name(text).unwrap(),
            phone: None,
            name_by_clerk: false,
        };
        assert_eq!(masked_name(&named("𠅤秀英")).as_deref(), Some("𠅤**"));
        assert_eq!(masked_name(&named("䶮")).as_deref(), Some("䶮**"));
        assert_eq!(masked_name(&named("")), None);
    }

    #[test]
    fn an_action_is_read_strictly() {
        let read = |text| serde_json::from_str::<ActionForm>(text);
        assert!(read(r#"{"action":"begin"}"#).is_ok());
        for rubbish in [
            r#"{"action":"explode"}"#,
            r#"{"action":"begin","counter":3}"#,
            r#"{"action":"accept","offer":-1}"#,
            r#"{"action":"accept","offer":70000}"#,
            r#"{"action":"call","counter":300}"#,
            r#"{}"#,
            r#"[]"#,
        ] {
            assert!(read(rubbish).is_err(), "{rubbish}");
        }
        let call = read(r#"{"action":"call"}"#).unwrap().action(None);
        assert_eq!(call.unwrap_err(), BadForm::Field("counter"));
        let close = r#"{"action":"close","outcome":"不归我管","told":"in-person"}"#;
        assert_eq!(
            read(close).unwrap().action(None).unwrap_err(),
            BadForm::Field("outcome")
        );
    }
}
