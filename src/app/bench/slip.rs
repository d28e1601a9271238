//! Bytes of each kind of slip against the least that says it.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use anyhow::Result;
use chrono::NaiveDate;
use escpos::driver::Driver;
use escpos::utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use crate::app::bench::{Row, sheets};
use crate::devices::{Block, Doc, FenceId, Glyphs, Profile, Size, encode, fence, paper_dots};
use crate::domain::journal::Head;
use crate::domain::office::Language;
use crate::domain::slip::{Code, Slip};
use crate::domain::summary::DaySummary;
use crate::domain::time::ServiceDay;
use crate::print;

/// The speeds of serial lines in the field.
const BAUDS: [u32; 4] = [9600, 19_200, 38_400, 115_200];

/// Bytes an inline picture of a character takes: what no printer has in its font cannot be said with fewer.
const PICTURE: usize = 5 + 72;

/// A row a kind of paper and width, against the least; then the 80 mm slips on the wire, by the `escpos` crate, and as
/// one picture.
///
/// # Errors
/// When the demonstration office, whose sheets are measured, cannot be opened.
pub fn measure(folder: &Path) -> Result<Vec<Row>> {
    let glyphs = Glyphs::system();
    let sheets = sheets::kinds(folder)?;
    let mut rows = vec![row("anchor 80 mm", &anchor(), &model("generic-80"), &glyphs)];
    for (paper, name) in [("80 mm", "generic-80"), ("58 mm", "generic-58")] {
        let profile = model(name);
        for (name, doc) in kinds(&profile).into_iter().chain(sheets.clone()) {
            rows.push(row(&format!("{name} {paper}"), &doc, &profile, &glyphs));
        }
    }
    let profile = model("epson-tm-t82");
    for (name, doc) in kinds(&profile).into_iter().chain(sheets) {
        let job = encode(&doc, &profile, &glyphs);
        // What is sent before and after a slip is on the wire too.
        let sent = job.len() + fence(&profile, FenceId::from_number(0)).len();
        for baud in BAUDS {
            let seconds = |bytes: usize| bytes as f64 * 10.0 / f64::from(baud);
            rows.push(Row::against(
                format!("{name}, {baud} baud"),
                seconds(sent),
                "s",
                seconds(least(&doc)),
            ));
        }
        if !text_of(&doc).chars().any(is_rare) {
            let crate_bytes = by_escpos_crate(&doc) as f64;
            rows.push(Row::against(
                format!("{name} against escpos crate"),
                job.len() as f64,
                "bytes",
                crate_bytes,
            ));
        }
        rows.push(Row::against(
            format!("{name} against one picture"),
            job.len() as f64,
            "bytes",
            as_picture(&job, &profile) as f64,
        ));
    }
    Ok(rows)
}

fn model(name: &str) -> Profile {
    Profile::builtin(name).expect("it is one of ours")
}

fn row(name: &str, doc: &Doc, profile: &Profile, glyphs: &Glyphs) -> Row {
    Row::against(
        name,
        encode(doc, profile, glyphs).len() as f64,
        "bytes",
        least(doc) as f64,
    )
}

/// Whether a character's GB18030 code has four bytes, which no printer knows.
fn is_rare(character: char) -> bool {
    encoding_rs::GB18030
        .encode(character.encode_utf8(&mut [0; 4]))
        .0
        .len()
        > 2
}

fn text_of(doc: &Doc) -> String {
    let texts = doc.lines.iter().map(|block| match block {
        Block::Line { text, .. } => text.clone(),
        Block::Pair { left, right } => format!("{left}{right}"),
        Block::Field { label, value } => format!("{label}{value}"),
        Block::Qr { caption, .. } => caption.clone().unwrap_or_default(),
        Block::Rule | Block::Space { .. } => String::new(),
    });
    texts.collect()
}

