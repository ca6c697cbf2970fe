//! The edition on disk: brings a directory of pages, feeds and assets up to date with the archive.
//!
//! What is written is a function of archive and settings; which files are written follows from what changed. Readers
//! see the old site or the new one: a whole build is swapped in at once, an increment shows pages before the lists
//! that name them. When the disk is full, the old site stays.

pub mod books;
pub mod delivery;
pub mod finder;
pub mod media;
pub mod pictures;
pub mod records;
pub mod weight;
pub mod zim;

pub(crate) mod catalogue;
mod copies;
mod dates;
mod feeds;
mod generation;
mod increment;
mod overview;
mod pages;
mod search;
mod searches;
mod stories;
mod subjects;
mod target;
#[cfg(test)]
mod tests;
mod walk;
mod whole;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use wirecopy_document::identity::DocumentId;
use wirecopy_publish::edition::{Edition, SourceInfo};
use wirecopy_publish::site::Site;
use wirecopy_publish::site::templates::{Templates, fingerprint};

use crate::images::renditions::Changes;
use crate::publishing::catalogue::Catalogue;
use crate::publishing::generation::{Generations, State};
use crate::publishing::increment::Base;
use crate::publishing::pictures::{Gallery, GalleryOptions, stock};
use crate::publishing::stories::Stories;
use crate::publishing::target::Target;
use crate::publishing::weight::Overweight;

/// Where and how an edition is written.
#[derive(Clone, Debug)]
pub struct PublishOptions {
    /// The site: a symbolic link that this program makes; its generations stand beside it in `<directory>.d`.
    pub directory: PathBuf,
    /// Whether gzip and Brotli copies are written beside each file that a server may send compressed.
    pub precompress: bool,
    /// Whether an article that was revised gets a page of its versions.
    pub revisions: bool,
    /// The pictures that are published with the site, where they are.
    pub pictures: Option<GalleryOptions>,
}

/// What came of publishing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Whether everything was built anew.
    pub whole: bool,
    /// Files written.
    pub written: usize,
    /// Files that were made and found to be there as they are.
    pub unchanged: usize,
    /// Pages among those written that weigh more than their kind may, by path.
    pub overweight: Vec<Overweight>,
    /// The paths of the current feeds among the files written.
    pub feeds: Vec<String>,
    /// Documents that could not be read, in words.
    pub problems: Vec<String>,
}

/// Told after each batch: how many article pages are done, and of how many where that is known.
pub type Progress<'a> = &'a dyn Fn(u64, Option<u64>);

/// What all steps of one publishing share.
pub(crate) struct Press<'a> {
    pub(crate) catalogue: &'a Catalogue<'a>,
    pub(crate) site: Site<'a>,
    /// The same in each script that Chinese is published in.
    pub(crate) scripts: Vec<Site<'a>>,
    /// The text editions of the site and of its scripts, where there are any.
    pub(crate) texts: Vec<Site<'a>>,
    pub(crate) edition: &'a Edition,
    /// The edition in each script.
    pub(crate) in_scripts: &'a [Edition],
    pub(crate) stories: Stories,
    /// The sources with their counts: those of the edition, then those that are no longer followed.
    pub(crate) holdings: &'a [Holding],
    /// The pictures that are published with it.
    pub(crate) gallery: Option<&'a Gallery>,
    pub(crate) precompress: bool,
    pub(crate) revisions: bool,
    pub(crate) progress: Progress<'a>,
}

impl<'a> Press<'a> {
    /// The site as it was written, and in each script.
    pub(crate) fn sites(&self) -> impl Iterator<Item = &Site<'a>> {
        std::iter::once(&self.site).chain(&self.scripts)
    }

    /// Every form of the site that has lists of articles and the articles themselves, the site itself last.
    pub(crate) fn all_forms(&self) -> impl Iterator<Item = &Site<'a>> {
        let sites = self.texts.iter().chain(&self.scripts);
        sites.chain(std::iter::once(&self.site))
    }

    /// The edition as it was written, and in each script.
    pub(crate) fn editions(&self) -> impl Iterator<Item = &Edition> {
        std::iter::once(self.edition).chain(self.in_scripts)
    }

    /// Takes a page or feed away that stands in the tree of each script, too.
    pub(crate) fn remove(&self, target: &Target, path: &str) -> Result<()> {
        self.editions()
            .try_for_each(|edition| target.remove(&edition.place(path)))
    }

    /// How many articles there are.
    pub(crate) fn articles(&self) -> u64 {
        self.holdings.iter().map(|holding| holding.articles).sum()
    }
}

/// A source and how many of its articles there are.
pub(crate) struct Holding {
    pub(crate) source: SourceInfo,
    pub(crate) articles: u64,
}

