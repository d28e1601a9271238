//! Who is on duty when (值班表), and so who is first responder (首问责任人) of whoever comes now.
//!
//! The answer is total: A post, else B post (R24), else the head of the department, else reception,
//! else the duty officer of that hour (R16), else the person the file names for when nobody is rostered.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDateTime, Weekday};

use crate::domain::ids::{DepartmentCode, StaffId};
use crate::domain::office::{Department, Matter, Office};
use crate::domain::presence::Presence;
use crate::domain::time::{Span, Timestamp, local};

/// A regular turn of duty (班次).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Days it begins on.
    pub days: Vec<Weekday>,
    /// Hours of the day; may run over midnight.
    pub span: Span,
    /// Who works it.
    pub staff: Vec<StaffId>,
    /// Lunch, night and weekend duty for the whole office, not the department's own hours (R16).
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

/// The roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// In the order of the file.
    pub shifts: Vec<Shift>,
    /// In the order of the file.
    pub absences: Vec<Absence>,
    /// Where people say they are just now (在岗、外出、开会).
    pub presence: BTreeMap<StaffId, Presence>,
    /// Who answers when nobody is rostered: normally the head of the general office.
    pub otherwise: StaffId,
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

impl Roster {
    /// Whether `staff` is on duty at `at`.
    pub fn on_duty(&self, staff: &StaffId, at: Timestamp) -> bool {
        self.works(at, |shift| !shift.duty && shift.staff.contains(staff)) && !self.away(staff, at)
    }

    /// Whoever is on the office's duty list at `at` and not away, in the order of the list.
    pub fn duty_officer(&self, at: Timestamp) -> Option<&StaffId> {
        let local = local(at);
        self.shifts
            .iter()
            .filter(|it| it.duty && it.runs(local))
            .flat_map(|it| &it.staff)
            .find(|it| !self.away(it, at))
    }

    fn works(&self, at: Timestamp, which: impl Fn(&Shift) -> bool) -> bool {
        let local = local(at);
        self.shifts.iter().any(|it| it.runs(local) && which(it))
    }

    fn away(&self, staff: &StaffId, at: Timestamp) -> bool {
        let local = local(at);
        if self.presence.get(staff).is_some_and(|it| it.away(at)) {
            return true;
        }
        self.absences
            .iter()
            .any(|it| it.staff == *staff && it.from <= local && local < it.until)
    }
}

impl Shift {
    fn runs(&self, local: NaiveDateTime) -> bool {
        // The hours after midnight belong to the shift that began the day before.
        let begun = if self.span.overnight() && local.time() < self.span.until {
            local
                .date()
                .pred_opt()
                .expect("a date after the year -262143")
                .weekday()
        } else {
            local.weekday()
        };
        self.days.contains(&begun) && self.span.holds(local.time())
    }
}

impl Office {
    /// Who is first responder for `matter` at `department`, asked at `at`. Total.
    pub fn duty(&self, department: &DepartmentCode, matter: Option<&Matter>, at: Timestamp) -> Duty {
        let posts = |of: &Department| {
            let a = matter
                .and_then(|it| it.a_post.clone())
                .unwrap_or_else(|| of.a_post.clone());
            let b = matter
                .and_then(|it| it.b_post.clone())
                .unwrap_or_else(|| of.b_post.clone());
            [
                (DutyPost::A, a),
                (DutyPost::B, b),
                (DutyPost::Head, of.head.clone()),
            ]
        };
        let here = |it: &(DutyPost, StaffId)| self.roster.on_duty(&it.1, at);
        if let Some(of) = self.department(department)
            && let Some((post, responder)) = posts(of).into_iter().find(here)
        {
            return Duty {
                responder,
                post,
                department: department.clone(),
            };
        }
        if let Some(of) = self.department(&self.reception) {
            let reception = [&of.a_post, &of.b_post, &of.head];
            if let Some(responder) = reception.into_iter().find(|it| self.roster.on_duty(it, at)) {
                let department = self.reception.clone();
                return Duty {
                    responder: responder.clone(),
                    post: DutyPost::Reception,
                    department,
                };
            }
        }
        let department = department.clone();
        match self.roster.duty_officer(at) {
            Some(officer) => Duty {
                responder: officer.clone(),
                post: DutyPost::DutyOfficer,
                department,
            },
            None => Duty {
                responder: self.roster.otherwise.clone(),
                post: DutyPost::Otherwise,
                department,
            },
        }
    }
}
