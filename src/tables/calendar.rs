//! The working calendar as a table: 日期, 名称, 上班, 文号.

use std::path::Path;

use chrono::{Datelike, NaiveDate, Weekday};

use super::turns::date_of;
use super::{Columns, Mistake, Reader, Row, Told};
use crate::config::{Problem, shown};
use crate::domain::calendar::{BadYear, CalendarYear, SpecialDay};

const DATE: &[&str] = &["日期", "date", "放假日期", "时间"];
const NAME: &[&str] = &["名称", "节日", "假日", "name", "holiday", "节假日"];
const WORKS: &[&str] = &["上班", "是否上班", "works", "work", "类型", "安排"];
const NOTICE: &[&str] = &["文号", "通知文号", "依据", "notice"];

/// Days off a year's notice names at least: eleven before 2025, thirteen since.
const DAYS_OFF_MIN: usize = 13;

/// Columns a notice number may have.
const NOTICE_CHARS: usize = 60;

/// Reads a year's table. `notice` is its number where the table does not hold it; a year that is over is
/// refused.
///
/// # Errors
/// Every mistake in it.
pub fn read_calendar(
    name: &Path,
    rows: &[Row],
    notice: Option<&str>,
    today: NaiveDate,
) -> Result<Told<CalendarYear>, Vec<Mistake>> {
    let mut reader = Reader::new(name);
    let Some(columns) = Columns::find(rows, &[DATE, WORKS, NAME, NOTICE], 2) else {
        let wanted = "日期,名称,上班,文号".to_owned();
        reader.say(rows.first().map(|it| it.line), Problem::NoTableHead { wanted });
        return reader.done(None);
    };
    let mut days = Vec::new();
    let mut number = notice.map(|it| it.trim().to_owned());
    for row in &rows[columns.body..] {
        let line = Some(row.line);
        let (date, works) = (columns.get(row, 0), columns.get(row, 1));
        if number.as_deref().is_none_or(str::is_empty) {
            number = Some(columns.get(row, 3).to_owned());
        }
        if date.is_empty() && works.is_empty() {
            continue;
        }
        let Some(day) = date_of(date, today.year(), today) else {
            let value = shown(date);
            reader.say(line, Problem::BadTableDate { value });
            continue;
        };
        let Some(works) = works_of(works) else {
            let value = shown(works);
            reader.say(line, Problem::BadWorks { value });
            continue;
        };
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        if works && !weekend {
            let date = day.to_string();
            reader.say(line, Problem::WorkedAnyway { date });
        }
        let special = SpecialDay {
            date: day,
            name: columns.get(row, 2).to_owned(),
            works,
        };
        days.push((row.line, special));
    }
    let year = year_of(&days);
    if let Some(year) = year.filter(|it| *it < today.year()) {
        let (year, now) = (year.to_string(), today.year().to_string());
        reader.say(None, Problem::YearIsOver { year, now });
    }
    let number = number.filter(|it| !it.is_empty() && it.chars().count() <= NOTICE_CHARS);
    if number.is_none() {
        reader.say(None, Problem::NoNotice {});
    }
    let off = days.iter().filter(|it| !it.1.works).count();
    if let Some(year) = year
        && off < DAYS_OFF_MIN
    {
        let (year, days) = (year.to_string(), off.to_string());
        reader.say(None, Problem::FewDaysOff { year, days });
    }
    let line_of = |date: NaiveDate| days.iter().rev().find(|it| it.1.date == date).map(|it| it.0);
    let specials = days.iter().map(|it| it.1.clone()).collect();
    match CalendarYear::new(year.unwrap_or(today.year()), number.unwrap_or_default(), specials) {
        Ok(year) => reader.done(Some(year)),
        Err(bad) => {
            let problem = match bad {
                BadYear::Empty => (None, Problem::TableEmpty {}),
                BadYear::Twice(date) => {
                    let value = date.to_string();
                    (line_of(date), Problem::DateTwice { value })
                }
                BadYear::OtherYear(date) => {
                    let (date, year) = (date.to_string(), year.unwrap_or_default().to_string());
                    (
                        line_of(date.parse().unwrap_or_default()),
                        Problem::OtherYear { date, year },
                    )
                }
            };
            // A table without one good line has been told line by line.
            if reader.mistakes.is_empty() || !matches!(bad, BadYear::Empty) {
                reader.say(problem.0, problem.1);
            }
            reader.done(None)
        }
    }
}

/// The rows of a year's table, its head first: as it is shipped and read.
pub fn calendar_rows(year: &CalendarYear) -> Vec<Vec<String>> {
    let mut rows = vec![["日期", "名称", "上班", "文号"].map(str::to_owned).to_vec()];
    rows.extend(year.days.iter().map(|it| {
        let works = if it.works { "是" } else { "否" };
        vec![
            it.date.to_string(),
            it.name.clone(),
            works.to_owned(),
            year.notice.clone(),
        ]
    }));
    rows
}

/// The year most dates are of.
fn year_of(days: &[(usize, SpecialDay)]) -> Option<i32> {
    let years = days.iter().map(|it| it.1.date.year());
    years
        .clone()
        .max_by_key(|year| (years.clone().filter(|it| it == year).count(), *year))
}

fn works_of(text: &str) -> Option<bool> {
    match super::plain(text).as_str() {
        "是" | "上班" | "班" | "补班" | "调休上班" | "y" | "yes" | "true" | "1" | "work" => {
            Some(true)
        }
        "否" | "放假" | "休" | "休息" | "假" | "不上班" | "n" | "no" | "false" | "0" | "off" => {
            Some(false)
        }
        _ => None,
    }
}
