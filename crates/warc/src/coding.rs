//! Content codings undone (RFC 9110 §8.4.1), bounded in what comes out and in the memory it takes. Pure. It is as
//! tolerant as browsers: an unknown coding counts as none, `deflate` may lack its zlib header, a body that claims gzip
//! may be plain, what follows the last gzip member is ignored. A body that breaks off is an error.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// The codings asked for.
pub const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// More layers than this are an attack; two are a misconfigured cache.
const MAX_LAYERS: usize = 3;

/// The largest window of a zstd frame in HTTP, as a power of two (RFC 9659 §3: 8 MiB).
const ZSTD_WINDOW: u32 = 23;

/// One content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, or RFC 1951 as some servers have it.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// Why a body cannot be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// More layers than anyone has a use for.
    #[error("more layers of codings than anyone has a use for")]
    Layers,
    /// The bytes are not what their coding says, or break off.
    #[error("{0}")]
    Damaged(io::Error),
}

/// A decoded body.
#[derive(Debug)]
pub struct Decoded {
    /// At most `limit` bytes.
    pub bytes: Vec<u8>,
    /// Whether there was more.
    pub cut: bool,
}

/// The codings of a Content-Encoding value, in the order they were applied.
pub fn codings(header: &str) -> Vec<Coding> {
    let coding = |name: &str| match name.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Some(Coding::Gzip),
        "deflate" => Some(Coding::Deflate),
        "br" => Some(Coding::Brotli),
        "zstd" => Some(Coding::Zstd),
        _ => None,
    };
    header.split(',').filter_map(coding).collect()
}

/// Undoes the codings, last one first, and stops after `limit` bytes at each layer.
///
/// # Errors
/// When there are too many layers, or one is damaged or breaks off.
pub fn decode(codings: &[Coding], bytes: Vec<u8>, limit: usize) -> Result<Decoded, DecodeError> {
    if codings.len() > MAX_LAYERS {
        return Err(DecodeError::Layers);
    }
    let mut decoded = Decoded {
        cut: bytes.len() > limit,
        bytes,
    };
    decoded.bytes.truncate(limit);
    for coding in codings.iter().rev() {
        let layer = layer(*coding, &decoded.bytes, limit).map_err(DecodeError::Damaged)?;
        decoded = Decoded {
            cut: decoded.cut || layer.cut,
            ..layer
        };
    }
    Ok(decoded)
}

fn layer(coding: Coding, bytes: &[u8], limit: usize) -> io::Result<Decoded> {
    match (coding, bytes) {
        (_, []) => bounded(bytes, limit),
        (Coding::Gzip, [0x1f, 0x8b, ..]) => gunzip(bytes, limit),
        (Coding::Gzip, _) => bounded(bytes, limit),
        (Coding::Deflate, [method, flags, ..]) if is_zlib(*method, *flags) => {
            bounded(ZlibDecoder::new(bytes), limit)
        }
        (Coding::Deflate, _) => bounded(DeflateDecoder::new(bytes), limit),
        (Coding::Brotli, _) => bounded(
            brotli_decompressor::Decompressor::new(bytes, 8 << 10),
            limit,
        ),
        (Coding::Zstd, _) => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
            decoder.window_log_max(ZSTD_WINDOW)?;
            bounded(decoder, limit)
        }
    }
}

/// A zlib header: method 8, and a multiple of 31 (RFC 1950 §2.2).
fn is_zlib(method: u8, flags: u8) -> bool {
    method & 0x0f == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31)
}

/// All members one after the other (RFC 1952 §2.2).
fn gunzip(mut bytes: &[u8], limit: usize) -> io::Result<Decoded> {
    let mut out = Decoded {
        bytes: Vec::new(),
        cut: false,
    };
    while let [0x1f, 0x8b, ..] = bytes {
        let mut member = GzDecoder::new(bytes);
        let part = bounded(&mut member, limit - out.bytes.len())?;
        bytes = member.into_inner();
        out.bytes.extend(part.bytes);
        if part.cut {
            return Ok(Decoded { cut: true, ..out });
        }
    }
    Ok(out)
}

