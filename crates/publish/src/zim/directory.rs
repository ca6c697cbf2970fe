//! The entries of a file, in the order of their paths, and the orders in which readers look them up.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use crate::zim::cluster::Place;

/// What kind of thing an entry is. The order is that of their letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Namespace {
    /// What readers see.
    Content,
    /// What the file says of itself.
    Metadata,
    /// Entries of known names.
    Known,
    /// Lists for looking up.
    Index,
}

impl Namespace {
    pub(super) fn letter(self) -> u8 {
        match self {
            Namespace::Content => b'C',
            Namespace::Metadata => b'M',
            Namespace::Known => b'W',
            Namespace::Index => b'X',
        }
    }
}

/// An entry.
pub(super) struct Entry {
    pub(super) namespace: Namespace,
    pub(super) path: String,
    /// Empty where the path is the title.
    pub(super) title: String,
    pub(super) article: bool,
    pub(super) pointer: Pointer,
}

/// Where an entry leads.
pub(super) enum Pointer {
    /// To content.
    Blob { media_type: u16, place: Place },
    /// To the entry of this number.
    Redirect(u32),
}

/// In place of a media type, an entry that leads to another.
const REDIRECT: u16 = u16::MAX;

impl Entry {
    fn slot(&self) -> (Namespace, &str) {
        (self.namespace, &self.path)
    }

    fn titled(&self) -> (Namespace, &str) {
        let title = if self.title.is_empty() {
            &self.path
        } else {
            &self.title
        };
        (self.namespace, title)
    }

    /// Media type, length of parameters, namespace, revision, place, path and title.
    fn bytes(&self) -> Vec<u8> {
        let media_type = match self.pointer {
            Pointer::Blob { media_type, .. } => media_type,
            Pointer::Redirect(_) => REDIRECT,
        };
        let mut bytes = Vec::with_capacity(18 + self.path.len() + self.title.len());
        bytes.extend(media_type.to_le_bytes());
        bytes.extend([0, self.namespace.letter()]);
        bytes.extend(0_u32.to_le_bytes());
        match self.pointer {
            Pointer::Blob { place, .. } => {
                bytes.extend(place.cluster.to_le_bytes());
                bytes.extend(place.blob.to_le_bytes());
            }
            Pointer::Redirect(number) => bytes.extend(number.to_le_bytes()),
        }
        for text in [&self.path, &self.title] {
            // A null would end it.
            bytes.extend(text.bytes().filter(|byte| *byte != 0));
            bytes.push(0);
        }
        bytes
    }
}

/// All entries.
#[derive(Default)]
pub(super) struct Directory {
    entries: Vec<Entry>,
}

impl Directory {
    pub(super) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Puts the entries in order; their numbers are their places from then on.
    pub(super) fn sort(&mut self) {
        self.entries
            .sort_by(|one, other| one.slot().cmp(&other.slot()));
    }

    /// The number of an entry.
    pub(super) fn find(&self, namespace: Namespace, path: &str) -> Option<u32> {
        let place = self
            .entries
            .binary_search_by(|entry| entry.slot().cmp(&(namespace, path)));
        u32::try_from(place.ok()?).ok()
    }

    /// The numbers of all entries by title.
    pub(super) fn by_title(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..).take(self.entries.len()).collect();
        numbers.sort_by(|one, other| self.titled(*one).cmp(&self.titled(*other)));
        numbers
    }

    /// The numbers of the articles by title.
    pub(super) fn articles_by_title(&self) -> Vec<u32> {
        let mut numbers = self.by_title();
        numbers.retain(|number| self.entries[*number as usize].article);
        numbers
    }

    fn titled(&self, number: u32) -> (Namespace, &str) {
        self.entries[number as usize].titled()
    }

    /// How many pieces of content there are of each media type.
    pub(super) fn counts(&self) -> BTreeMap<u16, u64> {
        let mut counts = BTreeMap::new();
        let content = self.entries.iter();
        for entry in content.filter(|entry| entry.namespace == Namespace::Content) {
            if let Pointer::Blob { media_type, .. } = entry.pointer {
                *counts.entry(media_type).or_default() += 1;
            }
        }
        counts
    }

    /// Writes the entries one after the other; where each begins.
    pub(super) fn write(&self, output: &mut (impl Write + Seek)) -> io::Result<Vec<u64>> {
        let mut place = output.stream_position()?;
        let mut places = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let bytes = entry.bytes();
            places.push(place);
            place += bytes.len() as u64;
            output.write_all(&bytes)?;
        }
        Ok(places)
    }
}
