//! The office (本单位) as its files describe it: departments, counters, matters, people, hours and the
//! settings of RULES. It is read once, checked whole, and never changes while the lobby runs.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, Weekday};

use crate::domain::arrangement::Noted;
use crate::domain::calendar::Calendar;
use crate::domain::content::{self, Content};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::ids::{CounterId, DepartmentCode, KioskId, MatterCode, SiteId, StaffId};
use crate::domain::limit::{Count, Limit, LimitKind, Limits};
use crate::domain::posted::Posted;
use crate::domain::roster::Roster;
use crate::domain::routing::Routing;
use crate::domain::taking::Taking;
use crate::domain::time::{ServiceDay, Span, Timestamp, from_local, local};

/// A text for people, in both languages of the box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Chinese; always there.
    pub zh: String,
    /// English; where a file gives none, the Chinese again.
    pub en: String,
}

impl Words {
    /// The same in both.
    pub fn same(text: &str) -> Self {
        Self {
            zh: text.to_owned(),
            en: text.to_owned(),
        }
    }

    /// In `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

/// What a visitor reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// 中文
    #[default]
    Chinese,
    /// English
    English,
}

impl Language {
    /// As the journal and the pages write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// Reads what [`Language::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// What kind of thing a matter is; each kind is a tile on the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MatterKind {
    /// 办事
    Service,
    /// 咨询
    Enquiry,
    /// 反映诉求（信访）
    Petition,
    /// 查档
    Archive,
    /// 用印
    Seal,
    /// 会议签到
    Meeting,
    /// 公务来访
    Official,
    /// 送文送件
    Delivery,
}

impl MatterKind {
    /// All of them, in the order of the tiles.
    pub const ALL: [Self; 8] = [
        Self::Service,
        Self::Enquiry,
        Self::Petition,
        Self::Archive,
        Self::Seal,
        Self::Meeting,
        Self::Official,
        Self::Delivery,
    ];

    /// As files and the journal write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Enquiry => "enquiry",
            Self::Petition => "petition",
            Self::Archive => "archive",
            Self::Seal => "seal",
            Self::Meeting => "meeting",
            Self::Official => "official",
            Self::Delivery => "delivery",
        }
    }

    /// Reads what [`MatterKind::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A section of the office (科室).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its key.
    pub code: DepartmentCode,
    /// Its name.
    pub name: Words,
    /// Room as written on the door, such as 203.
    pub room: String,
    /// Office telephone.
    pub phone: String,
    /// The letter its numbers begin with, its own.
    pub queue: char,
    /// A post (A岗), who normally receives (R23).
    pub a_post: StaffId,
    /// B post (B岗), who acts when A is away (R24).
    pub b_post: StaffId,
    /// Head of the department.
    pub head: StaffId,
    /// A temporary department's first and last day (临时机构); none where there is no such bound.
    pub term: Term,
}

/// How long a temporary department is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Term {
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day, included.
    pub until: Option<NaiveDate>,
}

impl Term {
    /// Whether `date` is in it.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|it| it <= date) && self.until.is_none_or(|it| date <= it)
    }
}

impl Department {
    /// Whether it is there on `date`.
    pub fn exists(&self, date: NaiveDate) -> bool {
        self.term.holds(date)
    }

    /// Whether it has an end or a beginning.
    pub fn temporary(&self) -> bool {
        self.term != Term::default()
    }
}

/// A numbered place where tickets are called (窗口).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Its number.
    pub id: CounterId,
    /// As it is called out.
    pub name: Words,
    /// Where it is.
    pub room: String,
    /// Whose tickets may be called there.
    pub departments: Vec<DepartmentCode>,
}

