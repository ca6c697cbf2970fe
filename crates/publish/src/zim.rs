//! ZIM, the file of Kiwix: a whole site in one compressed file that is read without a line (openZIM's "ZIM file format",
//! major version 6, minor version 1).
//!
//! A file is a function of what is added and of [`About`]: its identity is a hash of both. Items are added in the order
//! in which they are to lie; neighbours share a cluster, and are compressed together where they are text.

pub mod about;
mod cluster;
pub mod contained;
mod directory;
#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek, SeekFrom, Write};

use md5::{Digest, Md5};

use crate::zim::about::About;
use crate::zim::cluster::{Clusters, Place};
use crate::zim::directory::{Directory, Entry, Namespace, Pointer};

/// The program's own icon, for [`About::icon`].
pub const ICON: &[u8] = include_bytes!("../assets/icon-48.png");
/// "ZIM" and 4, as the format's header begins.
const MAGIC: u32 = 0x044D_495A;
const VERSION: [u16; 2] = [6, 1];
/// The header's length; the list of media types follows it at once, as readers expect.
const HEADER: u64 = 80;
/// Where clusters begin, which leaves room for the media types: some forty bytes each.
const CLUSTERS: u64 = 2048;
/// For no page.
const NONE: u32 = u32::MAX;
/// Bytes that are read at once for the checksum.
const READ: usize = 1 << 16;

/// What is added to a file.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its path, parts divided by `/`, not percent-encoded. Relative links between items lead along these.
    pub path: &'a str,
    /// Its title for readers, for one that is an article: those are found by their titles, and drawn at random.
    pub article: Option<&'a str>,
    /// Its media type; parameters are left out.
    pub media_type: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// A file in the making.
pub struct Writer<W> {
    output: W,
    clusters: Clusters,
    directory: Directory,
    media_types: Vec<String>,
    identity: blake3::Hasher,
}

impl<W: Read + Write + Seek> Writer<W> {
    /// Begins a file at the start of `output`, which is empty.
    ///
    /// # Errors
    ///
    /// When `output` cannot be written.
    pub fn new(mut output: W) -> io::Result<Writer<W>> {
        output.write_all(&[0; CLUSTERS as usize])?;
        Ok(Writer {
            output,
            clusters: Clusters::starting_at(CLUSTERS),
            directory: Directory::default(),
            media_types: Vec::new(),
            identity: blake3::Hasher::new(),
        })
    }

    /// Adds an item. No two have the same path.
    ///
    /// # Errors
    ///
    /// When `output` cannot be written, or the items have more media types than the file has room for.
    pub fn add(&mut self, item: &Item<'_>) -> io::Result<()> {
        self.put(Namespace::Content, item)
    }

    /// Ends the file with what it says of itself.
    ///
    /// # Errors
    ///
    /// As [`Writer::add`]; also when the main page is no item, or there are more entries than the format can count.
    pub fn finish(mut self, about: &About<'_>) -> io::Result<()> {
        let counter = self.counter();
        for (name, value) in about.texts(&counter) {
            self.put_text((Namespace::Metadata, name), value.as_bytes())?;
        }
        let icon = Item {
            path: "Illustration_48x48@1",
            article: None,
            media_type: "image/png",
            bytes: about.icon,
        };
        self.put(Namespace::Metadata, &icon)?;
        self.directory.sort();
        let main = self.directory.find(Namespace::Content, about.main_page);
        let main = main.ok_or_else(|| invalid("the main page is no item of the file"))?;
        // In front of the lists of titles, which lie last: the numbers of all items are known now and stay.
        let articles = self.directory.articles_by_title();
        self.put_list("listing/titleOrdered/v1", &articles)?;
        self.directory.add(Entry {
            namespace: Namespace::Known,
            path: "mainPage".to_owned(),
            title: String::new(),
            article: false,
            pointer: Pointer::Redirect(main),
        });
        self.directory.sort();
        self.clusters.flush(&mut self.output)?;
        self.write_lists()
    }

