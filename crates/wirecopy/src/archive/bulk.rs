//! Reads all files of a volume's newest commit: a process of git lists them, others show them side by side, and a
//! thread for each reads what is shown, so that nothing waits for an answer before the next question.

use crate::archive::git::{self, NOT_STARTED, Reach};
use crate::archive::reader::read_object;
use crate::archive::volume::Volume;
use anyhow::{Context, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

/// Processes that show files: unpacking is two thirds of the work of reading an archive, and a small machine has two
/// cores. Of 128,801 documents that one alone showed in 5.3 s each of two shows its half in 2.7 s.
const LANES: usize = 2;

/// Files asked of one process before it is the next one's turn: neighbours share what they are unpacked from.
const RUN: usize = 128;

/// Runs that a process may be ahead of the others.
const RUNS_AHEAD: usize = 4;

/// A file as it was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) path: &'a str,
    /// Its object name.
    pub(crate) revision: &'a str,
    pub(crate) bytes: &'a [u8],
}

/// Reads every file under the given directories by `read`, on several threads, and hands over what it makes of them,
/// in order of their paths.
pub(crate) fn files<T: Send>(
    volume: &Volume,
    directories: &[&str],
    read: impl Fn(Found) -> T + Sync,
    mut each: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(head) = &volume.head else {
        return Ok(());
    };
    let listing = ["ls-tree", "-r", "-z", "--full-tree", head, "--"];
    let mut list = started(&volume.repository, &[&listing, directories].concat())?;
    let listed = list.stdout.take().context("git gave no output")?;
    let mut processes = vec![list];
    let told = std::thread::scope(|scope| {
        let mut questions = Vec::new();
        let mut answers = Vec::new();
        for _ in 0..LANES {
            let mut show = started(&volume.repository, &["cat-file", "--batch"])?;
            let (asked, shown) = (show.stdin.take(), show.stdout.take());
            processes.push(show);
            let (names, lane) = Lane::new(shown.context("git gave no output")?);
            let (sender, runs) = sync_channel(RUNS_AHEAD);
            questions.push((asked.context("git takes no input")?, names));
            answers.push(runs);
            let read = &read;
            scope.spawn(move || lane.tell(read, &sender));
        }
        let asking = scope.spawn(move || ask(listed, questions));
        let told = in_turn(&answers, &mut each);
        // Threads that wait for somebody end now: there is nothing more to hand over.
        drop(answers);
        if told.is_err() {
            processes.iter_mut().for_each(stop);
        }
        let asked = asking.join();
        let asked = asked.unwrap_or_else(|_| bail!("listing the files failed"));
        // A list that could not be read is why the rest was not shown.
        match (asked, told) {
            (Err(cause), _) if !is_broken_pipe(&cause) => Err(cause),
            (_, told) => told,
        }
    });
    let mut succeeded = true;
    for process in &mut processes {
        if told.is_err() {
            stop(process);
        }
        succeeded &= process.wait()?.success();
    }
    told.with_context(|| format!("cannot read volume {}", volume.name))?;
    if !succeeded {
        bail!(
            "git failed while reading volume {}; is it damaged? (git fsck tells)",
            volume.name
        );
    }
    Ok(())
}

/// Whether the process that was asked went away, whose own end says why.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

fn started(repository: &Path, arguments: &[&str]) -> anyhow::Result<Child> {
    let mut command = git::command(repository, Reach::Local);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command.spawn().context(NOT_STARTED)
}

/// One that has ended by itself needs no stopping.
fn stop(process: &mut Child) {
    let _ = process.kill();
}

/// A file's path and object name, as listed.
type Name = (String, String);

/// Asks for every file of the list, a run of them of each process in turn.
fn ask(listed: impl Read, lanes: Vec<(ChildStdin, Sender<Name>)>) -> anyhow::Result<()> {
    let mut lanes: Vec<_> = lanes
        .into_iter()
        .map(|(stdin, names)| (stdin, names, String::new()))
        .collect();
    let lines = BufReader::with_capacity(1 << 16, listed).split(0);
    let mut files = lines.filter_map(|line| line.map(|line| file_of(&line)).transpose());
    for lane in (0..lanes.len()).cycle() {
        let (stdin, names, questions) = &mut lanes[lane];
        questions.clear();
        for file in files.by_ref().take(RUN) {
            let (path, revision) = file?;
            questions.push_str(&revision);
            questions.push('\n');
            if names.send((path, revision)).is_err() {
                return Ok(());
            }
        }
        if questions.is_empty() {
            break;
        }
        // A whole run at once: the others are not asked before this one can answer all of it.
        stdin.write_all(questions.as_bytes())?;
    }
    Ok(())
}

/// The file that a line of the list names: `mode type object<TAB>path<NUL>`. No file is what other hands put there: a
/// repository within the volume, or a name that is no text; neither can be a document.
fn file_of(line: &[u8]) -> Option<Name> {
    let (head, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
    let (kind, revision) = head.rsplit_once(' ')?;
    kind.ends_with(" blob")
        .then(|| (path.to_owned(), revision.to_owned()))
}

/// What one process is asked and shows.
struct Lane {
    /// Holds no more than what lies in the pipes, as git reads no further.
    names: Receiver<Name>,
    answers: BufReader<ChildStdout>,
}

impl Lane {
    fn new(answers: ChildStdout) -> (Sender<Name>, Lane) {
        let (sender, names) = channel();
        widen(&answers);
        let answers = BufReader::with_capacity(1 << 18, answers);
        (sender, Lane { names, answers })
    }

    /// Reads what is shown, run by run, until there is no more or nobody takes it.
    fn tell<T>(mut self, read: &impl Fn(Found) -> T, runs: &SyncSender<anyhow::Result<Vec<T>>>) {
        let mut bytes = Vec::new();
        loop {
            let run = self.run(read, &mut bytes);
            let last = run.as_ref().map_or(true, |run| run.len() < RUN);
            if runs.send(run).is_err() || last {
                return;
            }
        }
    }

    fn run<T>(
        &mut self,
        read: &impl Fn(Found) -> T,
        bytes: &mut Vec<u8>,
    ) -> anyhow::Result<Vec<T>> {
        let mut run = Vec::with_capacity(RUN);
        for (path, revision) in self.names.iter().take(RUN) {
            if !read_object(&mut self.answers, bytes)? {
                bail!("{path} is missing; is the volume damaged? (git fsck tells)");
            }
            run.push(read(Found {
                path: &path,
                revision: &revision,
                bytes,
            }));
        }
        Ok(run)
    }
}

/// Lets a pipe hold more than a few documents, so that the processes at its ends seldom wait for each other; it works
/// as it is too.
fn widen(pipe: &ChildStdout) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20);
    #[cfg(not(target_os = "linux"))]
    let _ = pipe;
}

/// Hands over the runs of all lanes in the order in which they were asked.
fn in_turn<T>(
    lanes: &[Receiver<anyhow::Result<Vec<T>>>],
    each: &mut impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for lane in lanes.iter().cycle() {
        // A lane that has ended has told its last run, which was not full, and no lane after it has more.
        let Ok(run) = lane.recv() else { break };
        for file in run? {
            each(file)?;
        }
    }
    Ok(())
}
