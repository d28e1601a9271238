//! The day in figures, with the hash of the journal's last entry: on paper in the duty log, it proves later that nothing
//! before it was changed.

use chrono::NaiveDateTime;

use crate::domain::event::SlipOutcome;
use crate::domain::journal::Head;
use crate::domain::office::{Language, Office};
use crate::domain::ticket::Stage;
use crate::domain::time::{ServiceDay, Timestamp, local};
use crate::domain::visit::Visit;

/// What stands on the summary of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySummary {
    /// What it is written in.
    pub language: Language,
    /// The office.
    pub office: String,
    /// The day.
    pub day: ServiceDay,
    /// When it was drawn up, Asia/Shanghai.
    pub at: NaiveDateTime,
    /// Visits registered (批次).
    pub visits: usize,
    /// People who came (人次).
    pub people: usize,
    /// Visits closed.
    pub closed: usize,
    /// Visits missed.
    pub missed: usize,
    /// Visits that go on.
    pub open: usize,
    /// Handovers offered.
    pub offers: usize,
    /// Visits of each department that had any, in the office's order.
    pub departments: Vec<(String, usize)>,
    /// Papers the printer answered for.
    pub printed: usize,
    /// Papers in doubt.
    pub in_doubt: usize,
    /// The journal's last entry.
    pub head: Head,
    /// Entries the office database does not have yet.
    pub unsent: u64,
}

impl DaySummary {
    /// The summary of `day`, from the visits of it.
    pub fn of<'v>(
        office: &Office,
        visits: impl Iterator<Item = &'v Visit>,
        day: ServiceDay,
        at: Timestamp,
        (head, unsent): (Head, u64),
        language: Language,
    ) -> Self {
        let visits: Vec<&Visit> = visits.filter(|it| it.day == day).collect();
        let count = |wanted: fn(&Visit) -> bool| visits.iter().filter(|it| wanted(it)).count();
        let papers = |wanted: SlipOutcome| {
            let slips = visits.iter().flat_map(|it| &it.slips);
            slips.filter(|it| it.outcome == Some(wanted)).count()
        };
        let departments = office.departments.iter().map(|department| {
            let here = visits.iter().filter(|it| it.ticket.department == department.code);
            (department.name.get(language).to_owned(), here.count())
        });
        Self {
            language,
            office: office.identity.name.get(language).to_owned(),
            day,
            at: local(at),
            visits: visits.len(),
            people: visits.iter().map(|it| usize::from(it.people)).sum(),
            closed: count(|it| it.ticket.stage == Stage::Closed),
            missed: count(|it| it.ticket.stage == Stage::Missed),
            open: count(|it| !matches!(it.ticket.stage, Stage::Closed | Stage::Missed)),
            offers: visits.iter().map(|it| it.offers.len()).sum(),
            departments: departments.filter(|it| 0 < it.1).collect(),
            printed: papers(SlipOutcome::Printed),
            in_doubt: papers(SlipOutcome::InDoubt),
            head,
            unsent,
        }
    }
}
