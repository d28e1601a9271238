//! What is said of a call, as parts a voice can say: the number, and where to. Never a name, never what it is about.

use crate::devices::voice::{Part, Tongue};
use crate::domain::ids::TicketNumber;
use crate::domain::office::{Counter, Language};

const ZH_DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
const EN_DIGITS: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];
const EN_TEENS: [&str; 11] = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// The highest counter the bank in the program can say.
const COUNTER_MAX: u8 = 20;

/// The parts of a call in one language.
pub fn call(number: TicketNumber, counter: Option<&Counter>, language: Language) -> Vec<Part> {
    match language {
        Language::Chinese => vec![zh_number(number), zh_place(counter)],
        Language::English => vec![en_number(number), en_place(counter)],
    }
}

/// By which rule somebody with priority is called before others: 优先照顾的群众，按早到 12 分钟排队 (RULES §6).
pub fn priority(minutes: u16, language: Language) -> Part {
    match language {
        Language::Chinese => zh_priority(minutes),
        Language::English => en_priority(minutes),
    }
}

fn zh_priority(minutes: u16) -> Part {
    // As it is said: digits where the bank has no tens.
    let count = u8::try_from(minutes).ok().filter(|it| *it < 100).map(zh_count);
    let (before, after) = ("优先照顾的群众，按早到", "分钟排队");
    let text = format!("{before}{minutes}{after}");
    let pieces = count.map(|count| {
        let count = count.chars().map(String::from);
        let pieces = std::iter::once(before.to_owned()).chain(count);
        way(pieces.chain([after.to_owned()]))
    });
    Part {
        tongue: Tongue::Mandarin,
        ways: std::iter::once(way([&text])).chain(pieces).collect(),
        text,
        otherwise: way(["请看大厅屏幕"]),
    }
}

fn en_priority(minutes: u16) -> Part {
    let text = format!("visitors with priority queue as if they had come {minutes} minutes earlier");
    Part {
        tongue: Tongue::English,
        ways: vec![way([&text])],
        text,
        otherwise: way(["please see the hall screen"]),
    }
}

/// Its letter, and its digits as they are printed.
fn spelt(number: TicketNumber) -> (String, Vec<usize>) {
    let text = number.to_string();
    let (letters, digits): (String, String) = text.chars().partition(|it| !it.is_ascii_digit());
    let digits = digits.bytes().map(|it| usize::from(it - b'0')).collect();
    (letters, digits)
}

fn way(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    names.into_iter().map(Into::into).collect()
}

fn zh_number(number: TicketNumber) -> Part {
    let (letter, digits) = spelt(number);
    let said: String = digits.iter().map(|it| ZH_DIGITS[*it]).collect();
    let whole = format!("请{letter}{said}号");
    let mut pieces = vec![format!("请{letter}")];
    if let Some((last, before)) = digits.split_last() {
        pieces.extend(before.iter().map(|it| ZH_DIGITS[*it].to_owned()));
        pieces.push(format!("{}号", ZH_DIGITS[*last]));
    }
    Part {
        tongue: Tongue::Mandarin,
        ways: vec![way([&whole]), pieces],
        text: whole,
        otherwise: Vec::new(),
    }
}

/// 1 to 99 as one says a count: 十二.
fn zh_count(count: u8) -> String {
    let digit = |it: u8| ZH_DIGITS[usize::from(it)];
    match (count / 10, count % 10) {
        (0, ones) => digit(ones).to_owned(),
        (tens, ones) => {
            let tens = if tens == 1 { "" } else { digit(tens) };
            let ones = if ones == 0 { "" } else { digit(ones) };
            format!("{tens}十{ones}")
        }
    }
}

/// The digits of a room that has nothing else in its name, as most have upstairs.
fn room_digits(counter: &Counter) -> Option<Vec<usize>> {
    let room = counter.room.as_bytes();
    let plain = (1..=4).contains(&room.len()) && room.iter().all(u8::is_ascii_digit);
    plain.then(|| room.iter().map(|it| usize::from(it - b'0')).collect())
}

