//! The settings as the options of each part of the program, which know nothing of a settings file.

use std::path::Path;

use wirecopy_publish::edition::{Edition, ImagePolicy, SourceInfo};

use crate::archive::commit::Signature;
use crate::archive::{Access, ArchiveOptions};
use crate::config::values::Images;
use crate::config::{Settings, SourceSettings};
use crate::fetch::FetchOptions;
use crate::publishing::PublishOptions;

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
    }
}

/// In whose name commits are made: `Name <mail>`, as the settings have checked.
pub(super) fn author(settings: &Settings) -> Signature {
    let text = settings.archive.author.trim_end_matches('>');
    let (name, mail) = text.split_once(" <").unwrap_or((text, ""));
    Signature::new(name, mail)
}

/// What is published.
pub(super) fn edition(settings: &Settings) -> Edition {
    let (mirror, publish) = (&settings.mirror, &settings.publish);
    Edition {
        title: mirror.title.clone(),
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
        time_zone: mirror.time_zone.clone(),
        noindex: publish.noindex,
    }
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
    }
}
