//! Who answers for a department at a moment, and why: the whole walk, so that one question has one answer on
//! slip, console and command line.
//!
//! The answer is total: A post, else B post (R24), else the head of the department, else reception, else the
//! duty officer of that hour (R16), else the person the roster names, at the telephone that is always answered.

use crate::domain::ids::{DepartmentCode, MatterCode, RuleId, StaffId};
use crate::domain::matter::VisitMatter;
use crate::domain::office::{Department, Matter, Office};
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Duty, DutyPost};
use crate::domain::time::{ServiceDay, Timestamp};

/// How somebody was found when they were looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// 在岗
    Here,
    /// The roster does not have them at this hour.
    OffShift,
    /// 外出、请假
    Away,
}

/// Somebody who was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// In what capacity.
    pub post: DutyPost,
    /// Who.
    pub staff: StaffId,
    /// How they were found.
    pub found: Found,
}

/// Who answers, and everybody who was looked for on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who, and where.
    pub duty: Duty,
    /// Where they are reached: their own telephone, or the one that is always answered when nobody is
    /// rostered.
    pub phone: String,
    /// Everybody looked for, in order; the last one is who answers.
    pub tried: Vec<Tried>,
}

/// Why a matter goes where it goes at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The matter; none if the visitor does not know whom to ask.
    pub matter: Option<MatterCode>,
    /// The rule that took it.
    pub rule: RuleId,
    /// Rules before it that would have taken it, had their temporary department been there.
    pub passed_over: Vec<(RuleId, DepartmentCode)>,
    /// The department the rule names.
    pub routed: DepartmentCode,
    /// Whether the office is open then.
    pub open: bool,
    /// Who answers.
    pub answer: Answer,
}

impl Office {
    /// Whether `staff` is at work at `at`.
    pub fn on_duty(&self, staff: &StaffId, at: Timestamp) -> bool {
        self.roster.on_duty(&self.calendar, staff, at)
    }

    /// Whether `staff` cannot be had at `at`: away, or off shift while the office is open.
    pub fn absent(&self, staff: &StaffId, at: Timestamp) -> bool {
        self.roster.away(staff, at) || self.open(at) && !self.on_duty(staff, at)
    }

    /// Who is on duty for the whole office at `at`: lunch, night, weekend, holiday.
    pub fn duty_officer(&self, at: Timestamp) -> Option<StaffId> {
        self.roster.duty_officer(&self.calendar, at)
    }

    /// 带班领导 at `at`.
    pub fn leader_on_duty(&self, at: Timestamp) -> StaffId {
        self.leader(at, |_| false)
    }

    /// Who is first responder for `matter` at `department`, asked at `at`. Total.
    pub fn duty(&self, department: &DepartmentCode, matter: Option<&Matter>, at: Timestamp) -> Duty {
        self.answer(department, matter, at).duty
    }

    /// The same with the whole walk.
    pub fn answer(&self, department: &DepartmentCode, matter: Option<&Matter>, at: Timestamp) -> Answer {
        let mut walk = Walk {
            office: self,
            at,
            tried: Vec::new(),
        };
        let routed = self
            .department(department)
            .filter(|it| it.exists(ServiceDay::of(at).0));
        if let Some(of) = routed
            && let Some(duty) = walk.among(department, posts(of, matter))
        {
            return walk.done(duty);
        }
        if let Some(of) = self.department(&self.reception) {
            let reception = [&of.a_post, &of.b_post, &of.head].map(|it| (DutyPost::Reception, it.clone()));
            if let Some(duty) = walk.among(&self.reception, reception) {
                return walk.done(duty);
            }
        }
        let running = self.roster.running(&self.calendar, at);
        let officers = running.into_iter().flat_map(|it| it.staff);
        if let Some(duty) = walk.on_list(department, officers) {
            return walk.done(duty);
        }
        let responder = self.roster.otherwise.clone();
        walk.tried.push(Tried {
            post: DutyPost::Otherwise,
            staff: responder.clone(),
            found: Found::Here,
        });
        walk.done(Duty {
            responder,
            post: DutyPost::Otherwise,
            department: department.clone(),
        })
    }

