//! One instance at a time: an advisory lock on `<mirror>/lock`, which names its holder.
//!
//! The operating system drops the lock when its holder dies, however it dies, so there is no stale lock to remove.

use anyhow::Context;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The held lock; dropping it (or dying) lets the next instance in.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Another instance holds the lock; a type of its own, for the exit code that a script waits for.
#[derive(Debug, thiserror::Error)]
#[error("another wirecopy ({holder}) works on {}; wait for it to end, or stop it", mirror.display())]
pub struct InUse {
    holder: String,
    mirror: PathBuf,
}

/// Takes the lock of the mirror in `mirror`, without waiting.
///
/// # Errors
///
/// [`InUse`] when another instance holds it (the message names its process id); otherwise when the file cannot be
/// written.
pub fn acquire(mirror: &Path) -> anyhow::Result<Lock> {
    let path = mirror.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("cannot open the lock file {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = holder(&mut file);
            return Err(InUse {
                holder,
                mirror: mirror.to_owned(),
            }
            .into());
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    // The number is for people only; the lock itself is the file's, so no sync is needed.
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())?;
    Ok(Lock { _file: file })
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!("process {}", text.trim()),
        Ok(_) | Err(_) => "process unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::acquire;

    #[test]
    fn second_instance_is_told_who_holds_the_mirror() {
        let mirror = tempfile::tempdir().unwrap();
        let held = acquire(mirror.path()).unwrap();
        let refusal = acquire(mirror.path()).unwrap_err().to_string();
        assert!(
            refusal.contains(&format!("process {}", std::process::id())),
            "{refusal}"
        );
        drop(held);
        acquire(mirror.path()).unwrap();
    }
}
