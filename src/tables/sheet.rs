//! Files in and out: encodings, separators, quotes, workbooks. What the cells mean is not known here.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Sheets, Xlsx, open_workbook_auto_from_rs};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use rust_xlsxwriter::{Format, Workbook};

use super::{BYTES_MAX, Row};
use crate::config::Problem;

/// Rows of one table; more is no table of an office.
const ROWS_MAX: usize = 5000;

/// Columns looked at.
const COLUMNS_MAX: usize = 60;

type Bad = (Option<usize>, Problem);

pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, Bad> {
    if BYTES_MAX < bytes.len() {
        let bytes = bytes.len().to_string();
        return Err((None, Problem::TableTooLarge { bytes }));
    }
    let zip = bytes.starts_with(b"PK\x03\x04");
    let old = bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
    let mut rows = if zip || old {
        workbook(bytes)?
    } else {
        lines(&text(bytes)?)?
    };
    rows.retain(|it| it.cells.iter().any(|it| !it.is_empty()));
    if ROWS_MAX < rows.len() {
        let rows = rows.len().to_string();
        return Err((None, Problem::TableTooLong { rows }));
    }
    if rows.is_empty() {
        return Err((None, Problem::TableEmpty {}));
    }
    Ok(rows)
}

/// The text of a file, whatever program has saved it: Excel writes UTF-8 with a mark, GB18030 or UTF-16.
fn text(bytes: &[u8]) -> Result<String, Bad> {
    let marked = Encoding::for_bom(bytes).map(|it| it.0);
    let encoding = match marked {
        Some(encoding) => encoding,
        None if str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    debug_assert!([UTF_8, UTF_16LE, UTF_16BE, GB18030].contains(&encoding));
    let (text, failed) = encoding.decode_with_bom_removal(bytes);
    let odd = text
        .char_indices()
        .find(|(_, it)| *it == '\u{fffd}' && failed || it.is_control() && !matches!(it, '\n' | '\r' | '\t'));
    match odd {
        // A mark that some programs leave standing behind the recoding.
        None => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Some((at, _)) => {
            let line = 1 + text[..at].matches('\n').count();
            Err((Some(line), Problem::TableEncoding {}))
        }
    }
}

/// Reads separated values, quotes as in RFC 4180. The separator is whichever the first lines hold most of.
fn lines(text: &str) -> Result<Vec<Row>, Bad> {
    let head: String = text.lines().take(3).collect();
    let counted = [',', '\t', ';', '，'].map(|it| (head.matches(it).count(), it));
    let separator = counted.iter().rev().max_by_key(|it| it.0).map_or(',', |it| it.1);
    let mut rows = Vec::new();
    let (mut cells, mut cell): (Vec<String>, String) = (Vec::new(), String::new());
    let (mut line, mut began) = (1, 1);
    let mut quoted = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted.is_some() => {
                if letters.peek() == Some(&'"') {
                    letters.next();
                    cell.push('"');
                } else {
                    quoted = None;
                }
            }
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = Some(line);
            }
            '\n' => {
                line += 1;
                if quoted.is_some() {
                    cell.push('\n');
                    continue;
                }
                finish(&mut cells, &mut cell);
                rows.push(Row {
                    line: began,
                    cells: std::mem::take(&mut cells),
                });
                began = line;
            }
            it if it == separator && quoted.is_none() => finish(&mut cells, &mut cell),
            '\r' => {}
            it => cell.push(it),
        }
    }
    if let Some(line) = quoted {
        return Err((Some(line), Problem::QuoteOpen {}));
    }
    finish(&mut cells, &mut cell);
    rows.push(Row { line: began, cells });
    Ok(rows)
}

fn finish(cells: &mut Vec<String>, cell: &mut String) {
    if cells.len() < COLUMNS_MAX {
        cells.push(cell.trim().to_owned());
    }
    cell.clear();
}

