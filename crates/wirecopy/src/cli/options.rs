//! The settings as the options of each part of the program, which know nothing of a settings file.

use crate::archive::{Access, ArchiveOptions};
use crate::config::Settings;
use crate::fetch::FetchOptions;

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
