//! The pictures of an edition that shows its own: for each address the files that were made of it, their places in the
//! site, and the articles whose pages change when pictures come or go.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use url::Url;
use wirecopy_document::identity::DocumentId;
use wirecopy_picture::rendition::Form;
use wirecopy_publish::book::pictures::{HeldPicture, PictureFormat};
use wirecopy_publish::stock::{Stock, StockedFile, StockedForm, StockedPicture};

use crate::images::renditions::{
    Changes, Made, MadeFile, MadeForm, Mark, RenditionSettings, Renditions,
};
use crate::images::store::Store;
use crate::publishing::Press;
use crate::publishing::catalogue::Catalogue;
use crate::publishing::target::Target;

/// The width in pixels of the pictures in books: what a reading device shows.
const BOOK_WIDTH: u32 = 800;

/// Where the pictures of an edition are, and which of them it shows.
#[derive(Clone, Debug)]
pub struct GalleryOptions {
    /// The mirror.
    pub mirror: PathBuf,
    /// What was made of its pictures.
    pub settings: RenditionSettings,
}

/// What there is when a publishing begins.
pub(crate) struct Gallery {
    store: Store,
    renditions: Renditions,
    forms: Vec<Form>,
}

impl Gallery {
    pub(crate) fn open(options: &GalleryOptions) -> Result<Gallery> {
        Ok(Gallery {
            store: Store::open(&options.mirror)?,
            renditions: Renditions::open(&options.mirror, &options.settings)?,
            forms: options.settings.all_forms().collect(),
        })
    }

    /// How far it has come.
    pub(crate) fn mark(&self) -> Mark {
        self.renditions.mark()
    }

    /// What came about since; `None` where that cannot be told.
    pub(crate) fn changed_since(&self, mark: Mark) -> Option<Changes> {
        self.renditions.changed_since(mark)
    }

    fn made(&self, address: &Url) -> Option<&Made> {
        let original = self.store.find(address)?;
        self.renditions.find(original.hash)
    }

    fn stocked(&self, address: &Url) -> Option<StockedPicture> {
        let made = self.made(address)?;
        let fallback = made.forms.get(&Form::Fallback)?;
        let widest = fallback.files.last()?;
        let shown = self.forms.iter().filter_map(|form| made.forms.get(form));
        Some(StockedPicture {
            width: widest.width,
            height: widest.height,
            // Photographs alone hide what is below them.
            colours: (fallback.media_type == "image/jpeg").then_some(made.colours),
            forms: shown
                .filter(|form| !form.files.is_empty())
                .map(stocked_form)
                .collect(),
        })
    }

    /// The picture of an address as books take it.
    pub(crate) fn held(&self, address: &Url) -> Option<HeldPicture> {
        let fallback = self.made(address)?.forms.get(&Form::Fallback)?;
        let narrow = fallback.files.iter().rev();
        let file = narrow
            .clone()
            .find(|file| file.width <= BOOK_WIDTH)
            .or(fallback.files.first())?;
        let format = match fallback.media_type.as_str() {
            "image/jpeg" => PictureFormat::Jpeg,
            _ => PictureFormat::Webp,
        };
        let bytes = std::fs::read(self.renditions.path(file)).ok()?;
        Some(HeldPicture { format, bytes })
    }

    /// The articles that show one of these pictures.
    pub(crate) fn articles(
        &self,
        catalogue: &Catalogue<'_>,
        pictures: &[blake3::Hash],
    ) -> Result<BTreeSet<DocumentId>> {
        let mut articles = BTreeSet::new();
        for picture in pictures {
            for address in self.store.addresses(*picture) {
                articles.extend(catalogue.showing(address)?);
            }
        }
        Ok(articles)
    }
}

/// What an edition is told of its pictures.
pub(crate) fn stock(gallery: &Arc<Gallery>) -> Stock {
    let gallery = gallery.clone();
    Stock::new(move |address| gallery.stocked(address))
}

fn stocked_form(form: &MadeForm) -> StockedForm {
    let files = form.files.iter().map(|file| StockedFile {
        width: file.width,
        bytes: file.bytes,
        path: place(&file.name),
    });
    StockedForm {
        media_type: form.media_type.clone(),
        files: files.collect(),
    }
}

/// Where in the site a file is.
fn place(name: &str) -> String {
    format!("pictures/{name}")
}

impl Press<'_> {
    /// Puts every file into a new generation.
    pub(crate) fn write_all_pictures(&self, target: &Target) -> Result<()> {
        let Some(gallery) = self.gallery else {
            return Ok(());
        };
        let shown = gallery.renditions.pictures();
        self.write_pictures(target, shown.map(|(_, made)| made))
    }

    /// Puts the files of what came since into the site, and takes out those that are gone.
    pub(crate) fn write_changed_pictures(&self, target: &Target, changes: &Changes) -> Result<()> {
        let Some(gallery) = self.gallery else {
            return Ok(());
        };
        let changed = changes.pictures.iter();
        let made = changed.filter_map(|picture| gallery.renditions.find(*picture));
        self.write_pictures(target, made)?;
        changes
            .gone
            .iter()
            .try_for_each(|name| target.remove(&place(name)))
    }

    fn write_pictures<'m>(
        &self,
        target: &Target,
        pictures: impl Iterator<Item = &'m Made>,
    ) -> Result<()> {
        let Some(gallery) = self.gallery else {
            return Ok(());
        };
        for made in pictures {
            let shown = gallery.forms.iter().filter_map(|form| made.forms.get(form));
            for file in shown.flat_map(|form| &form.files) {
                put(gallery, target, file)?;
            }
        }
        Ok(())
    }
}

fn put(gallery: &Gallery, target: &Target, file: &MadeFile) -> Result<()> {
    target.put_file(&place(&file.name), &gallery.renditions.path(file))
}