    /// Directory, lists and header, then the checksum of all of it.
    fn write_lists(mut self) -> io::Result<()> {
        let output = &mut self.output;
        let entries = u32::try_from(self.directory.len()).map_err(|_| invalid("too many items"))?;
        let clusters = u32::try_from(self.clusters.offsets().len())
            .map_err(|_| invalid("too many clusters"))?;
        let offsets = self.directory.write(output)?;
        let paths = output.stream_position()?;
        write_all_u64(output, &offsets)?;
        let titles = output.stream_position()?;
        for index in self.directory.by_title() {
            output.write_all(&index.to_le_bytes())?;
        }
        let cluster_list = output.stream_position()?;
        write_all_u64(output, self.clusters.offsets())?;
        let checksum = output.stream_position()?;
        let main = self.directory.find(Namespace::Known, "mainPage");
        let mut header = Vec::with_capacity(HEADER as usize);
        header.extend(MAGIC.to_le_bytes());
        header.extend(VERSION.iter().flat_map(|part| part.to_le_bytes()));
        header.extend(&self.identity.finalize().as_bytes()[..16]);
        header.extend(entries.to_le_bytes());
        header.extend(clusters.to_le_bytes());
        for place in [paths, titles, cluster_list, HEADER] {
            header.extend(place.to_le_bytes());
        }
        header.extend(main.unwrap_or(NONE).to_le_bytes());
        header.extend(NONE.to_le_bytes());
        header.extend(checksum.to_le_bytes());
        for media_type in &self.media_types {
            header.extend(media_type.as_bytes());
            header.push(0);
        }
        header.push(0);
        output.seek(SeekFrom::Start(0))?;
        output.write_all(&header)?;
        write_checksum(output)
    }

    fn put(&mut self, namespace: Namespace, item: &Item<'_>) -> io::Result<()> {
        self.hash(namespace, item);
        let place = match is_text(item.media_type) {
            true => self.clusters.add_text(item.bytes, &mut self.output)?,
            false => self.clusters.add_plain(item.bytes, &mut self.output)?,
        };
        self.enter(namespace, item, place)
    }

    fn put_text(&mut self, (namespace, path): (Namespace, &str), bytes: &[u8]) -> io::Result<()> {
        let item = Item {
            path,
            article: None,
            media_type: "text/plain",
            bytes,
        };
        self.put(namespace, &item)
    }

    /// Readers look such a list up where it lies, so that it is not compressed.
    fn put_list(&mut self, path: &str, indices: &[u32]) -> io::Result<()> {
        let bytes: Vec<u8> = indices
            .iter()
            .flat_map(|index| index.to_le_bytes())
            .collect();
        let item = Item {
            path,
            article: None,
            media_type: "application/octet-stream+zimlisting",
            bytes: &bytes,
        };
        self.put(Namespace::Index, &item)
    }

    fn enter(&mut self, namespace: Namespace, item: &Item<'_>, place: Place) -> io::Result<()> {
        let media_type = self.media_type(item.media_type)?;
        self.directory.add(Entry {
            namespace,
            path: item.path.to_owned(),
            title: item.article.unwrap_or_default().to_owned(),
            article: item.article.is_some(),
            pointer: Pointer::Blob { media_type, place },
        });
        Ok(())
    }

    /// The number of a media type in the file's list.
    fn media_type(&mut self, media_type: &str) -> io::Result<u16> {
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let known = self
            .media_types
            .iter()
            .position(|known| known == media_type);
        let number = known.unwrap_or_else(|| {
            self.media_types.push(media_type.to_owned());
            self.media_types.len() - 1
        });
        let length: usize = self.media_types.iter().map(|known| known.len() + 1).sum();
        if HEADER + length as u64 >= CLUSTERS {
            return Err(invalid("more media types than a file has room for"));
        }
        u16::try_from(number).map_err(|_| invalid("too many media types"))
    }

    /// How many items there are of each media type, as the format's `Counter` tells it.
    fn counter(&self) -> String {
        let counts = self.directory.counts();
        let parts = counts.iter().filter_map(|(number, count)| {
            let media_type = self.media_types.get(usize::from(*number))?;
            Some(format!("{media_type}={count}"))
        });
        parts.collect::<Vec<_>>().join(";")
    }

    fn hash(&mut self, namespace: Namespace, item: &Item<'_>) {
        for part in [
            &[namespace.letter()],
            item.path.as_bytes(),
            item.article.unwrap_or_default().as_bytes(),
            item.media_type.as_bytes(),
            item.bytes,
        ] {
            self.identity.update(&(part.len() as u64).to_le_bytes());
            self.identity.update(part);
        }
    }
}

/// Whether content of a media type becomes smaller.
fn is_text(media_type: &str) -> bool {
    let is_named = ["json", "xml", "javascript"]
        .iter()
        .any(|name| media_type.contains(name));
    media_type.starts_with("text/") || is_named
}

fn write_all_u64(output: &mut impl Write, numbers: &[u64]) -> io::Result<()> {
    numbers
        .iter()
        .try_for_each(|number| output.write_all(&number.to_le_bytes()))
}

/// The file's last sixteen bytes: MD5 of all before them, as the format has it, against damage alone.
fn write_checksum(file: &mut (impl Read + Write + Seek)) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut checksum = Md5::new();
    let mut bytes = vec![0; READ];
    loop {
        let length = file.read(&mut bytes)?;
        if length == 0 {
            break;
        }
        checksum.update(&bytes[..length]);
    }
    file.write_all(&checksum.finalize())
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
