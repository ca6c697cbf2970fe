//! The pictures that a mirror keeps: each file once, named by the hash of its bytes, with a ledger of where it came
//! from.
//!
//! Both are plain: pictures any program can show, and lines of text. They outlive this program, and nothing else of the
//! store does: what is still wanted ([`wanted`]) is found again from the archive. A file is on the disk before a line
//! tells of it, so that a line without its file is damage, and a file without a line is a crash and is told by
//! [`check::verify`].

pub mod check;
pub mod kin;
pub(crate) mod ledger;
pub mod prune;
pub mod wanted;

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;
use url::Url;

use crate::archive::durable::sync;
use crate::archive::index::pictures::{PictureKey, key};
use crate::images::store::ledger::{Dropped, Event, Kept, Ledger};

/// A mirror's store of pictures.
pub struct Store {
    directory: PathBuf,
    ledger: Ledger,
}

/// A picture that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// BLAKE3 of its bytes.
    pub hash: blake3::Hash,
    /// Of its format, such as `image/jpeg`.
    pub media_type: String,
    /// The length of its file.
    pub bytes: u64,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// Its coarse structure; see [`wirecopy_picture::likeness`].
    pub likeness: u64,
    /// When it was first kept.
    pub kept: Timestamp,
    /// What its addresses are known by.
    pub addresses: Vec<PictureKey>,
}

impl Original {
    /// Its file's place in the store.
    pub fn path(&self) -> String {
        let name = self.hash.to_hex();
        let extension = self
            .media_type
            .rsplit_once('/')
            .map_or("", |(_, kind)| kind);
        format!("files/{}/{name}.{extension}", &name[..2])
    }
}

/// A picture to be kept, and where it came from.
pub struct Arrival<'a> {
    /// The file.
    pub bytes: &'a [u8],
    /// Of its format.
    pub media_type: &'static str,
    /// Width and height in pixels, upright.
    pub size: (u32, u32),
    /// Its coarse structure.
    pub likeness: u64,
    /// Whether it is smaller than what the origin has.
    pub is_bounded: bool,
    /// The address by which articles show it.
    pub address: &'a Url,
    /// Where it was had, if elsewhere.
    pub had_from: &'a Url,
    /// The article for whose sake it was asked for.
    pub page: &'a str,
    /// When.
    pub time: Timestamp,
}

impl Store {
    /// The store of the mirror in this directory; made by the first picture.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn open(mirror: &Path) -> Result<Store> {
        let directory = mirror.join("originals");
        let ledger = Ledger::open(&directory.join("ledger"))?;
        Ok(Store { directory, ledger })
    }

    /// Where it lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The picture of an address.
    pub fn find(&self, address: &Url) -> Option<&Original> {
        self.ledger.find(key(address))
    }

    /// The picture with this hash.
    pub fn by_hash(&self, hash: blake3::Hash) -> Option<&Original> {
        self.ledger.by_hash(hash)
    }

    /// What the addresses of a picture are known by, also of one that was taken out.
    pub(crate) fn addresses(&self, hash: blake3::Hash) -> &[PictureKey] {
        self.ledger.addresses(hash)
    }

    /// Every picture, in the order in which they came.
    pub fn originals(&self) -> impl Iterator<Item = &Original> {
        self.ledger.originals()
    }

    /// What all files take together.
    pub fn bytes(&self) -> u64 {
        self.originals().map(|original| original.bytes).sum()
    }

    /// Whether this address was had and its picture taken out since: it is not asked for again.
    pub fn was_dropped(&self, address: &Url) -> bool {
        self.ledger.was_dropped(key(address))
    }

    /// Keeps a picture: its bytes, unless they are there, and where they came from. Whether the bytes were new.
    ///
    /// # Errors
    /// When the disk fails; what was not noted is not kept, and asked for again.
    pub fn keep(&mut self, arrival: &Arrival<'_>) -> Result<bool> {
        let kept = Kept::of(arrival);
        let is_new = self.ledger.by_hash(kept.hash).is_none();
        if is_new {
            write_durably(&self.directory.join(kept.original().path()), arrival.bytes)?;
        }
        self.ledger.note(Event::Kept(Box::new(kept)))?;
        Ok(is_new)
    }

    /// The bytes of a picture, as they were kept.
    ///
    /// # Errors
    /// When the file is gone, or is not what its name says.
    pub fn read(&self, original: &Original) -> Result<Vec<u8>> {
        let path = self.directory.join(original.path());
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        anyhow::ensure!(
            blake3::hash(&bytes) == original.hash,
            "{} is damaged: it has not the hash that it is named by",
            path.display()
        );
        Ok(bytes)
    }

    /// Takes a picture out. That it was there stays in the ledger.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn drop(&mut self, hash: blake3::Hash, time: Timestamp, why: &str) -> Result<()> {
        let Some(original) = self.ledger.by_hash(hash) else {
            return Ok(());
        };
        let path = self.directory.join(original.path());
        let why = why.to_owned();
        self.ledger
            .note(Event::Dropped(Dropped { time, hash, why }))?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Writes a file so that after a power cut it is whole or not there, with the directories on its way.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    if !directory.is_dir() {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        for above in directory.ancestors().skip(1).take(3) {
            sync(above)?;
        }
    }
    let mut file = tempfile::Builder::new()
        .prefix(".new-")
        .tempfile_in(directory)
        .with_context(|| format!("cannot write in {}", directory.display()))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .with_context(|| format!("cannot write {}", path.display()))?;
    readable(file.as_file())?;
    file.persist(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    sync(directory)
}

/// Temporary files are made for their owner alone; these are to be served and copied like any other.
#[cfg(unix)]
fn readable(file: &fs::File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.set_permissions(fs::Permissions::from_mode(0o644))?)
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