/// Something people come about (事项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Its key.
    pub code: MatterCode,
    /// What the tile says.
    pub name: Words,
    /// What kind of thing it is.
    pub kind: MatterKind,
    /// Other words for it, and how people complain of it.
    pub synonyms: Vec<String>,
    /// What to bring, one thing a line.
    pub bring: Vec<Words>,
    /// What a one-time notice says beside the papers (R20).
    pub notice: NoticeWords,
    /// How long it takes, as told to people (即办, 5 个工作日 …).
    pub limit: Words,
    /// Start value of minutes at the counter, until the office's own days teach better.
    pub minutes: u16,
    /// The limit the office sets itself, if one: what clocks go by, while `limit` is what people read.
    pub due: Option<Count>,
    /// How long the office has to say which papers are missing, if not as long as for every matter: licences have
    /// five working days (行政许可法 32).
    pub materials: Option<Count>,
    /// 政府信息公开申请: its clock is that of 信息公开条例 33.
    pub information: bool,
    /// A post for this matter, if not the department's.
    pub a_post: Option<StaffId>,
    /// B post for this matter, if not the department's.
    pub b_post: Option<StaffId>,
    /// When it is taken, if not whenever the office is open.
    pub taking: Taking,
}

/// What a one-time notice says beside papers, limit, place and telephone (R20). Empty where the catalogue
/// says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeWords {
    /// 办理依据
    pub basis: Words,
    /// 受理条件
    pub conditions: Words,
    /// 办理流程
    pub procedure: Words,
    /// 收费
    pub fee: Words,
}

impl Matter {
    /// Whether it is a service applied for: 视为受理 is never proposed for anything else (RULES §4).
    pub fn applied_for(&self) -> bool {
        self.kind == MatterKind::Service
    }
}

/// What somebody may do at the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// 科室人员: own department's queue.
    Officer,
    /// 接待人员: the whole lobby.
    Reception,
    /// 带班领导: the whole lobby and what is escalated.
    Leader,
    /// 管理员: the box itself.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Officer, Self::Reception, Self::Leader, Self::Administrator];

    /// As files and the journal write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Reception => "reception",
            Self::Leader => "leader",
            Self::Administrator => "administrator",
        }
    }

    /// Reads what [`Role::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Somebody who works here (工作人员). Their names are public on the door and on the slip (R4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their key, also what they log in with.
    pub id: StaffId,
    /// Their name.
    pub name: Words,
    /// Their post (职务).
    pub post: Words,
    /// Where they work.
    pub department: DepartmentCode,
    /// Office telephone, never a private mobile (R4).
    pub phone: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Which counter is theirs, if one is.
    pub counter: Option<CounterId>,
}

impl Staff {
    /// Whether they hold `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Their name with their post, as they tell it to whoever they receive (R4).
    pub fn named(&self, language: Language) -> String {
        let (name, post) = (self.name.get(language), self.post.get(language));
        match language {
            _ if post.is_empty() => name.to_owned(),
            Language::Chinese => format!("{name}（{post}）"),
            Language::English => format!("{name} ({post})"),
        }
    }

    /// Whether they see and serve the whole lobby, not only their own department.
    pub fn sees_all(&self) -> bool {
        self.is(Role::Reception) || self.is(Role::Leader)
    }
}

/// When the office is open, on a usual week; the calendar says which days are none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// Days it opens on.
    pub days: Vec<Weekday>,
    /// Its hours on those days, in order.
    pub spans: Vec<Span>,
    /// Whether holidays do not close it.
    pub holidays: bool,
}

impl Hours {
    /// Whether the office opens on `date`: on the days of its week, on make-up days, on no holiday.
    pub fn open_on(&self, calendar: &Calendar, date: NaiveDate) -> bool {
        match calendar.special(date) {
            Some(special) if special.works || !self.holidays => special.works,
            _ => self.days.contains(&chrono::Datelike::weekday(&date)),
        }
    }

    /// Whether the office is open at `at`.
    pub fn open(&self, calendar: &Calendar, at: Timestamp) -> bool {
        let local = local(at);
        self.open_on(calendar, local.date()) && self.spans.iter().any(|it| it.holds(local.time()))
    }

    /// When it closes on a day it is open; what a day of the law ends with (民法典 203).
    pub fn closing(&self) -> NaiveTime {
        let last = self.spans.iter().map(|it| it.until).max();
        last.unwrap_or(NaiveTime::MIN)
    }

