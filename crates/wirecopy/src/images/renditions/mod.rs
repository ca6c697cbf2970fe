//! The renditions of kept pictures: files of several widths and formats for pages to show, with a record of what was
//! made of which picture.
//!
//! All of it follows from the store of pictures and the settings, and may be deleted at any time: it is then made
//! again. Files are named by the hash of their bytes, so that a name always means the same picture to whoever keeps
//! it. A file is on the disk before a line of the record tells of it.

pub mod make;
pub(super) mod parcel;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use wirecopy_picture::rendition::{Form, Recipe, Renditions as Files};

use crate::images::renditions::record::Line;
use crate::images::store::ledger::append;
use crate::images::store::write_durably;

/// Raised when the same picture and settings give other bytes than before.
const VERSION: u32 = 1;

/// What is made of each picture.
#[derive(Clone, Debug, PartialEq)]
pub struct RenditionSettings {
    /// In the order in which browsers are to prefer them; the fallback is always made.
    pub forms: Vec<Form>,
    /// Widths in pixels.
    pub widths: Vec<u32>,
    /// The least score in SSIMULACRA2, 1 to 100.
    pub score: u8,
}

impl RenditionSettings {
    /// The forms that are made, the fallback last.
    pub fn all_forms(&self) -> impl Iterator<Item = Form> {
        let better = self.forms.iter().filter(|form| **form != Form::Fallback);
        better.copied().chain([Form::Fallback])
    }

    /// How one form is made.
    pub fn recipe(&self, form: Form) -> Recipe {
        Recipe {
            form,
            widths: self.widths.clone(),
            score: f64::from(self.score),
        }
    }

    /// What tells renditions of these settings from those of others.
    fn tag(&self) -> String {
        let settings = format!("{VERSION} {:?} {}", self.widths, self.score);
        blake3::hash(settings.as_bytes()).to_hex()[..8].to_owned()
    }
}

/// What was made of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The mean colours of its thirds.
    pub colours: [[u8; 3]; 3],
    /// What there is in each form; a form in which nothing could be made, or nothing better, has no files.
    pub forms: BTreeMap<Form, MadeForm>,
}

/// A picture in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeForm {
    /// Such as `image/avif`.
    pub media_type: String,
    /// From narrow to wide.
    pub files: Vec<MadeFile>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFile {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Its length.
    pub bytes: u64,
    /// Its path below `files`, such as `4f/4f….avif`.
    pub name: String,
}

/// How far the record had come at some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    lines: u64,
    /// Of these lines; another record has another.
    hash: u64,
}

/// What came about since a [`Mark`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Pictures of which something was made, or of which nothing is left.
    pub pictures: Vec<blake3::Hash>,
    /// Names of files that are gone.
    pub gone: Vec<String>,
}

/// All renditions of a mirror.
pub struct Renditions {
    directory: PathBuf,
    tag: String,
    made: HashMap<[u8; 32], Made>,
    /// Each line's picture, the names of files that it says are gone, and the hash of all lines up to it.
    told: Vec<(blake3::Hash, Vec<String>, u64)>,
    /// Whether the record has lines of other settings.
    is_stale: bool,
}

