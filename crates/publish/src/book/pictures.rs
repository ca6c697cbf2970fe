//! The pictures that go into a book: those that the mirror holds, as long as there is room.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use url::Url;
use wirecopy_document::document::Document;

/// Where a book gets its pictures.
pub struct BookPictures<'a> {
    /// The picture of an address, where the mirror has it.
    pub find: &'a dyn Fn(&Url) -> Option<HeldPicture>,
    /// Bytes that the pictures of a book may take together; those that come after are told by their description.
    pub budget: usize,
}

/// A picture that the mirror has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPicture {
    /// Its format: of those that EPUB 3.3 section 3.2 names, the ones that publications use.
    pub format: PictureFormat,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/gif`
    Gif,
    /// `image/webp`
    Webp,
}

impl PictureFormat {
    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            PictureFormat::Jpeg => "image/jpeg",
            PictureFormat::Png => "image/png",
            PictureFormat::Gif => "image/gif",
            PictureFormat::Webp => "image/webp",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            PictureFormat::Jpeg => "jpg",
            PictureFormat::Png => "png",
            PictureFormat::Gif => "gif",
            PictureFormat::Webp => "webp",
        }
    }
}

impl BookPictures<'_> {
    /// No pictures: their descriptions stand in their places, with a link to the origin.
    #[must_use]
    pub fn none() -> BookPictures<'static> {
        BookPictures {
            find: &|_| None,
            budget: 0,
        }
    }
}

/// The pictures of one book, by their place in it.
#[derive(Default)]
pub(crate) struct Packed {
    /// Place in the book by address at the origin.
    places: BTreeMap<String, String>,
    pub(crate) files: BTreeMap<String, HeldPicture>,
}

impl Packed {
    /// The pictures of the articles in their order, while they fit.
    pub(crate) fn gather<'d>(
        documents: impl Iterator<Item = &'d Document>,
        pictures: &BookPictures<'_>,
    ) -> Packed {
        let mut packed = Packed::default();
        let mut room = pictures.budget;
        for document in documents {
            let lead = document.trailer.image.clone();
            let inner = document
                .body
                .pictures()
                .into_iter()
                .map(|picture| picture.url);
            for url in lead.into_iter().chain(inner) {
                if room == 0 {
                    return packed;
                }
                packed.take(&url, pictures, &mut room);
            }
        }
        packed
    }

    fn take(&mut self, url: &Url, pictures: &BookPictures<'_>, room: &mut usize) {
        if self.places.contains_key(url.as_str()) {
            return;
        }
        let found = (pictures.find)(url).filter(|picture| picture.bytes.len() <= *room);
        let Some(picture) = found else { return };
        let hash = blake3::hash(&picture.bytes).to_hex();
        let place = format!("pictures/{}.{}", &hash[..16], picture.format.extension());
        self.places.insert(url.as_str().to_owned(), place.clone());
        if let Entry::Vacant(free) = self.files.entry(place) {
            *room -= picture.bytes.len();
            free.insert(picture);
        }
    }

    /// Where in the book a picture is.
    pub(crate) fn place(&self, address: &str) -> Option<String> {
        let parsed = Url::parse(address).ok()?;
        self.places.get(parsed.as_str()).cloned()
    }
}
