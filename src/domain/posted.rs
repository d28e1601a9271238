//! What the rules on letters and visits want posted where people are received (大厅公示, XF 18; RULES §5).

use chrono::{Datelike, Weekday};

use crate::domain::ids::StaffId;
use crate::domain::office::{Office, Words};
use crate::domain::time::{Span, Timestamp, local};

/// One notice on the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// What it is about.
    pub title: Words,
    /// What it says.
    pub lines: Vec<Words>,
}

/// A leader's regular hours of receiving visitors (领导接待日).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiving {
    /// Days of the week.
    pub days: Vec<Weekday>,
    /// Hours of those days.
    pub span: Span,
    /// Who.
    pub staff: StaffId,
    /// Where; empty: their own room.
    pub room: String,
}

/// Everything that is posted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posted {
    /// In the order of the file.
    pub postings: Vec<Posting>,
    /// In the order of the file.
    pub receiving: Vec<Receiving>,
}

impl Posted {
    /// The leader who receives today and has not finished yet, else the one who did.
    pub fn today(&self, at: Timestamp) -> Option<&Receiving> {
        let now = local(at);
        let today = || {
            self.receiving
                .iter()
                .filter(|it| it.days.contains(&now.weekday()))
        };
        today()
            .find(|it| now.time() < it.span.until)
            .or_else(|| today().next_back())
    }
}

impl Office {
    /// Where `receiving` takes place: its own room, else that of the leader's department.
    pub fn room_of<'a>(&'a self, receiving: &'a Receiving) -> &'a str {
        if !receiving.room.is_empty() {
            return &receiving.room;
        }
        let department = self.staff(&receiving.staff).map(|it| &it.department);
        department
            .and_then(|it| self.department(it))
            .map_or("", |it| it.room.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;

    #[test]
    fn whoever_still_receives_today_is_named_before_whoever_has_gone() {
        let hour = |it| NaiveTime::from_hms_opt(it, 0, 0).unwrap();
        let receiving = |staff: &str, from, until| Receiving {
            days: vec![Weekday::Mon],
            span: Span {
                from: hour(from),
                until: hour(until),
            },
            staff: staff.into(),
            room: String::new(),
        };
        let posted = Posted {
            postings: Vec::new(),
            receiving: vec![receiving("wu", 9, 12), receiving("zhao", 14, 17)],
        };
        let who = |at: &str| {
            let at = at.parse().unwrap();
            posted.today(at).map(|it| it.staff.as_str().to_owned())
        };
        assert_eq!(who("2026-03-02T08:00:00+08:00").as_deref(), Some("wu"));
        assert_eq!(who("2026-03-02T12:00:00+08:00").as_deref(), Some("zhao"));
        assert_eq!(who("2026-03-02T20:00:00+08:00").as_deref(), Some("zhao"));
        assert_eq!(who("2026-03-03T09:00:00+08:00"), None);
    }
}
