//! The slip (号票) laid out: what a visitor of 75 must be able to read at arm's length comes large and first.

use crate::devices::{Align, Doc, Size};
use crate::domain::office::Language;
use crate::domain::slip::{Code, Slip};

/// The words of one language.
struct Words {
    reprint: &'static str,
    matter: &'static str,
    room: &'static str,
    responder: &'static str,
    phone: &'static str,
    ahead: fn(usize) -> String,
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
    go_now: "Nobody before you: listen for your number",
    bring: "Bring: ",
    missed: "Missed after three calls? Tell the desk when you are back; you need not queue again.",
    page: "Scan with your phone to see how it stands",
    ask: |phone, number| {
        format!("Ask: scan this at the hall's screen or a desk, or call {phone} and give {number}")
    },
};

/// Lays out a slip.
pub fn slip(slip: &Slip) -> Doc {
    let words = match slip.language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    let number = slip.number.to_string();
    let mut doc = Doc::new().centered(slip.office.as_str());
    if slip.reprint {
        doc = doc.centered(words.reprint);
    }
    doc = doc.styled(number.as_str(), Size::Double, Align::Center, true);
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
    doc = match slip.ahead {
        Some(0) => doc.line(words.go_now),
        Some(count) => doc.line((words.ahead)(count)),
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
