//! Vocabularies that feeds mix, known by their names, by what their names were misspelt as, or, where none is
//! declared, by the prefix that everybody uses for them.

/// The vocabulary of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// RSS, Atom, CDF or none at all: the words of the feed itself.
    Feed,
    /// Dublin Core elements.
    DublinCore,
    /// Dublin Core terms.
    DublinTerms,
    /// RSS 1.0 content module.
    Content,
    /// Apple's podcasts.
    Itunes,
    /// Media RSS.
    Media,
    /// RDF syntax.
    Rdf,
    /// XHTML.
    Xhtml,
    /// The comment API.
    Comments,
    /// RSS 1.0 syndication module.
    Syndication,
    /// FeedBurner's and Pheedo's extensions.
    FeedBurner,
    /// Creative Commons' licences.
    License,
    /// Any other.
    Other,
}

/// Names in lower case, without scheme, `www.` and a final `/` or `#`.
const NAMES: &[(&str, Namespace)] = &[
    ("", Namespace::Feed),
    ("backend.userland.com/rss", Namespace::Feed),
    ("backend.userland.com/rss2", Namespace::Feed),
    ("blogs.law.harvard.edu/tech/rss", Namespace::Feed),
    ("purl.org/rss/1.0", Namespace::Feed),
    ("purl.org/rss/1.0/modules/rss091", Namespace::Feed),
    ("my.netscape.com/rdf/simple/0.9", Namespace::Feed),
    ("channel.netscape.com/rdf/simple/0.9", Namespace::Feed),
    ("purl.org/net/rss1.1", Namespace::Feed),
    ("example.com/newformat", Namespace::Feed),
    ("example.com/necho", Namespace::Feed),
    ("purl.org/echo", Namespace::Feed),
    ("uri/of/echo/namespace", Namespace::Feed),
    ("purl.org/pie", Namespace::Feed),
    ("purl.org/atom/ns", Namespace::Feed),
    ("w3.org/2005/atom", Namespace::Feed),
    ("purl.org/dc/elements/1.1", Namespace::DublinCore),
    ("purl.org/dc/elements/1.0", Namespace::DublinCore),
    ("purl.org/dc/terms", Namespace::DublinTerms),
    ("purl.org/rss/1.0/modules/content", Namespace::Content),
    ("itunes.com/dtds/podcast-1.0.dtd", Namespace::Itunes),
    ("example.com/dtds/podcast-1.0.dtd", Namespace::Itunes),
    ("search.yahoo.com/mrss", Namespace::Media),
    ("video.search.yahoo.com/mrss", Namespace::Media),
    ("w3.org/1999/02/22-rdf-syntax-ns", Namespace::Rdf),
    ("w3.org/1999/xhtml", Namespace::Xhtml),
    ("wellformedweb.org/commentapi", Namespace::Comments),
    (
        "purl.org/rss/1.0/modules/syndication",
        Namespace::Syndication,
    ),
    ("rssnamespace.org/feedburner/ext/1.0", Namespace::FeedBurner),
    ("pheedo.com/namespace/pheedo", Namespace::FeedBurner),
    ("web.resource.org/cc", Namespace::License),
    ("creativecommons.org/ns", Namespace::License),
    (
        "backend.userland.com/creativecommonsrssmodule",
        Namespace::License,
    ),
    (
        "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html",
        Namespace::License,
    ),
];

/// Prefixes so common that they are understood when nothing, or nothing known, declares them.
const PREFIXES: &[(&str, Namespace)] = &[
    ("atom", Namespace::Feed),
    ("atom10", Namespace::Feed),
    ("a10", Namespace::Feed),
    ("rss", Namespace::Feed),
    ("dc", Namespace::DublinCore),
    ("dcterms", Namespace::DublinTerms),
    ("content", Namespace::Content),
    ("itunes", Namespace::Itunes),
    ("media", Namespace::Media),
    ("rdf", Namespace::Rdf),
    ("xhtml", Namespace::Xhtml),
    ("wfw", Namespace::Comments),
    ("sy", Namespace::Syndication),
    ("feedburner", Namespace::FeedBurner),
    ("pheedo", Namespace::FeedBurner),
    ("cc", Namespace::License),
    ("creativecommons", Namespace::License),
];

/// The vocabulary of an element with this prefix (`""` for none) where `uri` is declared for it.
pub(crate) fn identify(prefix: &str, uri: Option<&str>) -> Namespace {
    match uri.map(by_uri) {
        Some(Some(namespace)) => namespace,
        // A default namespace that nobody knows: some writer's own name for RSS.
        Some(None) if prefix.is_empty() && !uri.is_some_and(is_foreign_markup) => Namespace::Feed,
        None if prefix.is_empty() => Namespace::Feed,
        _ => by_prefix(prefix),
    }
}

fn is_foreign_markup(uri: &str) -> bool {
    matches!(
        normal(uri).as_str(),
        "w3.org/2000/svg" | "w3.org/1998/math/mathml" | "w3.org/1999/xlink"
    )
}

fn by_uri(uri: &str) -> Option<Namespace> {
    let normal = normal(uri);
    NAMES
        .iter()
        .find(|(name, _)| *name == normal)
        .map(|(_, namespace)| *namespace)
}

fn by_prefix(prefix: &str) -> Namespace {
    let known = PREFIXES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(prefix));
    known.map_or(Namespace::Other, |(_, namespace)| *namespace)
}

fn normal(uri: &str) -> String {
    let uri = uri.trim().to_ascii_lowercase();
    let name = uri
        .strip_prefix("http://")
        .or_else(|| uri.strip_prefix("https://"))
        .unwrap_or(&uri);
    name.strip_prefix("www.")
        .unwrap_or(name)
        .trim_end_matches(['/', '#'])
        .to_owned()
}
