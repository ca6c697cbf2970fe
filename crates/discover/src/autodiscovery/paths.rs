//! Where common software puts its feed: tables of paths, and of hosts whose feeds have addresses of their own.

use url::Url;

/// Paths and queries with the software that uses them, the most common first.
const PATHS: &[&str] = &[
    "feed/",               // WordPress, Substack
    "rss/",                // Ghost
    "feed.xml",            // Jekyll
    "index.xml",           // Hugo
    "rss.xml",             // Drupal, Gatsby, Astro
    "atom.xml",            // Hexo, Octopress, Movable Type
    "feeds/posts/default", // Blogger
    "feed.json",           // JSON Feed
    "feed.atom",           // Middleman
    "index.rdf",           // Movable Type, MediaWiki
    "rss",                 // Tumblr and many of their own
    "feed",                // servers without the slash
    "atom",
    "feeds/all.atom.xml",             // Pelican
    "?feed=rss2",                     // WordPress without rewriting
    "?format=rss",                    // Squarespace
    "index.php?format=feed&type=rss", // Joomla
    "spip.php?page=backend",          // SPIP
    "latest.rss",                     // Discourse
    "data/rss",                       // LiveJournal
    "rss/index.xml",
    "feed/index.xml",
    "blog/feed/",
    "blog/rss.xml",
    "news/rss",
];

/// Addresses to ask, each once.
pub(super) fn candidates(site: &Url) -> Vec<Url> {
    let mut found: Vec<Url> = of_host(site).into_iter().collect();
    let mut site = site.clone();
    site.set_query(None);
    site.set_fragment(None);
    let root = site.join("/").ok();
    let folder = folder(&site).filter(|folder| Some(folder) != root.as_ref());
    for start in folder.iter().chain(&root) {
        found.extend(PATHS.iter().filter_map(|path| start.join(path).ok()));
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|url| seen.insert(url.clone()));
    found
}

/// The address as a folder: of `/blog` it is `/blog/`, of `/blog/index.html` too.
fn folder(site: &Url) -> Option<Url> {
    let last = site.path_segments()?.next_back()?;
    if last.is_empty() || last.contains('.') {
        return site.join(".").ok();
    }
    let mut folder = site.clone();
    folder.set_path(&format!("{}/", site.path()));
    Some(folder)
}

/// The feed of a page on a host that keeps them elsewhere.
fn of_host(site: &Url) -> Option<Url> {
    let host = site.host_str()?.trim_start_matches("www.");
    let segments: Vec<&str> = site
        .path_segments()?
        .filter(|segment| !segment.is_empty())
        .collect();
    let path = match (host, segments.as_slice()) {
        ("youtube.com" | "m.youtube.com", ["channel", id, ..]) => {
            format!("/feeds/videos.xml?channel_id={id}")
        }
        ("youtube.com" | "m.youtube.com", ["user", name, ..]) => {
            format!("/feeds/videos.xml?user={name}")
        }
        ("youtube.com", ["playlist", ..]) => {
            let (_, list) = site.query_pairs().find(|(name, _)| name == "list")?;
            format!("/feeds/videos.xml?playlist_id={list}")
        }
        ("github.com", [owner, project, ..]) => format!("/{owner}/{project}/releases.atom"),
        ("github.com", [user]) => format!("/{user}.atom"),
        ("medium.com", [name, ..]) => format!("/feed/{name}"),
        ("reddit.com" | "old.reddit.com", ["r" | "user", name, ..]) => {
            format!("/{}/{name}/.rss", segments[0])
        }
        ("vimeo.com", [name, ..]) => format!("/{name}/videos/rss"),
        (_, [name]) if name.starts_with('@') => format!("/{name}.rss"), // Mastodon
        _ => return None,
    };
    site.join(&path).ok()
}
