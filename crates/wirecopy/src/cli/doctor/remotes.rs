//! Whether the remotes answer, asked as a push would ask them: with the operator's own git and credentials.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Finding, Verdict};

/// A remote that takes longer to list its branches is as good as gone for a round.
const LIMIT: Duration = Duration::from_secs(30);

/// Looks whether `remote` answers; a volume's name stands for every other.
pub(super) fn check(remote: &str, volume: &str) -> Finding {
    let address = remote.replace("{volume}", volume);
    let (verdict, detail) = match list_branches(&address) {
        Ok(()) => (Verdict::Good, format!("{address} answers")),
        Err(reason) => (
            Verdict::Bad,
            format!("{address}: {reason}; see that it exists and that git may reach it"),
        ),
    };
    Finding {
        subject: "remote",
        verdict,
        detail,
    }
}

/// Git's last words where it fails.
fn list_branches(address: &str) -> Result<(), String> {
    let mut command = Command::new("git");
    command.args(["ls-remote", "--quiet", "--heads", "--", address]);
    command
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh")
        .env("LC_ALL", "C");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| format!("git cannot be started: {error}"))?;
    let started = Instant::now();
    while started.elapsed() < LIMIT {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => {
                let output = child
                    .wait_with_output()
                    .map_err(|error| error.to_string())?;
                let words = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(words
                    .lines()
                    .next()
                    .unwrap_or("git failed without a word")
                    .to_owned());
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    }
    child
        .kill()
        .and_then(|()| child.wait())
        .map_err(|error| error.to_string())?;
    Err(format!("no answer within {} s", LIMIT.as_secs()))
}