/// The same paper through the `escpos` crate, as somebody would write it: a style where it changes, its native QR, its cut.
fn by_escpos_crate(doc: &Doc) -> usize {
    let sent = Sent::default();
    let write = || -> escpos::errors::Result<()> {
        let mut printer = escpos::printer::Printer::new(sent.clone(), Protocol::default(), None);
        printer.init()?.custom(&[0x1c, 0x26])?;
        let mut before = (Size::Normal, crate::devices::Align::Left, false);
        for block in &doc.lines {
            let (text, style) = match block {
                Block::Line {
                    text,
                    size,
                    align,
                    bold,
                } => (text.clone(), (*size, *align, *bold)),
                Block::Pair { left, right } => (format!("{left} {right}"), PLAIN),
                Block::Field { label, value } => (format!("{label}{value}"), PLAIN),
                Block::Qr { data, caption } => {
                    printer.justify(JustifyMode::CENTER)?;
                    let option = QRCodeOption::new(QRCodeModel::Model2, 6, QRCodeCorrectionLevel::M);
                    printer.qrcode_option(data, option)?;
                    before.1 = crate::devices::Align::Center;
                    match caption {
                        Some(caption) => (
                            caption.clone(),
                            (Size::Normal, crate::devices::Align::Center, false),
                        ),
                        None => continue,
                    }
                }
                Block::Rule | Block::Space { .. } => (String::new(), before),
            };
            if style.1 != before.1 {
                printer.justify(match style.1 {
                    crate::devices::Align::Left => JustifyMode::LEFT,
                    crate::devices::Align::Center => JustifyMode::CENTER,
                    crate::devices::Align::Right => JustifyMode::RIGHT,
                })?;
            }
            if style.0 != before.0 {
                let (across, down) = style.0.factors();
                printer.size(across as u8, down as u8)?;
            }
            if style.2 != before.2 {
                printer.bold(style.2)?;
            }
            before = style;
            printer.custom(&encoding_rs::GB18030.encode(&text).0)?.feed()?;
        }
        printer.partial_cut()?.print()?;
        Ok(())
    };
    write().expect("it writes into memory");
    sent.0.get()
}

const PLAIN: (Size, crate::devices::Align, bool) = (Size::Normal, crate::devices::Align::Left, false);

/// Counts what the `escpos` crate would send.
#[derive(Clone, Default)]
struct Sent(Rc<Cell<usize>>);

