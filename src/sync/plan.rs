//! What to send, how much, when, and what after a failure. Pure: moments and random numbers come in.

use std::time::Duration;

use chrono::NaiveTime;

use crate::domain::journal::Entry;
use crate::domain::time::{Timestamp, from_local, local};

/// Entries in one batch; the server refuses more.
pub const BATCH_ENTRIES_MAX: usize = 1000;

/// Bytes of facts and personal parts in one batch, so that neither end needs much memory for it. A
/// single larger entry goes alone.
pub const BATCH_BYTES_MAX: usize = 4 << 20;

/// Older than this, the last success is no longer good news: one night was missed.
pub const SUCCESS_AGE_MAX: Duration = Duration::from_secs(26 * 3600);

/// Before the first new try.
pub const RETRY_FIRST: Duration = Duration::from_secs(60);

/// Never longer between two tries.
pub const RETRY_MAX: Duration = Duration::from_secs(3600);

/// What loads that make up for a missed night are spread over.
pub const CATCH_UP_SPREAD: Duration = Duration::from_secs(600);

/// Entries set apart in one run. More than this is no accident but something wrong with the server or
/// with us, and setting apart a whole journal would hide it.
pub const QUARANTINED_MAX: u32 = 20;

/// How many of `entries`, from the first, make the next batch.
pub fn batch_len(entries: &[Entry]) -> usize {
    let mut bytes = 0_usize;
    let fits = entries.iter().take(BATCH_ENTRIES_MAX).take_while(|entry| {
        let size = entry.facts.len() + entry.personal.as_ref().map_or(0, Vec::len);
        bytes = bytes.saturating_add(size);
        bytes <= BATCH_BYTES_MAX
    });
    fits.count().max(1).min(entries.len())
}

/// Finds the entries a server cannot read among those it can, in few steps: halves what was refused
/// until one entry is left. What comes before it is sent as usual, so nothing stops and nothing is
/// reordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sieve {
    left: usize,
    /// So many from the front are known to hold one that is refused; 0 if none is known.
    suspect: usize,
}

/// What to do after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRefusal {
    /// Send [`Sieve::next`] again, which is fewer now.
    SendFewer,
    /// The first entry is the one: send it alone, with the quarantine flag.
    Quarantine,
}

impl Sieve {
    /// A batch of `entries`.
    pub fn new(entries: usize) -> Self {
        Self {
            left: entries,
            suspect: 0,
        }
    }

    /// How many to send next; 0 when the batch is through.
    pub fn next(self) -> usize {
        if self.suspect == 0 {
            self.left
        } else {
            (self.suspect / 2).max(1)
        }
    }

    /// What [`Sieve::next`] said was taken.
    pub fn taken(&mut self) {
        let sent = self.next();
        self.left -= sent;
        self.suspect = self.suspect.saturating_sub(sent);
    }

    /// What [`Sieve::next`] said was refused for what is in it.
    pub fn refused(&mut self) -> AfterRefusal {
        self.suspect = self.next();
        if self.suspect == 1 {
            AfterRefusal::Quarantine
        } else {
            AfterRefusal::SendFewer
        }
    }

    /// The first entry was taken with the quarantine flag.
    pub fn quarantined(&mut self) {
        self.left -= 1;
        self.suspect = 0;
    }
}

/// When to try again after `failures` in a row (from 1), spread by `random` so that the kiosks of an
/// office do not all come back at the same moment.
pub fn retry_after(failures: u32, random: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let full = RETRY_FIRST.saturating_mul(1 << doublings).min(RETRY_MAX);
    // Between half and all of it.
    full / 2 + part(full / 2, random)
}

/// How soon after a start to make up for a missed night: a box that is switched off in the evening would
/// otherwise never load at all. None while the last success is recent.
pub fn catch_up(now: Timestamp, last_success: Option<Timestamp>, random: u32) -> Option<Duration> {
    let age = last_success.map(|it| (now - it).to_std().unwrap_or_default());
    // Spread, since all kiosks of an office are switched on at the same hour.
    age.is_none_or(|it| SUCCESS_AGE_MAX <= it)
        .then(|| RETRY_FIRST + part(CATCH_UP_SPREAD, random))
}

/// The next nightly run: the first `nightly` on the wall clock in Asia/Shanghai after `now`, later by a
/// `random` part of `jitter`, so that the kiosks of an office do not all knock at once.
pub fn next_run(now: Timestamp, nightly: NaiveTime, jitter: Duration, random: u32) -> Timestamp {
    let wall = local(now);
    let today = wall.date().and_time(nightly);
    let start = if wall < today {
        today
    } else {
        today + chrono::Days::new(1)
    };
    let jitter = chrono::Duration::from_std(part(jitter, random)).expect("half an hour is a duration");
    from_local(start) + jitter
}

/// Whether staff must be told that the office has not heard of us for too long. `since` is when the box
/// was set up, for one that never had a success. A success in the future (the clock was set back) counts.
pub fn overdue(last_success: Option<Timestamp>, since: Timestamp, now: Timestamp) -> bool {
    let age = now - last_success.unwrap_or(since);
    age.to_std().is_ok_and(|age| SUCCESS_AGE_MAX < age)
}

