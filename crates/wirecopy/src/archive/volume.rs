//! One volume: a bare repository named by the year of recording (`2026`), with a number when a year needs more than
//! one (`2026-2`).

use crate::archive::durable::sync;
use crate::archive::git::{self, BRANCH, Reach};
use anyhow::{Context, bail};
use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A volume's name. Their order is the order in which they were begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VolumeName {
    /// The year of recording, in UTC.
    pub year: i16,
    /// Which one of that year's, from 1.
    pub part: u16,
}

impl fmt::Display for VolumeName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            1 => write!(formatter, "{:04}", self.year),
            part => write!(formatter, "{:04}-{part}", self.year),
        }
    }
}

impl FromStr for VolumeName {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<VolumeName> {
        let (year, part) = text.split_once('-').unwrap_or((text, "1"));
        let name = match (year.parse(), part.parse()) {
            (Ok(year), Ok(part)) => VolumeName { year, part },
            _ => bail!("`{text}` is no volume; they are called 2026, 2026-2 and so on"),
        };
        // `02026` and `2026-1` would be second names of one volume.
        if name.to_string() != text || name.part == 0 {
            bail!("`{text}` is no volume; they are called 2026, 2026-2 and so on");
        }
        Ok(name)
    }
}

/// A volume on disk.
#[derive(Clone, Debug)]
pub struct Volume {
    /// What it is called.
    pub name: VolumeName,
    /// Its bare repository.
    pub repository: PathBuf,
    /// Its newest commit, in hexadecimal; absent before the first.
    pub head: Option<String>,
}

impl Volume {
    /// The volumes under `directory`, oldest first.
    pub(crate) fn all(directory: &Path) -> anyhow::Result<Vec<Volume>> {
        let mut volumes = Vec::new();
        let entries = fs::read_dir(directory)
            .with_context(|| format!("cannot list the archive {}", directory.display()))?;
        for entry in entries {
            let entry = entry?;
            let file_name = entry.file_name();
            let name = file_name
                .to_str()
                .and_then(|name| name.strip_suffix(".git"));
            if let Some(Ok(name)) = name.map(VolumeName::from_str) {
                volumes.push(Volume::open(name, entry.path())?);
            }
        }
        volumes.sort_by_key(|volume| volume.name);
        Ok(volumes)
    }

    fn open(name: VolumeName, repository: PathBuf) -> anyhow::Result<Volume> {
        let mut volume = Volume {
            name,
            repository,
            head: None,
        };
        volume.refresh()?;
        Ok(volume)
    }

    /// Begins a volume. It appears under its name only when it is whole.
    pub(crate) fn create(directory: &Path, name: VolumeName) -> anyhow::Result<Volume> {
        let unfinished = Volume::unfinished(directory, name)?;
        Volume::finish(directory, name, &unfinished)
    }

    /// Gives an unfinished repository its name, in place of one that has no commit.
    pub(crate) fn finish(
        directory: &Path,
        name: VolumeName,
        unfinished: &Path,
    ) -> anyhow::Result<Volume> {
        let path = Volume::path(directory, name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::rename(unfinished, &path).with_context(|| format!("cannot begin the volume {name}"))?;
        sync(directory)?;
        Volume::open(name, path)
    }

    /// An empty repository beside the volumes, which becomes one by being renamed.
    pub(crate) fn unfinished(directory: &Path, name: VolumeName) -> anyhow::Result<PathBuf> {
        let path = directory.join(format!("{UNFINISHED}{name}.git"));
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        let mut init = git::command(&path, Reach::Local);
        init.args([
            "init",
            "--quiet",
            "--bare",
            "--object-format=sha1",
            "--template=",
        ]);
        git::output(init.arg("--initial-branch=main").arg("--").arg(&path))
            .with_context(|| format!("cannot begin the volume {name}"))?;
        for part in [
            "HEAD",
            "config",
            "objects/info",
            "objects/pack",
            "objects",
            "refs/heads",
            "refs",
            ".",
        ] {
            sync(&path.join(part))?;
        }
        Ok(path)
    }

    /// Where the volume called `name` lies.
    pub(crate) fn path(directory: &Path, name: VolumeName) -> PathBuf {
        directory.join(format!("{name}.git"))
    }

    /// Reads the newest commit again.
    pub(crate) fn refresh(&mut self) -> anyhow::Result<()> {
        let mut query = git::command(&self.repository, Reach::Local);
        query.args(["for-each-ref", "--format=%(objectname)", "--", BRANCH]);
        let head = git::line(&mut query).with_context(|| {
            let path = self.repository.display();
            format!("cannot read the volume {path}; if it is damaged, move it away and restore it from a remote")
        })?;
        self.head = Some(head).filter(|head| !head.is_empty());
        if self.head.is_none() && self.has_history()? {
            let path = self.repository.display();
            bail!(
                "volume {} has commits, but no branch that leads to them: move {path} away and restore it from a \
                 remote, or find its newest commit with `git -C {path} fsck --lost-found` and set the branch with \
                 `git -C {path} update-ref {BRANCH} <commit>`",
                self.name
            );
        }
        Ok(())
    }

    /// Whether there is a commit that follows another. A volume whose first commit was cut short has none.
    fn has_history(&self) -> anyhow::Result<bool> {
        let mut objects = git::command(&self.repository, Reach::Local);
        objects.args([
            "cat-file",
            "--batch-all-objects",
            "--batch-check=%(objecttype) %(objectname)",
        ]);
        let objects = String::from_utf8_lossy(&git::output(&mut objects)?).into_owned();
        let commits = objects
            .lines()
            .filter_map(|line| line.strip_prefix("commit "));
        let some: Vec<&str> = commits.take(COMMITS_ASKED).collect();
        if some.is_empty() {
            return Ok(false);
        }
        let mut parents = git::command(&self.repository, Reach::Local);
        parents
            .args(["rev-list", "--no-walk", "--parents"])
            .args(some);
        let parents = git::output(&mut parents)?;
        Ok(parents
            .split(|byte| *byte == b'\n')
            .any(|line| line.contains(&b' ')))
    }

    /// Its size on disk in bytes, as packed.
    ///
    /// # Errors
    ///
    /// When its packs cannot be listed.
    pub fn bytes(&self) -> anyhow::Result<u64> {
        let mut bytes = 0;
        for entry in fs::read_dir(self.repository.join("objects/pack"))? {
            bytes += entry?.metadata()?.len();
        }
        Ok(bytes)
    }

    /// The commits where its history was cut off when it was fetched; none in a whole one.
    pub(crate) fn cut_off(&self) -> anyhow::Result<HashSet<String>> {
        match fs::read_to_string(self.repository.join("shallow")) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(HashSet::new()),
            Err(error) => Err(error)
                .with_context(|| format!("cannot tell how far volume {} reaches back", self.name)),
        }
    }
}

/// Commits of a volume without a branch that are looked at: all but its first follow another.
const COMMITS_ASKED: usize = 64;

/// What the name of a repository begins with that is not yet a volume.
pub(crate) const UNFINISHED: &str = "unfinished-";