    /// Minutes of open time between two moments; what an acceptance limit is counted in.
    pub fn open_minutes(&self, calendar: &Calendar, from: Timestamp, until: Timestamp) -> i64 {
        let (mut at, end) = (local(from), local(until));
        let mut seconds = 0;
        while at < end {
            let next_day = at
                .date()
                .succ_opt()
                .expect("a date before the year 262143")
                .and_hms_opt(0, 0, 0);
            let next_day = next_day.expect("midnight exists").min(end);
            if self.open_on(calendar, at.date()) {
                for span in &self.spans {
                    let opens = at.date().and_time(span.from).max(at);
                    let closes = at.date().and_time(span.until).min(next_day);
                    seconds += (closes - opens).num_seconds().max(0);
                }
            }
            at = next_day;
        }
        seconds / 60
    }
}

/// The numbers of RULES marked ⚙.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Head start of 优先照顾, minutes (RULES §6).
    pub priority_minutes: u16,
    /// Head start of an urgent visit, minutes; staff only.
    pub urgent_minutes: u16,
    /// Head start of an appointment, minutes.
    pub appointment_minutes: u16,
    /// Minutes before its time from which whoever has an appointment counts as having come.
    pub appointment_grace_minutes: u16,
    /// Minutes after its time until which an appointment counts at all.
    pub appointment_late_minutes: u16,
    /// Visits staff may make urgent in a day; danger is not counted.
    pub urgent_a_day_max: u16,
    /// Minutes, open or not, in which the leader says that they know of what is urgent; then the next level is told.
    pub urgent_known_minutes: u16,
    /// Minutes after opening until which those of the night are to be called back.
    pub callback_minutes: u16,
    /// Minutes before opening from which the day's own numbers are given.
    pub early_minutes: u16,
    /// Seconds between two calls of one number.
    pub call_gap_seconds: u16,
    /// Minutes after which one who came back late is called again at the latest.
    pub rejoin_minutes: u16,
    /// Others called first after somebody came back late.
    pub rejoin_others: u16,
    /// Minutes in which an offered handover is to be accepted, counted while the office is open.
    pub accept_minutes: u16,
    /// Minutes after the receiver was reminded, until the offer goes back.
    pub accept_again_minutes: u16,
    /// Open minutes after registration without a call: bell at the first responder and B post.
    pub uncalled_minutes: u16,
    /// The same, until it is reception's own task.
    pub uncalled_reception_minutes: u16,
    /// The same, until the leader on duty is told.
    pub uncalled_leader_minutes: u16,
    /// Head start of who comes back with the papers that were missing, minutes.
    pub returning_minutes: u16,
    /// Working days a leader has to decide.
    pub decision_days: u16,
    /// Days after a notice until somebody asks whether the visitor still comes.
    pub notice_days: u16,
    /// Part of a limit, in percent, after which the visitor is to hear how it stands (R13).
    pub progress_percent: u16,
    /// Working days after a petition was registered, by which it stands in the state's system (XF 21).
    pub system_entry_days: u16,
    /// How long a page waits for a finger, seconds.
    pub idle_seconds: u16,
    /// The same in large print.
    pub idle_seconds_large: u16,
    /// Tickets the kiosk gives in a day and queue before it sends people to the counter.
    pub tickets_a_day_max: u16,
    /// Limits of time.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            priority_minutes: 12,
            urgent_minutes: 30,
            appointment_minutes: 8,
            appointment_grace_minutes: 5,
            appointment_late_minutes: 15,
            urgent_a_day_max: 5,
            urgent_known_minutes: 10,
            callback_minutes: 60,
            early_minutes: 60,
            call_gap_seconds: 60,
            rejoin_minutes: 10,
            rejoin_others: 3,
            accept_minutes: 10,
            accept_again_minutes: 5,
            uncalled_minutes: 10,
            uncalled_reception_minutes: 20,
            uncalled_leader_minutes: 30,
            returning_minutes: 12,
            decision_days: 1,
            notice_days: 30,
            progress_percent: 50,
            system_entry_days: 1,
            idle_seconds: 60,
            idle_seconds_large: 120,
            tickets_a_day_max: 999,
            limits: Limits::default(),
        }
    }
}

