//! The duty roster as a table: 日期, 星期, 班次, 时间, 值班人员, 带班领导, 备注.
//!
//! Offices write it in many ways: a title above the head, merged cells, `10月1日`, names padded with spaces
//! and followed by telephone numbers. All of that is read; telephone numbers are left out, since those shown
//! to visitors are the office's (R4).

use std::path::Path;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use super::{Columns, Mistake, Reader, Row, Told, plain};
use crate::config::{Problem, nearest, shown};
use crate::domain::ids::StaffId;
use crate::domain::office::Office;
use crate::domain::roster::{Turn, TurnKind};
use crate::domain::time::Span;

const DATE: &[&str] = &["日期", "值班日期", "date"];
const STAFF: &[&str] = &["值班人员", "值班员", "值班人", "人员", "姓名", "staff"];
const WEEKDAY: &[&str] = &["星期", "周", "weekday"];
const KIND: &[&str] = &["班次", "类型", "时段", "值班类型", "kind"];
const HOURS: &[&str] = &["时间", "值班时间", "起止时间", "hours", "time"];
const LEADER: &[&str] = &["带班领导", "值班领导", "领导", "带班", "leader"];
const NOTE: &[&str] = &["备注", "说明", "note"];

/// What is kept of a note.
const NOTE_CHARS: usize = 60;

/// Names a remedy offers.
const NEAR_MAX: usize = 3;

/// A table of duty turns, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyTable {
    /// The first day it covers that is not over.
    pub from: NaiveDate,
    /// The last day it covers.
    pub until: NaiveDate,
    /// The turns from then on, in order.
    pub turns: Vec<Turn>,
    /// Turns of days that are over, which are left as they were.
    pub past: usize,
}

