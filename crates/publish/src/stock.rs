//! The pictures that are published with an edition: of each address that articles show, the files that a page may load
//! in its place. They are made elsewhere; this crate asks for them by address and writes their names into pages.

use std::fmt;
use std::sync::Arc;

use url::Url;

/// What answers for an address.
type Find = dyn Fn(&Url) -> Option<StockedPicture> + Send + Sync;

/// Every picture that an edition has; none by default.
#[derive(Clone, Default)]
pub struct Stock(Option<Arc<Find>>);

/// A picture of the stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockedPicture {
    /// In pixels, of its widest file.
    pub width: u32,
    /// In pixels, of its widest file.
    pub height: u32,
    /// The mean colours of its upper, middle and lower third, to stand in its place until it is there; none of one that
    /// shows what is below it.
    pub colours: Option<[[u8; 3]; 3]>,
    /// In the order in which a browser is to prefer them. The last is what every browser shows.
    pub forms: Vec<StockedForm>,
}

/// A picture in one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockedForm {
    /// `image/avif` and the like.
    pub media_type: String,
    /// From narrow to wide; at least one.
    pub files: Vec<StockedFile>,
}

/// A file of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockedFile {
    /// In pixels.
    pub width: u32,
    /// Its length.
    pub bytes: u64,
    /// Its path in the site.
    pub path: String,
}

impl Stock {
    /// A stock of which `find` tells what it has.
    pub fn new(find: impl Fn(&Url) -> Option<StockedPicture> + Send + Sync + 'static) -> Stock {
        Stock(Some(Arc::new(find)))
    }

    /// The picture of an address, if it is there. One without files is not.
    pub(crate) fn find(&self, address: &Url) -> Option<StockedPicture> {
        let found = self.0.as_ref()?(address)?;
        let is_whole =
            !found.forms.is_empty() && found.forms.iter().all(|form| !form.files.is_empty());
        is_whole.then_some(found)
    }
}

/// Nothing of what it holds: pages are made anew for what changed in it, not for the stock itself.
impl fmt::Debug for Stock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Stock")
    }
}
