//! Reads all files of a volume's newest commit: two processes of git, one that lists and one that shows, and a
//! thread between them, so that nothing waits for an answer before the next question.

use crate::archive::git::{self, NOT_STARTED, Reach};
use crate::archive::reader::read_object;
use crate::archive::volume::Volume;
use anyhow::{Context, bail};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

/// A file's path and object name, as listed.
type Name = (String, String);

/// Hands over path, object name and bytes of every file under the given directories, in order of the path.
pub(crate) fn files(
    volume: &Volume,
    directories: &[&str],
    each: impl FnMut(&str, &str, &[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(head) = &volume.head else {
        return Ok(());
    };
    let mut list = started(
        &volume.repository,
        &[
            &["ls-tree", "-r", "-z", "--full-tree", head, "--"],
            directories,
        ]
        .concat(),
    )?;
    let mut show = started(&volume.repository, &["cat-file", "--batch", "--buffer"])?;
    let listed = list.stdout.take().context("git gave no output")?;
    let questions = show.stdin.take().context("git takes no input")?;
    let answers = show.stdout.take().context("git gave no output")?;
    // Without a bound of its own: it holds no more than what lies in the two pipes, as git reads no further.
    let (sender, names) = channel();
    let asking = std::thread::spawn(move || ask(listed, questions, &sender));
    let told = tell(names, BufReader::with_capacity(1 << 18, answers), each);
    if told.is_err() {
        let _ = show.kill();
        let _ = list.kill();
    }
    let asked = asking
        .join()
        .unwrap_or_else(|_| bail!("listing the files failed"));
    let (list, show) = (list.wait()?, show.wait()?);
    told.and(asked)
        .with_context(|| format!("cannot read volume {}", volume.name))?;
    if !list.success() || !show.success() {
        bail!(
            "git failed while reading volume {}; is it damaged? (git fsck tells)",
            volume.name
        );
    }
    Ok(())
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

/// Asks for every file of the list. A line of it is `mode type object<TAB>path<NUL>`.
fn ask(listed: impl Read, questions: ChildStdin, names: &Sender<Name>) -> anyhow::Result<()> {
    let mut questions = BufWriter::with_capacity(1 << 14, questions);
    for line in BufReader::with_capacity(1 << 16, listed).split(0) {
        let line = String::from_utf8(line?).context("a path is no text")?;
        let (head, path) = line.split_once('\t').context("git listed something else")?;
        let revision = head
            .rsplit(' ')
            .next()
            .context("git listed something else")?;
        if names.send((path.to_owned(), revision.to_owned())).is_err() {
            return Ok(());
        }
        writeln!(questions, "{revision}")?;
    }
    Ok(questions.flush()?)
}

fn tell(
    names: Receiver<Name>,
    mut answers: impl BufRead,
    mut each: impl FnMut(&str, &str, &[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    for (path, revision) in names {
        if !read_object(&mut answers, &mut bytes)? {
            bail!("{path} is missing; is the volume damaged? (git fsck tells)");
        }
        each(&path, &revision, &bytes)?;
    }
    Ok(())
}