/// Reads a table of duty turns for `office`, as it is known on `today`.
///
/// # Errors
/// Every mistake in it.
pub fn read_turns(
    name: &Path,
    rows: &[Row],
    office: &Office,
    today: NaiveDate,
) -> Result<Told<DutyTable>, Vec<Mistake>> {
    let mut reader = Reader::new(name);
    let wanted = [DATE, STAFF, WEEKDAY, KIND, HOURS, LEADER, NOTE];
    let Some(columns) = Columns::find(rows, &wanted, 2) else {
        let wanted = "日期,班次,值班人员,带班领导".to_owned();
        reader.say(rows.first().map(|it| it.line), Problem::NoTableHead { wanted });
        return reader.done(None);
    };
    let titled = rows[..columns.body].iter().flat_map(|it| &it.cells);
    let year = titled.filter_map(|it| year_in(it)).next().unwrap_or(today.year());
    let mut turns: Vec<(usize, Turn)> = Vec::new();
    let (mut date, mut leader): (Option<NaiveDate>, Option<StaffId>) = (None, None);
    let mut merged = ("", "");
    for row in &rows[columns.body..] {
        // A remark below the table is no turn.
        let filled = row.cells.iter().filter(|it| !it.is_empty()).count();
        if filled == 1 && columns.get(row, 1).is_empty() {
            continue;
        }
        let line = Some(row.line);
        let told = columns.get(row, 0);
        let (mut said, mut hours) = (columns.get(row, 3), columns.get(row, 4));
        // Where cells are merged, only the first row of them says it.
        if told.is_empty() && said.is_empty() && hours.is_empty() {
            (said, hours) = merged;
        }
        merged = (said, hours);
        if !told.is_empty() {
            date = date_of(told, year, today);
            leader = None;
            if date.is_none() {
                let value = shown(told);
                reader.say(line, Problem::BadTableDate { value });
            }
        }
        let Some(day) = date else { continue };
        if let Some(said) = weekday_of(columns.get(row, 2))
            && said != day.weekday()
        {
            let (date, is) = (day.to_string(), weekday_name(day.weekday()).to_owned());
            let said = columns.get(row, 2).to_owned();
            reader.say(line, Problem::OtherWeekday { date, said, is });
        }
        let kind = kind_of(&mut reader, row.line, said, office, day);
        let span = match (span_of(hours), kind) {
            (Some(span), _) => Some(span),
            (None, Some(kind)) if hours.is_empty() => Some(kind.span(&office.hours)),
            (None, _) if hours.is_empty() => None,
            (None, _) => {
                let value = shown(hours);
                reader.say(line, Problem::BadTableHours { value });
                None
            }
        };
        let staff = people(&mut reader, row.line, columns.get(row, 1), office);
        let named = people(&mut reader, row.line, columns.get(row, 5), office);
        leader = named.into_iter().next().or(leader);
        if columns.get(row, 1).is_empty() {
            let date = day.to_string();
            reader.say(line, Problem::NobodyOnRow { date });
        }
        let note: String = columns.get(row, 6).chars().take(NOTE_CHARS).collect();
        if has_mobile(&note) {
            reader.say(line, Problem::MobileInNote {});
        }
        if let (Some(kind), Some(span)) = (kind, span) {
            let turn = Turn {
                date: day,
                kind,
                span,
                staff,
                leader: leader.clone(),
                note,
            };
            add(&mut turns, row.line, turn);
        }
    }
    turns.sort_by_key(|it| it.1.begins());
    for pair in turns.windows(2) {
        if pair[0].1.overlaps(&pair[1].1) {
            let (line, other) = (pair[1].0.max(pair[0].0), pair[1].0.min(pair[0].0));
            let (date, other) = (pair[1].1.date.to_string(), other.to_string());
            reader.say(Some(line), Problem::TurnsOverlap { date, other });
        }
    }
    let (Some(first), Some(last)) = (turns.first(), turns.last()) else {
        if reader.mistakes.is_empty() {
            reader.say(None, Problem::TableEmpty {});
        }
        return reader.done(None);
    };
    let (first, until) = (first.1.date, last.1.date);
    if until < today {
        let until = until.to_string();
        reader.say(None, Problem::AllInThePast { until });
    }
    let all = turns.len();
    let turns: Vec<Turn> = turns
        .into_iter()
        .map(|it| it.1)
        .filter(|it| today <= it.date)
        .collect();
    let table = DutyTable {
        from: first.max(today),
        until,
        past: all - turns.len(),
        turns,
    };
    reader.done(Some(table))
}

