//! Time limits (时限): until when the office must have done what, and when it is reminded (RULES §4).
//!
//! Counting follows 民法典 200 to 203: the first day is not counted, a last day that is not worked moves to
//! the next working day and ends at closing time. That is the *legal* day. The visitor is told, and alarms
//! use, the last working day on or before the unmoved one.
//!
//! What was promised is a fact: whoever starts a limit writes its [`Due`] into the event, and replay never
//! reckons it again. Alarms are reckoned each time from the [`Limit`] and the calendar of the moment, so a
//! table that is imported later moves the alarms and not the promise.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate, NaiveTime};

use crate::domain::calendar::Calendar;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Timestamp, local};

/// How long, and in which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// 自然日
    Natural(u16),
    /// 工作日; 0 is 即办: the same day, or the next one that is worked.
    Working(u16),
    /// Calendar months, to the same date or the last one of a shorter month (民法典 202).
    Months(u16),
}

/// Longest count that can be written: no limit of an office is longer than three years.
const COUNT_MAX: u16 = 1100;

/// Percent of a limit after which progress is told, unless the office sets another (R13).
const HALF: u16 = 50;

/// What a limit is for (RULES §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// 信访事项书面告知: receipt, way and procedure, in writing.
    PetitionNotice,
    /// 信访处理意见书
    PetitionOpinion,
    /// 履职申请: perform a duty or investigate.
    DutyRequest,
    /// 复查、复核: the visitor's own right, from 送达.
    Review,
    /// 转送异议
    TransferObjection,
    /// 政府信息公开申请
    Information,
    /// 政府信息公开申请补正告知
    InformationUnclear,
    /// 材料补正告知
    Materials,
    /// Any other visit, call or letter, as long as its matter says.
    Matter,
    /// 向领导报告
    LeaderReport,
    /// 向上级询问
    UpwardEnquiry,
}

/// The limits of RULES §4 an office may set (⚙).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A request to perform a duty whose matter names no limit.
    pub duty_request: Count,
    /// To say which materials are missing. 0 working days is on the spot; 行政许可法 32 allows licences 5.
    pub materials: Count,
    /// A matter that names no limit.
    pub matter: Count,
    /// To report to the leader.
    pub leader_report: Count,
    /// To ask upward.
    pub upward_enquiry: Count,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            duty_request: Count::Months(2),
            materials: Count::Working(0),
            matter: Count::Working(15),
            leader_report: Count::Working(3),
            upward_enquiry: Count::Working(3),
        }
    }
}

/// One limit that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What for.
    pub kind: LimitKind,
    /// The day it starts from, which is not counted: of receipt, acceptance or 送达.
    pub started: NaiveDate,
    /// How long.
    pub count: Count,
    /// Days added with approval, of the kind the count is in; 0 if none.
    pub extension: u16,
    /// Days that do not count, such as those third parties were given (信息公开条例 32), in order.
    pub pauses: Vec<Pause>,
}

/// Days that do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// The day it began; the day after is the first that does not count.
    pub from: NaiveDate,
    /// The last that does not count; none while it lasts.
    pub until: Option<NaiveDate>,
}

/// Until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Due {
    /// The last day as counted, not moved.
    pub last: NaiveDate,
    /// The day told to the visitor, by which alarms go.
    pub told: NaiveDate,
    /// The day the law means; it ends at closing time.
    pub legal: NaiveDate,
    /// A year without a notice was counted: 日期待节假日安排公布后确认.
    pub provisional: bool,
}

/// What to remind of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reminder {
    /// Half of the time is over (R13).
    Half,
    /// Four fifths are over.
    FourFifths,
    /// It is the day.
    Due,
    /// So many days past it; one a day.
    Overdue(u16),
}

