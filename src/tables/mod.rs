//! Tables as offices keep them: the working calendar and the duty roster, read from CSV or a spreadsheet and
//! written as either.
//!
//! Promises that every mistake of a table is told in one go, each with its line and remedy; that a file of
//! any program is read if it can be (UTF-8 with or without mark, GB18030, UTF-16; `.xlsx`, `.xls`, `.ods`);
//! that rubbish is a mistake and never a panic. Whether the office may take it on is the desk's to say.

mod calendar;
mod sheet;
#[cfg(test)]
mod tests;
mod turns;

use std::path::{Path, PathBuf};

pub use crate::config::{Mistake, Problem, Severity};
pub use calendar::{calendar_rows, read_calendar};
pub use turns::{DutyTable, read_turns, turn_rows};

/// A table's file is never larger; more is the wrong file.
pub const BYTES_MAX: usize = 2 << 20;

/// One row, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its cells, without space around them.
    pub cells: Vec<String>,
}

/// What a table says, and what somebody should know of it.
#[derive(Debug, Clone)]
pub struct Told<T> {
    /// What it says.
    pub it: T,
    /// Warnings.
    pub warnings: Vec<Mistake>,
}

/// Reads the rows of a CSV file or a spreadsheet; which of the two, its first bytes say.
///
/// # Errors
/// What is wrong with it.
pub fn rows(name: &Path, bytes: &[u8]) -> Result<Vec<Row>, Vec<Mistake>> {
    sheet::rows(bytes).map_err(|(line, problem)| vec![mistake(name, line, problem)])
}

/// Writes rows as CSV that spreadsheet programs open by a double click: UTF-8 with its mark, CRLF.
pub fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    sheet::csv(rows)
}

/// Writes rows as a workbook of one sheet; the first row is its head.
pub fn xlsx(title: &str, rows: &[Vec<String>]) -> Vec<u8> {
    sheet::xlsx(title, rows)
}

fn mistake(file: &Path, line: Option<usize>, problem: Problem) -> Mistake {
    Mistake {
        file: file.to_owned(),
        line,
        problem,
    }
}

/// Collects what is wrong with one table.
struct Reader {
    name: PathBuf,
    mistakes: Vec<Mistake>,
}

/// Mistakes told of one table. Nobody mends more before looking again.
const MISTAKES_MAX: usize = 200;

impl Reader {
    fn new(name: &Path) -> Self {
        Self {
            name: name.to_owned(),
            mistakes: Vec::new(),
        }
    }

    fn say(&mut self, line: Option<usize>, problem: Problem) {
        if self.mistakes.len() < MISTAKES_MAX {
            self.mistakes.push(mistake(&self.name, line, problem));
        }
    }

    /// What was read, unless something is wrong with it.
    fn done<T>(self, it: Option<T>) -> Result<Told<T>, Vec<Mistake>> {
        let failed = self.mistakes.iter().any(|it| it.severity() == Severity::Error);
        match it {
            Some(it) if !failed => Ok(Told {
                it,
                warnings: self.mistakes,
            }),
            _ => Err(self.mistakes),
        }
    }
}

/// Which column holds what.
struct Columns {
    /// The row after the head.
    body: usize,
    at: Vec<Option<usize>>,
}

/// Rows above the head that a title may take.
const TITLE_ROWS: usize = 12;

impl Columns {
    /// Finds the row that names the columns; `wanted` are the names each may have, and the first `needed` of
    /// them must be there.
    fn find(rows: &[Row], wanted: &[&[&str]], needed: usize) -> Option<Self> {
        rows.iter().take(TITLE_ROWS).enumerate().find_map(|(index, row)| {
            let heads: Vec<String> = row.cells.iter().map(|it| plain(it)).collect();
            let column = |names: &&[&str]| heads.iter().position(|it| names.contains(&it.as_str()));
            let at: Vec<Option<usize>> = wanted.iter().map(column).collect();
            at[..needed]
                .iter()
                .all(Option::is_some)
                .then_some(Self { body: index + 1, at })
        })
    }

    fn get<'r>(&self, row: &'r Row, column: usize) -> &'r str {
        let at = self.at.get(column).copied().flatten();
        at.and_then(|it| row.cells.get(it)).map_or("", String::as_str)
    }
}

/// A word as it is compared: no space in it, lower case.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|it| !it.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}