fn zh_place(counter: Option<&Counter>) -> Part {
    let look = "请看大厅屏幕";
    let Some(counter) = counter else {
        return Part {
            tongue: Tongue::Mandarin,
            ways: vec![way([look])],
            text: look.to_owned(),
            otherwise: Vec::new(),
        };
    };
    let name = format!("到{}", counter.name.zh);
    let window = (1..=COUNTER_MAX)
        .contains(&counter.id.0)
        .then(|| way([format!("到{}号窗口", zh_count(counter.id.0))]));
    let room = room_digits(counter).and_then(|digits| {
        let (last, before) = digits.split_last()?;
        let before = before.iter().map(|it| ZH_DIGITS[*it].to_owned());
        let last = format!("{}室", ZH_DIGITS[*last]);
        Some(way(["到".to_owned()].into_iter().chain(before).chain([last])))
    });
    let mut ways = vec![way([&name])];
    // A room upstairs has its number on the door; a window in the hall has its own.
    if counter.name.zh.contains("窗口") {
        ways.extend(window);
        ways.extend(room);
    } else {
        ways.extend(room);
    }
    Part {
        tongue: Tongue::Mandarin,
        ways,
        text: name,
        otherwise: way([look]),
    }
}

fn en_number(number: TicketNumber) -> Part {
    let (letter, digits) = spelt(number);
    let letter = if letter.chars().all(|it| it.is_ascii_uppercase()) {
        letter
    } else {
        "night".to_owned()
    };
    let mut pieces = vec!["number".to_owned(), letter.clone()];
    if let Some((last, before)) = digits.split_last() {
        pieces.extend(before.iter().map(|it| EN_DIGITS[*it].to_owned()));
        pieces.push(format!("{}.", EN_DIGITS[*last]));
    }
    let said: Vec<&str> = digits.iter().map(|it| EN_DIGITS[*it]).collect();
    Part {
        tongue: Tongue::English,
        ways: vec![pieces],
        text: format!("Number {letter}, {}", said.join(" ")),
        otherwise: Vec::new(),
    }
}

fn en_count(count: u8) -> String {
    match count {
        0..=9 => format!("{}.", EN_DIGITS[usize::from(count)]),
        10..=20 => format!("{}.", EN_TEENS[usize::from(count - 10)]),
        _ => count.to_string(),
    }
}

