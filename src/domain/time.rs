//! Moments, service days and lobby time.
//!
//! A moment comes in as an argument and one request sees one moment. Order follows lobby time and
//! the journal's sequence, never the wall clock: the board may wake with the wrong date.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};

use crate::domain::ids::BootId;

/// A moment, in UTC. Turned into local time only where people read it.
pub type Timestamp = DateTime<Utc>;

/// Where the lobby stands, whatever the box's own zone says. China keeps one zone and, since 1991,
/// no summer time, so a fixed offset is exact.
const SHANGHAI_SECONDS: i32 = 8 * 3600;

/// `at` on the clock on the wall in Asia/Shanghai.
pub fn local(at: Timestamp) -> NaiveDateTime {
    at.with_timezone(&FixedOffset::east_opt(SHANGHAI_SECONDS).expect("eight hours is an offset"))
        .naive_local()
}

/// The moment the wall clock in Asia/Shanghai shows `local`.
pub fn from_local(local: NaiveDateTime) -> Timestamp {
    (local - chrono::Duration::seconds(i64::from(SHANGHAI_SECONDS))).and_utc()
}

/// How far the wall clock may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockState {
    /// Set by a time server.
    Ntp,
    /// Kept by a battery clock.
    Rtc,
    /// Set by a person.
    Manual,
    /// Nobody knows.
    Unset,
}

impl ClockState {
    /// Whether a date may follow from it.
    pub fn trusted(self) -> bool {
        self != Self::Unset
    }

    /// As the journal writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ntp => "ntp",
            Self::Rtc => "rtc",
            Self::Manual => "manual",
            Self::Unset => "unset",
        }
    }

    /// Reads what [`ClockState::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Ntp, Self::Rtc, Self::Manual, Self::Unset]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// All the box knows of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock, UTC.
    pub at: Timestamp,
    /// Whether to believe it.
    pub clock_state: ClockState,
    /// Which start of the machine this is.
    pub boot_id: BootId,
    /// Milliseconds since that start; never steps.
    pub mono_ms: i64,
}

/// Milliseconds of lobby time: what arrivals are reckoned in (RULES §6). Monotonic time since boot,
/// carried across a boot by the wall clock only where it was trusted on both sides, else with gap 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LobbyTime(pub i64);

impl LobbyTime {
    /// Later by `ms`.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// How much later this is than `earlier`; 0 if it is not.
    pub fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).max(0)
    }
}

/// Turns moments into lobby time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LobbyClock {
    boot_id: BootId,
    /// Lobby time at the boot's zero.
    base_ms: i64,
    last: Moment,
    /// The last moment before this boot, and the lobby time it woke at, where a clock not yet trusted has
    /// left the time between uncounted.
    slept: Option<(Moment, LobbyTime)>,
}

impl LobbyClock {
    /// A lobby that never ran before.
    pub fn new(now: Moment) -> Self {
        Self {
            boot_id: now.boot_id,
            base_ms: -now.mono_ms,
            last: now,
            slept: None,
        }
    }

    /// Goes on from `last`, which was reckoned as `reckoned`.
    pub fn resume(last: Moment, reckoned: LobbyTime, now: Moment) -> Self {
        let gap = if last.boot_id == now.boot_id {
            now.mono_ms - last.mono_ms
        } else if last.clock_state.trusted() && now.clock_state.trusted() {
            (now.at - last.at).num_milliseconds()
        } else {
            0
        };
        let uncounted =
            last.boot_id != now.boot_id && last.clock_state.trusted() && !now.clock_state.trusted();
        Self {
            boot_id: now.boot_id,
            base_ms: reckoned.0 + gap.max(0) - now.mono_ms,
            last: now,
            slept: uncounted.then_some((last, reckoned)),
        }
    }

    /// Time that passed while the box was off and that lobby time did not count, since its clock was not
    /// trusted yet when it woke: known once a time server has spoken, and only as long as nothing has
    /// happened since (`stirred`). It moves nobody's arrival; it tells a night from a moment.
    pub fn asleep_ms(&self, now: Moment, stirred: Option<LobbyTime>) -> i64 {
        match self.slept {
            Some((before, woke)) if now.clock_state.trusted() && stirred <= Some(woke) => {
                let counted = self.base_ms + now.mono_ms - woke.0;
                ((now.at - before.at).num_milliseconds() - counted).max(0)
            }
            _ => 0,
        }
    }

