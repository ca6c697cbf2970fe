//! What makes two addresses one article: tracking parameters, redirectors, AMP and mobile
//! variants and proxies undone, and the identifier made from what remains.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// RFC 4648 §6, lower case: legal in a path on every file system, case-blind ones included.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The address an article is known by. Idempotent.
pub fn canonical(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// What is compared for identity: the canonical address without scheme and `www.`.
pub fn key(url: &Url) -> String {
    let url = canonical(url);
    let text = url.as_str();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    text.strip_prefix("www.").unwrap_or(text).to_owned()
}

/// A document's identifier: 80 bits of a hash, written as 16 characters of lower-case base 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId([u8; 10]);

impl DocumentId {
    /// The identifier of the article at `url` as told by `source`.
    pub fn of(source: &str, url: &Url) -> DocumentId {
        let hash = blake3::Hasher::new()
            .update(source.as_bytes())
            .update(b"\0")
            .update(key(url).as_bytes())
            .finalize();
        let mut bits = [0; 10];
        bits.copy_from_slice(&hash.as_bytes()[..10]);
        DocumentId(bits)
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self
            .0
            .iter()
            .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let text: String = (0..16)
            .map(|place| char::from(ALPHABET[(bits >> (75 - 5 * place) & 31) as usize]))
            .collect();
        formatter.pad(&text)
    }
}

/// A text that is no [`DocumentId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a document id: sixteen of a-z and 2-7")]
pub struct NotAnId(pub String);

impl FromStr for DocumentId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<DocumentId, NotAnId> {
        let refused = || NotAnId(text.chars().take(32).collect());
        if text.len() != 16 {
            return Err(refused());
        }
        let mut bits = 0_u128;
        for byte in text.bytes() {
            let place = ALPHABET
                .iter()
                .position(|letter| *letter == byte)
                .ok_or_else(refused)?;
            bits = bits << 5 | place as u128;
        }
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&bits.to_be_bytes()[6..]);
        Ok(DocumentId(bytes))
    }
}
