//! Reads files out of a volume's packs without a process of git: the quick way for thousands of documents in a row,
//! whose pipes and context switches would cost more than their unpacking.
//!
//! It knows what volumes are made of (gitformat-pack: indexes of version 2, files whole or as deltas within their pack)
//! and nothing else. Whatever it does not find or understand it leaves to git, which knows the rest and says what is
//! wrong with a damaged pack. Like `git cat-file` it checks the sums of what it unpacks and not its name.

mod held;
mod inflater;

use crate::archive::reader::MAX_OBJECT_BYTES;
use held::Held;
use inflater::Inflater;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Length of an object name.
const NAME: usize = 20;

/// What an index of version 2 begins with, and the table of 256 counts after it.
const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];
const HEAD: usize = MAGIC.len() + 256 * 4;

/// Deltas upon deltas; git makes at most fifty.
const MAX_CHAIN: usize = 64;

/// The packs of a volume, as they were when they were opened.
#[derive(Debug)]
pub(super) struct Packs(Vec<Pack>);

#[derive(Debug)]
struct Pack {
    file: File,
    /// The whole index: some 28 bytes for each object.
    index: Vec<u8>,
    /// Where objects begin, and last where they end, in order.
    starts: Vec<u64>,
    held: Held,
    inflater: Inflater,
}

impl Packs {
    /// Opens those that can be read.
    pub(super) fn open(repository: &Path) -> Packs {
        let entries = fs::read_dir(repository.join("objects/pack"))
            .into_iter()
            .flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let indexes = paths.filter(|path| path.extension().is_some_and(|ending| ending == "idx"));
        let mut packs: Vec<Pack> = indexes.filter_map(|index| Pack::open(&index)).collect();
        let share = held::MOST / packs.len().max(1);
        for pack in &mut packs {
            pack.held = Held::within(share);
        }
        Packs(packs)
    }

    /// The file with that object name; `None` where git is to be asked.
    pub(super) fn file(&mut self, revision: &str) -> Option<Vec<u8>> {
        let name = name_of(revision)?;
        self.0.iter_mut().find_map(|pack| {
            let start = pack.find(&name)?;
            pack.unpack(start)
        })
    }
}

/// An object name's bytes.
fn name_of(revision: &str) -> Option<[u8; NAME]> {
    let digits = Some(revision).filter(|text| text.len() == 2 * NAME && text.is_ascii())?;
    let mut name = [0; NAME];
    for (place, byte) in name.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(name)
}

/// A number of four bytes, the highest first.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(bytes)).ok()
}

impl Pack {
    fn open(index: &Path) -> Option<Pack> {
        let file = File::open(index.with_extension("pack")).ok()?;
        // A pack ends with its hash.
        let end = file.metadata().ok()?.len().checked_sub(NAME as u64)?;
        let index = fs::read(index).ok()?;
        let mut pack = Pack {
            file,
            starts: Vec::new(),
            held: Held::within(held::MOST),
            inflater: Inflater::default(),
            index: Some(index).filter(|index| index.starts_with(&MAGIC))?,
        };
        let starts: Option<Vec<u64>> = (0..pack.count()?).map(|place| pack.start(place)).collect();
        pack.starts = starts?;
        pack.starts.push(end);
        pack.starts.sort_unstable();
        Some(pack)
    }

    fn count(&self) -> Option<usize> {
        number(&self.index, HEAD - 4)
    }

    /// The name in a place of the index, which is in order of names.
    fn name(&self, place: usize) -> Option<&[u8]> {
        let at = HEAD + place * NAME;
        self.index.get(at..at + NAME)
    }

    /// Where the object in a place of the index begins; `None` beyond 2 GB, where indexes have another table.
    fn start(&self, place: usize) -> Option<u64> {
        let start = number(&self.index, HEAD + self.count()? * (NAME + 4) + place * 4)?;
        (start < 1 << 31).then_some(start as u64)
    }

