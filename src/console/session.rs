//! Who is logged in, and who has guessed too often. All in memory: a restart logs everybody out.
//!
//! Time is the monotonic clock in milliseconds and comes in as an argument, so a stepped wall clock
//! neither ends a login nor forgives a guess.

use std::collections::HashMap;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::ids::{CounterId, StaffId, VisitId};
use crate::domain::office::Words;
use crate::domain::sensitive::Sensitive;

/// Without a request for so long, a login ends. One hour: a long visit at the counter fits, a lunch does not.
pub const IDLE_MS: i64 = 60 * 60 * 1000;

/// Wrong tries after which the next one has to wait.
pub const TRIES_MAX: u32 = 5;

/// The first wait, doubled with each further wrong try.
pub const WAIT_MS: i64 = 60 * 1000;

/// No wait is longer: somebody who remembers the password at last should not lose the morning.
pub const WAIT_MS_MAX: i64 = 30 * 60 * 1000;

/// Logins kept at once; the one idle longest gives way.
const SESSIONS_MAX: usize = 2000;

/// Accounts and addresses remembered for guessing; the oldest give way.
const GUESSERS_MAX: usize = 10_000;

/// Characters of a password.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=200;

/// One login.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub staff: StaffId,
    /// What every form of theirs must send back.
    pub csrf: String,
    /// The counter they sit at.
    pub counter: Option<CounterId>,
    /// What to tell on the next page.
    pub flash: Option<Flash>,
    /// What was looked for last and found more than once.
    pub found: Vec<VisitId>,
    began_ms: i64,
    seen_ms: i64,
}

/// News told once.
#[derive(Debug, Clone)]
pub struct Flash {
    /// Whether it went well.
    pub good: bool,
    /// What.
    pub words: Words,
}

/// All logins, found by the hash of their token.
#[derive(Debug)]
pub struct Sessions {
    by_hash: HashMap<[u8; 32], Session>,
    absolute_ms: i64,
}

impl Sessions {
    /// Logins that end after `hours` whatever happens.
    pub fn new(hours: u16) -> Self {
        Self {
            by_hash: HashMap::new(),
            absolute_ms: i64::from(hours.max(1)) * 3_600_000,
        }
    }

    /// Logs `staff` in; the token goes into the cookie and is not kept.
    pub fn open(&mut self, staff: StaffId, counter: Option<CounterId>, now_ms: i64) -> String {
        let absolute = self.absolute_ms;
        self.by_hash.retain(|_, it| it.alive(absolute, now_ms));
        if SESSIONS_MAX <= self.by_hash.len()
            && let Some(oldest) = self.by_hash.iter().min_by_key(|it| it.1.seen_ms).map(|it| *it.0)
        {
            self.by_hash.remove(&oldest);
        }
        let token = random_hex();
        let session = Session {
            staff,
            csrf: random_hex(),
            counter,
            flash: None,
            found: Vec::new(),
            began_ms: now_ms,
            seen_ms: now_ms,
        };
        self.by_hash.insert(hash_of(&token), session);
        token
    }

    /// The login of `token`, which thereby lives on, if it has not ended.
    pub fn touch(&mut self, token: &str, now_ms: i64) -> Option<&mut Session> {
        let key = hash_of(token);
        if !self.alive(token, now_ms) {
            self.by_hash.remove(&key);
            return None;
        }
        let session = self.by_hash.get_mut(&key)?;
        session.seen_ms = now_ms;
        Some(session)
    }

    /// Whether `token` is logged in, which does not count as use: an open page is not a person.
    pub fn alive(&self, token: &str, now_ms: i64) -> bool {
        self.by_hash
            .get(&hash_of(token))
            .is_some_and(|it| it.alive(self.absolute_ms, now_ms))
    }

    /// The counter of a login, for a page that only looks.
    pub fn counter(&self, token: &str) -> Option<CounterId> {
        self.by_hash.get(&hash_of(token)).and_then(|it| it.counter)
    }

    /// Logs out.
    pub fn close(&mut self, token: &str) {
        self.by_hash.remove(&hash_of(token));
    }

    /// Logs `staff` out everywhere: their password has changed.
    pub fn close_all_of(&mut self, staff: &StaffId) {
        self.by_hash.retain(|_, it| it.staff != *staff);
    }
}

impl Session {
    fn alive(&self, absolute_ms: i64, now_ms: i64) -> bool {
        now_ms - self.seen_ms < IDLE_MS && now_ms - self.began_ms < absolute_ms
    }
}

/// Counts wrong tries, by account and by address.
#[derive(Debug, Default)]
pub struct Gate {
    wrong: HashMap<String, Wrong>,
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    tries: u32,
    until_ms: i64,
    last_ms: i64,
}

impl Gate {
    /// How long every one of `keys` still has to wait, milliseconds; 0 if none has.
    pub fn wait_ms(&self, keys: &[String], now_ms: i64) -> i64 {
        let waits = keys
            .iter()
            .filter_map(|it| self.wrong.get(it))
            .map(|it| it.until_ms - now_ms);
        waits.max().unwrap_or(0).max(0)
    }

