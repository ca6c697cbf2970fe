//! Where the published site stands: generations in a directory of their own, the current one behind a symbolic link.
//!
//! A whole build fills a new generation and swaps the link by a rename. An increment is staged beside the current
//! generation, sealed by a journal, and then renamed into place file by file; a journal that is found at the start is
//! carried through first. What was not sealed, and every generation but the current one, is removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::images::renditions::Mark;

/// The version of [`State`] and of the journal; another is answered with a whole build.
const FORMAT: u32 = 1;

/// What a generation shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    format: u32,
    /// Hash of the settings and templates it was made with.
    pub(crate) fingerprint: String,
    /// The commit of each volume that it reflects.
    pub(crate) volumes: BTreeMap<String, String>,
    /// How far the record of pictures had come.
    #[serde(default)]
    pub(crate) pictures: Mark,
}

impl State {
    pub(crate) fn new(
        fingerprint: String,
        volumes: BTreeMap<String, String>,
        pictures: Mark,
    ) -> State {
        State {
            format: FORMAT,
            fingerprint,
            volumes,
            pictures,
        }
    }
}

/// The site's link and the directory that holds its generations.
pub(crate) struct Generations {
    link: PathBuf,
    store: PathBuf,
}

/// What an increment does to a generation.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Changes {
    /// The staged files, by their number there, in the order in which they are to appear.
    pub(crate) paths: Vec<String>,
    /// The files that go, after that.
    #[serde(default)]
    pub(crate) removed: Vec<String>,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Journal {
    #[serde(flatten)]
    changes: Changes,
    state: State,
}

impl Generations {
    /// Opens the store beside `link`, carries a sealed increment through and removes what was never finished.
    ///
    /// # Errors
    ///
    /// When something else stands at `link`, or the directory cannot be written.
    pub(crate) fn open(link: &Path) -> Result<Generations> {
        let mut store = link.as_os_str().to_owned();
        store.push(".d");
        let generations = Generations {
            link: link.to_owned(),
            store: store.into(),
        };
        if fs::symlink_metadata(link).is_ok_and(|found| !found.is_symlink()) {
            bail!(
                "{} is not a site made by this program; move it away or name another directory",
                link.display()
            );
        }
        fs::create_dir_all(&generations.store)
            .with_context(|| format!("cannot make {}", generations.store.display()))?;
        generations
            .recover()
            .with_context(|| format!("cannot tidy {}", generations.store.display()))?;
        Ok(generations)
    }

    /// The current generation and what it shows, if there is one that can be built upon.
    pub(crate) fn current(&self) -> Option<(PathBuf, State)> {
        let directory = self.current_directory()?;
        let state = fs::read(state_path(&directory)).ok()?;
        let state: State = serde_json::from_slice(&state).ok()?;
        (state.format == FORMAT).then_some((directory, state))
    }

    /// The current generation, whatever it shows.
    pub(crate) fn current_directory(&self) -> Option<PathBuf> {
        let target = fs::read_link(&self.link).ok()?;
        let directory = self.store.join(target.file_name()?);
        directory.is_dir().then_some(directory)
    }

    /// An empty directory for a new generation.
    pub(crate) fn begin(&self) -> Result<PathBuf> {
        let numbers = names(&self.store)?
            .into_iter()
            .filter_map(|name| name.parse::<u64>().ok());
        let directory = self
            .store
            .join((numbers.max().unwrap_or(0) + 1).to_string());
        fs::create_dir(&directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        Ok(directory)
    }

    /// Makes a finished generation the current one: its files first reach the disk, then the link is renamed.
    pub(crate) fn adopt(&self, directory: &Path, state: &State) -> Result<()> {
        write_state(directory, state)?;
        sync_file_system(&self.store)?;
        let name = directory.file_name().context("a generation has a name")?;
        let store_name = self.store.file_name().context("the store has a name")?;
        let next = self.store.join("link");
        remove_file(&next)?;
        symlink(&Path::new(store_name).join(name), &next)?;
        fs::rename(&next, &self.link)
            .with_context(|| format!("cannot replace {}", self.link.display()))?;
        sync_directory(self.link.parent().unwrap_or(Path::new(".")))?;
        self.recover()
    }

    /// Gives up a generation that was not finished.
    pub(crate) fn discard(&self, directory: &Path) -> Result<()> {
        remove_directory(directory)
    }

    /// An empty directory for the files of an increment.
    pub(crate) fn stage(&self, current: &Path) -> Result<PathBuf> {
        let staged = staged_path(current);
        remove_directory(&staged)?;
        fs::create_dir(&staged).with_context(|| format!("cannot make {}", staged.display()))?;
        Ok(staged)
    }

    /// Gives up an increment that was not sealed.
    pub(crate) fn unstage(&self, current: &Path) -> Result<()> {
        remove_directory(&staged_path(current))
    }

    /// Seals an increment whose files lie in [`Generations::stage`]'s directory under their number, and carries it out.
    pub(crate) fn commit(&self, current: &Path, changes: Changes, state: State) -> Result<()> {
        let staged = staged_path(current);
        let files = (0..changes.paths.len()).map(|number| staged.join(number.to_string()));
        sync_each(&files.collect::<Vec<_>>(), &sync_file)?;
        let journal =
            serde_json::to_vec(&Journal { changes, state }).context("cannot write the journal")?;
        write_durably(&staged.join("journal.new"), &journal)?;
        sync_directory(&staged)?;
        fs::rename(staged.join("journal.new"), staged.join(JOURNAL))
            .context("cannot seal the journal")?;
        sync_directory(&staged)?;
        carry_out(current)
    }

    fn recover(&self) -> Result<()> {
        let current = self.current_directory();
        if let Some(current) = &current {
            carry_out(current)?;
        }
        let kept = current
            .as_deref()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        let state = kept.as_ref().map(|name| format!("{name}.json"));
        for name in names(&self.store)? {
            if Some(&name) == kept.as_ref() || Some(&name) == state.as_ref() {
                continue;
            }
            let path = self.store.join(&name);
            if fs::symlink_metadata(&path)?.is_dir() {
                remove_directory(&path)?
            } else {
                remove_file(&path)?
            }
        }
        Ok(())
    }
}

const JOURNAL: &str = "journal";

/// Renames what a sealed journal names, records the new state and removes the staging directory. What a former attempt
/// has renamed is not there any more and is passed over.
fn carry_out(current: &Path) -> Result<()> {
    let staged = staged_path(current);
    let journal = match fs::read(staged.join(JOURNAL)) {
        Ok(journal) => journal,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).context("cannot read the journal"),
    };
    let journal = serde_json::from_slice::<Journal>(&journal).ok();
    let Some(journal) = journal.filter(|journal| journal.state.format == FORMAT) else {
        // Damaged, or of another version: without its state the generation is not built upon, but made anew.
        remove_file(&state_path(current))?;
        return remove_directory(&staged);
    };
    for (number, path) in journal.changes.paths.iter().enumerate() {
        let target = current.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        match fs::rename(staged.join(number.to_string()), &target) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot replace {}", target.display()));
            }
            _ => {}
        }
    }
    for path in &journal.changes.removed {
        remove_file(&current.join(path))?;
    }
    write_state(current, &journal.state)?;
    sync_each(&directories_of(current, &journal.changes), &sync_directory)?;
    remove_directory(&staged)
}

