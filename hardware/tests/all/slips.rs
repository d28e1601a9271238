//! Slips: their bytes, what can be read on them, and their QR codes through a decoder that is not ours.

use std::path::Path;
use std::process::Command;

use expect_test::expect;
use hardware::escpos::encode;
use hardware::glyph::Glyphs;
use hardware::paper::{Align, Doc, Size, preview};
use hardware::profile::{Charset, Profile, QrCommand};
use hardware::simulator;

use crate::support::{profile, say, slip_en, slip_zh};

const URL: &str = "https://lobby.example.org/v/A023-20261122";

/// What zbarimg reads in a picture, a code a line.
pub fn zbar(png: &Path) -> String {
    let output = Command::new("zbarimg")
        .args(["-q", "--raw"])
        .arg(png)
        .output()
        .expect("zbar-tools is installed");
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim_end()
        .to_owned()
}

/// Set `LOBBY_SLIPS` to a folder to look at the pictures.
#[test]
fn zbar_reads_the_code_of_every_profile() {
    let glyphs = Glyphs::system();
    let folder = tempfile::tempdir().expect("a folder");
    for name in Profile::names() {
        for (language, doc) in [("zh", slip_zh("张㛃")), ("en", slip_en())] {
            let image = preview(&doc, &profile(name), &glyphs).png();
            let png = folder.path().join(format!("{name}-{language}.png"));
            std::fs::write(&png, &image).expect("written");
            assert_eq!(zbar(&png), URL, "{name} {language}");
            if let Ok(kept) = std::env::var("LOBBY_SLIPS") {
                std::fs::write(Path::new(&kept).join(format!("{name}-{language}.png")), image).expect("kept");
            }
        }
    }
}

#[test]
fn a_code_drawn_by_us_or_by_an_old_model_is_read_as_well() {
    let glyphs = Glyphs::system();
    let folder = tempfile::tempdir().expect("a folder");
    let chinese = "某街道办事处 A023 2026-11-22 电话0372-3928110";
    for qr in [QrCommand::Native, QrCommand::Legacy, QrCommand::Raster] {
        for data in [URL, chinese] {
            let profile = Profile {
                qr,
                ..profile("generic-58")
            };
            let png = folder.path().join("slip.png");
            std::fs::write(
                &png,
                preview(&Doc::new().line("号").qr(data, "扫"), &profile, &glyphs).png(),
            )
            .expect("written");
            assert_eq!(zbar(&png), data, "{qr:?}");
        }
    }
}

