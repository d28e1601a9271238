//! Bytes of each kind of slip against the least that says it.

use chrono::NaiveDate;

use crate::app::bench::Row;
use crate::devices::{Block, Doc, Glyphs, Profile, Size, encode};
use crate::domain::office::Language;
use crate::domain::slip::{Code, Slip};
use crate::print;

/// A row a kind.
pub fn measure() -> Vec<Row> {
    let glyphs = Glyphs::system();
    let mut rows = vec![row("anchor 80 mm", &anchor(), "generic-80", &glyphs)];
    for (paper, profile) in [("80 mm", "generic-80"), ("58 mm", "generic-58")] {
        for (name, slip) in kinds() {
            rows.push(row(
                &format!("{name} {paper}"),
                &print::slip(&slip),
                profile,
                &glyphs,
            ));
        }
    }
    rows
}

fn row(name: &str, doc: &Doc, profile: &str, glyphs: &Glyphs) -> Row {
    let profile = Profile::builtin(profile).expect("it is one of ours");
    Row::against(
        name,
        encode(doc, &profile, glyphs).len() as f64,
        "bytes",
        least(doc) as f64,
    )
}

/// Counted apart from the encoder: the text as GB18030, a line feed a line, size on and off where there is
/// a large line, one native QR, one cut. Nothing for start, alignment, weight or wrapping.
pub fn least(doc: &Doc) -> usize {
    const SIZE: usize = 3;
    const CUT: usize = 4;
    const QR: usize = 9 + 8 + 8 + 8 + 8;
    let text = |text: &str| encoding_rs::GB18030.encode(text).0.len();
    let line = |bytes: usize| bytes + 1;
    let blocks = doc.lines.iter().map(|block| match block {
        Block::Line { text: it, size, .. } => {
            line(text(it)) + if *size == Size::Normal { 0 } else { 2 * SIZE }
        }
        Block::Pair { left, right } => line(text(left) + 1 + text(right)),
        Block::Field { label, value } => line(text(label) + text(value)),
        Block::Qr { data, caption } => {
            QR + data.len() + caption.as_ref().map_or(0, |caption| line(text(caption)))
        }
        Block::Rule | Block::Space { .. } => 1,
    });
    CUT + blocks.sum::<usize>()
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

fn kinds() -> Vec<(&'static str, Slip)> {
    let chinese = Slip {
        language: Language::Chinese,
        office: "临河街道办事处".into(),
        number: "A023".parse().expect("a number"),
        matter: "最低生活保障申请".into(),
        department: "社会事务办公室".into(),
        room: "203".into(),
        responder: "张明".into(),
        responder_phone: "0571-86001203".into(),
        ahead: Some(4),
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
        responder: "Zhang Ming".into(),
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
    let rare = Slip {
        responder: "张𬭎".into(),
        ..chinese.clone()
    };
    vec![
        ("ticket zh", chinese),
        ("ticket en", english),
        ("ticket zh with page", page),
        ("reprint zh", reprint),
        ("ticket zh rare name", rare),
    ]
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
    }
}