/// The directories in which a name changes: those of the files, with what was made on the way to them, and the store.
fn directories_of(current: &Path, changes: &Changes) -> Vec<PathBuf> {
    let paths = changes.paths.iter().chain(&changes.removed);
    let mut directories: BTreeSet<PathBuf> =
        current.parent().map(Path::to_owned).into_iter().collect();
    for path in paths {
        let path = current.join(path);
        let within = path
            .ancestors()
            .skip(1)
            .take_while(|above| above.starts_with(current));
        directories.extend(within.map(Path::to_owned));
    }
    directories.into_iter().collect()
}

fn state_path(directory: &Path) -> PathBuf {
    beside(directory, ".json")
}

fn staged_path(directory: &Path) -> PathBuf {
    beside(directory, ".staged")
}

fn beside(directory: &Path, suffix: &str) -> PathBuf {
    let mut name = directory.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn write_state(directory: &Path, state: &State) -> Result<()> {
    let bytes = serde_json::to_vec(state).context("cannot write the state")?;
    let next = beside(directory, ".json.new");
    write_durably(&next, &bytes)?;
    fs::rename(&next, state_path(directory)).context("cannot replace the state")
}

/// Files that wait for the disk at once.
const SYNCS: usize = 32;

/// Waits until each of these is on the disk. Several wait at once, since a file system writes its journal once for all
/// that do; one call for the whole file system would wait for what other programs write too.
fn sync_each(paths: &[PathBuf], sync: &(dyn Fn(&Path) -> Result<()> + Sync)) -> Result<()> {
    let share = paths.len().div_ceil(SYNCS).max(1);
    std::thread::scope(|scope| {
        let waiting: Vec<_> = paths
            .chunks(share)
            .map(|paths| scope.spawn(|| paths.iter().try_for_each(|path| sync(path))))
            .collect();
        waiting.into_iter().try_for_each(|thread| {
            let synced = thread.join();
            synced.unwrap_or_else(|_| bail!("waiting for the disk failed"))
        })
    })
}

fn sync_file(path: &Path) -> Result<()> {
    // Windows syncs what is open for writing alone.
    let opened = fs::OpenOptions::new().write(true).open(path);
    opened
        .and_then(|file| file.sync_all())
        .with_context(|| format!("cannot sync {}", path.display()))
}

/// Writes a file and waits until its content is on the disk.
fn write_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = fs::File::create(path).and_then(|mut file| {
        std::io::Write::write_all(&mut file, bytes)?;
        file.sync_all()
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// One call for the many files of a generation: a sync for each would take a hundred times the build.
#[cfg(target_os = "linux")]
fn sync_file_system(within: &Path) -> Result<()> {
    let directory = fs::File::open(within)?;
    rustix::fs::syncfs(&directory).with_context(|| format!("cannot sync {}", within.display()))
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(within: &Path) -> Result<()> {
    sync_directory(within)
}

fn sync_directory(directory: &Path) -> Result<()> {
    // Windows opens no directories as files, and NTFS journals renames by itself.
    if cfg!(unix) {
        let synced = fs::File::open(directory).and_then(|opened| opened.sync_all());
        synced.with_context(|| format!("cannot sync {}", directory.display()))?;
    }
    Ok(())
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> Result<()> {
    std::os::unix::fs::symlink(target, link)
        .with_context(|| format!("cannot make the link {}", link.display()))
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> Result<()> {
    std::os::windows::fs::symlink_dir(target, link)
        .with_context(|| format!("cannot make the link {}", link.display()))
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(directory)?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

fn remove_directory(directory: &Path) -> Result<()> {
    absent_is_fine(fs::remove_dir_all(directory))
        .with_context(|| format!("cannot remove {}", directory.display()))
}

fn remove_file(path: &Path) -> Result<()> {
    absent_is_fine(fs::remove_file(path))
        .with_context(|| format!("cannot remove {}", path.display()))
}

fn absent_is_fine(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
