//! The slip (号票) laid out: what a visitor of 75 must be able to read at arm's length comes large and first.

use crate::devices::{Align, Doc, Size};
use crate::domain::office::Language;
use crate::domain::slip::{Code, Come, Slip};
use chrono::NaiveDateTime;

/// The words of one language.
struct Words {
    reprint: &'static str,
    matter: &'static str,
    room: &'static str,
    responder: &'static str,
    phone: &'static str,
    ahead: fn(usize) -> String,
    wait: fn(u16, u16) -> String,
    again: fn(NaiveDateTime) -> String,
    we_call: fn(NaiveDateTime) -> String,
    first: fn(NaiveDateTime) -> String,
    to_room: fn(NaiveDateTime) -> String,
    turn_to: &'static str,
    go_now: &'static str,
    bring: &'static str,
    missed: &'static str,
    page: &'static str,
    ask: fn(&str, &str) -> String,
}

const CHINESE: Words = Words {
    reprint: "【补打】",
    matter: "事项：",
    room: "请到：",
    responder: "接待责任人：",
    phone: "电话：",
    ahead: |count| format!("前面还有 {count} 人"),
    wait: |from, until| format!("，约 {from}–{until} 分钟"),
    again: |then| {
        format!(
            "今天来不及办，很抱歉。请于{}后再来，仍按原到达时间排队。",
            chinese(then)
        )
    },
    we_call: |then| format!("现在是下班时间。我们会在{}前给您回电话。", chinese(then)),
    first: |then| {
        format!(
            "现在是下班时间。请于{}后持此条到综合窗口，优先接待。",
            chinese(then)
        )
    },
    to_room: |then| {
        format!(
            "现在是下班时间。请于{}后持此条到以上房间，优先接待。",
            chinese(then)
        )
    },
    turn_to: "有事请直接找他/她",
    go_now: "前面没有人，请留意叫号",
    bring: "请带：",
    missed: "叫号三次未到会暂时跳过；回来后请告诉窗口，不用重新排队。",
    page: "手机扫码看办到哪一步",
    ask: |phone, number| format!("查询：到大厅屏幕或窗口扫此码，或拨打{phone}报号码{number}"),
};

const ENGLISH: Words = Words {
    reprint: "[REPRINT]",
    matter: "About: ",
    room: "Go to: ",
    responder: "Your contact: ",
    phone: "Phone: ",
    ahead: |count| {
        if count == 1 {
            "1 person before you".into()
        } else {
            format!("{count} people before you")
        }
    },
    wait: |from, until| format!(", about {from}–{until} minutes"),
    again: |then| {
        format!(
            "We are sorry: not today. Come again from {}; your place is kept.",
            english(then)
        )
    },
    we_call: |then| format!("The office is closed. We will call you before {}.", english(then)),
    first: |then| {
        format!(
            "The office is closed. Come to the general counter from {} with this slip; you are received first.",
            english(then)
        )
    },
    to_room: |then| {
        format!(
            "The office is closed. Come to the room above from {} with this slip; you are received first.",
            english(then)
        )
    },
    turn_to: "Turn to them with any question",
    go_now: "Nobody before you: listen for your number",
    bring: "Bring: ",
    missed: "Missed after three calls? Tell the desk when you are back; you need not queue again.",
    page: "Scan with your phone to see how it stands",
    ask: |phone, number| {
        format!("Ask: scan this at the hall's screen or a desk, or call {phone} and give {number}")
    },
};

/// 3月3日上午8:30
fn chinese(then: NaiveDateTime) -> String {
    let half = if then.format("%p").to_string() == "AM" {
        "上午"
    } else {
        "下午"
    };
    format!("{}{half}{}", then.format("%-m月%-d日"), then.format("%-H:%M"))
}

fn english(then: NaiveDateTime) -> String {
    then.format("%-d %B, %-H:%M").to_string()
}

/// White below a line in double size, dots: printers leave none, and the next line would touch it.
pub(super) const BELOW_LARGE: u8 = 8;

/// 补打, as it stands on every paper that may be there twice.
pub(super) fn reprint_mark(language: Language) -> &'static str {
    words(language).reprint
}

fn words(language: Language) -> &'static Words {
    match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    }
}

/// Lays out a slip.
pub fn slip(slip: &Slip) -> Doc {
    let words = words(slip.language);
    let number = slip.number.to_string();
    let mut doc = Doc::new().centered(slip.office.as_str());
    if slip.reprint {
        doc = doc.centered(words.reprint);
    }
    doc = doc
        .styled(number.as_str(), Size::Double, Align::Center, true)
        .gap(BELOW_LARGE);
    let room = format!("{} {}", slip.department, slip.room);
    let fields = [
        (words.matter, slip.matter.as_str()),
        (words.room, room.trim()),
        (words.responder, slip.responder.as_str()),
        (words.phone, slip.responder_phone.as_str()),
    ];
    // What is sealed names no matter and nobody.
    for (label, value) in fields.into_iter().filter(|it| !it.1.is_empty()) {
        doc = doc.field(label, value);
    }
    if !slip.responder.is_empty() {
        doc = doc.line(words.turn_to);
    }
    doc = match slip.ahead {
        Some(0) => doc.line(words.go_now),
        Some(count) => {
            let wait = slip.wait.map(|it| (words.wait)(it.from, it.until));
            doc.line((words.ahead)(count) + &wait.unwrap_or_default())
        }
        None => doc,
    };
    doc = match slip.come {
        Some(Come::Again(then)) => doc.line((words.again)(then)),
        Some(Come::WeCall(then)) => doc.line((words.we_call)(then)),
        Some(Come::First(then)) => doc.line((words.first)(then)),
        Some(Come::ToRoom(then)) => doc.line((words.to_room)(then)),
        None => doc,
    };
    if !slip.bring.is_empty() {
        let separator = if slip.language == Language::Chinese {
            "；"
        } else {
            "; "
        };
        doc = doc.field(words.bring, slip.bring.join(separator));
    }
    if let Some(higher) = &slip.higher {
        doc = doc.line(higher.as_str());
    }
    doc = doc.line(words.missed);
    doc = match &slip.code {
        Code::Page(url) => doc.qr(url.as_str(), words.page),
        Code::Text(text) => doc.qr(text.as_str(), (words.ask)(&slip.phone, &number)),
    };
    doc.line(slip.arrived.format("%Y-%m-%d %H:%M").to_string())
}