fn part(whole: Duration, random: u32) -> Duration {
    let ms = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
    let share = u128::from(ms) * u128::from(random) / u128::from(u32::MAX);
    Duration::from_millis(u64::try_from(share).unwrap_or(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF_HOUR: Duration = Duration::from_secs(30 * 60);
    use crate::domain::journal::test_vector;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_box_that_sleeps_at_night_loads_after_it_is_switched_on() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-03-04T08:20:00+08:00");
        assert_eq!(catch_up(now, Some(at("2026-03-04T02:10:00+08:00")), 7), None);
        assert_eq!(
            catch_up(now, Some(at("2026-03-05T02:10:00+08:00")), 7),
            None,
            "the clock was set back"
        );
        for last in [None, Some(at("2026-03-03T02:10:00+08:00"))] {
            for random in [0, u32::MAX / 2, u32::MAX] {
                let pause = catch_up(now, last, random).unwrap();
                assert!(RETRY_FIRST <= pause && pause <= RETRY_FIRST + CATCH_UP_SPREAD);
            }
        }
    }

    #[test]
    fn a_batch_ends_at_a_thousand_entries_or_four_mebibytes() {
        let entry = test_vector();
        assert_eq!(batch_len(&[]), 0);
        assert_eq!(batch_len(&vec![entry.clone(); 1001]), 1000);
        let large = Entry {
            facts: vec![b' '; BATCH_BYTES_MAX / 2 - 3],
            ..entry.clone()
        };
        assert_eq!(batch_len(&vec![large; 5]), 2);
        let huge = Entry {
            facts: vec![b' '; BATCH_BYTES_MAX + 1],
            ..entry.clone()
        };
        assert_eq!(batch_len(&[huge.clone(), entry.clone()]), 1);
        assert_eq!(batch_len(&[entry, huge]), 1);
    }

    #[test]
    fn one_bad_entry_in_a_thousand_is_found_in_few_steps() {
        let (sent, apart, steps) = sift(1000, &[617]);
        assert_eq!(sent, 999);
        assert_eq!(apart, [617]);
        assert!(steps <= 24, "{steps} steps");
    }

    /// A server that refuses `bad`; returns how many it took, which went apart, and the calls it saw.
    fn sift(entries: usize, bad: &[usize]) -> (usize, Vec<usize>, usize) {
        let (mut sieve, mut at, mut sent, mut apart, mut steps) = (Sieve::new(entries), 0, 0, Vec::new(), 0);
        while sieve.next() > 0 {
            let next = sieve.next();
            assert!(at + next <= entries);
            steps += 1;
            if bad.iter().any(|it| (at..at + next).contains(it)) {
                if sieve.refused() == AfterRefusal::Quarantine {
                    assert_eq!(next, 1);
                    steps += 1;
                    sieve.quarantined();
                    apart.push(at);
                    at += 1;
                }
            } else {
                sieve.taken();
                sent += next;
                at += next;
            }
        }
        assert_eq!(at, entries);
        (sent, apart, steps)
    }

    proptest! {
        #[test]
        fn exactly_the_bad_entries_are_set_apart(
            entries in 0_usize..300,
            bad in prop::collection::btree_set(0_usize..300, 0..10),
        ) {
            let bad: Vec<usize> = bad.into_iter().filter(|it| *it < entries).collect();
            let (sent, apart, _) = sift(entries, &bad);
            prop_assert_eq!(sent, entries - bad.len());
            prop_assert_eq!(apart, bad);
        }

        #[test]
        fn tries_are_a_minute_to_an_hour_apart(failures in 1_u32..200, random: u32) {
            let wait = retry_after(failures, random);
            prop_assert!(RETRY_FIRST / 2 <= wait && wait <= RETRY_MAX);
        }

        #[test]
        fn the_next_run_is_tonight_and_within_half_an_hour(hours in 0_i64..10_000, random: u32) {
            let now = at("2026-03-02T00:00:00Z") + chrono::Duration::hours(hours);
            let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
            let run = next_run(now, half_past_two, HALF_HOUR, random);
            prop_assert!(now < run && run <= now + chrono::Duration::minutes(24 * 60 + 30));
            let wall = local(run).time() - half_past_two;
            prop_assert!(0 <= wall.num_seconds() && wall.num_minutes() <= 30);
        }
    }

    #[test]
    fn a_run_that_just_began_is_followed_by_the_one_tomorrow() {
        let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        // 02:30 in Shanghai is 18:30 UTC of the day before.
        assert_eq!(
            next_run(at("2026-03-01T18:29:59Z"), half_past_two, HALF_HOUR, 0),
            at("2026-03-01T18:30:00Z")
        );
        assert_eq!(
            next_run(at("2026-03-01T18:30:00Z"), half_past_two, HALF_HOUR, 0),
            at("2026-03-02T18:30:00Z")
        );
        assert_eq!(
            next_run(at("2026-03-01T18:30:00Z"), half_past_two, HALF_HOUR, u32::MAX),
            at("2026-03-02T19:00:00Z")
        );
    }

    #[test]
    fn twenty_six_hours_without_success_are_told() {
        let (installed, success) = (at("2026-03-01T00:00:00Z"), at("2026-03-02T18:40:00Z"));
        assert!(!overdue(Some(success), installed, at("2026-03-03T20:40:00Z")));
        assert!(overdue(Some(success), installed, at("2026-03-03T20:40:01Z")));
        assert!(!overdue(None, installed, at("2026-03-02T02:00:00Z")));
        assert!(overdue(None, installed, at("2026-03-02T02:00:01Z")));
        // The clock was set back.
        assert!(!overdue(Some(success), installed, at("2026-01-01T00:00:00Z")));
    }
}
