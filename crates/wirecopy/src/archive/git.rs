//! Runs the operator's own git: always with a fixed argument list, never through a shell, on a repository that is
//! named and not searched for.
//!
//! Local commands see no configuration but ours and the repository's. Commands that reach a remote also see the
//! operator's global configuration and environment, where credential helpers, SSH commands and proxies are set; what
//! there could run code of a repository (hooks, the `ext` transport) or ask at a terminal stays off.

use anyhow::{Context, bail};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The branch that every volume keeps its documents on.
pub(crate) const BRANCH: &str = "refs/heads/main";

/// How far a command reaches, which decides whose configuration it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The repository on disk alone.
    Local,
    /// A remote, with the operator's credentials.
    Network,
}

/// Settings of every command.
///
/// * `core.fsync`: objects, packs with their indexes, and references are on disk before a command returns. Git
///   counts a pack's index as derived; a pack without one is unreadable after a power cut, so it is named here too.
/// * `fastimport.unpackLimit`, `fetch.unpackLimit`: one pack is two syncs, loose objects are one each (a round of 20
///   articles writes about 100 objects).
/// * `core.packedGit*`: git otherwise maps whole packs, so that reading an archive of 428 MB took 507 MB; 185 MB so,
///   in the same time.
/// * `pack.*`: bounds on the memory of a repack; one thread, since the mirror shares its machine.
const SETTINGS: [&str; 16] = [
    "core.fsync=committed,pack-metadata,reference",
    "core.hooksPath=/dev/null",
    "core.logAllRefUpdates=false",
    "core.packedGitLimit=128m",
    "core.packedGitWindowSize=4m",
    "core.quotePath=false",
    "fastimport.unpackLimit=0",
    "fetch.unpackLimit=1",
    "gc.auto=0",
    "maintenance.auto=false",
    "pack.deltaCacheSize=64m",
    "pack.threads=1",
    "pack.windowMemory=64m",
    "protocol.ext.allow=never",
    "push.followTags=false",
    "repack.writeBitmaps=false",
];

/// A git command on `repository`, ready for its subcommand and arguments.
pub(crate) fn command(repository: &Path, reach: Reach) -> Command {
    let mut command = Command::new("git");
    for name in REPOSITORY_VARIABLES {
        command.env_remove(name);
    }
    // Messages are told apart by their text where git has no code for them.
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
    match reach {
        Reach::Local => {
            command
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_NOSYSTEM", "1");
            command
                .env_remove("GIT_CONFIG_COUNT")
                .env_remove("GIT_CONFIG_PARAMETERS");
        }
        Reach::Network => {
            command.env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
        }
    }
    leave_terminal(&mut command);
    command.arg("--git-dir").arg(repository);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
}

/// Variables by which an enclosing git (a hook, an alias) would redirect ours.
const REPOSITORY_VARIABLES: [&str; 11] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// A process group of its own: the interrupt that a terminal sends to the mirror's group asks the mirror to stop
/// after its commit, and must not kill the git that is writing it.
#[cfg(unix)]
fn leave_terminal(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn leave_terminal(_: &mut Command) {}

/// Runs a command that ends by itself and returns what it printed.
///
/// # Errors
///
/// When git cannot be started, or fails; the message holds its last words.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let done = command.stdin(Stdio::null()).output().context(NOT_STARTED)?;
    if !done.status.success() {
        bail!(
            "git {} failed: {}",
            subcommand(command),
            last_words(&done.stderr)
        );
    }
    Ok(done.stdout)
}

/// As [`output`], for one line of text, without its line break.
pub(crate) fn line(command: &mut Command) -> anyhow::Result<String> {
    let text =
        String::from_utf8(output(command)?).context("git printed something that is not text")?;
    Ok(text.trim_end_matches('\n').to_owned())
}

/// What to say when there is no git.
pub(crate) const NOT_STARTED: &str =
    "cannot run git; install git 2.38 or later and see that it is on the PATH";

/// The end of a bounded command.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself, well or not.
    Itself(Output),
    /// It was ended, with all it had started, when its time was over.
    TimedOut,
}

/// Runs a command that may hang (a remote that answers nothing), for at most `limit`.
pub(crate) fn bounded(command: &mut Command, limit: Duration) -> anyhow::Result<Ended> {
    run_bounded(command, limit).context(NOT_STARTED)
}

/// As [`bounded`], for a program that need not be git, in a group of its own.
pub(crate) fn run_bounded(command: &mut Command, limit: Duration) -> std::io::Result<Ended> {
    leave_terminal(command);
    let deadline = Instant::now() + limit;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    loop {
        if let Some(status) = child.try_wait()? {
            let (stdout, stderr) = (joined(stdout), joined(stderr));
            return Ok(Ended::Itself(Output {
                status,
                stdout,
                stderr,
            }));
        }
        if Instant::now() >= deadline {
            end_group(&mut child);
            child.wait()?;
            return Ok(Ended::TimedOut);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn collect(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            // A failing pipe leaves what came before, which is all that there is to tell.
            let _ = stream.take(1 << 20).read_to_end(&mut bytes);
        }
        bytes
    })
}

fn joined(reader: JoinHandle<Vec<u8>>) -> Vec<u8> {
    reader.join().unwrap_or_default()
}

/// Ends the command and its own children (ssh, git-remote-https), which share its process group.
fn end_group(child: &mut std::process::Child) {
    if cfg!(unix) {
        let group = format!("-{}", child.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
    }
    let _ = child.kill();
}

/// The last line that says something, as git puts the cause last.
pub(crate) fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().rfind(|line| !line.trim().is_empty());
    line.unwrap_or("it gave no reason").trim().to_owned()
}

fn subcommand(command: &Command) -> String {
    let mut arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--git-dir" | "-c" => drop(arguments.next()),
            _ => return argument,
        }
    }
    String::new()
}