/// What [`records::publish`] does.
fn bring_up_to_date(
    catalogue: &Catalogue<'_>,
    edition: &Edition,
    options: &PublishOptions,
    progress: Progress<'_>,
) -> Result<Published> {
    let generations = Generations::open(&options.directory)?;
    let gallery = options.pictures.as_ref().map(Gallery::open).transpose()?;
    let gallery = gallery.map(Arc::new);
    let edition = &with_pictures(edition, gallery.as_ref());
    let holdings = holdings(catalogue, edition)?;
    let site = Site::new(edition, Templates::replacing(&edition.theme.templates)?);
    let in_scripts = in_scripts(edition);
    let scripts: Vec<Site<'_>> = in_scripts
        .iter()
        .map(|edition| site.in_script(edition))
        .collect();
    let press = Press {
        catalogue,
        texts: scripts
            .iter()
            .chain([&site])
            .filter_map(Site::text)
            .collect(),
        site,
        scripts,
        edition,
        in_scripts: &in_scripts,
        stories: Stories::default(),
        holdings: &holdings,
        gallery: gallery.as_deref(),
        precompress: options.precompress,
        revisions: options.revisions,
        progress,
    };
    let state = State::new(
        fingerprint_of(edition, options),
        catalogue.heads(),
        press.gallery.map(Gallery::mark).unwrap_or_default(),
    );
    if let Some((directory, former)) = generations
        .current()
        .filter(|(_, former)| former.fingerprint == state.fingerprint)
    {
        if former == state {
            return Ok(Published::default());
        }
        let changed = changed_since(&press, &former)?;
        if let Some((changed, pictures)) =
            changed.filter(|(changed, _)| is_increment(changed.len(), &holdings))
        {
            let base = Base {
                directory: &directory,
                former: &former,
                changed: &changed,
                pictures: &pictures,
            };
            return increment::publish(&press, &generations, base, state)
                .context("the site could not be brought up to date and stays as it was");
        }
    }
    whole::publish(&press, &generations, state)
        .context("the site could not be built; the old one stays")
}

fn with_pictures(edition: &Edition, gallery: Option<&Arc<Gallery>>) -> Edition {
    Edition {
        stock: gallery.map(stock).unwrap_or_default(),
        ..edition.clone()
    }
}

fn in_scripts(edition: &Edition) -> Vec<Edition> {
    let scripts = edition.scripts.iter();
    scripts.map(|script| edition.in_script(*script)).collect()
}

/// The articles that came or changed since a generation was made, with those that show a picture that did, and these
/// pictures. `None` where that cannot be told.
fn changed_since(press: &Press<'_>, former: &State) -> Result<Option<(Vec<DocumentId>, Changes)>> {
    let Some(mut changed) = press.catalogue.changed_since(&former.volumes)? else {
        return Ok(None);
    };
    let Some(gallery) = press.gallery else {
        return Ok(Some((changed, Changes::default())));
    };
    let Some(pictures) = gallery.changed_since(former.pictures) else {
        return Ok(None);
    };
    changed.extend(gallery.articles(press.catalogue, &pictures.pictures)?);
    changed.sort_unstable();
    changed.dedup();
    Ok(Some((changed, pictures)))
}

/// A whole build costs less than an increment that touches a good part of the articles and reads each one's neighbours.
fn is_increment(changed: usize, holdings: &[Holding]) -> bool {
    let articles: u64 = holdings.iter().map(|holding| holding.articles).sum();
    (changed as u64).saturating_mul(4) < articles.max(400)
}

/// Only compared: the settings' debugging form holds every field.
fn fingerprint_of(edition: &Edition, options: &PublishOptions) -> String {
    let PublishOptions {
        precompress,
        revisions,
        pictures,
        ..
    } = options;
    let pictures = pictures.as_ref().map(|pictures| &pictures.settings);
    let settings = format!(
        "{}\n{edition:?}\n{precompress} {revisions} {pictures:?}",
        fingerprint()
    );
    blake3::hash(settings.as_bytes()).to_hex().to_string()
}

fn holdings(catalogue: &Catalogue<'_>, edition: &Edition) -> Result<Vec<Holding>> {
    let mut counts = catalogue.counts()?;
    counts.sort();
    let count = |slug: &str| {
        counts
            .iter()
            .find(|(known, _)| known == slug)
            .map_or(0, |(_, count)| *count)
    };
    let followed = edition.sources.iter().map(|source| Holding {
        articles: count(&source.slug),
        source: source.clone(),
    });
    let former = counts
        .iter()
        .filter(|(slug, _)| edition.source(slug).is_none());
    let former = former.map(|(slug, articles)| Holding {
        articles: *articles,
        source: edition.source_or_former(slug),
    });
    Ok(followed.chain(former).collect())
}
