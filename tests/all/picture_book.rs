//! The picture book: every paper, on 58 and 80 mm, in Chinese and English, plain, with rare characters, and with the
//! longest texts the settings allow. The pictures lie in `target/tmp/picture-book`, with a page to look at them.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use chrono::NaiveDate;
use hardware::simulator;
use lobby::devices::{Align, Block, Doc, Glyphs, Profile, Size, encode, preview};
use lobby::domain::elsewhere::Referral;
use lobby::domain::event::{
    MaterialsReceived, NoticeGiven, Outcome, PaperKind, PetitionCategory, Promised, Told,
};
use lobby::domain::ids::MatterIndex;
use lobby::domain::journal::Head;
use lobby::domain::limit::{Count, Due, Limit, LimitKind};
use lobby::domain::matter::MatterState;
use lobby::domain::office::{Language, Words};
use lobby::domain::petition::{Petition, PetitionWords};
use lobby::domain::sensitive;
use lobby::domain::sheet::Sheet;
use lobby::domain::slip::{Code, Come, Slip};
use lobby::domain::summary::DaySummary;
use lobby::domain::time::ServiceDay;
use lobby::print;

use crate::support::{self, MONDAY};

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
        Kind::Longest => pick(language, zh, en).repeat(times).trim_end().to_owned(),
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
            Kind::Plain => say("张明（社会救助干事）", "Zhang Ming (Social assistance officer)"),
            Kind::Rare => format!("{RARE} 买买提·艾力 Nguyễn（社会救助干事）"),
            Kind::Longest => say(
                "阿卜杜热西提·阿卜杜外力·买买提江（社会事务办公室四级主任科员）",
                "Abdureshit Abduweli Memetjan-Hoshur (Deputy Head of Civil Affairs)",
            ),
        },
        responder_phone: PHONE.into(),
        ahead: (!reprint).then_some(14),
        wait: Some(lobby::domain::wait::Wait::of(20 * 60_000)),
        come: None,
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
        higher: None,
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

/// Lines of what the largest catalogue says of one matter.
fn long_lines(language: Language) -> Vec<String> {
    let pick = |zh, en| pick(language, zh, en).to_owned();
    vec![
        pick(
            "本人户口簿原件及全部页复印件（2026年2月15日后签发的集体户口需加盖公章）",
            "household register with copies of all its pages (a collective one issued after 15 February 2026 needs the official seal)",
        ),
        pick(
            "近三个月收入证明，由工作单位或村（居）委会出具，联系电话0571-86001203",
            "proof of income for the last three months, from the employer or the village committee, phone 0571-86001203",
        ),
        pick(
            "一寸白底免冠照片两张",
            "two photographs, one inch, bareheaded, white background",
        ),
    ]
}