#[test]
fn the_chinese_slip_reads_as_laid_out_on_both_widths() {
    let glyphs = Glyphs::system();
    let read = |name: &str| {
        let profile = profile(name);
        let slips = simulator::print(&encode(&slip_zh("张三"), &profile, &glyphs), &profile);
        assert_eq!((slips.len(), slips[0].unknown), (1, 0));
        slips[0].text.clone()
    };
    expect![[r#"
        文峰街道办事处
        A023
        社保卡补办
        ──────
        去哪里　便民服务中心 一楼 3号窗口
        责任人　张三　电话0372-3928110
        前面有　4 人，约 10–15 分钟
        请带好　身份证原件、一寸白底照片一张、旧卡
          （如有）
        ──────
        叫号三次未到会暂时跳过；回来后请告诉窗口，不用重
        新排队。
        [QR https://lobby.example.org/v/A023-20261122]
        查询：到大厅屏幕或窗口扫此码，或拨打0372-3928110
        报号码A023
        2026年11月22日 09:41  首问负责
    "#]]
    .assert_eq(&read("generic-80"));
    expect![[r#"
        文峰街道办事处
        A023
        社保卡补办
        ────
        去哪里　便民服务中心 一楼 3号
          窗口
        责任人　张三　电话0372-3928110
        前面有　4 人，约 10–15 分钟
        请带好　身份证原件、一寸白底照片
          一张、旧卡（如有）
        ────
        叫号三次未到会暂时跳过；回来后请
        告诉窗口，不用重新排队。
        [QR https://lobby.example.org/v/A023-20261122]
        查询：到大厅屏幕或窗口扫此码，或
        拨打0372-3928110报号码A023
        2026年11月22日 09:41    首问负责
    "#]]
    .assert_eq(&read("generic-58"));
}

#[test]
fn the_chinese_slip_is_the_same_byte_for_byte() {
    let bytes = encode(&slip_zh("张三"), &profile("generic-80"), &Glyphs::none());
    let hex: Vec<String> = bytes
        .chunks(24)
        .map(|row| {
            row.iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    expect![[r#"
        1b 40 1d 61 00 1c 26 1b 61 01 ce c4 b7 e5 bd d6 b5 c0 b0 ec ca c2 b4 a6
        0a 1b 4a 0c 1d 21 22 41 30 32 33 0a 1b 4a 0c 1d 21 01 1b 45 01 c9 e7 b1
        a3 bf a8 b2 b9 b0 ec 0a 1b 4a 08 1b 61 00 1d 21 00 1b 45 00 1d 21 30 a9
        a4 a9 a4 a9 a4 a9 a4 a9 a4 a9 a4 0a 1d 21 00 c8 a5 c4 c4 c0 ef a1 a1 b1
        e3 c3 f1 b7 fe ce f1 d6 d0 d0 c4 20 d2 bb c2 a5 20 33 ba c5 b4 b0 bf da
        0a d4 f0 c8 ce c8 cb a1 a1 d5 c5 c8 fd a1 a1 b5 e7 bb b0 30 33 37 32 2d
        33 39 32 38 31 31 30 0a c7 b0 c3 e6 d3 d0 a1 a1 34 20 c8 cb a3 ac d4 bc
        20 31 30 a8 43 31 35 20 b7 d6 d6 d3 0a c7 eb b4 f8 ba c3 a1 a1 c9 ed b7
        dd d6 a4 d4 ad bc fe a1 a2 d2 bb b4 e7 b0 d7 b5 d7 d5 d5 c6 ac d2 bb d5
        c5 a1 a2 be c9 bf a8 0a 1b 24 60 00 a3 a8 c8 e7 d3 d0 a3 a9 0a 1d 21 30
        a9 a4 a9 a4 a9 a4 a9 a4 a9 a4 a9 a4 0a 1d 21 00 bd d0 ba c5 c8 fd b4 ce
        ce b4 b5 bd bb e1 d4 dd ca b1 cc f8 b9 fd a3 bb bb d8 c0 b4 ba f3 c7 eb
        b8 e6 cb df b4 b0 bf da a3 ac b2 bb d3 c3 d6 d8 0a d0 c2 c5 c5 b6 d3 a1
        a3 0a 1b 4a 12 1b 61 01 1d 28 6b 04 00 31 41 32 00 1d 28 6b 03 00 31 43
        06 1d 28 6b 03 00 31 45 31 1d 28 6b 2c 00 31 50 30 68 74 74 70 73 3a 2f
        2f 6c 6f 62 62 79 2e 65 78 61 6d 70 6c 65 2e 6f 72 67 2f 76 2f 41 30 32
        33 2d 32 30 32 36 31 31 32 32 1d 28 6b 03 00 31 51 30 1b 4a 12 b2 e9 d1
        af a3 ba b5 bd b4 f3 cc fc c6 c1 c4 bb bb f2 b4 b0 bf da c9 a8 b4 cb c2
        eb a3 ac bb f2 b2 a6 b4 f2 30 33 37 32 2d 33 39 32 38 31 31 30 0a b1 a8
        ba c5 c2 eb 41 30 32 33 0a 1b 4a 08 1b 61 00 32 30 32 36 c4 ea 31 31 d4
        c2 32 32 c8 d5 20 30 39 3a 34 31 1b 24 e0 01 ca d7 ce ca b8 ba d4 f0 0a
        1d 56 42 18"#]]
    .assert_eq(&hex.join("\n"));
}

/// The least bytes that say what is on a slip, computed apart from the encoder: the text in GB18030, a line feed a line, and
/// the commands for sizes, the code and the cut.
fn least(texts: &[&str], sizes: usize, code: &str) -> usize {
    let text: usize = texts
        .iter()
        .map(|line| encoding_rs::GB18030.encode(line).0.len() + 1)
        .sum();
    text + sizes * 3 + (9 + 8 + 8 + 8 + code.len() + 8) + 4
}

#[test]
fn a_slip_takes_little_more_than_the_least_bytes_that_say_it() {
    let title = "文峰街道办事处综合";
    let lines = [
        "事项：社保卡补办",
        "科室：社会保障科 一楼3号窗口",
        "责任人：张三 0372-3928110",
        "前面还有 4 人",
        "2026-11-22 09:41",
        "请带：身份证、照片",
        "叫号三次未到会暂时跳过",
        "查询：到窗口扫此码",
    ];
    let code = "https://lobby.example.org/v/A023-2026112";
    let doc = Doc::new().centered(title).heading("A023");
    let doc = lines.iter().fold(doc, |doc, line| doc.line(*line)).qr(code, "");
    let bytes = encode(&doc, &profile("generic-80"), &Glyphs::none()).len();
    let texts: Vec<&str> = [title, "A023"].into_iter().chain(lines).collect();
    let least = least(&texts, 2, code);
    say(&format!(
        "{bytes} bytes against {least}: {:.3}",
        bytes as f64 / least as f64
    ));
    assert!(bytes * 100 <= least * 110, "{bytes} against {least}");
}

#[test]
fn rare_characters_and_other_scripts_are_on_paper() {
    let glyphs = Glyphs::system();
    let profile = profile("generic-80");
    let doc = Doc::new()
        .line("㛃𬭎䶮𠅤 买买提·艾力 Müller Şahin Łukasz")
        .styled("𬭎 Tall", Size::Tall, Align::Center, true)
        .heading("张㛃");
    let job = encode(&doc, &profile, &glyphs);
    let slips = simulator::print(&job, &profile);
    // ▣ is a picture in the line; 䶮 has a two-byte code. ü has one too, Ş and Ł have not.
    assert_eq!(
        slips[0].text,
        "▣▣䶮▣ 买买提·艾力 Müller ▣ahin ▣ukasz\n[picture]\n[picture]\n"
    );
    // What is drawn in the line is what the font says, dot for dot.
    let image = slips[0].image(&glyphs);
    let drawn = glyphs.draw('㛃', 24, 24);
    let edge = (image.width - 576) / 2;
    for y in 0..24u32 {
        for x in 0..24u32 {
            let dark = image.pixels[((y + 40) * image.width + x + edge) as usize] == 0;
            let close = drawn.get(x as usize, y as usize);
            assert!(dark || !close, "a dot of 㛃 is missing at {x}, {y}");
        }
    }
    // A printer with the small font gets pictures instead of rubbish.
    let poor = Profile {
        charset: Charset::Gb2312,
        ..profile
    };
    let text = &simulator::print(&encode(&Doc::new().line("朱镕基䶮"), &poor, &glyphs), &poor)[0].text;
    assert_eq!(text, "朱▣基▣\n");
}
