//! The working calendar: which dates are worked, by the State Council's yearly notices.
//!
//! A table has a line for each date the notice names, off or worked; every other date of that year is what
//! its weekday says. A year without a table is unknown: it is counted with plain weekends, and whatever was
//! counted with it is provisional (日期待节假日安排公布后确认). The tables of the years up to the release are
//! shipped (`deploy/calendar`), later ones are imported by the office and stand in the journal.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

/// What a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// 工作日, a make-up day (调休上班) included.
    Workday,
    /// 休息日
    DayOff,
    /// The notice of that year is not known yet.
    Unknown(i32),
}

/// One date a notice names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialDay {
    /// The date.
    pub date: NaiveDate,
    /// The festival it belongs to, such as 春节.
    pub name: String,
    /// Whether it is worked (调休上班) or off.
    pub works: bool,
}

/// One year's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    /// The year of the notice.
    pub year: i32,
    /// Its number, such as 国办发明电〔2025〕7号.
    pub notice: String,
    /// The dates it names, in order. A notice may reach back into the December before its year.
    pub days: Vec<SpecialDay>,
}

/// Why a table is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadYear {
    /// It names nothing.
    #[error("the table names no date")]
    Empty,
    /// A date stands in it twice.
    #[error("{0} stands in the table twice")]
    Twice(NaiveDate),
    /// A date is neither of its year nor of the December before.
    #[error("{0} is not of the table's year")]
    OtherYear(NaiveDate),
}

/// All years the office knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    years: BTreeMap<i32, CalendarYear>,
}

/// Days looked at for the next or last working day before giving up: no holiday is a year long.
const LOOK_MAX: usize = 366;

impl CalendarYear {
    /// Checks and orders the dates.
    ///
    /// # Errors
    /// [`BadYear`].
    pub fn new(year: i32, notice: String, mut days: Vec<SpecialDay>) -> Result<Self, BadYear> {
        days.sort_by_key(|it| it.date);
        let own = |date: NaiveDate| date.year() == year || (date.year(), date.month()) == (year - 1, 12);
        if let Some(other) = days.iter().find(|it| !own(it.date)) {
            return Err(BadYear::OtherYear(other.date));
        }
        if let Some(twice) = days.windows(2).find(|it| it[0].date == it[1].date) {
            return Err(BadYear::Twice(twice[0].date));
        }
        if days.is_empty() {
            return Err(BadYear::Empty);
        }
        Ok(Self { year, notice, days })
    }
}

impl Calendar {
    /// The years that come with the release: 2024 to 2026.
    pub fn shipped() -> Self {
        const TABLES: [(i32, &str); 3] = [
            (2024, include_str!("../../deploy/calendar/2024.csv")),
            (2025, include_str!("../../deploy/calendar/2025.csv")),
            (2026, include_str!("../../deploy/calendar/2026.csv")),
        ];
        let mut calendar = Self::default();
        for (year, text) in TABLES {
            calendar.set(shipped_year(year, text).expect("a shipped table is whole, as a test shows"));
        }
        calendar
    }

    /// Takes on a year's table, in place of the one it had.
    pub fn set(&mut self, year: CalendarYear) {
        self.years.insert(year.year, year);
    }

    /// The table of `year`.
    pub fn year(&self, year: i32) -> Option<&CalendarYear> {
        self.years.get(&year)
    }

    /// All tables, the oldest first.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.years.values()
    }

    /// What a notice says of `date`, if one names it. The later notice wins: it may correct the December
    /// before its year.
    pub fn special(&self, date: NaiveDate) -> Option<&SpecialDay> {
        [date.year() + 1, date.year()].into_iter().find_map(|year| {
            let days = &self.years.get(&year)?.days;
            days.binary_search_by_key(&date, |it| it.date)
                .ok()
                .map(|at| &days[at])
        })
    }

    /// What `date` is.
    pub fn kind(&self, date: NaiveDate) -> DayKind {
        let worked = match self.special(date) {
            Some(special) => special.works,
            None if !self.years.contains_key(&date.year()) => return DayKind::Unknown(date.year()),
            None => !weekend(date),
        };
        if worked { DayKind::Workday } else { DayKind::DayOff }
    }

    /// Whether `date` is known to be worked or off.
    pub fn known(&self, date: NaiveDate) -> bool {
        !matches!(self.kind(date), DayKind::Unknown(_))
    }

    /// Whether `date` is worked; in an unknown year Monday to Friday are.
    pub fn works(&self, date: NaiveDate) -> bool {
        match self.kind(date) {
            DayKind::Workday => true,
            DayKind::DayOff => false,
            DayKind::Unknown(_) => !weekend(date),
        }
    }

    /// The weekday whose pattern `date` follows: a day off is as a Sunday; a Saturday that is worked as the
    /// Friday before, a Sunday that is worked as the Monday after; any other day is itself.
    pub fn pattern(&self, date: NaiveDate) -> Weekday {
        match (self.special(date).map(|it| it.works), date.weekday()) {
            (Some(false), _) => Weekday::Sun,
            (Some(true), Weekday::Sat) => Weekday::Fri,
            (Some(true), Weekday::Sun) => Weekday::Mon,
            (_, weekday) => weekday,
        }
    }

    /// The first working day on or after `date`.
    pub fn workday_from(&self, date: NaiveDate) -> NaiveDate {
        let mut days = date.iter_days().take(LOOK_MAX);
        days.find(|it| self.works(*it)).unwrap_or(date)
    }

    /// The last working day on or before `date`.
    pub fn workday_until(&self, date: NaiveDate) -> NaiveDate {
        let mut days = std::iter::successors(Some(date), NaiveDate::pred_opt).take(LOOK_MAX);
        days.find(|it| self.works(*it)).unwrap_or(date)
    }

    /// Which year's notice should be looked for on `today`: from 1 December on the next year's, at any time
    /// this year's, unless it is there (RULES §4).
    pub fn missing(&self, today: NaiveDate) -> Option<i32> {
        let wanted = [
            Some(today.year()),
            (today.month() == 12).then(|| today.year() + 1),
        ];
        wanted
            .into_iter()
            .flatten()
            .find(|year| !self.years.contains_key(year))
    }
}

