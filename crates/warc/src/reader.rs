//! Records one by one. A record that is damaged or torn is given with its flaw; where not even its header can be read,
//! the damage is given in its place, once, however far it reaches.

use std::io::{self, BufRead, Read};

use crate::digest::Check;
use crate::header::{Headers, parted};
use crate::http::response;
use crate::member::Stream;

/// Largest header of a record, lines and all. Addresses of some kilobytes are met; nothing else is long.
const MAX_HEADER: usize = 1 << 20;

/// One record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Where it begins in the file; of a gzipped one, where its member begins.
    pub place: u64,
    /// Its named fields.
    pub headers: Headers,
    /// What it holds, no more of it than the reader's limit.
    pub block: Vec<u8>,
    /// Why it must not be taken for whole.
    pub flaw: Option<Flaw>,
}

impl Record {
    /// WARC-Type: `response`, `request` and so on; empty where it says none.
    pub fn kind(&self) -> &str {
        self.headers.get("warc-type").unwrap_or_default()
    }

    /// WARC-Target-URI, without the angle brackets that some write around it.
    pub fn url(&self) -> Option<&str> {
        let url = self.headers.get("warc-target-uri")?;
        Some(url.trim_start_matches('<').trim_end_matches('>'))
    }
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The file or the gzip member ends before the record does.
    #[error("the file ends within the record")]
    Torn,
    /// The bytes cannot be unpacked, or not to what was packed.
    #[error("the record cannot be unpacked: {0}")]
    Damaged(String),
    /// The bytes are not those that the record's digest was made of.
    #[error("the record differs from its digest")]
    Digest,
    /// The record is larger than the reader's limit.
    #[error("the record is larger than {0} bytes")]
    TooLarge(usize),
}

/// Bytes that are no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {place}: {problem}")]
pub struct Damage {
    /// Where it begins in the file.
    pub place: u64,
    /// What is wrong.
    pub problem: String,
}

/// The records of an archive, to be iterated over.
pub struct Reader<R: BufRead> {
    stream: Stream<R>,
    max_block: usize,
    /// Whether what was read last was damaged, so that further damage is the same.
    is_lost: bool,
    is_over: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads an archive, gzipped or not. Of a record larger than `max_block` bytes no more is kept.
    pub fn new(source: R, max_block: usize) -> Reader<R> {
        Reader {
            stream: Stream::new(source),
            max_block,
            is_lost: false,
            is_over: false,
        }
    }

    /// The next record; nothing at the end.
    fn record(&mut self) -> Result<Option<Record>, Damage> {
        if !self.begins().map_err(|error| self.damage(error))? {
            return Ok(None);
        }
        let place = self.stream.place();
        let headers = self.headers()?;
        let length = headers
            .get("content-length")
            .and_then(|length| length.parse::<u64>().ok());
        let Some(length) = length else {
            return Err(self.damage("a record does not say how long it is"));
        };
        // What a revisit left out may be in its digest.
        let digest = headers.get("warc-block-digest");
        let is_revisit = headers.get("warc-type") == Some("revisit");
        let check = digest.filter(|_| !is_revisit).and_then(Check::of);
        let (block, flaw) = self.block(length, check);
        let mut record = Record {
            place,
            headers,
            block,
            flaw,
        };
        if record.flaw.is_none() && !payload_passes(&record) {
            record.flaw = Some(Flaw::Digest);
        }
        Ok(Some(record))
    }

