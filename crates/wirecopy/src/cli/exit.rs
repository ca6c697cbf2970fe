//! How a command ended, as the number that a script sees.

use std::io;
use std::process::ExitCode;

use crate::config::problem::SettingsError;
use crate::lock;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All of it was done.
    Done = 0,
    /// Some or all of it failed; the rest was done.
    Failed = 1,
    /// The command line, the settings or the secrets cannot be used; nothing was done.
    Usage = 2,
    /// Another instance works on the mirror; nothing was done.
    InUse = 3,
    /// What could be seen is as it should be, and something could not be seen.
    Unseen = 4,
}

/// The exit codes for the reference page.
pub const TABLE: &str = "\
| code | meaning |
|---|---|
| 0 | all of it was done |
| 1 | some or all of it failed, and the output says what; the rest was done |
| 2 | the command line, `wirecopy.toml` or `secrets.toml` cannot be used; nothing was done |
| 3 | another instance works on this mirror; nothing was done |
| 4 | `verify` and `ledger` alone: all that could be seen is as it should be, and something could not be seen |
";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    /// The worse of the two, for work of many parts.
    pub(super) fn or(self, other: Exit) -> Exit {
        if self == Exit::Done { other } else { self }
    }
}

/// The exit code of an error.
pub fn of(error: &anyhow::Error) -> Exit {
    if error.chain().any(|cause| cause.is::<SettingsError>()) {
        Exit::Usage
    } else if error.chain().any(|cause| cause.is::<lock::InUse>()) {
        Exit::InUse
    } else {
        Exit::Failed
    }
}

/// Whether the error is only that the reader of our output went away, as `head` does.
pub fn is_closed_output(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
