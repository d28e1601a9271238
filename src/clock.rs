//! The only place that reads the clock, and what hangs on it: the boot, and ids with a time in them.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use crate::domain::ids::BootId;
use crate::domain::time::{ClockState, Moment, Timestamp};

/// Before this, the board has no idea what year it is. 2026-01-01, milliseconds.
const NO_EARLIER_THAN_MS: i64 = 1_767_225_600_000;

/// Left by systemd-timesyncd once a time server has answered.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

/// A source of moments.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System(BootId),
    /// A test's or a simulation's.
    Held(Arc<Mutex<Moment>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        // Without the kernel's word every start counts as a boot, which is the safe side.
        Self::System(BootId(text.trim().parse().unwrap_or_else(|_| Uuid::new_v4())))
    }

    /// A clock that stands at `at` until it is moved.
    pub fn held(at: Timestamp) -> Self {
        let boot_id = BootId(Uuid::from_u128(1));
        let moment = Moment {
            at,
            clock_state: ClockState::Ntp,
            boot_id,
            mono_ms: at.timestamp_millis(),
        };
        Self::Held(Arc::new(Mutex::new(moment)))
    }

    /// Now.
    pub fn now(&self) -> Moment {
        match self {
            Self::System(boot_id) => {
                let at = milliseconds(Utc::now());
                let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                let mono_ms = since.tv_sec * 1000 + since.tv_nsec / 1_000_000;
                Moment {
                    at,
                    clock_state: state(at),
                    boot_id: *boot_id,
                    mono_ms,
                }
            }
            Self::Held(moment) => *moment.lock().expect("nobody panics while holding the clock"),
        }
    }

    /// Moves a held clock on, wall and monotonic alike.
    pub fn advance(&self, ms: i64) {
        if let Self::Held(moment) = self {
            let mut moment = moment.lock().expect("nobody panics while holding the clock");
            moment.at += chrono::Duration::milliseconds(ms);
            moment.mono_ms += ms;
        }
    }

    /// Does with a held clock what the world may do.
    pub fn disturb(&self, change: impl FnOnce(&mut Moment)) {
        if let Self::Held(moment) = self {
            change(&mut moment.lock().expect("nobody panics while holding the clock"));
        }
    }
}

/// A new id, ordered by time (UUIDv7).
pub fn new_id(at: Timestamp) -> Uuid {
    let random = *Uuid::new_v4().as_bytes();
    let ten = random[6..].try_into().expect("16 less 6 is 10");
    Builder::from_unix_timestamp_millis(u64::try_from(at.timestamp_millis()).unwrap_or(0), &ten).into_uuid()
}

/// How far the wall clock may be believed. A battery clock shows itself as a device.
fn state(at: Timestamp) -> ClockState {
    if at.timestamp_millis() < NO_EARLIER_THAN_MS {
        ClockState::Unset
    } else if Path::new(SYNCHRONIZED).exists() {
        ClockState::Ntp
    } else if Path::new("/dev/rtc0").exists() {
        ClockState::Rtc
    } else {
        ClockState::Manual
    }
}

fn milliseconds(at: DateTime<Utc>) -> Timestamp {
    DateTime::from_timestamp_millis(at.timestamp_millis()).expect("now is a moment")
}