impl Driver for Sent {
    fn name(&self) -> String {
        "counted".to_owned()
    }
    fn write(&self, data: &[u8]) -> escpos::errors::Result<()> {
        self.0.set(self.0.get() + data.len());
        Ok(())
    }
    fn read(&self, _: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }
    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

/// The bytes of the whole paper as pictures of at most 255 rows, as programs print that draw their slips.
fn as_picture(job: &[u8], profile: &Profile) -> usize {
    let rows = paper_dots(job) as usize;
    rows * usize::from(profile.dots / 8) + 8 * rows.div_ceil(255) + 2 + 4
}

/// Counted apart from the encoder: the text as GB18030, a character no printer has as a picture, a line feed a line, size on and
/// off where there is a large line, a picture for a large line with such a character, one native QR, one cut. Nothing for start, alignment, weight or wrapping.
pub fn least(doc: &Doc) -> usize {
    const SIZE: usize = 3;
    const CUT: usize = 4;
    const QR: usize = 9 + 8 + 8 + 8 + 8;
    const RASTER: usize = 8;
    let text = |text: &str| {
        let pictures = text.chars().filter(|it| is_rare(*it)).count();
        // Its four bytes are not sent.
        encoding_rs::GB18030.encode(text).0.len() + pictures * (PICTURE - 4)
    };
    let line = |bytes: usize| bytes + 1;
    let blocks = doc.lines.iter().map(|block| match block {
        Block::Line { text: it, size, .. } if *size == Size::Normal => line(text(it)),
        // No printer enlarges a picture within a line: one large character it does not have makes the line a picture.
        Block::Line { text: it, size, .. } if it.chars().any(is_rare) => RASTER + drawn(it, *size),
        Block::Line { text: it, .. } => line(text(it)) + 2 * SIZE,
        Block::Pair { left, right } => line(text(left) + 1 + text(right)),
        Block::Field { label, value } => line(text(label) + text(value)),
        Block::Qr { data, caption } => {
            QR + data.len() + caption.as_ref().map_or(0, |caption| line(text(caption)))
        }
        Block::Rule | Block::Space { .. } => 1,
    });
    CUT + blocks.sum::<usize>()
}

/// Bytes of a line as a picture, without what announces it: 12 dots a column and 24 a line at normal size.
fn drawn(text: &str, size: Size) -> usize {
    let columns: usize = text.chars().map(|it| if it.is_ascii() { 1 } else { 2 }).sum();
    let (across, down) = size.factors();
    (columns * 12 * usize::from(across)).div_ceil(8) * 24 * usize::from(down)
}

/// The slip of the notes on printing: a title of ten characters, the number in double size, eight lines, a
/// QR of forty characters.
fn anchor() -> Doc {
    let mut doc = Doc::new().centered("临河街道便民服务中心").styled(
        "A023",
        Size::Double,
        crate::devices::Align::Center,
        false,
    );
    for line in [
        "事项：最低生活保障申请",
        "请到：社会事务办公室 二楼203室",
        "接待责任人：张明",
        "电话：0571-86001203",
        "前面还有 14 人",
        "请带：身份证；户口簿；收入证明；两寸照2张",
        "叫号三次未到会暂时跳过，回来请告诉窗口。",
        "2026-03-02 08:30",
    ] {
        doc = doc.line(line);
    }
    doc.block(Block::Qr {
        data: "https://lobby.example.gov.cn/v/7KQ2M9XA1".into(),
        caption: None,
    })
}

fn kinds(profile: &Profile) -> Vec<(&'static str, Doc)> {
    let chinese = Slip {
        language: Language::Chinese,
        office: "临河街道办事处".into(),
        number: "A023".parse().expect("a number"),
        matter: "最低生活保障申请".into(),
        department: "社会事务办公室".into(),
        room: "203".into(),
        responder: "张明（社会救助干事）".into(),
        responder_phone: "0571-86001203".into(),
        ahead: Some(4),
        wait: Some(crate::domain::wait::Wait::of(20 * 60_000)),
        come: None,
        arrived: NaiveDate::from_ymd_opt(2026, 3, 2)
            .and_then(|it| it.and_hms_opt(8, 30, 0))
            .expect("a time"),
        bring: vec!["身份证".into(), "户口簿".into(), "收入证明".into()],
        code: Code::Text("临河街道办事处 A023 2026-03-02 0571-86001234 7KQ2M9XA".into()),
        phone: "0571-86001234".into(),
        higher: None,
        reprint: false,
    };
    let english = Slip {
        language: Language::English,
        office: "Linhe Sub-district Office".into(),
        matter: "Minimum living allowance".into(),
        department: "Civil Affairs".into(),
        responder: "Zhang Ming (Social assistance officer)".into(),
        bring: vec![
            "identity card".into(),
            "household register".into(),
            "proof of income".into(),
        ],
        code: Code::Text("Linhe Sub-district Office A023 2026-03-02 0571-86001234 7KQ2M9XA".into()),
        ..chinese.clone()
    };
    let page = Slip {
        code: Code::Page("https://lobby.example.gov.cn/v/7KQ2M9XA".into()),
        ..chinese.clone()
    };
    let reprint = Slip {
        reprint: true,
        ahead: None,
        ..chinese.clone()
    };
    let reprint_en = Slip {
        reprint: true,
        ahead: None,
        ..english.clone()
    };
    let rare = Slip {
        responder: "张𬭎（社会救助干事）".into(),
        ..chinese.clone()
    };
    let slips = [
        ("ticket zh", chinese),
        ("ticket en", english),
        ("ticket zh with page", page),
        ("reprint zh", reprint),
        ("reprint en", reprint_en),
        ("ticket zh rare name", rare),
    ];
    let mut kinds: Vec<(&str, Doc)> = slips
        .iter()
        .map(|(name, slip)| (*name, print::slip(slip)))
        .collect();
    kinds.push(("day summary zh", print::day(&summary(Language::Chinese))));
    kinds.push(("day summary en", print::day(&summary(Language::English))));
    kinds.push((
        "self-test zh",
        print::selftest(profile, Some(240), Language::Chinese),
    ));
    kinds.push((
        "self-test en",
        print::selftest(profile, Some(240), Language::English),
    ));
    kinds
}

fn summary(language: Language) -> DaySummary {
    let day = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date");
    DaySummary {
        language,
        office: "临河街道办事处".into(),
        day: ServiceDay(day),
        at: day.and_hms_opt(17, 31, 0).expect("a time"),
        visits: 42,
        people: 47,
        closed: 39,
        missed: 2,
        open: 1,
        offers: 5,
        departments: vec![
            ("社会事务办公室".into(), 20),
            ("社会保障科".into(), 15),
            ("综合窗口".into(), 7),
        ],
        printed: 44,
        in_doubt: 0,
        head: Head {
            epoch: 1,
            seq: 1234,
            hash: [0xa5; 32],
        },
        unsent: 180,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_counted_as_the_notes_on_printing_count_it() {
        let doc = Doc::new()
            .line("AB")
            .styled("C", Size::Double, crate::devices::Align::Left, false);
        assert_eq!(least(&doc), 4 + 3 + (2 + 6));
        let large = Doc::new().styled("A㛃", Size::Double, crate::devices::Align::Left, false);
        assert_eq!(least(&large), 4 + 8 + (3 * 24 / 8) * 48);
    }
}
