//! What publishing asks of the archive and its index, as functions: it can be tested without either, and they do not
//! know of it.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Result;
use wirecopy_document::identity::DocumentId;
use wirecopy_publish::edition::Listing;

/// The newest commit of each volume, by the volume's name.
pub type Heads = BTreeMap<String, String>;

/// Listings, where archive and index can be read.
pub type Listings = Result<Vec<Listing>>;

/// Is handed one listing after the other; its error ends the handing over.
pub type Receiver<'a> = &'a mut dyn FnMut(Listing) -> Result<()>;

/// The questions. A listing carries its number in the order of archiving where that is said, else 0.
pub struct Catalogue<'a> {
    /// What the answers reflect.
    pub heads: Heads,
    /// The articles that came, changed or went since; `None` where that cannot be told, or one went.
    pub changed_since: &'a dyn Fn(&Heads) -> Result<Option<Vec<DocumentId>>>,
    /// How many articles each source has, by slug.
    pub counts: &'a dyn Fn() -> Result<Vec<(String, u64)>>,
    /// The newest of a source or of all by publication, newest first.
    pub newest: &'a dyn Fn(Option<&str>, usize) -> Listings,
    /// One article, with its number.
    pub listing: &'a dyn Fn(DocumentId) -> Result<Option<Listing>>,
    /// The articles of a source with these numbers, numbered, in their order.
    pub numbered: &'a dyn Fn(&str, Range<u64>) -> Listings,
    /// Every article in the order of archiving, one at a time.
    pub each: &'a dyn Fn(Receiver<'_>) -> Result<()>,
    /// The bytes of an article's document.
    pub read: &'a dyn Fn(&Listing) -> Result<Vec<u8>>,
}
