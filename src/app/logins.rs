//! `lobby staff`: who may log in.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, SaltString};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{Desk, Place, Request, Setup, Waker};
use crate::domain::sensitive::Sensitive;

/// The shortest password.
pub const PASSWORD_CHARS_MIN: usize = 8;

/// Hashes a password for keeping: Argon2id with the library's present defaults.
///
/// # Errors
/// When the system gives no random bytes.
pub fn hash(password: &str) -> Result<Sensitive<String>> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .ok()
        .context("the system gives no random bytes")?;
    let salt = SaltString::encode_b64(&bytes)
        .ok()
        .context("16 bytes make a salt")?;
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .ok()
        .context("hashing failed")?;
    Ok(Sensitive::new(hash.to_string()))
}

/// A password nobody chose: letters and digits that are not mistaken for one another.
pub fn generate() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes)
        .ok()
        .context("the system gives no random bytes")?;
    Ok(bytes
        .iter()
        .map(|it| char::from(LETTERS[usize::from(*it) % LETTERS.len()]))
        .collect())
}

/// Asks for a password: twice and unseen at a terminal, else one line of the input.
///
/// # Errors
/// When it is too short, or the two are not the same.
pub fn ask(prompt: &str, again: &str) -> Result<String> {
    let first = unseen(prompt)?;
    if first.chars().count() < PASSWORD_CHARS_MIN {
        bail!(
            "密码至少 {PASSWORD_CHARS_MIN} 个字符 · a password has at least {PASSWORD_CHARS_MIN} characters"
        );
    }
    if std::io::stdin().is_terminal() && unseen(again)? != first {
        bail!("两次输入不一致 · the two are not the same");
    }
    Ok(first)
}

fn unseen(prompt: &str) -> Result<String> {
    let stdin = std::io::stdin();
    let before = if stdin.is_terminal() {
        tcgetattr(&stdin).ok()
    } else {
        None
    };
    if let Some(mut modes) = before.clone() {
        write!(std::io::stderr(), "{prompt}")?;
        modes.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Flush, &modes)?;
    }
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line);
    if let Some(modes) = before {
        tcsetattr(&stdin, OptionalActions::Flush, &modes)?;
        writeln!(std::io::stderr())?;
    }
    read?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Opens the desk of a lobby that does not run, for one request.
///
/// # Errors
/// When its database cannot be used.
pub fn desk(config: &Config, database: &Path) -> Result<Desk> {
    let (place, office) = (Place::File(database.to_owned()), config.office.clone());
    let setup = Setup {
        place,
        office,
        clock: Clock::system(),
        print: Waker::nobody(),
    };
    Ok(Desk::open(setup)
        .with_context(|| format!("cannot open {}", database.display()))?
        .0)
}

/// Gives `staff` a login at a desk that is ours.
///
/// # Errors
/// When the desk says no.
pub fn set(desk: &mut Desk, staff: &str, password_hash: Sensitive<String>) -> Result<()> {
    desk.answer(Request::SetAccount {
        staff: staff.into(),
        password_hash,
    })?;
    Ok(())
}
