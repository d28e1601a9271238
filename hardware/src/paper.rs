//! What is on a piece of paper: lines, pairs, fields, rules, QR codes and space, laid out in columns.
//!
//! This is the one layout language. [`layout`] wraps it to the width of a printer, and from those rows come the bytes
//! ([`crate::escpos`]) and, through the simulated printer, the preview on a screen and the picture in a file.

use crate::cell::{Cell, cells, columns};
use crate::escpos;
use crate::glyph::Glyphs;
use crate::image::Image;
use crate::profile::{Charset, Profile};
use crate::simulator;

/// How large characters are, against the normal 24 dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// 24 dots high, 12 wide, Chinese 24 wide.
    #[default]
    Normal,
    /// Twice as high.
    Tall,
    /// Twice as high and twice as wide.
    Double,
    /// Three times as high and wide; printers with the older size command print it double.
    Triple,
}

impl Size {
    /// How many times as wide and as high as normal.
    pub fn factors(self) -> (u16, u16) {
        match self {
            Self::Normal => (1, 1),
            Self::Tall => (1, 2),
            Self::Double => (2, 2),
            Self::Triple => (3, 3),
        }
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// One thing on the paper, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Text, wrapped where it must be. A line feed in it begins a new line.
    Line {
        /// The words.
        text: String,
        /// How large.
        size: Size,
        /// Where.
        align: Align,
        /// In bold.
        bold: bool,
    },
    /// Two texts on one line, at the left and the right edge; on two lines where they do not fit.
    Pair {
        /// At the left edge.
        left: String,
        /// At the right edge.
        right: String,
    },
    /// A label, and a text that wraps beside it, never below it.
    Field {
        /// What it is, with its own colon or bullet and space.
        label: String,
        /// The text.
        value: String,
    },
    /// A line across the paper.
    Rule,
    /// A QR code in the middle, with a line of text below.
    Qr {
        /// What it says. More than 500 bytes are printed as text, since no small code could hold them.
        data: String,
        /// What to do with it.
        caption: Option<String>,
    },
    /// White, in dots of an eighth of a millimetre.
    Space {
        /// How high.
        dots: u8,
    },
}

/// A piece of paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doc {
    /// From top to bottom.
    pub lines: Vec<Block>,
}

impl Doc {
    /// A blank piece of paper.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds any block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.lines.push(block);
        self
    }

    /// Adds plain text at the left edge.
    #[must_use]
    pub fn line(self, text: impl Into<String>) -> Self {
        self.styled(text, Size::Normal, Align::Left, false)
    }

    /// Adds plain text in the middle.
    #[must_use]
    pub fn centered(self, text: impl Into<String>) -> Self {
        self.styled(text, Size::Normal, Align::Center, false)
    }

    /// Adds text in double size in the middle.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.styled(text, Size::Double, Align::Center, false)
    }

    /// Adds text in a size and a place of its own.
    #[must_use]
    pub fn styled(self, text: impl Into<String>, size: Size, align: Align, bold: bool) -> Self {
        self.block(Block::Line {
            text: text.into(),
            size,
            align,
            bold,
        })
    }

    /// Adds two texts at both edges of a line.
    #[must_use]
    pub fn pair(self, left: impl Into<String>, right: impl Into<String>) -> Self {
        self.block(Block::Pair {
            left: left.into(),
            right: right.into(),
        })
    }

    /// Adds a label and a text that wraps beside it.
    #[must_use]
    pub fn field(self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.block(Block::Field {
            label: label.into(),
            value: value.into(),
        })
    }

    /// Adds a line across the paper.
    #[must_use]
    pub fn rule(self) -> Self {
        self.block(Block::Rule)
    }

    /// Adds a QR code, with a caption unless it is empty.
    #[must_use]
    pub fn qr(self, data: impl Into<String>, caption: impl Into<String>) -> Self {
        let caption = Some(caption.into()).filter(|caption| !caption.is_empty());
        self.block(Block::Qr {
            data: data.into(),
            caption,
        })
    }

    /// Adds white the height of a line.
    #[must_use]
    pub fn space(self) -> Self {
        self.gap(crate::profile::LINE_DOTS as u8)
    }

    /// Adds white of this many dots, eight a millimetre.
    #[must_use]
    pub fn gap(self, dots: u8) -> Self {
        self.block(Block::Space { dots })
    }
}

