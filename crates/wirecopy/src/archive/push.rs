//! Pushes volumes to their remotes. Nothing is remembered between pushes: git compares what the remote has.

use crate::archive::Archive;
use crate::archive::git::{self, BRANCH, Ended, Reach};
use crate::archive::history;
use crate::archive::remote::{Cause, Refusal, Remote, refusal};
use crate::archive::volume::Volume;
use std::process::Command;
use std::time::Duration;

/// Remotes that are served at once. A remote's volumes follow one another, as they may share a repository.
const AT_ONCE: usize = 8;

/// What came of pushing one volume to one remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushOutcome {
    /// The remote's address without its passwords.
    pub remote: String,
    /// The volume.
    pub volume: String,
    /// Whether the remote has it now.
    pub result: Result<Pushed, Refusal>,
}

/// How a remote came to have a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pushed {
    /// It had it.
    Current,
    /// It was sent what it lacked.
    Sent,
}

impl Archive {
    /// Pushes every volume to every remote with the operator's own git and credentials, each command for at most
    /// `limit`. A failure stops nothing but the same remote's other volumes when it cannot be reached; the next push
    /// tries again. Nothing there is ever overwritten.
    pub fn push(&self, remotes: &[Remote], limit: Duration) -> Vec<PushOutcome> {
        let mut outcomes = Vec::new();
        for some in remotes.chunks(AT_ONCE) {
            std::thread::scope(|scope| {
                let pushes: Vec<_> = some
                    .iter()
                    .map(|remote| scope.spawn(|| self.push_all(remote, limit)))
                    .collect();
                for push in pushes {
                    outcomes.extend(push.join().unwrap_or_default());
                }
            });
        }
        outcomes
    }

    fn push_all(&self, remote: &Remote, limit: Duration) -> Vec<PushOutcome> {
        let mut outcomes = Vec::new();
        // The newest first: it is what readers wait for.
        for volume in self
            .volumes()
            .iter()
            .rev()
            .filter(|volume| volume.head.is_some())
        {
            let result = self.push_volume(volume, remote, limit);
            let cause = result.as_ref().err().map(|refusal| refusal.cause);
            let unreachable = matches!(cause, Some(Cause::Network | Cause::TimedOut));
            outcomes.push(PushOutcome {
                remote: remote.to_string(),
                volume: volume.name.to_string(),
                result,
            });
            if unreachable {
                break;
            }
        }
        outcomes
    }

    fn push_volume(
        &self,
        volume: &Volume,
        remote: &Remote,
        limit: Duration,
    ) -> Result<Pushed, Refusal> {
        let branch = format!("{BRANCH}:{}", remote.branch(volume.name));
        let pushed = send(push_command(volume, remote).arg(branch), remote, limit)?;
        let newest = self
            .volumes()
            .last()
            .is_some_and(|last| last.name == volume.name);
        if remote.is_divided() || !newest {
            return Ok(pushed);
        }
        match send(
            push_command(volume, remote).arg(format!("{BRANCH}:{BRANCH}")),
            remote,
            limit,
        ) {
            Err(refusal) if refusal.cause == Cause::Diverged => {
                self.turn_over(volume, remote, limit)?.ok_or(refusal)
            }
            shown => Ok(pushed.max(shown?)),
        }
    }

    /// Points the remote's `main` from an older volume to the newest. Only what is known to be a volume of this
    /// archive is replaced, and only if it is still there; nothing when it is something else.
    fn turn_over(
        &self,
        volume: &Volume,
        remote: &Remote,
        limit: Duration,
    ) -> Result<Option<Pushed>, Refusal> {
        let mut list = git::command(&volume.repository, Reach::Network);
        list.args(["ls-remote", "--", &remote.address(volume.name), BRANCH]);
        let listed = run(&mut list, remote, limit)?;
        let shown = listed.split('\t').next().unwrap_or_default();
        let ours = self
            .volumes()
            .iter()
            .any(|volume| history::contains(volume, shown).unwrap_or(false));
        if shown.is_empty() || !ours {
            return Ok(None);
        }
        let mut command = git::command(&volume.repository, Reach::Network);
        command.args([
            "push",
            "--porcelain",
            &format!("--force-with-lease={BRANCH}:{shown}"),
            "--",
        ]);
        command
            .arg(remote.address(volume.name))
            .arg(format!("{BRANCH}:{BRANCH}"));
        send(&mut command, remote, limit).map(Some)
    }
}

fn push_command(volume: &Volume, remote: &Remote) -> Command {
    let mut command = git::command(&volume.repository, Reach::Network);
    command
        .args(["push", "--porcelain", "--"])
        .arg(remote.address(volume.name));
    command
}

fn send(command: &mut Command, remote: &Remote, limit: Duration) -> Result<Pushed, Refusal> {
    let told = run(command, remote, limit)?;
    // A line for each branch, `=` before one that was there already (git-push, "OUTPUT").
    Ok(if told.lines().any(|line| line.starts_with("=\t")) {
        Pushed::Current
    } else {
        Pushed::Sent
    })
}

/// Runs a command that reaches the remote and returns what it printed.
pub(crate) fn run(
    command: &mut Command,
    remote: &Remote,
    limit: Duration,
) -> Result<String, Refusal> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match git::bounded(command, limit) {
        Ok(Ended::Itself(done)) if done.status.success() => Ok(text(&done.stdout)),
        Ok(Ended::Itself(done)) => {
            Err(refusal(remote, &(text(&done.stdout) + &text(&done.stderr))))
        }
        Ok(Ended::TimedOut) => Err(Refusal {
            cause: Cause::TimedOut,
            detail: format!("ended after {} s", limit.as_secs()),
        }),
        Err(error) => Err(Refusal {
            cause: Cause::Other,
            detail: format!("{error:#}"),
        }),
    }
}