/// The papers beside the slip, of a visit in which each of them has its reason.
fn sheets(language: Language, kind: Kind) -> Vec<(&'static str, Doc)> {
    let mut office = support::office();
    for staff in &mut office.staff {
        match kind {
            Kind::Plain => staff.name = Words::same(pick(language, "张明", "Zhang Ming")),
            Kind::Rare => staff.name = Words::same(RARE),
            Kind::Longest => {
                staff.name = Words::same(pick(
                    language,
                    "阿卜杜热西提·阿卜杜外力·买买提江",
                    "Abdureshit Abduweli Memetjan-Hoshur",
                ));
            }
        }
    }
    if kind == Kind::Longest {
        for matter in &mut office.matters {
            matter.name = Words::same(pick(
                language,
                "最低生活保障申请（含低收入家庭认定和临时救助）",
                "Minimum living allowance, with recognition as a low-income family and temporary assistance",
            ));
            matter.notice.basis = Words::same(pick(
                language,
                "《社会救助暂行办法》第九条、第十条；2026年3月2日起施行的本市实施细则",
                "Interim Measures for Social Assistance, articles 9 and 10; the city's rules for carrying them out, in force since 2 March 2026",
            ));
            matter.notice.procedure = Words::same(pick(
                language,
                "受理、入户调查、民主评议、公示、审批，材料不全的于2026年2月15日前一次告知",
                "acceptance, visit to the home, appraisal by neighbours, publication, approval; whatever is missing is told once and whole before 15 February 2026",
            ));
        }
    }
    let (mut desk, _) = support::desk(MONDAY);
    let mut somebody = support::arrival(Some("low-income"), 1);
    somebody.language = language;
    let given = support::arrive(&mut desk, somebody).unwrap();
    let mut visit = desk.lobby().visit(given.visit).unwrap().as_ref().clone();
    let lines: Vec<String> = match kind {
        Kind::Longest => long_lines(language),
        Kind::Rare => vec![format!(
            "{RARE} {}",
            pick(language, "的户口簿", "household register")
        )],
        Kind::Plain => vec![
            pick(language, "户口簿", "household register").into(),
            pick(language, "身份证", "identity card").into(),
        ],
    };
    let (matter, by, at) = (
        MatterIndex(0),
        visit.matters[0].responsible.clone(),
        visit.arrived_at,
    );
    let note = |text: &str| sensitive::note(text).unwrap();
    visit.matters[0].notice = Some(NoticeGiven {
        matter,
        missing: lines.clone(),
        told: Told::Writing,
        by: by.clone(),
        note: note(pick(language, "复印件请用A4纸。", "Copies on A4, please.")),
    });
    let received = MaterialsReceived {
        matter,
        items: lines,
        by: by.clone(),
        note: None,
    };
    visit.matters[0].materials = Some((received, at));
    visit.matters[0].note = note(pick(
        language,
        "请带上身份证和本单",
        "Bring your identity card and this sheet",
    ));
    let elsewhere = Referral {
        body: pick(language, "上城区人力资源和社会保障局", "Shangcheng Labour Office").into(),
        address: match kind {
            Kind::Plain => pick(language, "河滨路99号二楼", "99 Riverside Road, 2nd floor").into(),
            Kind::Rare => format!("{RARE}路99号"),
            Kind::Longest => pick(
                language,
                "河滨路99号行政服务中心二楼西侧劳动人事争议仲裁院立案窗口",
                "99 Riverside Road, Service Centre, second floor west, case filing window; ",
            )
            .repeat(4)
            .trim_end()
            .to_owned(),
        },
        phone: PHONE.into(),
        way: pick(language, "劳动人事争议仲裁", "labour arbitration").into(),
        until: pick(language, "知道权利被侵害之日起一年内", "one year from knowing").into(),
    };
    visit.matters[0].referral = Some(sensitive::Sensitive::new(Box::new(elsewhere)));
    let told = ServiceDay::of(at).0 + chrono::Days::new(15);
    let limit = Limit {
        kind: LimitKind::Matter,
        started: ServiceDay::of(at).0,
        count: Count::Natural(15),
        extension: 0,
        pauses: Vec::new(),
    };
    let due = Due {
        last: told,
        told,
        legal: told,
        provisional: kind == Kind::Longest,
    };
    let promised = Promised { limit, due };
    visit.matters[0].state = MatterState::InProgress { promised };
    let kinds = [
        ("notice", PaperKind::Notice),
        ("materials", PaperKind::Materials),
        ("petition", PaperKind::Petition),
        ("transfer", PaperKind::Transfer),
        ("promise", PaperKind::Promise),
        ("referral", PaperKind::Referral),
    ];
    let sheet = |paper| Sheet::of(&office, &visit, (paper, matter), at);
    let once = kinds.map(|(name, paper)| (name, print::sheet(&sheet(paper))));
    let again = kinds.map(|(name, paper)| {
        let name = match name {
            "notice" => "notice-reprint",
            "materials" => "materials-reprint",
            "petition" => "petition-reprint",
            "transfer" => "transfer-reprint",
            "promise" => "promise-reprint",
            _ => "referral-reprint",
        };
        (name, print::sheet(&sheet(paper).again(true)))
    });
    let closed = |outcome| {
        let (told, by) = (Told::Writing, by.clone());
        MatterState::Closed {
            outcome,
            told,
            at,
            by,
        }
    };
    let petition = |not_again: Option<&str>| Petition {
        matter,
        category: PetitionCategory::Appeal,
        item: Some(6),
        content: "construction".into(),
        people: 1,
        representatives: 0,
        anonymous: false,
        earlier: 0,
        system_number: None,
        system_date: None,
        accepted: None,
        not_again: not_again.map(str::to_owned),
        same_facts: not_again.is_some(),
        informs: true,
        by: by.clone(),
        words: PetitionWords::default(),
    };
    let mut ended = Vec::new();
    for (name, paper, state, petition) in [
        ("declined", PaperKind::Referral, closed(Outcome::Declined), None),
        (
            "not-again",
            PaperKind::Referral,
            closed(Outcome::NotAgain),
            Some(petition(Some("临信复核〔2026〕12号 2026-02-15"))),
        ),
        (
            "procedure-told",
            PaperKind::Referral,
            closed(Outcome::ProcedureTold),
            None,
        ),
        (
            "petition-with-date",
            PaperKind::Petition,
            MatterState::WithResponsible,
            Some(petition(None)),
        ),
    ] {
        let mut visit = visit.clone();
        (visit.matters[0].state, visit.matters[0].petition) = (state, petition);
        if paper == PaperKind::Referral && name != "procedure-told" {
            visit.matters[0].note = note(pick(
                language,
                "家庭人均收入高于本市2026年3月2日起施行的标准",
                "The income of the household is above the city's limit in force since 2 March 2026",
            ));
        }
        let sheet = Sheet::of(&office, &visit, (paper, matter), at);
        ended.push((name, print::sheet(&sheet)));
    }
    once.into_iter().chain(again).chain(ended).collect()
}

