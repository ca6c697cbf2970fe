//! Clusters: runs of blobs that are compressed together. Text goes into one, what is compressed already into another.

use std::io::{self, Write};

/// Bytes after which a cluster is closed, as openZIM's own writer does it: to read one blob, one cluster is unpacked.
const FULL: usize = 2 << 20;
/// Of 1 to 22: where time is still small against that of building the pages.
const LEVEL: i32 = 9;
/// What a cluster's first byte says of its data.
const PLAIN: u8 = 1;
const ZSTANDARD: u8 = 5;

/// Where a blob lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) cluster: u32,
    pub(super) blob: u32,
}

/// Writes clusters one after the other.
pub(super) struct Clusters {
    /// Where each begins in the file.
    offsets: Vec<u64>,
    /// Where the next bytes go.
    end: u64,
    text: Open,
    plain: Open,
}

/// A cluster that is being filled. Its number is that of its turn to begin, and its bytes are written when it is full.
#[derive(Default)]
struct Open {
    number: Option<u32>,
    data: Vec<u8>,
    /// Where each blob ends in the data.
    ends: Vec<usize>,
}

impl Clusters {
    pub(super) fn starting_at(end: u64) -> Clusters {
        Clusters {
            offsets: Vec::new(),
            end,
            text: Open::default(),
            plain: Open::default(),
        }
    }

    /// Where each cluster begins; none is missing after [`Clusters::flush`].
    pub(super) fn offsets(&self) -> &[u64] {
        &self.offsets
    }

    pub(super) fn add_text(&mut self, blob: &[u8], output: &mut impl Write) -> io::Result<Place> {
        let place = self.text.add(blob, &mut self.offsets)?;
        if self.text.data.len() >= FULL {
            self.write_text(output)?;
        }
        Ok(place)
    }

    pub(super) fn add_plain(&mut self, blob: &[u8], output: &mut impl Write) -> io::Result<Place> {
        let place = self.plain.add(blob, &mut self.offsets)?;
        if self.plain.data.len() >= FULL {
            self.write_plain(output)?;
        }
        Ok(place)
    }

    /// Closes the clusters that are open.
    pub(super) fn flush(&mut self, output: &mut impl Write) -> io::Result<()> {
        self.write_text(output)?;
        self.write_plain(output)
    }

    fn write_text(&mut self, output: &mut impl Write) -> io::Result<()> {
        let Some((number, bytes)) = self.text.take()? else {
            return Ok(());
        };
        let bytes = zstd::bulk::compress(&bytes, LEVEL)?;
        self.write((number, ZSTANDARD), &bytes, output)
    }

    fn write_plain(&mut self, output: &mut impl Write) -> io::Result<()> {
        let Some((number, bytes)) = self.plain.take()? else {
            return Ok(());
        };
        self.write((number, PLAIN), &bytes, output)
    }

    fn write(
        &mut self,
        (number, kind): (u32, u8),
        bytes: &[u8],
        output: &mut impl Write,
    ) -> io::Result<()> {
        output.write_all(&[kind])?;
        output.write_all(bytes)?;
        self.offsets[number as usize] = self.end;
        self.end += 1 + bytes.len() as u64;
        Ok(())
    }
}

impl Open {
    fn add(&mut self, blob: &[u8], offsets: &mut Vec<u64>) -> io::Result<Place> {
        let cluster = match self.number {
            Some(number) => number,
            None => {
                offsets.push(0);
                let number = u32::try_from(offsets.len() - 1).map_err(io::Error::other)?;
                *self.number.insert(number)
            }
        };
        self.data.extend_from_slice(blob);
        self.ends.push(self.data.len());
        let blob = u32::try_from(self.ends.len() - 1).map_err(io::Error::other)?;
        Ok(Place { cluster, blob })
    }

    /// Its number, and its data behind the list of where each blob begins and the last one ends, counted from the
    /// list's own start.
    fn take(&mut self) -> io::Result<Option<(u32, Vec<u8>)>> {
        let Open { number, data, ends } = std::mem::take(self);
        let Some(number) = number else {
            return Ok(None);
        };
        let start = (ends.len() + 1) * size_of::<u32>();
        let mut bytes = Vec::with_capacity(start + data.len());
        for place in std::iter::once(0).chain(ends) {
            let offset = u32::try_from(start + place).map_err(io::Error::other)?;
            bytes.extend(offset.to_le_bytes());
        }
        bytes.extend(data);
        Ok(Some((number, bytes)))
    }
}
