//! Where a page's bytes come from: the network, a file, standard input. Gzipped bytes are unpacked, and never more
//! of them is read than the engine would look at.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;
use url::Url;
use wirecopy_extract::Page;

use crate::cli::options;
use crate::config::Settings;
use crate::fetch::{Fetcher, Outcome, Purpose, Request};

/// What begins a gzip member (RFC 1952 §2.3.1).
pub(in crate::cli) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A page named on the command line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    Address(Url),
    File(PathBuf),
    Input,
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Source, Infallible> {
        let url = Url::parse(text).ok();
        Ok(
            match url.filter(|url| matches!(url.scheme(), "http" | "https")) {
                Some(url) => Source::Address(url),
                None if text == "-" => Source::Input,
                None => Source::File(PathBuf::from(text)),
            },
        )
    }
}

/// A page's bytes with what is known of them.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: Option<String>,
    pub(super) url: Option<Url>,
}

impl Taken {
    pub(super) fn page(&self) -> Page<'_> {
        Page {
            bytes: &self.bytes,
            media_type: self.media_type.as_deref(),
            url: self.url.as_ref(),
        }
    }
}

/// Fetches or reads the page.
pub(super) fn take(source: &Source, settings: &Settings) -> anyhow::Result<Taken> {
    match source {
        Source::Address(url) => fetch(url, settings),
        Source::File(path) => Ok(Taken {
            bytes: read_file(path)?,
            ..Taken::default()
        }),
        Source::Input => Ok(Taken {
            bytes: read(io::stdin().lock()).context("cannot read standard input")?,
            ..Taken::default()
        }),
    }
}

fn fetch(url: &Url, settings: &Settings) -> anyhow::Result<Taken> {
    let fetcher = Fetcher::new(options::fetch_options(settings))?;
    let request = Request::new(url.clone(), Purpose::Page);
    let outcome = crate::cli::runtime()?.block_on(fetcher.get(&request));
    match outcome.with_context(|| format!("cannot fetch {url}"))? {
        Outcome::Fetched(response) => Ok(Taken {
            bytes: response.body,
            media_type: response.media_type,
            url: Some(response.url),
        }),
        Outcome::NotModified => {
            bail!("the server answers that nothing changed since a visit that never was")
        }
    }
}

/// A file's bytes, unpacked.
pub(super) fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = File::open(path).and_then(read);
    bytes.with_context(|| format!("cannot read {}", path.display()))
}

/// Reads to the end, or to the first byte that makes a page too large.
fn read(mut source: impl Read) -> io::Result<Vec<u8>> {
    let most = Page::MAX_BYTES as u64 + 1;
    let mut start = Vec::new();
    source
        .by_ref()
        .take(GZIP.len() as u64)
        .read_to_end(&mut start)?;
    let is_packed = start == GZIP;
    let whole = io::Cursor::new(start).chain(source);
    let mut bytes = Vec::new();
    if is_packed {
        MultiGzDecoder::new(whole)
            .take(most)
            .read_to_end(&mut bytes)?;
    } else {
        whole.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn addresses_files_and_input_are_told_apart() {
        let source = |text: &str| text.parse::<Source>().unwrap();
        assert!(matches!(
            source("https://news.example/a"),
            Source::Address(_)
        ));
        assert_eq!(source("-"), Source::Input);
        assert_eq!(source("news.html"), Source::File("news.html".into()));
        assert_eq!(
            source("C:\\news.html"),
            Source::File("C:\\news.html".into())
        );
    }

    #[test]
    fn gzipped_bytes_are_unpacked_and_others_left() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"<p>One").unwrap();
        assert_eq!(read(&packed.finish().unwrap()[..]).unwrap(), b"<p>One");
        assert_eq!(read(&b"<p>One"[..]).unwrap(), b"<p>One");
        assert_eq!(read(&b"<"[..]).unwrap(), b"<");
    }

    #[test]
    fn a_bomb_is_read_no_further_than_a_page_may_be_large() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        for _ in 0..130 {
            packed.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        let bytes = read(&packed.finish().unwrap()[..]).unwrap();
        assert_eq!(bytes.len(), Page::MAX_BYTES + 1);
    }
}
