//! 拼音: characters and words by their sound, over the crate inputx-pinyin.
//!
//! What was typed is read three ways: as a whole (王小明 for wangxiaoming), as words and characters of its first
//! syllables, and, where a syllable is not finished, as all that begin so. The crate's learning of picks is never called: what one visitor
//! writes is nothing to the next.

use golia_pinyin::{PinyinDict, VALID_SYLLABLES, is_valid_syllable};

use crate::{Candidate, Engine, Expected, common};

/// Letters of a name that are looked at.
const LONGEST: usize = 36;

/// Letters of the longest syllable.
const SYLLABLE: usize = 6;

/// Characters of a syllable that is not finished; the rest comes when it is.
const OF_BEGUN: usize = 8;

/// The letters themselves, as a name has them: John for john. Not every name is made of characters. None for what is no
/// letter.
pub fn as_letters(written: &str) -> Option<Candidate> {
    let mut letters = written.chars();
    let first = letters.next()?;
    written
        .chars()
        .all(|it| it.is_ascii_alphabetic())
        .then(|| Candidate {
            text: first.to_uppercase().chain(letters).collect(),
            takes: written.len(),
        })
}

/// The dictionary of sounds.
pub struct Pinyin {
    dictionary: PinyinDict,
}

impl std::fmt::Debug for Pinyin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pinyin")
    }
}

impl Default for Pinyin {
    fn default() -> Self {
        Self::new()
    }
}

impl Pinyin {
    /// The dictionary that is part of the program; of its pages only those asked for come into memory.
    pub fn new() -> Self {
        let dictionary = PinyinDict::embedded();
        Self { dictionary }
    }

    /// The characters of one syllable, the likeliest first.
    fn characters(&self, syllable: &str, expected: Expected) -> Vec<String> {
        let mut found = self.dictionary.lookup(syllable);
        found.retain(|it| it.chars().nth(1).is_none());
        let weight = |it: &String| it.chars().next().map_or(0.0, |it| common::weight(it, expected));
        found.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        found
    }
}

impl Engine for Pinyin {
    type Written = str;

    fn candidates(&self, written: &str, expected: Expected, most: usize) -> Vec<Candidate> {
        let typed: String = written
            .chars()
            .take(LONGEST)
            .take_while(char::is_ascii_alphabetic)
            .map(|it| it.to_ascii_lowercase())
            .collect();
        let mut found: Vec<Candidate> = Vec::new();
        let mut add = |text: String, takes: usize| {
            if found.len() < most && found.iter().all(|it| it.text != text) {
                found.push(Candidate { text, takes });
            }
        };
        // The longest words first, down to two syllables; then the characters of the first syllable.
        for end in (2..=typed.len()).rev() {
            for word in self.dictionary.lookup(&typed[..end]) {
                if word.chars().nth(1).is_some() {
                    add(word, end);
                }
            }
        }
        let ends = (1..=SYLLABLE.min(typed.len())).rev();
        for end in ends.filter(|it| is_valid_syllable(&typed[..*it])) {
            for character in self.characters(&typed[..end], expected) {
                add(character, end);
            }
        }
        let begun = VALID_SYLLABLES
            .iter()
            .filter(|it| typed.len() < it.len() && !typed.is_empty() && it.starts_with(&typed));
        let mut of_begun: Vec<String> = begun
            .flat_map(|it| self.characters(it, expected).into_iter().take(OF_BEGUN))
            .collect();
        let weight = |it: &String| it.chars().next().map_or(0.0, |it| common::weight(it, expected));
        of_begun.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.cmp(b)));
        for character in of_begun {
            add(character, typed.len());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(written: &str, expected: Expected, most: usize) -> Vec<String> {
        let found = Pinyin::new().candidates(written, expected, most);
        found.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn a_whole_name_is_offered_first() {
        assert_eq!(texts("wangxiaoming", Expected::Surname, 3)[0], "王小明");
    }

    #[test]
    fn a_surname_comes_first_where_a_name_begins() {
        for (written, wanted) in [
            ("wang", "王"),
            ("li", "李"),
            ("zhao", "赵"),
            ("w", "王"),
            ("zh", "张"),
        ] {
            assert_eq!(texts(written, Expected::Surname, 1)[0], wanted, "{written}");
        }
    }

    #[test]
    fn a_name_no_dictionary_knows_is_written_syllable_by_syllable() {
        let found = Pinyin::new().candidates("ouhong", Expected::Surname, 400);
        let first = found.iter().find(|it| it.text == "欧").unwrap();
        assert_eq!(first.takes, 2);
    }

    #[test]
    fn rare_characters_are_known_by_their_sound() {
        for (written, wanted) in [("hong", "𬭎"), ("yan", "䶮"), ("jie", "㛃"), ("lun", "𪨧")] {
            let found = texts(written, Expected::GivenName, 600);
            assert!(found.iter().any(|it| it == wanted), "{wanted}");
        }
    }

    #[test]
    fn nothing_is_learnt_from_what_is_written() {
        let pinyin = Pinyin::new();
        let before = pinyin.candidates("shi", Expected::Text, 40);
        for _ in 0..9 {
            pinyin.candidates("shi", Expected::Text, 40);
        }
        assert_eq!(pinyin.candidates("shi", Expected::Text, 40), before);
        assert_eq!(
            pinyin.dictionary.l0_pin_count() + pinyin.dictionary.l0_pending_count(),
            0
        );
    }

    #[test]
    fn a_name_of_letters_is_its_letters_with_a_capital() {
        let john = as_letters("john").unwrap();
        assert_eq!((john.text.as_str(), john.takes), ("John", 4));
        assert!(as_letters("").is_none() && as_letters("王a").is_none());
    }

    #[test]
    fn what_is_no_letter_is_no_pinyin() {
        assert!(texts("王", Expected::Text, 5).is_empty());
        assert!(texts("", Expected::Text, 5).is_empty());
        assert!(texts(&"w".repeat(500), Expected::Text, 5).len() <= 5);
    }
}
