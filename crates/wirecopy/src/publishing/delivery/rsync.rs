//! A site on another machine, by the operator's own rsync and ssh, with their keys and settings.
//!
//! Files come into sight together at the end, and what the site no longer has goes after that.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use crate::archive::git::{self, Ended};
use crate::publishing::delivery::Sent;

pub(super) fn deliver(site: &Path, place: &str, limit: Duration) -> Result<Sent> {
    let mut source = site.as_os_str().to_owned();
    source.push("/");
    let mut command = Command::new("rsync");
    command.args([
        "--recursive",
        "--links",
        "--times",
        "--delete-delay",
        "--delay-updates",
    ]);
    command
        .args(["--out-format=%o %n", "--"])
        .arg(source)
        .arg(place);
    // Nobody is there to answer a question.
    if std::env::var_os("RSYNC_RSH").is_none() {
        command.env("RSYNC_RSH", "ssh -oBatchMode=yes");
    }
    match git::run_bounded(&mut command, limit) {
        Ok(Ended::Itself(done)) if done.status.success() => Ok(counted(&done.stdout)),
        Ok(Ended::Itself(done)) => bail!("rsync failed: {}", reason(&done.stderr)),
        Ok(Ended::TimedOut) => bail!("rsync was ended after {} s", limit.as_secs()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "rsync is not installed here; install it, or take this target out of the settings"
            )
        }
        Err(error) => Err(anyhow!(error).context("cannot run rsync")),
    }
}

/// Why it failed: what ssh or rsync says first. What follows is that rsync therefore lost the connection.
fn reason(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let consequence = |line: &str| {
        line.starts_with("rsync error:")
            || line.starts_with("rsync: connection unexpectedly closed")
    };
    let told = text.lines().map(str::trim);
    let mut told = told.filter(|line| !line.is_empty() && !consequence(line));
    let first = told.next().map(str::to_owned);
    first.unwrap_or_else(|| git::last_words(output))
}

/// A line for each file: `send` and its name, or `del.` for one that was removed; names of directories end in `/`.
fn counted(output: &[u8]) -> Sent {
    let text = String::from_utf8_lossy(output);
    let files = || text.lines().filter(|line| !line.ends_with('/'));
    Sent {
        written: files().filter(|line| line.starts_with("send ")).count(),
        removed: files().filter(|line| line.starts_with("del")).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Sent, counted, reason};

    #[test]
    fn reason_is_what_came_first() {
        let told = b"root@mirror: Permission denied (publickey).\r\n\
            rsync: connection unexpectedly closed (0 bytes received so far) [sender]\n\
            rsync error: unexplained error (code 255) at io.c(285) [sender=3.5.0]\n";
        assert_eq!(reason(told), "root@mirror: Permission denied (publickey).");
        let told = b"rsync error: syntax or usage error (code 1) at main.c(1795) [client=3.2.7]\n";
        assert!(reason(told).contains("syntax or usage error"));
    }

    #[test]
    fn directories_are_not_counted() {
        let told =
            b"del. old.html\nsend articles/\nsend articles/a.html\nsend ./\nsend index.html\n";
        let expected = Sent {
            written: 2,
            removed: 1,
        };
        assert_eq!(counted(told), expected);
    }
}
