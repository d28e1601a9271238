//! Where a line may end in what the lobby's data give the pages to say. The pages break lines as Chinese is broken,
//! after any character; what people read as one thing is held together with the marks Unicode has for it.

/// Allows no line to end where it stands.
const JOINER: char = '\u{2060}';

/// A name of several parts (买买提·吐尔逊江), in which a line ends after a "·" and nowhere else; other words as they are.
#[must_use]
pub fn name(text: &str) -> String {
    let mut held = String::with_capacity(text.len());
    for word in text.split_inclusive(|it: char| it.is_whitespace() || "（(，,、".contains(it)) {
        if word.contains('·') {
            let mut before = None;
            for character in word.chars() {
                if before.is_some_and(|it| it != '·') {
                    held.push(JOINER);
                }
                held.push(character);
                before = Some(character);
            }
        } else {
            held.push_str(word);
        }
    }
    held
}

/// A limit as the catalogue words it, with no line ending between a figure and what it counts, nor within 工作日.
#[must_use]
pub fn limit(text: &str) -> String {
    text.replace("个工作日", "个\u{2060}工\u{2060}作\u{2060}日")
        .replace(" 个", "\u{a0}个")
        .replace(" 日", "\u{a0}日")
        .replace(" 天", "\u{a0}天")
}

/// What is posted, with no line ending within a span of hours (08:30–12:00).
#[must_use]
pub fn posted(text: &str) -> String {
    text.replace('–', "\u{2060}–\u{2060}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_several_parts_is_broken_between_them_only() {
        let held = name("买买提·吐尔逊（主任）");
        assert_eq!(
            held,
            "买\u{2060}买\u{2060}提\u{2060}·吐\u{2060}尔\u{2060}逊\u{2060}（主任）"
        );
        assert_eq!(held.replace(JOINER, ""), "买买提·吐尔逊（主任）");
        assert_eq!(name("张建国"), "张建国");
        assert_eq!(name("Wang Haiyan"), "Wang Haiyan");
    }

    #[test]
    fn a_span_of_hours_stays_on_a_line() {
        assert_eq!(posted("08:30–12:00"), "08:30\u{2060}–\u{2060}12:00");
    }

    #[test]
    fn a_limit_is_not_torn_from_its_figure() {
        assert_eq!(
            limit("受理后 15 个工作日内"),
            "受理后 15\u{a0}个\u{2060}工\u{2060}作\u{2060}日内"
        );
        assert_eq!(limit("当场办理"), "当场办理");
        assert_eq!(limit("15 working days"), "15 working days");
    }
}
