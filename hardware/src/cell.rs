//! Characters as the printer's columns see them: how wide each is, and whether the printer has it in its own font.
//!
//! Text goes out as GB18030 only where the code has one or two bytes; printers do not know the four-byte codes, so those
//! characters are drawn. A mark that comes after its letter is first composed with it (NFC); one that has no composed form
//! is left out, since a printer cannot put one character on top of another.

use encoding_rs::GB18030;
use unicode_normalization::UnicodeNormalization;

use crate::profile::Charset;

/// A character, and how it reaches the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The character.
    pub character: char,
    /// Half-width columns it takes: 1 or 2.
    pub columns: u16,
    /// How it is sent.
    pub code: Code,
}

/// How a cell is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// ASCII.
    One(u8),
    /// A two-byte GB18030 code the printer has in its font.
    Two([u8; 2]),
    /// Not in the printer: drawn from our fonts.
    Drawn,
}

/// The cells of one line of text. Control characters are dropped, so no text can hold a printer command.
pub fn cells(text: &str, charset: Charset) -> Vec<Cell> {
    let cell = |character| {
        let code = code(character, charset);
        let columns = match code {
            Code::One(_) => 1,
            Code::Two(_) => 2,
            Code::Drawn if is_narrow(character) => 1,
            Code::Drawn => 2,
        };
        Cell {
            character,
            columns,
            code,
        }
    };
    text.nfc()
        .filter_map(printable)
        .filter(|character| !is_mark(*character))
        .map(cell)
        .collect()
}

/// Latin, Greek and Cyrillic with all their marks, Vietnamese and phonetic letters among them.
fn is_narrow(character: char) -> bool {
    matches!(character, '\0'..'\u{590}' | '\u{1d00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}')
}

/// Columns a line of text takes.
pub fn columns(text: &str, charset: Charset) -> u16 {
    cells(text, charset).iter().map(|cell| cell.columns).sum()
}

/// What is printed for a character: itself, a better known twin, or nothing.
fn printable(character: char) -> Option<char> {
    Some(match character {
        // The bare yen sign is a four-byte code, its wide twin has two bytes.
        '¥' => '￥',
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => ' ',
        '\u{2010}' | '\u{2011}' | '\u{ad}' => '-',
        // Zero-width characters and marks of direction would only take up columns.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
            return None;
        }
        control if control.is_control() => return None,
        other => other,
    })
}

/// Marks without a composed form, and the invisible selectors of variant forms.
fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
        || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn code(character: char, charset: Charset) -> Code {
    if character.is_ascii() {
        return Code::One(character as u8);
    }
    // Characters for private use have two-byte codes, but no printer has a picture for them.
    if matches!(character, '\u{e000}'..='\u{f8ff}') {
        return Code::Drawn;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = GB18030.encode(character.encode_utf8(&mut buffer));
    match bytes.as_ref() {
        _ if unmappable => Code::Drawn,
        &[first, second] if charset == Charset::Gbk || is_gb2312(first, second) => Code::Two([first, second]),
        _ => Code::Drawn,
    }
}

/// Whether a two-byte code belongs to GB 2312-80.
fn is_gb2312(first: u8, second: u8) -> bool {
    match first {
        0xa1 | 0xa3 | 0xb0..=0xd6 | 0xd8..=0xf7 => second >= 0xa1,
        0xa2 => matches!(second, 0xb1..=0xe2 | 0xe5..=0xee | 0xf1..=0xfc),
        0xa4 => matches!(second, 0xa1..=0xf3),
        0xa5 => matches!(second, 0xa1..=0xf6),
        0xa6 => matches!(second, 0xa1..=0xb8 | 0xc1..=0xd8),
        0xa7 => matches!(second, 0xa1..=0xc1 | 0xd1..=0xf1),
        0xa8 => matches!(second, 0xa1..=0xba | 0xc5..=0xe9),
        0xa9 => matches!(second, 0xa4..=0xef),
        0xd7 => matches!(second, 0xa1..=0xf9),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(text: &str, charset: Charset) -> Code {
        let cells = cells(text, charset);
        assert_eq!(cells.len(), 1, "{text}");
        cells[0].code
    }

    #[test]
    fn common_characters_are_text_and_rare_ones_are_drawn() {
        assert_eq!(code_of("号", Charset::Gbk), Code::Two([0xba, 0xc5]));
        assert_eq!(code_of("䶮", Charset::Gbk), Code::Two([0xfe, 0x9f]));
        assert_eq!(code_of("䶮", Charset::Gb2312), Code::Drawn);
        for rare in ["㛃", "𬭎", "𠅤", "𬀩", "𬸦", "\u{e5e5}", "\u{e000}", "😀", "ñ"] {
            assert_eq!(code_of(rare, Charset::Gbk), Code::Drawn, "{rare}");
        }
        assert_eq!(code_of("¥", Charset::Gbk), Code::Two([0xa3, 0xa4]));
    }

    #[test]
    fn gb2312_has_the_7445_characters_of_the_standard() {
        let count = (0xa1..=0xf7u8)
            .flat_map(|first| (0xa1..=0xfeu8).map(move |second| (first, second)))
            .filter(|&(first, second)| is_gb2312(first, second))
            .count();
        assert_eq!(count, 7445);
    }

    #[test]
    fn no_character_of_unicode_can_hold_a_command() {
        for character in (0..=0x10ffff).filter_map(char::from_u32) {
            for cell in cells(&character.to_string(), Charset::Gbk) {
                match cell.code {
                    Code::One(byte) => assert!((0x20..0x7f).contains(&byte), "{character:?}"),
                    Code::Two([first, second]) => assert!(first >= 0x81 && second >= 0x40, "{character:?}"),
                    Code::Drawn => {}
                }
            }
        }
    }

    #[test]
    fn letters_with_marks_are_as_narrow_as_letters() {
        for letter in ["ñ", "Ş", "ę", "ễ", "ạ", "Ḥ"] {
            assert_eq!(columns(letter, Charset::Gbk), 1, "{letter}");
        }
        assert_eq!(columns("·", Charset::Gbk), 2);
    }

    #[test]
    fn a_mark_joins_its_letter_and_a_variant_selector_vanishes() {
        let seen: Vec<char> = cells("e\u{301}x葛\u{e0100}", Charset::Gbk)
            .iter()
            .map(|cell| cell.character)
            .collect();
        assert_eq!(seen, ['é', 'x', '葛']);
    }
}