/// One row of the laid-out paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Text that fits the width.
    Text {
        /// Each text with the column it begins at, in order; trailing spaces are gone.
        parts: Vec<(u16, String)>,
        /// How large.
        size: Size,
        /// Where; anything but left has one part only.
        align: Align,
        /// In bold.
        bold: bool,
    },
    /// A line across the paper.
    Rule,
    /// A QR code in the middle.
    Qr(String),
    /// White, in dots.
    Feed(u8),
}

/// The most bytes a QR code on a slip holds. Larger codes have modules too small for old phones.
pub const QR_BYTES_MAX: usize = 500;

/// Wraps a document to the width of a printer.
pub fn layout(doc: &Doc, profile: &Profile) -> Vec<Row> {
    let (width, charset) = (profile.columns, profile.charset);
    let mut rows = Vec::new();
    for block in &doc.lines {
        match block {
            Block::Line {
                text,
                size,
                align,
                bold,
            } => {
                for line in wrap(text, width / size.factors().0, charset) {
                    rows.push(Row::Text {
                        parts: vec![(0, line)],
                        size: *size,
                        align: *align,
                        bold: *bold,
                    });
                }
            }
            Block::Pair { left, right } => pair(&mut rows, left, right, width, charset),
            Block::Field { label, value } => field(&mut rows, label, value, width, charset),
            Block::Rule => rows.push(Row::Rule),
            Block::Qr { data, caption } => {
                let data: String = data.chars().filter(|character| !character.is_control()).collect();
                if data.len() > QR_BYTES_MAX {
                    rows.extend(wrap(&data, width, charset).map(|line| plain(vec![(0, line)], Align::Left)));
                } else if !data.is_empty() {
                    rows.push(Row::Qr(data));
                }
                for line in caption.iter().flat_map(|caption| wrap(caption, width, charset)) {
                    rows.push(plain(vec![(0, line)], Align::Center));
                }
            }
            Block::Space { dots: 0 } => {}
            Block::Space { dots } => rows.push(Row::Feed(*dots)),
        }
    }
    rows
}

/// What a printer of this kind would put on paper, drawn from the very bytes it would be sent.
pub fn preview(doc: &Doc, profile: &Profile, glyphs: &Glyphs) -> Image {
    simulator::draw(&escpos::encode(doc, profile, glyphs), profile, glyphs)
}

fn plain(parts: Vec<(u16, String)>, align: Align) -> Row {
    Row::Text {
        parts,
        size: Size::Normal,
        align,
        bold: false,
    }
}

fn pair(rows: &mut Vec<Row>, left: &str, right: &str, width: u16, charset: Charset) {
    let (left, right) = (left.trim_end(), right.trim());
    let (on_left, on_right) = (columns(left, charset), columns(right, charset));
    if on_left + on_right < width && !left.contains('\n') && !right.contains('\n') {
        let parts = [(0, left), (width - on_right, right)];
        let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
        rows.push(plain(
            parts.map(|(column, text)| (column, text.to_owned())).collect(),
            Align::Left,
        ));
        return;
    }
    rows.extend(wrap(left, width, charset).map(|line| plain(vec![(0, line)], Align::Left)));
    for line in wrap(right, width, charset) {
        let column = width - columns(&line, charset);
        rows.push(plain(vec![(column, line)], Align::Left));
    }
}

fn field(rows: &mut Vec<Row>, label: &str, value: &str, width: u16, charset: Charset) {
    let indent = columns(label, charset);
    let widest = widest_unit(value, charset);
    if indent <= width / 2 && (width - indent + 1..=width).contains(&widest) {
        // A telephone number or a date that is too wide beside the label has a line of its own below it.
        for line in wrap(label.trim_end(), width, charset).chain(wrap(value, width, charset)) {
            rows.push(plain(vec![(0, line)], Align::Left));
        }
        return;
    }
    // A label of half the width would leave no room beside it.
    if indent > width / 2 {
        rows.extend(
            wrap(&format!("{label}{value}"), width, charset).map(|line| plain(vec![(0, line)], Align::Left)),
        );
        return;
    }
    for (index, line) in wrap(value, width - indent, charset).enumerate() {
        let parts = match index {
            0 => vec![(0, format!("{label}{line}").trim_end().to_owned())],
            _ => vec![(indent, line)],
        };
        rows.push(plain(parts, Align::Left));
    }
}

