//! The addresses of the pictures that documents show, so that a proxy of pictures can serve these and no others. Kept
//! as the first half of a hash, for the question is only ever whether one is there.

use crate::archive::index::Index;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use url::Url;
use wirecopy_document::forms::proxy::unproxy;
use wirecopy_document::identity::DocumentId;
use wirecopy_picture::source;

/// Addresses kept of one document; what shows more is a catalogue.
const MAX_PICTURES: usize = 500;

/// What an address is known by. Whether it is http or https makes no difference: old links leave it out.
pub(crate) type PictureKey = [u8; 16];

/// The key of an address.
pub(crate) fn key(url: &Url) -> PictureKey {
    let address = &url[url::Position::BeforeHost..url::Position::AfterQuery];
    let mut key = PictureKey::default();
    key.copy_from_slice(&blake3::hash(address.as_bytes()).as_bytes()[..16]);
    key
}

impl Index {
    /// Whether a document of the archive shows the picture at this address.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn shows_picture(&self, url: &Url) -> anyhow::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM pictures WHERE address = ?1)";
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_row([key(url)], |row| row.get(0))?)
    }
}

impl Index {
    /// Whether a document shows a picture of one of these addresses.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn shows_any(&self, addresses: &[PictureKey]) -> anyhow::Result<bool> {
        let shown = addresses.iter().map(|address| self.showing(address));
        shown
            .map(|ids| Ok(!ids?.is_empty()))
            .find(|shows| !matches!(shows, Ok(false)))
            .unwrap_or(Ok(false))
    }

    /// The documents that show the picture at an address.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn showing(&self, address: &PictureKey) -> anyhow::Result<Vec<DocumentId>> {
        let sql = "SELECT id FROM pictures WHERE address = ?1 ORDER BY id";
        let mut query = self.connection.prepare_cached(sql)?;
        let ids = query.query_map([address], |row| row.get::<_, String>(0))?;
        ids.map(|id| Ok(id?.parse()?)).collect()
    }
}

/// The keys of all addresses in a document's picture elements, and of its lead picture. An address that the sanitiser
/// would drop may be among them, which opens nothing: it stands in the document.
pub(crate) fn of_document(document: &[u8], lead: Option<&str>) -> Vec<PictureKey> {
    let text = String::from_utf8_lossy(document);
    let tags = text.split("<img").skip(1);
    let addresses = tags.flat_map(addresses).chain(lead.map(str::to_owned));
    let keys: BTreeSet<PictureKey> = addresses
        .filter_map(|address| {
            let address = unproxy(&address).unwrap_or(address);
            Some(key(&source::parse(&address, &[]).ok()?))
        })
        .take(MAX_PICTURES)
        .collect();
    keys.into_iter().collect()
}

/// The quoted values in a tag that begin as an address does.
fn addresses(tag: &str) -> Vec<String> {
    let end = tag.find('>').unwrap_or(tag.len());
    let values = tag[..end].split(['"', '\'']).skip(1).step_by(2);
    let starts = |value: &&str| {
        ["http://", "https://", "//"]
            .iter()
            .any(|start| value.starts_with(start))
    };
    values
        .filter(starts)
        .map(|value| value.replace("&amp;", "&"))
        .collect()
}

/// Notes the pictures of a document that has just been added.
pub(crate) fn file(
    connection: &Connection,
    id: DocumentId,
    pictures: &[PictureKey],
) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO pictures (address, id) VALUES (?1, ?2)";
    let mut insert = connection.prepare_cached(sql)?;
    let id = id.to_string();
    for address in pictures {
        insert.execute(params![address, id])?;
    }
    Ok(())
}

/// Takes back what was noted of a document.
pub(crate) fn unfile(connection: &Connection, id: DocumentId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM pictures WHERE id = ?1";
    connection.prepare_cached(sql)?.execute([id.to_string()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        let found = of_document(body.as_bytes(), None);
        let mut expected: Vec<_> = expected
            .iter()
            .map(|url| key(&Url::parse(url).unwrap()))
            .collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn addresses_of_picture_elements_are_kept_as_a_proxy_is_asked_for_them() {
        check(
            "<p><img src=\"https://i.example/a.jpg?x=1&amp;y=2\" alt=\"a &gt; b\"></p><img alt='' src='//i.example/b'>",
            &["https://i.example/a.jpg?x=1&y=2", "https://i.example/b"],
        );
        check("<a href=\"https://i.example/a.jpg\">x</a>", &[]);
        check("<img src=\"data:image/png;base64,AAAA\">", &[]);
    }

    #[test]
    fn what_stood_behind_a_proxy_is_kept_by_its_own_address() {
        check(
            "<img src=\"https://images.weserv.nl/?url=i.example/a.jpg?q=75&amp;w=6\">",
            &["http://i.example/a.jpg?q=75&w=6"],
        );
    }
}