    /// Skips empty lines and ends of members. False at the end of the file.
    fn begins(&mut self) -> io::Result<bool> {
        loop {
            self.skip_line_ends()?;
            if !self.stream.fill_buf()?.is_empty() {
                return Ok(true);
            }
            if !self.stream.go_on()? {
                return Ok(false);
            }
        }
    }

    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.stream.fill_buf()?;
            let count = bytes
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            if count == 0 {
                return Ok(());
            }
            self.stream.consume(count);
        }
    }

    fn headers(&mut self) -> Result<Headers, Damage> {
        let mut head = Vec::new();
        loop {
            let left = (MAX_HEADER - head.len()) as u64;
            let begin = head.len();
            let count = self.stream.by_ref().take(left).read_until(b'\n', &mut head);
            let count = count.map_err(|error| self.damage(error))?;
            if begin == 0 && !head.starts_with(b"WARC/") {
                return Err(self.damage("no record begins here"));
            }
            if count == 0 || !head.ends_with(b"\n") {
                let is_long = head.len() >= MAX_HEADER;
                let words = if is_long {
                    "a record's header does not end"
                } else {
                    "the file ends within a record's header"
                };
                return Err(self.damage(words));
            }
            if matches!(&head[begin..], b"\n" | b"\r\n") {
                let (lines, _) = parted(&head).expect("an empty line was just read");
                return Ok(Headers::of(lines.into_iter().skip(1)));
            }
        }
    }

    /// The block, and what is wrong with it: read to the end of its gzip member, whose sum is checked there.
    fn block(&mut self, length: u64, mut check: Option<Check>) -> (Vec<u8>, Option<Flaw>) {
        let mut block = Vec::new();
        let mut left = length;
        while left > 0 {
            let bytes = match self.stream.fill_buf() {
                Ok([]) => return (block, Some(Flaw::Torn)),
                Ok(bytes) => bytes,
                Err(error) => return (block, Some(flaw(&error))),
            };
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            let kept = count.min(self.max_block - block.len());
            block.extend_from_slice(&bytes[..kept]);
            if let Some(check) = &mut check {
                check.update(&bytes[..count]);
            }
            self.stream.consume(count);
            left -= count as u64;
        }
        let ended = self
            .skip_line_ends()
            .and_then(|()| self.stream.fill_buf().map(drop));
        let flaw = match ended {
            Err(error) if self.stream.is_packed() => Some(flaw(&error)),
            _ if check.is_some_and(|check| !check.passes()) => Some(Flaw::Digest),
            _ if length > self.max_block as u64 => Some(Flaw::TooLarge(self.max_block)),
            _ => None,
        };
        (block, flaw)
    }

    fn damage(&self, problem: impl ToString) -> Damage {
        let failure = self
            .stream
            .failure()
            .map(|words| format!("the file cannot be read: {words}"));
        Damage {
            place: self.stream.place(),
            problem: failure.unwrap_or_else(|| problem.to_string()),
        }
    }
}

fn flaw(error: &io::Error) -> Flaw {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Flaw::Torn,
        _ => Flaw::Damaged(error.to_string()),
    }
}

/// Whether the payload is what its digest was made of, where the record has no digest of the whole block. Some digest
/// a body as it was sent, others what was in its chunks.
fn payload_passes(record: &Record) -> bool {
    let check = || {
        record
            .headers
            .get("warc-payload-digest")
            .and_then(Check::of)
    };
    let (true, Some(mut as_kept), Some(mut dechunked)) = (
        record.headers.get("warc-block-digest").is_none(),
        check(),
        check(),
    ) else {
        return true;
    };
    let response = match record.kind() {
        "response" => response(&record.block),
        "resource" => None,
        _ => return true,
    };
    let Some(response) = response else {
        as_kept.update(&record.block);
        return as_kept.passes();
    };
    as_kept.update(response.kept);
    dechunked.update(&response.body().0);
    as_kept.passes() || dechunked.passes()
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Record, Damage>;

    fn next(&mut self) -> Option<Result<Record, Damage>> {
        while !self.is_over {
            let next = self.record();
            let is_flawed = match &next {
                Ok(None) => {
                    self.is_over = true;
                    return None;
                }
                // One that is too large was read to its end all the same.
                Ok(Some(record)) => matches!(record.flaw, Some(Flaw::Torn | Flaw::Damaged(_))),
                Err(_) => true,
            };
            let was_lost = std::mem::replace(&mut self.is_lost, is_flawed);
            if is_flawed {
                self.is_over = self.stream.failure().is_some() || self.stream.recover().is_err();
            }
            if next.is_ok() || !was_lost {
                return next.transpose();
            }
        }
        None
    }
}