/// The rows of a table of turns, its head first: as offices keep it, and as it is read.
pub fn turn_rows(office: &Office, turns: &[Turn]) -> Vec<Vec<String>> {
    let head = [
        "日期",
        "星期",
        "班次",
        "时间",
        "值班人员",
        "带班领导",
        "办公电话",
        "备注",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    // Of two people of one name the id tells which.
    let name = |id: &StaffId| match office.staff(id) {
        Some(it)
            if office
                .staff
                .iter()
                .filter(|other| other.name.zh == it.name.zh)
                .count()
                == 1 =>
        {
            it.name.zh.clone()
        }
        _ => id.to_string(),
    };
    for turn in turns {
        let names: Vec<String> = turn.staff.iter().map(name).collect();
        let phone = turn.staff.first().and_then(|it| office.staff(it));
        let next = if turn.span.overnight() { "次日" } else { "" };
        let (from, until) = (turn.span.from.format("%H:%M"), turn.span.until.format("%H:%M"));
        rows.push(vec![
            turn.date.to_string(),
            weekday_name(turn.date.weekday()).to_owned(),
            kind_name(turn.kind).to_owned(),
            format!("{from}-{next}{until}"),
            names.join("、"),
            turn.leader.as_ref().map(name).unwrap_or_default(),
            phone.map(|it| it.phone.clone()).unwrap_or_default(),
            turn.note.clone(),
        ]);
    }
    rows
}

/// Several rows of one turn, a person each, are one turn.
fn add(turns: &mut Vec<(usize, Turn)>, line: usize, turn: Turn) {
    let same = |it: &&mut (usize, Turn)| it.1.date == turn.date && it.1.span == turn.span;
    match turns.iter_mut().find(same) {
        None => turns.push((line, turn)),
        Some((_, before)) => {
            let new = turn.staff.into_iter().filter(|it| !before.staff.contains(it));
            let new: Vec<StaffId> = new.collect();
            before.staff.extend(new);
            before.leader = before.leader.take().or(turn.leader);
            if before.note.is_empty() {
                before.note = turn.note;
            }
        }
    }
}

fn kind_of(
    reader: &mut Reader,
    line: usize,
    text: &str,
    office: &Office,
    date: NaiveDate,
) -> Option<TurnKind> {
    let holiday = office.calendar.special(date).is_some_and(|it| !it.works);
    let of_day = if holiday {
        TurnKind::Holiday
    } else {
        TurnKind::Weekend
    };
    let worked = office.calendar.works(date);
    let word = plain(text);
    Some(match word.as_str() {
        "午间" | "午休" | "午班" | "中午" | "午" | "lunch" => TurnKind::Lunch,
        "夜间" | "夜班" | "晚班" | "晚上" | "夜" | "晚" | "night" => TurnKind::Night,
        "周末" | "双休" | "双休日" | "weekend" => TurnKind::Weekend,
        "节假日" | "假日" | "节日" | "法定节假日" | "holiday" => TurnKind::Holiday,
        "" | "全天" | "24小时" | "昼夜" | "值班" if !worked => of_day,
        "" | "值班" => TurnKind::Night,
        _ => {
            let (value, known) = (shown(text), "午间、夜间、周末、节假日".to_owned());
            reader.say(Some(line), Problem::UnknownTurnKind { value, known });
            return None;
        }
    })
}

/// The people a cell names.
fn people(reader: &mut Reader, line: usize, text: &str, office: &Office) -> Vec<StaffId> {
    let mut found = Vec::new();
    let separators = ['、', '，', ',', ';', '；', '/', '\n', '|'];
    for piece in text.split(separators).map(str::trim).filter(|it| !it.is_empty()) {
        // 张　三 is one name, 张三 李四 are two: the whole first, then its parts.
        let whole = person(piece, office);
        let parts: Vec<&str> = piece
            .split_whitespace()
            .filter(|it| !without_phone(it).is_empty())
            .collect();
        let several = parts
            .iter()
            .map(|it| person(it, office))
            .collect::<Option<Vec<_>>>();
        match (whole, several) {
            (Some(people), _) => found.push((piece, people)),
            (None, Some(several)) => found.extend(parts.iter().copied().zip(several)),
            (None, None) if without_phone(piece).is_empty() => {}
            (None, None) => {
                let value = shown(&without_phone(piece));
                let near = nearest(
                    &value,
                    office.staff.iter().map(|it| it.name.zh.as_str()),
                    NEAR_MAX,
                );
                reader.say(Some(line), Problem::UnknownName { value, near });
            }
        }
    }
    let mut ids: Vec<StaffId> = Vec::new();
    for (piece, mut people) in found {
        if 1 < people.len() {
            let value = shown(piece);
            let known: Vec<String> = people.iter().map(ToString::to_string).collect();
            let ids = known.join("、");
            reader.say(Some(line), Problem::NameTwice { value, ids });
        }
        let person = people.swap_remove(0);
        if !ids.contains(&person) {
            ids.push(person);
        }
    }
    ids
}

/// Everybody of that name or id; none if nobody is.
fn person(text: &str, office: &Office) -> Option<Vec<StaffId>> {
    let wanted = plain(&without_phone(text));
    if wanted.is_empty() {
        return None;
    }
    let called = |it: &&crate::domain::office::Staff| {
        it.id.as_str() == wanted || plain(&it.name.zh) == wanted || plain(&it.name.en) == wanted
    };
    let found: Vec<StaffId> = office
        .staff
        .iter()
        .filter(called)
        .map(|it| it.id.clone())
        .collect();
    (!found.is_empty()).then_some(found)
}

/// A name without the telephone number and brackets behind it.
fn without_phone(text: &str) -> String {
    let end = text.find(['（', '(']).unwrap_or(text.len());
    let text = text[..end].trim();
    let digit = |it: char| it.is_ascii_digit() || matches!(it, '-' | '+' | ' ' | ':' | '：');
    text.trim_end_matches(digit).trim().to_owned()
}

fn has_mobile(text: &str) -> bool {
    let mut digits = 0;
    text.chars().any(|it| {
        digits = match it {
            '0'..='9' => digits + 1,
            '-' | ' ' => digits,
            _ => 0,
        };
        11 <= digits
    })
}

/// A date as people write it; `year` where they leave it out, or the year after, if that is nearer `today`.
pub(super) fn date_of(text: &str, year: i32, today: NaiveDate) -> Option<NaiveDate> {
    let end = text.find(['（', '(', ' ']).unwrap_or(text.len());
    let text: String = text[..end].chars().map(half_width).collect();
    if text.len() == 8 && text.bytes().all(|it| it.is_ascii_digit()) {
        return NaiveDate::parse_from_str(&text, "%Y%m%d").ok();
    }
    let numbers: Vec<&str> = text
        .split(['-', '/', '.', '年', '月', '日', '号'])
        .filter(|it| !it.is_empty())
        .collect();
    let number = |at: usize| numbers.get(at)?.trim().parse::<u32>().ok();
    match numbers.len() {
        3 if numbers[0].len() == 4 => {
            NaiveDate::from_ymd_opt(i32::try_from(number(0)?).ok()?, number(1)?, number(2)?)
        }
        2 => {
            let of = |year| NaiveDate::from_ymd_opt(year, number(0)?, number(1)?);
            let near = |it: &NaiveDate| (*it - today).num_days().abs();
            // In December one writes January's table without a year, too.
            [of(year), of(year + 1)].into_iter().flatten().min_by_key(near)
        }
        _ => None,
    }
}

fn half_width(letter: char) -> char {
    match letter {
        '０'..='９' | '／' | '－' | '．' | '：' => {
            char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
        }
        '—' | '–' | '―' => '-',
        other => other,
    }
}

/// A span such as `17:30-次日8:30`.
fn span_of(text: &str) -> Option<Span> {
    let text: String = text.chars().map(half_width).collect();
    let times: Vec<NaiveTime> = text
        .split(|it: char| !it.is_ascii_digit() && it != ':')
        .filter(|it| !it.is_empty())
        .map(|it| {
            let (hour, minute) = it.split_once(':')?;
            NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
        })
        .collect::<Option<_>>()?;
    match times[..] {
        [from, until] => Some(Span { from, until }),
        _ => None,
    }
}

/// The year a title speaks of, such as `2026年10月值班表`.
fn year_in(text: &str) -> Option<i32> {
    let at = text.find('年')?;
    let digits: String = text[..at].chars().rev().take(4).collect();
    let year: i32 = digits.chars().rev().collect::<String>().parse().ok()?;
    (2000..2100).contains(&year).then_some(year)
}

fn weekday_of(text: &str) -> Option<Weekday> {
    let last = text.trim().chars().last()?;
    Some(match last {
        '一' => Weekday::Mon,
        '二' => Weekday::Tue,
        '三' => Weekday::Wed,
        '四' => Weekday::Thu,
        '五' => Weekday::Fri,
        '六' => Weekday::Sat,
        '日' | '天' | '七' => Weekday::Sun,
        _ => return None,
    })
}

fn weekday_name(day: Weekday) -> &'static str {
    [
        "星期一",
        "星期二",
        "星期三",
        "星期四",
        "星期五",
        "星期六",
        "星期日",
    ][day.num_days_from_monday() as usize]
}

/// What a table calls a turn.
fn kind_name(kind: TurnKind) -> &'static str {
    match kind {
        TurnKind::Lunch => "午间",
        TurnKind::Night => "夜间",
        TurnKind::Weekend => "周末",
        TurnKind::Holiday => "节假日",
    }
}