/// Who and where this box is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The office, as the office database knows it.
    pub site: SiteId,
    /// This box.
    pub kiosk: KioskId,
    /// The office's name, printed on every slip.
    pub name: Words,
    /// Its address.
    pub address: Words,
    /// The telephone that is always answered; on slips and on 暂停服务 pages.
    pub phone: String,
    /// Where a phone page is served from, if the office has one (`https://…`, no slash at the end).
    pub public_url: Option<String>,
}

/// The office whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Who and where.
    pub identity: Identity,
    /// When.
    pub hours: Hours,
    /// The numbers.
    pub settings: Settings,
    /// The department behind 综合窗口: reception, for whatever no rule claims.
    pub reception: DepartmentCode,
    /// In the order of the files.
    pub departments: Vec<Department>,
    /// In the order of the files.
    pub counters: Vec<Counter>,
    /// In the order of the files, which is the order people see.
    pub matters: Vec<Matter>,
    /// Everybody.
    pub staff: Vec<Staff>,
    /// Which department takes what.
    pub routing: Routing,
    /// Who is on duty when.
    pub roster: Roster,
    /// Which days are worked: the years shipped, and what the office has imported.
    pub calendar: Calendar,
    /// Where people are sent that is no department of ours.
    pub elsewhere: Elsewhere,
    /// What turns of duty told the next, the newest last.
    pub notes: Vec<Noted>,
    /// What is posted in the lobby.
    pub posted: Posted,
    /// What petitions are about, in the order people see; never empty.
    pub contents: Vec<Content>,
    index: Index,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Index {
    departments: HashMap<DepartmentCode, usize>,
    matters: HashMap<MatterCode, usize>,
    staff: HashMap<StaffId, usize>,
}

/// The parts of an [`Office`], as read from files, not yet looked up by key.
#[derive(Debug, Clone)]
pub struct OfficeParts {
    /// See [`Office`].
    pub identity: Identity,
    /// See [`Office`].
    pub hours: Hours,
    /// See [`Office`].
    pub settings: Settings,
    /// See [`Office`].
    pub reception: DepartmentCode,
    /// See [`Office`].
    pub departments: Vec<Department>,
    /// See [`Office`].
    pub counters: Vec<Counter>,
    /// See [`Office`].
    pub matters: Vec<Matter>,
    /// See [`Office`].
    pub staff: Vec<Staff>,
    /// See [`Office`].
    pub routing: Routing,
    /// See [`Office`].
    pub roster: Roster,
    /// See [`Office`].
    pub posted: Posted,
}

impl Office {
    /// Joins the parts. `config` has checked before that every name used is one that exists.
    pub fn new(parts: OfficeParts) -> Self {
        let OfficeParts {
            departments,
            matters,
            staff,
            ..
        } = &parts;
        let index = Index {
            departments: departments
                .iter()
                .enumerate()
                .map(|(at, it)| (it.code.clone(), at))
                .collect(),
            matters: matters
                .iter()
                .enumerate()
                .map(|(at, it)| (it.code.clone(), at))
                .collect(),
            staff: staff
                .iter()
                .enumerate()
                .map(|(at, it)| (it.id.clone(), at))
                .collect(),
        };
        Self {
            identity: parts.identity,
            hours: parts.hours,
            settings: parts.settings,
            reception: parts.reception,
            departments: parts.departments,
            counters: parts.counters,
            matters: parts.matters,
            staff: parts.staff,
            routing: parts.routing,
            roster: parts.roster,
            calendar: Calendar::shipped(),
            elsewhere: Elsewhere::default(),
            notes: Vec::new(),
            posted: parts.posted,
            contents: content::usual(),
            index,
        }
    }

    /// The department, if the office has it (an old visit may name one it no longer has).
    pub fn department(&self, code: &DepartmentCode) -> Option<&Department> {
        self.index.departments.get(code).map(|&at| &self.departments[at])
    }