impl LimitKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::PetitionNotice,
        Self::PetitionOpinion,
        Self::DutyRequest,
        Self::Review,
        Self::TransferObjection,
        Self::Information,
        Self::InformationUnclear,
        Self::Materials,
        Self::Matter,
        Self::LeaderReport,
        Self::UpwardEnquiry,
    ];

    /// As the journal and the pages write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::PetitionNotice => "petition-notice",
            Self::PetitionOpinion => "petition-opinion",
            Self::DutyRequest => "duty-request",
            Self::Review => "review",
            Self::TransferObjection => "transfer-objection",
            Self::Information => "information",
            Self::InformationUnclear => "information-unclear",
            Self::Materials => "materials",
            Self::Matter => "matter",
            Self::LeaderReport => "leader-report",
            Self::UpwardEnquiry => "upward-enquiry",
        }
    }

    /// Reads what [`LimitKind::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// The rule it comes from.
    pub fn source(self) -> &'static str {
        match self {
            Self::PetitionNotice | Self::TransferObjection => "信访工作条例第二十三条",
            Self::PetitionOpinion => "信访工作条例第三十四条",
            Self::DutyRequest => "行政诉讼法第四十七条",
            Self::Review => "信访工作条例第三十五条、第三十六条",
            Self::Information => "政府信息公开条例第三十三条",
            Self::InformationUnclear => "政府信息公开条例第三十条",
            Self::Materials => "行政许可法第三十二条和本地规定",
            Self::Matter | Self::LeaderReport | Self::UpwardEnquiry => "本地首问负责制、限时办结规定",
        }
    }

    /// How long it is; `own` is what the matter itself says, for the kinds that ask it.
    pub fn count(self, limits: &Limits, own: Option<Count>) -> Count {
        match self {
            Self::PetitionNotice => Count::Natural(15),
            Self::PetitionOpinion => Count::Natural(60),
            Self::Review => Count::Natural(30),
            Self::TransferObjection => Count::Working(5),
            Self::Information => Count::Working(20),
            Self::InformationUnclear => Count::Working(7),
            Self::DutyRequest => own.unwrap_or(limits.duty_request),
            Self::Materials => own.unwrap_or(limits.materials),
            Self::Matter => own.unwrap_or(limits.matter),
            Self::LeaderReport => limits.leader_report,
            Self::UpwardEnquiry => limits.upward_enquiry,
        }
    }

    /// Days it may be extended by, once, with approval; 0 where the rules know no extension.
    pub fn extension_max(self) -> u16 {
        match self {
            Self::PetitionOpinion => 30,
            Self::Information => 20,
            _ => 0,
        }
    }

    /// Whether it is the visitor's own time and not the office's: told by its legal day, and no alarm.
    pub fn of_visitor(self) -> bool {
        self == Self::Review
    }

    /// Whether it only says when the visitor hears more. It answers nothing, and the limit of the matter itself runs
    /// on beside it.
    pub fn interim(self) -> bool {
        matches!(
            self,
            Self::PetitionNotice | Self::LeaderReport | Self::UpwardEnquiry
        )
    }
}

impl Limit {
    /// A limit that starts on `started`.
    pub fn new(kind: LimitKind, started: NaiveDate, count: Count) -> Self {
        Self {
            kind,
            started,
            count,
            extension: 0,
            pauses: Vec::new(),
        }
    }

    /// Until when, by `calendar`. While a pause lasts, as if it ended today at the earliest: the day it began.
    pub fn due(&self, calendar: &Calendar) -> Due {
        let last = self.last(calendar);
        let legal = calendar.workday_from(last);
        let before = calendar.workday_until(last);
        let told = if self.kind.of_visitor() || before <= self.started && before != last {
            legal
        } else {
            before
        };
        // Natural days need the calendar at their end only.
        let looked_from = match self.count {
            Count::Working(_) => self.started,
            Count::Natural(_) | Count::Months(_) => told.min(last),
        };
        let looked_at = looked_from.iter_days().take_while(|it| *it <= legal);
        let provisional = looked_at.into_iter().any(|it| !calendar.known(it));
        Due {
            last,
            told,
            legal,
            provisional,
        }
    }

    /// Whether it stands still.
    pub fn paused(&self) -> bool {
        self.pauses.iter().any(|it| it.until.is_none())
    }

    /// The days reminders fall on, the earliest first; none for what is not the office's. Progress is told at half
    /// time.
    pub fn reminders(&self, calendar: &Calendar) -> Vec<(NaiveDate, Reminder)> {
        self.reminders_until(calendar, self.due(calendar).told, HALF)
    }

