//! The duty roster (值班表): who is at work and who is on duty when.
//!
//! The weekly pattern is that of the files; the working calendar bends it (a make-up Saturday is as a
//! Friday, a holiday as a Sunday). Dated turns, as offices keep them month by month, stand before it and
//! leave out what of the pattern they overlap. Who answers for a department is in `answer`.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use crate::domain::calendar::Calendar;
use crate::domain::ids::{DepartmentCode, StaffId};
use crate::domain::office::Hours;
use crate::domain::presence::Presence;
use crate::domain::time::{Span, Timestamp, local};

/// A regular turn of the week (班次).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shift {
    /// Days it begins on.
    pub days: Vec<Weekday>,
    /// Whether it also begins on the holidays a notice names.
    pub holidays: bool,
    /// Hours of the day; may run over midnight.
    pub span: Span,
    /// Who works it.
    pub staff: Vec<StaffId>,
    /// 带班领导, for a turn of duty.
    pub leader: Option<StaffId>,
    /// Lunch, night, weekend and holiday duty for the whole office, not the department's own hours (R16).
    pub duty: bool,
}

/// Somebody is away (外出、请假).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Who.
    pub staff: StaffId,
    /// From, Asia/Shanghai.
    pub from: NaiveDateTime,
    /// Until, Asia/Shanghai, not included.
    pub until: NaiveDateTime,
}

/// What a turn of duty covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TurnKind {
    /// 午间
    Lunch,
    /// 夜间
    Night,
    /// 周末
    Weekend,
    /// 节假日
    Holiday,
}

/// A turn of duty that begins on a date (值班).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The day it begins.
    pub date: NaiveDate,
    /// What it covers.
    pub kind: TurnKind,
    /// Its hours; one that ends as it begins lasts a day.
    pub span: Span,
    /// Who is on duty, whoever is asked first standing first.
    pub staff: Vec<StaffId>,
    /// 带班领导
    pub leader: Option<StaffId>,
    /// 备注
    pub note: String,
}

/// Somebody stands in for somebody else in one turn (调班).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// The day the turn begins.
    pub date: NaiveDate,
    /// When it begins.
    pub from: NaiveTime,
    /// Who does not come.
    pub out: StaffId,
    /// Who comes instead.
    pub stand_in: StaffId,
}

/// The roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// In the order of the file.
    pub shifts: Vec<Shift>,
    /// In the order of the file, then as they were entered.
    pub absences: Vec<Absence>,
    /// Where people say they are just now (在岗、外出、开会).
    pub presence: BTreeMap<StaffId, Presence>,
    /// Who answers when nobody is rostered: normally the head of the general office.
    pub otherwise: StaffId,
    /// Dated turns, in order.
    pub turns: Vec<Turn>,
    /// Swaps, in the order they were made.
    pub swaps: Vec<Swap>,
}

/// In what capacity somebody is first responder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DutyPost {
    /// A岗
    A,
    /// B岗
    B,
    /// 科室负责人
    Head,
    /// 综合窗口, since nobody of the department is here.
    Reception,
    /// 值班人员, outside hours.
    DutyOfficer,
    /// Nobody is rostered: the person the roster names for that case.
    Otherwise,
    /// 首先接待: whoever was asked first, in person, by phone or by letter (R1).
    Asked,
    /// 纪检联络员
    Contact,
}

impl DutyPost {
    /// All of them, in the order they are asked.
    pub const ALL: [Self; 8] = [
        Self::A,
        Self::B,
        Self::Head,
        Self::Reception,
        Self::DutyOfficer,
        Self::Otherwise,
        Self::Asked,
        Self::Contact,
    ];

    /// As the journal writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::Head => "head",
            Self::Reception => "reception",
            Self::DutyOfficer => "duty",
            Self::Otherwise => "otherwise",
            Self::Asked => "asked",
            Self::Contact => "contact",
        }
    }

    /// Reads what [`DutyPost::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Who receives, and where the visitor goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The first responder.
    pub responder: StaffId,
    /// In what capacity.
    pub post: DutyPost,
    /// The department that receives: the routed one, or reception where it has nobody here.
    pub department: DepartmentCode,
}

impl TurnKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lunch, Self::Night, Self::Weekend, Self::Holiday];

    /// As the journal and the tables write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lunch => "lunch",
            Self::Night => "night",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
        }
    }

    /// Reads what [`TurnKind::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Its hours where a table gives none: lunch is the gap in the office's day, a night runs from closing
    /// to opening, a day off from opening to opening (RULES §8).
    pub fn span(self, hours: &Hours) -> Span {
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day");
        let opening = hours.spans.first().map_or(time(8, 30), |it| it.from);
        let gap = hours.spans.windows(2).next().map(|it| (it[0].until, it[1].from));
        let (from, until) = match self {
            Self::Lunch => gap.unwrap_or((time(12, 0), time(14, 30))),
            Self::Night => (hours.spans.last().map_or(time(17, 30), |it| it.until), opening),
            Self::Weekend | Self::Holiday => (opening, opening),
        };
        Span { from, until }
    }

    /// What a turn of these hours is called on `date`.
    fn of(span: Span, date: NaiveDate, calendar: &Calendar) -> Self {
        let evening = NaiveTime::from_hms_opt(16, 0, 0).expect("a time of day");
        if span.overnight() && evening <= span.from {
            Self::Night
        } else if calendar.works(date) {
            Self::Lunch
        } else if calendar.special(date).is_some() {
            Self::Holiday
        } else {
            Self::Weekend
        }
    }
}

