//! The picture book: every paper, on 58 and 80 mm, in Chinese and English, plain, with rare characters, and with the
//! longest texts the settings allow. The pictures lie in `target/tmp/picture-book`, with a page to look at them.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use chrono::NaiveDate;
use hardware::simulator;
use lobby::devices::{Align, Block, Doc, Glyphs, Profile, Size, encode, preview};
use lobby::domain::journal::Head;
use lobby::domain::office::Language;
use lobby::domain::slip::{Code, Slip};
use lobby::domain::summary::DaySummary;
use lobby::domain::time::ServiceDay;
use lobby::print;

/// What makes a paper hard to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Rare,
    Longest,
}

const PHONE: &str = "0571-86001203";
const RARE: &str = "张㛃𬭎䶮𠅤";

fn pick<'t>(language: Language, zh: &'t str, en: &'t str) -> &'t str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

fn slip(language: Language, kind: Kind, reprint: bool, page: bool) -> Slip {
    let say = |zh, en| pick(language, zh, en).to_owned();
    let long = |zh: &str, en: &str, times: usize| match kind {
        Kind::Longest => pick(language, zh, en).repeat(times),
        _ => pick(language, zh, en).trim_end().to_owned(),
    };
    Slip {
        language,
        office: long(
            "临河街道办事",
            "Linhe Sub-district Office ",
            if language == Language::Chinese { 2 } else { 1 },
        ),
        number: "A023".parse().unwrap(),
        matter: long("最低生活保障申请", "Minimum living allowance ", 4),
        department: long("社会事务办公室", "Civil Affairs ", 3),
        room: "203".into(),
        responder: match kind {
            Kind::Plain => say("张明", "Zhang Ming"),
            Kind::Rare => format!("{RARE} 买买提·艾力 Nguyễn"),
            Kind::Longest => say(
                "阿卜杜热西提·阿卜杜外力·买买提江",
                "Abdureshit Abduweli Memetjan-Hoshur",
            ),
        },
        responder_phone: PHONE.into(),
        ahead: (!reprint).then_some(14),
        arrived: NaiveDate::from_ymd_opt(2026, 3, 2)
            .unwrap()
            .and_hms_opt(8, 30, 0)
            .unwrap(),
        bring: vec![
            long("身份证原件及复印件", "identity card and copy ", 2),
            long("户口簿（全部页）", "household register, all pages ", 2),
            say(
                "2026年2月15日后的收入证明",
                "proof of income after 15 February 2026",
            ),
        ],
        code: match page {
            true => Code::Page("https://lobby.example.gov.cn/v/7KQ2M9XA".into()),
            false => Code::Text(format!(
                "{} A023 2026-03-02 {PHONE} 7KQ2M9XA",
                say("临河街道办事处", "Linhe")
            )),
        },
        phone: PHONE.into(),
        reprint,
    }
}

fn summary(language: Language, kind: Kind) -> DaySummary {
    let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let department = |zh: &str, en: &str| match kind {
        Kind::Plain => pick(language, zh, en).to_owned(),
        Kind::Rare => format!("{}㛃𬭎", pick(language, zh, en)),
        Kind::Longest => pick(language, zh, en).repeat(4),
    };
    DaySummary {
        language,
        office: pick(language, "临河街道办事处", "Linhe Sub-district Office").to_owned(),
        day: ServiceDay(day),
        at: day.and_hms_opt(17, 31, 0).unwrap(),
        visits: 42,
        people: 47,
        closed: 39,
        missed: 2,
        open: 1,
        offers: 5,
        departments: vec![
            (department("社会事务办公室", "Civil Affairs"), 20),
            (department("社会保障科", "Social Security"), 15),
        ],
        printed: 44,
        in_doubt: 1,
        head: Head {
            epoch: 1,
            seq: 1234,
            hash: std::array::from_fn(|at| at as u8 * 7),
        },
        unsent: 180,
    }
}

