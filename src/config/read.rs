//! Reads TOML the way a patient clerk does: on past every mistake, so that all of them are told in one go.
//!
//! A derived deserializer stops at the first unknown key; this walks the parsed tree instead. Every getter
//! reports what is wrong and gives `None`, and a table that goes out of scope reports the keys nobody asked
//! for. Places are byte offsets until a mistake turns them into lines.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::mistake::{Mistake, Problem, Severity};
use crate::domain::limit::Count;
use crate::domain::office::Words;
use crate::domain::sensitive;
use crate::domain::time::Span;

/// A settings file is never larger; more is the wrong file.
const FILE_BYTES_MAX: u64 = 4 << 20;
/// Columns of a limit such as `15 working days`.
const COUNT_COLUMNS: usize = 32;
/// Syntax mistakes told of one file: after some dozen they only follow from each other.
const SYNTAX_MISTAKES_MAX: usize = 12;
/// Mistakes told of one file. Nobody mends more before looking again.
const MISTAKES_MAX: usize = 500;

/// One file, as text.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: PathBuf,
    /// None where it could not be read; the mistake is told already.
    pub(super) text: Option<String>,
    /// Where each line begins.
    lines: Vec<usize>,
    mistakes: RefCell<Vec<Mistake>>,
}

/// Something read, and where it stood.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<T> {
    pub(super) at: usize,
    pub(super) it: T,
}

impl Source {
    /// Text from elsewhere than a file, under a name.
    pub(super) fn new(name: &Path, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let ends = text
            .bytes()
            .enumerate()
            .filter(|(_, it)| *it == b'\n')
            .map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Self {
            name: name.to_owned(),
            text: Some(text),
            lines,
            mistakes: RefCell::default(),
        }
    }

    /// Reads the file; what hinders it becomes a mistake.
    pub(super) fn open(name: &Path) -> Self {
        let source = Self {
            text: None,
            ..Self::new(name, "")
        };
        match read(name) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Self::new(name, &text),
                Err(error) => {
                    let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                    let line = 1 + good.iter().filter(|it| **it == b'\n').count();
                    source.say_on(Some(line), Problem::NotUtf8 {});
                    source
                }
            },
            Err(problem) => {
                source.say_on(None, problem);
                source
            }
        }
    }

    /// The tree, unless the text is not TOML.
    pub(super) fn tree(&self) -> Option<Spanned<DeTable<'_>>> {
        let (tree, errors) = DeTable::parse_recoverable(self.text.as_deref()?);
        for error in errors.iter().take(SYNTAX_MISTAKES_MAX) {
            let says = shown(error.message());
            let at = error.span().map_or(0, |it| it.start);
            self.say(at, Problem::Syntax { says });
        }
        errors.is_empty().then_some(tree)
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|begins| *begins <= at)
    }

    pub(super) fn say(&self, at: usize, problem: Problem) {
        self.say_on(Some(self.line(at)), problem);
    }

    pub(super) fn say_on(&self, line: Option<usize>, problem: Problem) {
        let mut mistakes = self.mistakes.borrow_mut();
        if mistakes.len() < MISTAKES_MAX {
            mistakes.push(Mistake {
                file: self.name.clone(),
                line,
                problem,
            });
        }
    }

    /// Whether anything stops the lobby.
    pub(super) fn has_errors(&self) -> bool {
        self.mistakes
            .borrow()
            .iter()
            .any(|it| it.severity() == Severity::Error)
    }

    /// What was told, in the order of the lines.
    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|it| it.line);
        mistakes
    }
}

fn read(name: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| Problem::CannotRead {
        why: error.to_string(),
    };
    // Asked before opening: to open a pipe would wait for its other end.
    let facts = fs::metadata(name).map_err(unreadable)?;
    if !facts.is_file() {
        return Err(Problem::NotAFile {});
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(name).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Problem::TooLarge {
            bytes: facts.len().to_string(),
        });
    }
    Ok(bytes)
}