fn bounded(reader: impl Read, limit: usize) -> io::Result<Decoded> {
    let mut bytes = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(one_more).read_to_end(&mut bytes)?;
    let cut = bytes.len() > limit;
    bytes.truncate(limit);
    Ok(Decoded { bytes, cut })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const TEXT: &[u8] =
        b"An invented headline about nothing in particular, again and again and again.";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// `TEXT` by Google's encoder, as hexadecimal would be no easier to read.
    fn brotli_stored(bytes: &[u8]) -> Vec<u8> {
        // A stream header for a 64 KiB window, one uncompressed meta-block, an empty last one (RFC 7932 §9).
        let length = u32::try_from(bytes.len() - 1).unwrap();
        let header = (length << 4) | (1 << 20);
        let mut stream = header.to_le_bytes()[..3].to_vec();
        stream.extend(bytes);
        stream.push(0x03);
        stream
    }

    #[track_caller]
    fn check(header: &str, body: Vec<u8>, expected: &[u8]) {
        let decoded = decode(&codings(header), body, 1000).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&decoded.bytes),
            String::from_utf8_lossy(expected),
            "{header}"
        );
        assert!(!decoded.cut);
    }

    #[test]
    fn every_accepted_coding_is_undone() {
        check("gzip", gzip(TEXT), TEXT);
        check("X-GZip", gzip(TEXT), TEXT);
        check("deflate", zlib(TEXT), TEXT);
        check("deflate", deflate(TEXT), TEXT);
        check("br", brotli_stored(TEXT), TEXT);
        check("zstd", zstd::encode_all(TEXT, 3).unwrap(), TEXT);
        check(
            "gzip, zstd",
            zstd::encode_all(&gzip(TEXT)[..], 3).unwrap(),
            TEXT,
        );
    }

    #[test]
    fn servers_that_lie_about_their_coding_are_understood() {
        check("gzip", TEXT.to_vec(), TEXT);
        check("utf-8", TEXT.to_vec(), TEXT);
        check("gzip", Vec::new(), b"");
        check("br", Vec::new(), b"");
        check(
            "gzip",
            [gzip(TEXT), b"<!-- 0.1 s -->".to_vec()].concat(),
            TEXT,
        );
        check(
            "gzip",
            [gzip(TEXT), gzip(TEXT)].concat(),
            &[TEXT, TEXT].concat(),
        );
    }

    #[test]
    fn a_body_that_breaks_off_is_an_error() {
        for (header, body) in [
            ("gzip", gzip(TEXT)),
            ("deflate", zlib(TEXT)),
            ("br", brotli_stored(TEXT)),
            ("zstd", zstd::encode_all(TEXT, 3).unwrap()),
        ] {
            let half = body[..body.len() / 2].to_vec();
            assert!(
                matches!(
                    decode(&codings(header), half, 1000),
                    Err(DecodeError::Damaged(_))
                ),
                "{header}"
            );
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let zeros = vec![0; 50 << 20];
        for (header, bomb) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("zstd", zstd::encode_all(&zeros[..], 3).unwrap()),
            ("gzip, gzip", gzip(&gzip(&zeros))),
        ] {
            let decoded = decode(&codings(header), bomb, 1 << 20).unwrap();
            assert!(
                decoded.cut
                    && decoded.bytes.len() == 1 << 20
                    && decoded.bytes.capacity() <= 4 << 20,
                "{header}"
            );
        }
    }

    #[test]
    fn a_tower_of_codings_is_refused() {
        assert!(matches!(
            decode(&[Coding::Gzip; 4], gzip(TEXT), 1000),
            Err(DecodeError::Layers)
        ));
    }

    #[test]
    fn a_zstd_frame_with_a_huge_window_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(&vec![7; 1 << 20]).unwrap();
        let frame = encoder.finish().unwrap();
        assert!(decode(&[Coding::Zstd], frame, 2 << 20).is_err());
    }
}
