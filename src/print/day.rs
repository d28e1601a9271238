//! The summary of the day (每日小结) laid out: the figures, and the journal's hash in groups that can be compared by eye.

use crate::devices::{Align, Doc, Size};
use crate::domain::office::Language;
use crate::domain::summary::DaySummary;
use crate::print::slip::BELOW_LARGE;

/// Hexadecimal digits of a hash that stand together.
const GROUP: usize = 8;

/// Lays out a summary.
pub fn day(summary: &DaySummary) -> Doc {
    let it = summary;
    let hash: Vec<String> = it.head.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = hash.concat();
    let groups: Vec<&str> = (0..hash.len())
        .step_by(GROUP)
        .filter_map(|at| hash.get(at..at + GROUP))
        .collect();
    let at = it.at.format("%Y-%m-%d %H:%M");
    let doc = Doc::new().centered(it.office.as_str());
    match it.language {
        Language::Chinese => {
            let doc = doc
                .styled("每日小结", Size::Double, Align::Center, true)
                .gap(BELOW_LARGE)
                .pair(format!("工作日 {}", it.day), format!("打印 {at}"))
                .rule()
                .field("登记：", format!("{} 批 {} 人次", it.visits, it.people))
                .field(
                    "办理：",
                    format!("办结 {}，未办结 {}，过号 {}", it.closed, it.open, it.missed),
                )
                .field("转办：", format!("{} 次", it.offers));
            let doc = it.departments.iter().fold(doc, |doc, (name, count)| {
                doc.pair(format!("　{name}"), format!("{count} 批"))
            });
            doc.field(
                "号票：",
                format!("已打印 {} 张，存疑 {} 张", it.printed, it.in_doubt),
            )
            .field("上报：", format!("还有 {} 条待报", it.unsent))
            .rule()
            .field(
                "台账：",
                format!("第 {} 纪元，共 {} 条，末条哈希", it.head.epoch, it.head.seq),
            )
            .line(groups.join(" "))
            .line("请贴入值班日志。日后台账若被改动，用 lobby journal verify 算出的哈希与此不符。")
            .space()
            .line("值班员签名：________________")
        }
        Language::English => {
            let doc = doc
                .styled("Day summary", Size::Double, Align::Center, true)
                .gap(BELOW_LARGE)
                .pair(format!("Day {}", it.day), format!("Printed {at}"))
                .rule()
                .field("Came: ", format!("{} visits, {} people", it.visits, it.people))
                .field(
                    "Done: ",
                    format!("{} closed, {} open, {} missed", it.closed, it.open, it.missed),
                )
                .field("Handed over: ", it.offers.to_string());
            let doc = it.departments.iter().fold(doc, |doc, (name, count)| {
                doc.pair(format!("  {name}"), count.to_string())
            });
            doc.field("Slips: ", format!("{} printed, {} in doubt", it.printed, it.in_doubt))
                .field("Office: ", format!("{} entries still to be sent", it.unsent))
                .rule()
                .field("Journal: ", format!("epoch {}, {} entries, hash of the last", it.head.epoch, it.head.seq))
                .line(groups.join(" "))
                .line("Keep this in the duty log. If the journal is changed later, lobby journal verify gives another hash.")
                .space()
                .line("Signed: ________________")
        }
    }
}