    /// Where the object of that name begins.
    fn find(&self, name: &[u8; NAME]) -> Option<u64> {
        let first = usize::from(name[0]);
        let counted = |byte: usize| number(&self.index, MAGIC.len() + 4 * byte);
        let mut low = first.checked_sub(1).map_or(Some(0), counted)?;
        let mut high = counted(first)?;
        while low < high {
            let middle = low.midpoint(high);
            match self.name(middle)?.cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.start(middle),
            }
        }
        None
    }

    /// The bytes of the file that begins there, put together from its deltas.
    fn unpack(&mut self, start: u64) -> Option<Vec<u8>> {
        let mut at = start;
        let mut deltas = Vec::new();
        let mut bytes = loop {
            if let Some(held) = self.held.file(at) {
                break held.to_vec();
            }
            let packed = self.packed(at)?;
            let (kind, size, rest) = head(&packed)?;
            let (base, rest) = match kind {
                Kind::Blob => break self.inflater.inflated(rest, size)?,
                Kind::OffsetDelta => {
                    let (back, rest) = distance(rest)?;
                    (at.checked_sub(back)?, rest)
                }
                Kind::NameDelta => {
                    let (name, rest) = rest.split_first_chunk::<NAME>()?;
                    (self.find(name)?, rest)
                }
            };
            if deltas.len() == MAX_CHAIN {
                return None;
            }
            deltas.push((at, self.inflater.inflated(rest, size)?));
            at = base;
        };
        for (place, delta) in deltas.into_iter().rev() {
            let whole = applied(&delta, &bytes)?;
            self.held.put(at, &bytes);
            (at, bytes) = (place, whole);
        }
        self.held.put(start, &bytes);
        Some(bytes)
    }

    /// An object as it lies in the pack, up to where the next begins.
    fn packed(&self, start: u64) -> Option<Vec<u8>> {
        let next = self.starts.partition_point(|known| *known <= start);
        let length = usize::try_from(self.starts.get(next)? - start).ok()?;
        let mut packed = vec![0; length];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(start)).ok()?;
        file.read_exact(&mut packed).ok()?;
        Some(packed)
    }
}

/// How a file lies in a pack.
enum Kind {
    Blob,
    /// As changes to what lies so far before it.
    OffsetDelta,
    /// As changes to what is called so.
    NameDelta,
}

/// The kind and unpacked size of an object, and what follows.
fn head(packed: &[u8]) -> Option<(Kind, usize, &[u8])> {
    let (&first, mut rest) = packed.split_first()?;
    let kind = match first >> 4 & 7 {
        3 => Kind::Blob,
        6 => Kind::OffsetDelta,
        7 => Kind::NameDelta,
        _ => return None,
    };
    let mut size = u64::from(first & 0x0f);
    let mut byte = first;
    let mut shift = 4;
    while byte & 0x80 != 0 {
        (byte, rest) = rest.split_first().map(|(byte, rest)| (*byte, rest))?;
        size |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if size > MAX_OBJECT_BYTES || shift > 32 {
            return None;
        }
    }
    Some((kind, usize::try_from(size).ok()?, rest))
}

/// How far back the base of a delta lies, and what follows.
fn distance(packed: &[u8]) -> Option<(u64, &[u8])> {
    let mut distance: u64 = 0;
    for (place, byte) in packed.iter().enumerate().take(8) {
        distance = distance << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((distance, &packed[place + 1..]));
        }
        distance += 1;
    }
    None
}

/// A size in a delta, the lowest seven bits first, and what follows.
fn size(delta: &[u8]) -> Option<(usize, &[u8])> {
    let mut size = 0;
    for (place, byte) in delta.iter().enumerate().take(5) {
        size |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return (size as u64 <= MAX_OBJECT_BYTES).then(|| (size, &delta[place + 1..]));
        }
    }
    None
}

/// What a delta makes of its base: stretches of the base, and new bytes between them.
fn applied(delta: &[u8], base: &[u8]) -> Option<Vec<u8>> {
    let (from, rest) = size(delta)?;
    let (to, mut rest) = size(rest)?;
    let mut bytes = Vec::with_capacity(to);
    while let Some((&order, after)) = rest.split_first() {
        rest = after;
        if order & 0x80 == 0 {
            let (new, after) = rest
                .split_at_checked(usize::from(order))
                .filter(|_| order > 0)?;
            bytes.extend_from_slice(new);
            rest = after;
        } else {
            let (stretch, after) = stretch(order, rest)?;
            bytes.extend_from_slice(base.get(stretch)?);
            rest = after;
        }
        if bytes.len() > to {
            return None;
        }
    }
    (from == base.len() && bytes.len() == to).then_some(bytes)
}

/// The stretch of the base that an order names: four bits for the bytes of its start, three for those of its length.
fn stretch(order: u8, rest: &[u8]) -> Option<(std::ops::Range<usize>, &[u8])> {
    let mut rest = rest;
    let mut numbers = [0_usize; 2];
    for bit in (0..7).filter(|bit| order & 1 << bit != 0) {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        let (number, place) = (bit / 4, bit % 4);
        numbers[number] |= usize::from(byte) << (8 * place);
    }
    let [start, length] = numbers;
    // No length is the longest.
    let length = if length == 0 { 1 << 16 } else { length };
    Some((start..start + length, rest))
}