/// Every paper there is.
fn papers(language: Language, kind: Kind, profile: &Profile) -> Vec<(&'static str, Doc)> {
    vec![
        ("slip", print::slip(&slip(language, kind, false, false))),
        ("slip-with-page", print::slip(&slip(language, kind, false, true))),
        ("reprint", print::slip(&slip(language, kind, true, false))),
        ("day", print::day(&summary(language, kind))),
        ("self-test", print::selftest(profile, Some(240), language)),
    ]
}

/// What zbarimg reads in a picture.
fn codes(png: &Path) -> String {
    let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(png).output();
    String::from_utf8(output.expect("zbar-tools is installed").stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

/// What in a text must not be split: phone numbers and dates.
fn whole(doc: &Doc) -> Vec<&'static str> {
    let text = format!("{doc:?}");
    let known = [
        PHONE,
        "2026-03-02 08:30",
        "2026-03-02",
        "2026年2月15日",
        "15 February 2026",
        "2026-03-02 17:31",
    ];
    known.into_iter().filter(|it| text.contains(it)).collect()
}

#[test]
fn every_paper_is_legible_on_both_widths_in_both_languages_with_rare_characters_and_the_longest_texts() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("picture-book");
    std::fs::create_dir_all(&folder).unwrap();
    let glyphs = Glyphs::system();
    let mut index = "<!doctype html><meta charset=utf-8><title>Picture book</title>\
        <style>body{background:#888}figure{display:inline-block;vertical-align:top;margin:8px}img{width:300px}</style>"
        .to_owned();
    let mut pictures = 0;
    for (mm, name) in [(80, "generic-80"), (58, "generic-58")] {
        let profile = Profile::builtin(name).unwrap();
        for language in [Language::Chinese, Language::English] {
            for kind in [Kind::Plain, Kind::Rare, Kind::Longest] {
                for (paper, doc) in papers(language, kind, &profile) {
                    let file = format!("{paper}-{mm}-{}-{kind:?}", pick(language, "zh", "en")).to_lowercase();
                    let job = encode(&doc, &profile, &glyphs);
                    let slips = simulator::print(&job, &profile);
                    assert_eq!((slips.len(), slips[0].unknown), (1, 0), "{file}");
                    let image = preview(&doc, &profile, &glyphs);
                    assert_eq!(image.width, mm * 8, "{file}");
                    let png = folder.join(&file).with_extension("png");
                    std::fs::write(&png, image.png()).unwrap();
                    writeln!(
                        index,
                        "<figure><img src={file}.png><figcaption>{file}</figcaption></figure>"
                    )
                    .unwrap();
                    pictures += 1;
                    // A jump to a column is two spaces in the text.
                    let text = &slips[0].text;
                    for it in whole(&doc) {
                        assert!(
                            text.lines().any(|line| line.contains(it)),
                            "{file}: {it} is split\n{text}"
                        );
                    }
                    for block in &doc.lines {
                        if let Block::Qr { data, .. } = block {
                            assert_eq!(codes(&png), *data, "{file}");
                        }
                    }
                    let unknown: String = format!("{doc:?}").chars().filter(|it| !glyphs.has(*it)).collect();
                    assert_eq!(unknown, "", "{file}: no font has these");
                }
            }
        }
    }
    std::fs::write(folder.join("index.html"), index).unwrap();
    assert_eq!(
        pictures,
        2 * 2
            * 3
            * papers(
                Language::Chinese,
                Kind::Plain,
                &Profile::builtin("generic-80").unwrap()
            )
            .len()
    );
}

#[test]
fn bytes_picture_and_preview_come_from_one_source() {
    let doc = Doc::new()
        .styled("A023", Size::Double, Align::Center, true)
        .pair("左", "右")
        .qr("A023", "扫码");
    for name in Profile::names() {
        let profile = Profile::builtin(name).unwrap();
        let glyphs = Glyphs::none();
        let job = encode(&doc, &profile, &glyphs);
        assert_eq!(
            preview(&doc, &profile, &glyphs),
            simulator::draw(&job, &profile, &glyphs),
            "{name}"
        );
    }
}
