//! The lines of a file, gzipped or not, or of standard input, as lists of pages and of articles are given.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context;
use flate2::read::MultiGzDecoder;

use crate::cli::extract::page::GZIP;

/// Longest line in bytes. The largest page that is read at all has 128 MiB, and its article stands in a line twice:
/// as HTML and as text.
const MAX_LINE: u64 = 512 << 20;

/// The lines as they are taken, one by one.
pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    /// Longest line in bytes.
    limit: u64,
    /// Those taken.
    count: usize,
    has_ended: bool,
}

impl Lines {
    /// Opens a file; standard input for `-`.
    ///
    /// # Errors
    /// It cannot be opened or its beginning cannot be read.
    pub(super) fn open(path: &Path) -> anyhow::Result<Lines> {
        let reader = open(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Lines::of(reader, MAX_LINE))
    }

    fn of(reader: Box<dyn BufRead + Send>, limit: u64) -> Lines {
        Lines {
            reader,
            limit,
            count: 0,
            has_ended: false,
        }
    }

    /// Reads on to the end of a line that is too long, holding a buffer of it at a time.
    fn pass_over(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (taken, is_over) = (
                end.map_or(buffer.len(), |end| end + 1),
                end.is_some() || buffer.is_empty(),
            );
            self.reader.consume(taken);
            if is_over {
                return Ok(());
            }
        }
    }
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let reader: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path)?)
    };
    let mut reader = BufReader::new(reader);
    Ok(if reader.fill_buf()?.starts_with(&GZIP) {
        Box::new(BufReader::new(MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    })
}

impl Iterator for Lines {
    type Item = (usize, io::Result<Vec<u8>>);

    /// The next line with its number from 1. One that is too long is an error and does not end the lines; after any
    /// other error there is no more to read.
    fn next(&mut self) -> Option<(usize, io::Result<Vec<u8>>)> {
        let mut line = Vec::new();
        let read = if self.has_ended {
            Ok(0)
        } else {
            (&mut self.reader)
                .take(self.limit)
                .read_until(b'\n', &mut line)
        };
        self.has_ended = !matches!(read, Ok(1..));
        self.count += 1;
        match read {
            Ok(0) => None,
            Ok(taken) if taken as u64 == self.limit && !line.ends_with(b"\n") => {
                let passed = self.pass_over();
                self.has_ended = passed.is_err();
                let words = format!("the line has more than {} bytes", self.limit);
                let error = passed.err().unwrap_or_else(|| io::Error::other(words));
                Some((self.count, Err(error)))
            }
            Ok(_) => Some((self.count, Ok(line))),
            Err(error) => Some((self.count, Err(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_the_first_that_cannot_be_read() {
        // A gzip member cut short, after which every further read fails again.
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        io::Write::write_all(&mut packed, &b"{}\n".repeat(30_000)).unwrap();
        let mut packed = packed.finish().unwrap();
        packed.truncate(packed.len() / 2);
        let reader = BufReader::new(MultiGzDecoder::new(io::Cursor::new(packed)));
        let lines = Lines::of(Box::new(reader), MAX_LINE);
        let taken: Vec<bool> = lines.map(|(_, line)| line.is_ok()).collect();
        assert!(taken.len() > 1_000);
        assert_eq!(taken.iter().position(|good| !good), Some(taken.len() - 1));
    }

    #[test]
    fn a_line_that_is_too_long_is_told_and_the_next_ones_are_read() {
        let text = io::Cursor::new(b"first\nmuch too long\nthird\nlong at the end".to_vec());
        let lines = Lines::of(Box::new(BufReader::with_capacity(4, text)), 6);
        let told: Vec<(usize, Option<Vec<u8>>)> =
            lines.map(|(number, line)| (number, line.ok())).collect();
        let expected = [
            (1, Some(b"first\n".to_vec())),
            (2, None),
            (3, Some(b"third\n".to_vec())),
            (4, None),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_line_that_is_too_long_and_cut_off_says_that_it_is_cut_off() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        io::Write::write_all(&mut packed, &[b'x'; 100_000]).unwrap();
        let mut packed = packed.finish().unwrap();
        packed.truncate(packed.len() / 2);
        let reader = BufReader::new(MultiGzDecoder::new(io::Cursor::new(packed)));
        let mut lines = Lines::of(Box::new(reader), 6);
        let (_, first) = lines.next().unwrap();
        assert_eq!(first.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(lines.next().is_none());
    }
}