    /// The same up to the day that was `told`, which an officer may have promised earlier than the rule asks; progress
    /// is told after `percent` of that time.
    fn reminders_until(
        &self,
        calendar: &Calendar,
        told: NaiveDate,
        percent: u16,
    ) -> Vec<(NaiveDate, Reminder)> {
        if self.kind.of_visitor() {
            return Vec::new();
        }
        let counted: Vec<NaiveDate> = self.days(calendar).take_while(|it| *it <= told).collect();
        // The day on which `parts` of `of` parts are over, or the last worked day before it.
        let at = |parts: usize, of: usize| {
            let passed = (counted.len() * parts).div_ceil(of);
            let Some(&day) = passed.checked_sub(1).and_then(|it| counted.get(it)) else {
                return told;
            };
            Some(calendar.workday_until(day))
                .filter(|it| self.started < *it)
                .unwrap_or(day)
        };
        vec![
            (at(usize::from(percent), 100), Reminder::Half),
            (at(4, 5), Reminder::FourFifths),
            (told, Reminder::Due),
        ]
    }

    /// The latest reminder that `today` has come to, if one has. Whoever gave an earlier one before gives
    /// this one now, and nobody asks on which days the box was on.
    pub fn reached(&self, calendar: &Calendar, today: NaiveDate) -> Option<Reminder> {
        self.reached_until(calendar, today, self.due(calendar).told, HALF)
    }

    /// The same on the way to the day that was `told`, where progress is told after `percent` of the time (R13).
    pub fn reached_until(
        &self,
        calendar: &Calendar,
        today: NaiveDate,
        told: NaiveDate,
        percent: u16,
    ) -> Option<Reminder> {
        if self.paused() || self.kind.of_visitor() {
            return None;
        }
        let past = (today - told).num_days();
        if 0 < past {
            return Some(Reminder::Overdue(u16::try_from(past).unwrap_or(u16::MAX)));
        }
        let reached = self
            .reminders_until(calendar, told, percent)
            .into_iter()
            .filter(|(day, _)| *day <= today);
        reached.map(|(_, reminder)| reminder).max()
    }

    /// The same limit, extended by `days`.
    ///
    /// # Errors
    /// [`Refusal`] where the rules know no such extension, or it is entered after the limit has ended.
    pub fn extended(&self, days: u16, calendar: &Calendar, today: NaiveDate) -> Result<Self, Refusal> {
        if self.extension != 0 || self.kind.extension_max() == 0 {
            return Err(Refusal::NotExtendable);
        }
        if days == 0 || self.kind.extension_max() < days {
            return Err(Refusal::ExtensionTooLong);
        }
        if self.due(calendar).legal < today {
            return Err(Refusal::LimitOver);
        }
        Ok(Self {
            extension: days,
            ..self.clone()
        })
    }

    /// The same limit begun anew on `date`: a corrected application came (信息公开条例 30).
    pub fn restarted(&self, date: NaiveDate) -> Self {
        Self::new(self.kind, date, self.count)
    }

    /// The same limit standing still from `from` on.
    ///
    /// # Errors
    /// [`Refusal::OutOfTurn`] if it stands still already.
    pub fn pausing(&self, from: NaiveDate) -> Result<Self, Refusal> {
        if self.paused() {
            return Err(Refusal::OutOfTurn);
        }
        let mut paused = self.clone();
        paused.pauses.push(Pause { from, until: None });
        Ok(paused)
    }

    /// The same limit running again after `until`.
    ///
    /// # Errors
    /// [`Refusal::OutOfTurn`] if it does not stand still.
    pub fn resumed(&self, until: NaiveDate) -> Result<Self, Refusal> {
        let mut resumed = self.clone();
        let open = resumed.pauses.iter_mut().find(|it| it.until.is_none());
        let pause = open.ok_or(Refusal::OutOfTurn)?;
        pause.until = Some(until.max(pause.from));
        Ok(resumed)
    }

    /// The day from which an application counts as accepted because nobody said in time what was missing
    /// (视为受理): that of the materials. Only proposed; an officer confirms that the matter is such an
    /// application.
    pub fn deemed_accepted(&self, calendar: &Calendar, today: NaiveDate) -> Option<NaiveDate> {
        (self.kind == LimitKind::Materials && self.due(calendar).legal < today).then_some(self.started)
    }

    fn last(&self, calendar: &Calendar) -> NaiveDate {
        let (days, base) = match self.count {
            Count::Working(0) if self.extension == 0 => return calendar.workday_from(self.started),
            Count::Working(days) | Count::Natural(days) => (days, self.started),
            Count::Months(months) => {
                let months = Months::new(u32::from(months));
                (
                    0,
                    self.started.checked_add_months(months).unwrap_or(NaiveDate::MAX),
                )
            }
        };
        let days = usize::from(days) + usize::from(self.extension);
        if let Count::Months(_) = self.count {
            // Days that stood still are put on behind.
            let stood = self
                .started
                .iter_days()
                .take_while(|it| *it <= base)
                .filter(|it| self.stands_still(*it));
            let days = u64::try_from(days + stood.count()).unwrap_or(u64::MAX);
            return base.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
        }
        days.checked_sub(1)
            .and_then(|it| self.days(calendar).nth(it))
            .unwrap_or(base)
    }

