//! The self-test page (自检页): shows what this printer can do with this profile, and what to change where it cannot.

use crate::devices::{Align, Charset, Doc, Fence, Profile, Size};
use crate::domain::office::Language;
use crate::print::slip::BELOW_LARGE;

/// Lays out the page for a model, on a roll of which `left` more papers are expected.
pub fn selftest(profile: &Profile, left: Option<u32>, language: Language) -> Doc {
    let zh = language == Language::Chinese;
    let pick = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let charset = match profile.charset {
        Charset::Gbk => "GBK",
        Charset::Gb2312 => "GB 2312",
    };
    let answers = match profile.fence {
        Fence::Id => "GS ( H",
        Fence::Paper => "GS r",
        Fence::None => pick("无（不能确认出纸）", "none: slips stay in doubt"),
    };
    // The last digit stands at the right edge of what the printer can print.
    let ruler: String = (1..=profile.columns)
        .map(|column| char::from(b'0' + (column % 10) as u8))
        .collect();
    let mut doc = Doc::new()
        .styled(pick("打印机自检", "Self-test"), Size::Double, Align::Center, true)
        .gap(BELOW_LARGE)
        .pair(
            format!(
                "{} mm · {} {}",
                profile.paper_mm,
                profile.columns,
                pick("列", "columns")
            ),
            format!("{} baud", profile.baud),
        )
        .pair(
            format!("{} {charset}", pick("字库", "Font")),
            format!("{} {answers}", pick("应答", "Answers")),
        );
    if let Some(left) = left {
        doc = doc.line(if zh {
            format!("这卷纸约还能打 {left} 张")
        } else {
            format!("About {left} more slips on this roll")
        });
    }
    doc.rule()
        .line(ruler)
        .line(pick(
            "上面一行数字应占满一行、不换行；否则请改 columns 和 dots",
            "The digits above fill one line exactly; else change columns and dots",
        ))
        .line("中文：首问负责，一次告知，限时办结")
        .line("English: whoever is asked first answers")
        .line("生僻字：㛃 𬭎 䶮 𠅤　买买提·艾力　Müller Şahin Nguyễn")
        .styled("加粗 bold", Size::Normal, Align::Left, true)
        .styled("双倍 A023 㛃", Size::Double, Align::Left, false)
        .gap(BELOW_LARGE)
        .pair(pick("左对齐", "left"), pick("右对齐", "right"))
        .qr(
            "Lobby 首问大厅 self-test",
            pick(
                "手机扫码应显示：Lobby 首问大厅 self-test",
                "A phone reads: Lobby 首问大厅 self-test",
            ),
        )
        .line(format!("Lobby {}", env!("CARGO_PKG_VERSION")))
}