/// Columns of the widest part of a text that must not be split.
fn widest_unit(text: &str, charset: Charset) -> u16 {
    let of = |paragraph: &str| {
        let cells = cells(paragraph.trim_end(), charset);
        let (mut widest, mut wide) = (0, 0);
        for (cell, joined) in cells.iter().zip(joins(&cells)) {
            wide = if joined { wide + cell.columns } else { cell.columns };
            widest = u16::max(widest, wide);
        }
        widest
    };
    text.split('\n').map(of).max().unwrap_or(0)
}

/// Breaks text into lines of at most `width` columns. An empty text is one empty line.
fn wrap(text: &str, width: u16, charset: Charset) -> impl Iterator<Item = String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        wrap_paragraph(&cells(paragraph.trim_end(), charset), width.max(2), &mut lines);
    }
    lines.into_iter()
}

fn wrap_paragraph(cells: &[Cell], width: u16, lines: &mut Vec<String>) {
    let join = joins(cells);
    let mut rest = 0;
    loop {
        let (mut end, mut taken) = (rest, 0);
        while end < cells.len() && taken + cells[end].columns <= width {
            taken += cells[end].columns;
            end += 1;
        }
        if end < cells.len() && (join[end] || !is_space(&cells[end])) {
            // Back to the last place where a line may end; a word longer than the line is split where it must be.
            let good = (rest + 1..=end).rev().find(|&at| !join[at]);
            end = good.unwrap_or(end).max(rest + 1);
            // One or two characters alone on the last line look lost: they get company from this one.
            if cells.len() - end <= 2
                && let Some(earlier) = (rest + 5..end).rev().find(|&at| !join[at])
            {
                end = earlier;
            }
        }
        let line: String = cells[rest..end].iter().map(|cell| cell.character).collect();
        lines.push(line.trim_end().to_owned());
        rest = end + cells[end..].iter().take_while(|cell| is_space(cell)).count();
        if rest >= cells.len() {
            return;
        }
    }
}

/// Punctuation that never begins a line.
const NEVER_FIRST: &str = "，。、；：？！）》〉」』】〕］｝”’％…—·～℃,.;:?!)]}%";
/// Punctuation that never ends a line.
const NEVER_LAST: &str = "（《〈「『【〔［｛“‘￥$([{#＃";
/// What stands inside a number, an address or a date without ending it.
const WITHIN: &str = "-./:@_+~–'’&=?#%,";
/// What stays with the number before it.
const UNITS: &str = "年月日号时分秒室楼层元岁人份个米";

/// For each cell, whether it must stay on the line of the cell before it.
fn joins(cells: &[Cell]) -> Vec<bool> {
    let first = |index: usize| cells.get(index).map_or(' ', |cell| cell.character);
    let word = |index: usize| is_letter(first(index));
    let digit = |index: usize| first(index).is_ascii_digit();
    let mut join = vec![false; cells.len() + 1];
    for (at, join) in join.iter_mut().enumerate().take(cells.len()).skip(1) {
        let (before, after) = (first(at - 1), first(at));
        *join = (word(at - 1) && word(at))
            || (word(at - 1) && WITHIN.contains(after) && word(at + 1))
            || (at >= 2 && word(at - 2) && WITHIN.contains(before) && word(at))
            || (before == '/' && after == '/')
            || (digit(at - 1) && UNITS.contains(after))
            // A date goes on after its year and its month.
            || (at >= 2 && digit(at - 2) && "年月".contains(before) && digit(at))
            || (NEVER_FIRST.contains(after) && before != ' ')
            || (NEVER_LAST.contains(before) && after != ' ');
    }
    keep_phone_numbers(cells, &mut join);
    keep_dates(cells, &mut join);
    join
}

