//! Reads files out of volumes through `git cat-file --batch`, one process for each volume that is asked, kept while
//! the reader lives. Where many files are asked for, the volume's packs are read without it.

use crate::archive::git::{self, BRANCH, NOT_STARTED, Reach};
use crate::archive::packs::Packs;
use crate::archive::volume::Volume;
use anyhow::{Context, bail};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Largest object that is read, in bytes. The largest real document known has 465 kB; a list of a hundred thousand
/// lines stays below this too.
pub(super) const MAX_OBJECT_BYTES: u64 = 256 << 20;

/// Answers for paths, commits and object names. It sees commits made after it was opened.
#[derive(Debug)]
pub struct Reader {
    directory: PathBuf,
    batches: HashMap<String, Batch>,
    lots: HashMap<String, Lot>,
}

/// Files of a volume that were asked for by their object names, and its packs once they were many.
#[derive(Debug, Default)]
struct Lot {
    asked: usize,
    packs: Option<Packs>,
}

/// Files from which a volume's packs are opened: their indexes are read as a whole, which is 4 MB for 128,801 documents
/// of one revision. The few documents of a round are asked of git.
const MANY_FILES: usize = 256;

impl Reader {
    pub(crate) fn new(directory: &Path) -> Reader {
        Reader {
            directory: directory.to_owned(),
            batches: HashMap::new(),
            lots: HashMap::new(),
        }
    }

    /// The newest revision of a file; absent when the volume has none under that path.
    ///
    /// # Errors
    ///
    /// When there is no such volume, or it cannot be read.
    pub fn read(&mut self, volume: &str, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        self.read_at(volume, BRANCH, path)
    }

    /// A file as it was in `commit`.
    ///
    /// # Errors
    ///
    /// As [`Reader::read`].
    pub fn read_at(
        &mut self,
        volume: &str,
        commit: &str,
        path: &str,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        self.object(volume, &format!("{commit}:{path}"))
    }

    /// The file with that object name, as [`crate::archive::index::documents::Row::revision`] has it: the quickest
    /// way, since no directory has to be searched.
    ///
    /// # Errors
    ///
    /// As [`Reader::read`].
    pub fn read_blob(&mut self, volume: &str, revision: &str) -> anyhow::Result<Option<Vec<u8>>> {
        match self.packed(volume, revision)? {
            Some(bytes) => Ok(Some(bytes)),
            None => self.object(volume, revision),
        }
    }

    /// A file out of the volume's packs, where many were asked for.
    fn packed(&mut self, volume: &str, revision: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let lot = self.lots.entry(volume.to_owned()).or_default();
        lot.asked += 1;
        if lot.asked == MANY_FILES {
            let repository = Volume::path(&self.directory, volume.parse()?);
            lot.packs = Some(Packs::open(&repository));
        }
        Ok(lot.packs.as_mut().and_then(|packs| packs.file(revision)))
    }

    fn object(&mut self, volume: &str, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let batch = match self.batches.entry(volume.to_owned()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let repository = Volume::path(&self.directory, volume.parse()?);
                entry.insert(Batch::start(&repository)?)
            }
        };
        let answer = batch.ask(name);
        if answer.is_err() {
            // A broken conversation cannot be continued; the next question starts a new one.
            self.batches.remove(volume);
        }
        answer.with_context(|| format!("cannot read {name} in volume {volume}"))
    }
}

/// One conversation with `git cat-file --batch`.
#[derive(Debug)]
pub(crate) struct Batch {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Batch {
    pub(crate) fn start(repository: &Path) -> anyhow::Result<Batch> {
        Batch::of(git::command(repository, Reach::Local))
    }

    /// One with this git, which has no subcommand yet.
    pub(crate) fn of(mut command: Command) -> anyhow::Result<Batch> {
        command.args(["cat-file", "--batch"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().context(NOT_STARTED)?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().context("git gave no output")?;
        Ok(Batch {
            child,
            questions,
            answers: BufReader::with_capacity(1 << 16, answers),
        })
    }

    /// The object of that name, or nothing when there is none.
    pub(crate) fn ask(&mut self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        if name.contains(['\n', '\0']) {
            bail!("a path with a line break");
        }
        let questions = self.questions.as_mut().context("the reader was closed")?;
        questions.write_all(format!("{name}\n").as_bytes())?;
        questions.flush()?;
        let mut bytes = Vec::new();
        Ok(read_object(&mut self.answers, &mut bytes)?.then_some(bytes))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        drop(self.questions.take());
        // It ends when its input does; how it ended changes nothing for a reader that is done.
        let _ = self.child.wait();
    }
}

/// Reads one answer of `cat-file --batch` into `bytes`; false when the object is missing.
pub(crate) fn read_object(answers: &mut impl BufRead, bytes: &mut Vec<u8>) -> anyhow::Result<bool> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    if head.is_empty() {
        bail!("git ended; is the volume damaged? (git fsck tells)");
    }
    let size = match head.trim_end().rsplit_once(' ') {
        Some((_, "missing" | "ambiguous")) => return Ok(false),
        Some((_, size)) => size.parse::<u64>().context("git answered something else")?,
        None => bail!("git answered something else: {}", head.trim_end()),
    };
    if size > MAX_OBJECT_BYTES {
        bail!("{size} bytes are more than a file of an archive may have");
    }
    bytes.clear();
    answers.take(size).read_to_end(bytes)?;
    if bytes.len() as u64 != size {
        bail!("git ended in the middle of a file; is the volume damaged? (git fsck tells)");
    }
    let mut line_end = [0];
    answers.read_exact(&mut line_end)?;
    Ok(true)
}