    /// The matter, if the catalogue has it.
    pub fn matter(&self, code: &MatterCode) -> Option<&Matter> {
        self.index.matters.get(code).map(|&at| &self.matters[at])
    }

    /// The person, if they work here.
    pub fn staff(&self, id: &StaffId) -> Option<&Staff> {
        self.index.staff.get(id).map(|&at| &self.staff[at])
    }

    /// Whether the office is open at `at`.
    pub fn open(&self, at: Timestamp) -> bool {
        self.hours.open(&self.calendar, at)
    }

    /// When the office closes on `day`, if it opens on it.
    pub fn closing_on(&self, day: ServiceDay) -> Option<Timestamp> {
        let opens = self.hours.open_on(&self.calendar, day.0);
        opens.then(|| from_local(day.0.and_time(self.hours.closing())))
    }

    /// Minutes of open time between two moments.
    pub fn open_minutes(&self, from: Timestamp, until: Timestamp) -> i64 {
        self.hours.open_minutes(&self.calendar, from, until)
    }

    /// The limit of `kind` that starts on `started`, for `matter` where the catalogue has one.
    pub fn limit(&self, kind: LimitKind, matter: Option<&Matter>, started: NaiveDate) -> Limit {
        let own = matter.and_then(|it| match kind {
            LimitKind::Materials => it.materials,
            _ => it.due,
        });
        Limit::new(kind, started, kind.count(&self.settings.limits, own))
    }

    /// The counter, if there is one of that number.
    pub fn counter(&self, id: CounterId) -> Option<&Counter> {
        self.counters.iter().find(|it| it.id == id)
    }

    /// Where people are sent to when a device fails: the first counter of reception.
    pub fn general_counter(&self) -> Option<&Counter> {
        self.counters
            .iter()
            .find(|it| it.departments.contains(&self.reception))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;

    fn hours() -> Hours {
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        Hours {
            days: vec![
                Weekday::Mon,
                Weekday::Tue,
                Weekday::Wed,
                Weekday::Thu,
                Weekday::Fri,
            ],
            spans: vec![
                Span {
                    from: time(8, 30),
                    until: time(12, 0),
                },
                Span {
                    from: time(14, 30),
                    until: time(17, 30),
                },
            ],
            holidays: false,
        }
    }

    #[test]
    fn lunch_is_not_open_time() {
        let at = |text: &str| format!("{text}:00+08:00").parse::<Timestamp>().unwrap();
        let (hours, calendar) = (hours(), Calendar::shipped());
        assert!(
            hours.open(&calendar, at("2026-03-02T08:30")) && !hours.open(&calendar, at("2026-03-02T12:00"))
        );
        assert_eq!(
            hours.open_minutes(&calendar, at("2026-03-02T11:55"), at("2026-03-02T14:35")),
            10
        );
        assert_eq!(
            hours.open_minutes(&calendar, at("2026-03-06T17:25"), at("2026-03-09T08:40")),
            15
        );
        assert_eq!(
            hours.open_minutes(&calendar, at("2026-03-06T17:25"), at("2026-03-06T17:20")),
            0
        );
    }

    #[test]
    fn a_make_up_saturday_is_open_and_a_holiday_is_not() {
        let at = |text: &str| format!("{text}:00+08:00").parse::<Timestamp>().unwrap();
        let (mut hours, calendar) = (hours(), Calendar::shipped());
        assert!(hours.open(&calendar, at("2026-02-14T09:00")));
        assert!(!hours.open(&calendar, at("2026-02-16T09:00")));
        // From Saturday before closing over the Spring Festival to the Tuesday after it.
        let minutes = hours.open_minutes(&calendar, at("2026-02-14T17:20"), at("2026-02-24T08:35"));
        assert_eq!(minutes, 15);
        assert_eq!(hours.closing().to_string(), "17:30:00");
        // A hall that opens on Saturdays opens on usual ones and not on those of a holiday.
        hours.days.push(Weekday::Sat);
        assert!(
            hours.open(&calendar, at("2026-03-07T09:00")) && !hours.open(&calendar, at("2026-10-03T09:00"))
        );
    }
}