    /// The lobby time of `now`, which must be of the same boot; never earlier than one told before.
    pub fn reckon(&mut self, now: Moment) -> LobbyTime {
        if now.boot_id != self.boot_id {
            let reckoned = LobbyTime(self.base_ms + self.last.mono_ms);
            *self = Self::resume(self.last, reckoned, now);
        }
        if now.mono_ms >= self.last.mono_ms {
            self.last = now;
        }
        LobbyTime(self.base_ms + self.last.mono_ms)
    }
}

/// A local calendar date (工作日); numbers restart with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceDay(pub NaiveDate);

impl ServiceDay {
    /// The day `at` falls on in Asia/Shanghai.
    pub fn of(at: Timestamp) -> Self {
        Self(local(at).date())
    }

    /// Which day of the week.
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }
}

impl fmt::Display for ServiceDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A span of the day, its end not included. One that ends before it begins runs over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first minute.
    pub from: NaiveTime,
    /// The first minute after.
    pub until: NaiveTime,
}

impl Span {
    /// Whether `time` lies in it, midnight or not.
    pub fn holds(self, time: NaiveTime) -> bool {
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    /// Whether it runs over midnight.
    pub fn overnight(self) -> bool {
        self.until <= self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn moment(boot: u128, mono_ms: i64, at_ms: i64, clock_state: ClockState) -> Moment {
        let at = DateTime::from_timestamp_millis(at_ms).unwrap();
        Moment {
            at,
            clock_state,
            boot_id: BootId(Uuid::from_u128(boot)),
            mono_ms,
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_shanghai_and_not_in_greenwich() {
        let before: Timestamp = "2026-03-02T15:59:59Z".parse().unwrap();
        let after: Timestamp = "2026-03-02T16:00:00Z".parse().unwrap();
        assert_eq!(ServiceDay::of(before).to_string(), "2026-03-02");
        assert_eq!(ServiceDay::of(after).to_string(), "2026-03-03");
        assert_eq!(from_local(local(after)), after);
    }

    #[test]
    fn a_step_of_the_wall_clock_moves_no_lobby_time() {
        let mut clock = LobbyClock::new(moment(1, 1_000, 5_000_000, ClockState::Ntp));
        let first = clock.reckon(moment(1, 2_000, 5_001_000, ClockState::Ntp));
        let second = clock.reckon(moment(1, 3_000, 1_000, ClockState::Ntp));
        let third = clock.reckon(moment(1, 4_000, 9_000_000_000, ClockState::Ntp));
        assert_eq!((second.0 - first.0, third.0 - second.0), (1_000, 1_000));
    }

    #[test]
    fn a_boot_is_bridged_only_by_clocks_trusted_on_both_sides() {
        let last = moment(1, 50_000, 1_000_000, ClockState::Ntp);
        let mut trusted =
            LobbyClock::resume(last, LobbyTime(70_000), moment(2, 10, 1_060_000, ClockState::Rtc));
        assert_eq!(
            trusted.reckon(moment(2, 10, 1_060_000, ClockState::Rtc)),
            LobbyTime(130_000)
        );
        let unset = moment(2, 10, 9_999_999, ClockState::Unset);
        assert_eq!(
            LobbyClock::resume(last, LobbyTime(70_000), unset).reckon(unset),
            LobbyTime(70_000)
        );
        let back = moment(2, 10, 5, ClockState::Ntp);
        assert_eq!(
            LobbyClock::resume(last, LobbyTime(70_000), back).reckon(back),
            LobbyTime(70_000)
        );
    }

    #[test]
    fn a_night_slept_without_a_clock_is_known_when_the_time_server_speaks_and_moves_no_arrival() {
        let evening = moment(1, 50_000, 1_000_000, ClockState::Ntp);
        let woke = moment(2, 10, 5, ClockState::Unset);
        let mut clock = LobbyClock::resume(evening, LobbyTime(70_000), woke);
        let hour = 3_600_000;
        let told = moment(2, 60_010, 1_000_000 + 15 * hour, ClockState::Ntp);
        assert_eq!(clock.asleep_ms(woke, Some(LobbyTime(70_000))), 0, "not yet known");
        assert_eq!(clock.asleep_ms(told, Some(LobbyTime(70_000))), 15 * hour - 60_000);
        assert_eq!(
            clock.asleep_ms(told, Some(LobbyTime(70_001))),
            0,
            "somebody has come since"
        );
        assert_eq!(clock.reckon(told), LobbyTime(130_000));
    }

    #[test]
    fn a_night_shift_runs_over_midnight() {
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let night = Span {
            from: time(17, 30),
            until: time(8, 30),
        };
        assert!(night.holds(time(23, 0)) && night.holds(time(8, 29)) && !night.holds(time(8, 30)));
    }
}