    /// A try begins: it counts as wrong until [`Gate::right`], so that many at once are no way around.
    pub fn tried(&mut self, keys: &[String], now_ms: i64) {
        if GUESSERS_MAX <= self.wrong.len() {
            self.wrong.retain(|_, it| now_ms - it.last_ms < WAIT_MS_MAX);
        }
        if GUESSERS_MAX <= self.wrong.len()
            && let Some(oldest) = self
                .wrong
                .iter()
                .min_by_key(|it| it.1.last_ms)
                .map(|it| it.0.clone())
        {
            self.wrong.remove(&oldest);
        }
        for key in keys {
            let fresh = Wrong {
                tries: 0,
                until_ms: now_ms,
                last_ms: now_ms,
            };
            let wrong = self.wrong.entry(key.clone()).or_insert(fresh);
            // Half a day later it is another person's bad memory.
            if 12 * 3_600_000 < now_ms - wrong.last_ms {
                *wrong = fresh;
            }
            wrong.tries += 1;
            wrong.last_ms = now_ms;
            if TRIES_MAX <= wrong.tries {
                let doubled = WAIT_MS << (wrong.tries - TRIES_MAX).min(10);
                wrong.until_ms = now_ms + doubled.min(WAIT_MS_MAX);
            }
        }
    }

    /// It was right after all.
    pub fn right(&mut self, keys: &[String]) {
        for key in keys {
            self.wrong.remove(key);
        }
    }
}

/// Makes the hash a login is kept as: Argon2id, in PHC form. Takes some 20 ms and 19 MB.
///
/// # Errors
/// [`BadPassword`].
pub fn hash_password(password: &str) -> Result<Sensitive<String>, BadPassword> {
    if !PASSWORD_CHARS.contains(&password.chars().count()) {
        return Err(BadPassword);
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).expect("the kernel gives random numbers");
    let salt = SaltString::encode_b64(&salt).expect("16 bytes are a salt");
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|_| BadPassword)?;
    Ok(Sensitive::new(hash.to_string()))
}

/// The password is too short or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password has 8 to 200 characters; choose another")]
pub struct BadPassword;

/// Whether `password` is the one `hash` was made of. A hash that cannot be read fits nothing.
pub fn fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// Whether two secrets are equal, in time that does not tell where they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// 256 random bits in hexadecimal.
pub fn random_hex() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the kernel gives random numbers");
    hex(&bytes)
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::wire::open;

    #[test]
    fn a_login_ends_when_idle_and_at_the_end_of_its_hours() {
        let mut sessions = Sessions::new(2);
        let token = sessions.open("lin".into(), None, 0);
        assert!(sessions.touch(&token, IDLE_MS - 1).is_some());
        assert!(
            sessions.touch(&token, 2 * IDLE_MS - 2).is_some(),
            "use keeps it alive"
        );
        assert!(
            sessions.touch(&token, 2 * 3_600_000).is_none(),
            "but not past its hours"
        );
        let token = sessions.open("lin".into(), None, 0);
        assert!(sessions.alive(&token, IDLE_MS - 1) && !sessions.alive(&token, IDLE_MS));
        assert!(sessions.touch("", 0).is_none() && sessions.touch("𠅤", 0).is_none());
    }

    #[test]
    fn a_new_password_logs_out_everywhere() {
        let mut sessions = Sessions::new(12);
        let (one, two) = (
            sessions.open("lin".into(), None, 0),
            sessions.open("lin".into(), None, 0),
        );
        let other = sessions.open("he".into(), None, 0);
        sessions.close_all_of(&"lin".into());
        assert!(!sessions.alive(&one, 1) && !sessions.alive(&two, 1) && sessions.alive(&other, 1));
    }

    #[test]
    fn the_wait_grows_with_each_wrong_try_and_ends() {
        let (mut gate, keys) = (Gate::default(), ["account lin".to_owned()]);
        for _ in 1..TRIES_MAX {
            gate.tried(&keys, 0);
            assert_eq!(gate.wait_ms(&keys, 0), 0);
        }
        gate.tried(&keys, 0);
        assert_eq!(gate.wait_ms(&keys, 0), WAIT_MS);
        assert_eq!(gate.wait_ms(&keys, WAIT_MS), 0);
        gate.tried(&keys, WAIT_MS);
        assert_eq!(gate.wait_ms(&keys, WAIT_MS), 2 * WAIT_MS);
        for _ in 0..50 {
            gate.tried(&keys, WAIT_MS);
        }
        assert_eq!(gate.wait_ms(&keys, WAIT_MS), WAIT_MS_MAX);
        gate.right(&keys);
        assert_eq!(gate.wait_ms(&keys, WAIT_MS), 0);
    }

    #[test]
    fn guessers_without_number_do_not_fill_the_memory() {
        let mut gate = Gate::default();
        for at in 0..(GUESSERS_MAX + 50) {
            gate.tried(&[format!("account {at}")], 0);
        }
        assert!(gate.wrong.len() <= GUESSERS_MAX);
    }

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash_password("青石街道𠅤2026").unwrap();
        assert!(open(&hash).starts_with("$argon2id$"));
        assert!(
            fits("青石街道𠅤2026", open(&hash))
                && !fits("青石街道2026", open(&hash))
                && !fits("", open(&hash))
        );
        assert!(!fits("x", "not a hash"));
        assert_eq!(hash_password("short").unwrap_err(), BadPassword);
    }
}
