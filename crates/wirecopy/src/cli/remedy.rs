//! What to do about an error that the layers below only name: a full disk, an index that another program holds, no
//! more file descriptors. Everything else says so itself.

use std::io;

use rusqlite::ErrorCode;

/// What helps against the error; none where its own words must do.
pub(super) fn remedy(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        let from_index = cause
            .downcast_ref::<rusqlite::Error>()
            .and_then(rusqlite::Error::sqlite_error_code);
        from_index
            .and_then(of_index)
            .or_else(|| cause.downcast_ref().and_then(of_system))
    })
}

const FULL: &str =
    "the disk is full: free some space and run this again; what is recorded is whole";
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
        io::ErrorKind::PermissionDenied => {
            Some("see to it that this user owns the mirror's directory")
        }
        _ if error
            .raw_os_error()
            .is_some_and(|code| code == TOO_MANY_OPEN) =>
        {
            Some(TOO_MANY_FILES)
        }
        _ => None,
    }
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
