//! Which pictures are let go: those that are too old, and the oldest while the store is too large. Never one that an
//! article shows, unless the operator says so.

use std::time::Duration;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use crate::images::store::{Original, Store};

/// What may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The most bytes of all files together.
    pub max_bytes: u64,
    /// How long after it came a picture is kept; for ever without it.
    pub age: Option<Duration>,
}

/// A picture to be let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The picture.
    pub original: Original,
    /// Why.
    pub why: &'static str,
}

/// What goes by the rules, the oldest first. `is_spared` is asked of each that would go.
///
/// # Errors
/// Those of `is_spared`.
pub fn candidates(
    store: &Store,
    retention: Retention,
    now: Timestamp,
    mut is_spared: impl FnMut(&Original) -> Result<bool>,
) -> Result<Vec<Candidate>> {
    let mut originals: Vec<&Original> = store.originals().collect();
    originals.sort_by_key(|original| (original.kept, *original.hash.as_bytes()));
    let oldest = retention
        .age
        .and_then(|age| SignedDuration::try_from(age).ok())
        .and_then(|age| now.checked_sub(age).ok());
    let mut excess = store.bytes().saturating_sub(retention.max_bytes);
    let mut candidates = Vec::new();
    for original in originals {
        let why = match oldest {
            Some(oldest) if original.kept < oldest => "too old",
            _ if excess > 0 => "no room",
            _ => continue,
        };
        if !is_spared(original)? {
            excess = excess.saturating_sub(original.bytes);
            let original = original.clone();
            candidates.push(Candidate { original, why });
        }
    }
    Ok(candidates)
}