    /// A and B post of `department` for `matter`: the matter's own where the department is the one that takes it.
    pub fn posts(&self, department: &Department, matter: Option<&Matter>, at: Timestamp) -> [StaffId; 2] {
        let own = matter.filter(|it| self.routed(it, at) == department.code);
        let [(_, a), (_, b), _] = posts(department, own);
        [a, b]
    }

    /// The department that takes `matter` at `at`.
    pub fn routed(&self, matter: &Matter, at: Timestamp) -> DepartmentCode {
        let date = ServiceDay::of(at).0;
        let exists = |it: &DepartmentCode| self.department(it).is_some_and(|it| it.exists(date));
        self.routing.route(Some(matter), exists).department
    }

    /// Where `matter` goes at `at`, and why.
    ///
    /// # Errors
    /// [`Refusal::UnknownMatter`].
    pub fn route(&self, matter: Option<&MatterCode>, at: Timestamp) -> Result<Route, Refusal> {
        let known = match matter {
            Some(code) => Some(self.matter(code).ok_or(Refusal::UnknownMatter)?),
            None => None,
        };
        let date = ServiceDay::of(at).0;
        let exists = |it: &DepartmentCode| self.department(it).is_some_and(|it| it.exists(date));
        let routed = self.routing.route(known, exists);
        Ok(Route {
            matter: matter.cloned(),
            rule: routed.rule,
            passed_over: routed.passed_over,
            open: self.open(at),
            answer: self.answer(&routed.department, known, at),
            routed: routed.department,
        })
    }

    /// Who answers for a matter of a visit by post; none where its department is no more.
    pub(super) fn posts_of(&self, matter: &VisitMatter) -> Option<[(DutyPost, StaffId); 3]> {
        let known = matter.matter.as_ref().and_then(|it| self.matter(it));
        Some(posts(self.department(&matter.department)?, known))
    }
}

/// A post, B post and head for `matter` at `of`, each its own where it has one (R23).
fn posts(of: &Department, matter: Option<&Matter>) -> [(DutyPost, StaffId); 3] {
    let own = |post: fn(&Matter) -> &Option<StaffId>| matter.and_then(|it| post(it).clone());
    let a = own(|it| &it.a_post).unwrap_or_else(|| of.a_post.clone());
    let b = own(|it| &it.b_post).unwrap_or_else(|| of.b_post.clone());
    [
        (DutyPost::A, a),
        (DutyPost::B, b),
        (DutyPost::Head, of.head.clone()),
    ]
}

struct Walk<'o> {
    office: &'o Office,
    at: Timestamp,
    tried: Vec<Tried>,
}

impl Walk<'_> {
    /// The first of `posts` who is at work.
    fn among(
        &mut self,
        department: &DepartmentCode,
        posts: impl IntoIterator<Item = (DutyPost, StaffId)>,
    ) -> Option<Duty> {
        for (post, staff) in posts {
            let found = if self.office.roster.away(&staff, self.at) {
                Found::Away
            } else if self.office.on_duty(&staff, self.at) {
                Found::Here
            } else {
                Found::OffShift
            };
            if let Some(duty) = self.look(department, post, staff, found) {
                return Some(duty);
            }
        }
        None
    }

    /// The first of the duty list who is not away.
    fn on_list(
        &mut self,
        department: &DepartmentCode,
        staff: impl IntoIterator<Item = StaffId>,
    ) -> Option<Duty> {
        for staff in staff {
            let found = if self.office.roster.away(&staff, self.at) {
                Found::Away
            } else {
                Found::Here
            };
            if let Some(duty) = self.look(department, DutyPost::DutyOfficer, staff, found) {
                return Some(duty);
            }
        }
        None
    }

    fn look(
        &mut self,
        department: &DepartmentCode,
        post: DutyPost,
        staff: StaffId,
        found: Found,
    ) -> Option<Duty> {
        self.tried.push(Tried {
            post,
            staff: staff.clone(),
            found,
        });
        (found == Found::Here).then(|| Duty {
            responder: staff,
            post,
            department: department.clone(),
        })
    }

    fn done(self, duty: Duty) -> Answer {
        let own = self.office.staff(&duty.responder).map(|it| it.phone.clone());
        let phone = own
            .filter(|_| duty.post != DutyPost::Otherwise)
            .unwrap_or_else(|| self.office.identity.phone.clone());
        Answer {
            duty,
            phone,
            tried: self.tried,
        }
    }
}
