//! What the tests share: papers of an office that does not exist, jobs, and printers with a fault.

use hardware::escpos::encode;
use hardware::glyph::Glyphs;
use hardware::paper::{Align, Doc, Size};
use hardware::printer::{FenceId, Job};
use hardware::profile::Profile;

/// A built-in profile.
pub fn profile(name: &str) -> Profile {
    Profile::builtin(name).expect("built in")
}

/// A job whose text is found again on paper: `begin 7.` … `end 7.`, every fourth with a QR code.
pub fn job(number: u64, lines: usize, profile: &Profile) -> Job {
    let doc = Doc::new().line(format!("begin {number}."));
    let doc = (0..lines).fold(doc, |doc, line| doc.line(format!("第{line}行")));
    let doc = if number.is_multiple_of(4) {
        doc.qr("https://lobby.example.org/v/A023", "")
    } else {
        doc
    };
    let doc = doc.line(format!("end {number}."));
    Job {
        fence: FenceId::from_number(number),
        bytes: encode(&doc, profile, &Glyphs::none()),
    }
}

/// A slip as the lobby lays it out, in Chinese. `responder` may have rare characters.
pub fn slip_zh(responder: &str) -> Doc {
    Doc::new()
        .centered("文峰街道办事处")
        .gap(12)
        .styled("A023", Size::Triple, Align::Center, false)
        .gap(12)
        .styled("社保卡补办", Size::Tall, Align::Center, true)
        .gap(8)
        .rule()
        .field("去哪里　", "便民服务中心 一楼 3号窗口")
        .field("责任人　", format!("{responder}　电话0372-3928110"))
        .field("前面有　", "4 人，约 10–15 分钟")
        .field("请带好　", "身份证原件、一寸白底照片一张、旧卡（如有）")
        .rule()
        .line("叫号三次未到会暂时跳过；回来后请告诉窗口，不用重新排队。")
        .qr(
            "https://lobby.example.org/v/A023-20261122",
            "查询：到大厅屏幕或窗口扫此码，或拨打0372-3928110报号码A023",
        )
        .gap(8)
        .pair("2026年11月22日 09:41", "首问负责")
}

/// The same slip in English.
pub fn slip_en() -> Doc {
    Doc::new()
        .centered("Wenfeng Sub-district Office")
        .gap(12)
        .styled("A023", Size::Triple, Align::Center, false)
        .gap(12)
        .styled("Social security card: replacement", Size::Tall, Align::Center, true)
        .gap(8)
        .rule()
        .field("Go to   ", "Service Centre, ground floor, counter 3")
        .field("Contact ", "Zhang Wei (张㛃), phone 0372-3928110")
        .field("Ahead   ", "4 people, about 10–15 minutes")
        .field("Bring   ", "identity card, one photo (white background), the old card if you have it")
        .rule()
        .line("After three calls your number is skipped. When you are back, tell the counter; no need to queue again.")
        .qr("https://lobby.example.org/v/A023-20261122", "Your turn: scan at the hall's screen, or call 0372-3928110")
        .gap(8)
        .pair("2026-11-22 09:41", "A023")
}

/// Says a figure where the runner shows it.
pub fn say(figures: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{figures}");
}