/// Every paper there is.
fn papers(language: Language, kind: Kind, profile: &Profile) -> Vec<(&'static str, Doc)> {
    let then = NaiveDate::from_ymd_opt(2026, 3, 3)
        .unwrap()
        .and_hms_opt(8, 30, 0)
        .unwrap();
    let with = |change: &dyn Fn(&mut Slip)| {
        let mut slip = slip(language, kind, false, false);
        change(&mut slip);
        slip
    };
    // Whoever comes another time is told no wait.
    let comes = |come| with(&|it| (it.ahead, it.wait, it.come) = (None, None, Some(come)));
    // A number, a neutral room, and who stands above us (RULES §5).
    let sealed = |it: &mut Slip| {
        (it.matter, it.department, it.responder) = Default::default();
        (it.ahead, it.wait, it.bring) = (None, None, Vec::new());
        it.room = pick(language, "106 接待室", "Room 106").into();
        it.higher = crate::sealed::sealed_office().elsewhere.higher(language);
        assert!(it.higher.is_some());
    };
    let mut papers = vec![
        ("slip", print::slip(&slip(language, kind, false, false))),
        ("slip-with-page", print::slip(&slip(language, kind, false, true))),
        ("reprint", print::slip(&slip(language, kind, true, false))),
        (
            "slip-next",
            print::slip(&with(&|it| (it.ahead, it.wait) = (Some(0), None))),
        ),
        ("slip-again", print::slip(&comes(Come::Again(then)))),
        ("slip-we-call", print::slip(&comes(Come::WeCall(then)))),
        ("slip-night", print::slip(&comes(Come::First(then)))),
        ("slip-sealed", print::slip(&with(&sealed))),
        ("day", print::day(&summary(language, kind))),
        ("self-test", print::selftest(profile, Some(240), language)),
    ];
    papers.extend(sheets(language, kind));
    papers
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
                    let marked = text.contains("补打") || text.contains("REPRINT");
                    assert_eq!(marked, paper.contains("reprint"), "{file}");
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
