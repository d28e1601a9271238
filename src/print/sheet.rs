//! The papers beside the slip laid out: a title and the number large, then fields, lists and sentences.

use crate::devices::{Align, Doc, Size};
use crate::domain::sheet::{Sheet, SheetLine};
use crate::print::slip::{BELOW_LARGE, reprint_mark};

/// Lays out a sheet.
pub fn sheet(sheet: &Sheet) -> Doc {
    let mut doc = Doc::new().centered(sheet.office.as_str());
    if sheet.reprint {
        doc = doc.centered(reprint_mark(sheet.language));
    }
    doc = doc
        .styled(sheet.title.as_str(), Size::Double, Align::Center, true)
        .gap(BELOW_LARGE)
        .styled(sheet.number.to_string(), Size::Double, Align::Center, false)
        .gap(BELOW_LARGE)
        .rule();
    for line in &sheet.lines {
        doc = match line {
            SheetLine::Field(label, value) => doc.field(label.as_str(), value.as_str()),
            SheetLine::Text(text) => doc.line(text.as_str()),
            SheetLine::Large(text) => doc
                .gap(8)
                .styled(text.as_str(), Size::Tall, Align::Left, true)
                .gap(8),
            SheetLine::List(heading, lines) => lines
                .iter()
                .enumerate()
                .fold(doc.line(heading.as_str()), |doc, (at, line)| {
                    doc.field(format!("{}. ", at + 1), line.as_str())
                }),
        };
    }
    doc.rule()
        .line(sheet.written.format("%Y-%m-%d %H:%M").to_string())
}
