//! The published site as one ZIM file, for Kiwix.
//!
//! All links of a site are relative and name files, so that its files are the file's items as they stand; pictures and
//! sounds that pages would load from other hosts are told in their places. Left out is what only a web server gives:
//! compressed copies, what tells robots, the page for an unknown address, and the script that keeps what was read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use isolang::Language;
use jiff::Timestamp;
use wirecopy_document::path::slug;
use wirecopy_publish::edition::Edition;
use wirecopy_publish::paths;
use wirecopy_publish::zim::about::About;
use wirecopy_publish::zim::contained::contained;
use wirecopy_publish::zim::{ICON, Item, Writer};

use crate::archive::index::Index;
use crate::publishing::Progress;
use crate::publishing::copies::Coding;
use crate::publishing::media::media_type;
use crate::publishing::records::listing_of;
use crate::publishing::walk;

/// What only a web server gives, or what browsers ask one for.
const SERVED: [&str; 4] = [
    paths::NOT_FOUND,
    paths::ROBOTS,
    paths::SITEMAP,
    paths::WORKER,
];
/// ISO 639-3 for a language that is not known.
const UNDETERMINED: &str = "und";

/// What came of packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Articles in the file.
    pub articles: usize,
    /// Files of the site in it, articles among them.
    pub files: usize,
    /// Its length.
    pub bytes: u64,
}

/// Packs the site at `site` into a file at `output`, which appears when it is whole. The same site gives the same
/// bytes.
///
/// # Errors
///
/// When there is no site, it is published anew meanwhile, or the file cannot be written.
pub fn pack(
    index: &Index,
    edition: &Edition,
    (site, output): (&Path, &Path),
    progress: Progress<'_>,
) -> Result<Packed> {
    // Followed once: a site that is built anew meanwhile stands elsewhere.
    let site = site.canonicalize().with_context(|| {
        format!(
            "there is no site at {}: run `wirecopy publish`",
            site.display()
        )
    })?;
    let titles = titles(index)?;
    let partial = partial_of(output);
    let packed = write(&site, &partial, (&titles, edition), progress);
    let done = packed.and_then(|packed| {
        fs::rename(&partial, output)
            .with_context(|| format!("cannot write {}", output.display()))?;
        Ok(packed)
    });
    if done.is_err() {
        let _ = fs::remove_file(&partial);
    }
    done
}

/// Titles of the articles, by the path of their pages, and when the newest was archived.
struct Titles {
    of_pages: HashMap<String, String>,
    archived: Option<Timestamp>,
}

fn titles(index: &Index) -> Result<Titles> {
    let mut of_pages = HashMap::new();
    index.each(|row| {
        let listing = listing_of(row, 0);
        of_pages.insert(listing.page(), listing.title);
        Ok(())
    })?;
    let archived = index.last_archived(None)?;
    Ok(Titles { of_pages, archived })
}

fn write(
    site: &Path,
    partial: &Path,
    (titles, edition): (&Titles, &Edition),
    progress: Progress<'_>,
) -> Result<Packed> {
    let failed = || format!("cannot write {}", partial.display());
    let mut options = File::options();
    let file = options.read(true).write(true).create(true).truncate(true);
    let mut file = file.open(partial).with_context(failed)?;
    let mut writer = Writer::new(&mut file).with_context(failed)?;
    let mut paths = walk::files(site)?;
    paths.retain(|path| is_packed(path));
    paths.sort_unstable();
    let total = paths.len() as u64;
    let mut articles = 0;
    for (done, path) in (1..).zip(&paths) {
        let bytes = fs::read(site.join(path)).with_context(|| {
            format!(
                "{path} of the site cannot be read; if it was published anew meanwhile, try again"
            )
        })?;
        let bytes = alone(path, bytes, edition);
        let article = titles.of_pages.get(path).map(String::as_str);
        articles += usize::from(article.is_some());
        let item = Item {
            path,
            article,
            media_type: media_type(Path::new(path)),
            bytes: &bytes,
        };
        writer.add(&item).with_context(failed)?;
        progress(done, Some(total));
    }
    finish(writer, edition, titles.archived).with_context(failed)?;
    file.sync_all().with_context(failed)?;
    Ok(Packed {
        articles,
        files: paths.len(),
        bytes: file.metadata()?.len(),
    })
}

/// A file as it can be read without a line.
fn alone(path: &str, bytes: Vec<u8>, edition: &Edition) -> Vec<u8> {
    let page = Some(bytes.as_slice()).filter(|_| path.ends_with(".html"));
    let page = page.and_then(|bytes| std::str::from_utf8(bytes).ok());
    match page.map(|page| contained(page, edition)) {
        Some(Cow::Owned(page)) => page.into_bytes(),
        _ => bytes,
    }
}

fn finish(writer: Writer<&mut File>, edition: &Edition, archived: Option<Timestamp>) -> Result<()> {
    let languages = languages(edition);
    let name = slug(&edition.title);
    let sources: Vec<&str> = edition
        .sources
        .iter()
        .map(|source| source.name.as_str())
        .collect();
    let creator = match sources.is_empty() {
        true => edition.title.clone(),
        false => sources.join(", "),
    };
    let about = About {
        title: &edition.title,
        description: &edition.description,
        name: &name,
        creator: &creator,
        publisher: &edition.title,
        languages: &languages,
        date: archived
            .unwrap_or(Timestamp::UNIX_EPOCH)
            .to_zoned(edition.time_zone.clone())
            .date(),
        icon: ICON,
        main_page: paths::FRONT,
    };
    Ok(writer.finish(&about)?)
}

fn is_packed(path: &str) -> bool {
    let plain = |coding: Coding| path.strip_suffix(coding.path("").as_str()).is_none();
    Coding::ALL.into_iter().all(plain) && !SERVED.contains(&path)
}

/// The languages of the sources, then that of the interface, each once.
fn languages(edition: &Edition) -> String {
    let sources = edition.sources.iter();
    let of_sources = sources.filter_map(|source| source.language.as_deref());
    let mut languages: Vec<&str> = Vec::new();
    for tag in of_sources.chain([edition.language.as_str()]) {
        let primary = tag.split('-').next().unwrap_or_default();
        let known = Language::from_639_1(primary).or_else(|| Language::from_639_3(primary));
        if let Some(code) = known.map(|language| language.to_639_3())
            && !languages.contains(&code)
        {
            languages.push(code);
        }
    }
    match languages.is_empty() {
        true => UNDETERMINED.to_owned(),
        false => languages.join(","),
    }
}

fn partial_of(output: &Path) -> PathBuf {
    let mut partial = output.as_os_str().to_owned();
    partial.push(".part");
    partial.into()
}
