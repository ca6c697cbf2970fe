//! The settings as the options of each part of the program, which know nothing of a settings file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use wirecopy_document::path::slug;
use wirecopy_extract::SiteRules;
use wirecopy_publish::book::BookKind;
use wirecopy_publish::edition::{Edition, ImagePolicy, SavedSearch, SourceInfo};
use wirecopy_publish::script::Script;
use wirecopy_publish::stock::Stock;
use wirecopy_publish::theme::Theme;

use crate::archive::commit::Signature;
use crate::archive::remote::Remote;
use crate::archive::{Access, ArchiveOptions};
use crate::cli::targets;
use crate::cli::theme;
use crate::config::pictures::PictureFormat;
use crate::config::values::{BookChoice, Images, ScriptChoice, TextChoice};
use crate::config::{SETTINGS_FILE, Settings, SourceSettings};
use crate::fetch::FetchOptions;
use crate::images::renditions::RenditionSettings;
use crate::images::renditions::make::MakingOptions;
use crate::images::workers::WorkerOptions;
use crate::pipeline::MirrorOptions;
use crate::pipeline::pictures::PicturesOptions;
use crate::pipeline::rules;
use crate::pipeline::source::{self, Source};
use crate::publishing::PublishOptions;
use crate::publishing::pictures::GalleryOptions;

/// Everything that a mirror is made of.
pub(super) fn mirror_options(settings: &Settings, mirror: &Path) -> anyhow::Result<MirrorOptions> {
    let path = mirror.join(SETTINGS_FILE);
    let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(MirrorOptions {
        directory: mirror.to_owned(),
        sources: settings
            .sources
            .iter()
            .map(|source| source_of(settings, source))
            .collect(),
        fetch: fetch_options(settings),
        rules: Arc::new(rules(settings, mirror)?),
        archive: archive_options(settings),
        remotes: remotes(settings)?,
        author: author(settings),
        edition: edition(settings, theme::load(&settings.theme, mirror)?),
        publish: settings
            .publish
            .site
            .then(|| publish_options(settings, mirror)),
        deliveries: targets::deliveries(settings, mirror)?,
        looks: Some(settings.fetch.looks).filter(|time| !time.is_zero()),
        pictures: pictures_options(settings, mirror)?,
        renditions: making_options(settings, mirror, Some(settings.pictures.time))?,
        settings: Some(text),
    })
}

/// How pictures are kept; none where they are not.
pub(super) fn pictures_options(
    settings: &Settings,
    mirror: &Path,
) -> anyhow::Result<Option<PicturesOptions>> {
    let pictures = &settings.pictures;
    if !pictures.keep && settings.publish.images != Images::Store {
        return Ok(None);
    }
    Ok(Some(PicturesOptions {
        mirror: mirror.to_owned(),
        max_bytes: pictures.store,
        age: pictures.keep_for,
        time: pictures.time,
        bound: pictures.bound,
        archive: pictures.archive.clone(),
        workers: WorkerOptions::new(PATIENCE)?,
    }))
}

/// How long a worker may look into one picture: nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(120);

/// A source as the pipeline needs it.
pub(super) fn source_of(settings: &Settings, source: &SourceSettings) -> Source {
    Source {
        slug: source.name.clone(),
        name: source.display_title().to_owned(),
        feeds: source.feeds.clone(),
        link_selector: source.link_selector.clone(),
        site: source.site.clone(),
        text: match source.text {
            TextChoice::Auto => source::TextChoice::Auto,
            TextChoice::Feed => source::TextChoice::Feed,
            TextChoice::Page => source::TextChoice::Page,
        },
        language: source.language.clone(),
        proxy: settings.proxy(source),
        polling: polling(settings, source),
        paused: source.paused,
        max_articles: source.max_articles,
    }
}

/// The pace that the operator names, or else the feed's own within the operator's bounds.
fn polling(settings: &Settings, source: &SourceSettings) -> source::Polling {
    match source.every.or(settings.fetch.every) {
        Some(every) => source::Polling::Every(every),
        None => source::Polling::AsPublished {
            fastest: settings.fetch.fastest,
            slowest: settings.fetch.slowest,
        },
    }
}

/// The site rules in the directory that the settings name; none without it.
pub(super) fn rules(settings: &Settings, mirror: &Path) -> anyhow::Result<SiteRules> {
    match &settings.fetch.rules {
        Some(directory) => rules::load(&mirror.join(directory)),
        None => Ok(SiteRules::default()),
    }
}

/// Where the archive is pushed.
pub(super) fn remotes(settings: &Settings) -> anyhow::Result<Vec<Remote>> {
    settings
        .archive
        .remotes
        .iter()
        .map(|remote| Remote::new(remote))
        .collect()
}

/// How requests are made. Redirects are bounded as in browsers' practice, and not by a setting.
pub(super) fn fetch_options(settings: &Settings) -> FetchOptions {
    let fetch = &settings.fetch;
    FetchOptions {
        contact: settings.mirror.contact.clone(),
        host_delay: fetch.host_delay,
        host_concurrency: fetch.host_concurrency,
        concurrency: fetch.concurrency,
        timeout: fetch.timeout,
        max_bytes: fetch.max_bytes,
        allow: fetch.allow.clone(),
        robots: fetch.robots,
        ..FetchOptions::default()
    }
}

