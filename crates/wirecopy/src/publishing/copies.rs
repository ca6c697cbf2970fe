//! Compressed copies of published files, for servers that can send them: gzip (RFC 1952) and Brotli (RFC 7932).
//!
//! A copy has no time and no name in it, so that the same file gives the same copies. Each is made once: what a former
//! generation has for the same bytes is taken over.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use wirecopy_publish::edition::OutputFile;

/// Smaller files gain nothing: a packet holds them either way.
const COMPRESSED_FROM: usize = 1_200;
/// Extensions of what is text; anything else that a site holds is compressed already.
const TEXTS: [&str; 10] = [
    "css",
    "html",
    "js",
    "json",
    "md",
    "opml",
    "svg",
    "txt",
    "webmanifest",
    "xml",
];
/// Of Brotli's 0 to 11: of 909 pages of 6.9 MB, 9 leaves 2.72 MB in 0.6 s, 11 leaves 2.48 MB in 6.0 s.
const BROTLI_QUALITY: i32 = 9;
/// Brotli's window, as a power of two: no page is larger.
const BROTLI_WINDOW: i32 = 20;

/// How a copy is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    Brotli,
}

impl Coding {
    pub(crate) const ALL: [Coding; 2] = [Coding::Gzip, Coding::Brotli];

    /// The path of a file's copy.
    pub(crate) fn path(self, path: &str) -> String {
        match self {
            Coding::Gzip => format!("{path}.gz"),
            Coding::Brotli => format!("{path}.br"),
        }
    }

    /// The copy of a content.
    pub(crate) fn compress(self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut copy = Vec::with_capacity(bytes.len() / 3);
        match self {
            // Once at the best level is cheaper than any level for each reader.
            Coding::Gzip => {
                let mut encoder = GzEncoder::new(copy, Compression::best());
                encoder.write_all(bytes)?;
                Ok(encoder.finish()?)
            }
            Coding::Brotli => {
                let parameters = BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    size_hint: bytes.len(),
                    ..BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut &*bytes, &mut copy, &parameters)?;
                Ok(copy)
            }
        }
    }
}

/// Whether a file gets copies.
pub(crate) fn is_compressed(file: &OutputFile) -> bool {
    let extension = file.path.rsplit_once('.').map_or("", |(_, after)| after);
    file.bytes.len() >= COMPRESSED_FROM && TEXTS.contains(&extension)
}

/// Takes the copy at `former` over to `path`, as a second link to the same bytes: published files are replaced and
/// never written to. Whether that could be done; else it is made.
pub(crate) fn take_over(former: &Path, path: &Path) -> bool {
    fs::hard_link(former, path).is_ok()
}
