//! One lobby a data directory: whoever writes holds its lock.

use std::fs::{File, OpenOptions};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

/// Held while a desk writes in the directory; let go when dropped, also by a killed process.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, not read")] File);

/// Takes the lock; none if another process has it.
///
/// # Errors
/// When the directory cannot be made or written.
pub fn take(data_dir: &Path) -> std::io::Result<Option<Lock>> {
    std::fs::create_dir_all(data_dir)?;
    let path = data_dir.join("lobby.lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Lock(file))),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
