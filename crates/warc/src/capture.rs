//! What a record captured of the web: the body of a response, or a resource, as a browser would have it.

use crate::coding;
use crate::http::response;
use crate::reader::Record;

/// A captured resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The HTTP status; absent for what was not had over HTTP.
    pub status: Option<u16>,
    /// The media type with its parameters, as the server gave it.
    pub media_type: Option<String>,
    /// The body with every coding undone.
    pub body: Vec<u8>,
}

/// Why a record has no whole capture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCapture {
    /// It is of another kind: a request, metadata, a name looked up, the same as an earlier one.
    #[error("the record is no capture")]
    Other,
    /// A part of it is missing or damaged; the words say how that shows.
    #[error("{0}")]
    Truncated(String),
    /// It claims to be a response and is none.
    #[error("the record holds no HTTP response")]
    NoResponse,
}

/// The capture in a record. `limit` bounds the body, at each coding.
///
/// # Errors
/// Where there is none, or not the whole of one.
pub fn capture(record: &Record, limit: usize) -> Result<Capture, NoCapture> {
    let media_type = record.headers.get("content-type");
    let is_http =
        media_type.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/http"));
    match record.kind() {
        "response" if is_http || address_is_http(record) => {
            whole(record)?;
            of_response(&record.block, limit)
        }
        "resource" => {
            whole(record)?;
            Ok(Capture {
                status: None,
                media_type: media_type.map(str::to_owned),
                body: record.block.clone(),
            })
        }
        _ => Err(NoCapture::Other),
    }
}

/// Some crawlers leave a response's media type out; those of names and files have addresses of their own.
fn address_is_http(record: &Record) -> bool {
    let is_unnamed = record.headers.get("content-type").is_none();
    is_unnamed && record.url().is_some_and(|url| url.starts_with("http"))
}

fn whole(record: &Record) -> Result<(), NoCapture> {
    if let Some(flaw) = &record.flaw {
        return Err(NoCapture::Truncated(flaw.to_string()));
    }
    match record.headers.get("warc-truncated") {
        Some(reason) => Err(NoCapture::Truncated(format!(
            "the crawler cut it short: {reason}"
        ))),
        None => Ok(()),
    }
}

fn of_response(block: &[u8], limit: usize) -> Result<Capture, NoCapture> {
    let response = response(block).ok_or(NoCapture::NoResponse)?;
    let (body, is_whole) = response.body();
    if !is_whole {
        let words = "the response ends before its body does";
        return Err(NoCapture::Truncated(words.to_owned()));
    }
    let codings = response.headers.get("content-encoding").unwrap_or_default();
    let decoded = coding::decode(&coding::codings(codings), body, limit);
    let decoded = decoded.map_err(|error| NoCapture::Truncated(format!("{codings}: {error}")))?;
    if decoded.cut {
        return Err(NoCapture::Truncated(format!(
            "the body is larger than {limit} bytes"
        )));
    }
    Ok(Capture {
        status: Some(response.status),
        media_type: response.headers.get("content-type").map(str::to_owned),
        body: decoded.bytes,
    })
}
