//! What to do about an error that the layers below only name: a full disk, a disk that takes no writes, an index that
//! another program holds, a damaged pack, no more file descriptors. Everything else says so itself.

use std::io;

use rusqlite::ErrorCode;

/// What helps against the error; none where its own words must do.
pub(super) fn remedy(error: &anyhow::Error) -> Option<&'static str> {
    let typed = error.chain().find_map(|cause| {
        let from_index = cause
            .downcast_ref::<rusqlite::Error>()
            .and_then(rusqlite::Error::sqlite_error_code);
        from_index
            .and_then(of_index)
            .or_else(|| cause.downcast_ref().and_then(of_system))
    });
    typed.or_else(|| of_git(&format!("{error:#}")))
}

const FULL: &str =
    "the disk is full: free some space and run this again; what is recorded is whole";
const READ_ONLY: &str = "the disk takes no writes: see why it is mounted read-only (`dmesg` names a failing disk), mount it for writing, and \
     run this again; what is recorded is whole";
const NOT_OURS: &str = "see to it that this user owns the mirror's directory";
const DAMAGED_PACK: &str = "the disk has changed what git wrote: `git -C archive/<volume>.git fsck --full` names it. Move that volume away \
     and run `wirecopy update`, which fetches it from a remote; without a remote, put a copy of its pack back. \
     The index and the site stay";
const TOO_MANY_FILES: &str =
    "too many files are open: raise the limit (`ulimit -n`) or lower `concurrency` in [fetch]";

fn of_index(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Some(
            "another program holds index.sqlite: close it (`fuser index.sqlite` names it) and run this again",
        ),
        ErrorCode::DiskFull => Some(FULL),
        ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Some(
            "index.sqlite is damaged: run `wirecopy reindex`, which makes it anew from the archive",
        ),
        ErrorCode::ReadOnly | ErrorCode::CannotOpen => Some(
            "index.sqlite cannot be written: see to it that this user owns the mirror's directory",
        ),
        _ => None,
    }
}

fn of_system(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(FULL),
        io::ErrorKind::ReadOnlyFilesystem => Some(READ_ONLY),
        io::ErrorKind::PermissionDenied => Some(NOT_OURS),
        _ if error
            .raw_os_error()
            .is_some_and(|code| code == TOO_MANY_OPEN) =>
        {
            Some(TOO_MANY_FILES)
        }
        _ => None,
    }
}

/// Git has one exit code for all of these, and prints the system's words (`strerror`, untranslated as it runs under
/// the C locale) or its own.
const WORDS_OF_GIT: [(&str, &str); 12] = [
    ("No space left on device", FULL),
    ("Disk quota exceeded", FULL),
    ("Read-only file system", READ_ONLY),
    ("Permission denied", NOT_OURS),
    ("is the volume damaged?", DAMAGED_PACK),
    ("is it damaged?", DAMAGED_PACK),
    ("packfile", DAMAGED_PACK),
    ("loose object", DAMAGED_PACK),
    ("inflate", DAMAGED_PACK),
    ("bad object", DAMAGED_PACK),
    ("could not parse commit", DAMAGED_PACK),
    ("unable to read tree", DAMAGED_PACK),
];

fn of_git(words: &str) -> Option<&'static str> {
    let known = WORDS_OF_GIT.iter().find(|(said, _)| words.contains(said));
    known.map(|(_, remedy)| *remedy)
}

/// `EMFILE`, the same number on Linux, the BSDs and macOS; the standard library has no kind for it.
const TOO_MANY_OPEN: i32 = 24;

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn a_full_disk_is_told_however_deep_it_lies() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = Err::<(), _>(full)
            .context("cannot write a page")
            .context("cannot publish")
            .unwrap_err();
        assert_eq!(remedy(&error), Some(FULL));
    }

    #[test]
    fn a_disk_that_is_full_or_takes_no_writes_is_told_in_git_s_words_too() {
        for (said, told) in [
            ("write error: No space left on device", FULL),
            (
                "cannot lock ref 'refs/heads/main': Read-only file system",
                READ_ONLY,
            ),
            (
                "unable to create temporary file: Permission denied",
                NOT_OURS,
            ),
        ] {
            let error = anyhow::anyhow!("git fast-import: {said}").context("cannot record");
            assert_eq!(remedy(&error), Some(told), "{said}");
        }
    }

    #[test]
    fn a_file_system_that_takes_no_writes_is_told() {
        // EROFS has the same number on Linux, the BSDs and macOS.
        let error = Err::<(), _>(io::Error::from_raw_os_error(30)).context("cannot write a page");
        assert_eq!(remedy(&error.unwrap_err()), Some(READ_ONLY));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_without_room_is_told() {
        let error = std::fs::write("/dev/full", "a page").context("cannot write a page");
        assert_eq!(remedy(&error.unwrap_err()), Some(FULL));
    }

    #[test]
    fn an_index_that_may_not_grow_is_told() {
        let index = rusqlite::Connection::open_in_memory().unwrap();
        index
            .execute_batch("CREATE TABLE t (x); PRAGMA max_page_count = 2")
            .unwrap();
        let error = index
            .execute("INSERT INTO t VALUES (zeroblob(100000))", [])
            .context("cannot record the round");
        assert_eq!(remedy(&error.unwrap_err()), Some(FULL));
    }

    #[test]
    fn an_index_that_is_held_is_told() {
        let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        let error = anyhow::Error::from(rusqlite::Error::SqliteFailure(busy, None))
            .context("cannot record the round");
        assert!(remedy(&error).is_some_and(|words| words.contains("another program")));
    }

    #[test]
    fn other_errors_speak_for_themselves() {
        assert_eq!(
            remedy(&anyhow::anyhow!("there is no setting `titel`")),
            None
        );
    }
}