impl Renditions {
    /// What was made with these settings in the mirror of this directory.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn open(mirror: &Path, settings: &RenditionSettings) -> Result<Renditions> {
        let mut renditions = Renditions {
            directory: mirror.join("renditions"),
            tag: settings.tag(),
            made: HashMap::new(),
            told: Vec::new(),
            is_stale: false,
        };
        for line in record::read(&renditions.record())? {
            renditions.take(&line);
        }
        Ok(renditions)
    }

    fn record(&self) -> PathBuf {
        self.directory.join("made.tsv")
    }

    /// Where a file lies.
    pub fn path(&self, file: &MadeFile) -> PathBuf {
        self.directory.join("files").join(&file.name)
    }

    /// What was made of a picture.
    pub fn find(&self, picture: blake3::Hash) -> Option<&Made> {
        self.made.get(picture.as_bytes())
    }

    /// Every picture of which something was made.
    pub fn pictures(&self) -> impl Iterator<Item = (blake3::Hash, &Made)> {
        let made = self.made.iter();
        made.map(|(hash, made)| (blake3::Hash::from_bytes(*hash), made))
    }

    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = &MadeFile> {
        let forms = self.made.values().flat_map(|made| made.forms.values());
        forms.flat_map(|form| &form.files)
    }

    /// Whether this form of a picture is still to be made.
    pub fn lacks(&self, picture: blake3::Hash, form: Form) -> bool {
        self.find(picture)
            .is_none_or(|made| !made.forms.contains_key(&form))
    }

    /// How far the record has come.
    pub fn mark(&self) -> Mark {
        Mark {
            lines: self.told.len() as u64,
            hash: self.told.last().map_or(0, |(.., hash)| *hash),
        }
    }

    /// What came about since; `None` where the record is not the one that was marked.
    pub fn changed_since(&self, mark: Mark) -> Option<Changes> {
        let known = usize::try_from(mark.lines).ok()?;
        let before = known.checked_sub(1).map(|last| self.told.get(last));
        let hash = match before {
            None => 0,
            Some(line) => line?.2,
        };
        if hash != mark.hash {
            return None;
        }
        let mut changes = Changes::default();
        for (picture, gone, _) in &self.told[known..] {
            changes.pictures.push(*picture);
            changes.gone.extend(gone.iter().cloned());
        }
        let named: HashSet<&str> = self.files().map(|file| file.name.as_str()).collect();
        changes.gone.retain(|name| !named.contains(name.as_str()));
        Some(changes)
    }

    /// Keeps what was made of a picture in one form: its files, then the line that tells of them.
    ///
    /// # Errors
    /// When the disk fails; what was not told of is made again.
    pub fn keep(&mut self, picture: blake3::Hash, form: Form, made: &Files) -> Result<()> {
        let mut files = Vec::with_capacity(made.files.len());
        for file in &made.files {
            let kept = MadeFile {
                width: file.width,
                height: file.height,
                bytes: file.bytes.len() as u64,
                name: record::name(&file.bytes, made.media_type),
            };
            let path = self.path(&kept);
            if !path.exists() {
                write_durably(&path, &file.bytes)?;
            }
            files.push(kept);
        }
        let line = Line::Made {
            picture,
            tag: self.tag.clone(),
            form,
            colours: made.colours,
            made: MadeForm {
                media_type: made.media_type.to_owned(),
                files,
            },
        };
        self.note(&line)
    }

    /// Lets go of what was made of a picture that is not kept any more.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn forget(&mut self, picture: blake3::Hash) -> Result<()> {
        let Some(made) = self.made.remove(picture.as_bytes()) else {
            return Ok(());
        };
        let files = made.forms.into_values().flat_map(|form| form.files);
        let files: Vec<MadeFile> = files.collect();
        let gone = files.iter().map(|file| file.name.clone()).collect();
        self.note(&Line::Gone { picture, gone })?;
        // Two pictures that differ in what cameras note alone have the same renditions.
        let named: HashSet<&str> = self.files().map(|file| file.name.as_str()).collect();
        for file in files.iter().filter(|file| !named.contains(&*file.name)) {
            remove_if_there(&self.path(file))?;
        }
        Ok(())
    }

    /// Takes out what was made with other settings, and what a crash left behind.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn tidy(&mut self) -> Result<()> {
        if !self.is_stale {
            return Ok(());
        }
        let lines = record::read(&self.record())?;
        let current = lines.iter().filter(|line| line.is_of(&self.tag));
        let text: String = current.map(Line::text).collect();
        write_durably(&self.record(), text.as_bytes())?;
        self.made.clear();
        self.told.clear();
        self.is_stale = false;
        for line in record::read(&self.record())? {
            self.take(&line);
        }
        let named: HashSet<PathBuf> = self.files().map(|file| self.path(file)).collect();
        for path in record::files_below(&self.directory.join("files"))? {
            if !named.contains(&path) {
                remove_if_there(&path)?;
            }
        }
        Ok(())
    }

    fn note(&mut self, line: &Line) -> Result<()> {
        append(&self.record(), &line.text())?;
        self.take(line);
        Ok(())
    }

    fn take(&mut self, line: &Line) {
        let former = self.told.last().map_or(0, |(.., hash)| *hash);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&former.to_le_bytes());
        hasher.update(line.text().as_bytes());
        let mut hash = [0; 8];
        hash.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        let gone = match line {
            Line::Gone { gone, .. } => gone.clone(),
            Line::Made { .. } => Vec::new(),
        };
        self.told
            .push((line.picture(), gone, u64::from_le_bytes(hash)));
        match line {
            Line::Made { tag, .. } if *tag != self.tag => self.is_stale = true,
            Line::Made {
                picture,
                form,
                colours,
                made,
                ..
            } => {
                let known = self.made.entry(*picture.as_bytes()).or_default();
                known.colours = *colours;
                known.forms.insert(*form, made.clone());
            }
            Line::Gone { picture, .. } => drop(self.made.remove(picture.as_bytes())),
        }
    }
}

fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(error).context(format!("cannot remove {}", path.display())))
        }
        _ => Ok(()),
    }
}
