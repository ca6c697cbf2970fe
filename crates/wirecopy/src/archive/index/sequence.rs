//! The order of archiving, as a number that the archive's history alone decides: the commit's time, then which of
//! the commits of that second it is, then the place of the path among the documents that it adds. An index that was
//! kept up commit by commit and one that was rebuilt therefore agree.

use crate::archive::commit::VolumeCommit;
use crate::archive::index::record::document_id;
use jiff::Timestamp;
use std::collections::HashMap;
use wirecopy_document::identity::DocumentId;

/// Bits of a number for the place within a commit: 262,144 documents.
const PLACE_BITS: u32 = 18;

/// Bits for the commits of one second: 1,024. Together with the place this leaves 35 for the time, until the year 3058.
const ORDINAL_BITS: u32 = 10;

/// What history tells of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) sequence: i64,
    pub(crate) revisions: u32,
}

/// The last commit of a volume that added documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Its time in seconds since 1970 UTC.
    pub(crate) time: i64,
    /// How many such commits of the same second came before it.
    pub(crate) ordinal: u32,
}

impl Cursor {
    /// The cursor after `commit`, and the numbers of the documents that it adds.
    pub(crate) fn after(
        before: Option<Cursor>,
        commit: &VolumeCommit,
    ) -> (Cursor, HashMap<DocumentId, i64>) {
        let time = commit.time.as_second();
        let added = commit.files.iter().filter(|file| file.added);
        let mut added: Vec<&str> = added.map(|file| file.path.as_str()).collect();
        added.sort_unstable();
        let added: Vec<DocumentId> = added.into_iter().filter_map(document_id).collect();
        let cursor = match before {
            Some(before) if added.is_empty() => before,
            Some(before) if before.time == time => Cursor {
                time,
                ordinal: before.ordinal + 1,
            },
            Some(_) | None => Cursor { time, ordinal: 0 },
        };
        let numbers = added.into_iter().enumerate();
        (
            cursor,
            numbers
                .map(|(place, id)| (id, number(time, cursor.ordinal, place)))
                .collect(),
        )
    }
}

/// The number of a document by time, commit and place; the last of too many share one.
pub(crate) fn number(seconds: i64, ordinal: u32, place: usize) -> i64 {
    let seconds = seconds.clamp(0, (1 << 35) - 1);
    let ordinal = i64::from(ordinal.min((1 << ORDINAL_BITS) - 1));
    let place = i64::try_from(place)
        .unwrap_or(i64::MAX)
        .min((1 << PLACE_BITS) - 1);
    seconds << (ORDINAL_BITS + PLACE_BITS) | ordinal << PLACE_BITS | place
}

/// The time of the commit that a number was given by.
pub(crate) fn time_of(number: i64) -> Result<Timestamp, jiff::Error> {
    Timestamp::from_second(number >> (ORDINAL_BITS + PLACE_BITS))
}

/// Numbers for documents whose recording history does not tell, because it was cut off: by the time of their
/// capture, then by path. For documents that were never revised these are the numbers that history would give.
#[derive(Debug, Default)]
pub(crate) struct Fallback {
    places: HashMap<i64, usize>,
}

impl Fallback {
    /// The next number at that time; documents are to be numbered in order of their paths.
    pub(crate) fn next(&mut self, seconds: i64) -> i64 {
        let place = self.places.entry(seconds).or_default();
        *place += 1;
        number(seconds, 0, *place - 1)
    }
}
