//! What was kept and what was taken out, one line each, in one file a month: the only record of where a picture came
//! from. Lines are added and never changed, each followed by a sync. A last line that a crash cut off is passed over,
//! and goes before the next is added.
//!
//! Fields are divided by tabs, and end in the addresses, which hold none. A further field at the end is allowed to a
//! later version; a line with a first word that is not known is passed over.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::archive::durable::sync;
use crate::archive::index::pictures::{PictureKey, key};
use crate::images::store::{Arrival, Original};

/// What happened to a picture.
pub(super) enum Event {
    Kept(Box<Kept>),
    Dropped(Dropped),
}

/// A picture was had from an address.
pub(super) struct Kept {
    time: Timestamp,
    pub(super) hash: blake3::Hash,
    media_type: String,
    bytes: u64,
    size: (u32, u32),
    likeness: u64,
    is_bounded: bool,
    address: Url,
    had_from: String,
    page: String,
}

/// A picture was taken out.
pub(super) struct Dropped {
    pub(super) time: Timestamp,
    pub(super) hash: blake3::Hash,
    pub(super) why: String,
}

/// All that was noted, and where to note more.
pub(super) struct Ledger {
    directory: PathBuf,
    originals: Vec<Original>,
    by_hash: HashMap<[u8; 32], usize>,
    by_address: HashMap<PictureKey, usize>,
    /// Places among the originals of those that were taken out.
    dropped: Vec<bool>,
}

impl Kept {
    pub(super) fn of(arrival: &Arrival<'_>) -> Kept {
        Kept {
            time: arrival.time,
            hash: blake3::hash(arrival.bytes),
            media_type: arrival.media_type.to_owned(),
            bytes: arrival.bytes.len() as u64,
            size: arrival.size,
            likeness: arrival.likeness,
            is_bounded: arrival.is_bounded,
            address: arrival.address.clone(),
            had_from: arrival.had_from.to_string(),
            page: arrival.page.to_owned(),
        }
    }

    pub(super) fn original(&self) -> Original {
        Original {
            hash: self.hash,
            media_type: self.media_type.clone(),
            bytes: self.bytes,
            width: self.size.0,
            height: self.size.1,
            likeness: self.likeness,
            kept: self.time,
            addresses: vec![key(&self.address)],
        }
    }

    fn parse(fields: &[&str]) -> Option<Kept> {
        let [
            time,
            hash,
            media_type,
            bytes,
            size,
            likeness,
            form,
            address,
            had_from,
            page,
            ..,
        ] = fields
        else {
            return None;
        };
        let (width, height) = size.split_once('x')?;
        let is_name = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Kept {
            time: time.parse().ok()?,
            hash: blake3::Hash::from_hex(hash).ok()?,
            // It becomes the end of a file's name.
            media_type: media_type
                .strip_prefix("image/")
                .filter(|kind| is_name(kind))
                .map(|_| (*media_type).to_owned())?,
            bytes: bytes.parse().ok()?,
            size: (width.parse().ok()?, height.parse().ok()?),
            likeness: u64::from_str_radix(likeness, 16).ok()?,
            is_bounded: *form == "bounded",
            address: Url::parse(address).ok()?,
            had_from: (*had_from).to_owned(),
            page: (*page).to_owned(),
        })
    }
}

impl Event {
    fn time(&self) -> Timestamp {
        match self {
            Event::Kept(kept) => kept.time,
            Event::Dropped(dropped) => dropped.time,
        }
    }

    fn line(&self) -> String {
        match self {
            Event::Kept(kept) => format!(
                "kept\t{:.0}\t{}\t{}\t{}\t{}x{}\t{:016x}\t{}\t{}\t{}\t{}\n",
                kept.time,
                kept.hash,
                kept.media_type,
                kept.bytes,
                kept.size.0,
                kept.size.1,
                kept.likeness,
                if kept.is_bounded { "bounded" } else { "whole" },
                kept.address,
                field(&kept.had_from),
                field(&kept.page),
            ),
            Event::Dropped(Dropped { time, hash, why }) => {
                format!("dropped\t{time:.0}\t{hash}\t{}\n", field(why))
            }
        }
    }

