//! A round's time, written down before it starts. A round that was cut short is done again under the same time, so
//! that its commits and pages come out as the same bytes.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;

/// The note of a running round: `<mirror>/round`, one line, the time in milliseconds since 1970.
pub(crate) struct Journal {
    path: PathBuf,
    /// The time of this round, whole seconds: git keeps no finer time.
    pub(crate) time: Timestamp,
    /// Whether an earlier run began this round and did not end it.
    pub(crate) resumed: bool,
}

/// Opens the round that was cut short, else begins one at `now`. Durable when it returns.
///
/// # Errors
/// The mirror's directory cannot be written, or the note of an earlier round cannot be read.
pub(crate) fn begin(mirror: &Path, now: Timestamp) -> Result<Journal> {
    let path = mirror.join("round");
    if let Some(time) = read(&path)? {
        return Ok(Journal {
            path,
            time,
            resumed: true,
        });
    }
    let time = Timestamp::from_second(now.as_second()).context("the clock is out of range")?;
    write(mirror, &path, time)
        .with_context(|| format!("cannot note the round's time in {}", path.display()))?;
    Ok(Journal {
        path,
        time,
        resumed: false,
    })
}

impl Journal {
    /// Ends the round: the next one gets a time of its own.
    ///
    /// # Errors
    /// The note cannot be removed.
    pub(crate) fn end(self) -> Result<()> {
        fs::remove_file(&self.path)
            .with_context(|| format!("cannot remove {}", self.path.display()))?;
        sync_directory(self.path.parent().unwrap_or(Path::new(".")))
            .with_context(|| format!("cannot sync the directory of {}", self.path.display()))
    }
}

/// The time in a journal; nothing when there is none or when its writing was cut short (it is renamed into place, so
/// an unreadable one was damaged from outside, and its round is simply done anew).
fn read(path: &Path) -> Result<Option<Timestamp>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    Ok(text
        .trim()
        .parse()
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok()))
}

fn write(mirror: &Path, path: &Path, time: Timestamp) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(mirror)?;
    writeln!(file, "{}", time.as_millisecond())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_directory(mirror)
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_cut_short_keeps_its_time_and_a_finished_one_does_not() {
        let mirror = tempfile::tempdir().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let first = begin(mirror.path(), at(1000)).unwrap();
        assert!(!first.resumed);
        drop(first); // as if killed here
        let again = begin(mirror.path(), at(2000)).unwrap();
        assert!(again.resumed);
        assert_eq!(again.time, at(1000));
        again.end().unwrap();
        assert_eq!(begin(mirror.path(), at(3000)).unwrap().time, at(3000));
    }

    #[test]
    fn a_damaged_note_begins_a_new_round() {
        let mirror = tempfile::tempdir().unwrap();
        fs::write(mirror.path().join("round"), "garbage").unwrap();
        let round = begin(mirror.path(), Timestamp::from_second(5).unwrap()).unwrap();
        assert!(!round.resumed);
        assert_eq!(round.time.as_second(), 5);
    }
}
