//! One picture for the store: asked for at its origin, then in a web archive if the operator names one, looked at, and
//! brought down to the size in which originals are kept.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;
use wirecopy_picture::{Format, Header};

use crate::fetch::error::FetchError;
use crate::fetch::{Fetcher, Outcome, Purpose, Request};
use crate::images::metrics::Metrics;
use crate::images::store::wanted::{Failed, Want};
use crate::images::trouble::Trouble;
use crate::images::worker::LIKENESS;
use crate::images::workers::{WorkerOptions, Workers};

/// A side of fewer pixels is a tracker's or a spacer's, whatever the page says of it.
const LEAST_SIDE: u32 = 8;

/// The quality of an original that is brought down: above it SSIMULACRA2 gains little and files grow quickly.
const BOUNDED_QUALITY: u8 = 90;

/// Where pictures come from.
pub struct Supply {
    fetcher: Arc<Fetcher>,
    archive: Option<String>,
    bound: Option<u32>,
    workers: Workers,
}

/// A picture that can be kept.
pub struct Found {
    /// Its file.
    pub bytes: Vec<u8>,
    /// Of its format.
    pub media_type: &'static str,
    /// Width and height, upright.
    pub size: (u32, u32),
    /// See [`wirecopy_picture::likeness`].
    pub likeness: u64,
    /// Whether the origin has it larger.
    pub is_bounded: bool,
    /// Where it came from in the end.
    pub had_from: Url,
}

/// Why there is none.
pub struct Miss {
    /// Whether it is worth asking again.
    pub failed: Failed,
    /// In words.
    pub why: String,
}

impl Supply {
    /// A supply by this fetcher; processes are started when there is something to look at.
    pub fn new(
        fetcher: Arc<Fetcher>,
        archive: Option<String>,
        bound: Option<u32>,
        workers: WorkerOptions,
    ) -> Supply {
        Supply {
            fetcher,
            archive,
            bound,
            workers: Workers::new(workers, Metrics::default()),
        }
    }

    /// The picture that is wanted. The archive is asked for what the origin does not give.
    ///
    /// # Errors
    /// Why there is none, and whether there may be one later.
    pub async fn find(&self, want: &Want, proxy: Option<Url>) -> Result<Found, Miss> {
        let miss = match self.at(&want.address, proxy).await {
            Ok(found) => return Ok(found),
            Err(miss) => miss,
        };
        let was_asked = !matches!(miss.failed, Failed::NotAsked(_));
        match self.archived(want).filter(|_| was_asked) {
            Some(address) => self.at(&address, None).await.map_err(|_| miss),
            None => Err(miss),
        }
    }

    fn archived(&self, want: &Want) -> Option<Url> {
        let time = want
            .published
            .to_zoned(TimeZone::UTC)
            .strftime("%Y%m%d%H%M%S");
        let address = self
            .archive
            .as_ref()?
            .replace("{time}", &time.to_string())
            .replace("{url}", want.address.as_str());
        Url::parse(&address).ok()
    }

    async fn at(&self, address: &Url, proxy: Option<Url>) -> Result<Found, Miss> {
        let request = Request {
            proxy,
            ..Request::new(address.clone(), Purpose::Picture)
        };
        match self.fetcher.get(&request).await {
            Ok(Outcome::Fetched(response)) => self.looked_at(response.body, response.url).await,
            Ok(Outcome::NotModified) => Err(Miss {
                failed: Failed::ForNow,
                why: "it answered 304 without being asked".to_owned(),
            }),
            Err(error) => Err(Miss {
                failed: failed(&error),
                why: error.to_string(),
            }),
        }
    }

    async fn looked_at(&self, bytes: Vec<u8>, had_from: Url) -> Result<Found, Miss> {
        let (_, (width, height)) = look(&bytes)?;
        let is_bounded = self.bound.is_some_and(|bound| width.max(height) > bound);
        let bytes = match self.bound.filter(|_| is_bounded) {
            Some(bound) => self.bounded(bytes, bound).await?,
            None => bytes,
        };
        let (header, size) = look(&bytes)?;
        let likeness = self
            .workers
            .make(LIKENESS, &bytes)
            .await
            .map_err(for_good)?;
        let bits = <[u8; 8]>::try_from(likeness.bytes.as_slice())
            .map_err(|_| for_good(Trouble::Internal))?;
        Ok(Found {
            likeness: u64::from_be_bytes(bits),
            media_type: media_type(header.format),
            size,
            bytes,
            is_bounded,
            had_from,
        })
    }

    async fn bounded(&self, bytes: Vec<u8>, bound: u32) -> Result<Vec<u8>, Miss> {
        let query = format!("w={bound}&h={bound}&we&n=-1&q={BOUNDED_QUALITY}");
        let made = self.workers.make(&query, &bytes).await.map_err(for_good)?;
        Ok(made.bytes)
    }
}

/// A picture's header and its size, upright.
fn look(bytes: &[u8]) -> Result<(Header, (u32, u32)), Miss> {
    let header = Header::read(bytes).map_err(|failure| Miss {
        failed: Failed::ForGood,
        why: failure.to_string(),
    })?;
    let size = match header.orientation {
        5..=8 => (header.height, header.width),
        _ => (header.width, header.height),
    };
    match size.0.min(size.1) < LEAST_SIDE {
        true => Err(Miss {
            failed: Failed::ForGood,
            why: format!("it is {} by {} pixels: a spacer", size.0, size.1),
        }),
        false => Ok((header, size)),
    }
}

fn for_good(trouble: Trouble) -> Miss {
    Miss {
        failed: match trouble {
            Trouble::Picture(_) => Failed::ForGood,
            _ => Failed::ForNow,
        },
        why: trouble.to_string(),
    }
}

/// Whether asking again may help. A robots.txt may change, and what is too large stays too large.
fn failed(error: &FetchError) -> Failed {
    match error {
        FetchError::HeldBack { wait, .. } | FetchError::RobotsUnreachable { wait, .. } => {
            Failed::NotAsked(*wait)
        }
        FetchError::BadUrl { .. } | FetchError::Refused { .. } | FetchError::TooLarge { .. } => {
            Failed::ForGood
        }
        _ => match error.retry_after() {
            Some(wait) if wait > Duration::from_secs(3600) => Failed::NotAsked(wait),
            _ => Failed::ForNow,
        },
    }
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "image/jpeg",
        Format::Png => "image/png",
        Format::Gif => "image/gif",
        Format::Webp => "image/webp",
        Format::Tiff => "image/tiff",
        Format::Bmp => "image/bmp",
        Format::Ico => "image/ico",
    }
}
