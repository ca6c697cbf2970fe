//! An HTTP/1.1 response as a crawler kept it (RFC 9112). Archives differ in whether the body is still in chunks, so
//! both are taken.

use crate::header::{Headers, parted};

/// A response whose codings are not undone yet.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    /// What follows the headers, as it is kept.
    pub(crate) kept: &'a [u8],
}

/// Reads status line and headers; nothing where these are not there or do not end.
pub(crate) fn response(block: &[u8]) -> Option<Response<'_>> {
    let (lines, kept) = parted(block)?;
    let (first, fields) = lines.split_first()?;
    let line = String::from_utf8_lossy(first);
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|word| word.starts_with("HTTP/"))?;
    Some(Response {
        status: words.next()?.parse().ok()?,
        headers: Headers::of(fields.iter().copied()),
        kept,
    })
}

impl Response<'_> {
    /// The body out of its chunks, and whether it is whole by what the message itself says.
    pub(crate) fn body(&self) -> (Vec<u8>, bool) {
        let transfer = self.headers.get("transfer-encoding").unwrap_or_default();
        if transfer.to_ascii_lowercase().contains("chunked") {
            // An archive may keep the body without its chunks beneath the header of those.
            return dechunked(self.kept).unwrap_or_else(|| (self.kept.to_vec(), true));
        }
        let length = self.headers.get("content-length");
        let length = length.and_then(|length| length.parse::<usize>().ok());
        let is_whole = length.is_none_or(|length| self.kept.len() >= length);
        (self.kept.to_vec(), is_whole)
    }
}

/// The content of chunks (RFC 9112 §7.1), and whether the last of them, of length zero, came. Nothing where the bytes
/// do not begin with a chunk.
fn dechunked(mut rest: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut body = Vec::new();
    let mut is_first = true;
    loop {
        let Some((length, after)) = size_line(rest) else {
            return (!is_first).then_some((body, false));
        };
        is_first = false;
        if length == 0 {
            return Some((body, true));
        }
        let Some(chunk) = after.get(..length) else {
            body.extend_from_slice(after);
            return Some((body, false));
        };
        body.extend_from_slice(chunk);
        rest = &after[length..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
}

/// A chunk's length, in hexadecimal before any extension, and what follows its line.
fn size_line(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let digits = line.split(';').next()?.trim();
    let length = usize::from_str_radix(digits, 16).ok()?;
    Some((length, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, status: u16, body: &str, is_whole: bool) {
        let response = response(message.as_bytes()).unwrap();
        assert_eq!(response.status, status);
        assert_eq!(
            response.body(),
            (body.as_bytes().to_vec(), is_whole),
            "{message}"
        );
    }

    #[test]
    fn a_body_comes_out_of_its_chunks_or_is_left_as_it_is() {
        check("HTTP/1.1 200 OK\r\n\r\nbody", 200, "body", true);
        check("HTTP/1.0 404\nContent-Length: 4\n\nbody", 404, "body", true);
        check(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody",
            200,
            "body",
            false,
        );
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        check(
            &format!("{chunked}2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n"),
            200,
            "body",
            true,
        );
        check(&format!("{chunked}2\r\nbo\r\n2\r\nd"), 200, "bod", false);
        check(&format!("{chunked}2\r\nbo\r\n"), 200, "bo", false);
        check(&format!("{chunked}<p>body"), 200, "<p>body", true);
    }

    #[test]
    fn what_is_no_response_is_none() {
        for bytes in [
            "",
            "HTTP/1.1 200 OK",
            "GET / HTTP/1.1\r\n\r\n",
            "HTTP/1.1 none\r\n\r\n",
        ] {
            assert!(response(bytes.as_bytes()).is_none(), "{bytes}");
        }
    }
}