fn weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Reads a table as it is shipped: `日期,名称,上班,文号`. What offices import comes in many more forms and is
/// read where files are read.
fn shipped_year(year: i32, text: &str) -> Option<CalendarYear> {
    let mut notice = None;
    let mut days = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        days.push(SpecialDay {
            date: cells.next()?.parse().ok()?,
            name: cells.next()?.to_owned(),
            works: match cells.next()? {
                "是" => true,
                "否" => false,
                _ => return None,
            },
        });
        notice = Some(cells.next()?.to_owned());
    }
    CalendarYear::new(year, notice?, days).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// `0101 0216–0220` of `year`.
    fn dates(year: i32, text: &str) -> Vec<NaiveDate> {
        let one = |it: &str| {
            NaiveDate::from_ymd_opt(year, it[..2].parse().unwrap(), it[2..].parse().unwrap()).unwrap()
        };
        text.split_whitespace()
            .flat_map(|it| match it.split_once('–') {
                Some((from, until)) => {
                    let until = one(until);
                    one(from)
                        .iter_days()
                        .take_while(move |it| *it <= until)
                        .collect::<Vec<_>>()
                }
                None => vec![one(it)],
            })
            .collect()
    }

    #[test]
    fn the_years_shipped_are_those_of_the_rules() {
        let calendar = Calendar::shipped();
        for (year, off, worked) in [
            (
                2025,
                "0101 0128–0131 0203 0204 0404 0501 0502 0505 0602 1001–1003 1006–1008",
                "0126 0208 0427 0928 1011",
            ),
            (
                2026,
                "0101 0102 0216–0220 0223 0406 0501 0504 0505 0619 0925 1001 1002 1005–1007",
                "0104 0214 0228 0509 0920 1010",
            ),
        ] {
            let days = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days();
            let days: Vec<_> = days.take_while(|it| it.year() == year).collect();
            let found = |kind, is_weekend| -> Vec<NaiveDate> {
                let of = |it: &&NaiveDate| calendar.kind(**it) == kind && weekend(**it) == is_weekend;
                days.iter().filter(of).copied().collect()
            };
            assert_eq!(found(DayKind::DayOff, false), dates(year, off));
            assert_eq!(found(DayKind::Workday, true), dates(year, worked));
        }
        let notices: Vec<_> = calendar.years().map(|it| it.notice.as_str()).collect();
        assert_eq!(
            notices,
            [
                "国办发明电〔2023〕7号",
                "国办发明电〔2024〕12号",
                "国办发明电〔2025〕7号"
            ]
        );
    }

    #[test]
    fn a_year_without_a_notice_is_unknown_and_worked_monday_to_friday() {
        let calendar = Calendar::shipped();
        assert_eq!(calendar.kind(date("2027-01-01")), DayKind::Unknown(2027));
        assert!(calendar.works(date("2027-01-01")) && !calendar.works(date("2027-01-02")));
        assert_eq!(calendar.missing(date("2026-11-30")), None);
        assert_eq!(calendar.missing(date("2026-12-01")), Some(2027));
        assert_eq!(calendar.missing(date("2027-01-04")), Some(2027));
    }

    #[test]
    fn a_notice_may_reach_into_the_december_before() {
        let mut calendar = Calendar::shipped();
        let day = |text, works| SpecialDay {
            date: date(text),
            name: "元旦".into(),
            works,
        };
        let days = vec![
            day("2027-01-01", false),
            day("2026-12-31", false),
            day("2026-12-27", true),
        ];
        calendar.set(CalendarYear::new(2027, "号".into(), days).unwrap());
        assert_eq!(calendar.kind(date("2026-12-31")), DayKind::DayOff);
        assert_eq!(calendar.kind(date("2026-12-27")), DayKind::Workday);
        assert_eq!(calendar.kind(date("2026-12-30")), DayKind::Workday);
        assert_eq!(calendar.workday_from(date("2026-12-31")), date("2027-01-04"));
    }

    #[test]
    fn a_table_that_contradicts_itself_is_none() {
        let day = |text| SpecialDay {
            date: date(text),
            name: "元旦".into(),
            works: false,
        };
        let year = |days| CalendarYear::new(2027, "号".into(), days).unwrap_err();
        assert_eq!(year(vec![]), BadYear::Empty);
        let twice = vec![day("2027-01-01"), day("2027-02-01"), day("2027-01-01")];
        assert_eq!(year(twice), BadYear::Twice(date("2027-01-01")));
        for other in ["2028-01-01", "2026-11-30", "2020-12-31"] {
            assert_eq!(year(vec![day(other)]), BadYear::OtherYear(date(other)));
        }
    }

    #[test]
    fn a_make_up_day_follows_the_working_day_beside_it_and_a_holiday_a_sunday() {
        let calendar = Calendar::shipped();
        for (of, follows) in [
            ("2026-02-14", Weekday::Fri),
            ("2026-01-04", Weekday::Mon),
            ("2026-10-01", Weekday::Sun),
            ("2026-10-03", Weekday::Sun),
            ("2026-10-08", Weekday::Thu),
            ("2026-03-07", Weekday::Sat),
            ("2027-02-13", Weekday::Sat),
        ] {
            assert_eq!(calendar.pattern(date(of)), follows, "{of}");
        }
    }
}
