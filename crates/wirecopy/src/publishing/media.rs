//! The media types of what a site publishes, for those who serve it and for storages that do.

use std::path::Path;

/// Extension and media type of everything that a site publishes. Anything else goes out as bytes to save, which no
/// browser runs.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("atom", "application/atom+xml; charset=utf-8"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("css", "text/css; charset=utf-8"),
    ("epub", "application/epub+zip"),
    ("gif", "image/gif"),
    ("htm", "text/html; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/vnd.microsoft.icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("md", "text/markdown; charset=utf-8"),
    ("opml", "text/x-opml; charset=utf-8"),
    ("png", "image/png"),
    ("rss", "application/rss+xml; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
    ("xml", "application/xml; charset=utf-8"),
    ("xsl", "text/xsl; charset=utf-8"),
];

/// What has the name of the Atom feeds of a site and of their archive documents, and the catalogue of its books.
const ATOM: &str = "application/atom+xml; charset=utf-8";

/// The catalogue as OPDS 2.0.
const OPDS: &str = "application/opds+json";

/// The media type of a file, from its path alone.
pub fn media_type(file: &Path) -> &'static str {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let extension = file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_feed = name == "atom.xml" || name.starts_with("feed");
    let is_catalogue = file.components().any(|part| part.as_os_str() == "books");
    if extension == "xml" && (is_feed || is_catalogue) {
        return ATOM;
    }
    if extension == "json" && is_catalogue {
        return OPDS;
    }
    MEDIA_TYPES
        .iter()
        .find(|(known, _)| *known == extension)
        .map_or("application/octet-stream", |(_, media_type)| media_type)
}

#[cfg(test)]
mod tests {
    use super::media_type;
    use std::path::Path;

    #[test]
    fn feeds_and_catalogues_are_told_from_other_xml() {
        for (path, expected) in [
            ("feed.xml", "application/atom+xml; charset=utf-8"),
            (
                "sources/post/feed-12.xml",
                "application/atom+xml; charset=utf-8",
            ),
            ("books/days/2026.xml", "application/atom+xml; charset=utf-8"),
            ("books/days/2026.json", "application/opds+json"),
            ("feed.json", "application/json"),
            ("sitemap.xml", "application/xml; charset=utf-8"),
            ("books/days/2026-11-20.epub", "application/epub+zip"),
            ("a.exe", "application/octet-stream"),
        ] {
            assert_eq!(media_type(Path::new(path)), expected, "{path}");
        }
    }
}