    /// The days that count, from the first.
    fn days<'a>(&'a self, calendar: &'a Calendar) -> impl Iterator<Item = NaiveDate> + 'a {
        let working = matches!(self.count, Count::Working(_));
        self.started
            .iter_days()
            .skip(1)
            .filter(move |it| !self.stands_still(*it) && (!working || calendar.works(*it)))
    }

    fn stands_still(&self, date: NaiveDate) -> bool {
        // An open pause is taken as ended on the day it began: nobody knows better yet.
        self.pauses
            .iter()
            .any(|it| it.from < date && it.until.is_some_and(|until| date <= until))
    }
}

impl Due {
    /// Whether `today` is past what the visitor was told (超期).
    pub fn overdue(&self, today: NaiveDate) -> bool {
        self.told < today
    }

    /// Whether the legal limit is over at `at` in an office that closes at `closing`.
    pub fn over(&self, at: Timestamp, closing: NaiveTime) -> bool {
        self.legal.and_time(closing) <= local(at)
    }
}

impl Count {
    /// Whether it is counted in working days.
    pub fn working(self) -> bool {
        matches!(self, Self::Working(_))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Working(0) => f.write_str("at once"),
            Self::Natural(days) => write!(f, "{days} days"),
            Self::Working(days) => write!(f, "{days} working days"),
            Self::Months(months) => write!(f, "{months} months"),
        }
    }
}

/// It is no count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write it like \"即办\", \"5 个工作日\", \"15 日\" or \"2 个月\"")]
pub struct BadCount;

impl FromStr for Count {
    type Err = BadCount;

