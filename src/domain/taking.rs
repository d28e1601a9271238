//! When a matter is taken, where it is not whenever the office is open: its own days and hours, its numbers a day,
//! and the time for which it rests.
//!
//! Only the touch screen keeps to this: a clerk may register whatever somebody has come for (R9), and whoever is turned
//! away by a date is told the next one and offered reception there and then (R18).

use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};

use crate::domain::office::{Matter, Office, Term};
use crate::domain::time::{Span, Timestamp, local};

/// Days looked ahead for the next time; a matter that rests longer is asked about at reception.
const DAYS_AHEAD: usize = 100;

/// What the catalogue says of it; the default is whenever the office is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taking {
    /// Only on these days of the week; none listed: on all.
    pub days: Vec<Weekday>,
    /// Only in these hours of them; none listed: in the office's.
    pub spans: Vec<Span>,
    /// Numbers a day for this matter.
    pub quota: Option<u16>,
    /// 暂停办理: first and last day it rests; none where it does not.
    pub rests: Option<Term>,
}

/// Why a matter is not taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// 现在不办: another day, or another hour.
    Hours,
    /// 今天的号已满
    Full,
    /// 暂停办理
    Rests,
}

/// That a matter is not taken now, and when it is again, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotTaken {
    /// Why.
    pub why: Shut,
    /// The next time, in local time.
    pub again: Option<NaiveDateTime>,
}

impl Taking {
    fn rests_on(&self, date: NaiveDate) -> bool {
        self.rests.is_some_and(|it| it.holds(date))
    }
}

impl Office {
    /// Why `matter` is not taken at `at`, of which `given` numbers were given today; none: it is. While the office
    /// itself is closed its own hours count and not the matter's: whoever is on duty answers (R16).
    pub fn not_taken(&self, matter: &Matter, given: usize, at: Timestamp) -> Option<NotTaken> {
        let (taking, now) = (&matter.taking, local(at));
        let in_hours = self.taken_on(matter, now.date()).any(|it| it.holds(now.time()));
        let full = taking.quota.is_some_and(|it| usize::from(it) <= given);
        let why = if taking.rests_on(now.date()) {
            Shut::Rests
        } else if full {
            Shut::Full
        } else if self.open(at) && !in_hours {
            Shut::Hours
        } else {
            return None;
        };
        let days = now.date().iter_days().take(DAYS_AHEAD);
        let again = days
            .filter(|it| why != Shut::Full || now.date() < *it)
            .flat_map(|date| self.taken_on(matter, date).map(move |it| date.and_time(it.from)))
            .find(|it| now < *it);
        Some(NotTaken { why, again })
    }

    /// The hours in which `matter` is taken on `date`; none on a day it is not.
    fn taken_on<'a>(&'a self, matter: &'a Matter, date: NaiveDate) -> impl Iterator<Item = &'a Span> {
        let taking = &matter.taking;
        let on = self.hours.open_on(&self.calendar, date)
            && !taking.rests_on(date)
            && (taking.days.is_empty() || taking.days.contains(&date.weekday()));
        let spans = if taking.spans.is_empty() {
            &self.hours.spans
        } else {
            &taking.spans
        };
        spans.iter().filter(move |_| on)
    }
}