/// Joins digits, spaces, hyphens and brackets that together hold the seven or more digits of a phone number.
fn keep_phone_numbers(cells: &[Cell], join: &mut [bool]) {
    let text = |index: usize| cells[index].character;
    let is_digit = |character: char| character.is_ascii_digit();
    let in_number =
        |index: usize| matches!(text(index), '+' | '-' | ' ' | '(' | ')') || is_digit(text(index));
    let mut start = 0;
    while start < cells.len() {
        if !matches!(text(start), '+' | '(') && !is_digit(text(start)) {
            start += 1;
            continue;
        }
        if let Some(date) = date_at(cells, start) {
            // A date is no part of the number beside it.
            start += date;
            continue;
        }
        let mut end = start
            + (start..cells.len())
                .take_while(|&index| in_number(index) && date_at(cells, index).is_none())
                .count();
        let count = |end: usize| (start..end).filter(|&index| is_digit(text(index))).count();
        if count(end) > DIGITS_MAX {
            // Two numbers: the first ends where it may be a whole one.
            let whole = (start..end).find(|&index| text(index) == ' ' && count(index) >= 10);
            end = whole.unwrap_or(end);
        }
        let digits = count(end);
        while end > start && !is_digit(text(end - 1)) {
            end -= 1;
        }
        if (7..=DIGITS_MAX).contains(&digits) {
            end += extension(cells, end);
            join[start + 1..end].fill(true);
        }
        start = end.max(start + 1);
    }
}

/// Digits of the longest telephone number there is (ITU-T E.164).
const DIGITS_MAX: usize = 15;

/// How many cells from `at` on are a date in digits, `2026-11-22` or `2026年`; none where a number goes on there.
fn date_at(cells: &[Cell], at: usize) -> Option<usize> {
    let character = |index: usize| cells.get(index).map_or(' ', |cell| cell.character);
    let digits = |from: usize| {
        (from..from + 5)
            .take_while(|&it| character(it).is_ascii_digit())
            .count()
    };
    let year = digits(at) == 4 && (at == 0 || !matches!(character(at - 1), '0'..='9' | '-' | '+' | '('));
    if !year {
        return None;
    }
    if character(at + 4) == '年' {
        return Some(5);
    }
    let month = digits(at + 5);
    let day = at + 5 + month + 1;
    let between = |index: usize| matches!(character(index), '-' | '/' | '.');
    let whole = between(at + 4) && (1..=2).contains(&month) && between(day - 1);
    (whole && (1..=2).contains(&digits(day)) && character(day + digits(day)) != '-')
        .then(|| day + digits(day) - at)
}

/// How many cells from `start` on are the extension of a phone number: `转 801`, ` ext. 801`.
fn extension(cells: &[Cell], start: usize) -> usize {
    let text: String = cells[start..].iter().map(|cell| cell.character).collect();
    let word = text.trim_start();
    let Some(rest) = ["转", "分机", "ext.", "ext"]
        .iter()
        .find_map(|it| word.strip_prefix(it))
    else {
        return 0;
    };
    let number = rest.trim_start();
    let digits = number.chars().take_while(char::is_ascii_digit).count();
    match digits {
        0 => 0,
        _ => text.chars().count() - number.chars().count() + digits,
    }
}

/// English months, as they begin.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Joins the words of a date that are written with spaces: `2 March 2026`, `Nov 22, 2026`, `2026-11-22 09:41`, `3 月 2 日`.
fn keep_dates(cells: &[Cell], join: &mut [bool]) {
    let character = |index: usize| cells.get(index).map_or(' ', |cell| cell.character);
    for space in (1..cells.len().saturating_sub(1)).filter(|&index| character(index) == ' ') {
        let (before, after) = (character(space - 1), character(space + 1));
        let chinese = (before.is_ascii_digit() && "年月日号时分".contains(after))
            || ("年月".contains(before) && after.is_ascii_digit());
        // Chinese on either side is no part of the date.
        let ascii = |index: &usize| character(*index).is_ascii_graphic();
        let left: Vec<char> = (0..space).rev().take_while(ascii).map(character).collect();
        let left: String = left.into_iter().rev().collect();
        let right: String = (space + 1..cells.len())
            .take_while(ascii)
            .map(character)
            .collect();
        if chinese || date_goes_on(&left, &right) {
            join[space] = true;
            join[space + 1] = true;
        }
    }
}

