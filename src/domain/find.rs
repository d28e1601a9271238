//! Finding a visit again: by the code of its slip, or, when the slip is lost, by its number and the last four digits of the
//! telephone that was left. Guessing is limited.

use std::collections::HashMap;

use crate::domain::ids::{TicketNumber, VisitId};
use crate::domain::sensitive::Sensitive;
use crate::domain::slip::CODE_LETTERS;
use crate::domain::time::{LobbyTime, ServiceDay};

/// Letters of a slip's short code.
const CODE_LENGTH: usize = 8;

/// Digits of the telephone that are asked for.
pub const LAST_DIGITS: usize = 4;

/// Wrong answers after which a kiosk rests.
pub const TRIES_MAX: usize = 5;

/// How long it counts them, and rests.
pub const TRIES_MS: i64 = 10 * 60 * 1000;

/// Wrong answers about one number after which it is told at the counter only, for the day.
pub const TRIES_A_NUMBER_MAX: u8 = 5;

/// What somebody has in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clue {
    /// What a scanner read, or somebody typed from below the code.
    Scan(String),
    /// The visit itself, however long ago it was.
    Visit(VisitId),
    /// A number, of that day or of the newest one it was given on.
    Number {
        /// The number.
        number: TicketNumber,
        /// The day, if it is known.
        day: Option<ServiceDay>,
    },
    /// The slip is lost.
    Lost {
        /// The number on it.
        number: TicketNumber,
        /// The last four digits of the telephone they left.
        last_four: Sensitive<String>,
    },
}

/// The short code in a scanned text: the last word of the readable text, or the last part of the page's address.
pub fn code_in(text: &str) -> Option<String> {
    let last = text.split_whitespace().next_back()?;
    let last = last.rsplit('/').next()?.to_ascii_uppercase();
    let good = last.len() == CODE_LENGTH && last.bytes().all(|it| CODE_LETTERS.contains(&it));
    good.then_some(last)
}

/// Counts wrong answers, so that nobody tries all ten thousand endings.
#[derive(Debug, Clone, Default)]
pub struct Tries {
    wrong: Vec<LobbyTime>,
    numbers: HashMap<TicketNumber, (u8, LobbyTime)>,
}

/// Wrong answers about a number are forgotten after a day.
const DAY_MS: i64 = 24 * 3600 * 1000;

impl Tries {
    /// Whether another answer about `number` is heard now.
    pub fn allowed(&mut self, number: TicketNumber, now: LobbyTime) -> bool {
        self.wrong.retain(|it| now.ms_since(*it) < TRIES_MS);
        self.numbers.retain(|_, (_, at)| now.ms_since(*at) < DAY_MS);
        let of_number = self.numbers.get(&number).map_or(0, |it| it.0);
        self.wrong.len() < TRIES_MAX && of_number < TRIES_A_NUMBER_MAX
    }

    /// An answer about `number` was wrong.
    pub fn wrong(&mut self, number: TicketNumber, now: LobbyTime) {
        self.wrong.push(now);
        let of_number = self.numbers.entry(number).or_insert((0, now));
        *of_number = (of_number.0.saturating_add(1), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_last_word_of_whatever_was_read() {
        let code = Some("7Q3ZK0XM".to_owned());
        for text in [
            "临河街道办事处 A023 2026-11-22 0500-8110101 7Q3ZK0XM",
            "Linhe Sub-district Office A023 2026-11-22 0500-8110101 7Q3ZK0XM\r",
            "https://lobby.example.gov.cn/v/7Q3ZK0XM",
            "7q3zk0xm",
            // What a keyboard wedge leaves of the first one.
            " A023 2026-11-22 0500-8110101 7Q3ZK0XM",
        ] {
            assert_eq!(code_in(text), code, "{text}");
        }
        for rubbish in [
            "",
            " ",
            "A023",
            "7Q3ZK0X",
            "7Q3ZK0XMM",
            "7Q3ZK0XI",
            "𠅤𠅤",
            "http://x/",
        ] {
            assert_eq!(code_in(rubbish), None, "{rubbish}");
        }
    }

    #[test]
    fn five_wrong_answers_are_enough_for_ten_minutes() {
        let number = |count| TicketNumber { queue: 'A', count };
        let (mut tries, start) = (Tries::default(), LobbyTime(0));
        for count in 1..=5 {
            assert!(tries.allowed(number(count), start));
            tries.wrong(number(count), start);
        }
        assert!(!tries.allowed(number(6), start.plus_ms(TRIES_MS - 1)));
        assert!(tries.allowed(number(6), start.plus_ms(TRIES_MS)));
    }

    #[test]
    fn one_number_is_guessed_at_five_times_a_day() {
        let number = TicketNumber {
            queue: 'A',
            count: 23,
        };
        let (mut tries, mut now) = (Tries::default(), LobbyTime(0));
        for _ in 0..5 {
            assert!(tries.allowed(number, now));
            tries.wrong(number, now);
            now = now.plus_ms(TRIES_MS);
        }
        assert!(!tries.allowed(number, now));
        assert!(tries.allowed(
            TicketNumber {
                queue: 'A',
                count: 24
            },
            now
        ));
        assert!(tries.allowed(number, now.plus_ms(DAY_MS)));
    }
}
