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
    make_directory(data_dir)?;
    let path = data_dir.join("lobby.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Lock(file))),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes the data directory, for its owner alone; one that is there keeps its rights.
///
/// # Errors
/// When it cannot be made.
pub fn make_directory(data_dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_data_directory_has_one_lobby_and_one_reader() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let first = take(&data).unwrap();
        assert!(first.is_some() && take(&data).unwrap().is_none());
        drop(first);
        assert!(take(&data).unwrap().is_some());
        assert_eq!(data.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