/// Whether these two words stand beside each other in a date.
fn date_goes_on(left: &str, right: &str) -> bool {
    let month = |word: &str| {
        let letters = word.trim_end_matches(['.', ',']);
        letters.chars().all(char::is_alphabetic) && MONTHS.iter().any(|it| letters.starts_with(it))
    };
    let number = |word: &str| {
        let digits = word.trim_end_matches(['.', ',', ';', ')']);
        (1..=4).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
    };
    let day = |word: &str| {
        let bytes = word.as_bytes();
        bytes.len() >= 10
            && bytes[bytes.len() - 6] == b'-'
            && bytes[bytes.len() - 3] == b'-'
            && number(&word[word.len() - 2..])
    };
    let time = |word: &str| word.split_once(':').is_some_and(|(hour, _)| number(hour));
    (number(left) && month(right))
        || (month(left) && number(right))
        || (left.ends_with(',') && number(left) && number(right))
        || (day(left) && time(right))
}

fn is_space(cell: &Cell) -> bool {
    cell.character == ' '
}

/// Letters and digits of scripts that write words with spaces between them.
fn is_letter(character: char) -> bool {
    character.is_alphanumeric() && character < '\u{2e80}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: u16) -> Vec<String> {
        wrap(text, width, Charset::Gbk).collect()
    }

    #[test]
    fn chinese_breaks_anywhere_but_not_before_a_full_stop() {
        assert_eq!(lines("请带身份证。谢谢", 10), ["请带身份", "证。谢谢"]);
        assert_eq!(lines("办理（原件）", 6), ["办理", "（原", "件）"]);
    }

    #[test]
    fn phone_numbers_and_dates_stay_whole() {
        assert_eq!(
            lines("电话 0372-3928 110 找他", 20),
            ["电话 0372-3928 110", "找他"]
        );
        assert_eq!(
            lines("请打电话0372-3928110找他", 16),
            ["请打电话", "0372-3928110找他"]
        );
        assert_eq!(
            lines("请您于2026年11月22日前来", 16),
            ["请您于", "2026年11月22日", "前来"]
        );
        assert_eq!(lines("最迟 2026-11-22 答复", 12), ["最迟", "2026-11-22", "答复"]);
        assert_eq!(lines("民政办二楼203室", 12), ["民政办二楼", "203室"]);
        assert_eq!(
            lines("值班电话 0372-3928110 转 801 找他", 21),
            ["值班电话", "0372-3928110 转 801", "找他"]
        );
        assert_eq!(
            lines("by Monday 2 March 2026, please", 16),
            ["by Monday", "2 March 2026,", "please"]
        );
        assert_eq!(
            lines("on Nov 22, 2026 at noon", 14),
            ["on", "Nov 22, 2026", "at noon"]
        );
        assert_eq!(
            lines("登记 2026-11-22 09:41 完成", 18),
            ["登记", "2026-11-22 09:41", "完成"]
        );
        assert_eq!(lines("最迟于 3 月 2 日答复", 12), ["最迟于", "3 月 2 日", "答复"]);
    }

    #[test]
    fn no_phone_number_and_no_date_is_ever_split_wherever_it_stands() {
        let whole = [
            "0372-3928110",
            "(0372) 392 8110",
            "+86 138 0013 8000",
            "13800138000",
            "0372-3928110转801",
            "2026年11月22日",
            "2026-11-22",
            "2026/11/22",
            "22 November 2026",
            "Nov 22, 2026",
            "2026-11-22 09:41",
            "0372 392 8110",
        ];
        let around = [
            "请您于",
            "前来",
            "，电话",
            "（",
            "）。",
            " call ",
            " before ",
            "张㛃",
            "； ",
            "找他 ",
        ];
        let mut seed = 7_u32;
        let mut roll = |sides: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % sides
        };
        for _ in 0..4000 {
            // As narrow as beside the longest label on 58 mm.
            let (unit, width) = (whole[roll(whole.len())], 16 + roll(36) as u16);
            if columns(unit, Charset::Gbk) > width {
                continue;
            }
            let mut part = || {
                (0..roll(6))
                    .map(|_| around[roll(around.len())])
                    .collect::<String>()
            };
            // Other digits beside it would make it another number.
            let text = format!("{}于{unit}到{}", part(), part());
            let lines = lines(&text, width);
            assert!(lines.iter().any(|line| line.contains(unit)), "{width}: {lines:?}");
        }
    }

    #[test]
    fn a_number_stays_whole_beside_a_date_and_beside_another_number() {
        for (text, width, wanted) in [
            (
                "电话 0372 392 8110 2026-11-22前",
                20,
                ["电话 0372 392 8110", "2026-11-22前"],
            ),
            (
                "2026-11-22 0372 392 8110 找他",
                20,
                ["2026-11-22", "0372 392 8110 找他"],
            ),
            (
                "138 0013 8000 0372 392 8110",
                20,
                ["138 0013 8000", "0372 392 8110"],
            ),
            (
                "电话 0372 392 8110 2026年11月22日",
                20,
                ["电话 0372 392 8110", "2026年11月22日"],
            ),
        ] {
            assert_eq!(lines(text, width), wanted);
        }
    }

    #[test]
    fn what_must_stay_whole_has_a_line_of_its_own_where_it_does_not_fit_beside_its_label() {
        let profile = Profile::builtin("generic-58").expect("built in");
        for unit in [
            "+86 138 0013 8000",
            "0372-3928110 转 801",
            "0372-3928110 ext. 801",
        ] {
            let rows = layout(&Doc::new().field("接待责任人电话：", unit), &profile);
            let texts: Vec<String> = rows
                .iter()
                .map(|row| match row {
                    Row::Text { parts, .. } => parts.iter().map(|it| it.1.as_str()).collect(),
                    _ => String::new(),
                })
                .collect();
            assert_eq!(texts, ["接待责任人电话：", unit]);
        }
    }

    #[test]
    fn words_stay_whole_and_spaces_vanish_at_the_end_of_a_line() {
        assert_eq!(
            lines("Please bring your identity card.", 12),
            ["Please bring", "your", "identity", "card."]
        );
        assert_eq!(
            lines("see office@example.org now", 18),
            ["see", "office@example.org", "now"]
        );
        assert_eq!(lines("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("", 4), [""]);
        assert_eq!(lines("一\n二", 4), ["一", "二"]);
    }

    #[test]
    fn a_character_is_not_left_alone_on_the_last_line() {
        assert_eq!(
            lines("请带身份证原件、旧卡（如有）", 26),
            ["请带身份证原件、旧卡", "（如有）"]
        );
        assert_eq!(lines("便民服务中心3号窗口", 18), ["便民服务中心3号", "窗口"]);
    }

    #[test]
    fn no_line_is_wider_than_the_paper() {
        let text =
            "张㛃到民政办203室，电话0372-3928110；https://example.org/visit/A023?d=20261122 e\u{301}𬭎。"
                .repeat(3);
        for width in 2..60 {
            for line in lines(&text, width) {
                assert!(columns(&line, Charset::Gbk) <= width, "{width}: {line}");
            }
            let kept: String = lines(&text, width).concat();
            assert_eq!(
                kept.replace(' ', ""),
                text.replace(' ', "").replace("e\u{301}", "é"),
                "{width}"
            );
        }
    }

    #[test]
    fn a_pair_that_does_not_fit_takes_two_lines() {
        let profile = Profile::builtin("generic-58").expect("built in");
        let rows = layout(
            &Doc::new()
                .pair("部门", "民政办")
                .pair("接待责任人张某某某某", "电话0372-3928110，二楼203室"),
            &profile,
        );
        let parts: Vec<_> = rows
            .iter()
            .map(|row| match row {
                Row::Text { parts, .. } => parts.clone(),
                _ => vec![],
            })
            .collect();
        assert_eq!(parts[0], [(0, "部门".to_owned()), (26, "民政办".to_owned())]);
        assert_eq!(parts[1], [(0, "接待责任人张某某某某".to_owned())]);
        assert_eq!(parts[2], [(5, "电话0372-3928110，二楼203室".to_owned())]);
    }

    #[test]
    fn a_field_wraps_beside_its_label() {
        let profile = Profile::builtin("generic-58").expect("built in");
        let rows = layout(
            &Doc::new().field("请带：", "身份证、户口簿、一寸照片两张、原社保卡"),
            &profile,
        );
        assert_eq!(rows.len(), 2);
        let Row::Text { parts, .. } = &rows[1] else {
            panic!("text")
        };
        assert_eq!(parts[0].0, 6);
    }
}