impl Turn {
    /// When it begins, Asia/Shanghai.
    pub fn begins(&self) -> NaiveDateTime {
        self.date.and_time(self.span.from)
    }

    /// When it is over, Asia/Shanghai.
    pub fn ends(&self) -> NaiveDateTime {
        let last = if self.span.overnight() {
            self.date.succ_opt()
        } else {
            None
        };
        last.unwrap_or(self.date).and_time(self.span.until)
    }

    /// Whether it runs at `local`.
    pub fn holds(&self, local: NaiveDateTime) -> bool {
        self.begins() <= local && local < self.ends()
    }

    /// Whether both run at some moment.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.begins() < other.ends() && other.begins() < self.ends()
    }

    fn swap(&mut self, swap: &Swap) {
        if (self.date, self.span.from) != (swap.date, swap.from) {
            return;
        }
        let people = self.staff.iter_mut().chain(&mut self.leader);
        for person in people.filter(|it| **it == swap.out) {
            *person = swap.stand_in.clone();
        }
    }
}

impl Roster {
    /// Whether `staff` is at work at `at`.
    pub fn on_duty(&self, calendar: &Calendar, staff: &StaffId, at: Timestamp) -> bool {
        self.on_shift(calendar, staff, at) && !self.away(staff, at)
    }

    /// Whether a shift of `staff` runs at `at`, be they away or not.
    pub fn on_shift(&self, calendar: &Calendar, staff: &StaffId, at: Timestamp) -> bool {
        let local = local(at);
        let works = |it: &&Shift| !it.duty && it.staff.contains(staff);
        self.shifts
            .iter()
            .filter(works)
            .any(|it| it.runs(calendar, local))
    }

    /// Whether `staff` is away at `at`: as they say just now, or as was noted before.
    pub fn away(&self, staff: &StaffId, at: Timestamp) -> bool {
        self.presence.get(staff).is_some_and(|it| it.away(at)) || self.absence(staff, at).is_some()
    }

    /// The leave that `staff` is on at `at`, if they are.
    pub fn absence(&self, staff: &StaffId, at: Timestamp) -> Option<&Absence> {
        let local = local(at);
        self.absences
            .iter()
            .find(|it| it.staff == *staff && it.from <= local && local < it.until)
    }

    /// The turns of duty that begin on `date`, in the order people are asked: dated ones, then those of the
    /// week that no dated one and no holiday turn overlaps; swaps made.
    pub fn turns_on(&self, calendar: &Calendar, date: NaiveDate) -> Vec<Turn> {
        let near = |it: &&Turn| (it.date - date).num_days().abs() <= 1;
        let dated: Vec<&Turn> = self.turns.iter().filter(near).collect();
        let holiday = matches!(calendar.special(date), Some(it) if !it.works);
        let mut turns: Vec<Turn> = dated
            .iter()
            .filter(|it| it.date == date)
            .map(|it| (*it).clone())
            .collect();
        for of_holidays in [true, false] {
            let before = turns.len();
            for shift in self.shifts.iter().filter(|it| it.duty) {
                let begins = if of_holidays {
                    holiday && shift.holidays
                } else {
                    shift.days.contains(&calendar.pattern(date)) && !(holiday && shift.holidays)
                };
                let turn = Turn {
                    date,
                    kind: TurnKind::of(shift.span, date, calendar),
                    span: shift.span,
                    staff: shift.staff.clone(),
                    leader: shift.leader.clone(),
                    note: String::new(),
                };
                let taken = dated.iter().any(|it| it.overlaps(&turn))
                    || turns[..before].iter().any(|it| it.overlaps(&turn));
                if begins && !taken {
                    turns.push(turn);
                }
            }
        }
        for swap in &self.swaps {
            turns.iter_mut().for_each(|it| it.swap(swap));
        }
        turns
    }

    /// The turns that run at `at`.
    pub fn running(&self, calendar: &Calendar, at: Timestamp) -> Vec<Turn> {
        let local = local(at);
        let days = [local.date().pred_opt(), Some(local.date())];
        let turns = days
            .into_iter()
            .flatten()
            .flat_map(|it| self.turns_on(calendar, it));
        turns.filter(|it| it.holds(local)).collect()
    }

    /// Whoever is on the office's duty list at `at` and not away, in the order of the list.
    pub fn duty_officer(&self, calendar: &Calendar, at: Timestamp) -> Option<StaffId> {
        let mut staff = self.running(calendar, at).into_iter().flat_map(|it| it.staff);
        staff.find(|it| !self.away(it, at))
    }

    /// 带班领导 of the turns that run at `at`, if one is named and not away.
    pub fn duty_leader(&self, calendar: &Calendar, at: Timestamp) -> Option<StaffId> {
        let mut leaders = self.running(calendar, at).into_iter().filter_map(|it| it.leader);
        leaders.find(|it| !self.away(it, at))
    }
}

impl Shift {
    fn runs(&self, calendar: &Calendar, local: NaiveDateTime) -> bool {
        // The hours after midnight belong to the shift that began the day before.
        let early = self.span.overnight() && local.time() < self.span.until;
        let begun = local.date() - Days::new(u64::from(early));
        let holiday = self.holidays && calendar.special(begun).is_some_and(|it| !it.works);
        (holiday || self.days.contains(&calendar.pattern(begun))) && self.span.holds(local.time())
    }
}