/// Reads the first sheet that holds something.
fn workbook(bytes: &[u8]) -> Result<Vec<Row>, Bad> {
    // The reader of workbooks is not ours; a file made to break it must break nothing of the lobby.
    let read = std::panic::catch_unwind(|| {
        let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|it| it.to_string())?;
        let names = book.sheet_names();
        for name in names {
            if let Sheets::Xlsx(book) = &mut book {
                match used_rows(book, &name)? {
                    rows if rows.is_empty() => continue,
                    rows => return Ok(rows),
                }
            }
            let range = book.worksheet_range(&name).map_err(|it| it.to_string())?;
            if range.is_empty() {
                continue;
            }
            let first = range.start().map_or(0, |it| it.0 as usize);
            let rows = range.rows().take(ROWS_MAX + 1).enumerate();
            return Ok(rows
                .map(|(at, row)| Row {
                    line: first + at + 1,
                    cells: row.iter().take(COLUMNS_MAX).map(cell_text).collect(),
                })
                .collect());
        }
        Ok(Vec::new())
    });
    let failed = |why: String| (None, Problem::WorkbookBroken { why });
    match read {
        Ok(read) => read.map_err(failed),
        Err(_) => Err(failed("damaged".to_owned())),
    }
}

/// The rows of a sheet that hold something. A stray cell in the last corner of a sheet costs no more than any other:
/// room is made for cells that are used, not for all between the first and the last.
fn used_rows(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, String> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|it| it.to_string())?;
    let mut found: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    while found.len() <= ROWS_MAX
        && let Some(cell) = cells.next_cell().map_err(|it| it.to_string())?
    {
        let (row, column) = cell.get_position();
        let text = cell_text(&cell.get_value().clone().into());
        if !text.is_empty() {
            found.entry(row).or_default().insert(column, text);
        }
    }
    let first = found.values().filter_map(|it| it.keys().next()).min();
    let first = first.copied().unwrap_or_default();
    let row = |(at, mut cells): (u32, BTreeMap<u32, String>)| {
        let last = cells.keys().next_back().map_or(0, |it| (it - first) as usize + 1);
        let columns = (first..).take(last.min(COLUMNS_MAX));
        Row {
            line: at as usize + 1,
            cells: columns.map(|it| cells.remove(&it).unwrap_or_default()).collect(),
        }
    };
    Ok(found.into_iter().map(row).collect())
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(it) if it.is_duration() || it.as_f64() < 1.0 => clock_text(it.as_f64()),
        Data::DateTime(it) => {
            let (year, month, day, hour, minute, ..) = it.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute) == (0, 0) {
                date
            } else {
                format!("{date} {hour:02}:{minute:02}")
            }
        }
        other => other.to_string().trim().to_owned(),
    }
}

/// A fraction of a day as a time.
fn clock_text(days: f64) -> String {
    let minutes = (days.fract() * 1440.0).round() as u32 % 1440;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

pub(super) fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    for row in rows {
        let cells: Vec<String> = row.iter().map(|it| quoted(it)).collect();
        text += &cells.join(",");
        text += "\r\n";
    }
    text.into_bytes()
}

/// A cell that no program takes for a formula, nor for more than one cell.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r', '\t']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

pub(super) fn xlsx(title: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // Thirty-one characters and no brackets are what a sheet may be called.
    let title: String = title
        .chars()
        .filter(|it| !r"[]:*?/\".contains(*it))
        .take(31)
        .collect();
    let _ = sheet.set_name(&title);
    let head = Format::new().set_bold();
    for (down, row) in rows.iter().enumerate() {
        for (across, cell) in row.iter().enumerate() {
            let (down, across) = (down as u32, across as u16);
            // As text: a date stays the date it is, whatever the program's own habits.
            let _ = if down == 0 {
                sheet.write_string_with_format(down, across, cell, &head)
            } else {
                sheet.write_string(down, across, cell)
            };
        }
    }
    let _ = sheet.set_freeze_panes(1, 0);
    sheet.autofit();
    book.save_to_buffer()
        .expect("a workbook of a few cells is written to memory")
}