fn en_place(counter: Option<&Counter>) -> Part {
    let look = "please see the hall screen";
    let Some(counter) = counter else {
        return Part {
            tongue: Tongue::English,
            ways: vec![way([look])],
            text: look.to_owned(),
            otherwise: Vec::new(),
        };
    };
    let name = format!("please go to {}", counter.name.en);
    let mut ways = vec![
        way([&name]),
        way([format!("please go to the {}", counter.name.en.to_lowercase())]),
    ];
    let room = room_digits(counter).and_then(|digits| {
        let (last, before) = digits.split_last()?;
        let before = before.iter().map(|it| EN_DIGITS[*it].to_owned());
        let last = format!("{}.", EN_DIGITS[*last]);
        let begin = ["please go to room".to_owned()];
        Some(way(begin.into_iter().chain(before).chain([last])))
    });
    if counter.name.zh.contains("窗口") && (1..=COUNTER_MAX).contains(&counter.id.0) {
        ways.push(way(["please go to counter".to_owned(), en_count(counter.id.0)]));
    }
    ways.extend(room);
    Part {
        tongue: Tongue::English,
        ways,
        text: name,
        otherwise: way([look]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::voice::Voices;
    use crate::domain::ids::CounterId;
    use crate::domain::office::Words;

    fn counter(id: u8, zh: &str, en: &str, room: &str) -> Counter {
        Counter {
            id: CounterId(id),
            name: Words {
                zh: zh.into(),
                en: en.into(),
            },
            room: room.into(),
            departments: Vec::new(),
        }
    }

    /// The first way each part can be said by the bank in the program.
    fn said(parts: &[Part]) -> String {
        let voices = Voices::new(Vec::new(), false);
        let of = |part: &Part| {
            let ways = part
                .ways
                .iter()
                .chain(std::iter::once(&part.otherwise).filter(|it| !it.is_empty()));
            let mut ways = ways.filter(|way| way.iter().all(|it| voices.has(part.tongue, it)));
            ways.next().map_or("?".to_owned(), |it| it.join(" "))
        };
        parts.iter().map(of).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn a_call_is_said_by_the_pieces_every_lobby_has() {
        let number: TicketNumber = "A023".parse().unwrap();
        for (counter, zh, en) in [
            (
                counter(1, "综合窗口", "General counter", "一楼大厅"),
                "请A 零 二 三号 | 到综合窗口",
                "number A zero two three. | please go to the general counter",
            ),
            (
                counter(3, "民政和退役军人窗口", "Civil affairs", "一楼大厅"),
                "请A 零 二 三号 | 到三号窗口",
                "number A zero two three. | please go to counter three.",
            ),
            (
                counter(21, "城市管理办公室", "Urban Management Office", "206"),
                "请A 零 二 三号 | 到 二 零 六室",
                "number A zero two three. | please go to room two zero six.",
            ),
            (
                counter(5, "信访接待室", "Petition room", "106"),
                "请A 零 二 三号 | 到信访接待室",
                "number A zero two three. | please go to room one zero six.",
            ),
            (
                counter(30, "会议室", "Meeting room", "东楼二层"),
                "请A 零 二 三号 | 请看大厅屏幕",
                "number A zero two three. | please see the hall screen",
            ),
        ] {
            assert_eq!(said(&call(number, Some(&counter), Language::Chinese)), zh);
            assert_eq!(said(&call(number, Some(&counter), Language::English)), en);
        }
    }

    #[test]
    fn a_counter_nobody_recorded_is_said_by_espeak_where_it_is_installed_and_else_leads_to_the_screen() {
        let there = std::process::Command::new("espeak-ng")
            .arg("--version")
            .output()
            .is_ok();
        let counter = counter(30, "退役军人服务站", "Veterans' desk", "东楼二层");
        for (language, tongue, look) in [
            (Language::Chinese, Tongue::Mandarin, "请看大厅屏幕"),
            (Language::English, Tongue::English, "please see the hall screen"),
        ] {
            let place = &call("A023".parse().unwrap(), Some(&counter), language)[1..];
            let look = Voices::new(Vec::new(), false)
                .clip(tongue, look)
                .expect("in the program");
            let without = Voices::new(Vec::new(), false).compose(place);
            assert_eq!((without.samples, without.missing), (look.clone(), Vec::new()));
            let with = Voices::new(Vec::new(), true).compose(place);
            assert_eq!(with.missing, [] as [String; 0]);
            assert_eq!(with.samples != look, there, "{language:?}");
        }
    }

    #[test]
    fn every_number_of_every_letter_can_be_said() {
        for queue in 'A'..='Z' {
            for count in [1, 10, 123, 456, 789, 999, 1000, 9999] {
                let number = TicketNumber { queue, count };
                for language in [Language::Chinese, Language::English] {
                    let parts = call(number, None, language);
                    assert!(!said(&parts).contains('?'), "{number}: {}", said(&parts));
                }
            }
        }
    }

    #[test]
    fn the_order_of_the_hall_is_said_with_the_offices_own_minutes_by_the_pieces_every_lobby_has() {
        let zh = |minutes| said(&[priority(minutes, Language::Chinese)]);
        assert_eq!(zh(12), "优先照顾的群众，按早到 十 二 分钟排队");
        assert_eq!(zh(20), "优先照顾的群众，按早到 二 十 分钟排队");
        assert_eq!(zh(8), "优先照顾的群众，按早到 八 分钟排队");
        assert_eq!(
            zh(120),
            "请看大厅屏幕",
            "where nobody can say it, it stands there"
        );
        let en = priority(12, Language::English);
        assert!(en.text.contains("12 minutes earlier"), "{}", en.text);
        assert_eq!(said(&[en]), "please see the hall screen");
    }

    #[test]
    fn twelve_is_said_as_people_say_it() {
        let all: Vec<String> = (1..=20).map(zh_count).collect();
        assert_eq!(
            (all[9].as_str(), all[11].as_str(), all[19].as_str()),
            ("十", "十二", "二十")
        );
    }
}