    fn parse(line: &str) -> Option<Event> {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.split_first()? {
            (&"kept", fields) => Kept::parse(fields).map(Box::new).map(Event::Kept),
            (&"dropped", [time, hash, why, ..]) => Some(Event::Dropped(Dropped {
                time: time.parse().ok()?,
                hash: blake3::Hash::from_hex(hash).ok()?,
                why: (*why).to_owned(),
            })),
            _ => None,
        }
    }
}

/// Without what divides fields and lines.
pub(super) fn field(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

impl Ledger {
    pub(super) fn open(directory: &Path) -> Result<Ledger> {
        let mut ledger = Ledger {
            directory: directory.to_owned(),
            originals: Vec::new(),
            by_hash: HashMap::new(),
            by_address: HashMap::new(),
            dropped: Vec::new(),
        };
        for path in months(directory)? {
            let text =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let text = String::from_utf8_lossy(&text);
            let whole = text
                .split_inclusive('\n')
                .filter_map(|line| line.strip_suffix('\n'));
            for event in whole.filter_map(Event::parse) {
                ledger.take(event);
            }
        }
        Ok(ledger)
    }

    pub(super) fn find(&self, address: PictureKey) -> Option<&Original> {
        let place = *self.by_address.get(&address)?;
        (!self.dropped[place]).then(|| &self.originals[place])
    }

    pub(super) fn by_hash(&self, hash: blake3::Hash) -> Option<&Original> {
        let place = *self.by_hash.get(hash.as_bytes())?;
        (!self.dropped[place]).then(|| &self.originals[place])
    }

    pub(super) fn addresses(&self, hash: blake3::Hash) -> &[PictureKey] {
        let place = self.by_hash.get(hash.as_bytes());
        place.map_or(&[], |place| &self.originals[*place].addresses)
    }

    pub(super) fn was_dropped(&self, address: PictureKey) -> bool {
        let place = self.by_address.get(&address);
        place.is_some_and(|place| self.dropped[*place])
    }

    pub(super) fn originals(&self) -> impl Iterator<Item = &Original> {
        let originals = self.originals.iter().zip(&self.dropped);
        originals.filter_map(|(original, is_dropped)| (!is_dropped).then_some(original))
    }

    /// Writes an event down, and takes it in.
    pub(super) fn note(&mut self, event: Event) -> Result<()> {
        let month = event.time().to_zoned(TimeZone::UTC).strftime("%Y-%m");
        append(&self.directory.join(format!("{month}.tsv")), &event.line())?;
        self.take(event);
        Ok(())
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Kept(kept) => {
                let place = *self
                    .by_hash
                    .entry(*kept.hash.as_bytes())
                    .or_insert_with(|| {
                        self.originals.push(kept.original());
                        self.dropped.push(false);
                        self.originals.len() - 1
                    });
                self.dropped[place] = false;
                let address = key(&kept.address);
                let original = &mut self.originals[place];
                if !original.addresses.contains(&address) {
                    original.addresses.push(address);
                }
                self.by_address.insert(address, place);
            }
            Event::Dropped(dropped) => {
                if let Some(place) = self.by_hash.get(dropped.hash.as_bytes()) {
                    self.dropped[*place] = true;
                }
            }
        }
    }
}

/// The files of a ledger in the order of their months.
fn months(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot read {}", directory.display()))?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tsv") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Adds a line, and waits until it is on the disk.
pub(crate) fn append(path: &Path, line: &str) -> Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let is_new = !path.exists();
    let added = fs::create_dir_all(directory)
        .and_then(|()| OpenOptions::new().create(true).append(true).open(path))
        .and_then(|mut file| {
            drop_half_a_line(path)?;
            file.write_all(line.as_bytes())?;
            file.sync_all()
        });
    added.with_context(|| format!("cannot write {}", path.display()))?;
    if is_new {
        sync(directory)?;
        sync(directory.parent().unwrap_or(directory))?;
    }
    Ok(())
}

/// Takes away what a crash left of the last line, so that it is not taken for a whole one later.
fn drop_half_a_line(path: &Path) -> std::io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" {
        return Ok(());
    }
    let text = fs::read(path)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n');
    file.set_len(whole.map_or(0, |end| end as u64 + 1))
}
