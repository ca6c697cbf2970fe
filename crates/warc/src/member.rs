//! The bytes of an archive as records are read from them: plain, or out of one gzip member after the other (RFC 1952
//! §2.2), each checked against its sum when it ends. After damage the next place is sought at which one may begin.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// What begins a gzip member, with the only method that there is.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// What begins a record after another line.
const RECORD: &[u8] = b"\nWARC/";

/// An archive's bytes, unpacked.
pub(crate) struct Stream<R: BufRead> {
    /// Nothing only while one form is made of another.
    form: Option<Form<R>>,
    /// Where in the file the gzip member began, or what is read now where there are none.
    begin: u64,
}

enum Form<R: BufRead> {
    Plain(Counted<R>),
    /// Before a member, or at the end.
    Between(Counted<R>),
    Within(Box<BufReader<GzDecoder<Counted<R>>>>),
}

impl<R: BufRead> Stream<R> {
    /// Packed or not, by the first byte; nothing is taken for it.
    pub(crate) fn new(source: R) -> Stream<R> {
        let mut source = Counted::new(source);
        // An error comes again, or is told by the reader's own mark.
        let is_packed = source
            .fill_buf()
            .is_ok_and(|bytes| bytes.first() == Some(&GZIP[0]));
        Stream {
            form: Some(if is_packed {
                Form::Between(source)
            } else {
                Form::Plain(source)
            }),
            begin: 0,
        }
    }

    /// Where what is read now begins in the file: its member, or itself.
    pub(crate) fn place(&self) -> u64 {
        match self.form.as_ref() {
            Some(Form::Plain(source)) => source.place,
            _ => self.begin,
        }
    }

    /// What the file itself failed with, if it did: there is nothing more to read then.
    pub(crate) fn failure(&self) -> Option<&str> {
        let source = match self.form.as_ref()? {
            Form::Plain(source) | Form::Between(source) => source,
            Form::Within(member) => member.get_ref().get_ref(),
        };
        source.failure.as_deref()
    }

    /// Goes on to the next member where one ended. False at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn go_on(&mut self) -> io::Result<bool> {
        let mut source = match self.form.take().expect("there is a form between calls") {
            plain @ Form::Plain(_) => {
                self.form = Some(plain);
                return Ok(false);
            }
            Form::Between(source) => source,
            Form::Within(member) => member.into_inner().into_inner(),
        };
        let is_over = source.fill_buf().map(<[u8]>::is_empty);
        self.begin = source.place;
        self.form = Some(match is_over {
            Ok(false) => Form::Within(Box::new(BufReader::new(GzDecoder::new(source)))),
            _ => Form::Between(source),
        });
        is_over.map(|is_over| !is_over)
    }

    /// After damage, skips to where a record may begin.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn recover(&mut self) -> io::Result<()> {
        let mut source = match self.form.take().expect("there is a form between calls") {
            Form::Plain(mut source) => {
                // What was damaged was taken by whole lines.
                let found = source.seek(RECORD, 1);
                self.form = Some(Form::Plain(source));
                return found;
            }
            Form::Between(source) => source,
            Form::Within(member) => member.into_inner().into_inner(),
        };
        let found = source.seek(&GZIP, 0);
        self.form = Some(Form::Between(source));
        found
    }

    pub(crate) fn is_packed(&self) -> bool {
        !matches!(self.form, Some(Form::Plain(_)))
    }
}

impl<R: BufRead> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

/// Ends where the member ends.
impl<R: BufRead> BufRead for Stream<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.form.as_mut() {
            Some(Form::Plain(source)) => source.fill_buf(),
            Some(Form::Within(member)) => member.fill_buf(),
            _ => Ok(&[]),
        }
    }

    fn consume(&mut self, count: usize) {
        match self.form.as_mut() {
            Some(Form::Plain(source)) => source.consume(count),
            Some(Form::Within(member)) => member.consume(count),
            _ => {}
        }
    }
}

/// The file, with the place in it, and what was taken from it and given back.
struct Counted<R> {
    inner: R,
    place: u64,
    back: &'static [u8],
    failure: Option<String>,
}

impl<R: BufRead> Counted<R> {
    fn new(inner: R) -> Counted<R> {
        Counted {
            inner,
            place: 0,
            back: &[],
            failure: None,
        }
    }

    /// Skips to before the pattern, of whose first `known` bytes the last were just read; these stay taken. No byte of
    /// a pattern is the same as its first.
    fn seek(&mut self, pattern: &'static [u8], known: usize) -> io::Result<()> {
        let mut matched = known;
        while matched < pattern.len() {
            let Some(byte) = self.fill_buf()?.first().copied() else {
                return Ok(());
            };
            self.consume(1);
            matched = match (byte == pattern[matched], byte == pattern[0]) {
                (true, _) => matched + 1,
                (false, is_first) => usize::from(is_first),
            };
        }
        let taken = usize::from(pattern[0] == b'\n');
        self.back = &pattern[taken..];
        self.place -= self.back.len() as u64;
        Ok(())
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.back.is_empty() {
            return Ok(self.back);
        }
        let filled = self.inner.fill_buf();
        if let Err(error) = &filled
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.failure = Some(error.to_string());
        }
        filled
    }

    fn consume(&mut self, count: usize) {
        self.place += count as u64;
        if self.back.is_empty() {
            self.inner.consume(count);
        } else {
            self.back = &self.back[count..];
        }
    }
}