/// How the archive is kept, for an instance that holds the mirror's lock.
pub(super) fn archive_options(settings: &Settings) -> ArchiveOptions {
    ArchiveOptions {
        max_volume_bytes: settings.archive.volume_size,
        access: Access::Write,
        signing_key: settings.archive.signing_key.clone(),
    }
}

/// In whose name commits are made: `Name <mail>`, as the settings have checked.
pub(super) fn author(settings: &Settings) -> Signature {
    let text = settings.archive.author.trim_end_matches('>');
    let (name, mail) = text.split_once(" <").unwrap_or((text, ""));
    Signature::new(name, mail)
}

/// What is published.
pub(super) fn edition(settings: &Settings, theme: Theme) -> Edition {
    let (mirror, publish) = (&settings.mirror, &settings.publish);
    Edition {
        title: mirror.title.clone(),
        theme,
        description: mirror.description.clone(),
        language: mirror.language.clone(),
        base_url: mirror.base_url.clone(),
        contact: mirror.contact.clone(),
        addresses: mirror.addresses.clone(),
        archive_url: publish.archive_url.clone(),
        document_url: publish.document_url.clone(),
        history_url: publish.history_url.clone(),
        sources: settings.sources.iter().map(source_info).collect(),
        images: image_policy(&publish.images),
        stock: Stock::default(),
        picture_budget: settings.pictures.page,
        time_zone: mirror.time_zone.clone(),
        text: publish.text,
        noindex: publish.noindex,
        search: publish.search,
        searches: saved_searches(&publish.searches),
        hub: publish.hub.clone(),
        feed_archives: publish.feed_archives,
        tag_feeds: publish.tag_feeds,
        offline: publish.offline,
        books: book_kinds(&publish.books),
        same_story: publish.same_story,
        scripts: scripts(&publish.scripts),
        script: None,
    }
}

fn saved_searches(searches: &BTreeMap<String, String>) -> Vec<SavedSearch> {
    let searches = searches.iter().map(|(name, query)| SavedSearch {
        slug: slug(name),
        name: name.clone(),
        query: query.clone(),
    });
    searches.collect()
}

fn scripts(choices: &[ScriptChoice]) -> Vec<Script> {
    let scripts = choices.iter().map(|choice| match choice {
        ScriptChoice::Hans => Script::Simplified,
        ScriptChoice::Hant => Script::Traditional,
    });
    each_once(scripts.collect())
}

fn each_once<T: Ord>(mut choices: Vec<T>) -> Vec<T> {
    choices.sort_unstable();
    choices.dedup();
    choices
}

fn book_kinds(choices: &[BookChoice]) -> Vec<BookKind> {
    let kinds = choices.iter().map(|choice| match choice {
        BookChoice::Day => BookKind::Day,
        BookChoice::Week => BookKind::Week,
        BookChoice::Source => BookKind::Source,
        BookChoice::Page => BookKind::Page,
    });
    each_once(kinds.collect())
}

fn source_info(source: &SourceSettings) -> SourceInfo {
    SourceInfo {
        slug: source.name.clone(),
        name: source.display_title().to_owned(),
        site: source.site.clone(),
        feed: source.feeds.first().cloned(),
        language: source.language.clone(),
    }
}

fn image_policy(images: &Images) -> ImagePolicy {
    match images {
        Images::Link => ImagePolicy::Link,
        Images::None => ImagePolicy::None,
        Images::Store => ImagePolicy::Store,
        // A path is relative to the site's root, wherever that is.
        Images::Proxy(template) => ImagePolicy::Proxy {
            template: template.trim_start_matches('/').to_owned(),
        },
    }
}

/// How the site is written.
pub(super) fn publish_options(settings: &Settings, mirror: &Path) -> PublishOptions {
    PublishOptions {
        directory: mirror.join("site"),
        precompress: settings.publish.precompress,
        revisions: settings.publish.revisions,
        pictures: rendition_settings(settings).map(|settings| GalleryOptions {
            mirror: mirror.to_owned(),
            settings,
        }),
    }
}

/// What is made of pictures; nothing where pages do not show them.
fn rendition_settings(settings: &Settings) -> Option<RenditionSettings> {
    let pictures = &settings.pictures;
    (settings.publish.images == Images::Store).then(|| RenditionSettings {
        forms: pictures.formats.iter().map(PictureFormat::form).collect(),
        widths: pictures.widths.clone(),
        score: pictures.score,
    })
}

/// How renditions are made; none where pages do not show them. `time` bounds the making.
pub(super) fn making_options(
    settings: &Settings,
    mirror: &Path,
    time: Option<Duration>,
) -> anyhow::Result<Option<MakingOptions>> {
    let Some(rendering) = rendition_settings(settings) else {
        return Ok(None);
    };
    Ok(Some(MakingOptions {
        mirror: mirror.to_owned(),
        settings: rendering,
        time,
        workers: WorkerOptions::new(PATIENCE)?,
    }))
}
