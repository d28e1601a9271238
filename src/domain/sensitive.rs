//! What names or reaches a person. It goes to paper, to the one who serves them and, encrypted, to the
//! disk; never to a log, a public display or an error text.

use std::fmt;

use crate::domain::elsewhere::Referral;

/// A value about a person; printed as `[hidden]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Hides `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. `tests/tidy.rs` lists the few places that may ask.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl Sensitive<String> {
    /// Its lines, for a paper the visitor is handed.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }
}

impl Sensitive<Box<Referral>> {
    /// It, for a paper the visitor is handed and for checking it.
    pub fn on_paper(&self) -> &Referral {
        &self.0
    }
}

/// Digits that make a telephone number by which somebody is known; the last eleven count, whatever stands before them.
const KNOWN_DIGITS: std::ops::RangeInclusive<usize> = 7..=11;

impl Sensitive<String> {
    /// Whether both say the same, spaces and case aside; nothing is the same as nothing.
    pub fn same_words(&self, other: &Self) -> bool {
        let bare = |text: &str| -> String {
            let text = text.chars().filter(|it| !it.is_whitespace());
            text.flat_map(char::to_lowercase).collect()
        };
        let (this, that) = (bare(&self.0), bare(&other.0));
        !this.is_empty() && this == that
    }

    /// Whether both are the same telephone number, however it was written.
    pub fn same_digits(&self, other: &Self) -> bool {
        let digits = |text: &str| -> String {
            let mut last: Vec<char> = text.chars().filter(char::is_ascii_digit).rev().collect();
            last.truncate(*KNOWN_DIGITS.end());
            last.into_iter().rev().collect()
        };
        let (this, that) = (digits(&self.0), digits(&other.0));
        KNOWN_DIGITS.contains(&this.len()) && this == that
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// Characters a name may have. The longest names on identity cards are Uyghur ones of about 30.
pub const NAME_CHARS_MAX: usize = 50;

/// Digits a telephone number may have, with area code and extension.
pub const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=18;

/// Characters of a note written by staff.
pub const NOTE_CHARS_MAX: usize = 500;

/// What a visitor told of themselves, only as far as the matter needs it (RULES §7).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Personal {
    /// As they call themselves, or 张先生.
    pub name: Option<Sensitive<String>>,
    /// Digits, `+`, `-` and spaces.
    pub phone: Option<Sensitive<String>>,
    /// 请工作人员填写: the visitor left the name, or a character of it (〓), for staff to fill in.
    pub name_by_clerk: bool,
}

impl Personal {
    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.phone.is_none() && !self.name_by_clerk
    }

    /// Whether the telephone that was left ends with these digits.
    pub fn phone_ends_with(&self, digits: &Sensitive<String>) -> bool {
        let wanted = digits.reveal();
        let asked =
            wanted.len() == crate::domain::find::LAST_DIGITS && wanted.bytes().all(|it| it.is_ascii_digit());
        let phone = self.phone.as_ref().map(|it| {
            let digits = it.reveal().chars().filter(char::is_ascii_digit);
            digits.collect::<String>()
        });
        asked && phone.is_some_and(|it| it.ends_with(wanted.as_str()))
    }
}

/// Takes a name as typed: outer space off, none if nothing is left.
///
/// # Errors
/// [`BadPersonal`] for a name too long or with control characters in it.
pub fn name(text: &str) -> Result<Option<Sensitive<String>>, BadPersonal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > NAME_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(BadPersonal::Name);
    }
    Ok(Some(Sensitive::new(text.to_owned())))
}

/// Takes a telephone number as typed.
///
/// # Errors
/// [`BadPersonal`] for anything but digits, `+`, `-` and spaces, or too few or many digits.
pub fn phone(text: &str) -> Result<Option<Sensitive<String>>, BadPersonal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !text
        .chars()
        .all(|it| it.is_ascii_digit() || matches!(it, '+' | '-' | ' '))
        || !PHONE_DIGITS.contains(&digits)
        || text.len() > 30
    {
        return Err(BadPersonal::Phone);
    }
    Ok(Some(Sensitive::new(text.to_owned())))
}

/// Takes a note of staff.
///
/// # Errors
/// [`BadPersonal`] for a note too long or with control characters other than line ends.
pub fn note(note: &str) -> Result<Option<Sensitive<String>>, BadPersonal> {
    text(note, NOTE_CHARS_MAX)
}

/// Takes a longer text, such as a claim.
///
/// # Errors
/// [`BadPersonal`] for more than `most` characters, or control characters other than line ends.
pub fn text(text: &str, most: usize) -> Result<Option<Sensitive<String>>, BadPersonal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > most || text.chars().any(|it| it.is_control() && it != '\n') {
        return Err(BadPersonal::Note);
    }
    Ok(Some(Sensitive::new(text.to_owned())))
}

/// Something typed cannot be what it is meant to be. Does not repeat what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPersonal {
    /// See [`name`].
    #[error("name is too long or has characters no name has")]
    Name,
    /// See [`phone`].
    #[error("phone number has too few or too many digits, or other characters")]
    Phone,
    /// See [`note`].
    #[error("note is too long")]
    Note,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_reaches_a_log() {
        let personal = Personal {
            name: name(" 王秀英 ").unwrap(),
            phone: phone("138 0013 8000").unwrap(),
            name_by_clerk: false,
        };
        assert_eq!(
            format!("{personal:?}"),
            "Personal { name: Some([hidden]), phone: Some([hidden]), name_by_clerk: false }"
        );
    }

    #[test]
    fn rare_characters_count_as_one_each() {
        let long = "𠅤".repeat(NAME_CHARS_MAX);
        assert!(name(&long).unwrap().is_some());
        assert_eq!(name(&format!("{long}㛃")), Err(BadPersonal::Name));
        assert_eq!(name("李\u{7}四"), Err(BadPersonal::Name));
        assert_eq!(name(" \u{3000} "), Ok(None));
    }

    #[test]
    fn the_last_four_digits_tell_a_phone_from_another() {
        let personal = Personal {
            phone: phone("0571-8765 4321").unwrap(),
            ..Personal::default()
        };
        let ends = |digits: &str| personal.phone_ends_with(&Sensitive::new(digits.to_owned()));
        assert!(ends("4321"));
        for wrong in ["4322", "", "1", "54321", "21", "-321", "４３２１"] {
            assert!(!ends(wrong), "{wrong}");
        }
        assert!(!Personal::default().phone_ends_with(&Sensitive::new("4321".to_owned())));
    }

    #[test]
    fn a_phone_is_digits() {
        assert!(phone("0571-8765 4321").unwrap().is_some());
        for rubbish in [
            "12",
            "abc",
            "１３８００１３８０００",
            "1;drop table",
            "1234567890123456789",
        ] {
            assert_eq!(phone(rubbish), Err(BadPersonal::Phone), "{rubbish}");
        }
    }
}
