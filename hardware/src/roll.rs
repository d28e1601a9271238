//! When a new roll is in: told from what the printer says of its paper, round by round, and not from a sensor that flickers or
//! a byte that was noise.
//!
//! A roll is new when paper is plenty again after it was out, or after it came to its end and the cover was open. Whatever
//! counts was said in two rounds, a second apart at least; the end alone is not enough, since near-end sensors flicker exactly
//! when it comes.

use std::time::{Duration, Instant};

use crate::status::{Paper, PrinterStatus};

/// A printer says something for so long until it counts.
const HOLDS: Duration = Duration::from_millis(900);

/// What one round said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Plenty,
    NearEnd,
    Out,
    Open,
}

/// Watches the roll. Feed it with [`Self::round`].
#[derive(Debug, Default)]
pub(crate) struct RollWatch {
    /// What is being said, and since when.
    saying: Option<(Says, Instant)>,
    /// The roll came to its end.
    ends: bool,
    /// There was no paper.
    out: bool,
    /// The cover was open after the roll had come to its end.
    opened: bool,
}

impl RollWatch {
    /// Takes in what all four answers of a round said; whether a new roll is in.
    pub(crate) fn round(&mut self, status: &PrinterStatus, now: Instant) -> bool {
        let says = match status.paper {
            _ if !status.connected || status.mute => return false,
            // Every printer that has no paper or an open cover is off line as well: noise rarely says both.
            Paper::Out if !status.offline => return false,
            _ if status.cover_open && !status.offline => return false,
            // With the cover open a sensor says nothing about a roll.
            _ if status.cover_open => Says::Open,
            Paper::Out => Says::Out,
            Paper::NearEnd => Says::NearEnd,
            Paper::Plenty => Says::Plenty,
        };
        match self.saying {
            Some((before, since)) if before == says => {
                if now < since + HOLDS {
                    return false;
                }
            }
            _ => {
                self.saying = Some((says, now));
                return false;
            }
        }
        match says {
            Says::Out => self.out = true,
            Says::Open => self.opened = self.ends || self.out,
            Says::NearEnd => (self.ends, self.opened) = (true, false),
            Says::Plenty => {
                let new = self.out || self.opened;
                (self.ends, self.out, self.opened) = (false, false, false);
                return new;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of rounds a second apart: `P`lenty, `N`ear end, `O`ut, cover open (`C`), noise that says out (`x`).
    fn rolls(rounds: &str) -> usize {
        let (mut watch, start) = (RollWatch::default(), Instant::now());
        let round = |(at, says): (usize, char)| {
            let status = PrinterStatus {
                connected: true,
                offline: matches!(says, 'O' | 'C'),
                cover_open: says == 'C',
                paper: match says {
                    'P' => Paper::Plenty,
                    'N' => Paper::NearEnd,
                    _ => Paper::Out,
                },
                ..PrinterStatus::default()
            };
            usize::from(watch.round(&status, start + Duration::from_secs(at as u64)))
        };
        rounds.chars().enumerate().map(round).sum()
    }

    #[test]
    fn a_roll_is_new_after_none_was_in_or_after_the_cover_was_open_at_its_end() {
        assert_eq!(rolls("PPOOPP"), 1);
        assert_eq!(rolls("PPNNOOCCPP"), 1);
        assert_eq!(rolls("PPNNCCPPPPPP"), 1);
        assert_eq!(rolls("OOPPNNOOPP"), 2);
    }

    #[test]
    fn no_flicker_no_noise_and_no_look_inside_makes_a_new_roll() {
        assert_eq!(rolls("PPNNNNPPPPNNPPNNNPP"), 0, "the sensor flickers");
        assert_eq!(rolls("PPOPPOPPxxxxPPNPP"), 0, "noise");
        assert_eq!(rolls("PPCCPPCCCCPP"), 0, "somebody looked inside");
        assert_eq!(rolls("NNCCNNPP"), 0, "the old roll was put back");
    }
}
