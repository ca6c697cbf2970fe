//! What settings that are right one by one say against each other.

use super::{Settings, SourceSettings};

/// What two settings say against each other, and what to do.
pub(super) fn contradiction(settings: &Settings) -> Option<&'static str> {
    if settings.publish.hub.is_some() && settings.mirror.base_url.is_none() {
        return Some(
            "a `hub` tells followers a feed's address, so the site needs one: add `base_url` to [mirror]",
        );
    }
    if !settings.publish.search && !settings.publish.searches.is_empty() {
        return Some(
            "`searches` are made from the search index: take `search = false` out of [publish]",
        );
    }
    (settings.fetch.fastest > settings.fetch.slowest).then_some(
        "`fastest` is a shorter time than `slowest`: raise `slowest` or lower `fastest` in [fetch]",
    )
}

/// Names must be their own slug (they are directories) and differ. Returns the offending name and what to do.
pub(super) fn sources(sources: &[SourceSettings]) -> Result<(), (&str, String)> {
    let mut seen = std::collections::HashSet::new();
    for source in sources {
        let slug = wirecopy_document::path::slug(&source.name);
        if source.name.is_empty() || slug != source.name {
            return Err((
                &source.name,
                format!(
                    "`{}` cannot be a source's name; write `{slug}`",
                    source.name
                ),
            ));
        }
        if !seen.insert(source.name.as_str()) {
            return Err((
                &source.name,
                format!("two sources are named `{}`; rename one", source.name),
            ));
        }
    }
    Ok(())
}
