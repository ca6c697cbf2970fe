//! Bodies read with bounds: in bytes as sent and as decompressed, in time, and in how much of all bodies lies in memory
//! at once. A small body is read as it comes; one that grows needs room from a store that all share, so that a thousand
//! endless bodies take no more than a few. Decompressing waits for no network and is done by a few threads.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use wirecopy_warc::coding::{self, Coding, DecodeError};

use crate::fetch::Pace;

/// What any body may take without asking. With the default of 64 requests and 256 slow ones at once, 40 MiB in all.
const SMALL_BYTES: usize = 128 << 10;

/// The room that all larger bodies share: three of unknown length at once with the default limit, or dozens that tell
/// theirs.
const SHARED_BYTES: usize = 32 << 20;

/// The unit in which it is given out.
const UNIT_BYTES: usize = 64 << 10;

/// How a gzip file begins (RFC 1952 §2.3.1), which no feed in plain text does.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Room for bodies and for the work on them.
pub(super) struct Bodies {
    room: Arc<Semaphore>,
    decoders: Arc<Semaphore>,
}

/// What may be wrong with a body.
#[derive(Debug)]
pub(super) enum BodyError {
    /// More bytes than allowed; `decoded` if only the decompressed ones are.
    TooLarge {
        /// Whether it passed the limit only when decompressed.
        decoded: bool,
    },
    /// It came too slowly.
    Slow,
    /// It broke off.
    Broken(reqwest::Error),
    /// It cannot be decompressed.
    Encoding(DecodeError),
}

/// How much of a body to take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// The most bytes, as sent and again as decompressed.
    pub(super) bytes: usize,
    /// Whether the rest is left off instead of refused.
    pub(super) cut: bool,
}

/// The next piece of a body, by the time it is due.
async fn next_chunk(
    response: &mut reqwest::Response,
    due: Option<Instant>,
) -> Result<Option<Bytes>, BodyError> {
    let chunk = response.chunk();
    let chunk = match due {
        None => chunk.await,
        Some(due) => timeout_at(due, chunk).await.map_err(|_| BodyError::Slow)?,
    };
    chunk.map_err(BodyError::Broken)
}

/// A body as sent, with the room it takes.
pub(super) struct Raw {
    bytes: Vec<u8>,
    _room: Option<OwnedSemaphorePermit>,
}

impl Raw {
    /// How many bytes came.
    pub(super) fn received(&self) -> usize {
        self.bytes.len()
    }
}

impl Default for Bodies {
    /// As many bodies are decompressed at once as there are processors, up to four.
    fn default() -> Bodies {
        let decoders = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(4);
        Bodies {
            room: Arc::new(Semaphore::new(SHARED_BYTES / UNIT_BYTES)),
            decoders: Arc::new(Semaphore::new(decoders)),
        }
    }
}

impl Bodies {
    /// Reads a body as sent. The caller bounds the time.
    pub(super) async fn read(
        &self,
        response: &mut reqwest::Response,
        limit: Limit,
        pace: Option<Pace>,
    ) -> Result<Raw, BodyError> {
        let declared = response
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        if !limit.cut && declared.is_some_and(|declared| declared > limit.bytes) {
            return Err(BodyError::TooLarge { decoded: false });
        }
        let largest = declared.unwrap_or(limit.bytes).min(limit.bytes);
        let mut raw = Raw {
            bytes: Vec::with_capacity(largest.min(SMALL_BYTES / 8)),
            _room: None,
        };
        let begun = Instant::now();
        let due = |received| pace.map(|pace| begun + pace.due(received));
        while let Some(chunk) = next_chunk(response, due(raw.bytes.len())).await? {
            let length = raw.bytes.len() + chunk.len();
            if length > limit.bytes {
                raw.bytes.extend(&chunk[..limit.bytes - raw.bytes.len()]);
                return if limit.cut {
                    Ok(raw)
                } else {
                    Err(BodyError::TooLarge { decoded: false })
                };
            }
            if length > SMALL_BYTES && raw._room.is_none() {
                raw._room = Some(self.room_for(largest).await);
                // Exactly, for doubling would take twice the room; what is not written to takes none.
                raw.bytes.reserve_exact(largest - raw.bytes.len());
            }
            raw.bytes.extend(chunk);
        }
        Ok(raw)
    }

    /// Room for the largest that the body can become, all at once: if bodies asked piece by piece, they could all wait
    /// for each other.
    async fn room_for(&self, bytes: usize) -> OwnedSemaphorePermit {
        let units = bytes.min(SHARED_BYTES).div_ceil(UNIT_BYTES);
        let units = u32::try_from(units).expect("the shared room has fewer units than that");
        Arc::clone(&self.room)
            .acquire_many_owned(units)
            .await
            .expect("this semaphore is never closed")
    }

    /// Undoes the compression of a file that is stored compressed (`sitemap.xml.gz`), which no header tells of; any
    /// other body stays as it is.
    pub(super) async fn unpack(&self, bytes: Vec<u8>, limit: Limit) -> Result<Vec<u8>, BodyError> {
        let codings = match bytes.starts_with(&GZIP) {
            true => vec![Coding::Gzip],
            false => Vec::new(),
        };
        let raw = Raw { bytes, _room: None };
        self.decode(raw, codings, limit).await
    }

    /// Undoes the content codings.
    pub(super) async fn decode(
        &self,
        raw: Raw,
        codings: Vec<Coding>,
        limit: Limit,
    ) -> Result<Vec<u8>, BodyError> {
        if codings.is_empty() {
            return Ok(raw.bytes);
        }
        let turn = Arc::clone(&self.decoders)
            .acquire_owned()
            .await
            .expect("this semaphore is never closed");
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            coding::decode(&codings, raw.bytes, limit.bytes)
        });
        let decoded = work
            .await
            .expect("decoding does not panic, and is not cancelled while it is awaited");
        match decoded.map_err(BodyError::Encoding)? {
            decoded if decoded.cut && !limit.cut => Err(BodyError::TooLarge { decoded: true }),
            decoded => Ok(decoded.bytes),
        }
    }
}