/// A table, its place and what it is called in messages.
pub(super) struct Table<'a> {
    pub(super) source: &'a Source,
    pub(super) at: usize,
    pub(super) name: String,
    values: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub(super) fn root(source: &'a Source, tree: &'a Spanned<DeTable<'a>>) -> Self {
        let name = source
            .name
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Self {
            source,
            at: 0,
            name,
            values: tree.get_ref(),
            asked: RefCell::default(),
        }
    }

    pub(super) fn say(&self, at: usize, problem: Problem) {
        self.source.say(at, problem);
    }

    fn ask(&self, key: &'static str) -> Option<At<&'a DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        let value = self.values.get(key)?;
        Some(At {
            at: value.span().start,
            it: value.get_ref(),
        })
    }

    /// Whether the key stands there; does not count as asking for it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    fn need(&self, key: &'static str) -> Option<At<&'a DeValue<'a>>> {
        let value = self.ask(key);
        if value.is_none() {
            self.say(
                self.at,
                Problem::MissingKey {
                    key: key.to_owned(),
                    place: self.name.clone(),
                },
            );
        }
        value
    }

    fn wrong(&self, at: usize, key: &str, zh: &str, en: &str) {
        let (key, zh, en) = (key.to_owned(), zh.to_owned(), en.to_owned());
        self.say(at, Problem::WrongType { key, zh, en });
    }

    fn as_text(&self, key: &str, value: At<&'a DeValue<'a>>, most: usize) -> Option<At<&'a str>> {
        let Some(text) = value.it.as_str() else {
            self.wrong(value.at, key, "带引号的文字", "a text in quotes");
            return None;
        };
        let key = || key.to_owned();
        if text.trim().is_empty() {
            self.say(value.at, Problem::Empty { key: key() });
        } else if text.chars().any(|it| it.is_control() || invisible(it)) {
            self.say(value.at, Problem::ControlCharacter { key: key() });
        } else if columns(text) > most {
            let (columns, most) = (columns(text).to_string(), most.to_string());
            self.say(
                value.at,
                Problem::TooLong {
                    key: key(),
                    columns,
                    most,
                },
            );
        } else {
            return Some(At {
                at: value.at,
                it: text.trim(),
            });
        }
        None
    }

    /// A text that must be there, at most so many columns wide.
    pub(super) fn text(&self, key: &'static str, most: usize) -> Option<At<&'a str>> {
        self.as_text(key, self.need(key)?, most)
    }

    /// A text that may be there.
    pub(super) fn text_if(&self, key: &'static str, most: usize) -> Option<At<&'a str>> {
        self.as_text(key, self.ask(key)?, most)
    }

    /// A list of texts; empty where it is not there.
    pub(super) fn texts_if(&self, key: &'static str, most: usize) -> Vec<At<&'a str>> {
        self.ask(key)
            .map(|value| self.as_texts(key, value, most))
            .unwrap_or_default()
    }

    /// A list of texts that must be there; it may be empty.
    pub(super) fn texts(&self, key: &'static str, most: usize) -> Vec<At<&'a str>> {
        self.need(key)
            .map(|value| self.as_texts(key, value, most))
            .unwrap_or_default()
    }

    fn as_texts(&self, key: &str, value: At<&'a DeValue<'a>>, most: usize) -> Vec<At<&'a str>> {
        let Some(list) = value.it.as_array() else {
            self.wrong(value.at, key, "方括号里的一列文字", "a list of texts in brackets");
            return Vec::new();
        };
        let each = list.iter().map(|it| At {
            at: it.span().start,
            it: it.get_ref(),
        });
        each.filter_map(|it| self.as_text(key, it, most)).collect()
    }

    /// Chinese and English of one thing. Where there is no English the Chinese stands in; `told` says
    /// what a warning calls the thing, if there is to be one.
    pub(super) fn words(
        &self,
        key: &'static str,
        key_en: &'static str,
        most: usize,
        told: Option<&str>,
    ) -> Option<Words> {
        let english_is_there = self.has(key_en);
        // English takes more room than Chinese, and the pages that show it are laid out for that.
        let en = self.text_if(key_en, most * 2);
        let zh = self.text(key, most)?;
        if !english_is_there && let Some(what) = told {
            self.say(
                self.at,
                Problem::NoEnglish {
                    what: what.to_owned(),
                },
            );
        }
        Some(Words {
            zh: zh.it.to_owned(),
            en: en.unwrap_or(zh).it.to_owned(),
        })
    }

    /// A key of ours: lower-case letters, digits, hyphens.
    pub(super) fn code(&self, key: &'static str) -> Option<At<&'a str>> {
        let code = self.text(key, 200)?;
        self.checked_code(key, code)
    }

    /// A list of such keys.
    pub(super) fn codes(&self, key: &'static str) -> Vec<At<&'a str>> {
        let codes = self.texts_if(key, 200);
        codes
            .into_iter()
            .filter_map(|it| self.checked_code(key, it))
            .collect()
    }

    /// Such a key, if it is there.
    pub(super) fn code_if(&self, key: &'static str) -> Option<At<&'a str>> {
        let code = self.text_if(key, 200)?;
        self.checked_code(key, code)
    }

    fn checked_code(&self, key: &str, code: At<&'a str>) -> Option<At<&'a str>> {
        let good = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        if code.it.len() <= 32 && code.it.bytes().all(good) && !code.it.starts_with('-') {
            return Some(code);
        }
        self.say(
            code.at,
            Problem::BadCode {
                key: key.to_owned(),
                value: shown(code.it),
            },
        );
        None
    }

    /// An office telephone number.
    pub(super) fn phone(&self, key: &'static str) -> Option<String> {
        let phone = self.text(key, 60)?;
        if !matches!(sensitive::phone(phone.it), Ok(Some(_))) {
            self.say(
                phone.at,
                Problem::BadPhone {
                    key: key.to_owned(),
                    value: shown(phone.it),
                },
            );
            return None;
        }
        let digits: String = phone.it.chars().filter(char::is_ascii_digit).collect();
        // 12345 and 95598 are numbers too; any other of five digits lacks some.
        let short = digits.len() < 6 && !digits.starts_with(['1', '9']);
        let one = digits.bytes().all(|it| Some(&it) == digits.as_bytes().first());
        if short || one {
            let (key, value) = (key.to_owned(), shown(phone.it));
            self.say(phone.at, Problem::DoubtfulPhone { key, value });
        }
        let digits = digits
            .strip_prefix("86")
            .filter(|it| it.len() == 11)
            .unwrap_or(&digits);
        if digits.len() == 11 && digits.starts_with('1') && !digits.starts_with("10") {
            self.say(phone.at, Problem::PrivateMobile { key: key.to_owned() });
        }
        Some(phone.it.to_owned())
    }

    fn as_whole(&self, key: &str, value: At<&DeValue<'_>>, range: RangeInclusive<i64>) -> Option<At<i64>> {
        let Some(digits) = value.it.as_integer() else {
            self.wrong(value.at, key, "整数", "a whole number");
            return None;
        };
        let number = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
        let number = number.filter(|it| range.contains(it));
        if number.is_none() {
            self.out_of_range(
                value.at,
                key,
                &range.start().to_string(),
                &range.end().to_string(),
            );
        }
        Some(At {
            at: value.at,
            it: number?,
        })
    }

    fn out_of_range(&self, at: usize, key: &str, least: &str, most: &str) {
        let (key, least, most) = (key.to_owned(), least.to_owned(), most.to_owned());
        self.say(at, Problem::OutOfRange { key, least, most });
    }

    /// A whole number that must be there.
    pub(super) fn whole(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<At<i64>> {
        self.as_whole(key, self.need(key)?, range)
    }

    /// A whole number that may be there.
    pub(super) fn whole_if(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<At<i64>> {
        self.as_whole(key, self.ask(key)?, range)
    }

    /// A small number with a default.
    pub(super) fn small_or(&self, key: &'static str, range: RangeInclusive<u16>, otherwise: u16) -> u16 {
        let range = i64::from(*range.start())..=i64::from(*range.end());
        let number = self.whole_if(key, range).and_then(|it| u16::try_from(it.it).ok());
        number.unwrap_or(otherwise)
    }

    /// A number with or without a fraction, with a default.
    pub(super) fn number_or(&self, key: &'static str, range: RangeInclusive<f64>, otherwise: f64) -> f64 {
        let Some(value) = self.ask(key) else {
            return otherwise;
        };
        let text = match value.it {
            DeValue::Integer(it) if it.radix() == 10 => it.as_str(),
            DeValue::Float(it) => it.as_str(),
            _ => {
                self.wrong(value.at, key, "数字", "a number");
                return otherwise;
            }
        };
        let number = text.parse().ok().filter(|it| range.contains(it));
        if number.is_none() {
            self.out_of_range(
                value.at,
                key,
                &range.start().to_string(),
                &range.end().to_string(),
            );
        }
        number.unwrap_or(otherwise)
    }

    /// Exactly `N` numbers, with or without fractions; none if they are not there or wrong.
    pub(super) fn numbers_if<const N: usize>(
        &self,
        key: &'static str,
        range: RangeInclusive<f64>,
    ) -> Option<At<[f64; N]>> {
        let value = self.ask(key)?;
        let number = |it: &DeValue<'_>| match it {
            DeValue::Integer(it) if it.radix() == 10 => it.as_str().parse::<f64>().ok(),
            DeValue::Float(it) => it.as_str().parse().ok(),
            _ => None,
        };
        let list = value.it.as_array();
        let numbers: Option<Vec<f64>> =
            list.and_then(|list| list.iter().map(|it| number(it.get_ref())).collect());
        let Some(Ok(numbers)) = numbers.map(<[f64; N]>::try_from) else {
            self.wrong(
                value.at,
                key,
                &format!("方括号里的 {N} 个数字"),
                &format!("{N} numbers in brackets"),
            );
            return None;
        };
        if !numbers.iter().all(|it| range.contains(it)) {
            self.out_of_range(
                value.at,
                key,
                &range.start().to_string(),
                &range.end().to_string(),
            );
            return None;
        }
        Some(At {
            at: value.at,
            it: numbers,
        })
    }

    /// Yes or no, with a default.
    pub(super) fn flag_or(&self, key: &'static str, otherwise: bool) -> bool {
        let Some(value) = self.ask(key) else {
            return otherwise;
        };
        let flag = value.it.as_bool();
        if flag.is_none() {
            self.wrong(
                value.at,
                key,
                " true 或 false（不带引号）",
                "true or false, without quotes",
            );
        }
        flag.unwrap_or(otherwise)
    }

    /// One of several words.
    pub(super) fn choice_of<T: Copy>(&self, key: &str, text: At<&str>, all: &[(&str, T)]) -> Option<T> {
        let found = all.iter().find(|(code, _)| *code == text.it);
        if found.is_none() {
            let known = all.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", ");
            let (key, value) = (key.to_owned(), shown(text.it));
            self.say(text.at, Problem::NotOneOf { key, value, known });
        }
        found.map(|(_, value)| *value)
    }

    fn as_time(&self, key: &str, value: At<&DeValue<'_>>) -> Option<NaiveTime> {
        let time = match value.it {
            DeValue::String(text) => clock_time(text),
            // TOML has times of its own; who leaves the quotes away means the same.
            DeValue::Datetime(it) if it.date.is_none() && it.offset.is_none() => it
                .time
                .and_then(|it| NaiveTime::from_hms_opt(it.hour.into(), it.minute.into(), 0)),
            _ => None,
        };
        if time.is_none() {
            let value_shown = value.it.as_str().map_or_else(String::new, shown);
            self.say(
                value.at,
                Problem::BadTime {
                    key: key.to_owned(),
                    value: value_shown,
                },
            );
        }
        time
    }

    /// A limit of time that may be there, such as `5 working days`.
    pub(super) fn count_if(&self, key: &'static str) -> Option<Count> {
        let text = self.text_if(key, COUNT_COLUMNS)?;
        let count = text.it.parse().ok();
        if count.is_none() {
            let (key, value) = (key.to_owned(), shown(text.it));
            self.say(text.at, Problem::BadCount { key, value });
        }
        count
    }

    /// A time of day that must be there.
    pub(super) fn time(&self, key: &'static str) -> Option<NaiveTime> {
        self.as_time(key, self.need(key)?)
    }

    /// A time of day with a default.
    pub(super) fn time_or(&self, key: &'static str, otherwise: NaiveTime) -> NaiveTime {
        self.ask(key)
            .and_then(|it| self.as_time(key, it))
            .unwrap_or(otherwise)
    }

    /// A date that may be there.
    pub(super) fn date_if(&self, key: &'static str) -> Option<At<NaiveDate>> {
        if !self.has(key) {
            return None;
        }
        let moment = self.moment(key)?;
        Some(At {
            at: moment.at,
            it: moment.it.date(),
        })
    }

    /// A local date, or date and time.
    pub(super) fn moment(&self, key: &'static str) -> Option<At<NaiveDateTime>> {
        let value = self.need(key)?;
        let moment = value
            .it
            .as_datetime()
            .filter(|it| it.offset.is_none())
            .and_then(|it| {
                let date = it.date?;
                let date = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
                match it.time {
                    Some(time) => date.and_hms_opt(
                        time.hour.into(),
                        time.minute.into(),
                        time.second.unwrap_or_default().into(),
                    ),
                    None => date.and_hms_opt(0, 0, 0),
                }
            });
        if moment.is_none() {
            self.say(value.at, Problem::BadDate { key: key.to_owned() });
        }
        Some(At {
            at: value.at,
            it: moment?,
        })
    }

    /// Whether the key stands there with a list of nothing; does not count as asking for it.
    pub(super) fn has_empty_list(&self, key: &str) -> bool {
        self.values
            .get(key)
            .is_some_and(|it| it.get_ref().as_array().is_some_and(|it| it.is_empty()))
    }

    fn not_empty(&self, key: &str) {
        if self.has_empty_list(key) {
            self.say(self.at, Problem::Empty { key: key.to_owned() });
        }
    }

    /// Days of the week: `mon`, or `mon-fri`.
    pub(super) fn days(&self, key: &'static str) -> Vec<Weekday> {
        self.not_empty(key);
        self.week(&self.texts(key, 200))
    }

    /// The same, where `holiday` may stand among them.
    pub(super) fn days_and_holidays(&self, key: &'static str) -> (Vec<Weekday>, bool) {
        self.not_empty(key);
        let mut texts = self.texts(key, 200);
        let all = texts.len();
        texts.retain(|it| it.it != "holiday");
        let holidays = texts.len() < all;
        (self.week(&texts), holidays)
    }

    fn week(&self, texts: &[At<&str>]) -> Vec<Weekday> {
        let mut days = Vec::new();
        for text in texts {
            match days_of(text.it) {
                Some(more) => days.extend(more),
                None => self.say(
                    text.at,
                    Problem::BadDay {
                        value: shown(text.it),
                    },
                ),
            }
        }
        days.sort_by_key(Weekday::num_days_from_monday);
        days.dedup();
        days
    }

    /// Spans of the day, in order, not overlapping.
    pub(super) fn spans(&self, key: &'static str) -> Vec<Span> {
        let mut spans: Vec<(Span, &str)> = Vec::new();
        self.not_empty(key);
        for text in self.texts(key, 200) {
            match span_of(text.it) {
                Some(span) => {
                    if let Some((before, first)) = spans.last()
                        && span.from < before.until
                    {
                        let (first, second) = ((*first).to_owned(), text.it.to_owned());
                        self.say(text.at, Problem::SpansOutOfOrder { first, second });
                    }
                    spans.push((span, text.it));
                }
                None => self.say(
                    text.at,
                    Problem::BadSpan {
                        value: shown(text.it),
                    },
                ),
            }
        }
        spans.into_iter().map(|(span, _)| span).collect()
    }

    /// A table below this one.
    pub(super) fn table_if(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.ask(key)?;
        let Some(values) = value.it.as_table() else {
            self.wrong(value.at, key, "一段设置", "a table");
            return None;
        };
        Some(self.child(value.at, format!("[{key}]"), values))
    }

    /// A table below this one that must be there.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        if !self.has(key) {
            self.asked.borrow_mut().push(key);
            self.source.say_on(
                None,
                Problem::MissingTable {
                    table: format!("[{key}]"),
                },
            );
        }
        self.table_if(key)
    }

    /// The tables of a list of tables.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let Some(value) = self.ask(key) else {
            return Vec::new();
        };
        let Some(list) = value.it.as_array() else {
            self.wrong(
                value.at,
                key,
                &format!("一列 [[{key}]]"),
                &format!("a list of [[{key}]]"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in list.iter() {
            match value.get_ref().as_table() {
                Some(values) => tables.push(self.child(value.span().start, format!("[[{key}]]"), values)),
                None => self.wrong(
                    value.span().start,
                    key,
                    &format!("[[{key}]]"),
                    &format!("[[{key}]]"),
                ),
            }
        }
        tables
    }

    fn child(&self, at: usize, name: String, values: &'a DeTable<'a>) -> Table<'a> {
        Table {
            source: self.source,
            at,
            name,
            values,
            asked: RefCell::default(),
        }
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        let asked = self.asked.borrow();
        for key in self.values.keys() {
            if !asked.contains(&key.get_ref().as_ref()) {
                let (at, key) = (key.span().start, shown(key.get_ref()));
                let known = nearest(&key, asked.iter().copied(), usize::MAX);
                self.say(
                    at,
                    Problem::UnknownKey {
                        key,
                        place: self.name.clone(),
                        known,
                    },
                );
            }
        }
    }
}

/// Keys that must differ, and where each stood first.
#[derive(Default)]
pub(super) struct Unique(HashMap<String, usize>);

impl Unique {
    /// Takes note of `value`; the mistake is told if it stood before.
    pub(super) fn note(&mut self, table: &Table<'_>, key: &str, value: At<&str>) {
        if let Some(&first) = self.0.get(value.it) {
            let line = table.source.line(first).to_string();
            let (key, value_shown) = (key.to_owned(), value.it.to_owned());
            table.say(
                value.at,
                Problem::Duplicate {
                    key,
                    value: value_shown,
                    line,
                },
            );
        } else {
            self.0.insert(value.it.to_owned(), value.at);
        }
    }
}

/// Half-width columns a text takes on paper: a Chinese character two.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|it| if it.is_ascii() { 1 } else { 2 }).sum()
}

/// Characters that change how the text around them is shown, or show nothing.
fn invisible(it: char) -> bool {
    matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What a person wrote, fit for a line of ours: short and without control characters.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .map(|it| {
            if it.is_control() || invisible(it) {
                '\u{fffd}'
            } else {
                it
            }
        })
        .take(60)
        .collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}

/// Up to `count` of `all`, those most like `text` first.
pub(crate) fn nearest<'n>(text: &str, all: impl Iterator<Item = &'n str>, count: usize) -> String {
    let mut all: Vec<(usize, &str)> = all.map(|it| (distance(text, it), it)).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .take(count)
        .map(|(_, it)| it)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Letters to change, add or take away to come from one word to the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (down, letter) in one.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = down + 1;
        for (across, &beside) in other.iter().enumerate() {
            let change = diagonal + usize::from(letter != beside);
            diagonal = row[across + 1];
            row[across + 1] = change.min(diagonal + 1).min(row[across] + 1);
        }
    }
    row[other.len()]
}

fn clock_time(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |it: &str| (it.len() == 2 && it.bytes().all(|it| it.is_ascii_digit())).then(|| it.parse());
    NaiveTime::from_hms_opt(digits(hour)?.ok()?, digits(minute)?.ok()?, 0)
}

fn span_of(text: &str) -> Option<Span> {
    let (from, until) = text.split_once(['-', '–', '—'])?;
    let (from, until) = (clock_time(from.trim())?, clock_time(until.trim())?);
    (from < until).then_some(Span { from, until })
}

fn day_of(text: &str) -> Option<Weekday> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let days = [Mon, Tue, Wed, Thu, Fri, Sat, Sun];
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    names.iter().position(|it| *it == text).map(|at| days[at])
}

fn days_of(text: &str) -> Option<Vec<Weekday>> {
    let Some((first, last)) = text.split_once('-') else {
        return Some(vec![day_of(text)?]);
    };
    let (mut day, last) = (day_of(first)?, day_of(last)?);
    let mut days = vec![day];
    while day != last {
        day = day.succ();
        days.push(day);
    }
    Some(days)
}