    fn from_str(text: &str) -> Result<Self, BadCount> {
        let text = text.trim();
        if matches!(text, "at once" | "即办") {
            return Ok(Self::Working(0));
        }
        let digits = text.find(|it: char| !it.is_ascii_digit()).ok_or(BadCount)?;
        let (number, unit) = text.split_at(digits);
        let number: u16 = number.parse().map_err(|_| BadCount)?;
        if !(1..=COUNT_MAX).contains(&number) {
            return Err(BadCount);
        }
        match unit.trim() {
            "day" | "days" | "日" | "天" | "个自然日" => Ok(Self::Natural(number)),
            "working day" | "working days" | "个工作日" | "工作日" => Ok(Self::Working(number)),
            "month" | "months" | "个月" if number <= 36 => Ok(Self::Months(number)),
            _ => Err(BadCount),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::{CalendarYear, SpecialDay};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn limit(kind: LimitKind, started: &str) -> Limit {
        Limit::new(kind, date(started), kind.count(&Limits::default(), None))
    }

    /// Last, told and legal day.
    fn due(limit: &Limit) -> [String; 3] {
        let due = limit.due(&Calendar::shipped());
        [due.last, due.told, due.legal].map(|it| it.to_string())
    }

    #[test]
    fn the_vectors_of_the_rules() {
        let calendar = Calendar::shipped();
        let petition = limit(LimitKind::PetitionNotice, "2026-01-30");
        assert_eq!(due(&petition), ["2026-02-14"; 3], "a make-up Saturday is worked");
        let petition = limit(LimitKind::PetitionNotice, "2026-02-02");
        assert_eq!(due(&petition), ["2026-02-17", "2026-02-14", "2026-02-24"]);
        assert!(!petition.due(&calendar).provisional);
    }

    #[test]
    fn a_day_told_is_never_before_the_visitor_came() {
        let asked = Limit::new(LimitKind::Matter, date("2026-10-01"), Count::Natural(3));
        assert_eq!(due(&asked), ["2026-10-04", "2026-10-08", "2026-10-08"]);
        let asked = Limit::new(LimitKind::Matter, date("2026-09-30"), Count::Natural(1));
        assert_eq!(due(&asked), ["2026-10-01", "2026-10-08", "2026-10-08"]);
        let at_once = Limit::new(LimitKind::Matter, date("2026-09-30"), Count::Working(0));
        assert_eq!(due(&at_once), ["2026-09-30"; 3]);
        let on_a_holiday = Limit::new(LimitKind::Matter, date("2026-10-01"), Count::Working(0));
        assert_eq!(due(&on_a_holiday), ["2026-10-08"; 3]);
    }

    #[test]
    fn months_end_on_the_same_date_or_the_last_of_a_shorter_month() {
        assert_eq!(
            due(&limit(LimitKind::DutyRequest, "2025-12-31")),
            ["2026-02-28"; 3],
            "and that Saturday is worked"
        );
        assert_eq!(
            due(&limit(LimitKind::DutyRequest, "2024-12-30")),
            ["2025-02-28"; 3]
        );
        assert_eq!(
            due(&limit(LimitKind::DutyRequest, "2026-08-04")),
            ["2026-10-04", "2026-09-30", "2026-10-08"]
        );
    }

    #[test]
    fn what_counts_an_unknown_year_is_provisional() {
        let mut calendar = Calendar::shipped();
        let petition = limit(LimitKind::PetitionNotice, "2026-12-17");
        let before = petition.due(&calendar);
        assert_eq!((before.told, before.provisional), (date("2027-01-01"), true));
        assert!(
            !limit(LimitKind::PetitionNotice, "2026-12-15")
                .due(&calendar)
                .provisional
        );
        let information = limit(LimitKind::Information, "2026-12-10");
        assert!(information.due(&calendar).provisional);
        // The notice comes, and with it the alarms move; what was promised stands in the journal.
        let day = |text, works| SpecialDay {
            date: date(text),
            name: "元旦".into(),
            works,
        };
        let days = vec![day("2027-01-01", false)];
        calendar.set(CalendarYear::new(2027, "号".into(), days).unwrap());
        let after = petition.due(&calendar);
        assert_eq!(
            (after.told, after.legal, after.provisional),
            (date("2026-12-31"), date("2027-01-04"), false)
        );
    }

    #[test]
    fn an_extension_is_entered_once_and_before_the_limit_ends() {
        let calendar = Calendar::shipped();
        let opinion = limit(LimitKind::PetitionOpinion, "2026-03-02");
        assert_eq!(due(&opinion), ["2026-05-01", "2026-04-30", "2026-05-06"]);
        let extended = opinion.extended(30, &calendar, date("2026-05-06")).unwrap();
        assert_eq!(due(&extended), ["2026-05-31", "2026-05-29", "2026-06-01"]);
        let refused = |limit: &Limit, days, today| limit.extended(days, &calendar, date(today)).unwrap_err();
        assert_eq!(refused(&opinion, 30, "2026-05-07"), Refusal::LimitOver);
        assert_eq!(refused(&opinion, 31, "2026-04-01"), Refusal::ExtensionTooLong);
        assert_eq!(refused(&opinion, 0, "2026-04-01"), Refusal::ExtensionTooLong);
        assert_eq!(refused(&extended, 1, "2026-04-01"), Refusal::NotExtendable);
        let notice = limit(LimitKind::PetitionNotice, "2026-03-02");
        assert_eq!(refused(&notice, 1, "2026-03-03"), Refusal::NotExtendable);
        let information = limit(LimitKind::Information, "2026-03-02");
        assert_eq!(due(&information), ["2026-03-30"; 3]);
        let extended = information.extended(20, &calendar, date("2026-03-30")).unwrap();
        assert_eq!(due(&extended), ["2026-04-28"; 3]);
    }

    #[test]
    fn days_third_parties_were_given_do_not_count() {
        let calendar = Calendar::shipped();
        let asked = limit(LimitKind::Information, "2026-03-02");
        let paused = asked.pausing(date("2026-03-06")).unwrap();
        assert_eq!(
            paused.reached(&calendar, date("2026-06-01")),
            None,
            "it stands still"
        );
        assert_eq!(paused.pausing(date("2026-03-09")), Err(Refusal::OutOfTurn));
        let answered = paused.resumed(date("2026-03-20")).unwrap();
        // Four days before the third party was asked, sixteen after it answered.
        assert_eq!(due(&answered), ["2026-04-14"; 3]);
        assert_eq!(answered.resumed(date("2026-03-23")), Err(Refusal::OutOfTurn));
        let mut months = limit(LimitKind::DutyRequest, "2026-03-02");
        months = months
            .pausing(date("2026-03-10"))
            .unwrap()
            .resumed(date("2026-03-20"))
            .unwrap();
        assert_eq!(due(&months)[0], "2026-05-12");
    }

    #[test]
    fn a_corrected_application_starts_anew() {
        let asked = limit(LimitKind::Information, "2026-03-02");
        let anew = asked.restarted(date("2026-03-16"));
        assert_eq!(due(&anew), ["2026-04-14"; 3]);
        assert_eq!(anew.extension, 0);
    }

    #[test]
    fn reminders_come_at_half_at_four_fifths_on_the_day_and_daily() {
        let calendar = Calendar::shipped();
        let days = |limit: &Limit| -> Vec<String> {
            let all = limit.reminders(&calendar);
            all.iter().map(|it| it.0.format("%m-%d").to_string()).collect()
        };
        assert_eq!(
            days(&limit(LimitKind::PetitionNotice, "2026-03-02")),
            ["03-10", "03-13", "03-17"]
        );
        assert_eq!(
            days(&limit(LimitKind::Information, "2026-03-02")),
            ["03-16", "03-24", "03-30"]
        );
        assert_eq!(
            days(&limit(LimitKind::TransferObjection, "2026-03-02")),
            ["03-05", "03-06", "03-09"]
        );
        let at_once = Limit::new(LimitKind::Matter, date("2026-03-02"), Count::Working(0));
        assert_eq!(days(&at_once), ["03-02"; 3]);
        assert!(days(&limit(LimitKind::Review, "2026-03-02")).is_empty());
        let notice = limit(LimitKind::PetitionNotice, "2026-03-02");
        let on = |day: &str| notice.reached(&calendar, date(day));
        assert_eq!(on("2026-03-09"), None);
        assert_eq!(on("2026-03-12"), Some(Reminder::Half));
        assert_eq!(on("2026-03-16"), Some(Reminder::FourFifths));
        assert_eq!(on("2026-03-17"), Some(Reminder::Due));
        assert_eq!(on("2026-03-18"), Some(Reminder::Overdue(1)));
        // The box was off from the Friday to the Monday after: one alarm, the right one.
        assert_eq!(on("2026-03-23"), Some(Reminder::Overdue(6)));
        assert!(Reminder::Due < Reminder::Overdue(1) && Reminder::Overdue(1) < Reminder::Overdue(2));
    }

    #[test]
    fn the_legal_day_ends_at_closing_time() {
        let due = limit(LimitKind::PetitionNotice, "2026-02-02").due(&Calendar::shipped());
        let closing = NaiveTime::from_hms_opt(17, 30, 0).unwrap();
        let over = |at: &str| due.over(format!("{at}:00+08:00").parse().unwrap(), closing);
        assert!(!over("2026-02-24T17:29") && over("2026-02-24T17:30"));
        assert!(due.overdue(date("2026-02-15")) && !due.overdue(date("2026-02-14")));
    }

    #[test]
    fn materials_nobody_looked_at_in_time_count_as_accepted_from_their_own_day() {
        let calendar = Calendar::shipped();
        let licence = Limit::new(LimitKind::Materials, date("2026-03-02"), Count::Working(5));
        assert_eq!(licence.deemed_accepted(&calendar, date("2026-03-09")), None);
        assert_eq!(
            licence.deemed_accepted(&calendar, date("2026-03-10")),
            Some(date("2026-03-02"))
        );
        let petition = limit(LimitKind::PetitionNotice, "2026-03-02");
        assert_eq!(petition.deemed_accepted(&calendar, date("2026-12-01")), None);
    }

    #[test]
    fn counts_read_in_both_languages_as_they_are_written() {
        for (text, count) in [
            ("即办", Count::Working(0)),
            ("at once", Count::Working(0)),
            ("5 个工作日", Count::Working(5)),
            ("5个工作日", Count::Working(5)),
            ("15 days", Count::Natural(15)),
            (" 15 日 ", Count::Natural(15)),
            ("2 个月", Count::Months(2)),
            ("1 month", Count::Months(1)),
        ] {
            assert_eq!(text.parse::<Count>().unwrap(), count);
            assert_eq!(count.to_string().parse::<Count>().unwrap(), count);
        }
        for rubbish in [
            "",
            "5",
            "日",
            "0 日",
            "-1 days",
            "99999 日",
            "40 个月",
            "五日",
            "𠅤 日",
            "5 years",
        ] {
            assert!(rubbish.parse::<Count>().is_err(), "{rubbish}");
        }
    }
}
