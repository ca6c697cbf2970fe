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
        Ok(Ended::Itself(done)) => bail!("rsync failed: {}", git::last_words(&done.stderr)),
        Ok(Ended::TimedOut) => bail!("rsync was ended after {} s", limit.as_secs()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "rsync is not installed here; install it, or take this target out of the settings"
            )
        }
        Err(error) => Err(anyhow!(error).context("cannot run rsync")),
    }
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
    use super::{Sent, counted};

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
